"""What limberd --simulate reads: bad input is told with its line and played no further, huge input
costs time and not memory, the same input gives the same day."""

import json
import os
import re
import signal
import subprocess

import rig

HEAD = "limber-trace 1\nzone Europe/Berlin\nset [prompt] lull = 3s\n"
MEMORY_KIB = 64 * 1024

# what the trace holds, the line that is at fault, what is said about it
FAULTS = [
    ("", 1, "the trace is empty"),
    ("hello\n", 1, "the first line has to be 'limber-trace 1'"),
    ("limber-trace 2\n0 input\n", 1, "version 2"),
    (HEAD + "5 input\n4 pause\n", 5, "'4' goes back in time"),
    (HEAD + "begins 2026-11-23T09:00:00+01:00\n5 input\n2026-11-23T09:00:04+01:00 pause\n", 6,
     "goes back in time"),
    (HEAD + "5 inptu\n", 4, "perhaps you mean 'input'"),
    (HEAD + "5 \x1b[31mfoo\n", 4, "byte 3 is a control character"),
    (HEAD + "5 input\n6 pa\0use\n", 5, "NUL"),
    (HEAD + "\0\n", 4, "NUL"),
    (HEAD + "# " + "x" * 1022 + "\n0 input\n", 4, "the line is too long, up to 1023 bytes"),
    (HEAD + "x" * 3000000, 4, "the line is too long"),
    (HEAD + "1 start mirco\n", 4, "there is no rule 'mirco'"),
    (HEAD + "load mirco 5min\n1 input\n", 4, "there is no rule 'mirco'"),
    (HEAD + "begins 1900-01-01T00:00:00Z\n0 input\n", 4, "years 1970 to 9999"),
    (HEAD + "begins 10000-01-01T00:00:00Z\n0 input\n", 4, "10000-01-01"),
    (HEAD + "begins 2026-11-23T09:00:00\n0 input\n", 4, "offset"),
    (HEAD + "begins 2026-02-30T09:00:00Z\n0 input\n", 4, "2026-02-30"),
    (HEAD + "1e300 input\n", 4, "1e300"),
    (HEAD + "99999999999999999999 input\n", 4, "99999999999999999999"),
    (HEAD + "-1 input\n", 4, "-1"),
    (HEAD + "0 input\n5 pause 5m\n", 5, "'5m' is not a length"),
    ("limber-trace 1\nzone Europe/Berln\n0 input\n", 2, "knows no time zone 'Europe/Berln'"),
    ("limber-trace 1\nzone ../../../etc/passwd\n0 input\n", 2, "no name of a time zone"),
    ("limber-trace 1\n0 input\n2 set [prompt] lull = 5s\n3 policy\n", 3,
     "a setting that changes needs settings to begin with"),
]

# The same for ActivityWatch, where the file is one text.
AW_FAULTS = [
    ("{", 1, "ends in the middle"),
    ("[1", 1, "ends in the middle"),
    ("{}", 1, "no bucket of type 'afkstatus'"),
]


def spell(timestamp, duration, status="not-afk"):
    return {"timestamp": timestamp, "duration": duration, "data": {"status": status}}


# One spell from 09:00 to 09:50 told in pieces and out of order, one from 10:00 to 10:30.
ACTIVITYWATCH = {"buckets": {
    "aw-watcher-afk_desk": {"type": "afkstatus", "events": [
        spell("2026-11-23T10:00:00+01:00", 1800),
        spell("2026-11-23T08:20:00Z", 1800),
        spell("2026-11-23T08:00:00.000Z", 1500.5),
        spell("2026-11-23T13:30:00+05:30", 60),
        spell("2026-11-23T08:40:00Z", 0),
        spell("2026-11-23T08:50:00Z", 600, "afk")]},
    "aw-watcher-window_desk": {"type": "currentwindow", "events": [
        spell("2026-11-23T03:00:00Z", 3000)]}}}


class Input(rig.Rig):
    def write(self, text, name="day.trace"):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def simulate(self, *args, **more):
        return self.command(*rig.WRAPPER, rig.LIMBERD, "--simulate", *args, **more)

    def plays(self, *args):
        done = self.simulate(*args)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def objects(self, *args):
        return [json.loads(line) for line in self.plays(*args, "--json").splitlines()]


