"""Full screen (desktop/test_full_screen.py) at the compositors of Debian 13 and sid: those that list
their windows, and those that tell nobody."""

import os
import re
import sys

import rig
import tree
from rig import wait_for

sys.path.insert(0, os.path.join(rig.ROOT, "tests", "desktop"))

import test_full_screen  # noqa: E402
from test_full_screen import AT, BY_THE_DISPLAY, Window  # noqa: E402

# The first cage that does came after Debian 13.
LIST_WINDOWS = ("SwayTrixie", "SwaySid", "LabwcTrixie", "LabwcSid", "CageSid")


class Desktop:
    desk = None

    def begin(self):
        self.config(BY_THE_DISPLAY)
        self.start_bus()
        self.at = self.desk(self).start()
        print("   %s: %s" % (self._testMethodName, self.at.name))
        self.start_daemon()


class Told(Desktop):
    def test_until_it_is_smaller_or_killed(self):
        self.begin()
        film = Window(self, "mpv")
        wait_for(lambda: re.search(r" fullscreen +off", self.doctor()), 5, "what doctor says")
        film.do("full")
        self.until("mpv fills the screen" + AT)
        self.assertRegex(self.doctor(), "on, by mpv")
        self.idles()
        film.do("normal")
        self.until_not()
        film.do("full")
        self.until("mpv fills the screen" + AT)
        film.process.kill()
        self.until_not()

    def test_the_compositor_is_killed_and_followed_by_another(self):
        self.begin()
        for place in (self.at.place, *reversed(self.at.places)):
            self.at.restart(place)
            Window(self, "on-" + place, "full")
            self.until("on-%s fills the screen" % place + AT)
            self.at.kill()
            self.until_not()
        self.assertEqual(self.troubled(), [])


class Untold(Desktop):
    def test_it_tells_nobody(self):
        self.begin()
        wait_for(lambda: self.property("IdleSource") == self.at.source, 10, "the idle source")
        self.assert_blind()
        # Another one in its place is no better.
        self.at.restart()
        self.assert_blind()


for _desk in tree.DESKS:
    _kind = Told if _desk.__name__ in LIST_WINDOWS else Untold
    globals()[_desk.__name__] = type(_desk.__name__, (_kind, test_full_screen.Case),
                                     {"desk": _desk, "__module__": __name__})
