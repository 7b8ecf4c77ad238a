"""Functions that move the elements of a sparse tensor: their coordinates change, their values do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ops.sparse.conversion import (
    Coordinates,
    columns,
    dtype_of,
    flat_positions,
    from_coordinates,
    full_coordinates,
    index_dtype,
    native,
    sizes_of,
)
from ops_common.errors import ShapeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor

_LARGEST = 2**63 - 1


def of_columns(backend: Backend, found: Sequence[Any], values: Any, shape: Sequence[Any], canonical: bool) -> Any:
    """Returns the sparse tensor of the coordinates along each axis."""
    indices = backend.bound.manipulation_stack(list(found), 1)
    return from_coordinates(backend, Coordinates(indices, values, tuple(shape), canonical))


def _permuted(backend: Backend, x: Any, axes: Sequence[int]) -> Any:
    own = native(backend, "permute", x, tuple(axes), dtype=dtype_of(backend, x))
    if own is not None:
        return own
    stored = full_coordinates(backend, x)
    indices = backend.bound.indexing_take(stored.indices, list(axes), 1)
    return from_coordinates(
        backend,
        Coordinates(
            indices,
            stored.values,
            tuple(stored.shape[a] for a in axes),
            stored.canonical and list(axes) == sorted(axes),
        ),
    )


def transpose(backend: Backend, result: SymbolicTensor, x: Any, axes: Any = None) -> Any:
    rank = len(result.shape)
    return _permuted(backend, x, [a % rank for a in axes] if axes else range(rank)[::-1])


def swapaxes(backend: Backend, result: SymbolicTensor, x: Any, axis1: int, axis2: int) -> Any:
    axes = list(range(len(result.shape)))
    axes[axis1], axes[axis2] = axes[axis2], axes[axis1]
    return _permuted(backend, x, axes)


def moveaxis(backend: Backend, result: SymbolicTensor, x: Any, source: Any, destination: Any) -> Any:
    rank = len(result.shape)
    sources = [a % rank for a in ((source,) if isinstance(source, int) else source)]
    targets = [a % rank for a in ((destination,) if isinstance(destination, int) else destination)]
    axes = [a for a in range(rank) if a not in sources]
    for target, moved in sorted(zip(targets, sources, strict=True)):
        axes.insert(target, moved)
    return _permuted(backend, x, axes)


def expand_dims(backend: Backend, result: SymbolicTensor, x: Any, axis: Any) -> Any:
    stored = full_coordinates(backend, x)
    rank = len(result.shape)
    new = {a % rank for a in ((axis,) if isinstance(axis, int) else axis)}
    found, sizes = iter(columns(backend, stored.indices)), iter(stored.shape)
    zeros = backend.bound.creation_zeros_like(backend.bound.indexing_get_item(stored.indices, (slice(None), 0)))
    listed = [(zeros, 1) if a in new else (next(found), next(sizes)) for a in range(rank)]
    return of_columns(backend, [c for c, _ in listed], stored.values, [n for _, n in listed], stored.canonical)


def squeeze(backend: Backend, result: SymbolicTensor, x: Any, axis: Any = None) -> Any:
    stored = full_coordinates(backend, x)
    rank = len(stored.shape)
    gone = {
        a % rank
        for a in (
            [a for a, n in enumerate(stored.shape) if n == 1]
            if axis is None
            else (axis,)
            if isinstance(axis, int)
            else axis
        )
    }
    kept = [a for a in range(rank) if a not in gone]
    own = _reshaped(backend, x, [stored.shape[a] for a in kept])
    if own is not None:
        return own
    found = columns(backend, stored.indices)
    return of_columns(
        backend, [found[a] for a in kept], stored.values, [stored.shape[a] for a in kept], stored.canonical
    )


def reshape(backend: Backend, result: SymbolicTensor, x: Any, newshape: Any = None) -> Any:
    """Returns the elements in another shape. Axes are flattened and divided in the smallest blocks of equal sizes.

    Raises:
        ShapeError: a block has more elements than the dtype of coordinates can count.
    """
    own = _reshaped(backend, x, result.shape)
    if own is not None:
        return own
    stored = full_coordinates(backend, x)
    before, after = list(stored.shape), list(result.shape)
    if None in after:
        after = _resolved(backend, before, after, newshape)
    bound, found, new = backend.bound, columns(backend, stored.indices), list[Any]()
    zeros = bound.creation_zeros_like(bound.indexing_get_item(stored.indices, (slice(None), 0)))
    for old_axes, new_axes in _blocks(before, after):
        block, sizes = [before[a] for a in old_axes], [after[a] for a in new_axes]
        if len(block) == len(sizes) == 1:
            new.append(found[old_axes[0]])
            continue
        _check_countable(backend, block, tuple(before))
        if not new_axes:
            continue
        flat = flat_positions(backend, [found[a] for a in old_axes], block) if old_axes else zeros
        parts: list[Any] = []
        for size in reversed(sizes[1:]):
            divisor = max(size, 1) if isinstance(size, int) else size
            parts.append(bound.elementwise_mod(flat, divisor))
            flat = bound.elementwise_floor_divide(flat, divisor)
        new += [flat, *reversed(parts)]
    return of_columns(backend, new, stored.values, after, stored.canonical)


def _reshaped(backend: Backend, x: Any, shape: Sequence[Any]) -> Any:
    """Returns the elements in another shape by the framework's own function; None where it has none."""
    sizes = sizes_of(backend, x)
    if not all(isinstance(n, int) for n in (*sizes, *shape)) or math.prod(shape) > _LARGEST:
        return None
    return native(backend, "reshape", x, tuple(shape), dtype=dtype_of(backend, x))


