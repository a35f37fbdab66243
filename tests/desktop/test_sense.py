"""Calls and shared screens: what limber-sense sees of a real PipeWire, and what limberd makes of it."""

import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import rig  # noqa: E402
import test_quiet  # noqa: E402
from rig import wait_for  # noqa: E402

AT = test_quiet.AT
CALM = test_quiet.BY_THE_CLOCK.replace("every = 3s", "every = 1h")
VIDEO = os.path.join(rig.BUILD, "tests", "fakes", "pipewire-video")


class Sense(test_quiet.Quiet):
    def begin(self, rules=CALM):
        self.config(rules)
        self.start_bus()
        self.pipewire = rig.PipeWire(self)
        self.start_daemon()

    def pid(self):
        """The process number of limberd's limber-sense, or 0."""
        done = self.command("ps", "-o", "pid=,state=,comm=", "--ppid", str(self.daemon.pid))
        for line in done.stdout.splitlines():
            pid, state, name = line.split()
            if name == "limber-sense" and state != "Z":
                return int(pid)
        return 0

    def children(self):
        return rig.children(self.daemon.pid)

    def quiet_problems(self):
        return [p["message"] for p in self.problems() if p["area"] == "quiet"]

    def until(self, sign, detail, seconds=5):
        wait_for(lambda: sign in self.reasons(), seconds, sign)
        self.assertRegex(self.reasons()[sign], "^" + detail + "$")

    def until_not(self, sign, seconds=5):
        wait_for(lambda: sign not in self.reasons(), seconds, "the end of " + sign)

    def until_seen(self, seconds=10):
        wait_for(lambda: self.pid() and not self.quiet_problems(), seconds, "PipeWire seen")


    def stand_in(self, script):
        """A limber-sense of the test's own, found beside a limberd that is a copy."""
        os.mkdir(self.path("bin"))
        self.limberd = self.path("bin", "limberd")
        subprocess.run(["cp", rig.LIMBERD, self.limberd], check=True)
        if script is None:
            return
        with open(self.path("bin", "limber-sense"), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script + "\n")
        os.chmod(self.path("bin", "limber-sense"), 0o755)

    def start_fake(self, rules=CALM):
        # Nothing but the rules says what is looked for.
        os.remove(self.path("etc", "limber.conf"))
        self.config(rules)
        self.start_bus()
        self.start_copy()

    def start_copy(self):
        self.daemon = self.start(rig.WRAPPER + [self.limberd], "limberd")
        wait_for(lambda: self.owner(rig.NAME), 10, "limberd on the bus")


