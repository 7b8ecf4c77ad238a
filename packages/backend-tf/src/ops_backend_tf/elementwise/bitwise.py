"""Bitwise functions and shifts."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_tf.core import DTYPES, EAGER, NUMBERS, can_be_read, number_like, raw_ops
from ops_backend_tf.elementwise.operands import BOOL, UNSIGNED, require, with_bools
from ops_backend_tf.values import FEW, read, tensor

__all__ = ["bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"]

Tensor = Any

_LAST = {native: 8 * native.size - 1 for native in DTYPES.values() if native.is_integer}

_SelectV2, _Equal, _NotEqual, _LogicalAnd = raw_ops.SelectV2, raw_ops.Equal, raw_ops.NotEqual, raw_ops.LogicalAnd
_LogicalOr, _LogicalNot = raw_ops.LogicalOr, raw_ops.LogicalNot

bitwise_and = with_bools(raw_ops.BitwiseAnd, _LogicalAnd)
bitwise_or = with_bools(raw_ops.BitwiseOr, _LogicalOr)
bitwise_xor = with_bools(raw_ops.BitwiseXor, _NotEqual)


def bitwise_not(x: Tensor) -> Tensor:
    try:
        return raw_ops.Invert(x=x)
    except Exception:
        require(BOOL, x)
        return _LogicalNot(x=x)


def _places(x: Any, y: Any, stops: bool) -> tuple[Tensor, Tensor, Any, int]:
    """Returns a shift's operands, whether y is from 0 to the largest shift (True if all of it is), and the largest
    shift.

    TensorFlow clamps shifts to this range: ``stops`` states that a larger shift may be treated as the largest.
    """
    if type(x) in NUMBERS:
        x = number_like(x, y)
    last = _LAST[x.dtype]
    if type(y) in NUMBERS:
        return x, number_like(y, x), 0 <= y <= last, last
    if can_be_read(y):  # the maximum takes a third of the time of a mask; read as unsigned, negative shifts are large
        places = np.asarray(y)
        most = int(places.view(f"u{places.itemsize}").max(initial=0))
        if most <= last or (stops and most < 1 << last):
            return x, y, True, last
    above = number_like(~last if x.dtype not in UNSIGNED else x.dtype.max - last, y)
    return x, y, _Equal(x=raw_ops.BitwiseAnd(x=y, y=above), y=number_like(0, y)), last


def _by_host(function: Any, x: Any, y: Any) -> Any:
    """Returns a shift of few integers by NumPy, which has the same results for all shifts; None for other operands."""
    if type(x) is EAGER and type(y) is EAGER and can_be_read(x) and can_be_read(y):
        numbers, places = read(x), read(y)
        if numbers.size <= FEW and places.size <= FEW:
            return tensor(function(numbers, places))
    return None


def left_shift(x: Any, y: Any) -> Tensor:
    result = _by_host(np.left_shift, x, y)
    if result is not None:
        return result
    x, y, inside, _ = _places(x, y, False)
    moved = raw_ops.LeftShift(x=x, y=y)
    return moved if inside is True else _SelectV2(condition=inside, t=moved, e=number_like(0, x))


def right_shift(x: Any, y: Any) -> Tensor:
    result = _by_host(np.right_shift, x, y)
    if result is not None:
        return result
    x, y, inside, last = _places(x, y, type(x) not in NUMBERS and x.dtype not in UNSIGNED)
    if inside is True:
        return raw_ops.RightShift(x=x, y=y)
    if x.dtype in UNSIGNED:
        return _SelectV2(condition=inside, t=raw_ops.RightShift(x=x, y=y), e=number_like(0, x))
    return raw_ops.RightShift(x=x, y=_SelectV2(condition=inside, t=y, e=number_like(last, x)))
