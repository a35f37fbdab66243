"""Diagnose: what works and what does not, with other programs there, absent and hanging."""

import os
import signal
import subprocess
import time
import unittest

import rig
from rig import wait_for

STATES = ("ok", "degraded", "missing")
KEYS = {"area", "check", "state", "detail", "hint"}
AREAS = ["idle", "session", "quiet", "notifications", "settings", "exercises",
         "history", "unit", "build"]
CALM = "[idle]\nsource = none\n[prompt]\nfront_end = /bin/true\n"
MOCK = "org.freedesktop.DBus.Mock"
SERVER = "org.freedesktop.Notifications"
SYSTEMD = "org.freedesktop.systemd1"
UNIT = "/org/freedesktop/systemd1/unit/limberd_2eservice"
FAKE_SERVER = os.path.join(rig.ROOT, "tests", "fakes", "notification-server.py")


class Diagnose(rig.Rig):
    def begin(self, settings=CALM, services=None):
        self.config(settings)
        self.start_bus(services)

    def findings(self):
        return [{k: v["data"] for k, v in f.items()} for f in self.call("Diagnose")[0]]

    def finding(self, area, check):
        found = [f for f in self.findings() if (f["area"], f["check"]) == (area, check)]
        self.assertEqual(len(found), 1, "%s %s in %s" % (area, check, found))
        return found[0]

    def assert_finding(self, area, check, state, *texts):
        """It is in that state, and each of the texts is in its detail or its hint."""
        f = self.finding(area, check)
        self.assertEqual(f["state"], state, f)
        for text in texts:
            self.assertIn(text, f["detail"] + " / " + f["hint"])

    def mock(self, *argv):
        rig.need_dbusmock()
        process = self.start(["/usr/bin/python3", "-m", "dbusmock", "--session", *argv],
                             "mock-" + argv[0], stdout=subprocess.DEVNULL)
        wait_for(lambda: self.owner(argv[0]), 10, argv[0])
        return process

    def tell_mock(self, name, path, method, *args):
        done = self.busctl("call", name, path, MOCK, method, *args)
        self.assertEqual(done.returncode, 0, done.stderr)

    def start_server(self, *capabilities):
        server = self.start(["/usr/bin/python3", FAKE_SERVER, *capabilities])
        wait_for(lambda: self.owner(SERVER), 10, "the notification server")
        return server


class Whole(Diagnose):
    def test_every_finding_is_whole(self):
        self.begin()
        self.start_daemon()
        findings = self.findings()
        for f in findings:
            self.assertEqual(set(f) - {"paused_usec"}, KEYS)
            self.assertIn(f["state"], STATES)
            self.assertTrue(f["check"] and f["detail"], f)
            # Whatever is wrong, there is something to do about it; and nothing where all is well.
            self.assertEqual(bool(f["hint"]), f["state"] != "ok", f)
        areas = [f["area"] for f in findings]
        self.assertEqual(sorted(set(areas), key=areas.index), AREAS)

    def test_nobody_is_started(self):
        services = self.path("services")
        os.makedirs(services)
        for name in (SERVER, SYSTEMD, "org.freedesktop.login1"):
            with open(os.path.join(services, name + ".service"), "w", encoding="ascii") as file:
                file.write("[D-BUS Service]\nName=%s\nExec=/usr/bin/touch %s\n" %
                           (name, self.path("started")))
        self.begin(services=services)
        self.start_daemon()
        self.assert_finding("notifications", "server", "ok", "the bus starts one")
        self.assertFalse(os.path.exists(self.path("started")))

    def test_sources_that_are_not_there(self):
        self.begin()
        self.start_daemon()
        self.assert_finding("idle", "source", "degraded", "switched off", "section [idle]")
        self.config("")
        self.call("Reload")
        wait_for(lambda: self.finding("idle", "source")["state"] == "missing", 10,
                 "the verdict on the sources")
        self.assert_finding("idle", "source", "missing", "DISPLAY", "systemctl --user")
        self.assertNotIn("input", [f["check"] for f in self.findings()])

    def test_build(self):
        self.begin()
        self.start_daemon()
        self.assert_finding("build", "version", "ok", self.property("Version"))
        built = rig.built_with(b"libwayland-client.so")
        self.assertEqual(self.finding("build", "wayland")["state"], "ok" if built else "degraded")


class Settings(Diagnose):
    def test_problems(self):
        self.begin()
        self.start_daemon()
        self.assert_finding("settings", "files", "ok")
        path = self.config(CALM + "\n[rule micro]\nevry = 3min\nlength = never\n")
        self.call("Reload")
        self.assert_finding("settings", "files", "degraded", "2 problems", path + ":7:", "evry",
                            "--check-config")

    def test_remarks_lose_nothing(self):
        self.begin(CALM + "[rule micro]\nevery = 3h\n")
        self.start_daemon()
        if not self.problems():
            self.skipTest("nothing is remarked on")
        self.assert_finding("settings", "files", "ok", "1 remark")

    def test_exercises(self):
        self.begin()
        self.start_daemon()
        self.assert_finding("exercises", "catalogue", "ok", "suit your settings")
        self.daemon.stop()
        share = self.path("share")
        os.makedirs(share)
        self.env["LIMBER_SHARE"] = share
        self.start_daemon()
        self.assert_finding("exercises", "catalogue", "missing", "plain rest", "make install")


