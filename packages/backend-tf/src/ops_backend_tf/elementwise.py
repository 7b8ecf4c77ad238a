"""TensorFlow, family elementwise.

A try costs nothing until TensorFlow refuses a dtype, which it does when a graph is traced, too; the few functions for
which it would notice only when the graph runs look at the dtype first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import NUMBERS, number_like, raw_ops

Tensor = Any

_AddV2, _Sub, _Mul, _RealDiv = raw_ops.AddV2, raw_ops.Sub, raw_ops.Mul, raw_ops.RealDiv
_FloorDiv, _FloorMod, _Pow = raw_ops.FloorDiv, raw_ops.FloorMod, raw_ops.Pow
_Maximum, _Minimum, _SelectV2, _Cast = raw_ops.Maximum, raw_ops.Minimum, raw_ops.SelectV2, raw_ops.Cast
_Equal, _NotEqual, _Less, _LessEqual = raw_ops.Equal, raw_ops.NotEqual, raw_ops.Less, raw_ops.LessEqual
_Greater, _GreaterEqual = raw_ops.Greater, raw_ops.GreaterEqual
_LogicalAnd, _LogicalOr, _LogicalNot = raw_ops.LogicalAnd, raw_ops.LogicalOr, raw_ops.LogicalNot

UNSIGNED = frozenset({tf.uint8, tf.uint16, tf.uint32, tf.uint64})
_COMPLEX = frozenset({tf.complex64, tf.complex128})


def _require(allowed: Any, *operands: Any) -> None:
    """Raises the error that is being handled again, unless the operands' dtype is one that has another way."""
    dtype = next(x.dtype for x in operands if type(x) not in NUMBERS)
    if dtype not in allowed:
        raise  # the caller is an except clause


_BOOL = frozenset({tf.bool})


