"""Words that are none: what a real limberd and limber tell of them, and with which exit code. All of
them read alike: what was wrong, what was probably meant, what there is."""

import os
import re
import unittest

import rig

FILES = os.path.join(rig.ROOT, "client", "completions")

SETS = "warm-up, stretching, strengthening, core, posture, aerobic, yoga-pilates, eyes, lifestyle"
REGIONS = ("neck, upper-back, lower-back, shoulders, chest, hips, hamstrings, wrists, eyes, core, legs, "
           "whole-body")
MUSCLES = ("neck, shoulders, upper-back, lower-back, chest, arms, forearms, wrists, belly, hips, glutes, "
           "thighs, hamstrings, calves, legs, whole-body, or a muscle of 'limber show'")
KINDS = ("walking, running, cycling, swimming, yoga, pilates, hiking, dancing, rowing, skating, skiing, "
         "climbing, gardening, housework, football, tennis, gym, sports, or what 'limber exercises --set "
         "aerobic' lists; nothing is logged")
RULES = "micro, active, hands, eyes"
# A wrong word, what is told of it, what was meant, and what there is.
WRONG = (
    (["exercises", "--set", "strech"], "set 'strech'", "stretching", SETS),
    (["exercises", "--set", "core", "--set", "moon"], "set 'moon'", None, SETS),
    (["exercises", "--region", "hamstirng"], "region 'hamstirng'", "hamstrings", REGIONS),
    (["exercises", "--place", "dsek"], "place 'dsek'", "desk", "desk, room, mat"),
    (["sore", "sholders"], "muscle 'sholders'", "shoulders", MUSCLES),
    (["sore", "lower", "back", "and", "x"], "muscle 'x'", None, MUSCLES),
    (["rate", "plank", "Hurt"], "verdict 'Hurt'", "hurts", "like, dislike, easy, hard, hurts"),
    (["log", "add", "swiming", "1h"], "activity 'swiming'", "swimming", KINDS),
    (["log", "add", "x", "1h"], "activity 'x'", None, KINDS),
    (["up", "mikro"], "rule 'mikro'", "micro", RULES),
    (["preview", "mikro"], "rule 'mikro'", "micro", RULES),
    (["guide", "acitve"], "rule 'acitve'", "active", RULES),
    (["why", "acitve"], "rule 'acitve'", "active", RULES + ", daily, posture"),
    (["why", "dayly"], "rule 'dayly'", "daily", RULES + ", daily, posture"),
    (["safety", "emergancy"], "safety text 'emergancy'", "emergency",
     "general, slowly, stop, emergency, doctor, hurts"),
    (["stats", "weak"], "period 'weak'", "week", "week, day, month"),
    (["consent", "ye"], "answer 'ye'", "yes", "yes, no"),
)


class Words(rig.Rig):
    def setUp(self):
        super().setUp()
        self.start_bus()

    def test_a_wrong_word(self):
        self.start_daemon()
        for verb, told, meant, there_is in WRONG:
            with self.subTest(" ".join(verb)):
                said = self.fails(2, *verb)
                guess = "did you mean '%s'? Say" % meant if meant else "say"
                self.assertEqual(said, "limber: there is no %s; %s one of: %s\n"
                                 % (told, guess, there_is))

    def test_a_wrong_preset(self):
        done = self.limber("simulate", "--preset", "ergonmic", "/dev/null")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("no preset 'ergonmic'; did you mean 'ergonomic'? Say one of: ergonomic, quiet, ",
                      done.stderr)

    def test_no_such_exercise(self):
        self.start_daemon()
        for verb in (["show", "shoulderrolls"], ["rate", "shoulder-rols", "like"],
                     ["hurts", "Shoulder Rollls"]):
            self.assertIn("'; did you mean 'shoulder-rolls'? limber exercises lists them",
                          self.fails(2, *verb))

    def test_what_is_refused_is_not_mistyped(self):
        self.start_daemon()
        for verb in (["done"], ["skip"], ["snooze"], ["another"], ["stand"]):
            self.fails(1, *verb)
        # What is out of range is.
        for verb in (["snooze", "30h"], ["rested", "30h"], ["log", "add", "walking", "1s"]):
            self.fails(2, *verb)

    def test_all_rules_of_many(self):
        names = ["a-rule-with-a-name-of-letters-%02d" % i for i in range(12)]
        self.config("".join("[rule %s]\nevery = 1h\nlength = 1min\n" % n for n in names))
        self.start_daemon()
        self.assertIn(names[-1], self.fails(2, "up", "lunch"))

    def test_sore_places_of_several_words(self):
        self.start_daemon()
        for words, said in (("lower back neck", "lower back neck"),
                            ("hip flexors, rotator cuff and my calf muscles",
                             "hip flexors, rotator cuff and calf"),
                            ("gluteus medius left calf", "gluteus medius and calf")):
            self.assertTrue(self.works("sore", *words.split()).startswith(
                "noted: no strengthening of %s until " % said), words)


