"""The Wayland idle source against a real sway and a real KWin, both without a screen, and the choice
between sources. The probe is idle.h alone in a program (tests/fakes/idle-probe.c)."""

import json
import os
import shutil
import socket
import time
import unittest

import desks
import rig
from desks import Person
from rig import Probe, wait_for


class Case(rig.Idle):
    SLACK = 200 * rig.PATIENCE

    def setUp(self):
        super().setUp()
        if not rig.built_with(b"libwayland-client.so"):
            self.skipTest("built without libwayland-client")
        self.sway = desks.Sway(self)
        self.kwin = desks.Kwin(self)

    def need_old_protocol(self):
        if self.sway.source != "kde":
            self.skipTest("this sway has ext-idle-notify, which needs other words and wake-ups")

    def there(self):
        return "changed %s -" % self.sway.source


class Sway(Case):
    """What Debian 12's sway has is the old KDE protocol; later ones have ext-idle-notify."""

    def begin(self, threshold=500, source="wayland"):
        self.sway.start()
        self.probe = Probe(self, source, str(threshold))
        self.probe.next(self.there())
        return self.probe

    def type(self):
        rig.need("wtype")
        done = self.command("wtype", "a")
        self.assertEqual(done.returncode, 0, done.stderr)

    # Watching

    def test_nothing_is_known_at_first(self):
        probe = self.begin(1500)
        self.assert_quiet(probe, 1)
        self.assert_age(probe.next("paused", 1), 1500)

    def test_a_lower_threshold_holds_at_once(self):
        probe = self.begin(60000)
        self.assert_quiet(probe, 0.5)
        probe.tell("threshold 400")
        self.assert_age(probe.next("paused", 1), 400)

    # A compositor that goes and comes

    def test_a_killed_compositor_is_missed_and_its_successor_found(self):
        probe = self.begin()
        probe.next("paused")
        self.sway.kill()
        self.assertEqual(probe.next("changed", 1), "changed none " + self.sway.gone())
        self.sway.start()
        self.assertEqual(probe.next("changed", 5), self.there())
        probe.next("paused")
        self.type()
        probe.next("input", 1)

    @rig.calm
    def test_nobody_looks_for_it_all_the_time(self):
        probe = self.begin()
        self.sway.kill()
        probe.next("changed none")
        before = [rig.switches(probe.pid), time.monotonic()]

        def peace():
            now = rig.switches(probe.pid)
            if now != before[0]:
                before[:] = [now, time.monotonic()]
            return time.monotonic() - before[1] > 6
        wait_for(peace, 20, "the end of the tries")
        self.sway.start()
        self.assertEqual(probe.next("changed", 5), self.there())

    def test_a_compositor_that_comes_later(self):
        self.env["WAYLAND_DISPLAY"] = "wayland-1"
        probe = Probe(self, "auto", "500")
        probe.next("changed none no Wayland compositor on wayland-1")
        self.sway.start()
        self.assertEqual(probe.next("changed", 5), self.there())

    def test_a_runtime_folder_that_comes_later(self):
        self.env["WAYLAND_DISPLAY"] = "wayland-1"
        shutil.rmtree(self.path("run"))
        probe = Probe(self, "auto", "500")
        probe.next("changed none")
        os.mkdir(self.path("run"), 0o700)
        self.sway.start()
        self.assertEqual(probe.next("changed", 5), self.there())

    # A compositor that hangs

    def test_a_full_queue_of_a_stopped_compositor(self):
        self.sway.start()
        self.sway.freeze()
        waiting = []
        self.addCleanup(lambda: [x.close() for x in waiting])
        for _ in range(5000):
            client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            waiting.append(client)
            if client.connect_ex(self.path("run", self.env["WAYLAND_DISPLAY"])):
                break
        else:
            self.skipTest("the queue has no end")
        probe = Probe(self, "auto", "500")
        probe.next("changed none " + self.sway.silent(), 4)
        probe.answers()
        for client in waiting:
            client.close()
        self.sway.thaw()
        probe.tell("check")
        self.assertEqual(probe.next("changed", 3), self.there())

    # A film

    def test_a_film_looks_like_input_to_the_old_protocol(self):
        self.need_old_protocol()
        probe = self.begin(500)
        person = Person(self)
        probe.next("paused")
        person.move()
        probe.next("input", 1)
        person.do("film")
        self.assert_quiet(probe, 1.5)
        person.move()
        self.assert_quiet(probe, 0.5)
        person.do("credits")
        self.assert_age(probe.next("paused"), 500)

    def test_a_film_that_comes_in_a_pause_does_not_end_it(self):
        self.need_old_protocol()
        probe = self.begin(500)
        person = Person(self)
        probe.next("paused")
        person.do("film")
        self.assert_quiet(probe, 1)
        person.do("credits")
        self.assert_quiet(probe, 1)
        person.move()
        probe.next("input", 1)

    def test_a_short_film_in_a_pause_is_no_return(self):
        probe = self.begin(500)
        person = Person(self)
        probe.next("paused")
        person.do("film")
        time.sleep(3)  # as long as the film is
        person.do("credits")
        time.sleep(1.5)  # so that whatever follows from it has followed
        self.assertNotIn("input", probe.news())
        person.move()
        probe.next("input", 2)

    # Which display

    def test_what_the_setting_makes_of_the_environment(self):
        self.sway.start()
        display = self.env.pop("WAYLAND_DISPLAY")

        def verdict(source, **environment):
            before = dict(self.env)
            self.env.update(environment)
            probe = Probe(self, source, "500")
            self.env = before
            line = probe.next("changed", 5)
            probe.process.kill()
            return line
        self.assertEqual(verdict("auto", WAYLAND_DISPLAY=display), self.there())
        self.assertEqual(verdict("none", WAYLAND_DISPLAY=display), "changed none -")
        self.assertIn("no X server on :99999", verdict("x11", WAYLAND_DISPLAY=display,
                                                       DISPLAY=":99999"))
        # By its whole path, and found without being told of it.
        self.assertEqual(verdict("auto", WAYLAND_DISPLAY=self.path("run", display),
                                 XDG_RUNTIME_DIR="/nonexistent"), self.there())
        self.assertEqual(verdict("auto"), self.there())
        self.assertEqual(verdict("auto", WAYLAND_DISPLAY="wayland-7"), self.there())
        self.assertIn("no Wayland compositor on ?a", verdict("wayland", WAYLAND_DISPLAY="\x01a",
                                                             XDG_RUNTIME_DIR="/nonexistent"))

    def test_an_x_server_that_works_comes_before_a_compositor_nobody_named(self):
        self.sway.start()
        self.start_x()
        del self.env["WAYLAND_DISPLAY"]
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed"), "changed x11 -")
        # It is the last resort when the X server goes.
        self.x.kill()
        self.assertEqual(probe.next("changed"), "changed none no X server on :%d" % self.display)
        self.assertEqual(probe.next("changed"), self.there())

    def test_the_user_manager_knows_the_display(self):
        """A compositor's socket of a name that says nothing, in no folder that anybody watches."""
        self.sway.start()
        os.mkdir(self.path("elsewhere"))
        path = self.path("elsewhere", "socket")
        os.rename(self.path("run", self.env.pop("WAYLAND_DISPLAY")), path)
        probe = Probe(self, "auto", "500")
        self.assertIn("there is no display", probe.next("changed none", 5))
        self.start_user_manager("WAYLAND_DISPLAY=" + path)
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed"), self.there())
        # Our own environment's display is dead.
        self.env["WAYLAND_DISPLAY"] = "wayland-7"
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed"), self.there())
        probe = Probe(self, "wayland", "500")
        self.assertEqual(probe.next("changed"), self.there())
        probe.next("paused")
        self.env["WAYLAND_DISPLAY"] = path
        self.type()
        probe.next("input", 1)

    def test_the_user_manager_knows_an_x_server(self):
        self.start_x()
        self.start_user_manager("XAUTHORITY=/nonexistent", "DISPLAY=" + self.env["DISPLAY"])
        self.env["DISPLAY"] = ":99999"
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed"), "changed x11 -")

    def test_a_user_manager_that_hangs(self):
        self.start_user_manager("WAYLAND_DISPLAY=wayland-1").freeze()
        probe = Probe(self, "auto", "500")
        probe.answers()
        self.assertIn("there is no display", probe.next("changed none", 5))
        self.sway.start()
        self.assertEqual(probe.next("changed", 5), self.there())

    def test_xwayland_is_no_x_server(self):
        rig.need("Xwayland")
        self.sway.start()
        number = 20000 + os.getpid() % 10000
        xwayland = self.start(["Xwayland", ":%d" % number, "-noreset"])
        wait_for(lambda: os.path.exists("/tmp/.X11-unix/X%d" % number), 5, "Xwayland")
        self.env["DISPLAY"] = ":%d" % number
        display = self.env.pop("WAYLAND_DISPLAY")
        refusal = "changed none the X server on :%d is Xwayland" % number
        # A compositor of which nothing can be had.
        self.env["XDG_RUNTIME_DIR"] = self.path("empty")
        probe = Probe(self, "auto", "500")
        probe.next(refusal)
        # The user knows better.
        probe = Probe(self, "x11", "500")
        self.assertEqual(probe.next("changed"), "changed x11 -")
        # And it is not preferred to the compositor itself.
        self.env["XDG_RUNTIME_DIR"] = self.path("run")
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed"), self.there())
        self.env["WAYLAND_DISPLAY"] = display
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed"), self.there())
        self.assertTrue(xwayland.alive())

    def test_out_of_x_into_a_compositor(self):
        """And back: the display that we were started with comes first when there is one."""
        self.start_x()
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed"), "changed x11 -")
        self.x.kill()
        probe.next("changed none")
        self.sway.start()
        self.assertEqual(probe.next("changed", 5), self.there())
        probe.next("paused")
        self.type()
        probe.next("input", 1)
        self.sway.kill()
        probe.next("changed none")
        self.start_x(self.display)
        probe.next("changed x11 -", 5)


