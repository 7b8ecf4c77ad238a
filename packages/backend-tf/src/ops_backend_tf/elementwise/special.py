"""Special functions: error functions, gamma functions and the Bessel function i0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import can_be_read, number_like, raw_ops, zero_like
from ops_backend_tf.elementwise.operands import as_tensors, unary
from ops_backend_tf.elementwise.selection import clip
from ops_common.host import special

__all__ = ["erf", "erfc", "erfinv", "gammainc", "i0", "lgamma"]

Tensor = Any

_AddV2, _Sub, _Mul, _Maximum = raw_ops.AddV2, raw_ops.Sub, raw_ops.Mul, raw_ops.Maximum
_Minimum, _SelectV2, _Cast, _Equal = raw_ops.Minimum, raw_ops.SelectV2, raw_ops.Cast, raw_ops.Equal
_Less, _GreaterEqual, _LogicalAnd, _LogicalOr = (
    raw_ops.Less,
    raw_ops.GreaterEqual,
    raw_ops.LogicalAnd,
    raw_ops.LogicalOr,
)

erfc = unary(raw_ops.Erfc)


def erf(x: Tensor) -> Tensor:
    if x.dtype is tf.float64:  # TensorFlow's own is NaN if the square overflows; from 6 on the function is 1
        x = clip(x, -10.0, 10.0)
    return raw_ops.Erf(x=x)


def erfinv(x: Tensor) -> Tensor:
    if x.dtype in (tf.float16, tf.bfloat16):  # without a kernel
        return raw_ops.Cast(x=erfinv(raw_ops.Cast(x=x, DstT=tf.float32)), DstT=x.dtype)
    # By the inverse of the normal distribution, as in TensorFlow's own function, but of the smaller tail, which is
    # accurate near 1; near 0, where it has too few digits, a Newton step adds them.
    size = raw_ops.Abs(x=x)
    tail = _Mul(x=raw_ops.Ndtri(x=_AddV2(x=_Mul(x=size, y=-0.5), y=0.5)), y=math.sqrt(0.5))
    small = _Less(x=size, y=0.5)
    near = _SelectV2(condition=small, t=tail, e=zero_like(0.0, x))  # negative
    excess = _AddV2(x=raw_ops.Erf(x=near), y=size)
    slope = _Mul(x=raw_ops.Exp(x=raw_ops.Square(x=near)), y=math.sqrt(math.pi) / 2)
    tail = _SelectV2(condition=small, t=_Sub(x=near, y=_Mul(x=excess, y=slope)), e=tail)
    zero = zero_like(0.0, x)
    signed = _SelectV2(condition=_Less(x=x, y=zero), t=tail, e=raw_ops.Neg(x=tail))
    # Zero keeps its sign, and its derivative.
    return _SelectV2(condition=_Equal(x=x, y=zero), t=_Mul(x=x, y=math.sqrt(math.pi) / 2), e=signed)


def lgamma(x: Tensor) -> Tensor:
    if x.dtype == tf.bfloat16:  # without a kernel
        return raw_ops.Cast(x=raw_ops.Lgamma(x=raw_ops.Cast(x=x, DstT=tf.float32)), DstT=x.dtype)
    return raw_ops.Lgamma(x=x)


def gammainc(a: Any, x: Any) -> Tensor:
    # In float64: in float32, TensorFlow's own is accurate to three digits where a is 10,000, and wrong where it is a
    # million; from 1e7 on it is wrong in float64, too.
    a, x = as_tensors(a, x)
    wide, at = _Cast(x=a, DstT=tf.float64), _Cast(x=x, DstT=tf.float64)
    one = number_like(1.0, wide)
    if can_be_read(wide):
        known = np.asarray(wide)
        if 0 < known.min(initial=1.0) and known.max(initial=1.0) <= special.LARGE:  # false if there is a NaN
            return _Cast(x=raw_ops.Igamma(a=wide, x=at), DstT=a.dtype)
    large, none = wide > special.LARGE, _Equal(x=wide, y=number_like(0.0, wide))
    near = raw_ops.Igamma(a=_SelectV2(condition=_LogicalOr(large, none), t=one, e=wide), x=at)
    far = _temme(_SelectV2(condition=large, t=wide, e=one), _SelectV2(condition=large, t=at, e=one))
    limit = _SelectV2(condition=at > 0, t=one, e=number_like(math.nan, wide))
    out = _SelectV2(condition=none, t=limit, e=_SelectV2(condition=large, t=far, e=near))
    zero, infinity = number_like(0.0, wide), number_like(math.inf, wide)
    out = _SelectV2(condition=_LogicalAnd(_Equal(x=wide, y=infinity), _Less(x=at, y=infinity)), t=zero, e=out)
    inside = _LogicalAnd(_GreaterEqual(x=wide, y=zero), _GreaterEqual(x=at, y=zero))
    return _Cast(x=_SelectV2(condition=inside, t=out, e=number_like(math.nan, wide)), DstT=a.dtype)


def _temme(a: Tensor, x: Tensor) -> Tensor:
    """Returns Temme's expansion for large a; see `ops_common.host.special`."""
    ratio = _Minimum(x=(x - a) / a, y=number_like(1e6, a))
    excess = _Maximum(x=ratio - raw_ops.Log1p(x=ratio), y=number_like(0.0, a))
    eta = raw_ops.Sign(x=ratio) * raw_ops.Sqrt(x=2.0 * excess)
    near = tf.clip_by_value(eta, -1.0, 1.0)
    first, second = (tf.math.polyval([number_like(c, a) for c in reversed(terms)], near) for terms in special.TEMME)
    rest = raw_ops.Exp(x=-a * excess) / raw_ops.Sqrt(x=2.0 * math.pi * a) * (first + second / a)
    return 0.5 * raw_ops.Erfc(x=-eta * raw_ops.Sqrt(x=a / 2.0)) - rest


def i0(x: Tensor) -> Tensor:
    if x.dtype is not tf.float32 and x.dtype is not tf.float64:
        return _Cast(x=i0(_Cast(x=x, DstT=tf.float32)), DstT=x.dtype)
    # In two factors, since the exponential overflows before the function does; from 1000 on, it is infinite in any
    # dtype.
    size = _Minimum(x=raw_ops.Abs(x=x), y=number_like(1000, x))
    root = raw_ops.Exp(x=_Mul(x=size, y=number_like(0.5, x)))
    return _Mul(x=_Mul(x=raw_ops.BesselI0e(x=size), y=root), y=root)
