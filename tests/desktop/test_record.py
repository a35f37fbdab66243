"""limberd --record: a live session on a real desktop, written down and played again."""

import datetime
import json
import os
import re
import signal
import stat
import time

import rig

JUMPER = os.path.join(rig.BUILD, "tests", "fakes", "jumping-limberd")
RULES = """[rule micro]
every = 3s
length = 6s
grace = 2s
patience = 3s
snooze = 2s
snoozes = 2
[rule active]
every = 14s
length = 8s
grace = 2s
merge = 700ms
[prompt]
lull = 1s
settle = 1s
ignore_after = 12s
repeats = 1
retry = 1s
prompts_per_hour = 60
"""
OTHER_RULES = RULES.replace("every = 3s", "every = 2s") + """[rule stretch]
every = 5s
length = 7s
"""
# Short enough for such breaks.
EXERCISES = "".join("""[nod-%d]
name = "Nod"
set = posture
position = seated
space = desk
intensity = 1
needs_warmup = no
seconds_min = 3
avoid_if = none
step_1 = "Nod."
""" % i for i in range(5))


class Recording(rig.Rig):
    def begin(self, rules=RULES):
        self.config(rules)
        self.config(EXERCISES, "exercises/short.ini")
        self.start_bus()
        self.start_x()
        self.start_dunst()
        self.trace = self.path("live.trace")
        self.start_daemon("--record", self.trace)
        self.signals = rig.Signals(self)
        rig.wait_for(lambda: self.property("IdleSource") == "x11", 5, "the idle source")

    def work_until(self, phase, seconds=15):
        self.type_until(lambda: self.phase() == phase, seconds, "phase " + phase)

    def prompted(self):
        """Works until a prompt is on the screen; the exercise in it."""
        self.work_until("prompting")
        self.type_until(lambda: self.displayed() == 1, 8, "the prompt on the screen")
        steps = self.property("Steps", self.property("CurrentBreak"), rig.NAME + ".Break")
        return steps[0]["exercise"]["data"]

    def rest_until_taken(self):
        before = len(self.signals.seen("BreakEnded"))
        rig.wait_for(lambda: len(self.signals.seen("BreakEnded")) > before, 25, "the break's end")

    def does(self, *args):
        done = self.limber(*args)
        self.assertEqual(done.returncode, 0, done.stderr)

    def reload(self, rules):
        self.config(rules)
        before = len(self.signals.seen("Reloaded"))
        self.daemon.signal(signal.SIGHUP)
        rig.wait_for(lambda: len(self.signals.seen("Reloaded")) > before, 5, "the reload")

    def explained(self):
        """What Explain answers, the oldest first: when (wall clock, microseconds) and the rest."""
        answer = [{k: v["data"] for k, v in d.items()} for d in self.call("Explain", "u", "128")[0]]
        self.assertLess(len(answer), 128, "too many to hold them all")
        return answer[::-1]

    def replayed(self, *options):
        done = self.command(*rig.WRAPPER, rig.LIMBERD, "--simulate", self.trace, "--json", *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [o for o in map(json.loads, done.stdout.splitlines())
                if o["what"] not in ("presence", "quiet", "summary")]

    def assert_same(self, live):
        """Each decision of the live session, with its rule, reason and moment, and no other before
        the last of them."""
        self.assertGreater(len(live), 3)
        played = self.replayed()[:len(live)]
        self.assertEqual(
            [(d["decision"], d["rule"], d.get("outcome"), d["why"]) for d in live],
            [(o["what"], o["rule"], o.get("outcome"), o["why"]) for o in played])
        # One clock counts from the trace's beginning, the other from 1970: to the microsecond.
        begins = {d["when_usec"] - round(o["t"] * 1000000) for d, o in zip(live, played)}
        self.assertEqual(len(begins), 1, begins)

    def whats(self, live):
        return {(d["decision"], d.get("outcome")) for d in live}


class Replay(Recording):
    @rig.takes(36)
    def test_a_session_is_played_again_decision_by_decision(self):
        self.begin()
        exercises = [self.prompted()]
        self.rest_until_taken()
        exercises.append(self.prompted())
        self.does("skip")
        self.does("pause", "1h")
        self.type_until(lambda: ("deferred", None) in self.whats(self.explained()), 15, "deferred")
        self.does("resume")
        self.prompted()
        self.does("snooze")
        self.prompted()
        self.reload(OTHER_RULES)
        self.does("up")
        self.rest_until_taken()
        self.prompted()
        live = self.explained()
        self.assertEqual(self.whats(live) & {
            ("prompt", None), ("started", None), ("ended", "taken"), ("ended", "skipped"),
            ("deferred", None), ("snoozed", None)}, {
                ("prompt", None), ("started", None), ("ended", "taken"), ("ended", "skipped"),
                ("deferred", None), ("snoozed", None)})
        self.assertEqual(self.daemon.stop(), 0)
        self.assert_same(live)
        self.assertEqual([o["exercise"] for o in self.replayed() if o["what"] == "prompt"][:2],
                         exercises)
        # For other settings the player does the daemon's part itself.
        self.assertTrue(self.replayed("--preset", "workrave"))

    def test_it_is_all_there_after_kill_9(self):
        self.begin()
        # There was no input since before limberd began.
        self.does("up", "micro")
        self.rest_until_taken()
        self.prompted()
        self.does("done")
        live = self.explained()
        self.daemon.kill()
        self.assert_same(live)

    @rig.takes(31)
    def test_inhibit_lock_and_an_idle_source_that_goes(self):
        self.begin()
        hold = self.start([rig.LIMBER, "inhibit", "--why", "a talk, # with marks", "--", "sleep",
                           "600"], "inhibit")
        self.type_until(lambda: ("deferred", None) in self.whats(self.explained()), 15, "deferred")
        hold.stop()
        self.prompted()
        self.x.kill()
        rig.wait_for(lambda: self.property("IdleSource") == "none", 8, "no source")
        rig.wait_for(lambda: self.phase() in ("prompting", "due", "working"), 8, "an answer")
        rig.wait_for(lambda: ("ended", "missed") in self.whats(self.explained()), 40, "missed")
        live = self.explained()
        self.assertEqual(self.daemon.stop(), 0)
        self.assert_same(live)


class Clock(Recording):
    """The wall clock is set while it records."""

    def test_a_jump_is_written_down_and_played(self):
        self.config(RULES + "[idle]\nsource = none\n")
        self.start_bus()
        self.trace = self.path("live.trace")
        self.daemon = self.start([JUMPER, self.trace], "jumping-limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 10, "limberd on the bus")
        rig.wait_for(lambda: self.phase() == "prompting", 10, "a prompt")
        self.daemon.signal(signal.SIGUSR1)
        # By the daemon's clock the prompt is an hour ahead of ours.
        rig.wait_for(lambda: self.property("PhaseSinceUSec") > (time.time() + 3000) * 1000000, 5,
                     "the jump")
        self.call("Pause", "t", str(int((time.time() + 5400) * 1000000)))
        rig.wait_for(lambda: ("deferred", None) in self.whats(self.explained()), 10, "deferred")
        self.daemon.signal(signal.SIGUSR1)
        rig.wait_for(lambda: self.property("PausedUntilUSec") == 0, 5, "the end of the pause")
        rig.wait_for(lambda: self.phase() == "prompting", 10, "a prompt")
        live = self.explained()
        self.assertEqual(self.daemon.stop(), 0)
        with open(self.trace, encoding="utf-8") as file:
            jumps = re.findall(r"(?m)^\d+\.\d+ jump (.*)$", file.read())
        self.assertEqual([round(float(x)) for x in jumps], [3600, 3600])
        played = self.replayed()[:len(live)]
        # The reasons name points in time, which limberd tells by the clock as it is now.
        self.assertEqual([(d["decision"], d["rule"], d.get("outcome")) for d in live],
                         [(o["what"], o["rule"], o.get("outcome")) for o in played])
        self.assertEqual(len({d["when_usec"] - round(o["t"] * 1000000)
                              for d, o in zip(live, played)}), 1)
        # What came after the jumps is two hours later on the user's clock.
        begins, ends = (datetime.datetime.fromisoformat(played[i]["at"]) for i in (0, -1))
        self.assertGreater((ends - begins).total_seconds(), 7200)


class File(rig.Rig):
    """Where a recording may be written, and where not."""

    def begin(self, *args, **more):
        self.config("[idle]\nsource = none\n[rule micro]\nevery = 1h\n")
        self.start_bus()
        self.start_daemon(*args, **more)
        if more.get("wait", True):
            self.phase()  # it has its name before the record begins, and answers after that

    def will_not(self, path):
        self.begin("--record", path, wait=False)
        rig.wait_for(lambda: not self.daemon.alive(), 10, "the end of limberd")
        self.assertEqual(self.daemon.popen.returncode, 1)
        said = self.daemon.output()
        self.assertEqual(len(said.splitlines()), 1, said)
        self.assertNotIn("running already", said)
        return said

    def test_only_its_owner_can_read_it(self):
        os.umask(0)
        self.addCleanup(os.umask, 0o022)
        path = self.path("new.trace")
        self.begin("--record", path)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_an_empty_file_is_as_good_as_none(self):
        path = self.path("empty.trace")
        with open(path, "w", encoding="utf-8"):
            pass
        os.chmod(path, 0o644)
        self.begin("--record", path)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.readline(), "limber-trace 1\n")

    def test_what_is_there_is_not_overwritten(self):
        path = self.config("[rule micro]\nevery = 30min\n", "precious")
        said = self.will_not(path)
        self.assertIn("cannot record to '%s': it holds something already; name a new file" % path,
                      said)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "[rule micro]\nevery = 30min\n")

    def test_a_list_that_is_longer_than_a_line(self):
        skips = " ".join("exercise-number-%05d" % i for i in range(45))
        self.config("[me]\nskip = %s\n" % skips, "limber.conf.d/skips.conf")
        path = self.path("new.trace")
        self.begin("--record", path)
        self.assertIn("[me] skip is too long for '%s' and left out there" % path,
                      self.daemon.output())
        self.assertEqual(self.daemon.stop(), 0)
        done = self.command(rig.LIMBERD, "--simulate", path, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_no_such_folder(self):
        self.assertIn("No such file or directory", self.will_not(self.path("nowhere", "x")))

    def test_a_folder(self):
        self.assertIn("cannot record to", self.will_not(self.dir))

    def test_a_pipe(self):
        os.mkfifo(self.path("pipe"))
        self.assertIn("it is not a plain file", self.will_not(self.path("pipe")))

    def test_a_second_limberd_leaves_nothing_behind(self):
        self.begin()
        path = self.path("second.trace")
        second = self.start([*rig.WRAPPER, rig.LIMBERD, "--record", path], "second")
        rig.wait_for(lambda: not second.alive(), 10, "the end of the second")
        self.assertIn("running already", second.output())
        self.assertFalse(os.path.exists(path))

    def test_a_full_disk_ends_the_recording_and_nothing_else(self):
        rig.need("prlimit")
        path = self.path("full.trace")
        self.begin("--record", path)
        self.call("Pause", "t", str(2 ** 64 - 1))
        size = os.path.getsize(path)
        # Room for the beginning of another line.
        done = self.command("prlimit", "--pid", str(self.daemon.pid), "--fsize=%d" % (size + 5))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.call("Resume")
        rig.wait_for(lambda: "the recording ends here, breaks go on" in self.daemon.output(), 5,
                     "the warning")
        self.assertEqual(os.path.getsize(path), size)
        self.call("StartBreak", "s", "micro")
        self.assertEqual(self.phase(), "on-break")
        self.assertEqual(len(re.findall("cannot write to", self.daemon.output())), 1)
        done = self.command(rig.LIMBERD, "--simulate", path, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
