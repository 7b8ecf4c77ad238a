"""PyTorch, family reduction.

An empty tuple of axes reduces nothing, but torch reduces all axes. torch also accepts axis 0 and -1 of a scalar, which
has no axis: the rank is checked so that this is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch import _compat, elementwise, unsigned
from ops_common.shapes import normalize_axes

Tensor = Any
Axis = int | tuple[int, ...] | None

# Dtypes whose sums torch returns in int64.
_WIDENED = unsigned.UNSIGNED | {torch.uint8, torch.int8, torch.int16, torch.int32}
_FLOAT32 = torch.float32
_HALF = frozenset({torch.float16, torch.bfloat16})
_sum, _prod, _mean, _amax, _amin = torch.sum, torch.prod, torch.mean, torch.amax, torch.amin
_any, _all = torch.any, torch.all


def sum(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    if axis == ():
        return x
    if x.dtype is not _FLOAT32 and x.dtype in _WIDENED:
        if x.dtype in unsigned.UNSIGNED:  # not supported by torch, also in compiled functions
            return unsigned.modular(lambda wide: _sum(wide, axis, keepdims), x)
        return _sum(x, axis, keepdims, dtype=x.dtype)
    return _sum(x, axis, True) if keepdims else _sum(x, axis)  # one argument fewer to parse


def prod(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    if axis == ():
        return x
    if x.dtype in unsigned.UNSIGNED:  # not supported by torch, also in compiled functions
        return unsigned.modular(lambda wide: prod(wide, axis, keepdims), x)
    if type(axis) is int:
        return _prod(x, axis, keepdims, dtype=x.dtype)
    if axis is None and not keepdims:
        return _prod(x, dtype=x.dtype)
    # torch multiplies along one axis or all.
    axes = normalize_axes(axis, x.dim())
    for each in axes:
        x = _prod(x, each, True, dtype=x.dtype)
    return x if keepdims else torch.squeeze(x, axes)


def mean(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    return x if axis == () else _mean(x, axis, keepdims)


def var(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    if axis == () or not x.dim() or not x.numel():  # torch warns about these, or reduces all axes
        distance = x - mean(x, axis, True)
        return mean(torch.real(distance * distance.conj()) if x.is_complex() else distance * distance, axis, keepdims)
    return torch.var(x, axis, correction=0, keepdim=keepdims)


def std(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis == () or not x.dim() or not x.numel() or x.is_complex():  # of complex numbers, torch's gradient is NaN at 0
        variance = var(x, axis, keepdims)
        zero = variance == 0
        return torch.where(zero, 0, torch.sqrt(torch.where(zero, 1, variance)))
    return torch.std(x, axis, correction=0, keepdim=keepdims)


def max(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    if initial is not None:
        largest = _nothing(x, axis, keepdims, initial)
        if largest is not None:
            return largest
        largest = max(x, axis, keepdims, None)
        return elementwise.maximum(largest, torch.full_like(largest, initial))
    if axis == ():
        return x
    try:
        return _amax(x, () if axis is None else axis, keepdims)
    except RuntimeError:
        return unsigned.select(lambda wide: max(wide, axis, keepdims, None), x)


def min(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    if initial is not None:
        smallest = _nothing(x, axis, keepdims, initial)
        if smallest is not None:
            return smallest
        smallest = min(x, axis, keepdims, None)
        return elementwise.minimum(smallest, torch.full_like(smallest, initial))
    if axis == ():
        return x
    try:
        return _amin(x, () if axis is None else axis, keepdims)
    except RuntimeError:
        return unsigned.select(lambda wide: min(wide, axis, keepdims, None), x)


def _extreme(
    kernel: Callable[..., Tensor], pairwise: Callable[..., Tensor], x: Tensor, axis: Axis, keepdims: bool, initial: Any
) -> Tensor:
    """Returns the extreme of unsigned integers in a graph."""
    if initial is not None:
        if 0 in [x.shape[a] for a in normalize_axes(axis, x.dim())]:
            return kernel(x.long(), axis, keepdims, initial).to(x.dtype)
        return pairwise(kernel(x, axis, keepdims, None), initial)
    return unsigned.select(lambda wide: kernel(wide, axis, keepdims, None), x)


def _nothing(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor | None:
    """Returns the result if there is nothing to reduce: the initial value; None otherwise."""
    reduced = normalize_axes(axis, x.dim())
    if 0 not in [x.shape[a] for a in reduced]:
        return None
    shape = [1 if a in reduced else n for a, n in enumerate(x.shape) if keepdims or a not in reduced]
    return torch.full(shape, initial, dtype=x.dtype, device=x.device)


def any(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    return _any(x, axis, keepdims)


def all(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    return _all(x, axis, keepdims)


def argmax(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    if x.dtype is torch.bool:
        x = x.to(torch.uint8)
    try:
        return torch.argmax(x, axis, keepdims).int()
    except RuntimeError:
        return unsigned.compare(lambda wide: torch.argmax(wide, axis, keepdims).int(), x)


def argmin(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    if x.dtype is torch.bool:
        x = x.to(torch.uint8)
    try:
        return torch.argmin(x, axis, keepdims).int()
    except RuntimeError:
        return unsigned.compare(lambda wide: torch.argmin(wide, axis, keepdims).int(), x)


def cumsum(x: Tensor, axis: int | None) -> Tensor:
    return _accumulated(torch.cumsum, x, axis)


def cumprod(x: Tensor, axis: int | None) -> Tensor:
    return _accumulated(torch.cumprod, x, axis)


def _accumulated(function: Callable[..., Tensor], x: Tensor, axis: int | None) -> Tensor:
    if axis is None:
        x, axis = x.reshape(-1), 0
    elif not x.dim():
        normalize_axes(axis, 0)
    if x.dtype in unsigned.UNSIGNED:
        return unsigned.modular(lambda wide: function(wide, axis), x)
    if x.dtype in _HALF:
        return function(x, axis, dtype=_FLOAT32).to(x.dtype)
    return function(x, axis, dtype=x.dtype)


def count_nonzero(x: Tensor, axis: Axis) -> Tensor:
    if axis is None:
        # torch counts several times as fast as it compares, but not unsigned integers.
        return torch.count_nonzero(x if x.dtype not in unsigned.UNSIGNED else x != 0).int()
    if not x.dim():
        normalize_axes(axis, 0)
    return (x != 0).int() if axis == () else _sum(x != 0, axis, dtype=torch.int32)


def ptp(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is None and not keepdims and x.dtype not in unsigned.UNSIGNED:
        smallest, largest = _compat.aminmax(x)  # along one axis it is slower than two reductions
        return largest - smallest
    return elementwise.subtract(max(x, axis, keepdims, None), min(x, axis, keepdims, None))


def nansum(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if not x.is_floating_point() or axis == ():
        numbers = torch.where(torch.isnan(x), 0, x) if x.is_floating_point() or x.is_complex() else x
        return sum(numbers, axis, keepdims)
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    return torch.nansum(x, axis, keepdims)


def nanmean(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.dim():
        normalize_axes(axis, 0)
    if axis == ():
        return x
    if x.dtype.is_complex:
        return nansum(x, axis, keepdims) / _sum(torch.isnan(x).logical_not(), axis, keepdims)
    if x.dtype in _HALF:
        return torch.nanmean(x.float(), axis, keepdims).to(x.dtype)
    return torch.nanmean(x, axis, keepdims)


def nanmax(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if not x.is_floating_point() or axis == ():
        return max(x, axis, keepdims, None)
    largest, smallest = _extremes(x, axis, keepdims)
    return torch.where(largest < smallest, torch.nan, largest)


def nanmin(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if not x.is_floating_point() or axis == ():
        return min(x, axis, keepdims, None)
    largest, smallest = _extremes(x, axis, keepdims)
    return torch.where(largest < smallest, torch.nan, smallest)


def _extremes(x: Tensor, axis: Axis, keepdims: bool) -> tuple[Tensor, Tensor]:
    """Returns the largest and the smallest number; minus infinity and infinity if there are none."""
    low = torch.nan_to_num(x, -torch.inf, torch.inf, -torch.inf)
    high = torch.nan_to_num(x, torch.inf, torch.inf, -torch.inf)
    return max(low, axis, keepdims, None), min(high, axis, keepdims, None)


def logsumexp(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    axes = normalize_axes(axis, x.dim())
    return torch.logsumexp(x, axes, keepdims) if axes else x


for _kernel, _instead in (
    (
        argmax,
        lambda x, axis, keepdims: unsigned.compare(lambda wide: torch.argmax(wide, axis, keepdims).int(), x),
    ),
    (
        argmin,
        lambda x, axis, keepdims: unsigned.compare(lambda wide: torch.argmin(wide, axis, keepdims).int(), x),
    ),
    (max, lambda x, axis, keepdims, initial: _extreme(max, elementwise.maximum, x, axis, keepdims, initial)),
    (min, lambda x, axis, keepdims, initial: _extreme(min, elementwise.minimum, x, axis, keepdims, initial)),
):
    unsigned.in_graph(_kernel, _instead)
