#!/usr/bin/env python3
"""Whole processes beside each other, in turn, so that a noisy neighbour meets all of them: smallest, median, ratios.

usage: beside.py TONUS DIR [ROUNDS]

TONUS is the command, DIR the folder of `peers.py data`; this interpreter needs numpy, scipy and polars. Ratios are of the
smallest and of the medians: CPU time for the hour (a peer may use two threads), wall time for a minute and for --jobs. Prints the load of the machine, which says how far to trust a run.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time


def check(status, command):
    if status:
        sys.exit(f"failed: {' '.join(map(str, command))}")


def run(command):
    """Wall seconds and CPU seconds of one process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    check(status, command)
    return wall, used.ru_utime + used.ru_stime


def measure_peak(command):
    """Peak MiB of one process, asked for every millisecond: what wait4 says begins with the memory of this script."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while child.poll() is None:
        try:
            about = pathlib.Path(f"/proc/{child.pid}/status").read_text()
        except OSError:
            break
        peak = max([peak] + [int(line.split()[1]) for line in about.splitlines() if line.startswith("VmHWM")])
        time.sleep(0.001)
    check(child.wait(), command)
    return peak / 1024


def in_turn(title, rounds, commands):
    """Runs the commands in turn; gives for each its list of measurements, and prints them."""
    # This also brings the files into the cache.
    peaks = {label: measure_peak(command) for label, command in commands.items()}
    found = {label: [] for label in commands}
    for _ in range(rounds):
        for label, command in commands.items():
            found[label].append(run(command))
    print(f"\n{title}, {rounds} rounds in turn, load {os.getloadavg()[0]:.1f}")
    print(f"  {'':<24} {'wall min':>9} {'median':>9} {'CPU min':>9} {'median':>9} {'peak MiB':>9}")
    for label, runs in found.items():
        wall, cpu = zip(*runs)
        print(
            f"  {label:<24} {min(wall):9.4f} {statistics.median(wall):9.4f}"
            f" {min(cpu):9.4f} {statistics.median(cpu):9.4f} {peaks[label]:9.1f}"
        )
    return {label: (*zip(*runs), [peaks[label]]) for label, runs in found.items()}


def ratio(found, ours, theirs, which, name, goal):
    """How many times more theirs costs, by the smallest and by the medians."""
    ours, theirs = found[ours][which], found[theirs][which]
    middle = statistics.median
    return f"{name:<44} {min(theirs) / min(ours):8.2f} {middle(theirs) / middle(ours):8.2f}   goal {goal}"


def main():
    tonus, folder = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    wall, cpu, peak = range(3)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        scratch = pathlib.Path(scratch)

        def analyze(*arguments):
            return [tonus, "analyze", *arguments]

        def polars(file):
            return [sys.executable, pathlib.Path(__file__).with_name("peers.py"), "script", file]

        hour = f"{folder}/1h_4ch.csv"
        long = in_turn(
            "1 h x 4 channels x 2 kHz",
            rounds,
            {
                "tonus analyze --out": analyze(hour, "--out", scratch / "hour"),
                "tonus analyze --json": analyze(hour, "--json"),
                "polars + scipy": polars(hour),
            },
        )
        minute = f"{folder}/1min_1ch.csv"
        short = in_turn(
            "1 min x 1 channel x 2 kHz",
            3 * rounds,
            {"tonus analyze --json": analyze(minute, "--json"), "polars + scipy": polars(minute)},
        )
        files = [scratch / f"{n}.csv" for n in range(8)]
        for file in files:
            file.symlink_to(os.path.abspath(f"{folder}/10min_4ch.csv"))
        jobs = in_turn(
            "8 files of 10 min x 4 channels",
            rounds,
            {f"--jobs {n}": analyze(*files, "--json", "--jobs", str(n)) for n in (1, 2)},
        )
    print(f"\n{'ratios':<44} {'min':>8} {'median':>8}")
    print(ratio(long, "tonus analyze --out", "polars + scipy", cpu, "hour to states.csv, CPU", ">= 8"))
    print(ratio(long, "tonus analyze --json", "polars + scipy", cpu, "hour to summary, CPU", ">= 12"))
    print(ratio(long, "tonus analyze --out", "polars + scipy", peak, "hour to states.csv, peak memory", ">= 50"))
    print(ratio(short, "tonus analyze --json", "polars + scipy", wall, "start-up and a minute, wall", ">= 150"))
    print(ratio(jobs, "--jobs 2", "--jobs 1", wall, "two jobs over eight files, wall", ">= 1.8"))
    tonus = [one for found in (long, short, jobs) for label, one in found.items() if "polars" not in label]
    print(f"{'peak memory of tonus, MiB':<44} {max(one[peak][0] for one in tonus):8.1f} {'':8}   goal <= 16")
    minute_ms = [1000 * seconds for seconds in short["tonus analyze --json"][wall]]
    print(f"{'start-up and a minute, ms':<44} {min(minute_ms):8.1f} {statistics.median(minute_ms):8.1f}   goal <= 15")


if __name__ == "__main__":
    main()
