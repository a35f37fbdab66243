"""The daemon's ears for logind, on a private bus that stands for the system bus, with the logind of
python3-dbusmock. The probe is session.h alone in a program (tests/fakes/session-probe.c)."""

import json
import os
import signal
import socket
import subprocess
import time
import unittest

import rig
from rig import wait_for

PROBE = os.path.join(rig.BUILD, "tests", "fakes", "session-probe")
LOGIN = rig.Logind.NAME
LOGIN_PATH = rig.Logind.PATH
NONE = "lock, suspend and session switch are not seen"


class Session(rig.Rig):
    def start_system_bus(self):
        self.start_bus()
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = self.env["DBUS_SESSION_BUS_ADDRESS"]

    def start_logind(self, *args, **more):
        self.logind = rig.Logind(self, *args, **more)

    # The probe

    def start_probe(self, settled=True):
        """With `settled` it has seen the session and hears its signals when this returns."""
        if settled:
            self.logind.session_is("LockedHint", "b", "true")
        self.probe = self.start(rig.WRAPPER + [PROBE], "session-probe", stdin=subprocess.PIPE)
        self.addCleanup(self.end_probe, self.probe)
        self.seen = 0
        if settled:
            wait_for(lambda: "locked yes" in self.lines(), 5, "the probe's first look")
            self.news()
            self.logind.session_is("LockedHint", "b", "false")
            self.expect("locked no")

    def end_probe(self, probe):
        """It ends with its input; valgrind and the sanitizers speak through its status."""
        probe.popen.stdin.close()
        self.assertEqual(probe.popen.wait(5 * rig.PATIENCE), 0)

    def lines(self):
        return [x for x in self.probe.output().splitlines()
                if x.split(" ")[0] in ("locked", "away", "asleep", "problem", "pong", "delay", "terminal")]

    def tell(self, command):
        self.probe.popen.stdin.write((command + "\n").encode())
        self.probe.popen.stdin.flush()

    def news(self):
        fresh = self.lines()[self.seen:]
        self.seen += len(fresh)
        return fresh

    def expect(self, *lines, seconds=3):
        """Exactly these come next."""
        wait_for(lambda: len(self.lines()) - self.seen >= len(lines), seconds,
                 "%s; there is %s" % (list(lines), self.lines()[self.seen:]))
        self.assertEqual(self.news(), list(lines))

    def expect_nothing(self):
        self.logind.sleep(True)
        self.logind.sleep(False)
        self.expect("asleep yes", "asleep no")