class Calls(Sense):
    def test_a_due_break_waits_until_the_call_is_over(self):
        self.begin(test_quiet.BY_THE_CLOCK)
        call = self.pipewire.record()
        wait_for(lambda: self.decided("deferred"), 15, "deferred")
        self.assertRegex(self.decided("deferred")[-1],
                         "^a call in Talk uses the microphone or camera" + AT)
        self.said("a call in Talk uses the microphone or camera" + AT)
        self.assertRegex(self.limber("status").stdout, "quiet +call: a call in Talk uses")
        wait_for(lambda: self.rule()["load_usec"] > 5000000, 10, "more load")
        self.assertEqual(self.decided("prompt"), [])
        self.idles()
        call.stop()
        over = time.monotonic()
        wait_for(lambda: "settle" in self.reasons(), 5, "settle")
        self.assertRegex(self.reasons()["settle"], "a call used the microphone or camera until ")
        wait_for(lambda: self.decided("prompt"), 10, "the prompt")
        # Not within `settle`, 2 s.
        self.assertGreaterEqual(time.monotonic() - over, 2)

    def test_a_call_that_was_on_before_limberd(self):
        self.config(test_quiet.BY_THE_CLOCK.replace("every = 3s", "every = 1s"))
        self.start_bus()
        self.pipewire = rig.PipeWire(self)
        self.pipewire.record()
        wait_for(lambda: self.pipewire.running("Talk"), 5, "the call")
        self.start_daemon("--record", self.path("day.trace"))
        wait_for(lambda: self.decided("deferred"), 10, "deferred")
        self.assertEqual(self.decided("prompt"), [])
        self.daemon.stop()
        with open(self.path("day.trace"), encoding="utf-8") as trace:
            self.assertRegex(trace.read(), r"(?m)^\S+ sign call on Talk$")

    def test_who_only_listens_is_in_no_call(self):
        self.begin()
        for name, target, properties in (
                ("Meter", "microphone", {"stream.monitor": "true"}),
                ("Recorder", "loudspeaker", {"stream.capture.sink": "true"}),
                ("Filter", "microphone", {"node.link-group": "filter-1"})):
            with self.subTest(name):
                process = self.pipewire.record(target, **{"application.name": name, **properties})
                wait_for(lambda n=name: self.pipewire.running(n), 5, name)
                # What comes later is told later: when this call is seen, the other was, too.
                call = self.pipewire.record()
                self.until("call", "a call in Talk uses the microphone or camera" + AT)
                process.stop()
                call.stop()
                self.until_not("call")

    def test_programs_that_speak_pulseaudio(self):
        self.begin()
        self.pipewire.start_pulse()
        self.pipewire.record_pulse("Mixer", "level")
        wait_for(lambda: self.pipewire.running("Mixer"), 5, "the mixer's level")
        call = self.pipewire.record_pulse("Browser")
        self.until("call", "a call in Browser uses the microphone or camera" + AT)
        call.stop()
        self.until_not("call")

    def test_several_at_once(self):
        self.begin()
        first = self.pipewire.record(**{"application.name": "First"})
        self.until("call", "a call in First uses .*")
        second = self.pipewire.record(**{"application.name": "Zwölfte"})
        wait_for(lambda: self.pipewire.running("Zwölfte"), 5, "the second")
        self.until("call", "a call in First uses .*")
        first.stop()
        wait_for(lambda: "Zwölfte" in self.reasons().get("call", ""), 5, "the second's name")
        second.stop()
        self.until_not("call")

    def test_nothing_is_started_for_a_sign_that_nobody_heeds(self):
        self.begin(CALM + "[quiet]\ncall = no\nscreencast = no\n")
        self.idles()
        self.assertEqual(self.children(), [])
        self.assertEqual(self.quiet_problems(), [])
        self.config(CALM + "[quiet]\nscreencast = no\n")
        self.call("Reload")
        wait_for(self.pid, 5, "limber-sense")
        self.pipewire.record()
        self.until("call", ".*")
        before = self.pid()
        # Another one is heeded, and the first one still holds.
        self.config(CALM)
        self.call("Reload")
        self.until("call", ".*")
        self.assertEqual(self.pid(), before)
        self.config(CALM + "[quiet]\ncall = no\nscreencast = no\n")
        self.call("Reload")
        self.until_not("call")
        wait_for(lambda: self.children() == [], 5, "the end of limber-sense")

    @rig.calm
    def test_it_rests(self):
        self.begin()
        self.until_seen()
        self.pipewire.record()
        self.until("call", ".*")
        before = rig.switches_at_rest(self.pid()), rig.switches_at_rest(self.daemon.pid)
        time.sleep(5)
        self.assertEqual((rig.switches(self.pid()), rig.switches(self.daemon.pid)), before)
        self.assertEqual(len(os.listdir("/proc/%d/task" % self.pid())), 1)

    def test_it_ends_with_limberd(self):
        self.begin()
        self.until_seen()
        pid = self.pid()
        self.daemon.kill()
        wait_for(lambda: not os.path.exists("/proc/%d" % pid), 5, "the end of limber-sense")


