"""limber guide: through a break on a real pseudo terminal, with a fake limberd that has it and, at the
end, a real one."""

import os
import re
import signal
import subprocess
import sys
import termios
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bus"))

import rig  # noqa: E402
from test_coach_verbs import ROLLS, SAFETY, TURNS, running  # noqa: E402
from test_history import plain  # noqa: E402

OPENER = dict(ROLLS, exercise="chest-opener", name="Chest opener")
KEYS = r"\[p\]ause \[n\]ext \[a\]nother \[h\]urts \[q\]uit"


def lives(pid):
    """Not so if all that is left of it waits for init."""
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def short(step, seconds=2):
    return dict(step, seconds=seconds)


class Guide(rig.Rig):
    def setUp(self):
        super().setUp()
        self.start_bus()
        self.fake = rig.FakeLimberd(self, safety=SAFETY, **{"break": running(ROLLS, TURNS)})

    def guide(self, *args, columns=80, rows=24, **more):
        return rig.Terminal(self, rig.LIMBER, "guide", *args, columns=columns, rows=rows, **more)

    def wait_called(self, method, *args):
        rig.wait_for(lambda: list(args) in self.fake.called(method), 5,
                     "%s %s" % (method, args))


class Pictures(Guide):
    def test_an_exercise(self):
        t = self.guide()
        t.draws(KEYS)
        text = "\n".join(t.frame())
        self.assertRegex(text, r"(?m)^Shoulder rolls +1 of 2 *$")
        self.assertRegex(text, r"(?m)^seated, 20s, 8 times$")
        self.assertRegex(text, r"(?m)^0:(20|1\d) ")
        self.assertRegex(text, r"(?m)^> 1\. Lift the shoulders\.$")
        self.assertRegex(text, r"(?m)^  2\. Roll them back\.$")
        self.assertRegex(text, r"(?m)^  Slow and wide\.$")
        self.assertRegex(text, r"(?m)^then +Neck turns$")
        self.assertRegex(text, r"(?m)^break +0:\d\d left$")
        self.assertRegex(text, r"(?m)^why +shoulders loaded today, not relieved yet$")
        self.assertIn("Start slowly: a mild pull is fine, pain is not.", text)
        # The break is the user's own from now on: a few keys do not take it back.
        self.assertEqual(self.fake.called("StartBreak"), [["micro"]])

    def test_it_goes_on_by_itself(self):
        self.fake.tell(**{"break": running(short(ROLLS, 8), short(TURNS, 4), length=60)})
        t = self.guide()
        # Each is seen for a second or more, and must have been seen.
        for pattern in (r"(?m)^> 1\. Lift", r"(?m)^> 2\. Roll", "(?m)^Half way *$",
                        r"(?m)^> Slow and wide", "(?m)^Neck turns +2 of 2", "(?m)^First side",
                        "(?m)^Other side", "(?m)^All done. Rest until the break is over."):
            t.drew(pattern, 10)
        t.draws(r"\[d\]one \[a\] more \[h\]urts \[q\]uit")
        self.fake.tell(ended="taken")
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())
        self.assertTrue(t.text().endswith("break taken\n"))

    def test_getting_ready(self):
        self.fake.tell(**{"break": running(dict(short(ROLLS, 6), ready=3),
                                           dict(short(TURNS, 4), ready=3), length=60)})
        t = self.guide("--bell")
        t.drew("(?m)^Get ready: [23] s *$", 5)
        for pattern in ("(?m)^Get ready: [12] s *$", "(?m)^0:06 ", "(?m)^Half way *$",
                        r"(?ms)^Neck turns +2 of 2.*^Get ready: \d s *$", "(?m)^First side",
                        "(?m)^Other side", "(?m)^All done. Rest until the break is over."):
            t.drew(pattern, 10)
        # Its turn, its beginning and its half, of both; the end.
        self.assertEqual(t.raw().count("\x07"), 7)
        # It was not both.
        self.assertFalse([f for f in t.frames() if "Get ready" in f and "First side" in f])

    def test_getting_ready_is_paused_and_gone_on_from(self):
        self.fake.tell(**{"break": running(dict(ROLLS, ready=9), dict(TURNS, ready=10))})
        t = self.guide(columns=25, rows=15)
        t.draws("(?m)^Get ready: [5-9] s *$")
        t.type("p")
        t.draws("(?m)^Paused")
        t.type("p")
        t.draws("(?m)^Get ready: [4-9] s *$")
        self.assertLessEqual(max(map(len, t.frame())), 25)
        t.type("n")
        t.draws("(?m)^Neck turns +2 of 2")
        t.draws("(?m)^Get ready: (10|9|8) s *$")

    def test_a_break_that_has_been_running(self):
        self.fake.tell(**{"break": running(ROLLS, TURNS, done=25)})
        t = self.guide()
        t.draws("(?m)^Neck turns +2 of 2")
        self.assertRegex("\n".join(t.frame()), r"(?m)^0:(30|29) ")

    def test_the_bell_rings_only_if_asked(self):
        self.fake.tell(**{"break": running(short(ROLLS), length=60)})
        t = self.guide()
        t.draws("All done")
        self.assertNotIn("\x07", t.raw())
        t = self.guide("--bell")
        t.draws("All done")
        self.assertEqual(t.raw().count("\x07"), 3)  # it begins, half of it, its end

    def test_every_size(self):
        self.fake.tell(**{"break": running(dict(ROLLS, sides=2), TURNS)})
        t = self.guide()
        for columns, rows in ((40, 24), (40, 5), (20, 24), (63, 20), (120, 50)):
            t.resize(columns, rows)
            rig.wait_for(lambda: len(t.frame()) == rows and   # pylint: disable=cell-var-from-loop
                         max(map(len, t.frame())) <= columns, 5,
                         "a picture of %d by %d" % (columns, rows))
            if columns >= 40:
                self.assertEqual(t.frame()[1].rstrip(), "seated, 20s, 8 times, each side")
            # The exercise and its countdown are there at any size, and so is the way out.
            self.assertRegex("\n".join(t.frame()), r"(?s)\AShoulder.*\n0:\d\d ")
            self.assertIn("[q]uit", t.frame()[-1])

    def test_small_screens_keep_what_matters_most(self):
        steps = [dict(ROLLS, new=True, why="w " * 40), TURNS]
        for rows, there, gone in (
                (24, ["New for you. Start slowly", "> 1. Lift", "2. Roll", "Slow", "then", "why"], []),
                (13, ["New for you. Start slowly", "> 1. Lift", "2. Roll", "Slow", "break"], ["why"]),
                (9, ["New for you. Start slowly", "> 1. Lift", "Slow"], ["why", "then", "2. Roll"]),
                (6, ["> 1. Lift"], ["New for you", "Slow", "2. Roll"])):
            self.fake.tell(**{"break": running(*steps)})
            t = self.guide(columns=40, rows=rows)
            t.draws("> 1. Lift")
            text = "\n".join(t.frame())
            for part in there:
                self.assertIn(part, text)
            for part in gone:
                self.assertNotIn(part, text)
            t.type("q")
            self.assertEqual(t.ended(), 0)

    def test_a_small_screen_without_a_cue_keeps_the_last_instruction(self):
        self.fake.tell(**{"break": running(dict(short(ROLLS, 6), cue="", sides=2,
                                                instructions=["word " * 30] * 5), length=60)})
        t = self.guide(columns=40, rows=12)
        t.draws("> 5. word")
        t.draws("Other side")
        self.assertIn("> 5. word", "\n".join(t.frame()))

    def test_only_what_is_new_is_called_so(self):
        self.fake.tell(**{"break": running(ROLLS, dict(TURNS, new=True))})
        t = self.guide()
        t.draws("(?m)^Start slowly: a mild pull is fine, pain is not.$")
        t.type("n")
        t.draws("(?m)^New for you. Start slowly: a mild pull is fine, pain is not.$")

    def test_another_position_is_told_ahead(self):
        self.fake.tell(**{"break": running(ROLLS, dict(TURNS, position="standing"))})
        t = self.guide()
        t.draws("(?m)^then +Neck turns, standing$")

    def test_without_keys(self):
        t = self.guide(stdin=False)
        t.draws("Ctrl-C ends it")
        t.popen.send_signal(signal.SIGINT)
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())

    def test_limberd_may_say_more_of_the_dose(self):
        self.fake.tell(**{"break": running(dict(ROLLS, dose="8 times, held for 5s"))})
        t = self.guide()
        t.draws("(?m)^seated, 8 times, held for 5s$")

    def test_without_colour_and_with(self):
        t = self.guide()
        t.draws(KEYS)
        self.assertNotRegex(t.raw(), r"\x1b\[[0-9]+m")
        del self.env["NO_COLOR"]
        t = self.guide()
        t.draws(KEYS)
        self.assertIn("\x1b[1m", t.raw())

    def test_hostile_texts_stay_texts(self):
        hostile = "\x1b[2Jbang\x07\x9b1m\u202e"
        self.fake.tell(safety={"hurts": hostile}, **{"break": running(
            dict(ROLLS, name=hostile, cue=hostile, instructions=[hostile], why=hostile,
                 position=hostile, dose=hostile), dict(TURNS, name=hostile), Rule="micro")})
        t = self.guide()
        t.draws(KEYS)
        t.type("h")
        t.draws("bang")
        t.type("q")
        self.assertEqual(t.ended(), 0)
        for bad in ("\x1b[2J", "\x07", "\x9b", "\u202e"):
            self.assertNotIn(bad, t.raw())


