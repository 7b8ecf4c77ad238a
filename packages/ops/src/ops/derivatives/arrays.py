"""Derivatives, families reduction, statistics, manipulation, indexing, sorting and segment."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

import ops as o
from ops.derivatives.rules import RULES, WRITTEN, conj, masked, placed, rule, written
from ops_common import quantiles, shapes


def _spread(reduced: Any, x: Any, axis: Any) -> Any:
    """What has been reduced, in x's shape."""
    shape = o.shape(x)
    return o.broadcast_to(o.reshape(reduced, shapes.reduce(shape, axis, True)), shape)


def _count(x: Any, axis: Any) -> int:
    shape = o.shape(x)
    return math.prod(shape[i] for i in shapes.normalize_axes(axis, len(shape)))


RULES["reduction.sum"] = {0: lambda g, y, x, axis, keepdims: _spread(g, x, axis)}
RULES["reduction.mean"] = {0: lambda g, y, x, axis, keepdims: _spread(g, x, axis) / _count(x, axis)}


def _extreme(g: Any, y: Any, x: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
    chosen = o.equal(x, _spread(y, x, axis))
    count = o.maximum(o.sum(o.cast(chosen, o.dtype(g)), axis, keepdims), 1.0)
    if initial is not None:  # which has its share, as the second operand of `maximum`
        g = o.where(o.equal(y, initial), g * 0.5, g)
    return (masked(chosen, _spread(g / count, x, axis)),)


RULES["reduction.max"] = RULES["reduction.min"] = _extreme


@written("reduction.prod")
def _prod(x: Any, axis: Any, keepdims: bool) -> Any:
    # Halves multiplied by halves: no factor is divided out again, so zeros are as good as other numbers.
    shape = o.shape(x)
    reduced = shapes.normalize_axes(axis, len(shape))
    kept = tuple(i for i in range(len(shape)) if i not in reduced)
    rows = o.reshape(o.transpose(x, (*reduced, *kept)), (_count(x, axis), *(shape[i] for i in kept)))
    if not o.shape(rows)[0]:
        return NotImplemented
    while (size := o.shape(rows)[0]) > 1:
        half = size // 2
        product = rows[:half] * rows[half : 2 * half]
        rows = o.concatenate([product, rows[2 * half :]], 0) if size % 2 else product
    return o.reshape(rows, shapes.reduce(shape, axis, keepdims))


@rule("reduction.cumsum")
def _cumsum(g: Any, y: Any, x: Any, axis: Any) -> Any:
    at = 0 if axis is None else axis
    return (o.reshape(o.flip(o.cumsum(o.flip(g, at), at), at), o.shape(x)),)


@written("reduction.cumprod")
def _cumprod(x: Any, axis: Any) -> Any:
    x, axis = (o.reshape(x, (-1,)), 0) if axis is None else (x, axis)
    return o.associative_scan(o.multiply, x, axis=axis) if o.shape(x)[axis] else NotImplemented


def _quantile(skip_nan: bool) -> Callable[..., Any]:
    def body(x: Any, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
        flat, lead = quantiles.levels(q)
        kept, reduced = quantiles.axes(len(o.shape(x)), axis)
        shape = o.shape(x)
        count, size = (math.prod(shape[a] for a in group) for group in (kept, reduced))
        if not size or not count or not flat:
            return NotImplemented
        rows = o.reshape(o.transpose(x, kept + reduced), (count, size))
        ordered = o.sort(rows, axis=1)  # NaN last
        if skip_nan:
            numbers = o.sum(o.cast(o.logical_not(o.isnan(rows)), "int32"), 1, keepdims=True)
            wide = "float64" if o.dtype(x) == "float64" else "float32"
            position = o.cast(o.maximum(numbers - 1, 0), wide) * o.convert_to_tensor([flat], wide)
            low, high, weight = quantiles.places(position, method, o.floor, o.ceil, o.round)
        else:
            known = quantiles.known_places(flat, size, method)
            low, high, weight = (None if one is None else np.broadcast_to(one, (count, len(flat))) for one in known)
        found = o.take_along_axis(ordered, o.cast(low, "int32"), 1)
        if weight is not None:
            upper = o.take_along_axis(ordered, o.cast(high, "int32"), 1)
            part = o.cast(o.convert_to_tensor(weight), o.dtype(x))
            found = o.where(o.equal(part, 0), found, found + (upper - found) * part)
        if not skip_nan:
            found = o.where(o.any(o.isnan(rows), 1, keepdims=True), np.nan, found)
        return o.reshape(o.transpose(found), lead + shapes.reduce(shape, axis, keepdims))

    return body


WRITTEN["statistics.quantile"] = _quantile(False)
WRITTEN["statistics.nanquantile"] = _quantile(True)
for _name in ("quantile", "nanquantile"):  # of nothing, or at no level
    RULES[f"statistics.{_name}"] = {0: lambda g, y, x, *others: o.zeros_like(x)}


# --- manipulation


def _reshaped(g: Any, y: Any, x: Any, *others: Any) -> Any:
    return (o.reshape(g, o.shape(x)),)


for _name in ("reshape", "expand_dims", "squeeze"):
    RULES[f"manipulation.{_name}"] = _reshaped


@rule("manipulation.transpose")
def _transpose(g: Any, y: Any, x: Any, axes: Any) -> Any:
    return (o.transpose(g, None if axes is None else tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))),)


