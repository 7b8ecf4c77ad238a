"""Bitwise functions and shifts."""

from __future__ import annotations

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.elementwise._common import broadcast, same

__all__ = [
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "left_shift",
    "right_shift",
]


@primitive(dtype=rules.BITS, shape=broadcast)
def bitwise_and(x: Operand, y: Operand) -> Tensor:
    """Bitwise and of integers; logical and of bools.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_and([6, 3], [5, 1]))
        array([4, 1], dtype=int32)
    """
    ...


@primitive(dtype=rules.BITS, shape=broadcast)
def bitwise_or(x: Operand, y: Operand) -> Tensor:
    """Bitwise or of integers; logical or of bools.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_or([6, 3], [5, 1]))
        array([7, 3], dtype=int32)
    """
    ...


@primitive(dtype=rules.BITS, shape=broadcast)
def bitwise_xor(x: Operand, y: Operand) -> Tensor:
    """Bitwise exclusive or of integers; logical exclusive or of bools.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_xor([6, 3], [5, 1]))
        array([3, 2], dtype=int32)
    """
    ...


@primitive(dtype=rules.BITS, shape=same)
def bitwise_not(x: Operand) -> Tensor:
    """Bitwise complement of integers; logical not of bools.

    Raises:
        DtypeError: the operand is neither integer nor bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_not([0, 5]))
        array([-1, -6], dtype=int32)
    """
    ...


@composite(dtype=rules.BITS)
def bitwise_invert(x: Operand) -> Tensor:
    """The same as `bitwise_not`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_invert([0, 5]))
        array([-1, -6], dtype=int32)
    """
    return bitwise_not(x)


@primitive(dtype=rules.SHIFTS, shape=broadcast)
def left_shift(x: Operand, y: Operand) -> Tensor:
    """x with its bits shifted left by y, x * 2**y; bits shifted out of the dtype are lost.

    The result is 0 where y is negative or at least the number of bits of the dtype.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool; bools are treated as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.left_shift([1, 5], [3, 40]))
        array([8, 0], dtype=int32)
    """
    ...


@composite(dtype=rules.SHIFTS)
def bitwise_left_shift(x: Operand, y: Operand) -> Tensor:
    """The same as `left_shift`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_left_shift([1], 3))
        array([8], dtype=int32)
    """
    return left_shift(x, y)


@primitive(dtype=rules.SHIFTS, shape=broadcast)
def right_shift(x: Operand, y: Operand) -> Tensor:
    """x with its bits shifted right by y, x / 2**y rounded towards minus infinity.

    Where y is negative or at least the number of bits of the dtype, the result is 0, or -1 for a negative x.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool; bools are treated as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.right_shift([17, -17, -17], [2, 2, 40]))
        array([ 4, -5, -1], dtype=int32)
    """
    ...


@composite(dtype=rules.SHIFTS)
def bitwise_right_shift(x: Operand, y: Operand) -> Tensor:
    """The same as `right_shift`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_right_shift([1], 3))
        array([0], dtype=int32)
    """
    return right_shift(x, y)
