"""Reductions of sparse tensors: elements that are not stored count as zeros."""

from __future__ import annotations

import math
from typing import Any

from ops.sparse.conversion import (
    Coordinates,
    cast_values,
    from_coordinates,
    full_coordinates,
    is_traced,
    native,
    sizes_of,
    summed,
    unique_rows,
    values_of,
)
from ops_common import shapes
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor


def _axes(axis: Any, rank: int) -> list[int]:
    return sorted(shapes.normalize_axes(axis, rank))


def _without(backend: Backend, x: Coordinates, axes: list[int], keepdims: bool) -> tuple[Any, tuple[Any, ...]]:
    """Returns the coordinates and the shape without these axes, or with zeros and size 1 along them."""
    bound, rank = backend.bound, len(x.shape)
    kept = [a for a in range(rank) if a not in axes]
    if not keepdims:
        return bound.indexing_take(x.indices, kept, 1), tuple(x.shape[a] for a in kept)
    ones = [0 if a in axes else 1 for a in range(rank)]
    row = bound.core_cast(ones, backend.dtype(x.indices))
    return bound.elementwise_multiply(x.indices, row), tuple(1 if a in axes else n for a, n in enumerate(x.shape))


def total(backend: Backend, result: SymbolicTensor, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    rank = len(sizes_of(backend, x))
    axes = _axes(axis, rank)
    if len(axes) == rank:
        return _total_of_values(backend, result, values_of(backend, x))
    own = native(backend, "sum", cast_values(backend, x, result.dtype), tuple(axes), keepdims, dtype=result.dtype)
    if own is not None:
        return own
    return _total(backend, result, full_coordinates(backend, x), axis, keepdims)


def _total_of_values(backend: Backend, result: SymbolicTensor, values: Any) -> Any:
    total = backend.bound.reduction_sum(backend.cast(values, result.dtype))
    return backend.bound.manipulation_reshape(total, (1,) * len(result.shape)) if result.shape else total


def _total(backend: Backend, result: SymbolicTensor, x: Coordinates, axis: Any, keepdims: bool) -> Any:
    rank = len(x.shape)
    axes = _axes(axis, rank)
    if len(axes) == rank:
        return _total_of_values(backend, result, x.values)
    values = backend.cast(x.values, result.dtype)
    indices, sizes = _without(backend, x, axes, keepdims)
    return from_coordinates(backend, summed(backend, Coordinates(indices, values, sizes, False)))


def total_without_nan(
    backend: Backend, result: SymbolicTensor, x: Any, axis: Any = None, keepdims: bool = False
) -> Any:
    stored = summed(backend, full_coordinates(backend, x))
    bound, values = backend.bound, stored.values
    if backend.dtype(values) != "bool":
        values = bound.elementwise_where(bound.elementwise_isnan(values), bound.creation_zeros_like(values), values)
    return _total(backend, result, stored._replace(values=values), axis, keepdims)


def mean(backend: Backend, result: SymbolicTensor, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    stored = full_coordinates(backend, x)
    bound = backend.bound
    count: Any = 1
    for a in _axes(axis, len(stored.shape)):
        count = (
            count * stored.shape[a]
            if isinstance(stored.shape[a], int)
            else bound.elementwise_multiply(count, stored.shape[a])
        )
    dtype = "float32" if result.dtype in ("float16", "bfloat16") else result.dtype
    values = bound.elementwise_divide(
        backend.cast(stored.values, dtype), float(count) if isinstance(count, int) else bound.core_cast(count, dtype)
    )
    wide = SymbolicTensor(result.shape, dtype)
    found = _total(backend, wide, stored._replace(values=values), axis, keepdims)
    return bound.core_cast(found, result.dtype)


def extreme(
    key: str, backend: Backend, result: SymbolicTensor, x: Any, axis: Any = None, keepdims: bool = False, *_: Any
) -> Any:
    """Returns the largest or smallest elements; where not all elements are stored, zero is one of them."""
    bound = backend.bound
    stored = summed(backend, full_coordinates(backend, x))
    rank = len(stored.shape)
    axes = _axes(axis, rank)
    reduce = getattr(bound, key)
    larger = bound.elementwise_maximum if key.endswith("max") else bound.elementwise_minimum
    if result.dtype == "bool":
        larger = bound.elementwise_logical_or if key.endswith("max") else bound.elementwise_logical_and
    sizes = [stored.shape[a] for a in axes]
    everything = len(axes) == rank
    if everything:
        places, count = bound.creation_zeros_like(bound.indexing_get_item(stored.indices, (slice(None), 0))), 1
        indices, shape = None, ()
    else:
        indices, shape = _without(backend, stored, axes, keepdims)
        indices, places, count = unique_rows(backend, indices, shape)
    values = stored.values
    del stored  # before more memory is needed
    found = reduce(values, places, count)
    known = all(isinstance(n, int) for n in sizes)
    stored_count = bound.core_shape(values)[0]
    zero = bound.creation_zeros_like(found)
    if known and not everything and isinstance(stored_count, int) and stored_count < math.prod(sizes):
        found = larger(found, zero)  # no segment is full, and none of them is empty
        if is_traced(backend, values, places):  # but those of padding
            filled = bound.segment_segment_sum(bound.creation_ones_like(places), places, count)
            found = bound.elementwise_where(bound.elementwise_equal(filled, 0), zero, found)
    else:
        filled = bound.segment_segment_sum(bound.creation_ones_like(places), places, count)
        reduced = math.prod(sizes) if known else bound.reduction_prod(sizes)
        found = bound.elementwise_where(
            bound.elementwise_less(filled, reduced),
            bound.elementwise_where(bound.elementwise_equal(filled, 0), zero, larger(found, zero)),
            found,
        )
    if everything:
        return bound.manipulation_reshape(found, (1,) * len(result.shape))
    return from_coordinates(backend, Coordinates(indices, found, shape, True))
