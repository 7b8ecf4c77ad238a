"""Selection by a condition, larger and smaller operands, and limits."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.operands import dtype_of, operand_of
from ops._declaration.roles import Mask, Operand, Tensor
from ops.elementwise._common import broadcast
from ops.elementwise.comparison import not_equal
from ops_common import dtypes
from ops_common.runtime.backend import Backend

__all__ = [
    "clip",
    "fmax",
    "fmin",
    "maximum",
    "minimum",
    "where",
]


def _indices(backend: Backend, condition: Any, x1: Any, x2: Any) -> Any:
    return backend.bound.indexing_nonzero(condition) if x1 is None and x2 is None else NotImplemented


@primitive(dtype=rules.PROMOTE, shape=broadcast, instead=_indices)
def where(condition: Mask, x1: Operand = None, x2: Operand = None) -> Tensor:
    """The elements of x1 where the condition is true, else those of x2.

    Args:
        condition: bools; nonzero numbers are true.
        x1: values for true.
        x2: values for false; the result has the dtype that x1 and x2 promote to.

    Returns:
        A tensor of the shape that all three broadcast to. Without x1 and x2, the indices of the true elements, as
        `nonzero` returns them.

    Raises:
        ShapeError: the three shapes do not broadcast.
        ArgumentTypeError: one of x1 and x2 is missing.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.where([True, False], [1, 2], 9))
        array([1, 9], dtype=int32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=broadcast)
def maximum(x1: Operand, x2: Operand) -> Tensor:
    """The larger of the two operands, NaN where either is NaN.

    The result has the dtype that both operands promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.maximum([1, 5], 3))
        array([3, 5], dtype=int32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=broadcast)
def minimum(x1: Operand, x2: Operand) -> Tensor:
    """The smaller of the two operands, NaN where either is NaN.

    The result has the dtype that both operands promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.minimum([1, 5], 3))
        array([1, 3], dtype=int32)
    """
    ...


@composite(dtype=rules.ORDERED)
def fmax(x1: Operand, x2: Operand) -> Tensor:
    """The larger of the two operands; where one is NaN, the other one (`maximum` returns NaN there).

    The result has the dtype that both operands promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fmax([1.0, float("nan")], 3.0))
        array([3., 3.], dtype=float32)
    """
    return where(not_equal(x1, x1), x2, where(not_equal(x2, x2), x1, maximum(x1, x2)))


@composite(dtype=rules.ORDERED)
def fmin(x1: Operand, x2: Operand) -> Tensor:
    """The smaller of the two operands; where one is NaN, the other one (`minimum` returns NaN there).

    The result has the dtype that both operands promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fmin([1.0, float("nan")], 3.0))
        array([1., 3.], dtype=float32)
    """
    return where(not_equal(x1, x1), x2, where(not_equal(x2, x2), x1, minimum(x1, x2)))


def _one_sided(backend: Backend, x: Any, x_min: Any, x_max: Any) -> Any:
    """Returns x limited on one side, or unchanged in the dtype of the result."""
    if x_min is not None and x_max is not None:
        return NotImplemented
    x = operand_of(backend, x)
    dtype = dtypes.promote([dtype_of(backend, x)])
    if dtypes.is_exact(dtype):
        least, most = (False, True) if dtype == "bool" else dtypes.integer_range(dtype)
        lower, upper = backend.make(least, dtype), backend.make(most, dtype)
    else:
        lower, upper = -math.inf, math.inf
    return backend.bound.elementwise_clip(x, lower if x_min is None else x_min, upper if x_max is None else x_max)


@primitive(dtype=rules.REALS, shape=broadcast, instead=_one_sided)
def clip(x: Operand, x_min: Operand, x_max: Operand) -> Tensor:
    """x limited to an interval; the result is the upper bound where x_min is greater than x_max.

    Args:
        x: real numbers; bools are treated as int32.
        x_min: the lower bound, a number or a tensor; None for none.
        x_max: the upper bound, a number or a tensor; None for none.

    Returns:
        A tensor of the dtype that all three promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.clip([1, 5, 9], 2, 6))
        array([2, 5, 6], dtype=int32)
    """
    ...
