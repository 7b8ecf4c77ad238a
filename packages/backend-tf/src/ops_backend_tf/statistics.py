"""TensorFlow, family statistics.

TensorFlow only sorts in descending order, and does not define the order of NaN: it is replaced by minus infinity, which
comes last.
"""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import EAGER, dynamic_shape, ints, number_like, raw_ops, static_shape
from ops_common.algorithms import quantiles

Tensor = Any
Axis = int | tuple[int, ...] | None

_HALF = frozenset({tf.float16, tf.bfloat16})


def quantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    return _quantile(x, q, axis, method, keepdims, False)


def nanquantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    return _quantile(x, q, axis, method, keepdims, True)


def _quantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool, skip_nan: bool) -> Tensor:
    flat, lead = quantiles.levels(q)
    shape = static_shape(x)
    kept, reduced = quantiles.axes(len(shape), axis)
    lengths = dynamic_shape(x)
    stays = [(lengths[a] if a in kept else 1) for a in range(len(shape))] if keepdims else [lengths[a] for a in kept]
    if 0 in shape or not flat:
        return tf.fill([*lead, *stays], tf.constant(math.nan, x.dtype))
    rows = raw_ops.Transpose(x=x, perm=ints(x, kept + reduced))
    rows = tf.reshape(rows, [_product([lengths[a] for a in kept]), _product([lengths[a] for a in reduced])])
    if x.dtype in _HALF:
        rows = raw_ops.Cast(x=rows, DstT=tf.float32)
    size = raw_ops.Shape(input=rows)[1]
    nan = raw_ops.IsNan(x=rows)
    numbers = raw_ops.SelectV2(condition=nan, t=number_like(-math.inf, rows), e=rows)
    ordered = raw_ops.TopKV2(input=numbers, k=size).values
    if None in shape:  # a row may be empty: its quantile is NaN
        ordered = tf.pad(ordered, ((0, 0), (0, 1)), constant_values=math.nan)
    last = raw_ops.ExpandDims(input=size - 1, axis=0)
    if skip_nan:
        last -= raw_ops.Sum(input=raw_ops.Cast(x=nan, DstT=tf.int32), axis=1)
    last = raw_ops.ExpandDims(input=raw_ops.Maximum(x=last, y=0), axis=1)
    position = raw_ops.Cast(x=last, DstT=tf.float64) * tf.constant(flat, tf.float64)
    low, high, weight = quantiles.places(position, method, tf.floor, tf.math.ceil, tf.math.rint)
    selected = _pick(ordered, last, low)
    if weight is not None:
        selected = _between(selected, _pick(ordered, last, high), raw_ops.Cast(x=weight, DstT=rows.dtype))
    spoilt = (raw_ops.All if skip_nan else raw_ops.Any)(input=nan, axis=1, keep_dims=True)
    selected = raw_ops.SelectV2(condition=spoilt, t=number_like(math.nan, selected), e=selected)
    result = tf.reshape(raw_ops.Transpose(x=selected, perm=ints(x, (1, 0))), [*lead, *stays])
    return raw_ops.Cast(x=result, DstT=x.dtype) if x.dtype in _HALF else result


def _product(sizes: list[Any]) -> Any:
    product: Any = 1
    for size in sizes:
        product = product * size
    return product


def _pick(ordered: Tensor, last: Tensor, place: Tensor) -> Tensor:
    """Returns the elements of each row at positions counted upwards, from the end of the numbers."""
    index = last - raw_ops.Cast(x=place, DstT=tf.int32)
    index = raw_ops.BroadcastTo(input=index, shape=[raw_ops.Shape(input=ordered)[0], index.shape[1]])
    return tf.gather(ordered, index, batch_dims=1)


def _between(low: Tensor, high: Tensor, weight: Tensor) -> Tensor:
    """Returns the interpolation from the lower to the upper element: exact at the lower one and for equal ones; an
    infinite distance does not give NaN."""
    distance = high - low
    values = tf.where(tf.math.is_finite(distance), low + distance * weight, low * (1 - weight) + high * weight)
    at_low = weight == 0
    if type(low) is not EAGER:  # they may be divided over devices, and DTensor needs conditions with all axes
        at_low = tf.broadcast_to(at_low, tf.shape(values))
    return tf.where(at_low, low, values)
