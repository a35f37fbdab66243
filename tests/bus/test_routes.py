"""The routes round a pick: another one, hurts, consent, reload, snooze. What was done is remembered on all
of them, and nothing is asked on any that may not be."""

import os
import signal
import sys

import rig
from test_coach import BREAK, CONFIG, Coached
from test_history import plain

SECOND = 1000000
JUMPER = os.path.join(rig.BUILD, "tests", "fakes", "jumping-limberd")
STRONG = """place = mat
level = 3
[rule strong]
every = 2h
length = 5min
sets = warm-up strengthening core
"""
LOOK = """[rule look]
every = 2h
length = 30s
sets = eyes
"""
# What can be suggested off the desk, but for one of it.
OTHERS = {"walking", "swimming", "cycling", "yoga-session", "pilates-session", "daylight-break"}


def over(step):
    """When it is, in seconds of the break."""
    return step["begins_usec"] // SECOND + step["seconds"]


def turn(step):
    """When it is its turn: first to get ready for it."""
    return step["begins_usec"] // SECOND - step["ready"]


class Routes(Coached):
    def jump(self, hours):
        """So many hours pass on the clock on the wall."""
        for _ in range(hours):
            before = self.clock()
            self.daemon.signal(signal.SIGUSR1)
            rig.wait_for(lambda: self.clock() >= before + 3590 * SECOND, 5, "the jump")

    def clock(self):
        return self.property("PhaseSinceUSec")

    def begin_jumping(self, more=""):
        self.config(CONFIG + "[hours]\nday_starts = 00:00\n[me]\n" + more)
        self.daemon = self.start([JUMPER], "jumping-limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 10, "limberd")


    def begin(self, more=""):
        super().begin("[me]\n" + more if not more.startswith("[") else more)

    def ids(self, path):
        return [s["exercise"] for s in self.steps(path)]

    def kept(self):
        """What the latest break's row has: seconds by exercise."""
        row = plain(self.call("GetHistory", "a{sv}", "0")[0][-1])
        return {e: usec // SECOND for e, usec in row["exercises"].items()}

    def strenuous(self, exercise):
        return self.exercise(exercise)["intensity"] >= 3

    def muscles(self, exercises):
        return {m for e in exercises if self.strenuous(e)
                for m in self.exercise(e)["muscles"].split("; ")}

    def rest(self, seconds):
        self.call("Rested", "t", str(int(seconds * SECOND)))

    def another(self, path):
        self.call("Replace", path=path, interface=BREAK)


class Another(Routes):
    def test_what_was_done_before_it_counts_at_once_and_the_next_day(self):
        self.begin_jumping(STRONG)
        self.call("Consent", "b", "true")
        path = self.start_break("strong")
        first = self.steps(path)
        hard = [s["exercise"] for s in first if self.strenuous(s["exercise"])]
        self.assertTrue(hard)
        self.rest(240)
        self.another(path)
        for exercise in hard:
            self.assertIn("48 hours", self.exercise(exercise)["why"])
        second = self.steps(path)
        self.assertFalse(self.muscles(hard) & self.muscles(s["exercise"] for s in second))
        self.call("Skip")
        kept = self.kept()
        for step in first:
            self.assertGreaterEqual(kept[step["exercise"]], step["seconds"])
        self.jump(24)
        sets = {self.exercise(s["exercise"])["set"] for s in self.preview("strong")}
        self.assertFalse(sets & {"strengthening", "core"}, sets)

    def test_it_fits_what_is_left_and_begins_now(self):
        self.begin()
        path = self.start_break("active")
        self.rest(240)
        self.another(path)
        steps = self.steps(path)
        self.assertLessEqual(sum(s["seconds"] for s in steps), 60)
        self.assertIn(turn(steps[0]), range(240, 250))

    def test_none_of_those_that_came_comes_again(self):
        self.begin()
        path = self.start_break("micro")
        came = self.ids(path)
        for _ in range(3):
            self.another(path)
            self.assertFalse(set(came) & set(self.ids(path)))
            came += self.ids(path)

    def test_it_is_on_the_disk_before_the_answer(self):
        self.begin(STRONG)
        self.call("Consent", "b", "true")
        path = self.start_break("strong")
        hard = [s["exercise"] for s in self.steps(path) if self.strenuous(s["exercise"])]
        self.rest(200)
        self.another(path)
        self.daemon.kill()
        self.start_daemon()
        self.assertIn("48 hours", self.exercise(hard[0])["why"])


class Next(Routes):
    def next(self, path):
        self.call("Next", path=path, interface=BREAK)

    def refusal(self, path):
        return self.refused("Next", path=path, interface=BREAK)

    def strong(self):
        self.begin(STRONG)
        self.call("Consent", "b", "true")
        path = self.start_break("strong")
        return path, self.steps(path)

    def needs_warmup(self, path):
        return [e for e in self.ids(path) if self.exercise(e)["needs_warmup"]]

    def test_who_leaves_the_warm_up_is_asked_for_nothing_that_needs_it(self):
        path, steps = self.strong()
        self.assertTrue(self.needs_warmup(path))
        self.next(path)
        self.assertNotIn(steps[0]["exercise"], self.ids(path))
        self.assertEqual(self.needs_warmup(path), [])

    def test_after_the_warm_up_the_next_begins_now(self):
        path, steps = self.strong()
        first, second, third = steps[:3]
        self.assertTrue(self.exercise(second["exercise"])["needs_warmup"])
        now = over(second) - second["seconds"] + 5
        self.rest(now)
        self.next(path)
        self.assertEqual(self.ids(path), [s["exercise"] for s in steps[2:]])
        self.assertIn(turn(self.steps(path)[0]), range(now, now + 5))
        self.call("Rate", "ss", third["exercise"], "hurts")
        self.call("Skip")
        kept = self.kept()
        self.assertEqual(kept.pop(first["exercise"]), first["seconds"])
        self.assertIn(kept.pop(second["exercise"]), range(5, 10))
        self.assertLess(sum(kept.values()), 5)

    def test_what_was_left_is_not_taken_for_done(self):
        path, steps = self.strong()
        hard = [s["exercise"] for s in steps if self.strenuous(s["exercise"])]
        while self.ids(path):
            self.next(path)
        self.rest(200)
        self.call("Finish")
        self.assertLess(sum(self.kept().values()), 5)
        self.assertNotIn("48 hours", self.exercise(hard[0])["why"])

    def test_it_is_on_the_disk_before_the_answer(self):
        path, steps = self.strong()
        self.assertTrue(self.strenuous(steps[1]["exercise"]))
        self.rest(over(steps[1]) - 5)
        self.next(path)
        self.daemon.kill()
        self.start_daemon()
        self.assertIn("48 hours", self.exercise(steps[1]["exercise"])["why"])

    def test_where_nothing_is_on(self):
        self.begin("[rule micro]\nevery = 2s\nlength = 30s\n[prompt]\nlull = 1s\n")
        rig.wait_for(lambda: self.phase() == "prompting", 30, "the prompt")
        path = self.property("CurrentBreak")
        steps = self.ids(path)
        self.assertIn("does not run yet", self.refusal(path))
        self.assertEqual(self.ids(path), steps)
        self.start_break("")
        while self.ids(path):
            self.next(path)
        self.assertIn("rest", self.refusal(path))
        self.call("Finish")
        self.refusal(path)


class Hold(Routes):
    """busctl lets go of what it is given as it ends: a holder of our own does not."""

    def hold(self, path):
        code = ("import dbus, signal\n"
                "o = dbus.SessionBus().get_object(%r, %r)\n"
                "held = o.Hold(dbus_interface=%r)\n"
                "print('held', flush=True)\n"
                "signal.pause()\n" % (rig.NAME, path, BREAK))
        holder = self.start([sys.executable, "-c", code], "holder")
        rig.wait_for(lambda: "held" in holder.output(), 10, "the hold")
        return holder

    def goes_on(self, path, steps):
        """Not before the hold has ended."""
        rig.wait_for(lambda: turn(self.steps(path)[1]) < 300, 10, "the release")
        self.assertEqual([s["exercise"] for s in self.steps(path)],
                         [s["exercise"] for s in steps])

    def test_what_is_held_stands_still_until_its_holder_is_gone(self):
        self.begin()
        path = self.start_break("active")
        steps = self.steps(path)
        self.assertGreater(len(steps), 1)
        holder = self.hold(path)
        self.assertEqual({turn(s) for s in self.steps(path)[1:]}, {300})
        self.rest(200)
        holder.kill()
        self.goes_on(path, steps)
        self.assertIn(turn(self.steps(path)[0]), range(195, 206))
        # The first one had no more than the seconds before and after it.
        self.call("Finish")
        self.assertLess(sum(self.kept().values()), 10)

    def test_who_goes_on_has_what_it_had(self):
        self.begin()
        path = self.start_break("active")
        first = self.ids(path)[0]
        self.hold(path)
        self.rest(200)
        self.call("Next", path=path, interface=BREAK)
        self.assertNotIn(first, self.ids(path))
        self.assertIn(turn(self.steps(path)[0]), range(200, 206))

    def test_it_ends_with_the_break(self):
        self.begin()
        path = self.start_break("active")
        self.hold(path)
        self.call("Skip")
        path = self.start_break("active")
        steps = self.steps(path)
        self.assertEqual(turn(steps[1]), over(steps[0]))

    def test_rest_is_not_held(self):
        self.begin()
        path = self.start_break("active")
        while self.ids(path):
            self.call("Next", path=path, interface=BREAK)
        self.assertIn("no exercise", self.refused("Hold", path=path, interface=BREAK))


class Hurts(Routes):
    def test_each_has_the_seconds_that_it_had(self):
        # None that is strenuous, or pain would end all of these.
        self.begin()
        path = self.start_break("active")
        first, second, third = self.steps(path)[:3]
        now = over(second) - 4
        self.rest(now)
        self.call("Rate", "ss", second["exercise"], "hurts")
        left = self.steps(path)
        self.assertEqual(left[0]["exercise"], third["exercise"])
        self.assertIn(turn(left[0]), range(now, now + 4))
        self.call("Skip")
        kept = self.kept()
        self.assertEqual(kept.pop(first["exercise"]), first["seconds"])
        self.assertIn(kept.pop(second["exercise"]),
                      range(second["seconds"] - 4, second["seconds"]))
        self.assertLess(sum(kept.values()), 4)

    def test_what_hurt_has_worked_its_muscles(self):
        self.begin(STRONG)
        self.call("Consent", "b", "true")
        path = self.start_break("strong")
        steps = self.steps(path)
        at = next(i for i, s in enumerate(steps) if self.strenuous(s["exercise"]))
        self.rest(over(steps[at]) - 2)
        self.call("Rate", "ss", steps[at]["exercise"], "hurts")
        self.call("Skip")
        tired = self.muscles([steps[at]["exercise"]])
        for step in self.preview("strong"):
            self.assertFalse(tired & self.muscles([step["exercise"]]), step["exercise"])

    def test_what_ended_is_remembered(self):
        """Of a break that simply went to its end."""
        self.begin(STRONG)
        self.call("Consent", "b", "true")
        path = self.start_break("strong")
        hard = [s["exercise"] for s in self.steps(path) if self.strenuous(s["exercise"])]
        self.rest(200)
        self.call("Finish")
        self.assertIn("48 hours", self.exercise(hard[0])["why"])


class Suggestion(Routes):
    def suggested(self, path):
        return [line for line in self.property("Body", path, BREAK).splitlines()
                if line.startswith("Off the desk")]

    def only(self, exercise, more=LOOK):
        return "place = mat\nlevel = 3\nskip = %s\n%s" % (
            " ".join(sorted(OTHERS - {exercise})), more)

    def swim(self):
        """A short break with nothing but rest for the eyes, and a suggestion."""
        self.begin(self.only("swimming"))
        self.call("Consent", "b", "true")
        path = self.start_break("look")
        self.assertIn("Swimming", self.suggested(path)[0])
        return path

    def test_it_goes_when_it_hurts(self):
        path = self.swim()
        self.call("Rate", "ss", "swimming", "hurts")
        self.assertEqual(self.suggested(path), [])

    def test_it_goes_with_the_consent(self):
        path = self.swim()
        self.call("Consent", "b", "false")
        self.assertEqual(self.suggested(path), [])

    def test_it_goes_with_other_settings(self):
        path = self.swim()
        self.config(CONFIG + "[me]\n" + self.only("swimming") + "[me]\nlimits = recent-surgery\n")
        self.call("Reload")
        self.assertEqual(self.suggested(path), [])

    def test_it_stays_when_nothing_speaks_against_it(self):
        path = self.swim()
        steps, body = self.steps(path), self.property("Body", path, BREAK)
        self.call("Rate", "ss", "calf-raise", "hurts")
        self.call("Reload")
        self.assertEqual(self.steps(path), steps)
        self.assertEqual(self.property("Body", path, BREAK), body)

    def test_it_works_other_muscles_than_the_break(self):
        # Both would be the trunk's.
        self.begin(self.only("pilates-session", STRONG.partition("3\n")[2]))
        self.call("Consent", "b", "true")
        pilates = set(self.exercise("pilates-session")["muscles"].split("; "))
        path = self.start_break("strong")
        steps = self.steps(path)
        self.assertTrue(pilates & self.muscles(s["exercise"] for s in steps))
        self.assertFalse([line for line in self.suggested(path) if "ilates" in line])
        # And none of it is taken for work done when everything is judged again.
        self.call("Reload")
        self.assertEqual(self.steps(path), steps)


class Judged(Routes):
    STRETCH = """place = mat
[rule stretch]
enabled = yes
every = 2s
length = 1min
sets = stretching
regions = hamstrings
snooze = 1s
[prompt]
lull = 1s
"""

    def test_who_walked_long_ago_is_cold(self):
        """A break that was put off is judged again when it is announced again, and as it begins."""
        self.begin_jumping(self.STRETCH + "front_end = /bin/true\n[rule micro]\nenabled = no\n")
        self.call("LogActivity", "st", "walking", str(1200 * SECOND))
        rig.wait_for(lambda: self.phase() == "prompting", 30, "the prompt")
        path = self.property("CurrentBreak")
        warm = self.ids(path)
        self.assertTrue(self.exercise(warm[0])["needs_warmup"])
        self.call("Snooze", "t", str(SECOND))
        self.daemon.signal(signal.SIGUSR1)
        rig.wait_for(lambda: self.phase() == "prompting", 30, "the next prompt")
        for exercise in self.ids(path):
            self.assertFalse(self.exercise(exercise)["needs_warmup"], exercise)

    def test_what_waits_is_judged_as_it_begins(self):
        self.begin_jumping(self.STRETCH + "front_end = /bin/true\n[rule micro]\nenabled = no\n")
        self.call("LogActivity", "st", "walking", str(1200 * SECOND))
        rig.wait_for(lambda: self.phase() == "prompting", 30, "the prompt")
        path = self.property("CurrentBreak")
        self.assertTrue(self.exercise(self.ids(path)[0])["needs_warmup"])
        self.call("Snooze", "t", str(3600 * SECOND))
        self.daemon.signal(signal.SIGUSR1)
        self.assertEqual(self.start_break("stretch"), path)
        for exercise in self.ids(path):
            self.assertFalse(self.exercise(exercise)["needs_warmup"], exercise)

    def test_what_still_holds_stays(self):
        self.begin_jumping("[rule micro]\nevery = 2s\nlength = 30s\nsnooze = 1s\n")
        rig.wait_for(lambda: self.phase() == "prompting", 30, "the prompt")
        path = self.property("CurrentBreak")
        steps = self.steps(path)
        self.call("Snooze", "t", str(SECOND))
        self.daemon.signal(signal.SIGUSR1)
        rig.wait_for(lambda: self.property("Prompts", path, BREAK) == 2, 30, "the next prompt")
        self.assertEqual(self.steps(path), steps)
        self.start_break("")
        self.assertEqual(self.steps(path), steps)

    def test_what_hurts_before_the_break_has_another_in_its_place(self):
        self.begin("[rule micro]\nevery = 2s\nlength = 30s\n[prompt]\nlull = 1s\n")
        rig.wait_for(lambda: self.phase() == "prompting", 30, "the prompt")
        path = self.property("CurrentBreak")
        first = self.ids(path)
        self.call("Rate", "ss", first[0], "hurts")
        self.assertTrue(self.ids(path))
        self.assertFalse(set(first) & set(self.ids(path)))

    def test_what_waits_over_a_reload_is_chosen_by_its_settings(self):
        settings = "[rule micro]\nevery = 2s\nlength = 30s\n[prompt]\nlull = 1s\n"
        self.begin(settings)
        rig.wait_for(lambda: self.phase() == "prompting", 30, "the prompt")
        path = self.property("CurrentBreak")
        first = self.ids(path)
        self.config(CONFIG + settings + "[me]\nskip = %s\n" % first[0])
        self.call("Reload")
        self.assertTrue(self.ids(path))
        self.assertNotIn(first[0], self.ids(path))


class Told(Routes):
    """What the coach has to be told of."""

    def test_consent_that_is_withdrawn_holds_in_the_break(self):
        self.begin(STRONG)
        self.call("Consent", "b", "true")
        path = self.start_break("strong")
        before = self.ids(path)
        self.assertTrue([e for e in before if self.strenuous(e)])
        self.call("Consent", "b", "false")
        self.assertEqual(self.ids(path), [e for e in before if not self.strenuous(e)])

    def test_a_walk_warms(self):
        self.begin("place = mat\n[rule stretch]\nevery = 2h\nlength = 1min\nsets = stretching\n"
                   "regions = hamstrings\n")

        def warm():
            return [s["exercise"] for s in self.preview("stretch")
                    if self.exercise(s["exercise"])["needs_warmup"]]
        self.assertEqual(warm(), [])
        self.call("LogActivity", "st", "walking", str(600 * SECOND))
        self.assertTrue(warm())

    def test_the_present_posture(self):
        self.begin("[desk]\ntype = sit-stand\n")
        for posture, same in (("sitting", ("seated",)), ("standing", ("standing", "wall"))):
            self.call("SetPosture", "s", posture)
            steps = self.preview("active")
            self.assertGreater(len(steps), 2)
            for step in steps:
                self.assertEqual("a change of posture" in step["why"],
                                 step["position"] not in same, (posture, step))

    def test_the_kind_of_desk(self):
        self.begin()
        self.assertIn("a desk that can be raised", self.exercise("sit-stand-switch")["why"])
        self.config(CONFIG + "[desk]\ntype = sit-stand\n")
        self.call("Reload")
        self.assertTrue(self.exercise("sit-stand-switch")["allowed"])

    def test_what_is_skipped_was_not_done(self):
        """Though there was some rest, as the break had begun by itself."""
        self.start_x()
        shower = self.path("shower")
        with open(shower, "w", encoding="utf-8") as script:
            script.write("#!/bin/sh\necho shown 1\nexec cat >/dev/null\n")
        os.chmod(shower, 0o755)
        self.config(CONFIG.replace("source = none", "source = x11").replace("/bin/true", shower) +
                    "[rule micro]\nevery = 2s\nlength = 2min\n[prompt]\nlull = 1s\n")
        self.start_daemon()
        self.type_until(lambda: self.phase() == "due", 30, "work enough")
        rig.wait_for(lambda: self.phase() == "prompting", 20, "the prompt")
        rig.wait_for(lambda: self.phase() == "on-break", 20, "the break to begin by itself")
        self.assertTrue(self.ids(self.property("CurrentBreak")))
        self.call("Skip")
        row = plain(self.call("GetHistory", "a{sv}", "0")[0][-1])
        self.assertEqual((row["outcome"], row["exercises"]), ("skipped", {}))