class Working(Session):
    def setUp(self):
        super().setUp()
        self.start_bus()
        self.start_logind()
        self.start_probe()

    def test_lock_and_unlock_requests(self):
        self.logind.session_says("Lock")
        self.expect("locked yes")
        self.logind.session_says("Lock")
        self.expect_nothing()
        self.logind.session_says("Unlock")
        self.expect("locked no")

    def test_the_locked_hint(self):
        self.logind.session_is("LockedHint", "b", "true")
        self.expect("locked yes")
        self.logind.session_is("LockedHint", "b", "false")
        self.expect("locked no")

    def test_a_request_then_the_hint(self):
        self.logind.session_says("Lock")
        self.logind.session_is("LockedHint", "b", "true")
        self.logind.session_is("LockedHint", "b", "false", "IdleHint", "b", "false")
        self.expect("locked yes", "locked no")

    @rig.patient
    def test_a_lock_that_nobody_knows_the_end_of(self):
        """swaylock is told to lock, and tells nobody that it was unlocked."""
        self.logind.session_says("Lock")
        self.expect("locked yes")
        # A password, a look at something, then work. Pauses as hands have them belong to it.
        began = time.monotonic()
        for _ in range(3):
            self.tell("input")
            time.sleep(4)
            self.tell("rest")
            time.sleep(3)
        self.expect_nothing()
        self.tell("input")
        self.expect("locked no", seconds=15)
        self.assertGreater(time.monotonic() - began, 29)
        self.logind.session_says("Lock")
        self.expect("locked yes")

    @rig.patient
    def test_a_lock_that_is_a_fact(self):
        self.logind.session_says("Lock")
        self.logind.session_is("LockedHint", "b", "true")
        self.expect("locked yes")
        self.tell("input")
        until = time.monotonic() + 33
        wait_for(lambda: time.monotonic() > until, 34)
        self.expect_nothing()
        self.logind.session_is("LockedHint", "b", "false")
        self.expect("locked no")

    def test_other_properties_do_not_unlock(self):
        self.logind.session_says("Lock")
        self.logind.session_is("IdleHint", "b", "true", "LockedHint", "b", "false")
        self.expect("locked yes")
        self.expect_nothing()

    def test_suspend(self):
        self.logind.sleep(True)
        self.logind.sleep(True)
        self.logind.sleep(False)
        self.expect("asleep yes", "asleep no")

    def test_switched_away_and_back(self):
        self.logind.session_is("Active", "b", "false")
        self.expect("away yes")
        self.logind.session_is("Active", "b", "true")
        self.expect("away no")

    def test_a_login_on_a_text_console(self):
        self.logind.session_is("Type", "s", "tty")
        self.expect("terminal yes")
        self.logind.session_is("Type", "s", "wayland")
        self.expect("terminal no")
        self.logind.session_is("Type", "s", "tty")
        self.expect("terminal yes")
        self.logind.process.kill()
        self.expect("terminal no", "problem logind is not running: " + NONE)

    def test_somebody_elses_session_says_nothing(self):
        self.logind.add_session("other")
        self.logind.session_says("Lock", "other")
        self.logind.session_is("Active", "b", "false", session="other")
        self.expect_nothing()

    def test_sessions_that_come_and_go_change_nothing_in_ours(self):
        self.logind.session_says("Lock")
        self.expect("locked yes")
        for name in ("SessionNew", "SessionRemoved"):
            self.logind.emit(LOGIN_PATH, LOGIN + ".Manager", name, "so", "2", "s", "other", "o",
                             LOGIN_PATH + "/session/other")
        self.expect_nothing()
        self.logind.session_says("Unlock")
        self.expect("locked no")

    def test_a_killed_logind_holds_nobody_away(self):
        self.logind.session_says("Lock")
        self.logind.session_is("Active", "b", "false")
        self.logind.sleep(True)
        self.expect("locked yes", "away yes", "asleep yes")
        self.logind.process.kill()
        self.expect("locked no", "away no", "asleep no", "problem logind is not running: " + NONE)
        self.start_logind(session=None)
        self.expect("problem logind knows no login session of yours: lock and session switch are "
                    "not seen")
        self.logind.add_session("auto")
        self.expect("problem -")
        self.logind.session_says("Lock")
        self.expect("locked yes")

    def test_a_bus_that_goes_away_ends_nothing(self):
        self.logind.session_says("Lock")
        self.expect("locked yes")
        self.bus.kill()
        self.expect("locked no", "problem the system bus went away: " + NONE)
        self.tell("ping")
        self.expect("pong")
        os.unlink(self.path("bus"))
        self.bus_comes_back()
        self.logind.session_says("Lock")
        self.expect("locked yes")

    def bus_comes_back(self):
        """Nobody has to say so; its logind is there a moment later."""
        self.start_bus()
        self.start_logind()
        wait_for(lambda: self.lines()[-1] == "problem -", 5, "the session on the new bus")
        self.news()

    def test_a_bus_that_goes_away_again_and_again(self):
        for _ in range(3):
            self.bus.kill()
            self.expect("problem the system bus went away: " + NONE)
            # By now nobody looks for it any more, but its socket is awaited.
            before = rig.switches_at_rest(self.probe.pid)
            os.unlink(self.path("bus"))
            self.assertLessEqual(rig.switches_at_rest(self.probe.pid) - before, 1)
            self.bus_comes_back()
        self.logind.session_says("Lock")
        self.expect("locked yes")

    def test_a_bus_that_lets_nobody_in(self):
        """It is left alone after a few tries, as one that is not there."""
        self.bus.kill()
        self.expect("problem the system bus went away: " + NONE)
        rig.switches_at_rest(self.probe.pid)
        os.unlink(self.path("bus"))
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(self.path("bus"))
            door.listen()
            door.settimeout(3)
            tries = 0
            try:
                while True:
                    door.accept()[0].close()
                    tries += 1
            except socket.timeout:
                pass
        self.assertIn(tries, range(1, 6))
        self.tell("ping")
        self.expect("pong")

    def test_started_twice_is_started_once(self):
        self.tell("start")
        self.logind.session_says("Lock")
        self.expect("locked yes")

    def test_a_hung_logind(self):
        self.logind.process.freeze()
        self.tell("ping")
        self.expect("pong")
        self.logind.process.thaw()
        self.logind.session_says("Lock")
        self.expect("locked yes")


