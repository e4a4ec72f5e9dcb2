"""tonus: muscle biofeedback from surface EMG. Samples in; rest, controlled contraction or overactivity out.

    import tonus

    analysis = tonus.analyze("session.csv")                                # a file that tonus opens
    analysis = tonus.analyze(emg, rate_hz=2000, unit="mV")                 # an array: (n,) or (n, channels)
    analysis.summary["channels"][0]["seconds"]                             # plain dicts
    analysis.states["envelope_uv"]                                         # numpy
    analysis.to_pandas()                                                   # pandas, if it is there

    pipeline = tonus.Pipeline(rate_hz=2000, channels=4, unit="mV")         # live: blocks as they come
    decisions = pipeline.push(block)

The decisions are those of the command `tonus`, bit for bit; `digest` proves it. A bad signal is no error: it is called
`invalid`, with the reason. Errors are `TonusError` (a `ValueError`) and say what would help. Nothing that would change a number
is guessed. Not a medical device; nothing here is a diagnosis.
"""

from __future__ import annotations

import functools
import json
import os
import reprlib
import stat
from collections.abc import Callable
from typing import Any, TypeVar

from . import _signal, _tonus
from ._results import Analysis, Decoded, decisions_to_pandas
from ._tonus import Calibration, ConfigError, Pipeline, ReadError, StorageError, TonusError, __version__, devices
from ._words import Cue, Quality, Reason, State

#: Type of one decision in `Analysis.states` and in what `Pipeline.push` gives.
DECISION = _tonus.DECISION

__all__ = [
    "DECISION",
    "Analysis",
    "Calibration",
    "ConfigError",
    "Cue",
    "Decoded",
    "Pipeline",
    "Quality",
    "ReadError",
    "Reason",
    "State",
    "StorageError",
    "TonusError",
    "__version__",
    "analyze",
    "calibrate",
    "decisions_to_pandas",
    "decode",
    "devices",
]


_F = TypeVar("_F", bound=Callable[..., Any])


def _refusing(function: _F) -> _F:
    """A value of the wrong kind is refused like every other: by a `TonusError`."""

    @functools.wraps(function)
    def refusing(*args: Any, **keywords: Any) -> Any:
        try:
            return function(*args, **keywords)
        except TonusError:
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise ConfigError(f"{function.__name__}: {error}") from error

    return refusing  # type: ignore[return-value]


def _prepared(signal: Any, name: str | None, gaps: Any, **said: Any) -> tuple[Any, dict[str, Any]]:
    """What Rust opens, and everything that was said about it."""
    if isinstance(signal, Decoded):
        if signal.restarts:
            raise ConfigError(f"the sensor started again {len(signal.restarts)} times; analyze the parts between restarts")
        name, gaps = name or signal.device, gaps or signal.gaps
        said["channels"] = said["channels"] or signal.channels
        said["rate_hz"] = said["rate_hz"] or signal.rate_hz
        scales = set(signal.uv_per_count)
        if said["unit"] is None and said["uv_per_count"] is None:
            if scales == {None}:
                raise ReadError("the sensor does not say its scale; give uv_per_count, or unit='counts'")
            if len(scales) > 1:
                raise ConfigError("the channels have different scales; give decoded.to_uv(), with unit='uV'")
            said["uv_per_count"] = scales.pop()
        signal = signal.counts
    source, said["channels"] = _signal.source(signal, said["channels"], name or "array", gaps)
    said["mains"] = None if said["mains"] is None else str(said["mains"])
    if said["cues"] is not None and not isinstance(said["cues"], (str, os.PathLike)):
        said["cues"] = [_cue(n, cue) for n, cue in enumerate(said["cues"], 1)]
    for key in ("baseline", "reference"):
        said[key] = None if said.get(key) is None else _span(key, said[key])
    for key in ("rate_hz", "uv_per_count"):
        said[key] = None if said[key] is None else _number(key, said[key])
    accessory = said["accessory"]
    said["accessory"] = [accessory] if isinstance(accessory, (str, int)) else accessory
    said["program"] = None if said["program"] is None else os.fspath(said["program"])
    return source, said


def _number(key: str, value: Any) -> float:
    try:
        return float(value)
    except (OverflowError, TypeError, ValueError):
        raise ConfigError(f"{key} is {reprlib.repr(value)}; give a number") from None


def _span(key: str, value: Any) -> tuple[float, float]:
    try:
        start, end = value
        return float(start), float(end)
    except (OverflowError, TypeError, ValueError):
        raise ConfigError(f"{key} is {reprlib.repr(value)}; give (start_s, end_s), seconds from the first frame") from None


def _cue(number: int, value: Any) -> tuple[float, float, str]:
    try:
        start, end, cue = value
        return float(start), float(end), cue.name.lower() if isinstance(cue, Cue) else str(cue)
    except (OverflowError, TypeError, ValueError):
        raise ConfigError(f"cue {number} is {reprlib.repr(value)}; give (start_s, end_s, cue)") from None


