"""limber doctor: its table, its JSON, and what it can say without limberd."""

import json
import os
import shutil
import unittest

import rig

SETTINGS = "[idle]\nsource = none\n[prompt]\nfront_end = /bin/true\n[rule micro]\nevry = 3min\n"


class Doctor(rig.Rig):
    def setUp(self):
        super().setUp()
        self.config(SETTINGS)

    def doctor(self, *args):
        done = self.limber("doctor", *args)
        return done.returncode, done.stdout, done.stderr


class Table(Doctor):
    def setUp(self):
        super().setUp()
        self.start_bus()
        self.start_daemon()
        # What is wrong is to be shown, by a front end that cannot: then all stays as it is.
        rig.wait_for(lambda: "front-end" in [p["area"] for p in self.problems()], 10,
                     "the front end's end")

    def test_it_fits(self):
        code, out, _ = self.doctor("--json")
        self.assertEqual(code, 1)
        findings = json.loads(out)["findings"]
        for columns in (40, 59, 60, 80, 120):
            self.env["COLUMNS"] = str(columns)
            code, out, err = self.doctor()
            self.assertEqual((code, err), (1, ""))
            for line in out.splitlines():
                self.assertLessEqual(len(line), columns, line)
                self.assertEqual(line.rstrip(), line)
            # However it is wrapped, all is there, in its order.
            squeezed, at = "".join(out.split()), 0
            for f in findings:
                for key in ("state", "check", "detail", "hint"):
                    at = squeezed.find("".join(f[key].split()), at)
                    self.assertGreaterEqual(at, 0, "%s of %s in\n%s" % (key, f, out))
            self.assertNotIn("\x1b", out)

    def test_behind_a_pipe_a_line_is_a_finding(self):
        self.env.pop("COLUMNS", None)
        _, out, _ = self.doctor()
        lines = [x for x in out.splitlines() if x.startswith("  degraded  files")]
        self.assertEqual(len(lines), 1, out)
        self.assertIn("evry: there is no such key", lines[0])

    def test_it_is_summed_up(self):
        _, out, _ = self.doctor()
        findings = json.loads(self.doctor("--json")[1])["findings"]
        states = [f["state"] for f in findings]
        self.assertEqual(out.splitlines()[-1], "%d degraded, %d missing" %
                         (states.count("degraded"), states.count("missing")))

    def test_colour(self):
        env = dict(self.env, TERM="xterm-256color")
        env.pop("NO_COLOR")
        terminal = rig.Terminal(self, rig.LIMBER, "doctor", env=env)
        self.assertEqual(terminal.ended(), 1)
        self.assertIn("\x1b[31mmissing\x1b[0m", terminal.raw())
        terminal = rig.Terminal(self, rig.LIMBER, "doctor")
        self.assertEqual(terminal.ended(), 1)
        self.assertNotIn("\x1b", terminal.raw())

    def test_no_test_without_a_source(self):
        """There is nothing to be tested, so nobody is asked to keep still."""
        terminal = rig.Terminal(self, rig.LIMBER, "doctor")
        self.assertEqual(terminal.ended(), 1)
        self.assertNotIn("live test", terminal.text())


class Without(Doctor):
    def setUp(self):
        super().setUp()
        self.env["PATH"] = "/usr/bin:/bin"

    def test_no_bus(self):
        code, out, err = self.doctor()
        self.assertEqual(code, 3)
        self.assertEqual(err.count("\n"), 1, err)
        self.assertIn("ok        program", out)
        self.assertIn(rig.LIMBERD, out)
        self.assertIn("missing   bus", out)
        self.assertNotIn("unit", out)

    def test_no_daemon(self):
        self.start_bus()
        code, out, err = self.doctor()
        self.assertEqual(code, 3)
        self.assertIn("limberd is not running", err)
        self.assertIn("ok        bus", out)
        self.assertIn("missing   unit", out)
        code, out, _ = self.doctor("--json")
        self.assertEqual(code, 3)
        found = {f["check"]: f["state"] for f in json.loads(out)["findings"]}
        self.assertEqual(found, {"program": "ok", "bus": "ok", "unit": "missing"})

    def test_the_unit(self):
        self.start_bus()
        name, path = "org.freedesktop.systemd1", \
            "/org/freedesktop/systemd1/unit/limberd_2eservice"
        rig.need_dbusmock()
        self.start(["/usr/bin/python3", "-m", "dbusmock", "--session", name, path, name + ".Unit"],
                   "systemd")
        rig.wait_for(lambda: self.owner(name), 10, "the mock of systemd")
        for key, value in (("LoadState", "loaded"), ("ActiveState", "failed"),
                           ("UnitFileState", "enabled")):
            self.assertEqual(self.busctl("call", name, path, "org.freedesktop.DBus.Mock",
                                         "AddProperty", "ssv", name + ".Unit", key, "s",
                                         value).returncode, 0)
        code, out, _ = self.doctor()
        self.assertEqual(code, 3)
        self.assertIn("limberd.service is enabled and failed", out)
        self.assertIn("journalctl --user -u limberd", out)

    def test_limberd_hangs(self):
        self.start_bus()
        self.start_daemon().freeze()
        code, out, err = self.doctor()
        self.assertEqual(code, 3)
        self.assertIn("limberd does not answer", err)
        self.assertIn("ok        bus", out)

    def test_limberd_is_not_installed(self):
        self.start_bus()
        alone = self.path("limber")
        # It looks beside itself, wherever it is, so it has to be a copy.
        shutil.copy(rig.LIMBER, alone)
        done = self.command(alone, "doctor")
        self.assertEqual(done.returncode, 3)
        self.assertIn("missing   program", done.stdout)
        self.assertIn("make install", done.stdout)


class ExerciseFiles(rig.Rig):
    """What is wrong in a file of exercises is told with the exercise's name."""

    def test_the_exercise_is_named(self):
        self.start_bus()
        path = self.config("[plank]\nseconds_max = soon\n\n[my-stretch]\nreps = many\n",
                           "exercises/mine.ini")
        self.config("[rule micro]\nevery = soon\n")
        self.start_daemon()
        told = {(os.path.basename(p["file"]), p["line"], p["section"], p["key"])
                for p in self.problems() if p["area"] == "settings"}
        self.assertLessEqual({("mine.ini", 2, "plank", "seconds_max"),
                              ("mine.ini", 5, "my-stretch", "reps"),
                              ("limber.conf", 2, "rule micro", "every")}, told)
        status = self.works("status")
        self.assertIn("%s:2: [plank] seconds_max: 'soon'" % path, status)
        self.assertIn("%s:5: [my-stretch] reps: 'many'" % path, status)
        self.assertIn(":2: [rule micro] every: 'soon'", status)
        self.config("")
        self.call("Reload")
        self.assertIn("%s:2: [plank] seconds_max: 'soon'" % path,
                      self.limber("doctor", "--no-live").stdout)
        self.assertIn(path + ":2: [plank] seconds_max:", self.daemon.output())

    def test_the_notice_names_it(self):
        self.start_bus()
        self.config("[plank]\nseconds_max = soon\n", "exercises/mine.ini")
        self.start_daemon()
        answer = self.busctl("call", rig.NAME, rig.PATH, "org.freedesktop.DBus.ObjectManager",
                             "GetManagedObjects")
        self.assertIn("mine.ini line 2: [plank] seconds_max: 'soon'", answer.stdout)


if __name__ == "__main__":
    unittest.main()
