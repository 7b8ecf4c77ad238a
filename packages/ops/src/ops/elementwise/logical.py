"""Logical functions."""

from __future__ import annotations

from ops._declaration import dtype_rules as rules
from ops._declaration import primitive
from ops._declaration.roles import Mask, Tensor
from ops.elementwise._common import broadcast, same

__all__ = [
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
]


@primitive(dtype=rules.KEEP_BOOL, shape=broadcast)
def logical_and(x1: Mask, x2: Mask) -> Tensor:
    """Whether both operands are true, element by element; nonzero numbers are true.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_and([True, False], [True, True]))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=broadcast)
def logical_or(x1: Mask, x2: Mask) -> Tensor:
    """Whether either operand is true, element by element; nonzero numbers are true.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_or([True, False], [True, True]))
        array([ True,  True])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=broadcast)
def logical_xor(x1: Mask, x2: Mask) -> Tensor:
    """Whether exactly one operand is true, element by element; nonzero numbers are true.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_xor([True, False], [True, True]))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=same)
def logical_not(x: Mask) -> Tensor:
    """Whether x is false; nonzero numbers are true.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_not([True, False]))
        array([False,  True])
    """
    ...