def add(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        return _AddV2(x1, x2)
    except Exception:
        _require(_BOOL, x1, x2)
        return _LogicalOr(x1, x2)


def subtract(x1: Any, x2: Any) -> Tensor:
    return _Sub(number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)


def multiply(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        return _Mul(x1, x2)
    except Exception:
        _require(_BOOL, x1, x2)
        return _LogicalAnd(x1, x2)


def divide(x1: Any, x2: Any) -> Tensor:
    return _RealDiv(number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)


def floor_divide(x1: Any, x2: Any) -> Tensor:
    return _FloorDiv(number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)


def mod(x1: Any, x2: Any) -> Tensor:
    return _FloorMod(number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)


def power(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        return _Pow(x1, x2)
    except Exception:
        _require(UNSIGNED, x1, x2)
        # A power modulo 2**64 is one modulo any smaller power of two.
        x2 = number_like(x2, x1) if type(x2) in NUMBERS else x2
        wide = _Pow(x=_Cast(x=x1, DstT=tf.int64), y=_Cast(x=x2, DstT=tf.int64))
        return _Cast(x=wide, DstT=x1.dtype)


def maximum(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        return _Maximum(x1, x2)
    except Exception:
        _require(_BOOL, x1, x2)
        return _LogicalOr(x1, x2)


def minimum(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        return _Minimum(x1, x2)
    except Exception:
        _require(_BOOL, x1, x2)
        return _LogicalAnd(x1, x2)


def equal(x1: Any, x2: Any) -> Tensor:
    return _Equal(number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)


def not_equal(x1: Any, x2: Any) -> Tensor:
    return _NotEqual(number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)


def _ordered(function: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """A comparison; that of bools is one of small integers."""

    def compare(x1: Any, x2: Any) -> Tensor:
        if type(x1) in NUMBERS:
            x1 = number_like(x1, x2)
        try:
            return function(x1, x2)
        except Exception:
            _require(_BOOL, x1, x2)
            return function(x=_Cast(x=x1, DstT=tf.uint8), y=_Cast(x=x2, DstT=tf.uint8))

    return compare


greater = _ordered(_Greater)
greater_equal = _ordered(_GreaterEqual)
less = _ordered(_Less)
less_equal = _ordered(_LessEqual)


def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    return _LogicalAnd(x1, x2)


def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    return _LogicalOr(x1, x2)


def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    return _NotEqual(x1, x2)


def logical_not(x: Tensor) -> Tensor:
    return _LogicalNot(x=x)


def negative(x: Tensor) -> Tensor:
    try:
        return raw_ops.Neg(x=x)
    except Exception:
        _require(UNSIGNED, x)
        return _Sub(x=number_like(0, x), y=x)


def abs(x: Tensor) -> Tensor:
    try:
        return raw_ops.Abs(x=x)
    except Exception:
        if x.dtype in _COMPLEX:
            return raw_ops.ComplexAbs(x=x, Tout=x.dtype.real_dtype)
        _require(UNSIGNED | _BOOL, x)
        return x


def sign(x: Tensor) -> Tensor:
    try:
        return raw_ops.Sign(x=x)
    except Exception:
        _require(UNSIGNED, x)
        return _Cast(x=_NotEqual(x=x, y=number_like(0, x)), DstT=x.dtype)


def _unary(function: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda x: function(x)


square = _unary(raw_ops.Square)
exp = _unary(raw_ops.Exp)
log = _unary(raw_ops.Log)
sqrt = _unary(raw_ops.Sqrt)
tanh = _unary(raw_ops.Tanh)
sin = _unary(raw_ops.Sin)
cos = _unary(raw_ops.Cos)
floor = _unary(raw_ops.Floor)
ceil = _unary(raw_ops.Ceil)
reciprocal = _unary(raw_ops.Reciprocal)


def _test(function: Callable[..., Tensor], join: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    """A test of floats; of a complex number, joined from those of its parts."""

    def test(x: Tensor) -> Tensor:
        try:
            return function(x)
        except Exception:
            _require(_COMPLEX, x)
            return join(x=function(x=tf.math.real(x)), y=function(x=tf.math.imag(x)))

    return test


isnan = _test(raw_ops.IsNan, _LogicalOr)
isinf = _test(raw_ops.IsInf, _LogicalOr)
isfinite = _test(raw_ops.IsFinite, _LogicalAnd)


arccos = _unary(raw_ops.Acos)
arccosh = _unary(raw_ops.Acosh)
arcsin = _unary(raw_ops.Asin)
arcsinh = _unary(raw_ops.Asinh)
arctan = _unary(raw_ops.Atan)
arctanh = _unary(raw_ops.Atanh)
cosh = _unary(raw_ops.Cosh)
sinh = _unary(raw_ops.Sinh)
tan = _unary(raw_ops.Tan)
expm1 = _unary(raw_ops.Expm1)


def log1p(x: Tensor) -> Tensor:
    if x.dtype not in _COMPLEX:
        return raw_ops.Log1p(x=x)
    # TensorFlow's loses the real part of a number near 0: log|1 + a + bi| = log1p(a (2 + a) + b b) / 2.
    a, b = real(x), imag(x)
    near = _Less(_Maximum(raw_ops.Abs(x=a), raw_ops.Abs(x=b)), number_like(0.5, a))
    small = _Mul(raw_ops.Log1p(x=_AddV2(_Mul(a, _AddV2(a, number_like(2, a))), _Mul(b, b))), number_like(0.5, a))
    modulus = _SelectV2(near, small, real(raw_ops.Log1p(x=x)))
    return raw_ops.Complex(real=modulus, imag=raw_ops.Atan2(y=b, x=_AddV2(a, number_like(1, a))), Tout=x.dtype)


def _by_parts(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """A function of the real and of the imaginary part."""
    return raw_ops.Complex(real=function(real(x)), imag=function(imag(x)), Tout=x.dtype)


def rint(x: Tensor) -> Tensor:
    return _by_parts(rint, x) if x.dtype in _COMPLEX else raw_ops.Round(x=x)


def angle(x: Tensor) -> Tensor:
    if x.dtype in _COMPLEX:
        return raw_ops.Angle(input=x, Tout=x.dtype.real_dtype)
    # Not Atan2, which takes the least floats for 0 on one side only.
    number = _SelectV2(signbit(x), number_like(math.pi, x), number_like(0, x))
    return _SelectV2(raw_ops.IsNan(x=x), x, number)


def conj(x: Tensor) -> Tensor:
    return raw_ops.Conj(input=x) if x.dtype in _COMPLEX else x


def real(x: Tensor) -> Tensor:
    return raw_ops.Real(input=x, Tout=x.dtype.real_dtype) if x.dtype in _COMPLEX else x


def imag(x: Tensor) -> Tensor:
    return raw_ops.Imag(input=x, Tout=x.dtype.real_dtype) if x.dtype in _COMPLEX else raw_ops.ZerosLike(x=x)


_BITS = {1: tf.int8, 2: tf.int16, 4: tf.int32, 8: tf.int64}


def signbit(x: Tensor) -> Tensor:
    dtype = x.dtype
    if dtype.is_floating:
        x = raw_ops.Bitcast(input=x, type=_BITS[dtype.size])
    elif dtype in _UNSIGNED_OR_BOOL:
        return raw_ops.ZerosLike(x=_Cast(x=x, DstT=tf.bool))
    return _Less(x, number_like(0, x))


_UNSIGNED_OR_BOOL = UNSIGNED | _BOOL


def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    dtype = x.dtype
    if dtype in _COMPLEX:
        return _by_parts(lambda part: nan_to_num(part, nan, posinf, neginf), x)
    if not dtype.is_floating:
        return x
    infinity = number_like(float("inf"), x)
    highest = number_like(dtype.max if posinf is None else posinf, x)
    lowest = number_like(dtype.min if neginf is None else neginf, x)
    finite = _SelectV2(_Equal(x, infinity), highest, _SelectV2(_Equal(x, raw_ops.Neg(x=infinity)), lowest, x))
    return _SelectV2(raw_ops.IsNan(x=x), number_like(nan, x), finite)


def where(condition: Tensor, x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    return _SelectV2(condition, x1, x2)


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    return minimum(maximum(x, x_min), x_max)
