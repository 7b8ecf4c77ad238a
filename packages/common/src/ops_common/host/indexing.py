"""Slices and diagonals of NumPy arrays: kernels of the backends whose tensors are NumPy arrays (see contract,
indexing)."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType, NoneType
from typing import Any

import numpy as np

Array = Any

_UINT64, _LAST = np.dtype("uint64"), np.uint64(2**63 - 1)


def signed(indices: Array) -> Array:
    """Returns indices in a signed dtype: NumPy reads uint64 as int64, where the largest values are negative."""
    return np.minimum(indices, _LAST).astype(np.int64) if indices.dtype == _UINT64 else indices


def diagonal(x: Array, offset: int, axis1: int, axis2: int) -> Array:
    """Returns NumPy's diagonal, also for offsets beyond 32 bits, to which NumPy narrows them: no element is that far
    out."""
    return x.diagonal(max(-_FAR, min(offset, _FAR)), axis1, axis2)


_FAR = 2**31 - 1


# An axis that some of NumPy's functions interpret as None.
NO_AXIS = -(2**31)


def transpose(x: Array, axes: tuple[int, ...] | None) -> Array:
    """Returns NumPy's transpose, with axes checked: NumPy takes an axis modulo 2**32."""
    if axes and (max(axes) >= x.ndim or min(axes) < -x.ndim):
        raise ValueError("an axis is out of bounds")
    return x.transpose(axes)


def block(shape: Sequence[int], starts: Any, sizes: Sequence[int]) -> tuple[slice, ...]:
    """Returns the block as slices: negative starts count from the end, and each is clamped so that the block fits."""
    places: list[slice] = []
    for dim, start, size in zip(shape, starts, sizes, strict=True):
        first = min(max(int(start) + (dim if start < 0 else 0), 0), dim - size)
        places.append(slice(first, first + size))
    return tuple(places)


def plain_block(shape: Sequence[int], starts: Any, sizes: Any) -> tuple[slice, ...] | None:
    """Returns the block as slices if its starts and sizes are tuples of ints and it fits; None for all others."""
    if type(starts) is not tuple or type(sizes) is not tuple or not len(shape) == len(starts) == len(sizes):
        return None
    places: list[slice] = []
    for dim, start, size in zip(shape, starts, sizes, strict=True):
        if type(start) is not int or type(size) is not int or not 0 <= size <= dim:
            return None
        if not 0 <= start <= dim - size:
            start = min(max(start + dim if start < 0 else start, 0), dim - size)
        places.append(slice(start, start + size))
    return tuple(places)


# The types of keys, and of their entries, that NumPy's and PyTorch's indexing treat as `get_item` does.
_BASIC = frozenset({int, slice, NoneType, EllipsisType})


def is_basic(key: Any) -> bool:
    """Returns whether a key is an int, a slice, None, Ellipsis, or a tuple of these."""
    if type(key) is not tuple:
        return type(key) in _BASIC
    for entry in key:
        if type(entry) not in _BASIC:
            return False
    return True


def dynamic_slice(x: Array, starts: Any, sizes: tuple[int, ...]) -> Array:
    return x[block(x.shape, starts, sizes)]


def dynamic_slice_update(x: Array, starts: Any, updates: Array) -> Array:
    out = np.array(x)  # also converts a NumPy scalar
    if type(starts) is tuple:  # the block fits
        places = tuple([slice(start, start + size) for start, size in zip(starts, updates.shape, strict=True)])
    else:
        places = block(x.shape, starts, updates.shape)
    out[places] = updates
    return out
