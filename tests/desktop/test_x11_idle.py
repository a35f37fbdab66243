"""The X11 idle source against a real Xvfb, with xdotool as the user. The probe is idle.h alone in a
program (tests/fakes/idle-probe.c)."""

import os
import subprocess
import time
import unittest

import desks
import rig
from rig import PROBE, Probe, wait_for


class Case(rig.Idle):
    SLACK = 150 * rig.PATIENCE
    kind = desks.Xvfb

    def setUp(self):
        super().setUp()
        self.desk = self.kind(self)

    def begin(self, threshold=500):
        self.desk.start()
        self.probe = Probe(self, "x11", str(threshold))
        self.probe.next("changed x11 -")
        self.probe.next("")
        return self.probe

    def reset(self):
        """What players and xdg-screensaver do to keep the screen on."""
        self.xset("s", "reset")

    def xset(self, *argv):
        rig.need("xset")
        done = self.command("xset", *argv)
        self.assertEqual(done.returncode, 0, done.stderr)

    def assert_quiet_but_for(self, probe, line, seconds):
        until = time.monotonic() + seconds
        wait_for(lambda: time.monotonic() > until, seconds + 1)
        self.assertLessEqual(set(probe.news()), {line})


class X11Idle(Case):
    # Watching

    def test_a_pause_older_than_we_are_is_told_whole(self):
        self.desk.start()
        self.desk.press()
        quiet = time.monotonic()
        wait_for(lambda: time.monotonic() - quiet > 1.2)
        probe = Probe(self, "x11", "500")
        line = probe.next("paused")
        self.assert_age(line, (time.monotonic() - quiet) * 1000)
        self.assertEqual(probe.lines()[0], "changed x11 -")

    def test_a_lower_threshold_in_a_longer_pause_is_told_at_once(self):
        probe = self.begin(60000)
        self.desk.press()
        quiet = time.monotonic()
        wait_for(lambda: time.monotonic() - quiet > 1)
        probe.tell("threshold 400")
        line = probe.next("paused", 0.5)
        self.assert_age(line, (time.monotonic() - quiet) * 1000)

    # A film

    @rig.patient
    @rig.patient
    def test_the_end_of_a_film(self):
        probe = self.begin(700)
        self.desk.press()
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        probe.forget()
        for _ in range(2):
            self.reset()
            self.assert_quiet_but_for(probe, "watched", 1.5)
        ended = time.monotonic()
        probe.next("unwatched", 80)
        self.assertGreater(time.monotonic() - ended, 65)
        self.desk.press()
        self.assertEqual(probe.next("", 1), "input")

    # A server that goes and comes

    # Any other X server that starts beside it is a reason to look.
    @rig.calm
    def test_a_killed_server_is_missed_and_its_successor_found(self):
        probe = self.begin()
        probe.forget()
        self.desk.kill()
        self.assertEqual(probe.next("changed", 1), "changed none " + self.desk.gone())
        # Nobody looks for it all the time: after the tries there is peace.
        before = [rig.switches(probe.pid), time.monotonic()]

        def peace():
            now = rig.switches(probe.pid)
            if now != before[0]:
                before[:] = [now, time.monotonic()]
            return time.monotonic() - before[1] > 2.5
        wait_for(peace, 15, "the end of the tries")
        self.desk.start()
        self.assertEqual(probe.next("changed", 3), "changed x11 -")
        probe.next("input", 1)
        probe.next("paused")
        self.desk.press()
        probe.next("input", 1)

    def test_a_display_without_a_server_at_first(self):
        self.desk.start()
        self.desk.kill()
        probe = Probe(self, "x11", "500")
        self.assertEqual(probe.next("changed"), "changed none " + self.desk.gone())
        self.desk.start()
        self.assertEqual(probe.next("changed"), "changed x11 -")

    # A server that hangs

    def test_nobody_is_left_waiting_for_a_hung_server(self):
        self.desk.start()
        self.desk.freeze()
        probe = Probe(self, "x11", "500")
        probe.next("changed none " + self.desk.silent(), 4)
        child, = rig.children(probe.pid)
        probe.process.kill()
        wait_for(lambda: not os.path.exists("/proc/%d" % child), 3, "the end of the child")

    def test_stopped_while_active(self):
        probe = self.begin(1500)
        self.desk.press()
        wait_for(lambda: probe.lines()[-1] == "input")
        self.desk.freeze()
        probe.tell("check")
        self.assertEqual(probe.next("changed", 3), "changed x11 " + self.desk.silent())
        self.assertEqual(probe.news(), [])
        self.desk.thaw()
        # The server's clock went on: the pause is now longer than the threshold. It is told by
        # the alarm or by the answer, so before or after the good news.
        wait_for(lambda: len(probe.news()) == 2, 1, "a pause and an answer")
        self.assertIn("changed x11 -", probe.news())
        self.assertGreater(int(max(probe.news()).split()[1]), 1500)

    # What cannot be watched

    def test_a_server_that_does_not_let_us_in(self):
        rig.need("mcookie", "xauth")
        self.start_x()
        self.x.stop()
        cookie = subprocess.run(["mcookie"], stdout=subprocess.PIPE, text=True, check=True)
        subprocess.run(["xauth", "-f", self.path("xauth"), "add", ":%d" % self.display, ".",
                        cookie.stdout.strip()], check=True, stderr=subprocess.DEVNULL)
        self.start(["Xvfb", ":%d" % self.display, "-auth", self.path("xauth"), "-nolisten", "tcp"],
                   "Xvfb")
        wait_for(lambda: os.path.exists("/tmp/.X11-unix/X%d" % self.display))
        probe = Probe(self, "x11", "500")
        probe.next("changed none the X server on :%d does not let limber in" % self.display)
        self.env["XAUTHORITY"] = self.path("xauth")
        probe = Probe(self, "x11", "500")
        wait_for(lambda: "changed x11 -" in probe.process.output(), 3, "the X server")

    def test_what_the_setting_makes_of_the_environment(self):
        def verdict(source, **environment):
            self.env = {k: v for k, v in self.env.items()
                        if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
            self.env.update(environment)
            done = subprocess.Popen(rig.WRAPPER + [PROBE, source], env=self.env, stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
            line = done.stdout.readline().strip()
            done.communicate("")
            self.assertEqual(done.returncode, 0)
            return line
        self.start_x()
        display = ":%d" % self.display
        self.assertEqual(verdict("none", DISPLAY=display), "changed none -")
        self.assertEqual(verdict("auto", DISPLAY=display), "changed x11 -")
        self.assertIn("none there is no display", verdict("auto"))
        self.assertIn("none there is no display", verdict("x11"))
        self.assertEqual(verdict("auto", DISPLAY=display, WAYLAND_DISPLAY="w"), "changed x11 -")
        self.assertEqual(verdict("x11", DISPLAY=display, WAYLAND_DISPLAY="w"), "changed x11 -")
        self.assertIn("no X server on no\\such??", verdict("x11", DISPLAY="no\\such\n\xe9"[:9]))


class Player(Case):
    """Somebody at the keys, and a program that keeps the screen on by resetting its saver."""

    def test_a_reset_of_the_screen_saver_is_no_return(self):
        probe = self.begin(700)
        self.desk.press()
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        probe.forget()
        # One may be anybody's; who resets again holds the screen.
        self.reset()
        self.assert_quiet(probe, 0.4)
        self.reset()
        self.assertEqual(probe.next("", 1), "watched")
        for how in (self.desk.press, self.desk.move):
            for _ in range(3):
                self.reset()
                self.assert_quiet(probe, 0.4)
            # Longer than the threshold after the last one: still the same pause.
            self.assert_quiet(probe, 1.2)
            self.reset()
            self.assert_quiet(probe, 0.4)
            how()
            self.assertEqual(probe.next("", 1), "unwatched")
            self.assertEqual(probe.next("", 1), "input")
            # A pause in front of the film, which goes on.
            probe.next("paused")
            self.assertEqual(probe.next("", 1), "watched")
            probe.forget()

    def test_a_reset_while_we_get_no_time_to_look(self):
        probe = self.begin(400)
        self.desk.press()
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        probe.forget()
        self.reset()
        self.assert_quiet(probe, 0.3)
        self.reset()
        probe.next("watched", 1)
        # The alarms are armed behind the reset, so all of them are answered at once.
        for _ in range(12):
            self.reset()
            probe.process.freeze()
            time.sleep(0.3)
            self.reset()
            probe.process.thaw()
            self.assert_quiet(probe, 0.2)
        self.desk.press()
        self.assertEqual(probe.next("", 1), "unwatched")
        self.assertEqual(probe.next("", 1), "input")

    def test_input_just_after_a_reset(self):
        probe = self.begin(400)
        probe.next("paused")
        for _ in range(5):
            self.reset()
            # The very first 20 ms after it nobody can tell from it.
            time.sleep(0.03)
            self.desk.press()
            probe.next("input", 1)
            probe.next("paused")

    def test_a_blank_screen_ends_no_pause(self):
        probe = self.begin(400)
        self.desk.press()
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        probe.forget()
        self.xset("s", "activate")
        self.assert_quiet(probe, 0.5)
        # Somebody has the screen on again.
        self.reset()
        self.assert_quiet(probe, 0.5)
        self.xset("s", "activate")
        self.desk.press()
        probe.next("input", 1)

    def test_a_reset_seen_by_a_check(self):
        probe = self.begin(400)
        self.desk.press()
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        probe.forget()
        self.reset()
        probe.tell("check", "check")
        self.assert_quiet(probe, 0.5)
        self.desk.press()
        probe.next("input", 1)


class Devices(Player):
    """The same at a server with a keyboard and a mouse of its own."""

    kind = desks.Xephyr

    def test_a_player_that_resets_more_often_than_the_threshold(self):
        probe = self.begin(300)
        self.desk.press()
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        probe.forget()
        self.desk.press()
        probe.next("input", 1)
        probe.tell("threshold 9000")
        began = time.monotonic()
        for at in (1, 5, 8.5):
            wait_for(lambda at=at: time.monotonic() - began > at, 5)
            self.reset()
            self.assertEqual(probe.news(), [])
        line = probe.next("paused", 3)
        # From the first reset on; what was before cannot be told from it.
        self.assert_age(line, 9000)
        self.assertLess(abs(time.monotonic() - began - 10), 0.7 * rig.PATIENCE)
        self.assertEqual(probe.next("", 1), "watched")
        self.reset()
        self.assert_quiet(probe, 1)
        self.desk.move()
        probe.next("input", 1)

    @rig.calm
    def test_a_player_does_not_wake_us_while_somebody_types(self):
        probe = self.begin(300)
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        probe.forget()
        self.desk.press()
        probe.next("input", 1)
        probe.tell("threshold 5000", "ping")
        probe.next("pong")
        before = rig.switches_at_rest(probe.pid)
        until = time.monotonic() + 6
        while time.monotonic() < until:
            self.desk.move()
            self.desk.press()
            self.reset()
            time.sleep(0.1)  # the pace of the hand, not a wait for something
        # The first reset, which Xephyr may tell of in two parts; 40 more or so say nothing new.
        self.assertLessEqual(rig.switches(probe.pid) - before, 2)
        self.assertEqual(probe.news(), [])


if __name__ == "__main__":
    unittest.main()
