#!/usr/bin/python3
"""Holds config/exercises/*.ini against the table that they were made from: nothing lost, nothing added.

Usage: tests/lint/exercises.py [TABLE]

TABLE is exercises.tsv beside this script unless another one is named. The files are read here by a reader
of our own, which is stricter than limberd's. Exits 1 and says each difference if there is one.
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


def main(argv):
    table = pathlib.Path(argv[1]) if len(argv) > 1 else HERE / "exercises.tsv"
    found, wrong = read_files(FOLDER)
    wrong += check_itself(found)
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
