"""Contract, family statistics. ``axis`` is an int, a tuple of ints (maybe empty: nothing is reduced) or None for all.

``q`` is a number from 0 to 1, or a tuple of them, maybe nested: its shape leads the answer's. The answer lies at place
``q * (n - 1)`` of an axis of n sorted elements; between two elements, ``method`` says where: "linear", "lower",
"higher", "midpoint" or "nearest" (of two equally near the one with the even index). `ops_common.quantiles` has what
kernels share. Operands are floats, of which float16 and bfloat16 are computed in float32.
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any
Axis = int | tuple[int, ...] | None


@required
def quantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    """NaN where there is one among the elements, or no element."""
    ...


@required
def nanquantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    """As `quantile`, of the elements that are not NaN."""
    ...


@optional
def unit_trapezoid(y: Tensor, axis: int) -> Tensor:
    """The integral along an axis, not negative, by the trapezoidal rule, over points at distances of 1."""
    ...
