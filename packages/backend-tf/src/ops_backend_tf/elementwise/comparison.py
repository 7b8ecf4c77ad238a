"""Comparison and logic."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import can_be_read, number_like, raw_ops
from ops_backend_tf.elementwise.arithmetic import abs
from ops_backend_tf.elementwise.floating import isfinite, isnan
from ops_backend_tf.elementwise.operands import as_tensors, binary, with_bools

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "isclose",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
]

Tensor = Any

_AddV2, _Sub, _Mul, _Cast = raw_ops.AddV2, raw_ops.Sub, raw_ops.Mul, raw_ops.Cast
_Equal, _NotEqual, _Less, _LessEqual = raw_ops.Equal, raw_ops.NotEqual, raw_ops.Less, raw_ops.LessEqual
_Greater, _GreaterEqual, _LogicalAnd, _LogicalOr = (
    raw_ops.Greater,
    raw_ops.GreaterEqual,
    raw_ops.LogicalAnd,
    raw_ops.LogicalOr,
)
_LogicalNot = raw_ops.LogicalNot


def _ordered(function: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """Returns a comparison; bools are compared as small integers."""
    return with_bools(function, lambda x1, x2: function(x=_Cast(x=x1, DstT=tf.uint8), y=_Cast(x=x2, DstT=tf.uint8)))


equal = binary(_Equal)
not_equal = binary(_NotEqual)
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


def isclose(x1: Any, x2: Any, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    size = abs(x2)
    bound = _AddV2(x=_Mul(x=size, y=number_like(rtol, size)), y=number_like(atol, size))
    near = _LessEqual(x=abs(_Sub(x=x1, y=x2)), y=bound)
    if can_be_read(bound) and math.isfinite(bound.numpy().max(initial=0)):
        return near  # x2 is finite, and so is x1 if it is near
    close = _LogicalOr(_Equal(x=x1, y=x2), _LogicalAnd(near, isfinite(x2)))
    return _LogicalOr(close, _LogicalAnd(isnan(x1), isnan(x2))) if equal_nan else close


def logical_not(x: Tensor) -> Tensor:
    return _LogicalNot(x=x)
