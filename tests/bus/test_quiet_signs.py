"""Quiet signs that programs on the bus show: each is a mock on a private bus, spoken to as the real
one is, and limberd tells of it in the user's words, says so when a program hangs, and does nothing
while nothing changes."""

import json
import os
import signal
import struct
import subprocess
import time
import unittest

import rig
from rig import wait_for

CALM = """[idle]
source = none
[rule micro]
every = 1h
length = 4s
[rule active]
enabled = no
[quiet]
inhibitors = yes
[prompt]
settle = 1s
front_end = /bin/true
"""
BUSY = CALM.replace("every = 1h", "every = 2s")
MOCK = "org.freedesktop.DBus.Mock"
SERVER = "org.freedesktop.Notifications"
SERVER_PATH = "/org/freedesktop/Notifications"
LOGIN = "org.freedesktop.login1"
LOGIN_PATH = "/org/freedesktop/login1"
GNOME = "org.gnome.SessionManager"
GNOME_PATH = "/org/gnome/SessionManager"
KDE = "org.kde.Solid.PowerManagement"
KDE_PATH = "/org/kde/Solid/PowerManagement/PolicyAgent"
KDE_AGENT = KDE + ".PolicyAgent"
POWER = "org.freedesktop.PowerManagement"
POWER_PATH = "/org/freedesktop/PowerManagement/Inhibit"
AT = r" since \d\d:\d\d"


class Mock:
    """A program on the bus; its methods answer what the test says."""

    def __init__(self, test, name, path, interface):
        self.test, self.name, self.path, self.interface = test, name, path, interface
        self.process = test.start(["/usr/bin/python3", "-m", "dbusmock", name, path, interface],
                                  "mock-" + name, stdout=subprocess.DEVNULL)
        wait_for(lambda: test.owner(name), 10, name)

    def tell(self, method, *args, path=None):
        done = self.test.busctl("call", self.name, path or self.path, MOCK, method, *args)
        self.test.assertEqual(done.returncode, 0, done.stderr)

    def answers(self, method, takes, gives, answer, interface=None, path=None):
        """`method` answers the Python expression `answer` from now on."""
        self.tell("AddMethod", "sssss", interface or self.interface, method, takes, gives,
                  "ret = " + answer, path=path)

    def has(self, name, *value, interface=None):
        self.tell("AddProperty", "ssv", interface or self.interface, name, *value)

    def is_now(self, name, *value, interface=None):
        """A property changes, and its PropertiesChanged says so."""
        self.tell("UpdateProperties", "sa{sv}", interface or self.interface, "1", name, *value)

    def says(self, name, signature, *values, interface=None):
        """Sends a signal; each value as busctl has it with its type."""
        self.tell("EmitSignal", "sssav", interface or self.interface, name, signature,
                  str(len(values)), *[word for value in values for word in value])

    def object(self, path, interface, **answers):
        """One more object; a method each, as (what it gives, the answer)."""
        self.tell("AddObject", "ssa{sv}a(ssss)", path, interface, "0", "0")
        for method, (gives, answer) in answers.items():
            self.answers(method, "", gives, answer, interface=interface, path=path)


class Quiet(rig.Rig):
    def setUp(self):
        super().setUp()
        rig.need("busctl")
        if subprocess.run(["/usr/bin/python3", "-c", "import dbusmock"], check=False,
                          stderr=subprocess.DEVNULL).returncode:
            raise unittest.SkipTest("not installed: python3-dbusmock")
        self.start_bus(self.services())

    def services(self):
        """A folder of what the bus may start."""
        return None

    def begin(self, config=CALM):
        self.config(config)
        self.start_daemon()

    def reasons(self):
        return {r["sign"]["data"]: r["detail"]["data"] for r in self.property("Reasons")}

    def until(self, sign, detail, seconds=5):
        """limberd says so of the sign, word for word but for the time."""
        wait_for(lambda: sign in self.reasons(), seconds, sign)
        self.assertRegex(self.reasons()[sign], "^%s$" % detail)

    def until_not(self, sign, seconds=5):
        wait_for(lambda: sign not in self.reasons(), seconds, "the end of " + sign)

    def decisions(self, rule="micro"):
        """Oldest first, as (decision, why)."""
        return [(d["decision"]["data"], d["why"]["data"])
                for d in reversed(self.call("Explain", "u", "0")[0]) if d["rule"]["data"] == rule]

    def trouble(self):
        return [p["message"] for p in self.problems() if p["area"] == "quiet"]

    def idles(self, seconds=2):
        """Nothing is looked at while nothing changes."""
        before = rig.switches_at_rest(self.daemon.pid)
        time.sleep(seconds)
        self.assertEqual(rig.switches_at_rest(self.daemon.pid), before)

    def server(self, name, vendor="x"):
        mock = Mock(self, SERVER, SERVER_PATH, SERVER)
        mock.answers("GetServerInformation", "", "ssss", "(%r, %r, '1', '1.2')" % (name, vendor))
        return mock

    def dunst(self, paused="false"):
        mock = self.server("dunst")
        mock.has("paused", "b", paused, interface="org.dunstproject.cmd0")
        return mock

    def pause(self, mock, paused):
        mock.is_now("paused", "b", "true" if paused else "false",
                    interface="org.dunstproject.cmd0")


