"""Seeds for the random functions: integers, None, or a generator that gives a fresh one at each draw."""

from __future__ import annotations

import secrets
import threading
from typing import Any

from ops_common.errors import ArgumentTypeError

Seed = tuple[int, int]
_MASK = 0xFFFFFFFF


class SeedGenerator:
    """A stream of seeds: each draw from it is different, and the whole stream repeats for the same first seed.

    Args:
        seed: a non-negative integer; None takes one from the operating system.
        name: kept for the user.
        portable: whether what is drawn with it is the same on every backend; see `ops.random.portable`.

    Raises:
        ArgumentTypeError: the seed is no integer.

    Example:
        >>> import ops
        >>> generator = ops.random.SeedGenerator(7)
        >>> a, b = ops.random.normal((2,), seed=generator), ops.random.normal((2,), seed=generator)
        >>> bool(ops.convert_to_numpy(ops.any(ops.not_equal(a, b))))
        True
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        self.portable = bool(kwargs.pop("portable", False))  # the reference's parameters, and one more
        if kwargs:
            raise ArgumentTypeError(f"SeedGenerator got unknown arguments {', '.join(sorted(kwargs))}")
        self.seed = secrets.randbits(32) if seed is None else _check(seed)
        self.name = name or "seed_generator"
        self._count = 0
        self._lock = threading.Lock()

    def next(self) -> Seed:
        """The next seed: the first seed and the number of draws before this one."""
        with self._lock:
            count = self._count
            self._count += 1
        return self.seed & _MASK, count & _MASK

    def __repr__(self) -> str:
        return f"SeedGenerator(seed={self.seed}, draws={self._count})"


def _check(seed: Any) -> int:
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise ArgumentTypeError(f"a seed is an integer, a SeedGenerator or None; got {seed!r}")
    return seed.__index__()


_global = SeedGenerator()


def draw(seed: int | SeedGenerator | None) -> Seed:
    """Two 32-bit words for a backend's generator; an integer always gives the same ones."""
    if seed is None:
        return _global.next()
    if isinstance(seed, SeedGenerator):
        return seed.next()
    value = _check(seed)
    return value & _MASK, (value >> 32) & _MASK
