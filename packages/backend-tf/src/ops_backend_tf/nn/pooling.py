"""TensorFlow, family nn.pooling: the framework's kernels, whose padding never affects a maximum or a mean; for dtypes
without one, one pass over strided slices for each position in the window."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf import elementwise, reduction
from ops_backend_tf.core import ints, raw_ops, static_shape
from ops_backend_tf.nn.convolution import channels_last, check_fit, places, to_data_format

Tensor = Any
Sizes = tuple[int, ...]

_PLANE = frozenset({tf.float32, tf.float64, tf.float16, tf.bfloat16})
_SOLID = frozenset({tf.float32, tf.bfloat16})


def max_pool(inputs: Tensor, pool_size: Sizes, strides: Sizes, padding: str, data_format: str) -> Tensor:
    return _pool(_max, inputs, pool_size, strides, padding, data_format)


def average_pool(inputs: Tensor, pool_size: Sizes, strides: Sizes, padding: str, data_format: str) -> Tensor:
    return _pool(_average, inputs, pool_size, strides, padding, data_format)


def _pool(
    kernel: Callable[..., Tensor], inputs: Tensor, size: Sizes, strides: Sizes, padding: str, data_format: str
) -> Tensor:
    x = channels_last(inputs, data_format)
    check_fit(x, size, padding.upper())
    if len(size) == 1:
        x = raw_ops.ExpandDims(input=x, axis=ints(x, 1))
        out = raw_ops.Squeeze(input=kernel(x, (1, *size), (1, *strides), padding.upper()), axis=(1,))
    else:
        out = kernel(x, size, strides, padding.upper())
    return to_data_format(out, data_format)


def _max(x: Tensor, size: Sizes, strides: Sizes, padding: str) -> Tensor:
    if len(size) == 2 and x.dtype in _PLANE:
        return raw_ops.MaxPool(input=x, ksize=(1, *size, 1), strides=(1, *strides, 1), padding=padding)
    if len(size) == 3 and x.dtype in _SOLID:
        return raw_ops.MaxPool3D(input=x, ksize=(1, *size, 1), strides=(1, *strides, 1), padding=padding)
    lowest: Any = -math.inf if x.dtype.is_floating else np.iinfo(x.dtype.as_numpy_dtype).min
    return functools.reduce(elementwise.maximum, places(x, size, strides, padding, lowest))


def _average(x: Tensor, size: Sizes, strides: Sizes, padding: str) -> Tensor:
    if len(size) == 2 and x.dtype in _PLANE:
        return raw_ops.AvgPool(value=x, ksize=(1, *size, 1), strides=(1, *strides, 1), padding=padding)
    if len(size) == 3 and x.dtype in _SOLID:
        return raw_ops.AvgPool3D(input=x, ksize=(1, *size, 1), strides=(1, *strides, 1), padding=padding)
    if x.dtype is tf.float16:
        return _small(_average, x, size, strides, padding)
    total = functools.reduce(elementwise.add, places(x, size, strides, padding, 0))
    count = functools.reduce(elementwise.add, places(tf.ones_like(x), size, strides, padding, 0))
    return raw_ops.RealDiv(x=total, y=count)


def adaptive_max_pool(inputs: Tensor, output_size: Sizes, data_format: str) -> Tensor:
    x = channels_last(inputs, data_format)
    for axis, count in enumerate(output_size, start=1):
        picked, _ = _picked(x, axis, count)
        x = reduction.max(picked, (axis + 1,), False, None)  # a duplicated element does not change a maximum
    return to_data_format(x, data_format)


def adaptive_average_pool(inputs: Tensor, output_size: Sizes, data_format: str) -> Tensor:
    x = channels_last(inputs, data_format)
    if x.dtype in (tf.float16, tf.bfloat16):
        return _small(adaptive_average_pool, inputs, output_size, data_format)
    for axis, count in enumerate(output_size, start=1):
        picked, real = _picked(x, axis, count)
        real = tf.cast(real, x.dtype)
        shares = real / tf.reduce_sum(real, 1, keepdims=True)
        shares = tf.reshape(shares, (count, -1, *(1,) * (len(output_size) + 1 - axis)))
        x = tf.reduce_sum(picked * shares, axis + 1)
    return to_data_format(x, data_format)


def _small(function: Callable[..., Tensor], x: Tensor, *args: Any) -> Tensor:
    """Returns a function of a small float, computed in float32."""
    return raw_ops.Cast(x=function(raw_ops.Cast(x=x, DstT=tf.float32), *args), DstT=x.dtype)


def _picked(x: Tensor, axis: int, count: int) -> tuple[Tensor, Tensor]:
    """Returns the elements of evenly spread windows along an axis, (..., windows, elements, ...), and which of them
    count."""
    size = static_shape(x)[axis]
    if size == 0:
        raise ValueError(f"axis {axis} of {x.shape} has no elements")
    if size is None:
        size = raw_ops.Shape(input=x)[axis]
    number = tf.range(count)
    starts, ends = number * size // count, -(-(number + 1) * size // count)
    at = starts[:, None] + tf.range(tf.reduce_max(ends - starts))
    return tf.gather(x, tf.minimum(at, ends[:, None] - 1), axis=axis), at < ends[:, None]
