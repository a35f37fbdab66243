"""limber-notify: one notification, replaced in place, buttons that do what they say, and any text
shown as text.

A fake limberd tells it what there is to see; the notification server is a real dunst, or a bare one
where dunst can do too much.
"""

import json
import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import rig  # noqa: E402
from rig import wait_for  # noqa: E402

NOTIFY = os.path.join(rig.BUILD, "limber-notify")
FAKES = os.path.join(rig.ROOT, "tests", "fakes")
SECOND = 1000000
MINUTE = 60 * SECOND

RULES = [{"name": "active", "urgency": "normal", "snooze_usec": 5 * MINUTE},
         {"name": "micro", "urgency": "low", "snooze_usec": 2 * MINUTE}]
REPEATED = [dict(rule, repeated=True) for rule in RULES]


def now():
    return int(time.time() * SECOND)


def prompt(**more):
    """A break that is being announced."""
    return dict({"Rule": "active", "Phase": "prompting", "DueUSec": now(), "StartedUSec": 0,
                 "EndsUSec": 0, "LengthUSec": 5 * MINUTE, "RestedUSec": 0, "Prompts": 1,
                 "Title": "Stand up: shoulder rolls", "Body": "Roll them slowly.\n1. Lift\n2. Back",
                 "Steps": [{"cue": "Roll them slowly."}]}, **more)


def running(left, **more):
    """A break whose countdown runs."""
    return prompt(**dict({"Phase": "on-break", "StartedUSec": 77, "EndsUSec": now() + left},
                         **more))


def notice(**more):
    return dict({"Kind": "welcome", "Title": "Welcome", "Body": "limber is at work.",
                 "Actions": [], "Urgency": "normal", "ExpiresUSec": 0}, **more)


class NotifyTest(rig.Rig):
    def setUp(self):
        super().setUp()
        if not os.access(NOTIFY, os.X_OK):
            self.fail("%s is not built" % NOTIFY)
        self.notify = None

    # What there is to see

    def start_limberd(self, **wish):
        self.limberd = self.start(["/usr/bin/python3", os.path.join(FAKES, "limberd.py")],
                                  "fake-limberd", stdin=subprocess.PIPE)
        wait_for(lambda: "ready" in self.limberd.output(), 10, "the fake limberd")
        self.addCleanup(self.limberd.popen.stdin.close)
        self.wishes = 0
        self.tell(**dict({"rules": RULES}, **wish))

    def tell(self, **wish):
        self.wishes += 1
        self.limberd.popen.stdin.write(json.dumps(wish).encode() + b"\n")
        self.limberd.popen.stdin.flush()
        wait_for(lambda: self.limberd.output().count("obeyed") == self.wishes, 5, "obedience")

    def calls(self):
        """Calls that limberd got, without its own chatter."""
        calls = [json.loads(x) for x in self.limberd.output().splitlines()]
        return [x for x in calls if x[0] not in ("ready", "obeyed")]

    # Who shows it

    def start_notify(self, **env):
        self.notify = self.start(rig.WRAPPER + [NOTIFY], "notify", stdin=subprocess.PIPE,
                                 env=dict(self.env, **env))
        self.addCleanup(self.close_input)
        return self.notify

    def close_input(self):
        try:
            self.notify.popen.stdin.close()
        except BrokenPipeError:
            pass

    def ask(self):
        """Have it look again, as limberd does; its answer."""
        before = len(self.answers())
        self.notify.popen.stdin.write(b"show\n")
        self.notify.popen.stdin.flush()
        return wait_for(lambda: self.answers()[before:], 10, "an answer")[0]

    def answers(self):
        return [x for x in self.notify.output().splitlines()
                if x.split(" ")[0] in ("shown", "failed", "closed")]

    def answered(self, number, what="shown"):
        line = wait_for(lambda: self.answers()[number - 1:], 10, "answer %d" % number)[0]
        self.assertEqual(line.split()[0], what, line)
        return line

    def ended(self):
        wait_for(lambda: not self.notify.alive(), 10, "the end of limber-notify")
        return self.notify.popen.returncode

    # Where it is shown

    def start_screen(self):
        """dunst on an X server."""
        self.start_bus()
        self.start_x()
        self.start_dunst()

    def on_screen(self):
        """How dunst has it: the notification on the screen is closed into the history for that."""
        self.assertEqual(self.displayed(), 1)
        before = len(self.dunst_history())
        self.command("dunstctl", "close")
        wait_for(lambda: len(self.dunst_history()) > before, 5, "the notification in the history")
        return self.dunst_history()[0]

    def bare(self, *capabilities):
        """A notification server without dunst's gifts; what it was asked, in server_seen()."""
        self.start_bus()
        self.server = self.start(["/usr/bin/python3", os.path.join(FAKES, "notification-server.py"),
                                  *capabilities], "server")
        wait_for(lambda: "ready" in self.server.output(), 10, "the notification server")

    def server_seen(self, number):
        """What the Notify call with this number (from 1) asked for."""
        def notified():
            lines = [json.loads(x) for x in self.server.output().splitlines()]
            return [x for x in lines if "notify" in x][number - 1:]

        return wait_for(notified, 10, "notification %d" % number)[0]

    def notified(self):
        return self.server.output().count('"notify"')


