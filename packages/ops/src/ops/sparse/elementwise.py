"""Elementwise functions of sparse tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops.sparse.conversion import (
    Coordinates,
    coalesced,
    columns,
    coordinates,
    divided,
    dtype_of,
    flat_positions,
    from_coordinates,
    full_coordinates,
    has_values,
    index_dtype,
    is_traced,
    kernel,
    native,
    summed,
    to_dense,
    unique_rows,
    values_of,
    with_values,
)
from ops.sparse.positions import broadcast
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor


def of_values(key: str, linear: bool, backend: Backend, result: SymbolicTensor, x: Any, *statics: Any) -> Any:
    """Returns a function of each value."""
    if not linear:
        x = coalesced(backend, x)
    return with_values(backend, x, getattr(backend.bound, key)(values_of(backend, x), *statics))


def unchanged(backend: Backend, result: SymbolicTensor, x: Any) -> Any:
    return x


def _call(backend: Backend, key: str, x: Any, y: Any) -> Any:
    return getattr(backend.bound, key)(x, y)


def union(key: str, backend: Backend, result: SymbolicTensor, x: Any, y: Any) -> Any:
    """Returns a function with f(0, 0) = 0, whose result stores the elements that either operand stores."""
    if not (backend.is_sparse(x) and backend.is_sparse(y)):
        if key in ("elementwise_add", "elementwise_subtract") and result.dtype != "bool":
            found = _added(key, backend, result, x, y)
            if found is not None:
                return found
        dense = (to_dense(backend, z) if backend.is_sparse(z) else z for z in (x, y))
        return _call(backend, key, *dense)
    own = _native(key, backend, x, y)
    if own is not None:
        return own
    first, second = (broadcast(backend, full_coordinates(backend, z), result.shape) for z in (x, y))
    is_sum = key in ("elementwise_add", "elementwise_subtract") and result.dtype != "bool"
    if is_sum and not _can_merge(backend, first, second):
        bound = backend.bound
        values = second.values if key == "elementwise_add" else bound.elementwise_negative(second.values)
        joined = Coordinates(
            bound.manipulation_concatenate([first.indices, second.indices], 0),
            bound.manipulation_concatenate([first.values, values], 0),
            first.shape,
            False,
        )
        return from_coordinates(backend, summed(backend, joined))
    rows, x_values, y_values = _aligned(backend, first, second)
    return from_coordinates(backend, Coordinates(rows, _call(backend, key, x_values, y_values), first.shape, True))


def _added(key: str, backend: Backend, result: SymbolicTensor, x: Any, y: Any) -> Any:
    """Returns the sum of a sparse and a dense tensor, or the difference of a dense and a sparse one, without another
    dense tensor; None for others, and where the dense one has not the result's shape."""
    dense, other = (y, x) if backend.is_sparse(x) else (x, y)
    stored = coordinates(backend, other)
    if backend.shape(dense) != result.shape or stored.shape != result.shape or is_traced(backend, stored.values):
        return None
    bound, values = backend.bound, stored.values
    if key == "elementwise_subtract":
        if dense is y:
            return None
        values = bound.elementwise_negative(values)
    return bound.segment_scatter_update(dense, stored.indices, values, "add")


def _native(key: str, backend: Backend, x: Any, y: Any) -> Any:
    """Returns the framework's own function of two sparse tensors of the same shape; None where it has none."""
    if kernel(backend, "shape", x) != kernel(backend, "shape", y):
        return None
    return native(backend, key.removeprefix("elementwise_"), x, y, dtype=dtype_of(backend, x))


def _can_merge(backend: Backend, x: Coordinates, y: Coordinates) -> bool:
    """Returns whether both are canonical, with coordinates that can be compared as one integer."""
    if not (x.canonical and y.canonical):
        return False
    if not all(has_values(backend, z) for z in (x.indices, x.values, y.indices, y.values)):
        return False
    sizes = x.shape
    return all(isinstance(n, int) for n in sizes) and math.prod(sizes) <= np.iinfo(index_dtype(backend)).max


