"""Locks that a forked child process can use.

A child has a copy of every lock, in its state at the fork, but not the threads that would release it. So each lock of
this package is created here, and all are released in a new child.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import Any

_locks: weakref.WeakSet[Any] = weakref.WeakSet()


def rlock() -> threading.RLock:  # type: ignore[valid-type]  # a type from Python 3.13 on
    """Returns a reentrant lock that is released in a forked child."""
    lock = threading.RLock()
    _locks.add(lock)
    return lock


state = rlock()
"""Held while a compiled function that changes Variables or draws from SeedGenerators reads their state, runs and writes
it, and while a Variable is assigned. It is acquired before a generator's own lock, never after."""


def _release() -> None:
    for lock in list(_locks):
        lock._at_fork_reinit()  # as the standard library does for its locks (threading, logging, concurrent.futures)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_release)