class Shown(NotifyTest):
    """What is to be seen."""

    def test_prompt_has_title_and_body(self):
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        seen = self.on_screen()
        self.assertEqual(seen["summary"], "Stand up: shoulder rolls")
        self.assertRegex(seen["body"], r"(?s)^Roll them slowly\.\n.*In a terminal.*\n1\. Lift\n2\. Back$")
        self.assertEqual(seen["appname"], "limber")
        self.assertEqual(seen["category"], "x-limber.break")
        self.assertEqual(seen["timeout"], 0, "limberd decides how long, not the server")

    def test_texts_are_texts(self):
        """Markup, formats, quotes, emoji, control characters: dunst shows what was written."""
        self.start_screen()
        title = "<b>Bold?</b> %s %n & 100% \"quoted\""
        body = ("<b>no</b> <a href=\"x\">link</a> &amp; &lt; <img src=\"/etc/passwd\"/>\n"
                "%s %b %% 'single' \"double\"\nyoga 🧘 ünï\\n</span>")
        self.start_limberd(**{"break": prompt(Title=title, Body=body + "\x07\x1b[31m")})
        self.start_notify()
        self.answered(1)
        seen = self.on_screen()
        self.assertEqual(seen["summary"], title)
        plain = (seen["body"].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
                 .replace("&apos;", "'").replace("&#39;", "'").replace("&amp;", "&"))
        self.assertTrue(plain.startswith(body), plain)
        self.assertNotIn("<b>no", seen["body"], "the markup was not escaped")
        self.assertNotIn("\x1b", plain)
        self.assertEqual([x for x in self.dunst.output().splitlines() if "markup" in x.lower()], [])

    def test_endless_text_is_cut(self):
        self.bare("body")
        self.start_limberd(**{"break": prompt(Title="ü" * 100000, Body="ü" * 1000000)})
        self.start_notify()
        self.answered(1)
        seen = self.server_seen(1)
        self.assertEqual(len(seen["summary"]), 201)
        self.assertLess(len(seen["body"]), 2200)
        self.assertIn("ü…", seen["body"])

    def test_empty_title(self):
        self.bare("body")
        self.start_limberd(**{"break": prompt(Title="")})
        self.start_notify()
        self.answered(1)
        self.assertEqual(self.server_seen(1)["summary"], "limber")

    def test_server_without_markup_gets_plain_text(self):
        self.bare("body", "actions")
        self.start_limberd(**{"break": prompt(Body="a < b & c")})
        self.start_notify()
        self.answered(1)
        self.assertEqual(self.server_seen(1)["body"], "a < b & c")

    def test_server_without_actions_gets_the_commands(self):
        self.bare("body")
        self.start_limberd(**{"break": prompt(Body="Roll.")})
        self.start_notify()
        self.answered(1)
        seen = self.server_seen(1)
        self.assertEqual(seen["body"], "Roll.\n"
                         "In a terminal: limber up · limber snooze · limber skip")
        self.assertEqual(seen["actions"], [])
        self.tell(manager={"SnoozesLeft": 0})
        self.assertIn("limber up · limber skip", self.server_seen(2)["body"])

    def test_server_without_body_gets_the_cue(self):
        self.bare()
        self.start_limberd(**{"break": prompt(Title="Shoulders", Steps=[{"cue": "Roll."}])})
        self.start_notify()
        self.answered(1)
        seen = self.server_seen(1)
        self.assertEqual(seen["summary"], "Shoulders: Roll.")
        self.assertEqual(seen["body"], "")

    def test_buttons_and_hints(self):
        self.bare("body", "actions")
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        seen = self.server_seen(1)
        self.assertEqual(seen["actions"], ["default", "Start", "start", "Start",
                                           "snooze", "Snooze 5min", "skip", "Skip"])
        self.assertEqual(seen["app"], "limber")
        self.assertEqual(seen["timeout"], 0)
        self.assertEqual(seen["hints"]["urgency"], "1")
        self.assertEqual(seen["hints"]["desktop-entry"], "limber")
        self.assertIn("suppress-sound", seen["hints"])
        self.assertNotIn("sound-name", seen["hints"])

    def test_sound_is_heard_once(self):
        self.bare("body", "actions")
        self.start_limberd(**{"break": prompt()})
        self.start_notify(LIMBER_SOUND="1")
        self.answered(1)
        self.assertEqual(self.server_seen(1)["hints"].get("sound-name"), "message-new-instant")
        self.tell(manager={"SnoozesLeft": 1}, **{"break": prompt(Body="Another.")})
        self.assertNotIn("sound-name", self.server_seen(2)["hints"])
        self.tell(rules=REPEATED, **{"break": prompt(Prompts=2)})
        self.assertNotIn("sound-name", self.server_seen(3)["hints"])
        # Back from a snooze it is heard like the first time.
        self.tell(rules=RULES, **{"break": prompt(Prompts=3)})
        self.assertIn("sound-name", self.server_seen(4)["hints"])

    def test_repeated_prompt_is_more_visible(self):
        self.bare("body", "actions")
        self.start_limberd(**{"break": prompt(Rule="micro")})
        self.start_notify()
        self.answered(1)
        first = self.server_seen(1)
        self.assertEqual(first["hints"]["urgency"], "0")
        self.assertIn("Snooze 2min", first["actions"])
        self.tell(rules=REPEATED, **{"break": prompt(Rule="micro", Prompts=2)})
        again = self.server_seen(2)
        self.assertEqual(again["hints"]["urgency"], "1")
        self.assertEqual(again["notify"], first["notify"])

    def test_same_again_is_not_sent(self):
        self.bare("body", "actions")
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        first = self.answered(1)
        self.assertEqual(self.ask(), first)
        self.assertEqual(self.ask(), first)
        self.assertEqual(self.notified(), 1)

    def test_each_line_gets_its_answer(self):
        self.bare("body", "actions")
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        self.notify.popen.stdin.write(b"show\n" * 5)
        self.notify.popen.stdin.flush()
        self.answered(6)


