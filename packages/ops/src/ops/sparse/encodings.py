"""Encodings and counts of integers as sparse tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops._declaration import check_count
from ops._declaration.operands import index_of, operand_of, spec_of
from ops._declaration.sparsity import as_sparse
from ops.sparse.conversion import Coordinates, from_coordinates, index_dtype, is_traced, require, summed
from ops.sparse.positions import of_columns
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor


def _indices(backend: Backend, x: Any, name: str) -> Any:
    require(backend)
    x = operand_of(backend, x)
    x = index_of(backend, name, x)
    return x if isinstance(x, SymbolicTensor) or backend.is_tensor(x) else backend.to_tensor(x)


def one_hot(backend: Backend, x: Any, num_classes: Any, axis: int, dtype: Any) -> Any:
    x, count = _indices(backend, x, "x"), check_count(num_classes, "num_classes")
    bound, name = backend.bound, dtypes.standardize(dtype)
    if isinstance(x, SymbolicTensor):
        return as_sparse(bound.nn_activation_one_hot(x, count, axis, name, False))
    sizes = bound.core_shape(x)
    axis = shapes.normalize_axis(axis, len(sizes) + 1)
    kept = bound.elementwise_logical_and(bound.elementwise_greater_equal(x, 0), bound.elementwise_less(x, count))
    wide = index_dtype(backend)
    if is_traced(backend, x):  # the elements out of range remain, as zeros
        shape = backend.shape(x)
        grid = np.indices(shape).reshape(len(shape), math.prod(shape)).astype(wide)
        places = [backend.make(column, wide) for column in grid]
        inside = bound.manipulation_reshape(kept, (-1,))
        labels = backend.cast(bound.manipulation_reshape(x, (-1,)), wide)
        labels = bound.elementwise_where(inside, labels, bound.creation_zeros_like(labels))
        values = backend.cast(inside, name)
    else:
        found = list(bound.indexing_nonzero(kept)) if sizes else []
        labels = bound.indexing_get_item(x, tuple(found)) if found else bound.manipulation_reshape(x, (1,))
        if not sizes and not bool(kept):
            labels = bound.indexing_get_item(labels, slice(0, 0))
        labels = backend.cast(labels, wide)
        places = [backend.cast(column, wide) for column in found]
        values = bound.core_cast(bound.creation_ones_like(labels), name)
    columns, shape = [*places[:axis], labels, *places[axis:]], (*sizes[:axis], count, *sizes[axis:])
    canonical = axis == len(sizes) and not is_traced(backend, x)
    return of_columns(backend, columns, values, shape, canonical)


def multi_hot(backend: Backend, inputs: Any, num_classes: Any, axis: int, dtype: Any) -> Any:
    x = _indices(backend, inputs, "inputs")
    bound, rank = backend.bound, len(spec_of(backend, x).shape)
    encoded = one_hot(backend, x, num_classes, -1, "bool")
    if rank:
        encoded = bound.reduction_any(encoded, 1 if rank > 1 else 0)
    encoded = bound.core_cast(encoded, dtypes.standardize(dtype))
    found = bound.manipulation_moveaxis(encoded, -1, axis)
    return as_sparse(found) if isinstance(found, SymbolicTensor) else found


def bincount(backend: Backend, x: Any, weights: Any, minlength: Any) -> Any:
    x, least = _indices(backend, x, "x"), check_count(minlength, "minlength")
    bound = backend.bound
    if isinstance(x, SymbolicTensor) or isinstance(weights, SymbolicTensor):
        return as_sparse(bound.sorting_bincount(x, weights, least, False))
    dense = bound.sorting_bincount  # checks the arguments
    shape = backend.shape(x)
    if weights is not None:
        weights = operand_of(backend, weights)
    if len(shape) not in (1, 2) or is_traced(backend, x) or (weights is not None and backend.shape(weights) != shape):
        return dense(x, weights, least, False)
    length = least
    if 0 not in shape:
        if bool(bound.reduction_any(bound.elementwise_less(x, 0))):
            raise ArgumentError("bincount needs integers that are not negative")
        length = max(least, int(bound.reduction_max(x)) + 1)
    wide = index_dtype(backend)
    labels = backend.cast(bound.manipulation_reshape(x, (-1,)), wide)
    if weights is None:
        values = bound.core_cast(bound.creation_ones_like(labels), "int32")
    else:
        dtype = bound.core_dtype(bound.reduction_sum(weights))
        values = backend.cast(bound.manipulation_reshape(weights, (-1,)), dtype)
    rows = np.repeat(np.arange(shape[0]), shape[1]) if len(shape) == 2 else None
    columns = [labels] if rows is None else [backend.make(rows.astype(wide), wide), labels]
    indices = bound.manipulation_stack(columns, 1)
    return from_coordinates(backend, summed(backend, Coordinates(indices, values, (*shape[:-1], length), False)))
