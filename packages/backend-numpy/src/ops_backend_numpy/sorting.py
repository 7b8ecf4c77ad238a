"""NumPy, family sorting."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import NUMBERS, SMALL_FLOATS
from ops_common import shapes
from ops_common.host.indexing import NO_AXIS, signed
from ops_common.host.sorting import bincount, tally, top_k

__all__ = [
    "argpartition",
    "argsort",
    "bincount",
    "digitize",
    "in_top_k",
    "isin",
    "searchsorted",
    "sort",
    "tally",
    "top_k",
]

Tensor = Any

_INT32 = np.dtype("int32")
_MANY = 1 << 12  # elements from which the more complex algorithm is faster


def sort(x: Tensor, axis: int | None) -> Tensor:
    if x.dtype in SMALL_FLOATS:  # their sort is slow, and does not handle NaN
        return sort(x.astype(np.float32), axis).astype(x.dtype)
    if type(x) is not np.ndarray:  # a scalar
        return np.sort(x, axis)
    kind = x.dtype.kind
    # Elements that are equal are identical, except for zeros: then another sort is several times as fast.
    stable = kind == "c" or (kind == "f" and _has_both_zeros(x))
    if axis is None:
        out, axis = x.flatten(), -1
    else:
        out = x.copy()
    out.sort(axis, "stable" if stable else None)
    return out


def _has_both_zeros(x: Tensor) -> bool:
    if np.count_nonzero(x) + 1 >= x.size:
        return False
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


def digitize(x: Tensor, bins: Tensor) -> Tensor:
    if bins.ndim != 1 or bins.dtype.kind == "c":
        raise ValueError("edges are real and have rank 1")
    if type(x) in NUMBERS:
        x = bins.dtype.type(x)
    if x.dtype in SMALL_FLOATS:
        x, bins = x.astype(np.float32), bins.astype(np.float32)
    if np.count_nonzero(np.less(bins[1:], bins[:-1])):
        return np.subtract(len(bins), bins[::-1].searchsorted(x, "right")).astype(_INT32)
    return bins.searchsorted(x, "right").astype(_INT32)


def in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Tensor:
    if predictions.dtype.kind == "c" or not predictions.ndim or targets.shape != predictions.shape[:-1]:
        raise ValueError("predictions are real and have the targets' shape and an axis of classes")
    classes = predictions.shape[-1]
    place = signed(targets).astype(np.intp, copy=False)
    is_candidate = np.less(place.view(np.uintp), classes)
    if not classes:
        return is_candidate
    place = np.multiply(place, is_candidate)
    if place.ndim == 1:
        score = predictions[np.arange(len(place)), place][:, None]
    else:
        score = np.take_along_axis(predictions, place[..., None], -1)
    # Of a NaN all elements count, of which there are never fewer than k.
    above = np.logical_not(np.less_equal(predictions, score))
    return np.less(_count(above, -1, np.intp), min(k, classes)) & is_candidate


_count: Any = np.add.reduce


def isin(x1: Tensor, x2: Tensor, assume_unique: bool, invert: bool) -> Tensor:
    return np.isin(x1, x2, assume_unique, invert)
