"""Recordings that others made public, scored by the definition, and by the force or the cue beside them.

`recordings.csv` says where they are, what is in them and which bytes they must be. Nothing of them is in this repository.
"""
import csv
import hashlib
import tempfile
import urllib.request
from pathlib import Path

import numpy as np
from scipy import io

import definition as d
import peers
from sessions import read

LIST = Path(__file__).with_name("recordings.csv")
WINDOW_S = 3.0
# Force above a tenth of its largest is a contraction; below a fiftieth, and half a second away from one, is none.
FORCE = (0.02, 0.10)
AWAY_S = 0.5


def obtain(row, folder, fetch):
    """The bytes of a recording, checked; None if they are not there."""
    file = folder / f"{row['sha256'][:16]}{Path(row['url']).suffix}"
    if not file.exists():
        if not fetch:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(row["url"]) as answer:
            file.write_bytes(answer.read())
    if hashlib.sha256(file.read_bytes()).hexdigest() != row["sha256"]:
        raise SystemExit(f"{file} is not {row['url']} as listed; delete it and fetch it again")
    return file


def load(row, file):
    """Samples of the channel, and the force or label beside them if there is one."""
    kind, *names = row["layout"].split(":")
    column = int(row["channel"]) - 1
    if kind == "mat":
        content = io.loadmat(file, squeeze_me=True, struct_as_record=False, variable_names=[names[0]] + names[1:])
        table = content[names[0]]
        table = getattr(table, "matrix", table)
        beside = content[names[1]] if len(names) > 1 else None
        return np.asarray(table[:, column], float), None if beside is None else np.asarray(beside, float)
    rows = []
    width = int(names[0])
    for line in file.read_text(errors="replace").splitlines():
        try:
            values = [float(cell) for cell in line.replace(",", " ").split()]
        except ValueError:
            continue
        if len(values) == width:
            rows.append(values)
    table = np.array(rows)
    return table[:, column], table[:, int(names[1]) - 1] if len(names) > 1 else None


def truth(samples, fs, beside, row):
    """By definition: the window of rest, ticks that must be active, ticks that must be rest; and the same by what is beside."""
    level = peers.moving_rms(peers.band(samples, fs, float(row["low_hz"])), fs, 0.25)
    n = int(len(samples) / fs / d.TICK_S)
    at = np.minimum(((np.arange(n) + 1) * d.TICK_S * fs).astype(int), len(samples) - 1)
    level = level[at]
    width = int(WINDOW_S / d.TICK_S)
    means = np.convolve(np.log(level + 1e-12), np.ones(width) / width, "valid")
    start = 100 + int(np.argmin(means[100 : len(means) - 20]))
    ratio = level / np.median(level[start : start + width])
    window = (start * d.TICK_S, (start + width) * d.TICK_S)
    edges = np.arange(n) >= 100
    marks = [(ratio <= d.LARGEST_REST) & edges, (ratio >= d.SMALLEST_WORK) & edges]
    if beside is None:
        return window, marks, None
    if row["truth"] == "force":
        height = (beside - np.percentile(beside, 2)) / max(np.percentile(beside, 99.5) - np.percentile(beside, 2), 1e-12)
    else:
        height = (beside == float(row["truth"].split("=")[1])).astype(float)
        # A cue: what follows it within a second is the person's reaction.
        turned = np.convolve(np.abs(np.diff(height, prepend=height[0])), np.ones(int(fs)), "full")[: len(height)] > 0
        edges &= ~turned[at]
    height = height[at]
    busy = np.convolve(height > FORCE[0], np.ones(2 * int(AWAY_S / d.TICK_S) + 1), "same") > 0
    return window, marks, [~busy & edges, (height > FORCE[1]) & edges]


def per_tick(mask, count, fs):
    """A mask per sample as one per tick."""
    at = np.minimum(((np.arange(count) + 1) * d.TICK_S * fs).astype(int), len(mask) - 1)
    return mask[at]


def table(program, folder, fetch):
    """Scores every recording that is there: rows of the table, and the short one."""
    lines = [
        "| recording | muscle | definition, window given | default | " + " | ".join(peers.PEERS) + " | force or cue, window given | default |",
        "|---|---|--:|--:|" + "--:|" * len(peers.PEERS) + "--:|--:|",
    ]
    columns, told, absent = {}, {"none": 0, "files": 0}, []
    with LIST.open(newline="") as rows:
        for row in csv.DictReader(rows):
            file = obtain(row, folder, fetch)
            if file is None:
                absent.append(row["name"])
                continue
            samples, beside = load(row, file)
            fs = float(row["rate_hz"])
            window, marks, beside = truth(samples, fs, beside, row)
            rest = slice(int(window[0] * fs), int(window[1] * fs))
            answers = [answer(program, samples, fs, row["unit"], *given) for given in (("--baseline", f"{window[0]:.2f}:{window[1]:.2f}"), ())]
            cells = {}
            for key, one in zip(("given", "default"), answers):
                active, decided = one
                n = min(len(active), len(marks[0]))
                cells[key] = d.balanced(marks[0][:n], marks[1][:n], active[:n])
                if beside is not None:
                    cells["beside " + key] = d.balanced(beside[0][:n], beside[1][:n], active[:n])
            told["files"] += 1
            told["none"] += not answers[0][1]
            for name, peer in peers.PEERS.items():
                active = per_tick(peer(samples, fs, rest), len(marks[0]), fs)
                cells[name] = d.balanced(*marks, active)
            for key, value in cells.items():
                columns.setdefault(key, []).append(value)
            order = ["given", "default", *peers.PEERS, "beside given", "beside default"]
            lines.append(f"| {row['name']} | {row['muscle']} | " + " | ".join(form(cells.get(key)) for key in order) + " |")
    order = ["given", "default", *peers.PEERS, "beside given", "beside default"]
    means = [form(np.nanmean(columns[key])) if key in columns else "" for key in order]
    lines.append(f"| **mean of {told['files']}** | | " + " | ".join(f"**{mean}**" for mean in means) + " |")
    lines += ["", f"Without any decision, window given: {told['none']} of {told['files']}." + (f" Not there: {', '.join(absent)}." if absent else "")]
    short = [
        f"| {told['files']} channels of public recordings, balanced accuracy | tonus | " + " | ".join(peers.PEERS) + " |",
        "|---|" + "---|" * (1 + len(peers.PEERS)),
        "| by the definition, rest window given | **" + means[0] + "** | " + " | ".join(means[2 : 2 + len(peers.PEERS)]) + " |",
    ]
    return lines, short


def form(value):
    return "" if value is None else f"{value:.3f}".replace("0.", ".", 1)


def answer(program, samples, fs, unit, *options):
    """Whether the program calls each tick active, and whether it decided anything."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        np.savetxt(folder / "in.csv", samples, fmt="%.6g", header="emg", comments="")
        found = read(program, folder / "in.csv", folder, ("--rate", f"{fs:g}", "--unit", unit, *options))
    if found is None:
        return np.zeros(int(len(samples) / fs / d.TICK_S), bool), False
    return found.active, bool((found.state != d.INVALID).any())
