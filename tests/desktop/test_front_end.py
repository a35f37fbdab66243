"""The life cycle of limber-notify as limberd runs it: whatever hangs or dies, limberd goes on at
once, knows what is missing, and shows what there is to see when the part is back.

front-end-probe stands where limberd's manager stands; limber-notify, dunst and the bus are real.
"""

import json
import os
import signal
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import rig  # noqa: E402
import test_notify  # noqa: E402
from rig import wait_for  # noqa: E402
from test_notify import MINUTE, NOTIFY, prompt, running  # noqa: E402

PROBE = os.path.join(rig.BUILD, "tests", "fakes", "front-end-probe")
SERVER = "org.freedesktop.Notifications"
# A wait of the event loop that a person could notice, in milliseconds.
STALL = 250 * rig.PATIENCE


class FrontEndTest(test_notify.NotifyTest):
    def setUp(self):
        super().setUp()
        self.named = "problem %s " % self.path("program")

    def start_probe(self, program=NOTIFY, binary=PROBE):
        self.probe = self.start(rig.WRAPPER + [binary, program], "probe", stdin=subprocess.PIPE)
        self.addCleanup(self.probe.popen.stdin.close)
        wait_for(lambda: "ready" in self.probe.output(), 10, "the probe")
        self.read = 0

    def send(self, *lines):
        self.probe.popen.stdin.write("".join(x + "\n" for x in lines).encode())
        self.probe.popen.stdin.flush()

    def told(self):
        """What the owner was told since the last expect()."""
        return self.probe.output().splitlines()[1:][self.read:]

    def expect(self, *wanted, seconds=10):
        """Wait until these lines have come, in this order, others between them allowed. A line is
        wanted by its beginning. Returns the lines read."""
        def found():
            lines, position = self.told(), 0
            for line_number, line in enumerate(lines):
                if line.startswith(wanted[position]):
                    position += 1
                    if position == len(wanted):
                        return lines[:line_number + 1]
            return None

        try:
            lines = wait_for(found, seconds, "%s" % (wanted,))
        except AssertionError as error:
            raise AssertionError("%s; told was %s" % (error, self.told())) from None
        self.read += len(lines)
        return lines

    def assertLoopNeverWaited(self):
        self.send("ping")
        worst = int(self.expect("pong")[-1].split()[1])
        self.assertLess(worst, STALL, "the event loop was kept waiting")

    def programs(self):
        """Process ids of what the probe runs."""
        return rig.children(self.probe.pid)

    def script(self, text, name="program"):
        """A program that counts how often it is started, then does `text`."""
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho started >>%s\n%s\n" % (self.path("starts"), text))
        os.chmod(path, 0o755)
        return path

    def starts(self):
        if not os.path.exists(self.path("starts")):
            return 0
        with open(self.path("starts"), encoding="utf-8") as file:
            return len(file.readlines())

    def start_all(self, **wish):
        self.start_screen()
        self.start_limberd(**dict({"break": prompt()}, **wish))
        self.start_probe()

    def show(self):
        self.send("show")
        self.expect("shown")
        self.assertEqual(self.displayed(), 1)


class WellBehaved(FrontEndTest):
    def test_shows_updates_withdraws(self):
        self.start_all()
        self.show()
        program = self.programs()
        self.tell(**{"break": running(MINUTE)})
        self.show()
        self.assertEqual(self.programs(), program)
        self.send("withdraw-now")
        wait_for(lambda: not self.programs(), 5, "the end of the program")
        self.assertEqual(self.displayed(), 0)
        self.assertLoopNeverWaited()

    def test_farewell_stays_for_its_time(self):
        self.start_all(**{"break": running(MINUTE)})
        self.show()
        self.tell(ended="taken")
        self.send("withdraw")
        time.sleep(2)
        self.assertEqual(self.displayed(), 1)
        wait_for(lambda: not self.programs(), 10, "the end of the program")
        self.assertEqual(self.displayed(), 0)
        self.assertEqual(self.dunst_history()[0]["summary"], "Break taken")

    def test_show_during_a_farewell(self):
        self.start_all(**{"break": running(MINUTE)})
        self.show()
        self.tell(ended="taken")
        self.send("withdraw")
        self.tell(**{"break": prompt(path="/org/limberd/Limber1/break/2")})
        self.show()
        self.assertEqual(len(self.programs()), 1)
        self.assertEqual(self.on_screen()["summary"], "Stand up: shoulder rolls")

    def test_show_while_it_is_withdrawn(self):
        self.start_all()
        self.show()
        self.send("withdraw-now", "show")
        self.expect("shown")
        wait_for(lambda: self.displayed() == 1 and len(self.programs()) == 1, 5, "one of each")

    def test_burst(self):
        self.start_all()
        self.send(*["show"] * 100)
        self.expect("shown")
        wait_for(lambda: self.displayed() == 1, 5, "the notification")
        self.assertEqual(len(self.programs()), 1)
        self.send(*["withdraw-now", "show"] * 50)
        self.expect("shown")
        wait_for(lambda: self.displayed() == 1, 5, "the notification")
        self.assertEqual(len(self.programs()), 1)
        self.assertLoopNeverWaited()

    def test_quit_leaves_nothing(self):
        self.start_all()
        self.show()
        self.send("quit")
        self.assertEqual(self.probe.popen.wait(5 * rig.PATIENCE), 0)
        wait_for(lambda: self.displayed() == 0, 5, "an empty screen")

    def test_killed_owner_leaves_nothing(self):
        self.start_all()
        self.show()
        self.probe.kill()
        wait_for(lambda: self.displayed() == 0, 5, "an empty screen")

    def test_nothing_to_see_is_an_answer(self):
        self.start_all(**{"break": None})
        self.send("show")
        self.expect("shown")
        wait_for(lambda: not self.programs(), 5, "the end of the program")


