"""The command line of limber, where no limberd is needed: help, mistakes, exit codes, no daemon."""

import os
import re
import signal
import subprocess
import unittest

import rig

# What only reads, and what makes no sense without a limberd that is there already.
NEVER_START = [["status"], ["status", "--json"], ["next"], ["next", "--json"], ["watch"],
               ["why"], ["why", "micro", "-n", "3", "--json"], ["reading"], ["reading", "on"],
               ["rested", "5min"], ["sit"], ["stand"], ["watch", "--decisions"],
               ["watch", "--json"], ["watch", "--live"], ["show", "cat-cow"],
               ["show", "cat-cow", "--json"], ["exercises"], ["exercises", "--set", "eyes"],
               ["preview"], ["safety"], ["safety", "--json"], ["consent", "yes"], ["another"], ["guide"],
               ["rate", "plank", "like"], ["hurts"], ["hurts", "plank"], ["sore", "neck"],
               ["log"], ["log", "--json"], ["log", "add", "walking", "20min"], ["stats"],
               ["stats", "month", "--json"], ["export", "--csv"], ["export", "--json"],
               ["done"], ["skip"], ["snooze"], ["snooze", "5min"], ["inhibit", "--", "true"]]
MAY_START = [["up"], ["up", "micro"], ["guide", "micro"], ["resume"], ["pause"], ["pause", "1h"],
             ["pause", "until", "14:00"]]

