"""Largest and smallest elements along axes, and their indices."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Operand, Tensor
from ops.elementwise import subtract
from ops_common import shapes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.runtime.backend import short

__all__ = [
    "amax",
    "amin",
    "argmax",
    "argmin",
    "max",
    "min",
    "ptp",
]


def _extreme(x: Any, axis: shapes.Axis, keepdims: bool, initial: Any = None) -> shapes.Shape:
    if initial is not None and (not hasattr(initial, "__float__") or getattr(initial, "shape", ()) != ()):
        raise ArgumentTypeError(f"initial must be a number or None; got {short(initial)}")
    if initial is None and 0 in (x.shape[a] for a in shapes.normalize_axes(axis, len(x.shape))):
        raise ShapeError(
            f"axis {axis} of shape {x.shape} is empty, so that it has no largest or smallest element: pass initial"
        )
    return shapes.reduce(x.shape, axis, keepdims)


@primitive(dtype=rules.ORDERED, shape=_extreme)
def max(x: Operand, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """The largest element along axes; NaN if any element is NaN.

    Args:
        x: real numbers or bools.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.
        initial: a number to include in the reduction, so that an empty axis is allowed.

    Raises:
        ShapeError: an axis is out of bounds or duplicated, or empty without an initial value.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.max([[1, 2], [3, 4]], axis=0))
        array([3, 4], dtype=int32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=_extreme)
def min(x: Operand, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """The smallest element along axes; NaN if any element is NaN. See `max`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.min([[1, 2], [3, 4]], axis=0))
        array([1, 2], dtype=int32)
    """
    ...


@composite(dtype=rules.ORDERED)
def amax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The same as `max` without an initial value.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.amax([[1, 2], [3, 4]])))
        4
    """
    return max(x, axis, keepdims)


@composite(dtype=rules.ORDERED)
def amin(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The same as `min` without an initial value.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.amin([[1, 2], [3, 4]])))
        1
    """
    return min(x, axis, keepdims)


def _index(x: Any, axis: Any, keepdims: bool) -> shapes.Shape:
    if isinstance(axis, tuple):
        raise ArgumentTypeError(f"axis must be an int or None; got {axis!r}")
    return _extreme(x, axis, keepdims)


@primitive(dtype=rules.INDEX_OF, shape=_index)
def argmax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The index of the first largest element, as int32; if there are NaNs, that of the first NaN.

    Args:
        x: real numbers or bools.
        axis: one axis; None for the index in the flattened tensor.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: the axis is out of bounds, or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.argmax([[1, 5], [7, 4]], axis=1))
        array([1, 0], dtype=int32)
    """
    ...


@primitive(dtype=rules.INDEX_OF, shape=_index)
def argmin(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The index of the first smallest element, as int32; see `argmax`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.argmin([[1, 5], [7, 4]], axis=1))
        array([0, 1], dtype=int32)
    """
    ...


@composite(dtype=rules.ORDERED_NUMBERS)
def ptp(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest minus the smallest element along axes ("peak to peak"); NaN if any element is NaN.

    The result has x's dtype, so differences of integers may wrap around; bools must be cast first.

    Args:
        x: real numbers.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: an axis is out of bounds, duplicated or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ptp([[1, 3], [4, 0]], axis=1))
        array([2, 4], dtype=int32)
    """
    return subtract(max(x, axis, keepdims), min(x, axis, keepdims))
