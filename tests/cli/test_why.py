"""limber why, reading, rested, sit and stand: each state of things as a fake limberd tells it."""

import datetime
import json
import os
import re
import subprocess
import time
import unittest

import rig

SECOND = 1000000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
FOREVER = 2 ** 64 - 1


def clock(at):
    """A point in time as limber writes it: with the day if that is another one."""
    day = datetime.datetime.fromtimestamp(at // SECOND, datetime.timezone.utc)
    today = datetime.datetime.now(datetime.timezone.utc)
    days = (day.date() - today.date()).days
    return {0: "", 1: "tomorrow ", -1: "yesterday "}[days] + day.strftime("%H:%M")


class Why(rig.Rig):
    def setUp(self):
        super().setUp()
        self.env["TZ"] = "UTC0"
        self.start_bus()
        self.limberd = self.start(
            ["/usr/bin/python3", os.path.join(rig.ROOT, "tests", "fakes", "limberd.py")],
            "fake-limberd", stdin=subprocess.PIPE)
        rig.wait_for(lambda: "ready" in self.limberd.output(), 10, "the fake limberd")
        self.addCleanup(self.limberd.popen.stdin.close)
        self.wishes = 0
        self.now = int(time.time()) * SECOND

    def tell(self, **wish):
        self.wishes += 1
        self.limberd.popen.stdin.write(json.dumps(wish).encode() + b"\n")
        self.limberd.popen.stdin.flush()
        rig.wait_for(lambda: self.limberd.output().count('["obeyed"]') == self.wishes, 5,
                     "obedience")

    def called(self, method):
        calls = [json.loads(x) for x in self.limberd.output().splitlines() if x.startswith("[")]
        return [x[1:] for x in calls if x[0] == method]

    def ago(self, minutes):
        return self.now - minutes * MINUTE

    def rule(self, name, load=0, **more):
        """A rule of the shipped settings, load in minutes; it is due when the rest is worked off."""
        every, length = {"micro": (20, 30 * SECOND), "active": (55, 5 * MINUTE),
                         "hands": (6, 15 * SECOND)}[name]
        rule = {"name": name, "counts": "hands" if name == "hands" else "screen",
                "state": "counting", "every_usec": every * MINUTE, "length_usec": length,
                "load_usec": int(load * MINUTE), "due_usec": self.now + int((every - load) * MINUTE),
                "enabled": True, "reasons": []}
        rule.update(more)
        return rule

    def due(self, name, state, minutes=5, **more):
        return self.rule(name, {"micro": 20, "active": 55, "hands": 6}[name] + minutes, state=state,
                         **more)

    def reason(self, sign, detail, minutes=5):
        return {"sign": sign, "detail": detail, "since_usec": self.ago(minutes)}

    def decision(self, minutes, rule, decision, why="", outcome=""):
        d = {"when_usec": self.ago(minutes), "rule": rule, "decision": decision, "why": why}
        return dict(d, outcome=outcome) if outcome else d

    def limbers(self, *args):
        done = self.limber(*args)
        self.assertEqual((done.returncode, done.stderr), (0, ""), " ".join(args))
        return done.stdout

    def why(self, *args):
        """The sentences."""
        return self.limbers("why", *args).split("\n\n")[0].splitlines()

    def refused(self, *args):  # pylint: disable=arguments-differ
        done = self.limber(*args)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"\Alimber: [^\n]+\n\Z")
        return done.returncode, done.stderr


