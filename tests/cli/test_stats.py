"""limber stats: days in bars, as a fake limberd counts them."""

import datetime
import json
import time
import unittest

import rig

SECOND = 1000000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


def date(ago):
    day = datetime.datetime.fromtimestamp(time.time(), datetime.timezone.utc)
    return (day - datetime.timedelta(days=ago)).strftime("%Y-%m-%d")


def label(ago):
    return datetime.datetime.strptime(date(ago), "%Y-%m-%d").strftime("%a %d")


WEEK = [
    {"day": date(40), "screen_usec": HOUR, "break:old:taken": 1},
    {"day": date(2), "screen_usec": 3 * HOUR, "longest_usec": 100 * MINUTE, "break:micro:taken": 6,
     "break:micro:natural": 2, "break:micro:skipped": 1, "break:micro:missed": 1,
     "break:active:cut-short": 1, "region:neck": 90 * SECOND, "region:wrists": 30 * SECOND,
     "held:call": 20 * MINUTE, "set:stretching": MINUTE, "active_usec": 2 * HOUR},
    {"day": date(0), "screen_usec": 6 * HOUR, "longest_usec": 55 * MINUTE, "break:micro:taken": 10,
     "region:neck": 30 * SECOND, "held:call": 10 * MINUTE, "held:dnd": 5 * MINUTE,
     "held:inhibit": 1353,
     "activity:walking": 40 * MINUTE, "something-new": 7, "break:": 1, "break": 1},
]


class Stats(rig.Rig):
    def setUp(self):
        super().setUp()
        self.env["TZ"] = "UTC0"
        self.start_bus()
        self.fake = rig.FakeLimberd(self, statistics=WEEK)

    def works(self, *args):
        return super().works("stats", *args)

    def test_week(self):
        text = self.works()
        full, half = "[" + 28 * "#" + "]", "[" + 14 * "#" + 14 * "-" + "]"
        self.assertEqual(text, """At the screen
%s          %s 3h
%s          %s 6h
longest spell: 1h 40min, %s

Breaks taken
micro           [#########################---] 90%%: 18 of 20, 2 unasked
active          [----------------------------] 0%%: 0 of 1

Relieved by exercises
neck            %s 2min
wrists          [#######---------------------] 30s
still to come: upper-back, lower-back, shoulders, chest, hips, hamstrings, eyes, core, legs

Kept back by
a call          %s 30min
do not disturb  [####------------------------] 5min

Off the desk
walking         %s 40min
40min of the 2h 30min that are good for a week; all of it counts
""" % (label(2), half, label(0), full, label(2), full, full, full))

    def test_no_blame(self):
        text = self.works("month").lower()
        for word in ("streak", "only", "fail", "bad", r"should\b", "must", "score", "miss"):
            self.assertNotRegex(text, r"\b%s" % word)

    def test_which_days(self):
        # More than it tells: limberd's time zone may be any, and its day begin later.
        for words, ago in (([], 9), (["week"], 9), (["month"], 32), (["day"], 3)):
            self.works(*words)
            self.assertEqual(self.fake.called("GetStatistics")[-1], [date(ago), date(-2)])

    def test_limberd_knows_which_day_it_is(self):
        days = [dict(WEEK[1], day=date(ago)) for ago in range(9, -3, -1)]
        for today in (2, 1, 0, -1, -2):
            marked = [dict(d, today=True) if d["day"] == date(today) else d for d in days]
            self.fake.tell(statistics=marked)
            for words, n in ((["week"], 7), (["day"], 1)):
                told = json.loads(self.works(*words, "--json"))
                wanted = [date(ago) for ago in range(today + n - 1, today - 1, -1)]
                self.assertEqual([d["day"] for d in told["days"]], wanted)
                self.assertEqual(told["from_day"], wanted[0])
            text = self.works("day")
            self.assertIn(label(today) + " ", text)
            self.assertNotIn(label(today - 1) + " ", text)

    def test_before_the_day_starts(self):
        for newest in (0, 1):
            days = [dict(WEEK[1], day=date(ago)) for ago in range(9, newest - 1, -1)]
            self.fake.tell(statistics=days)
            for words, n in (([], 7), (["day"], 1)):
                told = json.loads(self.works(*words, "--json"))
                wanted = [date(ago) for ago in range(newest + n - 1, newest - 1, -1)]
                self.assertEqual([d["day"] for d in told["days"]], wanted)
                self.assertEqual(told["from_day"], wanted[0])
            text = self.works()
            self.assertEqual(text.count("[############################] 3h"), 7, text)
            self.assertNotIn(label(newest + 7) + " ", text)

    def test_day_is_the_last_one(self):
        text = self.works("day")
        self.assertIn(label(0), text)
        self.assertIn("100%: 10 of 10\n", text)
        self.assertNotIn("good for a week", text)
        self.fake.tell(statistics=[dict(WEEK[1], day=date(1)), dict(WEEK[2], day=date(0))])
        text = self.works("day")
        self.assertNotIn(label(1), text)
        self.assertIn("100%: 10 of 10\n", text)

        told = json.loads(self.works("day", "--json"))
        self.assertEqual((told["from_day"], [d["day"] for d in told["days"]]), (date(0), [date(0)]))
        self.assertEqual(dict(told["days"][0]["totals"], day=date(0)), WEEK[2])

    def test_nothing(self):
        self.fake.tell(statistics=[])
        self.assertEqual(self.works(), "nothing is remembered of these days\n")
        self.assertEqual(json.loads(self.works("--json"))["days"], [])
        self.assertEqual(json.loads(self.works("day", "--json")),
                         {"period": "day", "from_day": date(0), "days": []})
        self.fake.tell(statistics=[{"day": date(0)}])
        self.assertIn("%s          [----------------------------] 0s" % label(0), self.works())

    def test_json_is_what_limberd_says(self):
        told = json.loads(self.works("--json"))
        self.assertEqual((told["period"], told["from_day"]), ("week", date(6)))
        self.assertEqual([dict(d["totals"], day=d["day"]) for d in told["days"]], WEEK[1:])

    def test_forty_columns(self):
        self.env["COLUMNS"] = "40"
        for line in self.works("month").splitlines():
            self.assertLessEqual(len(line), 40, line)

    def test_hostile_names(self):
        self.fake.tell(statistics=[{"day": "\x1b[2J", "screen_usec": 1, "longest_usec": 1,
                                    "break:\x1b[31mx:taken": 1, "held:\x07\u202e": HOUR}])
        text = self.works()
        for bad in "\x1b\x07\u202e":
            self.assertNotIn(bad, text)

    def test_refusals(self):
        self.fake.tell(refuse={"GetStatistics": ["HistoryUnavailable", "the disk is full"]})
        done = self.limber("stats")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, "limber: the disk is full; 'limber doctor' says what to do "
                         "about it\n")


if __name__ == "__main__":
    unittest.main()
