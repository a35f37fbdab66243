"""limber show, another, rate, hurts, consent, safety and preview: what is asked of limberd, and how
its answers and refusals read. A fake limberd gives them."""

import json
import os
import time
import unittest

import rig

SECOND = 1000000
SAFETY = {
    "": "Before you start\nThese are general tips, not medical advice.\n\n"
        "- Ask a doctor first if you have a health condition, are pregnant or recently had surgery.",
    "hurts": "Rest, or walk a little.\n",
    "emergency": "Go to emergency care now with\n- new numbness\n",
    "doctor": "See a doctor with\n- fever\n",
}
ROLLS = {"exercise": "shoulder-rolls", "name": "Shoulder rolls", "position": "seated",
         "seconds": 20, "reps": 8, "sides": 1, "cue": "Slow and wide.", "picture": "",
         "instructions": ["Lift the shoulders.", "Roll them back."],
         "why": "shoulders loaded today, not relieved yet"}
TURNS = dict(ROLLS, exercise="neck-turns", name="Neck turns", sides=2, reps=1, seconds=30)
PLANK = {"id": "plank", "name": "Plank", "set": "core", "position": "floor", "space": "mat",
         "intensity": 3, "seconds_min": 10, "seconds_default": 30, "seconds_max": 60, "reps": 1,
         "sides": 1, "sets": 1, "steps": ["Lie down.", "Lift."], "allowed": True,
         "why": "core not trained since Thursday", "dose": "2 times 10s", "relieves": ["core"]}


def running(*steps, done=0, length=50, **more):
    now = int(time.time() * SECOND)
    return dict({"Rule": "micro", "Phase": "on-break", "DueUSec": now, "Prompts": 1,
                 "StartedUSec": now - done * SECOND, "EndsUSec": now + (length - done) * SECOND,
                 "LengthUSec": length * SECOND, "RestedUSec": 0, "Title": "Shoulder rolls",
                 "Body": "", "NextPromptUSec": 0, "Steps": list(steps)}, **more)


class Coach(rig.Rig):
    def setUp(self):
        super().setUp()
        self.start_bus()
        self.fake = rig.FakeLimberd(self, safety=SAFETY, exercises={"plank": PLANK})


