"""NumPy, family sorting."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import SMALL_FLOATS
from ops_common import shapes
from ops_common.host.indexing import NO_AXIS
from ops_common.host.sorting import bincount, tally, top_k

__all__ = ["argpartition", "argsort", "bincount", "isin", "searchsorted", "sort", "tally", "top_k"]

Tensor = Any

_INT32 = np.dtype("int32")
_MANY = 1 << 12  # elements from which the more complex algorithm is faster


def sort(x: Tensor, axis: int | None) -> Tensor:
    if x.dtype in SMALL_FLOATS:  # their sort is slow, and does not handle NaN
        return sort(x.astype(np.float32), axis).astype(x.dtype)
    if x.dtype.kind == "c" or (x.dtype.kind == "f" and _has_both_zeros(x)):
        return np.sort(x, axis, "stable")
    return np.sort(x, axis)  # equal elements are identical, and this is several times as fast


def _has_both_zeros(x: Tensor) -> bool:
    signs = np.signbit(x[x == 0])
    return bool(signs.any()) and not signs.all()


def argsort(x: Tensor, axis: int | None) -> Tensor:
    if axis is not None and (not x.ndim or axis == NO_AXIS):  # NumPy accepts axis 0 and -1 of a scalar
        shapes.normalize_axis(axis, x.ndim)
    if x.dtype in SMALL_FLOATS:
        x = x.astype(np.float32)
    if x.size >= _MANY and x.dtype.kind in "iuf" and x.itemsize <= 4:
        if axis is None:
            return _argsort_by_keys(x.reshape(-1))
        return _argsort_by_keys(x.swapaxes(axis, -1)).swapaxes(axis, -1)
    return np.argsort(x, axis, "stable").astype(_INT32)


def _argsort_by_keys(x: Tensor) -> Tensor:
    """Returns indices that sort the last axis. NumPy's stable argsort is slow, but its sort of integers is fast: so
    64-bit integers are sorted, with an element's order in the upper half and its index in the lower."""
    if x.dtype.kind == "f":
        # A float's bits are ordered by sign and magnitude: for negative numbers, the magnitude bits are inverted.
        bits = np.add(x, 0, dtype=np.float32).view(np.int32)  # -0.0 + 0 is 0.0
        bits ^= (bits >> 31) & 0x7FFFFFFF
        nan = np.isnan(x)
        if nan.any():
            bits[nan] = 0x7FFFFFFF
        keys = bits.astype(np.int64)
    else:
        keys = x.astype(np.int64)
        if x.dtype.kind == "u":
            keys -= 1 << 31
    keys <<= 32
    keys |= np.arange(x.shape[-1])
    keys.sort()
    keys &= 0xFFFFFFFF
    return keys.astype(_INT32)


def argpartition(x: Tensor, kth: int, axis: int | None) -> Tensor:
    if axis is not None:  # NumPy accepts a scalar, and an axis without elements
        axis = shapes.normalize_axis(axis, x.ndim)
    size = x.size if axis is None else x.shape[axis]
    if not -size <= kth < size:
        raise ValueError(f"kth {kth} is out of bounds for {size} elements")
    if x.dtype in SMALL_FLOATS:
        x = x.astype(np.float32)
    return np.argpartition(x, kth, axis).astype(_INT32)


def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Tensor:
    if values.dtype in SMALL_FLOATS:
        sorted_sequence, values = sorted_sequence.astype(np.float32), values.astype(np.float32)
    return np.asarray(np.searchsorted(sorted_sequence, values, side)).astype(_INT32)  # type: ignore[call-overload]  # "left" or "right"


def isin(x1: Tensor, x2: Tensor, assume_unique: bool, invert: bool) -> Tensor:
    return np.isin(x1, x2, assume_unique, invert)
