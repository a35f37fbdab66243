"""limber simulate: what it hands to limberd, and what happens without one. And limberd's own command
line for it."""

import json
import os
import shutil
import subprocess

import rig

DAY = """limber-trace 1
zone Europe/Berlin
begins 2026-11-23T09:00:00+01:00
set [rule micro] every = 20min
0 input
1300 pause
1500 input
4000 end
"""

# What limberd refuses about the command line: arguments, what stderr has.
USAGE = [
    (["--simulate"], "requires an argument"),
    (["--simulate", "day", "more"], "it takes no argument 'more'"),
    (["--simulate", "day", "--seed", "x"], "'x' is no seed: it is a whole number from 0 to"),
    (["--simulate", "day", "--seed", "-1"], "'-1' is no seed"),
    (["--simulate", "day", "--seed", "1e3"], "'1e3' is no seed"),
    (["--simulate", "day", "--seed", ""], "'' is no seed"),
    (["--simulate", "day", "--seed", "18446744073709551616"], "is no seed"),
    (["--simulate", "day", "--preset", "lazy"], "there is no preset 'lazy'; say one of: ergonomic, "),
    (["--simulate", "day", "--preset", "\x1b[31m"], "there is no preset '?"),
    (["--simulate", "day", "--take-breaks", "--as-recorded"], "exclude each other"),
    (["--simulate", "day", "--record", "x"], "works alone"),
    (["--simulate", "day", "--check-config"], "works alone"),
    (["--simulate", "day", "--welcome"], "works alone"),
    (["--simulate", "day", *["--preset", "hse"] * 17], "16 settings at most"),
    (["--json"], "'--json' goes with --simulate TRACE"),
    (["--seed", "1"], "'--seed' goes with --simulate TRACE"),
    (["--preset", "hse"], "'--preset' goes with --simulate TRACE"),
    (["--config", "x"], "'--config' goes with --simulate TRACE"),
    (["--take-breaks"], "'--take-breaks' goes with --simulate TRACE"),
    (["--as-recorded"], "'--as-recorded' goes with --simulate TRACE"),
]


class Simulate(rig.Rig):
    def setUp(self):
        super().setUp()
        self.day = self.path("day.trace")
        with open(self.day, "w", encoding="utf-8") as file:
            file.write(DAY)

    def limberd(self, *args):
        return self.command(*rig.WRAPPER, rig.LIMBERD, *args)

    def test_usage(self):
        for args, err in USAGE:
            with self.subTest(" ".join(args)[:60]):
                done = self.limberd(*args)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(err, done.stderr)
                self.assertNotIn("\x1b", done.stderr)
                self.assertLessEqual(len(done.stderr.splitlines()), 2)

    def same(self, *args):
        """limber says what limberd says, to the letter, with its exit code."""
        ours = self.limber("simulate", self.day, *args)
        theirs = self.limberd("--simulate", self.day, *args)
        self.assertEqual((ours.returncode, ours.stdout, ours.stderr),
                         (theirs.returncode, theirs.stdout, theirs.stderr))
        return ours

    def test_every_option_arrives(self):
        outputs = [self.same(*args).stdout for args in (
            [], ["--json"], ["--json", "--seed", "5"], ["--take-breaks"], ["--preset", "workrave"],
            ["--preset", "quiet", "--preset", "hse", "--config", self.config("[rule micro]\n")],
            ["--preset", "quiet", "--preset", "hse", "--as-recorded"])]
        self.assertEqual(len(set(outputs)), len(outputs), "an option made no difference")
        for text in outputs:
            self.assertTrue(text)
        refused = self.same("--preset", "lazy")
        self.assertEqual(refused.returncode, 2)
        # Said twice, a switch is still one.
        self.assertEqual(self.limber("simulate", "--json", "--json", self.day).stdout, outputs[1])

    def test_standard_input(self):
        argv = [rig.LIMBER, "simulate", "-", "--json"]
        piped = subprocess.run(argv, env=self.env, input=DAY, text=True, capture_output=True,
                               timeout=20, check=True)
        self.assertEqual(piped.stdout, self.limber("simulate", self.day, "--json").stdout)

    def test_a_file_whose_name_looks_like_an_option(self):
        shutil.copy(self.day, self.path("--json"))
        done = self.command(rig.LIMBER, "simulate", "--", "--json", cwd=self.dir)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, self.limber("simulate", self.day).stdout)

    def test_it_needs_no_daemon_and_starts_none(self):
        self.start_bus()
        done = self.limber("simulate", self.day)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIsNone(self.owner(rig.NAME))

    def lonely(self):
        """limber in a folder without limberd."""
        os.mkdir(self.path("lonely"))
        shutil.copy(rig.LIMBER, self.path("lonely", "limber"))
        return self.path("lonely", "limber")

    def test_without_limberd(self):
        limber = self.lonely()
        self.env["PATH"] = self.path("nothing")
        done = self.command(limber, "simulate", self.day)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, "limber: 'limberd', which plays the day, is neither beside "
                                      "limber nor in PATH; install it together with limber\n")

    def test_limberd_in_path(self):
        limber = self.lonely()
        self.env["PATH"] = os.path.dirname(rig.LIMBERD)
        done = self.command(limber, "simulate", self.day, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("prompt", [json.loads(x)["what"] for x in done.stdout.splitlines()])

    def test_limberd_that_cannot_be_run(self):
        limber = self.lonely()
        os.mkdir(self.path("broken"))
        with open(self.path("broken", "limberd"), "w", encoding="utf-8") as file:
            file.write("not a program")
        os.chmod(self.path("broken", "limberd"), 0o644)
        self.env["PATH"] = self.path("broken")
        done = self.command(limber, "simulate", self.day)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("limber: cannot run 'limberd', which plays the day: Permission denied",
                      done.stderr)