def _resolved(backend: Backend, before: Sequence[Any], after: list[Any], newshape: Any) -> list[Any]:
    bound = backend.bound
    total: Any = 1
    for size in before:
        total = bound.elementwise_multiply(total, size) if not isinstance(size, int) else total * size
    given = list(newshape) if newshape is not None else [-1]
    known = math.prod(n for n in given if isinstance(n, int) and n >= 0)
    return [
        (total // known if isinstance(total, int) else bound.elementwise_floor_divide(total, known))
        if isinstance(n, int) and n == -1
        else n
        for n in given
    ]


def _check_countable(backend: Backend, sizes: Sequence[Any], shape: tuple[Any, ...]) -> None:
    limit = int(np.iinfo(index_dtype(backend)).max)
    if all(isinstance(n, int) for n in sizes) and math.prod(sizes) > limit:
        raise ShapeError(
            f"axes of sizes {tuple(sizes)} of a sparse tensor of shape {shape} cannot be flattened: coordinates must "
            f"be at most {limit}"
        )


def _blocks(before: Sequence[Any], after: Sequence[Any]) -> list[tuple[list[int], list[int]]]:
    """Returns blocks of consecutive axes of two shapes that have equally many elements."""
    if 0 in before or not all(isinstance(n, int) for n in (*before, *after)):
        return [(list(range(len(before))), list(range(len(after))))]
    blocks: list[tuple[list[int], list[int]]] = []
    i = j = 0
    while i < len(before) or j < len(after):
        old, new, n, m = list[int](), list[int](), 1, 1
        while True:
            if (n <= m or j >= len(after)) and i < len(before):
                n *= before[i]
                old.append(i)
                i += 1
            elif j < len(after):
                m *= after[j]
                new.append(j)
                j += 1
            if n == m and (new or j >= len(after)):
                break
        blocks.append((old, new))
    return blocks


def broadcast(backend: Backend, x: Coordinates, shape: Sequence[Any]) -> Coordinates:
    """Returns the coordinates of a broadcast tensor: those along axes of size 1 are repeated."""
    bound = backend.bound
    added = len(shape) - len(x.shape)
    sizes: tuple[Any, ...] = (1,) * added + tuple(x.shape)
    grown = [
        a
        for a, (n, m) in enumerate(zip(sizes, shape, strict=True))
        if isinstance(n, int) and n == 1 and m not in (1, None)
    ]
    if not added and not grown:
        return x
    indices = x.indices
    if added:
        zeros = bound.creation_zeros_like(bound.indexing_take(indices, [0] * added, 1))
        indices = bound.manipulation_concatenate([zeros, indices], 1)
    if not grown:
        return Coordinates(indices, x.values, sizes, x.canonical)
    inner = [int(shape[a]) for a in grown]
    count = math.prod(inner)
    grid = np.zeros((count, len(sizes)), index_dtype(backend))
    grid[:, grown] = np.indices(inner).reshape(len(inner), count).T
    n = bound.core_shape(indices)[0]
    moved = bound.manipulation_tile(backend.make(grid, index_dtype(backend)), (n, 1))
    repeated = bound.elementwise_add(bound.manipulation_repeat(indices, count, 0), moved)
    final = tuple(m if a in grown else n for a, (n, m) in enumerate(zip(sizes, shape, strict=True)))
    return Coordinates(repeated, bound.manipulation_repeat(x.values, count, 0), final, False)


def broadcast_to(backend: Backend, result: SymbolicTensor, x: Any, shape: Any) -> Any:
    return from_coordinates(backend, broadcast(backend, full_coordinates(backend, x), result.shape))


def flip(backend: Backend, result: SymbolicTensor, x: Any, axis: Any = None) -> Any:
    stored = full_coordinates(backend, x)
    rank, bound = len(stored.shape), backend.bound
    flipped = {a % rank for a in (range(rank) if axis is None else (axis,) if isinstance(axis, int) else axis)}
    found = [
        bound.elementwise_subtract(size - 1, column) if a in flipped else column
        for a, (column, size) in enumerate(zip(columns(backend, stored.indices), stored.shape, strict=True))
    ]
    return of_columns(backend, found, stored.values, stored.shape, False)


def pad(backend: Backend, result: SymbolicTensor, x: Any, pad_width: Any, *_: Any) -> Any:
    stored = full_coordinates(backend, x)
    rank = len(stored.shape)
    widths = _pairs(pad_width, rank)
    found = [
        backend.bound.elementwise_add(column, before)
        for column, (before, _) in zip(columns(backend, stored.indices), widths, strict=True)
    ]
    return of_columns(backend, found, stored.values, result.shape, stored.canonical)


def _pairs(width: Any, rank: int) -> list[tuple[Any, Any]]:
    if isinstance(width, int):
        return [(width, width)] * rank
    if all(isinstance(item, int) for item in width):
        return [(width[0], width[-1])] * rank
    pairs = [(item[0], item[-1]) for item in width]
    return pairs * rank if len(pairs) == 1 else pairs
