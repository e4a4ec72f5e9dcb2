"""States, cues and flags. The numbers are those of the arrays and of the digest."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class State(IntEnum):
    """What a muscle does. `str` and `.name` in lower case are the words of `states.csv`."""

    REST = 0
    CONTROLLED = 1
    OVERACTIVE = 2
    INVALID = 3


class Cue(IntEnum):
    """What the person is asked to do."""

    FREE = 0
    QUIET = 1
    REFERENCE = 2
    REST = 3
    WORK = 4


class Reason(IntFlag):
    """Why a state was called, or what was noticed beside it."""

    OVERSHOOT = 1
    SLOW_RELEASE = 2
    TONE = 4
    ELEVATED_REST = 8
    RESIDUAL = 16
    INSTABILITY = 32
    CO_CONTRACTION = 64
    TOO_LONG = 128
    DEEP_REST = 256


class Quality(IntFlag):
    """What is wrong with the signal; 0 if nothing."""

    WARMUP = 1
    GAP = 2
    SATURATED = 4
    FLAT = 8
    LEAD_OFF = 16
    MAINS = 32
    MOTION = 64
    POP = 128
    ECG = 256
    NONFINITE = 512
    NO_BASELINE = 1024


def flags(kind: type[IntFlag], bits: int, none: str = "") -> str:
    """The flags of a number in the words of `states.csv`, joined by `+`."""
    return "+".join(flag.name.lower() for flag in kind if bits & flag) or none
