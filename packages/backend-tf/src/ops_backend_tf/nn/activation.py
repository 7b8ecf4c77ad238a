"""TensorFlow, family nn.activation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import DTYPES, ints, number_like, raw_ops, scalar
from ops_backend_tf.elementwise.gradients import differentiable
from ops_common import shapes

Tensor = Any
Axis = int | tuple[int, ...] | None

_Mul, _AddV2 = raw_ops.Mul, raw_ops.AddV2
_Softmax, _LogSoftmax = raw_ops.Softmax, raw_ops.LogSoftmax


def relu(x: Tensor) -> Tensor:
    return raw_ops.Relu(features=x)


def relu6(x: Tensor) -> Tensor:
    return raw_ops.Relu6(features=x)


def leaky_relu(x: Tensor, negative_slope: float) -> Tensor:
    return raw_ops.LeakyRelu(features=x, alpha=negative_slope)


def elu(x: Tensor, alpha: float) -> Tensor:
    if alpha == 1.0:
        return raw_ops.Elu(features=x)
    none = raw_ops.SelectV2(condition=raw_ops.Greater(x=x, y=0.0), t=raw_ops.ZerosLike(x=x), e=x)
    return _where_positive(x, x, _Mul(x=raw_ops.Expm1(x=none), y=number_like(alpha, x)))


def _where_positive(x: Tensor, yes: Tensor, no: Tensor) -> Tensor:
    return raw_ops.SelectV2(condition=raw_ops.Greater(x=x, y=0.0), t=yes, e=no)


def selu(x: Tensor) -> Tensor:
    if not differentiable(x):
        return raw_ops.Selu(features=x)
    # TensorFlow's gradient at 0 is that of the positive side; other frameworks, and `elu`, use the negative one's.
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    none = raw_ops.SelectV2(condition=raw_ops.Greater(x=x, y=0.0), t=raw_ops.ZerosLike(x=x), e=x)
    return _where_positive(x, _Mul(x=x, y=scale), _Mul(x=raw_ops.Expm1(x=none), y=scale * alpha))


def softplus(x: Tensor) -> Tensor:
    return raw_ops.Softplus(features=x)


def softsign(x: Tensor) -> Tensor:
    return raw_ops.Softsign(features=x)


def sigmoid(x: Tensor) -> Tensor:
    return raw_ops.Sigmoid(x=x)


def gelu(x: Tensor, approximate: bool) -> Tensor:
    # Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415
    if approximate:
        root = 2 * math.sqrt(2 / math.pi)
        slope = _AddV2(x=_Mul(x=raw_ops.Square(x=x), y=0.044715 * root), y=root)
        # (1 + tanh(u)) / 2 is sigmoid(2 u), which has no cancellation.
        return _Mul(x=x, y=raw_ops.Sigmoid(x=_Mul(x=x, y=slope)))
    return _Mul(x=_Mul(x=x, y=0.5), y=raw_ops.Erfc(x=_Mul(x=x, y=-math.sqrt(0.5))))


def softmax(x: Tensor, axis: Axis) -> Tensor:
    return _over(_Softmax, x, axis)


def log_softmax(x: Tensor, axis: Axis) -> Tensor:
    return _over(_LogSoftmax, x, axis)


def _over(function: Callable[..., Tensor], x: Tensor, axis: Axis) -> Tensor:
    """Returns a function of the last axis, applied to another axis, to several as one, or to all for None."""
    rank = x.shape.rank
    if (axis == -1 and rank) or (axis == rank - 1 and rank):
        return function(logits=x)
    if axis is None:
        flat = function(logits=raw_ops.Reshape(tensor=x, shape=ints(x, (-1,))))
        return raw_ops.Reshape(tensor=flat, shape=raw_ops.Shape(input=x))
    axes = shapes.normalize_axes(axis, rank)
    order = (*(a for a in range(rank) if a not in axes), *axes)
    moved = raw_ops.Transpose(x=x, perm=ints(x, order))
    if len(axes) == 1:
        out = function(logits=moved)
    else:
        shape = raw_ops.Shape(input=moved)
        rows = tf.concat([shape[: rank - len(axes)], [-1]], 0)
        out = raw_ops.Reshape(tensor=function(logits=raw_ops.Reshape(tensor=moved, shape=rows)), shape=shape)
    return raw_ops.Transpose(x=out, perm=ints(x, tuple(order.index(a) for a in range(rank))))


_CLASSES = frozenset({tf.uint8, tf.int8, tf.int32, tf.int64})


def one_hot(x: Tensor, num_classes: Any, axis: int, dtype: str) -> Tensor:
    if isinstance(num_classes, int) and num_classes >= 2**31:  # the operation reduces it modulo 2**32
        raise ValueError(f"num_classes must be less than 2**31; got {num_classes}")
    if x.dtype not in _CLASSES:
        x = raw_ops.Cast(x=x, DstT=tf.int64)
    one, zero = scalar(1, DTYPES[dtype]), scalar(0, DTYPES[dtype])
    return raw_ops.OneHot(indices=x, depth=ints(x, num_classes), on_value=one, off_value=zero, axis=axis)