class Completions(rig.Rig):
    """What there is, is completed: as limberd itself tells it."""

    LISTS = ((["exercises", "--set"], SETS), (["exercises", "--region"], REGIONS),
             (["exercises", "--place"], "desk, room, mat"), (["sore"], MUSCLES.split(", or")[0]),
             (["sore", "neck"], MUSCLES.split(", or")[0]), (["up"], RULES), (["preview"], RULES),
             (["guide"], RULES), (["why"], RULES + ", daily, posture"),
             (["rate", "plank"], "like, dislike, easy, hard, hurts"), (["stats"], "day, week, month"),
             (["log", "add"], KINDS.split(", or")[0]), (["consent"], "yes, no"),
             (["safety"], "general, slowly, stop, emergency, doctor, hurts"))

    def setUp(self):
        super().setUp()
        self.start_bus()
        self.start_daemon()
        self.env["PATH"] = os.path.dirname(rig.LIMBER) + ":" + self.env["PATH"]

    def complete(self, *words):
        """What bash would offer, a line each."""
        script = ('. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _limber; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        done = self.command("bash", "-c", script, os.path.join(FILES, "limber.bash"), "limber",
                            *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return done.stdout.splitlines()

    def test_bash_offers_every_word(self):
        for before, words in self.LISTS:
            offered = [w for w in self.complete(*before, "") if not w.startswith("-")]
            self.assertLessEqual(set(words.split(", ")), set(offered), before)
            if before[0] != "log":
                self.assertEqual(sorted(words.split(", ")), sorted(offered), before)
        self.assertIn("stair-climb", self.complete("log", "add", ""))
        self.assertEqual(self.complete("log", "add", "walking", "1"), ["10min", "1h"])

    def test_the_other_shells_know_every_word(self):
        for name in ("_limber", "limber.fish"):
            with open(os.path.join(FILES, name), encoding="utf-8") as file:
                known = set(re.findall(r"[a-z-]+", file.read()))
            for before, words in self.LISTS:
                if words[:5] != RULES[:5]:
                    self.assertLessEqual(set(words.split(", ")), known, (name, before))
            self.assertLessEqual({"daily", "posture"}, known)

    def test_exercises_by_id_and_by_name(self):
        for verb in (["show"], ["hurts"], ["rate"]):
            self.assertEqual(self.complete(*verb, "shoulder-ro"), ["shoulder-rolls"])
            for typed, offered in (("Shoulder\\ ro", "Shoulder\\ rolls"),
                                   ("Desk\\ pl", "Desk\\ plank\\ \\(incline\\)"),
                                   ('"Shoulder ro', "Shoulder rolls"),
                                   ("'Shoulder ro", "Shoulder rolls")):
                self.assertEqual(self.complete(*verb, typed), [offered])
            # All that is offered is understood.
            for name in self.complete(*verb, "'S"):
                self.works("show", name)
        self.assertEqual(self.complete("rate", "plank", "Sho"), [""])

    def test_a_name_is_only_a_name(self):
        self.config("[mine]\nname = \"Zz $(touch %s) `id` \\;\"\nset = posture\nposition = seated\n"
                    "space = desk\nintensity = 1\nneeds_warmup = no\nseconds_min = 10\n"
                    "avoid_if = none\nstep_1 = \"Sit.\"\n" % self.path("harm"), "exercises/mine.ini")
        self.call("Reload")
        offered, = self.complete("show", "Zz")
        self.assertTrue(offered.startswith("Zz\\ \\$\\(touch\\ "), offered)
        self.assertFalse(os.path.exists(self.path("harm")))


if __name__ == "__main__":
    unittest.main()
