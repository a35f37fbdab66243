"""What was told limberd by mistake, or is over, can be taken back; and what is taken back stays so."""

import sqlite3

import rig
from test_history import SECOND, SETTINGS, VICTIM, History, plain


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
        self.assertIn("there is no muscle 'ghost'", self.refused("EndSoreness", "as", "2", "calves", "ghost"))
        self.assertEqual(set(self.sore()), {"calves", "lower-back"})


class Pain(TakenBack):
    def level(self):
        return self.property("Level")

    def pictures(self):
        """What the coach remembers of all exercises, without what only tells how it was."""
        aside = ("before-", "cap-", "was-", "said-")
        return [(exercise, sorted(line for line in text.splitlines() if not line.startswith(aside)))
                for exercise, text in self.ask("SELECT exercise, text FROM progress ORDER BY exercise")
                if any(not line.startswith(aside) for line in text.splitlines())]

    def test_a_slip_is_taken_back_with_all_that_followed(self):
        self.begin("[me]\nplace = mat\nlevel = 5\n")
        self.call("Consent", "b", "true")
        self.call("Rate", "ss", "bridge-pose", "like")
        before = self.pictures()
        self.assertEqual(self.level(), 5)
        self.call("Rate", "ss", "bridge-pose", "hurts")
        self.assertEqual(self.level(), 2)
        self.assertTrue(self.blocked("bridge-pose"))
        self.again()
        self.assertTrue(self.blocked("bridge-pose"))
        self.call("TakeBackHurts", "s", "Bridge pose")
        self.assertEqual(self.level(), 5)
        self.assertFalse(self.blocked("bridge-pose"), self.exercise("bridge-pose")["why"])
        self.assertEqual(self.pictures(), before)
        self.assertEqual(self.ask("SELECT verdict FROM ratings"), [("like",)])
        # Not even if the ratings are all that is left of the file.
        self.again()
        self.assertEqual(self.level(), 5)
        self.assertFalse(self.blocked("bridge-pose"))

    def test_what_really_hurt_stays(self):
        self.begin()
        for name in (VICTIM, "neck-turns"):
            self.call("Rate", "ss", name, "hurts")
        self.call("TakeBackHurts", "s", VICTIM)
        for _ in range(2):
            self.assertFalse(self.blocked())
            self.assertTrue(self.blocked("neck-turns"))
            self.again()
        # No other word takes it back.
        for verdict in ("like", "easy", "dislike", "hard"):
            self.call("Rate", "ss", "neck-turns", verdict)
            self.assertTrue(self.blocked("neck-turns"))

    def test_nobody_said_so(self):
        self.begin()
        said = "nobody said within the last 7 days that '%s' hurts" % VICTIM
        self.assertIn(said, self.refused("TakeBackHurts", "s", VICTIM))
        self.call("Rate", "ss", VICTIM, "hard")
        self.assertIn(said, self.refused("TakeBackHurts", "s", VICTIM))
        self.assertIn("did you mean '%s'" % VICTIM, self.refused("TakeBackHurts", "s", VICTIM[:-1]))
        self.call("Rate", "ss", VICTIM, "hurts")
        self.call("TakeBackHurts", "s", VICTIM)
        self.assertIn(said, self.refused("TakeBackHurts", "s", VICTIM))

    def test_the_regions_that_rest_and_the_notices_go_with_it(self):
        self.begin()
        for name in ("wrist-flexor-stretch", "prayer-stretch", "wrist-extensor-stretch"):
            self.call("Rate", "ss", name, "hurts")
        resting = [plain(r)["region"] for r in self.property("RestingRegions")]
        self.assertIn("wrists", resting)
        self.call("TakeBackHurts", "s", "wrist-extensor-stretch")
        self.assertEqual(self.property("RestingRegions"), [])
        objects = self.call("GetManagedObjects", interface="org.freedesktop.DBus.ObjectManager")[0]
        kinds = [i[rig.NAME + ".Notice"]["Kind"]["data"] for i in objects.values() if rig.NAME + ".Notice" in i]
        self.assertNotIn("safety", kinds)
        self.assertNotIn("advice", kinds)

    def test_while_the_history_cannot_be_read_nothing_is_known_to_take_back(self):
        self.begin()
        self.call("Rate", "ss", VICTIM, "hurts")
        self.daemon.stop()
        lock = sqlite3.connect(self.file, isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN EXCLUSIVE")
        self.start_daemon()
        self.assertIn("history", self.refused("TakeBackHurts", "s", VICTIM))
        lock.close()
        self.call("TakeBackHurts", "s", VICTIM)
        self.assertFalse(self.blocked())
        self.again()
        self.assertFalse(self.blocked())


class Activities(TakenBack):
    def log(self, kind, minutes):
        self.call("LogActivity", "st", kind, str(minutes * 60 * SECOND))

    def remove(self, *query):
        words = [word for entry in query for word in entry]
        return plain(self.call("RemoveActivity", "a{sv}", str(len(query)), *words)[0])

    def refuses(self, *query):
        words = [word for entry in query for word in entry]
        return self.refused("RemoveActivity", "a{sv}", str(len(query)), *words)

    def logged(self):
        return [(a["kind"], a["length_usec"] // SECOND // 60) for a in self.activities()]

    def counted(self):
        return {what: amount // SECOND // 60 for totals in self.days().values()
                for what, amount in totals.items() if what.startswith("activity:")}

    def known(self):
        """What the coach remembers, by exercise and key, as it is on the disk."""
        return {(exercise, line.split("=")[0]): line for exercise, text in self.ask(
            "SELECT exercise, text FROM progress") for line in text.splitlines()}

    def test_the_latest_of_what_is_asked_for(self):
        self.begin()
        self.log("walking", 20)
        self.log("yoga", 30)
        self.log("walking", 20 * 60)
        gone = self.remove()
        self.assertEqual((gone["kind"], gone["length_usec"]), ("walking", 20 * 3600 * SECOND))
        self.assertEqual(self.logged(), [("walking", 20), ("yoga", 30)])
        self.assertEqual(self.counted(), {"activity:walking": 20, "activity:yoga": 30})
        self.log("walking", 45)
        self.log("swimming", 20)
        self.assertEqual(self.remove(("kind", "s", "walk"), ("length_usec", "t", str(1200 * SECOND)))["id"], 1)
        self.assertEqual(self.logged(), [("yoga", 30), ("walking", 45), ("swimming", 20)])
        self.remove(("id", "t", str(self.activities()[0]["id"])))
        self.assertEqual(self.remove(("later", "s", "key"), ("kind", "s", ""))["kind"], "swimming")
        self.remove()
        self.assertEqual((self.logged(), self.counted()), ([], {}))

    def test_what_is_not_there_cannot_go(self):
        self.begin()
        self.assertIn("there is no activity in the log; nothing is removed", self.refuses())
        self.log("walking", 20)
        self.assertIn("there is no yoga in the log; nothing is removed", self.refuses(("kind", "s", "yoga")))
        self.assertIn("there is no walking of 30min in the log; the latest is walking of 20min.",
                      self.refuses(("kind", "s", "walking"), ("length_usec", "t", str(1800 * SECOND))))
        self.assertIn("there is no such activity in the log any more", self.refuses(("id", "t", "7")))
        self.assertIn("no such activity", self.refuses(("id", "t", str(2 ** 64 - 1))))
        self.assertIn("'wallking' is no kind of activity, perhaps you mean walking",
                      self.refuses(("kind", "s", "wallking")))
        self.assertIn("'length_usec' takes a length", self.refuses(("length_usec", "s", "20min")))
        self.assertEqual(self.logged(), [("walking", 20)])

    def test_it_counts_for_nothing(self):
        """The day has room for it again, as for all that was wrong with it."""
        self.begin()
        self.log("walking", 20 * 60)
        self.assertIn("more than a day has", self.refused("LogActivity", "st", "gym", str(5 * 3600 * SECOND)))
        self.remove()
        self.log("gym", 5 * 60)
        self.again()
        self.assertEqual(self.counted(), {"activity:gym": 5 * 60})

    def test_the_coach_knows_nothing_of_it(self):
        self.begin()
        self.take()
        self.call("StartBreak", "s", "micro")
        rig.wait_for(lambda: self.phase() == "working", 10, "a break with something done in it")
        self.log("walking", 20)
        self.log("yoga", 30)
        before = self.known()
        self.log("walking", 60)
        self.log("swimming", 600)
        self.log("yoga", 45)
        self.assertNotEqual(self.known(), before)
        for _ in range(3):
            self.remove()
        self.assertEqual(self.known(), before)
        self.again()
        self.assertEqual(self.logged(), [("walking", 20), ("yoga", 30)])
        # And of one before others: these stay.
        for kind in ("walking", "yoga"):
            self.remove(("kind", "s", kind))
        self.assertEqual([key for key, _ in self.known().items()
                          if key[0] in ("walking", "yoga-session") and key[1] in ("days", "done-marks")], [])

    def test_what_cannot_be_written_is_not_promised(self):
        self.begin()
        self.log("walking", 20)
        before = self.known()
        self.daemon.stop()
        lock = sqlite3.connect(self.file, isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN EXCLUSIVE")
        self.start_daemon()
        self.assertIn("history", self.refuses())
        lock.close()
        self.assertEqual(self.remove()["kind"], "walking")
        self.assertNotEqual(self.known(), before)
        self.again()
        self.assertEqual(self.logged(), [])
