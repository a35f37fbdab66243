"""What is kept over the end of the program: outcomes, where everything stood, and what becomes of it
when a disk or a file fails."""

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

import rig

SETTINGS = """[idle]
source = none
[rule micro]
every = 1h
length = 4s
snooze = 10min
[rule active]
enabled = no
[desk]
type = sit-stand
[prompt]
settle = 1s
front_end = /bin/true
"""
DUE = SETTINGS.replace("every = 1h", "every = 2s")
ENDLESS = 2 ** 64 - 1
# So many times limberd is killed in the middle of things.
KILLS = int(os.environ.get("HISTORY_KILLS", "100"))
SLOW = os.path.join(rig.BUILD, "tests", "fakes", "slow-limberd")
JUMPING = os.path.join(rig.BUILD, "tests", "fakes", "jumping-limberd")
# Where it is the day before, whatever the time is.
YESTERDAY = "WEST24"
SECOND = 1000000
VICTIM = "shoulder-rolls"
# Of enum presence, as the state has it.
IDLE = 2


def plain(dictionary):
    return {k: v["data"] for k, v in dictionary.items()}


class History(rig.Rig):
    def setUp(self):
        super().setUp()
        self.start_bus()
        self.env["TZ"] = "UTC"
        self.config(SETTINGS)
        self.file = self.path("data", "limber", "history.db")

    def past(self, method, query):
        """Asked with (key, type, value)s."""
        words = [word for entry in query for word in entry]
        return [plain(b) for b in self.call(method, "a{sv}", str(len(query)), *words)[0]]

    def breaks(self, *query):
        return self.past("GetHistory", query)

    def activities(self, *query):
        return self.past("GetActivities", query)

    def days(self, first="", last=""):
        """{day: totals}"""
        days = [plain(d) for d in self.call("GetStatistics", "ss", first, last)[0]]
        return {d["day"]: d["totals"] for d in days}

    def load(self, rule="micro"):
        return next(r["load_usec"]["data"] for r in self.call("ListRules")[0]
                    if r["name"]["data"] == rule)

    def take(self, how="Finish"):
        self.call("StartBreak", "s", "micro")
        self.call(how)

    def ask(self, sql):
        """What the file holds, as another process would find it now: read in a copy."""
        copy = self.path("copy.db")
        for end in ("", "-wal"):
            if os.path.exists(self.file + end):
                shutil.copy(self.file + end, copy + end)
            elif os.path.exists(copy + end):
                os.remove(copy + end)
        with sqlite3.connect(copy) as db:
            rows = db.execute(sql).fetchall()
        db.close()
        return rows

    def change(self, sql):
        """Of a limberd that has ended."""
        with sqlite3.connect(self.file) as db:
            db.execute(sql)
        db.close()

    def blocked(self, exercise=VICTIM):
        return not plain(self.call("GetExercise", "s", exercise)[0])["allowed"]

    def history_problem(self):
        return " ".join(p["message"] for p in self.problems() if p["area"] == "history")