class Rating(Coach):
    def test_each_verdict(self):
        for verdict, said in (("like", "you like it"), ("dislike", "you do not like it"),
                              ("easy", "it is easy"), ("hard", "it is hard: it does not grow, and said twice")):
            self.assertTrue(self.works("rate", "plank", verdict).startswith("noted: plank: " + said))
            self.assertEqual(self.fake.called("Rate")[-1], ["plank", verdict])

    def test_no_verdict(self):
        self.assertEqual("limber: there is no verdict 'meh'; say one of: like, dislike, easy, hard, "
                         "hurts\n", self.fails(2, "rate", "plank", "meh"))
        self.assertIn("did you mean 'hurts'? Say one of: like,", self.fails(2, "rate", "plank", "Hurt"))
        self.assertEqual(self.fake.called("Rate"), [])

    def test_refusals_say_what_to_do_next(self):
        self.fake.tell(refuse={"Rate": ["NoSuchExercise", "there is no exercise 'plnk'"]})
        self.assertEqual(self.fails(2, "rate", "plnk", "like"), "limber: there is no exercise "
                         "'plnk'; 'limber exercises' lists them\n")
        # Not twice.
        self.fake.tell(refuse={"Rate": ["NoSuchExercise", "no 'plnk'; limber exercises lists them"]})
        self.assertEqual(self.fails(2, "rate", "plnk", "like").count("exercises"), 1)
        self.fake.tell(refuse={"Rate": ["HistoryUnavailable", "the disk is full"]})
        self.assertIn("the disk is full; 'limber doctor' says", self.fails(1, "rate", "plank", "like"))

    def test_an_older_limberd(self):
        self.fake.tell(lacks=["Rate", "Consent", "GetSafetyText", "Preview"])
        for verb in (["rate", "plank", "like"], ["hurts", "plank"], ["safety"], ["consent", "yes"],
                     ["preview"]):
            self.assertIn("systemctl --user restart limberd", self.fails(1, *verb))

    def test_hurts_gives_advice(self):
        for verb in (["hurts", "plank"], ["rate", "plank", "hurts"]):
            text = self.works(*verb)
            self.assertEqual(self.fake.called("Rate")[-1], ["plank", "hurts"])
            self.assertIn("noted: plank: it hurts: it is not offered for 7 days", text)
            self.assertTrue(text.endswith(
                "\n\nRest, or walk a little.\n\nGo to emergency care now with\n- new numbness\n\n"
                "See a doctor with\n- fever\n"), text)

    def test_hurts_was_a_mistake(self):
        self.fake.tell(exercises={"plank": dict(PLANK, allowed=True, why="")})
        self.assertEqual(self.works("hurts", "--mistake", "plank"),
                         "taken back: plank did not hurt; it is as if that had never been said\n"
                         "if it did hurt, or does, say so again: limber hurts plank\n")
        self.assertEqual(self.fake.called("TakeBackHurts")[-1], ["plank"])
        self.assertEqual(self.fake.called("Rate"), [])
        self.fake.tell(exercises={"plank": dict(PLANK, allowed=False, why="it needs a warm-up first")})
        self.assertIn("\nit is left out all the same: it needs a warm-up first\n",
                      self.works("hurts", "plank", "--mistake"))
        # Never what is on by chance.
        self.assertIn("limber hurts --mistake ", self.fails(2, "hurts", "--mistake"))
        self.fake.tell(refuse={"TakeBackHurts": [rig.NAME + ".Error.NotAllowed", "nobody said so"]})
        self.assertIn("nobody said so", self.fails(1, "hurts", "--mistake", "plank"))

    def test_sore(self):
        until = time.time() + 48 * 3600
        self.fake.tell(sore_until=int(until * SECOND))
        when = time.strftime("%A %H:%M", time.localtime(until))
        for words, asked, said in ((["neck"], ["neck"], "neck"),
                                   (["neck,", "shoulders"], ["neck", "shoulders"], "neck and shoulders"),
                                   (["neck,my", "lower", "back,", "and", "left", "calf"],
                                    ["neck", "lower back", "calf"], "neck, lower back and calf"),
                                   # Where one ends limberd knows.
                                   (["lower", "back", "neck"], ["lower back neck"], "lower back neck"),
                                   (["calf", "muscles", "hip", "flexors", "both", "arms"],
                                    ["calf", "hip flexors", "arms"], "calf, hip flexors and arms"),
                                   (["neck", "lower back", "arms"], ["neck", "lower back", "arms"],
                                    "neck, lower back and arms"),
                                   (["Whole body"], ["Whole body"], "Whole body")):
            text = self.works("sore", *words)
            self.assertEqual(self.fake.called("ReportSoreness")[-1], [asked])
            self.assertEqual(text.splitlines()[0], "noted: no strengthening of %s until %s; easy "
                                                   "stretching stays" % (said, when))
            self.assertIn("'limber hurts'", text)
        for nothing in ([""], [","], ["and", "my"]):
            self.assertIn("limber sore shoulders", self.fails(2, "sore", *nothing))
        self.fake.tell(refuse={"ReportSoreness": ["org.freedesktop.DBus.Error.InvalidArgs",
                                                  "there is no muscle 'elf'; say neck"]})
        self.assertIn("no muscle 'elf'; say neck", self.fails(2, "sore", "elf"))

    def test_what_is_sore_is_listed(self):
        self.assertIn("limber sore shoulders", self.works("sore"))
        self.assertEqual(self.works("sore", "--json"), "[]\n")
        until = time.time() + 30 * 3600
        sore = [{"region": "neck", "until_usec": int(until * SECOND)}]
        self.fake.tell(manager={"SoreRegions": [*sore, {"region": "legs", "until_usec": 5}]})
        self.assertRegex(self.works("sore"), r"\Aneck until .* %s\nno strengthening .*\n\Z"
                         % time.strftime("%H:%M", time.localtime(until)))
        self.assertEqual(json.loads(self.works("sore", "--json")), sore)
        for words in (["--over", "--json"], ["neck", "--json"]):
            self.assertIn("limber sore --json", self.fails(2, "sore", *words))

    def test_soreness_ends(self):
        self.assertEqual(self.works("sore", "--over"),
                         "noted: nothing is sore any more, strengthening may come again\n")
        self.assertEqual(self.fake.called("EndSoreness")[-1], [[]])
        self.fake.tell(manager={"SoreRegions": [
            {"region": "neck", "until_usec": int((time.time() + 7200) * SECOND)}]})
        text = self.works("sore", "--over", "lower", "back", "and", "legs")
        self.assertEqual(self.fake.called("EndSoreness")[-1], [["lower back", "legs"]])
        self.assertRegex(text, r"\Anoted: lower back and legs: not sore any more, strengthening may "
                               r"come again\nstill sore: neck until .*\n\Z")
        self.fails(2, "sore", "--over", "my")
        self.fake.tell(refuse={"EndSoreness": [rig.NAME + ".Error.NotAllowed",
                                               "'neck' is not noted as sore"]})
        self.assertIn("'neck' is not noted", self.fails(1, "sore", "--over", "neck"))

    def test_what_is_not_kept_is_not_promised(self):
        full = {"area": "history", "message": "the disk is full", "file": "", "key": "", "hint": "",
                "warning": False}
        for verb in (["hurts", "plank"], ["rate", "plank", "hurts"]):
            self.fake.tell(manager={"Problems": [full]})
            text = self.works(*verb)
            self.assertIn("noted: plank: it hurts: it is not offered, nor are its harder forms\n", text)
            self.assertRegex(text, r"\nonly until limberd ends: the disk is full\n")
            # What is over with is no reason to doubt it.
            self.fake.tell(manager={"Problems": [dict(full, warning=True)]})
            self.assertNotIn("only until", self.works(*verb))
        self.fake.tell(manager={"Problems": [full]})
        for verb in (["rate", "plank", "like"], ["consent", "yes"]):
            self.assertRegex(self.works(*verb), r"\nonly until limberd ends: the disk is full\n")

    def test_status_tells_where_strengthening_rests(self):
        self.assertNotIn("pain", self.works("status"))
        until = int(time.time() + 9 * 86400) * 1000000
        self.fake.tell(manager={"RestingRegions": [
            {"region": "shoulders", "until_usec": until},
            {"region": "neck", "until_usec": int(time.time() - 60) * 1000000}]})
        text = " ".join(self.works("status").split())
        self.assertRegex(text, r"pain shoulders: it hurt there three times, so no strengthening "
                               r"for it until .*; please ask a doctor or physiotherapist")
        self.assertNotIn("neck", text)

    def test_hurts_without_advice_from_limberd(self):
        self.fake.tell(safety={"doctor": "See a doctor with\n- fever\n"})
        self.assertTrue(self.works("hurts", "plank").endswith("\n\nSee a doctor with\n- fever\n"))
        self.fake.tell(safety={})
        self.assertIn("A mild pull is fine, pain is not", self.works("hurts", "plank"))

    def test_hurts_means_the_exercise_that_it_is_time_for(self):
        for done, name in ((5, "shoulder-rolls"), (30, "neck-turns"), (60, "neck-turns")):
            self.fake.tell(**{"break": running(ROLLS, TURNS, done=done)})
            text = self.works("hurts")
            self.assertEqual(self.fake.called("Rate")[-1], [name, "hurts"])
            self.assertIn("the break goes on: Shoulder rolls, Neck turns", text)

    def test_replaced_exercises_begin_in_the_middle(self):
        steps = [dict(ROLLS, begins_usec=100 * SECOND), dict(TURNS, begins_usec=120 * SECOND)]
        for done, name in ((90, "shoulder-rolls"), (110, "shoulder-rolls"), (125, "neck-turns")):
            self.fake.tell(**{"break": running(*steps, done=done, length=300)})
            self.works("hurts")
            self.assertEqual(self.fake.called("Rate")[-1], [name, "hurts"])

    def test_hurts_with_nothing_running(self):
        self.assertIn("limber hurts EXERCISE", self.fails(1, "hurts"))
        self.fake.tell(**{"break": running()})
        self.assertIn("limber hurts EXERCISE", self.fails(1, "hurts"))
        self.assertEqual(self.fake.called("Rate"), [])


