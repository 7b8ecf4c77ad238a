"""Sparse tensors joined along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops.sparse.conversion import Coordinates, columns, full_coordinates, native
from ops.sparse.positions import of_columns, reshape
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor


def concatenate(backend: Backend, result: SymbolicTensor, xs: Any, axis: int = -1) -> Any:
    axis = axis % len(result.shape)
    own = native(backend, "concatenate", list(xs), axis, dtype=result.dtype)
    if own is not None:
        return own
    stored = [full_coordinates(backend, x) for x in xs]
    starts: list[Any] = [0]
    for item in stored:
        starts.append(starts[-1] + item.shape[axis])
    sizes = [starts[-1] if a == axis else n for a, n in enumerate(stored[0].shape)]
    listed = [columns(backend, item.indices) for item in stored]
    for found, start in zip(listed, starts, strict=False):
        if type(start) is not int or start:
            found[axis] = backend.bound.elementwise_add(found[axis], start)
    return _joined(backend, stored, listed, sizes, axis)


def stack(backend: Backend, result: SymbolicTensor, xs: Any, axis: int = 0) -> Any:
    stored = [full_coordinates(backend, x) for x in xs]
    axis = axis % len(result.shape)
    listed = [columns(backend, item.indices) for item in stored]
    for number, found in enumerate(listed):
        found.insert(axis, backend.bound.creation_full_like(found[0], number))
    sizes = list(stored[0].shape)
    sizes.insert(axis, len(stored))
    return _joined(backend, stored, listed, sizes, axis)


def _joined(
    backend: Backend, stored: Sequence[Coordinates], listed: Sequence[list[Any]], sizes: Sequence[Any], axis: int
) -> Any:
    """Returns the sparse tensor with the values of all operands, at the coordinates along each axis."""
    join = backend.bound.manipulation_concatenate
    values = join([item.values for item in stored], 0)
    canonical = axis == 0 and all(item.canonical for item in stored)
    found: list[Any] = []
    for place in range(len(sizes)):
        found.append(join([parts[place] for parts in listed], 0))
        for parts in listed:
            parts[place] = None  # before more memory is needed
    return of_columns(backend, found, values, sizes, canonical)


def append(backend: Backend, result: SymbolicTensor, x1: Any, x2: Any, axis: Any = None) -> Any:
    if axis is None:
        flat = SymbolicTensor((None,), result.dtype)
        x1, x2 = (reshape(backend, flat, x, (-1,)) for x in (x1, x2))
        axis = 0
    return concatenate(backend, result, [x1, x2], axis)
