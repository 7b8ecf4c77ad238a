"""PyTorch, family statistics."""

from __future__ import annotations

import functools
import math
from typing import Any

import torch

from ops_backend_torch.core import in_dtype, is_size, known
from ops_backend_torch.elementwise.gradients import differentiable
from ops_backend_torch.elementwise.values import is_finite
from ops_backend_torch.tracing import is_compiling
from ops_common import shapes
from ops_common.algorithms import quantiles

Tensor = Any
Axis = int | tuple[int, ...] | None

# At most so many elements are sorted in any case: a sort is one call.
_SMALL = 1 << 10
# For at most this many levels, elements are selected one by one; for more, rows are sorted.
_FEW = 2


def _shaped(values: Tensor, lead: Any, x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    """Returns the quantiles of rows in the shape and the dtype of the result."""
    return in_dtype(values.reshape(lead + shapes.reduce(tuple(x.shape), axis, keepdims)), x.dtype)


def quantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    if type(q) is float and type(axis) is int and x.dtype in _WIDE and x.is_cpu and not differentiable(x):
        if type(x.numel()) is int and 0 < x.numel() <= _SMALL:
            values = _along_axis(x, q, axis, method, keepdims)
            if values is not None:
                return values
    flat, lead = quantiles.levels(q)
    rows = _rows(x, axis)
    size = rows.shape[1]
    if not size or not flat:
        return _nothing(x, lead, axis, keepdims)
    if is_size(size):
        return _shaped(_of_run_time_size(rows, flat, method), lead, x, axis, keepdims)
    low, high, weight = quantiles.known_places(flat, size, method)
    if len(set(low)) > _FEW or rows.numel() <= _SMALL or differentiable(rows):  # ties get the gradient of a sort
        values = _of_sorted(torch.sort(rows, dim=1, stable=True).values, low, high, weight)
        return _shaped(values, lead, x, axis, keepdims)
    by_place = {place: torch.kthvalue(rows, place + 1, 1).values for place in set(low)}
    above = {
        place: _next(rows, by_place[place], place) for place, other in zip(low, high, strict=True) if other > place
    }
    lower = torch.stack([by_place[place] for place in low])
    upper = torch.stack([above.get(place, by_place[place]) for place in low])
    if weight is not None:
        between = torch.tensor(weight, dtype=rows.dtype, device=x.device)[:, None]
        lower = _between(lower, upper, between)
    values = _nan_if_any(rows, lower)
    return _shaped(values, lead, x, axis, keepdims)


_WIDE = frozenset({torch.float32, torch.float64})


@functools.lru_cache(maxsize=256)
def _place(q: float, size: int, method: str) -> tuple[int, int, float]:
    (low,), (high,), weight = quantiles.known_places([q], size, method)
    return low, high, 0.0 if weight is None else weight[0]


def _along_axis(x: Tensor, q: float, axis: int, method: str, keepdims: bool) -> Tensor | None:
    """Returns a quantile along an axis as `_of_sorted` computes it; None if x may have values that are not finite."""
    low, high, part = _place(q, x.shape[axis], method)
    ordered = torch.sort(x, dim=axis, stable=True)[0]
    values = ordered.select(axis, low)
    if part:
        values = torch.add(values, ordered.select(axis, high) - values, alpha=part)
    if not known(values + ordered.select(axis, -1), is_finite):
        return None
    return values.unsqueeze(axis) if keepdims else values


def _of_sorted(ordered: Tensor, low: list[int], high: list[int], weight: list[float] | None) -> Tensor:
    """Returns the quantiles of sorted rows, in which NaN comes last."""
    largest = ordered[:, -1]
    if len(low) > 1:
        values = ordered.T[low]
        if weight is not None:
            values = _between(values, ordered.T[high], ordered.new_tensor(weight)[:, None])
        return torch.where(torch.isnan(largest), math.nan, values)
    lower, upper = ordered[:, low[0]], ordered[:, high[0]]
    part = 0.0 if weight is None else weight[0]
    values = torch.add(lower, upper - lower, alpha=part) if part else lower
    if known(values + largest, is_finite):
        return values
    if part:
        values = torch.where(torch.isfinite(upper - lower), values, lower * (1 - part) + upper * part)
    return torch.where(torch.isnan(largest), math.nan, values)


def _nan_if_any(rows: Tensor, values: Tensor) -> Tensor:
    return torch.where(torch.isnan(torch.amax(rows, 1)), math.nan, values)


def _of_run_time_size(rows: Tensor, flat: Any, method: str) -> Tensor:
    """Returns the quantiles of rows whose size is not known, for which the positions are computed in the program."""
    ordered = torch.sort(rows, dim=1, stable=True).values.T
    last = torch.scalar_tensor(rows.shape[1] - 1, dtype=torch.float64, device=rows.device)
    position = last * torch.tensor(flat, dtype=torch.float64, device=rows.device)
    low, high, weight = quantiles.places(position, method, torch.floor, torch.ceil, torch.round)
    values = ordered[low.long()]
    if weight is not None:
        values = _between(values, ordered[high.long()], weight.to(rows.dtype)[:, None])
    return _nan_if_any(rows, values)


def unit_trapezoid(y: Tensor, axis: int) -> Tensor:
    return torch.trapezoid(y, dim=axis)


def nanquantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    flat, lead = quantiles.levels(q)
    rows = _rows(x, axis)
    if not rows.shape[1] or not flat:
        return _nothing(x, lead, axis, keepdims)
    if not is_compiling() and x.is_cpu:
        numbers = _numbers(rows)
        if numbers is not None and numbers.shape[1]:
            result = quantile(numbers, q, 1, method, False)
            return _shaped(result, lead, x, axis, keepdims)
    ordered = torch.sort(rows, dim=1, stable=True).values  # NaN comes last
    last = rows.shape[1] - 1 - torch.isnan(rows).sum(1)
    position = last.clamp(min=0).double() * torch.tensor(flat, dtype=torch.float64, device=x.device)[:, None]
    low, high, weight = quantiles.places(position, method, torch.floor, torch.ceil, torch.round)
    values = torch.gather(ordered.T, 0, low.long())
    if weight is not None:
        values = _between(values, torch.gather(ordered.T, 0, high.long()), weight.to(rows.dtype))
    return _shaped(values, lead, x, axis, keepdims)


def _numbers(rows: Tensor) -> Tensor | None:
    """Returns the rows without NaN, if they have none, or if there is only one row: those need no sorting."""
    nan = torch.isnan(rows)
    try:
        if not nan.any():
            return rows
    except RuntimeError:  # under torch.vmap the condition has a value for each row
        return None
    return rows[:, ~nan[0]] if len(rows) == 1 else None


def _next(rows: Tensor, element: Tensor, place: int) -> Tensor:
    """Returns the element that follows the one at this position of each sorted row. Two passes are faster than
    selecting it."""
    column = element[:, None]
    above = torch.amin(torch.where(rows > column, rows, math.inf), 1)
    return torch.where((rows <= column).sum(1) > place + 1, element, above)


def _rows(x: Tensor, axis: Axis) -> Tensor:
    """Returns the elements that are reduced as rows, in a dtype that is precise enough."""
    kept, reduced = quantiles.axes(x.dim(), axis)
    shape = (math.prod([x.shape[a] for a in kept]), math.prod([x.shape[a] for a in reduced]))
    rows = x.permute(kept + reduced).reshape(shape)
    return rows.float() if rows.itemsize < 4 else rows


def _between(low: Tensor, high: Tensor, weight: Tensor) -> Tensor:
    """Returns the interpolation from the lower to the upper element: exact at the lower one and for equal ones; an
    infinite distance does not give NaN."""
    distance = high - low
    values = torch.where(torch.isfinite(distance), low + distance * weight, low * (1 - weight) + high * weight)
    return torch.where(weight == 0, low, values)


def _nothing(x: Tensor, lead: tuple[Any, ...], axis: Axis, keepdims: bool) -> Tensor:
    shape = lead + shapes.reduce(tuple(x.shape), axis, keepdims)
    return torch.full(shape, math.nan, dtype=x.dtype, device=x.device)
