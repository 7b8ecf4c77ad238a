"""Family reduction: one number from many, along axes."""

from __future__ import annotations

from typing import Any

from ops import _rules as rules
from ops._declare import composite, primitive
from ops._types import Axis, Mask, Operand, Tensor
from ops.core import cast
from ops_common import shapes
from ops_common.errors import ShapeError


def _reduced(x: Any, axis: shapes.Axis, keepdims: bool, initial: Any = None) -> shapes.Shape:
    return shapes.reduce(x.shape, axis, keepdims)


def _extreme(x: Any, axis: shapes.Axis, keepdims: bool, initial: Any = None) -> shapes.Shape:
    if initial is None and 0 in (x.shape[a] for a in shapes.normalize_axes(axis, len(x.shape))):
        raise ShapeError(f"there is no largest or smallest element along axis {axis} of shape {x.shape}: it is empty")
    return shapes.reduce(x.shape, axis, keepdims)


@primitive(dtype=rules.ACCUMULATE, shape=_reduced)
def sum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Sum of the elements along axes.

    Args:
        x: numbers; bool, int8 and int16 are summed as int32, uint8 and uint16 as uint32.
        axis: an axis or several; None for all.
        keepdims: whether the reduced axes stay, with size 1.

    Raises:
        ShapeError: an axis is out of bounds or named twice.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sum([[1, 2], [3, 4]], axis=0))
        array([4, 6], dtype=int32)
    """
    ...


@primitive(dtype=rules.ACCUMULATE, shape=_reduced, kernel="prod")
def _product(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`prod` without a choice of dtype: what the kernels do."""
    ...


@composite(kernel=None)
def prod(x: Operand, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """Product of the elements along axes.

    Args:
        x: numbers; bool, int8 and int16 are multiplied as int32, uint8 and uint16 as uint32.
        axis: an axis or several; None for all.
        keepdims: whether the reduced axes stay, with size 1.
        dtype: the dtype to multiply in; None for x's, as above.

    Raises:
        ShapeError: an axis is out of bounds or named twice.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.prod([[1, 2], [3, 4]], axis=0))
        array([3, 8], dtype=int32)
    """
    if dtype is None:
        return _product(x, axis, keepdims)
    return cast(_product(cast(x, dtype), axis, keepdims), dtype)


@primitive(dtype=rules.FLOATS, shape=_reduced)
def mean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Arithmetic mean of the elements along axes, in the float dtype (integers in `floatx`); NaN of nothing.

    Args:
        x: numbers; float16 and bfloat16 are summed in float32.
        axis: an axis or several; None for all.
        keepdims: whether the reduced axes stay, with size 1.

    Raises:
        ShapeError: an axis is out of bounds or named twice.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.mean([[1, 2], [3, 4]], axis=1))
        array([1.5, 3.5], dtype=float32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=_extreme)
def max(x: Operand, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """Largest element along axes, NaN if there is one.

    Args:
        x: real numbers or bools.
        axis: an axis or several; None for all.
        keepdims: whether the reduced axes stay, with size 1.
        initial: a number that takes part, so that an empty axis has an answer.

    Raises:
        ShapeError: an axis is out of bounds or named twice, or empty without an initial value.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.max([[1, 2], [3, 4]], axis=0))
        array([3, 4], dtype=int32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=_extreme)
def min(x: Operand, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """Smallest element along axes, NaN if there is one; see `max`.

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


@primitive(dtype=rules.KEEP_BOOL, shape=_reduced)
def any(x: Mask, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether any element along the axes is true; numbers count as true unless they are zero.

    Raises:
        ShapeError: an axis is out of bounds or named twice.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.any([[True, False], [False, False]], axis=1))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_reduced)
def all(x: Mask, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether all elements along the axes are true; numbers count as true unless they are zero.

    Raises:
        ShapeError: an axis is out of bounds or named twice.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.all([[True, True], [False, True]], axis=1))
        array([ True, False])
    """
    ...


def _index(x: Any, axis: int | None, keepdims: bool) -> shapes.Shape:
    return _extreme(x, axis, keepdims)


@primitive(dtype=rules.INDEX_OF, shape=_index)
def argmax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Index of the first largest element, as int32; the first NaN counts as the largest.

    Args:
        x: real numbers or bools.
        axis: one axis; None for the index in the flattened tensor.
        keepdims: whether the reduced axes stay, with size 1.

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
    """Index of the first smallest element, as int32; see `argmax`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.argmin([[1, 5], [7, 4]], axis=1))
        array([0, 1], dtype=int32)
    """
    ...
