"""TensorFlow, family nn.pooling: the framework's kernels, whose own padding never wins and never counts; where a dtype
has none, one pass over strided slices for each place of the window."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf import elementwise
from ops_backend_tf.core import ints, number_like, raw_ops, static_shape
from ops_backend_tf.nn.convolution import as_given, channels_last, check_fit
from ops_common.shapes import same_padding

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
    return as_given(out, data_format)


def _max(x: Tensor, size: Sizes, strides: Sizes, padding: str) -> Tensor:
    if len(size) == 2 and x.dtype in _PLANE:
        return raw_ops.MaxPool(input=x, ksize=(1, *size, 1), strides=(1, *strides, 1), padding=padding)
    if len(size) == 3 and x.dtype in _SOLID:
        return raw_ops.MaxPool3D(input=x, ksize=(1, *size, 1), strides=(1, *strides, 1), padding=padding)
    lowest: Any = -math.inf if x.dtype.is_floating else np.iinfo(x.dtype.as_numpy_dtype).min
    return functools.reduce(elementwise.maximum, _places(x, size, strides, padding, lowest))


def _average(x: Tensor, size: Sizes, strides: Sizes, padding: str) -> Tensor:
    if len(size) == 2 and x.dtype in _PLANE:
        return raw_ops.AvgPool(value=x, ksize=(1, *size, 1), strides=(1, *strides, 1), padding=padding)
    if len(size) == 3 and x.dtype in _SOLID:
        return raw_ops.AvgPool3D(input=x, ksize=(1, *size, 1), strides=(1, *strides, 1), padding=padding)
    if x.dtype is tf.float16:
        return raw_ops.Cast(x=_average(raw_ops.Cast(x=x, DstT=tf.float32), size, strides, padding), DstT=x.dtype)
    total = functools.reduce(elementwise.add, _places(x, size, strides, padding, 0))
    count = functools.reduce(elementwise.add, _places(tf.ones_like(x), size, strides, padding, 0))
    return raw_ops.RealDiv(x=total, y=count)


def _places(x: Tensor, size: Sizes, strides: Sizes, padding: str, fill: Any) -> list[Tensor]:
    """For each place of the window, the elements that stand there in all windows."""
    spatial = static_shape(x)[1:-1]
    if padding == "SAME":
        pads = [
            _same(raw_ops.Shape(input=x)[axis], k, s) if n is None else same_padding(n, k, s)
            for axis, (n, k, s) in enumerate(zip(spatial, size, strides, strict=True), start=1)
        ]
        x = raw_ops.PadV2(
            input=x, paddings=tf.convert_to_tensor([(0, 0), *pads, (0, 0)]), constant_values=number_like(fill, x)
        )
    found: list[Tensor] = []
    for place in itertools.product(*map(range, size)):
        cuts = (slice(p, p - k + 1 or None, s) for p, k, s in zip(place, size, strides, strict=True))
        found.append(x[(slice(None), *cuts)])
    return found


def _same(size: Tensor, window: int, stride: int) -> tuple[Tensor, Tensor]:
    """`same_padding` of a size that is known only when the graph runs."""
    total = tf.maximum(((size + stride - 1) // stride - 1) * stride + window - size, 0)
    return total // 2, total - total // 2
