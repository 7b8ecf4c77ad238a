"""TensorFlow, family reduction."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf import elementwise
from ops_backend_tf.core import can_be_read, ints, number_like, raw_ops, static_shape
from ops_backend_tf.elementwise.gradients import differentiable
from ops_backend_tf.values import has_nan, read
from ops_common import shapes

Tensor = Any
Axis = int | tuple[int, ...] | None

_Sum, _Prod, _Mean, _Max, _Min, _Any, _All = (
    raw_ops.Sum,
    raw_ops.Prod,
    raw_ops.Mean,
    raw_ops.Max,
    raw_ops.Min,
    raw_ops.Any,
    raw_ops.All,
)
_HALF = frozenset({tf.float16, tf.bfloat16})
_BOOL = tf.bool
_FLOAT32 = tf.float32
_LONG = 1 << 13  # elements summed one by one
_PIECES = (1024, 512, 640, 384, 256, 192, 128, 100, 96, 64, 50, 49, 32, 27, 25, 20, 16)
# Dtypes that are accumulated in another one, for precision.
_WIDE = dict.fromkeys(_HALF, tf.float32)


def _axes(x: Tensor, axis: Axis) -> Any:
    return ints(x, tuple(range(x.shape.rank)) if axis is None else axis)


def sum(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return _Sum(input=x, axis=_axes(x, axis), keep_dims=keepdims)


def prod(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return _Prod(input=x, axis=_axes(x, axis), keep_dims=keepdims)


def mean(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if x.dtype in _HALF:
        return raw_ops.Cast(x=mean(raw_ops.Cast(x=x, DstT=tf.float32), axis, keepdims), DstT=x.dtype)
    if axis is not None and x.dtype is _FLOAT32:
        shape = static_shape(x)
        if None not in shape and math.prod(shape) > _LONG:
            return _long_mean(x, shape, axis, keepdims)
    return _Mean(input=x, axis=_axes(x, axis), keep_dims=keepdims)


def _long_mean(x: Tensor, shape: list[int], axis: int | tuple[int, ...], keepdims: bool) -> Tensor:
    """Returns the mean of the means of shorter pieces where TensorFlow would lose digits: it sums in a tree along the
    last axis, but element by element along the first ones."""
    axes = shapes.normalize_axes(axis, len(shape))
    count = math.prod(shape[a] for a in axes)
    piece = next((size for size in _PIECES if count % size == 0), 0)
    if count > _LONG and len(axes) < len(shape) and axes == tuple(range(len(axes))) and piece:
        pieces = raw_ops.Reshape(tensor=x, shape=ints(x, (count // piece, piece, *shape[len(axes) :])))
        short = _Mean(input=_Mean(input=pieces, axis=ints(x, 1), keep_dims=False), axis=ints(x, 0), keep_dims=False)
        return (
            raw_ops.Reshape(tensor=short, shape=ints(x, shapes.reduce(tuple(shape), axis, True))) if keepdims else short
        )
    return _Mean(input=x, axis=ints(x, axis), keep_dims=keepdims)


def max(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    if x.dtype is _BOOL:
        return _extreme(_Any, elementwise.maximum, x, axis, keepdims, initial)
    return _extreme(_Max, elementwise.maximum, x, axis, keepdims, initial)


def min(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    if x.dtype is _BOOL:
        return _extreme(_All, elementwise.minimum, x, axis, keepdims, initial)
    return _extreme(_Min, elementwise.minimum, x, axis, keepdims, initial)


def _extreme(
    reduce: Callable[..., Tensor], join: Callable[..., Tensor], x: Tensor, axis: Axis, keepdims: bool, initial: Any
) -> Tensor:
    if initial is None:
        shape = static_shape(x)
        if 0 in shape and 0 in (shape[a] for a in shapes.normalize_axes(axis, len(shape))):
            raise ValueError("an empty axis has no largest or smallest element")  # TensorFlow returns an infinity
        return reduce(input=x, axis=_axes(x, axis), keep_dims=keepdims)
    return join(reduce(input=x, axis=_axes(x, axis), keep_dims=keepdims), number_like(initial, x))


def any(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return _Any(input=x, axis=_axes(x, axis), keep_dims=keepdims)


def all(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return _All(input=x, axis=_axes(x, axis), keep_dims=keepdims)


def argmax(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    return _place(raw_ops.ArgMax, x, axis, keepdims)


def argmin(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    return _place(raw_ops.ArgMin, x, axis, keepdims)


def _place(find: Callable[..., Tensor], x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    rank = x.shape.rank
    flat, at = (x, axis) if axis is not None else (raw_ops.Reshape(tensor=x, shape=ints(x, (-1,))), 0)
    if flat.shape[at] == 0:
        raise ValueError("an empty axis has no largest or smallest element")
    place = find(input=flat, dimension=ints(x, at), output_type=tf.int32)
    # TensorFlow ignores NaN.
    if x.dtype.is_floating and not (can_be_read(x) and not has_nan(read(x))):
        nan = raw_ops.IsNan(x=flat)
        first = raw_ops.ArgMax(input=raw_ops.Cast(x=nan, DstT=tf.uint8), dimension=ints(x, at), output_type=tf.int32)
        place = raw_ops.SelectV2(condition=_Any(input=nan, axis=ints(x, at), keep_dims=False), t=first, e=place)
    if not keepdims:
        return place
    if axis is None:
        return raw_ops.Reshape(tensor=place, shape=ints(x, (1,) * rank))
    return raw_ops.ExpandDims(input=place, axis=ints(x, axis))


def cumsum(x: Tensor, axis: int | None) -> Tensor:
    return _accumulated(raw_ops.Cumsum, x, axis)


def cumprod(x: Tensor, axis: int | None) -> Tensor:
    return _accumulated(_products, x, axis)


def _products(x: Tensor, axis: Any) -> Tensor:
    product = raw_ops.Cumprod(x=x, axis=axis)
    if not x.dtype.is_floating or not differentiable(product):
        return product
    if can_be_read(x) and np.all(x):
        return product
    # TensorFlow's gradient is 0 after a zero. From the first zero on, the product is that zero times the product of the
    # others.
    zero, one = number_like(0, x), number_like(1, x)
    count = raw_ops.Cumsum(x=raw_ops.Cast(x=raw_ops.Equal(x=x, y=zero), DstT=tf.int32), axis=axis)
    started = raw_ops.Greater(x=count, y=number_like(0, count))
    # The first zero is where the count becomes 1.
    first = raw_ops.LogicalAnd(x=raw_ops.Equal(x=x, y=zero), y=raw_ops.Equal(x=count, y=number_like(1, count)))
    others = raw_ops.Cumprod(x=raw_ops.SelectV2(condition=first, t=one, e=x), axis=axis)
    at_zero = raw_ops.Sum(input=raw_ops.SelectV2(condition=first, t=x, e=zero), axis=axis, keep_dims=True)
    # Its value is 0; where the others overflow or are NaN, it comes from the plain product, which is added without a
    # gradient.
    finite = raw_ops.SelectV2(condition=raw_ops.IsFinite(x=others), t=others, e=zero)
    behind = raw_ops.AddV2(x=tf.stop_gradient(product), y=raw_ops.Mul(x=at_zero, y=finite))
    return raw_ops.SelectV2(condition=started, t=behind, e=others)


def _accumulated(accumulate: Callable[..., Tensor], x: Tensor, axis: int | None) -> Tensor:
    if axis is None:
        x, axis = raw_ops.Reshape(tensor=x, shape=ints(x, (-1,))), 0
    wide = _WIDE.get(x.dtype)
    if wide is not None:
        wider = raw_ops.Cast(x=x, DstT=wide)
        return raw_ops.Cast(x=accumulate(x=wider, axis=ints(x, axis)), DstT=x.dtype)
    return accumulate(x=x, axis=ints(x, axis))
