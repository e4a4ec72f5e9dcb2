"""What comes out, in which form."""

from __future__ import annotations

import builtins
import csv
import json
import pickle
import threading
import time

import numpy as np
import pytest

import tonus
from tonus import _tonus


def test_states_are_the_table_that_the_command_writes(tmp_path, session):
    pandas = pytest.importorskip("pandas")
    analysis = tonus.analyze(session, out=tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"states.csv", "events.csv", "summary.json", "report.html"}
    assert json.loads((tmp_path / "summary.json").read_text()) == analysis.summary
    with open(tmp_path / "states.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    frame = analysis.to_pandas()
    assert list(frame.columns) == list(rows[0])
    assert len(frame) == len(rows) == len(analysis.states) == 9000
    for column in ("channel", "state", "reason", "quality", "cue"):
        assert frame[column].astype(str).tolist() == [row[column] for row in rows], column
    assert isinstance(frame["state"].dtype, pandas.CategoricalDtype)
    np.testing.assert_allclose(frame["t_s"], [float(row["t_s"]) for row in rows], rtol=0, atol=1e-9)
    written = np.array([float(row["envelope_uv"] or "nan") for row in rows])
    tense = {"": None, "0": False, "1": True}
    assert [None if one is pandas.NA else bool(one) for one in frame["tense"]] == [tense[row["tense"]] for row in rows]
    np.testing.assert_allclose(frame["envelope_uv"], written, rtol=1e-3, atol=1e-3)


def test_channels_of_several_rates_are_analyzed_each_at_its_own(tmp_path):
    random = np.random.default_rng(5)
    fast, slow = 5 * random.standard_normal(20_000), 5 * random.standard_normal(5000)
    lines = ["X[s],EMG 1 (uV),X[s],EMG 2 (uV)"]
    for n, value in enumerate(fast):
        lines.append(f"{n / 2000:.4f},{value:.4f}," + (f"{n / 500:.3f},{slow[n]:.4f}" if n < len(slow) else ","))
    file = tmp_path / "two.csv"
    file.write_text("\n".join(lines) + "\n")
    analysis = tonus.analyze(file, out=tmp_path / "out")
    assert [channel["rate_hz"] for channel in analysis.summary["input"]["channels"]] == [2000, 500]
    with open(tmp_path / "out" / "states.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    states = analysis.states
    assert len(rows) == len(states) == 2000 and len(tonus.calibrate(file).channels) == 2
    assert [analysis.channels[n] for n in states["channel"]] == [row["channel"] for row in rows]
    # One ends before the other: the decisions of each are its own.
    file.write_text("\n".join(lines[:16_001]) + "\n")
    shorter = tonus.analyze(file)
    for n, name in enumerate(shorter.channels):
        own = shorter.channel(name)
        assert (own["channel"] == n).all() and len(own) == np.count_nonzero(shorter.states["channel"] == n) > 700
    np.testing.assert_allclose(states["t_s"], [float(row["t_s"]) for row in rows], rtol=0, atol=1e-9)


def test_summary_events_and_channels(session):
    pytest.importorskip("pandas")
    analysis = tonus.analyze(session)
    channel = analysis.summary["channels"][0]
    assert channel["calibration"]["accepted"] and analysis.channels == ["emg_uv"]
    states = analysis.states
    for state in tonus.State:
        seconds = np.count_nonzero(states["state"] == state) / 100
        assert seconds == pytest.approx(channel["seconds"][state.name.lower()])
    assert {event["kind"] for event in analysis.events} <= {"contraction", "overactivity"}
    assert len(analysis.to_pandas("events")) == len(analysis.events) > 0
    assert analysis.to_pandas("channels").loc[0, "seconds.rest"] == channel["seconds"]["rest"]
    assert np.shares_memory(analysis.channel("emg_uv"), states) and len(analysis.channel(0)) == len(states)
    with pytest.raises(tonus.ConfigError, match="give one of emg_uv"):
        analysis.channel("left")
    assert "emg_uv" in repr(analysis) and analysis.digest[:12] in repr(analysis)


def test_channels_come_apart(emg):
    analysis = tonus.analyze(emg, rate_hz=1000, unit="uV", channels=["left", "right", "back"])
    assert analysis.channels == ["left", "right", "back"]
    for n, name in enumerate(analysis.channels):
        part = analysis.channel(name)
        assert (part["channel"] == n).all() and len(part) == 3000
        assert (np.diff(part["t_s"]) > 0).all()


def test_words_and_numbers_are_those_of_the_library():
    assert [(flag.name.lower(), flag.value) for flag in tonus.Reason] == _tonus.REASONS
    assert [(flag.name.lower(), flag.value) for flag in tonus.Quality] == _tonus.QUALITY
    assert tonus.DECISION.itemsize == 32
    assert tonus.DECISION.names[:8] == (
        "t_s", "channel", "state", "reason", "envelope_uv", "activation", "quality", "cue",
    )


def test_without_states_there_is_the_summary(emg):
    analysis = tonus.analyze(emg, rate_hz=1000, unit="uV", states=False)
    assert len(analysis.states) == 0 and analysis.digest == tonus.analyze(emg, rate_hz=1000, unit="uV").digest


def test_results_survive_pickle_and_json(emg):
    said = {"rate_hz": 1000, "unit": "uV", "baseline": (1.0, 9.0), "reference": (13.0, 17.0)}
    analysis = tonus.analyze(emg, **said)
    copy = pickle.loads(pickle.dumps(analysis))
    assert copy.summary == analysis.summary and copy.states.tobytes() == analysis.states.tobytes()
    calibration = tonus.calibrate(emg, **said)
    assert pickle.loads(pickle.dumps(calibration)) == calibration
    through = tonus.Calibration.from_dict(json.loads(json.dumps(calibration.to_dict())))
    assert through == calibration
    with pytest.raises(tonus.ConfigError, match="neither what to_dict\\(\\) made"):
        tonus.Calibration.from_dict({"channels": [{"name": "x"}]})
    pipeline = tonus.Pipeline(1000, 3, unit="uV", calibration=through)
    pipeline.push(emg)
    assert pipeline.digest == analysis.digest


def test_a_calibration_says_what_it_measured(emg):
    said = {"rate_hz": 1000, "unit": "uV", "channels": ["left", "right", "back"]}
    calibration = tonus.calibrate(emg, baseline=(1.0, 9.0), **said)
    assert len(calibration) == 3 and calibration["left"] == calibration[0] and calibration[-1]["name"] == "back"
    assert calibration["left"]["baseline_uv"] == pytest.approx(2.0, rel=0.2)
    assert "left: rest" in repr(calibration)
    with pytest.raises(KeyError):
        calibration["other"]
    with pytest.raises(IndexError):
        calibration[3]
    refused = tonus.calibrate(emg, baseline=(1.0, 1.5), **said)
    assert not refused.accepted and refused[0]["reasons"] == ["too_short"]
    assert "refused (too_short)" in repr(refused)


def test_decisions_of_a_push_stay_as_they_are(emg):
    pipeline = tonus.Pipeline(1000, 3, unit="uV", cues=[(0.0, 8.0, "quiet")])
    kept, copies = [], []
    for n in range(0, len(emg), 16):
        decisions = pipeline.push(emg[n : n + 16])
        kept.append(decisions)
        copies.append(decisions.copy())
    assert sum(map(len, kept)) == 9000
    for name in tonus.DECISION.names:
        assert all(one[name].tobytes() == other[name].tobytes() for one, other in zip(kept, copies)), name
    kept[5]["state"] = 3
    assert (kept[6]["t_s"] == copies[6]["t_s"]).all()
    assert set(pipeline.latency_ms) == {"filter", "window", "tick", "total"}
    assert pipeline.channels == ["ch1", "ch2", "ch3"] and pipeline.rate_hz == 1000.0


def test_pandas_is_only_needed_for_frames(monkeypatch, emg):
    analysis = tonus.analyze(emg, rate_hz=1000, unit="uV")
    original = builtins.__import__

    def without(name, *rest, **more):
        if name.split(".")[0] == "pandas":
            raise ImportError(name)
        return original(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="pip install pandas"):
        analysis.to_pandas()


def test_other_threads_run_meanwhile():
    """A thread that only counts gets on while an array is analyzed and while a large block is pushed."""
    emg = np.random.default_rng(1).standard_normal((1_200_000, 4))
    pipeline = tonus.Pipeline(2000, 4, unit="mV")
    for work in (lambda: tonus.analyze(emg, rate_hz=2000, unit="mV", baseline=(0.0, 5.0)), lambda: pipeline.push(emg)):
        stop, counts = threading.Event(), [0]

        def count():
            while not stop.is_set():
                counts[0] += 1
                time.sleep(0.001)

        thread = threading.Thread(target=count)
        thread.start()
        time.sleep(0.05)
        before = counts[0]
        work()
        during = counts[0] - before
        stop.set()
        thread.join()
        assert during >= 5, during
