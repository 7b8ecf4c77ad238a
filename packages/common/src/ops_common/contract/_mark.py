"""Marks for the contract's stubs: what a backend must provide, and what it may provide for speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def required(stub: F) -> F:
    """A function that every backend provides."""
    stub.__required__ = True  # type: ignore[attr-defined]  # a mark on the stub
    return stub


def optional(stub: F) -> F:
    """A function that a backend may provide; without it `ops` composes it, or says that it is unsupported."""
    stub.__required__ = False  # type: ignore[attr-defined]  # a mark on the stub
    return stub
