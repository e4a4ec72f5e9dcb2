"""Arrays, on their way to the pipeline."""

from __future__ import annotations

import os
import reprlib
from typing import Any

import numpy as np

from ._tonus import ConfigError

_IN_PLACE = ("f8", "f4", "i2", "i4", "u2")


def plain(signal: Any, what: str = "array") -> np.ndarray:
    """An array of numbers that Rust reads: in place where it can be, else as float64, which changes no value.

    64-bit integers beyond 2**53 are refused rather than rounded.
    """
    values = np.asanyarray(signal)
    if np.ma.isMaskedArray(values):
        values = values.astype(np.float64).filled(np.nan)
    values = np.asarray(values)
    if values.dtype.kind not in "fiu":
        raise ConfigError(f"the {what} is of type {values.dtype}; give numbers: integers or floats, NaN where one is missing")
    if values.ndim not in (1, 2):
        raise ConfigError(f"the {what} has {values.ndim} dimensions; give (n,) or (n, channels)")
    code = f"{values.dtype.kind}{values.dtype.itemsize}"
    if code in _IN_PLACE and values.dtype.isnative and values.flags.aligned:
        return values
    if code in ("i8", "u8") and values.size and not (-(2**53) <= int(values.min()) and int(values.max()) <= 2**53):
        raise ConfigError(f"the {what} holds integers beyond 2**53; give float64, or subtract an offset first")
    return values.astype(np.float64)


def source(signal: Any, channels: Any, name: str, gaps: Any) -> tuple[Any, Any]:
    """What Rust opens, and the channels that are chosen of it: a path, or an array with its names."""
    if isinstance(signal, (str, os.PathLike)):
        if gaps:
            raise ConfigError("gaps are of an array; a file says itself where frames are missing")
        return os.fspath(signal), None if channels is None else _listed(channels)
    values = plain(signal)
    width = 1 if values.ndim == 1 else values.shape[1]
    if width == 0:
        raise ConfigError(f"the array has shape {values.shape}; give (n,) or (n, channels)")
    if width > 256 or (values.ndim == 2 and width > values.shape[0] > 0):
        raise ConfigError(
            f"the array has shape {values.shape}, {width} channels of {values.shape[0]} samples; "
            "give (n, channels), perhaps with .T"
        )
    names = [f"ch{n + 1}" for n in range(width)] if channels is None else [str(one) for one in _listed(channels)]
    if len(names) != width:
        raise ConfigError(f"channels has {len(names)} names and the array {width} columns; give a name per column")
    try:
        pairs = [(int(at), int(missing)) for at, missing in gaps or ()]
    except (OverflowError, TypeError, ValueError):
        raise ConfigError(f"gaps is {reprlib.repr(gaps)}; give pairs (frame, missing)") from None
    for at, missing in pairs:
        if not (0 <= at < 2**63 and 0 <= missing < 2**63):
            raise ConfigError(f"gaps has ({reprlib.repr(at)}, {reprlib.repr(missing)}); give a frame from 0 and how many are missing before it")
    return {"values": values, "name": name, "names": names, "gaps": sorted(pairs)}, None


def _listed(channels: Any) -> list[Any]:
    return [channels] if isinstance(channels, (str, int)) else list(channels)
