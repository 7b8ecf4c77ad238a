"""Comparisons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops._declaration import dtype_rules as rules
from ops._declaration import primitive
from ops._declaration.operands import dtype_of, operand_of
from ops._declaration.roles import Operand, Tensor
from ops.elementwise._common import broadcast
from ops_common import dtypes
from ops_common.runtime.backend import Backend

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "not_equal",
]


def _beyond(above: bool, below: bool) -> Callable[[Backend, Any, Any], Any]:
    """Returns a function for comparisons of an integer tensor with a Python int that its dtype cannot hold.

    Args:
        above: whether a number is less than (equal to, ...) one that is larger.
        below: whether it is less than (equal to, ...) one that is smaller.
    """

    def compare(backend: Backend, x1: Any, x2: Any) -> Any:
        if type(x2) is int:
            x, number, is_above = x1, x2, x2 > 0
        elif type(x1) is int:
            x, number, is_above = x2, x1, x1 < 0
        else:
            return NotImplemented
        if type(x) in dtypes.NUMBERS or not -(2**31) <= number < 2**31:  # other ints promote to int64
            return NotImplemented
        tensor = operand_of(backend, x)
        dtype = dtype_of(backend, tensor)
        if dtype not in dtypes.INTEGERS or dtypes.fits(number, dtype):
            return NotImplemented
        names = backend.bound
        same = above if is_above else below
        return names.elementwise_equal(tensor, tensor) if same else names.elementwise_not_equal(tensor, tensor)

    return compare


@primitive(dtype=rules.COMPARE, shape=broadcast, instead=_beyond(above=False, below=False))
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


@primitive(dtype=rules.COMPARE, shape=broadcast, instead=_beyond(above=True, below=True))
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


@primitive(dtype=rules.COMPARE_ORDER, shape=broadcast, instead=_beyond(above=False, below=True))
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


@primitive(dtype=rules.COMPARE_ORDER, shape=broadcast, instead=_beyond(above=False, below=True))
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


@primitive(dtype=rules.COMPARE_ORDER, shape=broadcast, instead=_beyond(above=True, below=False))
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


@primitive(dtype=rules.COMPARE_ORDER, shape=broadcast, instead=_beyond(above=True, below=False))
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