class Quiet(Diagnose):
    def test_signs(self):
        self.begin(CALM + "[quiet]\ndnd = no\nfullscreen = yes\ninhibitors = yes\n"
                          "[rule micro]\nrespects = inhibitors\n[rule active]\nenabled = no\n")
        self.env["WAYLAND_DISPLAY"] = "wayland-of-nobody"
        self.start_daemon()
        self.assert_finding("quiet", "dnd", "ok", "switched off")
        self.assert_finding("quiet", "fullscreen", "ok", "no rule respects it")
        self.assert_finding("quiet", "inhibitors", "missing", "neither logind nor a desktop",
                            "limber pause")
        self.config(CALM + "[quiet]\nfullscreen = yes\n")
        self.call("Reload")
        wait_for(lambda: self.finding("quiet", "fullscreen")["state"] == "missing", 5, "a verdict")
        self.assert_finding("quiet", "fullscreen", "missing",
                            "not seen here: there is no Wayland compositor to ask"
                            if rig.built_with(b"libwayland-client.so") else "without Wayland",
                            "inhibitors = yes", "limber pause")

    def test_full_screen_without_a_display(self):
        self.begin(CALM + "[quiet]\nfullscreen = yes\n")
        self.start_daemon()
        self.assert_finding("quiet", "fullscreen", "missing", "display is known here",
                            "limber pause")

    def test_do_not_disturb(self):
        self.begin()
        self.start_daemon()
        wait_for(lambda: self.finding("quiet", "dnd")["state"] == "missing", 5, "no server")
        server = self.start_server("body")
        # One that has no such switch.
        wait_for(lambda: "does not tell" in self.finding("quiet", "dnd")["detail"], 5, "its silence")
        server.stop()
        self.mock(SERVER, "/org/freedesktop/Notifications", SERVER)
        for call in (("AddMethod", "sssss", SERVER, "GetServerInformation", "", "ssss",
                      "ret = ('dunst', 'knopwob', '1.9.0', '1.2')"),
                     ("AddProperty", "ssv", "org.dunstproject.cmd0", "paused", "b", "true")):
            self.tell_mock(SERVER, "/org/freedesktop/Notifications", *call)
        self.daemon.stop()
        self.start_daemon()
        wait_for(lambda: self.finding("quiet", "dnd")["state"] == "ok", 5, "the switch")
        self.assert_finding("quiet", "dnd", "ok", "on, by dunst")


