"""The same person at every desk: what limber says, when and why must not depend on the desktop. What
is expected is what `limberd --simulate` makes of the same day, so that the two agree as well."""

import collections
import configparser
import json
import re
import time

import desks
import rig
from rig import wait_for

# Seconds between what is expected and what a desk tells: two desks differ by twice that at most.
SLACK = 0.75 * rig.PATIENCE
# limber rounds the lengths that it names to the second.
ROUNDED = SLACK + 1
# Between two keys; nobody would call that a pause.
PACE = 0.25

# 40 s without input are reading for one rule and rest for the other.
RULES = """[rule micro]
enabled = no
[rule active]
enabled = no
[rule reader]
counts = screen
every = 2min
length = 80s
grace = 60s
credit = linear
[rule writer]
counts = hands
every = 25s
length = 15s
grace = 5s
credit = whole
patience = 5s
[prompt]
lull = 1s
settle = 1s
"""

Told = collections.namedtuple("Told", "at what rule why")


def lasting(spells):
    """Of spells of presence, as (when it was told, Told), those that lasted three seconds: who
    unlocks and types is idle until it has become clear that this is no bump at the desk."""
    kept = []
    for at, spell in spells:
        if kept and at - kept[-1][0] < 3:
            kept.pop()
        if not kept or kept[-1][1].rule != spell.rule:
            kept.append((at, spell))
    return [spell for _, spell in kept]


def in_order(spells, decisions):
    """Decisions keep the order in which they were made, also those of the same moment."""
    return sorted(spells + decisions, key=lambda x: (round(x.at), x.what != "presence"))


def without_times(why):
    """A sentence without its lengths of time, and these in seconds. What the clock says differs from
    run to run and is left out."""
    lengths = []

    def take(found):
        units = {"h": 3600, "min": 60, "s": 1}
        lengths.append(sum(int(n) * units[unit]
                           for n, unit in re.findall(r"(\d+)(h|min|s)", found.group())))
        return "LENGTH"
    why = re.sub(r"\b\d\d:\d\d(:\d\d)?\b", "TIME", why)
    return re.sub(r"\b\d+(h|min|s)\b( \d+(min|s)\b)*", take, why), lengths


def text(told):
    return "".join("%8.2f  %-9s %-8s %s\n" % x for x in told)


