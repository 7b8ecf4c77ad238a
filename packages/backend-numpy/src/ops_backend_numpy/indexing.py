"""NumPy, family indexing."""

from __future__ import annotations

from typing import Any

Tensor = Any


def take(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    return x.take(indices, axis)


def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    return x[key]