class Screens(Sense):
    """Pictures, given and taken by a program with libpipewire (tests/fakes/pipewire-video.c), linked
    by hand as the portals do."""

    def give(self, name, *words):
        return self.video("give", name, *words)

    def video(self, way, name, *words):
        process = self.start([VIDEO, way, "node.name=" + name, *words], name)
        wait_for(lambda: "node.name = \"%s\"" % name in
                 self.command("pw-cli", "ls", "Node").stdout, 5, name)
        return process

    def link(self, giver, taker):
        def linked():
            self.command("pw-link", giver, taker)
            return giver in self.command("pw-link", "-l").stdout
        wait_for(linked, 5, "the link of %s to %s" % (giver, taker))

    def setUp(self):
        super().setUp()
        rig.need_pipewire()

    def test_a_shared_screen(self):
        self.begin()
        self.give("compositor", "media.class=Stream/Output/Video")
        # Nobody takes it yet.
        call = self.pipewire.record()
        self.until("call", ".*")
        self.assertNotIn("screencast", self.reasons())
        call.stop()
        self.until_not("call")
        taker = self.video("take", "meeting", "media.class=Stream/Input/Video",
                           "application.name=Meeting")
        self.link("compositor", "meeting")
        self.until("screencast", "the screen is shared by Meeting" + AT)
        self.assertNotIn("call", self.reasons())
        taker.stop()
        self.until_not("screencast")

    def test_a_camera_is_a_call(self):
        self.begin()
        self.give("eye", "media.class=Video/Source", "device.api=v4l2", "media.role=Camera")
        taker = self.video("take", "meeting", "media.class=Stream/Input/Video",
                           "application.name=Meeting")
        self.link("eye", "meeting")
        self.until("call", "a call in Meeting uses the microphone or camera" + AT)
        self.assertNotIn("screencast", self.reasons())
        taker.stop()
        self.until_not("call")


