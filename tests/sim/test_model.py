"""The core against a second opinion: tests/sim/model.c was written from the design alone, without a look at the
core. Random days are played through both; everything that comes to pass must be the same.

MODEL_DAYS=1000 plays so many days, MODEL_SEED=4711 begins with that one. A day that differs is kept as a trace,
shrunk to the lines that matter. As a program: test_model.py [-s] SEED... shows those days, -s shrinks.
"""
import collections
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from random_day import random_day  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("BUILD") or os.path.join(ROOT, "build"))
KEPT = os.path.join(BUILD, "tests", "sim", "days")
DAYS = int(os.environ.get("MODEL_DAYS", "50"))
FIRST = int(os.environ.get("MODEL_SEED", "1"))
AROUND = 12

# What both tell; the daemon tells of more.
WHAT = ["presence", "due", "deferred", "merged", "eased", "prompt", "repeated", "snoozed", "started", "ended",
        "natural", "daily-notice", "posture"]
OUTCOMES = ["taken", "cut-short", "skipped", "missed"]
# So often each must come to pass in 50 days, or they prove little.
LEAST = 5


def run(argv):
    """The program's lines; what it complains of ends the test."""
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
                          check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(argv)}: exit {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout.splitlines()


def tidy(told):
    """In the order of time; at one moment the order says nothing, and of presence only the last counts.
    A rule that is deferred again, for another reason, is still deferred."""
    lines, said, presence = [], {}, None
    moments = collections.defaultdict(list)
    for t, what, rule, outcome in told:
        # Presence that begins with an event is told as of the microsecond before or after it.
        t -= t % 1000 if what == "presence" else 0
        moments[t].append((what, rule, outcome))
    for t in sorted(moments):
        now = [line for line in moments[t] if line[0] != "presence"]
        seen = [line for line in moments[t] if line[0] == "presence"]
        if seen and seen[-1] != presence:
            presence = seen[-1]
            now.append(presence)
        kept = []
        for line in now:
            if line[0] == "deferred" and said.get(line[1]) == "deferred":
                continue
            # A natural rest is no answer to the rule: a break that stands for others goes on being deferred.
            if line[0] not in ("presence", "natural"):
                said[line[1]] = line[0]
            if line[0] in WHAT:
                kept.append(line)
        lines += [(t,) + line for line in sorted(kept)]
    return lines


def of_model(path):
    told = []
    for line in run([os.path.join(BUILD, "tests", "sim", "model"), path]):
        t, what, rule, outcome = line.split()
        told.append((t, what, rule, outcome))
    return tidy([(moment(t), *rest) for t, *rest in told])


def moment(text):
    seconds, _, fraction = str(text).partition(".")
    return int(seconds) * 1000000 + int((fraction + "000000")[:6])


def of_daemon(path):
    told = []
    for line in run([os.path.join(BUILD, "limberd"), "--simulate", path, "--json"]):
        news = json.loads(line, parse_float=str)
        if news["what"] not in WHAT + ["waiting"]:
            continue
        rule = news["presence"] if news["what"] == "presence" else news["rule"]
        if news["what"] in ("daily-notice", "posture"):
            rule = {"daily-notice": "daily"}.get(news["what"], news["what"])
        outcome = news["outcome"] if news["what"] == "ended" else "-"
        t = moment(news["t"])
        told.append((t, news["what"], rule, outcome))
    return tidy(told)


def written(line):
    t, what, rule, outcome = line
    return f"{t // 1000000}.{t % 1000000:06} {what} {rule}" + ("" if outcome == "-" else f" {outcome}")


def difference(model, daemon):
    """The index of the first line that is not the same, None if all are."""
    for i, pair in enumerate(zip(model, daemon)):
        if pair[0] != pair[1]:
            return i
    return None if len(model) == len(daemon) else min(len(model), len(daemon))


def show(model, daemon, at, around=AROUND):
    rows = []
    for i in range(max(0, at - around), min(at + around // 2, max(len(model), len(daemon)))):
        left = written(model[i]) if i < len(model) else ""
        right = written(daemon[i]) if i < len(daemon) else ""
        rows.append(f"{' ' if left == right else '>'} {left:50} {right}".rstrip())
    return "\n".join([f"  {'the model':50} the daemon"] + rows)


def play(path):
    model, daemon = of_model(path), of_daemon(path)
    return model, daemon, difference(model, daemon)


# Shrinking

def is_sound(lines):
    """Does a source tell so? Input and pauses take turns."""
    typing, absent = None, set()
    for line in lines:
        words = line.split()
        if not words[0].isdigit():
            continue
        if words[1] in ("input", "pause") and typing == words[1]:
            return False
        if words[1] in ("input", "pause", "no-source"):
            typing = words[1]
        if words[1] == "away":
            if words[2] in absent:
                return False
            absent.add(words[2])
        if words[1] == "back":
            if words[2] not in absent:
                return False
            absent.remove(words[2])
    return True


def kind_of(model, daemon, at):
    """What sort of difference it is, so that shrinking does not wander off to another."""
    left = model[at] if at < len(model) else None
    right = daemon[at] if at < len(daemon) else None
    first = min(line for line in (left, right) if line)
    return first[1], first == left


def shrink(text, path):
    """The fewest events that still make such a difference; the trace is left in `path`."""
    lines = text.splitlines()
    header = [line for line in lines if not line[0].isdigit()]
    events = lines[len(header):]

    def write(some):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(header + some) + "\n")

    def still(some):
        if not is_sound(some):
            return False
        write(some)
        try:
            model, daemon, at = play(path)
        except AssertionError:
            return False
        return at is not None and kind_of(model, daemon, at) == wanted

    write(events)
    model, daemon, at = play(path)
    wanted = kind_of(model, daemon, at)
    # Nothing after the difference matters.
    t = max(line[at][0] for line in (model, daemon) if at < len(line)) // 1000000 + 30
    cut = [x for x in events if int(x.split()[0]) < t] + [f"{t} end"]
    if still(cut):
        events = cut
    size = len(events) // 2
    while size:
        i = 1
        shorter = False
        while i < len(events) - 1:
            # Two lines that belong together often go only together.
            tries = [events[:i] + events[min(i + size, len(events) - 1):]]
            if size == 1:
                tries += [events[:i] + events[i + 1:k] + events[k + 1:]
                          for k in partners(events, i) if k < len(events) - 1]
            for some in tries:
                if still(some):
                    events, shorter = some, True
                    break
            else:
                i += size
        size = size // 2 if size > 1 else int(shorter)
    write(events)
    return header + events


def partners(events, i):
    """Where what the line begins is over, perhaps."""
    words = events[i].split()[1:3]
    for k in range(i + 1, len(events)):
        other = events[k].split()[1:3]
        if {words[0], other[0]} in ({"input", "pause"}, {"hold", "release"}):
            yield k
            return
        if words[0] in ("sign", "away") and other[0] in ("sign", "back") and words[1] == other[1]:
            yield k
            return


class Model(unittest.TestCase):
    def test_random_days_come_out_the_same(self):
        os.makedirs(KEPT, exist_ok=True)
        seen = collections.Counter()
        for seed in range(FIRST, FIRST + DAYS):
            path = os.path.join(KEPT, f"{seed}.trace")
            text = random_day(seed)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            model, daemon, at = play(path)
            if at is not None:
                shrink(text, os.path.join(KEPT, f"{seed}-small.trace"))
                self.fail(f"day {seed} differs ({path}, and the lines that matter: {seed}-small.trace)\n" +
                          show(model, daemon, at))
            os.unlink(path)
            seen.update(what for _, what, _, _ in model)
            seen.update(outcome for _, what, _, outcome in model if what == "ended")
        for what in WHAT + OUTCOMES:
            self.assertGreaterEqual(seen[what] * max(50, DAYS), LEAST * DAYS,
                                    f"{what} came to pass {seen[what]} times in {DAYS} days: {dict(seen)}")


def in_short(lines):
    """The trace with the settings of a section on one line."""
    sections, rest = collections.defaultdict(list), []
    for line in lines:
        if line.startswith("set "):
            section, _, key = line[4:].partition("] ")
            sections[section + "]"].append(key.replace(" = ", "="))
        else:
            rest.append(line)
    return [f"{name} {' '.join(keys)}" for name, keys in sections.items()
            if "enabled=no" not in keys and name != "[hours]"] + rest


def main(arguments):
    """Days by hand; without -s the first difference of each, with -s shrunk as well."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in [x for x in arguments if x != "-s"]:
            path = seed if seed.endswith(".trace") else os.path.join(folder, f"{seed}.trace")
            if not seed.endswith(".trace"):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(random_day(int(seed)))
            model, daemon, at = play(path)
            if at is None:
                print(f"{seed}: the same, {len(model)} lines")
                continue
            print(f"{seed}: differs\n{show(model, daemon, at)}")
            if "-s" in arguments:
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                small = shrink(text, os.path.join(folder, "small.trace"))
                model, daemon, at = play(os.path.join(folder, "small.trace"))
                print("\n".join(in_short(small)) + "\n" + show(model, daemon, at))


if __name__ == "__main__":
    main(sys.argv[1:])
