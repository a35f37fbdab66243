"""limberd on a private bus without a display: what clients can ask and what they are told."""

import os
import signal
import time

import rig

SHORT = """[idle]
source = none
[rule micro]
every = 2s
length = 4s
grace = 1s
patience = 1s
snooze = 2s
snoozes = 1
[rule active]
enabled = no
[prompt]
settle = 1s
retry = 1s
front_end = /bin/true
"""
ERROR = "org.limberd.Limber1.Error."


class Manager(rig.Rig):
    def setUp(self):
        super().setUp()
        self.start_bus()

    def begin(self, config=SHORT):
        self.config(config)
        self.start_daemon()
        self.signals = rig.Signals(self)

    def until(self, phase, seconds=8):
        rig.wait_for(lambda: self.phase() == phase, seconds, "phase " + phase)

    def test_a_break_from_prompt_to_taken(self):
        self.begin()
        self.until("prompting")
        path = self.property("CurrentBreak")
        self.assertRegex(path, rig.PATH + "/break/[0-9]+")
        self.assertEqual(self.property("Prompts", path, rig.NAME + ".Break"), 1)
        self.assertEqual(self.property("SnoozesLeft"), 1)
        self.assertEqual(self.call("StartBreak", "s", ""), [path])
        self.assertEqual(self.phase(), "on-break")
        self.assertGreater(self.property("EndsUSec", path, rig.NAME + ".Break"), 0)
        rig.wait_for(lambda: self.signals.seen("BreakEnded"), 8, "the end")
        self.assertIn("'taken'", self.signals.seen("BreakEnded")[0])
        self.assertEqual(self.property("CurrentBreak"), "/")
        self.assertEqual(len(self.signals.seen("BreakDue")), 1)
        self.assertEqual(len(self.signals.seen("BreakStarted")), 1)
        # Its object was told of, from beginning to end.
        self.assertTrue(self.signals.seen("InterfacesAdded"))
        self.assertTrue(self.signals.seen("InterfacesRemoved"))

    def test_snooze_comes_back_and_has_a_limit(self):
        self.begin()
        self.until("prompting")
        self.call("Snooze", "t", "0")
        self.assertEqual(self.phase(), "snoozed")
        self.assertEqual(self.property("SnoozesLeft"), 0)
        self.assertEqual([r["sign"]["data"] for r in self.property("Reasons")], ["snooze"])
        self.until("prompting")
        self.assertIn("1 times already", self.refused("Snooze", "t", "0"))
        self.call("Skip")
        rig.wait_for(lambda: self.signals.seen("BreakEnded"), 5, "the end")
        self.assertIn("'skipped'", self.signals.seen("BreakEnded")[0])
        # Half a second is left of the debt's three quarters of 2 s, plus.
        self.assertIn(self.phase(), ("working", "due", "prompting"))

    def test_finish_is_the_users_word(self):
        self.begin()
        self.until("prompting")
        self.call("Finish")
        rig.wait_for(lambda: self.signals.seen("BreakEnded"), 5, "the end")
        self.assertIn("'taken'", self.signals.seen("BreakEnded")[0])

    def test_what_nobody_can_do_now_is_refused_by_name(self):
        self.begin(SHORT.replace("every = 2s", "every = 1h"))
        for method, args in (("Snooze", ("t", "0")), ("Skip", ()), ("Finish", ())):
            self.assertIn("there is no break to", self.refused(method, *args))
        self.assertIn("say one of: micro, ", self.refused("StartBreak", "s", "nap"))
        self.assertIn("no exercise 'yodel'", self.refused("GetExercise", "s", "yodel"))
        self.assertIn("from 1s to 24h", self.refused("Snooze", "t", "5"))
        self.assertIn("from 1s to 24h", self.refused("Snooze", "t", str(2 ** 64 - 1)))
        self.assertIn("has passed", self.refused("Pause", "t", "1"))
        self.call("StartBreak", "s", "micro")
        self.assertIn("started this break yourself", self.refused("Snooze", "t", "0"))
        self.assertEqual(self.phase(), "on-break")

    def error_name(self, method, *args):
        done = self.command("gdbus", "call", "--session", "--dest", rig.NAME, "--object-path",
                            rig.PATH, "--method", rig.NAME + ".Manager." + method, *args)
        self.assertEqual(done.returncode, 1)
        return done.stderr.split(":")[2].strip()

    def test_the_names_of_errors(self):
        self.begin(SHORT.replace("every = 2s", "every = 1h"))
        self.assertEqual(self.error_name("Skip"), ERROR + "NoBreak")
        self.assertEqual(self.error_name("StartBreak", "nap"), ERROR + "NoSuchRule")
        self.assertEqual(self.error_name("GetExercise", "yodel"), ERROR + "NoSuchExercise")
        self.assertEqual(self.error_name("Pause", "5"), "org.freedesktop.DBus.Error.InvalidArgs")
        wrong = self.command("busctl", "--user", "call", rig.NAME, rig.PATH, rig.NAME + ".Manager",
                             "Snooze", "s", "soon")
        self.assertIn("Invalid arg", wrong.stderr)

    def test_pause_and_resume(self):
        self.begin()
        self.call("Pause", "t", str(2 ** 64 - 1))
        self.assertEqual(self.phase(), "paused")
        self.assertEqual(self.property("PausedUntilUSec"), 2 ** 64 - 1)
        until = int((time.time() + 3600) * 1e6)
        self.call("Pause", "t", str(until))
        self.assertEqual(self.property("PausedUntilUSec"), until)
        self.assertEqual(self.property("Reasons")[0]["sign"]["data"], "pause")
        # It becomes due, and is not announced.
        rig.wait_for(lambda: self.rule("micro")["state"] == "deferred", 6, "deferred")
        self.assertEqual(self.signals.seen("BreakDue"), [])
        # The user's own word beats it.
        self.call("StartBreak", "s", "")
        self.assertEqual(self.phase(), "on-break")
        self.call("Finish")
        self.call("Resume")
        self.assertEqual(self.property("PausedUntilUSec"), 0)
        self.until("prompting")

    def test_a_pause_ends_by_itself(self):
        self.begin()
        self.call("Pause", "t", str(int((time.time() + 3) * 1e6)))
        self.assertEqual(self.phase(), "paused")
        self.until("prompting")

    def rule(self, name):
        for rule in self.call("ListRules")[0]:
            if rule["name"]["data"] == name:
                return {k: v["data"] for k, v in rule.items()}
        raise AssertionError("no rule " + name)

    def test_rules_are_told_with_their_load(self):
        self.begin()
        rule = self.rule("micro")
        self.assertEqual((rule["every_usec"], rule["length_usec"], rule["enabled"]),
                         (2000000, 4000000, True))
        self.assertEqual(rule["path"], rig.PATH + "/rule/micro")
        rig.wait_for(lambda: self.rule("micro")["load_usec"] > 500000, 5, "load")
        load = self.call("GetLoad", path=rule["path"], interface=rig.NAME + ".Rule")[0]
        self.assertGreater(load, 500000)
        self.assertEqual(self.rule("active")["state"], "off")

    def test_rules_with_other_names_have_encoded_paths(self):
        self.begin(SHORT + "[rule after-lunch]\nevery = 30min\nlength = 1min\n")
        path = self.rule("after-lunch")["path"]
        self.assertEqual(path, rig.PATH + "/rule/after_2dlunch")
        self.assertEqual(self.property("Name", path, rig.NAME + ".Rule"), "after-lunch")

    def hold_inhibitor(self, why):
        holder = self.start([rig.LIMBER, "inhibit", "--why", why, "--", "sleep", "100"],
                            "inhibit-" + why)
        rig.wait_for(lambda: [i for i in self.call("ListInhibitors")[0]
                              if i["why"]["data"] == why], 5, "the inhibitor")
        return holder

    def test_an_inhibitor_holds_until_its_owner_goes(self):
        self.begin()
        first, second = self.hold_inhibitor("call"), self.hold_inhibitor("talk")
        listed = self.call("ListInhibitors")[0]
        self.assertEqual([i["who"]["data"] for i in listed], ["sleep", "sleep"])
        rig.wait_for(lambda: {i["pid"]["data"] for i in self.call("ListInhibitors")[0]} ==
                     {first.pid, second.pid}, 5, "the process ids")
        rig.wait_for(lambda: self.phase() == "deferred", 6, "deferred")
        self.assertEqual(self.property("Reasons")[0]["sign"]["data"], "inhibit")
        self.assertIn("call", self.property("Reasons")[0]["detail"]["data"])
        first.kill()
        rig.wait_for(lambda: len(self.call("ListInhibitors")[0]) == 1, 5, "one to go")
        self.assertEqual(self.phase(), "deferred")
        second.kill()
        self.until("prompting")

    def test_a_prompt_on_the_screen_goes_when_it_must_be_quiet(self):
        self.begin()
        self.until("prompting")
        path = self.property("CurrentBreak")
        self.hold_inhibitor("call")
        self.assertEqual(self.phase(), "deferred")
        self.assertEqual(self.property("CurrentBreak"), path)

    def test_nobody_can_hold_too_many(self):
        self.begin()
        script = ("import dbus\nbus = dbus.SessionBus()\n"
                  "m = dbus.Interface(bus.get_object(%r, %r), %r)\n"
                  "held = [m.Inhibit('a', 'b') for _ in range(16)]\n"
                  "try:\n    m.Inhibit('a', 'b')\n"
                  "except dbus.DBusException as e:\n    print(e.get_dbus_name())\n"
                  % (rig.NAME, rig.PATH, rig.NAME + ".Manager"))
        done = self.command("/usr/bin/python3", "-c", script)
        self.assertEqual(done.stdout.strip(), ERROR + "LimitReached", done.stderr)
        rig.wait_for(lambda: self.call("ListInhibitors")[0] == [], 5, "all to be let go")

    def test_reload_swaps_the_settings_and_leaves_the_break(self):
        self.begin()
        self.until("prompting")
        path = self.property("CurrentBreak")
        self.call("StartBreak", "s", "")
        self.config(SHORT.replace("length = 4s", "length = 3s") + "[rule new]\nevery=1h\nlength=9s\n")
        self.call("Reload")
        rig.wait_for(lambda: self.signals.seen("Reloaded"), 5, "Reloaded")
        self.assertEqual(self.property("CurrentBreak"), path)
        self.assertEqual(self.property("LengthUSec", path, rig.NAME + ".Break"), 4000000)
        self.assertEqual(self.rule("micro")["length_usec"], 3000000)
        self.assertEqual(self.rule("new")["length_usec"], 9000000)
        self.config("[rule micro]\nevery = 20 parrots\n")
        self.daemon.signal(signal.SIGHUP)
        problem = rig.wait_for(lambda: [p for p in self.problems() if p["area"] == "settings"], 5,
                               "the problem")[0]
        self.assertEqual((problem["line"], problem["key"]), (2, "every"))
        self.assertIn("20 parrots", problem["message"])
        self.assertIn("20min", problem["hint"])
        self.assertEqual(self.rule("micro")["every_usec"], 1200 * 1000000)

    def test_a_wrong_setting_is_one_notice_that_can_be_dismissed(self):
        self.begin(SHORT + "parrot = yes\n[rule active]\nlength = soon\n")
        path = rig.PATH + "/notice/1"
        interface = rig.NAME + ".Notice"
        self.assertEqual(self.property("Kind", path, interface), "problem")
        self.assertIn("2 problems", self.property("Title", path, interface))
        self.assertIn("soon", self.property("Body", path, interface))
        self.assertIn("there is: ok", self.refused("Invoke", "s", "yes", path=path,
                                                   interface=interface))
        self.call("Dismiss", path=path, interface=interface)
        self.refused("Dismiss", path=path, interface=interface)
        rig.wait_for(lambda: self.signals.seen("InterfacesRemoved"), 5, "its end")

    def test_exercises_can_be_read_whole(self):
        self.begin()
        listed = self.call("ListExercises", "a{sv}", "0")[0]
        self.assertEqual(len(listed), 119)
        one = {k: v["data"] for k, v in self.call("GetExercise", "s", "shoulder-rolls")[0].items()}
        self.assertEqual((one["name"], one["set"], one["allowed"]),
                         ("Shoulder rolls", "warm-up", True))
        self.assertEqual(len(one["steps"]), 4)
        self.assertIn("shoulders", one["relieves"])
        eyes = self.call("ListExercises", "a{sv}", "1", "set", "s", "eyes")[0]
        self.assertTrue(eyes)
        self.assertTrue(all(e["set"]["data"] == "eyes" for e in eyes))
        self.assertIn("say one of: warm-up", self.refused("ListExercises", "a{sv}", "1", "set", "s",
                                                        "<b>%s"))
        self.assertIn("takes a text", self.refused("ListExercises", "a{sv}", "1", "set", "u", "3"))
        # Keys that it does not know are skipped.
        self.call("ListExercises", "a{sv}", "1", "colour", "s", "red")

    def test_limits_hold_in_every_break(self):
        self.begin(SHORT.replace("length = 4s", "length = 30s") +
                   "[me]\nlimits = shoulder-injury, neck-injury\n")
        refused = {e["id"]["data"] for e in self.call("ListExercises", "a{sv}", "1", "allowed",
                                                      "b", "false")[0]}
        self.assertIn("shoulder-rolls", refused)
        seen = []
        for _ in range(150):
            path = self.call("StartBreak", "s", "micro")[0]
            steps = self.property("Steps", path, rig.NAME + ".Break")
            seen += [s["exercise"]["data"] for s in steps]
            self.call("Skip")
        self.assertGreater(len(set(seen)), 5)
        self.assertFalse(refused & set(seen))

    def test_ten_thousand_calls_in_a_burst(self):
        # Each fifth call ends a break, which is on the disk before it is answered, whatever comes
        # with it: 2000 waits, of half a minute in all where others use the disk too. So nobody says
        # how long the burst may take, but that there is an answer within each 20 s; and no call
        # is given up by the client (dbus-python does so after 25 s) while limberd still works.
        self.begin()
        self.limber("status")
        before, open_before = rig.private_dirty_kib(self.daemon.pid), rig.descriptors(self.daemon.pid)
        script = (
            "import dbus, dbus.mainloop.glib\nfrom gi.repository import GLib\n"
            "dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)\n"
            "bus = dbus.SessionBus()\n"
            "m = dbus.Interface(bus.get_object(%r, %r), %r)\n"
            "left, seen = [10000], [10000]\nloop = GLib.MainLoop()\n"
            "def one(*_):\n    left[0] -= 1\n    left[0] or loop.quit()\n"
            "def watch():\n    if left == seen:\n        loop.quit()\n"
            "    seen[:] = left\n    return True\n"
            "how = dict(reply_handler=one, error_handler=one, timeout=3600)\n"
            "calls = [lambda: m.Snooze(dbus.UInt64(0), **how), lambda: m.Skip(**how),\n"
            "  lambda: m.StartBreak('micro', **how), lambda: m.ListRules(**how),\n"
            "  lambda: m.Pause(dbus.UInt64(1), **how)]\n"
            "for i in range(10000):\n    calls[i %% 5]()\n"
            "GLib.timeout_add_seconds(%d, watch)\nloop.run()\n"
            "print('no answer for long, %%d are missing' %% left[0] if left[0] else 'answered')\n"
            % (rig.NAME, rig.PATH, rig.NAME + ".Manager", 20 * rig.PATIENCE))
        done = self.command("/usr/bin/python3", "-c", script, timeout=600)
        self.assertEqual(done.stdout.strip(), "answered", done.stderr)
        self.assertTrue(self.daemon.alive())
        self.assertIn(self.phase(), ("working", "due", "prompting", "on-break", "snoozed"))
        rig.wait_for(lambda: rig.descriptors(self.daemon.pid) <= open_before + 3, 10, "descriptors")
        if not rig.WRAPPER and "ASAN_OPTIONS" not in os.environ:
            # What the burst needed goes back to the system when it is over, but for the C library's
            # own cache: 7 free blocks of each of 64 sizes, each of which may keep a page.
            kept = 7 * 64 * 4
            rig.wait_for(lambda: rig.private_dirty_kib(self.daemon.pid) < before + kept + 256, 10,
                         "the memory to be given back")


