"""Whether all or any elements along axes are true."""

from __future__ import annotations

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Mask, Operand, Tensor
from ops.elementwise import isclose
from ops.reduction.totals import _reduced

__all__ = [
    "all",
    "allclose",
    "any",
]


@primitive(dtype=rules.KEEP_BOOL, shape=_reduced)
def any(x: Mask, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether any element along the axes is true; nonzero numbers are true.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.any([[True, False], [False, False]], axis=1))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_reduced)
def all(x: Mask, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether all elements along the axes are true; nonzero numbers are true.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.all([[True, True], [False, True]], axis=1))
        array([ True, False])
    """
    ...


@composite(dtype=rules.TEST_FLOATS)
def allclose(x1: Operand, x2: Operand, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Whether all elements of x1 and x2 are equal within a tolerance, as a bool of rank 0; see `isclose`.

    Args:
        x1: numbers.
        x2: the numbers that the relative tolerance refers to.
        rtol: the relative tolerance.
        atol: the absolute tolerance.
        equal_nan: whether NaN is close to NaN.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> bool(ops.allclose([1.0, 2.0], [1.000001, 2.0]))
        True
    """
    return all(isclose(x1, x2, rtol, atol, equal_nan))