class Kept(History):
    def test_breaks_are_there_again(self):
        began = time.time() * 1e6
        self.start_daemon()
        self.take()
        self.call("StartBreak", "s", "micro")
        rig.wait_for(lambda: self.phase() == "working", 10, "the end of the break")
        self.daemon.stop()
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(os.path.dirname(self.file)).st_mode & 0o777, 0o700)
        self.assertEqual(os.listdir(os.path.dirname(self.file)), ["history.db"])
        self.start_daemon()
        self.take()
        found = self.breaks()
        self.assertEqual([(b["id"], b["rule"], b["outcome"]) for b in found],
                         [(1, "micro", "cut-short"), (2, "micro", "taken"),
                          (3, "micro", "cut-short")])
        for b in found:
            self.assertTrue(began <= b["started_usec"] <= b["ended_usec"] <= time.time() * 1e6, b)
            self.assertEqual((b["length_usec"], b["prompts"], b["prompted_usec"]), (4000000, 0, 0))
            self.assertEqual(b["day"], time.strftime("%Y-%m-%d", time.gmtime(
                b["ended_usec"] / 1e6 - 4 * 3600)))
        self.assertEqual([b["id"] for b in self.breaks(("limit", "u", "1"))], [1])
        self.assertEqual([b["id"] for b in self.breaks(("after_id", "t", "1"))], [2, 3])
        self.assertEqual([b["id"] for b in self.breaks(("outcome", "s", "taken"))], [2])
        self.assertEqual(self.breaks(("rule", "s", "active")), [])
        self.assertEqual([b["id"] for b in self.breaks(
            ("from_usec", "t", str(found[1]["ended_usec"])),
            ("to_usec", "t", str(found[2]["ended_usec"])), ("later", "s", "key"))], [2])
        self.assertIn("'limit' takes a number", self.refused("GetHistory", "a{sv}", "1", "limit",
                                                             "s", "x"))

    def test_days_have_totals(self):
        self.start_daemon()
        self.take()
        self.take("Skip")
        self.call("LogActivity", "st", "walking", "1200000000")
        self.call("LogActivity", "st", "walking", "600000000")
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 4 * 3600))
        first = self.days()
        self.assertEqual(list(first), [day])
        self.assertEqual(first[day]["break:micro:cut-short"], 2)
        self.assertEqual(first[day]["activity:walking"], 1800000000)
        # Without an idle source it is unknown, and counts: up to this moment.
        time.sleep(0.2)
        second = self.days(day, day)[day]
        for what in ("unknown_usec", "screen_usec", "longest_usec"):
            self.assertGreaterEqual(second[what], first[day][what] + 200000, what)
            self.assertLess(second[what], 60000000, what)
        self.assertEqual(self.days("2020-01-01", "2020-12-31"), {})
        for bad in ("2026-11-31", "today", "2026-1-1", "2026-11-23 "):
            self.assertIn("is no day", self.refused("GetStatistics", "ss", bad, ""))
        for strange in ("My Walk", "plank", "palming", "chess", "", "x" * 100):
            said = self.refused("LogActivity", "st", strange, "60000000")
            self.assertIn("there is no activity '%s" % strange[:60], said)
            self.assertIn("ay one of: walking, running, cycling, swimming, yoga, pilates,", said)
        self.assertIn("there is no activity 'wallking'; did you mean 'walking'? Say one of: ",
                      self.refused("LogActivity", "st", "wallking", "60000000"))
        self.assertIn("1min to 24h", self.refused("LogActivity", "st", "walking", "1000000"))
        # A day has no more than that, however it is put down.
        self.assertIn("30min of activities are logged for today already",
                      self.refused("LogActivity", "st", "running", str(86400000000 - 1799000000)))
        self.daemon.stop()
        self.assertEqual(self.ask("SELECT kind, length FROM activities"),
                         [("walking", 1200000000), ("walking", 600000000)])

    def test_which_day_it_is_is_told(self):
        self.env["TZ"] = "Etc/GMT-14"
        self.start_daemon()
        self.take()
        self.daemon.stop()
        # A clock that was wrong for a while has left days behind that are still to come.
        self.change("INSERT INTO totals SELECT day + 2, amounts FROM totals")
        self.change("DELETE FROM totals WHERE day < (SELECT max(day) FROM totals)")
        self.start_daemon()
        days = [plain(d) for d in self.call("GetStatistics", "ss", "", "")[0]]
        self.assertEqual([d.get("today") for d in days], [True, None])
        self.assertLess(days[0]["day"], days[1]["day"])
        # What is asked from anywhere on earth is about limberd's day.
        for zone in ("UTC", "Etc/GMT+12", "Etc/GMT-14"):
            self.env["TZ"] = zone
            for words in (["day"], ["week"]):
                told = json.loads(self.limber("stats", *words, "--json").stdout)
                self.assertEqual([d["day"] for d in told["days"]], [days[0]["day"]], zone)
            self.assertIn("At the screen", self.limber("stats", "day").stdout)

    def test_activities_are_there_again(self):
        began = time.time() * 1e6
        self.start_daemon()
        self.assertEqual(self.activities(), [])
        for kind, minutes in (("walk", 20), ("yoga-session", 45), ("walking", 5)):
            self.call("LogActivity", "st", kind, str(minutes * 60000000))
        self.daemon.kill()
        self.start_daemon()
        found = self.activities()
        self.assertEqual([(a["id"], a["kind"], a["length_usec"]) for a in found],
                         [(1, "walking", 1200000000), (2, "yoga", 2700000000),
                          (3, "walking", 300000000)])
        for a in found:
            self.assertEqual(set(a), {"id", "day", "when_usec", "kind", "length_usec"})
            self.assertTrue(began <= a["when_usec"] <= time.time() * 1e6, a)
            self.assertEqual(a["day"], time.strftime("%Y-%m-%d", time.gmtime(
                a["when_usec"] / 1e6 - 4 * 3600)))
        when = [str(a["when_usec"]) for a in found]
        for query, ids in ((("limit", "u", "2"), [1, 2]), (("after_id", "t", "1"), [2, 3]),
                           (("kind", "s", "walking"), [1, 3]), (("kind", "s", "golf"), []),
                           (("from_usec", "t", when[1]), [2, 3]),
                           (("to_usec", "t", when[1]), [1]), (("later", "s", "key"), [1, 2, 3])):
            self.assertEqual([a["id"] for a in self.activities(query)], ids, query)
        self.assertIn("'kind' takes a text", self.refused("GetActivities", "a{sv}", "1", "kind",
                                                          "u", "1"))

    def test_activities_come_by_pages(self):
        self.start_daemon()
        self.daemon.stop()
        self.change("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 501)"
                    " INSERT INTO activities (day, at, kind, length)"
                    " SELECT 20000, i, 'walking', 60000000 FROM n")
        self.start_daemon()
        self.assertEqual([a["id"] for a in self.activities()], list(range(1, 501)))
        self.assertEqual([a["id"] for a in self.activities(("after_id", "t", "500"))], [501])
        self.assertEqual(len(self.activities(("limit", "u", "5000"))), 500)

    def test_why_reaches_back_behind_the_start(self):
        self.start_daemon()
        self.take()
        before = [plain(d) for d in self.call("Explain", "u", "0")[0]]
        self.daemon.kill()
        self.start_daemon()
        self.assertEqual([plain(d) for d in self.call("Explain", "u", "0")[0]], before)
        self.take("Skip")
        after = [plain(d) for d in self.call("Explain", "u", "0")[0]]
        self.assertEqual(after[-len(before):], before)
        self.assertEqual(len(after), len(before) + 2)
        self.assertEqual([plain(d) for d in self.call("Explain", "u", "3")[0]], after[:3])

    def test_delays_are_told_by_reason(self):
        self.config(DUE)
        self.start_daemon()
        shutil.copy("/bin/sleep", self.path("SecretName"))
        inhibit = self.start([rig.LIMBER, "inhibit", "--why", "SecretTitle", "--",
                              self.path("SecretName"), "60"])
        rig.wait_for(lambda: self.phase() == "deferred", 10, "a due break that is held back")
        time.sleep(0.5)
        inhibit.stop()
        rig.wait_for(lambda: self.phase() == "prompting", 10, "the prompt")
        self.call("Skip")
        found = self.breaks()[0]
        self.assertEqual((found["prompts"], found["outcome"]), (1, "skipped"))
        self.assertLessEqual(found["due_usec"], found["prompted_usec"])
        self.assertGreaterEqual(found["delays"]["inhibit"], 500000)
        self.assertGreaterEqual(found["delays"]["settle"], 900000)
        totals = list(self.days().values())[0]
        self.assertEqual(totals["held:inhibit"], found["delays"]["inhibit"])
        self.assertEqual(totals["held:settle"], found["delays"]["settle"])
        # Who showed what is nobody's business.
        self.daemon.stop()
        with open(self.file, "rb") as file:
            content = file.read()
        self.assertIn(b"micro", content)
        self.assertNotIn(b"Secret", content)