def _places(backend: Backend, x: Coordinates, y: Coordinates) -> tuple[Any, Any, Any, Any]:
    """Returns the coordinates of x and of y as one integer each, the first place of each of y's among x's, and whether
    x stores it. All but the first are vectors of y's length."""
    x_keys, y_keys = (flat_positions(backend, columns(backend, z.indices), z.shape) for z in (x, y))
    return x_keys, y_keys, *_found(backend, x_keys, y_keys)


def _found(backend: Backend, ordered: Any, wanted: Any) -> tuple[Any, Any]:
    """Returns the first places of wanted integers in an ascending vector, and whether it contains them."""
    bound, count = backend.bound, backend.shape(ordered)[0]
    at = bound.sorting_searchsorted(ordered, wanted, "left")
    if not count:
        return at, bound.creation_zeros_like(wanted, "bool")
    last = bound.elementwise_minimum(at, count - 1)
    return at, bound.elementwise_equal(bound.indexing_take(ordered, last, 0), wanted)


def _merged(backend: Backend, x: Coordinates, y: Coordinates) -> tuple[Any, Any, Any]:
    """Returns what `_aligned` does, without sorting."""
    bound = backend.bound
    x_places, y_places, added = _merged_places(backend, x, y)
    added_places = bound.indexing_take(y_places, added, 0)
    count = backend.shape(x_places)[0] + backend.shape(added)[0]
    joined = bound.manipulation_concatenate([x_places, added_places], 0)
    order = bound.segment_segment_sum(bound.creation_arange(count, dtype=backend.dtype(joined)), joined, count)
    rows = bound.indexing_take(
        bound.manipulation_concatenate([x.indices, bound.indexing_take(y.indices, added, 0)], 0), order, 0
    )
    return rows, _put(backend, x.values, x_places, count), _put(backend, y.values, y_places, count)


def _merged_places(backend: Backend, x: Coordinates, y: Coordinates) -> tuple[Any, Any, Any]:
    """Returns the places of x's and of y's coordinates among those of both, and which of y's x does not store."""
    bound = backend.bound
    x_keys, y_keys, at, shared = _places(backend, x, y)
    new, dtype = bound.elementwise_logical_not(shared), backend.dtype(at)
    (added,) = bound.indexing_nonzero(new)
    steps = bound.core_cast(new, dtype)
    y_places = bound.elementwise_add(at, bound.elementwise_subtract(bound.reduction_cumsum(steps, 0, dtype), steps))
    before = bound.sorting_searchsorted(bound.indexing_take(y_keys, added, 0), x_keys, "left")
    numbers = bound.creation_arange(backend.shape(x_keys)[0], dtype=dtype)
    return bound.elementwise_add(numbers, before), y_places, added


def _aligned(backend: Backend, x: Coordinates, y: Coordinates) -> tuple[Any, Any, Any]:
    """Returns the coordinates that either operand stores, and both operands' values there."""
    bound = backend.bound
    x, y = summed(backend, x), summed(backend, y)
    if _can_merge(backend, x, y):
        return _merged(backend, x, y)
    rows, x_places, y_places = _unique(backend, x, y)
    count = bound.core_shape(rows)[0]
    return rows, _put(backend, x.values, x_places, count), _put(backend, y.values, y_places, count)


def _unique(backend: Backend, x: Coordinates, y: Coordinates) -> tuple[Any, Any, Any]:
    """Returns the coordinates that either operand stores, and the places of both operands' coordinates among them."""
    bound = backend.bound
    rows, places, _ = unique_rows(backend, bound.manipulation_concatenate([x.indices, y.indices], 0), x.shape)
    n = bound.core_shape(x.indices)[0]
    return rows, bound.indexing_get_item(places, slice(None, n)), bound.indexing_get_item(places, slice(n, None))


