"""What the bus, desktop and command line tests stand on: real servers in a folder of their own.

Everything started here is ended here, by its process id. Nothing is waited for by sleeping a fixed
time: wait_for() looks for the thing itself, with a limit, and says what it missed.
"""

import ctypes.util
import fcntl
import json
import os
import pty
import random
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(ROOT, "build")))
LIMBERD = os.path.join(BUILD, "limberd")
with open(os.path.join(ROOT, "systemd", "limberd.service"), encoding="utf-8") as unit:
    # What the unit starts limberd with.
    UNIT_ENVIRONMENT = dict(line.strip().split("=", 2)[1:] for line in unit
                            if line.startswith("Environment="))
LIMBER = os.path.join(BUILD, "limber")
PROBE = os.path.join(BUILD, "tests", "fakes", "idle-probe")
SENSE = os.path.join(BUILD, "limber-sense")
NAME = "org.limberd.Limber1"
PATH = "/org/limberd/Limber1"
# Slow machines, sanitizers and valgrind stretch every limit alike.
PATIENCE = float(os.environ.get("TEST_PATIENCE", "1"))
# Put before limberd and limber-notify, such as "valgrind --error-exitcode=9".
WRAPPER = os.environ.get("TEST_WRAPPER", "").split()


def wait_for(condition, seconds=5, what="the condition"):
    """The first true answer of condition(); an AssertionError after the limit."""
    until = time.monotonic() + seconds * PATIENCE
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError("waited %.0f s in vain for %s" % (seconds * PATIENCE, what))
        time.sleep(0.02)


def need(*programs):
    """Skips the test, by name, where a program is not installed."""
    missing = [p for p in programs if not shutil.which(p)]
    if missing:
        raise unittest.SkipTest("not installed: " + ", ".join(missing))


def need_dbusmock():
    if subprocess.run(["/usr/bin/python3", "-c", "import dbusmock"], check=False,
                      stderr=subprocess.DEVNULL).returncode:
        raise unittest.SkipTest("not installed: python3-dbusmock")


def need_pipewire():
    need("pipewire", "wireplumber", "pw-cli", "pw-record")
    if not built_with(b"libpipewire", SENSE):
        raise unittest.SkipTest("limber-sense is built without libpipewire-0.3-dev")


def calm(test):
    """Marks a test, or a class of them, whose measure a busy machine could spoil."""
    test.calm = True
    return test


def takes(seconds):
    """Marks a test that takes about so long: it begins before shorter ones, so that in the end
    nobody waits for it alone."""
    def mark(test):
        test.takes = seconds
        return test
    return mark


def patient(test):
    """Marks a test, or a class of them, that takes minutes and hardly does anything in them."""
    test.patient = True
    return test


def listens(path):
    """Does anybody listen on that socket? Its file is there a moment before."""
    with socket.socket(socket.AF_UNIX) as end:
        return end.connect_ex(path) == 0


def switches(pid):
    """Voluntary context switches of all threads: how often the process woke up."""
    total = 0
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/status" % (pid, task), encoding="utf-8") as status:
            total += next(int(x.split()[1]) for x in status if x.startswith("voluntary_ctxt"))
    return total


def switches_at_rest(pid):
    """The same once it sleeps: what it has said can be read before it has gone back to sleep, and up
    to 2.5 s after the last of many questions limberd gives memory back."""
    last, since = [-1], [0]

    def still():
        now = switches(pid)
        if now != last[0]:
            last[0], since[0] = now, time.monotonic()
        return time.monotonic() - since[0] > 2.6

    wait_for(still, 10, "process %d to be at rest" % pid)
    return last[0]


def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def watches(pid):
    """How many things inotify looks at for the process."""
    found = 0
    for fd in os.listdir("/proc/%d/fdinfo" % pid):
        with open("/proc/%d/fdinfo/%s" % (pid, fd), encoding="ascii") as info:
            found += sum(line.startswith("inotify ") for line in info)
    return found


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
        return [int(x) for x in file.read().split()]


def private_dirty_kib(pid):
    with open("/proc/%d/smaps_rollup" % pid, encoding="utf-8") as rollup:
        return next(int(x.split()[1]) for x in rollup if x.startswith("Private_Dirty"))


