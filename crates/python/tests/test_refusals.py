"""What is wrong is said with what would help; a bad signal is no error."""

from __future__ import annotations

import numpy as np
import pytest

import tonus

X = np.random.default_rng(3).standard_normal(5000)
SAID = {"rate_hz": 1000, "unit": "uV"}


@pytest.mark.parametrize(
    ("source", "said", "kind", "message"),
    [
        (X, {"unit": "uV"}, tonus.ReadError, "do not say their sampling rate; give rate_hz"),
        (X, {"rate_hz": 1000}, tonus.ReadError, "do not say their unit; give unit uV, mV, V, counts or au"),
        (X, {**SAID, "rate_hz": 5}, tonus.ReadError, "rate_hz"),
        (X, {**SAID, "rate_hz": 100}, tonus.ConfigError, "rate_hz of a raw channel is 100"),
        (X, {**SAID, "unit": "kV"}, tonus.ConfigError, "unit is 'kV'; expected uV, mV, V, counts or au"),
        (X, {**SAID, "uv_per_count": 2.0}, tonus.ReadError, "uv_per_count: signal 'ch1' is in uV, not in counts"),
        (X, {**SAID, "mains": 55}, tonus.ConfigError, "mains is '55'; expected auto, off, 50 or 60"),
        (X, {**SAID, "profile": "arm"}, tonus.ConfigError, "expected limb, pelvic or trunk"),
        (X, {**SAID, "kind": "rms"}, tonus.ConfigError, "expected raw or envelope"),
        (X, {**SAID, "cues": [(0, 2, "relax")]}, tonus.ConfigError, "expected quiet, reference, work, rest or free"),
        (X, {**SAID, "cues": [(0, 2, "work"), (1, 3, "rest")]}, tonus.ReadError, "cue 2 starts at 1 s and overlaps cue 1"),
        (X, {**SAID, "cues": [(2, 2, "work")]}, tonus.ReadError, "a cue ends after its start"),
        (X, {**SAID, "rate_hz": "fast"}, tonus.ConfigError, "rate_hz is 'fast'; give a number"),
        (X, {**SAID, "baseline": 5}, tonus.ConfigError, "baseline is 5; give \\(start_s, end_s\\)"),
        (X, {**SAID, "cues": [("work",)]}, tonus.ConfigError, "cue 1 is .*; give \\(start_s, end_s, cue\\)"),
        (X, {**SAID, "baseline": (3, 1)}, tonus.ConfigError, "baseline is 3 to 1 s; give a begin and a later end"),
        (X, {**SAID, "channels": ["a", "b"]}, tonus.ConfigError, "give a name per column"),
        (X, {**SAID, "program": "no-such-programme"}, tonus.ConfigError, "no-such-programme"),
        (X, {**SAID, "program": "first-steps"}, tonus.ConfigError, "is a plan"),
        (X, {**SAID, "norms": "everybody"}, tonus.ConfigError, "personal_baseline"),
        (X, {**SAID, "accessory": "ch2"}, tonus.ConfigError, "accessory names no channel that is analyzed; give one of ch1"),
        (X, {**SAID, "config": {"tone_dwel_s": 1.0}}, tonus.ConfigError, "tone_dwel_s.*tone_dwell_s"),
        (X, {**SAID, "config": {"grace_s": 100}}, tonus.ConfigError, "grace_s is 100; give a value from 0.1 to 60"),
        (X, {**SAID, "config": {"grace_s": float("nan")}}, tonus.ConfigError, "config: .*JSON"),
        (X, {**SAID, "config": "no-such-file.toml"}, tonus.ConfigError, "no-such-file.toml: No such file"),
        (X, {**SAID, "calibration": "no-such-file.json"}, tonus.ConfigError, "no-such-file.json: No such file"),
        (X, {**SAID, "calibration": {"kind": "raw"}}, tonus.ConfigError, "missing field"),
        (X.reshape(5, 10, 100), SAID, tonus.ConfigError, "has 3 dimensions; give \\(n,\\) or \\(n, channels\\)"),
        (X.reshape(5, 1000), SAID, tonus.ConfigError, "perhaps with .T"),
        (X.astype(complex), SAID, tonus.ConfigError, "give numbers"),
        (X > 0, SAID, tonus.ConfigError, "of type bool"),
        (["a", "b"], SAID, tonus.ConfigError, "give numbers"),
        (X[:0], SAID, tonus.ReadError, "no row that can be read"),
        (np.empty((0, 3)), SAID, tonus.ReadError, "no row that can be read"),
        (np.empty((0, 6))[:, ::2], SAID, tonus.ReadError, "no row that can be read"),
        (np.empty((100, 0)), SAID, tonus.ConfigError, "has shape"),
        (np.array([2**60, 1]), SAID, tonus.ConfigError, "beyond 2\\*\\*53"),
        ("no-such-file.csv", {}, tonus.ReadError, "no-such-file.csv: No such file"),
    ],
)
def test_what_is_wrong_is_named(source, said, kind, message):
    with pytest.raises(kind, match=message) as caught:
        tonus.analyze(source, **said)
    assert isinstance(caught.value, tonus.TonusError) and isinstance(caught.value, ValueError)
    assert "--" not in str(caught.value)


