"""Contract, family reduction. ``axis`` is an int, a tuple of ints (maybe empty: nothing is reduced) or None for all."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import required

Tensor = Any
Axis = int | tuple[int, ...] | None


@required
def sum(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Sum in the operand's dtype; never called with bool, int8, int16, uint8 or uint16."""
    ...


@required
def prod(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Product; dtypes as for `sum`."""
    ...


@required
def mean(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Mean of an inexact operand. float16 and bfloat16 are summed in float32."""
    ...


@required
def max(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    """Largest element, NaN if there is one; ``initial`` is None or a number that takes part. Bools are allowed. Without
    an initial value, an empty axis is an error."""
    ...


@required
def min(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    """Smallest element; see `max`."""
    ...


@required
def any(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Bool operand, as in `all`."""
    ...


@required
def all(x: Tensor, axis: Axis, keepdims: bool) -> Tensor: ...


@required
def argmax(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    """int32 index of the first largest element (the first NaN counts as the largest); in the flattened tensor for axis
    None, where keepdims keeps every axis at size 1. Bools are allowed; an empty axis is an error."""
    ...


@required
def argmin(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    """int32 index of the first smallest element; see `argmax`."""
    ...


@required
def cumsum(x: Tensor, axis: int | None) -> Tensor:
    """Sums of the elements up to each place along an axis, of the flattened tensor for None; never called with bools.
    float16 and bfloat16 are summed in float32. A tuple of axes is an error."""
    ...


@required
def cumprod(x: Tensor, axis: int | None) -> Tensor:
    """Products of the elements up to each place; see `cumsum`."""
    ...
