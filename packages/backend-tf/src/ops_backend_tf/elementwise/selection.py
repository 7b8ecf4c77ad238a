"""Selection of elements: maximum, minimum, clip, where."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ops_backend_tf.core import EAGER, NUMBERS, number_like, raw_ops, zero_like
from ops_backend_tf.elementwise.complex import by_parts
from ops_backend_tf.elementwise.gradients import half_each, nothing_records
from ops_backend_tf.elementwise.operands import COMPLEX, as_tensors, with_bools

__all__ = ["clip", "maximum", "minimum", "nan_to_num", "where"]

Tensor = Any

_Maximum, _Minimum, _SelectV2, _Equal = raw_ops.Maximum, raw_ops.Minimum, raw_ops.SelectV2, raw_ops.Equal
_LogicalAnd, _LogicalOr = raw_ops.LogicalAnd, raw_ops.LogicalOr


def _extreme(function: Callable[..., Tensor], logical: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """Returns the larger or smaller of two operands; TensorFlow gives the first of equal ones the whole gradient."""
    plain = with_bools(function, logical)

    def call(x1: Any, x2: Any) -> Tensor:
        extreme = plain(x1, x2)
        if (nothing_records() and type(extreme) is EAGER) or not extreme.dtype.is_floating:
            return extreme
        x1, x2 = as_tensors(x1, x2)
        return _SelectV2(condition=_Equal(x=x1, y=x2), t=half_each(x1, x2), e=extreme)

    return call


maximum = _extreme(_Maximum, _LogicalOr)
minimum = _extreme(_Minimum, _LogicalAnd)
_larger, _smaller = with_bools(_Maximum, _LogicalOr), with_bools(_Minimum, _LogicalAnd)


def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    dtype = x.dtype
    if dtype in COMPLEX:
        return by_parts(lambda part: nan_to_num(part, nan, posinf, neginf), x)
    if not dtype.is_floating:
        return x
    if posinf == math.inf and neginf == -math.inf:
        return _SelectV2(raw_ops.IsNan(x=x), number_like(nan, x), x)
    infinity = number_like(float("inf"), x)
    highest = number_like(dtype.max if posinf is None else posinf, x)
    lowest = number_like(dtype.min if neginf is None else neginf, x)
    finite = _SelectV2(_Equal(x, infinity), highest, _SelectV2(_Equal(x, raw_ops.Neg(x=infinity)), lowest, x))
    return _SelectV2(raw_ops.IsNan(x=x), number_like(nan, x), finite)


def where(condition: Tensor, x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    elif type(x2) is float and x2 == 0:
        x2 = zero_like(x2, x1)
    return _SelectV2(condition, x1, x2)


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    return _smaller(_larger(x, x_min), x_max)
