"""limber log and export: what was, page by page, as a fake limberd remembers it."""

import csv
import io
import json
import subprocess
import time
import unittest

import rig

SECOND = 1000000
HOUR = 3600 * SECOND
NOW = int(time.time()) * SECOND


def row(number, ago=0, **more):
    """A break that ended `ago` hours ago."""
    ended = NOW - int(ago * HOUR)
    return dict({"id": number, "day": "2026-11-23", "rule": "micro", "outcome": "taken",
                 "due_usec": ended - 90 * SECOND, "prompted_usec": ended - 60 * SECOND,
                 "started_usec": ended - 30 * SECOND, "ended_usec": ended,
                 "length_usec": 30 * SECOND, "rested_usec": 30 * SECOND, "prompts": 1, "snoozes": 0,
                 "exercises": {"shoulder-rolls": 20 * SECOND}, "delays": {}}, **more)


def walk(number, ago=0, **more):
    """An activity that was logged `ago` hours ago."""
    return dict({"id": number, "day": "2026-11-23", "when_usec": NOW - int(ago * HOUR),
                 "kind": "walking", "length_usec": 1200 * SECOND}, **more)


def told(what, rows):
    """As `log` and `export` tell them."""
    return [dict({"what": what}, **row) for row in rows]


class Past(rig.Rig):
    def setUp(self):
        super().setUp()
        self.env["TZ"] = "UTC0"
        self.start_bus()
        self.fake = rig.FakeLimberd(self)


