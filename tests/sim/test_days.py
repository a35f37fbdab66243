"""Golden days: each NAME.trace is a story, NAME.expected what limberd --simulate says about it.

What is expected is what DESIGN section 4 says, not what the program printed: after a change that is
meant to change it, write the files again and read each line of the difference:

  BUILD=... /usr/bin/python3 tests/sim/test_days.py --write [NAME...]
"""

import difflib
import glob
import json
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(HERE))

import rig  # pylint: disable=wrong-import-position

TRACES = sorted(glob.glob(os.path.join(HERE, "*.trace")))


def name_of(trace):
    return os.path.splitext(os.path.basename(trace))[0]


class Days(rig.Rig):
    def play(self, trace, *options):
        done = self.command(*rig.WRAPPER, rig.LIMBERD, "--simulate", trace, *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def check(self, trace):
        got = self.play(trace)
        with open(trace[:-len("trace")] + "expected", encoding="utf-8") as file:
            expected = file.read()
        if got != expected:
            self.fail("%s is another day now:\n%s" % (name_of(trace), "\n".join(
                difflib.unified_diff(expected.splitlines(), got.splitlines(), "expected", "got",
                                     lineterm=""))))

    def test_there_are_days(self):
        self.assertGreaterEqual(len(TRACES), 9)

    def test_a_day_is_the_same_for_people_and_for_programs(self):
        for trace in TRACES:
            with self.subTest(name_of(trace)):
                objects = [json.loads(line) for line in self.play(trace, "--json").splitlines()]
                self.assertGreater(len(objects), 5)
                # That there is no input any more is known only 20 s later.
                times = [o["t"] for o in objects if o["what"] not in ("presence", "summary")]
                self.assertEqual(times, sorted(times))
                text = self.play(trace)
                for o in objects:
                    # A table has no room for every presence; of what was decided it tells all.
                    if o.get("rule"):
                        self.assertIn(o["at"][11:19], text, o)

    def test_a_day_does_not_depend_on_the_machine(self):
        """Not on the user's settings, the machine's zone nor its language."""
        self.config("[rule micro]\nevery = 11min\n[hours]\nmon = 10:00-11:00\n")
        self.env["TZ"] = "Asia/Kathmandu"
        self.env["LC_NUMERIC"] = "de_DE.UTF-8"
        for trace in TRACES:
            with self.subTest(name_of(trace)):
                self.check(trace)


def add_test(trace):
    def test(self):
        self.check(trace)

    setattr(Days, "test_" + name_of(trace).replace("-", "_"), test)


def write(names):
    """Write what is expected as limberd says it now."""
    test = Days()
    test.setUp()
    try:
        for trace in TRACES:
            if not names or name_of(trace) in names:
                text = test.play(trace)
                with open(trace[:-len("trace")] + "expected", "w", encoding="utf-8") as file:
                    file.write(text)
    finally:
        test.doCleanups()


for path in TRACES:
    add_test(path)

if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(sys.argv[2:])
    else:
        unittest.main()