class Keys(Guide):
    def test_pause_and_go(self):
        t = self.guide()
        t.draws(KEYS)
        t.type("p")
        t.draws(r"(?m)^Paused")
        t.draws(r"\[p\] go")
        stood = re.search(r"(?m)^(0:\d\d) ", "\n".join(t.frame())).group(1)
        drawn = t.raw().count("\x1b[?2026l")
        rig.wait_for(lambda: t.raw().count("\x1b[?2026l") > drawn + 2, 6, "three more pictures")
        t.draws(r"(?m)^%s " % stood)
        t.type(" ")
        t.draws(KEYS)
        rig.wait_for(lambda: stood not in "\n".join(t.frame()), 5, "the countdown to go on")

    def test_next_and_done(self):
        t = self.guide()
        t.draws("1 of 2")
        t.type("\x1b[A")  # an arrow key is none
        t.type("n")
        t.draws("(?m)^Neck turns +2 of 2")
        t.type("d")  # not before all is done
        t.type("\n")
        t.draws("All done")
        self.assertEqual(self.fake.called("Finish"), [])
        t.type("d")
        self.wait_called("Finish")
        self.fake.tell(ended="taken")
        self.assertEqual(t.ended(), 0)

    def test_next_is_what_limberd_says(self):
        """It ends the exercise, and leaves out what would need it."""
        self.fake.tell(**{"break": running(ROLLS, TURNS, OPENER)})
        t = self.guide()
        t.draws("(?m)^Shoulder rolls +1 of 3")
        t.type("n")
        t.draws("(?m)^Neck turns +2 of 3")
        self.assertEqual(self.fake.called("Next"), [["/org/limberd/Limber1/break/1"]])
        self.fake.tell(next=[])
        t.type("n")
        t.draws("(?m)^Nothing more is left to do. Press a for other exercises")
        t.draws("Chest opener is left out: that does not fit any more")
        # What was on can hurt, also where nothing is left.
        t.type("h")
        t.draws("Which one hurt")
        t.type("2")
        self.wait_called("Rate", "neck-turns", "hurts")

    def test_what_is_left_out_is_told_with_the_reason(self):
        self.fake.tell(exercises={"neck-turns": {"id": "neck-turns", "allowed": True, "needs_warmup": True, "why": ""},
                                  "chest-opener": {"id": "chest-opener", "allowed": True,
                                                   "needs_warmup": True, "why": ""}},
                       next=[dict(ROLLS, exercise="palming", name="Palming")],
                       **{"break": running(ROLLS, TURNS, OPENER, dict(ROLLS, exercise="palming", name="Palming"))})
        t = self.guide()
        t.draws("(?m)^Shoulder rolls +1 of 4")
        t.type("n")
        t.draws("(?m)^Palming +2 of 2")
        t.draws("(?m)^Neck turns and Chest opener are left out: a warm-up is needed first")

    def test_limits_that_change_in_mid_guide(self):
        """Neither done nor forgotten: it says why they are gone, and what can be had instead."""
        self.fake.tell(exercises={e: {"id": e, "allowed": False, "needs_warmup": False,
                                      "why": "your limits exclude it"}
                                  for e in ("shoulder-rolls", "neck-turns")},
                       **{"break": running(ROLLS, TURNS)})
        t = self.guide()
        t.draws("(?m)^Shoulder rolls +1 of 2")
        self.fake.tell(**{"break": running()})
        t.draws("(?m)^Nothing more is left to do. Press a for other exercises")
        t.draws("(?m)^Shoulder rolls and Neck turns are left out: your limits exclude it")
        self.assertNotIn("All done", t.text())

    def test_another_is_no_reason_to_miss_the_one_before(self):
        t = self.guide()
        t.draws("1 of 2")
        self.fake.tell(**{"break": running(OPENER)})
        t.draws("(?m)^Chest opener")
        self.assertNotIn("left out", t.text())

    def test_next_where_limberd_is_ahead(self):
        """What it has begun by itself is not ended."""
        self.fake.tell(**{"break": running(short(ROLLS, 60), TURNS, length=90)})
        t = self.guide()
        t.draws("1 of 2")
        self.fake.tell(**{"break": running(short(ROLLS, 60), TURNS, done=65, length=90)})
        t.draws("(?m)^break +0:2")
        t.type("n")
        t.draws("(?m)^Neck turns +2 of 2")
        self.assertEqual(self.fake.called("Next"), [])

    def test_next_without_limberd_s_help(self):
        for refused in ({"lacks": ["Next"]}, {"lacks": [], "refuse": {"Next": "nothing is on"}}):
            self.fake.tell(**refused, **{"break": running(ROLLS, TURNS)})
            t = self.guide()
            t.draws("1 of 2")
            t.type("n")
            t.draws("(?m)^Neck turns +2 of 2")
            t.type("n")
            t.draws("(?m)^All done")
            t.type("q")
            self.assertEqual(t.ended(), 0)

    def test_what_is_paused_stands_still_for_limberd_too(self):
        t = self.guide()
        t.draws(KEYS)
        for _ in range(2):
            t.type("p")
            t.draws("(?m)^Paused")
            self.wait_called("Hold", "/org/limberd/Limber1/break/1")
            before = len(self.fake.called("Released"))
            t.type("p")
            rig.wait_for(lambda: len(self.fake.called("Released")) > before, 5,   # pylint: disable=cell-var-from-loop
                         "limberd to go on")
            t.draws(KEYS)
        self.assertEqual(len(self.fake.called("Hold")), 2)
        # To another exercise, or killed: it is let go as well.
        for way in (lambda: t.type("n"), t.popen.kill):
            t.type("p")
            t.draws("(?m)^Paused")
            rig.wait_for(lambda: len(self.fake.called("Hold")) > len(self.fake.called("Released")),
                         5, "the hold")
            before = len(self.fake.called("Released"))
            way()
            rig.wait_for(lambda: len(self.fake.called("Released")) > before, 5,   # pylint: disable=cell-var-from-loop
                         "limberd to go on")

    def test_what_is_over_still_counts(self):
        self.fake.tell(**{"break": running(short(ROLLS), TURNS, OPENER)})
        t = self.guide()
        t.draws("(?m)^Neck turns +2 of 3")
        t.type("p")
        t.draws("(?m)^Paused")
        self.fake.tell(**{"break": running(TURNS, OPENER)})
        t.draws("(?m)^then +Chest opener")
        t.type("p")
        t.draws("(?m)^Neck turns +2 of 3")

    def test_another(self):
        self.fake.tell(replacement=[OPENER, TURNS])
        t = self.guide()
        t.draws("Shoulder rolls")
        t.type("a")
        t.draws("(?m)^Chest opener +1 of 2")
        self.fake.tell(refuse={"Replace": "nothing else fits"})
        t.type("a")
        t.draws("(?m)^nothing else fits")
        self.assertIn("Chest opener", t.frame()[0])

    def test_more_when_all_is_done(self):
        self.fake.tell(replacement=[OPENER], **{"break": running(ROLLS)})
        t = self.guide()
        t.draws("Shoulder rolls")
        t.type("n")
        t.draws("All done")
        t.type("a")
        t.draws("(?m)^Chest opener +2 of 2")

    def test_replaced_by_somebody_else(self):
        t = self.guide()
        t.draws("1 of 2")
        t.type("n")
        t.draws("2 of 2")
        # What is being done stays, wherever it is now.
        self.fake.tell(**{"break": running(TURNS, OPENER)})
        t.draws("(?m)^Neck turns +2 of 3")
        t.draws("(?m)^then +Chest opener")
        self.fake.tell(**{"break": running(OPENER, ROLLS)})
        t.draws("(?m)^Chest opener +2 of 3")

    def test_what_was_done_is_not_done_again(self):
        self.fake.tell(lacks=["Next"])
        t = self.guide()
        t.draws("1 of 2")
        t.type("n")
        t.draws("2 of 2")
        # The beginning was done already.
        self.fake.tell(**{"break": running(ROLLS, OPENER)})
        t.draws("(?m)^Chest opener +2 of 2")

    def test_hurts(self):
        t = self.guide()
        t.draws("Shoulder rolls")
        t.type("h")
        # limberd takes it out of the break, too.
        self.wait_called("Rate", "shoulder-rolls", "hurts")
        self.fake.tell(**{"break": running(TURNS)})
        t.draws("(?m)^noted: Shoulder rolls: not offered for 7 days, nor its harder forms")
        t.draws("(?m)^Stop this exercise: Shoulder rolls")
        t.draws("Go to emergency care now with")
        t.type("x")
        t.draws("(?m)^Neck turns +2 of 2")
        t.type("q")
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())
        # It can still be read afterwards.
        after = t.text()[t.text().rindex("uit"):]
        self.assertIn("Go to emergency care now with", after)
        self.assertRegex(after, r"the break goes on, \d+s left; 'limber done' ends it\n\Z")

    def test_an_enter_too_many_behind_the_advice_skips_nothing(self):
        self.fake.tell(**{"break": running(ROLLS, TURNS, OPENER)})
        t = self.guide()
        t.draws("Shoulder rolls")
        t.type("h")
        self.wait_called("Rate", "shoulder-rolls", "hurts")
        self.fake.tell(**{"break": running(TURNS, OPENER)})
        t.draws("(?m)^Stop this exercise: Shoulder rolls")
        # Held down, or pressed once more.
        t.type("\n\n\n")
        t.draws("(?m)^Neck turns +2 of 3")
        t.type("\n")
        # Other keys are heard, and after them all that was typed before is.
        t.type("p")
        t.draws("paused")
        t.draws("(?m)^Neck turns +2 of 3")
        self.assertEqual(self.fake.called("Next"), [])
        t.type("p")
        until = time.monotonic() + 0.6
        rig.wait_for(lambda: time.monotonic() > until, 5, "half a second")
        t.type("\n")
        t.draws("(?m)^Chest opener +3 of 3")

    def test_no_line_of_the_advice_is_lost_on_a_small_screen(self):
        lines = ["- sign number %d" % i for i in range(40)]
        self.fake.tell(safety=dict(SAFETY, emergency="Go now with\n" + "\n".join(lines) + "\n"))
        t = self.guide(columns=40, rows=15)
        t.draws("Shoulder rolls")
        t.type("h")
        t.draws(r"(?m)^\[Enter\] more \[q\]uit")
        seen = set(t.frame())
        self.assertFalse(set(lines) <= seen)
        pages = 1
        while "[Enter] go on" not in t.frame()[-1]:
            before = t.frame()
            t.type("\n")
            rig.wait_for(lambda: t.frame()[:9] != before[:9], 5,  # pylint: disable=cell-var-from-loop
                         "the next page")
            seen |= set(t.frame())
            pages += 1
        self.assertGreater(pages, 3)
        self.assertLessEqual(set(lines), seen)
        t.type("b")
        t.draws(r"\[Enter\] more \[b\]ack \[q\]uit")
        t.resize(40, 70)
        t.draws("(?m)^Stop this exercise")
        t.draws(r"(?m)^\[Enter\] go on \[q\]uit")
        t.type("\n")
        t.draws("Neck turns")

    def test_hurts_for_the_third_time(self):
        self.fake.tell(notices={"7": {"Kind": "advice", "Title": "Exercises for the neck hurt three times",
                                      "Body": "Please ask a doctor.", "Urgency": "normal"}})
        t = self.guide()
        t.draws("Shoulder rolls")
        t.type("h")
        t.draws("(?m)^Exercises for the neck hurt three times\nPlease ask a doctor.$")
        t.draws("Go to emergency care now with")
        t.type("q")
        self.assertEqual(t.ended(), 0)
        after = t.text()[t.text().rindex("uit"):]
        self.assertLess(after.index("hurt three times"), after.index("Go to emergency"))

    def test_a_notice_that_names_more_meanwhile(self):
        said = {"Kind": "advice", "Body": "Please ask a doctor.", "Urgency": "normal"}
        self.fake.tell(notices={"7": dict(said, Title="Exercises for the neck hurt three times")})
        t = self.guide()
        t.draws("Shoulder rolls")
        t.type("h")
        t.draws("(?m)^Exercises for the neck hurt three times$")
        self.fake.tell(notices={"8": dict(said, Title="Exercises for the neck and hips hurt three times")})
        t.draws("(?m)^Exercises for the neck and hips hurt three times$")
        t.type("q")
        self.assertEqual(t.ended(), 0)

    def test_hurts_when_all_is_done(self):
        """Any of them may have: it asks, and flags nothing unasked."""
        t = self.guide()
        t.draws("1 of 2")
        t.type("n")
        t.draws("2 of 2")
        t.type("n")
        t.draws("All done")
        t.type("h")
        t.draws(r"(?m)^Which one hurt\?\n  1  Shoulder rolls\n  2  Neck turns$")
        t.type("x")
        t.draws("All done")
        self.assertEqual(self.fake.called("Rate"), [])
        t.type("h")
        t.draws("Which one hurt")
        t.type("1")
        self.wait_called("Rate", "shoulder-rolls", "hurts")
        t.draws("(?m)^noted: Shoulder rolls: not offered for 7 days")
        t.draws("(?m)^Stop this exercise: Shoulder rolls")
        # The break may end while it is read; what was asked is answered first.
        t.type("\n")
        t.draws("All done")
        t.type("h")
        t.draws("Which one hurt")
        self.fake.tell(ended="taken")
        t.draws("the break is taken|Which one hurt")
        t.type("2")
        self.wait_called("Rate", "neck-turns", "hurts")
        t.draws("(?m)^Stop this exercise: Neck turns")
        t.type("q")
        self.assertEqual(t.ended(), 0)

    def test_of_one_exercise_nothing_is_asked(self):
        self.fake.tell(**{"break": running(ROLLS)})
        t = self.guide()
        t.draws("1 of 1")
        t.type("n")
        t.draws("All done")
        t.type("h")
        self.wait_called("Rate", "shoulder-rolls", "hurts")

    def test_hurts_an_older_limberd(self):
        self.fake.tell(lacks=["Rate", "GetSafetyText"])
        t = self.guide()
        t.draws("Shoulder rolls")
        t.type("h")
        t.draws("A mild pull is fine, pain is not")
        t.draws("(?m)^the limberd that is running does not know this yet")


