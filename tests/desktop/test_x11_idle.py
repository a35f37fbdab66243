"""The X11 idle source against a real Xvfb, with xdotool as the user. The probe is idle.h alone in a
program (tests/fakes/idle-probe.c)."""

import os
import subprocess
import time
import unittest

import rig
from rig import PROBE, Probe, wait_for

# How far from the truth the beginning of a pause may be told, in ms.
SLACK = 150 * rig.PATIENCE


class X11Idle(rig.Rig):
    def begin(self, threshold=500):
        self.start_x()
        self.probe = Probe(self, "x11", str(threshold))
        self.probe.next("changed x11 -")
        self.probe.next("")
        return self.probe

    def revive(self):
        """Another server on the same display."""
        self.x = self.start(["Xvfb", ":%d" % self.display, "-screen", "0", "640x480x24",
                             "-nolisten", "tcp", "-noreset"], "Xvfb")

    def move(self):
        self.xdotool("mousemove_relative", "--", "1", "1")

    def assert_age(self, line, expected):
        age = int(line.split()[1])
        self.assertLess(abs(age - expected), SLACK, "%s, not about %d" % (line, expected))

    def assert_answers(self, probe):
        probe.tell("ping")
        probe.next("pong", 1)

    # Watching

    def test_a_pause_and_its_end(self):
        probe = self.begin(700)
        probe.forget()
        self.press()
        quiet = time.monotonic()
        if probe.next("").startswith("input"):
            probe.next("paused")
        told = (time.monotonic() - quiet) * 1000
        self.assert_age(probe.lines()[-1], 700)
        self.assertLess(abs(told - 700), SLACK + 200)
        for _ in range(3):
            self.press()
            probe.next("input", 1)
            self.assert_age(probe.next("paused"), 700)
        self.move()
        probe.next("input", 1)

    def test_a_pause_older_than_we_are_is_told_whole(self):
        self.start_x()
        self.press()
        quiet = time.monotonic()
        wait_for(lambda: time.monotonic() - quiet > 1.2)
        probe = Probe(self, "x11", "500")
        line = probe.next("paused")
        self.assert_age(line, (time.monotonic() - quiet) * 1000)
        self.assertEqual(probe.lines()[0], "changed x11 -")

    def test_a_lower_threshold_in_a_longer_pause_is_told_at_once(self):
        probe = self.begin(60000)
        self.press()
        quiet = time.monotonic()
        wait_for(lambda: time.monotonic() - quiet > 1)
        probe.tell("threshold 400")
        line = probe.next("paused", 0.5)
        self.assert_age(line, (time.monotonic() - quiet) * 1000)

    def test_a_higher_threshold_ends_no_pause(self):
        probe = self.begin(300)
        self.press()
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        probe.tell("threshold 60000", "check", "ping")
        probe.next("pong")
        quiet = time.monotonic()
        wait_for(lambda: time.monotonic() - quiet > 0.5)
        self.assertEqual(probe.news(), [])
        self.press()
        probe.next("input", 1)
        wait_for(lambda: time.monotonic() - quiet > 1.5)
        self.assertEqual(probe.news(), [], "the higher threshold holds after input")
        probe.tell("threshold 300")
        probe.next("paused", 1)

    @unittest.skipIf(rig.WRAPPER, "a wrapper wakes up on its own account")
    @rig.calm
    def test_a_gap_costs_two_wake_ups(self):
        probe = self.begin(300)
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        probe.forget()
        # A server's first key tells every client of the keyboard, asked or not.
        self.press()
        probe.next("input", 1)
        probe.next("paused", 2)
        probe.forget()
        before = rig.switches_at_rest(probe.pid)
        for _ in range(5):
            self.press()
            probe.next("input", 1)
            probe.next("paused", 2)
        self.assertLessEqual(rig.switches_at_rest(probe.pid) - before, 10)

    # A server that goes and comes

    # Any other X server that starts beside it is a reason to look.
    @rig.calm
    def test_a_killed_server_is_missed_and_its_successor_found(self):
        probe = self.begin()
        probe.forget()
        self.x.kill()
        self.assertEqual(probe.next("changed", 1),
                         "changed none no X server on :%d" % self.display)
        # Nobody looks for it all the time: after the tries there is peace.
        before = [rig.switches(probe.pid), time.monotonic()]

        def peace():
            now = rig.switches(probe.pid)
            if now != before[0]:
                before[:] = [now, time.monotonic()]
            return time.monotonic() - before[1] > 2.5
        wait_for(peace, 15, "the end of the tries")
        self.revive()
        self.assertEqual(probe.next("changed", 3), "changed x11 -")
        probe.next("input", 1)
        probe.next("paused")
        self.press()
        probe.next("input", 1)

    def test_a_display_without_a_server_at_first(self):
        self.start_x()
        self.x.kill()
        probe = Probe(self, "x11", "500")
        self.assertEqual(probe.next("changed"), "changed none no X server on :%d" % self.display)
        self.revive()
        self.assertEqual(probe.next("changed"), "changed x11 -")

    # A server that hangs

    def silent(self):
        return "the X server on :%d does not answer" % self.display

    def test_stopped_before_we_start(self):
        self.start_x()
        self.x.freeze()
        began = time.monotonic()
        probe = Probe(self, "x11", "500")
        self.assert_answers(probe)
        self.assertEqual(probe.next("changed", 4), "changed none " + self.silent())
        self.assertGreater(time.monotonic() - began, 1.5)
        # Asked again, or not: it is found the moment it wakes up.
        probe.tell("check", "check", "ping")
        probe.next("pong", 1)
        self.x.thaw()
        self.assertEqual(probe.next("changed", 1), "changed x11 -")
        probe.next("input" if probe.news()[:1] == ["input"] else "paused", 1)

    def test_nobody_is_left_waiting_for_a_hung_server(self):
        self.start_x()
        self.x.freeze()
        probe = Probe(self, "x11", "500")
        probe.next("changed none " + self.silent(), 4)
        child, = rig.children(probe.pid)
        probe.process.kill()
        wait_for(lambda: not os.path.exists("/proc/%d" % child), 3, "the end of the child")

    def test_stopped_before_we_start_and_killed(self):
        self.start_x()
        self.x.freeze()
        probe = Probe(self, "x11", "500")
        self.assertEqual(probe.next("changed", 4), "changed none " + self.silent())
        self.x.kill()
        self.assertEqual(probe.next("changed", 1), "changed none no X server on :%d" % self.display)
        self.revive()
        self.assertEqual(probe.next("changed"), "changed x11 -")

    def test_stopped_in_a_pause(self):
        probe = self.begin(300)
        self.press()
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        self.x.freeze()
        probe.tell("check")
        self.assertEqual(probe.next("changed", 3), "changed x11 " + self.silent())
        self.assert_answers(probe)
        self.x.thaw()
        self.assertEqual(probe.next("changed", 1), "changed x11 -")
        self.assertEqual(probe.news(), [], "still the same pause")
        self.press()
        probe.next("input", 1)

    def test_stopped_while_active(self):
        probe = self.begin(1500)
        self.press()
        wait_for(lambda: probe.lines()[-1] == "input")
        self.x.freeze()
        probe.tell("check")
        self.assertEqual(probe.next("changed", 3), "changed x11 " + self.silent())
        self.assertEqual(probe.news(), [])
        self.x.thaw()
        # The server's clock went on: the pause is now longer than the threshold. It is told by
        # the alarm or by the answer, so before or after the good news.
        wait_for(lambda: len(probe.news()) == 2, 1, "a pause and an answer")
        self.assertIn("changed x11 -", probe.news())
        self.assertGreater(int(max(probe.news()).split()[1]), 1500)

    def test_stopped_and_killed_in_the_middle_of_a_question(self):
        probe = self.begin(300)
        self.x.freeze()
        probe.tell("check")
        self.x.kill()
        self.assertEqual(probe.next("changed", 1), "changed none no X server on :%d" % self.display)
        self.revive()
        self.assertEqual(probe.next("changed"), "changed x11 -")

    def test_a_short_stop_is_no_problem(self):
        probe = self.begin(300)
        wait_for(lambda: probe.lines()[-1].startswith("paused"))
        self.x.freeze()
        probe.tell("check", "check", "check", "ping")
        probe.next("pong", 1)
        self.x.thaw()
        self.press()
        self.assertEqual(probe.next("", 1), "input")

    def test_a_flood_of_thresholds_to_a_stopped_server(self):
        probe = self.begin(60000)
        self.press()
        wait_for(lambda: probe.lines()[-1] == "input")
        self.x.freeze()
        for i in range(50):
            probe.tell(*["threshold %d" % (10000 + i * 100 + j) for j in range(100)])
        self.assert_answers(probe)
        # The newest one holds when the server is back.
        probe.tell("threshold 400", "ping")
        probe.next("pong", 1)
        self.x.thaw()
        probe.next("paused", 2)

    def test_a_flood_of_checks_to_a_stopped_server(self):
        probe = self.begin(60000)
        self.x.freeze()
        for _ in range(50):
            probe.tell(*["check"] * 100)
        self.assert_answers(probe)
        self.x.thaw()
        self.press()
        probe.tell("threshold 300")
        probe.next("paused", 2)

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


if __name__ == "__main__":
    unittest.main()
