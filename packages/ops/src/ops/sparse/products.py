"""Products of sparse matrices."""

from __future__ import annotations

from typing import Any

from ops.sparse.conversion import (
    Coordinates,
    dtype_of,
    from_coordinates,
    full_coordinates,
    is_traced,
    kernel,
    native,
    sizes_of,
    summed,
)
from ops.sparse.elementwise import intersection
from ops.sparse.positions import expand_dims, transpose
from ops.sparse.spans import spans
from ops_common.errors import UnsupportedError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor


def matmul(backend: Backend, result: SymbolicTensor, x1: Any, x2: Any) -> Any:
    """Returns the product of two tensors, computed in the result's dtype."""
    bound = backend.bound
    dtype = "int32" if result.dtype == "bool" else result.dtype
    x1, x2 = (x if bound.core_dtype(x) == dtype else bound.core_cast(x, dtype) for x in (x1, x2))
    found = _product(backend, SymbolicTensor(result.shape, dtype), x1, x2)
    return found if dtype == result.dtype else bound.core_cast(found, result.dtype)


def _product(backend: Backend, result: SymbolicTensor, x1: Any, x2: Any) -> Any:
    if backend.is_sparse(x1) and backend.is_sparse(x2):
        return _of_sparse(backend, result, x1, x2)
    if backend.is_sparse(x1):
        return _by_dense(backend, result, x1, x2)
    bound = backend.bound
    rank = len(backend.shape(x1))
    if len(sizes_of(backend, x2)) == 1:  # (..., k) by (k,)
        column = expand_dims(backend, SymbolicTensor((None, 1), result.dtype), x2, 1)
        return bound.manipulation_squeeze(_product(backend, result, x1, column), -1)
    if rank == 2:
        own = native(backend, "multiply_from_dense", x1, x2, dtype=dtype_of(backend, x2))
        if own is not None:
            return own
    turned = transpose(backend, SymbolicTensor((None, None), result.dtype), x2)
    if rank == 1:
        return _by_dense(backend, result, turned, x1)
    sizes = bound.core_shape(x1)
    flat = bound.manipulation_reshape(x1, (-1, sizes[-1])) if rank > 2 else x1
    found = bound.manipulation_transpose(_by_dense(backend, result, turned, bound.manipulation_transpose(flat)))
    return bound.manipulation_reshape(found, (*sizes[:-1], bound.core_shape(found)[-1])) if rank > 2 else found


def dense(backend: Backend, result: SymbolicTensor, x: Any, weights: Any, bias: Any = None) -> Any:
    found = matmul(backend, result, x, weights)
    return found if bias is None else backend.bound.elementwise_add(found, bias)


def dot(backend: Backend, result: SymbolicTensor, x1: Any, x2: Any) -> Any:
    ranks = [len(sizes_of(backend, x) if backend.is_sparse(x) else backend.shape(x)) for x in (x1, x2)]
    if 0 in ranks:
        return intersection("elementwise_multiply", backend, result, x1, x2)
    return matmul(backend, result, x1, x2)


def _by_dense(backend: Backend, result: SymbolicTensor, x: Any, y: Any) -> Any:
    """Returns the product of a sparse matrix, or vector, and a dense tensor."""
    bound = backend.bound
    sizes = sizes_of(backend, x)
    if len(sizes) == 1:
        row = expand_dims(backend, SymbolicTensor((1, None), result.dtype), x, 0)
        return bound.manipulation_squeeze(_by_dense(backend, result, row, y), 0)
    shape = bound.core_shape(y)
    if len(shape) == 1:
        return bound.manipulation_squeeze(_by_dense(backend, result, x, bound.manipulation_expand_dims(y, 1)), 1)
    if len(shape) > 2:  # (m, k) by (..., k, n)
        moved = bound.manipulation_moveaxis(y, -2, 0)
        found = _by_dense(backend, result, x, bound.manipulation_reshape(moved, (shape[-2], -1)))
        rows = bound.core_shape(found)[0]
        return bound.manipulation_moveaxis(bound.manipulation_reshape(found, (rows, *shape[:-2], shape[-1])), 0, -2)
    if "sparse.multiply_dense" in backend.kernels:
        product = kernel(backend, "multiply_dense", x, y, dtype=dtype_of(backend, x))
        if product is not NotImplemented:
            return product
    stored = full_coordinates(backend, x)
    rows, places = (bound.indexing_get_item(stored.indices, (slice(None), a)) for a in (0, 1))
    values = bound.manipulation_expand_dims(stored.values, 1)
    if is_traced(backend, places):  # padding is outside, with values of zero
        places = bound.elementwise_minimum(places, max(backend.shape(y)[0] - 1, 0))
    if "sparse.multiply_coordinates" in backend.kernels and stored.shape[0] and backend.shape(y)[0]:
        inside = bound.elementwise_minimum(rows, stored.shape[0] - 1) if is_traced(backend, rows) else rows
        indices = bound.manipulation_stack([inside, places], 1)
        product = kernel(backend, "multiply_coordinates", indices, stored.values, stored.shape[0], y)
        if product is not NotImplemented:
            return product
    terms = bound.elementwise_multiply(values, bound.indexing_take(y, places, 0))
    return bound.segment_segment_sum(terms, rows, stored.shape[0])


def _of_sparse(backend: Backend, result: SymbolicTensor, x: Any, y: Any) -> Any:
    """Returns the product of two sparse matrices, which is sparse."""
    if "sparse.multiply_sparse" in backend.kernels:
        product = kernel(backend, "multiply_sparse", x, y, dtype=dtype_of(backend, x))
        if product is not NotImplemented:
            return product
    first, second = full_coordinates(backend, x), summed(backend, full_coordinates(backend, y))
    bound = backend.bound
    if is_traced(backend, first.values, second.values):
        raise UnsupportedError(
            "the number of elements of a product of sparse matrices is unknown while a function is compiled: convert "
            "one of them by ops.to_dense"
        )
    rows, inner = (bound.indexing_get_item(first.indices, (slice(None), a)) for a in (0, 1))
    terms, places = spans(backend, bound.indexing_get_item(second.indices, (slice(None), 0)), inner)
    values = bound.elementwise_multiply(
        bound.indexing_take(first.values, terms, 0), bound.indexing_take(second.values, places, 0)
    )
    columns = bound.indexing_take(bound.indexing_get_item(second.indices, (slice(None), 1)), places, 0)
    indices = bound.manipulation_stack([bound.indexing_take(rows, terms, 0), columns], 1)
    return from_coordinates(
        backend, summed(backend, Coordinates(indices, values, (first.shape[0], second.shape[1]), False))
    )