def _put(backend: Backend, values: Any, places: Any, count: Any) -> Any:
    """Returns ``count`` values, these at their places and zeros elsewhere."""
    bound, dtype = backend.bound, backend.dtype(values)
    if dtype == "bool":
        return backend.cast(bound.segment_segment_sum(backend.cast(values, "int32"), places, count), "bool")
    return bound.segment_segment_sum(values, places, count)


def intersection(key: str, backend: Backend, result: SymbolicTensor, x: Any, y: Any) -> Any:
    """Returns a function with f(0, y) = f(x, 0) = 0, whose result stores the elements that both operands store."""
    if not backend.is_sparse(x):
        return _scaled(key, backend, result, y, x, swapped=True)
    if not backend.is_sparse(y):
        return _scaled(key, backend, result, x, y)
    own = _native(key, backend, x, y)
    if own is not None:
        return own
    first, second = (summed(backend, broadcast(backend, full_coordinates(backend, z), result.shape)) for z in (x, y))
    bound = backend.bound
    if is_traced(backend, first.values, first.indices, second.values, second.indices):
        rows, x_values, y_values = _aligned(backend, first, second)  # products of single elements remain, as zeros
        return from_coordinates(backend, Coordinates(rows, _call(backend, key, x_values, y_values), first.shape, True))
    if _can_merge(backend, first, second):
        _, _, at, shared = _places(backend, first, second)
    else:
        rows, x_places, y_places = _unique(backend, first, second)
        numbers = bound.creation_arange(bound.core_shape(x_places)[0], dtype=backend.dtype(x_places))
        counted = bound.elementwise_add(numbers, 1)  # 0 is for those that x does not store
        by_place = bound.segment_segment_sum(counted, x_places, bound.core_shape(rows)[0])
        at = bound.elementwise_subtract(bound.indexing_take(by_place, y_places, 0), 1)
        shared = bound.elementwise_greater_equal(at, 0)
    (kept,) = bound.indexing_nonzero(shared)
    rows, y_values = (bound.indexing_take(z, kept, 0) for z in (second.indices, second.values))
    x_values = bound.indexing_take(first.values, bound.indexing_take(at, kept, 0), 0)
    return from_coordinates(backend, Coordinates(rows, _call(backend, key, x_values, y_values), first.shape, True))


def quotient(key: str, backend: Backend, result: SymbolicTensor, x: Any, y: Any) -> Any:
    return _scaled(key, backend, result, x, y)


def _scaled(key: str, backend: Backend, result: SymbolicTensor, x: Any, y: Any, swapped: bool = False) -> Any:
    """Returns a function of a sparse tensor's values and the elements of a dense tensor at the same places."""
    rank = len(backend.shape(y))
    if not rank:
        values = values_of(backend, x)
        return with_values(backend, x, _call(backend, key, *((y, values) if swapped else (values, y))))
    stored = coordinates(backend, x)
    grown = broadcast(backend, divided(backend, stored), result.shape)
    elements = elements_at(backend, y, grown)
    values = _call(backend, key, *((elements, grown.values) if swapped else (grown.values, elements)))
    if grown is stored:  # in x's format
        return with_values(backend, x, values)
    return from_coordinates(backend, grown._replace(values=values))


def elements_at(backend: Backend, y: Any, x: Coordinates) -> Any:
    """Returns the elements of a dense tensor, broadcast to x's shape, at its coordinates."""
    bound, sizes = backend.bound, backend.bound.core_shape(y)
    skipped = len(x.shape) - len(sizes)
    flat: Any = None
    for axis, size in enumerate(sizes):
        if isinstance(size, int) and size == 1:
            continue
        column = bound.indexing_get_item(x.indices, (slice(None), axis + skipped))
        flat = column if flat is None else bound.elementwise_add(bound.elementwise_multiply(flat, size), column)
    y = bound.manipulation_reshape(y, (-1,))
    if flat is None:
        return bound.indexing_get_item(y, 0)
    if is_traced(backend, flat):  # padding is outside
        flat = bound.elementwise_minimum(flat, max(backend.shape(y)[0] - 1, 0))
    return bound.indexing_take(y, flat, 0)
