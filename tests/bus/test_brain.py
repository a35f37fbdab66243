"""What the core decides and why, as clients see it: reasons, decisions, and the user's word on
presence, posture and hours. Without a display: work counts by the clock."""

import os
import re
import signal
import struct
import subprocess
import time
import unittest

import rig

SHORT = """[idle]
source = none
[rule micro]
every = 2s
length = 4s
grace = 1s
snooze = 2s
[rule active]
enabled = no
[prompt]
settle = 1s
retry = 1s
front_end = /bin/true
"""
CALM = SHORT.replace("every = 2s", "every = 1h")
ENDLESS = 2 ** 64 - 1
JUMPER = os.path.join(rig.BUILD, "tests", "fakes", "jumping-limberd")


def far_hours(at):
    """Half an hour that is far from `at`, minutes of the day, as [hours] has it."""
    begin = (at + 8 * 60) // 60 * 60 % 1440
    return "%02d:00-%02d:30" % (begin // 60, begin // 60)


def near_hours(at):
    """Six hours around `at`; past midnight they end on the next day."""
    begin, end = (at - 180) % 1440, (at + 180) % 1440
    return "%02d:%02d-%02d:%02d" % (begin // 60, begin % 60, end // 60, end % 60)


def every_day(hours):
    return "[hours]\n" + "".join("%s = %s\n" % (day, hours) for day in
                                 ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))


def utc_minute():
    now = time.gmtime()
    return now.tm_hour * 60 + now.tm_min


class Brain(rig.Rig):
    def setUp(self):
        super().setUp()
        self.start_bus()
        self.env["TZ"] = "UTC"

    def begin(self, config=SHORT):
        self.config(config)
        self.start_daemon()
        self.signals = rig.Signals(self)

    def until(self, phase, seconds=8):
        rig.wait_for(lambda: self.phase() == phase, seconds, "phase " + phase)

    def reasons(self):
        return [{k: v["data"] for k, v in r.items()} for r in self.property("Reasons")]

    def reason(self, sign):
        """The detail of the reason `sign`, or None."""
        return next((r["detail"] for r in self.reasons() if r["sign"] == sign), None)

    def explain(self, limit=0):
        return [{k: v["data"] for k, v in d.items()}
                for d in self.call("Explain", "u", str(limit))[0]]

    def decided(self, decision, rule="micro"):
        """Why, of the latest such decision; None if there is none."""
        return next((d["why"] for d in self.explain()
                     if (d["decision"], d["rule"]) == (decision, rule)), None)

    def state(self, name="micro"):
        return next(r["state"]["data"] for r in self.call("ListRules")[0]
                    if r["name"]["data"] == name)

    def error_name(self, method, *args):
        done = self.command("gdbus", "call", "--session", "--dest", rig.NAME, "--object-path",
                            rig.PATH, "--method", rig.NAME + ".Manager." + method, *args)
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stderr.split(":")[2].strip().rpartition(".")[2]

    def notice(self, kind):
        """The path of the notice of that kind, or None."""
        objects = self.call("GetManagedObjects", interface="org.freedesktop.DBus.ObjectManager")[0]
        for path, interfaces in objects.items():
            notice = interfaces.get(rig.NAME + ".Notice")
            if notice and notice["Kind"]["data"] == kind:
                return path
        return None


class Why(Brain):
    def test_a_pause_has_an_owner(self):
        self.begin(CALM)
        self.assertEqual(self.limber("pause", "10min").returncode, 0)
        until = self.property("PausedUntilUSec")
        # Our own client is but the user's voice.
        self.assertRegex(self.reason("pause"), r"^you paused limber at \d\d:\d\d, until \d\d:\d\d$")
        # Another one is named, also when it is gone by now.
        script = ("import dbus\nbus = dbus.SessionBus()\n"
                  "dbus.Interface(bus.get_object(%r, %r), %r).Pause(dbus.UInt64(%d))\n"
                  % (rig.NAME, rig.PATH, rig.NAME + ".Manager", ENDLESS))
        done = self.command("/usr/bin/python3", "-c", script)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(self.reason("pause"), r"^paused by python3 at .*, until you resume$")
        self.assertEqual(self.property("PausedUntilUSec"), ENDLESS)
        self.assertLess(until, ENDLESS)
        self.call("Resume")
        self.assertIsNone(self.reason("pause"))

    def test_a_client_that_asks_and_does_not_read_costs_no_memory(self):
        self.begin(CALM)
        for _ in range(20):
            self.limber("up")
            self.limber("skip")
        script = ("import dbus, dbus.lowlevel, sys\nbus = dbus.SessionBus()\n"
                  "for _ in range(5000):\n"
                  "    m = dbus.lowlevel.MethodCallMessage(%r, %r, %r, 'Explain')\n"
                  "    m.append(dbus.UInt32(0))\n"
                  "    bus.send_message(m)\n"
                  "bus.flush()\nprint('sent', flush=True)\nsys.stdin.read()\n"
                  % (rig.NAME, rig.PATH, rig.NAME + ".Manager"))
        flood = subprocess.Popen(["/usr/bin/python3", "-c", script], env=self.env, text=True,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(flood.stdout.readline(), "sent\n")
        self.assertEqual(self.limber("status").returncode, 0)
        self.assertLess(rig.private_dirty_kib(self.daemon.pid), 16 * 1024)
        flood.communicate()

    def test_the_first_inhibitor_is_named_while_it_holds(self):
        self.begin()
        # Longer than what is kept of a name, which is cut before a character, not within one.
        script = ("import dbus, signal, sys\nbus = dbus.SessionBus()\n"
                  "m = dbus.Interface(bus.get_object(%r, %r), %r)\n"
                  "held = m.Inhibit(sys.argv[1], 'talk')\nsignal.pause()\n"
                  % (rig.NAME, rig.PATH, rig.NAME + ".Manager"))
        holders = []
        for name in ("ä" * 60, "second"):
            holders.append(self.start(["/usr/bin/python3", "-c", script, name],
                                      "holder-%d" % len(holders)))
            rig.wait_for(lambda: len(self.call("ListInhibitors")[0]) == len(holders), 5,
                         "the inhibitor")
        self.until("deferred")
        self.assertRegex(self.reason("inhibit"), "^inhibited by ä+ since .*: talk$")
        self.assertIn("ä", self.decided("deferred"))
        holders[0].kill()
        rig.wait_for(lambda: "by second" in self.reason("inhibit"), 5, "the second one's name")
        holders[1].kill()
        rig.wait_for(lambda: self.reason("settle") or self.phase() == "prompting", 5, "settle")
        self.until("prompting")

    def test_decisions_are_told_and_kept_alike(self):
        self.begin()
        self.until("prompting")
        self.call("Snooze", "t", "0")
        self.until("prompting")
        self.call("Skip")
        rig.wait_for(lambda: any(d["decision"] == "ended" for d in self.explain()), 5, "the end")
        kept = self.explain()
        last = kept[0]["when_usec"]

        def told():
            return [(int(when), rule, decision) for when, rule, decision in re.findall(
                r"Decided \(\{'when_usec': <uint64 (\d+)>, 'rule': <'(.*?)'>, "
                r"'decision': <'(.*?)'>", "\n".join(self.signals.lines()))]

        rig.wait_for(lambda: told() and told()[-1][0] >= last, 5, "the last one's signal")
        signalled = [t for t in told() if t[0] <= last]
        self.assertEqual(
            signalled, [(d["when_usec"], d["rule"], d["decision"])
                        for d in reversed(kept)][-len(signalled):])
        words = [d["decision"] for d in reversed(kept)]
        self.assertEqual([w for w in words if w != "waiting"][:5],
                         ["due", "prompt", "snoozed", "prompt", "ended"])
        end = next(d for d in kept if d["decision"] == "ended")
        self.assertEqual(end["outcome"], "skipped")
        self.assertIn("you skipped it", end["why"])
        self.assertNotIn("outcome", kept[-1])
        self.assertEqual(self.explain(2), self.explain()[:2])
        self.assertEqual([d["when_usec"] for d in kept],
                         sorted((d["when_usec"] for d in kept), reverse=True))

    def test_the_journal_is_bounded(self):
        self.begin(CALM)
        for _ in range(70):
            self.call("StartBreak", "s", "micro")
            self.call("Skip")
        kept = self.explain()
        self.assertEqual(len(kept), 128)
        self.assertEqual(kept[0]["decision"], "ended")

    def test_debug_messages_hold_the_journal(self):
        self.config(SHORT)
        self.start_daemon("--debug")
        self.until("prompting")
        self.assertRegex(self.daemon.output(), r"(?m)micro: due: .*screen work")

    def test_a_break_goes_in_place_of_a_shorter_one(self):
        self.begin(SHORT.replace("[rule active]\nenabled = no\n",
                                 "[rule active]\nevery = 2500ms\nlength = 6s\nmerge = 1s\n"
                                 ).replace("every = 2s", "every = 2200ms"))
        rig.wait_for(lambda: self.decided("merged"), 8, "the decision")
        self.assertIn("active", self.decided("merged"))
        self.until("prompting")
        path = self.property("CurrentBreak")
        self.assertEqual(self.property("Rule", path, rig.NAME + ".Break"), "active")
        # It shares its snooze.
        self.call("Snooze", "t", "0")
        rig.wait_for(lambda: self.state("micro") == "due", 5, "micro due")
        self.assertEqual(self.rule_reasons("micro"), {"merged": "active takes its place"})
        self.assertRegex(self.rule_reasons("active")["snooze"], r"^snoozed until \d\d:\d\d$")
        self.assertEqual({r["sign"] for r in self.reasons()}, {"merged", "snooze"})

    def rule_reasons(self, name):
        got = self.property("Reasons", rig.PATH + "/rule/" + name, rig.NAME + ".Rule")
        return {r["sign"]["data"]: r["detail"]["data"] for r in got}

    def test_the_hour_has_room_for_so_many(self):
        self.begin(SHORT.replace("length = 4s", "length = 16s") + "prompts_per_hour = 1\n")
        self.until("prompting")
        self.call("Skip")
        rig.wait_for(lambda: self.state() == "waiting", 8, "waiting")
        # An hour from now may be tomorrow.
        self.assertRegex(self.reason("hour"), r"^1 prompt in the last 60min, the most you allow; "
                                              r"free again at (\w+day )?\d\d:\d\d$")
        self.assertIn("1 prompt in the last 60min", self.decided("waiting"))
        self.assertEqual(len(self.signals.seen("BreakDue")), 1)

    def test_what_was_missed_comes_again(self):
        self.begin(SHORT.replace("retry = 1s", "retry = 1h") + "ignore_after = 1s\nrepeats = 0\n")
        self.until("prompting")
        rig.wait_for(lambda: self.reason("retry"), 8, "the wait")
        self.assertRegex(self.reason("retry"), r"^missed at \d\d:\d\d; it is asked "
                                               r"again at (\w+day )?\d\d:\d\d$")
        self.assertIn("no answer", self.decided("ended"))
        # What it had to be quiet for meanwhile is told of with times of its own.
        before = self.reason("retry")
        self.call("Pause", "t", str(ENDLESS))
        self.call("Resume")
        self.assertIn("; prompts come again from ", self.reason("settle"))
        self.assertEqual(self.reason("retry"), before)


class Word(Brain):
    """What the user says of presence, posture and hours."""

    def test_reading_mode_is_told_until_when(self):
        self.begin(CALM)
        until = int((time.time() + 600) * 1e6)
        self.assertEqual(self.property("ReadingUntilUSec"), 0)
        self.call("SetReading", "t", str(until))
        self.assertEqual(self.property("ReadingUntilUSec"), until)
        self.assertIn("has passed", self.refused("SetReading", "t", "5"))
        self.assertEqual(self.error_name("SetReading", "5"), "InvalidArgs")
        self.assertEqual(self.property("ReadingUntilUSec"), until)
        self.call("SetReading", "t", str(ENDLESS))
        self.assertEqual(self.property("ReadingUntilUSec"), ENDLESS)
        self.call("SetReading", "t", "0")
        self.assertEqual(self.property("ReadingUntilUSec"), 0)
        self.call("SetReading", "t", str(int((time.time() + 1) * 1e6)))
        self.assertNotEqual(self.property("ReadingUntilUSec"), 0)
        rig.wait_for(lambda: self.property("ReadingUntilUSec") == 0, 5, "its end")

    def test_what_was_rested_eases_a_due_rule(self):
        self.begin()
        self.call("Pause", "t", str(ENDLESS))
        rig.wait_for(lambda: self.state() == "deferred", 6, "deferred")
        self.call("Rested", "t", "4000000")
        self.assertEqual(self.state(), "counting")
        self.assertIn("you said", self.decided("eased"))
        self.assertIn("rested 4s", self.decided("natural"))
        rig.wait_for(lambda: self.signals.seen("BreakEnded"), 5, "BreakEnded")
        self.assertIn("'natural'", self.signals.seen("BreakEnded")[0])

    def test_a_rest_has_bounds(self):
        self.begin(CALM)
        for length in (0, 999999, 24 * 3600 * 1000000 + 1, ENDLESS):
            self.assertIn("1s to 24h", self.refused("Rested", "t", str(length)))
            self.assertEqual(self.error_name("Rested", str(length)), "InvalidArgs")
        self.call("Rested", "t", str(24 * 3600 * 1000000))

    def test_posture_needs_a_desk(self):
        self.begin(CALM)
        self.assertEqual(self.property("Posture"), "sitting")
        self.assertIn("type = sit-stand", self.refused("SetPosture", "s", "standing"))
        self.assertEqual(self.error_name("SetPosture", "standing"), "NotAllowed")
        self.assertEqual(self.error_name("SetPosture", "lying"), "InvalidArgs")
        self.assertIn("say one of: sitting, standing", self.refused("SetPosture", "s", "<b>%s"))
        self.assertEqual(self.property("Posture"), "sitting")

    def test_posture_is_asked_for_and_done(self):
        self.begin(CALM + "[desk]\ntype = sit-stand\nsit = 2s\nstand = 3s\n")
        path = rig.wait_for(lambda: self.notice("posture"), 8, "the notice")
        notice = rig.NAME + ".Notice"
        self.assertEqual(self.property("Title", path, notice), "Time to stand up")
        self.assertEqual(self.property("Actions", path, notice), [["done", "Done"]])
        self.assertIn("there is: done", self.refused("Invoke", "s", "ok", path=path,
                                                     interface=notice))
        self.call("Invoke", "s", "done", path=path, interface=notice)
        self.assertEqual(self.property("Posture"), "standing")
        self.assertIsNone(self.notice("posture"))
        path = rig.wait_for(lambda: self.notice("posture"), 8, "the other notice")
        self.assertEqual(self.property("Title", path, notice), "Time to sit down")
        self.assertIn("standing", self.decided("posture", "posture"))
        # The user's word makes it old news, whichever way it comes.
        self.call("SetPosture", "s", "sitting")
        self.assertNotEqual(self.notice("posture"), path)

    def test_daily_is_one_notice_and_no_break(self):
        self.begin(CALM + "[rule daily]\nevery = 2s\n")
        path = rig.wait_for(lambda: self.notice("daily"), 8, "the notice")
        notice = rig.NAME + ".Notice"
        self.assertEqual(self.property("Title", path, notice), "2s at the screen today")
        self.assertIn("at the screen", self.decided("daily-notice", "daily"))
        self.assertGreaterEqual(self.property("ActiveTodayUSec"), 2000000)
        self.assertIn("no rule 'daily'", self.refused("StartBreak", "s", "daily"))
        self.assertNotIn("daily", [r["name"]["data"] for r in self.call("ListRules")[0]])
        self.call("Invoke", "s", "ok", path=path, interface=notice)
        self.assertIsNone(self.notice("daily"))
        # Not even a reload tells it again.
        self.call("Reload")
        self.assertIsNone(self.notice("daily"))

    def test_notices_wait_for_silence_and_settle(self):
        self.begin(CALM)
        self.call("Pause", "t", str(ENDLESS))
        self.config(CALM + "parrot = yes\n")
        self.call("Reload")
        self.assertIsNone(self.notice("problem"))
        resumed = time.monotonic()
        self.call("Resume")
        self.assertIsNone(self.notice("problem"))
        # Nothing else happens meanwhile: the daemon wakes up for it by itself.
        rig.wait_for(lambda: self.signals.seen("InterfacesAdded"), 5, "the notice")
        self.assertGreaterEqual(time.monotonic() - resumed, 1)
        self.assertTrue(self.notice("problem"))

    def test_outside_the_hours_nothing_is_announced(self):
        self.begin(SHORT + every_day(far_hours(utc_minute())))
        self.assertEqual(self.phase(), "off-duty")
        rig.wait_for(lambda: self.state() == "deferred", 6, "deferred")
        self.assertRegex(self.reason("hours"),
                         r"^outside your hours since .*; the next are from .*\d\d:00$")
        self.assertIn("outside your hours", self.decided("deferred"))
        self.assertEqual(self.signals.seen("BreakDue"), [])
        # The user's word beats them.
        self.call("StartBreak", "s", "micro")
        self.assertEqual(self.phase(), "on-break")
        self.call("Finish")
        self.config(SHORT + every_day(near_hours(utc_minute())))
        self.call("Reload")
        self.until("prompting")
        self.assertIsNone(self.reason("hours"))

    def test_a_preset_is_read_again(self):
        self.begin(CALM)
        self.config("[limber]\npreset = hse\n")
        self.daemon.signal(signal.SIGHUP)
        rig.wait_for(lambda: self.signals.seen("Reloaded"), 5, "Reloaded")
        rules = {r["name"]["data"]: r for r in self.call("ListRules")[0]}
        self.assertEqual(self.problems_of("settings"), [])
        self.assertFalse(rules["micro"]["enabled"]["data"])
        self.assertEqual(rules["active"]["every_usec"]["data"], 55 * 60 * 1000000)
        self.assertEqual(self.property("NextRule"), "active")

    def problems_of(self, area):
        return [p for p in self.problems() if p["area"] == area]


class Clock(Brain):
    """The wall clock is set, or the zone is another one: clock times keep their meaning."""

    def begin_jumper(self, config):
        self.config(config)
        self.daemon = self.start([JUMPER], "jumping-limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 10, "limberd on the bus")

    def boundary(self):
        """The offset between the two clocks as the daemon publishes it, by the due time."""
        return self.property("NextDueUSec")

    def jump(self, number):
        before = self.boundary()
        self.daemon.signal(number)
        change = 3600 * 1000000 if number == signal.SIGUSR1 else -3600 * 1000000
        rig.wait_for(lambda: abs(self.boundary() - before - change) < 2000000, 5, "the jump")

    def test_a_jump_moves_points_in_time_and_keeps_clock_times(self):
        self.begin_jumper(CALM)
        until = int((time.time() + 7200) * 1e6)
        self.call("Pause", "t", str(until))
        self.call("SetReading", "t", str(until))
        for number in (signal.SIGUSR1, signal.SIGUSR2):
            self.jump(number)
            self.assertEqual(self.property("PausedUntilUSec"), until)
            self.assertEqual(self.property("ReadingUntilUSec"), until)
            self.assertIn("paused by busctl", self.reason("pause"))
        # Past the end of both: the pause and the reading are over.
        self.jump(signal.SIGUSR1)
        self.assertEqual(self.property("PausedUntilUSec"), until)
        self.jump(signal.SIGUSR1)
        rig.wait_for(lambda: self.property("PausedUntilUSec") == 0, 5, "the pause to be over")
        rig.wait_for(lambda: self.property("ReadingUntilUSec") == 0, 5, "reading to be over")

    def test_a_jump_into_other_hours(self):
        at = utc_minute()
        # Open around now, closed in an hour from now.
        begin, end = (at - 180) % 1440, (at + 30) % 1440
        self.begin_jumper(CALM + every_day("%02d:%02d-%02d:%02d" % (
            begin // 60, begin % 60, end // 60, end % 60)))
        self.assertEqual(self.phase(), "working")
        self.daemon.signal(signal.SIGUSR1)
        self.until("off-duty")
        self.daemon.signal(signal.SIGUSR2)
        self.until("working")

    def zone_file(self, hours):
        """A zone of `hours` east of Greenwich, all the year."""
        path = self.path("etc", "localtime.new")
        head = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
        body = struct.pack(">lbb", hours * 3600, 0, 0) + b"XYZ\0"
        with open(path, "wb") as file:
            file.write((head + body) * 2 + b"\n<+%02d>-%d\n" % (hours, hours))
        os.rename(path, self.path("etc", "localtime"))

    def test_another_zone_has_other_hours(self):
        del self.env["TZ"]
        own = ["unshare", "--mount"]
        if os.getuid():
            own += ["--map-current-user", "--keep-caps"]
        if subprocess.run(own + ["true"], check=False, stderr=subprocess.DEVNULL).returncode:
            raise unittest.SkipTest("no mounts of one's own here")
        os.makedirs(self.path("etc"), exist_ok=True)
        self.zone_file(0)
        self.config(CALM + every_day(near_hours(utc_minute())))
        self.daemon = self.start(own + ["sh", "-c", 'mount --bind "$1" /etc && exec "$2"', "sh",
                                        self.path("etc"), rig.LIMBERD], "limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 10, "limberd on the bus")
        self.assertEqual(self.phase(), "working")
        self.zone_file(9)
        self.until("off-duty")
        self.zone_file(0)
        self.until("working")