@rule("manipulation.concatenate")
def _concatenate(g: Any, y: Any, xs: Any, axis: int) -> Any:
    sizes = [o.shape(x)[axis] for x in xs]
    return (o.split(g, tuple(itertools.accumulate(sizes[:-1])), axis) if len(xs) > 1 else [g],)


RULES["manipulation.stack"] = {0: lambda g, y, xs, axis: o.unstack(g, len(xs), axis)}


@rule("manipulation.split")
def _split(g: Any, y: Any, x: Any, where: Any, axis: int) -> Any:
    shape = o.shape(x)
    if isinstance(where, int) or (list(where) == sorted(where) and all(0 <= at <= shape[axis] for at in where)):
        return (o.concatenate(g, axis),)
    # Pieces that overlap, or are empty because the cuts go backwards.
    total: Any = o.zeros_like(x)
    for piece, low, high in zip(g, (None, *where), (*where, None), strict=True):
        cuts = [range(size) for size in shape]
        cuts[axis] = range(shape[axis])[slice(low, high)]
        total = total + placed(piece, cuts, shape)
    return (total,)


RULES["manipulation.broadcast_to"] = {0: lambda g, y, x, shape: g}
RULES["manipulation.flip"] = {0: lambda g, y, x, axis: o.flip(g, axis)}


@rule("manipulation.roll")
def _roll(g: Any, y: Any, x: Any, shift: Any, axis: Any) -> Any:
    return (o.roll(g, tuple(-one for one in shift) if isinstance(shift, tuple) else -shift, axis),)


@rule("manipulation.pad")
def _pad(g: Any, y: Any, x: Any, pad_width: Any, mode: str, constant_values: Any) -> Any:
    cut = (slice(before, before + size) for (before, _), size in zip(pad_width, o.shape(x), strict=True))
    return (g[tuple(cut)],)


@written("manipulation.pad")
def _mirrored(x: Any, pad_width: Any, mode: str, constant_values: Any) -> Any:
    if mode == "constant":
        return NotImplemented
    for axis, (width, size) in enumerate(zip(pad_width, o.shape(x), strict=True)):
        if any(width):
            x = o.take(x, np.pad(np.arange(size, dtype=np.int32), width, mode), axis)  # type: ignore[call-overload]  # NumPy lists its modes
    return x


@written("manipulation.repeat")
def _repeat(x: Any, repeats: Any, axis: Any, total: Any = None) -> Any:
    x, axis = (o.reshape(x, (-1,)), 0) if axis is None else (x, axis)
    places = np.repeat(np.arange(o.shape(x)[axis], dtype=np.int32), o.convert_to_numpy(repeats))
    return o.take(x, places, axis)


