"""Signals and sessions that the tests share."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
SESSION = REPOSITORY / "fixtures" / "sessions" / "contract-relax.csv"


@pytest.fixture(scope="session")
def session() -> Path:
    """A recording of 90 s at 1 kHz with cues."""
    return SESSION


@pytest.fixture(scope="session")
def samples(session: Path) -> tuple[np.ndarray, list[tuple[float, float, str]]]:
    """The samples of that recording, and its cues as a list."""
    with open(session, newline="") as file:
        rows = list(csv.DictReader(file))
    cues, start = [], 0
    for n in range(1, len(rows) + 1):
        if n == len(rows) or rows[n]["cue"] != rows[start]["cue"]:
            if rows[start]["cue"] != "free":
                cues.append((start / 1000, n / 1000, rows[start]["cue"]))
            start = n
    return np.array([float(row["emg_uv"]) for row in rows]), cues


@pytest.fixture(scope="session")
def emg() -> np.ndarray:
    """30 s of 3 channels at 1 kHz, µV: rest, a contraction from 12 to 18 s, an offset on each channel."""
    random = np.random.default_rng(7)
    level = np.where((np.arange(30_000) >= 12_000) & (np.arange(30_000) < 18_000), 25.0, 2.0)
    return random.standard_normal((30_000, 3)) * level[:, None] * [1.0, 0.8, 1.2] + [1500.0, -300.0, 0.0]
