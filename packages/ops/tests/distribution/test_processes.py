"""A killed process is an error of the others within the time limit."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import launch
import pytest


@pytest.mark.parametrize("engine", launch.ENGINES)
def test_a_killed_process(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "victim"
    job = launch.start(
        engine,
        "cases:wait_for",
        {"path": str(path), "victim": 1},
        processes=4 if engine == "torch" else 2,
        timeout=10,
    )
    try:
        end = time.monotonic() + 120
        while not (path.exists() and path.read_text()) and time.monotonic() < end:
            assert all(process.poll() is None for process in job.processes), job.output()
            time.sleep(0.05)
        os.kill(int(path.read_text()), signal.SIGKILL)
        job.processes[1].wait()
        codes = job.wait(120)
        assert None not in codes, job.output()  # nothing hangs
        assert codes[1] == -signal.SIGKILL
    finally:
        job.kill()


@pytest.mark.parametrize("engine", launch.ENGINES)
def test_a_missing_process(engine: str) -> None:
    job = launch.start(engine, "cases:layouts", processes=4 if engine == "torch" else 2, timeout=10)
    job.processes[1].kill()
    codes = job.wait(150)
    assert None not in codes, job.output()
    assert all(codes), job.output()