class Alone(rig.Rig):
    def test_a_second_limberd_names_the_first(self):
        self.start_bus()
        first = self.start_daemon()
        second = self.command(rig.LIMBERD)
        self.assertEqual(second.returncode, 1)
        self.assertIn("running already, as process %d" % first.pid, second.stderr)
        self.assertTrue(first.alive())

    def test_without_a_bus_it_says_so(self):
        self.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + self.path("none")
        done = self.command(rig.LIMBERD)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot reach the session bus", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_it_ends_when_it_is_told_to(self):
        self.start_bus()
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = self.start_daemon()
            daemon.signal(number)
            self.assertEqual(daemon.popen.wait(5 * rig.PATIENCE), 0, daemon.output())
            rig.wait_for(lambda: not self.owner(rig.NAME), 5, "the name to be free")

    def test_check_config(self):
        done = self.command(rig.LIMBERD, "--check-config")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        path = self.config("[rule micro]\nevery = 20 parrots\nlenght = 30s\nnonsense\n")
        done = self.command(rig.LIMBERD, "--check-config")
        self.assertEqual(done.returncode, 1)
        for line in (2, 3, 4):
            self.assertIn("%s:%d: " % (path, line), done.stdout)

    def test_arguments(self):
        self.assertEqual(self.command(rig.LIMBERD, "--parrot").returncode, 2)
        done = self.command(rig.LIMBERD, "now")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("'now'", done.stderr)
        self.assertEqual(self.command(rig.LIMBERD, "--help").returncode, 0)
        self.assertRegex(self.command(rig.LIMBERD, "--version").stdout, r"^limberd \d+\.\d+\.\d+\n$")

    def test_without_a_display_and_logind_it_lists_what_is_missing(self):
        self.start_bus()
        self.start_daemon()
        rig.wait_for(lambda: {"idle", "session"} <= {p["area"] for p in self.problems()}, 5,
                     "the problems")
        self.assertEqual(self.property("Presence"), "unknown")
        self.assertEqual(self.property("IdleSource"), "none")
