"""Root trees of other Debians (make-tree), and the desktop servers that run in them.

A server runs in the tree, in a mount namespace of its own; the person, limberd and the bus stay
outside, and they meet at the sockets in the test's folder, which has the same path on both sides.
"""

import fcntl
import functools
import glob
import os
import re
import signal
import subprocess
import time
import unittest

import desks
import rig
from rig import wait_for

HERE = os.path.join(rig.ROOT, "tests", "trees")
# Where they are; make check-desktops makes them there.
TREES = os.environ.get("TREES")
SUITES = ("trixie", "sid")
NOBODY = 1000


class Tree:
    """The tree of a suite, and the programs that one test runs in it. None of them outlives it."""

    def __init__(self, test, suite):
        self.test = test
        self.suite = suite
        self.path = os.path.join(TREES or "", suite)
        if not TREES:
            raise unittest.SkipTest("TREES names no folder of root trees: make check-desktops")
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can run programs in a root tree")
        if not self.has("etc/limber-tree"):
            raise unittest.SkipTest("there is no tree of %s: make check-desktops" % suite)
        # Nobody makes it anew meanwhile.
        lock = open(self.path + ".lock", "rb")  # pylint: disable=consider-using-with
        test.addCleanup(lock.close)
        fcntl.flock(lock, fcntl.LOCK_SH)
        test.addCleanup(self.clear)
        done = self.run("true")
        if done.returncode:
            raise unittest.SkipTest("cannot enter a root tree here: " + done.stderr.strip())

    def has(self, path):
        return os.path.exists(os.path.join(self.path, path))

    def need(self, *programs):
        missing = [p for p in programs if not self.has("usr/bin/" + p)]
        if missing:
            raise unittest.SkipTest("not in the tree: " + ", ".join(missing))

    def wrap(self, argv, uid=0):
        """That program in the tree; the process that is started becomes the program itself."""
        if uid:
            self.test.as_user()  # gives it the runtime folder
        return [os.path.join(HERE, "enter"), self.path, self.test.dir, str(uid), *argv]

    def find(self, pattern):
        """The one file of that pattern, as a program in the tree sees it."""
        found = glob.glob(os.path.join(self.path, pattern))
        if not found:
            raise unittest.SkipTest("not in the tree: " + pattern)
        return found[0][len(self.path):]

    def run(self, *argv):
        """A program in the tree, to its end."""
        return subprocess.run(self.wrap(argv), env=self.test.env, check=False, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=20 * rig.PATIENCE)

    def version(self, package):
        """As the tree's dpkg has it, without what Debian adds."""
        said = self.run("dpkg-query", "-W", "-f", "${Version}", package).stdout
        return re.sub(r"^\d+:|[-+~].*$", "", said)

    def clear(self):
        """Ends what the programs have left."""
        for pid in self.inside():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def inside(self):
        """Who sees the folder of this test and has another root than we."""
        root, folder = os.stat("/"), os.stat(self.test.dir)
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            theirs = "/proc/%s/root" % pid
            try:
                if not os.path.samestat(os.stat(theirs), root) and \
                        os.path.samestat(os.stat(theirs + self.test.dir), folder):
                    found.append(int(pid))
            except OSError:
                pass  # it has ended, or has no such folder
        return found


class Inside:
    """What makes a desk one of a tree's."""

    suite = None
    package = None
    uid = NOBODY
    # The compositor takes a new window for input.
    window_is_input = False
    # A film that begins in a pause is told by the notification that heeds inhibitors.
    tells_films_in_pauses = True

    @functools.cached_property
    def tree(self):
        return Tree(self.test, self.suite)

    def wrap(self, argv):
        return self.tree.wrap(argv, self.uid)

    def find(self, *programs):
        self.tree.need(*programs)

    @functools.cached_property
    def name(self):
        return "%s %s" % (self.programs[0], self.tree.version(self.package or self.programs[0]))