class Seats(Case):
    """More than one keyboard and pointer at the same compositor, each with a person of its own."""

    def begin(self, threshold=700):
        rig.need("swaymsg")
        self.sway.settings += "seat two fallback false\n"
        self.sway.start()
        self.env["SWAYSOCK"] = next(self.path("run", x) for x in os.listdir(self.path("run"))
                                    if x.startswith("sway-ipc"))
        wait_for(lambda: rig.listens(self.env["SWAYSOCK"]), 3, "sway to listen")
        # The settings name it, but only being read again makes it.
        self.swaymsg("reload")
        self.probe = Probe(self, "auto", str(threshold))
        self.probe.next(self.there())
        self.ann, self.bob = Person(self, "seat0"), Person(self, "two")
        self.probe.next("paused")
        return self.probe

    def swaymsg(self, *words):
        done = self.command("swaymsg", *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def names(self):
        return sorted(x["name"] for x in json.loads(self.command("swaymsg", "-rt",
                                                                 "get_seats").stdout))

    def come(self):
        """A third seat. Whoever is there then may find his pointer at another one."""
        self.swaymsg("seat", "three", "fallback", "false")
        wait_for(lambda: self.names() == ["seat0", "three", "two"], 2, "the seat")

    def go(self):
        """What its settings do not name is gone when they are read again; pointers have no seat
        then."""
        self.swaymsg("reload")
        wait_for(lambda: self.names() == ["seat0", "two"], 2, "the end of the seat")

    def move_until(self, person, line):
        """A seat's very first movement may be too early to be noticed."""
        def told():
            person.move()
            time.sleep(0.2)  # a gap, as hands have them
            return line in self.probe.news()
        wait_for(told, 3, line)
        self.probe.next(line)

    def move_for(self, person, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            person.move()
            time.sleep(0.2)  # the pace of the hand, not a wait for something

    def test_it_is_a_pause_only_if_all_rest(self):
        probe = self.begin()
        for person in (self.ann, self.bob):
            person.move()
            probe.next("input", 1)
            self.move_for(person, 2)
            self.assertEqual(probe.news(), [])
            quiet = time.monotonic()
            self.assert_age(probe.next("paused"), 700)
            self.assertLess(time.monotonic() - quiet, 1 * rig.PATIENCE)
            self.assert_quiet(probe, 0.5)

    def test_a_pause_is_as_long_as_the_shortest(self):
        probe = self.begin(1000)
        self.ann.move()
        probe.next("input", 1)
        self.move_for(self.bob, 0.7)
        self.assert_age(probe.next("paused", 2), 1000)
        self.bob.move()
        probe.next("input", 1)
        self.ann.move()
        self.assert_age(probe.next("paused", 2), 1000)

    def test_a_seat_that_comes(self):
        probe = self.begin()
        self.come()
        self.assert_quiet(probe, 1.5)
        cem = Person(self, "three")
        self.assert_quiet(probe, 0.5)
        cem.move()
        probe.next("input", 1)
        self.move_for(cem, 1.5)
        self.assertEqual(probe.news(), [])
        self.assert_age(probe.next("paused"), 700)

    def test_a_seat_that_comes_while_somebody_is_at_work(self):
        probe = self.begin()
        self.ann.move()
        probe.next("input", 1)
        self.come()
        ann = Person(self, "seat0")
        self.move_for(ann, 1.5)
        self.assertEqual([x for x in probe.news() if x == "input"], [])
        self.assert_age(probe.next("paused"), 700)

    def test_a_seat_that_goes_with_somebody_at_work_there(self):
        probe = self.begin(3000)
        self.come()
        cem = Person(self, "three")
        self.move_until(cem, "input")
        self.move_for(cem, 4)
        self.assertEqual(probe.news(), [])
        began = time.monotonic()
        self.go()
        # The others have rested for long.
        self.assertGreater(int(probe.next("paused", 2).split()[1]), 3000)
        self.assertLess(time.monotonic() - began, 1.5 * rig.PATIENCE)
        self.move_until(Person(self, "two"), "input")

    def test_seats_that_come_and_go_leave_nothing_behind(self):
        probe = self.begin()
        before = rig.descriptors(probe.pid)
        for _ in range(5):
            self.come()
            self.go()
        self.move_until(Person(self, "two"), "input")
        probe.next("paused")
        self.assertEqual(rig.descriptors(probe.pid), before)

    def test_a_film_at_one_of_them(self):
        self.need_old_protocol()
        probe = self.begin()
        self.bob.move()
        probe.next("input", 1)
        self.bob.do("film")
        self.assert_quiet(probe, 1.5)
        self.bob.do("credits")
        self.assert_age(probe.next("paused"), 700)


class Places(Case):
    """Out of one place where the same user sits into another, with the same limberd."""

    def open_terminal(self):
        """One of ours, with a program that reads in it. The tester's own count as well."""
        terminal = rig.Terminal(self, "cat")
        wait_for(lambda: terminal.popen.poll() is None, 2, "cat")
        return terminal

    def leave_sway_behind(self):
        """A socket on which nobody listens."""
        self.sway.start()
        self.sway.kill()
        self.assertTrue(os.path.exists(self.path("run", self.env["WAYLAND_DISPLAY"])))

    def test_a_socket_left_behind_does_not_hide_the_x_server(self):
        self.leave_sway_behind()
        self.start_x()
        began = time.monotonic()
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed", 2), "changed x11 -")
        self.assertLess(time.monotonic() - began, 1 * rig.PATIENCE)

    def test_a_socket_left_behind_does_not_hide_the_console(self):
        self.leave_sway_behind()
        self.open_terminal()
        self.env["XDG_SESSION_TYPE"] = "tty"
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed", 2), "changed tty -")
        # And somebody who listens there again is noticed.
        self.sway.start()
        self.assertEqual(probe.next("changed", 5), self.there())
        probe.next("paused", 2)

    def test_a_display_that_is_gone_does_not_hide_the_console(self):
        self.open_terminal()
        self.env.update(XDG_SESSION_TYPE="tty", WAYLAND_DISPLAY="wayland-3", DISPLAY=":99999")
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed", 2), "changed tty -")

    def test_a_compositor_that_hangs_is_there_all_the_same(self):
        self.open_terminal()
        self.sway.start()
        self.sway.freeze()
        self.env["XDG_SESSION_TYPE"] = "tty"
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed", 4), "changed none " + self.sway.silent())
        self.assert_quiet(probe, 2)
        self.sway.thaw()
        self.assertEqual(probe.next("changed", 1), self.there())

    def test_out_of_sway_onto_a_console_and_back(self):
        self.open_terminal()
        self.sway.start()
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed"), self.there())
        counts = []
        for _ in range(3):
            probe.forget()
            self.sway.kill()
            self.assertEqual(probe.next("changed", 1), "changed none " + self.sway.gone())
            # logind knows where the user is now. A crash is given some time all the same.
            probe.tell("terminal")
            began = time.monotonic()
            self.assertEqual(probe.next("changed", 8), "changed tty -")
            self.assertLess(time.monotonic() - began, 6 * rig.PATIENCE)
            probe.tell("desktop")
            self.sway.start()
            self.assertEqual(probe.next("changed " + self.sway.source, 5), self.there())
            probe.next("paused", 2)
            counts.append(rig.descriptors(probe.pid))
        self.assertEqual(counts[0], counts[-1])

    def test_from_a_console_to_a_desktop_that_is_not_seen(self):
        """What is done in terminals is a small part of what is done there."""
        self.open_terminal()
        probe = Probe(self, "auto", "500")
        self.assertIn("there is no display", probe.next("changed none", 3))
        probe.tell("terminal")
        self.assertEqual(probe.next("changed", 3), "changed tty -")
        probe.tell("desktop")
        self.assertIn("there is no display", probe.next("changed none there", 8))

    def test_out_of_gnome_into_sway_and_back(self):
        self.start_bus()
        mutter = desks.Mutter(self)
        mutter.start()
        probe = Probe(self, "auto", "500")
        self.assertEqual(probe.next("changed"), "changed mutter -")
        before = rig.descriptors(probe.pid)
        for _ in range(2):
            probe.forget()
            mutter.kill()
            self.assertIn("changed none", probe.next("changed", 1))
            self.sway.start()
            self.assertEqual(probe.next("changed " + self.sway.source, 5), self.there())
            probe.next("paused", 2)
            Person(self).move()
            probe.next("input", 1)
            self.sway.kill()
            probe.next("changed none", 1)
            mutter.restart()
            self.assertEqual(probe.next("changed mutter", 5), "changed mutter -")
            probe.next("paused", 2)
            mutter.press()
            probe.next("input", 1)
        self.assertEqual(rig.descriptors(probe.pid), before)


class Kwin(Case):
    """Version 1 of ext-idle-notify-v1."""

    def begin(self, threshold=500):
        self.kwin.start()
        probe = Probe(self, "auto", str(threshold))
        self.assertEqual(probe.next("changed", 10), "changed wayland -")
        return probe

    def test_a_film(self):
        probe = self.begin(500)
        person = Person(self)
        probe.next("paused")
        person.move()
        probe.next("input", 1)
        person.do("film")
        self.assert_quiet(probe, 1.5)
        person.move()
        self.assert_quiet(probe, 0.5)
        person.do("credits")
        self.assert_age(probe.next("paused"), 500)
        # One that comes in the pause does not end it.
        person.do("film")
        self.assert_quiet(probe, 1)
        person.do("credits")
        self.assert_quiet(probe, 1)
        person.move()
        probe.next("input", 1)

    def test_a_short_film_in_a_pause(self):
        probe = self.begin(500)
        person = Person(self)
        probe.next("paused")
        person.do("film")
        self.assert_quiet(probe, 0.5)
        person.do("credits")
        self.assert_quiet(probe, 2)
        person.move()
        probe.next("input", 1)

    def test_out_of_kde_into_sway(self):
        probe = self.begin(500)
        probe.next("paused")
        self.kwin.kill()
        self.assertEqual(probe.next("changed", 1), "changed none " + self.kwin.gone())
        self.sway.start()
        self.assertEqual(probe.next("changed " + self.sway.source, 5), self.there())
        probe.next("paused")
        Person(self).move()
        probe.next("input", 1)


if __name__ == "__main__":
    unittest.main()
