"""What was told limberd by mistake, or is over, can be taken back; and what is taken back stays so."""

import time

import rig
from test_history import SECOND, SETTINGS, History, plain

DAY = 86400 * SECOND


class TakenBack(History):
    def begin(self, more="[me]\nplace = mat\n"):
        self.config(SETTINGS + more)
        self.start_daemon()

    def again(self):
        """Nothing that was answered is lost with the process."""
        self.daemon.kill()
        self.start_daemon()

    def exercise(self, name):
        return plain(self.call("GetExercise", "s", name)[0])


class Sore(TakenBack):
    def sore(self):
        return {s["region"]: s["until_usec"] for s in map(plain, self.property("SoreRegions"))}

    def test_what_is_sore_can_be_read(self):
        self.begin()
        self.assertEqual(self.sore(), {})
        signals = rig.Signals(self)
        until = self.call("ReportSoreness", "as", "2", "Calf", "hips")[0]
        rig.wait_for(lambda: signals.seen("'SoreRegions'"), 5, "the soreness to be told")
        self.assertEqual(self.sore(), {"calves": until, "hips": until})
        self.call("ReportSoreness", "as", "1", "everything")
        self.assertEqual(list(self.sore()), ["whole-body"])
        self.again()
        self.assertEqual(list(self.sore()), ["whole-body"])

    def test_it_ends_where_somebody_says_so(self):
        self.begin()
        calves, hips = "calf-raise", "glute-squeeze"
        self.call("ReportSoreness", "as", "2", "calves", "hips")
        self.assertFalse(self.exercise(calves)["allowed"])
        self.call("EndSoreness", "as", "1", "Calf")
        self.assertTrue(self.exercise(calves)["allowed"])
        self.assertIn("sore", self.exercise(hips)["why"])
        self.again()
        self.assertTrue(self.exercise(calves)["allowed"])
        self.assertEqual(list(self.sore()), ["hips"])
        self.call("EndSoreness", "as", "0")
        self.assertEqual(self.sore(), {})
        self.again()
        self.assertEqual(self.sore(), {})
        self.assertTrue(self.exercise(hips)["allowed"])

    def test_places_have_muscles_in_common(self):
        self.begin()
        self.call("ReportSoreness", "as", "2", "neck", "shoulders")
        self.call("EndSoreness", "as", "1", "neck")
        self.assertEqual(list(self.sore()), ["shoulders"])
        self.assertIn("what is: shoulders", self.refused("EndSoreness", "as", "1", "upper-back"))
        # A part of it can be over, and of the whole body any.
        self.call("EndSoreness", "as", "1", "traps")
        self.assertNotIn("shoulders", self.sore())
        self.call("ReportSoreness", "as", "1", "whole-body")
        self.call("EndSoreness", "as", "1", "legs")
        self.assertNotIn("whole-body", self.sore())
        self.assertTrue(self.exercise("calf-raise")["allowed"])
        self.assertIn("neck", self.sore())

    def test_what_is_not_sore_cannot_end(self):
        self.begin()
        for words in (["0"], ["1", "neck"], ["1", "ghost"]):
            self.assertIn("nothing is noted as sore", self.refused("EndSoreness", "as", *words))
        self.call("ReportSoreness", "as", "2", "calves", "lower-back")
        self.assertIn("'neck' is not noted as sore; what is: lower-back, calves",
                      self.refused("EndSoreness", "as", "2", "calves", "neck"))
        self.assertIn("'ghost' is no muscle", self.refused("EndSoreness", "as", "2", "calves", "ghost"))
        self.assertEqual(set(self.sore()), {"calves", "lower-back"})