class Countdown(NotifyTest):
    def test_progress_and_time_left(self):
        self.bare("body", "actions")
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        first = self.answered(1)
        self.tell(**{"break": running(150 * SECOND)})
        seen = self.server_seen(2)
        self.assertEqual(seen["hints"]["value"], "50")
        self.assertTrue(seen["body"].startswith("2min 30s left · Roll them"), seen["body"])
        self.assertEqual(seen["actions"], ["finish", "Done", "skip", "Skip"])
        self.assertEqual("shown %d" % seen["notify"], first, "not in place")

    @rig.calm
    def test_moves_once_a_second_at_most(self):
        self.bare("body", "actions")
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        self.tell(**{"break": running(5 * SECOND, LengthUSec=5 * SECOND)})
        begin = time.monotonic()
        last = wait_for(lambda: self.notified() >= 7 and self.server_seen(7), 10, "zero")
        self.assertGreater(time.monotonic() - begin, 4)
        self.assertEqual(last["hints"]["value"], "100")
        lefts = [self.server_seen(i)["body"].split(" left")[0] for i in range(2, 8)]
        self.assertEqual(lefts, ["5s", "4s", "3s", "2s", "1s", "0s"])
        # And that is the end of it: nothing moves any more.
        before = rig.switches_at_rest(self.notify.pid)
        time.sleep(1.5)
        self.assertLessEqual(rig.switches(self.notify.pid) - before, 1)
        self.assertEqual(self.notified(), 7)

    @rig.calm
    def test_stands_still_while_typing(self):
        self.bare("body", "actions")
        self.start_limberd(**{"break": running(0, EndsUSec=0, RestedUSec=3 * MINUTE)})
        self.start_notify()
        self.answered(1)
        seen = self.server_seen(1)
        self.assertTrue(seen["body"].startswith("Paused while you type · 2min left"), seen["body"])
        self.assertEqual(seen["hints"]["value"], "60")
        before = rig.switches_at_rest(self.notify.pid)
        time.sleep(1.5)
        self.assertLessEqual(rig.switches(self.notify.pid) - before, 1)

    def test_taken_says_so_and_goes(self):
        self.start_screen()
        self.start_limberd(**{"break": running(MINUTE)})
        self.start_notify()
        shown = self.answered(1)
        self.tell(manager={"NextDueUSec": now() + 20 * MINUTE}, ended="taken")
        self.assertEqual(self.ask(), shown, "not in place")
        self.assertEqual(self.displayed(), 1)
        begin = time.monotonic()
        self.answered(3, "closed")
        self.assertGreater(time.monotonic() - begin, 3)
        self.assertEqual(self.displayed(), 0)
        self.assertEqual(self.ended(), 0)
        last = self.dunst_history()[0]
        self.assertEqual(last["summary"], "Break taken")
        self.assertEqual(last["body"], "Well done. The next one comes in about 20min.")

    def test_other_ends_are_silent(self):
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        self.tell(ended="skipped")
        self.answered(2, "closed")
        self.assertEqual(self.displayed(), 0)
        self.assertEqual(self.ended(), 0)

    def test_prompt_replaces_the_farewell(self):
        self.start_screen()
        self.start_limberd(**{"break": running(MINUTE)})
        self.start_notify()
        self.answered(1)
        self.tell(ended="taken")
        self.tell(**{"break": prompt(path="/org/limberd/Limber1/break/2")})
        # Under a number of its own if the farewell was seen: that may be running out just now.
        self.assertRegex(self.ask(), r"^shown \d+$")
        self.assertEqual(self.displayed(), 1)
        self.assertEqual(self.on_screen()["summary"], "Stand up: shoulder rolls")