class Log(Past):
    def test_add(self):
        for words, kind, seconds in ((["walking", "20min"], "walking", 1200),
                                     (["yoga", "1h", "30m"], "yoga", 5400)):
            self.assertRegex(self.works("log", "add", *words), r"\Alogged: \S.* of %s, which ended just now; its minutes count, "
                             r"and 'limber log' shows it\n\Z" % kind)
            self.assertEqual(self.fake.called("LogActivity")[-1], [kind, seconds * SECOND])
        self.fake.tell(refuse={"LogActivity": ["org.freedesktop.DBus.Error.InvalidArgs",
                                               "there is no activity 'chess'; they are: walking"]})
        self.assertIn("there is no activity 'chess'", self.fails(2, "log", "add", "chess", "1h"))

    def test_remove(self):
        self.fake.tell(activities=[walk(1, 30), walk(2, 0, length_usec=20 * HOUR)])
        for words, kind, seconds in (([], "", 0), (["walking"], "walking", 0), (["20h"], "", 72000),
                                     (["yoga", "1h", "30m"], "yoga", 5400)):
            self.assertRegex(self.works("log", "remove", *words),
                             r"\Aremoved: 20h of walking, logged \d\d:\d\d; its minutes do not count any more\n\Z")
            self.assertEqual(self.fake.called("RemoveActivity")[-1],
                             [{"kind": kind, "length_usec": seconds * SECOND}])
        self.fails(2, "log", "remove", "walking", "soon")
        self.assertIn("limber log remove", self.fails(2, "log", "drop"))
        self.fake.tell(refuse={"RemoveActivity": [rig.NAME + ".Error.NotAllowed",
                                                  "there is no activity in the log; nothing is removed"]})
        self.assertIn("there is no activity in the log", self.fails(1, "log", "remove"))

    def test_recent(self):
        self.fake.tell(history=[
            row(1, 24 * 20), row(2, 30, outcome="skipped", rested_usec=0, exercises={}),
            row(3, 0, rule="active", outcome="natural", exercises={}, rested_usec=330 * SECOND),
            row(4, 0, exercises={"a": 1, "b": 1})])
        lines = self.works("log").splitlines()
        self.assertRegex(lines[0], r"^(yesterday )?\d\d:\d\d  micro  taken, 30s of rest: a, b$")
        self.assertRegex(lines[1], r"\d\d:\d\d  active  rested unasked, 5min 30s of rest$")
        self.assertRegex(lines[2], r"\d\d:\d\d  micro  skipped$")
        self.assertEqual(len(lines), 3, "two weeks are enough")
        self.assertEqual(len(self.works("log", "-n", "1").splitlines()), 1)
        self.assertEqual([x["id"] for x in json.loads(self.works("log", "-n2", "--json"))], [3, 4])
        self.assertEqual(json.loads(self.works("log", "-n", "0", "--json")), [])
        self.fake.tell(history=[])
        self.assertEqual(self.works("log"),
                         "no breaks and no activities in the last two weeks\n")
        self.assertEqual(self.works("log", "--json"), "[]\n")

    def test_activities_stand_between_the_breaks(self):
        self.fake.tell(history=[row(1, 5), row(2, 3), row(3, 1)],
                       activities=[walk(1, 24 * 20), walk(2, 4), walk(3, 2, kind="yoga", new_key=1),
                                   walk(4, 0)])
        lines = self.works("log").splitlines()
        self.assertEqual([line.split("  ")[1] for line in lines],
                         ["walking", "micro", "yoga", "micro", "walking", "micro"])
        self.assertRegex(lines[0], r"^\d\d:\d\d  walking  20min off the desk$")
        everything = json.loads(self.works("log", "--json"))
        self.assertEqual([(x["what"], x["id"]) for x in everything],
                         [("break", 1), ("activity", 2), ("break", 2), ("activity", 3),
                          ("break", 3), ("activity", 4)])
        self.assertEqual(everything[3], dict(walk(3, 2, kind="yoga", new_key=1), what="activity"))
        for n in range(8):
            self.assertEqual(json.loads(self.works("log", "-n", str(n), "--json")),
                             everything[max(6 - n, 0):], n)
            self.assertEqual(self.works("log", "-n", str(n)).splitlines(), lines[:n])
        self.fake.tell(history=[])
        self.assertEqual(len(self.works("log").splitlines()), 3)

    def test_the_latest_of_many_pages_of_both(self):
        self.fake.tell(history=[row(i, 24 - i / 100) for i in range(1, 1101)],
                       activities=[walk(i, 24 - i / 100 - 0.005) for i in range(1, 701)])
        want = [x for i in range(1, 1101) for x in (("break", i), ("activity", i))
                if i <= 700 or x[0] == "break"]
        for lines in (1, 399, 401, 500):
            self.assertEqual([(x["what"], x["id"]) for x in
                              json.loads(self.works("log", "--json", "-n", str(lines)))],
                             want[-lines:], lines)

    def test_the_latest_of_many_pages(self):
        """Whatever of the last page is left, the line that was asked for first is there."""
        for count in (499, 500, 501, 1000, 1700):
            self.fake.tell(history=[row(i, 24 - i / 100) for i in range(1, count + 1)])
            for lines in (1, 15, 500):
                want = list(range(max(count - lines, 0) + 1, count + 1))
                got = json.loads(self.works("log", "--json", "-n", str(lines)))
                self.assertEqual([x["id"] for x in got], want, (count, lines))
                self.assertEqual(len(self.works("log", "-n", str(lines)).splitlines()), len(want))

    def test_hostile_texts_stay_texts(self):
        self.fake.tell(history=[row(1, rule="\x1b[2J", outcome="\x07", exercises={"\x9b": 1})])
        self.assertRegex(self.works("log"), r"  \?\[2J  \?, 30s of rest: \?\n\Z")

    def test_forty_columns(self):
        self.fake.tell(history=[row(1, 24 * 9, rule="a-rule-with-a-name-that-is-as-long")])
        self.env["COLUMNS"] = "40"
        self.assertLessEqual(max(map(len, self.works("log").splitlines())), 40)


