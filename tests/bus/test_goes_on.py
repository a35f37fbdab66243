"""What a restart or a reload finds in the middle of things: a break that runs or is snoozed, and one that
is kept back."""

import rig
from test_history import DUE, SETTINGS, History, plain

BREAK = rig.NAME + ".Break"
FILLED = SETTINGS.replace("length = 4s", "length = 1min")
SECOND = 1000000


class Filled(History):
    """The exercises of a break stay those of the break."""

    def begin(self, more=""):
        self.config(FILLED + more)
        self.start_daemon()

    def steps(self):
        return [plain(s) for s in self.property("Steps", self.property("CurrentBreak"), BREAK)]

    def gone(self, seconds):
        """Killed, and started again so long after."""
        self.daemon.kill()
        self.change("UPDATE state SET at = at - %d" % (seconds * SECOND))
        self.start_daemon()

    def test_a_break_that_ended_meanwhile_was_filled(self):
        self.begin()
        self.call("StartBreak", "s", "micro")
        steps = self.steps()
        self.gone(120)
        found = self.breaks()[-1]
        self.assertEqual(found["outcome"], "taken")
        self.assertEqual(found["exercises"], {s["exercise"]: s["seconds"] * SECOND for s in steps})
        # The coach knows of it as well.
        self.assertIn("done-day=", self.ask("SELECT text FROM progress WHERE exercise = '%s'"
                                            % steps[0]["exercise"])[0][0])
        total = list(self.days().values())[0]
        self.assertEqual(sum(v for k, v in total.items() if k.startswith("set:")),
                         sum(s["seconds"] for s in steps) * SECOND)

    def test_a_break_cut_short_was_filled_as_far_as_it_went(self):
        self.begin()
        self.call("StartBreak", "s", "micro")
        first = self.steps()[0]
        self.gone(10 + first["ready"])
        found = self.breaks()[-1]
        self.assertEqual(found["outcome"], "cut-short")
        self.assertEqual(list(found["exercises"]), [first["exercise"]])
        # Getting ready for it is no part of it.
        self.assertGreater(first["ready"], 0)
        self.assertIn(found["exercises"][first["exercise"]] // SECOND, range(9, 15))
        # Once, and not with the next one again.
        self.take("Skip")
        self.assertEqual(self.breaks()[-1]["exercises"], {})

    def test_what_was_done_before_another_one_came_is_of_the_break(self):
        self.begin()
        path = self.call("StartBreak", "s", "micro")[0]
        first = self.steps()[0]
        self.call("Rested", "t", str((12 + first["ready"]) * SECOND))
        self.call("Replace", path=path, interface=BREAK)
        second = self.steps()[0]
        self.assertNotEqual(second["exercise"], first["exercise"])
        self.gone(120)
        done = self.breaks()[-1]["exercises"]
        self.assertIn(done.pop(first["exercise"]) // SECOND, range(12, 15))
        self.assertEqual(done, {second["exercise"]: second["seconds"] * SECOND})

    def snoozed(self, more=""):
        self.begin(more)
        self.call("Rested", "t", str(SECOND))
        self.change_load()
        rig.wait_for(lambda: self.phase() == "prompting", 10, "the prompt")
        self.call("Snooze", "t", "0")

    def change_load(self):
        self.config(FILLED.replace("every = 1h", "every = 2s"))
        self.call("Reload")

    def test_a_snoozed_break_comes_back_as_it_was(self):
        self.snoozed()
        brk = self.property("CurrentBreak")
        steps, body = self.steps(), self.property("Body", brk, BREAK)
        self.assertTrue(steps)
        self.assertIn("Off the desk today", body)
        self.gone(10)
        self.assertEqual(self.phase(), "snoozed")
        self.assertEqual(self.steps(), steps)
        self.assertEqual(self.property("Body", self.property("CurrentBreak"), BREAK), body)

    def test_nothing_comes_back_that_is_excluded_by_now(self):
        self.snoozed()
        steps = self.steps()
        self.daemon.kill()
        self.config(FILLED.replace("every = 1h", "every = 2s") + "[me]\nskip = %s\n" % " ".join(
            s["exercise"] for s in steps))
        self.start_daemon()
        self.assertEqual(self.phase(), "snoozed")
        # It has not begun, so that something else is chosen.
        others = {s["exercise"] for s in self.steps()}
        self.assertTrue(others)
        self.assertFalse(others & {s["exercise"] for s in steps})


class KeptBack(History):
    """How long a due break is kept back, and by what, is counted over restarts and reloads."""

    def setUp(self):
        super().setUp()
        self.config(DUE)
        self.start_daemon()
        rig.wait_for(lambda: self.phase() == "prompting", 10, "the prompt")
        self.call("Snooze", "t", "0")

    def delay(self, reason="snooze"):
        return self.breaks()[-1]["delays"].get(reason, 0)

    def total(self, reason="snooze"):
        return list(self.days().values())[0].get("held:" + reason, 0)

    def again(self, gone, how="kill"):
        if how == "kill":
            self.daemon.kill()
        else:
            self.daemon.stop()
        self.change("UPDATE state SET at = at - %d" % (gone * SECOND))
        self.start_daemon()
        self.assertEqual(self.phase(), "snoozed")

    def test_over_restarts(self):
        self.again(60)
        self.again(120, "stop")
        self.call("Skip")
        self.assertIn(self.delay() // SECOND, range(180, 210))
        self.assertEqual(self.total(), self.delay())
        # The next one begins with nothing.
        self.take()
        self.assertEqual(self.delay(), 0)

    def test_not_while_nobody_was_kept_from_anything(self):
        self.again(30)
        # Whatever is said has everything written.
        self.call("SetPosture", "s", "standing")
        self.daemon.kill()
        # Longer than what is bridged, and the snooze is over with it: it is rest, which clears.
        self.change("UPDATE state SET at = at - %d" % (400 * SECOND))
        self.start_daemon()
        self.call("StartBreak", "s", "micro")
        self.call("Skip")
        self.assertEqual(self.delay(), 0)
        self.assertIn(self.total() // SECOND, range(30, 60))

    def reloaded(self, text):
        self.daemon.kill()
        self.change("UPDATE state SET at = at - %d" % (60 * SECOND))
        self.start_daemon()
        self.config(text)
        self.call("Reload")

    def test_over_a_reload_with_other_rules_around(self):
        self.reloaded(DUE.replace("[rule micro]", "[rule tea]\nevery = 2h\nlength = 5min\n"
                                                  "[rule lunch]\nevery = 3h\nlength = 6min\n"
                                                  "[rule micro]"))
        self.assertEqual(self.phase(), "snoozed")
        self.call("Skip")
        self.assertEqual(self.breaks()[-1]["rule"], "micro")
        self.assertIn(self.delay() // SECOND, range(60, 90))

    def test_over_a_reload_that_takes_the_rule_away(self):
        self.call("StartBreak", "s", "micro")
        before = self.property("CurrentBreak")
        self.config(DUE.replace("[rule micro]", "[rule micro]\nenabled = no\n[rule tiny]"))
        self.call("Reload")
        rig.wait_for(lambda: self.breaks(), 10, "the end of a break that outlives its rule")
        self.assertNotEqual(before, "/")
        self.assertEqual(self.breaks()[-1]["rule"], "micro")
        self.assertGreater(self.delay(), 0)
        self.assertLess(self.delay(), 20 * SECOND)