class Delay(Session):
    """The lock that lets the machine wait for us before it sleeps."""

    def setUp(self):
        super().setUp()
        self.start_bus()
        self.start_logind()
        self.start_probe()

    def locks(self):
        """As (what, who, mode)."""
        answer = self.busctl("call", LOGIN, LOGIN_PATH, LOGIN + ".Manager", "ListInhibitors")
        return [(x[0], x[1], x[3]) for x in json.loads(answer.stdout)["data"][0]]

    def expect_locks(self, n=1, seconds=3):
        wait_for(lambda: len(self.locks()) == n, seconds, "%d locks" % n)
        self.assertEqual(self.locks(), [("sleep", "limber", "delay")] * n)

    def lock_is(self, answer):
        def told():
            self.tell("delay")
            wait_for(lambda: len(self.lines()) > self.seen, 3, "a word on the lock")
            return self.news() == ["delay " + answer]
        wait_for(told, 3, "the lock to be " + answer)

    def test_held_from_the_start_and_let_go_when_all_is_done(self):
        self.expect_locks()
        self.lock_is("held")
        self.logind.sleep(True)
        self.expect("asleep yes")
        self.expect_locks()
        self.tell("sleep")
        self.expect_locks(0, seconds=0.5)
        self.logind.sleep(False)
        self.expect("asleep no")
        self.expect_locks()

    def test_sleep_waits_a_second_and_no_longer(self):
        self.expect_locks()
        began = time.monotonic()
        self.logind.sleep(True)
        self.expect("asleep yes")
        self.expect_locks(0, seconds=2)
        self.assertGreater(time.monotonic() - began, 0.8)
        self.logind.sleep(False)
        self.expect("asleep no")
        self.expect_locks()

    def test_done_when_nobody_asked_lets_go_of_nothing(self):
        self.expect_locks()
        self.tell("sleep")
        self.lock_is("held")
        self.expect_locks()

    def test_told_twice(self):
        self.expect_locks()
        for asleep, n in ((True, 0), (False, 1)):
            for _ in range(2):
                self.logind.sleep(asleep)
            self.expect("asleep " + ("yes" if asleep else "no"))
            self.tell("sleep")
            self.expect_locks(n)

    def test_many_nights_leave_nothing_behind(self):
        self.expect_locks()
        before = rig.descriptors(self.probe.pid)
        for i in range(30):
            self.logind.sleep(True)
            self.tell("sleep")
            if i % 3 == 0:
                self.expect_locks(0)
            self.logind.sleep(False)
        self.expect_locks()
        self.assertEqual(rig.descriptors(self.probe.pid), before)

    def test_ten_loginds_leave_nothing_behind(self):
        self.expect_locks()
        before = rig.descriptors(self.probe.pid)
        for _ in range(10):
            self.logind.process.kill()
            wait_for(lambda: rig.descriptors(self.probe.pid) == before - 1, 3, "the lock's end")
            self.start_logind()
            self.expect_locks()
        self.assertEqual(rig.descriptors(self.probe.pid), before)

    def test_killed_while_asleep(self):
        self.expect_locks()
        self.logind.sleep(True)
        self.expect("asleep yes")
        self.logind.process.kill()
        self.expect("asleep no", "problem logind is not running: " + NONE)
        self.start_logind()
        self.expect_locks()

    def test_a_hung_logind_is_not_waited_for(self):
        self.logind.process.kill()
        self.expect("problem logind is not running: " + NONE)
        self.start_logind(session=None)
        self.logind.process.freeze()
        self.tell("sleep")
        self.tell("ping")
        wait_for(lambda: "pong" in self.lines(), 1, "an answer of the probe's")
        self.logind.process.thaw()
        self.expect_locks()

    def test_a_refused_lock_is_no_problem(self):
        self.logind.process.kill()
        self.expect("problem logind is not running: " + NONE)
        self.start(["/usr/bin/python3", "-m", "dbusmock", "--system", LOGIN, LOGIN_PATH,
                    LOGIN + ".Manager"], "stern-logind")
        self.expect("problem logind knows no login session of yours: lock and session switch are "
                    "not seen")
        self.logind.mock(LOGIN_PATH, "AddMethod", "sssss", LOGIN + ".Manager", "Inhibit", "ssss",
                         "h", "raise dbus.exceptions.DBusException('not for you', name='%s')" %
                         "org.freedesktop.DBus.Error.AccessDenied")
        # It is asked for again after each sleep.
        for _ in range(2):
            self.logind.sleep(True)
            self.logind.sleep(False)
            self.expect("asleep yes", "asleep no")
            self.lock_is("not for you")


