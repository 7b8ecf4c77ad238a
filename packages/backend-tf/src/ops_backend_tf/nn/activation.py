"""TensorFlow, family nn.activation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import DTYPES, ints, scalar

Tensor = Any
Axis = int | tuple[int, ...] | None

_raw = tf.raw_ops
_Mul, _AddV2 = _raw.Mul, _raw.AddV2
_Softmax, _LogSoftmax = _raw.Softmax, _raw.LogSoftmax


def relu(x: Tensor) -> Tensor:
    return _raw.Relu(features=x)


def sigmoid(x: Tensor) -> Tensor:
    return _raw.Sigmoid(x=x)


def erf(x: Tensor) -> Tensor:
    return _raw.Erf(x=x)


def gelu(x: Tensor, approximate: bool) -> Tensor:
    # Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415
    if approximate:
        root = math.sqrt(2 / math.pi)
        slope = _AddV2(x=_Mul(x=_raw.Square(x=x), y=0.044715 * root), y=root)
        bend = _raw.Tanh(x=_Mul(x=x, y=slope))
    else:
        bend = _raw.Erf(x=_Mul(x=x, y=math.sqrt(0.5)))
    return _Mul(x=_Mul(x=x, y=0.5), y=_AddV2(x=bend, y=1.0))


def softmax(x: Tensor, axis: Axis) -> Tensor:
    return _over(_Softmax, x, axis)


def log_softmax(x: Tensor, axis: Axis) -> Tensor:
    return _over(_LogSoftmax, x, axis)


def _over(function: Callable[..., Tensor], x: Tensor, axis: Axis) -> Tensor:
    """A function of the last axis, over another one, over several as if they were one, or over all for None."""
    rank = x.shape.rank
    if (axis == -1 and rank) or (axis == rank - 1 and rank):
        return function(logits=x)
    if axis is None or not rank:
        flat = function(logits=_raw.Reshape(tensor=x, shape=ints(x, (-1,))))
        return _raw.Reshape(tensor=flat, shape=_raw.Shape(input=x))
    axes = tuple(a % rank for a in ((axis,) if isinstance(axis, int) else axis))
    order = (*(a for a in range(rank) if a not in axes), *axes)
    moved = _raw.Transpose(x=x, perm=ints(x, order))
    if len(axes) == 1:
        out = function(logits=moved)
    else:
        shape = _raw.Shape(input=moved)
        rows = tf.concat([shape[: rank - len(axes)], [-1]], 0)
        out = _raw.Reshape(tensor=function(logits=_raw.Reshape(tensor=moved, shape=rows)), shape=shape)
    return _raw.Transpose(x=out, perm=ints(x, tuple(order.index(a) for a in range(rank))))


_CLASSES = frozenset({tf.uint8, tf.int8, tf.int32, tf.int64})


def one_hot(x: Tensor, num_classes: int, axis: int, dtype: str) -> Tensor:
    if x.dtype not in _CLASSES:
        x = _raw.Cast(x=x, DstT=tf.int64)
    one, zero = scalar(1, DTYPES[dtype]), scalar(0, DTYPES[dtype])
    return _raw.OneHot(indices=x, depth=num_classes, on_value=one, off_value=zero, axis=axis)
