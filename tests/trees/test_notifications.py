"""Notification servers that Debian 12 has not, or has older ones of, each with its own switch for
do-not-disturb: what the real ones tell of it, and that prompts are shown by them."""

import functools
import os
import re
import time

import rig
import tree
from rig import wait_for

RULES = """[rule micro]
every = %s
length = 4s
grace = 1500ms
patience = 2s
[rule active]
enabled = no
[prompt]
lull = 1s
settle = 2s
[idle]
source = none
"""
AT = r" since \d\d:\d\d"
SERVER = "org.freedesktop.Notifications"


class Center:
    """A notification server in the tree of a test, on the bus of its own."""

    # As it calls itself on the bus, and Debian its package.
    name = None
    package = None
    programs = ()

    def __init__(self, test):
        self.test = test
        self.tree = test.tree
        self.tree.need(*self.programs)

    def argv(self):
        raise NotImplementedError

    def start(self):
        self.process = self.test.start(self.tree.wrap(self.argv()), self.programs[0])
        wait_for(lambda: self.test.owner(SERVER) or not self.process.alive(), 15, self.name)
        self.test.assertTrue(self.process.alive(), self.process.output())

    def kill(self):
        self.process.kill()

    def client(self, *argv):
        done = self.tree.run(*argv)
        self.test.assertEqual(done.returncode, 0, "%s: %s" % (" ".join(argv), done.stderr))
        return done.stdout

    def disturb(self, yes):
        """Turns do-not-disturb off, or on, as its user does."""
        raise NotImplementedError

    def shown(self):
        """How many notifications are on the screen."""
        raise NotImplementedError


class Dunst(Center):
    name = "dunst"
    package = "dunst"
    programs = ("dunst", "dunstctl")

    def argv(self):
        return ["dunst"]

    def disturb(self, yes):
        self.client("dunstctl", "set-paused", "false" if yes else "true")

    def shown(self):
        return int(self.client("dunstctl", "count", "displayed"))


