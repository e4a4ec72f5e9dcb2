"""What is wrong is said with what would help; a bad signal is no error."""

from __future__ import annotations

import csv
import os
import signal
import threading
import time

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


def test_notes_and_messages_name_keywords_not_options_of_the_command(tmp_path):
    place = tmp_path / "emg.csv"
    rows = "".join(f"{n / 1000},{x}\n" for n, x in enumerate(X))
    place.write_text("time_s,emg_uv\n" + rows)
    overridden = tonus.analyze(place, rate_hz=500, unit="mV")
    assert any(note.startswith("rate_hz 500 Hz is used although") for note in overridden.notes)
    assert any(note.startswith("unit mV is used although") for note in overridden.notes)
    steady = tonus.analyze(np.tile(X, 8), **SAID, norms="white1997")
    messages = [*steady.notes, *steady.summary["channels"][0]["calibration"]["messages"]]
    assert any("no rest was marked by baseline or a quiet cue" in text for text in messages)
    assert not any("--" in text for text in messages)


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


@pytest.mark.parametrize("frames", [-1, 86_400_001, 10**15, 10**400, pytest.param(10**5000, id="huge"), "x", 1.5, None])
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


def test_only_bytes_and_files_are_decoded(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for data in (5, -1, 10**400, 1.5, None, [1, 2], {}, "no-such-file", tmp_path, pipe):
        with pytest.raises(tonus.TonusError):
            tonus.decode(data, "tonus-cobs")
    for device in (5, None, "", "\0", "\udc80", tmp_path, "no-such-device", b"\xff", pipe):
        with pytest.raises(tonus.TonusError):
            tonus.decode(b"", device)
    for channels in (-1, 10**400, "x", 1.5, 0, 1000):
        with pytest.raises(tonus.TonusError):
            tonus.decode(b"", "tonus-cobs", channels=channels)


#: Values of every wrong kind.
ODD = [object(), -1, 10**400, 10**5000, float("nan"), float("-inf"), 1j, b"x", "\udc80", "x" * 10_000, [[]], {"a": 1}, lambda: 1]
KEYWORDS = [
    "rate_hz", "unit", "uv_per_count", "channels", "kind", "mains", "profile", "config", "cues", "calibration", "accessory",
]
#: A text is the path of a file, which a message repeats.
PATHS = ["config", "cues", "calibration"]


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_setting_of_the_wrong_kind_is_refused_in_few_words(keyword):
    for odd in ODD:
        with pytest.raises(tonus.TonusError) as refused:
            made = tonus.Pipeline(**{"rate_hz": 1000, "unit": "uV", keyword: odd})
            assert made.channels == [made.channels[0]] or not made.channels, "a name of a channel may be any text"
            raise tonus.ConfigError("accepted")
        assert keyword in PATHS or len(str(refused.value)) < 400
        try:
            tonus.analyze(X, **{**SAID, keyword: odd})
        except tonus.TonusError as refused:
            assert keyword in PATHS or len(str(refused)) < 1000


@pytest.mark.parametrize("keyword", ["program", "norms", "out", "gaps", "name", "baseline", "reference"])
def test_what_is_asked_of_an_analysis_is_checked(keyword, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for odd in ODD:
        try:
            tonus.analyze(X, **{**SAID, keyword: odd})
        except tonus.TonusError:
            pass


def test_a_source_of_any_kind_is_read_or_refused(tmp_path):
    for odd in [*ODD, None, "", "\0", tmp_path, tmp_path / "no.csv", np.array("x"), np.array(None), np.zeros((2, 3), "M8[s]")]:
        with pytest.raises(tonus.TonusError):
            tonus.analyze(odd, **SAID)
        with pytest.raises(tonus.TonusError):
            tonus.calibrate(odd, **SAID)


def test_a_pipeline_in_use_says_so_and_goes_on():
    pipeline = tonus.Pipeline(1000, 2, unit="uV")
    block = np.random.default_rng(1).standard_normal((300_000, 2))
    refused = []
    done = threading.Event()

    def push():
        pipeline.push(block)
        done.set()

    thread = threading.Thread(target=push)
    thread.start()
    uses = [
        lambda: pipeline.push(block),
        lambda: pipeline.gap(5),
        lambda: pipeline.cue("rest"),
        pipeline.stalled,
        lambda: pipeline.index,
        lambda: pipeline.digest,
        lambda: repr(pipeline),
        lambda: pipeline.calibration,
    ]
    taken = 0
    while not done.is_set():
        for use in uses[4:] if taken else uses:
            try:
                use()
                taken += 1
            except tonus.ConfigError as error:
                refused.append(str(error))
    thread.join()
    assert refused and all("in use by another thread" in message for message in refused)
    assert pipeline.index >= 300_000


class Alarm(Exception):
    """What the handler raises."""


@pytest.fixture
def alarm():
    def ring(_number, _frame):
        raise Alarm

    before = signal.signal(signal.SIGALRM, ring)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_a_signal_ends_a_long_call_at_once(alarm, tmp_path):
    block = np.random.default_rng(1).standard_normal((6_000_000, 2))
    pipeline = tonus.Pipeline(1000, 2, unit="uV")
    sent = bytes([1]) * 40_000_000
    for call in (
        lambda: tonus.analyze(block, **SAID, states=False),
        lambda: tonus.calibrate(block, **SAID),
        lambda: pipeline.push(block),
        lambda: pipeline.push(block.astype(np.float32)),
        lambda: [tonus.decode(sent, "tonus-cobs") for _ in range(50)],
    ):
        began = time.monotonic()
        alarm(0.05)
        with pytest.raises(Alarm):
            call()
        assert time.monotonic() - began < 1.5
    assert tonus.analyze(X, **SAID).digest, "nothing of it is left behind"


def test_of_a_long_gap_the_first_and_the_last_decision_are_kept(tmp_path):
    both = np.column_stack([X, X])
    analysis = tonus.analyze(both, **SAID, gaps=[(2000, 70_000), (4000, 59_000)], out=tmp_path)
    with open(tmp_path / "states.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["t_s"]) for row in rows] == list(analysis.states["t_s"]), "as in the table"
    left = analysis.channel("ch1")
    steps = np.diff(left["t_s"])
    assert (steps > 0.015).sum() == 1 and steps.max() > 69.0, "one stretch is left out, and one of 59 s is not"
    place = int(steps.argmax())
    assert left["index"][place + 1] == round(1000 * left["t_s"][place + 1]) - 1
    for row in (place, place + 1):
        assert left["state"][row] == tonus.State.INVALID and tonus.Quality.GAP in tonus.Quality(int(left["quality"][row]))
    assert np.array_equal(left["t_s"], analysis.channel("ch2")["t_s"])
    pipeline = tonus.Pipeline(1000, 2, unit="uV")
    pipeline.push(both[:2000])
    missing = pipeline.gap(70_000)
    assert (len(missing), missing["index"][-1], pipeline.index) == (2 * 52, 71_999, 72_000), "half a second settles"


def test_gaps_of_more_than_a_week_are_refused():
    day = 86_000_000
    with pytest.raises(tonus.ReadError, match="gaps of 8.0 days in all, where 7 are allowed"):
        tonus.analyze(X, **SAID, gaps=[(500 * n, day) for n in range(1, 9)], states=False)
    with pytest.raises(tonus.ReadError, match="where 24 are allowed"):
        tonus.analyze(X, **SAID, gaps=[(500, 90_000_000)])