def test_a_file_says_what_it_lacks(tmp_path):
    file = tmp_path / "bare.csv"
    file.write_text("emg\n" + "\n".join(str(value) for value in range(2000)))
    with pytest.raises(tonus.ReadError, match="give rate_hz") as caught:
        tonus.analyze(file)
    assert caught.value.option == "rate_hz"
    file.write_text("time_s,emg_uv\n0.0,x\n")
    with pytest.raises(tonus.ReadError) as caught:
        tonus.analyze(file)
    assert caught.value.option is None or caught.value.option
    with pytest.raises(tonus.ConfigError, match="gaps are of an array"):
        tonus.analyze(file, gaps=[(1, 2)])


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(tonus.StorageError, match="file"):
        tonus.analyze(X, out=blocked / "out", **SAID)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "do not say their unit"),
        ({"unit": "uV", "channels": 0}, "channels is empty"),
        ({"unit": "uV", "channels": 257}, "257 channels do not fit; give 1 to 256"),
        ({"unit": "uV", "rate_hz": 1e6}, "rate_hz is 1000000"),
        ({"unit": "uV", "uv_per_count": 1.0}, "in uV, not in counts"),
        ({"uv_per_count": float("nan")}, "is no scale"),
        ({"unit": "uV", "channels": 2, "accessory": ["ch3"]}, "give one of ch1, ch2"),
        ({"unit": "uV", "channels": 2, "accessory": [1]}, "put the trained muscle first"),
    ],
)
def test_a_pipeline_says_what_does_not_fit(settings, message):
    with pytest.raises(tonus.ConfigError, match=message):
        tonus.Pipeline(**{"rate_hz": 1000, **settings})


def test_a_calibration_must_suit_the_pipeline(emg):
    calibration = tonus.calibrate(emg, rate_hz=1000, unit="uV")
    with pytest.raises(tonus.ConfigError, match="another sampling rate; calibrate again"):
        tonus.Pipeline(2000, 3, unit="uV", calibration=calibration)
    with pytest.raises(tonus.ConfigError, match="another high-pass"):
        tonus.Pipeline(1000, 3, unit="uV", profile="pelvic", calibration=calibration)
    with pytest.raises(tonus.ConfigError, match="of 3 channels; this pipeline has 1"):
        tonus.Pipeline(1000, ["arm"], unit="uV", calibration=calibration)
    with pytest.raises(tonus.ConfigError, match="calibrations are of ch1, ch2, ch3, channels are arm"):
        tonus.analyze(emg[:, 0], rate_hz=1000, unit="uV", channels=["arm"], calibration=calibration)
    with pytest.raises(tonus.ConfigError, match="baseline measures what the given calibration holds"):
        tonus.analyze(emg, rate_hz=1000, unit="uV", baseline=(1.0, 9.0), calibration=calibration)
    with pytest.raises(tonus.ConfigError, match="no channel whose rest was accepted"):
        tonus.calibrate(np.zeros(5000), rate_hz=1000, unit="uV").save("never-written.json")


@pytest.mark.parametrize("block", [np.zeros((4, 3)), np.zeros(4), np.zeros((1, 2, 2)), np.float64(1.0), "abc", None, [[1j, 2]]])
def test_a_block_of_another_shape_or_type_is_refused_and_nothing_is_taken(block):
    pipeline = tonus.Pipeline(1000, 2, unit="uV")
    with pytest.raises(tonus.ConfigError):
        pipeline.push(block)
    assert pipeline.index == 0
    for empty in (np.empty((0, 2)), np.empty((0, 4))[:, ::2], np.empty((0, 2), np.float32), np.empty((0, 2), np.int64)):
        assert len(pipeline.push(empty)) == 0
    pipeline.push([[1, 2], [3, 4]])
    pipeline.push(np.ma.masked_array([[1.0, 2.0]], mask=[[True, False]]))
    assert pipeline.index == 3


def test_a_bad_signal_is_data():
    for signal in (np.zeros(5000), np.full(5000, np.nan), np.full(5000, np.inf), np.full(5000, 1e300)):
        analysis = tonus.analyze(signal, **SAID)
        assert (analysis.states["state"] == tonus.State.INVALID).all()
        assert analysis.states["quality"].all() and not analysis.passed
    assert tonus.Quality.FLAT in tonus.Quality(int(tonus.analyze(np.zeros(5000), **SAID).states["quality"][-1]))


def test_a_journal_that_was_not_finalised_is_named(tmp_path):
    (tmp_path / "journal.tonus").write_bytes(b"")
    with pytest.raises(tonus.ReadError, match="recover it first: tonus recover"):
        tonus.analyze(tmp_path)


@pytest.mark.parametrize(
    "gaps", [[(-1, 5)], [(5, -1)], ["x"], [(5, 10**15)], [(5, 10**400)], 7, [(1, 2, 3)], [(float("inf"), 1)]]
)
def test_gaps_that_cannot_be_are_refused(gaps):
    with pytest.raises(tonus.TonusError):
        tonus.analyze(np.zeros(5000), rate_hz=1000, unit="uV", gaps=gaps)


@pytest.mark.parametrize("value", [10**400, -1, 0, float("nan"), "x", [1]])
def test_numbers_that_cannot_be_are_refused(value):
    for keyword in ("rate_hz", "uv_per_count"):
        said = {"rate_hz": 1000, "unit": None, "uv_per_count": 1.0, keyword: value}
        with pytest.raises(tonus.TonusError):
            tonus.analyze(np.zeros(5000), **said)


@pytest.mark.parametrize("frames", [-1, 10**15, 10**400, "x", 1.5, None])
def test_a_gap_of_a_pipeline_that_cannot_be_is_refused(frames):
    pipeline = tonus.Pipeline(rate_hz=1000, unit="uV")
    with pytest.raises(tonus.TonusError):
        pipeline.gap(frames)


def test_decode_repeats_nothing_of_a_file_that_is_no_profile(tmp_path):
    secret = tmp_path / "passwd"
    secret.write_text("hunter2:x\n")
    with pytest.raises(tonus.TonusError) as refused:
        tonus.decode(b"", secret)
    assert "hunter2" not in str(refused.value)
