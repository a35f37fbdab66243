"""Quiet signs of real programs: what they do to a due break, in the words that the user reads."""

import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import rig  # noqa: E402
from rig import wait_for  # noqa: E402
from test_units import Machine, need_systemd  # noqa: E402

RULES = """[rule micro]
every = 3s
length = 4s
grace = 1500ms
patience = 2s
[rule active]
enabled = no
[prompt]
lull = 1s
settle = 2s
"""
# Without a display nobody tells of input: work counts by the clock.
BY_THE_CLOCK = RULES + "[idle]\nsource = none\n"
AT = r" since \d\d:\d\d"
NOBODY = 1000


class Quiet(rig.Rig):
    def rule(self):
        return next({k: v["data"] for k, v in r.items()} for r in self.call("ListRules")[0]
                    if r["name"]["data"] == "micro")

    def decisions(self):
        """Oldest first, as (decision, why)."""
        return [(d["decision"]["data"], d["why"]["data"])
                for d in reversed(self.call("Explain", "u", "0")[0])
                if d["rule"]["data"] == "micro"]

    def decided(self, decision):
        return [why for name, why in self.decisions() if name == decision]

    def reasons(self):
        return {r["sign"]["data"]: r["detail"]["data"] for r in self.property("Reasons")}

    def said(self, *words):
        done = self.limber("why")
        self.assertEqual(done.returncode, 0, done.stderr)
        for word in words:
            self.assertRegex(done.stdout, word)

    def idles(self, seconds=2):
        before = rig.switches_at_rest(self.daemon.pid)
        time.sleep(seconds)
        self.assertEqual(rig.switches_at_rest(self.daemon.pid), before)


class Dunst(Quiet):
    def begin(self, rules=RULES):
        self.config(rules)
        self.start_bus()
        self.start_x()
        self.start_dunst()
        self.start_daemon()
        wait_for(lambda: self.property("IdleSource") == "x11", 5, "the idle source")

    def set_paused(self, paused):
        done = self.command("dunstctl", "set-paused", "true" if paused else "false")
        self.assertEqual(done.returncode, 0, done.stderr)

    def work_until(self, condition, what, seconds=15):
        self.type_until(condition, seconds, what)

    def test_a_due_break_waits_until_do_not_disturb_is_over(self):
        self.begin()
        self.set_paused(True)
        self.work_until(lambda: self.decided("deferred"), "deferred")
        self.assertRegex(self.decided("deferred")[0], r"^do-not-disturb is on \(dunst\)" + AT)
        self.said("micro is due since .*, but held back", r"do-not-disturb is on \(dunst\)" + AT)
        self.work_until(lambda: self.rule()["load_usec"] > 5000000, "more load")
        self.assertEqual(self.decided("prompt"), [])
        self.assertEqual(self.displayed(), 0)
        self.set_paused(False)
        off = time.monotonic()
        self.work_until(lambda: "settle" in self.reasons(), "settle")
        self.assertRegex(self.reasons()["settle"],
                         "do-not-disturb was on until .*; prompts come again from")
        self.work_until(lambda: self.decided("prompt"), "the prompt")
        # Not within `settle`, 2 s.
        self.assertGreaterEqual(time.monotonic() - off, 2)
        wait_for(lambda: self.displayed() == 1, 5, "the prompt on the screen")
        self.assertEqual(len(self.decided("deferred")), 2)

    def test_it_begins_while_a_prompt_is_shown(self):
        self.begin()
        self.work_until(lambda: self.decided("prompt") and self.displayed() == 1, "the prompt")
        self.set_paused(True)
        self.work_until(lambda: self.phase() == "deferred", "deferred")
        self.assertRegex(self.decided("deferred")[-1], r"^do-not-disturb is on \(dunst\)" + AT)

    def test_a_dunst_that_is_started_later(self):
        self.config(BY_THE_CLOCK.replace("every = 3s", "every = 1h"))
        self.start_bus()
        self.start_x()
        self.start_daemon()
        self.start_dunst()
        self.set_paused(True)
        wait_for(lambda: "dnd" in self.reasons(), 5, "do-not-disturb")
        self.idles()
        self.dunst.kill()
        wait_for(lambda: "dnd" not in self.reasons(), 5, "the end of it")
        # The next one begins without.
        self.start_dunst()
        self.set_paused(True)
        wait_for(lambda: "dnd" in self.reasons(), 5, "do-not-disturb")

    def test_a_dunst_that_is_killed_again_and_again(self):
        self.begin(RULES.replace("every = 3s", "every = 1h"))
        before = rig.descriptors(self.daemon.pid)
        for _ in range(10):
            self.set_paused(True)
            self.dunst.kill()
            self.start_dunst()
        self.set_paused(True)
        wait_for(lambda: "dnd" in self.reasons(), 5, "do-not-disturb")
        self.assertEqual(rig.descriptors(self.daemon.pid), before)
        self.assertEqual(self.decisions(), [])

    def test_a_dunst_that_hangs(self):
        self.config(BY_THE_CLOCK.replace("every = 3s", "every = 1h"))
        self.start_bus()
        self.start_x()
        self.start_dunst()
        self.set_paused(True)
        self.dunst.freeze()
        self.start_daemon()
        wait_for(lambda: "quiet" in [p["area"] for p in self.problems()], 8, "the problem")
        self.assertRegex(self.limber("status").stdout,
                         "the notification server does not answer: do-not-disturb is not seen")
        self.idles()
        self.dunst.thaw()
        wait_for(lambda: "dnd" in self.reasons(), 5, "do-not-disturb")
        self.assertNotIn("quiet", [p["area"] for p in self.problems()])