class Starting(Session):
    def test_no_system_bus(self):
        self.start_probe(settled=False)
        self.expect("problem there is no system bus: " + NONE)
        self.tell("ping")
        self.expect("pong")

    def test_no_system_bus_then_one(self):
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=" + self.path("bus")
        self.start_probe(settled=False)
        self.expect("problem there is no system bus: " + NONE)
        rig.switches_at_rest(self.probe.pid)
        self.start_bus()
        self.start_logind()
        wait_for(lambda: self.lines()[-1] == "problem -", 5, "the session")
        self.news()
        self.logind.session_says("Lock")
        self.expect("locked yes")

    def test_no_logind_then_one(self):
        self.start_system_bus()
        self.start_probe(settled=False)
        self.expect("problem logind is not running: " + NONE)
        self.start_logind(session=None)
        self.expect("problem logind knows no login session of yours: lock and session switch are "
                    "not seen")

    def test_already_locked(self):
        self.start_bus()
        self.start_logind()
        self.logind.session_is("LockedHint", "b", "true")
        self.start_probe(settled=False)
        self.expect("locked yes")

    def test_already_switched_away(self):
        self.start_bus()
        self.start_logind(active=False)
        self.start_probe(settled=False)
        self.expect("away yes")

    def test_without_a_seat_nobody_is_switched_away(self):
        self.start_bus()
        self.start_logind(active=False)
        self.logind.set_pair("/session/auto", "Session", "Seat", "", "/")
        self.start_probe()
        self.logind.session_says("Lock")
        self.expect("locked yes")

    def test_the_users_main_session_where_auto_is_none(self):
        self.start_bus()
        self.start_logind(session="c7")
        self.logind.set_pair("/user/%d" % os.getuid(), "User", "Display", "c7",
                             LOGIN_PATH + "/session/c7")
        # The mock's own GetUser trips over its argument.
        self.logind.mock(LOGIN_PATH, "AddMethod", "sssss", LOGIN + ".Manager", "GetUser", "u", "o",
                         "ret = '%s/user/%%d' %% args[0]" % LOGIN_PATH)
        self.logind.session_is("LockedHint", "b", "true", session="c7")
        self.start_probe(settled=False)
        self.expect("locked yes")
        self.logind.session_says("Unlock", "c7")
        self.expect("locked no")

    def test_hung_from_the_start(self):
        self.start_bus()
        self.start_logind()
        self.logind.session_is("LockedHint", "b", "true")
        self.logind.process.freeze()
        self.start_probe(settled=False)
        self.expect("problem logind does not answer: " + NONE, seconds=7)
        self.logind.process.thaw()
        self.expect("problem -", "locked yes")

    def test_a_hung_bus(self):
        self.start_system_bus()
        self.bus.signal(signal.SIGSTOP)
        self.start_probe(settled=False)
        self.tell("ping")
        self.expect("pong")
        self.expect("problem logind does not answer: " + NONE, seconds=7)
        self.bus.thaw()
        self.expect("problem logind is not running: " + NONE)


if __name__ == "__main__":
    unittest.main()