class Sentences(Why):
    def test_counting(self):
        micro, active = self.rule("micro", 13), self.rule("active", 13)
        self.tell(rules=[active, micro, self.rule("hands", enabled=False, state="off")],
                  decisions=[self.decision(30, "active", "natural", "you rested 6min by yourself, "
                                           "which counts as this break", "natural")])
        self.assertEqual(self.why(), [
            "Next: micro at %s, after 7min more of work (13min of 20min so far)."
            % clock(micro["due_usec"]),
            "Then: active at %s, after 42min more of work (13min of 55min so far)."
            % clock(active["due_usec"]),
            "Last: active was satisfied at %s: you rested 6min by yourself, which counts as this "
            "break." % clock(self.ago(30))])

    def test_lengths_make_up_the_whole(self):
        self.tell(rules=[self.rule("micro", 12.5), self.rule("active", 54)])
        text = self.why()
        self.assertRegex(text[0], r"active .*after 1min more of work \(54min of 55min so far\)")
        self.assertRegex(text[1], r"micro .*after 8min more of work \(12min of 20min so far\)")
        self.tell(rules=[self.rule("micro", 42.9 / 60)])
        self.assertRegex(self.why()[0], r"after 19min 18s more of work \(42s of 20min so far\)")
        self.tell(rules=[self.rule("hands", 5.5), self.rule("micro")])
        text = self.why()
        self.assertRegex(text[0], r"after 30s more of typing \(5min 30s of 6min so far\)")
        self.assertRegex(text[1], r"after 20min more of work \(nothing of 20min so far\)")

    def test_resting(self):
        self.tell(manager={"Presence": "idle", "PresenceSinceUSec": self.ago(3)},
                  rules=[self.rule("micro", 13, due_usec=0)])
        self.assertEqual(self.why(), [
            "Next: micro, after 7min more of work (13min of 20min so far); you rest now.",
            "You:  no keyboard and no mouse since %s: that is rest, unless it is only a short pause."
            % clock(self.ago(3))])

    def test_watching_and_reading(self):
        self.tell(manager={"Presence": "watching", "PresenceSinceUSec": self.ago(3),
                           "ReadingUntilUSec": FOREVER},
                  rules=[self.rule("hands", 3, due_usec=0), self.rule("micro", 13)])
        text = self.why()
        self.assertIn("(3min of 6min so far); your hands rest now.", text[0])
        self.assertRegex(text[2], r"You:  watching, .*hands rest\.")
        self.assertRegex(text[3], r"You:  reading, until you leave")

    def test_nobody_can_tell(self):
        self.tell(manager={"Presence": "unknown",
                           "Problems": [{"area": "idle", "message": "no idle source works here",
                                         "hint": "see limber doctor"},
                                        {"area": "settings", "message": "x", "file": "y"}]},
                  rules=[self.rule("micro", 13)])
        text = "\n".join(self.why())
        self.assertIn("nothing here tells of keyboard and mouse, so all time counts as work", text)
        self.assertIn("Note: no idle source works here; see limber doctor.", text)
        self.assertIn("Note: not all of your settings could be used; see limber status.", text)

    def test_nobody_is_asked(self):
        self.tell(manager={"Presence": "unknown", "IdleSource": "none"},
                  rules=[self.rule("micro", 13)])
        self.assertIn("nothing here tells of keyboard and mouse", "\n".join(self.why()))
        self.assertRegex(self.limber("status").stdout,
                         r"(?m)^you +unknown: nothing here tells of keyboard and mouse$")

    def test_a_source_that_has_told_nothing_yet(self):
        self.tell(manager={"Presence": "unknown", "IdleSource": "wayland"},
                  rules=[self.rule("micro", 13)])
        self.assertIn("limber has not yet heard of keyboard and mouse", "\n".join(self.why()))
        self.assertRegex(self.limber("status").stdout,
                         r"(?m)^you +not known before your first pause \(seen by: wayland\)$")

    def deferred(self, *reasons, state="deferred", phase="deferred", **more):
        micro = self.due("micro", state, reasons=list(reasons))
        self.tell(manager={"Phase": phase, "Reasons": list(reasons)},
                  rules=[micro, self.rule("active", 25)], **more)
        return self.why()

    def test_deferred_by_an_inhibitor(self):
        text = self.deferred(self.reason("inhibit", "inhibited by mpv since 10:12: film"),
                             decisions=[self.decision(5, "micro", "deferred", "x")])
        self.assertEqual(text[:2], [
            "Now:  micro is due since %s, but held back." % clock(self.ago(5)),
            "Why:  inhibited by mpv since 10:12: film. The break is asked for soon after that ends."])
        self.assertRegex(text[2], r"^Next: active at ")

    def test_deferred_by_what_a_setting_can_ignore(self):
        for sign in ("dnd", "call", "screencast", "fullscreen", "inhibitors"):
            text = self.deferred(self.reason(sign, "it is so"))
            self.assertRegex(text[1], r"^Why:  it is so, since %s\. .*\(\[quiet\] %s = no ignores it\.\)$"
                             % (clock(self.ago(5)), sign))
        # A sign that says nothing of itself is known all the same; one that is new is named.
        self.assertIn("the screen is shared, since", self.deferred(self.reason("screencast", ""))[1])
        self.assertIn("Why:  moonshine, since", self.deferred(self.reason("moonshine", ""))[1])

    def test_several_reasons(self):
        text = self.deferred(self.reason("call", "a call uses the microphone since 10:12"),
                             self.reason("hour", "4 prompts in the last 60min, the most you allow; "
                                                 "free again at 10:41"))
        self.assertIn("Why:  a call uses", text[1])
        self.assertIn("      4 prompts in the last 60min, the most you allow; free again at 10:41. "
                      "([prompt] prompts_per_hour says how many.)", text)

    def test_waiting_for_a_lull(self):
        text = self.deferred(self.reason("lull", "waiting for a short pause in your input, "
                                                 "until 10:47 at most"), state="waiting", phase="due")
        self.assertEqual(text[:2], [
            "Now:  micro is due since %s, and limber waits for a good moment." % clock(self.ago(5)),
            "Why:  waiting for a short pause in your input, until 10:47 at most."])

    def test_merged(self):
        merged = self.due("micro", "due", 3, reasons=[self.reason("merged", "active takes its place")])
        active = self.due("active", "waiting", 2, reasons=[self.reason("lull", "wait until 10:47")])
        self.tell(manager={"Phase": "due", "Reasons": active["reasons"]}, rules=[merged, active],
                  decisions=[self.decision(3, "micro", "merged", "x")])
        self.assertEqual(self.why(), [
            "Now:  active is due since %s, and limber waits for a good moment." % clock(self.ago(2)),
            "Why:  wait until 10:47.",
            "Also: micro is due since %s: active takes its place." % clock(self.ago(3))])
        self.assertEqual(self.why("micro")[:2], [
            "Now:  micro is due since %s." % clock(self.ago(3)),
            "Why:  active takes its place, since %s." % clock(self.ago(5))])

    def broken(self, phase, state, manager=None, **properties):
        brk = {"Rule": "micro", "Phase": phase, "LengthUSec": 30 * SECOND, "Prompts": 1}
        brk.update(properties)
        self.tell(manager=dict({"Phase": phase}, **(manager or {})),
                  rules=[self.due("micro", state), self.rule("active", 25)],
                  decisions=[self.decision(1, "micro", "prompt", "you paused for 3s"),
                             self.decision(2, "micro", "waiting", "you are typing"),
                             self.decision(5, "micro", "due", "20min of screen work"),
                             self.decision(90, "micro", "ended", "no answer to 3 prompts", "missed")],
                  **{"break": brk})
        return self.why()

    def test_snoozed(self):
        at = self.now + 30 * MINUTE
        text = self.broken("snoozed", "snoozed", {"SnoozesLeft": 1, "Reasons": [
            self.reason("snooze", "snoozed until 10:50")]}, NextPromptUSec=at)
        self.assertEqual(text[0], "Now:  micro is snoozed until %s; then limber asks again, and it "
                         "can be snoozed once more." % clock(at))
        self.assertEqual(len([x for x in text if "snoozed until" in x]), 1, "said once")
        self.assertIn("it can be snoozed 3 times more", self.broken(
            "snoozed", "snoozed", {"SnoozesLeft": 3}, NextPromptUSec=at)[0])
        # A pause holds for what is snoozed as well.
        self.assertRegex(self.broken("snoozed", "snoozed", {"Reasons": [
            self.reason("pause", "paused until 14:00")]}, NextPromptUSec=at)[1],
                         r"^Also: paused until 14:00\. Nothing is asked meanwhile")
        self.assertIn("it cannot be snoozed again", self.broken(
            "snoozed", "snoozed", {"SnoozesLeft": 0}, NextPromptUSec=at)[0])

    def test_prompting(self):
        text = self.broken("prompting", "prompting")
        self.assertEqual(text[:3], [
            "Now:  limber asks for a break of micro (30s). Leave keyboard and mouse alone for 5s, and "
            "it begins.", "Why:  20min of screen work.", "      you paused for 3s."])
        self.assertEqual(text[-1], "Last: micro was missed at %s: no answer to 3 prompts."
                         % clock(self.ago(90)))
        self.assertIn("(30s), not for the first time.", self.broken("prompting", "prompting",
                                                                    Prompts=2)[0])

    def test_withdrawn_prompt(self):
        reason = self.reason("call", "a call since 10:12")
        text = self.broken("deferred", "deferred", {"Reasons": [reason]})
        self.assertEqual(text[0], "Now:  micro is due since %s, but held back." % clock(self.ago(5)))
        self.assertIn("Why:  a call since 10:12. ", text[1])

    def test_quiet_signs_say_nothing_of_a_break_that_is_seen(self):
        for phase in ("prompting", "on-break"):
            text = "\n".join(self.broken(phase, phase, {"Reasons": [
                self.reason("call", "a call"), self.reason("pause", "paused")]}))
            self.assertNotIn("a call", text)
            self.assertNotIn("paused.", text)

    def test_on_a_break(self):
        text = self.broken("on-break", "on-break", RestedUSec=10 * SECOND)
        self.assertEqual(text[0], "Now:  a break of micro, 20s of 30s left; the time stands still "
                         "while you type or watch something.")
        text = self.broken("on-break", "on-break", EndsUSec=self.now + 3 * HOUR)
        self.assertRegex(text[0], r"^Now:  a break of micro, (3h|2h 59min) of 30s left\.$")

    def test_paused_and_outside_hours(self):
        for phase, sign, detail, way_out in (
                ("paused", "pause", "paused by backup at 10:12, until 14:00", "'limber resume'"),
                ("off-duty", "hours", "outside your hours since 12:30; the next are from 13:30",
                 "'limber up'")):
            reason = self.reason(sign, detail)
            self.tell(manager={"Phase": phase, "Reasons": [reason]}, rules=[self.rule("micro", 13)],
                      decisions=[])
            text = self.why()
            self.assertTrue(text[0].startswith("Now:  %s. Nothing is asked meanwhile; %s"
                                               % (detail, way_out)), text)
            self.assertRegex(text[1], r"^Next: micro is due at ")
            self.assertEqual(len(text), 2)
            due = self.due("micro", "deferred", reasons=[reason])
            self.tell(rules=[due], decisions=[self.decision(2, "micro", "ended", "not this", "taken")])
            for args in ((), ("micro",)):
                text = self.why(*args)
                self.assertIn(detail, text[0])
                self.assertEqual(text[1], "Also: micro is due since %s, but held back."
                                 % clock(due["due_usec"]))
                self.assertEqual([x[:5] for x in text], ["Now: ", "Also:", "Last:"])

    def test_quiet_while_nothing_is_due(self):
        self.tell(manager={"Reasons": [self.reason("call", "a call uses the camera")]},
                  rules=[self.rule("micro", 13)])
        self.assertEqual(self.why()[1], "But:  a call uses the camera, since %s. Nothing is asked "
                         "while that lasts." % clock(self.ago(5)))

    def test_how_the_last_one_ended(self):
        for decision, outcome, words in (
                ("natural", "natural", "was satisfied"), ("eased", "", "was not needed any more"),
                ("merged", "", "was left to a longer break"), ("ended", "taken", "was taken"),
                ("ended", "cut-short", "was cut short"), ("ended", "skipped", "was skipped"),
                ("ended", "missed", "was missed"), ("ended", "vanished", "ended")):
            self.tell(rules=[self.rule("micro", 3)],
                      decisions=[self.decision(1, "micro", "due", "not this"),
                                 self.decision(2, "micro", decision, "for a reason", outcome),
                                 self.decision(4, "micro", "ended", "nor this", "taken")])
            self.assertEqual(self.why()[-1], "Last: micro %s at %s: for a reason."
                             % (words, clock(self.ago(2))))

    def test_nothing_on(self):
        self.tell(rules=[self.rule("micro", enabled=False, state="off")])
        self.assertIn("no rule is on", self.why()[0])
        self.assertIn("[rule micro] enabled = yes", self.why("micro")[0])

    def test_besides_breaks(self):
        self.tell(manager={"ActiveTodayUSec": 3 * HOUR + 12 * MINUTE, "Posture": "standing"},
                  rules=[self.rule("micro")],
                  decisions=[self.decision(2, "daily", "daily-notice", "6h at the screen today")])
        text = self.limbers("why", "daily")
        self.assertIn("Now:  3h 12min at the screen today; you are standing", text)
        self.assertRegex(text, r"(?m)^%s  daily  told  6h at the screen today$" % clock(self.ago(2)))


