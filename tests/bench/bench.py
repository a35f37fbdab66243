"""Measures what limberd costs and prints a table; numbers also go to build/bench.json.

usage: bench.py [SECONDS]   how long each count of wake-ups lasts, 60 if not told
"""

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
import rig  # pylint: disable=wrong-import-position

SECONDS = 60
ROWS = []
BENCH = os.path.join(rig.BUILD, "tests", "bench")
PAST_YEARS = os.path.join(rig.BUILD, "tests", "fakes", "past-years")


def row(what, value, unit, budget=None):
    ROWS.append({"what": what, "value": value, "unit": unit, "budget": budget})
    print("%-58s %9.2f %-9s %s" % (what, value, unit,
                                   "" if budget is None else "budget %g" % budget), flush=True)


def synthetic_years(years, file):
    """250 workdays of 40 events a year: spells of work, pauses, a call, lunch behind a lock."""
    dice = random.Random(4)
    events = ["limber-trace 1", "zone UTC", "begins 2026-01-05T00:00:00Z", "0 pause"]
    for day in range(years * 364):
        if day % 7 > 4 or day % 364 in (1, 100, 121, 139, 150, 200, 275, 304, 355, 358):
            continue
        at = day * 86400 + 9 * 3600 + dice.randrange(900)
        for spell in range(18):
            events.append("%d input" % at)
            at += dice.randrange(300, 2400)
            if spell == 4:
                events.append("%d sign call on" % at)
            elif spell == 5:
                events.append("%d sign call off" % at)
            at += 1
            events.append("%d pause" % at)
            if spell == 8:
                events.append("%d away locked" % (at + 5))
                at += 2700
                events.append("%d back locked" % (at - 1))
            at += dice.randrange(5, 600)
    file.write("\n".join(events) + "\n")
    return len(events) - 4


class Rig(rig.Rig):
    def past(self, years):
        """A history of so many years, for a limberd that is not running."""
        folder = self.path("data", "limber")
        os.makedirs(folder, 0o700)
        subprocess.run([PAST_YEARS, os.path.join(folder, "history.db"), str(years)], check=True)
        # As a file that has been there: what is still to be written would count as ours.
        os.sync()


