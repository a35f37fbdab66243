"""Why limber speaks or keeps silent, on a real desktop: each situation as `limber why` and the bus
explain it, with input on an X server and a real notification server."""

import json
import time

import rig

RULES = """[rule micro]
every = 3s
length = 4s
grace = 1500ms
patience = 3s
snooze = 1min
[rule active]
enabled = no
[prompt]
lull = 1s
settle = 1s
"""
OFTEN = 0.1


def far_hours():
    """[hours] with half an hour a day that is far from now."""
    hour = (time.localtime().tm_hour + 8) % 24
    return "[hours]\n" + "".join("%s = %02d:00-%02d:30\n" % (day, hour, hour) for day in
                                 ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))


class Why(rig.Rig):
    def begin(self, rules=RULES):
        self.config(rules)
        self.start_bus()
        self.start_x()
        self.start_dunst()
        self.start_daemon()
        rig.wait_for(lambda: self.property("IdleSource") == "x11", 5, "the idle source")

    def rule(self):
        return next({k: v["data"] for k, v in r.items()} for r in self.call("ListRules")[0]
                    if r["name"]["data"] == "micro")

    def work_until_rule_is(self, state, seconds=15):
        self.type_until(lambda: self.rule()["state"] == state, seconds, "micro " + state, OFTEN)

    def reasons(self):
        """Of the rule: {sign: detail}."""
        got = self.property("Reasons", self.rule()["path"], rig.NAME + ".Rule")
        return {r["sign"]["data"]: r["detail"]["data"] for r in got}

    def decisions(self):
        """Newest first, as (decision, why)."""
        return [(d["decision"]["data"], d["why"]["data"])
                for d in self.call("Explain", "u", "0")[0] if d["rule"]["data"] == "micro"]

    def why_of(self, decision):
        """Why the latest such decision was made; None if there is none."""
        return next((why for name, why in self.decisions() if name == decision), None)

    def said(self, *words):
        """What `limber why` says; it holds all the words."""
        done = self.limber("why")
        self.assertEqual(done.returncode, 0, done.stderr)
        for word in words:
            self.assertRegex(done.stdout, word)
        return done.stdout

    def test_counting(self):
        self.begin(RULES.replace("every = 3s", "every = 20min"))
        self.type_until(lambda: self.rule()["load_usec"] > 500000, 5, "a load", OFTEN)
        self.assertEqual(self.rule()["state"], "counting")
        self.assertEqual(self.reasons(), {})
        self.assertEqual(self.property("NextRule"), "micro")
        self.assertEqual(self.decisions(), [])
        self.said(r"Next: micro at \d\d:\d\d, after (19|20)min more of work \(.* of 20min so far\)")

    def test_deferred_by_an_inhibitor(self):
        self.begin()
        holder = self.start([rig.LIMBER, "inhibit", "--why", "a talk", "--", "sleep", "100"],
                            "inhibit")
        self.work_until_rule_is("deferred")
        self.assertEqual(list(self.reasons()), ["inhibit"])
        self.assertRegex(self.reasons()["inhibit"],
                         r"^inhibited by sleep since \d\d:\d\d: a talk$")
        self.assertIn("inhibited by sleep since", self.why_of("deferred"))
        self.said("micro is due since .*, but held back", "inhibited by sleep since .*: a talk")
        self.assertEqual(self.displayed(), 0)
        # When it ends the silence settles; then the rule is judged afresh.
        holder.stop()
        self.type_until(lambda: "settle" in self.reasons(), 5, "settle", 0.05)
        self.assertIn("prompts come again", self.reasons()["settle"])
        self.type_until(lambda: self.why_of("prompt"), 8, "the prompt", OFTEN)

    def test_waiting_for_a_lull(self):
        self.begin(RULES.replace("patience = 3s", "patience = 5min"))
        self.work_until_rule_is("waiting")
        self.assertEqual(list(self.reasons()), ["lull"])
        self.assertIn("a short pause in your input", self.reasons()["lull"])
        self.assertRegex(self.why_of("waiting"), "a pause of 1s is waited for, until .* at most|"
                                                 "a short pause is waited for, until .* at most")
        self.said("micro is due since", "waiting for a short pause in your input")
        # The pause it waited for.
        rig.wait_for(lambda: self.why_of("prompt"), 5, "the prompt")
        self.assertIn("you paused", self.why_of("prompt"))

    def test_no_lull_came(self):
        self.begin(RULES.replace("patience = 3s", "patience = 1s"))
        self.type_until(lambda: self.why_of("prompt"), 12, "the prompt", OFTEN)
        self.assertIn("no pause came within 1s", self.why_of("prompt"))

    def test_snoozed(self):
        self.begin()
        self.work_until_rule_is("prompting")
        self.assertEqual(self.limber("snooze").returncode, 0)
        self.assertEqual(self.rule()["state"], "snoozed")
        self.assertEqual(list(self.reasons()), ["snooze"])
        self.assertRegex(self.why_of("snoozed"), "1min later, at .*; snooze 1 of 2")
        self.said(r"micro is snoozed until \d\d:\d\d", "snooze 1 of 2")

    def test_satisfied_by_natural_rest(self):
        self.begin(RULES.replace("every = 3s", "every = 6s"))
        self.type_until(lambda: self.rule()["load_usec"] > 3500000, 10, "half a load", OFTEN)
        rig.wait_for(lambda: self.rule()["load_usec"] == 0, 10, "the load to go")
        # Nothing is told before the return.
        self.assertIsNone(self.why_of("natural"))
        self.type_until(lambda: self.why_of("natural"), 5, "the natural break", OFTEN)
        self.assertRegex(self.why_of("natural"), r"you rested \ds by yourself")
        self.assertEqual(self.rule()["state"], "counting")
        self.said("Next: micro", "Last: micro was satisfied at", r"you rested \ds by yourself")

    def test_outside_hours(self):
        self.begin(RULES + far_hours())
        self.assertEqual(self.phase(), "off-duty")
        self.work_until_rule_is("deferred")
        self.assertEqual(list(self.reasons()), ["hours"])
        self.assertIn("outside your hours", self.why_of("deferred"))
        self.said("outside your hours since .*; the next are from", "micro is due since")
        self.assertEqual(self.displayed(), 0)

    def test_paused(self):
        self.begin()
        self.assertEqual(self.limber("pause", "1h").returncode, 0)
        self.assertEqual(self.phase(), "paused")
        self.work_until_rule_is("deferred")
        self.assertEqual(list(self.reasons()), ["pause"])
        self.assertRegex(self.reasons()["pause"], r"^you paused limber at .*, until .*\d\d:\d\d$")
        self.assertIn("you paused limber", self.why_of("deferred"))
        self.said(r"you paused limber at \d\d:\d\d, until", "limber resume", "micro is due since")
        self.assertEqual(self.displayed(), 0)

    @rig.takes(22)
    def test_reading_is_watching_until_the_user_leaves(self):
        self.begin(RULES.replace("every = 3s", "every = 1h"))
        self.press()
        rig.wait_for(lambda: self.property("Presence") == "active", 5, "active")
        self.assertEqual(self.limber("reading", "on").returncode, 0)
        rig.wait_for(lambda: self.property("Presence") == "watching", 30, "watching")
        before = self.rule()["load_usec"]
        rig.wait_for(lambda: self.rule()["load_usec"] > before + 2000000, 5, "the load to grow")
        self.assertEqual(self.limber("reading", "off").returncode, 0)
        self.assertEqual(self.property("Presence"), "idle")
        self.assertEqual(self.property("ReadingUntilUSec"), 0)

    def test_json_holds_the_same(self):
        self.begin()
        self.work_until_rule_is("prompting")
        self.limber("skip")
        rig.wait_for(lambda: self.why_of("ended"), 5, "the end")
        done = self.limber("why", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)["decisions"]
        self.assertIn(self.why_of("ended"), [d["why"] for d in told])
