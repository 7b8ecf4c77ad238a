"""Parts of sparse tensors, and sums over segments of their rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops.sparse.conversion import (
    Coordinates,
    columns,
    from_coordinates,
    full_coordinates,
    has_values,
    is_traced,
    summed,
)
from ops.sparse.positions import of_columns
from ops.sparse.spans import spans
from ops_common.errors import IndexRangeError, ShapeError, UnsupportedError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor


def _require_values(backend: Backend, x: Coordinates) -> None:
    if is_traced(backend, x.values, x.indices):
        raise UnsupportedError(
            "the number of elements in a part of a sparse tensor is unknown while a function is compiled: take the "
            "part outside of it, or of ops.to_dense(x)"
        )


def take(backend: Backend, result: SymbolicTensor, x: Any, indices: Any, axis: int) -> Any:
    """Returns the parts of x at these positions of an axis."""
    bound = backend.bound
    stored = full_coordinates(backend, x)
    _require_values(backend, stored)
    rank = len(stored.shape)
    axis = axis % rank
    size = stored.shape[axis]
    wanted = backend.shape(indices)
    flat = bound.manipulation_reshape(indices, (-1,))
    name = backend.dtype(stored.indices)
    flat = bound.core_cast(flat, name)
    if isinstance(size, int):
        outside = bound.elementwise_logical_or(
            bound.elementwise_less(flat, -size), bound.elementwise_greater_equal(flat, size)
        )
        if has_values(backend, flat) and 0 not in wanted and bool(bound.reduction_any(outside)):
            raise IndexRangeError(f"indices must be in [-{size}, {size}) for an axis of size {size}")
        flat = bound.elementwise_where(bound.elementwise_less(flat, 0), bound.elementwise_add(flat, size), flat)
    found = columns(backend, stored.indices)
    if stored.canonical and axis == 0:
        owners, chosen = spans(backend, found[0], flat)
    else:
        order = bound.sorting_argsort(found[axis], 0)
        owners, places = spans(backend, bound.indexing_take(found[axis], order, 0), flat)
        chosen = bound.indexing_take(order, places, 0)
    picked = [bound.indexing_take(column, chosen, 0) for column in found]
    owner = bound.core_cast(owners, name)
    parts: list[Any] = []
    for n in reversed(wanted[1:]):
        parts.append(bound.elementwise_mod(owner, max(n, 1)))
        owner = bound.elementwise_floor_divide(owner, max(n, 1))
    new = [] if not wanted else [owner, *reversed(parts)]
    values = bound.indexing_take(stored.values, chosen, 0)
    listed = [*picked[:axis], *new, *picked[axis + 1 :]]
    sizes = [*stored.shape[:axis], *wanted, *stored.shape[axis + 1 :]]
    if not listed:
        return bound.core_cast(bound.reduction_sum(values), result.dtype)
    return of_columns(backend, listed, values, sizes, False)


def segment_sum(
    backend: Backend, result: SymbolicTensor, data: Any, ids: Any, num_segments: Any = None, *_: Any
) -> Any:
    bound = backend.bound
    stored = full_coordinates(backend, data)
    if num_segments is None:
        num_segments = bound.segment__number_of_segments(ids)
    name, values, count = backend.dtype(stored.indices), stored.values, len(stored.shape)
    first, *others = columns(backend, stored.indices)
    rows = bound.core_cast(bound.indexing_take(bound.core_cast(ids, "int32"), first, 0), name)
    inside = bound.elementwise_logical_and(
        bound.elementwise_greater_equal(rows, 0), bound.elementwise_less(rows, num_segments)
    )
    if not has_values(backend, inside) or not bool(bound.reduction_all(inside)):
        values = bound.elementwise_where(inside, values, bound.creation_zeros_like(values))
        rows = bound.elementwise_where(inside, rows, bound.creation_zeros_like(rows))
    sizes = (num_segments, *stored.shape[1:])
    indices = bound.manipulation_stack([rows, *others], 1) if count > 1 else bound.manipulation_expand_dims(rows, 1)
    del stored, first, others, rows, inside  # before more memory is needed
    return from_coordinates(backend, summed(backend, Coordinates(indices, values, sizes, False)))


def get_item(backend: Backend, x: Any, key: Any) -> Any:
    """Returns ``x[key]`` for a key of ints, slices, None and Ellipsis, and at most one array of integers.

    Raises:
        UnsupportedError: the key has several arrays, or masks.
    """
    bound = backend.bound
    stored = full_coordinates(backend, x)
    entries = list(key) if isinstance(key, tuple) else [key]
    rank = len(stored.shape)
    used = sum(entry is not None and entry is not Ellipsis for entry in entries)
    if used > rank:
        raise ShapeError(f"a key of {used} entries for a tensor of rank {rank}")
    if not any(entry is Ellipsis for entry in entries):
        entries.append(Ellipsis)
    place = next(i for i, entry in enumerate(entries) if entry is Ellipsis)
    entries[place : place + 1] = [slice(None)] * (rank - used)
    found, sizes = columns(backend, stored.indices), list(stored.shape)
    _require_values(backend, stored)
    inside: Any = None
    new: list[Any] = []
    shape: list[Any] = []
    taken: list[tuple[int, Any]] = []
    axis = 0
    for entry in entries:
        if entry is None:
            new.append(None)
            shape.append(1)
            continue
        column, size = found[axis], sizes[axis]
        axis += 1
        if isinstance(entry, slice):
            start, stop, step = entry.indices(size)
            count = len(range(start, stop, step))
            shape.append(count)
            if (start, stop, step) == (0, size, 1):
                new.append(column)
                continue
            offset = bound.elementwise_subtract(column, start)
            offset = offset if step > 0 else bound.elementwise_negative(offset)
            test = bound.elementwise_logical_and(
                bound.elementwise_greater_equal(offset, 0),
                bound.elementwise_less(offset, count * abs(step)),
            )
            if abs(step) > 1:
                test = bound.elementwise_logical_and(
                    test, bound.elementwise_equal(bound.elementwise_mod(offset, abs(step)), 0)
                )
                offset = bound.elementwise_floor_divide(offset, abs(step))
            new.append(offset)
        elif isinstance(entry, (int, np.integer)) and not isinstance(entry, bool):
            if not -size <= entry < size:
                raise ShapeError(f"index {entry} is out of bounds for axis {axis - 1} with size {size}")
            test = bound.elementwise_equal(column, int(entry) % size)
        else:
            indices = backend.to_tensor(entry)
            if backend.dtype(indices) == "bool":
                raise UnsupportedError("a sparse tensor cannot be indexed by a mask: use ops.nonzero and ops.take")
            taken.append((len(shape), indices))
            new.append(column)
            shape.append(size)
            continue
        inside = test if inside is None else bound.elementwise_logical_and(inside, test)
    if len(taken) > 1:
        raise UnsupportedError("a sparse tensor can be indexed by one tensor: use ops.take for one axis after another")
    values = stored.values
    if inside is not None:
        (kept,) = bound.indexing_nonzero(inside)
        new = [c if c is None else bound.indexing_take(c, kept, 0) for c in new]
        values = bound.indexing_take(values, kept, 0)
    if not shape:
        return bound.core_cast(bound.reduction_sum(values), backend.dtype(values))
    zeros = bound.creation_zeros(backend.bound.core_shape(values)[:1], backend.dtype(stored.indices))
    canonical = stored.canonical and not any(
        isinstance(e, slice) and e.step is not None and e.step < 0 for e in entries
    )
    result = of_columns(backend, [zeros if c is None else c for c in new], values, shape, canonical)
    if taken:
        at, indices = taken[0]
        return take(backend, SymbolicTensor(shape, backend.dtype(values)), result, indices, at)
    return result
