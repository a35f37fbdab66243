"""The Mutter idle source against a real mutter without a screen, with its remote desktop as the
user's hands. The probe is idle.h alone in a program (tests/fakes/idle-probe.c)."""

import time
import unittest

import desks
import rig
from rig import Probe, wait_for


class MutterIdle(rig.Idle):
    def setUp(self):
        super().setUp()
        self.mutter = desks.Mutter(self)

    def begin(self, threshold=700):
        self.start_bus()
        self.mutter.start()
        self.probe = Probe(self, "mutter", str(threshold))
        self.probe.next("changed mutter -")
        self.probe.next("")
        return self.probe

    def rest(self, seconds):
        """The time of a person, not a wait for something."""
        time.sleep(seconds)

    # Watching

    def test_a_pause_older_than_we_are_is_told_whole(self):
        self.start_bus()
        self.mutter.start()
        self.mutter.press()
        quiet = time.monotonic()
        self.rest(1.2)
        probe = Probe(self, "mutter", "500")
        line = probe.next("paused")
        self.assert_age(line, (time.monotonic() - quiet) * 1000)
        self.assertEqual(probe.lines()[0], "changed mutter -")
        self.mutter.press()
        probe.next("input", 0.5)

    def test_a_lower_threshold_in_a_longer_pause_is_told_at_once(self):
        probe = self.begin(60000)
        self.mutter.press()
        quiet = time.monotonic()
        self.rest(1)
        probe.tell("threshold 400")
        self.assert_age(probe.next("paused", 0.5), (time.monotonic() - quiet) * 1000)

    def test_a_lower_threshold_holds_for_the_pause_under_way(self):
        probe = self.begin(60000)
        self.mutter.press()
        probe.tell("threshold 50000", "threshold 900", "threshold 800")
        self.assert_age(probe.next("paused", 2), 800)

    def test_a_watch_of_an_earlier_threshold_says_nothing(self):
        probe = self.begin(60000)
        for threshold in (1500, 1400, 1300, 500):
            probe.tell("threshold %d" % threshold, "ping")
            probe.next("pong")
        self.mutter.press()
        self.assert_age(probe.next("paused"), 500)
        self.rest(1.5)
        self.assertEqual(probe.news(), [])

    def test_a_watch_that_fires_while_its_threshold_is_raised(self):
        probe = self.begin(1500)
        self.mutter.press()
        self.rest(0.3)  # the key is up again
        self.mutter.freeze()
        probe.tell("threshold 60000", "ping")
        probe.next("pong")
        self.rest(1.6)
        self.mutter.thaw()
        probe.tell("check")
        self.rest(0.5)
        self.assertEqual(probe.news(), [])

    # A compositor that goes and comes

    def test_killed_and_followed_by_another(self):
        probe = self.begin()
        probe.forget()
        self.mutter.kill()
        self.assertEqual(probe.next("changed", 1), "changed none " + self.mutter.gone())
        before = rig.switches_at_rest(probe.pid)
        self.rest(3)
        self.assertEqual(rig.switches(probe.pid), before, "looked for one that had gone")
        self.mutter.restart()
        self.assertEqual(probe.next("changed", 2), "changed mutter -")
        probe.next("input", 1)
        self.assert_age(probe.next("paused"), 700)
        self.mutter.press()
        probe.next("input", 0.5)

    def test_none_at_first(self):
        self.start_bus()
        probe = Probe(self, "mutter", "700")
        self.assertEqual(probe.next("changed"), "changed none " + self.mutter.gone())
        self.mutter.start()
        self.assertEqual(probe.next("changed"), "changed mutter -")
        probe.next("input", 1)

    # A compositor that hangs

    def test_stopped_while_active(self):
        probe = self.begin(1500)
        self.mutter.press()
        self.rest(0.3)  # the key is up again
        self.assertEqual(probe.lines()[-1], "input")
        self.mutter.freeze()
        probe.tell("check")
        self.assertEqual(probe.next("changed", 3), "changed mutter " + self.mutter.silent())
        self.assertEqual(probe.news(), [])
        self.mutter.thaw()
        # Its clock went on: the pause is longer than the threshold now, and that is told before
        # anything else of what it said last is taken for true again.
        self.assert_age(probe.next("", 1), 2300)
        self.assertEqual(probe.next("", 1), "changed mutter -")
        self.assertEqual(probe.news(), [])

    # What holds the screen

    def test_pauses_are_seen_while_the_screen_is_held(self):
        self.start_bus()
        self.mutter.inhibit(8)
        self.mutter.start()
        probe = Probe(self, "mutter", "6000")
        probe.next("changed mutter -")
        probe.next("watched")
        self.mutter.press_for(3)
        quiet = time.monotonic()
        self.assertFalse([x for x in probe.lines() if x.startswith("paused")])
        probe.next("paused", 9)
        told = time.monotonic() - quiet
        self.assertLess(abs(told - 6), 1.5 * rig.PATIENCE)
        self.assert_age(probe.lines()[-1], told * 1000)
        before = rig.switches_at_rest(probe.pid)
        self.rest(6)
        self.assertEqual(rig.switches(probe.pid), before, "woke up in a pause")
        self.mutter.press()
        probe.next("input", 0.5)
        probe.next("paused", 9)

    @rig.takes(23)
    @rig.calm
    def test_typing_while_the_screen_is_held_costs_a_look_in_a_threshold(self):
        self.hold_while_active(5000)
        before = rig.switches_at_rest(self.probe.pid)
        self.mutter.press_for(20)
        # For each look: the timer, the answer, the watch for input.
        self.assertLessEqual(rig.switches(self.probe.pid) - before, 5 * 4)
        self.assertEqual(self.probe.news(), [])

    def hold_while_active(self, threshold):
        self.start_bus()
        self.mutter.inhibit(0)
        self.mutter.start()
        self.probe = Probe(self, "mutter", str(threshold))
        self.probe.next("changed mutter -")
        self.probe.next("input")
        self.mutter.press()
        self.mutter.inhibit(8)
        self.probe.next("watched", 1)
        self.probe.tell("ping")
        self.probe.next("pong")

    def test_a_lower_threshold_while_the_screen_is_held(self):
        self.hold_while_active(60000)
        self.rest(1)
        self.probe.tell("threshold 5000")
        self.assert_age(self.probe.next("paused", 6), 5000)

    def test_the_end_of_a_hold_is_no_return(self):
        self.hold_while_active(5000)
        self.probe.next("paused", 7)
        self.mutter.inhibit(0)
        self.probe.next("unwatched", 1)
        self.probe.tell("check")
        # Mutter counts from 0 again: its watch fires once more in the same pause.
        wait_for(lambda: self.mutter.idle_ms() > 5200, 7, "the second firing")
        self.probe.tell("check", "ping")
        self.probe.next("pong")
        self.assertEqual([x for x in self.probe.lines() if x == "input"], ["input"])
        self.mutter.press()
        self.probe.next("input", 0.5)
        self.assert_age(self.probe.next("paused", 7), 5000)

    def test_a_pause_in_which_a_hold_ends_is_told_from_its_beginning(self):
        self.hold_while_active(5000)
        self.mutter.press()
        self.rest(0.3)
        # Looked at once more; now it is known since when nobody has typed.
        self.probe.tell("check", "ping")
        self.probe.next("pong")
        quiet = time.monotonic() - 0.3
        self.rest(2)
        self.mutter.inhibit(0)
        self.probe.next("unwatched", 1)
        line = self.probe.next("paused", 8)
        self.assertLess(abs(time.monotonic() - quiet - 5), 1 * rig.PATIENCE)
        self.assert_age(line, (time.monotonic() - quiet) * 1000)

    def test_typing_over_the_end_of_a_hold_is_no_pause(self):
        self.hold_while_active(3000)
        self.mutter.press_for(2)
        self.mutter.inhibit(0)
        self.mutter.press_for(6)
        self.assertEqual(self.probe.lines()[-1], "unwatched")
        self.assert_age(self.probe.next("paused", 5), 3000)

    def test_another_action_that_is_inhibited_holds_nothing(self):
        self.hold_while_active(1000)
        self.mutter.inhibit(1)
        self.probe.next("unwatched", 1)
        self.mutter.press()
        self.rest(0.5)
        # Mutter resets its idle time now as well, while its watch goes on.
        self.mutter.inhibit(5)
        self.assert_age(self.probe.next("paused", 3), 1000)
        self.mutter.inhibit(1)
        self.probe.tell("check", "ping")
        self.probe.next("pong")
        self.rest(0.3)
        self.assertEqual(self.probe.news(), [])

    def test_a_session_manager_that_goes(self):
        self.hold_while_active(5000)
        self.mutter.end_session()
        self.probe.next("unwatched", 1)
        # Mutter goes by its last word, so pauses are still looked for.
        self.probe.next("paused", 7)

    def test_a_compositor_that_comes_while_the_screen_is_held(self):
        self.hold_while_active(5000)
        self.mutter.kill()
        self.probe.next("unwatched", 1)
        self.probe.next("changed none", 1)
        self.mutter.restart()
        self.probe.next("changed mutter -", 2)
        self.probe.next("watched", 2)
        self.probe.next("paused", 8)


if __name__ == "__main__":
    unittest.main()