class Decisions(Why):
    def setUp(self):
        super().setUp()
        self.tell(rules=[self.rule("micro", 3), self.rule("active", 3)], decisions=[
            self.decision(n, "micro" if n % 2 else "active", "deferred" if n % 2 else "prompt",
                          "reason %d" % n) for n in range(30)])

    def rows(self, *args):
        return re.findall(r"(?m)^\S.* {2}reason (\d+)$", self.limbers("why", *args))

    def test_newest_first_and_eight(self):
        self.assertEqual(self.rows(), [str(n) for n in range(8)])
        self.assertIn("\n%s  micro   held back  reason 1\n" % clock(self.ago(1)), self.limbers("why"))
        self.assertIn("\n%s  active  asked      reason 2\n" % clock(self.ago(2)), self.limbers("why"))

    def test_how_many(self):
        for args in (["-n", "3"], ["-n3"], ["--lines", "3"], ["--lines=3"]):
            self.assertEqual(self.rows(*args), ["0", "1", "2"], args)
        self.assertEqual(len(self.rows("-n", "1000")), 30)
        self.assertGreaterEqual(max(self.called("Explain"))[0], 1000)
        text = self.limbers("why", "-n0")
        self.assertNotIn("reason", text)
        self.assertEqual(len(text.splitlines()), 2)

    def test_one_rule(self):
        text = self.limbers("why", "micro", "-n", "2")
        self.assertEqual(re.findall(r"reason (\d+)", text), ["1", "3"])
        self.assertNotIn("active", text)
        self.assertEqual(self.refused("why", "mikro"),
                         (2, "limber: there is no rule 'mikro'; did you mean 'micro'? Say one of: micro, "
                             "active, daily, posture\n"))

    def test_json(self):
        done = json.loads(self.limbers("why", "--json", "-n", "2"))
        self.assertEqual(done["next"]["rule"], "micro")
        self.assertEqual([r["name"] for r in done["rules"]], ["micro", "active"])
        self.assertEqual(done["decisions"][0], {"when_usec": self.now, "rule": "active",
                                                "decision": "prompt", "why": "reason 0"})
        self.assertEqual(len(done["decisions"]), 2)
        self.assertEqual(done["reasons"], [])
        reason = self.reason("call", 'a "call"\nhere')
        self.tell(manager={"Reasons": [reason]}, rules=[self.due("active", "deferred",
                                                                reasons=[reason])],
                  decisions=[self.decision(2, "active", "ended", "w", "taken")])
        for args in ((), ("active",)):
            done = json.loads(self.limbers("why", "--json", *args))
            self.assertEqual(done["reasons"], [reason])
            self.assertEqual(done["rules"][0]["reasons"], [reason])
            self.assertEqual(done["next"]["state"], "deferred")
            self.assertEqual(done["decisions"][0]["outcome"], "taken")
        self.assertIsNone(json.loads(self.limbers("why", "daily", "--json"))["next"])

    def test_every_width(self):
        reason = self.reason("call", "a call in Firefox uses the microphone or camera since 10:12")
        self.tell(manager={"Phase": "deferred", "Reasons": [reason]}, rules=[
            self.due("micro", "deferred", reasons=[reason]), self.rule("active", 3)], decisions=[
                self.decision(3000 * n, "micro", "natural", "you rested 6min by yourself, which counts "
                              "as this break", "natural") for n in range(3)])
        for columns in (40, 71, 72, 80, 120):
            self.env["COLUMNS"] = str(columns)
            text = self.limbers("why")
            self.assertLessEqual(max(map(len, text.splitlines())), columns, text)
            self.assertNotIn("\x1b", text)
            # Whatever the width, every word is there.
            self.assertIn("you rested 6min by yourself, which counts as this break",
                          " ".join(text.split()).replace("- ", "-"))

    def test_hostile_texts(self):
        evil = "\x1b[31mred\nNow:  a lie\u202e"
        self.tell(rules=[self.due("micro", "deferred", reasons=[self.reason("call", evil)])],
                  decisions=[self.decision(1, evil, evil, evil, evil)])
        text = self.limbers("why") + self.limbers("why", "micro")
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\u202e", text)
        self.assertNotRegex(text, r"(?m)^Now:  a lie")
        json.loads(self.limbers("why", "--json"))

    def test_explain_is_refused(self):
        self.tell(refuse={"Explain": "not today"})
        self.assertEqual(self.refused("why"), (1, "limber: not today\n"))