class Restart(History):
    def restart(self, how):
        if how == "kill":
            self.daemon.kill()
        else:
            self.assertEqual(self.daemon.stop(), 0)
        self.start_daemon()

    def keeps_everything(self, how):
        self.start_daemon()
        self.call("SetPosture", "s", "standing")
        self.call("SetReading", "t", str(ENDLESS))
        until = int(time.time() + 3600) * 1000000
        self.call("Pause", "t", str(until))
        time.sleep(1.2)
        if how == "kill":
            # What has happened since the last outcome or word of the user's may be lost.
            self.take("Skip")
        load, today = self.load(), self.property("ActiveTodayUSec")
        self.assertGreater(load, 1000000)
        self.restart(how)
        self.assertGreaterEqual(self.load(), load)
        self.assertLess(self.load(), load + 60000000)
        self.assertGreaterEqual(self.property("ActiveTodayUSec"), today)
        self.assertEqual(self.phase(), "paused")
        self.assertEqual(self.property("PausedUntilUSec"), until)
        self.assertEqual(self.property("Posture"), "standing")
        self.assertEqual(self.property("ReadingUntilUSec"), ENDLESS)
        self.call("Resume")
        self.restart(how)
        self.assertEqual(self.property("PausedUntilUSec"), 0)

    def test_everything_goes_on_after_sigterm(self):
        self.keeps_everything("stop")

    def test_everything_goes_on_after_kill_9(self):
        self.keeps_everything("kill")

    def test_a_snooze_goes_on(self):
        self.config(DUE)
        self.start_daemon()
        rig.wait_for(lambda: self.phase() == "prompting", 10, "the prompt")
        self.call("Snooze", "t", "0")
        due = self.property("NextPromptUSec", self.property("CurrentBreak"), rig.NAME + ".Break")
        self.restart("kill")
        self.assertEqual(self.phase(), "snoozed")
        brk = self.property("CurrentBreak")
        self.assertEqual(self.property("Rule", brk, rig.NAME + ".Break"), "micro")
        now = self.property("NextPromptUSec", brk, rig.NAME + ".Break")
        self.assertLess(abs(now - due), 1000000)
        self.assertEqual(self.property("SnoozesLeft"), 1)
        self.call("Skip")
        self.assertEqual([b["snoozes"] for b in self.breaks()], [1])

    def test_a_prompt_is_judged_afresh(self):
        self.config(DUE)
        self.start_daemon()
        rig.wait_for(lambda: self.phase() == "prompting", 10, "the prompt")
        first = self.property("CurrentBreak")
        self.restart("kill")
        # Not before what keeps quiet has had time to be seen.
        self.assertNotEqual(self.phase(), "prompting")
        rig.wait_for(lambda: self.phase() == "prompting", 10, "the prompt")
        self.assertNotEqual(first, "/")
        self.assertEqual(self.breaks(), [])

    def test_a_running_break_gets_its_outcome(self):
        for gone, outcome in ((0, "cut-short"), (60, "taken")):
            self.start_daemon()
            self.call("StartBreak", "s", "micro")
            self.daemon.kill()
            self.change("UPDATE state SET at = at - %d" % (gone * 1000000))
            self.start_daemon("--debug")
            last = self.breaks()[-1]
            self.assertEqual(last["outcome"], outcome)
            self.assertEqual(last["rested_usec"] == 4000000, outcome == "taken")
            self.assertIn("micro: ended " + outcome, self.daemon.output())
            self.assertEqual(self.property("CurrentBreak"), "/")
            self.daemon.stop()

    def stops_for(self, seconds):
        self.start_daemon()
        time.sleep(1.2)
        self.daemon.stop()
        self.change("UPDATE state SET at = at - %d" % (seconds * 1000000))
        self.start_daemon()

    def test_a_stop_of_minutes_was_work(self):
        self.stops_for(200)
        self.assertGreater(self.load(), 200000000)

    def test_a_longer_stop_was_rest(self):
        self.stops_for(400)
        self.assertLess(self.load(), 10000000)

    def test_a_clock_that_went_back_is_no_time(self):
        self.stops_for(-3600)
        self.assertGreater(self.load(), 1000000)
        self.assertLess(self.load(), 60000000)

    def test_the_end_of_the_session_is_no_loss(self):
        self.start_daemon()
        time.sleep(1.2)
        load = self.load()
        self.bus.stop()
        rig.wait_for(lambda: not self.daemon.alive(), 5, "the end of limberd")
        self.start_bus()
        self.start_daemon()
        self.assertGreaterEqual(self.load(), load)

    def test_a_recorded_day_goes_on_and_replays(self):
        self.config(DUE)
        self.start_daemon()
        time.sleep(1.2)
        load = self.load()
        self.call("Pause", "t", str(ENDLESS))
        self.daemon.stop()
        trace = self.path("day.trace")
        self.start_daemon("--record", trace)
        self.assertEqual(self.phase(), "paused")
        self.assertGreaterEqual(self.load(), min(load, 2000000))
        self.call("Resume")
        rig.wait_for(lambda: self.phase() == "prompting", 10, "the prompt")
        self.call("Skip")
        decided = [(plain(d)["decision"], plain(d)["rule"]) for d in self.call("Explain", "u", "4")[0]]
        self.daemon.stop()
        played = self.command(rig.LIMBERD, "--simulate", trace, "--json")
        self.assertEqual(played.returncode, 0, played.stderr)
        lines = [json.loads(line) for line in played.stdout.splitlines()]
        told = [("ended" if line["what"] == "ended" else line["what"], line["rule"])
                for line in lines if line["what"] in ("due", "deferred", "prompt", "ended")]
        self.assertEqual(told[::-1][:4], decided)

    def test_a_recorded_day_does_not_begin_with_a_prompt(self):
        self.config(DUE.replace("settle = 1s", "settle = 3s"))
        self.start_daemon()
        rig.wait_for(lambda: self.phase() == "prompting", 10, "a due break")
        self.daemon.stop()
        # Nobody has told yet whether it is to be quiet.
        trace = self.path("day.trace")
        self.start_daemon("--record", trace)
        self.assertEqual(self.phase(), "deferred")
        # It is no program that asked for that silence.
        why = [plain(d)["why"] for d in self.call("Explain", "u", "20")[0]]
        self.assertTrue([w for w in why if "inhibited by limberd's own first look around" in w], why)
        self.assertEqual([w for w in why if "a program" in w], [])
        rig.wait_for(lambda: self.phase() == "prompting", 10, "the prompt")
        self.daemon.stop()
        played = self.command(rig.LIMBERD, "--simulate", trace, "--json")
        told = [json.loads(line) for line in played.stdout.splitlines()]
        when = [line["t"] for line in told if line["what"] == "prompt"]
        self.assertEqual(len(when), 1, played)
        self.assertGreaterEqual(when[0], 2.9)

    def test_settings_that_changed_meanwhile(self):
        self.start_daemon()
        time.sleep(1.2)
        load = self.load()
        self.daemon.stop()
        self.config(SETTINGS.replace("[rule micro]", "[rule tea]\nevery = 2h\nlength = 5min\n"
                                                     "[rule micro]"))
        self.start_daemon()
        self.assertGreaterEqual(self.load(), load)
        self.assertLess(self.load("tea"), load)

    def test_a_state_that_makes_no_sense_is_none(self):
        self.start_daemon()
        self.take()
        self.daemon.stop()
        self.change("UPDATE state SET text = 'limber-state 1\nnow phase=99'")
        self.start_daemon()
        rig.wait_for(lambda: "cannot be read in the history" in self.daemon.output(), 5, "a word")
        self.assertIn("loads, pause and posture begin anew", self.history_problem())
        self.assertLess(self.load(), 5000000)
        self.assertEqual(len(self.breaks()), 1)


