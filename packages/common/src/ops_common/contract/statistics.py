"""Contract, family statistics. ``axis`` is an int, a tuple of ints (if empty, nothing is reduced) or None for all.

``q`` is a number from 0 to 1, or a possibly nested tuple of them, whose shape precedes the other axes of the result.
The result is at position ``q * (n - 1)`` of an axis of n sorted elements; between two elements, ``method`` determines
it: "linear", "lower", "higher", "midpoint" or "nearest" (the even index if two are equally near).
`ops_common.algorithms.quantiles` contains code that kernels share. Operands are floats; float16 and bfloat16 are
computed in float32.
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any
Axis = int | tuple[int, ...] | None


@required
def quantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    """Quantiles; NaN if there is a NaN among the elements, or no element."""
    ...


@required
def nanquantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    """`quantile` of the elements that are not NaN."""
    ...


@optional
def unit_trapezoid(y: Tensor, axis: int) -> Tensor:
    """The integral along an axis, not negative, by the trapezoidal rule, over points at distances of 1."""
    ...
