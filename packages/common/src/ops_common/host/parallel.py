"""NumPy: long computations in blocks that fit in the cache, distributed over the machine's cores (backends numpy and
openvino).

NumPy's loops release the interpreter lock and use one core each; only its matrix products use all cores.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import os
from collections import deque
from collections.abc import Callable
from typing import Any

BLOCK = 1 << 18  # elements processed at a time: 1 MB of float32, which fits in a core's cache
_MOST = 16  # more threads do not read memory faster


@functools.cache
def cores() -> int:
    """Returns how many threads process blocks: the number of cores, or the value of OMP_NUM_THREADS."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(ValueError):
        count = min(count, int(os.environ.get("OMP_NUM_THREADS", "")))
    return max(1, min(count, _MOST))


@functools.cache
def _pool() -> Any:
    from concurrent.futures import ThreadPoolExecutor  # a slow import, which short computations do not need

    return ThreadPoolExecutor(cores() - 1, "ops-blocks")


def share(work: Callable[[slice], None], count: int, width: int = 1) -> None:
    """Calls ``work`` with slices that partition ``range(count)``, from several threads if there are many elements.

    Args:
        work: a function that may run concurrently for slices that do not overlap.
        count: how many rows there are.
        width: how many elements a row has.
    """
    step = max(BLOCK // max(width, 1), 1)
    if 0 < count <= step:
        work(slice(0, count))
        return
    todo = deque(slice(start, min(start + step, count)) for start in range(0, count, step))

    def drain() -> None:
        while True:
            try:
                part = todo.popleft()
            except IndexError:
                return
            work(part)

    helpers = max(min(cores(), len(todo)) - 1, 0)
    # In the caller's context, which holds NumPy's settings for overflow and the like.
    futures = [_pool().submit(contextvars.copy_context().run, drain) for _ in range(helpers)]
    try:
        drain()
    finally:
        for future in futures:
            if not future.cancel():  # a future that has not started need not run, and after a fork it never would
                future.result()