class Endings(Guide):
    def test_terminal_is_restored_whatever_ends_it(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number.name):
                t = self.guide()
                t.draws(KEYS)
                t.popen.send_signal(number)
                self.assertEqual(t.ended(), 0)
                self.assertTrue(t.restored())
        t = self.guide()
        t.draws(KEYS)
        t.type("\x03")  # Ctrl-C, by way of the terminal
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())

    def test_not_even_kill_9_leaves_it_behind(self):
        for number in (signal.SIGKILL, signal.SIGSEGV):
            with self.subTest(number.name):
                t = self.guide()
                t.draws(KEYS)
                self.assertFalse(t.restored())
                guards = rig.children(t.popen.pid)
                self.assertEqual(len(guards), 1)
                t.popen.send_signal(number)
                self.assertEqual(t.popen.wait(5), -number)
                rig.wait_for(t.restored, 5, "the terminal as it was")
                self.assertIn("\x1b[?7h\x1b[?25h\x1b[?1049l", t.raw())
                rig.wait_for(lambda: not lives(guards[0]), 5, "the guard to go")

    def test_a_job_killed_as_a_whole(self):
        t = self.guide()
        t.draws(KEYS)
        os.killpg(os.getpgid(t.popen.pid), signal.SIGKILL)
        rig.wait_for(t.restored, 5, "the terminal as it was")

    def test_what_a_shell_has_set_since_then_is_its_own(self):
        t = self.guide()
        t.draws(KEYS)
        t.popen.send_signal(signal.SIGSTOP)
        modes = termios.tcgetattr(t.slave)
        modes[3] &= ~termios.ISIG
        termios.tcsetattr(t.slave, termios.TCSANOW, modes)
        t.popen.kill()
        rig.wait_for(lambda: "\x1b[?1049l" in t.raw(), 5, "the user's own screen")
        self.assertEqual(termios.tcgetattr(t.slave), modes)

    def test_the_guard_goes_with_its_guide(self):
        t = self.guide()
        t.draws(KEYS)
        guard = rig.children(t.popen.pid)[0]
        # It is out of reach of what the whole job is sent, and costs next to nothing.
        rig.wait_for(lambda: os.getpgid(guard) != os.getpgid(t.popen.pid), 2, "a group of its own")
        rig.wait_for(lambda: sorted(os.listdir("/proc/%d/fd" % guard)) == ["0", "1", "2", "3"], 2,
                     "no more than it needs to be open")
        self.assertLess(rig.private_dirty_kib(guard), 512)
        t.type("q")
        self.assertEqual(t.ended(), 0)
        self.assertFalse(lives(guard))
        self.assertEqual(t.raw().count("\x1b[?1049l"), 1)

    def test_a_guide_without_its_guard(self):
        t = self.guide()
        t.draws(KEYS)
        os.kill(rig.children(t.popen.pid)[0], signal.SIGKILL)
        t.type("q")
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())

    def test_stopped_and_continued(self):
        t = self.guide()
        t.draws("(?m)^0:1")
        t.popen.send_signal(signal.SIGTSTP)
        os.waitpid(t.popen.pid, os.WUNTRACED)
        self.assertTrue(t.restored())
        before = re.search(r"(?m)^0:(\d\d) ", "\n".join(t.frame())).group(1)
        time.sleep(4)  # the time that has to go by, not something to wait for
        t.seen = b""
        t.popen.send_signal(signal.SIGCONT)
        t.draws(r"(?m)^0:\d\d")
        after = re.search(r"(?m)^0:(\d\d) ", "\n".join(t.frame())).group(1)
        self.assertLess(int(before) - int(after), 4)
        t.type("q")
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())

    def test_the_bus_goes(self):
        t = self.guide()
        t.draws(KEYS)
        self.bus.kill()
        self.assertEqual(t.ended(), 3)
        self.assertTrue(t.restored())
        self.assertTrue(t.text().endswith("limber: the session bus is gone\n"))

    def test_limberd_goes(self):
        t = self.guide()
        t.draws(KEYS)
        self.fake.process.kill()
        t.draws("limberd is gone; this goes on without it")
        t.type("h")
        t.draws("(?m)^limberd is gone: that Shoulder rolls hurt is told when it is back")
        t.draws("(?m)^Stop this exercise: Shoulder rolls")
        t.draws("A mild pull is fine, pain is not")
        t.type("\n")
        t.draws("Neck turns")
        t.type("n")
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())
        self.assertIn("limberd is gone, and has not seen the end of this break", t.text())
        self.assertIn("limberd has not noted that Shoulder rolls hurt; tell it:\n"
                      "    limber hurts shoulder-rolls\n", t.text())

    def test_limberd_comes_back_to_hear_what_hurt(self):
        t = self.guide()
        t.draws(KEYS)
        self.fake.process.kill()
        t.draws("limberd is gone; this goes on without it")
        t.type("h")
        t.draws("(?m)^limberd is gone: that Shoulder rolls hurt is told when it is back")
        self.fake = rig.FakeLimberd(self, safety=SAFETY, **{"break": running(ROLLS, TURNS)})
        self.wait_called("Rate", "shoulder-rolls", "hurts")
        t.draws("(?m)^noted: Shoulder rolls: not offered for 7 days")
        t.type("q")
        self.assertEqual(t.ended(), 0)
        self.assertNotIn("has not noted", t.text())
        self.assertEqual(len(self.fake.called("Rate")), 1)

    def test_limberd_hangs(self):
        t = self.guide()
        t.draws(KEYS)
        self.fake.process.freeze()
        t.type("a")
        t.draws("(?m)^limberd does not answer", 10)
        t.type("n")
        t.draws("Neck turns")
        self.fake.process.thaw()
        t.type("q")
        self.assertEqual(t.ended(), 0)

    def test_break_ended_elsewhere(self):
        for outcome, words in (("skipped", "skipped"), ("cut-short", r"ended early, \d+s of rest")):
            self.fake.tell(**{"break": running(ROLLS)})
            t = self.guide()
            t.draws(KEYS)
            self.fake.tell(ended=outcome)
            self.assertEqual(t.ended(), 0)
            self.assertRegex(t.text(), r"break %s\n\Z" % words)

    def test_taken_before_all_is_done(self):
        t = self.guide()
        t.draws(KEYS)
        self.fake.tell(ended="taken")
        t.draws("(?m)^break +over: go on as long as you like")
        t.type("n")
        t.draws("Neck turns")
        t.type("n")
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.text().endswith("break taken\n"))


