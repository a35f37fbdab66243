"""The whole circle on a real desktop: input on an X server, prompt by a real notification server,
the user's button or pause, outcome."""

import os
import signal
import time

import rig

RULES = """[rule micro]
every = 3s
length = 8s
grace = 2s
patience = 3s
snooze = 2s
snoozes = 2
[rule active]
enabled = no
[prompt]
lull = 1s
settle = 1s
ignore_after = 12s
repeats = 1
retry = 1s
"""


class Desk(rig.Rig):
    def begin(self, rules=RULES):
        self.config(rules)
        self.start_bus()
        self.start_x()
        self.start_dunst()
        self.start_daemon()
        self.signals = rig.Signals(self)
        rig.wait_for(lambda: self.property("IdleSource") == "x11", 5, "the idle source")

    def work_until(self, phase, seconds=15):
        self.type_until(lambda: self.phase() == phase, seconds, "phase " + phase)

    def rest_until(self, phase, seconds=15):
        rig.wait_for(lambda: self.phase() == phase, seconds, "phase " + phase)

    def ended(self, outcome):
        return [x for x in self.signals.seen("BreakEnded") if "'%s'" % outcome in x]

    def answers(self):
        """The daemon answers at once, whatever its parts do."""
        done = self.busctl("--timeout=2", "call", rig.NAME, rig.PATH,
                           "org.freedesktop.DBus.Peer", "Ping")
        self.assertEqual(done.returncode, 0, done.stderr)

    def area(self, area):
        self.answers()
        return [p for p in self.problems() if p["area"] == area]


