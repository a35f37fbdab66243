"""However limberd ends and however long it is gone: loads, snooze, pause, posture and reading mode go on."""

import os
import shutil
import time
import unittest

import rig
from test_goes_on import BREAK, SECOND
from test_history import ENDLESS, History

# A rest of minutes clears neither of these, so that what is left of them can be seen.
CONFIG = """[idle]
source = none
[rule micro]
every = 2s
length = 20min
credit = whole
snooze = 40min
merge = 0s
[rule active]
enabled = no
[rule slow]
every = 3h
length = 30min
credit = whole
merge = 0s
[desk]
type = sit-stand
[prompt]
settle = 1s
front_end = /bin/true
"""
BRIDGED, REST, BACK = 200, 400, -3600
HOURS = 3600 * SECOND


class Restarts(History):
    def setUp(self):
        super().setUp()
        self.config(CONFIG)

    def next_prompt(self):
        return self.property("NextPromptUSec", self.property("CurrentBreak"), BREAK)

    def get_into_everything(self, until):
        if self.daemon:
            self.daemon.stop()
        shutil.rmtree(os.path.dirname(self.file), ignore_errors=True)
        self.start_daemon()
        rig.wait_for(lambda: self.phase() == "prompting", 15, "the prompt")
        self.call("Snooze", "t", "0")
        self.call("SetPosture", "s", "standing")
        self.call("SetReading", "t", str(until))
        self.call("Pause", "t", str(until))
        return {"prompt": self.next_prompt(), "load": self.load("slow"),
                "today": self.property("ActiveTodayUSec"), "until": until}

    def start_again(self):
        self.start_daemon()

    def end(self):
        self.assertEqual(self.daemon.stop(), 0)

    def goes_on(self, gone, until):
        before = self.get_into_everything(until)
        self.end()
        self.change("UPDATE state SET at = at - %d" % (gone * SECOND))
        began = time.time()
        self.start_again()
        self.assertEqual(self.property("PausedUntilUSec"), until)
        self.assertIn("pause", [r["sign"]["data"] for r in self.property("Reasons")])
        # Who is away reads no more.
        self.assertEqual(self.property("ReadingUntilUSec"), 0 if gone == REST else until)
        self.assertEqual(self.property("Posture"), "standing")
        # What the program was gone for is the rest of a snooze as well.
        self.assertIn((self.next_prompt() - before["prompt"]) // SECOND + max(gone, 0),
                      range(-2, int(time.time() - began) + 30))
        worked = gone if gone == BRIDGED else 0
        for now, then in ((self.load("slow"), before["load"]),
                          (self.property("ActiveTodayUSec"), before["today"])):
            self.assertIn((now - then) // SECOND, range(worked - 2, worked + 60))
        self.call("Resume")
        self.assertEqual(self.phase(), "snoozed")
        self.assertEqual(self.property("SnoozesLeft"), 1)
        self.call("Skip")
        self.daemon.stop()

    def always_goes_on(self):
        with self.subTest(gone=0, until=ENDLESS):
            self.goes_on(0, ENDLESS)
        for gone in (0, BRIDGED, REST, BACK):
            with self.subTest(gone=gone):
                self.goes_on(gone, int(time.time()) * SECOND + 2 * HOURS)


class Sigterm(Restarts):
    def test_goes_on(self):
        self.always_goes_on()


class Kill(Restarts):
    def end(self):
        self.daemon.kill()

    def test_goes_on(self):
        self.always_goes_on()


class Reboot(Restarts):
    """The clock that does not know of boots begins at 0 again, in a time namespace of its own."""

    def setUp(self):
        super().setUp()
        rig.need("unshare")
        with open("/proc/uptime", encoding="ascii") as file:
            up = int(float(file.read().split()[0]))
        self.shift = ["unshare", "--time", "--boottime=%d" % (5 - up), "--monotonic=%d" % (5 - up)]
        seen = self.command(*self.shift, "cat", "/proc/uptime")
        if seen.returncode or float(seen.stdout.split()[0]) > 60:
            raise unittest.SkipTest("cannot make a time namespace: " + seen.stderr.strip())

    def start_again(self):
        # The bus may not have noticed yet that the one of before was killed.
        rig.wait_for(lambda: not self.owner(rig.NAME), 15, "the name to be free")
        self.daemon = self.start(self.shift + rig.WRAPPER + [rig.LIMBERD], "limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 15, "limberd")

    def end(self):
        self.daemon.kill()

    def test_goes_on(self):
        self.always_goes_on()

    def test_a_reboot_with_everything_in_order(self):
        before = self.get_into_everything(ENDLESS)
        self.assertEqual(self.daemon.stop(), 0)
        self.start_again()
        self.assertEqual(self.property("PausedUntilUSec"), ENDLESS)
        self.assertGreaterEqual(self.load("slow"), before["load"])
        self.assertLess(abs(self.next_prompt() - before["prompt"]), 20 * SECOND)

    def test_a_running_break_is_over(self):
        self.start_daemon()
        self.call("StartBreak", "s", "slow")
        self.daemon.kill()
        self.change("UPDATE state SET at = at - %d" % (2 * HOURS))
        self.start_again()
        last = self.breaks()[-1]
        self.assertEqual((last["rule"], last["outcome"], last["rested_usec"]),
                         ("slow", "taken", 1800 * SECOND))

    def test_why_kept_back_is_counted_on(self):
        self.get_into_everything(ENDLESS)
        self.call("Resume")
        self.daemon.kill()
        self.change("UPDATE state SET at = at - %d" % (100 * SECOND))
        self.start_again()
        self.call("Skip")
        self.assertIn(self.breaks()[-1]["delays"]["snooze"] // SECOND, range(100, 130))
