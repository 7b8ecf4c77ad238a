"""The parts and the kinds of floats: sign bit, neighbours, NaN and infinity."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import number_like, raw_ops
from ops_backend_tf.elementwise.operands import BOOL, COMPLEX, UNSIGNED, as_tensors, require

__all__ = ["isfinite", "isinf", "isnan", "nextafter", "signbit"]

Tensor = Any

_AddV2, _Sub, _SelectV2, _Cast = raw_ops.AddV2, raw_ops.Sub, raw_ops.SelectV2, raw_ops.Cast
_Equal, _Less, _LogicalAnd, _LogicalOr = raw_ops.Equal, raw_ops.Less, raw_ops.LogicalAnd, raw_ops.LogicalOr

_BITS = {1: tf.int8, 2: tf.int16, 4: tf.int32, 8: tf.int64}


def nextafter(x1: Any, x2: Any) -> Tensor:
    # By integers that are ordered as the floats are. TensorFlow's own function does not support 16-bit floats, and its
    # arithmetic flushes subnormal numbers to 0.
    x1, x2 = as_tensors(x1, x2)
    bits1, bits2 = (raw_ops.Bitcast(input=x, type=_BITS[x.dtype.size]) for x in (x1, x2))
    zero, one, least = number_like(0, bits1), number_like(1, bits1), number_like(bits1.dtype.min, bits1)
    negative1 = _Less(x=bits1, y=zero)
    place1 = _SelectV2(condition=negative1, t=_Sub(x=least, y=bits1), e=bits1)
    place2 = _SelectV2(condition=_Less(x=bits2, y=zero), t=_Sub(x=least, y=bits2), e=bits2)
    step = _SelectV2(condition=_Less(x=place1, y=place2), t=one, e=number_like(-1, bits1))
    place = _AddV2(x=place1, y=step)
    # Towards 0, the sign is kept.
    below = _LogicalOr(_Less(x=place, y=zero), _LogicalAnd(_Equal(x=place, y=zero), negative1))
    bits = _SelectV2(condition=below, t=_Sub(x=least, y=place), e=place)
    moved = raw_ops.Bitcast(input=_SelectV2(condition=_Equal(x=place1, y=place2), t=bits2, e=bits), type=x1.dtype)
    unknown = _LogicalOr(raw_ops.IsNan(x=x1), raw_ops.IsNan(x=x2))
    return _SelectV2(condition=unknown, t=number_like(math.nan, x1), e=moved)


def _test(function: Callable[..., Tensor], join: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    """Returns a test of floats; for a complex number, the tests of its parts are joined."""

    def test(x: Tensor) -> Tensor:
        try:
            return function(x)
        except Exception:
            require(COMPLEX, x)
            return join(x=function(x=tf.math.real(x)), y=function(x=tf.math.imag(x)))

    return test


isnan = _test(raw_ops.IsNan, _LogicalOr)
isinf = _test(raw_ops.IsInf, _LogicalOr)
isfinite = _test(raw_ops.IsFinite, _LogicalAnd)


def signbit(x: Tensor) -> Tensor:
    dtype = x.dtype
    if dtype.is_floating:
        x = raw_ops.Bitcast(input=x, type=_BITS[dtype.size])
    elif dtype in _UNSIGNED_OR_BOOL:
        return raw_ops.ZerosLike(x=_Cast(x=x, DstT=tf.bool))
    return _Less(x, number_like(0, x))


_UNSIGNED_OR_BOOL = UNSIGNED | BOOL
