#!/usr/bin/env python3
"""EDF+ and BDF+ files of tonus in pyEDFlib, edfio and MNE, and theirs in tonus.

    pip install -r tests/edf_peers.txt
    python3 tests/edf_peers.py target/release/tonus

Every sample must be within one step of the format, every annotation equal (onset within 1e-6 s). `.ci/run edf` runs it.
"""

import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import edfio
import mne
import numpy as np
import pyedflib

warnings.filterwarnings("ignore")
mne.set_log_level("ERROR")
TONUS = sys.argv[1]
RATES = [1000, 1925.93, 2148.1481, 512.5, 250, 1259.259, 4000]
CUES = ["quiet", "work", "rest", "reference"]


def tonus(*args):
    done = subprocess.run([TONUS, *map(str, args)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"tonus {' '.join(map(str, args))}: {done.stderr}")
    return done.stdout


def table(rng, path, rate, channels):
    """A table with gaps, cues and missing values; what it holds, and the annotations that it must become."""
    total = int(rate * rng.uniform(2.5, 7)) + 77
    values = rng.normal(0, rng.uniform(2, 500), (total, channels)) + rng.uniform(-3000, 3000, channels)
    values = np.round(values, 3)
    present = np.ones(total, bool)
    # Not at the beginning: the rate is measured there where no line says it.
    for _ in range(rng.integers(0, 4)):
        start = int(rng.integers(total // 3, total - 200))
        present[start : start + int(rng.integers(2, 150))] = False
    cue = np.full(total, "free", dtype=object)
    edges = np.sort(rng.choice(np.arange(1, total - 1), 6, replace=False))
    for n, (a, b) in enumerate(zip(edges[:-1], edges[1:])):
        cue[a:b] = [*CUES, "free"][n % 5]
    missing = np.zeros((total, channels), bool)
    at = int(rng.integers(10, total // 4))
    missing[at : at + 5, 0] = True
    with open(path, "w") as out:
        out.write(f"# Sample Rate = {rate} Hz\n")
        names = [f"site {n}_uv" for n in range(channels)]
        out.write(",".join(["time_s", *names, "cue"]) + "\n")
        for n in np.flatnonzero(present):
            cells = ["" if missing[n, c] else repr(float(values[n, c])) for c in range(channels)]
            out.write(f"{n / rate:.9f},{','.join(cells)},{cue[n]}\n")
    marks = []
    # A cue in a gap is first seen behind it.
    heard = cue.copy()
    for n in range(1, total):
        if not present[n]:
            heard[n] = heard[n - 1]
    runs = lambda keys: np.flatnonzero(np.r_[True, keys[1:] != keys[:-1], True])
    ends = runs(heard)
    marks += [(a, b, heard[a]) for a, b in zip(ends[:-1], ends[1:]) if heard[a] != "free"]
    ends = runs(present)
    marks += [(a, b, "gap") for a, b in zip(ends[:-1], ends[1:]) if not present[a]]
    lost = missing[:, 0] & present
    ends = runs(lost)
    marks += [(a, b, "missing EMG site 0") for a, b in zip(ends[:-1], ends[1:]) if lost[a]]
    marks = [(a / rate, (b - a) / rate, text) for a, b, text in marks]
    valid = present[:, None] & ~missing
    return values, valid, marks, total / rate


def same_marks(who, found, wanted, end):
    """Whether annotations are the same; the end of the recording is one where the last record is filled up."""
    found = sorted((round(on, 6), round(max(length, 0), 6), text) for on, length, text in found)
    padding = [mark for mark in found if mark[2] == "Recording ends"]
    assert all(abs(mark[0] - end) < 2e-6 for mark in padding), (who, padding, end)
    found = [mark for mark in found if mark[2] != "Recording ends"]
    wanted = sorted(wanted)
    assert len(found) == len(wanted), (who, found, wanted)
    for a in wanted:
        near = [b for b in found if b[2] == a[2] and abs(a[0] - b[0]) < 2e-6 and abs(a[1] - b[1]) < 2e-6]
        assert len(near) == 1, (who, a, found)


def same_values(who, found, wanted, valid, step):
    assert len(found) >= len(wanted), (who, len(found), len(wanted))
    apart = np.abs(found[: len(wanted)] - wanted)[valid]
    assert apart.max() <= step * 1.0001, (who, apart.max(), step)
    return apart.max() / step


def peers(path, values, valid, marks, end, is_bdf, rate):
    """Reads a file of tonus with each peer; the largest deviation in steps."""
    worst = 0
    with pyedflib.EdfReader(str(path)) as file:
        steps = []
        assert file.getPatientName() in ("", "X") and file.getPatientCode() in ("", "X")
        for n in range(values.shape[1]):
            head = file.getSignalHeader(n)
            assert head["dimension"] == "uV" and head["label"] == f"EMG site {n}", head
            assert abs(head["sample_frequency"] / rate - 1) < 1e-6, head
            steps.append((head["physical_max"] - head["physical_min"]) / (head["digital_max"] - head["digital_min"]))
            worst = max(worst, same_values("pyEDFlib", file.readSignal(n), values[:, n], valid[:, n], steps[n]))
        on, length, text = file.readAnnotations()
        same_marks("pyEDFlib", zip(on, length.astype(float), text), marks, end)
    file = edfio.read_bdf(path) if is_bdf else edfio.read_edf(path)
    for n, signal in enumerate(file.signals):
        assert abs(signal.sampling_frequency / rate - 1) < 1e-6
        worst = max(worst, same_values("edfio", signal.data, values[:, n], valid[:, n], steps[n]))
    same_marks("edfio", [(a.onset, a.duration or 0, a.text) for a in file.annotations], marks, end)
    raw = (mne.io.read_raw_bdf if is_bdf else mne.io.read_raw_edf)(path, preload=True)
    for n, signal in enumerate(raw.get_data() * 1e6):
        worst = max(worst, same_values("MNE", signal, values[:, n], valid[:, n], steps[n]))
    found = zip(raw.annotations.onset, raw.annotations.duration, raw.annotations.description)
    same_marks("MNE", found, marks, end)
    return worst


def ours_in_theirs(rng, folder):
    files = worst = 0
    for rate in RATES:
        for channels in (1, 3, 8):
            source = folder / "in.csv"
            values, valid, marks, end = table(rng, source, rate, channels)
            for kind in ("edf", "bdf"):
                out = folder / f"out.{kind}"
                tonus("convert", source, out, "--force", "--quiet")
                worst = max(worst, peers(out, values, valid, marks, end, kind == "bdf", rate))
                files += 1
    print(f"{files} files of tonus: pyEDFlib, edfio and MNE agree, at most {worst:.3f} of a step apart")


def read_back(path, folder, names, values, step, cues, rate):
    """A file of a peer through `tonus convert` as a table."""
    out = folder / "back.csv"
    tonus("convert", path, out, "--force", "--quiet")
    lines = [line for line in out.read_text().splitlines() if not line.startswith("#")]
    head = lines[0].split(",")
    assert head[1 : 1 + len(names)] == [f"{name}_uv" for name in names], head
    rows = [line.split(",") for line in lines[1:]]
    found = np.array([[float(cell) for cell in row[1 : 1 + len(names)]] for row in rows])
    assert found.shape[0] == values.shape[0], (found.shape, values.shape)
    assert np.abs(found - values).max() <= step, np.abs(found - values).max() / step
    heard = [row[-1] for row in rows]
    wanted = ["free"] * len(rows)
    for on, length, text in cues:
        a, b = int(on * rate + 0.5), int((on + length) * rate + 0.5)
        wanted[a:b] = [text] * (min(b, len(rows)) - a)
    apart = [(n, a, b) for n, (a, b) in enumerate(zip(heard, wanted)) if a != b]
    assert not apart, (path.name, len(apart), apart[:3])


def theirs_in_ours(rng, folder):
    files = 0
    for is_bdf in (False, True):
        for rate, channels in ((1000, 1), (250, 4), (2000, 8)):
            seconds = 9
            values = rng.normal(0, 80, (rate * seconds, channels))
            cues = [(0.5, 1.5, "quiet"), (2.25, 2.0, "work"), (4.25, 1.0, "rest"), (8.004, 0.5, "reference")]
            names = [f"EMG {n}" for n in range(channels)]
            bits = 24 if is_bdf else 16
            step = 2000 / (2**bits - 1) * 1.0001
            path = folder / ("lib.bdf" if is_bdf else "lib.edf")
            kind = pyedflib.FILETYPE_BDFPLUS if is_bdf else pyedflib.FILETYPE_EDFPLUS
            with pyedflib.EdfWriter(str(path), channels, file_type=kind) as file:
                file.setPatientName("Haagse Harry")
                low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
                file.setSignalHeaders(
                    [
                        dict(label=name, dimension="uV", sample_frequency=rate, physical_min=-1000.0,
                             physical_max=1000.0, digital_min=low, digital_max=high, transducer="", prefilter="")
                        for name in names
                    ]
                )
                file.writeSamples([np.ascontiguousarray(values[:, n]) for n in range(channels)])
                for on, length, text in cues:
                    file.writeAnnotation(on, length, text)
                file.writeAnnotation(3.0, -1, "Haagse Harry coughs")
            read_back(path, folder, names, values, step, cues, rate)
            make = edfio.Bdf if is_bdf else edfio.Edf
            signal = edfio.BdfSignal if is_bdf else edfio.EdfSignal
            path = folder / ("io.bdf" if is_bdf else "io.edf")
            make(
                [signal(values[:, n], rate, label=name, physical_dimension="uV", physical_range=(-1000, 1000))
                 for n, name in enumerate(names)],
                annotations=[edfio.EdfAnnotation(on, length, text) for on, length, text in cues],
            ).write(path)
            read_back(path, folder, names, values, step, cues, rate)
            files += 2
    print(f"{files} files of pyEDFlib and edfio: tonus reads every sample within a step and every cue")


def main():
    rng = np.random.default_rng(20261124)
    with tempfile.TemporaryDirectory() as name:
        ours_in_theirs(rng, Path(name))
        theirs_in_ours(rng, Path(name))


main()
