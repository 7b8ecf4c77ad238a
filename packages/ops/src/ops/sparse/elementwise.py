"""Elementwise functions of sparse tensors."""

from __future__ import annotations

from typing import Any

from ops.sparse.conversion import (
    Coordinates,
    coalesced,
    coordinates,
    divided,
    dtype_of,
    from_coordinates,
    full_coordinates,
    is_traced,
    kernel,
    summed,
    to_dense,
    unique_rows,
    with_values,
)
from ops.sparse.positions import broadcast
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor


def of_values(key: str, linear: bool, backend: Backend, result: SymbolicTensor, x: Any, *statics: Any) -> Any:
    """Returns a function of each value."""
    if not linear:
        x = coalesced(backend, x)
    _, values = kernel(backend, "coordinates", x, dtype=dtype_of(backend, x))
    return with_values(backend, x, getattr(backend.bound, key)(values, *statics))


def unchanged(backend: Backend, result: SymbolicTensor, x: Any) -> Any:
    return x


def _call(backend: Backend, key: str, x: Any, y: Any) -> Any:
    return getattr(backend.bound, key)(x, y)


def union(key: str, backend: Backend, result: SymbolicTensor, x: Any, y: Any) -> Any:
    """Returns a function with f(0, 0) = 0, whose result stores the elements that either operand stores."""
    if not (backend.is_sparse(x) and backend.is_sparse(y)):
        dense = (to_dense(backend, z) if backend.is_sparse(z) else z for z in (x, y))
        return _call(backend, key, *dense)
    if key == "elementwise_add" and "sparse.add" in backend.kernels and _have_equal_shapes(backend, x, y):
        total = kernel(backend, "add", x, y, dtype=dtype_of(backend, x))
        if total is not NotImplemented:
            return total
    first, second = (broadcast(backend, full_coordinates(backend, z), result.shape) for z in (x, y))
    if key in ("elementwise_add", "elementwise_subtract") and result.dtype != "bool":
        bound = backend.bound
        values = second.values if key == "elementwise_add" else bound.elementwise_negative(second.values)
        joined = Coordinates(
            bound.manipulation_concatenate([first.indices, second.indices], 0),
            bound.manipulation_concatenate([first.values, values], 0),
            first.shape,
            False,
        )
        return from_coordinates(backend, summed(backend, joined))
    rows, x_values, y_values, _ = _aligned(backend, first, second)
    return from_coordinates(backend, Coordinates(rows, _call(backend, key, x_values, y_values), first.shape, True))


def _have_equal_shapes(backend: Backend, x: Any, y: Any) -> bool:
    return kernel(backend, "shape", x) == kernel(backend, "shape", y)


def _aligned(backend: Backend, x: Coordinates, y: Coordinates) -> tuple[Any, Any, Any, Any]:
    """Returns the coordinates that either operand stores, both operands' values there, and whether both store one."""
    bound = backend.bound
    x, y = summed(backend, x), summed(backend, y)
    indices = bound.manipulation_concatenate([x.indices, y.indices], 0)
    rows, places, count = unique_rows(backend, indices, x.shape)
    n = bound.core_shape(x.indices)[0]
    x_places = bound.indexing_get_item(places, slice(None, n))
    y_places = bound.indexing_get_item(places, slice(n, None))
    found = [_put(backend, values, at, count) for values, at in ((x.values, x_places), (y.values, y_places))]
    stored = bound.segment_segment_sum(bound.creation_ones_like(places), places, count)
    return rows, found[0], found[1], bound.elementwise_equal(stored, 2)


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
    first, second = (broadcast(backend, full_coordinates(backend, z), result.shape) for z in (x, y))
    rows, x_values, y_values, both = _aligned(backend, first, second)
    bound = backend.bound
    if not is_traced(backend, both):  # otherwise the products of single elements remain, as zeros
        (kept,) = bound.indexing_nonzero(both)
        rows, x_values, y_values = (bound.indexing_take(z, kept, 0) for z in (rows, x_values, y_values))
    return from_coordinates(backend, Coordinates(rows, _call(backend, key, x_values, y_values), first.shape, True))


def quotient(key: str, backend: Backend, result: SymbolicTensor, x: Any, y: Any) -> Any:
    return _scaled(key, backend, result, x, y)


def _scaled(key: str, backend: Backend, result: SymbolicTensor, x: Any, y: Any, swapped: bool = False) -> Any:
    """Returns a function of a sparse tensor's values and the elements of a dense tensor at the same places."""
    rank = len(backend.shape(y))
    if not rank:
        _, values = kernel(backend, "coordinates", x, dtype=dtype_of(backend, x))
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
