"""Runs tests and counts them. usage: run.py [FOLDER[/PART-OF-A-NAME]...]

  lint      each script: exit 0 passed, 77 skipped, anything else failed
  unit      each cmocka program built from tests/unit
  bus, cli, desktop  the unittest modules

A skipped test is named with its reason; with CHECK_ALL=1 in the environment it counts as failed.
"""

import glob
import os
import re
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
BUILD = os.path.abspath(os.environ.get("BUILD") or os.path.join(ROOT, "build"))
os.environ["BUILD"] = BUILD
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
FOLDERS = ["lint", "unit", "bus", "cli", "desktop"]


class Count:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []


def run_lint(path, count):
    name = "lint/" + os.path.basename(path)
    done = subprocess.run([path], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode == 77:
        count.skipped.append((name, done.stdout.strip()))
    elif done.returncode:
        count.failed.append(name)
        print("--- %s\n%s" % (name, done.stdout), flush=True)
    else:
        count.passed += 1


def run_unit(path, count):
    name = "unit/" + os.path.basename(path)
    done = subprocess.run([path], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    passed = len(re.findall(r"^\[       OK \]", done.stdout, re.M))
    failed = re.findall(r"^\[  FAILED  \] (\w+)$", done.stdout, re.M)
    skipped = re.findall(r"^\[  SKIPPED \] (\w+)$", done.stdout, re.M)
    count.passed += passed
    count.skipped += [(name + " " + x, "see its source") for x in dict.fromkeys(skipped)]
    count.failed += [name + " " + x for x in dict.fromkeys(failed)]
    if done.returncode and not failed:
        count.failed.append("%s (exit %d)" % (name, done.returncode))
    elif not passed and not skipped and not failed:
        count.failed.append(name + " (ran nothing)")
    if done.returncode:
        print("--- %s\n%s" % (name, done.stdout[-6000:]), flush=True)


class Result(unittest.TextTestResult):
    """Says which test took how long, as it goes."""

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        taken = time.monotonic() - self.began
        if taken > 10:
            print("   %4.0f s  %s" % (taken, test.id()), flush=True)


def run_modules(folder, part, count):
    sys.path.insert(0, os.path.join(HERE, folder))
    modules = sorted(glob.glob(os.path.join(HERE, folder, "test_*.py")))
    names = [os.path.basename(m)[:-3] for m in modules if part in os.path.basename(m)]
    for name in names:
        suite = unittest.defaultTestLoader.loadTestsFromName(name)
        result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0,
                                         resultclass=Result).run(suite)
        bad = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
        count.passed += result.testsRun - bad - len(result.skipped)
        count.failed += ["%s %s" % (folder, t.id())
                         for t, _ in result.failures + result.errors]
        count.skipped += [("%s %s" % (folder, t.id()), why) for t, why in result.skipped]


def run_folder(wanted, count):
    folder, _, part = wanted.partition("/")
    if folder == "lint":
        scripts = glob.glob(os.path.join(HERE, "lint", "*.sh")) + \
            glob.glob(os.path.join(HERE, "lint", "*.py"))
        for path in sorted(s for s in scripts if part in os.path.basename(s)):
            run_lint(path, count)
    elif folder == "unit":
        sources = sorted(glob.glob(os.path.join(HERE, "unit", "test-*.c")))
        for source in (s for s in sources if part in os.path.basename(s)):
            run_unit(os.path.join(BUILD, "tests", "unit", os.path.basename(source)[:-2]), count)
    elif folder in FOLDERS:
        run_modules(folder, part, count)
    else:
        sys.exit("run: there is no folder of tests '%s'; there are: %s" % (folder,
                                                                        " ".join(FOLDERS)))


def main():
    count = Count()
    for wanted in sys.argv[1:] or FOLDERS:
        began = time.monotonic()
        print("== " + wanted, flush=True)
        run_folder(wanted, count)
        print("   %.0f s" % (time.monotonic() - began), flush=True)
    for name, why in count.skipped:
        print("skipped: %s: %s" % (name, why))
    for name in count.failed:
        print("failed: %s" % name)
    if os.environ.get("CHECK_ALL") == "1" and count.skipped:
        print("CHECK_ALL=1: what is skipped counts as failed")
        count.failed += [name for name, _ in count.skipped]
        count.skipped = []
    print("%d passed, %d failed, %d skipped" % (count.passed, len(count.failed),
                                                len(count.skipped)))
    sys.exit(1 if count.failed or not count.passed else 0)


main()
