"""NumPy: long work in blocks that stay in the cache, and that the machine's cores share (backends numpy and openvino).

NumPy's loops let go of the interpreter and use one core each; only its products of matrices use all of them.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import os
from collections import deque
from collections.abc import Callable
from typing import Any

BLOCK = 1 << 18  # elements that are worked on at a time: 1 MB of float32, which stays in a core's cache
_MOST = 16  # memory is not read faster by more


@functools.cache
def cores() -> int:
    """How many threads work on blocks: as many as cores, or as OMP_NUM_THREADS says."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(ValueError):
        found = min(found, int(os.environ.get("OMP_NUM_THREADS", "")))
    return max(1, min(found, _MOST))


@functools.cache
def _pool() -> Any:
    from concurrent.futures import ThreadPoolExecutor  # which takes long to import, for who has no long work

    return ThreadPoolExecutor(cores() - 1, "ops-blocks")


def share(work: Callable[[slice], None], count: int, width: int = 1) -> None:
    """Calls ``work`` with slices that make up ``range(count)``, from several threads where they are many.

    Args:
        work: what may run at the same time for slices that do not overlap.
        count: how many rows there are.
        width: how many elements a row has.
    """
    step = max(BLOCK // max(width, 1), 1)
    todo = deque(slice(start, min(start + step, count)) for start in range(0, count, step))

    def drain() -> None:
        while True:
            try:
                part = todo.popleft()
            except IndexError:
                return
            work(part)

    helpers = max(min(cores(), len(todo)) - 1, 0)
    # In the caller's context, which holds what NumPy is to do about overflow and the like.
    futures = [_pool().submit(contextvars.copy_context().run, drain) for _ in range(helpers)]
    try:
        drain()
    finally:
        for future in futures:
            if not future.cancel():  # what has not begun has nothing left to do, nor would it after a fork
                future.result()