def built_with(part, program=LIMBERD):
    """Whether limberd has that in it, such as b"libwayland-client"."""
    with open(program, "rb") as file:
        return part in file.read()


class Process:
    """A program that is ended when the test is over; its output is kept for the report."""

    def __init__(self, argv, env, log, **more):
        # A file can come again from an earlier run of the same program in this test.
        self.log_path = log
        self.log = open(log, "ab")  # pylint: disable=consider-using-with
        self.argv = argv
        self.popen = subprocess.Popen(argv, env=env, stdout=more.pop("stdout", self.log),
                                      stderr=self.log, stdin=more.pop("stdin", subprocess.DEVNULL),
                                      **more)

    @property
    def pid(self):
        return self.popen.pid

    def alive(self):
        return self.popen.poll() is None

    def signal(self, number):
        self.popen.send_signal(number)

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """kill -9 and wait."""
        if self.alive():
            self.popen.kill()
        self.popen.wait()

    def stop(self, seconds=5):
        """SIGTERM, and its exit status; kill -9 if it does not listen."""
        if self.alive():
            self.thaw()
            self.popen.terminate()
        try:
            status = self.popen.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            status = None
        self.log.close()
        return status

    def output(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()


class Rig(unittest.TestCase):
    """A folder, an environment without the user's own, and whatever servers a test asks for."""

    maxDiff = None

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="limber-test.")
        self.env = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": self.dir,
            "XDG_CONFIG_HOME": os.path.join(self.dir, "config"),
            "XDG_DATA_HOME": os.path.join(self.dir, "data"),
            "XDG_RUNTIME_DIR": os.path.join(self.dir, "run"),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            # No system bus unless a test starts one: the machine's own has nothing to say here.
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=" + os.path.join(self.dir, "no-system-bus"),
            "LIMBER_ETC": os.path.join(self.dir, "etc"),
            "LIMBER_SHARE": os.path.join(ROOT, "config"),
            **UNIT_ENVIRONMENT,
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        os.makedirs(os.path.join(self.dir, "run"), 0o700)
        os.makedirs(os.path.join(self.dir, "config", "limber"))
        self.welcomed()
        # Without PipeWire nothing is seen of these, which limberd would say in every test.
        os.makedirs(os.path.join(self.dir, "etc"))
        with open(self.path("etc", "limber.conf"), "w", encoding="utf-8") as file:
            file.write("[quiet]\ncall = no\nscreencast = no\n")
        self.processes = []
        self.daemon = None
        self.addCleanup(self._clean)

    def _clean(self):
        faults = []
        for process in reversed(self.processes):
            alive = process.alive()
            status = process.stop()
            # limberd ends cleanly when it is told to: also what valgrind or a sanitizer says.
            if alive and LIMBERD in process.argv and status != 0:
                faults.append("limberd ended with %s:\n%s" % (status, process.output()))
        if os.environ.get("TEST_KEEP"):
            print("kept:", self.dir)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)
        if faults:
            raise AssertionError("\n".join(faults))

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        outcome = super().run(result)
        if result and len(result.failures) + len(result.errors) > before:
            for process in getattr(self, "processes", []):
                if os.path.exists(process.log_path):
                    print("--- what %s said:\n%s" % (os.path.basename(process.argv[0]),
                                                    process.output()[-3000:]))
        return outcome

    def welcomed(self, done=True):
        """Whether this login has had the notice of a user's first time, which most tests are not about."""
        stamp = self.path("run", "limberd-welcomed")
        if done:
            with open(stamp, "w", encoding="utf-8"):
                pass
        elif os.path.exists(stamp):
            os.unlink(stamp)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def start(self, argv, name=None, **more):
        """Start any program, ended with the test."""
        log = self.path("%s.log" % (name or os.path.basename(argv[0])))
        process = Process(argv, more.pop("env", self.env), log, **more)
        self.processes.append(process)
        return process

    def start_bus(self, services=None):
        """A private session bus; starts nothing by itself unless `services` is a folder of
        activation files."""
        need("dbus-daemon")
        address = "unix:path=" + self.path("bus")
        folder = "<servicedir>%s</servicedir>" % services if services else ""
        with open(self.path("bus.conf"), "w", encoding="utf-8") as config:
            config.write("""<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>%s</listen>%s
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/><allow user="*"/></policy>
<limit name="max_replies_per_connection">50000</limit>
</busconfig>""" % (address, folder))
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address
        self.bus = self.start(["dbus-daemon", "--nofork", "--config-file=" + self.path("bus.conf")])
        wait_for(lambda: listens(self.path("bus")), 5, "the bus")
        return self.bus

    def start_x(self, number=None, wrap=list):
        """Xvfb on the display number given, else on one of its own, which no other test takes while
        a killed server's successor is awaited; its DISPLAY goes to the environment."""
        need("Xvfb")
        for _ in range(20):
            chosen = number if number is not None else random.randrange(100, 30000)
            read, write = os.pipe()
            process = self.start(wrap(["Xvfb", ":%d" % chosen, "-displayfd", str(write), "-screen",
                                       "0", "1024x768x24", "-nolisten", "tcp", "-noreset"]), "Xvfb",
                                 pass_fds=(write,))
            os.close(write)
            # It says the number when it is ready, and nothing when another has it already.
            with os.fdopen(read) as answer:
                if answer.readline().strip():
                    break
        else:
            raise AssertionError("no X server would start:\n" + process.output())
        self.display = chosen
        self.env["DISPLAY"] = ":%d" % chosen
        self.x = process
        return process

    def as_user(self):
        """What to put before a program that will not run as root; it gets the runtime folder."""
        if os.getuid():
            return []
        os.chmod(self.dir, 0o755)
        os.chown(self.path("run"), 1000, 1000)
        return ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"]

    def listens(self, name):
        """Is there a server behind that socket of the runtime folder?"""
        with socket.socket(socket.AF_UNIX) as client:
            return not client.connect_ex(self.path("run", name))

    def start_user_manager(self, *environment):
        """Only its environment; the real one is not on a bus of ours."""
        if "DBUS_SESSION_BUS_ADDRESS" not in self.env:
            self.start_bus()
        need_dbusmock()
        name, path = "org.freedesktop.systemd1", "/org/freedesktop/systemd1"
        manager = self.start(["/usr/bin/python3", "-m", "dbusmock", "--session", name, path,
                              name + ".Manager"], "user-manager")
        wait_for(lambda: self.owner(name), 10, "the user manager")
        done = self.command("gdbus", "call", "--session", "--dest", name, "--object-path", path,
                            "--method", "org.freedesktop.DBus.Mock.AddProperty", name + ".Manager",
                            "Environment", "<%s>" % (["A=B", "DISPLAY=", *environment],))
        self.assertEqual(done.returncode, 0, done.stderr)
        return manager

    def start_dunst(self):
        """A real notification server, seen through dunstctl; click() presses its buttons."""
        need("dunst", "dunstctl")
        # dunst offers buttons in a menu, which is a program of the user's choice: ours chooses.
        menu = self.path("menu")
        with open(menu, "w", encoding="utf-8") as script:
            script.write("#!/bin/sh\ngrep -F \"$(cat '%s')\" | head -n 1\n" % self.path("choice"))
        os.chmod(menu, 0o755)
        with open(self.path("dunstrc"), "w", encoding="utf-8") as config:
            config.write("[global]\n font = DejaVu Sans 11\n width = 420\n height = 300\n"
                         " offset = 20x20\n markup = full\n show_indicators = yes\n"
                         " progress_bar = true\n history_length = 50\n dmenu = %s\n" % menu)
        self.dunst = self.start(["dunst", "-conf", self.path("dunstrc")])
        wait_for(lambda: self.owner("org.freedesktop.Notifications"), 10, "dunst")
        return self.dunst

    def start_dunst_aside(self):
        """A notification server on a screen of its own, of which limberd knows nothing."""
        self.start_x()
        self.start_dunst()
        del self.env["DISPLAY"]

    def config(self, text, name="limber.conf"):
        """The user's settings file, or a drop-in."""
        path = os.path.join(self.dir, "config", "limber", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start_daemon(self, *args, wait=True):
        if self.daemon and not self.daemon.alive():
            # The bus hears of a killed one a moment later than we do.
            pid = self.daemon.popen.pid
            wait_for(lambda: self.owner_pid(NAME) != pid, 10, "the bus to miss limberd")
        self.daemon = self.start(WRAPPER + [LIMBERD, *args], "limberd")
        if wait:
            wait_for(lambda: self.owner(NAME) or not self.daemon.alive(), 10, "limberd on the bus")
            self.assertTrue(self.daemon.alive(), "limberd ended:\n" + self.daemon.output())
        return self.daemon

    # Asking the bus

    def command(self, *argv, **more):
        """Run a program to its end: a CompletedProcess with text."""
        timeout = more.pop("timeout", 20) * PATIENCE
        return subprocess.run(argv, env=self.env, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              check=False, **more)

    def busctl(self, *argv):
        return self.command("busctl", "--user", "--json=short", "--timeout=10", *argv)

    def _ask_bus(self, question, name):
        answer = self.busctl("call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                             "org.freedesktop.DBus", question, "s", name)
        return json.loads(answer.stdout)["data"][0] if answer.returncode == 0 else None

    def owner(self, name):
        """The unique name that owns `name`, or None."""
        return self._ask_bus("GetNameOwner", name)

    def owner_pid(self, name):
        return self._ask_bus("GetConnectionUnixProcessID", name)

    def call(self, method, *args, path=PATH, interface=NAME + ".Manager"):
        """Call a method of limberd; its answer as a list, an AssertionError with the error else."""
        answer = self.busctl("--auto-start=no", "call", NAME, path, interface, method, *args)
        self.assertEqual(answer.returncode, 0, "%s: %s" % (method, answer.stderr))
        return json.loads(answer.stdout)["data"] if answer.stdout.strip() else []

    def refused(self, method, *args, path=PATH, interface=NAME + ".Manager"):
        """Call a method that must fail: its error's sentence."""
        answer = self.busctl("--auto-start=no", "call", NAME, path, interface, method, *args)
        self.assertNotEqual(answer.returncode, 0, "%s was not refused" % method)
        return answer.stderr.strip()

    def property(self, name, path=PATH, interface=NAME + ".Manager"):
        answer = self.busctl("get-property", NAME, path, interface, name)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return json.loads(answer.stdout)["data"]

    def phase(self):
        return self.property("Phase")

    def problems(self):
        """Problems as a list of plain dictionaries."""
        return [{k: v["data"] for k, v in p.items()} for p in self.property("Problems")]

    def limber(self, *args, **more):
        return self.command(LIMBER, *args, **more)

    def works(self, *args, **more):
        """Runs a verb that must succeed without a word of complaint; its output."""
        done = self.limber(*args, **more)
        self.assertEqual((done.returncode, done.stderr), (0, ""), " ".join(args))
        return done.stdout

    def fails(self, code, *args):
        """Runs a verb that must say in one line what is wrong; that line."""
        done = self.limber(*args)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertRegex(done.stderr, r"\Alimber: [^\n]+\n\Z")
        return done.stderr

    def displayed(self):
        """How many notifications are on the screen."""
        done = self.command("dunstctl", "count", "displayed")
        return int(done.stdout) if done.returncode == 0 else -1

    def click(self, label):
        """Press the button with that label on the newest notification."""
        with open(self.path("choice"), "w", encoding="utf-8") as choice:
            choice.write(label)
        self.command("dunstctl", "context")

    # The person at the desk

    def xdotool(self, *args):
        need("xdotool")
        done = self.command("xdotool", *args)
        self.assertEqual(done.returncode, 0, done.stderr)

    def press(self):
        self.xdotool("key", "shift")

    def type_until(self, condition, seconds=10, what="something while typing", every=0.1):
        """Goes on pressing a key until the condition holds."""
        last = [0.0]

        def typed():
            if time.monotonic() - last[0] >= every:
                self.press()
                last[0] = time.monotonic()
            return condition()

        return wait_for(typed, seconds, what)

    def dunst_history(self):
        done = self.command("dunstctl", "history")
        return [{k: v["data"] for k, v in n.items()}
                for n in json.loads(done.stdout)["data"][0]] if done.returncode == 0 else []


class Terminal:
    """A program as the foreground job of a terminal of its own."""

    def __init__(self, test, *argv, columns=80, rows=60, stdin=True, env=None):
        self.master, self.slave = pty.openpty()
        slave = self.slave
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.seen = b""

        def lead():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self.popen = subprocess.Popen(  # pylint: disable=subprocess-popen-preexec-fn
            argv, stdin=slave if stdin else subprocess.DEVNULL, stdout=slave, stderr=slave,
            preexec_fn=lead, close_fds=True, env=env or dict(test.env, TERM="xterm-256color"))
        test.addCleanup(self.close)

    def close(self):
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        os.close(self.master)
        os.close(self.slave)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def raw(self):
        """All that it has written."""
        while select.select([self.master], [], [], 0)[0]:
            self.seen += os.read(self.master, 65536)
        return self.seen.decode(errors="replace")

    def text(self):
        """The same without colours."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.raw()).replace("\r\n", "\n")

    def frames(self):
        """Every whole picture that it drew on the other screen, as a text of lines."""
        frames = self.raw().split("\x1b[?2026h\x1b[H")[1:]
        return [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", f.split("\x1b[J")[0]).replace("\r\n", "\n")
                for f in frames if "\x1b[?2026l" in f]

    def frame(self):
        """The lines of the last one."""
        return (self.frames() or [""])[-1].split("\n")

    def shows(self, text, seconds=5):
        wait_for(lambda: text in self.text(), seconds, "'%s' on the terminal" % text)

    def draws(self, pattern, seconds=5):
        """Waits until it shows a picture with that in it."""
        wait_for(lambda: re.search(pattern, "\n".join(self.frame())), seconds,
                 "%s on the screen" % pattern)

    def drew(self, pattern, seconds=5):
        """Waits until it has shown one, however long."""
        wait_for(lambda: any(re.search(pattern, f) for f in self.frames()), seconds,
                 "%s on the screen" % pattern)

    def type(self, text):
        os.write(self.master, text.encode())

    def ended(self, seconds=5):
        """Its exit code, once it has ended by itself."""
        wait_for(lambda: (self.raw(), self.popen.poll() is not None)[1], seconds, "its end")
        self.raw()
        return self.popen.returncode

    def restored(self):
        """The terminal takes keys as it did before, and the user's own screen is back."""
        return (termios.tcgetattr(self.slave) == self.before and
                self.raw().rfind("\x1b[?25h\x1b[?1049l") > self.raw().rfind("\x1b[?1049h"))


class FakeLimberd:
    """tests/fakes/limberd.py, which stands in for limberd and says whatever it is told to."""

    def __init__(self, test, **wish):
        self.process = test.start(
            ["/usr/bin/python3", os.path.join(ROOT, "tests", "fakes", "limberd.py")],
            "fake-limberd", stdin=subprocess.PIPE)
        wait_for(lambda: "ready" in self.process.output(), 10, "the fake limberd")
        test.addCleanup(self.process.popen.stdin.close)
        self.wishes = 0
        self.tell(**wish)

    def tell(self, **wish):
        self.wishes += 1
        self.process.popen.stdin.write(json.dumps(wish).encode() + b"\n")
        self.process.popen.stdin.flush()
        wait_for(lambda: self.process.output().count('["obeyed"]') == self.wishes, 5, "obedience")

    def called(self, method):
        """The arguments of each call of that method."""
        calls = [json.loads(x) for x in self.process.output().splitlines() if x.startswith("[")]
        return [x[1:] for x in calls if x[0] == method]


class Signals:
    """Signals of limberd from now on, as (member, arguments)."""

    def __init__(self, test):
        test.start_count = getattr(test, "start_count", 0) + 1
        self.process = test.start(
            ["gdbus", "monitor", "--session", "--dest", NAME], "monitor-%d" % test.start_count)
        wait_for(lambda: "owned by" in self.process.output() or
                 "does not have an owner" in self.process.output(), 5, "the monitor")

    def lines(self):
        return [x for x in self.process.output().splitlines() if x.startswith("/")]

    def seen(self, text):
        return [x for x in self.lines() if text in x]


class Logind:
    """python3-dbusmock's logind on the system bus, with one session of ours unless `session` is None.
    logind itself answers "auto" for the caller's session; the mock answers the session of that name.
    Without a system bus the session bus becomes one as well."""

    NAME = "org.freedesktop.login1"
    PATH = "/org/freedesktop/login1"
    MOCK = "org.freedesktop.DBus.Mock"

    def __init__(self, test, session="auto", seat="seat0", active=True):
        need_dbusmock()
        self.test = test
        test.env["DBUS_SYSTEM_BUS_ADDRESS"] = test.env["DBUS_SESSION_BUS_ADDRESS"]
        self.process = test.start(["/usr/bin/python3", "-m", "dbusmock", "--system", "--template",
                                   "logind"], "logind", stdout=subprocess.DEVNULL)
        wait_for(lambda: self._call(self.PATH, self.NAME + ".Manager", "CanSuspend") == 0, 10,
                 "logind")
        if session:
            self.add_session(session, seat, active)

    def _call(self, path, interface, method, *args):
        return self.test.busctl("--auto-start=no", "call", self.NAME, path, interface, method,
                                *args).returncode

    def mock(self, path, method, *args):
        """A method by which the mock is told what to be."""
        self.test.assertEqual(self._call(path, self.MOCK, method, *args), 0)

    def add_session(self, name, seat="seat0", active=True):
        """A new session, which is told of as logind does."""
        self.mock(self.PATH, "AddSession", "ssusb", name, seat, str(os.getuid()), "somebody",
                  str(active).lower())
        self.emit(self.PATH, self.NAME + ".Manager", "SessionNew", "so", "2", "s", name, "o",
                  self.PATH + "/session/" + name)

    def emit(self, path, interface, name, *args):
        self.mock(path, "EmitSignal", "sssav", interface, name, *(args or ("", "0")))

    def session_says(self, name, session="auto"):
        self.emit(self.PATH + "/session/" + session, self.NAME + ".Session", name)

    def session_is(self, *changes, session="auto"):
        """Properties of the session, such as "LockedHint", "b", "true"."""
        self.mock(self.PATH + "/session/" + session, "UpdateProperties", "sa{sv}",
                  self.NAME + ".Session", str(len(changes) // 3), *changes)

    def lock(self, locked=True):
        """As a locker that is asked to lock does: the request, then the fact."""
        self.session_says("Lock" if locked else "Unlock")
        self.session_is("LockedHint", "b", str(locked).lower())

    def set_pair(self, path, interface, name, *value):
        """A property with a name and a path, which the mock's UpdateProperties cannot take."""
        done = self.test.busctl("set-property", self.NAME, self.PATH + path,
                                self.NAME + "." + interface, name, "(so)", *value)
        self.test.assertEqual(done.returncode, 0, done.stderr)

    def sleep(self, asleep):
        self.emit(self.PATH, self.NAME + ".Manager", "PrepareForSleep", "b", "1", "b",
                  str(asleep).lower())


class PipeWire:
    """A sound server of the test's own with a microphone and a loudspeaker that are none, and the
    part of WirePlumber that links programs to them: it touches no device. limberd wants to see
    what goes on there. restart() gives it a successor in the same place."""

    def __init__(self, test):
        need_pipewire()
        self.test = test
        os.remove(test.path("etc", "limber.conf"))
        self.socket = os.path.join(test.env["XDG_RUNTIME_DIR"], "pipewire-0")
        self.process = None
        version = test.command("wireplumber", "--version").stdout
        self.policy = ["-c", "policy.conf"] if " 0.4." in version else ["-p", "policy"]
        self.restart()

    def restart(self):
        if self.process:
            self.kill()
        self.process = self.test.start(["pipewire"])
        wait_for(lambda: listens(self.socket) or not self.process.alive(), 5, "pipewire")
        self.test.start(["wireplumber"] + self.policy)
        wait_for(lambda: "WirePlumber" in self._list("Client"), 5, "wireplumber")
        self._create("microphone", "Audio/Source/Virtual")
        self._create("loudspeaker", "Audio/Sink")

    def kill(self):
        self.process.kill()

    def _list(self, what):
        return self.test.command("pw-cli", "ls", what).stdout

    def _create(self, name, kind):
        self.test.command("pw-cli", "create-node", "adapter",
                          "{ factory.name=support.null-audio-sink node.name=%s media.class=%s "
                          "audio.position=FL object.linger=true }" % (name, kind))
        wait_for(lambda: name in self._list("Node"), 5, name)

    def record(self, target="microphone", **properties):
        """A real program that records."""
        properties.setdefault("application.name", "Talk")
        words = " ".join('%s="%s"' % pair for pair in properties.items())
        return self.test.start(["pw-record", "-P", "{ %s }" % words, "--target", target,
                                self.test.path("sound.wav")])

    def start_pulse(self):
        """Its PulseAudio, which most programs speak to."""
        need("pipewire-pulse")
        if not ctypes.util.find_library("pulse"):
            raise unittest.SkipTest("not installed: libpulse0")
        self.test.start(["pipewire-pulse"])
        socket_path = os.path.join(self.test.env["XDG_RUNTIME_DIR"], "pulse", "native")
        wait_for(lambda: os.path.exists(socket_path) and listens(socket_path), 5, "pipewire-pulse")

    def record_pulse(self, name, what="sound"):
        """A program that records `sound`, or shows its `level`, through PulseAudio's library."""
        process = self.test.start(["/usr/bin/python3", os.path.join(ROOT, "tests", "fakes",
                                                                    "pulse-recorder.py"), name, what],
                                  "pulse-" + name)
        wait_for(lambda: "recording" in process.output(), 5, name)
        return process

    def running(self, name):
        """Is the stream of that application running, as PipeWire has it?"""
        nodes = json.loads(self.test.command("pw-dump").stdout or "[]")
        return any(n.get("info", {}).get("props", {}).get("application.name") == name and
                   n["info"].get("state") == "running" for n in nodes)


class Probe:
    """idle.h alone in a program (fakes/idle-probe.c): what it said, and commands for it."""

    def __init__(self, test, *args):
        # A log of its own: it may speak before we can count what an earlier one has said.
        self.process = test.start(WRAPPER + [PROBE, *args],
                                  "idle-probe-%d" % len(test.processes), stdin=subprocess.PIPE)
        test.addCleanup(self.end, test)
        self.pid = self.process.pid
        self.seen = 0

    def end(self, test):
        """It ends with its input; valgrind and the sanitizers speak through its status."""
        self.process.popen.stdin.close()
        if self.process.popen.returncode is not None:
            return  # a test has killed it
        test.assertEqual(self.process.popen.wait(5 * PATIENCE), 0)

    def lines(self):
        return [x for x in self.process.output().splitlines()
                if x.split(" ")[0] in ("input", "paused", "watched", "unwatched", "changed", "pong")]

    def tell(self, *commands):
        """What was said up to now is no answer to what comes."""
        self.seen = len(self.lines())
        self.process.popen.stdin.write("".join(c + "\n" for c in commands).encode())
        self.process.popen.stdin.flush()

    def forget(self):
        self.seen = len(self.lines())

    def news(self):
        return self.lines()[self.seen:]

    def next(self, begins, seconds=3):
        """The next line that begins so; what came before it is done with."""
        def find():
            return next((x for x in self.news() if x.startswith(begins)), None)
        try:
            line = wait_for(find, seconds)
        except AssertionError as error:
            raise AssertionError("'%s' was awaited from the probe, which said %s" %
                                 (begins, self.news())) from error
        self.seen += self.news().index(line) + 1
        return line

    def answers(self):
        """It does so at once, whatever its server does."""
        self.tell("ping")
        self.next("pong", 1)

    def begins_a_pause(self, seconds=3):
        """Until it has told of one as the latest, which is then the news."""
        wait_for(lambda: self.lines() and self.lines()[-1].startswith("paused"), seconds, "a pause")
        self.forget()


class Idle(Rig):
    """Tests of idle.h by the probe."""

    # How far from the truth the beginning of a pause may be told, in ms.
    SLACK = 300 * PATIENCE

    def assert_age(self, line, expected):
        self.assertTrue(line.startswith("paused "), line)
        self.assertLess(abs(int(line.split()[1]) - expected), self.SLACK,
                        "%s, not about %d" % (line, expected))

    def assert_quiet(self, probe, seconds):
        """The time of a person, not a wait for something."""
        time.sleep(seconds)
        self.assertEqual(probe.news(), [])