class Another(Coach):
    def test_another(self):
        self.fake.tell(replacement=[TURNS], **{"break": running(ROLLS)})
        self.assertEqual(self.works("another"), "instead: Neck turns\n")
        self.assertEqual(self.works("another"), "nothing else fits now: Neck turns\n")

    def test_no_break(self):
        self.assertIn("limber up", self.fails(1, "another"))

    def test_refused(self):
        self.fake.tell(refuse={"Replace": "nothing else fits"}, **{"break": running(ROLLS)})
        self.assertEqual(self.fails(1, "another"), "limber: nothing else fits\n")


class Safety(Coach):
    def test_safety(self):
        self.assertEqual(self.works("safety"), SAFETY[""] + "\n")
        self.assertEqual(self.works("safety", "hurts"), SAFETY["hurts"])
        self.assertEqual(json.loads(self.works("safety", "--json")),
                         {"section": "", "text": SAFETY[""]})
        self.assertIn("no section 'x'", self.fails(2, "safety", "x"))
        self.env["COLUMNS"] = "40"
        lines = self.works("safety").splitlines()
        self.assertLessEqual(max(map(len, lines)), 40)
        self.assertIn("  health condition, are pregnant or", lines)

    def test_hostile_text_stays_text(self):
        self.fake.tell(safety={"": "a\x1b[31mb\x07c\nd"})
        self.assertEqual(self.works("safety"), "a?[31mb?c\nd\n")

    def test_consent_shows_what_it_is_to(self):
        text = self.works("consent", "yes")
        self.assertTrue(text.startswith(SAFETY[""]))
        self.assertIn("noted: exercises of intensity 3 and more may come", text)
        # There is nothing to be read before less is done.
        self.assertEqual(self.works("consent", "no"), "noted: exercises of intensity 1 and 2 only\n")
        self.assertEqual(self.fake.called("Consent"), [[True], [False]])
        self.assertIn("there is no answer 'maybe'; say one of: yes, no", self.fails(2, "consent", "maybe"))

    def test_consent_needs_a_word_without_a_terminal(self):
        done = self.limber("consent")
        self.assertEqual((done.returncode, done.stdout), (2, SAFETY[""] + "\n"))
        self.assertIn("limber consent yes", done.stderr)
        self.assertEqual(self.fake.called("Consent"), [])

    def test_no_consent_to_what_was_not_shown(self):
        self.fake.tell(safety={})
        self.fails(2, "consent", "yes")
        self.assertEqual(self.fake.called("Consent"), [])

    def test_consent_on_a_terminal(self):
        for answer, given in (("y\n", True), ("\n", False), ("no\n", False), ("\x04", False)):
            t = rig.Terminal(self, rig.LIMBER, "consent")
            t.shows("[y/N] ")
            self.assertIn("not medical advice", t.text())
            t.type(answer)
            self.assertEqual(t.ended(), 0)
            self.assertEqual(self.fake.called("Consent")[-1], [given], repr(answer))


