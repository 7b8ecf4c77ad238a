"""Counts of integers and the largest numbers, computed with NumPy: kernels of the backends whose tensors are NumPy
arrays (see contract, sorting)."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError

Array = Any

_FEW = 1 << 10  # elements
_INT32, _UINT64 = np.dtype("int32"), np.dtype("uint64")


def bincount(x: Array, weights: Array | None, minlength: int, sparse: bool) -> Array:
    if weights is None and x.ndim == 1 and x.dtype != _UINT64:
        try:
            return np.bincount(x, None, minlength).astype(_INT32)  # bincount finds the extremes itself
        except ValueError:
            raise ArgumentError("integers to count must not be negative") from None
    if x.size and x.min() < 0:
        raise ArgumentError("integers to count must not be negative")
    return tally(x, weights, max(minlength, int(x.max()) + 1) if x.size else minlength)


def tally(x: Array, weights: Array | None, length: int) -> Array:
    if x.ndim not in (1, 2) or (weights is not None and weights.shape != x.shape):
        raise ValueError("integers to count have rank 1 or 2, and weights their shape")
    if x.ndim == 2:
        x = np.minimum(x.astype(np.int64), length) + (length + 1) * np.arange(len(x))[:, None]
        wide = tally(x.reshape(-1), None if weights is None else weights.reshape(-1), len(x) * (length + 1))
        return np.ascontiguousarray(wide.reshape(len(x), length + 1)[:, :-1])
    if x.dtype == _UINT64:
        x = np.minimum(x, np.uint64(length)).astype(np.int64)
    if weights is None:
        return np.bincount(x, None, length)[:length].astype(_INT32)
    if weights.dtype.kind == "c":
        parts = (np.bincount(x, part, length)[:length] for part in (weights.real, weights.imag))
        return (next(parts) + 1j * next(parts)).astype(weights.dtype)
    if weights.dtype.kind in "iu":  # sums of floats would not be exact
        sums = np.zeros(length + 1, weights.dtype)
        np.add.at(sums, np.minimum(x, length), weights)
        return sums[:length]
    return np.bincount(x, weights.astype(np.float64), length)[:length].astype(weights.dtype)


@functools.lru_cache(maxsize=64)
def _column(rows: int) -> Array:
    return np.arange(rows)[:, None]


def top_k(x: Array, k: int, sorted: bool) -> tuple[Array, Array]:
    if not x.ndim or not 0 <= k <= x.shape[-1]:
        raise ValueError("k is from 0 to the last axis' size")
    # NumPy has no fast partition for the small floats of ml_dtypes.
    keys = x.astype(np.float32) if x.dtype.itemsize < 4 and x.dtype.kind not in "iub" else x
    last = x.shape[-1] - 1
    if x.size <= _FEW and x.ndim <= 2:  # one sort takes less time than the calls of a partition
        order = keys[..., ::-1].argsort(-1, "stable")[..., ::-1][..., :k]
        places = np.subtract(last, order, dtype=_INT32, casting="unsafe")
        return x[places] if x.ndim == 1 else x[_column(len(x)), places], places
    places = np.broadcast_to(np.arange(x.shape[-1]), x.shape)
    if 0 < k < x.shape[-1]:
        cut = x.shape[-1] - k
        partitioned = np.argpartition(keys, cut, -1)
        least = np.take_along_axis(keys, partitioned[..., cut : cut + 1], -1)
        rest = np.take_along_axis(keys, partitioned[..., :cut], -1)
        # Ties with the smallest selected element are resolved by position: the first ones are selected.
        if not ((rest == least) | ((rest != rest) & (least != least))).any():
            places = np.sort(partitioned[..., cut:], -1)
            keys = np.take_along_axis(keys, places, -1)
    order = np.argsort(keys[..., ::-1], -1, "stable")[..., ::-1]
    places = np.take_along_axis(places[..., ::-1], order[..., :k], -1)
    return np.take_along_axis(x, places, -1), places.astype(_INT32)
