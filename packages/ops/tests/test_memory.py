"""Peak memory of ops on arrays of 1e8 bytes, without operands and results."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS

_BYTES = 100_000_000
_PROCESS = Path("/proc/self")

# Each call with the size of its result, as a multiple of the input's.
CALLS: dict[str, tuple[Callable[[Any], Any], int]] = {
    "sum": (ops.sum, 0),
    "mean": (lambda x: ops.mean(x, axis=0), 0),
    "argmax": (lambda x: ops.argmax(x, axis=1), 0),
    "add a number": (lambda x: ops.add(x, 1.5), 1),
    "add a row": (lambda x: ops.add(x, np.ones(1000, np.float32)), 1),
    "where": (lambda x: ops.where(True, x, 0.0), 1),
    "relu": (ops.nn.relu, 1),
    "reshape": (lambda x: ops.reshape(x, (-1, 100)), 1),
    "take": (lambda x: ops.take(x, [0, 1], axis=0), 0),
}


def _memory(name: str) -> int:
    """Returns the process's memory in bytes: VmRSS is the current memory, VmHWM the peak."""
    for line in (_PROCESS / "status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return 1024 * int(line.split()[1])
    raise LookupError(name)


def wait(result: Any) -> None:
    """Waits until JAX has computed the result."""
    if hasattr(result, "block_until_ready"):
        result.block_until_ready()


@pytest.mark.skipif(not (_PROCESS / "clear_refs").exists(), reason="memory is read from Linux's /proc")
@pytest.mark.parametrize("call", CALLS)
def test_a_long_input_is_not_copied(call: str, backend: str) -> None:
    function, result_size = CALLS[call]
    x = ops.convert_to_tensor(np.ones((_BYTES // 4000, 1000), np.float32))
    wait(function(x))  # compilation needs memory, too: OpenVINO's as much as the input
    held = _memory("VmRSS")
    (_PROCESS / "clear_refs").write_text("5")  # resets the peak
    wait(function(x))
    assert _memory("VmHWM") - held < (result_size + 0.6) * _BYTES  # TensorFlow's argmax needs half an input


CHECKPOINTED = """
import sys
import ops

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

def block(x):
    for _ in range(10):
        x = ops.sin(x)
    return x

def network(x, wrap):
    for _ in range(8):
        x = wrap(block)(x)
    return ops.sum(x)

ops.set_backend(sys.argv[1])
x = ops.ones((2_000_000,))
for wrap in (ops.checkpoint, lambda f: f):
    gradient = ops.grad(lambda x: network(x, wrap))
    ops.convert_to_numpy(gradient(ops.ones((8,))))
    before = peak()
    ops.convert_to_numpy(gradient(x))
    print(peak() - before)
"""


@pytest.mark.skipif(not (_PROCESS / "status").exists(), reason="memory is read from Linux's /proc")
@pytest.mark.parametrize("name", BACKENDS)
def test_checkpoints_take_less_memory(name: str) -> None:
    run = [sys.executable, "-c", CHECKPOINTED, name]
    # Freed memory returns to the system at once, of any size.
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "1000000"}
    process = subprocess.run(run, capture_output=True, text=True, check=True, env=environment)
    checkpointed, plain = map(int, process.stdout.split())
    assert checkpointed < 0.6 * (checkpointed + plain), (
        checkpointed,
        plain,
    )  # the second peak is counted from the first