class Buttons(NotifyTest):
    def test_each_button_calls_its_method(self):
        self.start_screen()
        self.start_limberd()
        rows = [("Snooze", ["Snooze", 0]), ("Skip", ["Skip"]), ("Start", ["StartBreak", "active"])]
        for i, (label, call) in enumerate(rows):
            with self.subTest(label):
                self.tell(**{"break": prompt(Prompts=i + 1)})
                self.start_notify()
                self.answered(1)
                self.click(label)
                wait_for(lambda: self.calls() and self.calls()[-1] == call, 5, str(call))
                self.notify.stop()
                os.unlink(self.notify.log_path)

    def test_click_starts(self):
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        self.command("dunstctl", "action", "0")
        wait_for(lambda: ["StartBreak", "active"] in self.calls(), 5, "StartBreak")
        self.tell(**{"break": running(MINUTE)})
        self.ask()
        self.assertEqual(self.displayed(), 1)
        self.assertIn("left", self.on_screen()["body"])

    def test_done(self):
        self.start_screen()
        self.start_limberd(**{"break": running(MINUTE)})
        self.start_notify()
        self.answered(1)
        self.click("Done")
        wait_for(lambda: ["Finish"] in self.calls(), 5, "Finish")

    STEPS = [{"exercise": "rolls", "name": "Shoulder rolls", "seconds": 20, "cue": "Slowly."},
             {"exercise": "turns", "name": "Neck turns", "seconds": 40, "cue": ""}]

    def test_another_one_and_hurts(self):
        self.start_screen()
        path = "/org/limberd/Limber1/break/1"
        self.start_limberd(replacement=self.STEPS[:1])
        rows = [("Another one", 50, ["Replace", path]), ("Hurts", 50, ["Rate", "rolls", "hurts"]),
                ("Hurts", 30, ["Rate", "turns", "hurts"]), ("Hurts", 0, ["Rate", "turns", "hurts"])]
        steps = self.STEPS
        for i, (label, left, call) in enumerate(rows + [("Hurts", 15, ["Rate", "rolls", "hurts"])]):
            if i == len(rows):  # these have taken the place of others after 30 s
                steps = [dict(steps[0], begins_usec=30 * SECOND), steps[1]]
            with self.subTest(label, left=left):
                # A countdown that stands still, so that the time is the same whenever it is pressed.
                self.tell(**{"break": running(0, StartedUSec=i + 1, EndsUSec=0, Steps=steps,
                                              LengthUSec=MINUTE,
                                              RestedUSec=MINUTE - left * SECOND)})
                self.start_notify()
                self.answered(1)
                before = len(self.calls())
                self.click(label)
                wait_for(lambda: self.calls()[before:], 5, str(call))
                self.assertEqual(self.calls()[before], call)
                self.notify.stop()
                os.unlink(self.notify.log_path)

    def test_which_buttons_a_running_break_has(self):
        """The most wanted first: a server with little room leaves out the last ones."""
        self.bare("body", "actions")
        self.start_limberd(**{"break": running(MINUTE, Steps=self.STEPS)})
        self.start_notify()
        self.answered(1)
        self.assertEqual(self.server_seen(1)["actions"],
                         ["finish", "Done", "another", "Another one", "hurts", "Hurts", "skip", "Skip"])
        # Plain rest hurts nobody.
        self.tell(**{"break": running(MINUTE, Steps=[])})
        self.assertEqual(self.server_seen(2)["actions"], ["finish", "Done", "skip", "Skip"])

    def test_one_exercise_after_the_other(self):
        """A list of them is cut off where there is little room: the one it is time for is shown."""
        self.bare("body", "actions")
        steps = [dict(self.STEPS[0], dose="20s, 8 times", position="seated", new=True),
                 dict(self.STEPS[1], cue="Slowly to each side.", seconds=20)]
        self.start_limberd()
        rows = [(60, "1 of 2: Shoulder rolls", "New for you: start slowly, listen to your body.\n"
                 "Slowly.\nAbout 20s, 8 times, seated.\n1min left\nThen: Neck turns\n"
                 "Step by step: limber guide"),
                (40, "2 of 2: Neck turns", "Slowly to each side.\n40s left\n"
                 "Step by step: limber guide"),
                (20, "All done: rest", "20s left\n"
                 "Hands off: walk a few steps or rest, breathe calmly.")]
        for i, (left, title, body) in enumerate(rows):
            self.tell(**{"break": running(0, EndsUSec=0, Steps=steps, LengthUSec=MINUTE,
                                          RestedUSec=MINUTE - left * SECOND)})
            if not i:
                self.start_notify()
                self.answered(1)
            seen = self.server_seen(i + 1)
            self.assertEqual(seen["summary"], title)
            self.assertEqual(seen["body"].replace("Paused while you type · ", ""), body)

    def test_the_next_exercise_comes_in_time(self):
        """Also between two steps of the countdown."""
        self.bare("body", "actions")
        steps = [dict(self.STEPS[0], seconds=2), dict(self.STEPS[1], seconds=598)]
        self.start_limberd(**{"break": running(10 * MINUTE, LengthUSec=10 * MINUTE, Steps=steps)})
        self.start_notify()
        self.assertEqual(self.server_seen(1)["summary"], "1 of 2: Shoulder rolls")
        self.assertEqual(self.server_seen(2)["summary"], "2 of 2: Neck turns")

    def test_commands_in_place_of_buttons(self):
        self.bare("body")
        self.start_limberd(**{"break": running(MINUTE, Steps=self.STEPS)})
        self.start_notify()
        self.answered(1)
        self.assertTrue(self.server_seen(1)["body"].endswith(
            "In a terminal: limber done · limber another · limber hurts"))

    def test_an_older_limberd_is_told_of(self):
        self.start_screen()
        self.start_limberd(lacks=["Replace"], **{"break": running(MINUTE, Steps=self.STEPS)})
        self.start_notify()
        self.answered(1)
        self.click("Another one")
        wait_for(lambda: any(x[0] == "Replace" for x in self.calls()), 5, "Replace")
        wait_for(lambda: self.displayed() == 1 and self.ask().startswith("shown"), 5, "it again")
        self.assertIn("systemctl --user restart limberd", self.on_screen()["body"])

    def test_refusal_is_shown(self):
        self.start_screen()
        self.start_limberd(refuse={"Snooze": "already snoozed twice"}, **{"break": prompt()})
        self.start_notify()
        self.answered(1)
        self.click("Snooze")
        wait_for(lambda: ["Snooze", 0] in self.calls(), 5, "Snooze")
        wait_for(lambda: self.displayed() == 1 and self.ask().startswith("shown"), 5, "it again")
        self.assertIn("limber: already snoozed twice", self.on_screen()["body"])

    def test_no_snooze_left_no_button(self):
        self.bare("body", "actions")
        self.start_limberd(manager={"SnoozesLeft": 0}, **{"break": prompt()})
        self.start_notify()
        self.answered(1)
        self.assertEqual(self.server_seen(1)["actions"],
                         ["default", "Start", "start", "Start", "skip", "Skip"])


