"""The verbs of limber against a real limberd."""

import datetime
import json
import os
import re
import signal
import subprocess
import time
import unittest

import rig

FOREVER = 2 ** 64 - 1
SETTINGS = """
[rule micro]
every = 2h
length = 30s
[rule active]
every = 3h
"""
# Asks after a second; nothing shows notifications here, the break waits for its answer all the same.
SOON = """
[rule micro]
every = 1s
length = 10s
snoozes = 5
[rule active]
enabled = no
[prompt]
ignore_after = 60s
"""


class Verbs(rig.Rig):
    settings = SETTINGS

    def setUp(self):
        super().setUp()
        self.config(self.settings)
        self.start_bus()
        self.start_daemon()

    def refused_by(self, *args, code=1):
        """Runs a verb that must be refused; the sentence."""
        done = self.limber(*args)
        self.assertEqual((done.returncode, done.stdout), (code, ""), " ".join(args) + done.stderr)
        self.assertRegex(done.stderr, r"\Alimber: [^\n]+\n\Z")
        return done.stderr

    def json(self, *args):
        text = self.works(*args, "--json")
        self.assertEqual(text.count("\n"), 1, "one line")
        return json.loads(text)


class Reading(Verbs):
    def test_status_for_people(self):
        text = self.works("status")
        self.assertRegex(text, r"(?m)^now +working, since \d\d:\d\d$")
        self.assertRegex(text, r"(?m)^you +")
        self.assertRegex(text, r"(?m)^next +micro in 1h 5\dmin of activity$")
        self.assertRegex(text, r"(?m)^micro +\[-+\] \d+s of 2h +counting$")
        self.assertRegex(text, r"(?m)^hands +\[-+\] 0s of 6min +off$")
        self.assertNotIn("\x1b", text)

    def test_status_says_everything_as_json(self):
        before = time.time()
        self.works("up", "micro")
        s = self.json("status")
        self.assertLess(abs(s["time_usec"] / 1e6 - before), 30)
        self.assertEqual(s["phase"], "on-break")
        self.assertEqual(s["version"], self.property("Version"))
        self.assertEqual({"phase_since_usec", "presence", "presence_since_usec", "idle_source",
                          "next_rule", "next_due_usec", "reasons", "paused_until_usec",
                          "snoozes_left", "current_break", "problems", "rules", "break", "notices"}
                         - set(s), set())
        micro = next(r for r in s["rules"] if r["name"] == "micro")
        self.assertEqual((micro["every_usec"], micro["length_usec"], micro["enabled"],
                          micro["counts"], micro["state"]),
                         (7200000000, 30000000, True, "screen", "on-break"))
        self.assertEqual(s["break"]["path"], s["current_break"])
        self.assertEqual((s["break"]["rule"], s["break"]["phase"]), ("micro", "on-break"))
        self.assertEqual(s["break"]["length_usec"], 30000000)
        self.assertTrue(s["break"]["steps"][0]["instructions"])
        self.assertTrue(all(isinstance(p["line"], int) for p in s["problems"]))

    def test_no_break_is_null(self):
        self.assertIsNone(self.json("status")["break"])

    def test_problems_have_file_line_and_hint(self):
        path = self.config("[rule micro]\nwrok = 3\n", "limber.conf")
        self.call("Reload")
        text = self.works("status")
        self.assertRegex(text, r"(?m)^problem +%s:2: .*wrok" % re.escape(path))
        line = next(p for p in self.json("status")["problems"] if p["file"] == path)
        self.assertEqual((line["line"], line["key"]), (2, "wrok"))

    def test_forty_columns(self):
        self.works("up", "micro")
        self.works("pause")
        self.env["COLUMNS"] = "40"
        for verb in (["status"], ["next"], ["show", "cat-cow"]):
            for line in self.works(*verb).splitlines():
                self.assertLessEqual(len(line), 40, line)

    def test_next(self):
        self.assertRegex(self.works("next"), r"\Amicro in 1h 5\dmin of activity\n\Z")
        n = self.json("next")
        self.assertEqual((n["next_rule"], n["phase"], n["paused_until_usec"]),
                         ("micro", "working", 0))
        self.assertLess(abs(n["next_due_usec"] - n["time_usec"] - 7200e6), 30e6)

    def test_show(self):
        text = self.works("show", "cat-cow")
        self.assertIn("Cat-cow", text)
        self.assertRegex(text, r"(?m)^ 1\. Kneel on all fours")
        self.assertRegex(text, r"(?m)^ 4\. ")
        self.assertRegex(text, r"(?m)^time +40s \(20s to 1min 20s\), 8 times, hold for 2s$")
        self.assertRegex(text, r"(?m)^muscles +erector spinae")
        self.assertRegex(text, r"(?m)^relieves +.*lower-back")
        self.assertRegex(text, r"(?m)^not with +.*vertigo")
        self.assertRegex(text, r"(?m)^allowed +no: ")
        self.assertIn("General tips, not medical advice. A mild pull is fine, pain is not: "
                      "stop if it hurts.", text)
        e = self.json("show", "cat-cow")
        self.assertEqual((e["id"], e["set"], e["seconds_default"], e["reps"], e["allowed"]),
                         ("cat-cow", "warm-up", 40, 8, False))
        self.assertEqual(len(e["steps"]), 4)
        self.assertIn("no-such-thing", self.refused_by("show", "no-such-thing", code=2))

    def test_exercises(self):
        everything = self.json("exercises")
        self.assertEqual(len(everything), 119)
        self.assertEqual(len(self.works("exercises").splitlines()), 119)
        eyes = self.json("exercises", "--set", "eyes")
        self.assertTrue(eyes)
        self.assertEqual({e["set"] for e in eyes}, {"eyes"})
        # Several of a kind: what fits one of each, and each exercise once.
        some = self.json("exercises", "--set", "warm-up", "--set=stretching", "--region", "neck",
                         "--region", "upper-back")
        want = [e["id"] for e in everything if e["set"] in ("warm-up", "stretching") and
                {"neck", "upper-back"} & set(e["relieves"])]
        self.assertEqual(sorted(e["id"] for e in some), sorted(want))
        for flag, key in (("--discreet", "discreet"), ("--allowed", "allowed")):
            self.assertEqual([e["id"] for e in self.json("exercises", flag)],
                             [e["id"] for e in everything if e[key]])
        self.assertEqual({e["space"] for e in self.json("exercises", "--place", "desk")}, {"desk"})
        self.assertIn("eyes", self.refused_by("exercises", "--set", "eye", code=2))
        self.refused_by("exercises", "--region", "moon", code=2)
        # What is not allowed is told from what is at any width, also without colour.
        allowed = {e["id"]: e["allowed"] for e in everything}
        for columns in (40, 80, 120):
            t = rig.Terminal(self, rig.LIMBER, "exercises", columns=columns, rows=200)
            self.assertEqual(t.ended(), 0)
            lines = t.text().splitlines()
            self.assertLessEqual(max(map(len, lines)), columns)
            self.assertEqual({x.split()[0]: not re.search(r"  no(: .+)?$", x) for x in lines}, allowed)
        done = self.limber("exercises", "--place", "moon")
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (2, "", "limber: there is no place 'moon'; say one of: desk, room, mat\n"))

    def test_hanging_daemon(self):
        self.daemon.freeze()
        begin = time.monotonic()
        done = self.limber("status")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("limberd does not answer", done.stderr)
        self.assertLess(time.monotonic() - begin, 10 * rig.PATIENCE)


