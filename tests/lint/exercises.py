#!/usr/bin/python3
"""Holds config/exercises/*.ini against the table that they were made from: nothing lost, nothing added.

Usage: tests/lint/exercises.py [TABLE]

TABLE is exercises.tsv beside this script unless another one is named. The files are read here by a reader
of our own, which is stricter than limberd's. Exits 1 and says each difference if there is one.

Some texts are not those that the first table had: they told counts ("Repeat five times") that the dose beside
them contradicted, for a beginner does fewer, and more from week to week (daemon/coach/progress.h). They were
changed here and there alike. A number that a text still tells is one that no dose changes: see FORM.
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent.parent / "config" / "exercises"
COUNT = 119
# The table's columns that have a key of another name, and those that are lists.
KEYS = {"duration_s_min": "seconds_min", "duration_s_default": "seconds_default",
        "duration_s_max": "seconds_max", "hold_s": "hold_seconds"}
REFERENCES = ("easier", "harder", "desk_alternative")
TEXTS = ("name", "muscles", "cue", "source")
# Numbers in instructions and cues. "One" is left out: "one leg" is no count.
NUMBERS = {word: n for n, word in enumerate(
    "two three four five six seven eight nine ten eleven twelve".split(), 2)}
NUMBER = rf"(?:{'|'.join(NUMBERS)}|\d+)"
ANY_COUNT = re.compile(rf"\b(?:{NUMBER}|twice|thrice|dozen|minutes?)\b", re.I)
# How far, how much, at which angle; and what is not counted at all.
MEASURE = re.compile(rf"\b{NUMBER} (?:(?:metres|m|cm|feet|degrees)\b|%)|\ball fours\b|\bbetween the two\b",
                     re.I)
# How long to hold it. No dose shortens holds of up to so many seconds (tests/unit/test-exercises.c), and not
# all doses tell them: they may stand in a text if they are the exercise's own.
HOLD = re.compile(rf"\b({NUMBER}) (?:seconds|s)\b|\b(?:hold|pause) ({NUMBER})\b", re.I)
HOLD_KEPT = 10
# What belongs to the form and not to the dose.
FORM = {
    # The tempo of each repetition, or of the breath.
    "sit-to-stand": ("over about three seconds",),
    "single-leg-calf-raise": ("over two seconds",),
    "seated-sun-breath": ("last about four seconds",),
    "box-breathing": ("for four counts", "hold for four", "In four, hold four, out four, hold four"),
    "cyclic-sigh": ("Two breaths in",),
    # Not longer than the shortest dose of it: a minute of stairs, ten of the others.
    "stair-climb": ("One or two floors",),
    "swimming": ("two easy lengths",),
    "cycling": ("light gear for five minutes", "the last few minutes"),
    # The rule that it is called after, which is the same for all.
    "eyes-20-20-20": ("for 20 s",),
    # Advice: what to do at another time, and a scale.
    "healthy-weight": ("a walk of ten minutes or more",),
    "stay-active": ("20-30 active minutes",),
    "self-care-pause": ("from 0 to 10", "a kind minute"),
}


def read_files(folder):
    """{id: ({key: value}, file's name)} of all files, and what is wrong with their form."""
    found, wrong = {}, []
    for path in sorted(folder.glob("*.ini")):
        keys = None
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            where = f"{path.name}:{number}"
            header = re.fullmatch(r"\[([a-z0-9-]+)\]", line)
            pair = re.fullmatch(r"([a-z0-9_]+) = (.*)", line)
            if not line or line.startswith("#"):
                continue
            if header:
                if header[1] in found:
                    wrong.append(f"{where}: {header[1]} is there twice")
                keys = {}
                found[header[1]] = (keys, path.name)
            elif pair and keys is not None and pair[1] not in keys:
                keys[pair[1]] = pair[2]
            else:
                wrong.append(f"{where}: neither a section, a comment nor a new key: {line}")
    return found, wrong


def unquote(text):
    """The text without its quotes; None if they are not there or stand within."""
    quoted = re.fullmatch(r'"([^"]*)"', text)
    return quoted[1] if quoted else None


def row_of(ident, keys):
    """The exercise as the table would write it."""
    row = {"id": ident}
    steps = [key for key in keys if key.startswith("step_")]
    for key, value in keys.items():
        if key in steps:
            continue
        column = next((c for c, k in KEYS.items() if k == key), key)
        row[column] = unquote(value) if key in TEXTS else value
    row["steps"] = " | ".join(f"{n}. {unquote(keys.get(f'step_{n}', ''))}"
                              for n in range(1, len(steps) + 1))
    row["muscles"] = ";".join((row.get("muscles") or "").split("; "))
    for column in ("relieves", "avoid_if"):
        value = row.get(column, "")
        row[column] = "-" if value == "none" else ";".join(value.split(" "))
    for column in REFERENCES:
        row.setdefault(column, "-")
    return row


def compare(table, found):
    """Every field of every row, both ways."""
    lines = table.read_text(encoding="utf-8").rstrip("\n").split("\n")
    columns = lines[0].split("\t")
    rows = {line.split("\t")[0]: dict(zip(columns, line.split("\t"))) for line in lines[1:]}
    wrong = [f"{ident}: in the table, in no file" for ident in rows.keys() - found.keys()]
    wrong += [f"{ident}: in {found[ident][1]}, not in the table"
              for ident in found.keys() - rows.keys()]
    for ident in rows.keys() & found.keys():
        mine = row_of(ident, found[ident][0])
        wrong += [f"{ident}: {column} is {mine.get(column)!r}, in the table {rows[ident].get(column)!r}"
                  for column in sorted(set(columns) | mine.keys())
                  if mine.get(column) != rows[ident].get(column)]
    return wrong


def check_itself(found):
    """What must hold without the table as well."""
    wrong = [] if len(found) == COUNT else [f"{len(found)} exercises, there should be {COUNT}"]
    for ident, (keys, name) in found.items():
        if name != keys.get("set", "?") + ".ini":
            wrong.append(f"{ident}: its set is {keys.get('set')}, its file {name}")
        wrong += [f"{ident}: {key} = {keys[key]} is no exercise" for key in REFERENCES
                  if key in keys and keys[key] not in found]
        wrong += [f"{ident}: {key} is not in double quotes" for key, value in keys.items()
                  if (key in TEXTS or key.startswith("step_")) and unquote(value) is None]
    return wrong


def number(text):
    return int(text) if text.isdigit() else NUMBERS[text.lower()]


def counts_in(text, hold, form):
    """What the text tells that a dose may contradict."""
    for phrase in form:
        text = text.replace(phrase, "")
    text = MEASURE.sub("", text)
    for told in HOLD.finditer(text):
        if number(told[1] or told[2]) == hold <= HOLD_KEPT:
            text = text.replace(told[0], "")
    return ANY_COUNT.findall(text)


def check_counts(found):
    """No dose contradicts what stands beside it."""
    wrong = [f"{ident}: FORM names it, there is no such exercise" for ident in FORM.keys() - found.keys()]
    for ident, (keys, _) in found.items():
        texts = {key: value for key, value in keys.items() if key == "cue" or key.startswith("step_")}
        hold, form = int(keys.get("hold_seconds", 0)), FORM.get(ident, ())
        wrong += [f"{ident}: {key} tells a count that the dose may contradict: {', '.join(counts)}: {text}"
                  for key, text in texts.items() if (counts := counts_in(text, hold, form))]
        wrong += [f"{ident}: FORM excuses {phrase!r}, which no text has" for phrase in form
                  if not any(phrase in text for text in texts.values())]
    return wrong


def main(argv):
    table = pathlib.Path(argv[1]) if len(argv) > 1 else HERE / "exercises.tsv"
    found, wrong = read_files(FOLDER)
    wrong += check_itself(found) + check_counts(found)
    if table.exists():
        wrong += compare(table, found)
        against = f"the same as {table.name}"
    elif len(argv) > 1:
        wrong.append(f"{table}: there is no such file")
    else:
        against = "no table to compare them with"
    for line in sorted(wrong):
        print(line)
    if not wrong:
        print(f"{len(found)} exercises, {against}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