class Dismissed(NotifyTest):
    def test_closing_is_not_skipping(self):
        """It stays away while nothing changes, and shows what comes next."""
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        self.command("dunstctl", "close")
        self.answered(2, "closed")
        self.assertEqual(self.ask(), "closed")
        self.tell(manager={"SnoozesLeft": 1})
        self.assertEqual(self.ask(), "closed")
        self.assertEqual(self.calls(), [])
        time.sleep(1.5)
        self.assertTrue(self.notify.alive(), "it would forget what was closed")

        self.tell(**{"break": running(MINUTE)})
        self.assertTrue(self.ask().startswith("shown"))
        self.assertEqual(self.displayed(), 1)

    def test_repeated_prompt_comes_back(self):
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        self.command("dunstctl", "close")
        self.answered(2, "closed")
        self.tell(**{"break": prompt(Prompts=2)})
        self.answered(3)
        self.assertEqual(self.displayed(), 1)

    def test_snoozed_goes_and_ends(self):
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        self.tell(**{"break": prompt(Phase="snoozed")})
        self.answered(2, "closed")
        self.assertEqual(self.displayed(), 0)
        self.assertEqual(self.ended(), 0)


class Notices(NotifyTest):
    def test_oldest_first_one_at_a_time(self):
        self.start_screen()
        self.start_limberd(notices={"10": notice(Title="Tenth"), "9": notice(Title="Ninth")})
        self.start_notify()
        self.answered(1)
        self.assertEqual(self.on_screen()["summary"], "Ninth")
        path = "/org/limberd/Limber1/notice/9"
        wait_for(lambda: ["Dismiss", path] in self.calls(), 5, "Dismiss")
        self.tell(notices={"10": notice(Title="Tenth")})
        wait_for(lambda: self.displayed() == 1, 5, "the next one")
        self.assertEqual(self.on_screen()["summary"], "Tenth")

    def test_break_goes_first_and_notice_comes_back(self):
        self.start_screen()
        self.start_limberd(notices={"1": notice()})
        self.start_notify()
        shown = self.answered(1)
        self.tell(**{"break": prompt()})
        self.assertEqual(self.ask(), shown, "not in place")
        self.assertEqual(self.displayed(), 1)
        self.tell(ended="skipped")
        self.assertEqual(self.ask(), shown)
        self.assertEqual(self.on_screen()["summary"], "Welcome")

    def test_what_to_heed_goes_before_the_rest_of_the_break(self):
        """At once, in its place, and never beside it; the break comes back once it is read."""
        self.start_screen()
        hurts = {"2": notice(Kind="safety", Title="Wall angels hurt", Actions=[["ok", "OK"]]),
                 "3": notice(Kind="advice", Title="Pain again: neck", Actions=[["ok", "OK"]])}
        self.start_limberd(notices={"1": notice()}, **{"break": running(MINUTE)})
        self.start_notify()
        shown = self.answered(1)
        self.tell(notices=dict(hurts, **{"1": notice()}))
        self.assertEqual(self.ask(), shown, "not in place")
        for number in sorted(hurts):
            wait_for(lambda: self.displayed() == 1 and self.ask().startswith("shown"), 5, number)
            self.click("OK")
            wait_for(lambda: ["Invoke", "/org/limberd/Limber1/notice/" + number, "ok"] in self.calls(),
                     5, "Invoke")
            del hurts[number]
            self.tell(notices=dict(hurts, **{"1": notice()}))
        wait_for(lambda: self.displayed() == 1 and self.ask().startswith("shown"), 5, "the break")
        self.assertEqual(self.on_screen()["summary"], "Stand up: shoulder rolls")

    def test_what_to_heed_outlives_the_farewell_but_holds_no_prompt_back(self):
        self.bare("body", "actions")
        hurt = {"2": notice(Kind="safety", Title="Wall angels hurt")}
        self.start_limberd(notices=hurt, **{"break": running(MINUTE)})
        self.start_notify()
        self.answered(1)
        self.assertEqual(self.server_seen(1)["summary"], "Wall angels hurt")
        self.tell(ended="taken")
        self.ask()
        self.assertEqual(self.notified(), 1, "a farewell took its place")
        self.tell(**{"break": prompt(path="/org/limberd/Limber1/break/2")})
        self.assertEqual(self.server_seen(2)["summary"], "Stand up: shoulder rolls")

    def test_what_to_heed_from_before_hides_no_break(self):
        """Left unread, it waits for the end of each break, also of one that nobody was asked for."""
        self.bare("body", "actions")
        hurt = {"2": notice(Kind="safety", Title="Wall angels hurt")}
        self.start_limberd(notices=hurt)
        self.start_notify()
        self.answered(1)
        self.assertEqual(self.server_seen(1)["summary"], "Wall angels hurt")
        self.tell(**{"break": running(MINUTE)})
        self.assertEqual(self.server_seen(2)["summary"], "Stand up: shoulder rolls")
        self.tell(ended="skipped")
        self.assertEqual(self.server_seen(3)["summary"], "Wall angels hurt")
        self.tell(**{"break": prompt(path="/org/limberd/Limber1/break/2")})
        self.assertEqual(self.server_seen(4)["summary"], "Stand up: shoulder rolls")
        self.tell(**{"break": running(MINUTE, path="/org/limberd/Limber1/break/2")})
        self.assertIn("left", self.server_seen(5)["body"])
        # What hurts now is another matter.
        self.tell(notices={"3": notice(Kind="safety", Title="Neck turns hurt")})
        self.assertEqual(self.server_seen(6)["summary"], "Neck turns hurt")

    def test_buttons(self):
        self.start_screen()
        self.start_limberd(notices={"1": notice(Actions=[["ok", "Fine"], ["", "Nothing"],
                                                        ["later", ""]])})
        self.start_notify()
        self.answered(1)
        self.command("dunstctl", "action", "0")
        wait_for(lambda: ["Invoke", "/org/limberd/Limber1/notice/1", "ok"] in self.calls(), 5,
                 "Invoke")
        self.assertNotIn("Dismiss", str(self.calls()))

    def test_expires(self):
        self.start_screen()
        self.start_limberd(notices={"1": notice(ExpiresUSec=now() + 2 * SECOND)})
        self.start_notify()
        self.answered(1)
        self.assertEqual(self.displayed(), 1)
        self.answered(2, "closed")
        self.assertEqual(self.displayed(), 0)
        self.assertEqual(self.calls(), [])