class Server(FrontEndTest):
    """The notification server is not there, hangs, dies."""

    def test_none_then_one(self):
        self.start_all()
        self.dunst.stop()
        self.assertEqual(self.told(), [], "nothing is wanted yet")
        self.send("show")
        lines = self.expect("problem no notification can be shown: no notification server is "
                            "running | ", "failed")
        self.assertIn("dunst", lines[0])
        self.start_dunst()
        self.expect("problem -", "shown")
        self.assertEqual(self.displayed(), 1)

    def test_started_by_the_bus(self):
        """Most are: killed, it is started again by the first question."""
        services = self.path("services")
        os.makedirs(services)
        self.start_x()
        with open(self.path("dunstrc"), "w", encoding="utf-8") as file:
            file.write("[global]\n")
        with open(os.path.join(services, SERVER + ".service"), "w", encoding="utf-8") as file:
            file.write("[D-BUS Service]\nName=%s\nExec=/usr/bin/dunst -conf %s\n"
                       % (SERVER, self.path("dunstrc")))
        self.start_bus(services)
        self.start_limberd(**{"break": prompt()})
        self.start_probe()
        self.show()
        answer = self.busctl("call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                             "org.freedesktop.DBus", "GetConnectionUnixProcessID", "s", SERVER)
        os.kill(json.loads(answer.stdout)["data"][0], signal.SIGKILL)
        self.expect("problem no notification server is running", "failed", "shown")
        self.assertEqual(self.displayed(), 1)

    @rig.calm
    def test_hangs_before(self):
        self.start_all()
        self.dunst.freeze()
        begin = time.monotonic()
        self.send("show")
        self.expect("problem the notification server does not answer | restart", "failed")
        self.assertLess(time.monotonic() - begin, 6 * rig.PATIENCE)
        self.assertLoopNeverWaited()
        self.assertEqual(self.programs(), [])

        # Known to hang: told at once, and nothing is started to find out.
        begin = time.monotonic()
        self.send("show")
        self.expect("failed")
        self.assertLess(time.monotonic() - begin, 1)
        switches = rig.switches(self.probe.pid)
        time.sleep(1)
        # The probe's own beat is 50 a second; asking again would come on top of it.
        self.assertLess(rig.switches(self.probe.pid) - switches, 60)

        self.dunst.thaw()
        self.expect("problem -", "shown", seconds=3)
        self.assertEqual(self.displayed(), 1)
        self.assertLoopNeverWaited()

    def test_hangs_with_ours_on_the_screen(self):
        self.start_all()
        self.show()
        self.dunst.freeze()
        self.tell(**{"break": running(MINUTE)})
        self.send("show")
        self.expect("problem the notification server does not answer", "failed")
        self.dunst.thaw()
        self.expect("problem -", "shown")
        self.assertEqual(self.displayed(), 1)
        self.assertIn("left", self.on_screen()["body"])

    def hang_until_it_is_over(self, *words):
        self.start_all()
        self.show()
        self.dunst.freeze()
        self.tell(ended="skipped")
        self.send(*words)
        wait_for(lambda: not self.programs(), 10, "the end of the program")
        self.dunst.thaw()
        wait_for(lambda: self.displayed() == 0, 5, "an empty screen")
        self.assertLoopNeverWaited()

    def test_hangs_and_ours_is_withdrawn_at_once(self):
        self.hang_until_it_is_over("withdraw-now")

    def test_hangs_and_ours_is_withdrawn(self):
        self.hang_until_it_is_over("withdraw")

    def test_hangs_and_ours_is_shown_and_withdrawn(self):
        self.hang_until_it_is_over("show", "withdraw-now")

    def test_hangs_and_dies(self):
        self.start_all()
        self.dunst.freeze()
        self.send("show")
        self.expect("failed")
        self.dunst.kill()
        self.expect("problem no notification server is running")
        self.start_dunst()
        self.expect("problem -", "shown")
        self.assertEqual(self.displayed(), 1)

    def test_dies(self):
        self.start_all()
        self.show()
        self.dunst.kill()
        self.expect("problem no notification server is running", "failed")
        # One more try by itself, for servers that the bus starts; then it waits.
        self.expect("problem no notification can be shown", "failed")
        wait_for(lambda: not self.programs(), 5, "the end of the program")
        self.start_dunst()
        self.expect("problem -", "shown")
        self.assertEqual(self.displayed(), 1)

    def test_dies_and_comes_again_and_again(self):
        self.start_all()
        self.show()
        for _ in range(3):
            self.dunst.kill()
            self.start_dunst()
            self.expect("shown")
            wait_for(lambda: self.displayed() == 1, 5, "the notification")
        self.assertEqual(len(self.programs()), 1)

    def test_dies_when_nothing_is_wanted(self):
        self.start_all()
        self.show()
        self.send("withdraw-now")
        wait_for(lambda: not self.programs(), 5, "the end of the program")
        told = self.told()
        self.dunst.kill()
        self.start_dunst()
        self.assertEqual(self.told(), told)
        self.assertEqual(self.displayed(), 0)


class Program(FrontEndTest):
    """The front end breaks down, hangs, is not there, or is not what it should be."""

    def test_killed(self):
        self.start_all()
        self.show()
        os.kill(self.programs()[0], signal.SIGKILL)
        self.expect("problem", "problem -", "shown")
        self.assertEqual(self.displayed(), 1)
        self.show()
        self.assertEqual(len(self.programs()), 1)

    def test_killed_and_asked_at_once(self):
        self.start_all()
        self.show()
        os.kill(self.programs()[0], signal.SIGKILL)
        self.send("show")
        self.expect("shown")
        wait_for(lambda: len(self.programs()) == 1, 5, "one program")
        self.assertEqual(self.displayed(), 1)

    def test_killed_when_it_is_over(self):
        self.start_all()
        self.show()
        self.send("withdraw")
        os.kill(self.programs()[0], signal.SIGKILL)
        wait_for(lambda: self.displayed() == 0, 5, "an empty screen")
        self.assertEqual(self.programs(), [])

    def test_killed_too_often(self):
        """No notification with dead buttons stays."""
        self.start_all()
        self.show()
        for _ in range(2):
            os.kill(wait_for(self.programs, 5, "the program")[0], signal.SIGKILL)
            self.expect("shown")
        os.kill(self.programs()[0], signal.SIGKILL)
        self.expect("problem " + NOTIFY + " was ended by signal 9 (Killed)", "failed")
        wait_for(lambda: self.displayed() == 0, 5, "an empty screen")
        self.assertEqual(self.programs(), [])

    def test_stopped(self):
        self.start_all()
        self.show()
        stopped = self.programs()[0]
        os.kill(stopped, signal.SIGSTOP)
        self.send("show")
        self.expect("problem " + NOTIFY + " did not answer and was ended", "failed", "shown")
        self.assertEqual(self.displayed(), 1)
        self.assertNotIn(stopped, self.programs())
        self.assertEqual(len(self.programs()), 1)
        self.assertLoopNeverWaited()

    def test_stopped_and_withdrawn(self):
        self.start_all()
        self.show()
        os.kill(self.programs()[0], signal.SIGSTOP)
        self.send("withdraw-now")
        wait_for(lambda: not self.programs(), 5, "its end")
        wait_for(lambda: self.displayed() == 0, 5, "an empty screen")

    def test_not_found(self):
        self.start_all()
        self.send("program no-such-program", "show")
        self.expect("problem no-such-program cannot be started: No such file or directory | "
                    "install", "failed")
        self.send("program " + self.path(), "show")
        self.expect("problem", "failed")
        self.send("program " + NOTIFY, "show")
        self.expect("problem -", "shown")

    def test_exit_code(self):
        self.start_bus()
        self.start_probe(self.script("exit 3"))
        self.send("show")
        self.expect(self.named + "ended without an answer, with exit code 3 | install",
                    "failed")
        wait_for(lambda: self.starts() == 3, 5, "two more tries")
        time.sleep(2.5)
        self.assertEqual(self.starts(), 3, "it is tried for ever")
        self.send("show")
        wait_for(lambda: self.starts() == 6, 5, "the next show")

    def test_says_nothing(self):
        self.start_bus()
        self.start_probe(self.script("exit 0"))
        self.send("show")
        self.expect(self.named + "ended without an answer, with exit code 0", "failed")
        self.assertEqual(self.starts(), 3)

    def test_garbage(self):
        self.start_bus()
        self.start_probe(self.script(
            "printf 'shown\\nshown -1\\nshown x\\nSHOWN 1\\n\\n\\000\\377\\n'\n"
            "head -c 3000 /dev/zero | tr '\\\\0' x\nprintf 'shown 1\\n'\nexec sleep 60"))
        self.send("show")
        self.expect(self.named + "did not answer and was ended", "failed")
        self.assertNotIn("shown", self.told())

    def test_answers_after_garbage(self):
        self.start_bus()
        self.start_probe(self.script(
            "head -c 3000 /dev/zero | tr '\\\\0' x\nprintf '\\nshown 1\\n'\nexec sleep 60"))
        self.send("show")
        self.assertEqual(self.expect("shown"), ["shown"])

    def test_chatterbox(self):
        self.start_bus()
        self.start_probe(self.script("exec yes closed"))
        self.send("show")
        self.expect(self.named + "talked without end and was ended")
        self.assertLoopNeverWaited()

    def test_does_not_read(self):
        self.start_bus()
        self.start_probe(self.script("exec sleep 60"))
        begin = time.monotonic()
        self.send(*["show"] * 3000)
        self.expect(self.named + "did not answer and was ended", "failed", seconds=3)
        self.assertLess(time.monotonic() - begin, 3)
        self.assertLoopNeverWaited()

    def test_ignores_sigterm(self):
        self.start_bus()
        self.start_probe(self.script("trap '' TERM\necho shown 7\n"
                                     "while :; do sleep 60; done"))
        self.send("show")
        self.expect("shown")
        begin = time.monotonic()
        self.send("withdraw-now")
        wait_for(lambda: not self.programs(), 5, "its end")
        self.assertGreater(time.monotonic() - begin, 1.5)

    def test_says_why(self):
        self.start_bus()
        self.start_probe(self.script("printf 'failed the moon \\377\\033 is not in its house\\n'"))
        self.send("show")
        self.expect("problem no notification can be shown: the moon ?? is not in its house | ",
                    "failed")
        time.sleep(1.5)
        self.assertEqual(self.starts(), 1, "a failure that was told is not tried again by itself")

    def test_fresh_surroundings(self):
        """No signal is blocked or ignored, no descriptor but three is open."""
        self.start_bus()
        self.env["LIMBER_REPLACES"] = "99"
        self.env["LIMBER_SOUND"] = "1"
        seen = self.path("seen")
        program = self.script(
            "{ grep -E 'SigBlk|SigIgn' /proc/self/status\n"
            "echo fds $(ls /proc/self/fd | wc -l)\n"
            "echo replaces $LIMBER_REPLACES sound $LIMBER_SOUND; } >%s\necho shown 5\n"
            "exec sleep 60" % seen)
        self.start_probe(program)
        self.send("show")
        self.expect("shown")
        with open(seen, encoding="utf-8") as file:
            text = file.read().split()
        # Signals 32 and 33 are the C library's own.
        text[3] = int(text[3], 16) & 0x7fffffff
        self.assertEqual(text, ["SigBlk:", "0" * 16, "SigIgn:", 0, "fds", "4", "replaces", "sound"])

        # Another setting holds from the next start on, and the number is handed over.
        self.send("program-with-sound " + program)
        os.kill(self.programs()[0], signal.SIGKILL)
        self.expect("shown")
        with open(seen, encoding="utf-8") as file:
            self.assertIn("replaces 5 sound 1", file.read())

    def test_found_beside_the_daemon_and_in_path(self):
        self.start_bus()
        folder = self.path("bin")
        os.makedirs(folder)
        beside = self.path("beside")
        os.makedirs(beside)
        self.env["PATH"] = folder + ":" + self.env["PATH"]
        with open(PROBE, "rb") as probe, open(os.path.join(beside, "probe"), "wb") as copy:
            copy.write(probe.read())
        os.chmod(os.path.join(beside, "probe"), 0o755)
        self.script("echo shown 1\nexec sleep 60", "bin/some-program")
        self.start_probe("some-program", os.path.join(beside, "probe"))
        self.send("show")
        self.expect("shown")
        self.assertEqual(os.readlink("/proc/%d/fd/0" % self.programs()[0])[:6], "socket")
        self.send("withdraw-now")
        wait_for(lambda: not self.programs(), 5, "its end")
        self.script("echo failed from beside\nexec sleep 60", "beside/some-program")
        self.send("show")
        self.expect("problem no notification can be shown: from beside")


if __name__ == "__main__":
    unittest.main()
