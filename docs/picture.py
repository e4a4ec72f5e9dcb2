#!/usr/bin/env python3
"""Draws docs/session.png, the picture of the README, from what `tonus analyze` writes.

    cargo run --release -- analyze fixtures/sessions/contract-relax.csv --out out
    python3 docs/picture.py out docs/session.png        (needs matplotlib)
"""
import csv
import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

# Okabe and Ito's colours, with words beside them: nobody needs to tell the colours apart.
COLOURS = {"rest": "#009E73", "controlled": "#0072B2", "overactive": "#D55E00", "invalid": "#999999"}


def runs(values):
    start = 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[start]:
            yield start, i, values[start]
            start = i


def main():
    out, target = Path(sys.argv[1]), Path(sys.argv[2])
    rows = list(csv.DictReader(open(out / "states.csv", newline="")))
    calibration = json.loads((out / "summary.json").read_text())["channels"][0]["calibration"]
    t = [float(row["t_s"]) for row in rows]
    envelope = [float(row["envelope_uv"] or "nan") for row in rows]
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(11, 4.6), sharex=True, height_ratios=[5, 1], gridspec_kw={"hspace": 0.06}
    )
    for state, colour in COLOURS.items():
        values = [e if row["state"] == state else float("nan") for e, row in zip(envelope, rows)]
        top.plot(t, values, color=colour, lw=1.4)
    top.axhline(calibration["on_uv"], color="#444444", lw=0.8, ls=":")
    top.text(t[-1], calibration["on_uv"], " active", va="center", fontsize=8, color="#444444")
    if calibration["reference_uv"]:
        top.axhline(1.35 * calibration["reference_uv"], color="#444444", lw=0.8, ls="--")
        top.text(t[-1], 1.35 * calibration["reference_uv"], " work band", va="center", fontsize=8, color="#444444")
    finite = sorted(e for e in envelope if e == e)
    top.set(ylabel="envelope (µV)", ylim=(0, 1.22 * finite[int(0.999 * len(finite))]))
    for start, end, cue in runs([row["cue"] for row in rows]):
        top.axvspan(t[start], t[end - 1], color="#0072B2" if cue in ("work", "reference") else "white", alpha=0.07, lw=0)
        if end - start > 250:
            top.text((t[start] + t[end - 1]) / 2, top.get_ylim()[1], cue, ha="center", va="bottom", fontsize=8)
    for start, end, state in runs([row["state"] for row in rows]):
        bottom.axvspan(t[start], t[end - 1] + 0.01, color=COLOURS[state], lw=0)
        if state == "overactive" and end - start > 60:
            reason = next(row["reason"] for row in rows[start:end] if row["reason"])
            label = reason.split("+")[0].replace("_", " ")
            top.annotate(label, ((t[start] + t[end - 1]) / 2, max(envelope[start:end])), xytext=(14, 9),
                         textcoords="offset points", ha="center", fontsize=9, color=COLOURS["overactive"])
    bottom.set(yticks=[], xlabel="time (s)", xlim=(0, t[-1]))
    handles = [plt.Rectangle((0, 0), 1, 1, color=colour) for colour in COLOURS.values()]
    bottom.legend(handles, list(COLOURS), ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.55), frameon=False)
    for axis in (top, bottom):
        for side in ("top", "right"):
            axis.spines[side].set_visible(False)
    figure.savefig(target, dpi=110, bbox_inches="tight")


if __name__ == "__main__":
    main()
