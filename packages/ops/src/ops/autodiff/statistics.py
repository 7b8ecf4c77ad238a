"""Vjp rules of the family statistics."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules, is_zero
from ops_common import shapes
from ops_common.algorithms import quantiles


def _quantile(skip_nan: bool) -> Callable[..., Any]:
    """Returns quantiles written as interpolation between sorted elements."""

    def body(x: Any, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
        levels, lead = quantiles.levels(q)
        kept, reduced = quantiles.axes(len(xp.shape(x)), axis)
        shape = xp.sizes(x)
        count: Any = math.prod(shape[a] for a in kept)
        size: Any = math.prod(shape[a] for a in reduced)
        if is_zero(size) or is_zero(count) or not levels:
            return NotImplemented
        rows = xp.reshape(xp.transpose(x, kept + reduced), (count, size))
        ordered = xp.sort(rows, axis=1)  # NaN last
        if skip_nan:
            valid_count = xp.sum(xp.cast(xp.logical_not(xp.isnan(rows)), "int32"), 1, keepdims=True)
            dtype = "float64" if xp.dtype(x) == "float64" else "float32"
            position = xp.cast(xp.maximum(valid_count - 1, 0), dtype) * xp.convert_to_tensor([levels], dtype)
            low, high, weight = quantiles.places(position, method, xp.floor, xp.ceil, xp.round)
        elif not isinstance(size, int):
            dtype = "float64" if xp.dtype(x) == "float64" else "float32"
            position = xp.cast(size - 1, dtype) * xp.convert_to_tensor([levels], dtype)
            low, high, weight = quantiles.places(position, method, xp.floor, xp.ceil, xp.round)
        else:
            low, high, weight = (
                None if values is None else np.array([values])
                for values in quantiles.known_places(levels, size, method)
            )
        result = xp.take_along_axis(ordered, xp.cast(low, "int32"), 1)
        if weight is not None:
            upper = xp.take_along_axis(ordered, xp.cast(high, "int32"), 1)
            fraction = xp.cast(xp.convert_to_tensor(weight), xp.dtype(x))
            # Without the selection, an infinite upper element would give NaN at fraction 0.
            result = xp.where(xp.equal(fraction, 0), result, result + (upper - result) * fraction)
        if not skip_nan:
            result = xp.where(xp.any(xp.isnan(rows), 1, keepdims=True), np.nan, result)
        return xp.reshape(xp.transpose(result), lead + shapes.reduce(shape, axis, keepdims))

    return body


RULES = FamilyRules(
    vjps={  # for calls without elements or without levels
        "statistics.nanquantile": {0: lambda g, y, x, *others: xp.zeros_like(x)},
        "statistics.quantile": {0: lambda g, y, x, *others: xp.zeros_like(x)},
    },
    decompositions={"statistics.nanquantile": _quantile(True), "statistics.quantile": _quantile(False)},
)