@_refusing
def analyze(
    source: Any,
    *,
    rate_hz: float | None = None,
    unit: str | None = None,
    uv_per_count: float | None = None,
    channels: Any = None,
    kind: str | None = None,
    mains: str | int | None = None,
    profile: str | None = None,
    config: Any = None,
    calibration: Any = None,
    cues: Any = None,
    baseline: tuple[float, float] | None = None,
    reference: tuple[float, float] | None = None,
    accessory: Any = None,
    program: Any = None,
    norms: str | None = None,
    out: Any = None,
    gaps: Any = None,
    name: str | None = None,
    states: bool = True,
) -> Analysis:
    """Analyzes a recording: a file or folder that tonus opens, an array, or what `tonus.decode` gave.

    The same samples give the same decisions, bit for bit, from a file, from an array, and block by block through a
    `Pipeline`. An array is read where it lies, without a copy where it holds float64, float32, int32, int16 or uint16; each
    channel's first valid value is subtracted first, exactly. Other threads run meanwhile.

    Args:
        source: path, array of shape (n,) or (n, channels) with NaN where a value is missing, or `Decoded`.
        rate_hz: sampling rate; an array needs it, a file mostly says so itself.
        unit: "uV", "mV", "V", "counts" or "au"; an array needs this or `uv_per_count`.
        uv_per_count: microvolts of one count.
        channels: of an array the names, one per column; of a file the columns to read, by name or counted from 1.
        kind: "raw" (default), or "envelope" for sensors that rectify and smooth.
        mains: "auto" (default), "off", 50 or 60.
        profile: "limb" (default), "pelvic" or "trunk".
        config: settings of the pipeline, as `--config` of the command: a dict, or a file (TOML or JSON); docs/FORMATS.md lists the
            keys. `mains` and `profile` win over it.
        calibration: a `Calibration`, or a file of calibrations (`Calibration.save`, `--save-calibration`): in force from the first
            sample on for the channels of the same names, in place of measuring rest.
        cues: what was asked for: a list of (start_s, end_s, cue) with the cues "quiet" (rest for calibration), "reference"
            (comfortable hold for calibration), "work", "rest" and "free"; or a CSV file of such lines.
        baseline: (start_s, end_s) of rest. Without it a "quiet" cue or the calmest stretch gives the baseline.
        reference: (start_s, end_s) of a comfortable hold; without one activation is unknown.
        accessory: channels that should stay quiet while the first one works, by name or number from 1.
        program: a training programme, by its name or file, that says what was asked for.
        norms: a norm profile; the person's own baseline if left out.
        out: folder for states.csv, events.csv, summary.json and report.html.
        gaps: of an array, (frame, missing): before which frame how many are missing.
        name: stands for an array in messages and reports.
        states: whether to keep all decisions; False for the summary alone.

    Returns:
        `Analysis` with `summary`, `states`, `digest`, `events`, `to_pandas()`.

    Raises:
        ReadError: it cannot be read, or not without guessing; the message names the keyword that settles it.
        ConfigError: a setting is not possible.
        StorageError: `out` cannot be written.
    """
    opened, said = _prepared(
        source,
        name,
        gaps,
        rate_hz=rate_hz,
        unit=unit,
        uv_per_count=uv_per_count,
        channels=channels,
        kind=kind,
        mains=mains,
        profile=profile,
        config=config,
        calibration=calibration,
        cues=cues,
        baseline=baseline,
        reference=reference,
        accessory=accessory,
        program=program,
    )
    summary, decisions = _tonus.analyze(opened, said, norms, None if out is None else os.fspath(out), states)
    return Analysis(json.loads(summary), decisions)


@_refusing
def calibrate(
    source: Any,
    *,
    baseline: tuple[float, float] | None = None,
    reference: tuple[float, float] | None = None,
    cues: Any = None,
    rate_hz: float | None = None,
    unit: str | None = None,
    uv_per_count: float | None = None,
    channels: Any = None,
    kind: str | None = None,
    mains: str | int | None = None,
    profile: str | None = None,
    config: Any = None,
    gaps: Any = None,
    name: str | None = None,
) -> Calibration:
    """Measures rest and reference of a recording as `tonus.analyze` does, to be given to a `Pipeline`.

    On `baseline` and `reference` if they are given, on "quiet" and "reference" cues, or on the calmest stretch. A pipeline with
    this calibration decides as `analyze` of the same signal does, except where cues calibrate on the way: then the last
    accepted calibration comes out. A refused calibration is no error: see `accepted`, `reasons` and `messages`.

    The other arguments are those of `tonus.analyze`.
    """
    opened, said = _prepared(
        source,
        name,
        gaps,
        rate_hz=rate_hz,
        unit=unit,
        uv_per_count=uv_per_count,
        channels=channels,
        kind=kind,
        mains=mains,
        profile=profile,
        config=config,
        calibration=None,
        cues=cues,
        baseline=baseline,
        reference=reference,
        accessory=None,
        program=None,
    )
    return _tonus.calibrate(opened, said)


@_refusing
def decode(data: Any, device: Any, *, channels: int | None = None) -> Decoded:
    """Decodes bytes that a sensor sent: `bytes`, or a file of them.

    Args:
        data: the bytes, or a path.
        device: a built-in profile, such as "tonus-cobs" (`tonus.devices()` lists them), or a profile file (TOML).
        channels: where the sensor sends another number of channels than the profile says.

    Returns:
        `Decoded` with `counts`, `index`, `gaps`, `rate_hz`, `uv_per_count`, `stats`. Damaged and lost frames are counted, never
        silent.
    """
    if isinstance(data, (str, os.PathLike)):
        data = _bytes_of(os.fspath(data))
    # Of a number `bytes` would make so many zeros.
    sent = data if isinstance(data, bytes) else bytes(memoryview(data))
    return Decoded(**_tonus.decode(sent, os.fspath(device), channels))


def _bytes_of(path: str) -> bytes:
    try:
        # A pipe would be waited for.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ReadError(f"{path}: no regular file; give its bytes")
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror}") from error