class Export(Past):
    def test_csv(self):
        self.fake.tell(history=[row(1, ended_usec=1795601234 * SECOND, delays={
            "call": 60 * SECOND, "dnd": SECOND}),
            row(2, outcome="missed", started_usec=0, exercises={})])
        text = self.works("export", "--csv")
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([r["id"] for r in rows], ["1", "2"])
        self.assertEqual(rows[0]["ended"], "2026-11-25T10:07:14+00:00")
        self.assertEqual((rows[0]["length_seconds"], rows[0]["exercises"], rows[0]["delays"]),
                         ("30", "shoulder-rolls 20s", "call 60s; dnd 1s"))
        self.assertEqual((rows[1]["started"], rows[1]["exercises"], rows[1]["outcome"]),
                         ("", "", "missed"))
        # What limberd never says must not steer a terminal, nor break a line.
        self.fake.tell(history=[row(1, rule='a,"b"\nc', outcome="\x1b[2J\x9b\u202e")])
        rows = list(csv.DictReader(io.StringIO(self.works("export", "--csv"), newline="")))
        self.assertEqual((rows[0]["rule"], rows[0]["outcome"]), ('a,"b" c', "?[2J??"))

    def test_json(self):
        history = [row(i, new_key="kept") for i in range(1, 4)]
        self.fake.tell(history=history)
        text = self.works("export", "--json")
        self.assertEqual(json.loads(text), told("break", history))
        self.assertEqual(text.count("\n"), 5, "a break on each line")
        self.fake.tell(history=[row(1, rule="\x1b\x9b\x07")])
        text = self.works("export", "--json")
        self.assertEqual(json.loads(text)[0]["rule"], "\x1b\x9b\x07")
        self.assertFalse(set(text) & set("\x1b\x9b\x07"))
        self.fake.tell(history=[])
        self.assertEqual(json.loads(self.works("export", "--json")), [])
        self.assertEqual(len(self.works("export", "--csv").splitlines()), 1)

    def test_activities(self):
        self.fake.tell(history=[row(1, 3), row(2, 1)],
                       activities=[walk(1, 4), walk(2, 2, kind="tai-chi"), walk(3, 0)])
        text = self.works("export", "--csv")
        self.assertEqual({line.count(",") for line in text.splitlines()}, {15})
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([(r["what"], r["id"], r["kind"]) for r in rows],
                         [("activity", "1", "walking"), ("break", "1", ""),
                          ("activity", "2", "tai-chi"), ("break", "2", ""),
                          ("activity", "3", "walking")])
        self.assertEqual({k: v for k, v in rows[2].items() if v},
                         {"id": "2", "day": "2026-11-23", "ended": rows[2]["ended"],
                          "length_seconds": "1200", "what": "activity", "kind": "tai-chi"})
        self.assertEqual(rows[2]["ended"], time.strftime("%Y-%m-%dT%H:%M:%S+00:00",
                                                         time.gmtime((NOW - 2 * HOUR) / SECOND)))
        text = self.works("export", "--json")
        self.assertEqual(json.loads(text), told("activity", [walk(1, 4)]) +
                         told("break", [row(1, 3)]) +
                         told("activity", [walk(2, 2, kind="tai-chi")]) +
                         told("break", [row(2, 1)]) + told("activity", [walk(3, 0)]))
        self.assertEqual(text.count("\n"), 7)
        self.fake.tell(history=[])
        self.assertEqual(len(json.loads(self.works("export", "--json"))), 3)

    def test_many_pages_of_both(self):
        self.fake.tell(history=[row(i, 50 - i / 100) for i in range(1, 1201)],
                       activities=[walk(i, 50 - i / 100 - 0.005) for i in range(1, 601)])
        got = [(x["what"], x["id"]) for x in json.loads(self.works("export", "--json"))]
        self.assertEqual(got, [x for i in range(1, 1201) for x in (("break", i), ("activity", i))
                               if i <= 600 or x[0] == "break"])
        self.assertEqual(len(self.works("export", "--csv").splitlines()), 1801)

    def test_many_pages(self):
        self.fake.tell(history=[row(i) for i in range(1, 1201)])
        self.assertEqual([x["id"] for x in json.loads(self.works("export", "--json"))],
                         list(range(1, 1201)))
        asked = [x[0].get("after_id") for x in self.fake.called("GetHistory")]
        self.assertEqual(asked, [0, 500, 1000, 1200])

    def test_rows_without_a_number_are_no_endless_page(self):
        self.fake.tell(history=[dict(row(1), id=0)])
        self.fake.tell(history=[row(0)])
        self.assertEqual(json.loads(self.works("export", "--json")), [])

    def test_refusals(self):
        self.assertIn("limber export --csv, or limber export --json", self.fails(2, "export"))
        self.fails(2, "export", "--csv", "--json")
        self.fake.tell(refuse={"GetHistory": ["HistoryUnavailable", "the history is of a newer limber"]})
        self.assertIn("newer limber; 'limber doctor' says", self.fails(1, "export", "--csv"))
        self.fails(1, "log")
        self.fake.tell(lacks=["GetHistory"])
        self.assertIn("systemctl --user restart limberd", self.fails(1, "export", "--json"))

    def test_full_disk_and_reader_that_goes_away(self):
        self.fake.tell(history=[row(i) for i in range(1, 1201)])
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([rig.LIMBER, "export", "--csv"], stdout=full, env=self.env,
                                  stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write to standard output", done.stderr)
        done = self.command("sh", "-c", '"$0" export --json | head -n 3', rig.LIMBER)
        self.assertEqual((done.stderr, len(done.stdout.splitlines())), ("", 3))


if __name__ == "__main__":
    unittest.main()
