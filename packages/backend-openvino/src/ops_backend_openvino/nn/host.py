"""Windows of NumPy arrays, for the dtypes that OpenVINO does not compute in: float64, and integers in pooling."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common import shapes


def windows(
    x: Any,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    dilation: tuple[int, ...],
    pads: list[tuple[int, int]],
    fill: Any,
) -> Any:
    """Returns views of shape (batch, *positions, channels, *window) of a channels-last array, padded by ``fill``."""
    if any(map(any, pads)):
        x = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=fill)
    reach = [rate * (size - 1) + 1 for size, rate in zip(window, dilation, strict=True)]
    views = np.lib.stride_tricks.sliding_window_view(x, reach, tuple(range(1, len(window) + 1)))
    steps = (slice(None), *(slice(None, None, step) for step in strides), slice(None))
    return views[(*steps, *(slice(None, None, rate) for rate in dilation))]


def pads_of(
    padding: str, sizes: tuple[int, ...], window: tuple[int, ...], strides: tuple[int, ...], dilation: tuple[int, ...]
) -> list[tuple[int, int]]:
    """Returns the (before, after) amounts of each spatial axis."""
    if padding == "same":
        return [shapes.same_padding(*each) for each in zip(sizes, window, strides, dilation, strict=True)]
    if padding == "causal":
        return [(rate * (size - 1), 0) for size, rate in zip(window, dilation, strict=True)]
    return [(0, 0)] * len(window)
