"""Family sorting: elements in order, and what is found by their order.

The order is NumPy's: NaN is the largest; complex numbers compare by their real and then by their imaginary part.
"""

from __future__ import annotations

from typing import Any

from ops import _rules as rules
from ops._declare import composite, primitive
from ops._types import Axis, Operand, Tensor
from ops.core import dtype
from ops.creation import ones_like
from ops.elementwise import equal, greater, less, logical_and, logical_not, subtract, where
from ops.indexing import take
from ops.manipulation import expand_dims, flip, pad, reshape
from ops.reduction import any, sum
from ops_common import shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError


def _sorted(x: Any, axis: Any) -> shapes.Shape:
    if axis is None:
        return (shapes.size(x.shape),)
    if isinstance(axis, tuple):
        raise ArgumentTypeError(f"elements are sorted along one axis; got {axis}")
    shapes.normalize_axis(axis, len(x.shape))
    return x.shape


@primitive(dtype=rules.KEEP, shape=_sorted)
def sort(x: Operand, axis: Axis = -1) -> Tensor:
    """The elements in ascending order along an axis.

    The sort is stable, which shows in 0.0 and -0.0: they are equal, and stay in the order that they had.

    Args:
        x: a tensor of any dtype. NaN goes last.
        axis: the axis; None sorts the flattened tensor.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sort([3, 1, 2]))
        array([1, 2, 3], dtype=int32)
    """
    ...


@primitive(dtype=rules.INDICES, shape=_sorted)
def argsort(x: Operand, axis: Axis = -1) -> Tensor:
    """Indices, as int32, that put the elements in ascending order along an axis; equal elements keep their order.

    Args:
        x: a tensor of any dtype. NaN goes last.
        axis: the axis; None for indices into the flattened tensor.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.argsort([30, 10, 20]))
        array([1, 2, 0], dtype=int32)
    """
    ...


def _found(sorted_sequence: Any, values: Any, side: str) -> shapes.Shape:
    if len(sorted_sequence.shape) != 1:
        raise ShapeError(f"the sorted sequence has rank 1; got shape {sorted_sequence.shape}")
    if side not in ("left", "right"):
        raise ArgumentError(f"side is 'left' or 'right'; got {side!r}")
    return values.shape


@primitive(dtype=rules.INDEX_OF, shape=_found)
def searchsorted(sorted_sequence: Operand, values: Operand, side: str = "left") -> Tensor:
    """Where values belong in an ascending sequence.

    Args:
        sorted_sequence: real numbers of rank 1 in ascending order, NaN last. Unordered ones give no error and an
            undefined answer.
        values: real numbers of any shape; both are promoted to one dtype.
        side: "left" for the first place that keeps the order, "right" for the last.

    Returns:
        int32 places from 0 to the sequence's length, in the values' shape.

    Raises:
        ShapeError: the sequence is not of rank 1.
        ArgumentError: side is neither.
        DtypeError: an operand is complex.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.searchsorted([1, 2, 2, 5], [2, 3], side="right"))
        array([3, 3], dtype=int32)
    """
    ...


@composite(dtype=rules.INDEX_OF, kernel=None)
def digitize(x: Operand, bins: Operand) -> Tensor:
    """The interval between edges that each element lies in.

    Args:
        x: real numbers of any shape.
        bins: the edges, of rank 1, ascending or descending; both operands are promoted to one dtype.

    Returns:
        int32, in x's shape: for ascending edges i where ``bins[i - 1] <= x < bins[i]``, for descending ones where
        ``bins[i - 1] > x >= bins[i]``; 0 or the number of edges where x lies outside.

    Raises:
        ShapeError: the edges are not of rank 1.
        DtypeError: an operand is complex.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.digitize([0.2, 6.4, 3.0], [0.0, 1.0, 2.5, 4.0]))
        array([1, 4, 3], dtype=int32)
    """
    descending = any(less(bins[1:], bins[:-1]))
    place = searchsorted(where(descending, flip(bins), bins), x, "right")
    return where(descending, subtract(sum(ones_like(bins, "int32")), place), place)


@composite(dtype=rules.COMPARE)
def isin(x1: Operand, x2: Operand, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each element of one tensor is among another's. NaN equals nothing.

    Args:
        x1: a tensor.
        x2: the elements to look for, of any shape; both are promoted to one dtype.
        assume_unique: a hint that neither has equal elements; the answer does not depend on it.
        invert: whether to answer the opposite.

    Returns:
        Bools in x1's shape.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isin([[1, 2], [3, 4]], [2, 4]))
        array([[False,  True],
               [False,  True]])
    """
    x2 = reshape(x2, (-1,))
    if dtype(x2) in ("complex64", "complex128"):  # these have no order to search by
        found = any(equal(expand_dims(x1, -1), x2), -1)
    else:
        ordered = sort(x2, -1)
        place = searchsorted(ordered, x1, "right")
        # Before each place is the largest element that x1 may equal. At place 0 there is none, and what is read there
        # does not count.
        found = logical_and(equal(take(pad(ordered, (1, 0)), place, 0), x1), greater(place, 0))
    return logical_not(found) if invert else found