class Mako(Quiet):
    def start_sway(self):
        """A sway without a screen; it refuses root, and so runs as nobody in particular."""
        rig.need("sway", "mako", "makoctl", "jq")
        runtime = self.path("wayland")
        os.mkdir(runtime, 0o700)
        argv = ["sway", "-c", self.path("sway.conf")]
        with open(self.path("sway.conf"), "w", encoding="utf-8") as config:
            config.write("xwayland disable\n")
        if os.geteuid() == 0:
            rig.need("setpriv")
            os.chown(runtime, NOBODY, NOBODY)
            os.chmod(self.dir, 0o755)
            argv = ["setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY,
                    "--clear-groups"] + argv
        self.sway = self.start(argv, "sway", env=dict(
            self.env, XDG_RUNTIME_DIR=runtime, WLR_BACKENDS="headless", WLR_RENDERER="pixman",
            WLR_LIBINPUT_NO_DEVICES="1", HOME=runtime))
        self.env["WAYLAND_DISPLAY"] = os.path.join(runtime, "wayland-1")
        wait_for(lambda: os.path.exists(self.env["WAYLAND_DISPLAY"]) or not self.sway.alive(), 10,
                 "sway")
        self.assertTrue(self.sway.alive(), self.sway.output())

    def begin(self):
        self.config(BY_THE_CLOCK)
        self.start_bus()
        self.start_sway()
        with open(self.path("mako.conf"), "w", encoding="utf-8") as config:
            config.write("[mode=do-not-disturb]\ninvisible=1\n")
        self.mako = self.start(["mako", "-c", self.path("mako.conf")], "mako")
        wait_for(lambda: self.owner("org.freedesktop.Notifications"), 10, "mako")

    def mode(self, *argv):
        done = self.command("makoctl", "mode", *argv)
        self.assertEqual(done.returncode, 0, done.stderr)

    def shown(self):
        listed = self.command("makoctl", "list").stdout
        # JSON of mako 1.7, lines since 1.8.
        return listed.count("summary") or listed.count("Notification ")

    def test_a_mode_keeps_a_due_break_back(self):
        self.begin()
        self.start_daemon()
        # After limberd has looked, and mako 1.7 does not say so.
        self.mode("-a", "do-not-disturb")
        wait_for(lambda: self.phase() in ("deferred", "prompting"), 10, "the due break")
        wait_for(lambda: self.phase() == "deferred", 3, "deferred")
        self.assertRegex(self.decided("deferred")[0], r"^do-not-disturb is on \(mako\)" + AT)
        self.said("held back|deferred", r"do-not-disturb is on \(mako\)" + AT)
        self.assertEqual(self.shown(), 0)
        self.idles()
        # makoctl leaves the bus when it has told mako 1.7, which says nothing.
        self.mode("-r", "do-not-disturb")
        wait_for(lambda: self.phase() == "prompting", 10, "the prompt")
        wait_for(lambda: self.shown() == 1, 5, "the prompt on the screen")

    def test_without_the_mode_the_prompt_is_shown(self):
        self.begin()
        self.start_daemon()
        wait_for(lambda: self.shown() == 1, 10, "the prompt on the screen")
        self.assertEqual(self.decided("deferred"), [])


