#!/usr/bin/env python3
"""tonus beside SciPy, in one run: a whole array of 1 h x 4 channels, and blocks of 16.

usage: scipy_ratios.py [--minutes M] [--rounds N]

SciPy's side is what is written by hand instead: a cascade of 8 sections (offset, band-pass 20-450 Hz of order 4, notches at
50, 100 and 150 Hz), rectification and envelope, moving RMS, TKEO and a threshold with hysteresis. It decides less than tonus
does: no quality, no calibration, no cues, no reasons, no digest. Rounds alternate; medians of CPU time are given, as both sides
use one thread and the machine may be shared.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from scipy import signal

import tonus

# The chain is that of the other benches.
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benches"))
from peers import RATE_HZ, chain, sections, synthetic  # noqa: E402


def alternate(rounds: int, *works: tuple[str, object]) -> dict[str, float]:
    """Median CPU seconds of each, by turns; the first turn does not count."""
    taken: dict[str, list[float]] = {name: [] for name, _ in works}
    for turn in range(rounds + 1):
        for name, work in works:
            begun = time.thread_time()
            work()
            if turn:
                taken[name].append(time.thread_time() - begun)
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    cascade, envelope = sections()

    x = synthetic(asked.minutes * 60, 4, rest_s=8)
    columns = [np.ascontiguousarray(x[:, channel]) for channel in range(4)]
    samples = x.size

    def each(some: object) -> None:
        for column in some:
            chain(column, cascade, envelope)

    cues = [(0.0, 8.0, "quiet")]
    said = {"rate_hz": RATE_HZ, "unit": "mV"}
    given = tonus.analyze(x[: 60 * RATE_HZ], cues=cues, **said)
    assert all(channel["calibration"]["accepted"] for channel in given.summary["channels"]), given.summary["channels"]
    times = alternate(
        asked.rounds,
        ("SciPy's chain, column by column of the array", lambda: each(x[:, n] for n in range(4))),
        ("the same, columns made contiguous first", lambda: each(np.ascontiguousarray(x[:, n]) for n in range(4))),
        ("the same, columns contiguous beforehand", lambda: each(columns)),
        ("tonus.analyze, a quiet cue", lambda: tonus.analyze(x, cues=cues, **said)),
        ("tonus.analyze, baseline given", lambda: tonus.analyze(x, baseline=(0.0, 8.0), **said)),
        ("tonus.analyze, calmest stretch searched", lambda: tonus.analyze(x, **said)),
        ("tonus.Pipeline, one block", lambda: tonus.Pipeline(RATE_HZ, 4, unit="mV", cues=cues).push(x)),
    )
    print(f"whole array, {asked.minutes} min x 4 channels x {RATE_HZ} Hz, float64")
    scipy = next(iter(times.values()))
    for name, seconds in times.items():
        print(f"  {name:<48} {seconds:7.3f} s {seconds * 1e9 / samples:7.2f} ns/sample   {scipy / seconds:5.2f} x")

    block, blocks = 16, 4000
    part = x[: block * blocks]
    for channels in (1, 4, 8):
        data = np.ascontiguousarray(np.tile(part, 2)[:, :channels])
        pieces = [data[n : n + block] for n in range(0, len(data), block)]
        singles = [np.ascontiguousarray(piece[:, 0]) for piece in pieces]

        def scipy_at_once(pieces=pieces, channels=channels) -> None:
            state = np.zeros((len(cascade), 2, channels))
            for piece in pieces:
                _, state = signal.sosfilt(cascade, piece, axis=0, zi=state)

        def scipy_one(singles=singles) -> None:
            state = np.zeros((len(cascade), 2))
            for piece in singles:
                _, state = signal.sosfilt(cascade, piece, zi=state)

        def ours(pieces=pieces, channels=channels) -> None:
            push = tonus.Pipeline(RATE_HZ, channels, unit="mV", cues=cues).push
            for piece in pieces:
                push(piece)

        times = alternate(asked.rounds, ("one", scipy_one), ("at once", scipy_at_once), ("tonus", ours))
        call = {name: seconds / blocks * 1e6 for name, seconds in times.items()}
        print(f"blocks of {block}, {channels} channel{'s' * (channels > 1)}: µs per block (ratio)")
        print(f"  tonus.Pipeline.push, everything                  {call['tonus']:8.3f}")
        print(f"  sosfilt with zi, cascade alone, a call per channel {channels * call['one']:6.2f}   {channels * call['one'] / call['tonus']:6.1f} x")
        print(f"  sosfilt with zi, cascade alone, all in one call    {call['at once']:6.2f}   {call['at once'] / call['tonus']:6.1f} x")


if __name__ == "__main__":
    main()