class DoNotDisturb(Quiet):
    def test_dunst(self):
        mock = self.dunst("true")
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(dunst\)" + AT)
        self.pause(mock, False)
        self.until_not("dnd")
        self.pause(mock, True)
        self.until("dnd", r"do-not-disturb is on \(dunst\)" + AT)
        self.assertRegex(self.limber("status").stdout,
                         r"quiet +dnd: do-not-disturb is on \(dunst\)" + AT)
        self.idles()

    def test_kde(self):
        mock = self.server("Plasma")
        mock.has("Inhibited", "b", "false")
        self.begin()
        mock.is_now("Inhibited", "b", "true")
        self.until("dnd", r"do-not-disturb is on \(Plasma\)" + AT)
        mock.is_now("Inhibited", "b", "false")
        self.until_not("dnd")

    def test_swaync(self):
        mock = self.server("SwayNotificationCenter")
        center = "org.erikreider.swaync.cc"
        path = "/org/erikreider/swaync/cc"
        mock.object(path, center, GetDnd=("b", "True"))
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(SwayNotificationCenter\)" + AT)
        mock.tell("EmitSignal", "sssav", center, "SubscribeV2", "ubbb", "4", "u", "3", "b", "false",
                  "b", "false", "b", "false", path=path)
        self.until_not("dnd")
        mock.tell("EmitSignal", "sssav", center, "Subscribe", "ub", "2", "u", "3", "b", "true",
                  path=path)
        self.until("dnd", r"do-not-disturb is on \(SwayNotificationCenter\)" + AT)

    def test_swaync_is_kept_quiet_by_a_program(self):
        mock = self.server("SwayNotificationCenter")
        center = "org.erikreider.swaync.cc"
        path = "/org/erikreider/swaync/cc"
        mock.object(path, center, GetDnd=("b", "False"))
        mock.tell("AddProperty", "ssv", center, "Inhibited", "b", "true", path=path)
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(SwayNotificationCenter\)" + AT)

        def says(dnd, inhibited):
            mock.tell("EmitSignal", "sssav", center, "SubscribeV2", "ubbb", "4", "u", "3", "b", dnd,
                      "b", "false", "b", inhibited, path=path)
            # The older signal comes beside it, and knows of the switch only.
            mock.tell("EmitSignal", "sssav", center, "Subscribe", "ub", "2", "u", "3", "b", dnd,
                      path=path)

        says("true", "true")
        says("false", "true")
        self.idles()
        self.assertIn("dnd", self.reasons())
        says("false", "false")
        self.until_not("dnd")
        says("false", "true")
        self.until("dnd", r"do-not-disturb is on \(SwayNotificationCenter\)" + AT)

    def test_xfce(self):
        self.server("Xfce Notify Daemon")
        xfconf = Mock(self, "org.xfce.Xfconf", "/org/xfce/Xfconf", "org.xfce.Xfconf")
        xfconf.answers("GetProperty", "ss", "v", "True")
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(Xfce Notify Daemon\)" + AT)
        # Another channel's property of the same name is none of ours.
        xfconf.says("PropertyChanged", "ssv", ("s", "other"), ("s", "/do-not-disturb"),
                    ("b", "false"))
        xfconf.says("PropertyRemoved", "ss", ("s", "xfce4-notifyd"), ("s", "/do-not-disturb"))
        self.until_not("dnd")
        xfconf.says("PropertyChanged", "ssv", ("s", "xfce4-notifyd"), ("s", "/do-not-disturb"),
                    ("b", "true"))
        self.until("dnd", r"do-not-disturb is on \(Xfce Notify Daemon\)" + AT)
        xfconf.process.kill()
        self.until_not("dnd")

    def test_a_server_without_any_switch(self):
        self.server("notify-osd")
        self.begin()
        self.idles()
        self.assertEqual(self.reasons(), {})
        self.assertEqual(self.trouble(), [])

    def test_a_server_that_has_its_name_before_it_knows_itself(self):
        """As GNOME's has."""
        mock = Mock(self, SERVER, SERVER_PATH, SERVER)
        self.begin()
        self.assertEqual(self.reasons(), {})
        mock.has("paused", "b", "true", interface="org.dunstproject.cmd0")
        mock.answers("GetServerInformation", "", "ssss", "('dunst', 'x', '1', '1.2')")
        self.until("dnd", r"do-not-disturb is on \(dunst\)" + AT)

    def test_mako_is_asked_again_while_a_break_is_due(self):
        mock = self.server("mako")
        mock.object("/fr/emersion/Mako", "fr.emersion.Mako",
                    ListModes=("as", "['default', 'do-not-disturb']"))
        self.begin(BUSY)
        wait_for(lambda: [w for d, w in self.decisions() if d == "deferred"], 8, "deferred")
        self.assertRegex(self.decisions()[-1][1], r"do-not-disturb is on \(mako\)")
        mock.answers("ListModes", "", "as", "['default']", interface="fr.emersion.Mako",
                     path="/fr/emersion/Mako")
        # It says nothing, but who has told it so leaves the bus.
        self.until_not("dnd")
        wait_for(lambda: "prompt" in [d for d, _ in self.decisions()], 8, "the prompt")

    def test_mako_that_tells_is_heard(self):
        mock = self.server("mako")
        mock.object("/fr/emersion/Mako", "fr.emersion.Mako", ListModes=("as", "['dnd']"))
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(mako\)" + AT)
        mock.answers("ListModes", "", "as", "['default']", interface="fr.emersion.Mako",
                     path="/fr/emersion/Mako")
        mock.tell("EmitSignal", "sssav", "org.freedesktop.DBus.Properties", "PropertiesChanged",
                  "sa{sv}as", "3", "s", "fr.emersion.Mako", "a{sv}", "0", "as", "1", "Modes",
                  path="/fr/emersion/Mako")
        self.until_not("dnd")

    def test_mako_is_left_alone_while_its_mode_is_off(self):
        mock = self.server("mako")
        mock.object("/fr/emersion/Mako", "fr.emersion.Mako", ListModes=("as", "['default']"))
        self.begin()
        before = rig.switches_at_rest(self.daemon.pid)
        for _ in range(3):
            # Comes to the bus and leaves it.
            self.owner(SERVER)
        self.assertEqual(rig.switches_at_rest(self.daemon.pid), before)

    LXQT = "lxqt/notifications.conf"
    COSMIC = "cosmic/com.system76.CosmicNotifications/v1/do_not_disturb"

    def write(self, name, text):
        """As desktops do: a new file is put in the place of the old one."""
        path = os.path.join(self.env["XDG_CONFIG_HOME"], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".x", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".x", path)

    def test_lxqt(self):
        self.write(self.LXQT, "[General]\nunattendedMaxNum=10\ndoNotDisturb=true\n")
        self.server("lxqt-notificationd")
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(lxqt-notificationd\)" + AT)
        self.idles()
        self.write(self.LXQT, "[General]\ndoNotDisturb=false\n")
        self.until_not("dnd")
        self.write(self.LXQT, "doNotDisturb = true\n")
        self.until("dnd", r"do-not-disturb is on \(lxqt-notificationd\)" + AT)
        # A key of another section, and one that only begins alike.
        self.write(self.LXQT, "[Other]\ndoNotDisturb=true\n[General]\ndoNotDisturbAtNight=true\n")
        self.until_not("dnd")
        self.write(self.LXQT, "[General]\ndoNotDisturb=true\n")
        self.until("dnd", r"do-not-disturb is on \(lxqt-notificationd\)" + AT)
        os.remove(os.path.join(self.env["XDG_CONFIG_HOME"], self.LXQT))
        self.until_not("dnd")

    def test_lxqt_that_has_no_settings_yet(self):
        self.server("lxqt-notificationd")
        self.begin()
        self.idles()
        self.assertEqual(self.reasons(), {})
        self.assertEqual(self.trouble(), [])

    def test_cosmic(self):
        self.write(self.COSMIC, "true")
        self.server("cosmic-notifications")
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(cosmic-notifications\)" + AT)
        self.write(self.COSMIC, "false\n")
        self.until_not("dnd")
        self.write(self.COSMIC.replace("do_not", "do_not_not"), "true")
        self.idles()
        self.assertEqual(self.reasons(), {})
        self.write(self.COSMIC, "true")
        self.until("dnd", r"do-not-disturb is on \(cosmic-notifications\)" + AT)

    def test_budgie(self):
        self.server("Budgie Notification Server")
        budgie = Mock(self, "org.budgie_desktop.Notifications", "/org/budgie_desktop/Notifications",
                      "org.buddiesofbudgie.budgie.Dispatcher")
        budgie.answers("GetDoNotDisturb", "", "b", "True")
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(Budgie Notification Server\)" + AT)
        budgie.says("DoNotDisturbChanged", "b", ("b", "false"))
        self.until_not("dnd")
        budgie.says("DoNotDisturbChanged", "b", ("b", "true"))
        self.until("dnd", r"do-not-disturb is on \(Budgie Notification Server\)" + AT)
        budgie.process.kill()
        self.until_not("dnd")

    def test_a_server_that_dies_ends_its_sign_once(self):
        mock = self.dunst("true")
        self.begin(BUSY)
        wait_for(lambda: self.decisions()[-1:] and self.decisions()[-1][0] == "deferred", 8,
                 "deferred")
        mock.process.kill()
        self.until_not("dnd")
        wait_for(lambda: self.decisions()[-1][0] == "prompt", 8, "the prompt")
        told = [w for d, w in self.decisions() if d == "deferred"]
        self.assertEqual(len(told), 2, told)
        self.assertRegex(told[1], r"^do-not-disturb was on until .*; prompts come again from")

    def test_a_switch_that_flaps_is_one_sign(self):
        mock = self.dunst("true")
        self.begin(BUSY)
        wait_for(lambda: self.decisions()[-1:] and self.decisions()[-1][0] == "deferred", 8,
                 "deferred")
        for i in range(11):
            self.pause(mock, i % 2 == 1)
            time.sleep(0.15)
        wait_for(lambda: self.decisions()[-1][0] == "prompt", 15, "the prompt")
        told = [w for d, w in self.decisions() if d == "deferred"]
        self.assertEqual(len(told), 2, told)

    def test_a_switch_turned_off_is_not_looked_for(self):
        mock = self.dunst("true")
        self.begin(CALM + "[quiet]\ndnd = no\n")
        self.pause(mock, True)
        self.idles()
        self.assertEqual(self.reasons(), {})
        self.config(CALM)
        self.call("Reload")
        self.until("dnd", r"do-not-disturb is on \(dunst\)" + AT)
        self.config(CALM + "[quiet]\ndnd = no\n")
        self.call("Reload")
        self.until_not("dnd", 1)

    def shower(self):
        """A front end that leaves a trace when it is started, as a setting."""
        path = self.path("front-end")
        with open(path, "w", encoding="utf-8") as script:
            script.write("#!/bin/sh\necho shown >>'%s'\n" % self.path("shown"))
        os.chmod(path, 0o755)
        return "front_end = " + path

    def test_nothing_is_shown_before_the_first_look(self):
        self.dunst("true")
        shower = self.shower()
        calm = CALM.replace("front_end = /bin/true", shower)
        self.begin(calm + "[quiet]\ndnd = no\n")

        def load():
            return self.call("ListRules")[0][0]["load_usec"]["data"]

        wait_for(lambda: load() > 1500000, 5, "a load")
        # With these settings the break is due at once, and the sign is not yet known.
        self.config(calm.replace("every = 1h", "every = 1s"))
        self.call("Reload")
        wait_for(lambda: self.phase() == "deferred", 5, "deferred")
        self.assertRegex(self.decisions()[-1][1], r"^do-not-disturb is on \(dunst\)")
        self.assertFalse(os.path.exists(self.path("shown")))

    def test_a_server_that_hangs_does_not_keep_breaks_back(self):
        mock = self.dunst("true")
        mock.process.freeze()
        self.begin(BUSY.replace("front_end = /bin/true", self.shower()))
        wait_for(lambda: os.path.exists(self.path("shown")), 10, "the prompt")

    def test_a_server_that_hangs_is_a_problem_until_it_answers(self):
        mock = self.dunst("true")
        mock.process.freeze()
        self.begin()
        wait_for(self.trouble, 8, "the problem")
        self.assertEqual(self.trouble(), ["the notification server does not answer: do-not-disturb "
                                          "is not seen, and notifications may not be shown"])
        self.assertIn("the notification server does not answer", self.limber("status").stdout)
        self.assertEqual(self.reasons(), {})
        mock.process.thaw()
        self.until("dnd", r"do-not-disturb is on \(dunst\)" + AT)
        self.assertEqual(self.trouble(), [])

    def test_a_name_that_is_markup_and_worse(self):
        mock = self.server("<b>dunst\n\u202e\u00e9 " + "x" * 5000)
        mock.has("Inhibited", "b", "true")
        self.begin()
        self.until("dnd", "do-not-disturb is on \\(<b>dunst \u00e9 x+\\)" + AT)
        self.assertLess(len(self.reasons()["dnd"]), 120)

    def test_answers_of_the_wrong_kind(self):
        mock = Mock(self, SERVER, SERVER_PATH, SERVER)
        mock.answers("GetServerInformation", "", "u", "dbus.UInt32(7)")
        mock.has("Inhibited", "s", "yes")
        self.begin()
        mock.is_now("Inhibited", "as", "2", "a", "b")
        mock.says("PropertiesChanged", "u", ("u", "3"),
                  interface="org.freedesktop.DBus.Properties")
        self.assertEqual(self.reasons(), {})
        mock.is_now("Inhibited", "b", "true")
        self.until("dnd", "do-not-disturb is on" + AT)