class Day(Desk):
    def test_typing_prompts_and_stopping_is_a_break(self):
        self.begin()
        self.work_until("prompting")
        self.type_until(lambda: self.displayed() == 1, 5, "the prompt on the screen")
        self.assertEqual(self.phase(), "prompting")
        self.rest_until("on-break")
        self.assertEqual(self.displayed(), 1)
        rig.wait_for(lambda: self.ended("taken"), 8, "taken")
        # The farewell is one more state of the same notification, and goes by itself.
        rig.wait_for(lambda: self.displayed() == 0, 10, "an empty screen")
        self.assertEqual(len(self.signals.seen("BreakDue")), 1)
        self.assertEqual(len(self.signals.seen("BreakEnded")), 1)
        texts = [n["summary"] + n["body"] for n in self.dunst_history()]
        self.assertEqual(len(texts), 1, texts)

    def test_snooze_button_comes_back(self):
        self.begin()
        self.work_until("prompting")
        self.type_until(lambda: self.displayed() == 1, 5, "the prompt on the screen")
        self.click("Snooze")
        self.type_until(lambda: self.phase() == "snoozed", 5, "snoozed")
        self.type_until(lambda: self.displayed() == 0, 5, "an empty screen")
        self.work_until("prompting")
        self.assertEqual(self.property("SnoozesLeft"), 1)
        path = self.property("CurrentBreak")
        self.assertEqual(self.property("Prompts", path, rig.NAME + ".Break"), 2)
        self.type_until(lambda: self.displayed() == 1, 5, "the prompt on the screen again")

    def test_what_was_done_before_a_snooze_is_kept(self):
        """And told with the break that it belongs to, whatever becomes of that."""
        self.begin(RULES.replace("length = 8s", "length = 60s"))
        self.work_until("prompting")
        self.type_until(lambda: self.displayed() == 1, 5, "the prompt on the screen")
        self.rest_until("on-break")
        brk = (self.property("CurrentBreak"), rig.NAME + ".Break")
        began = time.monotonic()
        rig.wait_for(lambda: time.monotonic() - began > 3, 4, "some of the exercise")
        exercise = self.property("Steps", *brk)[0]["exercise"]["data"]
        self.call("Snooze", "t", "1000000")
        self.work_until("prompting")
        self.call("Skip")
        row = self.call("GetHistory", "a{sv}", "0")[0][0]
        self.assertEqual((row["outcome"]["data"], row["rested_usec"]["data"]), ("skipped", 0))
        self.assertGreaterEqual(row["exercises"]["data"][exercise], 3000000)

    def test_start_and_done_buttons(self):
        self.begin(RULES.replace("length = 8s", "length = 60s"))
        self.work_until("prompting")
        self.type_until(lambda: self.displayed() == 1, 5, "the prompt on the screen")
        self.click("Start")
        self.rest_until("on-break")
        rig.wait_for(lambda: self.signals.seen("BreakStarted"), 5, "the start")
        # Started by the user and left in the first half.
        rig.wait_for(lambda: self.click("Done") or self.ended("cut-short"), 8, "cut-short")
        rig.wait_for(lambda: self.displayed() == 0, 5, "an empty screen")

    def test_skip_button(self):
        self.begin()
        self.work_until("prompting")
        self.type_until(lambda: self.displayed() == 1, 5, "the prompt on the screen")
        self.click("Skip")
        self.type_until(lambda: self.ended("skipped"), 5, "skipped")
        self.assertEqual(len(self.signals.seen("BreakEnded")), 1)

    def test_shell_commands_do_the_same(self):
        self.begin()
        self.work_until("prompting")
        for command, phase in (("snooze", "snoozed"), ("up", "on-break")):
            done = self.limber(command)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.phase(), phase)
        rig.wait_for(lambda: self.ended("taken"), 10, "taken")

    def test_a_rest_of_ones_own_leaves_nothing_to_say(self):
        self.begin(RULES.replace("every = 3s", "every = 6s"))
        for _ in range(2):
            self.type_until(lambda: self.load() > 3500000, 8, "half a load")
            # Resting from the first second: longer than grace and the break.
            rig.wait_for(lambda: self.load() == 0, 10, "the load to go")
            self.press()
        rig.wait_for(lambda: len(self.ended("natural")) == 2, 5, "two natural breaks")
        self.assertEqual(self.signals.seen("BreakDue"), [])
        self.assertEqual(self.displayed(), 0)

    def load(self):
        return self.call("GetLoad", path=rig.PATH + "/rule/micro",
                         interface=rig.NAME + ".Rule")[0]

    def test_an_unanswered_prompt_is_repeated_then_missed(self):
        self.begin(RULES.replace("ignore_after = 12s", "ignore_after = 3s"))
        self.work_until("prompting")
        path = self.property("CurrentBreak")

        def repeated():
            prompts = self.busctl("get-property", rig.NAME, path, rig.NAME + ".Break", "Prompts")
            return prompts.returncode == 0 and '"data":2' in prompts.stdout

        self.type_until(repeated, 8, "the repetition")
        self.type_until(lambda: self.ended("missed"), 8, "missed")

    def test_typing_on_puts_a_break_back(self):
        self.begin(RULES.replace("length = 8s", "length = 90s"))
        self.work_until("prompting")
        self.rest_until("on-break", 20)
        path = self.property("CurrentBreak")
        self.work_until("prompting", 25)
        self.assertEqual(self.property("CurrentBreak"), path)
        self.assertEqual(self.signals.seen("BreakEnded"), [])

    def test_one_notification_at_a_time_even_with_a_wrong_setting(self):
        self.begin(RULES + "parrot = yes\n")
        rig.wait_for(lambda: self.displayed() == 1, 8, "the notice")
        self.work_until("prompting")
        for _ in range(20):
            self.press()
            self.assertLessEqual(self.displayed(), 1)


