"""Markers for the contract's stubs: functions that a backend must provide, and optional ones that make it faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def required(stub: F) -> F:
    """Returns the stub, marked as required of every backend."""
    stub.__required__ = True  # type: ignore[attr-defined]  # a marker on the stub
    return stub


def optional(stub: F) -> F:
    """Returns the stub, marked as optional; without it, `ops` composes the op or raises UnsupportedError."""
    stub.__required__ = False  # type: ignore[attr-defined]  # a marker on the stub
    return stub
