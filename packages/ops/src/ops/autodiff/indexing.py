"""Vjp rules of family indexing.

The cotangent of elements that were picked by index is a segment sum by the positions that they came from.
"""

from __future__ import annotations

import math
from typing import Any

from ops.autodiff import functions as xp
from ops.autodiff.rules import Cut, FamilyRules, cut_of, pad_to_slices
from ops_common import shapes


def _nonnegative(indices: Any, size: Any) -> Any:
    """Returns indices of any integer dtype counted from the front, as int32; -1 for an index that is out of range in a
    compiled model.

    Indexing computes them, as OpenVINO's models can neither cast nor compare 64-bit integers, but can index by them.
    """
    return _positions(xp.take(xp.arange(1, size + 1, dtype=_index_dtype((size,))), indices, 0))


def _positions(picked: Any) -> Any:
    """Returns the positions of elements picked from 1, 2, 3, ...; -1 for the smallest integer, which a compiled model
    picks for an index out of range."""
    return xp.maximum(picked, 0) - 1


def _index_dtype(sizes: Any) -> str:
    """Returns a dtype that counts all elements; int32 if it does, as OpenVINO's models have no other, and for run-time
    sizes, which are of that dtype."""
    return "int32" if not {int}.issuperset(map(type, sizes)) or math.prod(sizes) < 2**31 else "int64"


def _flat_positions(indices: Any, shape: Any, axis: int) -> Any:
    """Returns the positions in the flattened tensor of elements that are picked along an axis."""
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    positions = indices * strides[axis]
    for i, size in enumerate(shape):
        if i != axis:
            along_axis = [1] * len(shape)
            along_axis[i] = size
            offsets = xp.reshape(xp.arange(size, dtype=_index_dtype(shape)), tuple(along_axis))
            positions = positions + offsets * strides[i]
    return positions


def _take(g: Any, y: Any, x: Any, indices: Any, axis: int | None) -> Any:
    shape = xp.sizes(x)
    flat_shape = (math.prod(shape),) if axis is None else shape
    axis = 0 if axis is None else shapes.normalize_axis(axis, len(shape))
    size = flat_shape[axis]
    rank = len(xp.shape(indices))
    # The picked axes in front, as rows for the segment sum.
    rows = xp.moveaxis(g, tuple(range(axis, axis + rank)), tuple(range(rank)))
    other_sizes = (*flat_shape[:axis], *flat_shape[axis + 1 :])
    positions = xp.reshape(_nonnegative(indices, size), (-1,))
    summed = xp.segment_sum(xp.reshape(rows, (math.prod(xp.sizes(indices)), *other_sizes)), positions, size)
    return (xp.reshape(xp.moveaxis(summed, 0, axis), shape),)


def _take_along_axis(g: Any, y: Any, x: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        return _take(g, y, x, indices, None)
    shape, g_shape = xp.sizes(x), xp.sizes(g)
    axis = shapes.normalize_axis(axis, len(shape))
    # The shape of x, broadcast to that of the indices.
    full_shape = (*g_shape[:axis], shape[axis], *g_shape[axis + 1 :])
    count, dtype = math.prod(full_shape), _index_dtype(full_shape)
    indices = xp.broadcast_to(xp.cast(_nonnegative(indices, shape[axis]), dtype), g_shape)
    positions = xp.where(xp.less(indices, 0), -1, _flat_positions(indices, full_shape, axis))
    summed = xp.segment_sum(xp.reshape(g, (-1,)), xp.reshape(positions, (-1,)), count)
    return (xp.reshape(summed, full_shape),)


def _get_item(g: Any, y: Any, x: Any, key: tuple[Any, ...]) -> Any:
    shape = xp.sizes(x)
    if any(xp.is_tensor(entry) for entry in key):
        count = math.prod(shape)
        counted = xp.reshape(xp.arange(1, count + 1, dtype=_index_dtype((count + 1,))), shape)
        positions = _positions(xp.get_item(counted, key))
        return (xp.reshape(xp.segment_sum(xp.reshape(g, (-1,)), xp.reshape(positions, (-1,)), count), shape),)
    indexed_count = sum(entry is not None and entry is not Ellipsis for entry in key)
    counts = iter(xp.sizes(g))
    cuts: list[Cut] = []  # one for each axis
    for entry in key if Ellipsis in key else (*key, Ellipsis):
        if entry is Ellipsis:
            for _ in range(len(shape) - indexed_count):
                next(counts)
                cuts.append(Cut(0, shape[len(cuts)]))
        elif entry is None:  # the reshape below removes new axes
            next(counts)
        elif isinstance(entry, slice):
            cuts.append(cut_of(entry, shape[len(cuts)], next(counts)))
        elif isinstance(entry, int):
            cuts.append(Cut(entry, 1) if entry >= 0 else Cut(shape[len(cuts)] + entry, 1, 1, -1 - entry))
    return (pad_to_slices(xp.reshape(g, tuple(cut.count for cut in cuts)), cuts, shape),)


def _diagonal(x: Any, offset: int, axis1: int, axis2: int) -> Any:
    shape = xp.sizes(x)
    count = math.prod(shape)
    positions = xp.reshape(xp.arange(count, dtype=_index_dtype((count,))), shape)
    return xp.take(xp.reshape(x, (-1,)), xp.diagonal(positions, offset, axis1, axis2))


RULES = FamilyRules(
    vjps={
        "indexing.dynamic_slice": {0: lambda g, y, x, starts, sizes: xp.slice_update(xp.zeros_like(x), starts, g)},
        "indexing.dynamic_slice_update": {
            0: lambda g, y, x, starts, updates: xp.slice_update(g, starts, xp.zeros_like(updates)),
            2: lambda g, y, x, starts, updates: xp.slice(g, starts, xp.sizes(updates)),
        },
        "indexing.get_item": _get_item,
        "indexing.take": _take,
        "indexing.take_along_axis": _take_along_axis,
    },
    decompositions={"indexing.diagonal": _diagonal},
    zero_gradient=frozenset(["indexing.nonzero"]),
)
