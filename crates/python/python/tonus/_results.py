"""What comes out of an analysis or a decoder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ._tonus import ConfigError
from ._words import Cue, Quality, Reason, State, flags

if TYPE_CHECKING:
    import pandas


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise ImportError("to_pandas() needs pandas; install it: pip install pandas") from error
    return pandas


def decisions_to_pandas(states: np.ndarray, channels: list[str]) -> "pandas.DataFrame":
    """Decisions as a data frame with the columns and words of `states.csv`, words as categories.

    Works on what `Pipeline.push` gives too.
    """
    pandas = _pandas()

    def words(column: str, kind: Any, text: Any) -> Any:
        codes = states[column]
        # A handful of different values: their words are made once each.
        known, places = np.unique(codes, return_inverse=True)
        return pandas.Categorical.from_codes(places, [text(kind, int(code)) for code in known])

    def named(column: str, kind: Any) -> Any:
        return pandas.Categorical.from_codes(states[column].astype(np.intp), [word.name.lower() for word in kind])

    return pandas.DataFrame(
        {
            "t_s": states["t_s"],
            "channel": pandas.Categorical.from_codes(states["channel"].astype(np.intp), list(channels)),
            "state": named("state", State),
            "reason": words("reason", Reason, lambda kind, code: flags(kind, code)),
            "envelope_uv": states["envelope_uv"],
            "activation": states["activation"],
            "quality": words("quality", Quality, lambda kind, code: flags(kind, code, "ok")),
            "cue": named("cue", Cue),
            # Missing where it is not known.
            "tense": pandas.arrays.BooleanArray(states["tense"] == 1, states["tense"] < 0),
        }
    )


@dataclass(frozen=True)
class Analysis:
    """What `tonus.analyze` found. Plain data: it can be pickled and sent to another process.

    Attributes:
        summary: everything that `tonus analyze --json` prints, as dicts, lists and numbers.
        states: every decision, 100 a second and channel, in the order of time, then channel; of a stretch without samples that
            is longer than 60 s the first and the last, as in `states.csv`. A structured array with the
            fields `t_s`, `channel` (number, from 0), `state` (`tonus.State`), `reason` (`tonus.Reason` bits), `envelope_uv`,
            `activation` (NaN where unknown), `quality` (`tonus.Quality` bits), `cue` (`tonus.Cue`) and `index` (the last
            sample it has seen). `states["envelope_uv"]` is a plain array.
    """

    summary: dict[str, Any]
    states: np.ndarray = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over all decisions: two runs that agree here agree in everything they decided."""
        return self.summary["digest"]

    @property
    def channels(self) -> list[str]:
        """Names of the channels."""
        return [channel["name"] for channel in self.summary["channels"]]

    @property
    def passed(self) -> bool:
        """Whether nothing is against the quality of the recording; `summary["gate"]["failures"]` says what."""
        return self.summary["gate"]["passed"]

    @property
    def notes(self) -> list[str]:
        """What was settled without being asked, in sentences."""
        return self.summary["notes"]

    def channel(self, name: str | int) -> np.ndarray:
        """The decisions of one channel, by its name or number (from 0): a view, no copy, unless channels of several sampling
        rates end at different times."""
        names = self.channels
        place = names.index(name) if isinstance(name, str) and name in names else name
        if not isinstance(place, int) or not -len(names) <= place < len(names):
            raise ConfigError(f"there is no channel {name!r}; give one of {', '.join(names)}, or a number from 0")
        place %= len(names)
        view, is_mine = self.states[place :: len(names)], self.states["channel"] == place
        is_view = len(view) == np.count_nonzero(is_mine) and bool((view["channel"] == place).all())
        return view if is_view else self.states[is_mine]

    @property
    def events(self) -> list[dict[str, Any]]:
        """Contractions and stretches of overactivity of all channels as dicts, in the order of time."""
        found = [
            {"channel": channel["name"], "kind": kind, **event}
            for channel in self.summary["channels"]
            for kind, key in (("contraction", "contractions"), ("overactivity", "overactivity"))
            for event in channel[key]
        ]
        return sorted(found, key=lambda event: event["start_s"])

    def to_pandas(self, table: str = "states") -> "pandas.DataFrame":
        """A data frame: "states" (columns and words of `states.csv`), "events", or "channels" (a row of numbers each).

        Needs pandas, which tonus does not install.
        """
        if table == "states":
            return decisions_to_pandas(self.states, self.channels)
        if table == "events":
            return _pandas().DataFrame(self.events)
        if table == "channels":
            return _pandas().json_normalize(self.summary["channels"]).drop(
                columns=["contractions", "overactivity", "verdicts"], errors="ignore"
            )
        raise ConfigError(f"table is {table!r}; give 'states', 'events' or 'channels'")

    def __repr__(self) -> str:
        source = self.summary["input"]
        return (
            f"<tonus.Analysis of {source['file']}: {', '.join(self.channels)}, {source['duration_s']:.1f} s at "
            f"{source['rate_hz']:g} Hz, digest {self.digest[:12]}…>"
        )


@dataclass(frozen=True)
class Decoded:
    """What `tonus.decode` found. `tonus.analyze` and `tonus.calibrate` take it as it is, gaps included.

    Attributes:
        counts: (frames, channels), int32 as the sensor sent them; float64 where it sends text.
        index: index of each frame, lost ones counted.
        device_us: the sensor's own clock in µs, wrapping at 2**32; None where it has none.
        gaps: (frame, missing): before which frame of `counts` how many were lost.
        restarts: frames before which the sensor started again.
        channels: names.
        uv_per_count: microvolts of a count, a number per channel; None where unknown.
        rate_hz: nominal sampling rate; None where unknown.
        device: the profile.
        stats: what became of the bytes.
    """

    counts: np.ndarray = field(repr=False)
    index: np.ndarray = field(repr=False)
    device_us: np.ndarray | None = field(repr=False)
    gaps: list[tuple[int, int]]
    restarts: list[int]
    channels: list[str]
    uv_per_count: list[float | None]
    rate_hz: float | None
    device: str
    stats: dict[str, int]

    def to_uv(self) -> np.ndarray:
        """The signal in microvolts, offset included, as float64; NaN for channels without a known scale."""
        return self.counts * np.array([np.nan if one is None else one for one in self.uv_per_count])
