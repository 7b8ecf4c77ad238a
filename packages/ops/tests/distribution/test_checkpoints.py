"""Checkpoints: saved on each engine, loaded on each backend under other meshes."""

from __future__ import annotations

import time
from pathlib import Path

import launch
import pytest

SHARDED = {"embedding": ["data", None], "kernel": [None, "data"]}
DTYPES = ["float32", "bfloat16", "int32"]


@pytest.mark.parametrize("engine", launch.ENGINES)
def test_every_backend_loads_what_an_engine_saved(engine: str, tmp_path: Path) -> None:
    path, count = str(tmp_path), 4 if engine == "torch" else 1
    saved = launch.run(engine, "cases:save_dtypes", {"path": path, "kind": "model", "shape": (2, 2), "dtypes": DTYPES})
    expected = ["index.json", *(f"shards-1-{i}.safetensors" for i in range(count))]
    assert saved == [dict.fromkeys(DTYPES, expected)] * count
    for other in (*launch.ENGINES, "numpy", "openvino"):
        is_engine = other in launch.ENGINES
        arguments = {"kind": "sharded", "shape": (4, 1)} if is_engine else {"kind": None}
        results = launch.run(
            other, "cases:load_dtypes", {"path": path, "dtypes": DTYPES, **arguments}, devices=4 if is_engine else 1
        )
        for dtype, result in ((dtype, each[dtype]) for each in results for dtype in DTYPES):
            assert result["equal"], (other, dtype)
            if is_engine:
                assert result["layouts"] == SHARDED, (other, dtype)
                assert result["read"] == result["held"], (other, dtype)  # only its own shards, each of them once


@pytest.mark.parametrize("engine", ["jax", "tensorflow"])
def test_two_processes_of_two_devices(engine: str, tmp_path: Path) -> None:
    arguments = {"path": str(tmp_path / "checkpoint"), "kind": "model", "shape": (2, 2)}
    files = launch.run(engine, "cases:save", arguments, processes=2)[0]
    assert files == ["index.json", "shards-1-0.safetensors", "shards-1-1.safetensors"]
    for result in launch.run(engine, "cases:load", {**arguments, "kind": "sharded", "shape": (4, 1)}, processes=2):
        assert result["equal"]
        assert result["read"] == result["held"]


@pytest.mark.parametrize("engine", launch.ENGINES)
def test_a_killed_save_leaves_the_old_checkpoint(engine: str, tmp_path: Path) -> None:
    path = str(tmp_path / "checkpoint")
    for delay in (0.0, 0.004, 0.02):
        job = launch.start(engine, "cases:save_slowly", {"path": path, "added": 0})
        end = time.monotonic() + 120
        while "saved" not in job.output()[0] and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(delay)
        job.kill()
        count = job.output()[0].count("saved")
        assert count, job.output()
        # The last one that was reported, or the one after it.
        arguments = {"path": path, "kind": None, "added": [count - 1, count]}
        (result,) = launch.run("numpy", "cases:load_any", arguments, devices=1)
        assert any(result), (count, result)