def gvdb(values, locks=()):
    """The bytes of a dconf database of truth values, as `dconf compile` would make it; real readers
    are asked below whether it is one."""
    blob = bytearray(24)

    def put(data, align):
        blob.extend(bytes(-len(blob) % align))
        blob.extend(data)
        return struct.pack("<II", len(blob) - len(data), len(blob))

    def hash_of(name):
        value = 5381
        for byte in name.encode():
            value = (value * 33 + byte) & 0xffffffff
        return value

    def table(entries):
        # One bucket, no bloom filter.
        items = b""
        for name, kind, where in entries:
            at = put(name.encode(), 1)
            items += struct.pack("<II4sHcx8s", hash_of(name), 0xffffffff, at[:4], len(name), kind,
                                 where)
        return put(struct.pack("<III", 0, 1, 0) + items, 4)

    def truths(pairs):
        return [(key, b"v", put(bytes([value]) + b"\0b", 8)) for key, value in pairs]

    entries = truths(values.items())
    if locks:
        entries.append((".locks", b"H", table(truths((key, True) for key in locks))))
    blob[:24] = b"GVariant" + struct.pack("<II8s", 0, 0, table(entries))
    return bytes(blob)


class Gnome(Quiet):
    """gnome-shell's switch, in a real dconf that the bus starts when somebody writes to it."""

    SERVICE = "/usr/libexec/dconf-service"
    SPACE = "org.gnome.desktop.notifications"

    def services(self):
        rig.need("gsettings")
        folder = self.path("services")
        os.mkdir(folder)
        with open(os.path.join(folder, "dconf.service"), "w", encoding="utf-8") as file:
            file.write("[D-BUS Service]\nName=ca.desrt.dconf\nExec=%s\n" % self.SERVICE)
        return folder

    def setUp(self):
        if not os.path.exists(self.SERVICE):
            raise unittest.SkipTest("not installed: dconf-service")
        super().setUp()
        schemas = self.command("gsettings", "list-schemas").stdout.split()
        if self.SPACE not in schemas:
            raise unittest.SkipTest("not installed: gsettings-desktop-schemas")

    def set(self, name, value, space=SPACE):
        done = self.command("gsettings", "set", space, name, value)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_do_not_disturb(self):
        self.server("gnome-shell")
        self.set("show-banners", "false")
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(gnome-shell\)" + AT)
        self.idles()
        # What is set elsewhere does not even wake it.
        before = rig.switches_at_rest(self.daemon.pid)
        self.set("clock-show-date", "false", "org.gnome.desktop.interface")
        self.set("show-in-lock-screen", "false")
        self.assertEqual(rig.switches_at_rest(self.daemon.pid), before)
        self.set("show-banners", "true")
        self.until_not("dnd")
        self.set("show-banners", "false")
        self.until("dnd", r"do-not-disturb is on \(gnome-shell\)" + AT)
        done = self.command("gsettings", "reset-recursively", self.SPACE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.until_not("dnd")

    KEY = "/org/gnome/desktop/notifications/show-banners"

    def site(self, *databases):
        """What the machine's keeper has set, each database as (values, locks)."""
        with open(self.path("profile"), "w", encoding="utf-8") as profile:
            profile.write("# As in /etc/dconf/profile\n  user-db:user \n\nunknown-db:x\n")
            for i, (values, locks) in enumerate(databases):
                path = self.path("site-%d" % i)
                with open(path, "wb") as file:
                    file.write(gvdb(values, locks))
                profile.write("file-db:%s # the site's\n" % path)
        self.env["DCONF_PROFILE"] = self.path("profile")

    def test_what_the_keeper_of_the_machine_has_set(self):
        """limberd reads what GLib reads, be it the user's, a default or a lock."""
        self.server("gnome-shell")
        off, on, none = {self.KEY: False}, {self.KEY: True}, {}
        for n, (mine, databases) in enumerate((
                (None, [(off, ())]),
                ("true", [(off, ())]),
                ("true", [(off, [self.KEY])]),
                ("false", [(on, [self.KEY])]),
                ("false", [(none, [self.KEY])]),
                (None, [(on, ()), (off, ())]),
                (None, [(on, ()), (off, [self.KEY])]),
                ("true", [(on, [self.KEY]), (off, [self.KEY])]),
                ("false", [(on, ["/org/gnome/desktop/other"])]),
                ("false", []))):
            with self.subTest(n):
                self.env.pop("DCONF_PROFILE", None)
                self.command("gsettings", "reset", self.SPACE, "show-banners")
                if mine:
                    self.set("show-banners", mine)
                self.site(*databases)
                said = self.command("gsettings", "get", self.SPACE, "show-banners").stdout.strip()
                self.begin()
                if said == "false":
                    self.until("dnd", r"do-not-disturb is on \(gnome-shell\)" + AT)
                else:
                    self.known()
                    self.assertEqual(self.reasons(), {})
                self.daemon.stop()

    def known(self):
        """limberd has read the switch."""
        def dnd():
            return next(f["detail"]["data"] for f in self.call("Diagnose")[0]
                        if f["check"]["data"] == "dnd")
        wait_for(lambda: dnd() in ("on", "off"), 5, "the switch")

    # Keys of desktops that are not installed here, as their schemas have them.
    KIN = (("cinnamon", "GNOME", "org.cinnamon.desktop.notifications",
            "/org/cinnamon/desktop/notifications/", "display-notifications", "true"),
           ("Notification Daemon", "MATE", "org.mate.NotificationDaemon",
            "/org/mate/notification-daemon/", "do-not-disturb", "false"),
           ("io.elementary.notifications", "elementary", "io.elementary.notifications",
            "/io/elementary/notifications/", "do-not-disturb", "false"))

    def install_schemas(self):
        rig.need("glib-compile-schemas")
        folder = self.path("schemas")
        os.mkdir(folder)
        with open(os.path.join(folder, "kin.gschema.xml"), "w", encoding="utf-8") as file:
            file.write("<schemalist>%s</schemalist>" % "".join(
                "<schema id='%s' path='%s'><key name='%s' type='b'><default>%s</default></key></schema>"
                % row[2:] for row in self.KIN))
        done = self.command("glib-compile-schemas", "--strict", folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.env["GSETTINGS_SCHEMA_DIR"] = folder

    def test_cinnamon_mate_and_elementary(self):
        self.install_schemas()
        for name, vendor, space, _, key, loud in self.KIN:
            with self.subTest(name):
                mock = self.server(name, vendor)
                self.begin()
                quiet = "false" if loud == "true" else "true"
                self.set(key, quiet, space)
                self.until("dnd", r"do-not-disturb is on \(%s\)" % name + AT)
                self.set(key, loud, space)
                self.until_not("dnd")
                # Left on: the next server has a switch of its own.
                self.set(key, quiet, space)
                self.daemon.stop()
                mock.process.kill()

    def test_a_desktop_s_switch_is_not_another_one_s(self):
        self.install_schemas()
        for _, _, space, _, key, loud in self.KIN:
            self.set(key, "false" if loud == "true" else "true", space)
        self.set("show-banners", "false")
        # GNOME's older one is called as MATE's.
        self.server("Notification Daemon", "GNOME")
        self.begin()
        self.idles()
        self.assertEqual(self.reasons(), {})

    def test_without_a_database(self):
        self.server("gnome-shell")
        self.begin()
        self.assertEqual(self.limber("status").returncode, 0)
        self.assertEqual(self.reasons(), {})
        self.assertEqual(self.trouble(), [])
        # The bus has not been made to start anything for it.
        self.assertIsNone(self.owner("ca.desrt.dconf"))
        self.set("show-banners", "false")
        self.until("dnd", r"do-not-disturb is on \(gnome-shell\)" + AT)

    def test_a_service_that_goes_leaves_the_switch(self):
        self.server("gnome-shell")
        self.set("show-banners", "false")
        self.begin()
        self.until("dnd", r"do-not-disturb is on \(gnome-shell\)" + AT)
        pid = json.loads(self.busctl("call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                     "org.freedesktop.DBus", "GetConnectionUnixProcessID", "s",
                                     "ca.desrt.dconf").stdout)["data"][0]
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not self.owner("ca.desrt.dconf"), 5, "the end of dconf's service")
        self.idles()
        self.assertIn("dnd", self.reasons())
        self.set("show-banners", "true")
        self.until_not("dnd")


class Inhibitors(Quiet):
    def logind(self, rows="[]", blocked=""):
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = self.env["DBUS_SESSION_BUS_ADDRESS"]
        mock = Mock(self, LOGIN, LOGIN_PATH, LOGIN + ".Manager")
        mock.answers("ListInhibitors", "", "a(ssssuu)", rows)
        mock.has("BlockInhibited", "s", blocked)
        return mock

    def row(self, what, who, why, mode="block", uid=None):
        uid = os.getuid() if uid is None else uid
        return "[(%r, %r, %r, %r, dbus.UInt32(%d), dbus.UInt32(7))]" % (what, who, why, mode, uid)

    def inhibit(self, mock, blocked, rows):
        mock.answers("ListInhibitors", "", "a(ssssuu)", rows)
        mock.is_now("BlockInhibited", "s", blocked)

    def test_logind(self):
        mock = self.logind()
        self.begin()
        self.inhibit(mock, "sleep:idle", self.row("sleep:idle", "Firefox", "Playing video"))
        self.until("inhibitors", "Firefox keeps the screen awake%s: Playing video" % AT)
        self.assertRegex(self.limber("status").stdout,
                         "Firefox keeps the screen awake%s: Playing video" % AT)
        self.idles()
        self.inhibit(mock, "", "[]")
        self.until_not("inhibitors")

    def test_locks_on_sleep_and_delays_are_none(self):
        mock = self.logind(self.row("sleep", "NetworkManager", "going offline", "delay"), "")
        self.begin()
        for blocked, row in (
                ("sleep:handle-lid-switch", self.row("sleep", "Backup", "busy")),
                ("handle-idle:idle-not", self.row("handle-idle:idle-not", "Other", "not the word")),
                ("idle", self.row("idle", "Other", "somebody else's", uid=4242)),
                ("idle", self.row("idle", "Other", "only a delay", "delay"))):
            self.inhibit(mock, blocked, row)
            rig.switches_at_rest(self.daemon.pid)
            self.assertEqual(self.reasons(), {}, row)
        self.inhibit(mock, "idle", self.row("idle", "mpv", ""))
        self.until("inhibitors", "mpv keeps the screen awake" + AT)

    def test_gnome(self):
        mock = Mock(self, GNOME, GNOME_PATH, GNOME)
        inhibitor = GNOME + ".Inhibitor"
        mock.object(GNOME_PATH + "/Inhibitor1", inhibitor, GetFlags=("u", "dbus.UInt32(4)"),
                    GetAppId=("s", "'backup'"), GetReason=("s", "'copies'"))
        mock.object(GNOME_PATH + "/Inhibitor2", inhibitor, GetFlags=("u", "dbus.UInt32(12)"),
                    GetAppId=("s", "'org.gnome.Totem'"), GetReason=("s", "'Playing a movie'"))
        mock.answers("GetInhibitors", "", "ao",
                     "dbus.Array(['%s/Inhibitor1', '%s/Inhibitor2'], signature='o')"
                     % (GNOME_PATH, GNOME_PATH))
        mock.answers("IsInhibited", "u", "b", "args[0] == 8")
        self.begin()
        self.until("inhibitors", "org.gnome.Totem keeps the screen awake%s: Playing a movie" % AT)
        mock.answers("IsInhibited", "u", "b", "False")
        mock.says("InhibitorRemoved", "o", ("o", GNOME_PATH + "/Inhibitor2"))
        self.until_not("inhibitors")

    def test_the_desktops_name_is_better_than_logind_s(self):
        logind = self.logind(self.row("idle", "somebody", "user session inhibited"), "idle")
        mock = Mock(self, GNOME, GNOME_PATH, GNOME)
        mock.answers("IsInhibited", "u", "b", "True")
        mock.object(GNOME_PATH + "/Inhibitor2", GNOME + ".Inhibitor",
                    GetFlags=("u", "dbus.UInt32(8)"), GetAppId=("s", "'Totem'"),
                    GetReason=("s", "''"))
        mock.answers("GetInhibitors", "", "ao",
                     "dbus.Array(['%s/Inhibitor2'], signature='o')" % GNOME_PATH)
        self.begin()
        wait_for(lambda: self.reasons().get("inhibitors", "").startswith("Totem"), 5, "Totem")
        mock.process.kill()
        wait_for(lambda: self.reasons()["inhibitors"].startswith("somebody keeps the screen awake"),
                 5, "logind's word")
        logind.process.kill()
        self.until_not("inhibitors")

    def test_kde(self):
        mock = Mock(self, KDE, KDE_PATH, KDE_AGENT)
        mock.answers("HasInhibition", "u", "b", "args[0] == 4")
        mock.answers("ListInhibitions", "", "a(ss)", "[('Haruna', 'Playing video')]")
        self.begin()
        self.until("inhibitors", "Haruna keeps the screen awake%s: Playing video" % AT)
        # Of several it does not tell which one it is.
        mock.answers("ListInhibitions", "", "a(ss)", "[('Haruna', 'a'), ('Ark', 'b')]")
        mock.says("InhibitionsChanged", "a(ss)as", ("a(ss)", "0"), ("as", "0"))
        wait_for(lambda: self.reasons()["inhibitors"].startswith("a program keeps"), 5, "no name")
        mock.answers("HasInhibition", "u", "b", "False")
        mock.says("InhibitionsChanged", "a(ss)as", ("a(ss)", "0"), ("as", "0"))
        self.until_not("inhibitors")

    def test_kde_s_newer_list(self):
        mock = Mock(self, KDE, KDE_PATH, KDE_AGENT)
        mock.has("ActiveInhibitions", "a(ssssu)", "2", "sleep", "Ark", "packing", "block", "3",
                 "sleep:idle", "Haruna", "Playing video", "block", "3", interface=KDE_AGENT)
        self.begin()
        self.until("inhibitors", "Haruna keeps the screen awake%s: Playing video" % AT)

    def test_xfce(self):
        mock = Mock(self, POWER, POWER_PATH, POWER + ".Inhibit")
        mock.answers("GetInhibitors", "", "as", "['Parole']")
        self.begin()
        self.until("inhibitors", "Parole keeps the screen awake" + AT)
        mock.answers("GetInhibitors", "", "as", "dbus.Array([], signature='s')")
        mock.says("HasInhibitChanged", "b", ("b", "false"))
        self.until_not("inhibitors")

    def test_off_unless_switched_on(self):
        mock = self.logind()
        self.begin(CALM.replace("inhibitors = yes", ""))
        self.inhibit(mock, "idle", self.row("idle", "mpv", ""))
        self.idles()
        self.assertEqual(self.reasons(), {})

    def test_a_rule_that_respects_it_is_put_off(self):
        mock = self.logind(self.row("idle", "mpv", "film"), "idle")
        self.begin(BUSY)
        wait_for(lambda: "deferred" in [d for d, _ in self.decisions()], 8, "deferred")
        self.assertRegex(self.decisions()[-1][1], "^mpv keeps the screen awake" + AT)
        self.assertRegex(self.limber("why").stdout, "mpv keeps the screen awake.*: film")
        self.inhibit(mock, "", "[]")
        wait_for(lambda: self.decisions()[-1][0] == "prompt", 8, "the prompt")

    def test_a_logind_that_hangs(self):
        mock = self.logind()
        self.begin()
        self.inhibit(mock, "idle", self.row("idle", "mpv", ""))
        self.until("inhibitors", "mpv keeps the screen awake" + AT)
        mock.process.freeze()
        self.config(CALM.replace("inhibitors = yes", ""))
        self.call("Reload")
        self.until_not("inhibitors")
        self.config(CALM)
        self.call("Reload")
        wait_for(self.trouble, 8, "the problem")
        self.assertEqual(self.trouble(), ["logind does not answer: who keeps the screen awake is "
                                          "not seen"])
        self.config(CALM.replace("inhibitors = yes", ""))
        self.call("Reload")
        wait_for(lambda: not self.trouble(), 3, "the end of the problem")
        self.config(CALM)
        self.call("Reload")
        mock.process.thaw()
        self.until("inhibitors", "mpv keeps the screen awake" + AT)
        self.assertEqual(self.trouble(), [])

    def test_words_without_end_and_lists_without_end(self):
        mock = self.logind()
        self.begin()
        row = self.row("idle", "m\u00fcv" * 3000, "<i>\u2028line\nline" * 3000)
        self.inhibit(mock, "idle", "[('sleep', 'x', 'y', 'block', dbus.UInt32(0), dbus.UInt32(1))]"
                                   " * 5000 + " + row)
        self.until("inhibitors", "(m\u00fcv)+m?\u00fc? keeps the screen awake%s: (<i> line line)+[<>ilne ]*" % AT)
        self.assertLess(len(self.reasons()["inhibitors"]), 300)

    def test_killed_ten_times(self):
        self.begin()
        Mock(self, GNOME, GNOME_PATH, GNOME).process.kill()
        before = rig.descriptors(self.daemon.pid)
        for _ in range(9):
            Mock(self, GNOME, GNOME_PATH, GNOME).process.kill()
        self.assertEqual(rig.descriptors(self.daemon.pid), before)
        mock = Mock(self, GNOME, GNOME_PATH, GNOME)
        mock.answers("IsInhibited", "u", "b", "True")
        mock.says("InhibitorAdded", "o", ("o", "/x"))
        self.until("inhibitors", "a program keeps the screen awake" + AT)


if __name__ == "__main__":
    unittest.main()
