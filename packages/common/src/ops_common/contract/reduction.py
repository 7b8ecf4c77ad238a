"""Contract, family reduction. ``axis`` is an int, a tuple of ints (if empty, nothing is reduced) or None for all."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

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
    """Largest element, NaN if there is one; ``initial`` is None or a number that is included. Bools are allowed.
    Without an initial value, an empty axis is an error."""
    ...


@required
def min(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    """Smallest element; see `max`."""
    ...


@required
def any(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Whether any element is true; bool operand, as in `all`."""
    ...


@required
def all(x: Tensor, axis: Axis, keepdims: bool) -> Tensor: ...


@required
def argmax(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    """int32 index of the first largest element (NaN counts as the largest); in the flattened tensor for axis None,
    where keepdims keeps every axis at size 1. Bools are allowed; an empty axis is an error."""
    ...


@required
def argmin(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    """int32 index of the first smallest element; see `argmax`."""
    ...


@required
def cumsum(x: Tensor, axis: int | None) -> Tensor:
    """Cumulative sums along an axis, of the flattened tensor for None; never called with bools. float16 and bfloat16
    are summed in float32. A tuple of axes is an error."""
    ...


@required
def cumprod(x: Tensor, axis: int | None) -> Tensor:
    """Cumulative products; see `cumsum`."""
    ...


@optional
def count_nonzero(x: Tensor, axis: Axis) -> Tensor:
    """int32 number of elements that are not zero; all dtypes."""
    ...


@optional
def ptp(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Largest minus smallest element; NaN if there is one; an empty axis is an error. Never called with bools."""
    ...


@optional
def var(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Mean squared distance from the mean, of an inexact operand; real for a complex one. float16 and bfloat16 are
    computed in float32."""
    ...


@optional
def std(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Square root of `var`, with gradient 0 where it is 0."""
    ...


@optional
def nansum(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """`sum` in which NaN counts as 0."""
    ...


@optional
def nanmean(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """`mean` of the elements that are not NaN; NaN where there are none."""
    ...


@optional
def nanprod(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """`prod` in which NaN counts as 1. Integers and bools, which have no NaN, are possible too."""
    ...


@optional
def nanvar(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """`var` of the elements that are not NaN; NaN where there are none."""
    ...


@optional
def nanmax(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Largest element that is not NaN; NaN if all elements are NaN; an empty axis is an error. Integers and bools,
    which have no NaN, are possible too."""
    ...


@optional
def nanmin(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Smallest element that is not NaN; see `nanmax`."""
    ...


@optional
def logsumexp(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """log(sum(exp(x))) of a real float operand; minus infinity over no elements."""
    ...
