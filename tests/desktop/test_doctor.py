"""limber doctor on a terminal: the test with the user's own hands, on real displays."""

import json
import os
import unittest

import desks
import rig

STILL = "keep your hands still for 5s … "
TOUCH = "now touch mouse or keyboard … "
# What is not built yet is not looked for.
SETTINGS = "[quiet]\ncall = no\nscreencast = no\nfullscreen = no\ninhibitors = no\n"


class Live(rig.Rig):
    def begin(self, settings=SETTINGS):
        self.config(settings)
        self.start_daemon()

    def start_all(self):
        """What a desktop has beside its display and its notifications: then all is well."""
        rig.Logind(self)
        folder = os.path.join(self.env["XDG_CONFIG_HOME"], "autostart")
        os.makedirs(folder)
        with open(os.path.join(folder, "limberd.desktop"), "w", encoding="ascii"):
            pass

    def findings(self):
        return json.loads(self.limber("doctor", "--json").stdout)["findings"]

    def doctor(self, *args, **more):
        return rig.Terminal(self, rig.LIMBER, "doctor", *args, **more)

    def see_pause_and_return(self, touch):
        touch()
        terminal = self.doctor()
        terminal.shows(STILL, 10)
        self.assertNotIn(STILL + "seen", terminal.text())
        terminal.shows(STILL + "seen", 12)
        terminal.shows(TOUCH, 1)
        touch()
        terminal.shows(TOUCH + "seen", 5)
        return terminal


class OnX11(Live):
    def setUp(self):
        super().setUp()
        self.start_bus()
        self.start_x()

    def start_all(self):
        self.start_dunst()
        super().start_all()

    def begin(self, settings=SETTINGS):
        """Until limberd sees the display: before, there is nothing that could be tested."""
        super().begin(settings)
        rig.wait_for(lambda: ("input", "ok") in [(f["check"], f["state"]) for f in
                                                 self.findings()], 5, "the display to be seen")

    def test_all_is_well(self):
        self.start_all()
        self.begin()
        rig.wait_for(lambda: all(f["state"] == "ok" for f in self.findings()), 10,
                     "all to be well")
        terminal = self.see_pause_and_return(self.press)
        self.assertEqual(terminal.ended(), 0)
        self.assertTrue(terminal.text().endswith("\nall is well\n"), terminal.text())

    def test_do_not_disturb_is_told(self):
        self.start_all()
        self.begin()
        self.command("dunstctl", "set-paused", "true")
        rig.wait_for(lambda: "on, by dunst" in [f["detail"] for f in self.findings()], 5,
                     "do-not-disturb")

    def test_the_display_hangs(self):
        """The first diagnosis already says so, and the next one that it is over."""
        self.begin()
        rig.wait_for(lambda: self.property("IdleSource") == "x11", 5, "the source")
        self.x.freeze()
        source = self.findings()[0]
        self.assertEqual((source["check"], source["state"]), ("source", "degraded"))
        self.assertIn("does not answer", source["detail"])
        self.assertTrue(source["hint"])
        self.x.thaw()
        rig.wait_for(lambda: self.findings()[0]["state"] == "ok", 5, "the display")

    def test_skipped(self):
        self.begin()
        terminal = self.doctor()
        terminal.shows(STILL, 10)
        terminal.type("\x03")
        self.assertEqual(terminal.ended(), 1)
        self.assertIn(STILL + "skipped", terminal.text().replace("^C", ""))
        self.assertIn("missing", terminal.text().splitlines()[-1])

    def test_left_out(self):
        self.begin()
        terminal = self.doctor("--no-live")
        self.assertEqual(terminal.ended(), 1)
        self.assertNotIn("live test", terminal.text())
        done = self.limber("doctor")
        self.assertNotIn("live test", done.stdout)

    def test_not_seen(self):
        """Somebody who goes on typing is not called still, and hears why that may be."""
        self.begin()
        terminal = self.doctor()
        self.type_until(lambda: STILL + "not seen" in terminal.text(), 40, "its verdict", 0.5)
        self.assertEqual(terminal.ended(), 1)
        self.assertIn("something else looks like input", terminal.text())

    def test_limberd_ends_meanwhile(self):
        self.begin()
        terminal = self.doctor()
        terminal.shows(STILL, 10)
        self.daemon.stop()
        self.assertEqual(terminal.ended(), 3)
        self.assertIn("limberd is not running", terminal.text())

    def test_pauses_are_told_early_to_who_asks(self):
        """By itself limberd would ask to be told of longer ones only."""
        self.begin(SETTINGS + "[rule micro]\nevery = 2h\n[rule active]\nevery = 2h\n")
        rig.wait_for(lambda: self.property("IdleSource") == "x11", 5, "the source")
        self.press()

        def paused():
            return next(f.get("paused_usec") for f in self.findings() if f["check"] == "input")
        rig.wait_for(lambda: paused() == 0, 3, "input")
        rig.wait_for(lambda: paused() >= 4e6, 6, "a pause of 4 s")
        self.press()
        rig.wait_for(lambda: paused() == 0, 3, "input")


class OnWayland(Live):
    """Here a source knows of nobody before the first pause or the first input."""

    def learns_by_its_own_test(self, desk):
        self.start_bus()
        self.start_dunst_aside()
        self.start_all()
        self.at = desk(self).start()
        self.at.sit_down()
        self.begin()
        rig.wait_for(lambda: self.property("IdleSource") == self.at.source, 10, "the source")
        terminal = self.doctor()
        terminal.shows(STILL, 10)
        self.assertRegex(terminal.text(), r"degraded +input +not known yet")
        terminal.shows(STILL + "seen", 12)
        terminal.shows(TOUCH, 1)
        self.at.press()
        self.assertEqual(terminal.ended(8), 0, terminal.text())
        self.assertRegex(terminal.text(), r"seen\n  ok +input +there is input now\n\nall is well\n$")
        # What no setting can mend is told, and is no failure.
        said = " ".join(terminal.text().split())
        self.assertIn("ok video while a film or a call keeps the screen awake, a rest of yours is "
                      "not seen", said)
        self.assertIn("limber rested 10min", said)

    def test_sway(self):
        self.learns_by_its_own_test(desks.Sway)

    def test_kwin(self):
        self.learns_by_its_own_test(desks.Kwin)

    def test_not_all_is_well(self):
        """What else is missing stays so."""
        self.start_bus()
        sway = desks.Sway(self).start()
        self.begin()
        rig.wait_for(lambda: self.property("IdleSource") == sway.source, 10, "the source")
        terminal = self.see_pause_and_return(sway.press)
        self.assertEqual(terminal.ended(), 1)
        self.assertRegex(terminal.text(), r"missing +server")


if __name__ == "__main__":
    unittest.main()
