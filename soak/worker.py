"""Runs one part of the soak test on one backend, and reports time, memory and threads.

Run as a script with a backend's name, a part (``eager``, ``gradient`` or ``calls``) and a number.
"""

from __future__ import annotations

import gc
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

import ops
from tools import workers

_FEATURES = 8
_FIRST_SIZE = 10
_SHAPES_OF_CALLS = 50
_SAMPLES = 60  # of memory
_STATUS = Path("/proc/self/status")


def network(x: Any) -> Any:
    """Returns a scalar; the network of the issue that asked for this test."""
    return ops.sum(ops.nn.layer_normalization(ops.nn.softmax(x * 2.0)) + x)


def _status(name: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)


def _memory() -> float:
    """Returns the process's resident memory in MB. Memory that is free, but that the allocator keeps, is part of it."""
    gc.collect()
    return _status("VmRSS") / 1024


def _threads() -> int:
    return _status("Threads") if _STATUS.exists() else threading.active_count()


def _input(size: int) -> Any:
    return ops.convert_to_tensor(np.ones((size, _FEATURES), np.float32))


def _finish(result: Any) -> None:
    """Waits until the result is computed."""
    value = result[0] if isinstance(result, tuple) else result
    ops.convert_to_numpy(value)


def shapes(part: str, count: int) -> dict[str, Any]:
    """Calls the network, or its gradient, once for each of this number of shapes."""
    function = ops.value_and_grad(network) if part == "gradient" else network
    _finish(function(_input(3)))
    start, threads = _memory(), _threads()
    seconds: list[float] = []
    memory: list[float] = []
    for i in range(1, count + 1):
        before = time.perf_counter()
        _finish(function(_input(_FIRST_SIZE + i)))
        seconds.append(time.perf_counter() - before)
        if i * _SAMPLES // count > len(memory):
            memory.append(_memory() - start)
            workers.send("progress", [i, count, 1000 * seconds[-1], memory[-1], _threads() - threads])
    third = max(len(memory) // 3, 1)
    return {
        "number": count,
        "ms": 1000 * statistics.median(seconds[-max(count // 3, 1) :]),
        "ms_from_20": 1000 * statistics.median(seconds[20:] or seconds),
        "mb": max(memory),
        "mb_last_third": max(memory[-third:]) - max(memory[:-third] or memory),
        "threads": _threads() - threads,
        **_compiled(),
    }


def calls(count: int) -> dict[str, Any]:
    """Calls the network this number of times, with 50 shapes in turns.

    Memory is compared with that after a tenth of the calls.
    """
    inputs = [_input(_FIRST_SIZE + i) for i in range(_SHAPES_OF_CALLS)]
    for x in inputs:
        _finish(network(x))
    start: float | None = None
    threads = _threads()
    memory = seconds = 0.0
    for i in range(1, count + 1):
        before = time.perf_counter()
        result = network(inputs[i % len(inputs)])
        if i % 100 == 0:
            _finish(result)
        seconds += time.perf_counter() - before
        if start is None and i * 10 >= count:
            start = _memory()
        if start is not None and i * _SAMPLES % count < _SAMPLES:
            memory = max(memory, _memory() - start)
            workers.send("progress", [i, count, 1000 * seconds / i, memory, _threads() - threads])
    return {
        "number": count,
        "ms": 1000 * seconds / count,
        "mb": memory,
        "threads": _threads() - threads,
        **_compiled(),
    }


def _compiled() -> dict[str, Any]:
    """Returns what `ops.compilations` counts on this backend."""
    totals = ops.compilations(ops.backend()).totals
    return {"programs": totals[0].programs, "compiled": totals[0].compiled} if totals else {}


def main(backend: str, part: str, count: int) -> None:
    workers.end_with_parent()
    ops.set_backend(backend)
    workers.send("result", calls(count) if part == "calls" else shapes(part, count))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
