"""Full screen as Wayland compositors tell it: a real sway without a screen, real windows in it; KWin
and mutter, which tell nobody; and from X11 into sway and back. X11 alone is in test_quiet.py."""

import os
import shutil
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import desks  # noqa: E402
import rig  # noqa: E402
from rig import wait_for  # noqa: E402
from test_quiet import AT, BY_THE_CLOCK, Quiet  # noqa: E402

CALM = BY_THE_CLOCK.replace("every = 3s", "every = 1h") + "[quiet]\nfullscreen = yes\n"
# The one that finds displays, also those of another name.
BY_THE_DISPLAY = CALM.replace("source = none", "source = auto")
NO_BROWSERS = "fullscreen_browser = no\n"


class Window:
    """One window of a program of its own (fakes/wayland-window.c)."""

    def __init__(self, test, app_id, *how):
        self.test = test
        # A copy: the other user may not look into the folder that we build in.
        program = test.path("wayland-window")
        if not os.path.exists(program):
            shutil.copy(os.path.join(rig.BUILD, "tests", "fakes", "wayland-window"), program)
        self.process = test.start(test.as_user() + [program, app_id, *how],
                                  "window-%d" % len(test.processes), stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        test.addCleanup(self.process.popen.stdin.close)
        test.addCleanup(self.process.popen.stdout.close)
        self.expect("shown")

    def expect(self, word):
        self.test.assertEqual(self.process.popen.stdout.readline(), word.encode() + b"\n",
                              self.process.output())

    def do(self, what):
        """full, normal or title; the compositor has it when this returns."""
        self.process.popen.stdin.write(what.encode() + b"\n")
        self.process.popen.stdin.flush()
        self.expect(what)


class Case(Quiet):
    def setUp(self):
        super().setUp()
        if not rig.built_with(b"libwayland-client.so"):
            self.skipTest("built without libwayland-client")
        self.sway = desks.Sway(self)
        self.kwin = desks.Kwin(self)

    def until(self, detail):
        wait_for(lambda: "fullscreen" in self.reasons(), 8, detail)
        self.assertRegex(self.reasons()["fullscreen"], "^" + detail + "$")

    def until_not(self):
        wait_for(lambda: "fullscreen" not in self.reasons(), 8, "the end of full screen")

    def reload(self, rules):
        self.config(rules)
        self.call("Reload")

    def doctor(self):
        return next(line for line in self.limber("doctor", "--no-live").stdout.splitlines()
                    if " fullscreen " in line)

    def troubled(self):
        return [p for p in self.problems() if p["area"] == "quiet"]

    def assert_blind(self):
        wait_for(lambda: "not seen here: the Wayland compositor does not tell which window fills" in
                 self.doctor(), 5, "what doctor says")
        self.assertRegex(self.limber("doctor", "--no-live").stdout,
                         "inhibitors = yes in section .quiet. sees players")


class Sway(Case):
    def begin(self, rules=CALM):
        self.config(rules)
        self.start_bus()
        self.sway.start()
        self.start_daemon()

    def sway_do(self, command):
        end = next(name for name in os.listdir(self.path("run"))
                   if name.startswith("sway-ipc.") and name.split(".")[2] == str(self.sway.process.pid))
        done = self.command("swaymsg", "-s", self.path("run", end), command)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_window_with_the_focus_counts(self):
        self.begin()
        film = Window(self, "mpv")
        self.assertEqual(self.reasons(), {})
        film.do("full")
        self.until("mpv fills the screen" + AT)
        self.assertRegex(self.limber("status").stdout, "quiet +fullscreen: mpv fills the screen")
        self.assertRegex(self.doctor(), "on, by mpv")
        self.idles()
        # Something else has the focus, on the next workspace; the film is as large as before.
        self.sway_do("workspace 2")
        editor = Window(self, "editor")
        self.until_not()
        editor.do("full")
        self.until("editor fills the screen" + AT)
        editor.do("normal")
        self.until_not()
        self.sway_do("workspace 1")
        self.until("mpv fills the screen" + AT)
        film.do("normal")
        self.until_not()

    def test_it_is_seen_at_the_start(self):
        self.config(CALM)
        self.start_bus()
        self.sway.start()
        Window(self, "mpv", "full")
        self.start_daemon()
        self.until("mpv fills the screen" + AT)

    def test_a_program_that_is_killed(self):
        self.begin()
        film = Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)
        film.process.kill()
        self.until_not()

    def test_a_due_break_waits_until_the_window_is_smaller(self):
        self.begin(BY_THE_CLOCK + "[quiet]\nfullscreen = yes\n")
        film = Window(self, "mpv", "full")
        wait_for(lambda: self.decided("deferred"), 10, "deferred")
        self.said("mpv fills the screen" + AT)
        film.do("normal")
        wait_for(lambda: self.decided("prompt"), 10, "the prompt")

    def test_titles_are_told_to_nobody(self):
        self.begin()
        film = Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)
        before = self.reasons()
        for _ in range(20):
            film.do("title")
        film.do("normal")
        self.until_not()
        self.assertNotIn("title", str(before))
        self.assertNotIn("title", self.limber("why").stdout + self.daemon.output())

    @rig.calm
    def test_titles_that_change_all_the_time_cost_little(self):
        self.begin()
        film = Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)
        before = rig.switches_at_rest(self.daemon.pid)
        for _ in range(120):
            film.do("title")
            time.sleep(0.05)  # the pace of a spinner, not a wait for something
        self.assertLess(rig.switches_at_rest(self.daemon.pid) - before, 25)
        # And nothing is missed in between.
        film.do("normal")
        self.until_not()

    def test_a_window_that_goes_full_beside_such_a_title_holds_the_prompt(self):
        self.config(BY_THE_CLOCK.replace("every = 3s", "every = 6s") +
                    "[quiet]\nfullscreen = yes\n")
        self.start_bus()
        self.start_dunst_aside()
        self.sway.start()
        spinner, film = Window(self, "terminal"), Window(self, "mpv")
        self.start_daemon()

        def load(seconds):
            spinner.do("title")
            time.sleep(0.05)  # the pace of a spinner, not a wait for something
            return self.rule()["load_usec"] > seconds * 1000000

        # By then nobody looks at each title any more, for seconds.
        wait_for(lambda: load(3.5), 10, "some work")
        wait_for(lambda: load(5), 10, "more work")
        film.do("full")
        shown = []

        def held_back():
            shown.extend(x for x in (self.displayed(),) if x)
            return self.phase() == "deferred"

        wait_for(held_back, 10, "the break to be held back")
        self.assertEqual(shown, [])
        self.assertEqual(self.dunst_history(), [])
        self.assertRegex(self.decided("deferred")[0], "^mpv fills the screen" + AT)

    # Browsers

    def test_a_browser_counts_unless_the_settings_say_no(self):
        self.begin()
        browser = Window(self, "org.mozilla.firefox", "full")
        self.until("org.mozilla.firefox fills the screen" + AT)
        self.reload(CALM + NO_BROWSERS)
        self.until_not()
        self.assertRegex(self.doctor(), "off; web browsers do not count")
        self.idles()
        # Under the same settings another program does.
        browser.do("normal")
        film = Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)
        film.process.kill()
        self.until_not()
        browser.do("full")
        self.reload(CALM)
        self.until("org.mozilla.firefox fills the screen" + AT)

    # Switched off

    def test_off_unless_switched_on(self):
        off = CALM.replace("fullscreen = yes", "")
        self.begin(off)
        Window(self, "mpv", "full")
        self.idles()
        self.assertEqual(self.reasons(), {})
        self.reload(CALM)
        self.until("mpv fills the screen" + AT)
        self.reload(off)
        self.until_not()

    def test_no_connection_is_opened_unless_it_is_switched_on(self):
        self.config(CALM.replace("fullscreen = yes", ""))
        self.start_bus()
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(self.path("run", "wayland-7"))
            door.listen()
            door.setblocking(False)
            self.env["WAYLAND_DISPLAY"] = "wayland-7"
            self.start_daemon()
            self.idles()
            with self.assertRaises(BlockingIOError):
                door.accept()
            # Nor where no rule heeds it.
            self.reload(CALM + "[rule micro]\nrespects = dnd\n")
            self.idles()
            with self.assertRaises(BlockingIOError):
                door.accept()
            self.reload(CALM)
            door.settimeout(5)
            door.accept()[0].close()

    # Compositors that hang, go and come

    def test_a_compositor_that_is_killed_again_and_again(self):
        self.begin()
        Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)
        before = rig.descriptors(self.daemon.pid)
        for i in range(10):
            self.sway.kill()
            self.sway.start()
            Window(self, "mpv-%d" % i, "full")
            wait_for(lambda name="mpv-%d fills" % i: name in self.reasons().get("fullscreen", ""),
                     5, "the film on its successor")
        self.assertEqual(rig.descriptors(self.daemon.pid), before)

    def test_a_successor_with_another_name(self):
        self.begin(BY_THE_DISPLAY)
        first = self.env["WAYLAND_DISPLAY"]
        Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)
        self.sway.kill()
        self.until_not()
        self.sway.start("wayland-2")
        self.assertNotEqual(self.env["WAYLAND_DISPLAY"], first)
        Window(self, "vlc", "full")
        self.until("vlc fills the screen" + AT)
        # And back.
        self.sway.kill()
        self.until_not()
        self.sway.start(first)
        self.assertEqual(self.env["WAYLAND_DISPLAY"], first)
        Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)

    def test_a_compositor_that_comes_later(self):
        self.config(CALM)
        self.start_bus()
        self.env["WAYLAND_DISPLAY"] = "wayland-1"
        self.start_daemon()
        wait_for(lambda: "there is no Wayland compositor" in self.doctor(), 5, "its absence")
        self.idles()
        self.sway.start()
        Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)

    def test_a_compositor_that_hangs(self):
        self.begin()
        film = Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)
        self.sway.freeze()
        self.idles()
        self.assertIn("fullscreen", self.reasons())
        # Something for limberd to ask: the settings go out and in again, and so does the watch.
        self.reload(CALM.replace("fullscreen = yes", ""))
        self.until_not()
        self.reload(CALM)
        wait_for(self.troubled, 5, "the problem")
        self.assertRegex(self.limber("status").stdout, "the Wayland compositor does not answer: a "
                                                       "window that fills the screen is not seen")
        self.assertRegex(self.doctor(), "does not answer")
        self.idles()
        self.sway.thaw()
        self.until("mpv fills the screen" + AT)
        self.assertEqual(self.troubled(), [])
        film.do("normal")
        self.until_not()

    def test_a_hanging_one_that_is_killed(self):
        self.config(CALM)
        self.start_bus()
        self.sway.start()
        self.sway.freeze()
        self.start_daemon()
        wait_for(self.troubled, 5, "the problem")
        self.sway.kill()
        wait_for(lambda: not self.troubled(), 5, "the end of the problem")
        self.sway.start()
        Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)