class Beginnings(Guide):
    def test_it_asks_before_it_starts_one(self):
        self.fake.tell(start=running(ROLLS), **{"break": None})
        t = self.guide()
        t.shows("No break is running. Start one? [Y/n] ")
        t.type("n\n")
        self.assertEqual(t.ended(), 0)
        self.assertEqual(self.fake.called("StartBreak"), [])
        t = self.guide()
        t.shows("[Y/n] ")
        t.type("\n")
        t.draws("Shoulder rolls")
        self.assertEqual(self.fake.called("StartBreak"), [[""]])

    def test_announced(self):
        self.fake.tell(**{"break": running(ROLLS, Phase="prompting", EndsUSec=0)})
        t = self.guide()
        t.shows("The micro break (50s) is announced. Start it? [Y/n] ")
        t.type("y\n")
        t.draws("Shoulder rolls")
        self.assertEqual(self.fake.called("StartBreak"), [["micro"]])

    def test_it_says_which_break_it_would_be(self):
        self.fake.tell(start=running(ROLLS), manager={"NextRule": "micro"},
                       rules=[{"name": "micro", "length_usec": 30000000}], **{"break": None})
        t = self.guide()
        t.shows("No break is running. Start micro (30s)? [Y/n] ")
        t.type("\n")
        t.draws("Shoulder rolls")
        self.assertEqual(self.fake.called("StartBreak"), [["micro"]])

    def test_snoozed(self):
        self.fake.tell(**{"break": running(ROLLS, Phase="snoozed", EndsUSec=0)})
        t = self.guide()
        t.shows("The micro break (50s) is snoozed. Start it? [Y/n] ")
        t.type("n\n")
        self.assertEqual(t.ended(), 0)

    def test_ctrl_c_at_the_question(self):
        self.fake.tell(**{"break": None})
        t = self.guide()
        t.shows("[Y/n] ")
        t.type("\x03")
        self.assertEqual(t.ended(), -signal.SIGINT)

    def test_with_a_rule_nothing_is_asked(self):
        self.fake.tell(start=running(ROLLS), **{"break": None})
        t = self.guide("micro")
        t.draws("Shoulder rolls")
        self.assertEqual(self.fake.called("StartBreak"), [["micro"]])
        self.fake.tell(refuse={"StartBreak": ["NoSuchRule", "there is no rule 'nope'"]})
        t = self.guide("nope")
        self.assertEqual(t.ended(), 2)
        self.assertIn("limber: there is no rule 'nope'\n", t.text())
        self.assertNotIn("\x1b", t.raw())

    def test_plain_rest(self):
        self.fake.tell(**{"break": running()})
        t = self.guide()
        t.draws(r"(?m)^Rest\.$")
        t.draws("look into the distance")
        t.draws(r"\[d\]one \[a\] more \[q\]uit")
        t.type("hna")
        self.wait_called("Replace", "/org/limberd/Limber1/break/1")
        self.assertEqual(self.fake.called("Rate"), [])
        self.fake.tell(ended="taken")
        self.assertEqual(t.ended(), 0)


