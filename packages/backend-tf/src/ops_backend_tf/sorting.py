"""TensorFlow, family sorting. The kernel is TopKV2: the largest first, and the first of equals first. It does not order
NaN, so floats are sorted by integers of the same order, and bits are inverted to reverse the order."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_backend_tf.core import EAGER, can_be_read, dims, ints, number_like, raw_ops, static_shape
from ops_backend_tf.values import has_nan, read
from ops_common import shapes
from ops_common.errors import ArgumentError

Tensor = Any

_BITS = {tf.bfloat16: tf.int16, tf.float16: tf.int16, tf.float32: tf.int32, tf.float64: tf.int64}
_COMPLEX = {tf.complex64: tf.float32, tf.complex128: tf.float64}
_HALF = frozenset({tf.float16, tf.bfloat16})
_BOOL = tf.bool
_COUNTED = frozenset({tf.int32, tf.int64})  # the dtypes that DenseBincount accepts


def sort(x: Tensor, axis: int | None) -> Tensor:
    return _along(x, axis, lambda last: _picked(last, _order(last)))


def argsort(x: Tensor, axis: int | None) -> Tensor:
    return _along(x, axis, _order)


def _along(x: Tensor, axis: int | None, function: Any) -> Tensor:
    """Returns the result of a function of a tensor's last axis, applied to the given one."""
    if axis is None:
        return function(raw_ops.Reshape(tensor=x, shape=ints(x, (-1,))))
    rank = x.shape.rank
    axis = shapes.normalize_axis(axis, rank)
    if axis == rank - 1:
        return function(x)
    swapped = list(range(rank))
    swapped[axis], swapped[-1] = rank - 1, axis
    turn = ints(x, tuple(swapped))
    return raw_ops.Transpose(x=function(raw_ops.Transpose(x=x, perm=turn)), perm=turn)


def _picked(x: Tensor, order: Tensor) -> Tensor:
    return raw_ops.GatherV2(params=x, indices=order, axis=ints(x, -1), batch_dims=x.shape.rank - 1)


def _order(x: Tensor) -> Tensor:
    """Returns indices that sort the last axis."""
    part = _COMPLEX.get(x.dtype)
    if part is None:
        return _order_of_keys(_key(x))
    # By the least significant key first, then stably by more significant ones; the most significant is which part is
    # NaN.
    real, imaginary = raw_ops.Real(input=x, Tout=part), raw_ops.Imag(input=x, Tout=part)
    order = _order_of_keys(_key(imaginary))
    nan_real = raw_ops.Cast(x=raw_ops.IsNan(x=real), DstT=tf.int32)
    nan_imaginary = raw_ops.Cast(x=raw_ops.IsNan(x=imaginary), DstT=tf.int32)
    nan = raw_ops.AddV2(x=raw_ops.AddV2(x=nan_real, y=nan_real), y=nan_imaginary)
    for key in (real, nan):
        order = _picked(order, _order_of_keys(_picked(_key(key), order)))
    return order


def _order_of_keys(keys: Tensor) -> Tensor:
    size = static_shape(keys)[-1]
    if size is None:
        size = raw_ops.Shape(input=keys)[-1]
    return raw_ops.TopKV2(input=keys, k=size if isinstance(size, tf.Tensor) else ints(keys, size), sorted=True)[1]


def _key(x: Tensor) -> Tensor:
    """Returns integers whose order is the reverse of the elements'."""
    if x.dtype is _BOOL:
        return raw_ops.Invert(x=raw_ops.Cast(x=x, DstT=tf.uint8))
    bits = _BITS.get(x.dtype)
    if bits is None:
        return raw_ops.Invert(x=x)
    zero, nan = number_like(0, x), number_like(float("nan"), x)
    x = raw_ops.SelectV2(condition=raw_ops.Equal(x=x, y=zero), t=zero, e=x)  # equal to -0.0
    x = raw_ops.SelectV2(condition=raw_ops.IsNan(x=x), t=nan, e=x)
    # A float's bits are ordered by sign and magnitude: for negative numbers, the magnitude bits are inverted.
    image = raw_ops.Bitcast(input=x, type=bits)
    sign = raw_ops.RightShift(x=image, y=number_like(bits.size * 8 - 1, image))
    turned = raw_ops.BitwiseAnd(x=sign, y=number_like(bits.max, image))
    return raw_ops.Invert(x=raw_ops.BitwiseXor(x=image, y=turned))