class Cameras(Sense):
    """Programs that open a camera beside PipeWire; files in a folder stand for the cameras."""

    PROBLEM = "microphones and screen shares are not seen: "

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("dev"))

        self.stand_in("exec '%s' --devices '%s'" % (rig.SENSE, self.path("dev")))

    def begin(self, rules=CALM):
        self.start_fake(rules)
        wait_for(self.quiet_problems, 5, "the first look")

    def plug(self, name="video0"):
        with open(self.path("dev", name), "w", encoding="utf-8"):
            pass

    def film(self, name="cheese", camera="video0", seconds=100):
        """A program of that name has the camera open."""
        program = self.path(name)
        if not os.path.exists(program):
            shutil.copy(shutil.which("sleep"), program)
        with open(self.path("dev", camera), encoding="utf-8") as file:
            return self.start([program, str(seconds)], name, stdin=file)

    def test_a_due_break_waits_until_the_camera_is_closed(self):
        self.plug()
        cheese = self.film()
        self.begin(test_quiet.BY_THE_CLOCK)
        wait_for(lambda: self.decided("deferred"), 10, "deferred")
        self.assertRegex(self.decided("deferred")[0],
                         "^a call in cheese uses the microphone or camera" + AT)
        self.said("a call in cheese uses the microphone or camera" + AT)
        self.idles()
        cheese.stop()
        wait_for(lambda: self.decided("prompt"), 10, "the prompt")

    def test_who_films_is_told_after_a_while(self):
        self.plug()
        self.begin()
        self.assertEqual(len(self.quiet_problems()), 1)
        self.assertRegex(self.quiet_problems()[0], "^" + self.PROBLEM)
        begun = time.monotonic()
        cheese = self.film()
        self.until("call", "a call in cheese uses the microphone or camera" + AT)
        self.assertGreaterEqual(time.monotonic() - begun, 2)
        self.assertNotIn("screencast", self.reasons())
        cheese.stop()
        self.until_not("call")

    def test_who_only_looks_what_there_is_does_not_film(self):
        self.plug()
        self.plug("video1")
        self.begin()
        heard = []
        for _ in range(10):
            for camera in ("video0", "video1"):
                with open(self.path("dev", camera), encoding="utf-8"):
                    pass
            heard.append(self.reasons())
            time.sleep(0.1)
        # The look that follows sees who films by then: what it saw before was nobody.
        self.film("zoom", "video1")
        self.until("call", "a call in zoom uses .*")
        self.assertEqual(heard, [{}] * 10)

    def test_one_that_is_plugged_in_and_pulled_out(self):
        self.begin()
        for _ in range(2):
            self.plug("video2")
            cheese = self.film(camera="video2")
            self.until("call", "a call in cheese uses .*")
            os.remove(self.path("dev", "video2"))
            self.until_not("call")
            # The program holds what is left of it, which is no camera any more.
            self.assertTrue(cheese.alive())

    def test_what_is_called_otherwise_is_no_camera(self):
        for name in ("video", "video0x", "snd", "vide0"):
            self.plug(name)
        os.mkdir(self.path("dev", "video7"))
        self.plug()
        for name in ("video", "video0x", "snd", "vide0"):
            self.film("p-" + name, name)
        self.begin()
        self.film()
        self.until("call", "a call in cheese uses .*")

    def test_several_at_once(self):
        self.plug()
        self.plug("video1")
        self.begin()
        first, second = self.film("first"), self.film("zweite", "video1")
        wait_for(lambda: "call" in self.reasons(), 5, "the call")
        first.stop()
        self.until_named("zweite")
        self.film("third")
        second.stop()
        self.until_named("third")

    def until_named(self, name):
        wait_for(lambda: self.reasons()["call"].startswith("a call in %s uses" % name), 5, name)

    def test_pipewire_s_own_hold_counts_while_it_tells_nothing(self):
        self.plug()
        self.film("wireplumber")
        self.begin()
        self.until("call", "a call in PipeWire uses .*")

    def test_pipewire_tells_who_uses_its_camera(self):
        rig.need_pipewire()
        self.plug()
        self.film("pipewire")
        self.config(CALM)
        self.start_bus()
        self.pipewire = rig.PipeWire(self)
        self.start_copy()
        self.until_seen()
        self.assertEqual(self.reasons(), {})
        # As long as it tells.
        self.pipewire.kill()
        self.until("call", "a call in PipeWire uses .*")
        self.pipewire.restart()
        self.until_not("call", 10)
        cheese = self.film()
        self.until("call", "a call in cheese uses .*")
        # Of the two the call that PipeWire tells of is the one that is named.
        call = self.pipewire.record()
        self.until_named("Talk")
        cheese.stop()
        call.stop()
        self.until_not("call")

    def test_doctor_says_what_is_seen(self):
        self.plug()
        self.begin()
        found = {f["check"]["data"]: f for f in self.call("Diagnose")[0]
                 if f["area"]["data"] == "quiet"}
        self.assertEqual(found["call"]["state"]["data"], "degraded")
        self.assertRegex(found["call"]["detail"]["data"], "^" + self.PROBLEM)
        self.assertRegex(found["screencast"]["detail"]["data"], "^" + self.PROBLEM)
        self.film()
        self.until("call", "a call in cheese uses .*")
        found = {f["check"]["data"]: f["detail"]["data"] for f in self.call("Diagnose")[0]
                 if f["area"]["data"] == "quiet"}
        self.assertRegex(found["call"], "^on, by cheese; " + self.PROBLEM)

    def test_no_folder_of_devices(self):
        os.rmdir(self.path("dev"))
        self.begin()
        # Neither PipeWire nor cameras: nothing is left of a call.
        self.assertRegex(self.quiet_problems()[0], "^calls and screen shares are not seen: ")
        self.assertEqual(self.reasons(), {})

    def test_what_cannot_be_watched_is_told(self):
        rig.need_pipewire()
        os.rmdir(self.path("dev"))
        self.config(test_quiet.BY_THE_CLOCK)
        self.start_bus()
        self.pipewire = rig.PipeWire(self)
        self.start_copy()
        wait_for(self.quiet_problems, 5, "the problem")
        self.assertEqual(self.quiet_problems(), [
            "a camera that a program opens beside PipeWire is not seen: No such file or directory"])
        self.assertRegex(self.limber("status").stdout, "fs.inotify limits how much")

    def test_it_tries_again_to_watch_when_it_is_asked(self):
        os.rmdir(self.path("dev"))
        sense = self.start([rig.SENSE, "--devices", self.path("dev")], stdin=subprocess.PIPE)
        self.addCleanup(sense.popen.stdin.close)

        def look(begin, answers):
            sense.popen.stdin.write(b"look\n")
            sense.popen.stdin.flush()
            wait_for(lambda: len(sense.output().splitlines()) == begin + answers, 5, "an answer")
            return sense.output().splitlines()[begin:]

        wait_for(lambda: len(sense.output().splitlines()) == 2, 5, "the first answer")
        self.assertEqual(look(2, 2)[0], "blind No such file or directory")
        os.mkdir(self.path("dev"))
        self.plug()
        self.film()
        answer = look(4, 2)
        self.assertEqual(answer[0], "call on cheese")
        self.assertRegex(answer[1], "^(absent|never) ")

    @rig.calm
    def test_it_rests(self):
        self.plug()
        self.begin()
        self.film()
        self.until("call", ".*")
        before = rig.switches_at_rest(self.pid()), rig.switches_at_rest(self.daemon.pid)
        time.sleep(5)
        self.assertEqual((rig.switches(self.pid()), rig.switches(self.daemon.pid)), before)


