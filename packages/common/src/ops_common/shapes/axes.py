"""Axes, sizes and reductions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeVar

from ops_common.errors import AxisError, ShapeError

__all__ = [
    "Axis",
    "D",
    "Dim",
    "Shape",
    "agreed",
    "distinct",
    "is_one_of",
    "normalize_axes",
    "normalize_axis",
    "reduce",
    "size",
]

Dim = int | None


Shape = tuple[Dim, ...]


Axis = int | tuple[int, ...] | None


# If all sizes are known, a rule returns known sizes.
D = TypeVar("D", bound=Dim)


# Of symbolic sizes, torch's compiler finds none in a tuple or list, and compiles again for each size in a set.
def distinct(sizes: Iterable[Dim]) -> list[int]:
    """Returns the different sizes, without unknown ones."""
    different: list[int] = []
    for size in sizes:
        if size is not None and not is_one_of(size, different):
            different.append(size)
    return different


def is_one_of(size: Dim, options: Iterable[Dim]) -> bool:
    """Returns whether a size is equal to one of these."""
    for option in options:  # (torch's compiler does not support a generator here.)
        if size == option:
            return True
    return False


def normalize_axis(axis: int, rank: int, what: str = "axis") -> int:
    """Returns the axis counted from the front; raises AxisError if it is out of range for the rank."""
    if not -rank <= axis < rank:
        raise AxisError(f"{what} {axis} is out of bounds for a tensor of rank {rank}")
    return axis + rank if axis < 0 else axis


def normalize_axes(axis: Axis, rank: int, what: str = "axis") -> tuple[int, ...]:
    """Returns all axes for None, else the given axes counted from the front; raises ShapeError if one is repeated or
    out of range."""
    if axis is None:
        return tuple(range(rank))
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    normalized = tuple(normalize_axis(a, rank, what) for a in axes)
    if len(set(normalized)) != len(normalized):
        raise ShapeError(f"{what} {axis} repeats an axis of a tensor of rank {rank}")
    return normalized


def reduce(shape: tuple[D, ...], axis: Axis, keepdims: bool) -> tuple[D | int, ...]:
    """Returns the shape after a reduction over one axis, several, or all (None)."""
    axes = normalize_axes(axis, len(shape))
    if keepdims:
        return tuple(1 if i in axes else dim for i, dim in enumerate(shape))
    return tuple(dim for i, dim in enumerate(shape) if i not in axes)


def size(shape: Iterable[Dim]) -> Dim:
    """Returns the number of elements, None if it depends on an unknown dimension."""
    dims = tuple(shape)
    sizes = [dim for dim in dims if dim is not None]
    return math.prod(sizes) if len(sizes) == len(dims) or 0 in sizes else None


def agreed(*shapes: Shape) -> Shape | None:
    """Returns the shape of tensors whose shapes must be equal, with the sizes that any of them knows; None if they
    differ."""
    if any(len(shape) != len(shapes[0]) for shape in shapes):
        return None
    # Without sets: a run-time size may have no hash, or be made a constant for it.
    sizes: list[Dim] = []
    for dims in zip(*shapes, strict=True):
        size: Dim = None
        for dim in dims:
            if size is None:
                size = dim
            elif dim is not None and dim != size:
                return None
        sizes.append(size)
    return tuple(sizes)


def with_size(shape: Shape, at: int, dim: Dim) -> Shape:
    """Returns the shape with the size of one axis replaced."""
    return (*shape[:at], dim, *shape[at + 1 :])
