"""TensorFlow, family indexing: strided slices and gathers, adapted to NumPy's rules where they differ."""

from __future__ import annotations

import functools
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import (
    EAGER,
    can_be_read,
    constant_like,
    dims,
    dynamic_shape,
    ints,
    number_like,
    raw_ops,
    static_shape,
    static_sizes,
    whole,
)
from ops_common import shapes

Tensor = Any

_INDEX = frozenset({tf.int32, tf.int64})
# Dtypes that an index is converted to: no axis is longer than int64 allows.
_WIDE = frozenset({tf.uint32, tf.uint64})


def _index(x: Tensor) -> Tensor:
    if x.dtype in _INDEX:
        return x
    if x.dtype is tf.uint64:  # indices that int64 does not hold become its largest value, not negative
        x = raw_ops.Cast(x=x, DstT=tf.int64)
        return raw_ops.SelectV2(condition=raw_ops.Less(x=x, y=number_like(0, x)), t=tf.int64.max, e=x)
    return raw_ops.Cast(x=x, DstT=tf.int64 if x.dtype in _WIDE else tf.int32)


def take(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if axis is None:
        x, axis = raw_ops.Reshape(tensor=x, shape=ints(x, (-1,))), 0
    elif not 0 <= axis < x.shape.rank:  # an axis beyond 32 bits would crash the process
        # From the front: the gradient of rows that are picked from axis 0 may be sparse.
        axis = shapes.normalize_axis(axis, x.shape.rank)
    indices = _index(indices)
    if type(indices) is EAGER and can_be_read(x):
        # Only the CPU kernel raises an error for an index out of range, and so for a negative one.
        try:
            return raw_ops.GatherV2(params=x, indices=indices, axis=ints(x, axis))
        except tf.errors.InvalidArgumentError:
            pass
    return raw_ops.GatherV2(params=x, indices=_from_front(indices, _size(x, axis, indices.dtype)), axis=ints(x, axis))


def take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if axis is None:
        if indices.shape.rank != 1:
            raise IndexError("indices into a flattened tensor have rank 1")
        return take(x, indices, None)
    rank = x.shape.rank
    if rank != indices.shape.rank:
        raise IndexError("the ranks differ")
    axis = shapes.normalize_axis(axis, rank)
    indices = _index(indices)
    if (
        axis == rank - 1
        and type(indices) is EAGER
        and can_be_read(x)
        and static_shape(x)[:-1] == static_shape(indices)[:-1]
    ):
        try:  # as in `take`
            return _gathered(x, indices)
        except tf.errors.InvalidArgumentError:
            pass
    size = _size(x, axis, indices.dtype)
    indices = _from_front(indices, size)
    if rank > 1:
        if type(indices) is not EAGER:
            # A compiled gradient does not check them, and would add out-of-range elements to an adjacent row.
            outside = raw_ops.LogicalOr(
                x=raw_ops.Less(x=indices, y=number_like(0, indices)), y=raw_ops.GreaterEqual(x=indices, y=size)
            )
            far = number_like(indices.dtype.min // 2, indices)
            indices = raw_ops.SelectV2(condition=outside, t=far, e=indices)
        if x.shape != indices.shape or not x.shape.is_fully_defined():
            x, indices = _broadcast_beside(x, indices, axis)
        if axis != rank - 1:
            order = (*(i for i in range(rank) if i != axis), axis)
            back = (*range(axis), rank - 1, *range(axis, rank - 1))
            perm = ints(x, order)
            x, indices = raw_ops.Transpose(x=x, perm=perm), raw_ops.Transpose(x=indices, perm=perm)
            return raw_ops.Transpose(x=_gathered(x, indices), perm=ints(x, back))
    return _gathered(x, indices)


def _gathered(x: Tensor, indices: Tensor) -> Tensor:
    """Returns the elements of the last axis at these indices."""
    last = x.shape.rank - 1
    return raw_ops.GatherV2(params=x, indices=indices, axis=ints(x, last), batch_dims=last)


def _broadcast_beside(x: Tensor, indices: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Returns both tensors with all axes but this one broadcast."""
    dims = [raw_ops.Shape(input=side) for side in (x, indices)]
    at = tf.one_hot(axis, x.shape.rank, on_value=True, off_value=False, dtype=tf.bool)
    broadcast_sizes = [raw_ops.SelectV2(condition=at, t=tf.constant(1), e=size) for size in dims]
    common = tf.broadcast_dynamic_shape(*broadcast_sizes)
    x, indices = (
        raw_ops.BroadcastTo(input=side, shape=raw_ops.SelectV2(condition=at, t=size, e=common))
        for side, size in zip((x, indices), dims, strict=True)
    )
    return x, indices


def _size(x: Tensor, axis: int, dtype: tf.DType) -> Any:
    """Returns the number of elements along an axis, as a tensor of this dtype."""
    size = static_shape(x)[axis]
    return raw_ops.Shape(input=x, out_type=dtype)[axis] if size is None else tf.constant(size, dtype)


def _from_front(indices: Tensor, size: Tensor) -> Tensor:
    """Returns the indices, with negative ones counted from the end."""
    negative = raw_ops.Less(x=indices, y=number_like(0, indices))
    return raw_ops.SelectV2(condition=negative, t=raw_ops.AddV2(x=indices, y=size), e=indices)


def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    if x.dtype is not tf.bool:
        x = raw_ops.NotEqual(x=x, y=number_like(0, x), incompatible_shape_error=True)
    places = raw_ops.Cast(x=raw_ops.Where(condition=x), DstT=tf.int32)
    return tuple(raw_ops.Unpack(value=places, num=x.shape.rank, axis=1))


def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    form: list[Any] = []
    for part in key:
        if isinstance(part, slice):
            form.append((part.start, part.stop, part.step))  # slices have no hash before Python 3.12
        elif part is None or part is Ellipsis or type(part) is int:
            form.append(part)
        else:
            return _gather(x, key)
    try:
        begin, end, strides, masks = _plan(tuple(form))
    except TypeError:  # a run-time size has no hash
        return x[key]
    return raw_ops.StridedSlice(input=x, begin=ints(x, begin), end=ints(x, end), strides=ints(x, strides), **masks)


_MAX = 2**31 - 1
_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


@functools.lru_cache(maxsize=4096)
def _plan(form: tuple[Any, ...]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], dict[str, int]]:
    """Returns the arguments of a strided slice: where each axis begins and ends, its step, and the masks of special
    cases."""
    begin, end, strides = [0] * len(form), [0] * len(form), [1] * len(form)
    masks: dict[str, int] = dict.fromkeys(_MASKS, 0)
    for i, part in enumerate(form):
        bit = 1 << i
        if part is None:
            masks["new_axis_mask"] |= bit
        elif part is Ellipsis:
            masks["ellipsis_mask"] |= bit
        elif type(part) is int:
            begin[i], end[i] = part, part + 1
            masks["shrink_axis_mask"] |= bit
        else:
            start, stop, step = part
            strides[i] = 1 if step is None else max(-_MAX, min(step, _MAX))
            if start is None:
                masks["begin_mask"] |= bit
            else:
                begin[i] = _within(start)
            if stop is None:
                masks["end_mask"] |= bit
            else:
                end[i] = _within(stop)
    return tuple(begin), tuple(end), tuple(strides), masks


def _within(bound: int) -> int:
    # A slice's bound may be arbitrarily large (sys.maxsize, for example); the operation's are int32.
    return max(-(2**31), min(bound, 2**31 - 1))


def _gather(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    """Returns elements indexed by tensors: first slices and new axes are applied, then the axes of tensors and ints
    together."""
    parts: list[Any] = []
    for part in key:
        if isinstance(part, tf.Tensor) and part.dtype is tf.bool:  # a mask is converted to the indices where it is true
            places = raw_ops.Where(condition=part)
            parts += [places[:, axis] for axis in range(part.shape.rank)]
        else:
            parts.append(part)
    named = sum(part is not None and part is not Ellipsis for part in parts)
    if named > x.shape.rank:
        raise IndexError(f"{named} indices for a tensor of rank {x.shape.rank}")
    basic: list[Any] = []
    picks: dict[int, Any] = {}  # index tensors and ints by the axis that they pick from, after the slices
    axis = 0
    for part in parts:
        if part is Ellipsis:
            basic.append(part)
            axis += x.shape.rank - named
            continue
        if part is None or isinstance(part, slice):
            basic.append(part)
        else:
            basic.append(slice(None))
            picks[axis] = part
        axis += 1
    return _pick(get_item(x, tuple(basic)), picks)


def _pick(x: Tensor, picks: dict[int, Any]) -> Tensor:
    """Returns elements at index tensors of one axis or several, with axes in NumPy's order."""
    axes = tuple(picks)
    if len(axes) == 1:
        return take(x, picks[axes[0]], axes[0])
    indices = [
        _from_front(raw_ops.Cast(x=_index(tf.convert_to_tensor(part)), DstT=tf.int64), _size(x, axis, tf.int64))
        for axis, part in picks.items()
    ]
    common = functools.reduce(tf.broadcast_dynamic_shape, [raw_ops.Shape(input=index) for index in indices])
    places = raw_ops.Pack(values=[raw_ops.BroadcastTo(input=index, shape=common) for index in indices], axis=-1)
    others = tuple(axis for axis in range(x.shape.rank) if axis not in axes)
    gathered = raw_ops.GatherNd(params=raw_ops.Transpose(x=x, perm=ints(x, axes + others)), indices=places)
    if axes[-1] - axes[0] >= len(axes) or not axes[0]:
        return gathered
    # Adjacent axes are replaced in place; up to here, the picked ones come first.
    width = places.shape.rank - 1
    before = tuple(range(width, width + axes[0]))
    after = tuple(range(width + axes[0], gathered.shape.rank))
    return raw_ops.Transpose(x=gathered, perm=ints(x, before + tuple(range(width)) + after))


def diagonal(x: Tensor, offset: int, axis1: int, axis2: int) -> Tensor:
    rank = x.shape.rank
    axes = shapes.normalize_axes((axis1, axis2), rank)
    order = (*(axis for axis in range(rank) if axis not in axes), *axes)
    if order != tuple(range(rank)):
        x = raw_ops.Transpose(x=x, perm=ints(x, order))
    rows, columns = static_shape(x)[-2:]
    if rows is None or columns is None:
        return _diagonal_at_run_time(x, offset)
    if 0 in (rows, columns) or offset <= -rows or offset >= columns:
        # The operation raises an error for these.
        return raw_ops.Reshape(tensor=x[..., :0, :], shape=tf.concat([raw_ops.Shape(input=x)[:-2], [0]], 0))
    return raw_ops.MatrixDiagPartV3(input=x, k=whole(x, offset), padding_value=constant_like(0, x), align="RIGHT_LEFT")


def _diagonal_at_run_time(x: Tensor, offset: int) -> Tensor:
    """Returns a diagonal of matrices whose sizes are unknown: MatrixDiagPart does not accept a diagonal outside of
    them, nor empty ones."""
    *lead, rows, columns = dynamic_shape(x)
    down, right = max(-offset, 0), max(offset, 0)
    count = tf.maximum(tf.minimum(rows - down, columns - right), 0)
    places = (tf.range(count) + down) * columns + tf.range(count) + right
    return tf.gather(tf.reshape(x, [*lead, rows * columns]), places, axis=-1)


def _start(x: Tensor, starts: Any, sizes: Any) -> Tensor:
    """Returns where a block begins, clamped so that the block fits."""
    dims = raw_ops.Shape(input=x)
    starts = _index(starts)
    if starts.dtype is tf.int64:  # a cast would wrap around
        starts = raw_ops.Maximum(x=raw_ops.Minimum(x=starts, y=number_like(_MAX, starts)), y=number_like(-_MAX, starts))
    begin = _from_front(raw_ops.Cast(x=starts, DstT=tf.int32), dims)
    return raw_ops.Maximum(x=raw_ops.Minimum(x=begin, y=dims - sizes), y=tf.constant(0))


def dynamic_slice(x: Tensor, starts: Tensor, sizes: tuple[Any, ...]) -> Tensor:
    size = tf.cast(dims(sizes), tf.int32)  # none larger than x's
    out = raw_ops.Slice(input=x, begin=_start(x, starts, size), size=size)
    if type(out) is not EAGER:
        out.set_shape(static_sizes(sizes))
    return out


def dynamic_slice_update(x: Tensor, starts: Tensor | tuple[int, ...], updates: Tensor) -> Tensor:
    if not x.shape.rank:
        return updates
    size = raw_ops.Shape(input=updates)
    begin = _start(x, tf.constant(starts, tf.int32) if isinstance(starts, tuple) else starts, size)
    strides = tf.ones_like(begin)
    return raw_ops.TensorStridedSliceUpdate(input=x, begin=begin, end=begin + size, strides=strides, value=updates)
