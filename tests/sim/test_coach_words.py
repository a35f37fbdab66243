"""What a trace says to the coach, and what it says that the coach remembers."""

import csv
import json
import os

import rig

HEAD = """limber-trace 1
zone UTC
begins 2026-11-23T09:00:00Z
set [rule micro] every = 20min
set [rule active] every = 55min
"""
with open(os.path.join(rig.ROOT, "tests", "lint", "exercises.tsv"), encoding="utf-8") as table:
    SETS = {row["id"]: row["set"] for row in csv.DictReader(table, delimiter="\t")}


class Words(rig.Rig):
    def setUp(self):
        super().setUp()
        self.config("")

    def play(self, text, *more):
        path = self.path("day.trace")
        with open(path, "w", encoding="utf-8") as file:
            file.write(HEAD + text)
        done = self.command(rig.LIMBERD, "--simulate", path, "--json", *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [[e for e in line["exercise"].split(", ") if e]
                for line in map(json.loads, done.stdout.splitlines()) if line["what"] == "started"]

    @staticmethod
    def breaks(n, rule="active", between=""):
        """So many, a quarter of an hour from each other, each of them skipped at once."""
        return "".join("%d start %s\n%s%d skip\n" % (900 * i + 1, rule, between, 900 * i + 2)
                       for i in range(n))

    def test_what_hurts_does_not_come_again(self):
        before = self.play(self.breaks(30))
        victim = before[0][0]
        self.assertIn(victim, [e for routine in before[1:] for e in routine])
        after = self.play("1 start active\n1 rate %s hurts\n2 skip\n" % victim
                          + "".join(self.breaks(30).splitlines(True)[2:]))
        self.assertIn(victim, after[0])
        self.assertNotIn(victim, [e for routine in after[1:] for e in routine])
        # The same if it is what the coach remembers.
        known = self.play("memory 1 today=20780\nprogress %s hurt-until=1796000000000000\n" % victim
                          + self.breaks(30))
        self.assertNotIn(victim, [e for routine in known for e in routine])

    def test_what_was_said_by_mistake_is_taken_back(self):
        rest = "".join(self.breaks(30).splitlines(True)[2:])
        before = self.play(self.breaks(30))
        victim = before[0][0]
        for said, unsaid in (("rate %s hurts" % victim, "did-not-hurt %s" % victim),
                             ("rate %s dislike" % victim, "rate %s like" % victim),
                             ("sore whole", "not-sore whole")):
            every = " ".join(str(n) for n in range(32))
            said, unsaid = (text.replace("whole", every) for text in (said, unsaid))
            told = self.play("1 start active\n2 skip\n3 %s\n" % said + rest)
            self.assertNotEqual(told[1:], before[1:])
            back = self.play("1 start active\n2 skip\n3 %s\n4 %s\n" % (said, unsaid) + rest)
            liked = self.play("1 start active\n2 skip\n4 %s\n" % unsaid + rest)
            self.assertEqual(back, liked)
        # What hurt nobody, and what is not here, changes nothing.
        self.assertEqual(self.play("1 did-not-hurt %s\n" % victim + self.breaks(5)), before[:5])

    def test_without_these_words_nothing_has_changed(self):
        self.assertEqual(self.play(self.breaks(5)), self.play("memory 1\n" + self.breaks(5)))

    def test_another_routine_takes_its_place(self):
        one = self.play(self.breaks(3))
        other = self.play("1 start active\n1.5 another\n2 skip\n"
                          + "".join(self.breaks(3).splitlines(True)[2:]))
        self.assertEqual(one[0], other[0])
        self.assertNotEqual(one[1:], other[1:])

    def test_who_goes_on_has_not_done_it(self):
        def after(words):
            return self.play("1 start active\n" + words + "290 finish\n"
                             + "".join(self.breaks(8).splitlines(True)[2:]))

        done, gone_through = after(""), after("1 next\n" * 8)
        self.assertEqual(done[0], gone_through[0])
        self.assertNotEqual(done[1:], gone_through[1:])
        # Where nothing is on it changes nothing.
        self.assertEqual(gone_through, after("1 next\n" * 9))
        # Nor is done what stood still.
        self.assertNotEqual(after("1 still on\n")[1:], done[1:])
        self.assertEqual(after("1 still on\n1 still off\n"), done)

    def test_who_agrees_gets_what_is_strenuous(self):
        def strong(text):
            return {SETS[e] for routine in self.play(text + self.breaks(30)) for e in routine}

        self.assertIn("core", strong("memory 1 consent=1 level=5 today=20780\n"))
        self.assertTrue(strong("0 consent on\n") & {"core", "strengthening"})
        # Sore everywhere, there is none.
        everywhere = " ".join(map(str, range(32)))
        sore = strong("0 consent on\n0 sore %s\n" % everywhere)
        self.assertFalse(sore & {"core", "strengthening"})

    def test_nothing_is_risked_where_nobody_knows(self):
        careful = self.play("memory unknown\n" + self.breaks(10))
        self.assertTrue(any(careful))
        self.assertLessEqual({SETS[e] for routine in careful for e in routine},
                             {"eyes", "lifestyle"})
        # Until it is told.
        lines = self.breaks(10).splitlines(True)
        told = self.play("memory unknown\n" + "".join(lines[:8])
                         + "3000 forget\n3000 memory 1 today=20780\n" + "".join(lines[8:]))
        self.assertEqual(told[:4], careful[:4])
        self.assertFalse({SETS[e] for routine in told[4:] for e in routine}
                         <= {"eyes", "lifestyle"})

    def test_work_of_before(self):
        def due(text):
            path = self.path("due.trace")
            with open(path, "w", encoding="utf-8") as file:
                file.write(HEAD + "set [rule micro] enabled = no\n" + text + "4000 end\n")
            done = self.command(rig.LIMBERD, "--simulate", path, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            return [line["t"] for line in map(json.loads, done.stdout.splitlines())
                    if line["what"] == "due"]

        self.assertEqual(due("0 input\n"), [3300])
        self.assertEqual(due("0 input\n600 earlier active 20min\n"), [2100])
        self.assertEqual(due("load active 20min\n0 input\n"), [2100])
