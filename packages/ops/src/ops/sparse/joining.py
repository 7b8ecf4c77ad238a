"""Sparse tensors joined along an axis."""

from __future__ import annotations

from typing import Any

from ops.sparse.conversion import Coordinates, from_coordinates, full_coordinates
from ops.sparse.positions import expand_dims, reshape
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor


def concatenate(backend: Backend, result: SymbolicTensor, xs: Any, axis: int = -1) -> Any:
    bound, rank = backend.bound, len(result.shape)
    stored = [full_coordinates(backend, x) for x in xs]
    axis, start = axis % rank, 0
    indices: list[Any] = []
    for item in stored:
        shift = [start if a == axis else 0 for a in range(rank)]
        row = backend.bound.manipulation_stack([bound.core_cast(n, backend.dtype(item.indices)) for n in shift], 0)
        indices.append(bound.elementwise_add(item.indices, row))
        start = start + item.shape[axis]
    sizes = tuple(start if a == axis else n for a, n in enumerate(stored[0].shape))
    return from_coordinates(
        backend,
        Coordinates(
            bound.manipulation_concatenate(indices, 0),
            bound.manipulation_concatenate([item.values for item in stored], 0),
            sizes,
            axis == 0 and all(item.canonical for item in stored),
        ),
    )


def stack(backend: Backend, result: SymbolicTensor, xs: Any, axis: int = 0) -> Any:
    sizes = list(result.shape)
    sizes[axis] = 1
    one = SymbolicTensor(sizes, result.dtype)
    return concatenate(backend, result, [expand_dims(backend, one, x, axis) for x in xs], axis)


def append(backend: Backend, result: SymbolicTensor, x1: Any, x2: Any, axis: Any = None) -> Any:
    if axis is None:
        flat = SymbolicTensor((None,), result.dtype)
        x1, x2 = (reshape(backend, flat, x, (-1,)) for x in (x1, x2))
        axis = 0
    return concatenate(backend, result, [x1, x2], axis)
