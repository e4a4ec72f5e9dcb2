"""Sessions whose true state is known, and what the program said about them."""
import csv
import json
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import definition as d
from muscle import Muscle, shaped

FLOOR_UV = 2.0
STEP_UV = 0.05


@dataclass
class Session:
    """Samples in µV, and what was asked for when."""

    samples: np.ndarray
    fs: float
    cues: list = field(default_factory=list)
    level: np.ndarray | None = None
    missing: np.ndarray | None = None
    header: str = "time_s,emg_uv"
    digits: str = "%.3f"


@dataclass
class Answer:
    """What the program said, per tick of one channel."""

    t: np.ndarray
    state: np.ndarray
    tense: np.ndarray
    quality: list
    reason: list
    summary: dict
    messages: str

    @property
    def active(self):
        return (self.state == d.CONTROLLED) | (self.state == d.OVERACTIVE)

    def between(self, start, end):
        return (self.t > start) & (self.t <= end)

    def share(self, mask, start=0.0, end=1e9):
        where = self.between(start, end)
        return float(np.mean(mask[where])) if where.any() else float("nan")

    def has(self, word):
        return np.array([word in one for one in self.quality])


def analyze(program, session, *options, channel=0):
    """Runs the program on a session. None where it refused, which the caller has to count."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        t = np.arange(len(session.samples)) / session.fs
        table = np.column_stack([t, session.samples])
        if session.missing is not None:
            table = table[~session.missing]
        with (folder / "in.csv").open("w") as out:
            out.write(session.header + "\n")
            np.savetxt(out, table, fmt=["%.6f"] + [session.digits] * (table.shape[1] - 1), delimiter=",")
        if session.cues:
            rows = "".join(f"{a:.3f},{b:.3f},{cue}\n" for a, b, cue in session.cues)
            (folder / "cues.csv").write_text("start_s,end_s,cue\n" + rows)
            options = ("--cues", folder / "cues.csv", *options)
        return read(program, folder / "in.csv", folder, options, channel)


def read(program, file, folder, options, channel=0):
    """Runs the program on a file."""
    command = [program, "analyze", file, "--out", folder / "out", "--quiet", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode:
        return None
    summary = json.loads((folder / "out" / "summary.json").read_text())
    name = summary["channels"][channel]["name"]
    with (folder / "out" / "states.csv").open(newline="") as rows:
        rows = [row for row in csv.DictReader(rows) if row["channel"] == name]
    return Answer(
        np.array([float(row["t_s"]) for row in rows]),
        np.array([d.CODE[row["state"]] for row in rows]),
        np.array([row["tense"] == "1" for row in rows]),
        [row["quality"] for row in rows],
        [row["reason"] for row in rows],
        summary,
        done.stderr,
    )


def ramp(level, fs, at, to, seconds):
    """From `at` seconds on the level goes to `to` within so many seconds, and stays."""
    first, last = int(at * fs), int((at + seconds) * fs)
    begin = level[first - 1]
    level[first:last] = begin + (to - begin) * np.linspace(0, 1, max(last - first, 0))
    level[last:] = to


def fade(level, fs, at, to, tau):
    """From `at` seconds on the level decays to `to`."""
    first = int(at * fs)
    t = np.arange(len(level) - first) / fs
    level[first:] = to + (level[first - 1] - to) * np.exp(-t / tau)


def trained(rng, fs, contraction=4.0, quiet_s=20.0, hold_s=5.0, work_s=5.0, rest_s=10.0, tones=None):
    """Level and cues of a session: quiet, three reference holds, ten trials (four normal, two each with tone at rest, a slow
    release, an overshoot). No plateau lies between 1.25 and 1.8, where the definition itself is a matter of chance."""
    kinds = rng.permutation(["normal"] * 4 + ["tone"] * 2 + ["slow"] * 2 + ["over"] * 2) if tones is None else tones
    end = quiet_s + 3 * (hold_s + rest_s / 2) + len(kinds) * (work_s + rest_s)
    level, cues = np.ones(int(round(end * fs))), [(0.0, quiet_s, "quiet")]
    at = quiet_s
    for kind in ["hold"] * 3 + list(kinds):
        length, pause = (hold_s, rest_s / 2) if kind == "hold" else (work_s, rest_s)
        height = contraction * (rng.uniform(0.95, 1.05) if kind == "hold" else rng.uniform(0.9, 1.1))
        cues += [(at, at + length, "reference" if kind == "hold" else "work"), (at + length, at + length + pause, "rest")]
        begin = at + rng.uniform(0.2, 0.45)
        ramp(level, fs, begin, height, rng.uniform(0.08, 0.35))
        if kind == "over":
            begin += rng.uniform(0.8, 1.4)
            ramp(level, fs, begin, height * rng.uniform(1.7, 2.0), 0.15)
            ramp(level, fs, begin + rng.uniform(1.4, 1.9), height, 0.15)
        off = at + length + rng.uniform(0.15, 0.4)
        if kind == "slow":
            ramp(level, fs, off, max(2.0, height * rng.uniform(0.45, 0.7)), 0.2)
            off += rng.uniform(3.2, 5.0)
        fade(level, fs, off, 1.0, rng.uniform(0.05, 0.12))
        if kind == "tone":
            begin = at + length + rng.uniform(2.5, 3.5)
            ramp(level, fs, begin, rng.uniform(2.0, 3.2), 0.15)
            ramp(level, fs, begin + rng.uniform(2.5, 4.0), 1.0, 0.15)
        at += length + pause
    return level, cues


def carried(rng, level, fs, carrier="gauss", **shape):
    """A signal of the wanted level. `units` fire on a floor of noise, everything else is noise whose size is changed."""
    if carrier == "units":
        return shaped(rng, len(level), fs, **shape) + Muscle(rng).signal(rng, np.maximum(level**2 - 1, 0), fs)
    if carrier == "instrument":
        # The floor is white noise of the amplifier, the muscle has its own spectrum.
        return shaped(rng, len(level), fs, law="white") + np.sqrt(np.maximum(level**2 - 1, 0)) * shaped(rng, len(level), fs)
    return level * shaped(rng, len(level), fs, **shape)


def recorded(samples, floor_uv=FLOOR_UV, step_uv=STEP_UV, offset_uv=40.0):
    """In µV, on an electrode offset, in steps of a converter."""
    return np.round((floor_uv * samples + offset_uv) / step_uv) * step_uv


def asked(cues, n):
    """The cue of every tick; `free` where none is."""
    out = np.full(n, "free", object)
    for start, end, cue in cues:
        out[int(round(start / d.TICK_S)) : int(round(end / d.TICK_S))] = cue
    return out


def scores(answer, session, from_s):
    """Truth and answer per tick from a time on, cut to the same length."""
    ratio = d.ticks(session.level, session.fs)
    n = min(len(ratio), len(answer.state))
    cue = asked(session.cues, n)
    holds = [ratio[int((a + 1) / d.TICK_S) : int((b - 1) / d.TICK_S)] for a, b, cue_ in session.cues if cue_ == "reference"]
    truth = d.states(ratio[:n], cue, np.median(np.concatenate(holds)) if holds else None)
    first = int(from_s / d.TICK_S)
    return truth[first:n], answer.state[first:n]


def alarms_a_minute(truth, found):
    """Overactivity that is called where no true one is within 0.3 s, per minute of true rest."""
    true = np.convolve(truth == d.OVERACTIVE, np.ones(61), "same") > 0
    false = sum(not true[a:b].any() for a, b in d.runs(found == d.OVERACTIVE))
    return false / max(np.sum(truth == d.REST) * d.TICK_S / 60, 1e-9)
