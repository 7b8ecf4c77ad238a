"""NumPy, family statistics: the functions of `ops_common.algorithms.quantiles`."""

from __future__ import annotations

from typing import Any

from ops_common.algorithms import quantiles

Tensor = Any
Axis = int | tuple[int, ...] | None


def quantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    return quantiles.quantile(x, q, axis, method, keepdims, False)


def nanquantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    return quantiles.quantile(x, q, axis, method, keepdims, True)
