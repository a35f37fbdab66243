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
        """Everything that a desktop has: then all is well."""
        self.start_dunst()
        rig.Logind(self)
        folder = os.path.join(self.env["XDG_CONFIG_HOME"], "autostart")
        os.makedirs(folder)
        with open(os.path.join(folder, "limberd.desktop"), "w", encoding="ascii"):
            pass

    def begin(self, settings=SETTINGS):
        """Until limberd sees the display: before, there is nothing that could be tested."""
        super().begin(settings)
        rig.wait_for(lambda: ("input", "ok") in [(f["check"], f["state"]) for f in
                                                 self.findings()], 5, "the display to be seen")

    def findings(self):
        return json.loads(self.limber("doctor", "--json").stdout)["findings"]

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


class OnSway(Live):
    def test_seen(self):
        self.start_bus()
        sway = desks.Sway(self).start()
        self.begin()
        rig.wait_for(lambda: self.property("IdleSource") == sway.source, 10, "the source")
        terminal = self.see_pause_and_return(sway.press)
        self.assertEqual(terminal.ended(), 1)


if __name__ == "__main__":
    unittest.main()
