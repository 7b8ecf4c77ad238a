"""Trigonometric and hyperbolic functions and their inverses."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_backend_tf.core import number_like, raw_ops
from ops_backend_tf.elementwise.gradients import differentiable
from ops_backend_tf.elementwise.operands import as_tensors, unary

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "cos",
    "cosh",
    "sin",
    "sinh",
    "tan",
    "tanh",
]

Tensor = Any

_SelectV2, _Equal, _LogicalAnd = raw_ops.SelectV2, raw_ops.Equal, raw_ops.LogicalAnd


def arctan2(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    angle = raw_ops.Atan2(y=x1, x=x2)
    if not differentiable(angle):
        return angle
    zero = number_like(0, x1)  # at the origin the gradient is 0; TensorFlow's is NaN
    origin = _LogicalAnd(_Equal(x=x1, y=zero), _Equal(x=x2, y=zero))
    away = raw_ops.Atan2(y=x1, x=_SelectV2(condition=origin, t=number_like(1, x2), e=x2))
    return _SelectV2(condition=origin, t=tf.stop_gradient(angle), e=away)


tanh = unary(raw_ops.Tanh)
sin = unary(raw_ops.Sin)
cos = unary(raw_ops.Cos)
arccos = unary(raw_ops.Acos)
arccosh = unary(raw_ops.Acosh)
arcsin = unary(raw_ops.Asin)
arcsinh = unary(raw_ops.Asinh)
arctan = unary(raw_ops.Atan)
arctanh = unary(raw_ops.Atanh)
cosh = unary(raw_ops.Cosh)
sinh = unary(raw_ops.Sinh)
tan = unary(raw_ops.Tan)
