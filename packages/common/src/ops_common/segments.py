"""Segments combined with NumPy: kernels of the backends whose tensors lie in NumPy's arrays (see contract, segment)."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any

_COMBINE = {"add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}
_RADIX = 1 << 16  # NumPy's stable sort of 16-bit integers is a radix sort, several times as fast


def identity(reduction: str, dtype: np.dtype[Any]) -> Any:
    """What a segment without rows is."""
    if reduction in ("add", "mul"):
        return 0 if reduction == "add" else 1
    if dtype.kind in "iu":
        return np.iinfo(dtype).min if reduction == "max" else np.iinfo(dtype).max
    return -np.inf if reduction == "max" else np.inf


def segment_reduce(data: Array, segment_ids: Array, num_segments: int, reduction: str, sorted: bool) -> Array:
    """As in the contract."""
    if segment_ids.ndim != 1 or not data.ndim or len(data) != len(segment_ids):
        raise ValueError("there is one id of a segment for each row")
    out = np.full((num_segments, *data.shape[1:]), identity(reduction, data.dtype), data.dtype)
    ids = segment_ids
    if not len(ids) or not out.size:
        return out
    if not sorted:
        sorted = bool((ids[1:] >= ids[:-1]).all())
    if not sorted:
        inside = (ids >= 0) & (ids < num_segments)
        if not inside.all():
            data, ids = data[inside], ids[inside]
        if reduction == "add" and data.ndim == 1 and data.dtype.kind == "f":
            # Adds in float64, and needs no order.
            out[:] = np.bincount(ids.astype(np.intp), data, num_segments)
            return out
        order = np.argsort(ids.astype(np.uint16) if num_segments <= _RADIX else ids, kind="stable")
        data, ids = data[order], ids[order]
    first, last = (0 if ids[0] >= 0 else np.searchsorted(ids, 0)), len(ids)
    if last and ids[-1] >= num_segments:
        last = np.searchsorted(ids, num_segments)
    data, ids = data[first:last], ids[first:last]
    if len(ids):
        starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
        out[ids[starts]] = _COMBINE[reduction].reduceat(data, starts, axis=0)
    return out
