#!/usr/bin/env python3
"""What one would run instead of tonus: SciPy's filters in process, and a whole script with polars.

usage: peers.py data DIR       makes DIR/1min_1ch.csv, 10min_4ch.csv, 1h_4ch.csv (a third of a GB): time_s and mV, 2 kHz
       peers.py kernels FILE   times SciPy's filters and spectra, prints them, and keeps them in FILE as JSON
       peers.py script CSV     reads, filters, takes envelope and RMS, finds activity, prints a summary: to be timed as a process

Work of the chain: 8 sections (offset, band-pass 20-450 Hz of order 4, notches at 50, 100 and 150 Hz), rectification and 6-Hz
envelope, moving RMS over 100 ms, Teager-Kaiser energy, two thresholds. No quality, no calibration, no cues, no reasons, no digest.
"""
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

RATE_HZ = 2000
BLOCKS = {1: 20_000, 16: 200_000, 256: 400_000}


def sections():
    """The cascade, and the envelope's low-pass."""
    from scipy import signal

    pole = 1 - 2 * np.pi * 0.5 / RATE_HZ
    offset = np.array([[1, -1, 0, 1, -pole, 0]])
    band = signal.butter(4, [20, 450], btype="band", fs=RATE_HZ, output="sos")
    notches = np.vstack([signal.tf2sos(*signal.iirnotch(hz, 30, RATE_HZ)) for hz in (50, 100, 150)])
    return np.vstack([offset, band, notches]), signal.butter(2, 6, fs=RATE_HZ, output="sos")


def synthetic(seconds, channels, rest_s=0):
    """Rest, then bursts every 6 s and later; mains and drift all the time; mV."""
    from scipy import signal

    n = seconds * RATE_HZ
    t = np.arange(n) / RATE_HZ
    random = np.random.default_rng(1)
    shape = signal.butter(2, [30, 250], btype="band", fs=RATE_HZ, output="sos")
    out = np.empty((n, channels))
    for channel in range(channels):
        period = 6.0 + 0.5 * channel
        phase = t % period / period
        level = np.where((t >= rest_s) & (phase > 0.3) & (phase < 0.65), np.sin(np.pi * np.clip((phase - 0.3) / 0.35, 0, 1)) ** 0.5, 0)
        out[:, channel] = (0.004 + 0.35 * level) * signal.sosfilt(shape, random.standard_normal(n))
        out[:, channel] += 0.05 * np.sin(2 * np.pi * 50 * t + channel) + 0.12 + 0.03 * np.sin(2 * np.pi * 0.2 * t)
    return out


def make_data(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, seconds, channels in (("1min_1ch", 60, 1), ("10min_4ch", 600, 4), ("1h_4ch", 3600, 4)):
        file = folder / f"{name}.csv"
        if file.exists():
            continue
        draft = file.with_suffix(".part")
        with draft.open("w") as out:
            out.write("time_s," + ",".join(f"ch{n + 1}_mv" for n in range(channels)) + "\n")
            row = ",".join(["%.4f"] + ["%.6f"] * channels)
            values = synthetic(seconds, channels)
            for start in range(0, len(values), 100_000):
                part = values[start : start + 100_000]
                np.savetxt(out, np.column_stack([(start + np.arange(len(part))) / RATE_HZ, part]), fmt=row)
        draft.rename(file)


def chain(x, cascade, envelope):
    """One channel, the whole array at once."""
    from scipy import signal

    y = signal.sosfilt(cascade, x)
    smooth = signal.sosfilt(envelope, np.abs(y))
    total = np.cumsum(np.concatenate([[0.0], y * y]))
    rms = np.sqrt(np.maximum(total[200:] - total[:-200], 0) / 200)
    said = np.where(smooth > 0.04, 1, np.where(smooth < 0.02, 0, -1))
    last = np.where(said >= 0, np.arange(len(said)), 0)
    np.maximum.accumulate(last, out=last)
    active = said[last]
    active[active < 0] = 0
    return rms, active, y[1:-1] ** 2 - y[:-2] * y[2:]


def time_kernels(file):
    from scipy import signal

    x = synthetic(600, 1)[:, 0]
    cascade, envelope = sections()
    found = {}

    def timed(name, work, samples, rounds):
        work()
        ns = []
        for _ in range(rounds):
            begun = time.perf_counter()
            work()
            ns.append((time.perf_counter() - begun) * 1e9 / samples)
        found[name] = {"min": min(ns), "median": statistics.median(ns)}
        print(f"{name:<52}{min(ns):>10.2f}{statistics.median(ns):>10.2f}", flush=True)

    timed("scipy/cascade", lambda: signal.sosfilt(cascade, x), len(x), 7)
    timed("scipy/chain", lambda: chain(x, cascade, envelope), len(x), 7)
    for block, samples in BLOCKS.items():

        def stream(block=block, samples=samples):
            zi = np.zeros((len(cascade), 2))
            for start in range(0, samples, block):
                _, zi = signal.sosfilt(cascade, x[start : start + block], zi=zi)

        timed(f"scipy/streamed/{block}", stream, samples, 5)
    for segment in (256, 512, 1024, 2048):

        def spectrum(segment=segment):
            hz, density = signal.welch(x, RATE_HZ, nperseg=segment)
            band = (hz >= 20) & (hz <= 450)
            hz, density = hz[band], density[band]
            total = np.cumsum(density)
            return np.interp(total[-1] / 2, total, hz), (hz * density).sum() / total[-1]

        timed(f"scipy/welch_mdf_mnf/{segment}", spectrum, len(x), 7)
    file.write_text(json.dumps(found))


def run_script(csv):
    import polars

    cascade, envelope = sections()
    table = polars.read_csv(csv)
    for name in table.columns[1:]:
        rms, active, _ = chain(table[name].to_numpy(), cascade, envelope)
        bursts = int((np.diff(active, prepend=0) == 1).sum())
        print(f"{name} {len(active)} samples, rms {rms.mean():.6f}, {bursts} bursts, active {active.mean():.4f}")


def main():
    works = {"data": make_data, "kernels": time_kernels, "script": run_script}
    if len(sys.argv) != 3 or sys.argv[1] not in works:
        sys.exit(__doc__)
    works[sys.argv[1]](Path(sys.argv[2]))


if __name__ == "__main__":
    main()