class Acting(Verbs):
    def test_up_done_skip(self):
        text = self.works("up", "micro")
        self.assertRegex(text, r"\Abreak started: (\S.*) \(30s\)\n"
                               r"New for you, so start slowly and listen to your body: \1\n\Z")
        self.assertEqual(self.phase(), "on-break")
        name = self.json("status")["break"]["steps"][0]["name"]
        self.assertIn(name, text)
        # Left before half of it.
        self.assertRegex(self.works("done"), r"\Abreak cut short")
        self.assertEqual(self.phase(), "working")
        self.works("up")
        self.assertRegex(self.works("skip"), r"\Abreak (skipped|cut short)")
        for verb in (["done"], ["skip"], ["snooze"], ["snooze", "10m"]):
            self.assertIn("there is no break", self.refused_by(*verb))

    def test_up_tells_a_running_break(self):
        self.works("up", "micro")
        path = self.property("CurrentBreak")
        rig.wait_for(lambda: re.match(r"a break is running, \d+s left: ", self.works("up")), 5,
                     "the words for a break that has been running for a while")
        self.assertEqual(self.property("CurrentBreak"), path)

    def test_up_tells_that_it_is_another_rules_break(self):
        self.works("up", "micro")
        said = ("It is micro that runs, not active: one break at a time. 'limber done' or 'limber "
                "skip' ends it; then say: limber up active")
        self.assertIn(said, " ".join(self.works("up", "active").split()))
        for verb in (["up"], ["up", "micro"]):
            self.assertNotIn("one break at a time", self.works(*verb))
        self.works("skip")
        self.assertNotIn("one break at a time", self.works("up", "active"))

    def test_the_guide_tells_that_it_is_another_rules_break(self):
        self.works("up", "micro")
        t = rig.Terminal(self, rig.LIMBER, "guide", "active", columns=80, rows=24)
        t.draws("It is micro that runs, not active")
        t.type("q")
        self.assertEqual(t.ended(), 0)
        self.assertIn("then say: limber guide active", " ".join(t.text().split()))

    def test_hurts_tells_the_regions_also_where_a_notice_has_to_wait(self):
        self.works("pause")
        for exercise in ("shrug-and-drop", "neck-side-stretch"):
            self.assertNotIn("three times", self.works("hurts", exercise))
        said = self.works("hurts", "upper-trapezius-stretch")
        for region in ("neck", "shoulders"):
            self.assertRegex(said, "(?m)^pain +%s: it hurt there three times" % region)
        self.works("resume")

    def test_show_tells_what_was_said_of_it(self):
        self.assertNotIn("you said  ", self.works("show", "cat-cow"))
        self.works("rate", "cat-cow", "like")
        self.assertRegex(self.works("show", "cat-cow"), r"(?m)^you said +you like it$")
        self.works("rate", "cat-cow", "dislike")
        self.works("rate", "cat-cow", "hard")
        self.assertRegex(self.works("show", "cat-cow"),
                         r"(?m)^you said +you do not like it, 'hard'$")
        self.assertEqual([self.json("show", "cat-cow")[k] for k in ("likes", "dislikes", "easy",
                                                                    "hard", "hurts")],
                         [0, 1, 0, 1, 0])

    def test_unknown_rule(self):
        self.assertIn("'nope'", self.refused_by("up", "nope", code=2))

    def test_snooze_in_a_running_break_is_not_allowed(self):
        self.works("up", "micro")
        self.assertIn("'limber skip' ends it, 'limber done' finishes it", self.refused_by("snooze"))

    def test_pause(self):
        self.assertEqual(self.works("pause"), "paused until you say: limber resume\n")
        self.assertEqual(self.property("PausedUntilUSec"), FOREVER)
        self.assertIn("until you say: limber resume", self.works("status"))
        self.assertEqual(self.json("status")["paused_until_usec"], FOREVER)
        self.works("resume")
        self.assertEqual(self.property("PausedUntilUSec"), 0)
        self.works("resume")  # nothing to resume is fine

    def test_pause_lengths(self):
        for words, seconds in ((["90s"], 90), (["10m"], 600), (["1h", "30min"], 5400),
                               (["1h30m"], 5400), (["2d"], 172800), (["1.5h"], 5400)):
            with self.subTest(" ".join(words)):
                before = time.time()
                self.assertRegex(self.works("pause", *words), r"\Apaused until \S")
                self.assertLess(abs(self.property("PausedUntilUSec") / 1e6 - before - seconds), 20)

    def paused_until(self, clock, zone):
        self.env["TZ"] = zone
        self.works("pause", "until", clock)
        return self.property("PausedUntilUSec") / 1e6

    def test_pause_until(self):
        now = time.time()
        for minutes in (-61, -5, 5, 61, 300):
            at = datetime.datetime.fromtimestamp(now + 60 * minutes, datetime.timezone.utc)
            want = at.replace(second=0, microsecond=0).timestamp()
            if want <= now:
                want += 86400
            self.assertEqual(self.paused_until(at.strftime("%H:%M"), "UTC0"), want, minutes)
        # An hour with one digit, and the end of the day.
        self.paused_until("9:05", "UTC0")
        self.assertEqual(self.paused_until("24:00", "UTC0"), (now // 86400 + 1) * 86400)

    def zone(self, change, to_summer):
        """A zone whose clocks change at `change` (UTC; winter time is UTC), and half a year off."""
        wall = datetime.datetime.fromtimestamp(change + (0 if to_summer else 3600),
                                               datetime.timezone.utc)
        # Jn counts to 365 and leaves the 29th of February out.
        if (wall.month, wall.day) == (2, 29):
            self.skipTest("no zone can be made up that changes today")
        day = wall.replace(year=2025).timetuple().tm_yday
        here = "J%d/%d:%02d" % (day, wall.hour, wall.minute)
        there = "J%d/2" % ((day + 181) % 365 + 1)
        return "WIN0SUM-1,%s,%s" % ((here, there) if to_summer else (there, here))

    def clock(self, at, offset):
        return datetime.datetime.fromtimestamp(at + offset, datetime.timezone.utc).strftime("%H:%M")

    def test_pause_until_over_a_change_of_clocks(self):
        now = time.time() // 60 * 60
        # Clocks go back in half an hour: 20 minutes from now is a time that comes twice.
        at = now + 1200
        self.assertEqual(self.paused_until(self.clock(at, 3600), self.zone(now + 1800, False)), at)
        # They went back 5 minutes ago: the same time was an hour ago, and comes again.
        at = now + 600
        self.assertEqual(self.paused_until(self.clock(at, 0), self.zone(now - 300, False)), at)
        # They go forward in half an hour, and leave out what would be shown 10 minutes later.
        at = now + 2400
        self.assertEqual(self.paused_until(self.clock(at, 0), self.zone(now + 1800, True)), at)
        # Behind the change a time comes an hour sooner.
        at = now + 7200
        self.assertEqual(self.paused_until(self.clock(at, 3600), self.zone(now + 1800, True)), at)

    def test_daemon_that_dies_is_told(self):
        self.daemon.kill()
        done = self.limber("status")
        self.assertEqual(done.returncode, 3)
        self.assertIn("limberd is not running", done.stderr)


class Prompted(Verbs):
    settings = SOON

    def test_snooze_and_skip(self):
        rig.wait_for(lambda: self.phase() == "prompting", 15, "the prompt")
        self.assertRegex(self.works("status"), r"(?m)^break +micro: .*\(10s\)\n +waits for you")
        self.assertRegex(self.works("next"), r"\Amicro: due now\n\Z")
        before = time.time()
        said = self.works("snooze", "10m")
        at = self.json("status")["break"]["next_prompt_usec"] / 1e6
        self.assertLess(abs(at - before - 600), 20)
        self.assertRegex(said, r"\Asnoozed: limber asks again at (tomorrow )?\d\d:\d\d(:\d\d)?\n\Z")
        self.assertIn("asks again at", self.works("status"))
        self.assertEqual(self.json("status")["snoozes_left"], 4)
        self.assertEqual(self.works("skip"), "break skipped\n")

    def test_done_from_the_prompt_is_taken(self):
        rig.wait_for(lambda: self.phase() == "prompting", 15, "the prompt")
        self.assertRegex(self.works("done"), r"\Abreak taken")


class Inhibit(Verbs):
    def holds(self):
        return [{k: v["data"] for k, v in h.items()} for h in self.call("ListInhibitors")[0]]

    def test_holds_while_the_command_runs(self):
        done = self.limber("inhibit", "--why", "a film", "--", "sh", "-c",
                           'busctl --user --json=short call %s %s %s.Manager ListInhibitors; exit 7'
                           % (rig.NAME, rig.PATH, rig.NAME))
        self.assertEqual(done.returncode, 7, done.stderr)
        hold = json.loads(done.stdout)["data"][0][0]
        self.assertEqual((hold["who"]["data"], hold["why"]["data"]), ("sh", "a film"))
        rig.wait_for(lambda: not self.holds(), 5, "the hold's end")

    def test_options_of_the_command_are_its_own(self):
        self.assertEqual(self.works("inhibit", "echo", "--why", "--", "-h"), "--why -- -h\n")

    def test_exit_codes(self):
        for command, code in ((["true"], 0), (["false"], 1), (["sh", "-c", "exit 200"], 200),
                              (["sh", "-c", "kill -9 $$"], 137), (["/etc"], 126),
                              (["no-such-program"], 127)):
            with self.subTest(" ".join(command)):
                self.assertEqual(self.limber("inhibit", "--", *command).returncode, code)
        self.assertEqual(self.works("inhibit", "--", "sh", "-c", "read x; echo $?"), "1\n")

    def test_the_hold_is_not_inherited(self):
        done = self.limber("inhibit", "--", "sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!")
        sleeper = int(done.stdout)
        try:
            rig.wait_for(lambda: not self.holds(), 5, "the hold's end")
            os.kill(sleeper, 0)
        finally:
            os.kill(sleeper, signal.SIGKILL)

    def begin(self, script):
        # What is ignored since before a shell began cannot be trapped: nohup leaves it so.
        process = self.start(["env", "--default-signal", rig.LIMBER, "inhibit", "--", "sh", "-c",
                              script], "inhibit",
                             stdout=subprocess.PIPE)
        self.assertEqual(process.popen.stdout.readline(), b"ready\n")
        self.addCleanup(process.popen.stdout.close)
        self.assertEqual(len(self.holds()), 1)
        return process

    def test_signals_are_passed_on(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
            with self.subTest(number.name):
                process = self.begin("trap 'exit 42' %d; echo ready; while :; do sleep 0.05; done"
                                     % number)
                process.signal(number)
                self.assertEqual(process.popen.wait(10 * rig.PATIENCE), 42)
        process = self.begin("echo ready; exec sleep 60")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.popen.wait(10 * rig.PATIENCE), 128 + signal.SIGTERM)

    def test_killed_it_releases(self):
        process = self.begin("echo ready; echo $$ >%s; exec sleep 60" % self.path("pid"))
        rig.wait_for(lambda: os.path.exists(self.path("pid")) and
                     os.path.getsize(self.path("pid")), 5, "the command's pid")
        process.kill()
        rig.wait_for(lambda: not self.holds(), 5, "the hold's end")
        with open(self.path("pid"), encoding="utf-8") as file:
            os.kill(int(file.read()), signal.SIGKILL)


class Completions(Verbs):
    FILES = ("limber.bash", "_limber", "limber.fish")

    def read(self, name):
        with open(os.path.join(rig.ROOT, "client", "completions", name), encoding="utf-8") as file:
            return file.read()

    def complete(self, *words):
        script = ('. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _limber; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        self.env["PATH"] = os.path.dirname(rig.LIMBER) + ":" + self.env["PATH"]
        done = self.command("bash", "-c", script,
                            os.path.join(rig.ROOT, "client/completions/limber.bash"), *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_bash_completes_what_there_is(self):
        verbs = re.findall(r"^  ([a-z]+)\b", self.works("--help"), re.MULTILINE)
        self.assertEqual(sorted(self.complete("limber", "")), sorted(verbs + ["--help", "--version"]))
        self.assertEqual(self.complete("limber", "ex"), ["exercises", "export"])
        self.assertEqual(self.complete("limber", "up", ""), ["micro", "active", "hands", "eyes"])
        self.assertEqual(self.complete("limber", "show", "cat"), ["cat-cow"])
        self.assertEqual(len(self.complete("limber", "show", "")), 120)
        for verb in verbs:
            options = re.findall(r"^  (?:-[a-z], )?(--[a-z-]+)", self.works("help", verb), re.MULTILINE)
            for option in options:
                self.assertIn(option, self.complete("limber", verb, option[:3]), verb)
        for option in ("--set", "--region", "--place"):
            for word in self.complete("limber", "exercises", option, ""):
                self.works("exercises", option, word)

    def test_every_shell_knows_every_verb_and_option(self):
        verbs = re.findall(r"^  ([a-z]+)\b +(?:.*  )?(\S.*)$", self.works("--help"), re.MULTILINE)
        text = {name: self.read(name) for name in self.FILES}
        for verb, _ in verbs:
            self.assertRegex(text["_limber"], r"'%s:" % verb)
            self.assertRegex(text["limber.fish"], r"-a %s -d" % verb)
            for option in re.findall(r"^  (?:-[a-z], )?--([a-z-]+)", self.works("help", verb), re.MULTILINE):
                self.assertIn("--" + option, text["_limber"])
                self.assertIn("-l " + option, text["limber.fish"])
        names = {verb for verb, _ in verbs}
        self.assertEqual(set(re.findall(r"^        '([a-z]+):", text["_limber"], re.MULTILINE)), names)
        self.assertEqual(set(re.findall(r"use_subcommand -a ([a-z]+)", text["limber.fish"])), names)


if __name__ == "__main__":
    unittest.main()
