"""Words that are none: what a real limberd and limber tell of them, and with which exit code. All of
them read alike: what was wrong, what was probably meant, what there is."""

import unittest

import rig

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


if __name__ == "__main__":
    unittest.main()
