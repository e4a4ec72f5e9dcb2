# %% [markdown]
# # A first look at a session
# Cells start with `# %%`: Jupyter (through jupytext), VS Code and Spyder open this file as a notebook. As a script it runs
# from top to bottom. The session is synthetic; nothing here is a diagnosis.

# %%
from pathlib import Path

import numpy as np

import tonus

SESSION = Path(__file__).resolve().parents[3] / "fixtures" / "sessions" / "contract-relax.csv"

# %% [markdown]
# ## A file
# The summary is what `tonus analyze --json` prints, as plain dicts.

# %%
analysis = tonus.analyze(SESSION)
print(analysis)
for channel in analysis.summary["channels"]:
    seconds, calibration = channel["seconds"], channel["calibration"]
    print(f"{channel['name']}: rest {calibration['baseline_uv']:.2f} µV, reference {calibration['reference_uv']:.1f} µV")
    print("   " + ", ".join(f"{state} {seconds[state]:.1f} s" for state in ("rest", "controlled", "overactive", "invalid")))

# %% [markdown]
# ## Its decisions
# A structured array: a hundred a second and channel. States, cues, reasons and quality are numbers with names.

# %%
states = analysis.states
overactive = states[states["state"] == tonus.State.OVERACTIVE]
print(len(states), "decisions,", len(overactive), "of them overactive, from", overactive["t_s"][0], "s on")
print("because of", {tonus.Reason(int(bits)) for bits in np.unique(overactive["reason"])})
for event in analysis.events[:3]:
    print(f"{event['kind']} from {event['start_s']:.2f} to {event['end_s']:.2f} s, peak {event['peak_uv']:.1f} µV")

# %% [markdown]
# ## A data frame, if pandas is there
# The columns and words are those of `states.csv`.

# %%
try:
    frame = analysis.to_pandas()
    print(frame.groupby(["cue", "state"], observed=True)["envelope_uv"].agg(["count", "median"]).round(2))
except ImportError as missing:
    print(missing)

# %% [markdown]
# ## An array
# Rate and unit must be said: nothing that would change a number is guessed.

# %%
emg = np.loadtxt(SESSION, delimiter=",", skiprows=1, usecols=1)
try:
    tonus.analyze(emg)
except tonus.ReadError as error:
    print("ReadError:", error)
said = {"rate_hz": 1000, "unit": "uV", "baseline": (1.0, 9.0)}
from_array = tonus.analyze(emg, name="an array", **said)
print(from_array)

# %% [markdown]
# ## The same live
# Blocks as they come, of any size: the decisions are the same, and the digest proves it.

# %%
calibration = tonus.calibrate(emg, **said)
print(calibration)
pipeline = tonus.Pipeline(1000, unit="uV", calibration=calibration)
for start in range(0, len(emg), 16):
    for decision in pipeline.push(emg[start : start + 16]):
        if decision["state"] == tonus.State.OVERACTIVE and decision["t_s"] < 60:
            pass  # here one would show or sound something
assert pipeline.digest == from_array.digest
print("live and offline:", pipeline.digest[:16], "=", from_array.digest[:16])
print("a decision is", round(pipeline.latency_ms["total"]), "ms late, transport not counted")
