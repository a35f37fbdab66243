"""limberd and the servers around it, over and over: at each desk it costs nothing, answers while the
server hangs, and finds its successor, with nothing left behind."""

import os
import socket
import time
import unittest

import desks
import rig
from rig import wait_for

# No rule comes near in a test.
CALM = "[rule micro]\nevery = 2h\n[rule active]\nevery = 2h\n"
# A break is due at once, waits for a pause, and its prompt stays.
DUE = """[rule micro]
every = 1s
length = 1min
patience = 1h
[rule active]
enabled = no
[prompt]
ignore_after = 1h
"""
CLOCK = "[idle]\nsource = none\n"
# A hand's, in seconds.
PACE = 0.1


class Endurance(rig.Rig):
    def begin(self, rules=CALM):
        self.config(rules)
        self.start_daemon()

    def holdings(self):
        """What it must give back: descriptors, what inotify looks at, processes."""
        pid = self.daemon.pid
        return rig.descriptors(pid), rig.watches(pid), len(rig.children(pid))

    def has_holdings(self, before):
        """Nothing more than before, once all is done that was begun."""
        rig.switches_at_rest(self.daemon.pid)
        self.assertEqual(self.holdings(), before)

    def area(self, area):
        return [p["message"] for p in self.problems() if p["area"] == area]

    def decisions(self):
        return self.call("Explain", "u", "0")[0]

    def answers(self):
        began = time.monotonic()
        done = self.limber("status")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLess(time.monotonic() - began, 1 * rig.PATIENCE)
        return done.stdout

    def has_source(self):
        wait_for(lambda: self.property("IdleSource") == self.at.source, 5, "the idle source")

    def has_no_source(self):
        wait_for(lambda: self.property("IdleSource") == "none", 5, "the loss of the source")
        self.assertEqual(len(self.area("idle")), 1)

    def type_until_active(self):
        def typed():
            self.at.press()
            time.sleep(2 * PACE)  # a gap, as hands have them
            return self.property("Presence") == "active"
        wait_for(typed, 5, "presence active")