class Looking(Coach):
    def test_show(self):
        text = self.works("show", "plank")
        self.assertRegex(text, r"(?m)^today +2 times 10s$")
        self.assertRegex(text, r"(?m)^allowed +yes: core not trained since Thursday$")
        self.fake.tell(exercises={"plank": dict(PLANK, allowed=False, why="knee-injury is among "
                                                "your limits", dose="")})
        text = self.works("show", "plank")
        self.assertRegex(text, r"(?m)^allowed +no: knee-injury is among your limits$")
        self.assertNotIn("today", text)
        self.fake.tell(exercises={"plank": dict(PLANK, allowed=False, why="it is hard")})
        self.assertNotIn("today", self.works("show", "plank"))
        self.assertNotIn("chosen", self.works("show", "plank"))
        # Of the latest routine that was shown.
        self.fake.tell(exercises={"plank": dict(PLANK, allowed=True, chosen="For your hips.")})
        self.assertRegex(self.works("show", "plank"), r"(?m)^chosen +For your hips\.$")
        self.fake.tell(exercises={"plank": dict(PLANK, allowed=False, why="it is hard")})
        # In the present break: why, and how much of it.
        self.fake.tell(**{"break": running(ROLLS, dict(TURNS, exercise="plank", dose="2 times 8s",
                                                       why="For your core."))})
        text = self.works("show", "plank")
        self.assertRegex(text, r"(?m)^chosen +For your core\.$")
        self.assertRegex(text, r"(?m)^today +2 times 8s$")
        self.fake.tell(**{"break": None})
        self.assertIn("'limber exercises' lists them", self.fails(2, "show", "x"))

    def test_preview(self):
        self.fake.tell(preview=[ROLLS, TURNS])
        text = self.works("preview", "active")
        self.assertEqual(self.fake.called("Preview"), [["active"]])
        self.assertIn("Shoulder rolls  20s, 8 times\n 1. Lift the shoulders.\n", text)
        self.assertIn("\n\nNeck turns  30s, each side\n", text)
        self.assertIn("    why: shoulders loaded today, not relieved yet\n", text)
        self.assertNotIn("New for you", text)
        self.fake.tell(preview=[ROLLS, dict(TURNS, new=True)])
        self.assertIn("Neck turns  30s, each side\n  New for you, so start slowly and listen to your body.\n",
                      self.works("preview", "active"))
        steps = json.loads(self.works("preview", "--json"))
        self.assertEqual([s["exercise"] for s in steps], ["shoulder-rolls", "neck-turns"])
        self.fake.tell(rules=[{"name": "active", "length_usec": 300 * SECOND}])
        self.assertTrue(self.works("preview", "active").startswith(
            "active break, 5min:\n\nShoulder rolls  20s"))
        self.fake.tell(preview=[])
        self.assertEqual(self.works("preview"), "rest: no exercise fits now\n")
        self.assertEqual(self.works("preview", "--json"), "[]\n")

    def test_no_word_is_torn_behind_a_long_name(self):
        self.fake.tell(preview=[dict(ROLLS, name="A name of thirty-six columns, truly.")])
        self.env["COLUMNS"] = "40"
        self.assertRegex(self.works("preview"), r"(?m)^A name of .*truly\. *\n  20s, 8 times$")

    def test_forty_columns(self):
        self.fake.tell(preview=[dict(ROLLS, why="w " * 60), TURNS])
        self.env["COLUMNS"] = "40"
        for verb in (["show", "plank"], ["preview"], ["safety"]):
            for line in self.works(*verb).splitlines():
                self.assertLessEqual(len(line), 40, line)


class Completions(Coach):
    def test_bash(self):
        script = ('. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _limber; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        self.env["PATH"] = os.path.dirname(rig.LIMBER) + ":" + self.env["PATH"]
        for words, want in ((["rate", ""], ["plank"]),
                            (["rate", "plank", ""], ["like", "dislike", "easy", "hard", "hurts"]),
                            (["rate", "plank", "h"], ["hard", "hurts"]), (["hurts", "p"], ["plank"]),
                            (["consent", ""], ["yes", "no"])):
            done = self.command("bash", "-c", script, os.path.join(
                rig.ROOT, "client/completions/limber.bash"), "limber", *words)
            self.assertEqual((done.stdout.split(), done.stderr), (want, ""), words)


if __name__ == "__main__":
    unittest.main()