WRITTEN["manipulation.repeat_each"] = _repeat


@written("manipulation.tile")
def _tile(x: Any, repeats: tuple[int, ...]) -> Any:
    x = o.reshape(x, (*(1,) * (len(repeats) - len(o.shape(x))), *o.shape(x)))
    repeats = (*(1,) * (len(o.shape(x)) - len(repeats)), *repeats)
    for axis, (count, size) in enumerate(zip(repeats, o.shape(x), strict=True)):
        if count != 1:
            x = o.take(x, np.tile(np.arange(size, dtype=np.int32), count), axis)
    return x


# --- indexing and sorting


def _from_front(indices: Any, size: int) -> Any:
    """Indices of any integer dtype counted from the front, as int32; -1 where a compiled model takes one that is out of
    range. (A cast or a comparison could not be: OpenVINO's models have no integers of 64 bits, but take by them.)"""
    return _places(o.take(o.arange(1, size + 1, dtype=_integers((size,))), indices, 0))


def _places(picked: Any) -> Any:
    """The places from which elements were picked that count from 1; -1 for the least integer, which a compiled model
    picks for an index out of range."""
    return o.maximum(picked, 0) - 1


@rule("indexing.take")
def _take(g: Any, y: Any, x: Any, indices: Any, axis: int | None) -> Any:
    shape = o.shape(x)
    at = 0 if axis is None else shapes.normalize_axis(axis, len(shape))
    flat = (math.prod(shape),) if axis is None else shape
    size = flat[at]
    rank = len(o.shape(indices))
    # The picked axes in front, as rows that are summed up by where they came from.
    rows = o.moveaxis(g, tuple(range(at, at + rank)), tuple(range(rank)))
    rest = (*flat[:at], *flat[at + 1 :])
    places = o.reshape(_from_front(indices, size), (-1,))
    summed = o.segment_sum(o.reshape(rows, (math.prod(o.shape(indices)), *rest)), places, size)
    return (o.reshape(o.moveaxis(summed, 0, at), shape),)