class Simulation(rig.Rig):
    """A year of work played by the shipped core and coach, under the shipped rules."""

    def play(self, *argv):
        """The process's CPU seconds, the least of ten, as others may disturb."""
        taken = []
        for _ in range(10):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([rig.LIMBERD, "--simulate", *argv], env=self.env,
                           stdout=subprocess.DEVNULL, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(taken)

    def runTest(self):
        for years in (1, 10, 100):
            path = os.path.join(self.dir, "%d.trace" % years)
            with open(path, "w", encoding="utf-8") as file:
                events = synthetic_years(years, file)
            what = "simulate %d year%s, %d events" % (years, "" if years == 1 else "s", events)
            row(what + ", a table", 1000 * self.play(path), "ms", 50 * years)
            row(what + ", JSON", 1000 * self.play(path, "--json"), "ms", 50 * years)


class Years(Rig):
    """A history of ten years, asked for its days."""

    def cpu(self):
        """Milliseconds that limberd has run by now."""
        with open("/proc/%d/schedstat" % self.daemon.pid, encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e6

    def ask(self, *query):
        """What a question costs limberd, the least of ten, as others may disturb."""
        taken = []
        for _ in range(10):
            before = self.cpu()
            self.busctl("call", rig.NAME, rig.PATH, rig.NAME + ".Manager", *query)
            taken.append(self.cpu() - before)
        return min(taken)

    def runTest(self):
        self.start_bus()
        self.past(10)
        self.start_daemon()
        self.phase()
        row("statistics of ten years of history, 50 000 breaks",
            self.ask("GetStatistics", "ss", "", ""), "ms", 20)
        month = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 31 * 86400))
        row("  of the last month in it", self.ask("GetStatistics", "ss", month, ""), "ms", 20)
        row("  500 breaks of it", self.ask("GetHistory", "a{sv}", "0"), "ms")
        since = str(int(time.time() - 7 * 86400) * 1000000)
        row("  the last week's breaks", self.ask("GetHistory", "a{sv}", "1", "from_usec", "t", since),
            "ms")
        for form in ("--csv", "--json"):
            self.export(form)

    def export(self, form):
        """All of it, as `limber export` reads it page by page: the CPU seconds of both, the least of
        three. How long it takes is the bus's as well, and whoever else runs."""
        taken, ours, spent = [], [], []
        for _ in range(3):
            cpu, began = self.cpu(), time.monotonic()
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([rig.LIMBER, "export", form], env=self.env, stdout=subprocess.DEVNULL,
                           check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            taken.append(time.monotonic() - began)
            ours.append((self.cpu() - cpu) / 1000)
            spent.append(ours[-1] + after.ru_utime + after.ru_stime
                         - before.ru_utime - before.ru_stime)
        row("  limber export %s of them all, CPU of both" % form, min(spent), "s", 1.5)
        row("    of it limberd's", min(ours), "s")
        row("    until it is done", min(taken), "s")


class Bench(Rig):

    def is_back(self):
        """After a minute one key alone would be a bumped desk."""
        self.press()
        return self.property("Presence") == "active"

    def answers(self, name):
        return self.busctl("call", name, "/", "org.freedesktop.DBus.Peer", "Ping").returncode == 0

    def time_start(self, program, name):
        """Seconds from exec until it answers by its name, the median of ten."""
        taken = []
        for _ in range(10):
            # Looking costs a busctl each time, for both programs alike.
            began = time.monotonic()
            process = self.start([program], "start")
            while not self.answers(name):
                pass
            taken.append(time.monotonic() - began)
            process.stop()
            while self.owner(name):
                time.sleep(0.01)
        return statistics.median(taken)

    def time_run(self, *argv):
        taken = []
        for _ in range(100):
            began = time.monotonic()
            subprocess.run(argv, env=self.env, stdout=subprocess.DEVNULL, check=True)
            taken.append(time.monotonic() - began)
        return statistics.median(taken)

    def wake_ups(self, *command):
        before = rig.switches(self.daemon.pid)
        self.command(*command, timeout=SECONDS + 60)
        return rig.switches(self.daemon.pid) - before

    def pointer(self):
        moves = ["xdotool"]
        for _ in range(SECONDS * 5):
            moves += ["mousemove_relative", "--", "1", "0", "sleep", "0.1",
                      "mousemove_relative", "--", "-1", "0", "sleep", "0.1"]
        return moves

    def sense(self):
        """limber-sense has a row of its own: it is there only where PipeWire is wanted."""
        try:
            pipewire = rig.PipeWire(self)
        except unittest.SkipTest as why:
            print("limber-sense is not measured: %s" % why, flush=True)
            return
        self.start_daemon()
        pipewire.record()
        rig.wait_for(lambda: "call" in [r["sign"]["data"] for r in self.property("Reasons")], 10,
                     "a call")
        sense = int(self.command("ps", "-o", "pid=", "--ppid", str(self.daemon.pid)).stdout)
        before = rig.switches_at_rest(sense), rig.switches_at_rest(self.daemon.pid)
        time.sleep(SECONDS)
        row("limber-sense: wake-ups in %d s of a call" % SECONDS,
            rig.switches(sense) - before[0], "", 0)
        row("  of limberd", rig.switches(self.daemon.pid) - before[1], "", 0)
        row("limber-sense: private dirty memory", rig.private_dirty_kib(sense), "KiB", 976)
        row("  of limberd", rig.private_dirty_kib(self.daemon.pid), "KiB", 768)

    def runTest(self):
        self.start_bus()
        self.start_x()
        self.start_dunst()
        self.past(1)
        bare = self.time_start(os.path.join(BENCH, "bare-daemon"), "org.limberd.Bare")
        ours = self.time_start(rig.LIMBERD, rig.NAME)
        row("start until it answers, a year of history", ours * 1000, "ms")
        row("  of a bare sd-bus daemon", bare * 1000, "ms")
        row("  ratio", ours / bare, "x", 4)
        self.start_daemon()
        client = self.time_run(os.path.join(BENCH, "bare-client"))
        status = self.time_run(rig.LIMBER, "status")
        row("limber status, whole process", status * 1000, "ms")
        row("  of a bare client", client * 1000, "ms")
        row("  ratio", status / client, "x", 1.5)
        self.daemon.stop()
        self.start_daemon()
        self.press()
        time.sleep(20)
        row("private dirty memory 20 s after start, a year of history",
                 rig.private_dirty_kib(self.daemon.pid), "KiB", 768)
        rig.wait_for(lambda: self.property("Presence") == "idle", 30, "idle")
        row("wake-ups in %d s of an idle user" % SECONDS,
                 self.wake_ups("sleep", str(SECONDS)), "", 0)
        rig.wait_for(self.is_back, 5, "active")
        row("wake-ups in %d s of a moving pointer" % SECONDS,
                 self.wake_ups(*self.pointer()), "", 0)
        self.call("GetStatistics", "ss", "", "")
        self.call("Reload")
        row("private dirty memory after statistics and a reload",
                 rig.private_dirty_kib(self.daemon.pid), "KiB", 1024)
        self.daemon.stop()
        self.sense()
        with open(os.path.join(rig.BUILD, "bench.json"), "w", encoding="utf-8") as file:
            json.dump(ROWS, file, indent=1)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        SECONDS = int(sys.argv[1])
    result = unittest.TextTestRunner(verbosity=0).run(
        unittest.TestSuite([Simulation(), Years(), Bench()]))
    sys.exit(0 if result.wasSuccessful() else 1)