class Self(Why):
    def test_reading(self):
        self.assertEqual(self.limbers("reading"), "reading mode is off\n")
        self.assertEqual(self.limbers("reading", "on"),
                         "reading mode is on until you leave, or say: limber reading off\n")
        self.assertIn("reading   no input counts as reading", self.limbers("status"))
        self.limbers("reading", "off")
        self.assertNotIn("reading", self.limbers("status"))
        before = time.time()
        self.assertRegex(self.limbers("reading", "1h", "30min"), r"\Areading mode is on until \S.*\n\Z")
        self.assertRegex(self.limbers("reading"), r"\Areading mode is on until \S.*\n\Z")
        self.limbers("reading", "until", "14:00")
        on, off, until, two = [x[0] for x in self.called("SetReading")]
        self.assertEqual((on, off), (FOREVER, 0))
        self.assertLess(abs(until / SECOND - before - 5400), 20)
        self.assertEqual(two % (24 * HOUR), 14 * HOUR)

    def test_rested(self):
        self.tell(manager={"NextRule": "micro", "NextDueUSec": self.now + 2 * HOUR + 30 * MINUTE})
        self.assertRegex(self.limbers("rested", "10m"),
                         r"\A10min counted as rest; next: micro in 2h (30|29)min of activity\n\Z")
        self.assertEqual(self.called("Rested"), [[10 * MINUTE]])

    def test_posture(self):
        self.assertNotIn("posture", self.limbers("status"))
        self.assertEqual(self.limbers("stand"), "standing from now on\n")
        self.assertRegex(self.limbers("status"), r"(?m)^posture +standing$")
        self.assertEqual(self.limbers("sit"), "sitting from now on\n")
        self.assertEqual(self.called("SetPosture"), [["standing"], ["sitting"]])
        self.tell(refuse={"SetPosture": "no sit-stand desk is set up"})
        self.assertEqual(self.refused("stand"), (1, "limber: no sit-stand desk is set up\n"))

    def test_status_tells_of_the_day(self):
        self.assertNotIn("today", self.limbers("status"))
        self.tell(manager={"ActiveTodayUSec": 3 * HOUR + 12 * MINUTE, "Presence": "watching",
                           "Phase": "off-duty", "Reasons": [
                               self.reason("hours", "outside your hours since 12:30"),
                               self.reason("call", "a call")]})
        text = self.limbers("status")
        self.assertRegex(text, r"(?m)^now +outside your hours$")
        self.assertRegex(text, r"(?m)^you +watching the screen, no input")
        self.assertRegex(text, r"(?m)^today +3h 12min at the screen$")
        self.assertRegex(text, r"(?m)^quiet +hours: outside your hours since 12:30$")
        self.assertRegex(text, r"(?m)^quiet +call: a call, since %s$" % clock(self.ago(5)))