class Scenario:
    """Steps of a person: type N, rest N, lock N, film N (seconds), and `prompted` N: type until a
    break is announced, and N more. A test is a story at a `desk`, which is a rig.Rig as well."""

    RULES = RULES
    desk = None

    def test_story(self):
        self.assert_told(self.live(self.STORY), self.simulated(self.STORY))

    def begin(self):
        """A locked session in which nobody has done anything yet."""
        self.config(self.RULES)
        self.start_bus()
        self.logind = rig.Logind(self)
        self.start_dunst_aside()
        self.at = self.desk(self).start()
        self.at.sit_down()
        self.logind.lock()
        self.start_daemon()
        wait_for(lambda: self.property("IdleSource") == self.at.source, 5, "the idle source")
        wait_for(lambda: self.property("Presence") == "away", 5, "the lock")
        self.watch = self.start([rig.LIMBER, "watch", "--json"], "watch")
        wait_for(lambda: "away" in self.watch.output(), 5, "limber watch")

    # The person at the desk

    def live(self, story):
        self.begin()
        for _ in range(4):  # the password
            self.at.press()
            time.sleep(PACE)
        self.started, began = time.monotonic(), time.time()
        self.plan = 0
        self.logind.lock(False)
        for step, seconds in story:
            getattr(self, step)(seconds)
        return self.told(began)

    def until_plan(self, act=None):
        while time.monotonic() < self.started + self.plan:
            if act:
                act()
            time.sleep(max(0, min(PACE, self.started + self.plan - time.monotonic())))

    def type(self, seconds):
        self.plan += seconds
        self.until_plan(self.at.press)
        self.at.press()

    def prompted(self, seconds):
        def typed():
            self.at.press()
            time.sleep(PACE)  # the pace of the hand
            return self.phase() == "prompting"
        wait_for(typed, 60, "the prompt")
        self.plan = time.monotonic() - self.started
        self.type(seconds)

    def rest(self, seconds):
        self.plan += seconds
        self.until_plan()

    def lock(self, seconds):
        self.logind.lock()
        self.rest(seconds)
        self.logind.lock(False)

    def film(self, seconds):
        self.at.hold()
        self.rest(seconds)
        self.at.release()

    def told(self, began):
        """What a user has seen: the presence as `limber watch` told it, the decisions as `limber why`
        does; both tell the same decisions."""
        def decisions(those):
            return [Told(x["when_usec"] / 1e6 - began, x["decision"], x["rule"], x["why"])
                    for x in those]
        lines = [json.loads(x) for x in self.watch.output().splitlines()]
        why = json.loads(self.limber("why", "--json", "-n", "128").stdout)["decisions"]
        decided = decisions(reversed(why))
        self.assertEqual(decisions(x for x in lines if x["what"] == "decision"), decided)
        spells = [(x["time_usec"] / 1e6,
                   Told(x["presence_since_usec"] / 1e6 - began, "presence", x["presence"], ""))
                  for x in lines if x["what"] == "presence"]
        return in_order(lasting(spells), decided)

    # The same as a trace

    def simulated(self, story):
        """What it should come to."""
        lines = [(0, "away locked"), (0, "pause"), (0, "back locked")]
        at = 0
        for step, seconds in story:
            if step == "prompted":
                lines.append((at, "input"))
                at = next(x.at for x in self.play(lines, at + 60)
                          if x.what == "prompt" and x.at > at) + seconds
                lines.append((at, "pause"))
                continue
            before, after = {"type": ("input", "pause"), "rest": (None, None),
                             "lock": ("away locked", "back locked"),
                             "film": ("watch on", "watch off") if self.desk.group == "input" else
                                     ("input", "pause")}[step]
            late = self.desk.film_told if step == "film" else (0, 0)
            lines.append((at + late[0], before))
            at += seconds
            lines.append((at + late[1], after))
        return self.play(lines, at)

    def play(self, lines, end):
        settings = configparser.ConfigParser()
        settings.read_string(self.RULES)
        with open(self.path("day.trace"), "w", encoding="utf-8") as file:
            file.write("limber-trace 1\n")
            for section in settings.sections():
                for key, value in settings[section].items():
                    file.write("set [%s] %s = %s\n" % (section, key, value))
            for at, event in lines + [(end, "end")]:
                if event:
                    file.write("%.6f %s\n" % (at, event))
        done = self.command(rig.LIMBERD, "--simulate", self.path("day.trace"), "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [json.loads(x) for x in done.stdout.splitlines()]
        spells = [(x["t"], Told(x["t"], x["what"], x["presence"], ""))
                  for x in lines if x["what"] == "presence"]
        decisions = [Told(x["t"], x["what"], x["rule"], x["why"])
                     for x in lines if x["what"] not in ("presence", "summary")]
        return in_order(lasting(spells), decisions)

    def assert_told(self, told, expected):
        def of(x):
            return x.what, x.rule, without_times(x.why)[0]
        both = "\ntold:\n%s\nexpected:\n%s" % (text(told), text(expected))
        self.assertEqual([of(x) for x in told], [of(x) for x in expected], both)
        for live, played in zip(told, expected):
            self.assertLess(abs(live.at - played.at), SLACK, "%s%s" % (live, both))
            for a, b in zip(without_times(live.why)[1], without_times(played.why)[1]):
                self.assertLess(abs(a - b), ROUNDED, "%s%s" % (live, both))


class Day(Scenario):
    """Read, lock the screen, be asked, and leave."""

    STORY = [("type", 15), ("rest", 40), ("type", 15), ("lock", 120), ("prompted", 2), ("rest", 30)]


class Film(Scenario):
    """Where inhibitors are not seen through, a film is work for the hands."""

    RULES = RULES.replace("every = 2min", "every = 40s")
    STORY = [("type", 10), ("film", 40), ("rest", 8), ("type", 10)]


@rig.patient
class DayOnX(Day, rig.Rig):
    desk = desks.Xvfb


@rig.patient
class DayOnSway(Day, rig.Rig):
    desk = desks.Sway


@rig.patient
class DayOnKwin(Day, rig.Rig):
    desk = desks.Kwin


@rig.patient
class DayOnMutter(Day, rig.Rig):
    desk = desks.Mutter


@rig.patient
class FilmOnSway(Film, rig.Rig):
    desk = desks.Sway


@rig.patient
class FilmOnKwin(Film, rig.Rig):
    desk = desks.Kwin


@rig.patient
class FilmOnMutter(Film, rig.Rig):
    desk = desks.Mutter