class Server:
    """The tests of each desk, which is a rig.Rig as well."""

    desk = None

    def sit_down(self, rules=CALM):
        if "DBUS_SESSION_BUS_ADDRESS" not in self.env:
            self.start_bus()
        self.at = self.desk(self).start()
        self.begin(rules)
        self.has_source()

    @rig.takes(45)
    @rig.calm
    def test_it_costs_nothing(self):
        self.sit_down()
        self.type_until_active()
        began = time.monotonic()
        wait_for(lambda: self.property("Presence") == "idle", 25, "presence idle")
        self.assertLess(abs(time.monotonic() - began - 20), 1.5 * rig.PATIENCE)
        before = rig.switches_at_rest(self.daemon.pid)
        time.sleep(8)
        self.assertEqual(rig.switches(self.daemon.pid), before, "woke up in a pause")
        if not rig.WRAPPER and not rig.built_with(b"__asan_init"):
            self.assertLess(rig.private_dirty_kib(self.daemon.pid), 768)

        self.type_until_active()
        before = self.switches_at_rest_while_typing()
        self.at.press_for(8)
        self.assertEqual(rig.switches(self.daemon.pid), before, "woke up while somebody typed")
        self.assertEqual(self.property("Presence"), "active")

    def switches_at_rest_while_typing(self):
        """The pause in which it comes to rest would be one more that it is told of."""
        self.at.press_for(4)
        return rig.switches(self.daemon.pid)

    def test_a_server_that_hangs(self):
        self.sit_down()
        self.type_until_active()
        self.at.freeze()
        self.answers()
        wait_for(lambda: self.area("idle"), 5, "the problem")
        self.assertEqual(self.property("Presence"), "unknown")
        self.assertIn(self.area("idle")[0], self.answers())
        self.assertEqual(self.decisions(), [])
        self.at.thaw()
        wait_for(lambda: not self.area("idle"), 3, "the end of the problem")
        self.assertIn(self.property("Presence"), ("active", "idle"))
        self.assertEqual(self.property("IdleSource"), self.at.source)
        self.type_until_active()

    def test_a_hang_is_seen_before_a_prompt(self):
        """Nobody asks limberd for anything: by itself it would take its last word for ever."""
        self.start_bus()
        self.start_dunst_aside()
        self.sit_down(DUE.replace("every = 1s", "every = 12s"))
        self.type_until_active()
        signals = rig.Signals(self)
        self.at.freeze()
        wait_for(lambda: signals.seen("'unknown'"), 20, "presence to be unknown")
        self.assertTrue(signals.seen(self.at.silent()))
        # Then it goes by the clock: the break is not held back for a pause that nobody could see.
        wait_for(lambda: signals.seen("BreakDue"), 5, "the break")
        self.assertIn("cannot see here whether you type", self.decisions()[0]["why"]["data"])
        self.at.thaw()
        wait_for(lambda: not self.area("idle"), 3, "the end of the problem")
        self.type_until_active()

    def kill_and_start(self):
        self.at.kill()
        self.has_no_source()
        self.at.start()
        self.has_source()

    def test_killed_ten_times(self):
        self.sit_down()
        self.type_until_active()
        before = self.holdings()
        for _ in range(10):
            self.kill_and_start()
        self.has_holdings(before)
        self.assertEqual(self.decisions(), [])
        self.assertEqual(self.area("idle"), [])
        self.type_until_active()

    def test_killed_while_a_break_waits(self):
        """Without a source no pause can be waited for: that is the one decision."""
        self.start_bus()
        self.start_dunst_aside()
        # Not before somebody has sat down and is seen.
        self.sit_down(DUE.replace("every = 1s", "every = 4s"))

        def waits():
            self.at.press()
            time.sleep(2 * PACE)
            return len(self.decisions()) == 2
        wait_for(waits, 15, "the break to wait")
        for _ in range(5):
            self.kill_and_start()
            self.type_until_active()
        self.assertEqual([d["decision"]["data"] for d in self.decisions()],
                         ["prompt", "waiting", "due"])
        self.assertEqual(self.displayed(), 1)

    def test_under_another_name(self):
        self.sit_down()
        before = self.holdings()
        for place in self.at.places[::-1]:
            self.at.restart(place)
            self.has_source()
        self.has_holdings(before)
        self.type_until_active()


class OnX(Server, Endurance):
    desk = desks.Xvfb

    def test_under_another_name(self):
        """Nothing but the user manager knows of it: out of a session and into another one."""
        self.sit_down()
        before = self.holdings()
        self.at.kill()
        self.has_no_source()
        place = ":%d" % (30000 + os.getpid() % 10000)
        self.start_user_manager("DISPLAY=" + place)
        self.at.start(place)
        self.has_source()
        self.has_holdings(before)
        self.type_until_active()


class OnSway(Server, Endurance):
    desk = desks.Sway


class OnKwin(Server, Endurance):
    desk = desks.Kwin


class OnMutter(Server, Endurance):
    desk = desks.Mutter

    @rig.takes(25)
    def test_its_session_manager_killed_ten_times(self):
        self.sit_down()
        before = self.holdings()
        for _ in range(10):
            self.at.hold()
            self.at.end_session()
        self.has_holdings(before)
        self.type_until_active()
        self.at.hold()
        wait_for(lambda: self.property("Presence") == "watching", 25, "a film to be seen")
        self.at.end_session()
        wait_for(lambda: self.property("Presence") == "idle", 5, "its end to be seen")
        self.assertEqual(self.decisions(), [])


class NoDesk(Endurance):
    @rig.takes(33)
    def test_a_bar_that_asks_all_the_time(self):
        """A question is a reason to look for a display, but not each of them."""
        self.start_bus()
        self.env["WAYLAND_DISPLAY"] = "wayland-7"
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(self.path("run", "wayland-7"))
            door.listen()
            door.setblocking(False)

            def visits(seconds, meanwhile):
                seen, until = 0, time.monotonic() + seconds
                while time.monotonic() < until:
                    try:
                        door.accept()[0].close()
                        seen += 1
                    except BlockingIOError:
                        meanwhile()
                        time.sleep(0.1)  # the pace of a bar, not a wait for something
                return seen

            # Else an X server that any other test starts is a reason to look.
            self.begin(CALM + "[idle]\nsource = wayland\n")
            # What there is to look for at the start is looked for within 7 s.
            self.assertGreater(visits(10, lambda: None), 1)
            self.assertEqual(visits(3, lambda: None), 0)
            asked = visits(20, self.answers)
            self.assertGreater(asked, 1)
            self.assertLessEqual(asked, 5)
            # Who comes is seen all the same.
            os.unlink(self.path("run", "wayland-7"))
        self.at = desks.Sway(self).start()
        self.has_source()