class Watching(Why):
    def follow(self, name, *args):
        process = self.start([rig.LIMBER, "watch", *args], name)
        rig.wait_for(lambda: "working" in process.output(), 5, "the phase")
        return process

    def test_decisions(self):
        people = self.follow("people")
        curious = self.follow("curious", "--decisions")
        programs = self.follow("programs", "--json")
        self.tell(decided=self.decision(0, "micro", "ended", "a\ncall", "cut-short"))
        self.tell(manager={"Phase": "snoozed"})
        for process in (people, curious, programs):
            rig.wait_for(lambda p=process: "snoozed" in p.output(), 5, "the change of phase")
        self.assertNotIn("call", people.output())
        self.assertRegex(curious.output(), r"(?m)^\d\d:\d\d:\d\d  micro cut short: a call$")
        told = [json.loads(x) for x in programs.output().splitlines()]
        told = [x for x in told if x["what"] == "decision"]
        self.assertEqual([(x["rule"], x["decision"], x["why"], x["outcome"], x["when_usec"])
                          for x in told],
                         [("micro", "ended", "a\ncall", "cut-short", self.now)])


QUICK = """
[rule micro]
every = 4s
length = 8s
grace = 1s
patience = 2min
snooze = 10min
[rule active]
enabled = no
[prompt]
settle = 1s
lull = 3s
"""


