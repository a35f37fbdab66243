"""A recorded session is played with the exercises that it had: the trace carries what the coach remembers
and what the user says to it."""

import json
import random
import sqlite3

import rig
from test_goes_on import BREAK, SECOND
from test_history import SETTINGS, History, plain

CONFIG = (SETTINGS.replace("length = 4s", "length = 1min")
          .replace("[rule active]\nenabled = no", "[rule active]\nevery = 2h\nlength = 5min"))


class Recorded(History):
    def setUp(self):
        super().setUp()
        self.config(CONFIG)
        self.trace = self.path("day.trace")
        self.had = []
        self.dice = random.Random(11)

    def brk(self, rule, how="Finish", another=0, goes_on=0):
        """A break, and what it was filled with at its start."""
        path = self.call("StartBreak", "s", rule)[0]
        self.had.append(self.ids(path))
        for _ in range(another):
            self.busctl("call", rig.NAME, path, BREAK, "Replace")
        for _ in range(goes_on):
            # Let go of as busctl ends.
            self.busctl("call", rig.NAME, path, BREAK, "Hold")
            self.busctl("call", rig.NAME, path, BREAK, "Next")
        now = self.ids(path)
        self.call(how)
        return now

    def ids(self, path):
        return [plain(s)["exercise"] for s in self.property("Steps", path, BREAK)]

    def a_life(self, breaks):
        for _ in range(breaks):
            routine = self.brk(self.dice.choice(("micro", "active")),
                               self.dice.choice(("Finish", "Skip")), self.dice.choice((0, 0, 1, 2)),
                               self.dice.choice((0, 0, 1, 3)))
            if routine:
                victim = self.dice.choice(routine)
                self.call("Rate", "ss", victim, self.dice.choice(
                    ("like", "dislike", "easy", "hard", "hurts", "hurts")))
                if self.dice.randrange(2):
                    # Which is refused where it did not hurt.
                    self.busctl("call", rig.NAME, rig.PATH, rig.NAME + ".Manager", "TakeBackHurts",
                                "s", victim)
            if not self.dice.randrange(4):
                # Which is refused while it could not be kept.
                self.busctl("call", rig.NAME, rig.PATH, rig.NAME + ".Manager", "LogActivity", "st",
                            self.dice.choice(("walking", "swimming", "gardening")),
                            str(1200 * SECOND))
            if not self.dice.randrange(8):
                # Which is refused where there is none.
                self.busctl("call", rig.NAME, rig.PATH, rig.NAME + ".Manager", "RemoveActivity", "a{sv}", "0")
            if not self.dice.randrange(6):
                self.call("ReportSoreness", "as", "1", self.dice.choice(("thighs", "neck")))
            if not self.dice.randrange(8):
                # Which is refused where nothing is sore.
                self.busctl("call", rig.NAME, rig.PATH, rig.NAME + ".Manager", "EndSoreness", "as", "0")
            if not self.dice.randrange(5):
                self.call("Consent", "b", self.dice.choice(("true", "false")))

    def played(self, *more):
        done = self.command(rig.LIMBERD, "--simulate", self.trace, "--json", *more)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return [line.get("exercise", "").split(", ") if line.get("exercise") else []
                for line in lines if line["what"] == "started"]

    def record(self):
        self.daemon.stop()
        self.had = []
        self.start_daemon("--record", self.trace)

    def check(self):
        self.daemon.stop()
        self.assertEqual(self.played(), self.had)
        # It is not by chance: without what is remembered they are others.
        with open(self.trace, encoding="utf-8") as file:
            lines = file.readlines()
        with open(self.trace, "w", encoding="utf-8") as file:
            file.writelines(line for line in lines
                            if not line.startswith(("memory", "progress")))
        self.assertNotEqual(self.played(), self.had)
        return lines

    def test_the_same_exercises_come_again(self):
        self.start_daemon()
        self.call("Consent", "b", "true")
        self.a_life(15)
        self.record()
        self.a_life(25)
        lines = "".join(self.check())
        for word in (" rate ", " did-not-hurt ", " another", " next", " still on", " activity ", " not-sore ", " consent ", "memory 1 ", "progress "):
            self.assertIn(word, lines)

    def test_over_a_reload(self):
        self.start_daemon()
        self.a_life(10)
        self.record()
        self.a_life(8)
        self.config(CONFIG + "[me]\nplace = mat\nlimits = pregnancy\n")
        self.call("Reload")
        self.a_life(8)
        self.check()

    def test_a_history_that_is_read_late(self):
        self.start_daemon()
        self.a_life(15)
        self.daemon.stop()
        lock = sqlite3.connect(self.file, isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN EXCLUSIVE")
        self.had = []
        self.start_daemon("--record", self.trace)
        self.a_life(4)
        lock.close()
        self.a_life(10)
        self.daemon.stop()
        self.assertEqual(self.played(), self.had)
        with open(self.trace, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("\nmemory unknown\n", text)
        self.assertIn(" forget\n", text)
        self.assertIn(" earlier ", text)

    def test_an_exercise_that_is_not_here(self):
        self.start_daemon("--record", self.trace)
        self.brk("micro")
        self.daemon.stop()
        with open(self.trace, "a", encoding="utf-8") as file:
            file.write("3600 rate of-my-own hurts\n3601 end\n")
        done = self.command(rig.LIMBERD, "--simulate", self.trace, "--json")
        self.assertEqual(done.returncode, 0)
        self.assertIn("there is no exercise 'of-my-own' here", done.stderr)
