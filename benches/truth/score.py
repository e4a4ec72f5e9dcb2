#!/usr/bin/env python3
"""How true `tonus analyze` is: muscles of simulated motor units whose state is known, and recordings of real ones.

usage: score.py --tonus PROGRAM [--seed N] [--only NAME...] [--at-most N] [--jobs N]
                                                                          simulated; the same seed gives the same sessions
       score.py --tonus PROGRAM --recordings DIR [--fetch]                real, from DIR; --fetch downloads what is missing there
       score.py ... --write                                               puts the tables into docs/ACCURACY.md and README.md
       score.py --list                                                    the scenarios

Needs NumPy and SciPy (benches/requirements.txt). Exit status 1 if a goal is missed and --strict is given.
"""
import argparse
import multiprocessing
import re
import statistics
import sys
import zlib
from functools import partial
from pathlib import Path

import numpy as np

import real
import scenarios
import sessions

ROOT = Path(__file__).resolve().parents[2]


def one(job):
    """A session of a scenario."""
    name, n, seed, program = job
    function = next(entry[4] for entry in scenarios.ALL if entry[0] == name)
    rng = np.random.default_rng([seed, zlib.crc32(name.encode()), n])
    return name, function(rng, partial(sessions.analyze, program), n)


def simulated(arguments):
    """Runs all scenarios that are wanted; rows of the table, and how many goals are missed."""
    wanted = [entry for entry in scenarios.ALL if not arguments.only or entry[0] in arguments.only]
    jobs = [(name, n, arguments.seed, arguments.tonus) for name, _, count, _, _ in wanted for n in range(min(count, arguments.at_most))]
    found = {}
    with multiprocessing.Pool(arguments.jobs) as pool:
        for name, values in pool.imap_unordered(one, jobs):
            for key, value in values.items():
                found.setdefault((name, key), []).append(value)
    lines, missed = ["| simulated | sessions | mean | worst | goal | |", "|---|--:|--:|--:|--:|---|"], 0
    for name, title, _, rows, _ in wanted:
        lines.append(f"| **{title}** | | | | | |")
        for key, (label, unit, sign, goal) in rows.items():
            values = found.get((name, key), [])
            mean = statistics.fmean(values) if values else float("nan")
            worst = (min if sign == ">=" else max)(values, default=float("nan"))
            # Half of the last digit that is shown.
            near = 0.0005 if not unit and goal <= 1 else 0.05
            met = mean >= goal - near if sign == ">=" else mean <= goal + near
            missed += not met
            form = partial(shown, unit=unit, fine=goal <= 1)
            sign = "≥" if sign == ">=" else "≤"
            lines.append(f"| {label} | {len(values)} | {form(mean)} | {form(worst)} | {sign} {form(goal)} | {'' if met else 'missed'} |")
    return lines, missed


def shown(value, unit, fine):
    """A figure for the table."""
    if unit:
        return f"{value:.1f} {unit}"
    return f"{value:.3f}".replace("0.", ".", 1) if value < 1 and fine and value > 0.05 else f"{value:.2f}"


def put(file, mark, lines):
    """Replaces what stands between the marks of a file."""
    text = file.read_text()
    block = f"<!-- {mark} -->\n" + "\n".join(lines) + f"\n<!-- end of {mark} -->"
    changed, count = re.subn(rf"<!-- {mark} -->.*?<!-- end of {mark} -->", lambda _: block, text, flags=re.S)
    if count != 1:
        sys.exit(f"{file.name} has no marks for {mark}")
    file.write_text(changed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tonus", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--at-most", type=int, default=10**6, help="sessions of a scenario")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--recordings", type=Path)
    parser.add_argument("--fetch", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--strict", action="store_true")
    arguments = parser.parse_args()
    if arguments.list:
        for name, title, count, _, _ in scenarios.ALL:
            print(f"{name:14} {count:3} sessions  {title}")
        return
    if arguments.tonus is None:
        parser.error("--tonus says which program to score")
    arguments.tonus = arguments.tonus.resolve()
    unknown = set(arguments.only) - {entry[0] for entry in scenarios.ALL}
    if unknown:
        parser.error(f"no scenario is called {', '.join(sorted(unknown))}; --list names all")
    missed = 0
    if arguments.recordings is None:
        lines, missed = simulated(arguments)
        mark = "simulated truth"
    else:
        lines, short = real.table(arguments.tonus, arguments.recordings, arguments.fetch)
        mark = "real truth"
    print("\n".join(lines))
    if arguments.write:
        put(ROOT / "docs/ACCURACY.md", mark, lines)
        if arguments.recordings is not None:
            put(ROOT / "README.md", mark, short)
    if arguments.strict and missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
