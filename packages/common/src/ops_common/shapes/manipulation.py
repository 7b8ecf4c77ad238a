"""Shapes of tensors whose elements are rearranged, joined, split or repeated."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from ops_common.errors import ShapeError
from ops_common.shapes.axes import Axis, Dim, Shape, agreed, normalize_axes, normalize_axis, size, with_size

__all__ = [
    "concatenate",
    "even_cuts",
    "expand_dims",
    "pad",
    "repeat",
    "reshape",
    "roll_steps",
    "split",
    "squeeze",
    "stack",
    "tile",
    "transpose",
    "unstack",
    "view",
]


def reshape(shape: Shape, target: Sequence[Dim]) -> Shape:
    """Returns the target with its -1 resolved; raises ShapeError if the numbers of elements differ.

    The target may have unknown sizes (None).
    """
    sizes = [dim for dim in target if dim is not None]
    if len(sizes) < len(target):
        return _reshape_to_unknown(shape, target)
    if sum(dim == -1 for dim in sizes) > 1 or any(dim < -1 for dim in sizes):
        raise ShapeError(f"a new shape must have at most one -1 and no other negative size; got {tuple(sizes)}")
    count = size(shape)
    elements = math.prod(dim for dim in sizes if dim != -1)
    if -1 not in sizes:
        if count is not None and count != elements:
            raise ShapeError(f"cannot reshape {shape} ({count} elements) to {tuple(sizes)} ({elements})")
        return tuple(sizes)
    if count is None:
        return tuple(None if dim == -1 else dim for dim in sizes)
    if elements == 0 or count % elements:
        raise ShapeError(f"cannot reshape {shape} ({count} elements) to {tuple(sizes)}")
    return tuple(count // elements if dim == -1 else dim for dim in sizes)


def _reshape_to_unknown(shape: Shape, target: Sequence[Dim]) -> Shape:
    unresolved = [i for i, dim in enumerate(target) if dim is None or dim == -1]
    resolved = reshape(
        shape, [-1 if i == unresolved[0] else 1 if i in unresolved else dim for i, dim in enumerate(target)]
    )
    if len(unresolved) == 1:
        return resolved
    return tuple(None if i in unresolved else dim for i, dim in enumerate(resolved))


def transpose(shape: Shape, axes: Sequence[int] | None) -> Shape:
    """Returns the shape with its axes permuted, reversed for None."""
    if axes is None:
        return shape[::-1]
    order = normalize_axes(tuple(axes), len(shape), "axes")
    if len(order) != len(shape):
        raise ShapeError(f"axes {tuple(axes)} are not a permutation of the {len(shape)} axes of shape {shape}")
    return tuple(shape[a] for a in order)


def concatenate(shapes: Sequence[Shape], axis: int | None) -> Shape:
    """Returns the shape of tensors joined along an axis (flattened first for None)."""
    if not shapes:
        raise ShapeError("needs at least one tensor")
    if axis is None:
        return (_add(size(shape) for shape in shapes),)
    first = shapes[0]
    at = normalize_axis(axis, len(first))
    merged = list(first)
    for shape in shapes[1:]:
        if len(shape) != len(first):
            raise ShapeError(f"shapes {' and '.join(map(str, shapes))} differ in rank")
        for i, dim in enumerate(shape):
            if i == at or dim is None:
                continue
            if merged[i] is not None and merged[i] != dim:
                raise ShapeError(f"shapes {' and '.join(map(str, shapes))} differ along axes other than {axis}")
            merged[i] = dim
    merged[at] = _add(shape[at] for shape in shapes)
    return tuple(merged)


def _add(dims: Iterable[Dim]) -> Dim:
    total = 0
    for dim in dims:
        if dim is None:
            return None
        total += dim
    return total


def stack(shapes: Sequence[Shape], axis: int) -> Shape:
    """Returns the shape of equal-shaped tensors joined along a new axis."""
    if not shapes:
        raise ShapeError("needs at least one tensor")
    shape = agreed(*shapes)
    if shape is None:
        raise ShapeError(f"shapes {' and '.join(map(str, shapes))} are not equal")
    at = normalize_axis(axis, len(shape) + 1)
    return (*shape[:at], len(shapes), *shape[at:])


def split(shape: Shape, indices_or_sections: int | Sequence[int], axis: int) -> list[Shape]:
    """Returns the shapes of the pieces: equal ones for a count, else cut before each index."""
    at = normalize_axis(axis, len(shape))
    dim = shape[at]
    if isinstance(indices_or_sections, int):
        count = indices_or_sections
        if count < 1 or (dim is not None and dim % count):
            raise ShapeError(f"axis {axis} of size {dim} cannot be split into {count} equal parts")
        piece = None if dim is None else dim // count
        return [with_size(shape, at, piece)] * count
    bounds = list(indices_or_sections)
    if dim is None:
        ends = zip([0, *bounds], [*bounds, None], strict=True)
        return [with_size(shape, at, 0 if _is_empty(start, stop) else None) for start, stop in ends]
    pieces = [range(dim)[start:stop] for start, stop in zip([0, *bounds], [*bounds, None], strict=True)]
    return [with_size(shape, at, len(piece)) for piece in pieces]


def _is_empty(start: int, stop: int | None) -> bool:
    """Returns whether a slice of an axis of any size has no elements."""
    return stop is not None and (stop == 0 or ((start < 0) == (stop < 0) and start >= stop))


def unstack(shape: Shape, num: int | None, axis: int) -> list[Shape]:
    """Returns the shapes of the slices along an axis; their number is the axis' size, or given if that is unknown."""
    at = normalize_axis(axis, len(shape))
    count = num if shape[at] is None else shape[at]
    if count is None:
        raise ShapeError(f"the size of axis {at} must be known; got shape {shape}: pass num")
    if num is not None and count != num:
        raise ShapeError(f"num must be the size of axis {at}, {count}; got {num}")
    return [(*shape[:at], *shape[at + 1 :])] * count


