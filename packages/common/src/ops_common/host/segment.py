"""Segment reductions with NumPy: kernels of the backends whose tensors are NumPy arrays (see contract, segment)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.host.parallel import share

Array = Any

_COMBINE = {"add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}
_RADIX = 1 << 16  # NumPy's stable sort of 16-bit integers is a radix sort, several times as fast


def identity(reduction: str, dtype: np.dtype[Any]) -> Any:
    """Returns the value of a segment without rows."""
    if reduction in ("add", "mul"):
        return 0 if reduction == "add" else 1
    if dtype.kind in "iu":
        return np.iinfo(dtype).min if reduction == "max" else np.iinfo(dtype).max
    return -np.inf if reduction == "max" else np.inf


def segment_reduce(data: Array, segment_ids: Array, num_segments: int, reduction: str, sorted: bool) -> Array:
    """Returns the reduced segments; the arguments are the contract's."""
    if segment_ids.ndim != 1 or not data.ndim or len(data) != len(segment_ids):
        raise ValueError("there is one id of a segment for each row")
    out = np.full((num_segments, *data.shape[1:]), identity(reduction, data.dtype), data.dtype)
    ids, order = segment_ids, None
    if not len(ids) or not out.size:
        return out
    if not sorted:
        sorted = bool((ids[1:] >= ids[:-1]).all())
    if not sorted:
        inside = (ids >= 0) & (ids < num_segments)
        whole = bool(inside.all())
        if not inside.any():
            return out
        if reduction == "add" and data.ndim == 1 and data.dtype.kind == "f":
            # np.bincount accumulates in float64, and needs no order.
            if not whole:
                data, ids = data[inside], ids[inside]
            out[:] = np.bincount(ids.astype(np.intp), data, num_segments)
            return out
        places = None if whole else np.flatnonzero(inside)
        ids = ids if places is None else ids[places]
        order = np.argsort(ids.astype(np.uint16) if num_segments <= _RADIX else ids, kind="stable")
        ids = ids[order]
        order = order if places is None else places[order]
    first, last = (0 if ids[0] >= 0 else np.searchsorted(ids, 0)), len(ids)
    if last and ids[-1] >= num_segments:
        last = np.searchsorted(ids, num_segments)
    ids, order = ids[first:last], None if order is None else order[first:last]
    if not len(ids):
        return out
    data = data if order is not None else data[first:last]
    starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    ends = np.append(starts[1:], len(ids))

    def combine(part: slice) -> None:
        begin, end = starts[part.start], ends[part.stop - 1]
        rows = data[begin:end] if order is None else np.take(data, order[begin:end], 0)
        out[ids[starts[part]]] = _COMBINE[reduction].reduceat(rows, starts[part] - begin, axis=0)

    share(combine, len(starts), max(len(ids) // len(starts), 1) * max(data[:1].size, 1))
    return out
