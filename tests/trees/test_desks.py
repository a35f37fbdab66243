"""Idle sources against the desktop servers of Debian 13 and sid, each in its root tree: what all promise
(desktop/test_idle_sources.py), a successor of another name, and films."""

import os
import sys
import time
import unittest

import rig
import tree
from rig import Probe

sys.path.insert(0, os.path.join(rig.ROOT, "tests", "desktop"))

import test_idle_sources  # noqa: E402


class Desktop(test_idle_sources.Source):
    # Two at a time have a core of a small machine.
    SLACK = 500 * rig.PATIENCE

    def begin(self, threshold=300):
        probe = super().begin(threshold)
        print("   %s: %s" % (self._testMethodName, self.at.name))
        return probe

    def test_killed_and_followed_by_another_of_another_name(self):
        self.at = self.desk(self).start()
        probe = Probe(self, "auto", "700")
        probe.next("changed " + self.at.source, 10)
        for name in reversed(self.at.places):
            self.at.kill()
            probe.next("changed none", 1)
            self.at.restart(name)
            probe.next("changed %s -" % self.at.source, 5)
            self.at.press()
            probe.next("paused", 3)
            self.at.press()
            probe.next("input", 1)


class SeesInput(Desktop):
    """Version 2 of ext-idle-notify-v1: of input alone, and beside it what inhibitors make of it."""

    def test_a_film_while_somebody_types(self):
        probe = self.begin(700)
        self.at.press()
        self.at.hold()
        self.at.press_for(3)
        self.assertEqual(probe.news(), ["input"])
        quiet = time.monotonic()
        self.assert_age(probe.next("paused", 2), 700)
        self.assertLess(abs((time.monotonic() - quiet) * 1000 - 700), self.SLACK)
        probe.next("watched", 3)
        self.at.press()
        probe.next("input", 1)
        self.assert_age(probe.next("paused", 2), 700)
        probe.next("watched", 3)
        self.at.release()
        probe.next("unwatched", 3)
        self.assert_quiet(probe, 1)

    def test_a_film_while_nobody_types(self):
        probe = self.begin(700)
        self.at.hold()
        if self.at.window_is_input:
            probe.next("input", 1)
            probe.next("paused", 3)
        if self.at.tells_films_in_pauses or self.at.window_is_input:
            probe.next("watched", 4)
        self.assert_quiet(probe, 3)
        # All of them tell of it in the next pause.
        self.at.press()
        probe.next("input", 1)
        probe.next("paused", 2)
        probe.next("watched", 3)
        self.at.release()
        probe.next("unwatched", 3)
        self.at.press()
        probe.next("input", 1)


class ObeysInhibitors(Desktop):
    """Version 1, to which a film is input: whether its viewer also types is not known."""

    @property
    def GAP(self):
        """Who takes a film that begins in a pause for input is asked a second time."""
        return 3 if self.at.tells_films_in_pauses else 2

    def test_a_film_while_somebody_types(self):
        probe = self.begin(700)
        self.at.press()
        probe.next("input", 1)
        self.at.hold()
        self.at.press_for(1)
        self.assert_quiet(probe, 2)
        self.at.release()
        self.assert_age(probe.next("paused", 3), 700)

    def test_a_film_while_nobody_types(self):
        """It does not end the pause, although wlroots says that something has."""
        probe = self.begin(700)
        self.at.hold()
        if self.at.tells_films_in_pauses:
            probe.next("watched", 8)
        self.assert_quiet(probe, 3)
        # Nor is its viewer seen.
        self.at.press_for(1)
        self.assert_quiet(probe, 1)
        self.at.release()
        time.sleep(2)
        self.assertIn(probe.news(), (["unwatched"], []))
        self.at.press()
        probe.next("input", 1)


class Gnome(Desktop):
    """GNOME's own interface; who holds the screen is a stand-in for gnome-session."""

    def test_a_film_while_somebody_types(self):
        probe = self.begin(60000)
        self.at.press()
        probe.next("input", 3)
        probe.tell("threshold 5000")
        self.at.hold()
        probe.next("watched", 1)
        self.at.press_for(3)
        self.assertEqual(probe.news(), [])
        quiet = time.monotonic()
        line = probe.next("paused", 8)
        told = time.monotonic() - quiet
        self.assertLess(abs(told - 5), 1.5 * rig.PATIENCE)
        self.assert_age(line, told * 1000)
        self.at.press()
        probe.next("input", 1)
        self.at.release()
        probe.next("unwatched", 1)
        self.assert_age(probe.next("paused", 6), 5000)

    def test_a_film_while_nobody_types(self):
        probe = self.begin(700)
        self.at.hold()
        probe.next("watched", 1)
        self.assert_quiet(probe, 2)
        self.at.release()
        probe.next("unwatched", 1)
        self.assert_quiet(probe, 2)
        self.at.press()
        probe.next("input", 1)


class NotHere(unittest.TestCase):
    """Said by name, so that nobody takes them for tested."""

    def skip(self, name):
        self.skipTest(name + " does not start without a graphics card, which a tree has not")

    def test_hyprland(self):
        self.skip("Hyprland")

    def test_wayfire(self):
        self.skip("wayfire")

    def test_phoc(self):
        self.skip("phoc")


for _desk in tree.DESKS:
    _kind = Gnome if _desk.source == "mutter" else \
        SeesInput if _desk.group == "input" else ObeysInhibitors
    globals()[_desk.__name__] = type(_desk.__name__, (_kind, rig.Idle),
                                     {"desk": _desk, "__module__": __name__})