class FullScreen(Quiet):
    """The hints of a window manager, by a program that sets them (tests/fakes/window-manager.c)."""

    CALM = BY_THE_CLOCK.replace("every = 3s", "every = 1h") + "[quiet]\nfullscreen = yes\n"

    def begin(self, rules=CALM):
        self.config(rules)
        self.start_bus()
        self.start_x()
        self.start_windows()
        self.start_daemon()

    def start_windows(self):
        self.windows = self.start([os.path.join(rig.BUILD, "tests", "fakes", "window-manager")],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.windows.popen.stdout.close)
        self.addCleanup(self.windows.popen.stdin.close)

    def window(self, *words):
        self.windows.popen.stdin.write((" ".join(words) + "\n").encode())
        self.windows.popen.stdin.flush()
        self.assertEqual(self.windows.popen.stdout.readline(), b"done\n")

    def until(self, detail):
        wait_for(lambda: "fullscreen" in self.reasons(), 5, detail)
        self.assertRegex(self.reasons()["fullscreen"], "^" + detail + "$")

    def until_not(self):
        wait_for(lambda: "fullscreen" not in self.reasons(), 5, "the end of full screen")

    def test_the_window_with_the_focus_counts(self):
        self.begin()
        self.window("full", "2")
        self.window("focus", "1")
        self.window("focus", "2")
        self.until("Film Player fills the screen" + AT)
        self.assertRegex(self.limber("status").stdout,
                         "quiet +fullscreen: Film Player fills the screen")
        self.idles()
        self.window("focus", "1")
        self.until_not()
        self.window("full", "1")
        self.until("Editor fills the screen" + AT)
        self.window("normal", "1")
        self.until_not()

    def test_it_is_seen_at_the_start(self):
        self.config(self.CALM)
        self.start_bus()
        self.start_x()
        self.start_windows()
        self.window("full", "2")
        self.window("focus", "2")
        self.start_daemon()
        self.until("Film Player fills the screen" + AT)

    def test_a_window_that_goes_and_a_forged_one(self):
        self.begin()
        self.window("focus", "2")
        self.window("full", "2")
        self.until("Film Player fills the screen" + AT)
        self.window("close", "2")
        self.window("focus", "0")
        self.until_not()
        self.window("full", "1")
        self.window("focus", "2")
        self.window("forged")
        self.window("focus", "1")
        self.until("Editor fills the screen" + AT)

    def test_a_due_break_waits_until_the_window_is_smaller(self):
        self.begin(BY_THE_CLOCK + "[quiet]\nfullscreen = yes\n")
        self.window("focus", "2")
        self.window("full", "2")
        wait_for(lambda: self.decided("deferred"), 10, "deferred")
        self.said("Film Player fills the screen" + AT)
        self.window("normal", "2")
        wait_for(lambda: self.decided("prompt"), 10, "the prompt")

    @rig.calm
    def test_titles_that_change_all_the_time_cost_little(self):
        self.begin()
        self.window("focus", "2")
        self.window("full", "2")
        self.until("Film Player fills the screen" + AT)
        before = rig.switches_at_rest(self.daemon.pid)
        began = time.monotonic()
        while time.monotonic() - began < 8:
            self.window("title", "2")
            time.sleep(0.05)  # the pace of a spinner, not a wait for something
        self.assertLessEqual(rig.switches_at_rest(self.daemon.pid) - before, 3 * (4 + 1))
        # And nothing is missed in between.
        self.window("normal", "2")
        self.until_not()

    def test_a_window_that_goes_full_with_such_a_title_holds_the_prompt(self):
        self.config(BY_THE_CLOCK.replace("every = 3s", "every = 6s") +
                    "[quiet]\nfullscreen = yes\n")
        self.start_bus()
        self.start_dunst_aside()
        self.start_x()
        self.start_windows()
        self.window("focus", "2")
        self.start_daemon()

        def load(seconds):
            self.window("title", "2")
            time.sleep(0.05)  # the pace of a spinner, not a wait for something
            return self.rule()["load_usec"] > seconds * 1000000

        # By then nobody looks at each title any more, for seconds.
        wait_for(lambda: load(3.5), 10, "some work")
        wait_for(lambda: load(5), 10, "more work")
        self.window("full", "2")
        shown = []

        def held_back():
            shown.extend(x for x in (self.displayed(),) if x)
            return self.phase() == "deferred"

        wait_for(held_back, 10, "the break to be held back")
        self.assertEqual(shown, [])
        self.assertEqual(self.dunst_history(), [])
        self.assertRegex(self.decided("deferred")[0], "^Film Player fills the screen" + AT)

    def test_beside_a_compositor_that_is_no_more(self):
        self.env["WAYLAND_DISPLAY"] = "wayland-of-yesterday"
        self.begin(self.CALM.replace("source = none", "source = auto"))
        self.window("focus", "2")
        self.window("full", "2")
        self.until("Film Player fills the screen" + AT)

    def test_a_browser_counts_unless_the_settings_say_no(self):
        self.begin()
        self.window("full", "3")
        self.window("focus", "3")
        self.until("Google-chrome fills the screen" + AT)
        self.config(self.CALM + "fullscreen_browser = no\n")
        self.call("Reload")
        self.until_not()
        self.window("full", "2")
        self.window("focus", "2")
        self.until("Film Player fills the screen" + AT)
        self.window("focus", "3")
        self.until_not()

    def test_off_unless_switched_on(self):
        self.begin(BY_THE_CLOCK.replace("every = 3s", "every = 1h"))
        self.window("full", "2")
        self.window("focus", "2")
        self.idles()
        self.assertEqual(self.reasons(), {})

    def test_a_server_that_is_killed_and_comes_back(self):
        self.begin()
        self.window("focus", "2")
        self.window("full", "2")
        self.until("Film Player fills the screen" + AT)
        before = rig.descriptors(self.daemon.pid)
        for _ in range(3):
            self.x.kill()
            self.until_not()
            self.start_x(self.display)
            self.start_windows()
            self.window("focus", "2")
            self.window("full", "2")
            self.until("Film Player fills the screen" + AT)
        self.assertEqual(rig.descriptors(self.daemon.pid), before)

    def test_a_server_that_hangs(self):
        self.begin()
        self.window("focus", "1")
        self.x.freeze()
        # Something for limberd to ask: the settings go out and in again, and so does the watch.
        self.config(self.CALM.replace("fullscreen = yes", ""))
        self.call("Reload")
        self.config(self.CALM)
        self.call("Reload")
        wait_for(lambda: [p for p in self.problems() if p["area"] == "quiet"], 5, "the problem")
        self.assertRegex(self.limber("status").stdout, "the X server does not answer: a window "
                                                       "that fills the screen is not seen")
        self.x.thaw()
        wait_for(lambda: not [p for p in self.problems() if p["area"] == "quiet"], 5, "its end")
        self.window("full", "1")
        self.until("Editor fills the screen" + AT)


