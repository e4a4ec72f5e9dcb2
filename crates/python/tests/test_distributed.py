"""`analyze` on the workers of a distributed engine."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import tonus

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples"))


def test_dask_maps_over_sessions_and_arrays(tmp_path, emg):
    distributed = pytest.importorskip("dask.distributed")
    import many_sessions

    paths = [str(many_sessions.synthetic(tmp_path, number)) for number in range(4)] + [str(tmp_path / "absent.csv")]
    said = {"rate_hz": 1000, "unit": "uV", "baseline": (1.0, 9.0)}
    calibration = tonus.calibrate(emg, **said)

    def stream(calibration: tonus.Calibration, block: int) -> str:
        pipeline = tonus.Pipeline(1000, 3, unit="uV", calibration=calibration)
        for n in range(0, len(emg), block):
            pipeline.push(emg[n : n + block])
        return pipeline.digest

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client:
            client.upload_file(many_sessions.__file__)
            rows = client.gather(client.map(many_sessions.summarize, paths, pure=False))
            whole = client.submit(tonus.analyze, emg, **said).result()
            streamed = client.gather([client.submit(stream, calibration, block) for block in (16, 1000)])
    assert rows == [many_sessions.summarize(path) for path in paths]
    assert "absent.csv" in rows[-1]["error"] and all(row["contractions"] == 4 for row in rows[:-1]), rows
    local = tonus.analyze(emg, **said)
    assert whole.digest == local.digest and whole.states.tobytes() == local.states.tobytes()
    assert streamed == [local.digest] * 2
    assert np.array_equal(whole.states["state"], local.states["state"])
