"""Idle sources against the desktop servers of Debian 13 and sid, each in its root tree: the probe of
idle.h (tests/fakes/idle-probe.c), and a person at the server's own protocols."""

import time
import unittest

import rig
import tree
from rig import Probe, wait_for

# How far from the truth the beginning of a pause may be told, in ms.
SLACK = 500 * rig.PATIENCE


class Desktop:
    """What holds for all of them."""

    desk_type = None

    def begin(self, threshold=700):
        self.desk = self.desk_type(self).start()
        print("   %s: %s" % (self._testMethodName, self.desk.name))
        self.probe = Probe(self, "auto", str(threshold))
        self.probe.next("changed %s -" % self.desk.source, 10)
        return self.probe

    def pause(self, threshold=700):
        """The same, and nobody types."""
        probe = self.begin(threshold)
        probe.next("paused", threshold / 1000 + 3)
        return probe

    def assert_age(self, line, expected):
        self.assertTrue(line.startswith("paused "), line)
        self.assertLess(abs(int(line.split()[1]) - expected), SLACK,
                        "%s, not about %d" % (line, expected))

    def assert_quiet(self, seconds):
        time.sleep(seconds)
        self.assertEqual(self.probe.news(), [])

    def assert_answers(self):
        self.probe.tell("ping")
        self.probe.next("pong", 1)

    def test_a_pause_and_its_end(self):
        probe = self.pause(1000)
        for _ in range(3):
            self.desk.press()
            quiet = time.monotonic()
            probe.next("input", 1)
            self.assert_age(probe.next("paused"), 1000)
            self.assertLess(abs((time.monotonic() - quiet) * 1000 - 1000), SLACK)

    def test_somebody_who_never_stops_is_seen(self):
        probe = self.begin(60000)
        self.desk.press_for(3, every=0.25)
        wait_for(lambda: probe.lines()[-1] == "input", 1, "the input")
        self.assertEqual([x for x in probe.lines() if x.startswith("paused")], [])

    def test_killed_and_followed_by_another_of_another_name(self):
        probe = self.pause()
        for name in reversed(self.desk.places):
            self.desk.kill()
            probe.next("changed none", 1)
            self.desk.restart(name)
            probe.next("changed %s -" % self.desk.source, 5)
            # Told anew: GNOME's tells of a pause that is older than we are as well.
            self.desk.press()
            probe.next("paused", 3)
            self.desk.press()
            probe.next("input", 1)

    def test_a_server_that_hangs(self):
        probe = self.pause()
        self.desk.freeze()
        probe.tell("check", "check")
        self.assertRegex(probe.next("changed", 3), "^changed %s .* does not answer$" %
                         self.desk.source)
        self.assert_answers()
        self.desk.thaw()
        self.assertEqual(probe.next("changed", 1), "changed %s -" % self.desk.source)
        self.assertEqual(probe.news(), [], "still the same pause")
        self.desk.press()
        probe.next("input", 1)


class SeesInput(Desktop):
    """Version 2 of ext-idle-notify-v1: of input alone, and beside it what inhibitors make of it."""

    def test_a_film_while_somebody_types(self):
        probe = self.pause()
        self.desk.press()
        self.desk.hold()
        self.desk.press_for(3)
        self.assertEqual(probe.news(), ["input"])
        quiet = time.monotonic()
        self.assert_age(probe.next("paused", 2), 700)
        self.assertLess(abs((time.monotonic() - quiet) * 1000 - 700), SLACK)
        probe.next("watched", 3)
        self.desk.press()
        probe.next("input", 1)
        self.assert_age(probe.next("paused", 2), 700)
        probe.next("watched", 3)
        self.desk.release()
        probe.next("unwatched", 3)
        self.assert_quiet(1)

    def test_a_film_while_nobody_types(self):
        probe = self.pause()
        self.desk.hold()
        if self.desk.window_is_input:
            probe.next("input", 1)
            probe.next("paused", 3)
        if self.desk.tells_films_in_pauses or self.desk.window_is_input:
            probe.next("watched", 4)
        self.assert_quiet(3)
        self.desk.release()
        time.sleep(2)
        self.assertIn(probe.news(), (["unwatched"], []))
        self.desk.press()
        probe.next("input", 1)


class ObeysInhibitors(Desktop):
    """Version 1, to which a film is input: whether its viewer also types is not known."""

    def test_a_film_while_somebody_types(self):
        probe = self.pause()
        self.desk.press()
        probe.next("input", 1)
        self.desk.hold()
        self.desk.press_for(1)
        self.assert_quiet(2)
        self.desk.release()
        self.assert_age(probe.next("paused", 3), 700)

    def test_a_film_while_nobody_types(self):
        """It does not end the pause, although wlroots says that something has."""
        probe = self.pause()
        self.desk.hold()
        if self.desk.tells_films_in_pauses:
            probe.next("watched", 8)
        self.assert_quiet(3)
        self.desk.release()
        time.sleep(2)
        self.assertIn(probe.news(), (["unwatched"], []))
        self.desk.press()
        probe.next("input", 1)


class Gnome(Desktop):
    """GNOME's own interface; who holds the screen is a stand-in for gnome-session."""

    def test_a_film_while_somebody_types(self):
        probe = self.pause(5000)
        self.desk.press()
        probe.next("input", 1)
        self.desk.hold()
        probe.next("watched", 1)
        self.desk.press_for(3)
        self.assertEqual(probe.news(), [])
        quiet = time.monotonic()
        line = probe.next("paused", 8)
        told = time.monotonic() - quiet
        self.assertLess(abs(told - 5), 1.5 * rig.PATIENCE)
        self.assert_age(line, told * 1000)
        self.desk.press()
        probe.next("input", 1)
        self.desk.release()
        probe.next("unwatched", 1)
        self.assert_age(probe.next("paused", 6), 5000)

    def test_a_film_while_nobody_types(self):
        probe = self.pause()
        self.desk.hold()
        probe.next("watched", 1)
        self.assert_quiet(2)
        self.desk.release()
        probe.next("unwatched", 1)
        self.assert_quiet(2)
        self.desk.press()
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
    globals()[_desk.__name__] = type(_desk.__name__, (_kind, rig.Rig),
                                     {"desk_type": _desk, "__module__": __name__})
