"""TensorFlow, family elementwise.

A try costs nothing until TensorFlow refuses a dtype, which it does when a graph is traced, too; the few functions for
which it would notice only when the graph runs look at the dtype first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import NUMBERS, number_like

Tensor = Any

_raw = tf.raw_ops
_AddV2, _Sub, _Mul, _RealDiv = _raw.AddV2, _raw.Sub, _raw.Mul, _raw.RealDiv
_FloorDiv, _FloorMod, _Pow = _raw.FloorDiv, _raw.FloorMod, _raw.Pow
_Maximum, _Minimum, _SelectV2, _Cast = _raw.Maximum, _raw.Minimum, _raw.SelectV2, _raw.Cast
_Equal, _NotEqual, _Less, _LessEqual = _raw.Equal, _raw.NotEqual, _raw.Less, _raw.LessEqual
_Greater, _GreaterEqual = _raw.Greater, _raw.GreaterEqual
_LogicalAnd, _LogicalOr, _LogicalNot = _raw.LogicalAnd, _raw.LogicalOr, _raw.LogicalNot

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
        return _AddV2(x=x1, y=x2)
    except Exception:
        _require(_BOOL, x1, x2)
        return _LogicalOr(x=x1, y=x2)


def subtract(x1: Any, x2: Any) -> Tensor:
    return _Sub(x=number_like(x1, x2) if type(x1) in NUMBERS else x1, y=x2)


def multiply(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        return _Mul(x=x1, y=x2)
    except Exception:
        _require(_BOOL, x1, x2)
        return _LogicalAnd(x=x1, y=x2)


def divide(x1: Any, x2: Any) -> Tensor:
    return _RealDiv(x=number_like(x1, x2) if type(x1) in NUMBERS else x1, y=x2)


def floor_divide(x1: Any, x2: Any) -> Tensor:
    return _FloorDiv(x=number_like(x1, x2) if type(x1) in NUMBERS else x1, y=x2)


def mod(x1: Any, x2: Any) -> Tensor:
    return _FloorMod(x=number_like(x1, x2) if type(x1) in NUMBERS else x1, y=x2)


def power(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        return _Pow(x=x1, y=x2)
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
        return _Maximum(x=x1, y=x2)
    except Exception:
        _require(_BOOL, x1, x2)
        return _LogicalOr(x=x1, y=x2)


def minimum(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        return _Minimum(x=x1, y=x2)
    except Exception:
        _require(_BOOL, x1, x2)
        return _LogicalAnd(x=x1, y=x2)


def equal(x1: Any, x2: Any) -> Tensor:
    return _Equal(x=number_like(x1, x2) if type(x1) in NUMBERS else x1, y=x2)


def not_equal(x1: Any, x2: Any) -> Tensor:
    return _NotEqual(x=number_like(x1, x2) if type(x1) in NUMBERS else x1, y=x2)


def _ordered(function: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """A comparison; that of bools is one of small integers."""

    def compare(x1: Any, x2: Any) -> Tensor:
        if type(x1) in NUMBERS:
            x1 = number_like(x1, x2)
        try:
            return function(x=x1, y=x2)
        except Exception:
            _require(_BOOL, x1, x2)
            return function(x=_Cast(x=x1, DstT=tf.uint8), y=_Cast(x=x2, DstT=tf.uint8))

    return compare


greater = _ordered(_Greater)
greater_equal = _ordered(_GreaterEqual)
less = _ordered(_Less)
less_equal = _ordered(_LessEqual)


def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    return _LogicalAnd(x=x1, y=x2)


def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    return _LogicalOr(x=x1, y=x2)


def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    return _NotEqual(x=x1, y=x2)


def logical_not(x: Tensor) -> Tensor:
    return _LogicalNot(x=x)


def negative(x: Tensor) -> Tensor:
    try:
        return _raw.Neg(x=x)
    except Exception:
        _require(UNSIGNED, x)
        return _Sub(x=number_like(0, x), y=x)


def abs(x: Tensor) -> Tensor:
    try:
        return _raw.Abs(x=x)
    except Exception:
        if x.dtype in _COMPLEX:
            return _raw.ComplexAbs(x=x, Tout=x.dtype.real_dtype)
        _require(UNSIGNED | _BOOL, x)
        return x


def sign(x: Tensor) -> Tensor:
    try:
        return _raw.Sign(x=x)
    except Exception:
        _require(UNSIGNED, x)
        return _Cast(x=_NotEqual(x=x, y=number_like(0, x)), DstT=x.dtype)


def _unary(function: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda x: function(x=x)


square = _unary(_raw.Square)
exp = _unary(_raw.Exp)
log = _unary(_raw.Log)
sqrt = _unary(_raw.Sqrt)
tanh = _unary(_raw.Tanh)
sin = _unary(_raw.Sin)
cos = _unary(_raw.Cos)
floor = _unary(_raw.Floor)
ceil = _unary(_raw.Ceil)
reciprocal = _unary(_raw.Reciprocal)


def _test(function: Callable[..., Tensor], join: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    """A test of floats; of a complex number, joined from those of its parts."""

    def test(x: Tensor) -> Tensor:
        try:
            return function(x=x)
        except Exception:
            _require(_COMPLEX, x)
            return join(x=function(x=tf.math.real(x)), y=function(x=tf.math.imag(x)))

    return test


isnan = _test(_raw.IsNan, _LogicalOr)
isinf = _test(_raw.IsInf, _LogicalOr)
isfinite = _test(_raw.IsFinite, _LogicalAnd)


def where(condition: Tensor, x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    return _SelectV2(condition=condition, t=x1, e=x2)


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    return minimum(maximum(x, x_min), x_max)