class Hardship(Desk):
    """Parts die or hang at each phase; the daemon answers, says so, and they come back."""

    def reach(self, phase, rules=RULES):
        self.begin(rules)
        if phase == "working":
            self.type_until(lambda: self.phase() == "working", 5, "working")
            return
        self.work_until("prompting")
        self.type_until(lambda: self.displayed() == 1, 8, "the prompt on the screen")
        if phase == "on-break":
            self.rest_until("on-break")

    def again(self):
        """Everything works: a break is seen, on the screen and by the source, and ends taken."""
        before = len(self.ended("taken"))
        rig.wait_for(lambda: self.limber("up").returncode == 0, 5, "a break")
        rig.wait_for(lambda: self.displayed() == 1, 10, "the break on the screen")
        rig.wait_for(lambda: len(self.ended("taken")) > before, 20, "taken")

    def kill_dunst(self, phase):
        self.reach(phase)
        self.dunst.kill()
        self.answers()
        if phase != "working":
            self.type_until(lambda: self.area("front-end"), 8, "the problem")
        self.start_dunst()
        self.again()
        rig.wait_for(lambda: not self.area("front-end"), 5, "no problem")

    def test_dunst_is_killed_while_working(self):
        self.kill_dunst("working")

    def test_dunst_is_killed_while_prompting(self):
        self.kill_dunst("prompting")

    def test_dunst_is_killed_on_a_break(self):
        self.kill_dunst("on-break")

    def test_dunst_hangs_while_working(self):
        self.reach("working")
        self.dunst.freeze()
        self.work_until("prompting")
        self.type_until(lambda: self.area("front-end"), 10, "the problem")
        self.dunst.thaw()
        # What could not be shown is shown now.
        self.type_until(lambda: self.displayed() == 1, 10, "the prompt on the screen")
        rig.wait_for(lambda: not self.area("front-end"), 5, "no problem")

    def test_dunst_hangs_while_prompting(self):
        self.reach("prompting")
        self.dunst.freeze()
        self.answers()
        self.assertEqual(self.limber("up").returncode, 0)
        rig.wait_for(lambda: self.area("front-end"), 10, "the problem")
        self.dunst.thaw()
        rig.wait_for(lambda: self.ended("taken"), 15, "taken")
        rig.wait_for(lambda: not self.area("front-end"), 10, "no problem")
        self.again()

    def test_dunst_hangs_on_a_break(self):
        self.reach("on-break")
        self.dunst.freeze()
        rig.wait_for(lambda: self.ended("taken"), 15, "taken")
        self.answers()
        self.dunst.thaw()
        rig.wait_for(lambda: self.displayed() == 0, 15, "an empty screen")
        self.again()

    def front_ends(self):
        return rig.children(self.daemon.pid)

    def hit_front_end(self, phase, number):
        self.reach(phase)
        hit = self.front_ends()
        self.assertTrue(hit)
        for pid in hit:
            os.kill(pid, number)
        self.answers()
        self.again()
        self.assertLessEqual(self.displayed(), 1)
        rig.wait_for(lambda: not set(hit) & set(self.front_ends()), 5, "the old one to be gone")

    def test_limber_notify_is_killed_while_prompting(self):
        self.hit_front_end("prompting", signal.SIGKILL)

    def test_limber_notify_is_killed_on_a_break(self):
        self.hit_front_end("on-break", signal.SIGKILL)

    def test_limber_notify_hangs_while_prompting(self):
        self.hit_front_end("prompting", signal.SIGSTOP)

    def test_limber_notify_hangs_on_a_break(self):
        self.hit_front_end("on-break", signal.SIGSTOP)

    def freeze_x(self, phase):
        self.reach(phase)
        self.x.freeze()
        rig.wait_for(lambda: self.area("idle"), 8, "the problem")
        self.answers()
        self.x.thaw()
        rig.wait_for(lambda: not self.area("idle"), 8, "no problem")
        self.again()

    def test_the_x_server_hangs_while_working(self):
        self.freeze_x("working")

    def test_the_x_server_hangs_while_prompting(self):
        self.freeze_x("prompting")

    def test_the_x_server_hangs_on_a_break(self):
        self.freeze_x("on-break")

    def kill_x(self, phase):
        self.reach(phase)
        self.x.kill()
        rig.wait_for(lambda: self.property("IdleSource") == "none", 5, "no source")
        self.assertTrue(self.area("idle"))
        self.assertEqual(self.property("Presence"), "unknown")
        self.start_x(self.display)
        rig.wait_for(lambda: self.property("IdleSource") == "x11", 8, "the source")
        # dunst was a client of that server.
        self.dunst.stop()
        self.start_dunst()
        self.again()

    def test_the_x_server_is_killed_while_working(self):
        self.kill_x("working")

    def test_the_x_server_is_killed_while_prompting(self):
        self.kill_x("prompting")

    def test_the_x_server_is_killed_on_a_break(self):
        self.kill_x("on-break")
