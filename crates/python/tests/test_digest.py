"""The same samples give the same bits: from a file, from an array, and in blocks of any size."""

from __future__ import annotations

import json
import os
import subprocess

import numpy as np
import pytest

import tonus

BLOCKS = (1, 7, 16, 4096)


def streamed(pipeline: tonus.Pipeline, samples: np.ndarray, block: int) -> np.ndarray:
    return np.concatenate([pipeline.push(samples[n : n + block]) for n in range(0, len(samples), block)])


def equal(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays of decisions agree to the bit, NaN included."""
    return one.shape == other.shape and all(one[name].tobytes() == other[name].tobytes() for name in one.dtype.names)


def test_path_array_and_stream_have_one_digest(session, samples):
    values, cues = samples
    file = tonus.analyze(session)
    array = tonus.analyze(values, rate_hz=1000, unit="uV", cues=cues)
    assert array.digest == file.digest
    assert equal(array.states, file.states)
    for block in BLOCKS:
        pipeline = tonus.Pipeline(1000, unit="uV", cues=cues)
        assert equal(streamed(pipeline, values, block), file.states)
        assert pipeline.digest == file.digest


def test_the_command_gives_this_digest_too(session):
    command = os.environ.get("TONUS")
    if not command:
        pytest.skip("TONUS names no command to compare with")
    printed = subprocess.run([command, "analyze", "--json", session], check=True, capture_output=True, text=True).stdout
    expected = json.loads(printed)
    analysis = tonus.analyze(session)
    assert analysis.digest == expected["digest"]
    expected["input"]["file"] = analysis.summary["input"]["file"]
    assert analysis.summary == expected


def test_the_command_calls_what_it_recorded_live_alike(tmp_path):
    command = os.environ.get("TONUS")
    if not command:
        pytest.skip("TONUS names no command to record with")
    link = tmp_path / "sensor"
    scenario = ["--device", "tonus-cobs", "--scenario", "contract-relax", "--speed", "1"]
    sensor = subprocess.Popen([command, "simulate", "--link", link, *scenario], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if link.exists():
                break
            __import__("time").sleep(0.05)
        out = tmp_path / "session"
        recorded = subprocess.run(
            [command, "record", "--port", link, "--device", "tonus-cobs", "--out", out, "--duration", "4"],
            check=True, capture_output=True, text=True,
        )
    finally:
        sensor.terminate()
        sensor.wait()
    end = json.loads(recorded.stdout.strip().splitlines()[-1])
    assert tonus.analyze(out).digest == end["digest"]


@pytest.mark.parametrize("said", [{}, {"baseline": (1.0, 9.0)}, {"baseline": (1.0, 9.0), "reference": (13.0, 17.0)}])
def test_a_pipeline_with_a_calibration_decides_as_the_analysis_did(emg, said):
    analysis = tonus.analyze(emg, rate_hz=1000, unit="uV", **said)
    calibration = tonus.calibrate(emg, rate_hz=1000, unit="uV", **said)
    assert calibration.accepted
    for block in BLOCKS:
        pipeline = tonus.Pipeline(1000, 3, unit="uV", calibration=calibration)
        assert equal(streamed(pipeline, emg, block), analysis.states)
        assert pipeline.digest == analysis.digest


def test_cues_that_calibrated_already_do_not_again(samples):
    values, cues = samples
    said = {"rate_hz": 1000, "unit": "uV", "cues": cues, "baseline": (0.5, 8.0)}
    calibration = tonus.calibrate(values, **said)
    pipeline = tonus.Pipeline(1000, unit="uV", cues=cues, calibration=calibration)
    pipeline.push(values)
    assert pipeline.digest == tonus.analyze(values, **said).digest


def test_cues_by_hand_are_cues_of_a_list(samples):
    values, cues = samples
    pipeline = tonus.Pipeline(1000, unit="uV")
    at = {round(start * 1000): cue for start, _, cue in cues}
    ends = {round(end * 1000) for _, end, _ in cues}
    edges = sorted({0, len(values), *at, *ends})
    for start, end in zip(edges, edges[1:]):
        pipeline.cue(at.get(start, "free"))
        pipeline.push(values[start:end])
    assert pipeline.digest == tonus.analyze(values, rate_hz=1000, unit="uV", cues=cues).digest
    assert pipeline.calibration["ch1"]["accepted"]


@pytest.mark.parametrize("dtype", ["f8", "f4", "i2", "i4", "u2", "i8", "u1", ">f8", ">i2"])
@pytest.mark.parametrize("layout", ["C", "F", "reversed", "every second"])
def test_type_and_layout_of_an_array_change_nothing(emg, dtype, layout):
    counts = np.clip(np.round(emg * 0.25 + 128), 0, 255)
    expected = tonus.analyze(counts, rate_hz=1000, uv_per_count=4.0).digest
    array = counts.astype(dtype)
    if layout == "F":
        array = np.asfortranarray(array)
    elif layout == "reversed":
        array = np.ascontiguousarray(array[::-1])[::-1]
    elif layout == "every second":
        array = np.repeat(np.repeat(array, 2, axis=0), 2, axis=1)[::2, ::2]
    assert tonus.analyze(array, rate_hz=1000, uv_per_count=4.0).digest == expected
    calibration = tonus.calibrate(array, rate_hz=1000, uv_per_count=4.0)
    pipeline = tonus.Pipeline(1000, 3, uv_per_count=4.0, calibration=calibration)
    streamed(pipeline, array, 1000)
    assert pipeline.digest == expected


def test_the_offset_goes_first_exactly(emg):
    """2**26 counts of offset leave nothing of a count in float32; subtracted first, nothing is lost."""
    counts = np.round(emg[:, 0] * 4).astype(np.int32)
    said = {"rate_hz": 1000, "uv_per_count": 0.25}
    assert tonus.analyze(counts + 2**26, **said).digest == tonus.analyze(counts, **said).digest
    pipeline = tonus.Pipeline(1000, uv_per_count=0.25)
    pipeline.push(counts + 2**26)
    assert pipeline.anchors == [float(counts[0]) + 2**26]


def test_missing_values_and_gaps_are_those_of_a_file(tmp_path, emg):
    array = np.round(emg[:, :2], 3)
    array[4000:4010, 0] = np.nan
    array[9000, 1] = np.inf
    cut = np.delete(array, slice(20_000, 21_500), axis=0)
    lines = ["time_s,a_uv,b_uv"]
    for n, (a, b) in enumerate(array):
        if not 20_000 <= n < 21_500:
            lines.append(f"{n / 1000:.3f},{a},{b}")
    file = tmp_path / "gap.csv"
    file.write_text("\n".join(lines) + "\n")
    from_file = tonus.analyze(file, baseline=(1.0, 3.5), channels=["a_uv", "b_uv"])
    said = {"rate_hz": 1000, "unit": "uV", "baseline": (1.0, 3.5)}
    from_array = tonus.analyze(cut, gaps=[(20_000, 1500)], channels=["a_uv", "b_uv"], **said)
    assert from_file.summary["input"]["frames_missing"] == 1500
    assert from_array.digest == from_file.digest
    calibration = tonus.calibrate(cut, gaps=[(20_000, 1500)], **said)
    pipeline = tonus.Pipeline(1000, 2, unit="uV", calibration=calibration)
    parts = [pipeline.push(cut[:20_000]), pipeline.gap(1500), pipeline.push(cut[20_000:])]
    assert pipeline.digest == from_file.digest and pipeline.index == 30_000
    assert equal(np.concatenate(parts), from_file.states)


@pytest.mark.parametrize("channels", [1, 2, 5, 8, 11])
def test_any_number_of_channels(channels):
    random = np.random.default_rng(channels)
    array = random.standard_normal((12_000, channels))
    analysis = tonus.analyze(array, rate_hz=2048, unit="mV")
    assert len(analysis.states) == channels * 585
    calibration = tonus.calibrate(array, rate_hz=2048, unit="mV")
    pipeline = tonus.Pipeline(2048, channels, unit="mV", calibration=calibration)
    streamed(pipeline, array, 100)
    assert pipeline.digest == analysis.digest


SETTINGS = {"on_ratio": 2.0, "off_ratio": 1.6, "profile": "pelvic", "tone_dwell_s": 0.5, "mains": 60, "reference": "mvc"}


def command(*arguments: object) -> dict:
    """What the command prints as JSON."""
    tool = os.environ.get("TONUS")
    if not tool:
        pytest.skip("TONUS names no command to compare with")
    printed = subprocess.run([tool, *map(str, arguments)], check=True, capture_output=True, text=True).stdout
    return json.loads(printed)


def test_settings_decide_alike_as_a_dict_as_a_file_and_in_blocks(session, samples, tmp_path):
    values, cues = samples
    toml, js = tmp_path / "own.toml", tmp_path / "own.json"
    toml.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in SETTINGS.items()))
    js.write_text(json.dumps(SETTINGS))
    usual, own = tonus.analyze(session), tonus.analyze(session, config=SETTINGS)
    assert own.digest != usual.digest
    assert own.summary["config"]["on_ratio"] == 2.0
    said = {"rate_hz": 1000, "unit": "uV", "cues": cues}
    for config in (toml, str(js), SETTINGS):
        assert tonus.analyze(session, config=config).digest == own.digest
        assert tonus.analyze(values, config=config, **said).digest == own.digest
        pipeline = tonus.Pipeline(1000, unit="uV", cues=cues, config=config)
        pipeline.push(values)
        assert pipeline.digest == own.digest
    # A keyword wins over the same key.
    pelvic = {**SETTINGS, "profile": "limb"}
    assert tonus.analyze(session, config=pelvic, profile="pelvic").digest == own.digest


def test_settings_are_those_of_the_command(session, tmp_path):
    file = tmp_path / "own.json"
    file.write_text(json.dumps(SETTINGS))
    printed = command("analyze", "--json", "--config", file, session)
    assert tonus.analyze(session, config=SETTINGS).digest == printed["digest"]


def test_a_calibration_in_a_file_is_in_force_everywhere(session, samples, emg, tmp_path):
    values, cues = samples
    file = tmp_path / "me.json"
    calibration = tonus.calibrate(session)
    calibration.save(file)
    loaded = tonus.Calibration.load(file)
    assert loaded["emg_uv"]["baseline_uv"] == calibration["emg_uv"]["baseline_uv"]
    expected = tonus.analyze(session, calibration=calibration)
    assert expected.summary["channels"][0]["calibration"]["source"] == "file"
    assert expected.digest != tonus.analyze(session).digest
    with open(file, encoding="utf-8") as stored:
        plain = json.load(stored)
    for given in (loaded, file, str(file), plain, calibration.to_dict(), plain[0]["calibration"]):
        assert tonus.analyze(session, calibration=given).digest == expected.digest
        pipeline = tonus.Pipeline(1000, ["emg_uv"], unit="uV", cues=cues, calibration=given)
        pipeline.push(values)
        assert pipeline.digest == expected.digest
    # Ratios that are stated take the place of the stored ones.
    ratios = {"on_ratio": 2.5, "off_ratio": 2.0}
    stated = tonus.analyze(session, calibration=file, config=ratios)
    pipeline = tonus.Pipeline(1000, ["emg_uv"], unit="uV", cues=cues, calibration=file, config=ratios)
    pipeline.push(values)
    assert pipeline.digest == stated.digest != expected.digest
    # Channels are found by their names, whatever their order.
    said = {"rate_hz": 1000, "unit": "uV"}
    three = tonus.calibrate(emg, channels=["a", "b", "c"], **said)
    turned = tonus.Pipeline(1000, ["c", "a"], unit="uV", calibration=three)
    assert [turned.calibration[n]["baseline_uv"] for n in (0, 1)] == [three[n]["baseline_uv"] for n in ("c", "a")]


def test_a_calibration_file_is_that_of_the_command(session, tmp_path):
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"
    command("analyze", "--json", "--save-calibration", theirs, session)
    tonus.calibrate(session).save(ours)
    assert ours.read_bytes() == theirs.read_bytes()
    printed = command("analyze", "--json", "--calibration", ours, session)
    assert tonus.analyze(session, calibration=theirs).digest == printed["digest"]