class Lines(Guide):
    def dumb(self, **more):
        return self.guide(env=dict(self.env, TERM="dumb"), **more)

    def test_dumb_terminal(self):
        self.fake.tell(**{"break": running(short(ROLLS, 4), short(TURNS, 3))})
        t = self.dumb(columns=40)
        t.shows("All done. Rest on.", 15)
        self.assertRegex(t.text(), r"(?s)Keys, each with Enter.*1 of 2: Shoulder rolls \(4s, 8 times\)\n"
                         r" 1\. Lift the shoulders\.\n 2\. Roll them back\.\n    Slow and wide\.\n"
                         r"Half way\.\n2 of 2: Neck turns \(3s, each side\)\n.*Other side\.\nAll done")
        self.assertLessEqual(max(map(len, t.text().splitlines())), 40)
        self.assertNotIn("\x1b", t.raw())
        self.fake.tell(ended="taken")
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.text().endswith("break taken\n"))

    def test_getting_ready(self):
        self.fake.tell(**{"break": running(dict(short(ROLLS, 4), ready=2),
                                           dict(short(TURNS, 3), ready=1))})
        t = self.dumb(columns=40)
        t.shows("All done. Rest on.", 20)
        self.assertRegex(t.text(), r"(?s)1 of 2: Shoulder rolls \(4s, 8 times\)\nGet ready: [12] s\n"
                         r" 1\. Lift the shoulders\.\n.*\nBegin\.\nHalf way\.\n"
                         r"2 of 2: Neck turns .*\nBegin: first side\.\nOther side\.\nAll done")

    def test_a_break_without_exercises(self):
        self.fake.tell(**{"break": running()})
        t = self.dumb()
        t.shows("Rest until the break is over.")
        self.assertNotIn("All done", t.text())

    def test_hostile_texts_stay_texts(self):
        hostile = "\x1b[2Jbang\x07\x9b1m\u202e"
        self.fake.tell(safety={"hurts": hostile}, **{"break": running(
            dict(ROLLS, name=hostile, cue=hostile, instructions=[hostile], dose=hostile))})
        t = self.dumb()
        t.shows("1 of 1")
        t.type("h\nq\n")
        self.assertEqual(t.ended(), 0)
        for bad in ("\x1b", "\x07", "\x9b", "\u202e"):
            self.assertNotIn(bad, t.raw())

    def test_in_the_background_of_a_shell(self):
        t = rig.Terminal(self, "bash", "--norc", "-ic",
                         "%s guide & sleep 1; kill $!; wait" % rig.LIMBER)
        t.shows("1 of 2: Shoulder rolls")
        self.assertNotIn("\x1b[?1049h", t.raw())

    def test_keys_on_a_dumb_terminal(self):
        t = self.dumb()
        t.shows("1 of 2")
        t.type("p\n")
        t.shows("paused")
        t.type("p\n")
        t.type("h\n")
        self.wait_called("Rate", "shoulder-rolls", "hurts")
        t.shows("new numbness")
        t.type("n\n")
        t.shows("2 of 2")
        t.type("q\n")
        self.assertEqual(t.ended(), 0)
        self.assertNotIn("\x1b", t.raw())

    def test_into_a_pipe(self):
        self.fake.tell(**{"break": running(short(ROLLS))})
        process = self.start([rig.LIMBER, "guide"], "guide")
        rig.wait_for(lambda: "All done" in process.output(), 10, "the end of the exercises")
        self.fake.tell(ended="taken")
        self.assertEqual(process.popen.wait(5 * rig.PATIENCE), 0)
        self.assertTrue(process.output().startswith(
            "Start slowly: a mild pull is fine, pain is not.\n1 of 1: Shoulder rolls (2s, 8 times)\n"))
        self.assertNotIn("Keys", process.output())

    def test_reader_that_goes_away(self):
        self.fake.tell(**{"break": running(short(ROLLS), short(TURNS))})
        with subprocess.Popen([rig.LIMBER, "guide"], env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual((process.wait(10 * rig.PATIENCE), process.stderr.read()),
                             (-signal.SIGPIPE, ""))

    def test_limberd_goes(self):
        t = self.dumb()
        t.shows("1 of 2")
        self.fake.process.kill()
        t.shows("limberd is gone; this goes on without it")
        t.type("n\nn\n")
        self.assertEqual(t.ended(), 0)

    def test_no_break_and_nobody_to_ask(self):
        self.fake.tell(**{"break": None})
        done = self.limber("guide")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no break is running; start one with: limber up, or limber guide RULE",
                      done.stderr)


