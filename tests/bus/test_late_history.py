"""A history that cannot be read when limberd starts, and can later: what it holds comes back, beside what
has happened since; and until then nothing is offered that may be wrong."""

import os
import sqlite3
import time

import rig
from test_goes_on import BREAK, SECOND
from test_history import ENDLESS, SETTINGS, History, plain

CONFIG = (SETTINGS.replace("length = 4s", "length = 1min")
          .replace("[rule active]\nenabled = no", "[rule active]\nevery = 2h\nlength = 5min"))
VICTIM, SECOND_VICTIM = "shoulder-rolls", "seated-march"


class Late(History):
    def setUp(self):
        super().setUp()
        self.config(CONFIG)
        self.lock = None

    def shut(self):
        """Another program holds the file."""
        self.lock = sqlite3.connect(self.file, isolation_level=None)
        self.addCleanup(self.lock.close)
        self.lock.execute("BEGIN EXCLUSIVE")

    def open(self):
        self.lock.close()

    def a_life_before(self):
        self.start_daemon()
        self.call("SetPosture", "s", "standing")
        self.call("Consent", "b", "true")
        self.call("Rate", "ss", VICTIM, "hurts")
        self.call("Rate", "ss", "palming", "like")
        self.take("Skip")
        self.call("LogActivity", "st", "walking", str(1200 * SECOND))
        self.daemon.stop()

    def exercise(self, name):
        return plain(self.call("GetExercise", "s", name)[0])

    def offered(self):
        """Sets of all that is offered now, on several routes."""
        found = set()
        for rule in ("micro", "active"):
            path = self.call("StartBreak", "s", rule)[0]
            for _ in range(4):
                steps = [plain(s) for s in self.property("Steps", path, BREAK)]
                found |= {self.exercise(s["exercise"])["set"] for s in steps}
                self.busctl("call", rig.NAME, path, BREAK, "Replace")
            self.call("Skip")
            found |= {self.exercise(plain(s)["exercise"])["set"]
                      for s in self.call("Preview", "s", rule)[0]}
        return found

    def finding(self, check):
        return [f for f in map(plain, self.call("Diagnose")[0])
                if (f["area"], f["check"]) == ("history", check)]

    def test_what_is_not_known_is_not_risked(self):
        self.a_life_before()
        self.shut()
        self.start_daemon()
        self.assertIn("in use by another program", self.history_problem())
        self.assertIn("what hurt you", self.history_problem())
        self.assertEqual(self.finding("memory")[0]["state"], "degraded")
        self.assertTrue(self.offered())
        self.assertLessEqual(self.offered(), {"eyes", "lifestyle"})
        victim = self.exercise(VICTIM)
        self.assertFalse(victim["allowed"])
        self.assertIn("nobody knows what hurt", victim["why"])
        self.assertTrue(self.exercise("eyes-20-20-20")["allowed"])
        self.open()
        # The next break is one of those that are known to be right.
        self.assertFalse(self.offered() <= {"eyes", "lifestyle"})
        self.assertEqual(self.history_problem(), "")
        self.assertEqual(self.finding("memory"), [])
        self.assertIn("another 7 days", self.exercise(VICTIM)["why"])

    def test_both_lives_are_remembered(self):
        self.a_life_before()
        self.shut()
        self.start_daemon()
        self.call("Rate", "ss", SECOND_VICTIM, "hurts")
        self.call("Rate", "ss", "palming", "like")
        self.take("Skip")
        self.open()
        self.call("LogActivity", "st", "walking", str(600 * SECOND))
        for name in (VICTIM, SECOND_VICTIM):
            self.assertIn("it hurt", self.exercise(name)["why"])
        self.daemon.stop()
        self.assertEqual(self.ask("SELECT count(*) FROM breaks"), [(2,)])
        palming = dict(line.split("=") for line in self.ask(
            "SELECT text FROM progress WHERE exercise = 'palming'")[0][0].split())
        self.assertEqual(palming["likes"], "2")
        memory = dict(line.rsplit("=", 1) for line in self.ask(
            "SELECT text FROM progress WHERE exercise = ''")[0][0].splitlines())
        self.assertEqual(memory["consent"], "1")
        self.assertEqual(memory["activity-seconds 0"], "1800")
        self.assertEqual(memory["hurts 0"], "2")
        # And are after the next start.
        self.start_daemon()
        for name in (VICTIM, SECOND_VICTIM):
            self.assertIn("it hurt", self.exercise(name)["why"])

    def test_a_consent_that_was_taken_back_stays_so(self):
        self.a_life_before()
        self.shut()
        self.start_daemon()
        self.call("Consent", "b", "false")
        self.open()
        self.take("Skip")
        self.daemon.stop()
        self.assertNotIn("consent=1", self.ask("SELECT text FROM progress WHERE exercise = ''")[0][0])

    def loaded(self, seconds=600):
        """The state says so much load, of a moment ago."""
        self.start_daemon()
        self.call("SetPosture", "s", "standing")
        self.daemon.kill()
        self.change("UPDATE state SET at = at - 1000000, text = replace(text, "
                    "'load micro ', 'load micro load.amount=%d ')" % (seconds * SECOND))
        self.change("UPDATE state SET text = replace(text, ' today.amount=', ' x=')")
        self.change("UPDATE state SET text = replace(text, 'now ', 'now today.amount=%d ')"
                    % (seconds * SECOND))

    def test_loads_posture_pause_and_reading_come_back(self):
        self.start_daemon()
        until = int(time.time() + 7200) * SECOND
        self.call("Pause", "t", str(until))
        self.call("SetReading", "t", str(ENDLESS))
        self.daemon.stop()
        self.loaded()
        self.shut()
        self.start_daemon()
        self.assertEqual((self.phase(), self.property("Posture")), ("working", "sitting"))
        time.sleep(1)
        self.open()
        self.call("LogActivity", "st", "walking", str(600 * SECOND))
        rig.wait_for(lambda: self.phase() == "paused", 5, "the pause")
        self.assertEqual(self.property("PausedUntilUSec"), until)
        self.assertEqual(self.property("ReadingUntilUSec"), ENDLESS)
        self.assertEqual(self.property("Posture"), "standing")
        self.assertIn(self.load() // SECOND, range(601, 630))
        self.assertIn(self.property("ActiveTodayUSec") // SECOND, range(601, 630))
        # It is there after kill -9, too.
        self.daemon.kill()
        self.start_daemon()
        self.assertIn(self.load() // SECOND, range(601, 660))
        self.assertEqual(self.property("PausedUntilUSec"), until)

    def test_what_the_user_said_since_stays(self):
        self.start_daemon()
        self.call("Pause", "t", str(ENDLESS))
        self.call("SetReading", "t", str(ENDLESS))
        self.daemon.stop()
        self.loaded()
        self.shut()
        self.start_daemon()
        until = int(time.time() + 3600) * SECOND
        self.call("Pause", "t", str(until))
        self.call("SetReading", "t", "0")
        self.call("SetPosture", "s", "standing")
        self.call("SetPosture", "s", "sitting")
        self.open()
        self.call("LogActivity", "st", "walking", str(600 * SECOND))
        rig.wait_for(lambda: self.load() > 600 * SECOND, 5, "the load of before")
        self.assertEqual(self.property("PausedUntilUSec"), until)
        self.assertEqual(self.property("ReadingUntilUSec"), 0)
        self.assertEqual(self.property("Posture"), "sitting")

    def test_rest_since_then_has_cleared_it(self):
        self.loaded()
        self.shut()
        self.start_daemon()
        self.call("Rested", "t", str(120 * SECOND))
        self.open()
        self.call("LogActivity", "st", "walking", str(600 * SECOND))
        rig.wait_for(lambda: self.property("ActiveTodayUSec") > 600 * SECOND, 5, "the day so far")
        self.assertLess(self.load(), 20 * SECOND)

    def test_a_break_that_was_cut_off_is_kept_once(self):
        self.start_daemon()
        self.call("StartBreak", "s", "micro")
        steps = {s["exercise"]: s["seconds"] * SECOND for s in map(
            plain, self.property("Steps", self.property("CurrentBreak"), BREAK))}
        self.daemon.kill()
        self.change("UPDATE state SET at = at - %d" % (120 * SECOND))
        self.shut()
        self.start_daemon()
        self.take("Skip")
        self.open()
        self.take("Skip")
        found = self.breaks()
        self.assertEqual(sorted(b["outcome"] for b in found), ["cut-short", "cut-short", "taken"])
        self.assertEqual([b["exercises"] for b in found if b["outcome"] == "taken"], [steps])
        self.daemon.stop()
        self.start_daemon()
        self.assertEqual(len(self.breaks()), 3)

    def test_a_folder_that_is_mounted_later(self):
        self.a_life_before()
        away, folder = self.path("away"), os.path.dirname(self.file)
        os.rename(folder, away)
        with open(folder, "w", encoding="ascii"):
            pass
        self.start_daemon()
        self.assertIn("cannot open the history", self.history_problem())
        self.assertLessEqual(self.offered(), {"eyes", "lifestyle"})
        os.remove(folder)
        os.rename(away, folder)
        self.take("Skip")
        self.assertEqual(self.history_problem(), "")
        self.assertIn("another 7 days", self.exercise(VICTIM)["why"])

    def test_a_folder_that_is_mounted_over_a_new_one(self):
        self.a_life_before()
        self.change("INSERT INTO progress VALUES ('chair-squat', 'likes=7\n')")
        away, folder = self.path("away"), os.path.dirname(self.file)
        os.rename(folder, away)
        self.start_daemon()
        self.take("Skip")
        self.assertFalse(self.blocked())
        self.call("Rate", "ss", "palming", "like")
        os.rename(folder, self.path("under"))
        os.rename(away, folder)
        self.take("Skip")
        self.assertIn("replaced by another file", self.history_problem())
        # As if it had been there from the beginning, with what has been said since.
        for _ in range(2):
            self.assertTrue(self.blocked())
            self.assertEqual(self.property("Posture"), "standing")
            self.assertEqual(len(self.breaks()), 2)
            self.assertEqual(len(self.activities()), 1)
            self.daemon.stop()
            rows = dict(self.ask("SELECT exercise, text FROM progress"))
            self.assertIn("consent=1", rows[""])
            self.assertIn("likes=7", rows["chair-squat"])
            self.assertIn("likes=2", rows["palming"])
            self.start_daemon()
        self.assertEqual(self.history_problem(), "")

    def test_without_a_place_for_it_nothing_can_be_missing(self):
        self.env.pop("XDG_DATA_HOME", None)
        self.env.pop("HOME", None)
        self.start_daemon()
        self.assertNotIn("what hurt you", self.history_problem())
        self.assertFalse(self.offered() <= {"eyes", "lifestyle"})
