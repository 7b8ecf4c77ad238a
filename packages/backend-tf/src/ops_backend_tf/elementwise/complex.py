"""Parts of complex numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import number_like, raw_ops
from ops_backend_tf.elementwise.floating import signbit
from ops_backend_tf.elementwise.gradients import differentiable
from ops_backend_tf.elementwise.operands import COMPLEX

__all__ = ["angle", "conj", "imag", "isreal", "real"]

Tensor = Any

_SelectV2, _Equal = raw_ops.SelectV2, raw_ops.Equal


def by_parts(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Returns a function applied to the real and the imaginary part."""
    return raw_ops.Complex(real=function(real(x)), imag=function(imag(x)), Tout=x.dtype)


def angle(x: Tensor) -> Tensor:
    if x.dtype in COMPLEX:
        number = raw_ops.Angle(input=x, Tout=x.dtype.real_dtype)
        if not differentiable(number):
            return number
        origin = _Equal(x=x, y=number_like(0, x))  # the gradient is 0 there; TensorFlow's is NaN
        away = _SelectV2(condition=origin, t=number_like(1, x), e=x)
        away = raw_ops.Angle(input=away, Tout=x.dtype.real_dtype)
        return _SelectV2(condition=origin, t=tf.stop_gradient(number), e=away)
    # Not Atan2, which treats the smallest floats as 0 on one side only.
    number = _SelectV2(signbit(x), number_like(math.pi, x), number_like(0, x))
    return _SelectV2(raw_ops.IsNan(x=x), x, number)


def conj(x: Tensor) -> Tensor:
    return raw_ops.Conj(input=x) if x.dtype in COMPLEX else x


def real(x: Tensor) -> Tensor:
    return raw_ops.Real(input=x, Tout=x.dtype.real_dtype) if x.dtype in COMPLEX else x


def imag(x: Tensor) -> Tensor:
    return raw_ops.Imag(input=x, Tout=x.dtype.real_dtype) if x.dtype in COMPLEX else raw_ops.ZerosLike(x=x)


def isreal(x: Tensor) -> Tensor:
    if x.dtype in COMPLEX:
        part = imag(x)
        return _Equal(x=part, y=number_like(0, part))
    return raw_ops.Fill(dims=raw_ops.Shape(input=x), value=tf.constant(True))
