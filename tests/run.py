"""Runs tests and counts them. usage: run.py [FOLDER[/PART-OF-A-NAME]...]

  lint      each script: exit 0 passed, 77 skipped, anything else failed
  unit      each cmocka program built from tests/unit
  fuzz      each target of tests/fuzz for FUZZ_SECONDS (10), through its script
  bus, cli, sim, desktop  the unittest modules; the part is one of a module's name or of a test's
  trees     the same for desktops of other Debians (make check-desktops): only if it is named

Tests of the last kind have servers of their own each and mostly wait, so that four times as many run
beside each other as the machine has cores (JOBS=N in the environment: that many), each in a process
of its own. Those that rig.calm() marks run last, three for each core; those that rig.patient() marks
take minutes in which they do next to nothing, so they start before all else and take nobody's place.
A skipped test is named with its reason; with CHECK_ALL=1 in the environment it counts as failed.
"""

import glob
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
BUILD = os.path.abspath(os.environ.get("BUILD") or os.path.join(ROOT, "build"))
os.environ["BUILD"] = BUILD
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
MODULES = ["bus", "cli", "sim", "desktop"]
FOLDERS = ["lint", "unit", "fuzz"] + MODULES
ON_DEMAND = ["trees"]
CORES = len(os.sched_getaffinity(0))
JOBS = int(os.environ.get("JOBS") or 4 * CORES)
# What hangs is ended as a failure, with its servers.
LIMIT = int(300 * float(os.environ.get("TEST_PATIENCE", "1")))
PATIENT_LIMIT = 2 * LIMIT
# So many of these beside each other: they cost little, but their servers all start at once.
PATIENT_JOBS = 4 * CORES
# Above this it is told how long a test took, in seconds.
SLOW = 10


class Count:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []


def run_programs(argvs):
    """As many at a time as there are cores; each with what became of it and what it said."""
    waiting, running = list(argvs), []
    while waiting or running:
        while waiting and len(running) < min(JOBS, CORES):
            said = tempfile.TemporaryFile("w+", errors="replace")
            running.append((waiting[0], said, subprocess.Popen(
                waiting.pop(0), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said,
                stderr=subprocess.STDOUT)))
        argv, said, process = running.pop(0)
        process.wait()
        with said:
            said.seek(0)
            yield argv, process.returncode, said.read()


def judge_lint(path, code, said, count):
    name = "lint/" + os.path.basename(path)
    if code == 77:
        count.skipped.append((name, said.strip()))
    elif code:
        count.failed.append(name)
        print("--- %s\n%s" % (name, said), flush=True)
    else:
        count.passed += 1


def judge_unit(path, code, said, count):
    name = "unit/" + os.path.basename(path)
    passed = len(re.findall(r"^\[       OK \]", said, re.M))
    failed = re.findall(r"^\[  FAILED  \] (\w+)$", said, re.M)
    skipped = re.findall(r"^\[  SKIPPED \] (\w+)$", said, re.M)
    count.passed += passed
    count.skipped += [(name + " " + x, "see its source") for x in dict.fromkeys(skipped)]
    count.failed += [name + " " + x for x in dict.fromkeys(failed)]
    if code and not failed:
        count.failed.append("%s (exit %d)" % (name, code))
    elif not passed and not skipped and not failed:
        count.failed.append(name + " (ran nothing)")
    if code:
        print("--- %s\n%s" % (name, said[-6000:]), flush=True)


def judge_fuzz(target, code, said, count):
    name = "fuzz/" + target
    if code == 77:
        count.skipped.append((name, said.strip()))
    elif code:
        count.failed.append(name)
        print("--- %s\n%s" % (name, said[-6000:]), flush=True)
    else:
        count.passed += 1
        print("   " + said.strip(), flush=True)


