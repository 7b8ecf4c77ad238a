"""Blocks of rows: each block is computed once, in the caller's context, and errors reach the caller."""

from __future__ import annotations

import os
import threading
import warnings

import numpy as np
import pytest

from ops_common.host import parallel


@pytest.fixture(autouse=True)
def _three_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "cores", lambda: 3)


@pytest.mark.parametrize(("count", "width"), [(0, 5), (1, 5), (100, 5), (10**6, 1), (1000, 10**4), (7, 0)])
def test_every_row_once(count: int, width: int) -> None:
    seen = np.zeros(count, np.int64)

    def work(part: slice) -> None:
        seen[part] += 1

    parallel.share(work, count, width)
    assert (seen == 1).all()


def test_threads_take_the_callers_context() -> None:
    """The caller's `np.errstate` applies in every thread."""
    x, out = np.zeros(10**6), np.empty(10**6)
    threads: set[int] = set()
    gate = threading.Barrier(2, timeout=10)

    def work(part: slice) -> None:
        if not threads:
            threads.add(threading.get_ident())
            gate.wait()  # for a second thread
        elif len(threads) < 2 and threading.get_ident() not in threads:
            threads.add(threading.get_ident())
            gate.wait()
        out[part] = 1.0 / x[part]

    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        warnings.simplefilter("error")
        parallel.share(work, x.size)
    assert np.isinf(out).all()
    assert len(threads) == 2


def test_errors_reach_the_caller() -> None:
    def work(part: slice) -> None:
        if part.start:
            raise ValueError(f"row {part.start}")

    with pytest.raises(ValueError, match="row"):
        parallel.share(work, 10**6)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_computes_without_the_pool() -> None:
    """A forked process does not have the pool's threads: it computes all blocks itself and does not wait for them."""
    parallel.share(lambda part: None, 10**6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        seen = np.zeros(10**6, np.int64)

        def work(part: slice) -> None:
            seen[part] += 1

        parallel.share(work, seen.size)
        os._exit(0 if (seen == 1).all() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
