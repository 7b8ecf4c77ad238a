"""Comparisons."""

from __future__ import annotations

from ops._declaration import dtype_rules as rules
from ops._declaration import primitive
from ops._declaration.roles import Operand, Tensor
from ops.elementwise._common import broadcast

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "not_equal",
]


@primitive(dtype=rules.COMPARE, shape=broadcast)
def equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 equals x2, element by element, as bool.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.equal([1, 3], 3))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.COMPARE, shape=broadcast)
def not_equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 differs from x2, element by element, as bool.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.not_equal([1, 3], 3))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=broadcast)
def greater(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is greater than x2, element by element, as bool. Not defined for complex numbers.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.greater([1, 3], 3))
        array([False, False])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=broadcast)
def greater_equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is at least x2, element by element, as bool. Not defined for complex numbers.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.greater_equal([1, 3], 3))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=broadcast)
def less(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is less than x2, element by element, as bool. Not defined for complex numbers.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.less([1, 3], 3))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=broadcast)
def less_equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is at most x2, element by element, as bool. Not defined for complex numbers.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.less_equal([1, 3], 3))
        array([ True,  True])
    """
    ...
