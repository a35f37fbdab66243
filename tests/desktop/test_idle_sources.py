"""What all idle sources promise, each at its own server. The probe is idle.h alone in a program
(tests/fakes/idle-probe.c); what is special to one source is told in a module of its own."""

import time
import unittest

import desks
import rig
from rig import Probe


class Source:
    """The tests of each desk, which is a rig.Idle as well."""

    desk = None
    # Wake-ups that a gap may cost.
    GAP = 2

    def begin(self, threshold=300):
        """A probe that sees the desk, and the first pause if the threshold is short."""
        self.at = self.desk(self).start()
        probe = self.look(threshold)
        self.assertEqual(probe.next("changed"), self.there())
        if threshold < 10000:
            probe.begins_a_pause()
        return probe

    def look(self, threshold=500):
        return Probe(self, self.at.setting, str(threshold))

    def there(self, problem="-"):
        return "changed %s %s" % (self.at.source, problem)

    # Watching

    def test_a_pause_and_its_end(self):
        probe = self.begin(700)
        for _ in range(3):
            self.at.press()
            quiet = time.monotonic()
            probe.next("input", 1)
            self.assert_age(probe.next("paused"), 700)
            self.assertLess(abs((time.monotonic() - quiet) * 1000 - 700), self.SLACK)

    def test_somebody_who_never_stops_is_seen(self):
        probe = self.begin(60000)
        self.at.press_for(3, every=0.25)
        self.assertEqual(probe.lines()[1:], ["input"])

    def test_a_higher_threshold_ends_no_pause(self):
        probe = self.begin()
        probe.tell("threshold 60000", "check", "ping")
        probe.next("pong")
        self.assert_quiet(probe, 0.5)
        self.at.press()
        probe.next("input", 1)
        self.assert_quiet(probe, 1)  # the higher threshold holds after input
        probe.tell("threshold 300")
        probe.next("paused", 1)

    @unittest.skipIf(rig.WRAPPER, "a wrapper wakes up on its own account")
    @rig.calm
    def test_a_gap_costs_few_wake_ups(self):
        probe = self.begin()
        # A server's first key tells every client of the keyboard, asked or not.
        self.at.press()
        probe.next("input", 1)
        probe.next("paused", 2)
        before = rig.switches_at_rest(probe.pid)
        for _ in range(5):
            self.at.press()
            probe.next("input", 1)
            probe.next("paused", 2)
        self.assertLessEqual(rig.switches_at_rest(probe.pid) - before, 5 * self.GAP)

    # A server that hangs

    def test_stopped_before_we_start(self):
        self.at = self.desk(self).start()
        self.at.freeze()
        began = time.monotonic()
        probe = self.look()
        probe.answers()
        self.assertEqual(probe.next("changed", 4), "changed none " + self.at.silent())
        self.assertGreater(time.monotonic() - began, 1.5)
        # Asked again, or not: it is found the moment it wakes up.
        probe.tell("check", "check")
        probe.answers()
        self.at.thaw()
        self.assertEqual(probe.next("changed", 1), self.there())
        probe.begins_a_pause()

    def test_stopped_before_we_start_and_killed(self):
        self.at = self.desk(self).start()
        self.at.freeze()
        probe = self.look()
        probe.next("changed none " + self.at.silent(), 4)
        self.at.kill()
        self.assertEqual(probe.next("changed", 1), "changed none " + self.at.gone())
        self.at.start()
        self.assertEqual(probe.next("changed", 5), self.there())

    def test_stopped_in_a_pause(self):
        probe = self.begin()
        self.at.freeze()
        probe.tell("check", "check")
        began = time.monotonic()
        self.assertEqual(probe.next("changed", 3), self.there(self.at.silent()))
        self.assertLess(abs(time.monotonic() - began - 2), self.SLACK / 1000)
        probe.answers()
        self.at.thaw()
        self.assertEqual(probe.next("changed", 1), self.there())
        self.assertEqual(probe.news(), [], "still the same pause")
        self.at.press()
        probe.next("input", 1)

    def test_stopped_and_killed_in_the_middle_of_a_question(self):
        probe = self.begin()
        self.at.freeze()
        probe.tell("check", "threshold 400")
        self.at.kill()
        self.assertEqual(probe.next("changed", 1), "changed none " + self.at.gone())
        self.at.start()
        self.assertEqual(probe.next("changed", 5), self.there())

    def test_a_short_stop_is_no_problem(self):
        probe = self.begin()
        self.at.freeze()
        probe.tell("check", "check", "check")
        probe.answers()
        self.at.thaw()
        self.at.press()
        self.assertEqual(probe.next("", 1), "input")

    def test_a_flood_of_thresholds_and_checks_to_a_stopped_one(self):
        probe = self.begin(60000)
        self.at.freeze()
        for i in range(50):
            probe.tell(*["threshold %d" % (10000 + i * 100 + j) for j in range(100)],
                       *["check"] * 100)
        probe.answers()
        # The newest one holds when the server is back.
        probe.tell("threshold 400")
        probe.answers()
        self.at.thaw()
        probe.next("paused", 2)


class X(Source, rig.Idle):
    desk = desks.Xvfb
    SLACK = 250 * rig.PATIENCE
    # xdotool types on XTEST's keyboard, one of the two devices that bear witness to resets of the
    # screen saver.
    GAP = 3


class XWithDevices(X):
    desk = desks.Xephyr
    GAP = 2


class Wayland(Source):
    """A source of this kind needs a library that may be missing."""

    def setUp(self):
        super().setUp()
        if not rig.built_with(b"libwayland-client.so"):
            self.skipTest("built without libwayland-client")


class Sway(Wayland, rig.Idle):
    desk = desks.Sway

    @property
    def GAP(self):
        """Version 1 of ext-idle-notify, as wlroots has it, takes a second look to tell input from
        the end of a film. Debian 13 has such a sway; 1.7 has the protocol before it."""
        return 3 if self.at.name.startswith(("sway 1.8", "sway 1.9", "sway 1.10")) else 2


class Kwin(Wayland, rig.Idle):
    desk = desks.Kwin


class Mutter(Source, rig.Idle):
    desk = desks.Mutter


if __name__ == "__main__":
    unittest.main()