class Server(Diagnose):
    def test_there(self):
        self.begin()
        self.start_daemon()
        self.assert_finding("notifications", "server", "missing", "no notification server", "dunst")
        server = self.start_server("actions", "body", "persistence")
        self.assert_finding("notifications", "server", "ok", "bare 1 shows text and buttons",
                            "keeps")
        server.stop()
        server = self.start_server("body")
        self.assert_finding("notifications", "server", "degraded", "bare 1", "no buttons",
                            "limber up")
        server.stop()
        self.start_server("actions")
        self.assert_finding("notifications", "server", "degraded", "titles only", "limber status")

    def test_hangs(self):
        """The answer comes nevertheless, and others are not kept waiting for theirs."""
        self.begin()
        server = self.start_server("actions", "body")
        self.start_daemon()
        server.freeze()
        asked = time.monotonic()
        waiting = subprocess.Popen(["busctl", "--user", "call", rig.NAME, rig.PATH,
                                    rig.NAME + ".Manager", "Diagnose"], env=self.env,
                                   stdout=subprocess.PIPE, text=True)
        self.assertIn(self.phase(), ("working", "off-duty"))
        self.assertIsNone(waiting.poll(), "the answer did not wait for the server")
        self.assertIn("does not answer, so nothing can be shown", waiting.communicate()[0])
        self.assertLess(time.monotonic() - asked, 3.5 * rig.PATIENCE)
        server.thaw()
        wait_for(lambda: self.finding("notifications", "server")["state"] == "ok", 5, "the server")

    def test_a_crowd(self):
        """Whoever asks meanwhile gets the same answer; not everybody can wait."""
        self.begin()
        server = self.start_server("actions", "body")
        self.start_daemon()
        server.freeze()
        crowd = [subprocess.Popen(["busctl", "--user", "call", rig.NAME, rig.PATH,
                                   rig.NAME + ".Manager", "Diagnose"], env=self.env, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                 for _ in range(12)]
        said = [x.communicate() for x in crowd]
        answered = [x for x in said if "does not answer" in x[0]]
        refused = [x for x in said if "wait for a diagnosis" in x[1]]
        self.assertEqual(len(answered) + len(refused), 12, said)
        self.assertEqual((len(answered), len(refused)), (8, 4))

    def test_who_asked_is_gone(self):
        self.begin()
        server = self.start_server("actions", "body")
        self.start_daemon()
        server.freeze()
        for _ in range(3):
            asker = subprocess.Popen(["busctl", "--user", "call", rig.NAME, rig.PATH,
                                      rig.NAME + ".Manager", "Diagnose"], env=self.env,
                                     stdout=subprocess.DEVNULL)
            time.sleep(0.2)
            asker.kill()
            asker.wait()
        self.assertEqual(self.finding("notifications", "server")["state"], "degraded")

    def test_its_words_are_only_words(self):
        self.begin()
        self.mock(SERVER, "/org/freedesktop/Notifications", SERVER)
        self.tell_mock(SERVER, "/org/freedesktop/Notifications", "AddMethod", "sssss", SERVER,
                       "GetServerInformation", "", "ssss",
                       "ret = ('\\x1b[31mred\\nnext \u202e' + 'x' * 5000, '', '9' * 5000, '')")
        self.tell_mock(SERVER, "/org/freedesktop/Notifications", "AddMethod", "sssss", SERVER,
                       "GetCapabilities", "", "as", "ret = ['body', 'actions'] + ['y'] * 2000")
        self.start_daemon()
        f = self.finding("notifications", "server")
        self.assertEqual(f["state"], "ok", f)
        self.assertTrue(f["detail"].isprintable(), f)
        self.assertLess(len(f["detail"]), 200)

    def test_front_end(self):
        self.begin("[prompt]\nfront_end = no-such-front-end\n[idle]\nsource = none\n")
        self.start_daemon()
        self.assert_finding("notifications", "front end", "missing", "no-such-front-end", "[prompt]")
        self.config("[idle]\nsource = none\n")
        self.call("Reload")
        self.assert_finding("notifications", "front end", "ok",
                            os.path.join(rig.BUILD, "limber-notify"))
        self.config("[prompt]\nfront_end = true\n[idle]\nsource = none\n")
        self.call("Reload")
        self.assert_finding("notifications", "front end", "ok", "/true")


class Unit(Diagnose):
    def start_manager(self, load="loaded", active="active", state="enabled", pid=0):
        manager = self.mock(SYSTEMD, UNIT, SYSTEMD + ".Unit")
        for interface, name, kind, value in (("Unit", "LoadState", "s", load),
                                             ("Unit", "ActiveState", "s", active),
                                             ("Unit", "UnitFileState", "s", state),
                                             ("Service", "MainPID", "u", str(pid))):
            self.tell_mock(SYSTEMD, UNIT, "AddProperty", "ssv", SYSTEMD + "." + interface, name,
                           kind, value)
        return manager

    def setUp(self):
        super().setUp()
        self.env["XDG_CONFIG_DIRS"] = self.path("xdg")
        self.begin()
        self.start_daemon()

    def test_runs_us(self):
        self.start_manager(pid=self.daemon.pid)
        self.assert_finding("unit", "service", "ok", "systemd runs limberd")
        self.assert_finding("unit", "login", "ok", "enabled")

    def test_does_not(self):
        self.start_manager(active="failed", state="disabled")
        self.assert_finding("unit", "service", "degraded", "limberd.service is failed",
                            "systemctl --user start limberd")
        self.assert_finding("unit", "login", "degraded", "disabled", "systemctl --user enable")

    def test_has_none(self):
        self.start_manager(load="not-found", active="inactive", state="")
        self.assert_finding("unit", "service", "degraded", "not installed", "make install")
        self.assert_finding("unit", "login", "degraded", "nothing starts limberd")

    def test_is_not_there(self):
        self.assert_finding("unit", "service", "ok", "no user manager")
        self.assert_finding("unit", "login", "degraded", "autostart")
        folder = os.path.join(self.path("xdg"), "autostart")
        os.makedirs(folder)
        with open(os.path.join(folder, "limberd.desktop"), "w", encoding="ascii"):
            pass
        self.assert_finding("unit", "login", "ok", folder)

    def test_hangs(self):
        self.start_manager(pid=self.daemon.pid).signal(signal.SIGSTOP)
        self.assert_finding("unit", "service", "degraded", "user manager does not answer")


class Logind(Diagnose):
    def test_session(self):
        self.begin()
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = self.env["DBUS_SESSION_BUS_ADDRESS"]
        self.start_daemon()
        wait_for(lambda: "logind is not running" in self.finding("session", "logind")["detail"], 5,
                 "the verdict")
        logind = rig.Logind(self, session=None)
        wait_for(lambda: "no login session" in self.finding("session", "logind")["detail"], 10,
                 "logind")
        self.assert_finding("session", "logind", "degraded", "no login session")
        logind.add_session("auto")
        logind.process.freeze()
        self.daemon.stop()
        self.start_daemon()
        self.assert_finding("session", "logind", "degraded", "has not answered yet")
        logind.process.thaw()
        wait_for(lambda: self.finding("session", "logind")["state"] == "ok", 10, "the session")
        self.assert_finding("session", "logind", "ok", "lock, suspend and session switch are seen")
        wait_for(lambda: self.finding("session", "sleep")["state"] == "ok", 5, "the lock")
        self.assert_finding("session", "sleep", "ok", "the machine waits a moment for limber")


if __name__ == "__main__":
    unittest.main()
