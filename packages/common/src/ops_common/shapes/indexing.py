"""Shapes of elements picked by indices, and of diagonals."""

from __future__ import annotations

from ops_common.errors import ShapeError
from ops_common.shapes.axes import Shape, normalize_axes, normalize_axis, with_size
from ops_common.shapes.broadcasting import broadcast

__all__ = [
    "diagonal",
    "diagonal_steps",
    "take",
    "take_along_axis",
]


def take(shape: Shape, indices: Shape, axis: int | None) -> Shape:
    """Returns the shape of elements picked along an axis, or from the flattened tensor for None."""
    if axis is None:
        return indices
    at = normalize_axis(axis, len(shape))
    return (*shape[:at], *indices, *shape[at + 1 :])


def diagonal(shape: Shape, offset: int, axis1: int, axis2: int) -> Shape:
    """Returns the shape of diagonals: the other axes, followed by the axis of the diagonal."""
    axes = normalize_axes((axis1, axis2), len(shape))
    rows, columns = shape[axes[0]], shape[axes[1]]
    bounds = [None if rows is None else rows + min(offset, 0), None if columns is None else columns - max(offset, 0)]
    sizes = [bound for bound in bounds if bound is not None]
    least = max(min(sizes, default=1), 0)
    length = least if len(sizes) == 2 or least == 0 else None
    return (*(dim for i, dim in enumerate(shape) if i not in axes), length)


def diagonal_steps(rows: int, columns: int, offset: int) -> tuple[int, int, int]:
    """Returns start, stop and step of a diagonal in a matrix flattened in row-major order."""
    (length,) = diagonal((rows, columns), offset, 0, 1)
    start = max(offset, -offset * columns) if length else 0  # otherwise larger than the frameworks' integers
    return start, start + (length - 1) * (columns + 1) + 1 if length else start, columns + 1


def take_along_axis(shape: Shape, indices: Shape, axis: int | None) -> Shape:
    """Returns the shape of elements picked along an axis by an index tensor of the same rank, which broadcasts
    elsewhere."""
    if axis is None:
        if len(indices) != 1:
            raise ShapeError(f"indices must have rank 1 for axis None; got shape {indices}")
        return indices
    if len(indices) != len(shape):
        raise ShapeError(f"indices must have the rank of the tensor; got shapes {indices} and {shape}")
    at = normalize_axis(axis, len(shape))
    return with_size(broadcast(with_size(shape, at, 1), with_size(indices, at, 1)), at, indices[at])
