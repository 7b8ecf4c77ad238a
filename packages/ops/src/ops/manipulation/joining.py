"""Tensors joined along an axis."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, IntOrNone, Operand, Operands, Tensor
from ops.core import _static_shape as shape_of
from ops.manipulation.reshaping import expand_dims, reshape
from ops_common import shapes
from ops_common.runtime.backend import Backend

__all__ = [
    "append",
    "concatenate",
    "dstack",
    "hstack",
    "stack",
    "vstack",
]


def _flattened(backend: Backend, xs: Any, axis: Any) -> Any:
    if axis is not None or not isinstance(xs, (list, tuple)):
        return NotImplemented
    operands: list[Any] | tuple[Any, ...] = xs
    return backend.bound.manipulation_concatenate([backend.bound.manipulation_ravel(x) for x in operands], 0)


@primitive(
    dtype=rules.PROMOTE,
    shape=lambda xs, axis: shapes.concatenate([x.shape for x in xs], axis),
    instead=_flattened,
)
def concatenate(xs: Operands, axis: IntOrNone = 0) -> Tensor:
    """Tensors joined along an axis.

    Args:
        xs: tensors with equal sizes along all other axes; the result has the dtype that they promote to.
        axis: the axis to join along; None to join the flattened tensors.

    Raises:
        ShapeError: there are no tensors, their shapes do not match, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.concatenate([[1, 2], [3]]))
        array([1, 2, 3], dtype=int32)
    """
    ...


@primitive(dtype=rules.PROMOTE, shape=lambda x, axis: shapes.stack([item.shape for item in x], axis))
def stack(x: Operands, axis: int = 0) -> Tensor:
    """Tensors of equal shape stacked along a new axis.

    Args:
        x: the tensors; the result has the dtype that they promote to.
        axis: the position of the new axis in the result.

    Raises:
        ShapeError: there are no tensors, their shapes differ, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.stack([[1, 2], [3, 4]], axis=1))
        array([[1, 3],
               [2, 4]], dtype=int32)
    """
    ...


@composite(dtype=rules.PROMOTE)
def append(x1: Operand, x2: Operand, axis: Axis = None) -> Tensor:
    """The elements of x1 followed by those of x2.

    Args:
        x1: a tensor.
        x2: a tensor; the result has the dtype that both promote to.
        axis: the axis to join along; None flattens both first.

    Raises:
        ShapeError: the sizes differ along another axis, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.append([1, 2], [[3], [4]]))
        array([1, 2, 3, 4], dtype=int32)
    """
    if axis is None:
        return concatenate([reshape(x1, (-1,)), reshape(x2, (-1,))], 0)
    return concatenate([x1, x2], axis)  # type: ignore[arg-type]  # checked by concatenate


@composite(dtype=rules.PROMOTE)
def hstack(xs: Operands) -> Tensor:
    """Tensors joined along axis 1, or along axis 0 for tensors of rank 1; scalars are treated as rank 1.

    Args:
        xs: a list or tuple of tensors; the result has the dtype that they promote to.

    Raises:
        ShapeError: there are no tensors, or their shapes do not match.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.hstack([[1, 2], [3]]))
        array([1, 2, 3], dtype=int32)
    """
    rows = [x if len(shape_of(x)) else reshape(x, (1,)) for x in xs]
    return concatenate(rows, 1 if rows and len(shape_of(rows[0])) > 1 else 0)


@composite(dtype=rules.PROMOTE)
def vstack(xs: Operands) -> Tensor:
    """Tensors joined along axis 0; tensors of rank 1 are treated as rows, scalars as rows of one element.

    Args:
        xs: a list or tuple of tensors; the result has the dtype that they promote to.

    Raises:
        ShapeError: there are no tensors, or their shapes do not match.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.vstack([[1, 2], [3, 4]]))
        array([[1, 2],
               [3, 4]], dtype=int32)
    """
    return concatenate([_at_least(x, 2) for x in xs], 0)


@composite(dtype=rules.PROMOTE)
def dstack(xs: Operands) -> Tensor:
    """Tensors joined along axis 2; shape (n,) is treated as (1, n, 1), and (m, n) as (m, n, 1).

    Args:
        xs: a list or tuple of tensors; the result has the dtype that they promote to.

    Raises:
        ShapeError: there are no tensors, or their shapes do not match.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.dstack([[1, 2], [3, 4]]))
        array([[[1, 3],
                [2, 4]]], dtype=int32)
    """
    return concatenate([_at_least(x, 3) for x in xs], 2)


def _at_least(x: Tensor, rank: int) -> Tensor:
    """Returns the tensor with axes of size 1 added up to this rank: the first before its own axes, others after
    them."""
    own_rank = len(shape_of(x))
    places = (0, 2)[: rank - own_rank] if own_rank == 1 else tuple(range(own_rank, rank))
    return expand_dims(x, places[0] if len(places) == 1 else places) if places else x
