"""Sliding windows over channels-last tensors, for the rules of convolution and pooling."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from ops.autodiff import functions as xp
from ops_common import shapes


def to_channels_last(x: Any, data_format: str) -> Any:
    """Returns a tensor of a data format as channels last."""
    return xp.moveaxis(x, 1, -1) if data_format == "channels_first" else x


def from_channels_last(x: Any, data_format: str) -> Any:
    """Returns a channels-last tensor in a data format."""
    return xp.moveaxis(x, -1, 1) if data_format == "channels_first" else x


def pad_widths(x: Any, window: Any, strides: Any, padding: str, dilation: Any) -> list[tuple[int, int]]:
    """Returns the widths that a padding mode adds to each spatial axis."""
    if padding == "causal":
        return [(rate * (k - 1), 0) for k, rate in zip(window, dilation, strict=True)]
    if padding == "valid":
        return [(0, 0)] * len(window)
    return [shapes.same_padding(*each) for each in zip(xp.shape(x)[1:-1], window, strides, dilation, strict=True)]


def pad_spatial(x: Any, widths: list[tuple[int, int]], fill: float = 0.0) -> Any:
    """Returns the tensor with its spatial axes padded."""
    return xp.pad(x, ((0, 0), *widths, (0, 0)), constant_values=fill) if any(map(any, widths)) else x


def window_slices(
    counts: Any, window: Any, strides: Any, dilation: Any
) -> Iterator[tuple[tuple[int, ...], list[range]]]:
    """Yields for each offset in a window the offset, and along each spatial axis the positions that all windows read
    there."""
    for offset in itertools.product(*map(range, window)):
        yield (
            offset,
            [
                range(p * rate, p * rate + (count - 1) * stride + 1, stride)
                for p, count, stride, rate in zip(offset, counts, strides, dilation, strict=True)
            ],
        )


def slice_spatial(x: Any, slices: list[range]) -> Any:
    """Returns the elements at these positions of the spatial axes."""
    return x[(slice(None), *(slice(cut.start, cut.stop, cut.step) for cut in slices))]
