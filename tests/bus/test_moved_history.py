"""Other settings of the history while limberd runs: another file, or another time to keep it."""

import os
import sqlite3

import rig
from test_history import SETTINGS, History, plain

VICTIM, OTHER = "shoulder-rolls", "seated-march"


class Moved(History):
    def setUp(self):
        super().setUp()
        self.config(SETTINGS)
        self.other = self.path("elsewhere", "own.db")

    def move(self, where=None, more=""):
        self.config(SETTINGS + "[history]\npath = %s\n%s" % (where or self.other, more))
        self.call("Reload")

    def exercise(self, name):
        return plain(self.call("GetExercise", "s", name)[0])

    def blocked(self, name):
        return "it hurt" in self.exercise(name)["why"]

    def kept(self, file):
        """How many breaks a file holds that nobody has open."""
        with sqlite3.connect(file) as db:
            count = db.execute("SELECT count(*) FROM breaks").fetchone()[0]
        db.close()
        return count

    def begin(self):
        self.start_daemon()
        self.call("SetPosture", "s", "standing")
        self.call("Rate", "ss", VICTIM, "hurts")
        self.take("Skip")

    def test_what_is_remembered_goes_along(self):
        self.begin()
        self.move()
        self.take("Skip")
        # Each was kept where the history was then, and `why` tells both.
        self.assertEqual([b["id"] for b in self.breaks()], [1])
        self.assertEqual(len([d for d in self.call("Explain", "u", "0")[0]
                              if plain(d)["decision"] == "ended"]), 2)
        self.daemon.kill()
        self.assertEqual(self.kept(self.file), 1)
        self.start_daemon()
        self.assertTrue(self.blocked(VICTIM))
        self.assertEqual(self.property("Posture"), "standing")
        self.assertEqual(self.history_problem(), "")
        self.assertEqual(len(self.breaks()), 1)

    def test_a_file_that_was_moved_there(self):
        self.begin()
        os.mkdir(os.path.dirname(self.other))
        os.rename(self.file, self.other)
        self.move()
        self.assertEqual(self.history_problem(), "")
        self.take("Skip")
        self.assertEqual(len(self.breaks()), 2)
        self.daemon.stop()
        self.assertEqual(self.kept(self.other), 2)

    def test_where_no_file_can_be_it_stays(self):
        self.begin()
        with open(self.path("plain"), "w", encoding="ascii"):
            pass
        self.move(self.path("plain", "own.db"))
        self.assertIn("stays in '%s'" % self.file, self.history_problem())
        found = [f for f in map(plain, self.call("Diagnose")[0])
                 if (f["area"], f["check"]) == ("history", "path")]
        self.assertEqual(found[0]["state"], "degraded")
        self.take("Skip")
        self.assertEqual(len(self.breaks()), 2)
        self.assertTrue(self.blocked(VICTIM))
        # What was wrong is put right.
        self.move()
        self.assertEqual(self.history_problem(), "")
        self.take("Skip")
        self.assertEqual(len(self.breaks()), 1)
        # And back again: nothing is lost on the way.
        self.config(SETTINGS)
        self.call("Reload")
        self.assertEqual(len(self.breaks()), 2)
        self.assertTrue(self.blocked(VICTIM))

    def test_what_hurt_according_to_the_other_file(self):
        self.config(SETTINGS + "[history]\npath = %s\n" % self.other)
        self.start_daemon()
        self.call("Rate", "ss", OTHER, "hurts")
        self.daemon.stop()
        self.config(SETTINGS)
        self.begin()
        self.assertFalse(self.blocked(OTHER))
        self.move()
        self.assertTrue(self.blocked(OTHER))
        self.assertTrue(self.blocked(VICTIM))
        self.daemon.kill()
        self.start_daemon()
        self.assertTrue(self.blocked(OTHER))
        self.assertTrue(self.blocked(VICTIM))

    def test_from_a_file_that_cannot_be_read(self):
        self.begin()
        self.daemon.stop()
        bad = self.path("bad.db")
        os.mkdir(bad)
        self.config(SETTINGS + "[history]\npath = %s\n" % bad)
        self.start_daemon()
        self.assertIn("what hurt you", self.history_problem())
        self.config(SETTINGS)
        self.call("Reload")
        self.assertEqual(self.history_problem(), "")
        self.assertTrue(self.blocked(VICTIM))
        rig.wait_for(lambda: self.property("Posture") == "standing", 5, "the posture of before")
        self.assertEqual(len(self.breaks()), 1)

    def test_what_need_not_be_kept_any_more_goes(self):
        self.begin()
        self.take("Skip")
        self.daemon.stop()
        self.change("UPDATE breaks SET day = day - 40 WHERE id = 1")
        self.change("UPDATE breaks SET day = day - 1 WHERE id = 2")
        self.start_daemon()
        self.assertEqual(len(self.breaks()), 2)
        self.config(SETTINGS + "[history]\nkeep = 7d\n")
        self.call("Reload")
        rig.wait_for(lambda: len(self.breaks()) == 1, 5, "the old day to go")
