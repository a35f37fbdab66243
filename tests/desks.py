"""The desktop servers that a test can sit at: Xvfb, sway, KWin, mutter, all used alike.

    desk = desks.Sway(self)     # self is a rig.Rig
    desk.start()                # self.env now leads limberd to it
    desk.press()                # one key or a move of the pointer, which the server sees as input

A server that lives elsewhere (in a root tree of another system) is a subclass: wrap() is put around
every program of the server's side, environment() is what the server gets, argv() how it is started.
The person and limberd stay here, at the sockets in the test's own folder.
"""

import fcntl
import functools
import os
import random
import re
import shutil
import signal
import subprocess
import time
import unittest

import rig
from rig import need, wait_for


class Desk:
    """What all of them have; hold() and release() are None where no client can hold the screen."""

    # The setting of that source, what limberd's IdleSource must be, and what it learns: "input"
    # alone, or also "inhibitors" (a film is told as input).
    setting = None
    source = None
    group = None
    # So many seconds later it is known that a film runs in a pause, and that it has ended.
    film_told = (0, 0)
    # The names that the server's place can have: those of a restart under another one.
    places = (None,)
    programs = ()
    hold = None
    release = None

    def __init__(self, test):
        self.test = test
        self.process = None
        self.place = None
        # What limberd's environment must have to find it; known once it is started.
        self.env = {}

    def wrap(self, argv):
        """A program of the server's side, as it is to be started."""
        return argv

    def environment(self):
        return self.test.env

    def need(self):
        """Skips the test where the server is not installed."""
        self.find(*self.programs)

    def find(self, *programs):
        """Skips the test where wrap() would not find one of them."""
        need(*programs)

    def ask(self, *argv):
        """What a program of the server's side says: its version, mostly."""
        done = subprocess.run(self.wrap(list(argv)), env=self.test.env, check=False, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=20 * rig.PATIENCE)
        return done.stdout

    @functools.cached_property
    def name(self):
        """As it calls itself, with its version where it says it; some must be running."""
        raise NotImplementedError

    def gone(self):
        """What limber says when it has none."""
        raise NotImplementedError

    def silent(self):
        """What limber says when it hangs."""
        raise NotImplementedError

    def pids(self):
        """The server's own processes, which freeze() stops."""
        return [self.process.pid]

    def start(self, name=None):
        """Until it serves, under the name that it had before, or this one."""
        self.need()
        self.place = name or self.place or self.places[0]
        self.launch()
        self.test.env.update(self.env)
        return self

    def launch(self):
        raise NotImplementedError

    def alive(self):
        return self.process.alive()

    def kill(self):
        """kill -9 and wait."""
        self.process.kill()

    def restart(self, name=None):
        if self.alive():
            self.kill()
        return self.start(name)

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def signal(self, number):
        for pid in self.pids():
            os.kill(pid, number)

    def sit_down(self):
        """The person is there; else the first press brings one, which takes a moment."""

    def press(self):
        """One real input, which the server has when this returns."""
        raise NotImplementedError

    def press_for(self, seconds, every=0.1):
        """Goes on at the pace of hands, never with a pause near a lull."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.press()
            time.sleep(every)


class Xvfb(Desk):
    """The X server without a screen; xdotool types."""

    name = "Xvfb"
    setting = "x11"
    source = "x11"
    group = "input"
    programs = ("Xvfb", "xdotool")

    def launch(self):
        number = int(self.place[1:]) if self.place else None
        self.process = self.test.start_x(number, self.wrap)
        self.place = ":%d" % self.test.display
        self.env = {"DISPLAY": self.place}

    def gone(self):
        return "no X server on " + self.place

    def silent(self):
        return "the X server on %s does not answer" % self.place

    def xdotool(self, *args):
        self.test.xdotool(*args)

    def press(self):
        self.xdotool("key", "shift")

    def move(self):
        self.xdotool("mousemove_relative", "--", "1", "1")


class Xephyr(Xvfb):
    """An X server with a keyboard and a mouse of its own, as at a real desk: they are in the window
    that it has at another server."""

    name = "Xephyr"
    programs = ("Xephyr", "Xvfb", "xdotool")
    outside = None

    def launch(self):
        if not self.outside:
            self.test.start_x()
            self.outside = self.test.env["DISPLAY"]
        if not self.place:
            self.place = ":%d" % self.free_number()
        self.process = self.test.start(
            self.wrap(["Xephyr", self.place, "-screen", "640x480", "-nolisten", "tcp",
                       "-noreset"]), "Xephyr", env=dict(self.environment(), DISPLAY=self.outside))
        wait_for(lambda: rig.listens("/tmp/.X11-unix/X" + self.place[1:]), 5, "Xephyr")
        self.env = {"DISPLAY": self.place}
        # Its window is the only one, and under the pointer.
        self.xdotool("mousemove", "100", "100")

    def free_number(self):
        while True:
            number = random.randrange(100, 30000)
            if not os.path.exists("/tmp/.X11-unix/X%d" % number):
                return number

    def xdotool(self, *args):
        done = subprocess.run(["xdotool", *args], env=dict(self.test.env, DISPLAY=self.outside),
                              text=True, stderr=subprocess.PIPE, check=False)
        self.test.assertEqual(done.returncode, 0, done.stderr)


class Compositor(Desk):
    """A Wayland compositor on a socket in the test's runtime folder. Its person moves a pointer, and
    shows a film that inhibits idle (fakes/wayland-person.c)."""

    setting = "wayland"
    group = "inhibitors"
    person = None

    def wrap(self, argv):
        return self.test.as_user() + argv

    def argv(self):
        raise NotImplementedError

    def environment(self):
        """Nothing of the test's own, which may have another display in it."""
        env = {x: self.test.env[x] for x in
               ("PATH", "LANG", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
                "DBUS_SYSTEM_BUS_ADDRESS") if x in self.test.env}
        return dict(env, HOME=self.test.path("run"))

    def need(self):
        need("setpriv")
        super().need()

    def launch(self):
        self.person = None
        self.process = self.test.start(self.wrap(self.argv()), self.programs[0],
                                       env=self.environment())
        self.wait()
        self.env = {"WAYLAND_DISPLAY": self.place}

    def wait(self):
        wait_for(lambda: self.test.listens(self.place) or not self.process.alive(), 30,
                 "the socket of " + self.programs[0])
        self.test.assertTrue(self.process.alive(),
                             "%s ended:\n%s" % (self.programs[0], self.process.output()))

    def gone(self):
        return "no Wayland compositor on " + self.place

    def silent(self):
        return "the Wayland compositor on %s does not answer" % self.place

    def sit_down(self):
        if not self.person:
            self.person = Person(self.test)
        return self.person

    def press(self):
        self.sit_down().do("move")

    def hold(self):
        self.sit_down().do("film")

    def release(self):
        self.sit_down().do("credits")


