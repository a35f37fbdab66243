"""Measures what limberd costs and prints a table; numbers also go to build/bench.json.

usage: bench.py [SECONDS]   how long each count of wake-ups lasts, 60 if not told
"""

import json
import os
import statistics
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
import rig  # pylint: disable=wrong-import-position

SECONDS = 60
BENCH = os.path.join(rig.BUILD, "tests", "bench")


class Bench(rig.Rig):
    rows = []

    def row(self, what, value, unit, budget=None):
        self.rows.append({"what": what, "value": value, "unit": unit, "budget": budget})
        print("%-58s %9.2f %-9s %s" % (what, value, unit,
                                       "" if budget is None else "budget %g" % budget), flush=True)

    def time_start(self, program, name):
        """Seconds from exec until the name is owned, the median of ten."""
        taken = []
        for _ in range(10):
            # Looking costs a busctl each time, for both programs alike.
            began = time.monotonic()
            process = self.start([program], "start")
            while not self.owner(name):
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

    def runTest(self):
        self.start_bus()
        self.start_x()
        self.start_dunst()
        bare = self.time_start(os.path.join(BENCH, "bare-daemon"), "org.limberd.Bare")
        ours = self.time_start(rig.LIMBERD, rig.NAME)
        self.row("start until the name is owned", ours * 1000, "ms")
        self.row("  of a bare sd-bus daemon", bare * 1000, "ms")
        self.row("  ratio", ours / bare, "x", 4)
        self.start_daemon()
        client = self.time_run(os.path.join(BENCH, "bare-client"))
        status = self.time_run(rig.LIMBER, "status")
        self.row("limber status, whole process", status * 1000, "ms")
        self.row("  of a bare client", client * 1000, "ms")
        self.row("  ratio", status / client, "x", 1.5)
        self.daemon.stop()
        self.start_daemon()
        self.press()
        time.sleep(20)
        self.row("private dirty memory 20 s after start",
                 rig.private_dirty_kib(self.daemon.pid), "KiB", 768)
        rig.wait_for(lambda: self.property("Presence") == "idle", 30, "idle")
        self.row("wake-ups in %d s of an idle user" % SECONDS,
                 self.wake_ups("sleep", str(SECONDS)), "", 0)
        self.press()
        rig.wait_for(lambda: self.property("Presence") == "active", 5, "active")
        self.row("wake-ups in %d s of a moving pointer" % SECONDS,
                 self.wake_ups(*self.pointer()), "", 0)
        self.call("Reload")
        self.row("private dirty memory after a reload",
                 rig.private_dirty_kib(self.daemon.pid), "KiB", 1024)
        with open(os.path.join(rig.BUILD, "bench.json"), "w", encoding="utf-8") as file:
            json.dump(self.rows, file, indent=1)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        SECONDS = int(sys.argv[1])
    result = unittest.TextTestRunner(verbosity=0).run(Bench())
    sys.exit(0 if result.wasSuccessful() else 1)
