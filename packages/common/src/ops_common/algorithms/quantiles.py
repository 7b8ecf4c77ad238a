"""Code that the kernels of `quantile` share: levels, positions and axes; and the whole computation in NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ops_common import shapes

METHODS = ("linear", "lower", "higher", "midpoint", "nearest")

Array = np.ndarray[Any, Any]


def levels(q: Any) -> tuple[list[float], tuple[int, ...]]:
    """Returns the numbers of a level, or of nested tuples of levels, in order, and their shape."""
    if not isinstance(q, tuple):
        return [q], ()
    parts = [levels(item) for item in q]  # type: ignore[misc]  # q nests to any depth, which the type system cannot express
    return [level for part in parts for level in part[0]], (len(parts), *(parts[0][1] if parts else ()))


def places(
    position: Any,
    method: str,
    floor: Callable[[Any], Any] = math.floor,
    ceil: Callable[[Any], Any] = math.ceil,
    nearest: Callable[[Any], Any] = round,
    half: Any = 0.5,
) -> tuple[Any, Any, Any]:
    """Returns the indices of the elements below and above a position, and the interpolation weight between them.

    Args:
        position: a position between elements, a number or an array.
        method: one of `METHODS`.
        floor: rounds the position down.
        ceil: rounds it up.
        nearest: rounds it, halves to an even number.
        half: one half, in a type that the position can be multiplied with.

    Returns:
        Both indices, and the weight between 0 and 1; None where the result is the element itself.
    """
    if method == "linear":
        low = floor(position)
        return low, ceil(position), position - low
    if method == "midpoint":
        low, high = floor(position), ceil(position)
        return low, high, (high - low) * half
    place = {"lower": floor, "higher": ceil, "nearest": nearest}[method](position)
    return place, place, None


def known_places(q: list[float], count: int, method: str) -> tuple[list[int], list[int], list[float] | None]:
    """Returns the `places` of each level among ``count`` elements."""
    neighbours = [places(level * (count - 1), method) for level in q]
    weights = None if method in ("lower", "higher", "nearest") else [weight for _, _, weight in neighbours]
    return [low for low, _, _ in neighbours], [high for _, high, _ in neighbours], weights


def axes(rank: int, axis: shapes.Axis) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Returns the axes that are kept, and the ones that are reduced."""
    reduced = shapes.normalize_axes(axis, rank)
    return tuple(a for a in range(rank) if a not in reduced), reduced


def quantile(x: Array, q: Any, axis: shapes.Axis, method: str, keepdims: bool, skip_nan: bool) -> Array:
    """Returns the quantiles of a NumPy array; the arguments are the contract's."""
    flat, lead = levels(q)
    kept, reduced = axes(x.ndim, axis)
    size = math.prod(x.shape[a] for a in reduced)
    rows = x.transpose(kept + reduced).reshape(math.prod(x.shape[a] for a in kept), size)
    if rows.dtype.itemsize < 4:
        rows = rows.astype(np.float32)
    nan = np.isnan(rows) if skip_nan else None
    if nan is None or not nan.any():
        values = _of_rows(rows, flat, method)
    elif len(rows) == 1:
        values = _of_rows(rows[:, ~nan[0]], flat, method)
    else:
        values = _of_numbers(rows, nan, flat, method)
    return values.T.reshape(lead + shapes.reduce(x.shape, axis, keepdims)).astype(x.dtype)


def _of_rows(rows: Array, q: list[float], method: str) -> Array:
    """Returns the quantiles of each row, NaN where the row contains NaN or is empty."""
    count = rows.shape[1]
    if not count or not q or not len(rows):
        return np.full((len(rows), len(q)), np.nan, rows.dtype)
    low, high, weight = known_places(q, count, method)
    ordered = np.partition(rows, sorted({*low, *high}), axis=1)
    if len(rows) == len(q) == 1 and rows.dtype.kind == "f":  # numbers take less time than arrays
        return np.array([[_of_row(ordered[0], low[0], high[0], 0.0 if weight is None else weight[0])]], rows.dtype)
    values = ordered[:, low]
    if weight is not None:
        values = _between(values, ordered[:, high], np.asarray(weight, rows.dtype))
    values[np.isnan(np.maximum.reduce(rows, axis=1))] = np.nan
    return values


def _of_row(ordered: Array, low: int, high: int, weight: float) -> float:
    """Returns the number at a position of a partitioned row, as `_between` computes it."""
    if np.isnan(np.maximum.reduce(ordered)):
        return np.nan
    first, second = ordered[low].item(), ordered[high].item()
    if not weight:
        return first
    distance = second - first
    return first + distance * weight if math.isfinite(distance) else first * (1 - weight) + second * weight


def _of_numbers(rows: Array, nan: Array, q: list[float], method: str) -> Array:
    """Returns the quantiles of each row's numbers, NaN excluded: sorted, NaN comes last."""
    ordered = np.sort(rows, axis=1)
    last = rows.shape[1] - 1 - np.add.reduce(nan, axis=1, dtype=np.int64)
    position = np.maximum(last, 0)[:, None] * np.asarray(q)
    low, high, weight = places(position, method, np.floor, np.ceil, np.rint)
    values = np.take_along_axis(ordered, low.astype(np.int64), axis=1)
    if weight is None:
        return values
    upper = np.take_along_axis(ordered, high.astype(np.int64), axis=1)
    return _between(values, upper, weight.astype(rows.dtype))


def _between(low: Array, high: Array, weight: Array) -> Array:
    """Returns the interpolation from the lower to the upper element: exact at the lower one and for equal ones; an
    infinite distance does not give NaN."""
    distance = high - low
    values = np.where(np.isfinite(distance), low + distance * weight, low * (1 - weight) + high * weight)
    return np.where(weight == 0, low, values)