class Logind(unittest.TestCase):
    """systemd-inhibit and the real logind, in a systemd of their own."""

    @classmethod
    def setUpClass(cls):
        need_systemd()
        rig.need("systemd-inhibit")
        cls.machine = Machine()
        cls.addClassCleanup(cls.machine.close)
        cls.machine.install()
        cls.machine.boot()

    def setUp(self):
        self.held = []
        self.addCleanup(self.release)

    def user(self, *argv, text=None):
        done = self.machine.user(*argv, text=text)
        self.assertEqual(done.returncode, 0, "%s: %s%s" % (argv, done.stdout, done.stderr))
        return done.stdout

    def begin(self, rules):
        self.user("sh", "-c", "mkdir -p ~/.config/limber; cat >~/.config/limber/limber.conf",
                  text=rules)
        # Without a past, which it would go on with.
        self.user("systemctl", "--user", "stop", "limberd")
        self.user("sh", "-c", "rm -rf ~/.local/share/limber")
        self.user("systemctl", "--user", "start", "limberd")

    def inhibit(self, *options):
        """Holds a lock until release(); every lock is root's, there is no polkit in there."""
        log = os.path.join(self.machine.dir, "inhibit-%d" % len(self.held))
        argv = self.machine.argv(["systemd-inhibit", *options, "sleep", "100"], False)
        holder = rig.Process(argv, dict(os.environ), log, cwd="/")
        self.held.append(holder)
        self.locks(len(self.held))

    def locks(self, n):
        wait_for(lambda: self.machine.root("systemd-inhibit", "--list", "--no-legend")
                 .stdout.count("limber-test-lock") == n, 5, "%d locks" % n)

    def release(self):
        if not self.held:
            return
        for holder in self.held:
            # Not nsenter, which then would leave its child to nobody.
            children = subprocess.run(["pgrep", "-P", str(holder.pid)], stdout=subprocess.PIPE,
                                      text=True, check=False).stdout.split()
            for child in children:
                os.kill(int(child), 15)
            holder.stop()
        self.held = []
        self.locks(0)

    def why(self):
        return self.user("limber", "why")

    def test_a_program_that_keeps_the_screen_awake(self):
        self.begin(BY_THE_CLOCK + "[quiet]\ninhibitors = yes\n")
        self.inhibit("--what=idle:sleep", "--mode=block", "--who=mpv", "--why=limber-test-lock")
        wait_for(lambda: "held back" in self.why(), 10, "the break to be held back")
        self.assertRegex(self.why(), "mpv keeps the screen awake%s: limber-test-lock" % AT)
        self.assertRegex(self.user("limber", "status"), "quiet +inhibitors: mpv keeps the screen")
        self.release()
        wait_for(lambda: "mpv" not in self.user("limber", "status"), 5, "the end of it")
        wait_for(lambda: "prompt" in self.why(), 10, "the prompt")

    def test_locks_on_sleep_do_not_count(self):
        self.begin(BY_THE_CLOCK.replace("every = 3s", "every = 1h") +
                   "[quiet]\ninhibitors = yes\n")
        self.inhibit("--what=sleep", "--mode=block", "--who=backup", "--why=limber-test-lock")
        self.inhibit("--what=sleep", "--mode=delay", "--who=net", "--why=limber-test-lock")
        self.assertNotIn("inhibitors", self.user("limber", "status"))
        self.inhibit("--what=idle", "--mode=block", "--who=mpv", "--why=limber-test-lock")
        wait_for(lambda: "mpv keeps the screen awake" in self.user("limber", "status"), 5, "mpv")


if __name__ == "__main__":
    unittest.main()
