"""Broadcasting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from ops_common.errors import ShapeError
from ops_common.shapes.axes import Dim, Shape, distinct, is_one_of

__all__ = [
    "aligned",
    "broadcast",
    "broadcast_to",
]


@overload
def broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]: ...


@overload
def broadcast(*shapes: Shape) -> Shape: ...


def broadcast(*shapes: Shape) -> Shape:
    """Returns the shape that all these shapes broadcast to, by NumPy's rule."""
    rank = max([0, *(len(shape) for shape in shapes)])  # torch's compiler does not support max's default
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    return tuple(_broadcast_dim(dims, shapes) for dims in zip(*padded, strict=True))


def _broadcast_dim(dims: Sequence[Dim], shapes: Sequence[Shape]) -> Dim:
    sized = distinct([dim for dim in dims if dim != 1])
    if len(sized) > 1:
        raise ShapeError(f"shapes {' and '.join(map(str, shapes))} do not broadcast")
    if sized:
        return sized.pop()
    return None if None in dims else 1


def broadcast_to(shape: Shape, target: Shape) -> Shape:
    """Returns the target, in which an unknown size is that of the shape if it is larger than 1; raises ShapeError if
    the shape does not broadcast to it."""
    if len(shape) > len(target) or any(
        target_size is not None and not is_one_of(size, (1, None, target_size))
        for size, target_size in zip(shape[::-1], target[::-1][: len(shape)], strict=True)
    ):
        raise ShapeError(f"shape {shape} does not broadcast to {target}")
    if None not in target:
        return target
    padded = (1,) * (len(target) - len(shape)) + tuple(shape)
    return tuple(size if dim is None and size != 1 else dim for size, dim in zip(padded, target, strict=True))


def aligned(parameter: Shape, shape: Shape, axes: Sequence[int]) -> Shape:
    """Returns the shape in which a parameter of the axes' sizes broadcasts against `shape`; its own shape if it already
    does: if it has rank 0, or shape's rank without all its axes."""
    if not parameter or (len(parameter) == len(shape) and len(axes) < len(shape)):
        return parameter
    sizes = dict(zip(axes, parameter, strict=True))
    return tuple(sizes.get(axis, 1) for axis in range(len(shape)))
