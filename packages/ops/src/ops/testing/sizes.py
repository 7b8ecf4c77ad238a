"""Other sizes of a sample's arrays, for tests of functions that are compiled for sizes that vary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np


def longer(x: Any, axes: Sequence[int], count: int = 2) -> Any:
    """Returns the array with more elements along these axes: as many as this, or as it has if they are fewer."""
    for axis in axes:
        more = np.take(np.flip(x, axis), range(min(count, x.shape[axis])), axis)
        x = np.concatenate([x, more], axis)
    return x


def changes(arrays: Sequence[Any]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yields the axes of each array to extend: those of one size, the first, the last, or all."""
    sizes = sorted({size for x in arrays for size in x.shape if size})
    candidates = [tuple(tuple(i for i, n in enumerate(x.shape) if n == size) for x in arrays) for size in sizes]
    candidates.append(tuple((0,) if x.ndim and x.shape[0] else () for x in arrays))
    candidates.append(tuple((x.ndim - 1,) if x.ndim and x.shape[-1] else () for x in arrays))
    candidates.append(tuple(tuple(range(x.ndim)) if 0 not in x.shape else () for x in arrays))
    yield from dict.fromkeys(candidate for candidate in candidates if any(candidate))
