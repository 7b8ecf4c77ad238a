"""NumPy, family indexing."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ops_common import shapes
from ops_common.host import indexing as host_indexing
from ops_common.host.indexing import NO_AXIS, dynamic_slice, dynamic_slice_update, signed

__all__ = ["diagonal", "dynamic_slice", "dynamic_slice_update", "get_item", "nonzero", "take", "take_along_axis"]

Tensor = Any

_UINT64 = np.dtype("uint64")


def take(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if axis is not None and (not x.ndim or axis == NO_AXIS):  # NumPy accepts axis 0 of a scalar
        shapes.normalize_axis(axis, x.ndim)
    return x.take(signed(indices), axis)


def take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if axis is None:
        if indices.ndim != 1:
            raise IndexError("indices into a flattened tensor have rank 1")
        return x.reshape(-1).take(signed(indices))
    if x.size > _FEW or x.ndim != indices.ndim or not -x.ndim <= axis < x.ndim:
        return np.take_along_axis(x, signed(indices), axis)
    places = list(_grid(x.shape))
    places[axis] = signed(indices)
    return x[tuple(places)]


_FEW = 1 << 12  # elements


@functools.lru_cache(maxsize=256)
def _grid(shape: tuple[int, ...]) -> tuple[Tensor, ...]:
    """Returns the indices along each axis, which broadcast to the shape."""
    return np.ix_(*map(np.arange, shape))


def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    if x.dtype != bool:  # for bools, NumPy takes less than half the time
        x = np.not_equal(x, 0)
    return tuple(place.astype(np.int32) for place in np.nonzero(x))


def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    for part in key:
        if isinstance(part, np.ndarray) and part.dtype == _UINT64:
            return x[tuple(signed(item) if isinstance(item, np.ndarray) else item for item in key)]
    return x[key]


def diagonal(x: Tensor, offset: int, axis1: int, axis2: int) -> Tensor:
    return host_indexing.diagonal(x, offset, axis1, axis2)