def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Tensor:
    find = {"left": raw_ops.LowerBound, "right": raw_ops.UpperBound}[side]
    if sorted_sequence.shape.rank != 1:
        raise ValueError("the sorted sequence has rank 1")
    shape = raw_ops.Shape(input=values)
    nan = None
    if values.dtype is _BOOL:
        sorted_sequence, values = (raw_ops.Cast(x=x, DstT=tf.uint8) for x in (sorted_sequence, values))
    elif values.dtype.is_floating:
        # The search fails if the sequence contains NaN: it is replaced by infinity, and is not counted.
        nan = raw_ops.IsNan(x=sorted_sequence)
        infinity = number_like(float("inf"), sorted_sequence)
        sorted_sequence = raw_ops.SelectV2(condition=nan, t=infinity, e=sorted_sequence)
    row = ints(values, (1, -1))
    place = find(
        sorted_inputs=raw_ops.Reshape(tensor=sorted_sequence, shape=row),
        values=raw_ops.Reshape(tensor=values, shape=row),
        out_type=tf.int32,
    )
    place = raw_ops.Reshape(tensor=place, shape=shape)
    if nan is not None:
        size = raw_ops.Size(input=sorted_sequence)
        count = raw_ops.Sum(input=raw_ops.Cast(x=raw_ops.LogicalNot(x=nan), DstT=tf.int32), axis=ints(nan, 0))
        place = raw_ops.SelectV2(
            condition=raw_ops.IsNan(x=values),
            t=count if side == "left" else size,
            e=raw_ops.Minimum(x=place, y=count),
        )
    place.set_shape(values.shape)
    return place


def bincount(x: Tensor, weights: Tensor | None, minlength: int, sparse: bool) -> Tensor:
    if weights is None and type(x) is EAGER and x.dtype in _COUNTED and x.shape.num_elements():
        axes = ints(x, tuple(range(x.shape.rank)))
        if int(raw_ops.Min(input=x, axis=axes)) < 0:
            raise ArgumentError("integers to count must not be negative")
        return tally(x, None, max(minlength, int(raw_ops.Max(input=x, axis=axes)) + 1))
    flat = raw_ops.Reshape(tensor=raw_ops.Cast(x=x, DstT=tf.int64), shape=ints(x, (-1,)))
    least = tf.cast(dims((minlength - 1,)), tf.int64)
    if type(x) is EAGER and int(raw_ops.Min(input=raw_ops.ConcatV2(values=[flat, [0]], axis=0), axis=ints(x, 0))) < 0:
        raise ArgumentError("integers to count must not be negative")
    longest = raw_ops.Max(input=raw_ops.ConcatV2(values=[flat, least], axis=0), axis=ints(x, 0))
    return tally(x, weights, raw_ops.AddV2(x=longest, y=tf.constant(1, tf.int64)))


def tally(x: Tensor, weights: Tensor | None, length: Any) -> Tensor:
    """Returns what the contract requires; the length may also be an int64 tensor."""
    if x.shape.rank not in (1, 2) or not (weights is None or weights.shape.is_compatible_with(x.shape)):
        raise ValueError("integers to count have rank 1 or 2, and weights their shape")
    if weights is None and type(x) is EAGER and x.dtype in _COUNTED:
        # Integers beyond the length are ignored; a negative one is an error.
        none = tf.zeros((0,), tf.int32)
        return raw_ops.DenseBincount(input=x, size=tf.cast(length, x.dtype), weights=none)
    added: Any = weights
    if weights is None:
        added = raw_ops.Fill(dims=raw_ops.Shape(input=x), value=tf.constant(1, tf.int32))
    dtype = added.dtype
    if dtype in _HALF:
        added = raw_ops.Cast(x=added, DstT=tf.float32)
    place = raw_ops.Cast(x=x, DstT=tf.int64)
    outside = raw_ops.LogicalOr(x=place < 0, y=place >= length)
    rows, count = None, length
    if x.shape.rank == 2:
        rows = raw_ops.Shape(input=x, out_type=tf.int64)[0]
        place = place + raw_ops.ExpandDims(input=tf.range(rows), axis=1) * length
        count = rows * length
    sums = raw_ops.UnsortedSegmentSum(
        data=added,
        segment_ids=raw_ops.SelectV2(condition=outside, t=tf.constant(-1, tf.int64), e=place),  # -1 is ignored
        num_segments=raw_ops.Cast(x=count, DstT=tf.int64),
    )
    if rows is not None:
        sums = raw_ops.Reshape(tensor=sums, shape=tf.stack([rows, tf.cast(length, tf.int64)]))
    if isinstance(length, int):
        sums.set_shape([*x.shape[:-1], length])
    return sums if dtype is sums.dtype else raw_ops.Cast(x=sums, DstT=dtype)


def top_k(x: Tensor, k: int, sorted: bool) -> tuple[Tensor, Tensor]:
    if not 0 <= k < 2**31:  # the operation reduces k modulo 2**32
        raise ValueError("k is from 0 to the last axis' size")
    if x.dtype is tf.bool:
        values, places = raw_ops.TopKV2(input=raw_ops.Cast(x=x, DstT=tf.uint8), k=k, sorted=True)
        return raw_ops.Cast(x=values, DstT=tf.bool), places
    if not x.dtype.is_floating or (can_be_read(x) and not has_nan(read(x))):
        return tuple(raw_ops.TopKV2(input=x, k=ints(x, k), sorted=True))
    infinite = tf.constant(float("inf"), x.dtype)
    keys = raw_ops.SelectV2(condition=raw_ops.IsNan(x=x), t=infinite, e=x)
    places = raw_ops.TopKV2(input=keys, k=k, sorted=True)[1]
    return tf.gather(x, places, batch_dims=x.shape.rank - 1), places
