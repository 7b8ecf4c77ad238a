"""Reductions that ignore NaN."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Operand, Tensor
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.elementwise import divide, equal, isnan, logical_not, nan_to_num, subtract, where
from ops.manipulation import squeeze
from ops.reduction.cumulation import cumprod, cumsum
from ops.reduction.extremes import argmax, argmin, max, min
from ops.reduction.logic import all
from ops.reduction.precision import narrowed, widened
from ops.reduction.totals import _product, sum
from ops.reduction.variance import _root, _squared
from ops_common import dtypes

__all__ = [
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]


# --- reductions that ignore NaN


def _without_nan(x: Any, instead: float) -> Any:
    """Returns the tensor with NaN replaced by a number; integers are unchanged."""
    if dtype_of(x) in dtypes.COMPLEX:  # nan_to_num replaces real and imaginary parts separately
        return where(isnan(x), instead, x)
    return nan_to_num(x, instead, math.inf, -math.inf) if dtype_of(x) in dtypes.FLOATS else x


@composite(kernel=None)
def nancumsum(x: Operand, axis: Axis = None, dtype: Any = None) -> Tensor:
    """`cumsum` with NaN treated as 0.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nancumsum([1.0, float("nan"), 3.0]))
        array([1., 1., 4.], dtype=float32)
    """
    return cumsum(_without_nan(x, 0), axis, dtype)


@composite(kernel=None)
def nancumprod(x: Operand, axis: Axis = None, dtype: Any = None) -> Tensor:
    """`cumprod` with NaN treated as 1.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nancumprod([2.0, float("nan"), 3.0]))
        array([2., 2., 6.], dtype=float32)
    """
    return cumprod(_without_nan(x, 1), axis, dtype)


@composite(dtype=rules.ACCUMULATE)
def nansum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`sum` with NaN treated as 0.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nansum([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1., 5.], dtype=float32)
    """
    return sum(_without_nan(x, 0), axis, keepdims)


@composite(dtype=rules.ACCUMULATE)
def nanprod(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`prod` with NaN treated as 1.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanprod([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1., 6.], dtype=float32)
    """
    return _product(_without_nan(x, 1), axis, keepdims)


def _mean_of_numbers(numbers: Any, nan: Any, axis: Any, keepdims: bool) -> Any:
    """Returns the mean of the elements that are not NaN, from numbers with NaN replaced by 0; NaN (0 / 0) if all are
    NaN."""
    count = cast(sum(logical_not(nan), axis, keepdims), dtype_of(numbers))
    return divide(sum(numbers, axis, keepdims), count)


@composite(dtype=rules.FLOATS)
def nanmean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`mean` of the elements that are not NaN; NaN where there are none.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanmean([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1. , 2.5], dtype=float32)
    """
    nan = isnan(x)
    return narrowed(_mean_of_numbers(where(nan, 0, widened(x)), nan, axis, keepdims), x)


@composite(dtype=rules.FLOATS)
def nanvar(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`var` of the elements that are not NaN; NaN where there are none.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanvar([[1.0, float("nan")], [1.0, 3.0]], axis=1))
        array([0., 1.], dtype=float32)
    """
    nan = isnan(x)
    numbers = where(nan, 0, widened(x))
    # This excludes NaN from the gradient as well.
    distance = where(nan, 0, subtract(numbers, _mean_of_numbers(numbers, nan, axis, True)))
    return narrowed(_mean_of_numbers(_squared(distance), nan, axis, keepdims), x)


@composite(dtype=rules.FLOATS)
def nanstd(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`std` of the elements that are not NaN; NaN where there are none.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanstd([[1.0, float("nan")], [1.0, 3.0]], axis=1))
        array([0., 1.], dtype=float32)
    """
    return narrowed(_root(nanvar(widened(x), axis, keepdims)), x)


@composite(dtype=rules.ORDERED)
def nanmax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`max` of the elements that are not NaN; NaN where all elements are NaN.

    Raises:
        ShapeError: an axis is out of bounds, duplicated or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanmax([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1., 3.], dtype=float32)
    """
    if dtype_of(x) not in dtypes.FLOATS:
        return max(x, axis, keepdims)
    nan = isnan(x)
    return where(all(nan, axis, keepdims), math.nan, max(where(nan, -math.inf, x), axis, keepdims))


@composite(dtype=rules.ORDERED)
def nanmin(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`min` of the elements that are not NaN; NaN where all elements are NaN.

    Raises:
        ShapeError: an axis is out of bounds, duplicated or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanmin([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1., 2.], dtype=float32)
    """
    if dtype_of(x) not in dtypes.FLOATS:
        return min(x, axis, keepdims)
    nan = isnan(x)
    return where(all(nan, axis, keepdims), math.nan, min(where(nan, math.inf, x), axis, keepdims))


def _place(x: Any, extreme: Any, axis: Any, keepdims: bool) -> Any:
    """Returns the index of the first element equal to `extreme`; -1 where `extreme` is NaN, which equals nothing."""
    place = argmax(equal(x, extreme), axis, keepdims)
    if not keepdims:
        extreme = squeeze(extreme, axis)
    return where(isnan(extreme), -1, place)


@composite(dtype=rules.ORDERED)
def nanargmax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The index of the first largest element that is not NaN, as int32; -1 where all elements are NaN.

    Args:
        x: real numbers or bools.
        axis: one axis; None for the index in the flattened tensor.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: the axis is out of bounds, or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanargmax([[float("nan"), 5.0], [7.0, 4.0]], axis=1))
        array([1, 0], dtype=int32)
    """
    if dtype_of(x) not in dtypes.FLOATS:
        return argmax(x, axis, keepdims)
    return _place(x, nanmax(x, axis, True), axis, keepdims)


@composite(dtype=rules.ORDERED)
def nanargmin(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The index of the first smallest element that is not NaN, as int32; see `nanargmax`.

    Raises:
        ShapeError: the axis is out of bounds, or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanargmin([[float("nan"), 5.0], [7.0, 4.0]], axis=1))
        array([1, 1], dtype=int32)
    """
    if dtype_of(x) not in dtypes.FLOATS:
        return argmin(x, axis, keepdims)
    return _place(x, nanmin(x, axis, True), axis, keepdims)
