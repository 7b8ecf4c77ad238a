"""Exponentials, logarithms, powers, roots and lengths."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import EAGER, NUMBERS, can_be_read, ints, number_like, raw_ops
from ops_backend_tf.elementwise.complex import imag, real
from ops_backend_tf.elementwise.floating import signbit
from ops_backend_tf.elementwise.gradients import differentiable, nothing_records
from ops_backend_tf.elementwise.operands import COMPLEX, UNSIGNED, as_tensors, require, unary
from ops_backend_tf.elementwise.selection import clip, maximum
from ops_common import dtypes

__all__ = [
    "cbrt",
    "exp",
    "expm1",
    "hypot",
    "ldexp",
    "log",
    "log1p",
    "logaddexp",
    "logaddexp2",
    "power",
    "rsqrt",
    "sqrt",
]

Tensor = Any

_AddV2, _Sub, _Mul, _RealDiv = raw_ops.AddV2, raw_ops.Sub, raw_ops.Mul, raw_ops.RealDiv
_Pow, _Maximum, _SelectV2, _Cast = raw_ops.Pow, raw_ops.Maximum, raw_ops.SelectV2, raw_ops.Cast
_Equal, _Less, _LogicalAnd, _LogicalOr = raw_ops.Equal, raw_ops.Less, raw_ops.LogicalAnd, raw_ops.LogicalOr


def power(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        if type(x2) in NUMBERS:
            if x2 != 0 or not x1.dtype.is_floating:
                return _Pow(x1, x2)
        elif (nothing_records() and type(x1) is EAGER and type(x2) is EAGER) or not x1.dtype.is_floating:
            return _Pow(x1, x2)
        # For 0 to the power of 0, TensorFlow's gradient is NaN; 1 has the same power, and the right gradient.
        both = _Equal(x=x1, y=number_like(0, x1))
        if type(x2) not in NUMBERS:
            both = _LogicalAnd(both, _Equal(x=x2, y=number_like(0, x2)))
        return _Pow(_SelectV2(condition=both, t=number_like(1, x1), e=x1), x2)
    except Exception:
        require(UNSIGNED, x1, x2)
        # A power modulo 2**64 is also one modulo any smaller power of two.
        x2 = number_like(x2, x1) if type(x2) in NUMBERS else x2
        wide = _Pow(x=_Cast(x=x1, DstT=tf.int64), y=_Cast(x=x2, DstT=tf.int64))
        return _Cast(x=wide, DstT=x1.dtype)


def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    # The factors are built from bits, in float64, where a product with a smaller float is exact; float64 needs three
    # factors for the whole range.
    most, count = (1022, 3) if x1.dtype is tf.float64 else (400, 1)
    rest = _Cast(x=x2, DstT=tf.int64)
    if x2.dtype is tf.uint64:  # values that are negative now were large
        rest = _SelectV2(condition=_Less(x=rest, y=tf.constant(0, tf.int64)), t=tf.constant(2**32, tf.int64), e=rest)
    rest = clip(rest, -most * count, most * count)
    product = _Cast(x=x1, DstT=tf.float64)
    for _ in range(count):
        exponent = clip(rest, -most, most)
        bits = raw_ops.LeftShift(x=_AddV2(x=exponent, y=number_like(1023, rest)), y=number_like(52, rest))
        product = _Mul(x=product, y=raw_ops.Bitcast(input=bits, type=tf.float64))
        rest = _Sub(x=rest, y=exponent)
    return _Cast(x=product, DstT=x1.dtype)


def _sum_of_powers(base: float) -> Callable[[Any, Any], Tensor]:
    """Returns the logarithm to this base of the sum of its powers x1 and x2."""
    scale = math.log(base)

    def logarithm(x1: Any, x2: Any) -> Tensor:
        x1, x2 = as_tensors(x1, x2)
        same = _Equal(x=x1, y=x2)  # equal infinities have no difference
        difference = _SelectV2(condition=same, t=number_like(0, x1), e=_Sub(x=x1, y=x2))
        gap = raw_ops.Neg(x=raw_ops.Abs(x=difference))
        rest = raw_ops.Log1p(x=raw_ops.Exp(x=gap if base == math.e else _Mul(x=gap, y=number_like(scale, gap))))
        if base != math.e:
            rest = _RealDiv(x=rest, y=number_like(scale, rest))
        return _AddV2(x=maximum(x1, x2), y=rest)

    return logarithm


logaddexp = _sum_of_powers(math.e)
logaddexp2 = _sum_of_powers(2)


def hypot(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    if can_be_read(x1) and can_be_read(x2):
        # The root of the squares, if neither can have overflowed or underflowed: half of the passes.
        length = raw_ops.Sqrt(x=_AddV2(x=raw_ops.Square(x=x1), y=raw_ops.Square(x=x2)))
        axes = ints(length, tuple(range(length.shape.rank)))
        least, most = (float(reduce(input=length, axis=axes)) for reduce in (raw_ops.Min, raw_ops.Max))
        low, high = _SQUARED[x1.dtype]
        if low <= least and most <= high:  # false if there is a NaN
            return length
    large = tf.stop_gradient(_Maximum(x=raw_ops.Abs(x=x1), y=raw_ops.Abs(x=x2)))
    zero, one = number_like(0, large), number_like(1, large)
    none = _Equal(x=large, y=zero)
    # In this unit, on which the length does not depend, the squares are near 1. A length of 0 has a gradient of 0.
    unit = _SelectV2(condition=none, t=one, e=large)
    a, b = _RealDiv(x=x1, y=unit), _RealDiv(x=x2, y=unit)
    squares = _AddV2(x=raw_ops.Square(x=a), y=raw_ops.Square(x=b))
    length = _Mul(x=unit, y=raw_ops.Sqrt(x=_SelectV2(condition=none, t=one, e=squares)))
    infinite = _LogicalOr(raw_ops.IsInf(x=x1), raw_ops.IsInf(x=x2))
    length = _SelectV2(condition=none, t=zero, e=length)
    return _SelectV2(condition=infinite, t=number_like(math.inf, length), e=length)


# The range of numbers whose squares have all of a dtype's digits, and the sum of two is finite.
_SQUARED = {
    tf.as_dtype(name): (2 / math.sqrt(dtypes.largest(name) * dtypes.epsilon(name)), math.sqrt(dtypes.largest(name)) / 2)
    for name in ("float16", "bfloat16", "float32", "float64")
}
exp = unary(raw_ops.Exp)
log = unary(raw_ops.Log)
sqrt = unary(raw_ops.Sqrt)
rsqrt = unary(raw_ops.Rsqrt)
expm1 = unary(raw_ops.Expm1)


def log1p(x: Tensor) -> Tensor:
    if x.dtype not in COMPLEX:
        return raw_ops.Log1p(x=x)
    # TensorFlow's loses the real part of a number near 0: log|1 + a + bi| = log1p(a (2 + a) + b b) / 2.
    a, b = real(x), imag(x)
    near = _Less(_Maximum(raw_ops.Abs(x=a), raw_ops.Abs(x=b)), number_like(0.5, a))
    small = _Mul(raw_ops.Log1p(x=_AddV2(_Mul(a, _AddV2(a, number_like(2, a))), _Mul(b, b))), number_like(0.5, a))
    modulus = _SelectV2(near, small, real(raw_ops.Log1p(x=x)))
    return raw_ops.Complex(real=modulus, imag=raw_ops.Atan2(y=b, x=_AddV2(a, number_like(1, a))), Tout=x.dtype)


def cbrt(x: Tensor) -> Tensor:
    if x.dtype.size < 4:
        return _Cast(x=cbrt(_Cast(x=x, DstT=tf.float32)), DstT=x.dtype)
    if differentiable(x):  # at 0 the gradient is infinite, as that of the square root; not NaN
        zero, one = number_like(0, x), number_like(1, x)
        none = _Equal(x=x, y=zero)
        side = _SelectV2(condition=signbit(x), t=number_like(-1, x), e=one)  # the root keeps the sign of zero
        at_zero = _Mul(x=side, y=raw_ops.Sqrt(x=_SelectV2(condition=none, t=_Mul(x=side, y=x), e=one)))
        return _SelectV2(condition=none, t=at_zero, e=_cube_root(_SelectV2(condition=none, t=one, e=x)))
    return _cube_root(x)


def _cube_root(x: Tensor) -> Tensor:
    # A logarithm and an exponential take half the time of a power; a Newton step corrects their rounding.
    size, third = raw_ops.Abs(x=x), number_like(1 / 3, x)
    root = raw_ops.Exp(x=_Mul(x=raw_ops.Log(x=size), y=third))
    excess = _Sub(x=root, y=raw_ops.DivNoNan(x=size, y=raw_ops.Square(x=root)))
    root = _SelectV2(condition=raw_ops.IsFinite(x=size), t=_Sub(x=root, y=_Mul(x=excess, y=third)), e=size)
    root = _Mul(x=raw_ops.Sign(x=x), y=root)
    return _SelectV2(condition=_Equal(x=x, y=number_like(0, x)), t=x, e=root)  # keeps the sign of zero