class Trouble(Sense):
    def test_pipewire_comes_later_and_is_restarted(self):
        rig.need_pipewire()
        self.config(CALM)
        self.start_bus()
        os.remove(self.path("etc", "limber.conf"))
        self.start_daemon()
        wait_for(self.quiet_problems, 5, "the problem")
        self.assertEqual(self.quiet_problems(),
                         ["microphones and screen shares are not seen: PipeWire is not running"])
        self.assertRegex(self.limber("status").stdout, "set screencast and call to no")
        self.idles()
        with open(self.path("etc", "limber.conf"), "w", encoding="utf-8"):
            pass
        self.pipewire = rig.PipeWire(self)
        for _ in range(3):
            self.until_seen(5)
            self.pipewire.record()
            self.until("call", ".*")
            self.pipewire.kill()
            self.until_not("call", 10)
            self.assertEqual(len(self.quiet_problems()), 1)
            self.pipewire.restart()
        self.until_seen(5)

    def test_pipewire_killed_again_and_again(self):
        self.begin()
        self.until_seen()
        sense = self.pid()
        before = rig.descriptors(sense), rig.descriptors(self.daemon.pid)
        for _ in range(10):
            self.pipewire.kill()
            self.pipewire.process = None
            wait_for(self.quiet_problems, 5, "the problem")
            self.pipewire.process = self.start(["pipewire"])
            self.until_seen(5)
        self.assertEqual(self.pid(), sense)
        self.assertEqual((rig.descriptors(sense), rig.descriptors(self.daemon.pid)), before)
        self.assertEqual(self.decisions(), [])

    def test_a_pipewire_that_hangs(self):
        self.config(CALM)
        self.start_bus()
        self.pipewire = rig.PipeWire(self)
        self.pipewire.process.freeze()
        self.start_daemon()
        wait_for(self.quiet_problems, 8, "the problem")
        self.assertEqual(self.quiet_problems(),
                         ["microphones and screen shares are not seen: PipeWire does not answer"])
        self.idles()
        self.pipewire.process.thaw()
        self.until_seen(5)

    def test_limber_sense_killed_again_and_again(self):
        self.begin()
        self.pipewire.record()
        self.until("call", ".*")
        before = rig.descriptors(self.daemon.pid)
        for _ in range(10):
            pid = self.pid()
            os.kill(pid, signal.SIGKILL)
            wait_for(lambda p=pid: self.pid() not in (0, p), 5, "the next one")
            self.until_seen(5)
        # It was back so soon that the call has never ended.
        self.until("call", ".*")
        self.assertEqual(len(self.children()), 1)
        self.assertEqual(rig.descriptors(self.daemon.pid), before)
        self.assertEqual(self.decisions(), [])
        # Now it waits longer and longer, and says so.
        for seconds in (1, 2):
            pid, killed = self.pid(), time.monotonic()
            os.kill(pid, signal.SIGKILL)
            wait_for(self.quiet_problems, 5, "the problem")
            self.assertEqual(self.quiet_problems(), [
                "calls and screen shares are not seen: limber-sense was ended by signal 9 (Killed)"])
            self.until_seen(5)
            self.assertGreaterEqual(time.monotonic() - killed, seconds)
        self.until("call", ".*")

    def test_a_limber_sense_that_hangs(self):
        self.begin(test_quiet.BY_THE_CLOCK)
        self.until_seen()
        before = self.pid()
        os.kill(before, signal.SIGSTOP)
        # Nobody waits for it.
        wait_for(lambda: self.decided("prompt"), 10, "the prompt")
        self.assertEqual(self.limber("status").returncode, 0)
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: self.pid() not in (0, before), 5, "the next one")

    @rig.patient
    def test_a_limber_sense_that_hangs_in_a_call(self):
        self.begin(test_quiet.BY_THE_CLOCK)
        call = self.pipewire.record()
        wait_for(lambda: self.decided("deferred"), 15, "deferred")
        before = self.pid()
        os.kill(before, signal.SIGSTOP)
        call.stop()

        def replaced():
            # Any event will do to make sure, but not more than once a minute.
            self.limber("reading", "off")
            return self.pid() not in (0, before)

        wait_for(replaced, 90, "another limber-sense")
        wait_for(lambda: self.decided("prompt"), 10, "the prompt")
        self.assertEqual(len(self.children()), 1 + self.displaying())

    def displaying(self):
        """limber-notify is a child of limberd's, too."""
        return len(self.command("pgrep", "-x", "-P", str(self.daemon.pid),
                                "limber-notify").stdout.split())

    def test_a_hanging_one_at_the_start_is_replaced(self):
        # In its place, beside limberd, is one that never says a word, until it is taken away.
        self.stand_in("exec sleep 1000")
        self.start_fake()
        wait_for(self.quiet_problems, 15, "the problem")
        self.assertEqual(self.quiet_problems(), [
            "calls and screen shares are not seen: limber-sense did not answer and was ended"])
        self.assertIn("did not answer", self.limber("status").stdout)

    def test_without_limber_sense(self):
        self.stand_in(None)
        self.start_fake(test_quiet.BY_THE_CLOCK)
        wait_for(self.quiet_problems, 5, "the problem")
        self.assertEqual(self.quiet_problems(), [
            "calls and screen shares are not seen: limber-sense is not installed"])
        self.assertIn("make install", self.limber("status").stdout)
        wait_for(lambda: self.decided("prompt"), 10, "the prompt")

    def test_one_that_was_built_without_pipewire(self):
        self.stand_in("echo call on cheese; echo never limber was built without PipeWire; read x")
        self.start_fake()
        self.until("call", "a call in cheese uses .*")
        self.assertEqual(self.quiet_problems(), ["microphones and screen shares are not seen: "
                                                 "limber was built without PipeWire"])
        self.assertIn("libpipewire-0.3-dev", self.limber("status").stdout)

    def test_words_that_are_none_of_ours(self):
        self.stand_in("echo call on Talk; echo call maybe; printf '%5000d\\n' 1; echo ready; read x")
        self.start_fake()
        self.until("call", "a call in Talk uses .*")
        wait_for(self.quiet_problems, 5, "the problem")
        self.assertEqual(self.quiet_problems(),
                         ["limber-sense says what limberd does not understand"])

    def test_words_without_end(self):
        self.stand_in("yes call on Talk")
        self.start_fake()
        wait_for(self.quiet_problems, 10, "the problem")
        self.assertEqual(self.quiet_problems(), [
            "calls and screen shares are not seen: limber-sense talked without end and was ended"])
        # It comes back ever later.
        wait_for(lambda: rig.switches(self.daemon.pid) and self.owner(rig.NAME), 5, "limberd")

    def test_one_that_ends_at_once(self):
        self.stand_in("echo . >>'%s'; exit 3" % self.path("starts"))
        self.start_fake()

        def starts():
            with open(self.path("starts"), encoding="utf-8") as file:
                return len(file.readlines())

        wait_for(self.quiet_problems, 5, "the problem")
        self.assertEqual(self.quiet_problems(), [
            "calls and screen shares are not seen: limber-sense ended with exit code 3"])
        wait_for(lambda: starts() >= 10, 15, "ten starts")
        time.sleep(4)
        # After the quick ones: after 1 s, 2 s and 4 s.
        self.assertLessEqual(starts(), 14)
        self.assertEqual(self.daemon.output().count("exit code 3"), 1)


if __name__ == "__main__":
    unittest.main()