def even_cuts(size: Dim, sections: int) -> tuple[int, ...]:
    """Returns the indices at which to cut an axis into pieces whose sizes differ by at most one, the longer ones first.

    If the size of the axis is unknown, so are those of the pieces, and the cuts are arbitrary.
    """
    if sections < 1:
        raise ShapeError(f"the number of parts must be at least 1; got {sections}")
    if not isinstance(size, int) and size is not None:  # a symbolic size, which may have no order
        return tuple(itertools.accumulate((size + sections - i) // sections for i in range(1, sections)))
    whole, rest = divmod(size or 0, sections)
    return tuple(i * whole + min(i, rest) for i in range(1, sections))


def expand_dims(shape: Shape, axis: int | tuple[int, ...]) -> Shape:
    """Returns the shape with size-1 axes inserted at the given positions of the result."""
    axes = (axis,) if isinstance(axis, int) else axis
    rank = len(shape) + len(axes)
    places = normalize_axes(axes, rank)
    rest = iter(shape)
    return tuple(1 if i in places else next(rest) for i in range(rank))


def squeeze(shape: Shape, axis: Axis) -> Shape:
    """Returns the shape without the given size-1 axes, or without all of them for None; an unknown size then counts as
    one other than 1."""
    if axis is None:
        return tuple(dim for dim in shape if dim != 1)
    axes = normalize_axes(axis, len(shape))
    for a in axes:
        if shape[a] not in (1, None):
            raise ShapeError(f"cannot squeeze axis {a} of shape {shape}: its size is not 1")
    return tuple(dim for i, dim in enumerate(shape) if i not in axes)


def pad(shape: Shape, pad_width: Sequence[Sequence[Dim]]) -> Shape:
    """Returns the shape with (before, after) elements added to each axis."""
    if len(pad_width) != len(shape):
        raise ShapeError(f"pad_width {tuple(pad_width)} needs one (before, after) pair for each axis of {shape}")
    if any(amount is not None and amount < 0 for pair in pad_width for amount in pair):
        raise ShapeError(f"pad_width {tuple(pad_width)} has a negative amount")
    return tuple(_add((dim, *pair)) for dim, pair in zip(shape, pad_width, strict=True))


def repeat(shape: Shape, repeats: int | None, axis: int | None, total: int | None = None) -> Shape:
    """Returns the shape after repeating each element of an axis (of the flattened tensor for None).

    ``repeats`` is None if each element has its own number of repetitions; ``total`` is their sum, None if that is
    unknown.
    """
    at = None if axis is None else normalize_axis(axis, len(shape))
    dim = size(shape) if at is None else shape[at]
    length = total if repeats is None else 0 if repeats == 0 else None if dim is None else dim * repeats
    return (length,) if at is None else with_size(shape, at, length)


def tile(shape: Shape, repeats: Sequence[Dim]) -> Shape:
    """Returns the shape after repeating the whole tensor along its last axes, or along new ones before them.

    A number of repeats may be unknown (None).
    """
    if any(count is not None and count < 0 for count in repeats):
        raise ShapeError(f"repeats must not be negative; got {tuple(repeats)}")
    rank = max(len(shape), len(repeats))
    dims = (1,) * (rank - len(shape)) + shape
    counts = (1,) * (rank - len(repeats)) + tuple(repeats)
    return tuple(
        0 if n == 0 else None if dim is None or n is None else dim * n for dim, n in zip(dims, counts, strict=True)
    )


def roll_steps(shift: int | tuple[int, ...], axis: Axis, rank: int) -> list[tuple[int, int]]:
    """Returns the pairs (shift, axis counted from the front) of a roll; for axis None, of the flattened tensor."""
    shifts = shift if isinstance(shift, tuple) else (shift,)
    axes: tuple[int, ...] = (0,) if axis is None else (axis,) if isinstance(axis, int) else axis
    if 1 not in (len(shifts), len(axes)) and len(shifts) != len(axes):
        raise ShapeError(f"the numbers of shifts {shift} and axes {axis} differ")
    count = max(len(shifts), len(axes)) if shifts and axes else 0
    shifts, axes = (values * count if len(values) == 1 else values for values in (shifts, axes))
    return list(zip(shifts, (normalize_axis(a, rank) if axis is not None else a for a in axes), strict=False))


def view(shape: Shape, width: int, new_width: int) -> Shape:
    """Returns the shape after elements of ``have`` bytes are read as elements of ``wanted`` bytes."""
    if width == new_width:
        return shape
    if not shape:
        raise ShapeError(f"a tensor of rank 0 cannot be viewed with elements of {new_width} bytes instead of {width}")
    dim = shape[-1]
    if dim is not None and dim * width % new_width:
        raise ShapeError(
            f"a last axis of {dim} elements of {width} bytes cannot be divided into elements of {new_width} bytes"
        )
    return (*shape[:-1], None if dim is None else dim * width // new_width)
