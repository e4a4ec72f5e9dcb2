#!/usr/bin/env python3
"""`tonus.analyze` mapped over many sessions with Dask.

usage: many_sessions.py [--workers N] [SESSION...]     without sessions, eight synthetic ones

Each session is one task: a worker reads the file where it lies and sends back a summary of a few kilobytes. Any engine that
maps a function over a list does the same; for Spark and Ray the one line that differs:

    spark.sparkContext.parallelize(paths, len(paths)).map(summarize).collect()      # PySpark
    ray.get([ray.remote(summarize).remote(path) for path in paths])                 # Ray
    list(concurrent.futures.ProcessPoolExecutor().map(summarize, paths))            # the standard library

What one session costs does not depend on who runs it: the digests are compared with those of a plain loop.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import tonus


def summarize(path: str) -> dict[str, Any]:
    """One session in a row of numbers; what cannot be read is a row too."""
    try:
        analysis = tonus.analyze(path, states=False)
    except tonus.ReadError as error:
        return {"session": Path(path).name, "error": str(error)}
    seconds = analysis.summary["channels"][0]["seconds"]
    return {
        "session": Path(path).name,
        "passed": analysis.passed,
        "rest_s": seconds["rest"],
        "controlled_s": seconds["controlled"],
        "overactive_s": seconds["overactive"],
        "contractions": analysis.summary["channels"][0]["contractions_total"],
        "digest": analysis.digest,
    }


def synthetic(folder: Path, number: int) -> Path:
    """A session of 40 s at 1 kHz: rest, then contractions of 4 s."""
    random = np.random.default_rng(number)
    t = np.arange(40_000) / 1000
    work = (t > 14) & (t % 8 > 4)
    emg = random.standard_normal(len(t)) * np.where(work, 15.0 + number, 2.0)
    cue = np.where(t < 10, "quiet", np.where(work, "work", "rest"))
    path = folder / f"session-{number:02}.csv"
    rows = "\n".join(f"{at:.3f},{value:.2f},{asked}" for at, value, asked in zip(t, emg, cue))
    path.write_text(f"time_s,emg_uv,cue\n{rows}\n")
    return path


def with_dask(paths: list[str], workers: int) -> list[dict[str, Any]]:
    """Maps over a local cluster; `Client("tcp://scheduler:8786")` would do the same over many machines."""
    from dask.distributed import Client, LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        return client.gather(client.map(summarize, paths, pure=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sessions", nargs="*")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = asked.sessions or [str(synthetic(Path(folder), number)) for number in range(8)]
        rows = with_dask(paths, asked.workers)
        for row in rows:
            shown = row.get("error") or (
                f"{row['contractions']} contractions, controlled {row['controlled_s']:.1f} s, digest {row['digest'][:12]}"
            )
            print(f"{row['session']:<16} {shown}")
        assert rows == [summarize(path) for path in paths], "a worker decided otherwise"
        print(f"{len(rows)} sessions over {asked.workers} workers: the same digests as in one process")


if __name__ == "__main__":
    main()
