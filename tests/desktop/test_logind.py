"""limberd and a real logind, in a systemd of their own: lock, session switch, and a sleep that puts
nothing to sleep but is one to everybody who listens."""

import json
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import rig  # noqa: E402
from rig import wait_for  # noqa: E402
from test_units import Machine, USER, need_systemd  # noqa: E402

LOGIN = "org.freedesktop.login1"
LOGIN_PATH = "/org/freedesktop/login1"
# What stands on the screen in the moment in which the machine falls asleep.
ASLEEP = """[Service]
ExecStart=
ExecStart=sh -c 'pgrep -x limber-notify >/run/limber-test-screen; sleep %s'
"""


class Logind(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        need_systemd()
        rig.need("systemd-inhibit", "pgrep")
        cls.machine = Machine()
        cls.addClassCleanup(cls.machine.close)
        cls.machine.install()
        cls.machine.boot()
        cls.polkit = cls.machine.root("busctl", "call", "org.freedesktop.PolicyKit1", "/",
                                      "org.freedesktop.DBus.Peer", "Ping").returncode == 0

    def setUp(self):
        self.begin()

    # The machine

    def root(self, *argv):
        done = self.machine.root(*argv)
        self.assertEqual(done.returncode, 0, "%s: %s%s" % (argv, done.stdout, done.stderr))
        return done.stdout

    def user(self, *argv, text=None):
        done = self.machine.user(*argv, text=text)
        self.assertEqual(done.returncode, 0, "%s: %s%s" % (argv, done.stdout, done.stderr))
        return done.stdout

    def begin(self, settings="[idle]\nsource = none\n"):
        self.user("sh", "-c", "mkdir -p ~/.config/limber; cat >~/.config/limber/limber.conf",
                  text=settings)
        # As often as the tests want it, not as often as is good for a unit; and without a past, which
        # it would go on with.
        self.user("systemctl", "--user", "reset-failed")
        self.user("systemctl", "--user", "stop", "limberd")
        self.user("sh", "-c", "rm -rf ~/.local/share/limber")
        self.user("systemctl", "--user", "start", "limberd")
        self.pid = int(self.user("systemctl", "--user", "show", "--value", "-p", "MainPID",
                                 "limberd"))

    def property(self, name):
        return json.loads(self.user("busctl", "--user", "--json=short", "get-property", rig.NAME,
                                    rig.PATH, rig.NAME + ".Manager", name))["data"]

    def presence(self, wanted, seconds=5):
        wait_for(lambda: self.property("Presence") == wanted, seconds, "presence " + wanted)

    def log_in(self, name, kind="wayland"):
        """A session at the seat, which takes the screen; its number."""
        unit = "limber-test-%s@%s" % (kind, name)
        self.root("systemctl", "start", unit)
        self.addCleanup(self.machine.root, "systemctl", "stop", unit)

        def number():
            rows = [x.split() for x in
                    self.root("loginctl", "--no-legend", "list-sessions").splitlines()]
            return next((row[0] for row in rows if name in row and "seat0" in row), None)
        return wait_for(number, 5, "the session of " + name)

    def locks(self):
        """What limberd holds, as systemd-inhibit lists it."""
        return [x for x in self.root("systemd-inhibit", "--list", "--no-legend").splitlines()
                if x.startswith("limber ")]

    def descriptors(self):
        return len(self.root("ls", "/proc/%d/fd" % self.pid).split())

    def doctor(self, check):
        done = self.machine.user("limber", "doctor", "--json", "--no-live")
        # While logind is away that is all there is to say.
        return next((f for f in json.loads(done.stdout)["findings"]
                     if f["area"] == "session" and f["check"] == check), {"state": "untold"})

    # Lock and switch

    def test_lock_and_unlock(self):
        number = self.log_in(USER)
        self.presence("unknown")
        self.root("loginctl", "lock-session", number)
        self.presence("away")
        self.root("loginctl", "unlock-session", number)
        self.presence("unknown")

    def test_a_lock_whose_end_nobody_tells(self):
        """As with swaylock: the request, and one day somebody is at work again."""
        rig.need("Xvfb", "xdotool")
        number = self.log_in(USER)
        self.start_unit("screen", "Xvfb", ":77", "-nolisten", "tcp")
        wait_for(lambda: self.machine.user("test", "-S", "/tmp/.X11-unix/X77").returncode == 0, 5,
                 "the X server")
        self.user("systemctl", "--user", "set-environment", "DISPLAY=:77")
        self.addCleanup(self.machine.user, "systemctl", "--user", "unset-environment", "DISPLAY")
        self.begin("")
        self.source(("x11",))

        def typed(wanted):
            self.user("env", "DISPLAY=:77", "xdotool", "key", "shift")
            time.sleep(0.5)  # the pace of a slow typist
            return self.property("Presence") == wanted
        wait_for(lambda: typed("active"), 5, "somebody at the keys")
        self.root("loginctl", "lock-session", number)
        self.presence("away")
        # A return is one after a pause that was told; who types on has not gone.
        time.sleep(21)
        began = time.monotonic()
        wait_for(lambda: typed("active"), 45, "the end of the lock")
        self.assertGreater(time.monotonic() - began, 25)

    def test_the_locked_hint(self):
        number = self.log_in(USER)
        path = json.loads(self.root("busctl", "--json=short", "call", LOGIN, LOGIN_PATH,
                                    LOGIN + ".Manager", "GetSession", "s", number))["data"][0]

        def hint(locked):
            self.user("busctl", "call", LOGIN, path, LOGIN + ".Session", "SetLockedHint", "b",
                      locked)
        self.presence("unknown")
        hint("true")
        self.presence("away")
        hint("false")
        self.presence("unknown")

    def test_somebody_else_takes_the_screen(self):
        mine = self.log_in(USER)
        self.presence("unknown")
        other = self.log_in("root")
        self.presence("away")
        for _ in range(3):
            self.root("loginctl", "activate", mine)
            self.presence("unknown")
            self.root("loginctl", "activate", other)
            self.presence("away")
        # Who logs out leaves the screen to nobody; ours still does not have it.
        self.root("systemctl", "stop", "limber-test-wayland@root")
        self.root("loginctl", "activate", mine)
        self.presence("unknown")

    # Another place

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        outcome = super().run(result)
        if result and len(result.failures) + len(result.errors) > before:
            journal = self.machine.root("journalctl", "--no-pager", "-q", "-n", "60")
            print("--- the journal's end:\n" + journal.stdout)
        return outcome

    def start_unit(self, name, *argv, env=()):
        self.user("systemd-run", "--user", "--quiet", "--collect", "--unit=" + name,
                  *["--setenv=" + x for x in env], *argv)
        self.addCleanup(self.machine.user, "systemctl", "--user", "stop", name)

    def start_sway(self):
        """A desktop as sway's users have it: the manager is told of the display."""
        self.start_unit("sway-test", "sway", "-c", "/dev/null", env=[
            "WLR_BACKENDS=headless", "WLR_LIBINPUT_NO_DEVICES=1", "WLR_RENDERER=pixman"])

        def socket():
            found = self.machine.user("sh", "-c", "cd $XDG_RUNTIME_DIR; ls | grep '^wayland-[0-9]*$'")
            return found.stdout.split()
        name, = wait_for(socket, 10, "sway")
        self.user("systemctl", "--user", "set-environment", "WAYLAND_DISPLAY=" + name)
        self.addCleanup(self.machine.user, "systemctl", "--user", "unset-environment",
                        "WAYLAND_DISPLAY")
        return name

    def source(self, wanted, seconds=5):
        wait_for(lambda: self.property("IdleSource") in wanted, seconds,
                 "the source %s, not %s" % (wanted, self.property("IdleSource")))

    def test_out_of_sway_onto_a_text_console_and_back(self):
        """The user manager lingers, limberd with it, and what it was told of the display as well."""
        rig.need("sway", "script")
        sway = ("wayland", "kde")
        self.log_in(USER)
        self.start_sway()
        self.begin("")
        self.source(sway)
        # Out of the desktop, and in on a console, where a program reads.
        self.user("systemctl", "--user", "stop", "sway-test")
        self.root("systemctl", "stop", "limber-test-wayland@" + USER)
        self.source(("none",))
        self.log_in(USER, "tty")
        self.user("sh", "-c", "rm -f ~/keys; mkfifo ~/keys")
        self.start_unit("terminal-test", "sh", "-c",
                        "exec 3<>$HOME/keys; exec script -qfc cat /dev/null <&3 >/dev/null")
        self.source(("tty",), 12)
        self.assertEqual([p for p in self.property("Problems")
                          if "idle" in str(p["area"])], [])
        wait_for(lambda: self.user("sh", "-c", "echo x >~/keys") == "" and
                 self.property("Presence") == "active", 20, "somebody at the terminal")
        # And back.
        self.root("systemctl", "stop", "limber-test-tty@" + USER)
        self.log_in(USER)
        self.start_sway()
        self.source(sway)

    # Sleep

    def sleep(self, seconds=2):
        """Falls asleep; how long it took from the word to the moment itself."""
        self.root("sh", "-c", "mkdir -p /run/systemd/system/systemd-suspend.service.d; "
                  "cat >/run/systemd/system/systemd-suspend.service.d/test.conf <<'X'\n%sX\n"
                  "rm -f /run/limber-test-screen; systemctl daemon-reload" % (ASLEEP % seconds))
        began = time.monotonic()
        self.root("systemctl", "suspend")
        wait_for(lambda: self.machine.root("test", "-e", "/run/limber-test-screen").returncode == 0,
                 10, "sleep")
        return time.monotonic() - began

    def awake(self):
        wait_for(lambda: self.root("systemctl", "show", "--value", "-p", "ActiveState",
                                   "systemd-suspend").strip() == "inactive" and
                 "b false" in self.root("busctl", "get-property", LOGIN, LOGIN_PATH,
                                        LOGIN + ".Manager", "PreparingForSleep"), 10, "the morning")

    def need_polkit(self):
        if not self.polkit:
            self.skipTest("polkit does not run here, without which logind gives its locks to root "
                          "only")

    def held(self):
        return wait_for(self.locks, 5, "the lock")

    def test_the_lock_is_listed_with_its_reason(self):
        self.need_polkit()
        self.log_in(USER)
        lock, = self.held()
        self.assertRegex(lock, r"limber +\d+ +%s +\d+ +limberd +sleep +Takes its notification.* +delay"
                         % USER)
        wait_for(lambda: self.doctor("sleep")["state"] == "ok", 5, "the doctor")

    def test_a_night(self):
        self.need_polkit()
        self.log_in(USER)
        self.held()
        self.presence("unknown")
        took = self.sleep()
        self.assertLess(took, 2 * rig.PATIENCE)
        self.presence("away")
        self.assertEqual(self.locks(), [])
        self.awake()
        self.presence("unknown")
        self.held()

    def test_many_nights_and_loginds_leave_nothing_behind(self):
        self.need_polkit()
        self.log_in(USER)
        self.held()
        before = self.descriptors()
        for _ in range(3):
            self.sleep(0.1)
            self.awake()
            self.held()
            self.root("systemctl", "restart", "systemd-logind")
            wait_for(lambda: self.doctor("sleep")["state"] == "ok", 5, "the lock of the next one")
        self.assertEqual(len(self.held()), 1)
        self.assertEqual(self.descriptors(), before)

    def test_a_stopped_limberd_keeps_nobody_awake_for_long(self):
        self.need_polkit()
        self.held()
        self.root("kill", "-STOP", str(self.pid))
        self.addCleanup(self.machine.root, "kill", "-CONT", str(self.pid))
        self.assertLess(self.sleep(0.1), 8 * rig.PATIENCE)
        self.root("kill", "-CONT", str(self.pid))
        self.awake()
        self.held()

    def test_a_prompt_is_off_the_screen_when_the_machine_sleeps(self):
        self.need_polkit()
        rig.need("Xvfb", "dunst", "dunstctl")
        for unit, argv in (("screen", ["Xvfb", ":77", "-nolisten", "tcp"]),
                           ("dunst-test", ["dunst"])):
            self.user("systemd-run", "--user", "--quiet", "--collect", "--unit=" + unit,
                      "--setenv=DISPLAY=:77", *argv)
            self.addCleanup(self.machine.user, "systemctl", "--user", "stop", unit)
            if unit == "screen":
                wait_for(lambda: self.machine.user("test", "-S", "/tmp/.X11-unix/X77")
                         .returncode == 0, 5, "the X server")
        wait_for(lambda: self.machine.user("dunstctl", "count").returncode == 0, 10, "dunst")
        self.begin("[rule micro]\nevery = 2s\nlength = 8s\ngrace = 1s\n[rule active]\nenabled = no\n"
                   "[idle]\nsource = none\n")
        self.log_in(USER)
        self.held()

        def shown():
            return self.user("dunstctl", "count", "displayed").strip()
        wait_for(lambda: shown() == "1", 15, "the prompt")
        self.assertNotEqual(self.machine.root("pgrep", "-x", "limber-notify").stdout, "")
        self.sleep()
        self.assertEqual(self.root("cat", "/run/limber-test-screen"), "")
        self.assertEqual(shown(), "0")
        self.awake()
        # Judged anew: nobody has rested enough in 2 s.
        wait_for(lambda: shown() == "1", 15, "the prompt after the night")

    def test_a_refused_lock_is_told_by_the_doctor_only(self):
        """Without polkit logind gives its locks to root only."""
        self.root("systemctl", "mask", "--runtime", "--now", "polkit")
        self.addCleanup(self.machine.root, "systemctl", "unmask", "--runtime", "polkit")
        self.begin()
        self.log_in(USER)
        wait_for(lambda: "refuses" in self.doctor("sleep")["detail"], 5, "the refusal")
        self.assertEqual(self.doctor("sleep")["state"], "degraded")
        self.assertEqual([p for p in self.property("Problems")
                          if "sleep" in str(p) and "session" in str(p)], [])
        self.presence("unknown")
        self.sleep(1)
        self.presence("away")
        self.awake()
        self.presence("unknown")


if __name__ == "__main__":
    unittest.main()