class Real(rig.Rig):
    def test_with_limberd_itself(self):
        self.config("[rule micro]\nevery = 2h\nlength = 30s\n")
        self.start_bus()
        self.start_daemon()
        t = rig.Terminal(self, rig.LIMBER, "guide", "micro", rows=24)
        t.draws(r"(?m)^> 1\. \S")
        t.draws(r"(?m)^break +0:\d\d left")
        self.assertEqual(self.phase(), "on-break")
        t.type("n")
        t.draws("All done")
        t.type("d")
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())
        self.assertRegex(t.text(), r"break ended early, \d+s of rest\n\Z")

    def test_the_same_exercise_is_on_for_both(self):
        self.config("[rule active]\nevery = 2h\nlength = 5min\n")
        self.start_bus()
        self.start_daemon()
        t = rig.Terminal(self, rig.LIMBER, "guide", "active", rows=24)
        t.draws(r"1 of \d")
        path = self.property("CurrentBreak")

        def steps():
            return [plain(s) for s in self.property("Steps", path, rig.NAME + ".Break")]
        before = steps()
        self.assertGreater(len(before), 2)
        t.type("n")
        t.draws(r"2 of \d")
        first, second = steps()[:2]
        self.assertNotEqual(first["exercise"], before[0]["exercise"])
        self.assertTrue(t.frame()[0].startswith(first["name"]), t.frame()[0])
        self.assertLess(second["begins_usec"], 300 * 1000000)
        t.type("p")

        def turn():
            """When somebody would get ready for the one after it."""
            return steps()[1]["begins_usec"] - steps()[1]["ready"] * 1000000
        rig.wait_for(lambda: turn() == 300 * 1000000, 5, "the hold")
        t.popen.kill()
        rig.wait_for(lambda: turn() < 300 * 1000000, 5, "the release")

    def test_each_exercise_has_all_of_its_time(self):
        self.config("[rule active]\nevery = 2h\nlength = 5min\n")
        self.start_bus()
        self.start_daemon()
        path = self.call("StartBreak", "s", "active")[0]
        steps = [plain(s) for s in self.property("Steps", path, rig.NAME + ".Break")]
        over = 0
        for step in steps:
            self.assertIn(step["ready"], (5, 10))
            over += step["ready"] * 1000000
            self.assertEqual(step["begins_usec"], over)
            over += step["seconds"] * 1000000
        self.assertLessEqual(over, 300 * 1000000)
        t = rig.Terminal(self, rig.LIMBER, "guide", rows=24)
        t.drew(r"(?m)^Get ready: [1-5] s *$")
        t.type("n")
        t.drew(r"(?ms)2 of %d.*^Get ready: \d+ s *$" % len(steps))


if __name__ == "__main__":
    unittest.main()
