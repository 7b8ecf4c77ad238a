"""Arithmetic: sums, products, quotients, remainders, divisors, signs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import EAGER, NUMBERS, can_be_read, constant_like, number_like, raw_ops, zero_like
from ops_backend_tf.elementwise.gradients import differentiable
from ops_backend_tf.elementwise.operands import BOOL, COMPLEX, UNSIGNED, as_tensors, binary, require, unary, with_bools
from ops_backend_tf.values import has_zero, is_finite, read

__all__ = [
    "abs",
    "add",
    "divide",
    "divide_no_nan",
    "floor_divide",
    "fmod",
    "gcd",
    "lcm",
    "mod",
    "multiply",
    "negative",
    "reciprocal",
    "sign",
    "square",
    "subtract",
]

Tensor = Any

_AddV2, _Sub, _Mul, _RealDiv = raw_ops.AddV2, raw_ops.Sub, raw_ops.Mul, raw_ops.RealDiv
_FloorDiv, _FloorMod, _SelectV2, _Cast = raw_ops.FloorDiv, raw_ops.FloorMod, raw_ops.SelectV2, raw_ops.Cast
_Equal, _NotEqual, _Less, _LogicalAnd = raw_ops.Equal, raw_ops.NotEqual, raw_ops.Less, raw_ops.LogicalAnd
_LogicalOr = raw_ops.LogicalOr

add = with_bools(_AddV2, _LogicalOr)
subtract = binary(_Sub)
multiply = with_bools(_Mul, _LogicalAnd)
divide = binary(_RealDiv)
divide_no_nan = binary(raw_ops.DivNoNan)


def _integer_division(function: Callable[..., Tensor], x1: Tensor, x2: Any) -> Tensor:
    """Returns an integer division that is 0 for zeros in the divisor, for which TensorFlow raises an error."""
    if type(x1) is EAGER:
        try:
            return function(x1, x2)
        except tf.errors.InvalidArgumentError as error:
            if "division by zero" not in str(error):
                raise
    elif not x1.dtype.is_integer:
        return function(x1, x2)
    zero = _Equal(x=x2, y=number_like(0, x1))
    quotient = function(x1, _SelectV2(condition=zero, t=number_like(1, x1), e=x2))
    return _SelectV2(condition=zero, t=number_like(0, x1), e=quotient)


def _is_usual(x: Any) -> bool:
    """Returns whether a quotient is that of integers, or is finite and has no negative zero."""
    return x.dtype.kind in "iu" or (is_finite(x) and not (has_zero(x) and _has_negative_zero(x)))


def floor_divide(x1: Any, x2: Any) -> Tensor:
    if type(x1) is EAGER:
        try:
            quotient = _FloorDiv(x1, x2)
        except tf.errors.InvalidArgumentError:  # a division by zero
            pass
        else:
            if can_be_read(quotient) and _is_usual(read(quotient)):
                return quotient
    if type(x2) is float and x2 == 0:
        x2 = zero_like(x2, x1)
    quotient = _integer_division(_FloorDiv, number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)
    if not quotient.dtype.is_floating or (can_be_read(quotient) and _is_finite_without_negative_zero(quotient.numpy())):
        return quotient
    # As in Python and NumPy: infinity gives NaN, and a quotient between -1 and 0, which may have been rounded to 0,
    # gives -1.
    x1, x2 = as_tensors(x1, x2)
    zero = number_like(0, x1)
    other_side = _NotEqual(x=_Less(x=x1, y=zero), y=_Less(x=x2, y=zero))
    small = _LogicalAnd(_LogicalAnd(other_side, _NotEqual(x=x1, y=zero)), _Equal(x=quotient, y=zero))
    quotient = _SelectV2(condition=small, t=number_like(-1, x1), e=quotient)
    unknown = _LogicalAnd(raw_ops.IsInf(x=x1), _NotEqual(x=x2, y=zero))
    return _SelectV2(condition=unknown, t=number_like(math.nan, x1), e=quotient)


def _is_finite_without_negative_zero(x: Any) -> bool:
    """Returns whether an array has neither infinity, NaN nor negative zero."""
    return bool(np.isfinite(x.sum())) and not _has_negative_zero(x)


def _has_negative_zero(x: Any) -> bool:
    bits, lowest = _BITS[x.itemsize]  # as integers, the bits of negative zero are the lowest number
    return x.view(bits).min(initial=0) == lowest


_BITS = {size: (np.dtype(f"i{size}"), np.iinfo(f"i{size}").min) for size in (1, 2, 4, 8)}


def mod(x1: Any, x2: Any) -> Tensor:
    rest = _integer_division(_FloorMod, number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)
    if not rest.dtype.is_floating:
        return rest
    # A zero has the divisor's sign; TensorFlow's has the dividend's.
    x2 = number_like(x2, rest) if type(x2) in NUMBERS else x2
    zero = number_like(0, rest)
    above: Tensor = zero
    below: Tensor = number_like(-0.0, rest)
    if differentiable(rest):  # zeros of both signs that keep the remainder's gradient
        still = tf.stop_gradient(rest)
        above, below = _Sub(x=rest, y=still), raw_ops.Neg(x=_Sub(x=still, y=rest))
    signed = _SelectV2(condition=_Less(x=x2, y=zero), t=below, e=above)
    return _SelectV2(condition=_Equal(x=rest, y=zero), t=signed, e=rest)


def fmod(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    if x1.dtype.is_integer:
        rest = mod(x1, x2)
        if x1.dtype in UNSIGNED:
            return rest
        zero = number_like(0, x1)
        turned = _NotEqual(x=_Less(x=x1, y=zero), y=_Less(x=rest, y=zero))
        return _SelectV2(condition=_LogicalAnd(turned, _NotEqual(x=rest, y=zero)), t=_Sub(x=rest, y=x2), e=rest)
    # TensorFlow's own, TruncateMod, has no gradient and does not support the smaller integers.
    rest = _FloorMod(x=raw_ops.Abs(x=x1), y=abs(number_like(x2, x1) if type(x2) in NUMBERS else x2))
    zero = number_like(0, x1)
    signed = _SelectV2(condition=_Less(x=x1, y=zero), t=raw_ops.Neg(x=rest), e=rest)
    # The remainder of negative zero is negative zero.
    none = _LogicalAnd(_Equal(x=x1, y=zero), _Equal(x=rest, y=zero))
    return _SelectV2(condition=none, t=x1, e=signed)


def _euclid(a: Tensor, b: Tensor) -> Tensor:
    def step(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        done = _Equal(x=y, y=zero)
        rest = _FloorMod(x=x, y=_SelectV2(condition=done, t=one, e=y))
        return _SelectV2(condition=done, t=x, e=y), _SelectV2(condition=done, t=zero, e=rest)

    zero, one = number_like(0, a), number_like(1, a)
    shape = tf.broadcast_dynamic_shape(raw_ops.Shape(input=a), raw_ops.Shape(input=b))
    pair = raw_ops.BroadcastTo(input=abs(a), shape=shape), raw_ops.BroadcastTo(input=abs(b), shape=shape)
    return abs(tf.while_loop(lambda _, y: tf.reduce_any(_NotEqual(x=y, y=zero)), step, pair)[0])


def gcd(x1: Any, x2: Any) -> Tensor:
    return _euclid(*as_tensors(x1, x2))


def lcm(x1: Any, x2: Any) -> Tensor:
    a, b = as_tensors(x1, x2)
    divisor = _euclid(a, b)
    safe = _SelectV2(condition=_Equal(x=divisor, y=number_like(0, a)), t=number_like(1, a), e=divisor)
    return _Mul(x=_FloorDiv(x=abs(a), y=safe), y=abs(b))


def negative(x: Tensor) -> Tensor:
    try:
        return raw_ops.Neg(x=x)
    except Exception:
        require(UNSIGNED, x)
        # Not 0 - x, which the optimizer of graphs makes Neg again.
        return _AddV2(x=raw_ops.Invert(x=x), y=number_like(1, x))


def abs(x: Tensor) -> Tensor:
    try:
        return raw_ops.Abs(x=x)
    except Exception:
        if x.dtype in COMPLEX:
            return raw_ops.ComplexAbs(x=x, Tout=x.dtype.real_dtype)
        require(UNSIGNED | BOOL, x)
        return x


def sign(x: Tensor) -> Tensor:
    try:
        return raw_ops.Sign(x=x)
    except Exception:
        require(UNSIGNED, x)
        return _Cast(x=_NotEqual(x=x, y=number_like(0, x)), DstT=x.dtype)


square = unary(raw_ops.Square)


def reciprocal(x: Tensor) -> Tensor:
    # In float32, TensorFlow's own is accurate to four digits for large x.
    if x.dtype is tf.float32:
        return _RealDiv(x=constant_like(1.0, x), y=x)
    return raw_ops.Reciprocal(x=x)