class Sway(Inside, desks.Sway):
    source = "wayland"


class Labwc(Inside, desks.Wlroots):
    programs = ("labwc",)
    source = "wayland"

    def argv(self):
        return ["labwc", "-C", self.test.path("run")]


class Cage(Inside, desks.Wlroots):
    """It ends with the one program that it is there for."""

    programs = ("cage",)
    source = "wayland"
    window_is_input = True

    def argv(self):
        return ["cage", "--", "setpriv", "--pdeathsig", "KILL", "sleep", "infinity"]


class Kwin(Inside, desks.Kwin):
    package = "kwin-wayland"
    tells_films_in_pauses = False

    def program(self):
        return "kwin_wayland"  # without capabilities in a tree


class Mutter(Inside, desks.Mutter):
    """Who holds the screen it hears of the real gnome-session, as long as that starts without
    systemd (up to 48), else of the stand-in."""

    uid = 0
    real_session = "usr/libexec/gnome-session-binary"
    MANAGER = "org.gnome.SessionManager"

    def launch(self):
        super().launch()
        if self.tree.has(self.real_session) and not self.session:
            self.session = self.start_session()

    def inhibit(self, actions):
        if not self.tree.has(self.real_session):
            super().inhibit(actions)
            return
        if not self.session:
            self.session = self.start_session()
        if actions:
            self.film = self.test.start(self.tree.wrap(
                ["gnome-session-inhibit", "--inhibit", "idle", "--app-id", "org.example.Film",
                 "--reason", "a film", "--inhibit-only"]))
        else:
            self.film.kill()
        wait_for(lambda: self.inhibited() == actions, 5, "gnome-session to know of the film")

    def start_session(self):
        """One with nothing in it."""
        folder = self.test.path("config", "gnome-session", "sessions")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "limber.session"), "w", encoding="utf-8") as file:
            file.write("[GNOME Session]\nName=limber\nRequiredComponents=\n")
        session = self.test.start(self.tree.wrap(
            ["/" + self.real_session, "--session=limber", "--disable-acceleration-check"]),
            env=dict(self.environment(), **self.env))
        # Before, it lets nobody hold anything.
        wait_for(lambda: not session.alive() or (self.serves(self.MANAGER) and
                                                 self.manager().IsSessionRunning(
                                                     dbus_interface=self.MANAGER)), 10,
                 "gnome-session")
        return session

    def manager(self):
        return self.bus.get_object(self.MANAGER, "/org/gnome/SessionManager", introspect=False)

    def inhibited(self):
        return int(self.manager().Get(self.MANAGER, "InhibitedActions",
                                      dbus_interface="org.freedesktop.DBus.Properties"))


class GnomeShell(Mutter):
    programs = ("gnome-shell",)
    package = "gnome-shell"

    def launch(self):
        """The first time until what it does first is done, in which it has no time for anybody."""
        first = not self.process
        super().launch()
        if first:
            self.settle()

    def settle(self):
        answers = [0]

        def at_once():
            began = time.monotonic()
            self.idle_ms()
            answers[0] = answers[0] + 1 if time.monotonic() - began < 0.3 * rig.PATIENCE else 0
            return answers[0] == 5
        wait_for(at_once, 30, "gnome-shell to have time")

    def argv(self):
        return ["gnome-shell"] + super().argv()[1:]


def desk_of(base, suite):
    """Of what a suite has of it: version 2 of ext-idle-notify-v1 came after Debian 13."""
    more = {"suite": suite}
    if base.group == "inhibitors" and suite != "trixie":
        # A pause of 5 s comes first, and then 1.5 s in which both notifications could tell of it.
        more.update(group="input", film_told=(6.5, 1))
    return type(base.__name__ + suite.capitalize(), (base,), more)


DESKS = [desk_of(base, suite) for suite in SUITES
         for base in (Sway, Labwc, Cage, Kwin, Mutter, GnomeShell)]