class Days(History):
    """What a day comes to, whatever happens to clocks, zones and the program."""

    def ended_before(self, stopped, worked=0):
        """limberd stopped so long ago as it thinks, and the work had begun so long before."""
        at, text = self.ask("SELECT at, text FROM state")[0]
        began = int(re.search(r"presence_from=(\d+)", text).group(1))
        text = text.replace("presence_from=%d" % began, "presence_from=%d" %
                            (began - (stopped + worked) * SECOND))
        self.change("UPDATE state SET at = %d, text = '%s'" % (at - stopped * SECOND, text))

    def work(self, seconds=1.5, **env):
        """Without an idle source everything is."""
        self.env.update(env)
        self.start_daemon()
        time.sleep(seconds)
        self.daemon.stop()

    def restarted(self):
        self.start_daemon()
        self.addCleanup(self.daemon.stop)
        return self.days()

    def total(self, what, days=None):
        """Of today and the day before."""
        days = sorted((days or self.restarted()).items())
        return [d.get(what, 0) / SECOND for _, d in days[-2:]]

    def test_a_computer_that_was_off_is_no_work(self):
        self.work()
        self.ended_before(3600)
        self.work()
        longest, = self.total("longest_usec")
        self.assertGreaterEqual(longest, 1.5)
        self.assertLess(longest, 3)

    def test_a_short_stop_is_no_rest(self):
        self.work()
        self.ended_before(200)
        self.work(0)
        longest, = self.total("longest_usec")
        self.assertGreater(longest, 200)
        self.assertLess(longest, 300)
        self.assertGreater(self.total("unknown_usec", self.days())[0], 200)

    def day(self):
        return list(self.days().values())[-1]

    def test_a_break_that_was_taken_ends_a_spell(self):
        began = time.monotonic()
        self.start_daemon()
        rig.wait_for(lambda: self.day()["longest_usec"] > 2 * SECOND, 5, "some work")
        self.call("StartBreak", "s", "micro")
        worked = time.monotonic() - began
        # Also while nobody knows yet whether it will be.
        for _ in range(10):
            self.assertLess(self.day()["longest_usec"] / SECOND, worked)
            time.sleep(0.1)
        rig.wait_for(lambda: "break:micro:taken" in self.day(), 10, "the break to be taken")
        rig.wait_for(lambda: self.day()["unknown_usec"] > 8 * SECOND, 9, "some more work")
        # Two of some seconds, with a break of four between them.
        self.assertLess(self.day()["longest_usec"], 4 * SECOND)
        self.daemon.stop()
        longest, = self.total("longest_usec")
        self.assertLess(longest, 4)
        self.assertGreater(longest, 2)
        # None of the time is told twice, and none is missing.
        rows = self.ask("SELECT began, ended FROM presence ORDER BY id")
        self.assertGreaterEqual(len(rows), 2)
        for (_, ended), (next_begins, _) in zip(rows, rows[1:]):
            self.assertEqual(ended, next_begins)
        unknown, = self.total("unknown_usec", self.days())
        self.assertGreater(unknown, 5.9)
        self.assertLess(unknown, time.monotonic() - began)

    def test_a_break_that_was_cut_short_ends_none(self):
        self.start_daemon()
        rig.wait_for(lambda: self.day()["longest_usec"] > SECOND, 5, "some work")
        self.take()
        self.assertEqual(self.day()["break:micro:cut-short"], 1)
        rig.wait_for(lambda: self.day()["longest_usec"] > 2 * SECOND, 5, "it to go on")
        self.daemon.stop()

    def test_a_spell_is_on_the_day_it_is_on(self):
        self.work(TZ=YESTERDAY)
        self.ended_before(60, 3 * 3600)
        self.work(0, TZ="UTC")
        yesterday, today = self.total("longest_usec")
        self.assertGreater(yesterday, 3 * 3600)
        self.assertLess(today, 60)

    def test_a_sleep_of_days_is_on_each_of_them(self):
        self.work()
        at, text = self.ask("SELECT at, text FROM state")[0]
        text = re.sub(r"\bpresence=\d+", "presence=%d" % IDLE, text)
        text = re.sub(r"presence_from=\d+", "presence_from=%d" % (at - 72 * 3600 * SECOND), text)
        self.change("UPDATE state SET text = '%s'" % text)
        self.change("DELETE FROM totals")
        self.restarted()
        self.take()
        idle = [d["idle_usec"] / SECOND for d in self.days().values() if "idle_usec" in d]
        self.assertGreaterEqual(len(idle), 3)
        self.assertEqual([x for x in idle if x > 86400], [])
        self.assertAlmostEqual(sum(idle), 72 * 3600, delta=60)

    def test_another_zone_takes_nothing_away(self):
        self.work(3)
        self.work(0.2, TZ=YESTERDAY)
        self.work(0.2, TZ="UTC")
        yesterday, today = self.total("screen_usec")
        self.assertGreaterEqual(today, 3)
        self.assertLess(today, 60)
        self.assertGreater(yesterday, 0)
        self.assertLess(yesterday, 60)

    def test_a_lost_state_takes_nothing_away(self):
        self.work(3)
        self.change("DELETE FROM state")
        self.work(0)
        self.assertGreaterEqual(self.total("screen_usec")[0], 3)

    def jump(self, which, hours):
        before = self.property("PhaseSinceUSec")
        for _ in range(hours):
            self.daemon.signal(which)
            # Each is a clock that was set once more: two at once would be one.
            rig.wait_for(lambda: self.property("PhaseSinceUSec") != before, 5, "the jump")
            before = self.property("PhaseSinceUSec")

    def test_a_clock_set_ahead_and_back_takes_nothing_away(self):
        self.daemon = self.start([JUMPING], "limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 10, "limberd")
        time.sleep(3)
        self.jump(signal.SIGUSR1, 25)
        self.take()
        self.jump(signal.SIGUSR2, 25)
        self.take()
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 4 * 3600))
        today = self.days()[day]["screen_usec"]
        self.assertGreaterEqual(today, 3 * SECOND)
        self.assertLess(today, 60 * SECOND)
        self.daemon.stop()

    def test_a_wrong_clock_does_not_end_what_hurts(self):
        self.start_daemon()
        self.call("Rate", "ss", VICTIM, "hurts")
        self.take()
        self.daemon.stop()
        # As at the start of a computer that forgets the time, which a time server tells it later.
        self.env["HOURS"] = str(10 * 365 * 24)
        self.daemon = self.start([JUMPING], "limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 10, "limberd")
        self.jump(signal.SIGUSR2, 1)
        self.assertTrue(self.blocked())
        self.jump(signal.SIGUSR1, 1)
        self.assertTrue(self.blocked())
        self.take()
        self.daemon.stop()
        self.assertIn("hurt-until=", self.ask("SELECT text FROM progress WHERE exercise = '%s'" %
                                              VICTIM)[0][0])

    def test_a_corrected_clock_is_no_work(self):
        self.daemon = self.start([JUMPING], "limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 10, "limberd")
        time.sleep(1)
        self.jump(signal.SIGUSR1, 1)
        self.take()
        for day in self.days().values():
            self.assertLess(day.get("longest_usec", 0), 60 * SECOND)
            self.assertLess(day.get("unknown_usec", 0), 60 * SECOND)
        self.daemon.stop()
        self.work(0)
        rows = self.ask("SELECT ended - began FROM presence")
        self.assertTrue(rows)
        for length, in rows:
            self.assertLess(length, 60 * SECOND)


class Away(History):
    def setUp(self):
        super().setUp()
        self.logind = rig.Logind(self)
        self.start_daemon()
        self.logind.session_is("LockedHint", "b", "true")
        rig.wait_for(lambda: self.property("Presence") == "away", 10, "the lock to be seen")

    def test_sleep_is_gone_into_with_everything_saved(self):
        self.logind.session_is("LockedHint", "b", "false")
        rig.wait_for(lambda: self.property("Presence") == "unknown", 5, "the unlocking")
        self.take()
        before = self.ask("SELECT at FROM state")
        time.sleep(0.5)
        self.logind.sleep(True)
        rig.wait_for(lambda: self.ask("SELECT at FROM state") > before, 5, "a save before sleep")
        self.assertIn("gap.away=4", self.ask("SELECT text FROM state")[0][0])
        # Whoever starts is awake.
        self.daemon.kill()
        self.start_daemon()
        rig.wait_for(lambda: self.property("Presence") == "unknown", 5, "somebody who may be there")

    def test_a_lock_that_goes_on_is_told_again(self):
        self.daemon.stop()
        self.assertIn("gap.away=1", self.ask("SELECT text FROM state")[0][0])
        self.start_daemon()
        rig.wait_for(lambda: self.property("Presence") == "away", 5, "the lock")

    def test_a_lock_that_is_gone_is_not_waited_for(self):
        self.daemon.stop()
        self.logind.session_is("LockedHint", "b", "false")
        self.start_daemon()
        rig.wait_for(lambda: self.property("Presence") == "unknown", 5, "the user")


class Killed(History):
    """Whatever limberd was doing when it was killed: what it has answered or told is on the disk."""

    def life(self, dice):
        """Some breaks, and kill -9 in the middle of one. How many ends were acknowledged."""
        self.start_daemon()
        acknowledged = 0
        for _ in range(dice.randrange(3)):
            self.take(dice.choice(("Finish", "Skip")))
            acknowledged += 1
        self.call("StartBreak", "s", "micro")
        with subprocess.Popen(["busctl", "--user", "call", rig.NAME, rig.PATH,
                               rig.NAME + ".Manager", dice.choice(("Finish", "Skip"))],
                              env=self.env, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as last:
            time.sleep(dice.random() * 0.04)
            self.daemon.kill()
            return acknowledged + (last.wait() == 0)

    def test_nothing_acknowledged_is_lost(self):
        dice = random.Random(5)
        signals = rig.Signals(self)
        acknowledged = 0
        for life in range(KILLS):
            acknowledged += self.life(dice)
            kept = self.ask("SELECT count(*) FROM breaks")[0][0]
            told = len(signals.seen("BreakEnded"))
            self.assertGreaterEqual(kept, acknowledged, "in life %d" % life)
            self.assertGreaterEqual(kept, told, "in life %d" % life)
        self.assertEqual(self.ask("PRAGMA integrity_check"), [("ok",)])
        self.start_daemon()
        self.assertEqual(self.history_problem(), "")
        # The last break was running or had ended: it has one outcome, and no other has two.
        count = sum(v for day in self.days().values() for k, v in day.items()
                    if k.startswith("break:"))
        self.assertEqual(count, self.ask("SELECT count(*) FROM breaks")[0][0])
        self.assertLessEqual(count - acknowledged, KILLS)
        self.assertGreater(acknowledged, KILLS / 2)


class Disks(History):
    """Disks that are full, read-only or slow: they cost history, and nothing else."""

    def mount(self, *options):
        folder = self.path("data")
        os.makedirs(folder)
        done = self.command("mount", "-t", "tmpfs", *options, "none", folder)
        if done.returncode:
            raise unittest.SkipTest("cannot mount a disk: " + done.stderr.strip())
        self.addCleanup(self.command, "umount", folder)

    def test_full(self):
        self.mount("-o", "size=256k")
        self.start_daemon()
        self.take()
        filler = self.path("data", "filler")
        with self.assertRaises(OSError), open(filler, "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        for _ in range(30):
            self.take()
        self.assertIn("the disk is full", self.history_problem())
        self.assertRegex(self.history_problem(), r"last 8 breaks are .* \d+ before them are lost")
        # It is in force, and nobody is told that it lasts.
        for words in (("hurts", VICTIM), ("pause", "1h")):
            self.assertIn("only until limberd ends", self.limber(*words).stdout)
        self.call("Resume")
        self.assertTrue(self.blocked())
        self.assertIn("only until limberd ends", self.limber("hurts", "--mistake", VICTIM).stdout)
        self.assertFalse(self.blocked())
        finding = next(f for f in map(plain, self.call("Diagnose")[0]) if f["area"] == "history")
        self.assertEqual(finding["state"], "degraded")
        self.assertIn("the disk is full", finding["detail"])
        kept = len(self.breaks())

        def no_activity_fits():
            return self.busctl("call", rig.NAME, rig.PATH, rig.NAME + ".Manager", "LogActivity",
                               "st", "walking", "60000000").returncode

        rig.wait_for(no_activity_fits, 20, "an answer that it is not kept")
        self.assertIn("the disk is full", self.refused("LogActivity", "st", "walking", "60000000"))
        os.remove(filler)
        self.take()
        self.assertEqual(self.history_problem(), "")
        self.assertGreater(len(self.breaks()), kept)
        self.daemon.stop()
        self.assertEqual(self.ask("PRAGMA integrity_check"), [("ok",)])

    def test_read_only(self):
        self.mount()
        self.command("mount", "-o", "remount,ro", self.path("data"))
        self.start_daemon()
        self.assertIn("Read-only file system", self.history_problem())
        self.take()
        error = self.refused("GetHistory", "a{sv}", "0")
        self.assertIn("Read-only file system", error)
        self.command("mount", "-o", "remount,rw", self.path("data"))
        self.take()
        self.assertEqual(self.history_problem(), "")
        # What could not be written was not forgotten.
        self.assertEqual(len(self.breaks()), 2)

    def knows_what_is_on_a_read_only_disk(self, ends):
        self.mount()
        self.start_daemon()
        self.call("Rate", "ss", VICTIM, "hurts")
        self.call("LogActivity", "st", "walking", str(23 * 3600 * SECOND))
        self.take()
        self.call("Pause", "t", str(ENDLESS))
        ends()
        names = os.listdir(os.path.dirname(self.file))
        self.command("mount", "-o", "remount,ro", self.path("data"))
        self.start_daemon()
        self.assertIn("Read-only file system", self.history_problem())
        self.assertNotIn("nobody knows", self.history_problem())
        self.assertEqual(self.phase(), "paused")
        self.assertTrue(self.blocked())
        self.take()
        self.assertEqual(len(self.breaks()), 1)
        self.assertEqual(len(self.days()), 1)
        self.assertEqual(self.limber("log").returncode, 0)
        self.assertIn("Read-only", self.refused("LogActivity", "st", "walking", "60000000"))
        # What cannot be removed is still there, and counts.
        self.assertIn("Read-only", self.refused("RemoveActivity", "a{sv}", "0"))
        self.assertEqual(len(self.activities()), 1)
        self.assertIn("more than a day has", self.refused("LogActivity", "st", "gym", str(2 * 3600 * SECOND)))
        self.assertEqual(os.listdir(os.path.dirname(self.file)), names)
        self.command("mount", "-o", "remount,rw", self.path("data"))
        self.take()
        self.assertEqual(self.history_problem(), "")
        self.assertEqual(len(self.breaks()), 3)
        self.call("RemoveActivity", "a{sv}", "0")
        self.call("LogActivity", "st", "walking", "60000000")
        self.assertEqual(len(self.activities()), 1)
        self.daemon.stop()
        self.assertEqual(self.ask("PRAGMA integrity_check"), [("ok",)])
        return names

    def test_read_only_and_closed_well(self):
        names = self.knows_what_is_on_a_read_only_disk(lambda: self.daemon.stop())
        self.assertEqual(names, ["history.db"])

    def test_read_only_after_a_crash(self):
        names = self.knows_what_is_on_a_read_only_disk(lambda: self.daemon.kill())
        self.assertIn("history.db-wal", names)

    def start_slowly(self, **env):
        self.env.update({"SLOW_MSEC": "800", **env})
        self.daemon = self.start([SLOW], "slow-limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 20, "limberd")

    def waits_once(self, method, *args):
        """One wait for the disk, and not two."""
        began = time.monotonic()
        self.call(method, *args)
        self.assertLess(time.monotonic() - began, 1.5 * rig.PATIENCE, method)

    @rig.calm
    def test_slow(self):
        self.start_slowly()
        # It makes the file, and what each first write would wait for, before it has time for us.
        began = time.monotonic()
        self.phase()
        self.phase()
        self.assertLess(time.monotonic() - began, 4 * rig.PATIENCE)
        for method, *args in (("StartBreak", "s", "micro"), ("Skip",), ("StartBreak", "s", "micro"),
                              ("Finish",), ("Pause", "t", str(ENDLESS)), ("Resume",),
                              ("LogActivity", "st", "walking", "1200000000"),
                              ("RemoveActivity", "a{sv}", "0"),
                              ("ReportSoreness", "as", "1", "neck"), ("EndSoreness", "as", "0"),
                              ("Rate", "ss", VICTIM, "hurts"), ("TakeBackHurts", "s", VICTIM)):
            self.waits_once(method, *args)

    @rig.calm
    def test_slow_stop(self):
        """systemd is still waiting when all is closed."""
        with open(os.path.join(rig.ROOT, "systemd", "limberd.service"), encoding="utf-8") as unit:
            patience = int(re.search(r"^TimeoutStopSec=(\d+)s$", unit.read(), re.M).group(1))
        # What there is to wait for depends on when it comes.
        for does in (lambda: None, self.phase, self.take):
            self.start_slowly(SLOW_MSEC="1000")
            does()
            began = time.monotonic()
            self.daemon.stop(seconds=4 * patience)
            # A quarter more, for a machine that is busy as well.
            self.assertLess(1.25 * (time.monotonic() - began), patience)
            self.assertEqual(os.listdir(os.path.dirname(self.file)), ["history.db"])

    @rig.calm
    def test_slow_chores(self):
        # What is done every few minutes is done every second.
        self.start_slowly(QUICK="1")
        self.take()
        end = time.monotonic() + 8
        while time.monotonic() < end:
            self.waits_once("ListRules")


class Files(History):
    def test_a_newer_limbers_file_is_left_alone(self):
        self.start_daemon()
        self.take()
        self.daemon.stop()
        self.change("PRAGMA user_version = 99")
        with open(self.file, "rb") as file:
            before = file.read()
        self.start_daemon()
        self.assertIn("written by a newer limber", self.history_problem())
        self.take()
        done = self.busctl("call", rig.NAME, rig.PATH, rig.NAME + ".Manager", "GetStatistics", "ss",
                           "", "")
        self.assertIn("written by a newer limber", done.stderr)
        gdbus = self.command("gdbus", "call", "--session", "-d", rig.NAME, "-o", rig.PATH, "-m",
                             rig.NAME + ".Manager.LogActivity", "walking", "60000000")
        self.assertIn(rig.NAME + ".Error.HistoryUnavailable", gdbus.stderr)
        self.daemon.stop()
        with open(self.file, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_a_damaged_file_is_set_aside(self):
        os.makedirs(os.path.dirname(self.file))
        with open(self.file, "wb") as file:
            file.write(b"no database" * 1000)
        self.start_daemon()
        self.take()
        self.assertIn("was damaged", self.history_problem())
        self.assertEqual(len(self.breaks()), 1)
        aside = [f for f in os.listdir(os.path.dirname(self.file)) if ".damaged-2" in f]
        self.assertEqual(len(aside), 1)
        with open(os.path.join(os.path.dirname(self.file), aside[0]), "rb") as file:
            self.assertEqual(file.read(), b"no database" * 1000)
        objects = self.call("GetManagedObjects", interface="org.freedesktop.DBus.ObjectManager")[0]
        notices = [plain(i[rig.NAME + ".Notice"]) for i in objects.values()
                   if rig.NAME + ".Notice" in i]
        self.assertEqual([n["Kind"] for n in notices], ["problem"])
        self.assertIn(aside[0], notices[0]["Body"])
        # It is told once: the new file is as good as any.
        self.daemon.stop()
        self.start_daemon()
        self.assertEqual(self.history_problem(), "")

    def aside(self):
        return [f for f in os.listdir(os.path.dirname(self.file))
                if ".damaged-2" in f and not f.endswith("-wal")]

    def knows_all_in_a_new_file(self):
        self.daemon.kill()
        self.start_daemon()
        self.assertTrue(self.blocked())
        self.assertEqual(self.property("Posture"), "standing")
        self.assertEqual(self.phase(), "paused")
        self.assertEqual(self.history_problem(), "")

    def a_life(self):
        self.start_daemon()
        self.call("Rate", "ss", VICTIM, "hurts")
        self.call("SetPosture", "s", "standing")
        self.take()
        self.call("Pause", "t", str(ENDLESS))

    def test_what_is_known_goes_into_the_new_file(self):
        self.a_life()
        for end in ("", "-wal"):
            os.truncate(self.file + end, 0)
        # It is noticed by whoever reads first.
        self.refused("GetHistory", "a{sv}", "0")
        self.assertIn("was damaged", self.history_problem())
        self.assertEqual(len(self.aside()), 1)
        self.knows_all_in_a_new_file()

    def test_a_file_that_is_taken_away(self):
        self.a_life()
        os.remove(self.file)
        self.take()
        self.take()
        self.assertIn("was taken away", self.history_problem())
        self.assertEqual(len(self.breaks()), 2)
        self.knows_all_in_a_new_file()
        self.assertEqual(len(self.breaks()), 2)

    def test_a_file_that_is_put_in_its_place(self):
        self.a_life()
        self.daemon.stop()
        shutil.copy(self.file, self.path("backup.db"))
        self.start_daemon()
        self.take()
        os.rename(self.path("backup.db"), self.file)
        self.take()
        self.assertEqual(len(self.breaks()), 2)
        self.knows_all_in_a_new_file()
        self.daemon.stop()
        self.assertEqual(self.ask("PRAGMA integrity_check"), [("ok",)])

    def test_what_hurt_is_in_the_ratings_too(self):
        self.a_life()
        self.daemon.stop()
        self.change("DELETE FROM progress")
        self.start_daemon()
        self.assertTrue(self.blocked())
        self.daemon.stop()
        self.change("DELETE FROM progress")
        self.change("UPDATE ratings SET at = at - 8 * 86400000000")
        self.start_daemon()
        self.assertFalse(self.blocked())

    def test_a_file_without_its_tables(self):
        self.a_life()
        self.daemon.stop()
        self.change("DROP TABLE totals")
        self.start_daemon()
        self.assertIn("was damaged", self.history_problem())
        self.take()
        self.assertEqual(len(self.breaks()), 2)
        self.assertEqual(len(self.aside()), 1)
        self.knows_all_in_a_new_file()

    def test_years_are_taken_over_without_a_wait(self):
        os.makedirs(os.path.dirname(self.file))
        done = self.command(os.path.join(rig.BUILD, "tests", "fakes", "past-years"), self.file, "2",
                            timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        days = self.ask("SELECT count(*) FROM totals")[0][0]
        newest, breaks = self.ask("SELECT max(id), count(*) FROM breaks")[0]
        self.change("DROP TABLE state")
        began = time.monotonic()
        self.start_daemon()
        self.assertIn("was damaged", self.history_problem())
        # Each table has its time, and small ones do not use theirs.
        self.assertLess(time.monotonic() - began, 2 * rig.PATIENCE)
        self.take()
        self.assertGreaterEqual(len(self.days()), days)
        self.daemon.stop()
        ids = self.ask("SELECT max(id), count(*), min(id) FROM breaks")[0]
        self.assertEqual(ids[0], newest + 1)
        # The newest ones, without a gap.
        self.assertEqual(ids[1], ids[0] - ids[2] + 1)
        self.assertGreater(ids[1], min(breaks, 500))
        self.assertEqual(self.ask("SELECT count(*) FROM exercises WHERE break NOT IN"
                                  " (SELECT id FROM breaks)"), [(0,)])
        self.assertEqual(self.ask("PRAGMA integrity_check"), [("ok",)])

    def test_a_broken_name_costs_itself_alone(self):
        self.a_life()
        self.call("LogActivity", "st", "walking", str(1200 * SECOND))
        self.daemon.stop()
        # A bit of each that a failing disk has turned, which no check of the file sees.
        broken = "CAST(x'6dff' AS TEXT)"
        self.change("INSERT INTO breaks SELECT 99, day, %s, outcome, due, prompted, started, ended,"
                    " length, rested, prompts, snoozes, %s FROM breaks" % (broken, broken))
        self.change("INSERT INTO exercises VALUES (99, 0, %s, 1)" % broken)
        self.change("UPDATE decisions SET other = " + broken)
        self.change("INSERT INTO activities SELECT 99, day, at, %s, length FROM activities" % broken)
        self.change("UPDATE totals SET amounts = json_set(amounts, '$.\"' || %s || '\"', 5)" % broken)
        self.start_daemon()
        self.assertEqual([b["rule"] for b in self.breaks()], ["micro", "?"])
        self.assertEqual(self.breaks()[1]["exercises"], {"?": 1})
        self.assertEqual([a["kind"] for a in self.activities()], ["walking", "?"])
        day = list(self.days().values())[0]
        self.assertEqual(day["break:micro:cut-short"], 1)
        self.assertNotIn("?", day)
        self.assertGreater(len(self.call("Explain", "u", "50")[0]), 1)

    def test_a_file_of_the_users_choice(self):
        self.config(SETTINGS + "[history]\npath = %s\n" % self.path("my", "own.db"))
        self.start_daemon()
        self.take()
        self.assertTrue(os.path.exists(self.path("my", "own.db")))
        self.assertFalse(os.path.exists(self.file))

    def test_years_that_are_let_go_of(self):
        os.makedirs(os.path.dirname(self.file))
        done = self.command(os.path.join(rig.BUILD, "tests", "fakes", "past-years"), self.file, "2",
                            timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        before = self.ask("SELECT count(*) FROM decisions")[0][0]
        size = os.path.getsize(self.file)
        self.config(SETTINGS + "[history]\nkeep = 30d\n")
        self.env["QUICK"] = "1"
        self.daemon = self.start([SLOW], "slow-limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 20, "limberd")
        rig.wait_for(lambda: len(self.days()) < 40, 60, "the clearing")
        # What is empty then is given back, with limberd running.
        rig.wait_for(lambda: os.path.getsize(self.file) < size / 4, 60, "a small file")
        # In pieces, so that neither memory nor anybody's patience is used up.
        self.assertLess(rig.private_dirty_kib(self.daemon.pid), 1536)
        self.daemon.stop()
        self.assertLess(self.ask("SELECT count(*) FROM decisions")[0][0], before / 10)
        self.assertEqual(self.ask("SELECT count(*) FROM exercises WHERE break NOT IN"
                                  " (SELECT id FROM breaks)"), [(0,)])
        self.assertEqual(self.ask("PRAGMA integrity_check"), [("ok",)])

    def stamp(self):
        return [(e.name, e.stat().st_mtime_ns, e.stat().st_size)
                for e in os.scandir(os.path.dirname(self.file))]

    def test_work_is_saved_now_and_then_and_idleness_is_not(self):
        # A limberd whose five minutes are some seconds.
        self.env["QUICK"] = "1"
        self.start_x()
        self.config(SETTINGS.replace("source = none", "source = x11"))
        self.daemon = self.start([SLOW], "slow-limberd")
        rig.wait_for(lambda: self.owner(rig.NAME), 20, "limberd")
        self.take()
        self.press()
        rig.wait_for(lambda: self.property("Presence") == "active", 5, "activity")
        before = self.ask("SELECT at FROM state")
        rig.wait_for(lambda: self.ask("SELECT at FROM state") > before, 20, "a save")
        # Then the file takes in what stood beside it, when nobody waits.
        with open(self.file, "rb") as file:
            rig.wait_for(lambda: file.seek(0) or b"cut-short" in file.read(), 5, "the outcome")
        rig.wait_for(lambda: self.property("Presence") == "idle", 60, "idle")
        before = self.stamp()
        for _ in range(5):
            self.phase()
            self.call("ListRules")
        time.sleep(3)
        self.assertEqual(self.stamp(), before)
        # What went before is told with the next save.
        self.type_until(lambda: ("idle",) in self.ask("SELECT presence FROM presence"), 20,
                        "the spell of rest")
