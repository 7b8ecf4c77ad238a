"""Locks that a forked child process can use.

A child has a copy of every lock, in the state it had at the fork; the threads that would release it are not there. So
each lock of this package is made here, and a child starts with all of them released.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import Any

_locks: weakref.WeakSet[Any] = weakref.WeakSet()


def rlock() -> threading.RLock:  # type: ignore[valid-type]  # a type from Python 3.13 on
    """A reentrant lock that is released in a forked child."""
    lock = threading.RLock()
    _locks.add(lock)
    return lock


state = rlock()
"""Held while a compiled function that changes Variables or draws from SeedGenerators reads their state, runs and writes
it, and while a Variable is assigned. It is acquired before a generator's own lock, never after."""


def _release() -> None:
    for lock in list(_locks):
        lock._at_fork_reinit()  # what the standard library does with its own (threading, logging, concurrent.futures)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_release)
