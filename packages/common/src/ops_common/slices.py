"""Blocks of NumPy's arrays: kernels of the backends whose tensors lie in these (see contract, indexing)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = Any

_UINT64, _LAST = np.dtype("uint64"), np.uint64(2**63 - 1)


def signed(indices: Array) -> Array:
    """Indices in a signed dtype: NumPy reads uint64 as int64, where the largest values are negative."""
    return np.minimum(indices, _LAST).astype(np.int64) if indices.dtype == _UINT64 else indices


def diagonal(x: Array, offset: int, axis1: int, axis2: int) -> Array:
    """NumPy's diagonal, also where its offset, which it keeps in 32 bits, is larger: no element is that far out."""
    return x.diagonal(max(-_FAR, min(offset, _FAR)), axis1, axis2)


_FAR = 2**31 - 1


# The axis that some of NumPy's functions take for None.
NO_AXIS = -(2**31)


def transpose(x: Array, axes: tuple[int, ...] | None) -> Array:
    """NumPy's transpose, which takes an axis modulo 2**32."""
    if axes and (max(axes) >= x.ndim or min(axes) < -x.ndim):
        raise ValueError("an axis is out of bounds")
    return x.transpose(axes)


def block(shape: Sequence[int], starts: Any, sizes: Sequence[int]) -> tuple[slice, ...]:
    """The block as slices: negative starts count from the end, and each is moved so far that the block lies inside."""
    places: list[slice] = []
    for dim, start, size in zip(shape, starts, sizes, strict=True):
        first = min(max(int(start) + (dim if start < 0 else 0), 0), dim - size)
        places.append(slice(first, first + size))
    return tuple(places)


def dynamic_slice(x: Array, starts: Any, sizes: tuple[int, ...]) -> Array:
    return x[block(x.shape, starts, sizes)]


def dynamic_slice_update(x: Array, starts: Any, updates: Array) -> Array:
    out = np.array(x)  # one of NumPy's scalars, too
    out[block(x.shape, starts, updates.shape)] = updates
    return out
