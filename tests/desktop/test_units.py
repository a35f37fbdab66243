"""limberd installed and started as desktops start it: by the user unit, by D-Bus activation, by the
autostart entry.

A real systemd is booted once, in namespaces of its own over the machine's files, with a real
logind, user manager and user bus. The machine's own systemd is not spoken to.
"""

import configparser
import glob
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import rig  # noqa: E402
from rig import wait_for  # noqa: E402

BOOT = os.path.join(rig.ROOT, "tests", "fakes", "boot-systemd.sh")
UNIT = "limberd.service"
USER = "limber-test"
SECOND = 1000000

# A desktop as sway's or GNOME's session units make it: the target cannot be started by hand.
DESKTOP = """[Unit]
Description=A desktop
BindsTo=graphical-session.target
"""
RULES = """[rule micro]
every = %ds
length = 8s
grace = 1s
patience = 2s
[rule active]
enabled = no
[prompt]
lull = 1s
"""


def cgroup2():
    """Where the unified hierarchy is mounted, or None."""
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        for line in mounts:
            before, _, after = line.partition(" - ")
            if after.startswith("cgroup2 "):
                return before.split()[4]
    return None


def need_systemd():
    if os.geteuid() != 0:
        raise unittest.SkipTest("a systemd of its own can be booted by root only")
    rig.need("unshare", "nsenter", "setpriv", "useradd", "systemctl", "loginctl", "dbus-daemon",
             "gdbus", "pgrep", "make")
    wanted = {"systemd": "/lib/systemd/systemd",
              "dbus-user-session": "/usr/lib/systemd/user/dbus.socket",
              "libpam-systemd": "/lib/*/security/pam_systemd.so"}
    missing = [name for name, path in wanted.items() if not glob.glob(path)]
    if missing:
        raise unittest.SkipTest("not installed: " + ", ".join(missing))
    if os.path.ismount("/usr"):
        raise unittest.SkipTest("/usr is a file system of its own, which the overlay would lack")
    if not cgroup2():
        raise unittest.SkipTest("there is no cgroup2 here, which a systemd of its own needs")