# arguments, exit code, what stdout has, what stderr has ("" = nothing at all)
USAGE = [
    (["--help"], 0, "usage: limber VERB", ""),
    (["-h"], 0, "usage: limber VERB", ""),
    (["help"], 0, "usage: limber VERB", ""),
    (["--version"], 0, "limber ", ""),
    (["status", "--help"], 0, "usage: limber status [--json]", ""),
    (["status", "-h"], 0, "usage: limber status [--json]", ""),
    (["help", "pause"], 0, "usage: limber pause [T | until HH:MM]", ""),
    (["show", "--help"], 0, "usage: limber show EXERCISE", ""),
    ([], 2, "", "limber status"),
    (["stauts"], 2, "", "did you mean 'status'?"),
    (["stat"], 2, "", "did you mean 'status'?"),
    (["unpause"], 2, "", "did you mean 'pause'?"),
    (["exercise"], 2, "", "did you mean 'exercises'?"),
    (["qqqqqq"], 2, "", "there is no verb 'qqqqqq'"),
    (["qqqqqq" * 20], 2, "", "there is no verb"),
    ([""], 2, "", "there is no verb ''"),
    (["help", "sikp"], 2, "", "did you mean 'skip'?"),
    (["help", "qqqqqq"], 2, "", "there is no verb"),
    (["help", "skip", "done"], 2, "", "'done' is too much"),
    (["--json", "status"], 2, "", "the verb comes first"),
    (["-x"], 2, "", "the verb comes first"),
    (["status", "--jsno"], 2, "", "no option '--jsno', only --json"),
    (["status", "-j"], 2, "", "no option '-j'"),
    (["status", "--json=1"], 2, "", "'--json' takes no value"),
    (["status", "x"], 2, "", "'status' takes no 'x'"),
    (["skip", "--json"], 2, "", "it takes none"),
    (["done", "now"], 2, "", "'done' takes no 'now'"),
    (["up", "micro", "active"], 2, "", "'active' is too much"),
    (["snooze", "soon"], 2, "", "'soon' is no length of time; write for example 90s, 10min"),
    (["snooze", "5"], 2, "", "'5' is no length of time"),
    (["snooze", "-5min"], 2, "", "no option '-5min'"),
    (["snooze", "0"], 2, "", "'0' is no time at all"),
    (["snooze", "99999999999999999999y"], 2, "", "longer than can be counted"),
    (["snooze", ""], 2, "", "'' is no length of time"),
    (["snooze", "9" * 5000], 2, "", "is no length of time"),
    (["pause", "tomorrow"], 2, "", "'tomorrow' is no length of time"),
    (["pause", "until"], 2, "", "until when?"),
    (["pause", "until", "25:00"], 2, "", "'25:00' is no time of day"),
    (["pause", "until", "14"], 2, "", "'14' is no time of day"),
    (["pause", "until", "14:00", "x"], 2, "", "'14:00 x' is no time of day"),
    (["why", "--help"], 0, "  -n, --lines N       so many", ""),
    (["why", "micro", "active"], 2, "", "'active' is too much: limber why [RULE] [-n N] [--json]"),
    (["why", "-n"], 2, "", "'--lines' needs a value: --lines N"),
    (["why", "-n", "few"], 2, "", "'few' is no number for '--lines': a whole number from 0 to 10000"),
    (["why", "-n", "-5"], 2, "", "'-5' is no number"),
    (["why", "-n5x"], 2, "", "'5x' is no number"),
    (["why", "-n", ""], 2, "", "'' is no number"),
    (["why", "--lines="], 2, "", "'' is no number"),
    (["why", "-n", "1.5"], 2, "", "'1.5' is no number"),
    (["why", "-n", "10001"], 2, "", "from 0 to 10000"),
    (["why", "-n", "9" * 30], 2, "", "from 0 to 10000"),
    (["why", "-n3", "--lines", "4"], 2, "", "'--lines' can be given once"),
    (["why", "-5"], 2, "", "no option '-5'"),
    (["why", "--n", "5"], 2, "", "no option '--n', only --json, --lines"),
    (["why", "-jn5"], 2, "", "no option '-jn5'"),
    (["status", "-n5"], 2, "", "no option '-n5'"),
    (["reading", "yes"], 2, "", "reading is on, off, for a length such as 1h, or until 14:00; not 'yes'"),
    (["reading", "on", "off"], 2, "", "not 'on off'"),
    (["reading", "5"], 2, "", "'5' is no length of time; write for example 90s"),
    (["reading", "0min"], 2, "", "'0min' is no time at all"),
    (["reading", "until"], 2, "", "until when? Write for example: limber reading until 14:00"),
    (["reading", "until", "25:00"], 2, "", "limber reading until 14:00"),
    (["rested"], 2, "", "something is missing: limber rested T"),
    (["rested", "long"], 2, "", "'long' is no length of time"),
    (["rested", "0"], 2, "", "'0' is no time at all"),
    (["sit", "down"], 2, "", "'sit' takes no 'down'"),
    (["stand", "up"], 2, "", "'stand' takes no 'up'"),
    (["watch", "--decisions=1"], 2, "", "'--decisions' takes no value"),
    (["inhibit"], 2, "", "something is missing: limber inhibit"),
    (["inhibit", "--"], 2, "", "something is missing"),
    (["inhibit", "--why"], 2, "", "'--why' needs a value"),
    (["inhibit", "--wyh", "x", "--", "true"], 2, "", "no option '--wyh'"),
    (["show"], 2, "", "something is missing: limber show EXERCISE"),
    (["exercises", "--set"], 2, "", "'--set' needs a value: --set SET"),
    (["exercises", *["--set=eyes"] * 9], 2, "", "8 times at most"),
    (["exercises", "--place", "desk", "--place", "mat"], 2, "", "'--place' can be given once"),
    (["rate", "plank"], 2, "", "something is missing: limber rate EXERCISE VERDICT"),
    (["rate", "plank", "meh"], 2, "", "there is no verdict 'meh'; say one of: like, dislike, easy, hard, hurts"),
    (["consent", "perhaps"], 2, "", "there is no answer 'perhaps'; say one of: yes, no"),
    (["guide", "a", "b"], 2, "", "'b' is too much: limber guide [RULE] [--bell]"),
    (["log", "walking", "20min"], 2, "", "it is: limber log, limber log add walking 20min, or limber log remove"),
    (["log", "add"], 2, "", "what, and for how long? Write for example: limber log add walking 20min"),
    (["log", "add", "walking"], 2, "", "what, and for how long?"),
    (["log", "add", "walking", "20"], 2, "", "'20' is no length of time; write for example 90s, 10min"),
    (["log", "add", "walking", "0min"], 2, "", "'0min' is no time at all"),
    (["log", "-n", "501"], 2, "", "from 0 to 500"),
    (["export"], 2, "", "limber export --csv, or limber export --json"),
    (["export", "--csv", "--json"], 2, "", "in which form?"),
    (["stats", "year"], 2, "", "there is no period 'year'; say one of: week, day, month"),
    (["another", "one"], 2, "", "'another' takes no 'one'"),
    (["hurts", "--json"], 2, "", "only --mistake"),
    (["consent", "--json"], 2, "", "it takes none"),
    (["watch", "--live", "--json"], 2, "", "one of them"),
]