class Wlroots(Compositor):
    """One that takes the first socket that is free: the others are kept from it as it starts."""

    first = 0
    places = ("wayland-0", "wayland-1")

    def environment(self):
        return dict(super().environment(), WLR_BACKENDS="headless", WLR_LIBINPUT_NO_DEVICES="1",
                    WLR_RENDERER="pixman")

    def launch(self):
        locks = [open(self.test.path("run", "wayland-%d.lock" % x), "w", encoding="ascii")
                 for x in range(self.first, int(self.place.rpartition("-")[2]))]
        for lock in locks:
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.chmod(lock.name, 0o666)
        super().launch()
        for lock in locks:
            lock.close()


class Sway(Wlroots):
    first = 1
    places = ("wayland-1", "wayland-2")
    programs = ("sway",)
    settings = "output HEADLESS-1 resolution 800x600\nxwayland disable\n"

    def argv(self):
        config = self.test.path("sway.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(self.settings)
        return ["sway", "-c", config]

    @functools.cached_property
    def name(self):
        return self.ask("sway", "--version").strip().replace("version ", "")

    @property
    def source(self):
        """sway 1.7, as in Debian 12, has the protocol before ext-idle-notify."""
        return "kde" if self.name.startswith("sway 1.7") else "wayland"


class Kwin(Compositor):
    """Version 1 of ext-idle-notify-v1, as KWin 5.27 and early 6 have it."""

    places = ("wayland-5", "wayland-6")
    programs = ("kwin_wayland",)
    source = "wayland"

    def program(self):
        """A copy has no capabilities, with which it would not listen to its environment."""
        copy = self.test.path("kwin_wayland")
        if not os.path.exists(copy):
            shutil.copy(shutil.which("kwin_wayland"), copy)
        return copy

    def argv(self):
        return [self.program(), "--virtual", "--no-lockscreen", "--no-global-shortcuts", "--socket",
                self.place]

    def environment(self):
        return dict(super().environment(), XDG_SESSION_TYPE="wayland",
                    KWIN_WAYLAND_NO_PERMISSION_CHECKS="1", KWIN_COMPOSE="Q",
                    LIBGL_ALWAYS_SOFTWARE="1")

    def launch(self):
        if "DBUS_SESSION_BUS_ADDRESS" not in self.test.env:
            self.test.start_bus()
        os.chmod(self.test.path("bus"), 0o777)
        super().launch()

    @functools.cached_property
    def name(self):
        """Without a screen it does not even tell its version, but on the bus it does."""
        def told():
            done = self.test.command("gdbus", "call", "--session", "--dest", "org.kde.KWin",
                                     "--object-path", "/KWin", "--method",
                                     "org.kde.KWin.supportInformation")
            return re.search(r"KWin version: ([\d.]+)", done.stdout)
        return "KWin " + wait_for(told, 5, "KWin on the bus").group(1)


class Mutter(Desk):
    """GNOME's compositor without a screen, and a person at its keyboard. Its session bus is its
    system bus as well. Who holds the screen it hears of gnome-session, of which there is a
    stand-in once hold() is called."""

    setting = "mutter"
    source = "mutter"
    group = "input"
    places = ("wayland-0", "wayland-7")
    programs = ("mutter",)

    MONITOR = "org.gnome.Mutter.IdleMonitor"
    REMOTE = "org.gnome.Mutter.RemoteDesktop"
    SESSION = os.path.join(rig.ROOT, "tests", "fakes", "session-manager.py")
    # Of gnome-session: that the session may not be marked as idle.
    IDLE = 8

    def __init__(self, test):
        super().__init__(test)
        self.bus = None
        self.session = None

    def need(self):
        super().need()
        try:
            import dbus  # pylint: disable=import-outside-toplevel
        except ImportError as missing:
            raise unittest.SkipTest("not installed: python3-dbus") from missing
        self.dbus = dbus

    @functools.cached_property
    def name(self):
        return " ".join(self.ask(self.programs[0], "--version").split()[:2])

    def argv(self):
        return ["mutter", "--headless", "--wayland", "--no-x11", "--virtual-monitor", "1024x768",
                "--wayland-display", self.place]

    def environment(self):
        return dict(self.test.env, GSETTINGS_BACKEND="memory", LIBGL_ALWAYS_SOFTWARE="1",
                    DBUS_SYSTEM_BUS_ADDRESS=self.test.env["DBUS_SESSION_BUS_ADDRESS"],
                    XDG_SESSION_TYPE="wayland")

    def launch(self):
        if "DBUS_SESSION_BUS_ADDRESS" not in self.test.env:
            self.test.start_bus()
        if not self.bus:
            self.bus = self.dbus.bus.BusConnection(self.test.env["DBUS_SESSION_BUS_ADDRESS"])
            self.test.addCleanup(self.bus.close)
        self.hands = None
        self.process = self.test.start(self.wrap(self.argv()), self.programs[0],
                                       env=self.environment())
        self.wait()
        self.env = {"WAYLAND_DISPLAY": self.place, "XDG_CURRENT_DESKTOP": "GNOME"}

    def wait(self):
        """Until it is there. The remote desktop is the last thing that it offers."""
        wait_for(lambda: self.serves(self.REMOTE) or not self.process.alive(), 20,
                 self.programs[0])
        self.test.assertTrue(self.process.alive(), self.programs[0] + " ended")

    def gone(self):
        return "GNOME's compositor is not on the session bus"

    def silent(self):
        return "GNOME's compositor does not answer"

    def serves(self, name):
        return self.bus.name_has_owner(name)

    def kill(self):
        super().kill()
        wait_for(lambda: not self.serves(self.MONITOR), 5, "the end of its name")

    def _interface(self, path, interface):
        name = self.MONITOR if interface == self.MONITOR else self.REMOTE
        return self.dbus.Interface(self.bus.get_object(name, path, introspect=False), interface)

    def _hands(self):
        if not self.hands:
            remote = self._interface("/org/gnome/Mutter/RemoteDesktop", self.REMOTE)
            self.hands = self._interface(remote.CreateSession(), self.REMOTE + ".Session")
            self.hands.Start()
        return self.hands

    def sit_down(self):
        self._hands()

    def press(self):
        """The shift key, down and up."""
        for down in (True, False):
            self._hands().NotifyKeyboardKeycode(self.dbus.UInt32(42), down)

    def move(self):
        self._hands().NotifyPointerMotionRelative(1.0, 1.0)

    def idle_ms(self):
        return int(self._interface("/org/gnome/Mutter/IdleMonitor/Core",
                                   self.MONITOR).GetIdletime())

    def inhibit(self, actions):
        """What gnome-session lists as inhibited; from the first call on there is one."""
        if not self.session:
            self.session = self.test.start(["/usr/bin/python3", self.SESSION, str(actions)],
                                           "session-manager-%d" % len(self.test.processes),
                                           stdin=subprocess.PIPE)
            self.test.addCleanup(self.session.popen.stdin.close)
            wait_for(lambda: "now " in self.session.output(), 5, "the session manager")
            return
        said = len(self.session.output())
        self.session.popen.stdin.write(b"%d\n" % actions)
        self.session.popen.stdin.flush()
        wait_for(lambda: len(self.session.output()) > said, 5, "the new list")

    def end_session(self):
        """kill -9 of gnome-session; the next call of inhibit() brings another."""
        self.session.kill()
        self.session = None

    def hold(self):
        self.inhibit(self.IDLE)

    def release(self):
        self.inhibit(0)


class Person:
    """Somebody at the Wayland compositor of the environment (fakes/wayland-person.c), at its first
    seat or the one given."""

    def __init__(self, test, *seat):
        # KWin listens only to somebody whom it can look up, so as its own user.
        program = test.path("wayland-person")
        if not os.path.exists(program):
            shutil.copy(os.path.join(rig.BUILD, "tests", "fakes", "wayland-person"), program)
        self.process = test.start(test.as_user() + [program, *seat],
                                  "wayland-person-%d" % len(test.processes), stdin=subprocess.PIPE)
        test.addCleanup(self.process.popen.stdin.close)
        self.done = 0
        self.wait()

    def wait(self):
        self.done += 1
        wait_for(lambda: len(self.process.output().splitlines()) >= self.done or
                 not self.process.alive(), 5, "the person at the compositor")
        if not self.process.alive():
            raise AssertionError("there is nobody: " + self.process.output())

    def do(self, what):
        """One of move, film, credits; done when this returns."""
        self.process.popen.stdin.write(what.encode() + b"\n")
        self.process.popen.stdin.flush()
        self.wait()

    def move(self):
        self.do("move")


# Those that this system can have, in the order of the README's table.
ALL = (Xvfb, Sway, Kwin, Mutter)
