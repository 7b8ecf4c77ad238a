"""Tensors joined along an axis."""

from __future__ import annotations

from typing import Any

from ops._declaration import canonical_int, composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.operands import sequence_of, spec_of
from ops._declaration.roles import Axis, IntOrNone, Operand, Operands, Tensor
from ops.core import _static_shape as shape_of
from ops.manipulation.reshaping import expand_dims, reshape
from ops_common import shapes
from ops_common.runtime.backend import Backend
from ops_common.shapes import normalize_axis

__all__ = [
    "append",
    "concatenate",
    "dstack",
    "hstack",
    "stack",
    "vstack",
]


# In place of a list, these functions accept one tensor, which holds the tensors along its first axis. It is not split,
# as its first size may be large or unknown: its first axis is moved, or merged with another.


def _concatenated(backend: Backend, xs: Any, axis: Any) -> Any:
    names = backend.bound
    if isinstance(xs, (list, tuple)):
        operands: list[Any] | tuple[Any, ...] = xs
        if axis is not None:
            return NotImplemented
        return names.manipulation_concatenate([names.manipulation_ravel(x) for x in operands], 0)
    x = sequence_of(backend, "xs", xs)
    if axis is None:
        return names.manipulation_ravel(x)
    rank = len(spec_of(backend, x).shape) - 1
    return _merged(backend, x, normalize_axis(canonical_int(axis), rank))


def _merged(backend: Backend, x: Any, axis: int) -> Any:
    """Returns the tensors along the first axis of a tensor, joined along one of their axes."""
    names = [f"a{i}" for i in range(axis)]
    return backend.bound.einops_rearrange(x, f"n {' '.join(names)} joined ... -> {' '.join(names)} (n joined) ...")


def _stacked(backend: Backend, x: Any, axis: Any) -> Any:
    if isinstance(x, (list, tuple)):
        return NotImplemented
    x = sequence_of(backend, "x", x)
    return backend.bound.manipulation_moveaxis(x, 0, canonical_int(axis))


def _joined_horizontally(backend: Backend, xs: Any) -> Any:
    if isinstance(xs, (list, tuple)):
        return NotImplemented
    x = sequence_of(backend, "xs", xs)
    rank = len(spec_of(backend, x).shape) - 1
    return x if rank == 0 else _merged(backend, x, min(rank - 1, 1))


def _joined_vertically(backend: Backend, xs: Any) -> Any:
    if isinstance(xs, (list, tuple)):
        return NotImplemented
    x = sequence_of(backend, "xs", xs)
    rank = len(spec_of(backend, x).shape) - 1
    if rank == 0:
        return backend.bound.manipulation_expand_dims(x, 1)
    return x if rank == 1 else _merged(backend, x, 0)


def _joined_in_depth(backend: Backend, xs: Any) -> Any:
    if isinstance(xs, (list, tuple)):
        return NotImplemented
    x = sequence_of(backend, "xs", xs)
    rank = len(spec_of(backend, x).shape) - 1
    if rank > 2:
        return _merged(backend, x, 2)
    if rank < 2:
        x = backend.bound.manipulation_expand_dims(x, 0 if rank else (0, 1))
    return backend.bound.manipulation_moveaxis(x, 2 - rank, -1) if rank else x


@primitive(
    dtype=rules.PROMOTE,
    shape=lambda xs, axis: shapes.concatenate([x.shape for x in xs], axis),
    instead=_concatenated,
)
def concatenate(xs: Operands, axis: IntOrNone = 0) -> Tensor:
    """Tensors joined along an axis.

    Args:
        xs: tensors with equal sizes along all other axes, or a tensor that holds them along its first axis; the result
            has the dtype that they promote to.
        axis: the axis to join along; None to join the flattened tensors.

    Raises:
        ShapeError: there are no tensors, their shapes do not match, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.concatenate([[1, 2], [3]]))
        array([1, 2, 3], dtype=int32)
    """
    ...


@primitive(dtype=rules.PROMOTE, shape=lambda x, axis: shapes.stack([item.shape for item in x], axis), instead=_stacked)
def stack(x: Operands, axis: int = 0) -> Tensor:
    """Tensors of equal shape stacked along a new axis.

    Args:
        x: the tensors, or a tensor that holds them along its first axis; the result has the dtype that they promote to.
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


@composite(dtype=rules.PROMOTE, instead=_joined_horizontally)
def hstack(xs: Operands) -> Tensor:
    """Tensors joined along axis 1, or along axis 0 for tensors of rank 1; scalars are treated as rank 1.

    Args:
        xs: a list or tuple of tensors, or a tensor that holds them along its first axis; the result has the dtype that
            they promote to.

    Raises:
        ShapeError: there are no tensors, or their shapes do not match.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.hstack([[1, 2], [3]]))
        array([1, 2, 3], dtype=int32)
    """
    rows = [x if len(shape_of(x)) else reshape(x, (1,)) for x in xs]
    return concatenate(rows, 1 if rows and len(shape_of(rows[0])) > 1 else 0)


@composite(dtype=rules.PROMOTE, instead=_joined_vertically)
def vstack(xs: Operands) -> Tensor:
    """Tensors joined along axis 0; tensors of rank 1 are treated as rows, scalars as rows of one element.

    Args:
        xs: a list or tuple of tensors, or a tensor that holds them along its first axis; the result has the dtype that
            they promote to.

    Raises:
        ShapeError: there are no tensors, or their shapes do not match.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.vstack([[1, 2], [3, 4]]))
        array([[1, 2],
               [3, 4]], dtype=int32)
    """
    return concatenate([_at_least(x, 2) for x in xs], 0)


@composite(dtype=rules.PROMOTE, instead=_joined_in_depth)
def dstack(xs: Operands) -> Tensor:
    """Tensors joined along axis 2; shape (n,) is treated as (1, n, 1), and (m, n) as (m, n, 1).

    Args:
        xs: a list or tuple of tensors, or a tensor that holds them along its first axis; the result has the dtype that
            they promote to.

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