class Machine:
    """The booted systemd. close() ends it, also half made, with all that runs in it."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="limber-units.")
        self.scratch = os.path.join(self.dir, "scratch")
        self.stage = os.path.join(self.dir, "stage")
        self.cgroup = None
        self.popen = None
        self.init = None
        self.uid = None
        os.chmod(self.dir, 0o755)
        os.mkdir(self.scratch)
        os.mkdir(self.stage)

    def install(self):
        done = subprocess.run(["make", "install", "BUILD=" + rig.BUILD, "DESTDIR=" + self.stage],
                              cwd=rig.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise AssertionError("make install: " + done.stdout[-2000:])

    def boot(self):
        try:
            self.cgroup = tempfile.mkdtemp(prefix="limber-units.", dir=cgroup2())
            # Users' managers go through it to their own.
            os.chmod(self.cgroup, 0o755)
        except OSError as why:
            raise unittest.SkipTest("cannot make a cgroup: %s" % why) from why
        with open(os.path.join(self.dir, "boot"), "wb") as log:
            # Whatever ends the tests, all of this ends with them.
            self.popen = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "sh", BOOT, self.cgroup, self.stage,
                 self.scratch],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        number = os.path.join(self.scratch, "init")
        wait_for(lambda: self.popen.poll() is not None or
                 (os.path.exists(number) and self.read(number).strip()), 15, "process 1")
        if self.popen.poll() is not None:
            said = self.read(os.path.join(self.dir, "boot")).strip() or "no reason given"
            raise unittest.SkipTest("cannot boot a systemd here: " + said.splitlines()[-1])
        self.init = int(self.read(number))
        wait_for(lambda: self.root("systemctl", "is-system-running").stdout.strip() in
                 ("running", "degraded"), 20, "the system to be up")
        self.uid = int(self.root("id", "-u", USER).stdout)
        wait_for(lambda: self.user("busctl", "--user", "call", "org.freedesktop.systemd1",
                                   "/", "org.freedesktop.DBus.Peer", "Ping").returncode == 0, 20,
                 "the user manager on the user's bus")

    @staticmethod
    def read(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def argv(self, argv, user=True, env=()):
        enter = ["nsenter", "-t", str(self.init), "-m", "-p", "-u", "-i", "-C", "-n", "-r", "-w"]
        if user:
            enter += ["setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups"]
        enter += ["env", "-i", "LANG=C.UTF-8", "NO_COLOR=1"]
        if user:
            run = "/run/user/%d" % (self.uid or 0)
            enter += ["PATH=/usr/local/bin:/usr/bin:/bin", "USER=" + USER, "HOME=/home/" + USER,
                      "XDG_RUNTIME_DIR=" + run,
                      "DBUS_SESSION_BUS_ADDRESS=unix:path=%s/bus" % run]
        else:
            enter += ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
        return enter + list(env) + list(argv)

    def run(self, argv, user, env=(), text=None):
        return subprocess.run(self.argv(argv, user, env), input=text or "", cwd="/", text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              timeout=30 * rig.PATIENCE)

    def root(self, *argv):
        return self.run(argv, False)

    def user(self, *argv, env=(), text=None):
        return self.run(argv, True, env, text)

    def console(self):
        path = os.path.join(self.scratch, "console")
        return self.read(path) if os.path.exists(path) else ""

    def close(self):
        if self.popen:
            # The end of process 1 is that of everything else in there, mounts too.
            if self.init and self.popen.poll() is None:
                os.kill(self.init, signal.SIGKILL)
            else:
                self.popen.kill()
            self.popen.wait()
        if self.cgroup:
            wait_for(self.remove_cgroup, 10, "the processes of the booted systemd to end")
        shutil.rmtree(self.dir, ignore_errors=True)

    def remove_cgroup(self):
        for folder, _, _ in os.walk(self.cgroup, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                return False
        return True


class Units(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        need_systemd()
        cls.machine = Machine()
        cls.addClassCleanup(cls.machine.close)
        cls.machine.install()
        cls.machine.boot()
        cls.machine.user("sh", "-c", "mkdir -p ~/.config/systemd/user ~/.config/limber; "
                         "cat >~/.config/systemd/user/desktop.target", text=DESKTOP)

    def setUp(self):
        self.background = []
        self.addCleanup(self.end_background)
        self.settings("")
        # Also what a test that failed has left.
        self.user("sh", "-c", "systemctl --user stop desktop.target;"
                  "systemctl --user unmask limberd;"
                  "rm -rf ~/.config/systemd/user/limberd.service.d;"
                  "systemctl --user daemon-reload; systemctl --user disable limberd;"
                  "systemctl --user stop limberd; systemctl --user reset-failed;"
                  "rm -rf ~/.local/share/limber;"
                  "systemctl --user unset-environment DISPLAY")
        self.assertEqual(self.state(), "inactive")

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        outcome = super().run(result)
        if result and len(result.failures) + len(result.errors) > before:
            journal = self.machine.root("journalctl", "--no-pager", "-q", "-n", "40")
            print("--- the journal's end:\n" + journal.stdout)
        return outcome

    # The machine and the person's session in it

    def user(self, *argv, **more):
        return self.machine.user(*argv, **more)

    def done(self, *argv, **more):
        """Runs a program of the person's that must work; its output."""
        done = self.user(*argv, **more)
        self.assertEqual(done.returncode, 0,
                         "%s: %s%s" % (" ".join(argv), done.stdout, done.stderr))
        return done.stdout

    def systemctl(self, *argv):
        return self.done("systemctl", "--user", "--no-pager", *argv)

    def show(self, name, unit=UNIT):
        return self.systemctl("show", "--value", "-p", name, unit).strip()

    def state(self, unit=UNIT):
        return self.show("ActiveState", unit)

    def settings(self, text):
        self.done("sh", "-c", "cat >~/.config/limber/limber.conf", text=text)

    def start(self, *argv, env=()):
        """A program that runs on, in the person's name, until the test is over."""
        log = os.path.join(self.machine.dir, "log-%s-%d" % (self.id(), len(self.background)))
        process = rig.Process(self.machine.argv(argv, True, env), dict(os.environ), log, cwd="/")
        self.background.append(process)
        return process

    def end_background(self):
        for process in reversed(self.background):
            # Not nsenter, which then would leave its child to nobody.
            children = subprocess.run(["pgrep", "-P", str(process.pid)], stdout=subprocess.PIPE,
                                      text=True, check=False).stdout.split()
            for child in children:
                os.kill(int(child), signal.SIGTERM)
            try:
                process.popen.wait(5 * rig.PATIENCE)
            except subprocess.TimeoutExpired:
                pass
            process.stop()

    def bus(self, *argv, **more):
        return self.user("busctl", "--user", "--json=short", "--auto-start=no", *argv, **more)

    def owner(self):
        """The process that owns limberd's name, as a number inside; 0 if none does."""
        done = self.bus("call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                        "org.freedesktop.DBus", "GetConnectionUnixProcessID", "s", rig.NAME)
        return json.loads(done.stdout)["data"][0] if done.returncode == 0 else 0

    def property(self, name):
        done = self.bus("get-property", rig.NAME, rig.PATH, rig.NAME + ".Manager", name)
        return json.loads(done.stdout)["data"] if done.returncode == 0 else None

    def problems(self):
        return [{k: v["data"] for k, v in p.items()} for p in self.property("Problems")]

    def every(self, rule):
        """How much exposure the running limberd's rule takes, in seconds."""
        done = self.bus("call", rig.NAME, rig.PATH, rig.NAME + ".Manager", "ListRules")
        rules = [{k: v["data"] for k, v in r.items()} for r in json.loads(done.stdout)["data"][0]]
        return next(r["every_usec"] // SECOND for r in rules if r["name"] == rule)

    def running(self):
        """The main process of the unit, which has the name and is the only limberd there is."""
        self.assertEqual(self.state(), "active")
        pid = int(self.show("MainPID"))
        self.assertEqual(self.owner(), pid)
        self.assertEqual(self.done("pgrep", "-x", "limberd").split(), [str(pid)])
        return pid

    # The files

    def test_the_unit_has_nothing_to_complain_about(self):
        self.systemctl("enable", "limberd")
        done = self.user("systemd-analyze", "--user", "--man=no", "verify", UNIT)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        self.assertEqual(self.show("PartOf"), "")

    def test_the_autostart_entry_is_valid(self):
        rig.need("desktop-file-validate")
        done = self.user("desktop-file-validate", "/etc/xdg/autostart/limberd.desktop")
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    # With the target

    def test_the_desktop_starts_it_once_and_its_end_does_not_stop_it(self):
        self.systemctl("enable", "limberd")
        self.systemctl("start", "desktop.target")
        wait_for(self.owner, 10, "limberd on the bus")
        pid = self.running()
        self.assertIn("Active: active (running)", self.systemctl("status", "limberd"))
        # As installed it finds its own settings and exercises.
        self.assertEqual([p for p in self.problems() if p["area"] == "settings"], [])
        self.assertIn("posture", self.done("limber", "exercises"))

        self.systemctl("stop", "desktop.target")
        wait_for(lambda: self.state("graphical-session.target") == "inactive", 5,
                 "the target's end")
        self.assertEqual(self.running(), pid)
        self.systemctl("start", "desktop.target")
        self.assertEqual(self.state("graphical-session.target"), "active")
        self.assertEqual(self.running(), pid)
        self.systemctl("start", "limberd")
        self.assertEqual(self.running(), pid)

    def test_what_was_not_enabled_is_not_started(self):
        self.systemctl("start", "desktop.target")
        self.assertEqual(self.state("graphical-session.target"), "active")
        self.assertEqual(self.state(), "inactive")

    def test_reload_is_over_when_the_new_settings_hold(self):
        self.settings("[rule micro]\nevery = 30min\n")
        self.systemctl("start", "limberd")
        pid = self.running()
        self.assertEqual(self.every("micro"), 30 * 60)
        self.settings("[rule micro]\nevery = 40min\n")
        self.systemctl("reload", "limberd")
        self.assertEqual(self.every("micro"), 40 * 60)
        self.assertEqual(self.running(), pid)

    def test_who_is_new_is_welcomed_once(self):
        """The unit gives no option; a crash is no new login, and who said OK is not new."""
        def told():
            answer = self.bus("call", rig.NAME, rig.PATH, "org.freedesktop.DBus.ObjectManager",
                              "GetManagedObjects")
            self.assertEqual(answer.returncode, 0, answer.stderr)
            return "ask a doctor or physiotherapist first" in answer.stdout

        def login():
            self.done("sh", "-c", "rm -f $XDG_RUNTIME_DIR/limberd-welcomed")
            self.systemctl("start", "limberd")
        login()
        pid = self.running()
        self.assertTrue(told())
        self.done("kill", "-KILL", str(pid))
        wait_for(lambda: self.owner() not in (0, pid), 10, "limberd to come back")
        self.assertFalse(told())
        self.systemctl("stop", "limberd")
        self.done("sh", "-c", "rm -rf ~/.local/share/limber")
        login()
        self.assertTrue(told())
        closed = self.bus("call", rig.NAME, rig.PATH + "/notice/1", rig.NAME + ".Notice", "Dismiss")
        self.assertEqual(closed.returncode, 0, closed.stderr)
        self.systemctl("stop", "limberd")
        login()
        self.assertFalse(told())

    def test_it_comes_back_after_a_crash(self):
        self.systemctl("start", "limberd")
        pid = self.running()
        self.done("kill", "-KILL", str(pid))
        wait_for(lambda: self.owner() not in (0, pid), 10, "limberd to come back")
        wait_for(lambda: self.state() == "active", 5, "the unit to know")
        self.assertNotEqual(self.running(), pid)
        self.assertEqual(self.show("NRestarts"), "1")

    def test_a_clean_end_is_the_end(self):
        # Restarting would show as "activating", waiting.
        self.systemctl("start", "limberd")
        self.systemctl("stop", "limberd")
        self.assertEqual((self.state(), self.show("SubState"), self.show("Result")),
                         ("inactive", "dead", "success"))
        self.systemctl("start", "limberd")
        self.done("kill", str(self.running()))
        wait_for(lambda: self.state() not in ("active", "deactivating"), 5, "the end of limberd")
        self.assertEqual((self.state(), self.show("SubState"), self.show("Result")),
                         ("inactive", "dead", "success"))

    def manager_has(self, interface, name):
        """A number that the user manager keeps of the unit."""
        done = self.bus("get-property", "org.freedesktop.systemd1",
                        "/org/freedesktop/systemd1/unit/limberd_2eservice",
                        "org.freedesktop.systemd1." + interface, name)
        return json.loads(done.stdout)["data"]

    def doctor(self):
        done = self.user("limber", "doctor", "--json")
        return done.returncode, {f["area"] + " " + f["check"]: f
                                 for f in json.loads(done.stdout)["findings"]}

    def test_the_doctor_knows_the_unit(self):
        code, found = self.doctor()
        self.assertEqual(code, 3)
        self.assertIn("limberd.service is disabled and inactive", found["limberd unit"]["detail"])
        self.assertEqual(self.state(), "inactive", "it was started by a question")
        self.systemctl("enable", "--now", "limberd")
        code, found = self.doctor()
        self.assertIn(code, (0, 1))
        self.assertIn("systemd runs limberd", found["unit service"]["detail"])
        self.assertIn("limberd.service is enabled", found["unit login"]["detail"])
        self.systemctl("disable", "limberd")
        self.assertIn("limberd.desktop", self.doctor()[1]["unit login"]["detail"])
        self.systemctl("stop", "limberd")
        self.start("limberd")
        rig.wait_for(self.owner, 5, "limberd by hand")
        found = self.doctor()[1]["unit service"]
        self.assertEqual(found["state"], "degraded")
        self.assertIn("limberd.service is inactive", found["detail"])

    def test_beside_one_started_by_hand_it_gives_up(self):
        # As shipped the limit can be reached; what follows only shortens the way there.
        pause = self.manager_has("Service", "RestartUSec")
        self.assertLess(pause * self.manager_has("Unit", "StartLimitBurst"),
                        self.manager_has("Unit", "StartLimitIntervalUSec") / 2)
        self.done("sh", "-c", "mkdir ~/.config/systemd/user/limberd.service.d && "
                  "printf '[Service]\\nRestartSec=20ms\\n' "
                  ">~/.config/systemd/user/limberd.service.d/soon.conf")
        self.systemctl("daemon-reload")
        byhand = self.start("limberd")
        pid = wait_for(self.owner, 10, "the limberd started by hand")
        # What start answers is a matter of luck: the name has an owner, only not this one.
        self.user("systemctl", "--user", "start", "limberd")
        wait_for(lambda: self.state() == "failed", 20, "the unit to give up")
        self.assertGreater(int(self.show("NRestarts")), 1)
        self.assertTrue(byhand.alive())
        self.assertEqual(self.owner(), pid)

    # Without the target

    def test_reading_verbs_do_not_start_it(self):
        done = self.user("limber", "status")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertEqual(self.state(), "inactive")
        self.assertEqual(self.owner(), 0)

    def test_acting_verbs_start_the_unit(self):
        for verb in (["up", "micro"], ["pause", "1h"], ["resume"]):
            with self.subTest(verb=verb):
                self.done("limber", *verb)
                self.running()
                self.done("limber", "status")
                self.systemctl("stop", "limberd")

    # The autostart entry

    def autostart(self):
        """The entry's command line, split as a desktop does it."""
        entry = configparser.RawConfigParser()
        entry.optionxform = str
        entry.read_string(self.done("cat", "/etc/xdg/autostart/limberd.desktop"))
        return shlex.split(entry["Desktop Entry"]["Exec"])

    def test_autostart_starts_the_unit_with_the_display(self):
        self.done(*self.autostart(), env=["DISPLAY=:77"])
        pid = self.running()
        self.assertIn("DISPLAY=:77\n", self.systemctl("show-environment"))
        self.assertIn("DISPLAY=:77", self.done("cat", "/proc/%d/environ" % pid).split("\0"))
        self.done(*self.autostart(), env=["DISPLAY=:77"])
        self.assertEqual(self.running(), pid)

    def test_autostart_leaves_a_masked_unit_alone(self):
        self.systemctl("mask", "limberd")
        self.assertNotEqual(self.user(*self.autostart()).returncode, 0)
        self.assertEqual(self.owner(), 0)
        self.assertEqual(self.user("pgrep", "-x", "limberd").stdout, "")

    def test_autostart_without_a_user_manager_is_limberd_itself(self):
        self.done("sh", "-c", "mkdir -m 700 /tmp/plain")
        self.addCleanup(self.user, "rm", "-r", "/tmp/plain")
        plain = ["XDG_RUNTIME_DIR=/tmp/plain", "DBUS_SESSION_BUS_ADDRESS=unix:path=/tmp/plain/bus"]
        self.start("dbus-daemon", "--session", "--nofork", "--address=unix:path=/tmp/plain/bus",
                   env=plain)
        wait_for(lambda: self.user("test", "-S", "/tmp/plain/bus").returncode == 0, 5, "the bus")
        self.start(*self.autostart(), env=plain)
        wait_for(lambda: self.user("limber", "status", env=plain).returncode == 0, 10,
                 "limberd on the plain bus")
        self.assertEqual(len(self.done("pgrep", "-x", "limberd").split()), 1)
        self.assertEqual(self.state(), "inactive")

    # All that the unit's limits must let through

    def start_screen(self):
        """An X server and a notification server as user units; the manager hears of DISPLAY."""
        rig.need("Xvfb", "dunst", "dunstctl", "xdotool")
        for unit, argv in (("screen", ["Xvfb", ":77", "-nolisten", "tcp"]),
                           ("dunst-test", ["dunst"])):
            self.done("systemd-run", "--user", "--quiet", "--collect", "--unit=" + unit,
                      "--setenv=DISPLAY=:77", *argv)
            self.addCleanup(self.user, "systemctl", "--user", "stop", unit)
            if unit == "screen":
                wait_for(lambda: self.user("test", "-S", "/tmp/.X11-unix/X77").returncode == 0, 5,
                         "the X server")
        self.done("systemctl", "--user", "import-environment", "DISPLAY", env=["DISPLAY=:77"])
        wait_for(lambda: self.user("dunstctl", "count").returncode == 0, 10, "dunst")

    def displayed(self):
        return int(self.done("dunstctl", "count", "displayed"))

    def test_a_whole_break_within_the_limits_of_the_unit(self):
        self.start_screen()
        self.settings(RULES % 2)
        self.systemctl("enable", "limberd")
        self.systemctl("start", "desktop.target")
        wait_for(lambda: self.property("IdleSource") == "x11", 10, "the idle source")
        limits = self.done("cat", "/proc/%d/status" % self.running())
        self.assertIn("NoNewPrivs:\t1\n", limits)
        self.assertIn("Seccomp:\t2\n", limits)
        signals = self.start("gdbus", "monitor", "--session", "--dest", rig.NAME)

        def typed():
            self.done("xdotool", "key", "shift", env=["DISPLAY=:77"])
            return self.property("Phase") == "prompting"

        wait_for(typed, 15, "the prompt")
        wait_for(lambda: self.displayed() == 1, 5, "the notification")
        wait_for(lambda: "BreakEnded" in signals.output(), 20, "the end of the break")
        self.assertIn("'micro', 'taken'", signals.output())
        # The settings are shorter than is good for anybody, nobody has logged in, and no sound plays.
        self.assertLessEqual({p["area"] for p in self.problems()}, {"settings", "session", "quiet"})

        # What it keeps is the user's own, where their data is.
        kept = "/home/" + USER + "/.local/share/limber"
        self.assertEqual(self.done("stat", "-c", "%a %U", kept).strip(), "700 " + USER)
        self.assertEqual(self.done("stat", "-c", "%a %U", kept + "/history.db").strip(),
                         "600 " + USER)

        # Told to end all at once, limberd and its front end take the notification with them.
        self.done("limber", "up", "micro")
        wait_for(lambda: self.displayed() == 1, 5, "the next notification")
        self.systemctl("stop", "limberd")
        self.assertEqual(self.show("Result"), "success")
        wait_for(lambda: self.displayed() == 0, 5, "an empty screen")

    def test_calls_are_seen_within_the_limits_of_the_unit(self):
        rig.need_pipewire()

        def unseen():
            return [p["message"] for p in self.problems() if p["area"] == "quiet"]

        self.addCleanup(self.user, "systemctl", "--user", "stop", "pipewire.socket", "pipewire")
        self.systemctl("stop", "pipewire.socket", "pipewire")
        self.systemctl("start", "pipewire.socket")
        self.systemctl("start", "limberd")
        wait_for(unseen, 5, "the problem")
        # Whoever connects to the socket starts PipeWire; that is not for limber to do.
        self.assertEqual(unseen(), ["microphones and screen shares are not seen: "
                                    "PipeWire is not running"])
        self.assertEqual(self.state("pipewire"), "inactive")
        self.systemctl("start", "pipewire")
        wait_for(lambda: not unseen(), 5, "PipeWire seen")
        sense = self.done("pgrep", "-x", "limber-sense").strip()
        limits = self.done("cat", "/proc/%s/status" % sense)
        self.assertIn("NoNewPrivs:\t1\n", limits)
        self.assertIn("Seccomp:\t2\n", limits)
        self.systemctl("stop", "limberd")
        self.assertEqual(self.show("Result"), "success")
        self.assertEqual(self.user("pgrep", "-x", "limber-sense").stdout, "")

    def test_cameras_are_seen_within_the_limits_of_the_unit(self):
        """Devices of other kinds stand for a camera and, as udev tells, for a decoder."""
        made = self.machine.root(
            "sh", "-ec", "trap '' HUP; mknod -m 666 /dev/video0 c 1 3; mknod -m 666 /dev/video1 c 1 5;"
            "mkdir -p /run/udev/data;"
            "printf 'N:video1\\nE:ID_V4L_CAPABILITIES=:video_output:\\n' >/run/udev/data/c1:5;"
            "sleep 1000 </dev/video0 >/dev/null 2>&1 & echo $!")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.addCleanup(self.machine.root, "sh", "-c", "kill %s; rm /dev/video0 /dev/video1 "
                        "/run/udev/data/c1:5" % made.stdout.strip())
        self.done("test", "-r", "/dev/video0")
        self.systemctl("start", "limberd")
        # Another user's program is not seen, and a decoder is no camera.
        self.start("sh", "-c", "exec sleep 1000 </dev/video1")
        wait_for(lambda: self.user("pgrep", "-x", "-U", USER, "sleep").stdout, 5, "the player")
        self.start("sh", "-c", "exec tail -f /dev/null </dev/video0")
        call = wait_for(lambda: [r["detail"]["data"] for r in self.property("Reasons")], 10, "the call")
        self.assertRegex(call[0], "^a call in tail uses the microphone or camera since")
        self.end_background()
        wait_for(lambda: not self.property("Reasons"), 10, "the end of the call")

    # logind

    def test_lock_and_suspend_are_noticed(self):
        self.systemctl("start", "limberd")
        before = self.property("Presence")
        self.machine.root("systemctl", "start", "limber-test-login")
        self.addCleanup(self.machine.root, "systemctl", "stop", "limber-test-login")

        def session():
            # Newer systemd has a session for the user manager, too, of another class.
            rows = [x.split() for x in self.machine.root("loginctl", "--no-legend",
                                                         "list-sessions").stdout.splitlines()]
            return next((row[0] for row in rows if USER in row and self.machine.root(
                "loginctl", "show-session", "--value", "-p", "Class", row[0]).stdout == "user\n"),
                        None)

        number = wait_for(session, 5, "the session")
        wait_for(lambda: not [p for p in self.problems() if p["area"] == "session"], 5,
                 "limberd to know the session")
        self.machine.root("loginctl", "lock-session", number)
        wait_for(lambda: self.property("Presence") == "away", 5, "away, as it is locked")
        self.machine.root("loginctl", "unlock-session", number)
        wait_for(lambda: self.property("Presence") == before, 5, "the return")
        self.assertEqual(self.machine.root("systemctl", "suspend").returncode, 0)
        wait_for(lambda: self.property("Presence") == "away", 5, "away, as it is asleep")
        wait_for(lambda: self.property("Presence") == before, 10, "the return from sleep")


if __name__ == "__main__":
    unittest.main()