class Usage(rig.Rig):
    def test_table(self):
        for args, code, out, err in USAGE:
            with self.subTest(" ".join(args)[:60]):
                done = self.limber(*args)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(out, done.stdout)
                self.assertIn(err, done.stderr)
                if code:
                    self.assertEqual(done.stdout, "", "a mistake writes to stderr only")
                    self.assertRegex(done.stderr, r"\Alimber: [^\n]+\n\Z", "one line")
                else:
                    self.assertEqual(done.stderr, "")

    def test_help_fits_80_columns_and_knows_every_verb(self):
        text = self.limber("--help").stdout
        verbs = re.findall(r"^  ([a-z]+)\b", text, re.MULTILINE)
        self.assertEqual(sorted(verbs), sorted(
            "status next why up done snooze skip pause resume reading rested sit stand inhibit watch "
            "show exercises preview guide another rate hurts sore consent safety log stats export simulate doctor help".split()))
        for verb in verbs:
            done = self.limber("help", verb)
            self.assertEqual(done.returncode, 0)
            self.assertIn("usage: limber " + verb, done.stdout)
            text += done.stdout
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_control_characters_in_arguments_stay_harmless(self):
        done = self.limber("\x1b[31mred\nsecond line")
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("\x1b", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([rig.LIMBER, "--help"], stdout=full, stderr=subprocess.PIPE,
                                  text=True, env=self.env, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write to standard output: No space left on device", done.stderr)

        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([rig.LIMBER, "--help"], stdout=write, stderr=subprocess.PIPE,
                              text=True, env=self.env, check=False)
        os.close(write)
        # A reader that has seen enough is nothing to talk about.
        self.assertEqual((done.returncode, done.stderr), (-signal.SIGPIPE, ""))

        done = self.command("sh", "-c", '"$0" --help >&-', rig.LIMBER)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write to standard output", done.stderr)


class NoDaemon(rig.Rig):
    def activation(self, program):
        """A bus that would start `program` for whoever asks for limberd."""
        folder = self.path("services")
        os.makedirs(folder)
        with open(os.path.join(folder, rig.NAME + ".service"), "w", encoding="utf-8") as file:
            file.write("[D-BUS Service]\nName=%s\nExec=%s\n" % (rig.NAME, program))
        self.start_bus(services=folder)

    def test_what_reads_never_starts_it(self):
        mark = self.path("started")
        self.activation("/usr/bin/touch " + mark)
        for args in NEVER_START:
            with self.subTest(" ".join(args)):
                done = self.limber(*args)
                self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertEqual(done.stderr, "limber: limberd is not running; start it with: "
                                 "systemctl --user start limberd (or: limberd)\n")
        self.assertFalse(os.path.exists(mark), "limberd was started")
        # The trap works: whoever may start it does, and says that it did not come.
        done = self.limber("resume")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertTrue(os.path.exists(mark))

    def test_what_may_start_it_does(self):
        self.activation(rig.LIMBERD)
        done = self.limber("pause", "1h")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("paused until", done.stdout)
        self.assertEqual(self.phase(), "paused")
        # Started by the bus, it ends with the bus.

    def test_nothing_to_start(self):
        self.start_bus()
        for args in MAY_START:
            with self.subTest(" ".join(args)):
                done = self.limber(*args)
                self.assertEqual(done.returncode, 3)
                self.assertIn("limberd is not running", done.stderr)

    def test_no_session_bus(self):
        for address in (None, "unix:path=" + self.path("nowhere"), "nonsense"):
            self.env.pop("DBUS_SESSION_BUS_ADDRESS", None)
            if address:
                self.env["DBUS_SESSION_BUS_ADDRESS"] = address
            for args in NEVER_START + MAY_START:
                with self.subTest("%s, %s" % (" ".join(args), address)):
                    done = self.limber(*args)
                    self.assertEqual(done.returncode, 3)
                    self.assertEqual(done.stdout, "")
                    self.assertRegex(done.stderr, r"\Alimber: [^\n]*session bus[^\n]*\n\Z")

    def test_a_bus_that_hangs(self):
        self.start_bus()
        self.bus.freeze()
        done = self.limber("status")
        self.bus.thaw()
        self.assertEqual(done.returncode, 3)
        self.assertIn("does not answer", done.stderr)

    def test_inhibit_runs_nothing_unless_anyway(self):
        self.start_bus()
        mark = self.path("ran")
        done = self.limber("inhibit", "--", "touch", mark)
        self.assertEqual(done.returncode, 3)
        self.assertFalse(os.path.exists(mark))
        done = self.limber("inhibit", "--anyway", "--", "sh", "-c", "touch %s; exit 4" % mark)
        self.assertEqual(done.returncode, 4)
        self.assertIn("limberd is not running", done.stderr)
        self.assertTrue(os.path.exists(mark))


if __name__ == "__main__":
    unittest.main()
