"""Vjp rules of the family nn.pooling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops.autodiff import functions as xp
from ops.autodiff.nn.windows import (
    from_channels_last,
    pad_spatial,
    pad_widths,
    slice_spatial,
    to_channels_last,
    window_count,
    window_cuts,
)
from ops.autodiff.rules import Cut, FamilyRules, masked, pad_to_slices
from ops_common import shapes


def _max_pool(g: Any, y: Any, x: Any, pool_size: Any, strides: Any, padding: str, data_format: str) -> Any:
    g, y, x = (to_channels_last(tensor, data_format) for tensor in (g, y, x))
    dilation = (1,) * len(pool_size)
    widths = pad_widths(x, pool_size, strides, padding, dilation)
    padded = pad_spatial(x, widths, -np.inf)
    sizes = xp.sizes(padded)
    total: Any = None
    is_open = xp.ones_like(g, dtype="bool")
    # The first of equal elements gets the whole cotangent.
    for _, cuts in window_cuts(xp.sizes(g)[1:-1], pool_size, strides, dilation):
        is_first = xp.logical_and(is_open, xp.equal(slice_spatial(padded, cuts), y))
        is_open = xp.logical_and(is_open, xp.logical_not(is_first))
        part = pad_to_slices(masked(is_first, g), [Cut(0, sizes[0]), *cuts, Cut(0, sizes[-1])], sizes)
        total = part if total is None else total + part
    inner = (slice(before, before + size) for (before, _), size in zip(widths, xp.sizes(x)[1:-1], strict=True))
    return (from_channels_last(total[(slice(None), *inner)], data_format),)


def _average_pool(x: Any, pool_size: Any, strides: Any, padding: str, data_format: str) -> Any:
    x = to_channels_last(x, data_format)
    dilation = (1,) * len(pool_size)
    widths = pad_widths(x, pool_size, strides, padding, dilation)
    is_element = pad_spatial(xp.ones((1, *xp.sizes(x)[1:-1], 1), xp.dtype(x)), widths)  # 0 in the padding
    padded = pad_spatial(x, widths)
    counts = [window_count(*each) for each in zip(xp.sizes(padded)[1:-1], pool_size, strides, dilation, strict=True)]
    total: Any = 0.0
    element_count: Any = 0.0
    for _, cuts in window_cuts(counts, pool_size, strides, dilation):
        total = total + slice_spatial(padded, cuts)
        element_count = element_count + slice_spatial(is_element, cuts)
    return from_channels_last(total / element_count, data_format)


def _adaptive(reduce: Callable[[Any, int], Any]) -> Callable[..., Any]:
    def body(x: Any, output_size: Any, data_format: str) -> Any:
        for axis, count in enumerate(output_size, start=1 if data_format == "channels_last" else 2):
            starts, ends = shapes.adaptive_windows(xp.sizes(x)[axis], count)
            leading = (slice(None),) * axis
            windows = (x[(*leading, slice(start, end))] for start, end in zip(starts, ends, strict=True))
            x = xp.stack([reduce(window, axis) for window in windows], axis)
        return x

    return body


RULES = FamilyRules(
    vjps={"nn.pooling.max_pool": _max_pool},
    decompositions={
        "nn.pooling.adaptive_average_pool": _adaptive(lambda x, axis: xp.mean(x, axis)),
        "nn.pooling.adaptive_max_pool": _adaptive(lambda x, axis: xp.max(x, axis)),
        "nn.pooling.average_pool": _average_pool,
    },
)
