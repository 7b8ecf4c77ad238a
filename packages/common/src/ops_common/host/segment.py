"""Segment reductions with NumPy: kernels of the backends whose tensors are NumPy arrays (see contract, segment)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops_common.host.parallel import share

Array = Any

_COMBINE = {"add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}
_FEW = 512  # elements up to which one call takes less time than sorting
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
    out = np.zeros((num_segments, *data.shape[1:]), data.dtype)
    if reduction != "add":
        out.fill(identity(reduction, data.dtype))
    ids, order = segment_ids, None
    if not len(ids) or not out.size:
        return out
    if data.size <= _FEW:
        ids = ids.astype(np.intp)
        inside = np.less(ids.view(np.uintp), num_segments)
        if np.count_nonzero(inside) != len(ids):
            ids, data = ids[inside], data[inside]
        _COMBINE[reduction].at(out, ids, data)
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
            out[:] = np.bincount(ids.astype(np.intp, copy=False), data, num_segments)
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


_UPDATES = 1 << 10  # up to so many updates are added one by one


def scatter_update(inputs: Array, indices: Array, updates: Array, reduction: str | None) -> Array:
    """Returns the inputs with updates written or combined; the arguments are the contract's, but updates have the dtype
    of inputs."""
    depth = indices.shape[-1]
    if not 0 < depth <= inputs.ndim:
        raise ValueError(f"the last axis of the indices must have size 1 to {inputs.ndim}")
    expected = (*indices.shape[:-1], *inputs.shape[depth:])
    if updates.shape != expected:
        updates = np.broadcast_to(updates, expected)
    if indices.ndim != 2:
        indices, updates = indices.reshape(-1, depth), updates.reshape(-1, *inputs.shape[depth:])
    elif updates.ndim > 1:  # NumPy assigns in the order of memory
        updates = np.ascontiguousarray(updates)
    places, inside = [], None
    for axis in range(depth):
        size, place = inputs.shape[axis], indices[:, axis].astype(np.intp)
        if np.count_nonzero(np.less(place.view(np.uintp), size)) != len(place):
            if indices.dtype != np.uint64:
                place[place < 0] += size
            within = np.less(place.view(np.uintp), size)
            inside = within if inside is None else inside & within
        places.append(place)
    if inside is not None:
        places, updates = [place[inside] for place in places], updates[inside]
    out = np.array(inputs, order="C")
    if reduction is None:
        out[tuple(places)] = updates
        return out
    kind = inputs.dtype.kind
    if kind == "c" and reduction in ("max", "min"):
        raise TypeError("complex numbers have no order")
    if kind == "b":
        combine, work = np.logical_or if reduction in ("add", "max") else np.logical_and, out
    else:
        combine, work = _COMBINE[reduction], out
        if inputs.dtype.itemsize < 4 and kind not in "iu":  # accumulate in higher precision
            work, updates = out.astype(np.float32), updates.astype(np.float32)
    if len(places[0]) <= _UPDATES or kind in "biu" or reduction in ("max", "min"):
        combine.at(work, tuple(places) if depth > 1 else places[0], updates)
    else:
        rows = work.reshape(math.prod(inputs.shape[:depth]), *inputs.shape[depth:])
        ids = places[0] if depth == 1 else np.ravel_multi_index(tuple(places), inputs.shape[:depth])
        work = combine(rows, segment_reduce(updates, ids, len(rows), reduction, False)).reshape(inputs.shape)
    return work.astype(inputs.dtype, copy=False)