@rule("indexing.take_along_axis")
def _take_along_axis(g: Any, y: Any, x: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        return _take(g, y, x, indices, None)
    shape = o.shape(x)
    axis = shapes.normalize_axis(axis, len(shape))
    whole = (*o.shape(g)[:axis], shape[axis], *o.shape(g)[axis + 1 :])  # x's shape, broadcast to the indices'
    count, kind = math.prod(whole), _integers(whole)
    indices = o.broadcast_to(o.cast(_from_front(indices, shape[axis]), kind), o.shape(g))
    places = o.where(o.less(indices, 0), -1, _linear(indices, whole, axis))
    return (o.reshape(o.segment_sum(o.reshape(g, (-1,)), o.reshape(places, (-1,)), count), whole),)


def _integers(shape: Any) -> str:
    """A dtype in which the places of all elements can be counted; OpenVINO's models have int32 alone."""
    return "int32" if math.prod(shape) < 2**31 else "int64"


def _linear(indices: Any, shape: Any, axis: int) -> Any:
    """Where elements that are picked along an axis stand in the flattened tensor."""
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    places = indices * strides[axis]
    for i, size in enumerate(shape):
        if i != axis:
            spread = [1] * len(shape)
            spread[i] = size
            places = places + o.reshape(o.arange(size, dtype=_integers(shape)), tuple(spread)) * strides[i]
    return places


@rule("indexing.get_item")
def _get_item(g: Any, y: Any, x: Any, key: tuple[Any, ...]) -> Any:
    shape = o.shape(x)
    if any(o.is_tensor(entry) for entry in key):
        count = math.prod(shape)
        places = _places(o.get_item(o.reshape(o.arange(1, count + 1, dtype=_integers((count + 1,))), shape), key))
        return (o.reshape(o.segment_sum(o.reshape(g, (-1,)), o.reshape(places, (-1,)), count), shape),)
    named = sum(entry is not None and entry is not Ellipsis for entry in key)
    filled: list[Any] = []
    for entry in key if Ellipsis in key else (*key, Ellipsis):
        if entry is Ellipsis:
            filled += [slice(None)] * (len(shape) - named)
        elif entry is not None:  # a new axis goes in the reshape below
            filled.append(
                slice(entry % size, entry % size + 1)
                if isinstance(entry, int) and (size := shape[len(filled)])
                else entry
            )
    cuts = [range(size)[entry] for entry, size in zip(filled, shape, strict=True)]
    return (placed(o.reshape(g, tuple(map(len, cuts))), cuts, shape),)


@written("indexing.diagonal")
def _diagonal(x: Any, offset: int, axis1: int, axis2: int) -> Any:
    shape = o.shape(x)
    places = np.arange(math.prod(shape)).reshape(shape).diagonal(offset, axis1, axis2)
    return o.take(o.reshape(x, (-1,)), np.ascontiguousarray(places))


@rule("indexing.dynamic_slice")
def _dynamic_slice(g: Any, y: Any, x: Any, starts: Any, sizes: tuple[int, ...]) -> Any:
    return (o.slice_update(o.zeros_like(x), starts, g),)


RULES["indexing.dynamic_slice_update"] = {
    0: lambda g, y, x, starts, updates: o.slice_update(g, starts, o.zeros_like(updates)),
    2: lambda g, y, x, starts, updates: o.slice(g, starts, o.shape(updates)),
}


@written("sorting.sort")
def _sort(x: Any, axis: int | None) -> Any:
    return o.take_along_axis(x, o.argsort(x, axis), axis)


@written("sorting.top_k")
def _top_k(x: Any, k: int, sorted: bool) -> Any:
    places = o.top_k(o.stop_gradient(x), k, sorted)[1]
    return o.take_along_axis(x, places, -1), places


def _is_within(ids: Any, count: int) -> Any:
    """Which integers are places among so many, of a dtype that need not hold the count."""
    if o.dtype(ids) in ("int8", "int16", "uint8", "uint16"):
        ids = o.cast(ids, "int32")
    return o.logical_and(o.greater_equal(ids, 0), o.less(ids, count))


@rule("sorting.tally")
def _tally(g: Any, y: Any, x: Any, weights: Any, length: Any, *others: Any) -> Any:
    size = o.shape(g)[-1]
    inside = _is_within(x, size)
    places = o.where(inside, x, o.zeros_like(x))
    along = o.take(g, places) if len(o.shape(x)) == 1 else o.take_along_axis(g, places, 1)
    return None, masked(inside, along)


RULES["sorting.bincount"] = _tally


@rule("segment.segment_reduce")
def _segments(g: Any, y: Any, data: Any, ids: Any, count: int, reduction: str, sorted: bool) -> Any:
    inside = _is_within(ids, count)
    if not count:
        return (o.zeros_like(data),)
    places = o.where(inside, ids, o.zeros_like(ids))
    inside = o.reshape(inside, (-1, *(1,) * (len(o.shape(data)) - 1)))

    def back(x: Any) -> Any:
        """What belongs to the segments, for each row."""
        return o.take(x, places, 0)

    if reduction == "add":
        return (masked(inside, back(g)),)
    if reduction == "mul":
        # A zero would be divided out again: the product of the others takes its place.
        zero = o.equal(data, 0)
        others = o.segment_prod(o.where(zero, o.ones_like(data), data), ids, count)
        zeros = back(o.segment_sum(o.cast(zero, o.dtype(data)), ids, count))
        slope = o.where(zero, back(others), back(others) / o.where(zero, o.ones_like(data), data))
        alone = o.equal(zeros, o.cast(zero, o.dtype(data)))
        return (masked(o.logical_and(inside, alone), back(g) * conj(slope)),)
    chosen = o.logical_and(inside, o.equal(data, back(y)))
    shared = o.maximum(o.segment_sum(o.cast(chosen, o.dtype(g)), ids, count), 1.0)
    return (masked(chosen, back(g / shared)),)