class Faults(Input):
    def assert_told(self, text, line, words):
        path = self.write(text)
        done = self.simulate(path)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\Alimberd: [^\n]+\n\Z")
        self.assertTrue(done.stderr.startswith("limberd: %s: line %d" % (path, line)), done.stderr)
        self.assertIn(words, done.stderr)
        self.assertFalse(re.search(r"[^\n -~]", done.stderr), done.stderr)

    def test_each_is_told_with_its_line(self):
        for text, line, words in FAULTS:
            with self.subTest(text[-40:]):
                self.assert_told(text, line, words)

    def test_activitywatch_too(self):
        for text, line, words in AW_FAULTS:
            with self.subTest(text):
                self.assert_told(text, line, words)

    def test_every_truncation_of_a_json_is_told(self):
        whole = json.dumps(ACTIVITYWATCH)
        for n in range(1, len(whole), 37):
            with self.subTest(n):
                self.assert_told(whole[:n], 1, "nothing of the file is used")

    def test_what_is_no_file(self):
        for name, why in (("nowhere", "No such file or directory"), ("", "Is a directory")):
            path = self.path(name)
            done = self.simulate(path)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertEqual(done.stderr, "limberd: cannot read '%s': %s\n" % (path, why))
            done = self.simulate(self.write(HEAD + "0 input\n"), "--config", path)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertEqual(done.stderr, "limberd: cannot read the settings '%s': %s\n" % (path,
                                                                                          why))

    def test_what_came_before_the_fault_is_printed(self):
        done = self.simulate(self.write(HEAD + "0 input\n1500 pause\n1400 input\n"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("09:21:00  micro     prompt", done.stdout)
        self.assertNotIn("Summary", done.stdout)

    def test_a_setting_that_is_wrong_costs_that_setting(self):
        path = self.write("limber-trace 1\nset [prompt] lul = 5s\nset [rule micro] every = soon\n"
                          "set [rule mine] every = 10min\n0 input\n1300 end\n")
        done = self.simulate(path)
        self.assertEqual(done.returncode, 0)
        told = done.stderr.splitlines()
        self.assertEqual(len(told), 3, done.stderr)
        self.assertTrue(told[0].startswith(path + ":2: [prompt] lul: "), told[0])
        self.assertTrue(told[1].startswith(path + ":3: [rule micro] every: "), told[1])
        self.assertIn("[rule mine]", told[2])
        self.assertIn("09:21:00  micro     prompt", done.stdout)

    def test_so_does_one_in_a_settings_file(self):
        config = self.config("[rule micro]\nevery = soon\nlength = 40s\n", "other.conf")
        done = self.simulate(self.write(HEAD + "0 input\n1300 end\n"), "--config", config)
        self.assertEqual(done.returncode, 0)
        self.assertIn(config + ":2: [rule micro] every: ", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_a_full_disk(self):
        path = self.write(HEAD + "0 input\n90000 end\n")
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([rig.LIMBERD, "--simulate", path], env=self.env, stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "limberd: cannot write to standard output: No space left on "
                                      "device\n")


class Many(Input):
    """Far more than any day."""

    def measure(self, *args, output=subprocess.DEVNULL):
        """Exit status and most memory, in KiB, of that run alone."""
        with subprocess.Popen([rig.LIMBERD, "--simulate", *args], env=self.env, stdout=output,
                              stderr=subprocess.PIPE) as process:
            said = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(said, b"")
        self.assertEqual(process.returncode, 0)
        if not rig.WRAPPER and "ASAN_OPTIONS" not in os.environ:
            self.assertLess(usage.ru_maxrss, MEMORY_KIB)

    def test_ten_million_lines_of_a_hundred_megabytes(self):
        path = self.path("long.trace")
        with open(path, "w", encoding="utf-8") as file:
            file.write(HEAD + "0 input\n")
            for k in range(100):
                file.write("".join("%d tick\n" % (i // 100)
                                   for i in range(k * 100000, (k + 1) * 100000)))
            file.write("100000 nonsense\n")
        self.assertGreater(os.path.getsize(path), 100000000)
        # The last line was reached.
        done = self.simulate(path, "--json", timeout=60)
        self.assertIn("line 10000005: 'nonsense'", done.stderr)
        with open(path, "r+", encoding="utf-8") as file:
            file.truncate(os.path.getsize(path) - len("100000 nonsense\n"))
        self.measure(path)

    def test_a_hundred_megabytes_of_activitywatch(self):
        path = self.path("big.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"buckets":{"a":{"type":"afkstatus","events":[')
            for first in range(0, 860000, 10000):
                file.write("," * (first > 0) + ",".join(
                    '{"id":%d,"timestamp":"20%02d-%02d-%02dT%02d:%02d:%02d.000000+00:00",'
                    '"duration":9.0,"data":{"status":"not-afk","app":"limber"}}' %
                    (k, 10 + k // 100000, 1 + k // 8640 // 28 % 12, 1 + k // 8640 % 28,
                     k // 360 % 24, k // 6 % 60, k % 6 * 10)
                    for k in range(first, first + 10000)))
            file.write("]}}}")
        self.assertGreater(os.path.getsize(path), 100000000)
        self.measure(path, "--preset", "hse", "--preset", "tuc")

    def test_a_reader_that_has_seen_enough(self):
        lines = HEAD + "".join("%d input\n%d pause\n" % (4 * k, 4 * k + 3) for k in range(200000))
        argv = [rig.LIMBERD, "--simulate", self.write(lines)]
        # Whether a closed pipe ends it (a shell's programs) or is told to it (a service's).
        for ending, status in ((signal.SIG_DFL, -signal.SIGPIPE), (signal.SIG_IGN, 0)):
            with subprocess.Popen(argv, env=self.env, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, restore_signals=False,
                                  preexec_fn=lambda e=ending: signal.signal(signal.SIGPIPE, e)
                                  ) as process:
                self.assertTrue(process.stdout.readline())
                process.stdout.close()
                self.assertEqual(process.stderr.read(), b"")
                self.assertEqual(process.wait(20), status)


class Ways(Input):
    """What else can be asked for."""

    DAY = HEAD + "begins 2026-11-23T09:00:00+01:00\n0 input\n" \
        "1300 pause\n1500 input\n4000 pause\n4400 input\n9000 end\n"

    def test_the_same_seed_gives_the_same_day(self):
        path = self.write(self.DAY)
        self.assertEqual(self.plays(path, "--seed", "7"), self.plays(path, "--seed", "7"))
        self.assertEqual(self.plays(path), self.plays(path, "--seed", "0"))
        seeded = self.write(self.DAY.replace("0 input", "seed 7\n0 input", 1), "seeded.trace")
        self.assertEqual(self.plays(path, "--seed", "7"), self.plays(seeded))
        self.assertEqual(self.plays(path), self.plays(seeded, "--seed", "0"))

    def test_another_seed_gives_other_exercises_and_nothing_else(self):
        path = self.write(self.DAY)
        one, other = self.objects(path, "--seed", "1"), self.objects(path, "--seed", "40")
        self.assertNotEqual(one, other)
        for o in one + other:
            o.pop("exercise", None)
        self.assertEqual(one, other)

    def test_a_comparison(self):
        path = self.write(self.DAY)
        mine = self.config("[rule micro]\nenabled = no\n[rule active]\nevery = 26min\n",
                           "mine.conf")
        asked = ["--preset", "quiet", "--config", mine, "--preset", "hse"]
        self.assertIn("…" + mine[-23:], self.plays(path, *asked))
        text = self.plays(path, "--preset", "quiet", "--preset", "hse")
        self.assertTrue(text.startswith(path + ", as if every announced break were taken\n\n"))
        table = {line[:28].strip(): line[28:].split() for line in text.splitlines()[2:]}
        self.assertEqual(len(table["prompts"]), 2)
        compared = self.objects(path, *asked)
        self.assertEqual([o["name"] for o in compared], ["quiet", mine, "hse"])
        self.assertEqual([o["what"] for o in compared], ["compared"] * 3)
        self.assertEqual([str(o["prompts"]) for o in compared[::2]], table["prompts"])
        # Each column is what the day comes to alone.
        for o, name in zip(compared, (["--preset", "quiet"], ["--config", mine],
                                      ["--preset", "hse"])):
            alone = self.objects(path, *name, "--take-breaks")[-1]
            self.assertEqual(alone["what"], "summary")
            for key in ("prompts", "outcomes", "longest", "rest", "suppressed"):
                self.assertEqual(o[key], alone[key], (name, key))
        self.assertNotEqual(compared[0]["prompts"], compared[2]["prompts"])
        recorded = self.plays(path, "--preset", "quiet", "--preset", "hse", "--as-recorded")
        self.assertTrue(recorded.startswith(path + ", as recorded, whatever is announced\n\n"))
        self.assertNotEqual(recorded.splitlines()[2:], text.splitlines()[2:])

    def test_a_comparison_of_what_comes_through_a_pipe(self):
        path = self.write(self.DAY)
        asked = ["--preset", "quiet", "--preset", "hse", "--json"]
        for text in (self.DAY, json.dumps(ACTIVITYWATCH)):
            piped = subprocess.run([rig.LIMBERD, "--simulate", "-", *asked], env=self.env,
                                   input=text, capture_output=True, text=True, timeout=20,
                                   check=False)
            self.assertEqual((piped.returncode, piped.stderr), (0, ""))
            self.assertEqual(piped.stdout, self.plays(self.write(text), *asked))
        self.assertTrue(path)

    def test_whose_settings(self):
        """The trace's own, unless others are asked for; the user's if it has none."""
        self.config("[rule micro]\nevery = 25min\n")
        bare = self.write(self.DAY.replace("set [prompt] lull = 3s\n", "")
                          .replace("1300 pause\n1500 input\n", ""), "bare.trace")
        due = [o["t"] for o in self.objects(bare) if o["what"] == "due"][0]
        self.assertEqual(due, 1500)
        due = [o["t"] for o in self.objects(bare, "--preset", "ergonomic") if o["what"] == "due"][0]
        self.assertEqual(due, 1200)
        own = self.write(self.DAY.replace("lull = 3s", "lull = 3s\nset [rule micro] every = 15min"))
        due = [o["t"] for o in self.objects(own) if o["what"] == "due"][0]
        self.assertEqual(due, 900)
        due = [o["t"] for o in self.objects(own, "--preset", "ergonomic") if o["what"] == "due"][0]
        self.assertEqual(due, 1200)

    def test_settings_that_change(self):
        path = self.write(HEAD + "0 input\n600 set [rule micro] every = 11min\n"
                                 "601 set [rule active] enabled = no\n620 policy\n1300 end\n")
        due = [(o["t"], o["rule"]) for o in self.objects(path) if o["what"] == "due"]
        self.assertEqual(due[0], (660, "micro"))
        # Not under settings that were asked for.
        due = [(o["t"], o["rule"]) for o in self.objects(path, "--preset", "ergonomic")
               if o["what"] == "due"]
        self.assertEqual(due[0], (1200, "micro"))

    def test_the_state_that_a_day_begins_in(self):
        path = self.write(HEAD + "load micro 19min\nload active 10min\nposture standing\n"
                                 "set [desk] type = sit-stand\ntoday 5h55min\n0 input\n1000 end\n")
        told = {(o["what"], o["rule"]): o["t"] for o in reversed(self.objects(path))
                if o.get("rule")}
        self.assertEqual(told["due", "micro"], 60)
        self.assertEqual(told["posture", "posture"], 900)
        self.assertIn(("daily-notice", "daily"), told)

    def test_zones(self):
        for zone, at in (("Europe/Berlin", "2026-11-23T09:20:00"),
                         ("America/St_Johns", "2026-11-23T04:50:00"),
                         ("UTC", "2026-11-23T08:20:00"), ("CET-1CEST", "2026-11-23T09:20:00")):
            path = self.write(self.DAY.replace("Europe/Berlin", zone))
            due = [o for o in self.objects(path) if o["what"] == "due"][0]
            self.assertEqual(due["at"][:19], at)
        # Without one it is the program's.
        self.env["TZ"] = "Asia/Kathmandu"
        path = self.write(self.DAY.replace("zone Europe/Berlin\n", ""))
        due = [o for o in self.objects(path) if o["what"] == "due"][0]
        self.assertEqual(due["at"][:19], "2026-11-23T14:05:00")
        self.assertTrue(due["at"].endswith("+05:45"))

    def test_a_day_without_a_date(self):
        self.env["TZ"] = "Europe/Berlin"
        path = self.write("limber-trace 1\nset [prompt] lull = 3s\n0 input\n1300 end\n")
        due = [o for o in self.objects(path) if o["what"] == "due"][0]
        self.assertTrue(due["at"].startswith("2024-01-01T09:20:00"), due)
        path = self.write("limber-trace 1\nset [prompt] lull = 3s\n"
                          "2026-11-23T08:00:00Z input\n2026-11-23T09:30:00+01:00 end\n")
        objects = self.objects(path)
        due = [o for o in objects if o["what"] == "due"][0]
        self.assertEqual((due["t"], due["at"][:19]), (1200, "2026-11-23T09:20:00"))

    def test_far_away_days(self):
        for begins in ("1970-01-02T00:00:00Z", "9999-12-30T12:00:00Z"):
            path = self.write(self.DAY.replace("2026-11-23T09:00:00+01:00", begins))
            due = [o for o in self.objects(path) if o["what"] == "due"][0]
            self.assertEqual(due["at"][:4], begins[:4])

    def test_activitywatch(self):
        """The union of what overlaps, comes in any order, has no length."""
        self.env["TZ"] = "Europe/Berlin"
        path = self.write(json.dumps(ACTIVITYWATCH, indent=1), "export.json")
        objects = self.objects(path)
        self.assertEqual([(o["at"][11:19], o["presence"]) for o in objects
                          if o["what"] == "presence"],
                         [("09:00:00", "active"), ("09:50:00", "idle"), ("10:00:00", "active")])
        summary = objects[-1]
        self.assertEqual((summary["length"], summary["active"], summary["idle"]), (5400, 4800, 600))
        # A bucket alone, as its own page exports it, and with blank lines before it.
        alone = "\n\n" + json.dumps({"buckets": {
            "x": ACTIVITYWATCH["buckets"]["aw-watcher-afk_desk"]}})
        self.assertEqual(self.objects(self.write(alone)), objects)

    def test_activitywatch_without_activity(self):
        export = json.dumps(ACTIVITYWATCH).replace("not-afk", "afk")
        path = self.write(export)
        done = self.simulate(path)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("nobody was active in it", done.stderr)
