"""The golden session from Python: bytes of a sensor in, one digest out, the one of `fixtures/wire/golden.digest`.

Rust, C, firmware and web pages replay the same bytes; `.ci/embedded` prints the digests side by side.
"""

from __future__ import annotations

from pathlib import Path

import tonus

WIRE = Path(__file__).resolve().parents[3] / "fixtures" / "wire"
RATE_HZ = 1000


def asked(text: str, end: int) -> list[tuple[float, float, str]]:
    """Lines `index,cue`, each of which holds until the next, as (start_s, end_s, cue)."""
    lines = [line.split(",") for line in text.split()[1:]]
    starts = [int(index) for index, _ in lines] + [end]
    return [(starts[n] / RATE_HZ, starts[n + 1] / RATE_HZ, cue) for n, (_, cue) in enumerate(lines)]


def main() -> None:
    found = tonus.decode((WIRE / "golden.cobs").read_bytes(), "tonus-cobs")
    counts, gaps, restarts = found.counts, dict(found.gaps), set(found.restarts)
    cues = asked((WIRE / "golden.cues.csv").read_text(), end=int(found.index[-1]) + 1)
    pipeline = tonus.Pipeline(RATE_HZ, channels=counts.shape[1], uv_per_count=0.25, cues=cues)
    starts = sorted({0, *gaps, *restarts})
    for start, end in zip(starts, [*starts[1:], len(counts)]):
        if start in restarts:
            pipeline.stalled()
        pipeline.gap(gaps.get(start, 0))
        pipeline.push(counts[start:end])
    print(pipeline.digest)
    expected = (WIRE / "golden.digest").read_text().strip()
    if pipeline.digest != expected:
        raise SystemExit(f"expected {expected}")


if __name__ == "__main__":
    main()
