"""NumPy, family indexing."""

from __future__ import annotations

from typing import Any

import numpy as np

Tensor = Any


def take(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if axis is not None and not x.ndim:  # NumPy lets axis 0 of a scalar pass
        raise IndexError("a tensor of rank 0 has no axis to take from")
    return x.take(indices, axis)


def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    return tuple(place.astype(np.int32) for place in np.nonzero(x))


def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    return x[key]