class Mako(Center):
    name = "mako"
    package = "mako-notifier"
    programs = ("mako", "makoctl")

    def argv(self):
        config = self.test.path("mako.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write("[mode=do-not-disturb]\ninvisible=1\n")
        return ["mako", "-c", config]

    def disturb(self, yes):
        self.client("makoctl", "mode", "-r" if yes else "-a", "do-not-disturb")

    def shown(self):
        return self.client("makoctl", "list").count("Notification ")


class Swaync(Center):
    name = "SwayNotificationCenter"
    package = "sway-notification-center"
    programs = ("swaync", "swaync-client")

    def argv(self):
        return ["swaync"]

    def disturb(self, yes):
        self.client("swaync-client", "--dnd-off" if yes else "--dnd-on")

    def hold(self, on):
        """As a screen recorder keeps it quiet."""
        self.client("swaync-client", "--inhibitor-add" if on else "--inhibitor-remove", "recorder")

    def shown(self):
        return int(self.client("swaync-client", "--count"))


class Xfce(Center):
    name = "Xfce Notify Daemon"
    package = "xfce4-notifyd"
    programs = ("xfconf-query",)

    def start(self):
        """And the keeper of its settings, which the bus starts in a session."""
        if not self.test.owner("org.xfce.Xfconf"):
            self.test.start(self.tree.wrap([self.tree.find("usr/lib/*/xfce4/xfconf/xfconfd")]),
                            "xfconfd")
            wait_for(lambda: self.test.owner("org.xfce.Xfconf"), 10, "xfconfd")
        super().start()

    def argv(self):
        return [self.tree.find("usr/lib/*/xfce4/notifyd/xfce4-notifyd")]

    def disturb(self, yes):
        self.client("xfconf-query", "-c", "xfce4-notifyd", "-p", "/do-not-disturb", "-n", "-t",
                    "bool", "-s", "false" if yes else "true")

    # It tells of those in its log alone.
    shown = None


class Gnome(Center):
    """gnome-shell, whose switch is a setting in dconf, and its helper, which the bus starts in a
    session."""

    name = "gnome-shell"
    package = "gnome-shell"
    programs = ("gnome-shell", "gsettings", "gjs")
    shown = None
    process = None

    def start(self):
        self.shell.start()
        super().start()
        # It has the name before it answers to it.
        wait_for(self.knows_itself, 15, self.name)

    def knows_itself(self):
        return self.test.busctl("call", SERVER, "/org/freedesktop/Notifications", SERVER,
                                "GetServerInformation").returncode == 0

    def argv(self):
        return ["gjs", "-m", "/usr/share/gnome-shell/org.gnome.Shell.Notifications"]

    @functools.cached_property
    def shell(self):
        return tree.desk_of(tree.GnomeShell, self.tree.suite)(self.test)

    def kill(self):
        self.shell.kill()
        self.process.kill()

    def disturb(self, yes):
        self.client("gsettings", "set", "org.gnome.desktop.notifications", "show-banners",
                    "true" if yes else "false")


class Notifications:
    """The tests of one server in one tree; below there is a class for each."""

    suite = None
    center_type = None

    def setUp(self):
        super().setUp()
        self.tree = tree.Tree(self, self.suite)
        self.center = self.center_type(self)
        print("   %s %s: %s %s" % (self._testMethodName, self.suite, self.center.name,
                                   self.tree.version(self.center.package)))
        self.start_bus()
        self.start(self.tree.wrap(["/usr/libexec/dconf-service"]), "dconf")
        wait_for(lambda: self.owner("ca.desrt.dconf"), 10, "dconf's service")
        if self.center_type is not Gnome:
            tree.desk_of(tree.Sway, self.suite)(self).start()

    def reasons(self):
        return {r["sign"]["data"]: r["detail"]["data"] for r in self.property("Reasons")}

    def until(self, on):
        wait_for(lambda: ("dnd" in self.reasons()) == on, 20,
                 "do-not-disturb " + ("on" if on else "off"))
        if on:
            self.assertRegex(self.reasons()["dnd"], self.sentence())

    def sentence(self):
        return r"^do-not-disturb is on \(%s\)" % re.escape(self.center.name) + AT

    def decided(self, decision):
        return [d["why"]["data"] for d in reversed(self.call("Explain", "u", "0")[0])
                if d["decision"]["data"] == decision]

    def idles(self, seconds=2):
        before = rig.switches_at_rest(self.daemon.pid)
        time.sleep(seconds)
        self.assertEqual(rig.switches_at_rest(self.daemon.pid), before)

    def test_a_due_break_waits_until_do_not_disturb_is_over(self):
        self.config(RULES % "3s")
        self.center.start()
        self.center.disturb(False)
        self.start_daemon()
        wait_for(lambda: self.decided("deferred"), 10, "deferred")
        self.assertRegex(self.decided("deferred")[0], self.sentence())
        self.assertEqual(self.decided("prompt"), [])
        if self.center.shown:
            self.assertEqual(self.center.shown(), 0)
        self.idles()
        self.center.disturb(True)
        # Told by the server itself: nothing else happens here that could make limberd look.
        wait_for(lambda: self.decided("prompt"), 10, "the prompt")
        if self.center.shown:
            wait_for(lambda: self.center.shown() == 1, 5, "the prompt on the screen")

    def test_a_server_that_comes_later_is_killed_and_comes_back(self):
        self.config(RULES % "1h")
        self.start_daemon()
        self.center.start()
        self.center.disturb(False)
        self.until(True)
        self.center.disturb(True)
        self.until(False)
        self.idles()
        self.center.disturb(False)
        self.until(True)
        self.center.kill()
        self.until(False)
        self.center.start()
        self.center.disturb(False)
        self.until(True)
        self.assertEqual([p for p in self.problems() if p["area"] == "quiet"], [])


class HeldNotifications(Notifications):
    """Of a server that programs can keep quiet as well."""

    def test_a_program_keeps_it_quiet(self):
        self.config(RULES % "1h")
        self.center.start()
        self.center.hold(True)
        self.start_daemon()
        self.until(True)
        self.center.hold(False)
        self.until(False)
        self.center.hold(True)
        self.until(True)
        self.center.disturb(False)
        self.center.hold(False)
        self.idles()
        self.until(True)
        self.center.disturb(True)
        self.until(False)


for _suite in tree.SUITES:
    for _type in Dunst, Mako, Swaync, Xfce, Gnome:
        _name = _type.__name__ + _suite.capitalize()
        _tests = HeldNotifications if _type is Swaync else Notifications
        globals()[_name] = type(_name, (_tests, rig.Rig),
                                {"suite": _suite, "center_type": _type, "__module__": __name__})
