"""Cumulative sums and products."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Operand, Tensor
from ops.core import cast
from ops_common import shapes
from ops_common.errors import ArgumentTypeError

__all__ = [
    "cumprod",
    "cumsum",
]


def _running(x: Any, axis: Any) -> shapes.Shape:
    if axis is None:
        return (shapes.size(x.shape),)
    if not isinstance(axis, int):
        raise ArgumentTypeError(f"axis must be an int or None; got {axis!r}")
    shapes.normalize_axis(axis, len(x.shape))
    return x.shape


@primitive(dtype=rules.NUMBERS, shape=_running, kernel="cumsum")
def _running_sum(x: Operand, axis: Axis = None) -> Tensor:
    """`cumsum` without a dtype argument; implemented by the kernels."""
    ...


@primitive(dtype=rules.NUMBERS, shape=_running, kernel="cumprod")
def _running_product(x: Operand, axis: Axis = None) -> Tensor:
    """`cumprod` without a dtype argument; implemented by the kernels."""
    ...


@composite(kernel=None)
def cumsum(x: Operand, axis: Axis = None, dtype: Any = None) -> Tensor:
    """The cumulative sum of the elements along an axis.

    Args:
        x: numbers; bools are summed as int32, other dtypes are kept. float16 and bfloat16 are summed in float32.
        axis: one axis; None for the flattened tensor.
        dtype: the dtype of the computation; None for x's dtype.

    Returns:
        A tensor of x's shape; of rank 1 for axis None.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cumsum([[1, 2], [3, 4]], axis=1))
        array([[1, 3],
               [3, 7]], dtype=int32)
    """
    if dtype is None:
        return _running_sum(x, axis)
    return cast(_running_sum(cast(x, dtype), axis), dtype)


@composite(kernel=None)
def cumprod(x: Operand, axis: Axis = None, dtype: Any = None) -> Tensor:
    """The cumulative product of the elements along an axis; see `cumsum`.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cumprod([[1, 2], [3, 4]], axis=1))
        array([[ 1,  2],
               [ 3, 12]], dtype=int32)
    """
    if dtype is None:
        return _running_product(x, axis)
    return cast(_running_product(cast(x, dtype), axis), dtype)
