"""Elements in another order along axes."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Operand, Tensor, Widths
from ops.core import _static_shape as shape_of
from ops.manipulation.reshaping import swapaxes
from ops_common import shapes
from ops_common.errors import ArgumentError, ArgumentTypeError

__all__ = [
    "flip",
    "fliplr",
    "flipud",
    "roll",
    "rot90",
]


def _flipped(x: Any, axis: shapes.Axis) -> shapes.Shape:
    shapes.normalize_axes(axis, len(x.shape))
    return x.shape


@primitive(dtype=rules.KEEP, shape=_flipped)
def flip(x: Operand, axis: Axis = None) -> Tensor:
    """The tensor with the elements reversed along axes; None for all axes.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.flip([1, 2, 3]))
        array([3, 2, 1], dtype=int32)
    """
    ...


@composite()
def fliplr(x: Operand) -> Tensor:
    """The tensor with the elements reversed along axis 1.

    Raises:
        ShapeError: the rank is lower than 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fliplr([[1, 2], [3, 4]]))
        array([[2, 1],
               [4, 3]], dtype=int32)
    """
    return flip(x, 1)


@composite()
def flipud(x: Operand) -> Tensor:
    """The tensor with the elements reversed along axis 0.

    Raises:
        ShapeError: the tensor is a scalar.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.flipud([[1, 2], [3, 4]]))
        array([[3, 4],
               [1, 2]], dtype=int32)
    """
    return flip(x, 0)


@composite()
def rot90(array: Operand, k: int = 1, axes: Axis = (0, 1)) -> Tensor:
    """The tensor rotated by multiples of 90 degrees in the plane of two axes, from the first towards the second.

    Args:
        array: a tensor of rank 2 or more.
        k: the number of rotations by 90 degrees; negative numbers rotate in the opposite direction.
        axes: the two axes.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.
        ArgumentError: there are not exactly two axes.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.rot90([[1, 2], [3, 4]]))
        array([[2, 4],
               [1, 3]], dtype=int32)
    """
    if not isinstance(axes, tuple) or len(axes) != 2:
        raise ArgumentError(f"axes must be two axes; got {axes}")
    rank = len(shape_of(array))
    first, second = shapes.normalize_axes(axes, rank)
    turns = k % 4
    if turns == 0:
        return array
    if turns == 2:
        return flip(array, (first, second))
    if turns == 1:
        return swapaxes(flip(array, second), first, second)
    return flip(swapaxes(array, first, second), second)


def _rolled(x: Any, shift: int | tuple[int, ...] | None, axis: shapes.Axis) -> shapes.Shape:
    if isinstance(shift, tuple) and any(isinstance(number, tuple) for number in shift):
        raise ArgumentTypeError(f"shift must be an int or a tuple of ints; got {shift}")
    if shift is not None:  # a run-time size
        shapes.roll_steps(shift, axis, len(x.shape))
    return x.shape


@primitive(dtype=rules.KEEP, shape=_rolled)
def roll(x: Operand, shift: Widths, axis: Axis = None) -> Tensor:
    """The tensor with elements shifted along axes; those shifted past one end re-enter at the other.

    Args:
        x: a tensor.
        shift: the number of positions towards higher indices; one number or several.
        axis: one axis or several; None shifts the elements of the flattened tensor. A single shift applies to all axes;
            several shifts of a single axis are summed.

    Raises:
        ShapeError: an axis is out of bounds, or the numbers of shifts and axes differ.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.roll([1, 2, 3, 4], 1))
        array([4, 1, 2, 3], dtype=int32)
    """
    ...
