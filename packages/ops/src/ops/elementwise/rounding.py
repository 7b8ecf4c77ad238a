"""Rounding, and casts that saturate."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import DtypeLike, Operand, Tensor
from ops.core import cast, convert_to_tensor
from ops.core import dtype as dtype_of
from ops.elementwise._common import SMALL_FLOATS, same
from ops.elementwise.arithmetic import add, divide, floor_divide, mod, multiply, subtract
from ops.elementwise.comparison import equal, greater, less
from ops.elementwise.complex_numbers import real
from ops.elementwise.floating_point import isfinite, isnan
from ops.elementwise.logical import logical_and, logical_or
from ops.elementwise.selection import clip, where
from ops_common import dtypes

__all__ = [
    "ceil",
    "floor",
    "round",
    "saturate_cast",
    "trunc",
]


@primitive(dtype=rules.REAL_FLOATS, shape=same)
def floor(x: Operand) -> Tensor:
    """The largest integer not greater than x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.floor([1.5, -1.5]))
        array([ 1., -2.], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=same)
def ceil(x: Operand) -> Tensor:
    """The smallest integer not less than x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ceil([1.5, -1.5]))
        array([ 2., -1.], dtype=float32)
    """
    ...


@composite(dtype=rules.ORDERED)
def trunc(x: Operand) -> Tensor:
    """x rounded towards zero, in x's dtype; integers and bools are returned unchanged.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.trunc([1.5, -1.5]))
        array([ 1., -1.], dtype=float32)
    """
    if dtypes.is_float(dtype_of(x)):
        return where(less(x, 0), ceil(x), floor(x))
    return x


@primitive(dtype=rules.FLOATS, shape=same, kernel="rint")
def _rint(x: Operand) -> Tensor:
    """x rounded to the nearest integer, ties to even; for complex numbers both parts are rounded."""
    ...


@composite(dtype=rules.NUMBERS, kernel=None)
def round(x: Operand, decimals: int = 0) -> Tensor:
    """x rounded to a number of decimals, ties to even.

    Bools are treated as int32; for complex numbers both parts are rounded. Values without such decimals (infinity,
    NaN, floats too large for them) are unchanged.

    Args:
        x: numbers.
        decimals: the number of decimal places to keep. A negative number rounds digits before the decimal point, also
            of integers; an integer result that does not fit the dtype wraps around.

    Returns:
        A tensor of x's dtype.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.round([0.5, 1.5, -2.5]))
        array([ 0.,  2., -2.], dtype=float32)
        >>> ops.convert_to_numpy(ops.round([14, 15, 25], decimals=-1))
        array([10, 20, 20], dtype=int32)
    """
    dtype = dtype_of(x)
    if dtypes.is_integer(dtype):
        return (
            x if decimals >= 0 else _round_integers(x, 10 ** min(-decimals, 20), dtype)
        )  # 64-bit integers are below 1e20
    if decimals == 0:
        return _rint(x)
    most = 308 if dtype in dtypes.WIDE else 38  # the largest power of 10 in the dtype of the computation
    if decimals > most:
        return x
    if decimals < -most:
        return where(isfinite(x), 0.0, x)
    if dtype in SMALL_FLOATS:
        return cast(_round_to(cast(x, "float32"), decimals), dtype)
    return _round_to(x, decimals)


@composite(dtype=rules.FLOATS, kernel="round")
def _round_to(x: Operand, decimals: int) -> Tensor:
    """`round` for inexact dtypes other than small floats, and decimals other than 0."""
    if decimals > 0:
        scaled = multiply(x, 10.0**decimals)
        rounded = divide(_rint(scaled), 10.0**decimals)
    else:
        scaled = divide(x, 10.0**-decimals)
        rounded = multiply(_rint(scaled), 10.0**-decimals)
    return where(isfinite(scaled), rounded, x)


def _round_integers(x: Any, unit: int, dtype: str) -> Any:
    """Integers rounded exactly to the nearest multiple of an even unit; 0 if the unit does not fit the dtype."""
    if not dtypes.fits(unit, dtype):
        return multiply(x, 0)
    step, half = convert_to_tensor(unit, dtype), convert_to_tensor(unit // 2, dtype)
    below = floor_divide(x, step)
    rest = subtract(x, multiply(below, step))
    up = logical_or(greater(rest, half), logical_and(equal(rest, half), equal(mod(below, 2), 1)))
    return multiply(add(below, cast(up, dtype)), step)


@composite(kernel=None)
def saturate_cast(x: Operand, dtype: DtypeLike) -> Tensor:
    """The values cast to another dtype, after clipping them to its range.

    Casts from float to integer truncate and convert NaN to 0. In a smaller float dtype, infinity becomes the largest
    finite number. The imaginary part of complex numbers is discarded. Casts to bool and complex are the same as `cast`.

    Raises:
        DtypeError: the dtype is unknown, or the framework does not support it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.saturate_cast([-1.5, 2.7, 300.0], "uint8"))
        array([  0,   2, 255], dtype=uint8)
    """
    x_dtype = dtype_of(x)
    if dtype in ("bool", x_dtype) or x_dtype == "bool" or dtypes.is_complex(dtype):
        return cast(x, dtype)
    if dtypes.is_complex(x_dtype):
        x = real(x)
        x_dtype = dtype_of(x)
    if dtypes.is_integer(x_dtype):
        if dtypes.is_integer(dtype):
            bounds = dtypes.integer_range(x_dtype), dtypes.integer_range(dtype)
            low, high = (combine(*ends) for combine, ends in zip((max, min), zip(*bounds, strict=True), strict=True))
            if (low, high) != dtypes.integer_range(x_dtype):
                x = clip(x, convert_to_tensor(low, x_dtype), convert_to_tensor(high, x_dtype))
            return cast(x, dtype)
        top = dtypes.largest(dtype)
        if top < dtypes.integer_range(x_dtype)[1]:
            return cast(clip(cast(x, "float32"), -top, top), dtype)
        return cast(x, dtype)
    if dtypes.is_integer(dtype):
        low, high = dtypes.integer_range(dtype)
        native = dtypes.to_numpy("float32" if x_dtype in SMALL_FLOATS else x_dtype).type
        x = cast(x, dtypes.from_numpy(np.dtype(native)))
        # Bounds representable in the float dtype: the largest integer may not be.
        least, most = native(low), native(high)
        if int(most) > high:
            most = np.nextafter(most, native(0))
        clipped = cast(where(isnan(x), 0.0, clip(x, float(least), float(most))), dtype)
        return where(greater(x, float(most)), convert_to_tensor(high, dtype), clipped)
    top = dtypes.largest(dtype)
    return cast(clip(x, -top, top) if top < dtypes.largest(x_dtype) else x, dtype)
