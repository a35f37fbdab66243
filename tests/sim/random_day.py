"""Random days for the model: a seed makes a trace (limber-trace(5)) of one or two hours in which everything
happens much oftener than in life. Everything is on whole seconds, and lengths are such that all that follows
from them falls on eighths of a second.

As a program: random_day.py SEED prints the trace.
"""
import random
import sys

SHIPPED = ["micro", "active", "hands", "eyes"]
WORLD = ["dnd", "call", "screencast", "fullscreen", "inhibitors"]
REASONS = ["locked", "switched", "asleep"]


class Day:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.length = self.random.choice([3600, 5400, 7200])
        self.header = []
        self.events = []
        self.names = []
        # A reader's prompts and breaks begin and end gaps of microseconds, which linear credit would multiply.
        self.reads = self.often(0.3)

    def often(self, probability):
        return self.random.random() < probability

    def at(self, second, text):
        if second <= self.length:
            self.events.append((second, text))

    def some(self, times):
        """So many moments at most, in order; round ones are likelier, so that things coincide."""
        moments = []
        for _ in range(self.random.randint(0, times)):
            second = self.random.randint(1, self.length)
            moments.append(second - second % 30 if self.often(0.3) else second)
        return sorted(moments)

    # Settings

    def rule(self, name, enabled):
        pick = self.random
        linear = not self.reads and self.often(0.5)
        length = pick.choice([5, 6, 10, 12, 15, 20, 30, 36, 45, 60, 90, 120, 180])
        # A multiple of 4, so that quarters of it are whole. Rest clears 4 or 8 times as fast as work fills, so
        # that what comes of it falls on eighths of a second.
        if linear:
            every = length * pick.choice([4, 8])
        else:
            every = 4 * pick.randint(8, pick.choice([30, 75, 150]))
        respects = [name for name in WORLD if self.often(0.6)]
        keys = {
            "enabled": "yes" if enabled else "no",
            "counts": pick.choice(["screen", "screen", "hands"]),
            "every": f"{every}s",
            "length": f"{length}s",
            "grace": f"{pick.choice([0, 0, 2, 5, 10, 20, 30, 60, pick.randint(0, 60)])}s",
            "credit": "linear" if linear else "whole",
            "patience": f"{pick.choice([0, 5, 20, 60, 120, 300])}s",
            "snooze": f"{pick.choice([10, 30, 60, 120, 300])}s",
            "snoozes": str(pick.randint(0, 3)),
            "debt": f"{pick.choice([0, 25, 50, 75, 100])}%",
            "merge": f"{pick.choice([0, 10, 30, 60, 300])}s",
            "respects": " ".join(respects),
        }
        return [f"[rule {name}] {key} = {value}" for key, value in keys.items() if value]

    def section(self):
        pick = self.random
        keys = {
            "[prompt] lull": f"{pick.choice([1, 2, 3, 5, 10])}s",
            "[prompt] settle": f"{pick.choice([0, 5, 30, 60])}s",
            "[prompt] prompts_per_hour": str(pick.choice([1, 2, 3, 4, 6, 20, 60])),
            "[prompt] ignore_after": f"{pick.choice([5, 10, 30, 60, 120])}s",
            "[prompt] repeats": str(pick.randint(0, 3)),
            "[prompt] retry": f"{pick.choice([10, 60, 200, 600])}s",
            "[quiet] longest": f"{pick.choice([60, 300, 900, 7200])}s",
            "[rule daily] enabled": pick.choice(["yes", "no"]),
            "[rule daily] every": f"{pick.choice([600, 1800, 3000])}s",
            "[desk] type": pick.choice(["fixed", "sit-stand"]),
            "[desk] sit": f"{pick.choice([60, 300, 900])}s",
            "[desk] stand": f"{pick.choice([60, 300, 900])}s",
            "[desk] stand_most": f"{pick.choice([200, 400, 1200])}s",
        }
        for name in WORLD:
            keys[f"[quiet] {name}"] = pick.choice(["yes", "yes", "no"])
        return [f"{key} = {value}" for key, value in keys.items()]

    def hours(self):
        hours = self.random.choice(["09:00-12:30 13:30-18:00", "00:00-24:00", "00:00-24:00"])
        return [f"[hours] {day} = {hours}" for day in "mon tue wed thu fri sat sun".split()]

    def begin(self):
        # Most are near the end or the beginning of hours or of a day.
        hour, minute = self.random.choice([(9, 30), (8, 45), (12, 5), (13, 10), (17, 40), (3, 40), (10, 0)])
        second = self.random.randint(0, 59)
        self.header += ["limber-trace 1", "zone Europe/Berlin",
                        f"begins 2026-11-24T{hour:02}:{minute:02}:{second:02}+01:00"]
        enabled = self.random.sample(SHIPPED, self.random.randint(2, 4))
        for name in SHIPPED:
            self.header += ["set " + line for line in self.rule(name, name in enabled)]
        self.names = SHIPPED
        for line in self.section() + self.hours():
            self.header.append("set " + line)
        for name in enabled:
            if self.often(0.3):
                self.header.append(f"load {name} {self.random.randint(0, 300)}")
        if self.often(0.3):
            self.header.append(f"today {self.random.randint(0, 2000)}")
        if self.often(0.3):
            self.header.append(f"posture {self.random.choice(['sitting', 'standing'])}")

    # Events

    def input_length(self):
        return self.random.choice([0, 1, 2, self.random.randint(1, 20), self.random.randint(10, 60),
                                   self.random.randint(10, 120), self.random.randint(60, 300)])

    def pause_length(self):
        return self.random.choice([self.random.randint(1, 6), self.random.randint(1, 6), self.random.randint(1, 6),
                                   self.random.randint(3, 15), self.random.randint(3, 15),
                                   self.random.randint(3, 30), self.random.randint(10, 90),
                                   self.random.randint(30, 200)])

    def typing(self):
        now = 0
        while now <= self.length:
            self.at(now, "input")
            begun = now
            now += self.input_length()
            told_after = 0
            pause = self.pause_length() if self.often(0.98) else self.random.randint(200, 1500)
            # A source that is gone tells nothing of this: the lines are mended below.
            if self.often(0.02):
                now = self.without_source(now)
                continue
            self.at(max(now, begun) + told_after, f"pause {told_after}" if told_after else "pause")
            now += max(pause, told_after + self.random.randint(0, 1))

    def without_source(self, now):
        if not self.sourceless:
            return now + 400
        self.at(now, "no-source")
        now += self.random.randint(10, 900)
        if self.often(0.5):
            told_after = 0
            self.at(now, f"pause {told_after}" if told_after else "pause")
            now += self.random.randint(1, 100)
        return now

    def on_and_off(self, on, off, longest=400):
        now = self.random.randint(0, self.length // 2)
        while now <= self.length:
            self.at(now, on)
            now += self.random.randint(0, longest) if self.often(0.9) else 4000
            self.at(now, off)
            now += self.random.randint(0, 2000)

    def absences(self):
        for reason in REASONS:
            if not self.often(0.4):
                continue
            now = self.random.randint(0, self.length)
            while now <= self.length:
                ago = 0
                self.at(now, f"away {reason}" + (f" {ago}" if ago else ""))
                now += self.random.choice([self.random.randint(0, 10), self.random.randint(5, 60),
                                           self.random.randint(30, 600)])
                self.at(now, f"back {reason}")
                now += self.random.randint(100, 4000)

    def signs(self):
        for name in WORLD + ["inhibit"]:
            if self.often(0.35):
                self.on_and_off(f"sign {name} on somebody", f"sign {name} off")
        if self.often(0.3):
            self.on_and_off("watch on", "watch off", 1200)

    def words_of_the_user(self):
        pick = self.random
        for now in self.some(5):
            self.at(now, "start " + pick.choice(self.names) if self.often(0.5) else "start")
        for now in self.some(25):
            self.at(now, f"snooze {pick.choice([10, 45, 200])}" if self.often(0.3) else "snooze")
        for now in self.some(10):
            self.at(now, "skip")
        for now in self.some(8):
            self.at(now, "finish")
        if self.often(0.4):
            for now in self.some(4):
                self.at(now, pick.choice(["hold", "hold 60", "hold 300", "hold 600 somebody", "release",
                                          "hold forever somebody"]))
                self.at(now + pick.randint(0, 900), "release")
        if self.reads:
            for now in self.some(5):
                self.at(now, "reading " + pick.choice(["on", "off", "100", "600"]))
        if self.often(0.3):
            for now in self.some(3):
                self.at(now, f"rested {pick.choice([1, 10, 30, 60, 300, 1000])}")
        for now in self.some(3):
            self.at(now, f"posture {pick.choice(['sitting', 'standing'])}")

    def changes(self):
        pick = self.random
        if self.often(0.3):
            for now in self.some(2):
                lines = self.rule(pick.choice(self.names), self.often(0.8)) + self.section()
                # The lengths of a rule belong together, see rule().
                together = [line for line in lines if line.startswith("[rule ") and "daily" not in line]
                chosen = together if self.often(0.5) else pick.sample(self.section(), 3)
                for line in chosen:
                    self.at(now, "set " + line)
                self.at(now, "policy")
        if self.often(0.2):
            for now in self.some(2):
                self.at(now, f"jump {pick.choice([-3600, -600, -1, 60, 1800, 7200, 90000])}")

    def text(self):
        self.begin()
        self.sourceless = self.often(0.3)
        self.typing()
        self.absences()
        self.signs()
        self.words_of_the_user()
        self.changes()
        self.events.sort(key=lambda event: event[0])
        lines = [f"{second} {text}" for second, text in self.events]
        return "\n".join(self.header + lines + [f"{self.length} end"]) + "\n"


def random_day(seed):
    return Day(seed).text()


if __name__ == "__main__":
    sys.stdout.write(random_day(int(sys.argv[1])))
