"""TensorFlow, family manipulation."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import DTYPES, EAGER, ints, number_like, raw_ops, static_shape
from ops_common import shapes

Tensor = Any

_Reshape, _Transpose, _ConcatV2, _ExpandDims = raw_ops.Reshape, raw_ops.Transpose, raw_ops.ConcatV2, raw_ops.ExpandDims


def reshape(x: Tensor, newshape: tuple[int, ...]) -> Tensor:
    return _Reshape(tensor=x, shape=ints(x, newshape))


def transpose(x: Tensor, axes: tuple[int, ...] | None) -> Tensor:
    rank = x.shape.rank
    axes = tuple(range(rank - 1, -1, -1)) if axes is None else tuple(a + rank if a < 0 else a for a in axes)
    if axes and max(axes) >= rank:  # the operation reduces an axis modulo 2**32
        raise ValueError("an axis is out of bounds")
    return _Transpose(x=x, perm=ints(x, axes))


def concatenate(xs: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor:
    if len(xs) == 1:  # the raw operation requires two
        normalized = shapes.normalize_axis(axis, xs[0].shape.rank)
        return raw_ops.Identity(input=xs[0]) if normalized >= 0 else xs[0]
    if not -(2**31) <= axis < 2**31:  # the operation reduces it modulo 2**32
        raise ValueError("the axis is out of bounds")
    return _ConcatV2(values=xs, axis=ints(xs[0], axis))


def stack(x: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor:
    return raw_ops.Pack(values=x, axis=axis)


def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    if isinstance(indices_or_sections, int):
        return list(raw_ops.Split(axis=ints(x, axis), value=x, num_split=indices_or_sections))
    size = static_shape(x)[axis]
    if size is None:
        at = axis % x.shape.rank
        bounds = zip((None, *indices_or_sections), (*indices_or_sections, None), strict=True)
        return [x[(slice(None),) * at + (slice(start, stop),)] for start, stop in bounds]
    pieces = shapes.split((size,), indices_or_sections, 0)
    bounds = [slice(start, None).indices(size)[0] for start in (0, *indices_or_sections)]
    if sum(piece[0] or 0 for piece in pieces) != size:  # pieces overlap or omit elements
        at = axis % x.shape.rank
        return [
            x[(slice(None),) * at + (slice(start, start + (piece[0] or 0)),)]
            for start, piece in zip(bounds, pieces, strict=True)
        ]
    sizes = tuple(piece[0] for piece in pieces)
    return list(raw_ops.SplitV(value=x, size_splits=ints(x, sizes), axis=ints(x, axis), num_split=len(sizes)))


def unstack(x: Tensor, num: int | None, axis: int) -> list[Tensor]:
    size = static_shape(x)[axis]
    return list(raw_ops.Unpack(value=x, num=size if num is None else num, axis=axis))


def expand_dims(x: Tensor, axis: int | tuple[int, ...]) -> Tensor:
    if isinstance(axis, int):
        return _ExpandDims(input=x, axis=ints(x, axis))
    for place in sorted(shapes.normalize_axes(axis, x.shape.rank + len(axis))):
        x = _ExpandDims(input=x, axis=ints(x, place))
    return x


def squeeze(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    if axis == ():  # for TensorFlow, () means all axes of size 1
        return x
    return raw_ops.Squeeze(input=x, axis=() if axis is None else (axis,) if isinstance(axis, int) else axis)


def broadcast_to(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    return raw_ops.BroadcastTo(input=x, shape=ints(x, shape))


def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    if mode == "edge":
        if not _is_known(pad_width):
            return _pad_with_edges(x, pad_width)
        for axis, (before, after) in enumerate(pad_width):
            if before or after:
                x = _repeat_edges(x, before, after, axis)
        return x
    if not pad_width:
        return x
    if mode == "constant" or 0 in static_shape(x):  # nothing to mirror
        value = number_like(constant_values, x)
        return raw_ops.PadV2(input=x, paddings=ints(x, pad_width), constant_values=value)
    return raw_ops.MirrorPad(input=x, paddings=ints(x, pad_width), mode=mode.upper())


def _is_known(widths: Any) -> bool:
    """Returns whether there is no run-time size in nested tuples."""
    return all(map(_is_known, widths)) if isinstance(widths, tuple) else isinstance(widths, int)


def _pad_with_edges(x: Tensor, pad_width: tuple[tuple[Any, Any], ...]) -> Tensor:
    """Returns x padded with its edges, by run-time sizes."""
    for axis, (before, after) in enumerate(pad_width):
        size = raw_ops.Shape(input=x)[axis]
        places = tf.clip_by_value(tf.range(-before, size + after), 0, size - 1)
        x = raw_ops.GatherV2(params=x, indices=places, axis=ints(x, axis))
    return x


def _repeat_edges(x: Tensor, before: int, after: int, axis: int) -> Tensor:
    lead = (slice(None),) * axis
    first, last = x[(*lead, slice(0, 1))], x[(*lead, slice(-1, None))]
    return concatenate([first] * before + [x] + [last] * after, axis)


def flip(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    axes = tuple(range(x.shape.rank)) if axis is None else (axis,) if isinstance(axis, int) else axis
    axes = shapes.normalize_axes(axes, x.shape.rank)
    return raw_ops.ReverseV2(tensor=x, axis=ints(x, axes)) if axes else x


def repeat(x: Tensor, repeats: int, axis: int | None) -> Tensor:
    if axis is None:
        x, axis = _flat(x), 0
    rank = x.shape.rank
    at = shapes.normalize_axis(axis, rank)
    sizes = static_shape(x)
    wide = raw_ops.ExpandDims(input=x, axis=ints(x, at + 1))
    wide = _tiled(wide, (*(1,) * (at + 1), repeats, *(1,) * (rank - at - 1)))
    if sizes.count(None) - (sizes[at] is None):
        shape = raw_ops.Shape(input=x)
        new = tf.concat([shape[:at], shape[at : at + 1] * repeats, shape[at + 1 :]], 0)
        return raw_ops.Reshape(tensor=wide, shape=new)
    sizes[at] = -1 if sizes[at] is None else sizes[at] * repeats
    return raw_ops.Reshape(tensor=wide, shape=ints(x, tuple(sizes)))


def repeat_each(x: Tensor, repeats: Tensor, axis: int | None, total: int | None) -> Tensor:
    if axis is None:
        x, axis = _flat(x), 0
    size = static_shape(x)[axis]
    if type(repeats) is EAGER and size is not None:
        places = tf.constant(np.repeat(np.arange(size, dtype=np.int32), np.asarray(repeats).astype(np.int64)))
        return raw_ops.GatherV2(params=x, indices=places, axis=ints(x, axis))
    counts = raw_ops.Cast(x=repeats, DstT=tf.int32)
    size = raw_ops.Shape(input=x)[axis] if size is None else tf.constant(size)
    counts = raw_ops.BroadcastTo(input=counts, shape=raw_ops.Reshape(tensor=size, shape=tf.constant([1])))
    # Position k of the result comes from the first element whose cumulative count exceeds k.
    ends = raw_ops.Cumsum(x=counts, axis=tf.constant(0))
    last = tf.constant(total) if total is not None else tf.reduce_sum(counts)
    steps = tf.range(last)
    places = raw_ops.UpperBound(sorted_inputs=ends[None], values=steps[None])[0]
    return raw_ops.GatherV2(params=x, indices=places, axis=ints(x, axis))


def _flat(x: Tensor) -> Tensor:
    return _Reshape(tensor=x, shape=ints(x, (-1,)))


def _tiled(x: Tensor, multiples: tuple[int, ...]) -> Tensor:
    if x.dtype is not tf.uint16:
        return raw_ops.Tile(input=x, multiples=ints(x, multiples))
    # The only dtype without a kernel.
    same = raw_ops.Tile(input=raw_ops.Bitcast(input=x, type=tf.int16), multiples=ints(x, multiples))
    return raw_ops.Bitcast(input=same, type=tf.uint16)


def tile(x: Tensor, repeats: tuple[int, ...]) -> Tensor:
    rank = x.shape.rank
    for _ in range(len(repeats) - rank):
        x = _ExpandDims(input=x, axis=ints(x, 0))
    return _tiled(x, (*(1,) * (rank - len(repeats)), *repeats))


def roll(x: Tensor, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None) -> Tensor:
    flat = _flat(x) if axis is None else x
    steps = shapes.roll_steps(shift, axis, x.shape.rank)
    sizes = static_shape(flat)
    # Reduced to less than one turn, so that it fits 32 bits.
    by = tuple(step % sizes[at] if sizes[at] else step for step, at in steps)
    out = raw_ops.Roll(input=flat, shift=ints(x, by), axis=ints(x, tuple(at for _, at in steps))) if steps else flat
    return out if axis is not None else raw_ops.Reshape(tensor=out, shape=_shape_like(x))


def _shape_like(x: Tensor) -> Any:
    """Returns the shape of x as an argument of a reshape."""
    sizes = static_shape(x)
    return raw_ops.Shape(input=x) if sizes.count(None) > 1 else ints(x, tuple(-1 if n is None else n for n in sizes))


_SIZES = {native: native.size for native in DTYPES.values()}


def view(x: Tensor, dtype: str) -> Tensor:
    native = DTYPES[dtype]
    have, wanted = _SIZES[x.dtype], _SIZES[native]
    if have == wanted:
        return raw_ops.Bitcast(input=x, type=native)
    # An element becomes an axis of narrower ones, and such an axis becomes an element.
    *lead, last = static_shape(x)
    lead = tuple(lead)
    if None in (*lead, last):
        lead = raw_ops.Shape(input=x)[:-1]
        if have > wanted:
            return raw_ops.Reshape(tensor=raw_ops.Bitcast(input=x, type=native), shape=tf.concat([lead, [-1]], 0))
        split = raw_ops.Reshape(tensor=x, shape=tf.concat([lead, [-1, wanted // have]], 0))
        return raw_ops.Bitcast(input=split, type=native)
    if have > wanted:
        narrow = raw_ops.Bitcast(input=x, type=native)
        return raw_ops.Reshape(tensor=narrow, shape=ints(x, (*lead, last * have // wanted)))
    split = raw_ops.Reshape(tensor=x, shape=ints(x, (*lead, last * have // wanted, wanted // have)))
    return raw_ops.Bitcast(input=split, type=native)


def array_split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    if not isinstance(indices_or_sections, int):
        return split(x, indices_or_sections, axis)
    size = static_shape(x)[axis]
    if size is not None:
        return split(x, shapes.even_cuts(size, indices_or_sections), axis)
    size = raw_ops.Shape(input=x)[axis]
    longer = size % indices_or_sections
    sizes = size // indices_or_sections + tf.cast(tf.range(indices_or_sections) < longer, tf.int32)
    return list(raw_ops.SplitV(value=x, size_splits=sizes, axis=ints(x, axis), num_split=indices_or_sections))


def meshgrid(xs: list[Tensor], indexing: str) -> list[Tensor]:
    places = [1, 0, *range(2, len(xs))] if indexing == "xy" and len(xs) > 1 else list(range(len(xs)))
    flat = [_flat(x) for x in xs]
    lengths = [static_shape(flat[i])[0] for i in places]
    if None in lengths:
        grid: Any = tf.stack([raw_ops.Shape(input=flat[i])[0] for i in places])
    else:
        grid = tf.constant(lengths, tf.int32)
    spread: list[Tensor] = []
    for x, place in zip(flat, places, strict=True):
        column = tuple(-1 if i == place else 1 for i in range(len(xs)))
        spread.append(raw_ops.BroadcastTo(input=_Reshape(tensor=x, shape=ints(x, column)), shape=grid))
    return spread
