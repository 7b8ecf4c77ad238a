"""Workers of a torch DataLoader on every backend, forked and spawned, and compiled functions in forked children.

4 workers x 2 epochs x 2 generators without a seed: no two arrays of 16 draws are equal.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from ops_common.testing import BACKENDS

_SCRIPTS = runpy.run_path(str(Path(__file__).parents[1] / "test_processes.py"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.parametrize("name", [name for name in BACKENDS if name in ("numpy", "torch")])
def test_functions_that_were_compiled_before_the_fork(name: str) -> None:
    _SCRIPTS["check"](_SCRIPTS["forked"](name, "compiled"))


@pytest.mark.parametrize("start", ["fork", "forkserver", "spawn"])
@pytest.mark.parametrize("name", BACKENDS if "torch" in BACKENDS else [])
def test_workers_of_a_data_loader(tmp_path: Path, name: str, start: str) -> None:
    script = tmp_path / "loading.py"
    script.write_text(_SCRIPTS["LOADING"])
    done = subprocess.run([sys.executable, str(script), name, start], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-2:] == ["64", "64"]