class Real(rig.Rig):
    """The same in a live session: a real limberd, and somebody who types."""

    def begin(self, settings=QUICK):
        self.env["TZ"] = "UTC0"
        self.start_bus()
        self.start_x()
        self.config(settings)
        self.start_daemon()
        rig.wait_for(lambda: self.property("IdleSource") == "x11", 10, "the idle source")

    def why(self, *args):
        done = self.limber("why", *args)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def load(self):
        return next(r["load_usec"] for r in json.loads(self.why("--json"))["rules"]
                    if r["name"] == "micro")

    def explains(self, *patterns, typing=False, seconds=15):
        """Waits until `limber why` has all these lines."""
        text = [""]

        def seen():
            text[0] = self.why()
            return all(re.search("(?m)" + p, text[0]) for p in patterns)

        try:
            if typing:
                self.type_until(seen, seconds, "an explanation", every=0.2)
            else:
                rig.wait_for(seen, seconds, "an explanation")
        except AssertionError:
            self.fail("not explained by:\n" + text[0])
        return text[0]

    def test_counting(self):
        self.begin("[rule active]\nevery = 1h\n[rule micro]\nevery = 20min\n")
        self.explains(r"^Next: micro at \d\d:\d\d, after (19min \d+s|19min|20min) more of work \(\d+s of 20min so far\)\.$",
                      r"^Then: active at \d\d:\d\d, after (59min \d+s|1h) more of work \(\d+s of 1h so far\)\.$",
                      typing=True)

    def test_deferred_by_an_inhibitor(self):
        self.begin()
        self.start([rig.LIMBER, "inhibit", "--why", "film", "--", "sleep", "600"], "inhibit")
        self.explains(r"^But:  .*film", r"^Next: micro ")
        text = self.explains(r"^Now:  micro is due since \d\d:\d\d, but held back\.$",
                             r"^Why:  inhibited by .* since \d\d:\d\d.*film\. The break is asked for soon "
                             r"after that ends\.$", typing=True)
        self.assertRegex(text, r"(?m)^\d\d:\d\d  micro  held back  inhibited by ")

    def test_waiting_for_a_lull(self):
        self.begin()
        text = self.explains(r"^Now:  micro is due since \d\d:\d\d, and limber waits for a good moment\.$",
                             r"^Why:  .*pause.* until \d\d:\d\d(:\d\d)? at most\.$", typing=True)
        self.assertRegex(text, r"(?m)^\d\d:\d\d  micro  waits  .*pause of 3s")

    def test_snoozed(self):
        self.begin()
        # Not just due: the gap that becomes rest is taken back from what was gathered.
        self.type_until(lambda: self.load() > 5 * SECOND, 15, "a due break")
        self.explains(r"^Now:  limber asks for a break of micro \(8s\)\.")
        self.assertEqual(self.limber("snooze").returncode, 0)
        self.explains(r"^Now:  micro is snoozed until (tomorrow )?\d\d:\d\d; then limber asks again, and "
                      r"it can be snoozed once more\.$",
                      r"^\d\d:\d\d  micro  snoozed +you want it 10min later",
                      r"^\d\d:\d\d  micro  asked +you paused for 3s")

    def test_satisfied_by_natural_rest(self):
        self.begin(QUICK.replace("every = 4s", "every = 30s"))
        self.type_until(lambda: self.load() > 16 * SECOND, 40, "half of what earns a break")
        rig.wait_for(lambda: self.load() == 0, 15, "enough rest")
        self.explains(r"^Next: micro ", r"^Last: micro was satisfied at \d\d:\d\d: you rested \d+s by "
                      r"yourself, which counts as this break\.$",
                      r"^\d\d:\d\d  micro  rested unasked  you rested \d+s", typing=True)

    def test_outside_hours(self):
        hours = "20:00-21:00" if datetime.datetime.now(datetime.timezone.utc).hour < 12 else \
            "01:00-02:00"
        self.begin(QUICK + "[hours]\n" + "".join("%s = %s\n" % (day, hours) for day in
                                                 "mon tue wed thu fri sat sun".split()))
        self.explains(r"^Now:  outside your hours.* from (\S+ )?%s\. Nothing is asked meanwhile"
                      % hours[:5], r"^Also: micro is due since \d\d:\d\d, but held back\.$", typing=True)
        self.assertRegex(self.limber("status").stdout, r"(?m)^now +outside your hours")

    def test_paused(self):
        self.begin()
        self.limber("pause", "1h")
        self.explains(r"^Now:  .*paused.* until (\S+ )?\d\d:\d\d\. Nothing is asked meanwhile; 'limber "
                      r"resume' ends it\.$", r"^Also: micro is due since", typing=True)

    def test_what_only_the_user_knows(self):
        self.begin("[rule micro]\nevery = 2h\n[rule active]\nenabled = no\n[desk]\ntype = sit-stand\n")
        self.explains(r"\d+s of 2h so far", typing=True)
        self.assertRegex(self.limber("rested", "10min").stdout,
                         r"\A10min counted as rest; next: micro in (2h|1h 59min)")
        self.assertIn("(nothing of 2h so far)", self.why("micro"))
        self.limber("reading", "1h")
        self.explains(r"^You:  reading until ")
        self.limber("reading", "off")
        self.assertEqual(self.limber("stand").stdout, "standing from now on\n")
        self.assertRegex(self.limber("status").stdout, r"(?m)^posture +standing$")

    def test_no_such_desk(self):
        self.begin()
        done = self.limber("stand")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("sit-stand", done.stderr)


if __name__ == "__main__":
    unittest.main()
