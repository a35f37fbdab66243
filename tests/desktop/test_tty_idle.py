"""The terminal source against real terminals: `cat` reads in them, and what is written on the other
side is what a person types. They are shown to the source in a folder of their own, so that the
tester's terminals do not count (tests/fakes/tty-probe.c)."""

import os
import pty
import subprocess
import time
import tty
import unittest

import rig
from rig import wait_for

PROBE = os.path.join(rig.BUILD, "tests", "fakes", "tty-probe")
NONE = "changed none none of your terminals is open"
# The kernel tells the time of input to so many seconds.
SPAN = 8


class Terminal:
    """A terminal with a program that reads in it, and a place in the probe's folder."""

    def __init__(self, test, number, seconds_ago=0):
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self.link = test.path("dev", "pts", str(number))
        test.addCleanup(os.close, self.master)
        self.cat = test.start(["cat"], "cat-%d" % number, stdin=slave, stdout=subprocess.DEVNULL)
        os.close(slave)
        self.read_ago(seconds_ago)
        self.show()

    def show(self):
        os.symlink(self.path, self.link)

    def hide(self):
        os.unlink(self.link)

    def read_ago(self, seconds):
        """As if a program had last read so long ago."""
        os.utime(self.path, (time.time() - seconds, os.stat(self.path).st_mtime))

    def type(self, text=b"x"):
        os.write(self.master, text)