class Elsewhere(Case):
    def windows(self, *lines):
        """A window manager on X11 (fakes/window-manager.c) that has obeyed these."""
        program = self.start([os.path.join(rig.BUILD, "tests", "fakes", "window-manager")],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(program.popen.stdout.close)
        self.addCleanup(program.popen.stdin.close)
        for line in lines:
            program.popen.stdin.write(line.encode() + b"\n")
            program.popen.stdin.flush()
            self.assertEqual(program.popen.stdout.readline(), b"done\n")

    def test_kwin_tells_nobody(self):
        self.config(CALM)
        self.start_bus()
        self.kwin.start()
        self.env["WAYLAND_DISPLAY"] = "wayland-5"
        self.start_daemon()
        self.assert_blind()
        self.idles()
        # Another one in its place is asked again.
        self.kwin.kill()
        os.unlink(self.path("run", "wayland-5"))
        self.sway.start()
        os.rename(self.path("run", self.env["WAYLAND_DISPLAY"]), self.path("run", "wayland-5"))
        self.env["WAYLAND_DISPLAY"] = "wayland-5"
        Window(self, "mpv", "full")
        self.until("mpv fills the screen" + AT)

    def test_gnome_tells_nobody(self):
        self.config(BY_THE_DISPLAY)
        self.start_bus()
        desks.Mutter(self).start()
        self.env["WAYLAND_DISPLAY"] = "wayland-0"
        self.start_daemon()
        wait_for(lambda: self.property("IdleSource") == "mutter", 10, "the idle source")
        self.assert_blind()
        self.idles()

    def test_from_x11_into_sway_and_back(self):
        self.config(BY_THE_DISPLAY)
        self.start_bus()
        self.start_x()
        self.start_daemon()
        self.windows("full 2", "focus 2")
        self.until("Film Player fills the screen" + AT)
        # limberd's own environment knows of no Wayland.
        self.x.kill()
        self.sway.start()
        Window(self, "mpv", "full")
        wait_for(lambda: "mpv fills" in self.reasons().get("fullscreen", ""), 20, "sway's window")
        self.sway.kill()
        self.start_x(self.display)
        self.windows("full 1", "focus 1")
        wait_for(lambda: "Editor fills" in self.reasons().get("fullscreen", ""), 20, "X11's window")


if __name__ == "__main__":
    unittest.main()
