"""limber watch, as lines and as a live view on a real pseudo terminal."""

import json
import os
import re
import signal
import subprocess
import termios
import unittest

import rig

SETTINGS = """
[rule micro]
every = 2h
length = 40s
[rule active]
enabled = no
"""


class Watch(rig.Rig):
    def setUp(self):
        super().setUp()
        self.config(SETTINGS)
        self.start_bus()
        self.start_daemon()

    def limbers(self, *args):
        done = self.limber(*args)
        self.assertEqual(done.returncode, 0, done.stderr)


class Lines(Watch):
    def follow(self, *args):
        process = self.start([rig.LIMBER, "watch", *args], "watch" + "".join(args))
        self.expect(process, "working")
        return process

    def expect(self, process, pattern, seconds=5):
        rig.wait_for(lambda: re.search(pattern, process.output()), seconds, pattern)

    def test_one_line_per_change(self):
        process = self.follow()
        self.limbers("up", "micro")
        self.expect(process, r"(?m)^\d\d:\d\d:\d\d  on a break$")
        self.expect(process, r"(?m)^\d\d:\d\d:\d\d  break started: micro$")
        self.limbers("done")
        self.expect(process, r"(?m)  break ended: micro, cut short, \d+s of rest$")
        self.limbers("pause")
        self.expect(process, r"(?m)  paused$")
        path = self.config("[rule micro]\nwrok = 1\nevery = 2s\n")
        self.call("Reload")
        self.expect(process, r"(?m)  settings read again$")
        self.expect(process, r"(?m)  problem: %s:2: .*wrok" % re.escape(path))
        self.expect(process, r"(?m)  warning: %s:3: \[rule [a-z]+\] every: " % re.escape(path))
        self.assertTrue(all(re.match(r"\d\d:\d\d:\d\d  \S", x)
                            for x in process.output().splitlines()))
        process.signal(signal.SIGINT)
        self.assertEqual(process.popen.wait(5 * rig.PATIENCE), 0)

    def test_only_what_is_new_or_gone_of_problems(self):
        self.daemon.stop()
        rig.Logind(self)
        self.start_dunst_aside()
        self.start_daemon()
        process = self.follow()
        program = self.follow("--json")

        def reload(text, pattern):
            path = self.config("[idle]\nsource = none\n[quiet]\ncall = no\nscreencast = no\n" + text)
            self.call("Reload")
            self.expect(process, pattern)
            return path

        def told(word):
            return [x[10:].split(": ")[0] for x in process.output().splitlines() if word in x]

        path = reload("[rule micro]\nwrok = 1\n", "(?m)  problem: .*wrok")
        reload("[rule micro]\nwrok = 1\n[rule active]\nplya = 1\n", "(?m)  problem: .*plya")
        self.assertEqual(told("wrok"), ["problem"])
        reload("[rule active]\nplya = 1\n", "(?m)  no longer: .*wrok")
        reload("", "(?m)  no problems any more")
        self.assertEqual(told("wrok"), ["problem", "no longer"])
        # It is on another line now, so it is another one; its end is that of all.
        self.assertEqual(told("plya"), ["problem", "no longer", "problem"])
        self.assertIn(path, process.output())
        # A program is told all of them, each time that they are others.
        self.expect(program, '"problems":\\[\\]')
        lists = [len(x["problems"]) for x in map(json.loads, program.output().splitlines())
                 if x["what"] == "problems"]
        self.assertEqual(lists[-4:], [1, 2, 1, 0])

    def test_daemon_goes_and_comes_back(self):
        process = self.follow()
        self.daemon.kill()
        self.expect(process, "limberd is gone; waiting for it to come back")
        self.start_daemon()
        self.expect(process, r"(?s)limberd is back\n.*working")
        self.limbers("pause")
        self.expect(process, r"(?m)  paused$")
        self.assertTrue(process.alive())

    def test_json_is_one_object_per_line(self):
        process = self.follow("--json")
        self.limbers("up", "micro")
        self.limbers("skip")
        self.expect(process, '"break-ended"')
        self.daemon.kill()
        self.expect(process, '"gone"')
        lines = [json.loads(x) for x in process.output().splitlines()]
        self.assertTrue(all(x["time_usec"] > 0 for x in lines))
        told = [x["what"] for x in lines]
        # A problem that is found just then may be told before.
        self.assertEqual(next(x for x in lines if x["what"] == "phase")["phase"], "working")
        self.assertIn("presence", told)
        started = next(x for x in lines if x["what"] == "break-started")
        ended = next(x for x in lines if x["what"] == "break-ended")
        self.assertEqual((started["rule"], ended["break"]), ("micro", started["break"]))
        self.assertIn(ended["outcome"], ("skipped", "cut-short"))
        self.assertIn("on-break", [x.get("phase") for x in lines])

    def test_live_without_a_terminal_tells_the_loads(self):
        process = self.follow("--live")
        self.expect(process, r"(?m)  load: micro \d+s of 2h$", 15)
        self.assertNotIn("\x1b", process.output())

    def test_reader_that_goes_away(self):
        with subprocess.Popen([rig.LIMBER, "watch"], env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            process.stdout.readline()
            process.stdout.close()
            rig.wait_for(lambda: (self.limber("pause"), self.limber("resume"),
                                  process.poll() is not None)[-1], 10, "its end")
            self.assertEqual((process.returncode, process.stderr.read()), (-signal.SIGPIPE, ""))

    def test_the_bus_goes(self):
        process = self.follow()
        self.bus.kill()
        self.assertEqual(process.popen.wait(5 * rig.PATIENCE), 3)
        self.assertIn("the session bus is gone", process.output())


class Terminal(rig.Terminal):
    """limber watch --live as the foreground job of a terminal of its own."""

    def __init__(self, test, columns=80, rows=30, stdin=True):
        super().__init__(test, rig.LIMBER, "watch", "--live", columns=columns, rows=rows,
                         stdin=stdin)

    def shows(self, text, seconds=5):
        self.draws(text, seconds)


class Live(Watch):
    def test_keys(self):
        t = Terminal(self)
        t.shows(r"(?m)^now +working")
        t.shows(r"\[Enter\] start  \[s\]nooze  s\[k\]ip  \[d\]one  \[p\]ause  \[q\]uit")
        t.type("\n")
        t.shows(r"(?m)^left +0:\d\d ")
        t.shows(r"(?m)^ 1\. \S")
        self.assertEqual(self.phase(), "on-break")
        t.type("s")
        t.shows("(?m)^you started this break yourself")
        t.type("d")
        rig.wait_for(lambda: self.phase() == "working", 5, "the break's end")
        t.type(" ")
        rig.wait_for(lambda: self.phase() == "on-break", 5, "another break")
        t.type("k")
        rig.wait_for(lambda: self.phase() == "working", 5, "the break's end")
        t.type("k")
        t.shows("(?m)^there is no break to skip")
        t.type("p")
        t.shows(r"\[p\] resume")
        self.assertEqual(self.phase(), "paused")
        t.type("p")
        t.shows(r"\[p\]ause")
        self.assertEqual(self.phase(), "working")
        t.type("\x1b[A")  # an arrow key is not "A"
        t.type("q")
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())

    def test_terminal_is_restored_whatever_happens(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number.name):
                t = Terminal(self)
                t.shows("working")
                t.popen.send_signal(number)
                self.assertEqual(t.ended(), 0)
                self.assertTrue(t.restored())
        t = Terminal(self)
        t.shows("working")
        t.type("\x03")  # Ctrl-C, by way of the terminal
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())
        t = Terminal(self)
        t.shows("working")
        self.bus.kill()
        self.assertEqual(t.ended(), 3)
        self.assertEqual(termios.tcgetattr(t.slave), t.before)
        self.assertRegex(t.raw(), r"1049l(?s:.*)limber: the session bus is gone")

    def test_stopped_and_continued(self):
        t = Terminal(self)
        t.shows("working")
        t.popen.send_signal(signal.SIGTSTP)
        os.waitpid(t.popen.pid, os.WUNTRACED)
        self.assertTrue(t.restored())
        t.seen = b""
        t.popen.send_signal(signal.SIGCONT)
        t.shows("working")
        t.type("q")
        self.assertEqual(t.ended(), 0)

    def test_every_width(self):
        t = Terminal(self)
        for columns, rows in ((40, 24), (40, 5), (63, 20), (64, 20), (80, 24), (120, 50)):
            t.resize(columns, rows)
            t.type("\n")
            t.shows(r"left +0:\d\d " if rows > 12 else "now +on a break")
            rig.wait_for(lambda: len(t.frame()) == rows and   # pylint: disable=cell-var-from-loop
                         max(map(len, t.frame())) <= columns, 5,
                         "a picture of %d by %d" % (columns, rows))
            self.assertIn("[q]uit", t.frame()[-1])

    def test_daemon_goes_hangs_and_comes_back(self):
        t = Terminal(self)
        t.shows("working")
        self.daemon.freeze()
        t.shows("(?m)^limberd does not answer", 15)
        self.daemon.thaw()
        rig.wait_for(lambda: "does not answer" not in "\n".join(t.frame()), 10, "the answer")
        self.daemon.kill()
        t.shows("(?m)^limberd is gone; waiting for it to come back")
        self.start_daemon()
        t.shows("(?m)^now +working")
        t.type("q")
        self.assertEqual(t.ended(), 0)

    def test_without_keys(self):
        t = Terminal(self, stdin=False)
        t.shows("Ctrl-C ends it")
        t.popen.send_signal(signal.SIGINT)
        self.assertEqual(t.ended(), 0)
        self.assertTrue(t.restored())

    def test_dumb_terminal_gets_lines(self):
        t = rig.Terminal(self, rig.LIMBER, "watch", "--live", env=dict(self.env, TERM="dumb"))
        t.shows("working")
        self.assertNotIn("\x1b", t.raw())

    def test_no_daemon_leaves_the_screen_alone(self):
        self.daemon.kill()
        t = Terminal(self)
        self.assertEqual(t.ended(), 3)
        self.assertEqual(t.raw().count("\x1b"), 0)

    def test_colour(self):
        t = Terminal(self)
        t.shows("working")
        self.assertNotIn("\x1b[32m", t.raw())
        del self.env["NO_COLOR"]
        t = Terminal(self)
        t.shows("working")
        self.assertIn("\x1b[32m", t.raw())


if __name__ == "__main__":
    unittest.main()
