"""Sums, products, means and counts along axes."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Operand, Tensor
from ops.core import cast, stop_gradient
from ops.core import dtype as dtype_of
from ops.elementwise import add, exp, isfinite, log, not_equal, subtract, where
from ops.reduction.extremes import max
from ops.reduction.precision import narrowed, widened
from ops_common import shapes

__all__ = [
    "count_nonzero",
    "logsumexp",
    "mean",
    "prod",
    "sum",
]


def _reduced(x: Any, axis: shapes.Axis, keepdims: bool, initial: Any = None) -> shapes.Shape:
    return shapes.reduce(x.shape, axis, keepdims)


@primitive(dtype=rules.ACCUMULATE, shape=_reduced)
def sum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The sum of the elements along axes.

    Args:
        x: numbers; bool, int8 and int16 are summed as int32, uint8 and uint16 as uint32.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sum([[1, 2], [3, 4]], axis=0))
        array([4, 6], dtype=int32)
    """
    ...


@primitive(dtype=rules.ACCUMULATE, shape=_reduced, kernel="prod")
def _product(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`prod` without a dtype argument; implemented by the kernels."""
    ...


@composite(kernel=None)
def prod(x: Operand, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """The product of the elements along axes.

    Args:
        x: numbers; bool, int8 and int16 are multiplied as int32, uint8 and uint16 as uint32.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.
        dtype: the dtype of the computation; None for x's dtype, as above.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.prod([[1, 2], [3, 4]], axis=0))
        array([3, 8], dtype=int32)
    """
    if dtype is None:
        return _product(x, axis, keepdims)
    return cast(_product(cast(x, dtype), axis, keepdims), dtype)


@primitive(dtype=rules.FLOATS, shape=_reduced)
def mean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The arithmetic mean along axes, in the float dtype (`floatx` for integers); NaN if there are no elements.

    Args:
        x: numbers; float16 and bfloat16 are summed in float32.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.mean([[1, 2], [3, 4]], axis=1))
        array([1.5, 3.5], dtype=float32)
    """
    ...


@composite(dtype=rules.PROMOTE)
def count_nonzero(x: Operand, axis: Axis = None) -> Tensor:
    """The number of nonzero elements along axes, as int32; NaN is nonzero.

    Args:
        x: numbers or bools.
        axis: one axis or several; None for all.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.count_nonzero([[0, 1], [2, 3]], axis=0))
        array([1, 2], dtype=int32)
    """
    return sum(x if dtype_of(x) == "bool" else not_equal(x, 0), axis)


@composite(dtype=rules.REAL_FLOATS)
def logsumexp(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The logarithm of the sum of exponentials along axes, without intermediate overflow.

    Args:
        x: real numbers.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Returns:
        A tensor in the float dtype (`floatx` for integers); minus infinity if there are no elements.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logsumexp([[1000.0], [-float("inf")]], axis=1))
        array([1000.,  -inf], dtype=float32)
    """
    wide = widened(x)
    top = max(wide, axis, True, -math.inf)
    # An infinite maximum is not subtracted: infinity minus infinity is NaN.
    top = stop_gradient(where(isfinite(top), top, 0))
    result = add(log(sum(exp(subtract(wide, top)), axis, True)), top)
    return narrowed(result if keepdims else sum(result, axis), x)