class FromDeskToDesk(Endurance):
    """limberd outlives sessions: out of one desktop and into another."""

    def test_all_of_them_and_back(self):
        self.start_bus()
        all_desks = [desk(self) for desk in desks.ALL]
        self.at = all_desks[0].start()
        self.begin()
        self.has_source()
        before = self.holdings()
        for desk in all_desks[1:] + all_desks[:1]:
            self.at.kill()
            self.has_no_source()
            self.at = desk.start()
            self.has_source()
            self.type_until_active()
        self.assertEqual(self.area("idle"), [])
        self.has_holdings(before)
        self.assertEqual(self.decisions(), [])


class Logind(Endurance):
    """The session's lock, by a stand-in on the bus."""

    def sit_down(self):
        self.start_bus()
        self.logind = rig.Logind(self)
        # Else an X server that any other test starts is a reason to look.
        self.begin(CALM + CLOCK)
        wait_for(lambda: not self.area("session"), 5, "the session")

    def sees_a_lock(self):
        self.logind.lock()
        wait_for(lambda: self.property("Presence") == "away", 3, "the lock")
        self.logind.lock(False)
        wait_for(lambda: self.property("Presence") == "unknown", 3, "its end")

    def test_killed_ten_times(self):
        self.sit_down()
        self.sees_a_lock()
        before = self.holdings()
        for _ in range(10):
            self.logind.process.kill()
            wait_for(lambda: self.area("session"), 5, "the problem")
            self.logind = rig.Logind(self)
            wait_for(lambda: not self.area("session"), 5, "the session again")
        self.sees_a_lock()
        self.has_holdings(before)
        self.assertEqual(self.decisions(), [])

    def test_killed_while_locked(self):
        self.sit_down()
        self.logind.lock()
        wait_for(lambda: self.property("Presence") == "away", 3, "the lock")
        self.logind.process.kill()
        wait_for(lambda: self.property("Presence") == "unknown", 3, "the end of its word")
        # The next one remembers, as the real one does by its files.
        self.logind = rig.Logind(self, session=None)
        self.logind.add_session("auto")
        self.logind.lock()
        wait_for(lambda: self.property("Presence") == "away", 5, "the lock")

    def test_one_that_hangs(self):
        self.sit_down()
        self.logind.process.freeze()
        self.answers()
        self.logind.process.thaw()
        self.sees_a_lock()


class Notifications(Endurance):
    """dunst, with a prompt on its screen."""

    def sit_down(self):
        self.start_bus()
        self.start_x()
        self.start_dunst()
        self.begin(DUE + CLOCK)
        self.is_shown()

    def is_shown(self):
        wait_for(lambda: self.displayed() == 1, 5, "the prompt on the screen")

    def test_killed_ten_times(self):
        self.sit_down()
        before, decisions = self.holdings(), len(self.decisions())
        for _ in range(10):
            self.dunst.kill()
            self.start_dunst()
            self.is_shown()
        self.assertEqual(self.phase(), "prompting")
        self.has_holdings(before)
        self.assertLessEqual(len(self.decisions()) - decisions, 1)
        self.assertEqual(self.area("front-end"), [])

    def test_gone_for_a_while(self):
        """Nobody looks for it all the time either."""
        self.sit_down()
        before = self.holdings()
        self.dunst.kill()
        wait_for(lambda: self.area("front-end"), 8, "the problem")
        self.answers()
        rig.switches_at_rest(self.daemon.pid)
        self.start_dunst()
        self.is_shown()
        wait_for(lambda: not self.area("front-end"), 5, "the end of the problem")
        self.has_holdings(before)


if __name__ == "__main__":
    unittest.main()