class TtyIdle(rig.Rig):
    def setUp(self):
        super().setUp()
        os.makedirs(self.path("dev", "pts"))

    def begin(self, threshold):
        self.probe = self.start(rig.WRAPPER + [PROBE, self.path("dev"), str(threshold)],
                                "tty-probe", stdin=subprocess.PIPE)
        self.addCleanup(self.end)
        self.seen = 0

    def end(self):
        self.probe.popen.stdin.close()
        self.assertEqual(self.probe.popen.wait(5 * rig.PATIENCE), 0)

    def lines(self):
        return [x for x in self.probe.output().splitlines()
                if x.split(" ")[0] in ("input", "paused", "changed")]

    def check(self):
        self.probe.popen.stdin.write(b"check\n")
        self.probe.popen.stdin.flush()

    def next(self, seconds=3):
        """The next line."""
        wait_for(lambda: len(self.lines()) > self.seen, seconds, "a line after %s" % self.lines())
        self.seen += 1
        return self.lines()[self.seen - 1]

    def assert_quiet(self, seconds):
        """The time of a person, with a look in it."""
        self.check()
        time.sleep(seconds)
        self.assertEqual(self.lines()[self.seen:], [])

    def assert_paused(self, line, least, most):
        """A pause that began between so many seconds ago."""
        self.assertTrue(line.startswith("paused"), line)
        age = int(line.split()[1]) / 1000
        self.assertGreaterEqual(age, least)
        self.assertLessEqual(age, most + 0.5 * rig.PATIENCE)

    # One look

    def test_an_old_pause_is_told_whole(self):
        Terminal(self, 0, 300)
        Terminal(self, 1, 100)
        Terminal(self, 2, 200)
        self.begin(20000)
        self.assertEqual(self.next(), "changed tty -")
        self.assert_paused(self.next(), 100 - SPAN, 100)

    def test_input_just_now(self):
        Terminal(self, 0, 300)
        Terminal(self, 1)
        self.begin(1000)
        self.assertEqual([self.next(), self.next()], ["changed tty -", "input"])

    def test_what_is_not_a_terminal_of_ours(self):
        for name in ("0", "ptmx", "1x"):
            with open(self.path("dev", "pts", name), "w", encoding="ascii"):
                pass
        os.symlink("/dev/null", self.path("dev", "pts", "ptmx2"))
        if os.stat("/dev/null").st_uid != os.getuid():
            os.symlink("/dev/null", self.path("dev", "pts", "7"))
        os.symlink("nowhere", self.path("dev", "tty1"))
        self.begin(1000)
        self.assertEqual(self.next(), NONE)

    def test_no_folder_at_all(self):
        os.rmdir(self.path("dev", "pts"))
        self.begin(1000)
        self.assertEqual(self.next(), NONE)

    def test_a_console(self):
        terminal = Terminal(self, 0, 50)
        os.rename(terminal.link, self.path("dev", "tty3"))
        self.begin(1000)
        self.assertEqual(self.next(), "changed tty -")
        self.assert_paused(self.next(), 50 - SPAN, 50)

    def test_a_clock_that_was_set_back(self):
        Terminal(self, 0, -3600)
        Terminal(self, 1, 60)
        self.begin(1000)
        self.assertEqual(self.next(), "changed tty -")
        self.assert_paused(self.next(), 60 - SPAN, 60)

    # A pause

    def pause(self, *terminals):
        self.begin(20000)
        self.assertEqual(self.next(), "changed tty -")
        self.assertTrue(self.next().startswith("paused"))
        return terminals

    def test_the_end_of_a_pause_is_told_at_once(self):
        old, new = self.pause(Terminal(self, 0, 300), Terminal(self, 1, 100))
        old.type()
        began = time.monotonic()
        self.assertEqual(self.next(), "input")
        self.assertLess(time.monotonic() - began, 0.5 * rig.PATIENCE)
        new.type()
        self.assert_quiet(2)

    def test_output_ends_no_pause(self):
        terminal, = self.pause(Terminal(self, 0, 100))
        slave = os.open(terminal.path, os.O_WRONLY | os.O_NOCTTY)
        os.write(slave, b"make: all done\n")
        os.close(slave)
        self.assertEqual(os.read(terminal.master, 100)[:4], b"make")
        self.assert_quiet(2)
        terminal.type()
        self.assertEqual(self.next(), "input")

    def test_a_new_terminal_ends_a_pause(self):
        self.pause(Terminal(self, 0, 100))
        Terminal(self, 1)
        self.check()
        self.assertEqual(self.next(), "input")

    def test_a_terminal_that_goes_ends_no_pause(self):
        _, newest = self.pause(Terminal(self, 0, 300), Terminal(self, 1, 100))
        newest.hide()
        self.assert_quiet(2.5)

    def test_the_last_terminal_goes_and_comes(self):
        terminal, = self.pause(Terminal(self, 0, 100))
        terminal.hide()
        self.check()
        self.assertEqual(self.next(), NONE)
        terminal.show()
        self.check()
        self.assertEqual(self.next(), "changed tty -")
        self.next()

    @rig.takes(23)
    def test_a_pause_wakes_nobody_for_most_of_a_minute(self):
        self.pause(Terminal(self, 0, 100), Terminal(self, 1, 100))
        before = rig.switches_at_rest(self.probe.pid)
        time.sleep(20)
        self.assertEqual(rig.switches(self.probe.pid), before)

    # Typing

    @rig.patient
    def test_typing_and_stopping(self):
        terminal = Terminal(self, 0)
        self.begin(20000)
        self.assertEqual([self.next(), self.next()], ["changed tty -", "input"])
        before = rig.switches_at_rest(self.probe.pid)
        until = time.monotonic() + 33
        while time.monotonic() < until:
            terminal.type()
            time.sleep(0.2)
        self.assertEqual(self.lines()[self.seen:], [])
        # A look is due after 20 s at the earliest, and one more may be.
        self.assertLessEqual(rig.switches(self.probe.pid) - before, 2)
        quiet = time.monotonic()
        line = self.next(20 + SPAN + 3 + 2)
        ago = time.monotonic() - quiet
        self.assert_paused(line, 20, ago)
        self.assertGreater(ago, 19.5)
        terminal.type()
        self.assertEqual(self.next(1), "input")


if __name__ == "__main__":
    unittest.main()