class Result(unittest.TestResult):
    """What became of each test: {name: [what, why]}, and the sentences about it on stdout."""

    def __init__(self):
        super().__init__()
        self.outcomes = {}

    def startTest(self, test):
        super().startTest(test)
        self.outcomes[test.id()] = ["passed", ""]

    def add(self, test, what, why):
        # A subtest stands for its test; what is not a test is the fixture of a class.
        test = getattr(test, "test_case", test)
        before = self.outcomes.get(test.id())
        if not before or before[0] != "failed":
            self.outcomes[test.id()] = [what, why]

    def report(self, test, err):
        print("--- %s\n%s" % (test.id(), self._exc_info_to_string(err, test)), flush=True)
        self.add(test, "failed", "")

    def addError(self, test, err):
        super().addError(test, err)
        self.report(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.report(subtest, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.add(test, "skipped", reason)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        print("--- %s\nit was expected to fail" % test.id(), flush=True)
        self.add(test, "failed", "")


class Stopped(Exception):
    """Raised by a signal: unlike KeyboardInterrupt it is a test's error, which is tidied up after."""


def on_signal(number, _frame):
    signal.alarm(0)
    raise Stopped("stopped by %s%s" % (signal.Signals(number).name,
                                       ": too long" if number == signal.SIGALRM else ""))


class Job:
    """Tests that share a fixture, or one test, in a process of its own."""

    def __init__(self, folder, tests):
        self.folder = folder
        self.tests = tests
        self.calm = self.mark("calm")
        self.patient = self.mark("patient")
        self.takes = self.mark("takes") or len(tests)

    def mark(self, name):
        return max(getattr(getattr(t, t._testMethodName, None), name, 0) or
                   getattr(t, name, 0) for t in self.tests)

    def start(self):
        self.began = time.monotonic()
        self.said = tempfile.TemporaryFile("w+", errors="replace")
        self.answer = tempfile.TemporaryFile("w+")
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self.run()

    def run(self):
        os.dup2(self.said.fileno(), 1)
        os.dup2(self.said.fileno(), 2)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, on_signal)
        signal.alarm((PATIENT_LIMIT if self.patient else LIMIT) * len(self.tests))
        result = Result()
        try:
            unittest.TestSuite(self.tests).run(result)
        finally:
            json.dump(result.outcomes, self.answer)
            self.answer.flush()
            sys.stdout.flush()
            os._exit(0)

    def finish(self, count):
        self.said.seek(0)
        sys.stdout.write(self.said.read())
        self.answer.seek(0)
        text = self.answer.read()
        outcomes = json.loads(text) if text else {}
        # Without an answer the process has died.
        unknown = [None, ""] if outcomes else ["failed", ""]
        for test in self.tests:
            what, why = outcomes.pop(test.id(), unknown)
            self.note(self.folder + " " + test.id(), what, why, count)
        # The fixture of a class: its tests have not even begun.
        for name, (what, why) in outcomes.items():
            self.note(self.folder + " " + name, what, why, count)
        taken = time.monotonic() - self.began
        if taken > SLOW:
            name = self.tests[0].id() if len(self.tests) == 1 else \
                type(self.tests[0]).__qualname__
            print("   %4.0f s  %s" % (taken, name))
        sys.stdout.flush()
        self.said.close()
        self.answer.close()

    @staticmethod
    def note(name, what, why, count):
        if what == "passed":
            count.passed += 1
        elif what == "skipped":
            count.skipped.append((name, why))
        elif what == "failed":
            count.failed.append(name)


class Background:
    """The patient ones, which run beside all others."""

    def __init__(self, count):
        self.count = count
        self.waiting = []
        self.running = {}

    def start(self, job):
        self.waiting.append(job)
        self.start_some()

    def start_some(self):
        while self.waiting and len(self.running) < PATIENT_JOBS:
            job = self.waiting.pop(0)
            job.start()
            self.running[job.pid] = job

    def wait(self, running):
        """A child that has ended and is one of `running`; ours are done with as they come."""
        while True:
            pid, _ = os.wait()
            if pid in running:
                return running.pop(pid)
            self.running.pop(pid).finish(self.count)
            self.start_some()

    def wait_for_all(self):
        while self.running:
            self.wait(self.running).finish(self.count)
            self.start_some()


def stop(pids):
    """From a keyboard they have it already, sent to our process alone they have not."""
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    for pid in pids:
        os.waitpid(pid, 0)


def run_jobs(jobs, background, count):
    # Those that take longest first, so that nobody is waited for alone.
    waiting = sorted(jobs, key=lambda job: (job.calm, -job.takes))
    running = {}
    try:
        while waiting or running:
            while waiting and len(running) < (min(JOBS, 3 * CORES) if waiting[0].calm else JOBS):
                job = waiting.pop(0)
                job.start()
                running[job.pid] = job
            background.wait(running).finish(count)
    except KeyboardInterrupt:
        stop(running)
        raise


def tests_of(suite):
    for x in suite:
        if isinstance(x, unittest.TestSuite):
            yield from tests_of(x)
        else:
            yield x


def jobs_of(folder, tests):
    """A job for each test, and one for each class whose tests share what it sets up."""
    shared = {}
    for test in tests:
        if type(test).setUpClass.__func__ is unittest.TestCase.setUpClass.__func__:
            yield Job(folder, [test])
        else:
            shared.setdefault(type(test), []).append(test)
    for together in shared.values():
        yield Job(folder, together)


def load_jobs(wanted):
    """Those of a folder of modules; None for another folder."""
    folder, _, part = wanted.partition("/")
    if folder not in FOLDERS + ON_DEMAND:
        sys.exit("run: there is no folder of tests '%s'; there are: %s" % (
            folder, " ".join(FOLDERS + ON_DEMAND)))
    if folder not in MODULES + ON_DEMAND:
        return None
    sys.path.insert(0, os.path.join(HERE, folder))
    names = sorted(os.path.basename(path)[:-3]
                   for path in glob.glob(os.path.join(HERE, folder, "test_*.py")))
    chosen = [name for name in names if part in name + ".py"]
    tests = tests_of(unittest.defaultTestLoader.loadTestsFromNames(chosen or names))
    return list(jobs_of(folder, [t for t in tests if chosen or part in t.id()]))


def sources(folder, prefix, part=""):
    """The names of its programs, which the Makefile builds from C."""
    found = glob.glob(os.path.join(HERE, folder, prefix + "*.c"))
    return sorted(os.path.basename(x)[:-2] for x in found if part in os.path.basename(x))


def run_folder(wanted, count):
    folder, _, part = wanted.partition("/")
    if folder == "lint":
        scripts = glob.glob(os.path.join(HERE, "lint", "*.sh")) + \
            glob.glob(os.path.join(HERE, "lint", "*.py"))
        scripts = sorted(s for s in scripts if part in os.path.basename(s))
        for (path,), code, said in run_programs([[path] for path in scripts]):
            judge_lint(path, code, said, count)
    elif folder == "unit":
        programs = [os.path.join(BUILD, "tests", "unit", x) for x in sources("unit", "test-", part)]
        for (path,), code, said in run_programs([[path] for path in programs]):
            judge_unit(path, code, said, count)
    elif folder == "fuzz":
        script = os.path.join(HERE, "fuzz", "run")
        seconds = os.environ.get("FUZZ_SECONDS") or "10"
        targets = [x[len("fuzz-"):] for x in sources("fuzz", "fuzz-")]
        argvs = [[script, seconds, x] for x in targets if part in x]
        for (_, _, target), code, said in run_programs(argvs):
            judge_fuzz(target, code, said, count)


def on_terminate(_number, _frame):
    raise KeyboardInterrupt


def run_all(folders, count):
    plan = [(wanted, load_jobs(wanted)) for wanted in folders]
    background = Background(count)
    try:
        for _, jobs in plan:
            for job in jobs or []:
                if job.patient:
                    background.start(job)
        # Folders of modules that follow each other are run as one.
        for is_folder, some in itertools.groupby(plan, key=lambda x: x[1] is None):
            some = list(some)
            for part in ([x] for x in some) if is_folder else [some]:
                began = time.monotonic()
                print("== " + " ".join(wanted for wanted, _ in part), flush=True)
                if is_folder:
                    run_folder(part[0][0], count)
                else:
                    run_jobs([job for _, jobs in part for job in jobs if not job.patient],
                             background, count)
                print("   %.0f s" % (time.monotonic() - began), flush=True)
        if background.running:
            print("== the patient ones", flush=True)
        background.wait_for_all()
    except KeyboardInterrupt:
        stop(background.running)
        sys.exit(130)


def main():
    count = Count()
    signal.signal(signal.SIGTERM, on_terminate)
    run_all(sys.argv[1:] or FOLDERS, count)
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
