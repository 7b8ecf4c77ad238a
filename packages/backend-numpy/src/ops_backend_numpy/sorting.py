"""NumPy, family sorting."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import SMALL_FLOATS
from ops_common import shapes
from ops_common.counting import bincount, tally

__all__ = ["argsort", "bincount", "isin", "searchsorted", "sort", "tally"]

Tensor = Any

_INT32 = np.dtype("int32")


def sort(x: Tensor, axis: int | None) -> Tensor:
    if x.dtype in SMALL_FLOATS:  # whose sort is slow, and does not know NaN
        return sort(x.astype(np.float32), axis).astype(x.dtype)
    if x.dtype.kind == "c" or (x.dtype.kind == "f" and _has_both_zeros(x)):
        return np.sort(x, axis, "stable")
    return np.sort(x, axis)  # equal elements are the same, and this is several times as fast


def _has_both_zeros(x: Tensor) -> bool:
    signs = np.signbit(x[x == 0])
    return bool(signs.any()) and not signs.all()


def argsort(x: Tensor, axis: int | None) -> Tensor:
    if axis is not None and not x.ndim:  # NumPy lets axis 0 and -1 of a scalar pass
        shapes.normalize_axis(axis, 0)
    if x.dtype in SMALL_FLOATS:
        x = x.astype(np.float32)
    return np.argsort(x, axis, "stable").astype(_INT32)


def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Tensor:
    if values.dtype in SMALL_FLOATS:
        sorted_sequence, values = sorted_sequence.astype(np.float32), values.astype(np.float32)
    return np.asarray(np.searchsorted(sorted_sequence, values, side)).astype(_INT32)  # type: ignore[call-overload]  # a side


def isin(x1: Tensor, x2: Tensor, assume_unique: bool, invert: bool) -> Tensor:
    return np.isin(x1, x2, assume_unique, invert)
