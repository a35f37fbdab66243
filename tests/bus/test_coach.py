"""The coach on the bus: routines, another one, verdicts, consent, safety, reasons."""

import re
import time

import rig

CONFIG = """[idle]
source = none
[rule micro]
every = 1h
length = 30s
[rule active]
every = 2h
length = 5min
[prompt]
front_end = /bin/true
"""
NECK_AND_EYES = """[rule eyes]
enabled = yes
sets = eyes
regions = neck
every = 3h
length = 20s
"""
BREAK = rig.NAME + ".Break"
NOTICE = rig.NAME + ".Notice"


class Coached(rig.Rig):
    """What tests of the coach ask and tell."""

    def setUp(self):
        super().setUp()
        self.start_bus()

    def begin(self, more=""):
        self.config(CONFIG + more)
        self.start_daemon()
        self.signals = rig.Signals(self)

    def exercise(self, name):
        return {key: value["data"] for key, value in self.call("GetExercise", "s", name)[0].items()}

    def start_break(self, rule):
        return self.call("StartBreak", "s", rule)[0]

    def steps(self, path):
        return [{key: value["data"] for key, value in step.items()}
                for step in self.property("Steps", path, BREAK)]

    def preview(self, rule):
        return [{key: value["data"] for key, value in step.items()}
                for step in self.call("Preview", "s", rule)[0]]

    def notices(self):
        objects = self.call("GetManagedObjects",
                            interface="org.freedesktop.DBus.ObjectManager")[0]
        return {interfaces[NOTICE]["Kind"]["data"]: (path, interfaces[NOTICE])
                for path, interfaces in objects.items() if NOTICE in interfaces}