class Life(NotifyTest):
    def test_nothing_to_see(self):
        self.start_screen()
        self.start_limberd()
        self.start_notify()
        self.answered(1, "closed")
        self.assertEqual(self.ended(), 0)

    def test_no_limberd(self):
        self.start_screen()
        self.start_notify()
        self.assertEqual(self.answered(1, "failed"), "failed limberd is not running")
        self.assertEqual(self.ended(), 1)

    def test_no_bus(self):
        self.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + self.path("none")
        self.start_notify()
        self.answered(1, "failed")
        self.assertEqual(self.ended(), 1)

    def test_no_server(self):
        self.start_bus()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.assertEqual(self.answered(1, "failed"), "failed no notification server is running")
        self.assertEqual(self.ended(), 0)

    def gone(self, how, status=0):
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        how()
        self.assertEqual(self.ended(), status)
        self.assertEqual(self.displayed(), 0)

    def test_asked_to_end(self):
        self.gone(lambda: self.notify.signal(signal.SIGTERM))

    def test_asked_to_end_while_the_server_hangs(self):
        """The end of a session is not held up by the 25 s that libnotify would wait."""
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        self.answered(1)
        monitor = self.start(["dbus-monitor", "--session", "--monitor",
                              "type=method_call,destination=org.freedesktop.Notifications"])
        wait_for(lambda: "NameLost" in monitor.output(), 5, "the monitor")
        self.dunst.freeze()
        self.tell(**{"break": prompt(Title="another")})
        self.notify.popen.stdin.write(b"show\n")
        self.notify.popen.stdin.flush()
        # From here on it waits for that server and for nothing else.
        wait_for(lambda: "member=" in monitor.output(), 5, "the call that hangs")
        self.notify.signal(signal.SIGTERM)
        wait_for(lambda: not self.notify.alive(), 4, "the end of limber-notify")

    def test_end_of_input(self):
        self.gone(lambda: self.notify.popen.stdin.close())

    def test_limberd_goes(self):
        self.gone(lambda: self.limberd.kill())

    def test_takes_over_a_notification(self):
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        shown = self.answered(1)
        self.notify.kill()
        os.unlink(self.notify.log_path)
        self.start_notify(LIMBER_REPLACES=shown.split()[1])
        self.assertEqual(self.answered(1), shown)
        self.assertEqual(self.displayed(), 1)

    def test_takes_away_a_notification_that_is_over(self):
        self.start_screen()
        self.start_limberd(**{"break": prompt()})
        self.start_notify()
        shown = self.answered(1)
        self.notify.kill()
        self.tell(ended="skipped")
        os.unlink(self.notify.log_path)
        self.assertEqual(self.displayed(), 1)
        self.start_notify(LIMBER_REPLACES=shown.split()[1])
        self.answered(1, "closed")
        self.assertEqual(self.displayed(), 0)

    def test_arguments(self):
        self.assertEqual(self.command(NOTIFY, "--version").stdout.split()[0], "limber-notify")
        self.assertIn("Usage", self.command(NOTIFY, "--help").stdout)
        wrong = self.command(NOTIFY, "--wrong")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("--wrong", wrong.stderr)


if __name__ == "__main__":
    unittest.main()
