"""Variances and standard deviations along axes."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Operand, Tensor
from ops.core import dtype as dtype_of
from ops.elementwise import abs, equal, sqrt, square, subtract, where
from ops.reduction.precision import narrowed, widened
from ops.reduction.totals import mean
from ops_common import dtypes

__all__ = [
    "std",
    "var",
]


def _squared(distance: Any) -> Any:
    return square(abs(distance)) if dtype_of(distance) in dtypes.COMPLEX else square(distance)


@composite(dtype=rules.FLOATS)
def var(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The variance along axes: the mean of the squared deviations from the mean, ``mean(abs(x - mean(x))**2)``.

    Args:
        x: numbers; integers are cast to `floatx`, float16 and bfloat16 are summed in float32.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Returns:
        A tensor of the float dtype, real for complex numbers; NaN if there are no elements.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.var([[1, 3], [4, 4]], axis=1))
        array([1., 0.], dtype=float32)
    """
    wide = widened(x)
    distance = subtract(wide, mean(wide, axis, True))
    return narrowed(mean(_squared(distance), axis, keepdims), x)


@composite(dtype=rules.FLOATS)
def std(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The standard deviation along axes: the square root of the variance; see `var`.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.std([[1, 3], [4, 4]], axis=1))
        array([1., 0.], dtype=float32)
    """
    return narrowed(_root(var(widened(x), axis, keepdims)), x)


def _root(variance: Any) -> Any:
    """Returns the square root with gradient 0 at 0, where all elements are equal."""
    zero = equal(variance, 0)
    return where(zero, 0, sqrt(where(zero, 1, variance)))