class Coach(Coached):
    def test_a_long_break_is_a_routine_with_reasons(self):
        self.begin()
        path = self.start_break("active")
        steps = self.steps(path)
        self.assertGreaterEqual(len(steps), 3)
        self.assertLessEqual(sum(s["seconds"] for s in steps), 300)
        sets = [self.exercise(s["exercise"])["set"] for s in steps]
        self.assertEqual((sets[0], sets[-1]), ("warm-up", "posture"))
        for step in steps:
            self.assertTrue(step["why"].endswith("."), step)
            self.assertGreater(len(step["instructions"]), 0)
        body = self.property("Body", path, BREAK)
        for i, step in enumerate(steps):
            self.assertRegex(body, r"(?m)^%d\. %s, \d+s(, both sides)?, new$" % (
                i + 1, re.escape(step["name"])))
            self.assertIs(step["new"], True)
        self.assertIn("Off the desk today: ", body)
        self.assertLess(body.index("New for you: start slowly"), body.index(steps[0]["name"]))
        self.assertTrue(body.endswith("\nStep by step: limber guide"), body)
        # None of it is cut off where there is room for ten lines.
        self.assertLess(max(map(len, body.splitlines())), 70)
        title = self.property("Title", path, BREAK)
        self.assertEqual(title, "%s and %d more" % (steps[0]["name"], len(steps) - 1))

    def test_a_short_break_is_one_exercise(self):
        self.begin()
        path = self.start_break("micro")
        self.assertEqual(len(self.steps(path)), 1)
        eyes = self.exercise(self.steps(path)[0]["exercise"])["set"] == "eyes"
        self.assertEqual("; then look into the distance." in self.property("Body", path, BREAK),
                         not eyes)
        # Something off the desk is told of once a day.
        self.assertIn("\nOff the desk today: ", self.property("Body", path, BREAK))
        self.call("Skip")
        for rule in ("micro", "active"):
            path = self.start_break(rule)
            self.assertNotIn("Off the desk", self.property("Body", path, BREAK))
            self.call("Skip")

    def test_the_last_instruction_is_not_cut_off(self):
        """It is the one that says what to be careful of."""
        self.begin()
        path = self.start_break("micro")
        step = self.steps(path)[0]
        body = self.property("Body", path, BREAK)
        for i, line in enumerate(step["instructions"]):
            self.assertIn("\n%d. %s" % (i + 1, line), body)

    def test_of_many_instructions_the_middle_is_left_out(self):
        self.config("[palming]\n" + "".join("step_%d = Do %d\n" % (i, i) for i in range(1, 9)),
                    "exercises/mine.ini")
        self.begin(NECK_AND_EYES)
        path = self.start_break("eyes")
        self.assertEqual([s["exercise"] for s in self.steps(path)], ["palming"])
        self.assertIn("\n1. Do 1\n2. Do 2\n3. Do 3\n4. Do 4\n… limber show palming\n8. Do 8",
                      self.property("Body", path, BREAK))

    def test_a_preview_changes_nothing(self):
        self.begin()
        first = self.preview("active")
        self.assertEqual(self.preview("active"), first)
        self.assertEqual(self.property("CurrentBreak"), "/")
        self.assertEqual(self.steps(self.start_break("active")), first)
        self.assertEqual(len(self.preview("micro")), 1)
        self.assertTrue(self.preview(""))
        self.assertIn("there is no rule 'lunch'", self.refused("Preview", "s", "lunch"))

    def test_another_one(self):
        self.begin()
        path = self.start_break("active")
        seen = {s["exercise"] for s in self.steps(path)}
        self.call("Replace", path=path, interface=BREAK)
        other = {s["exercise"] for s in self.steps(path)}
        self.assertTrue(other)
        self.assertFalse(seen & other)
        rig.wait_for(lambda: self.signals.seen("'Steps'"), 5, "the change to be told")
        self.call("Finish")
        self.assertIn("no", self.refused("Replace", path=path, interface=BREAK))

    def test_nothing_else_is_said_so(self):
        self.begin(NECK_AND_EYES)
        path = self.start_break("eyes")
        self.assertEqual([s["exercise"] for s in self.steps(path)], ["palming"])
        self.assertIn("nothing else", self.refused("Replace", path=path, interface=BREAK))
        self.assertEqual([s["exercise"] for s in self.steps(path)], ["palming"])

    def test_what_hurts_ends_at_once(self):
        self.begin()
        path = self.start_break("active")
        steps = self.steps(path)
        victim = steps[-1]["exercise"]
        self.call("Rate", "ss", victim, "hurts")
        self.assertNotIn(victim, [s["exercise"] for s in self.steps(path)])
        found = self.exercise(victim)
        self.assertFalse(found["allowed"])
        self.assertIn("another 7 days", found["why"])
        # Told while the break still runs.
        self.assertEqual(self.property("Phase"), "on-break")
        kind, notice = self.notices()["safety"]
        self.assertIn(steps[-1]["name"], notice["Title"]["data"])
        self.assertIn("emergency", notice["Body"]["data"])
        self.assertTrue(kind.startswith(rig.PATH + "/notice/"))
        self.assertTrue(notice["Body"]["data"].startswith("Rest now, or walk a little"))
        self.call("Skip")
        # It stays away, from every route, over a reload.
        self.call("Reload")
        for _ in range(30):
            path = self.start_break("active")
            self.assertNotIn(victim, [s["exercise"] for s in self.steps(path)])
            self.call("Replace", path=path, interface=BREAK)
            self.assertNotIn(victim, [s["exercise"] for s in self.steps(path)])
            self.call("Skip")

    def test_its_harder_forms_are_left_out_with_it(self):
        self.begin("[me]\nplace = mat\n")
        self.call("Rate", "ss", "standing-bird-dog", "hurts")
        for harder in ("bird-dog-leg-only", "bird-dog"):
            self.assertFalse(self.exercise(harder)["allowed"])
            self.assertIn("hurt", self.exercise(harder)["why"])
        self.assertTrue(self.exercise("glute-squeeze")["allowed"])

    def test_three_times_in_a_region_is_advice(self):
        self.begin()
        for exercise in ("wrist-flexor-stretch", "finger-fan", "prayer-stretch"):
            self.call("Rate", "ss", exercise, "hurts")
        notice = self.notices()["advice"][1]
        self.assertEqual(notice["Title"]["data"], "Exercises for the wrists hurt three times")
        self.assertIn("physiotherapist", notice["Body"]["data"])
        # What to heed at once is said as well.
        notice = self.notices()["safety"][1]
        self.assertIn("Prayer stretch", notice["Title"]["data"])
        self.assertIn("emergency care", notice["Body"]["data"])
        resting = self.property("RestingRegions")[0]
        self.assertEqual(resting["region"]["data"], "wrists")
        self.assertAlmostEqual(resting["until_usec"]["data"] / 1e6, time.time() + 14 * 86400,
                               delta=60)

    def advice(self):
        return self.notices()["advice"][1]["Title"]["data"]

    def test_all_regions_of_a_third_pain_are_told(self):
        self.begin()
        for exercise in ("shrug-and-drop", "neck-side-stretch", "upper-trapezius-stretch"):
            self.call("Rate", "ss", exercise, "hurts")
        self.assertEqual(self.advice(), "Exercises for the neck and shoulders hurt three times")
        self.assertEqual({r["region"]["data"] for r in self.property("RestingRegions")},
                         {"neck", "shoulders"})

    def test_advice_that_is_not_read_yet_is_told_with_the_next(self):
        self.begin()
        for exercise in ("shrug-and-drop", "neck-side-stretch", "upper-trapezius-stretch",
                         "wrist-flexor-stretch", "finger-fan", "prayer-stretch"):
            self.call("Rate", "ss", exercise, "hurts")
        self.assertEqual(self.advice(), "Exercises for the neck, shoulders and wrists hurt three times")
        self.call("TakeBackHurts", "s", "prayer-stretch")
        self.assertEqual(self.advice(), "Exercises for the neck and shoulders hurt three times")
        # What was read is not told again with what comes later.
        path = self.notices()["advice"][0]
        self.call("Dismiss", path=path, interface=rig.NAME + ".Notice")
        self.call("Rate", "ss", "wrist-extensor-stretch", "hurts")
        self.assertEqual(self.advice(), "Exercises for the wrists hurt three times")

    def test_one_pain_told_thrice_is_one(self):
        self.begin()
        for _ in range(3):
            self.call("Rate", "ss", "finger-fan", "hurts")
        self.assertNotIn("advice", self.notices())
        self.assertEqual(self.property("RestingRegions"), [])

    def test_an_exercise_tells_why_it_was_chosen(self):
        self.begin()
        step = self.steps(self.start_break("micro"))[0]
        self.assertEqual(self.exercise(step["exercise"])["chosen"], step["why"])
        self.call("Skip")
        self.assertEqual(self.exercise(step["exercise"])["chosen"], step["why"])
        step = self.preview("active")[1]
        self.assertEqual(self.exercise(step["exercise"])["chosen"], step["why"])
        self.assertEqual(self.exercise("superman")["chosen"], "")

    def test_an_exercise_by_its_name(self):
        self.begin()
        for words in ("wall-angels", "Wall angels", "WALL ANGELS"):
            self.assertEqual(self.exercise(words)["id"], "wall-angels")
        self.call("Rate", "ss", "Wall angels", "hurts")
        self.assertFalse(self.exercise("wall-angels")["allowed"])
        for wrong in ("wall-angel", "Wal angels", "wall_anglse"):
            for call in (("GetExercise", "s", wrong), ("Rate", "ss", wrong, "like")):
                self.assertIn("there is no exercise '%s'; did you mean 'wall-angels'?" % wrong,
                              self.refused(*call))
        for wrong in ("", "x", "yodelling", "w" * 5000):
            self.assertNotIn("did you mean", self.refused("GetExercise", "s", wrong))

    def test_verdicts_are_a_closed_list(self):
        self.begin()
        self.assertIn("'fine'; say one of: like, dislike, easy, hard, hurts",
                      self.refused("Rate", "ss", "palming", "fine"))
        self.assertIn("no exercise 'yodelling'", self.refused("Rate", "ss", "yodelling", "like"))
        for verdict in ("like", "dislike", "easy", "hard", "hurts"):
            self.call("Rate", "ss", "palming", verdict)

    def test_sore_muscles_rest_from_strength(self):
        self.begin("[me]\nplace = mat\n")
        calves, arms = "calf-raise", "desk-push-up"
        self.assertTrue(self.exercise(calves)["allowed"])
        began = time.time()
        until = self.call("ReportSoreness", "as", "2", "Calf", "hips")[0] / 1e6
        self.assertTrue(began <= until - 48 * 3600 <= time.time(), until)
        found = self.exercise(calves)
        self.assertFalse(found["allowed"])
        self.assertIn("sore", found["why"])
        self.assertFalse(self.exercise("glute-squeeze")["allowed"])
        for easy in ("calf-stretch", "walking", arms):
            self.assertNotIn("sore", self.exercise(easy)["why"])
        # Said once, kept: over kill -9 as over a reload.
        self.daemon.kill()
        self.start_daemon()
        self.assertIn("sore", self.exercise(calves)["why"])
        self.call("Reload")
        self.assertIn("sore", self.exercise(calves)["why"])
        for _ in range(10):
            path = self.start_break("active")
            for step in self.steps(path):
                self.assertTrue(self.exercise(step["exercise"])["allowed"], step["exercise"])
            self.call("Skip")

    def test_a_running_break_goes_on_without_what_is_sore(self):
        self.begin("[me]\nplace = mat\n[rule strength]\nevery = 3h\nlength = 2min\n"
                   "sets = strengthening core\n")
        path = self.start_break("strength")
        before = [s["exercise"] for s in self.steps(path)]
        self.assertTrue(before)
        self.call("ReportSoreness", "as", "1", self.exercise(before[0])["muscles"].split(";")[0])
        after = [s["exercise"] for s in self.steps(path)]
        self.assertNotIn(before[0], after)
        self.assertLessEqual(set(after), set(before))

    def test_soreness_is_understood_whole_or_not_at_all(self):
        self.begin()
        refused = self.refused("ReportSoreness", "as", "2", "calves", "ghost")
        self.assertIn("there is no muscle 'ghost'; say one of: neck, shoulders, ", refused)
        self.assertIn(", whole-body, or a muscle of 'limber show'", refused)
        self.assertTrue(self.exercise("calf-raise")["allowed"])
        for joint in ("knee", "Elbows"):
            refused = self.refused("ReportSoreness", "as", "2", "calves", joint)
            self.assertIn("'%s' is no muscle: pain in a joint" % joint, refused)
            self.assertIn("'limber hurts EXERCISE'", refused)
            self.assertIn("'limber safety' tells when to see a doctor", refused)
        self.assertIn("where is it sore?", self.refused("ReportSoreness", "as", "0"))
        self.assertIn("no muscle ''", self.refused("ReportSoreness", "as", "1", ""))
        self.assertIn("no muscle", self.refused("ReportSoreness", "as", "1", "x" * 5000))

    def test_several_sore_places_may_be_one_text(self):
        self.begin("[me]\nplace = mat\n")
        self.call("ReportSoreness", "as", "2", "lower back calves", "wrist flexor")
        for exercise in ("calf-raise", "standing-bird-dog"):
            self.assertIn("sore", self.exercise(exercise)["why"], exercise)
        # Nothing of a text that is not understood to its end.
        self.assertIn("no muscle 'ghost'", self.refused("ReportSoreness", "as", "1",
                                                        "chest ghost arms"))
        self.assertIn("'knee' is no muscle: pain", self.refused("ReportSoreness", "as", "1",
                                                                "chest knee"))
        self.assertNotIn("sore", self.exercise("desk-push-up")["why"])

    def test_nothing_strenuous_without_consent(self):
        self.begin("[me]\nlevel = 5\nplace = mat\n")
        self.assertEqual(self.property("Level"), 2)
        self.assertIn("limber consent", self.exercise("bridge-pose")["why"])
        self.call("Consent", "b", "true")
        self.assertEqual(self.property("Level"), 5)
        self.assertTrue(self.exercise("bridge-pose")["allowed"])
        rig.wait_for(lambda: self.signals.seen("'Level'"), 5, "the level to be told")
        # What is of intensity 4 waits for its easier form.
        self.assertIn("easier form comes first, until ",
                      self.exercise("superman")["why"])
        self.call("Consent", "b", "false")
        self.assertEqual(self.property("Level"), 2)
        self.assertFalse(self.exercise("bridge-pose")["allowed"])

    def test_the_dose_is_a_beginners(self):
        self.begin()
        self.assertEqual(self.exercise("calf-raise")["dose"], "20s, 5 times")
        self.assertEqual(self.exercise("neck-side-stretch")["dose"], "25s, held for 10s, on each side")
        self.assertEqual(self.exercise("walking")["dose"], "5min")

    def test_limits_that_come_with_a_reload_hold_in_the_break(self):
        self.begin("[me]\nplace = mat\n")
        path = self.start_break("active")
        before = [s["exercise"] for s in self.steps(path)]
        barred = next(e for e in before if self.exercise(e)["avoid_if"])
        self.config(CONFIG + "[me]\nplace = mat\nlimits = %s\n" %
                    self.exercise(barred)["avoid_if"][0])
        self.call("Reload")
        after = [s["exercise"] for s in self.steps(path)]
        self.assertLessEqual(set(after), set(before))
        self.assertNotIn(barred, after)
        for exercise in after:
            self.assertTrue(self.exercise(exercise)["allowed"], exercise)

    def test_ones_own_exercises_are_filtered_too(self):
        self.config("[ear-wiggle]\nname = Ear wiggle\nset = eyes\nposition = seated\n"
                    "space = desk\nintensity = 1\nneeds_warmup = no\nseconds_min = 10\n"
                    "relieves = neck\navoid_if = vertigo\nstep_1 = Wiggle\n"
                    "[palming]\nhidden = yes\n", "exercises/mine.ini")
        self.begin(NECK_AND_EYES)
        self.assertEqual([s["exercise"] for s in self.preview("eyes")], ["ear-wiggle"])
        self.assertIn("no exercise 'palming'", self.refused("GetExercise", "s", "palming"))
        self.config(CONFIG + NECK_AND_EYES + "[me]\nlimits = vertigo\n")
        self.call("Reload")
        self.assertEqual(self.preview("eyes"), [])

    def test_one_that_is_left_out_is_not_unheard_of(self):
        self.config("[palming]\nname = Palms\nintensity = 9\n[my-own]\nname = Mine\n",
                    "exercises/mine.ini")
        self.begin("[me]\nlimits = toe\n")
        self.assertIn("there is no exercise 'me'", self.refused("GetExercise", "s", "me"))
        for exercise, line in (("palming", 3), ("my-own", 4)):
            self.assertIn("'%s' is left out for a mistake in line %d of mine.ini; limber status" %
                          (exercise, line), self.refused("GetExercise", "s", exercise))

    def test_what_hurts_is_remembered_while_its_file_is_broken(self):
        self.begin("[me]\nplace = mat\n")
        self.call("Rate", "ss", "standing-bird-dog", "hurts")
        for broken in ("[standing-bird-dog]\nhidden = yes\n",
                       "[standing-bird-dog]\nintensity = two\n"):
            for restart in (False, True):
                self.config(broken, "exercises/mine.ini")
                self.call("Reload")
                self.refused("GetExercise", "s", "standing-bird-dog")
                if restart:
                    self.daemon.kill()
                    self.start_daemon()
                    self.refused("GetExercise", "s", "standing-bird-dog")
                    self.call("LogActivity", "st", "walking", "600000000")
                self.config("", "exercises/mine.ini")
                self.call("Reload")
                found = self.exercise("standing-bird-dog")
                self.assertIn("it hurt: it is left out for another 7 days", found["why"])
                self.assertFalse(self.exercise("bird-dog")["allowed"])

    def test_what_was_said_survives_kill_9(self):
        self.begin("[me]\nplace = mat\n")
        self.call("Rate", "ss", "standing-bird-dog", "hurts")
        self.call("Consent", "b", "true")
        self.call("LogActivity", "st", "walking", "1200000000")
        seen = set()
        for _ in range(2):
            seen |= {s["exercise"] for s in self.steps(self.start_break("micro"))}
            self.call("Skip")
        self.daemon.kill()
        self.start_daemon()
        self.assertIn("another 7 days", self.exercise("standing-bird-dog")["why"])
        self.assertIn("another 7 days", self.exercise("bird-dog")["why"])
        self.assertTrue(self.exercise("glute-squeeze")["allowed"])
        self.assertEqual(self.exercise("bridge-pose")["why"], "it is harder than your present "
                                                              "level, which is 2")
        # What came lately does not come again: the breaks' ends took it to the disk.
        again = {s["exercise"] for s in self.steps(self.start_break("micro"))}
        self.assertFalse(seen & again)
        self.assertNotIn("Off the desk", self.property("Body", self.property("CurrentBreak"), BREAK))
        self.call("Consent", "b", "false")
        self.daemon.kill()
        self.start_daemon()
        self.assertIn("limber consent", self.exercise("bridge-pose")["why"])

    def test_a_break_that_was_taken_is_kept_with_its_exercises(self):
        self.begin("[rule quick]\nevery = 3h\nlength = 30s\nsets = eyes\n")
        step = self.steps(self.start_break("quick"))[0]
        self.call("Rested", "t", "30000000")
        rig.wait_for(lambda: self.property("CurrentBreak") == "/", 40, "the end")
        self.daemon.kill()
        self.start_daemon()
        last = self.call("GetHistory", "a{sv}", "0")[0][-1]
        self.assertEqual(last["outcome"]["data"], "taken")
        self.assertIn(step["exercise"], str(last["exercises"]["data"]))

    def test_safety_text(self):
        self.begin()
        whole = self.call("GetSafetyText", "s", "")[0]
        for text in ("not medical advice", "emergency number", "genitals", "physiotherapist",
                     "a mild pull is fine, pain is not", "limber hurts"):
            self.assertIn(text, whole)
        part = self.call("GetSafetyText", "s", "stop")[0]
        self.assertIn("chest, jaw or arm pain", part)
        self.assertIn(part, whole)
        self.assertIn("general, slowly, stop", self.refused("GetSafetyText", "s", "weather"))
