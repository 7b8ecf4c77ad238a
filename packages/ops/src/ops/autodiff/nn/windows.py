"""Sliding windows over channels-last tensors, for the rules of convolution and pooling."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from ops.autodiff import functions as xp
from ops.autodiff.rules import Cut, any_width
from ops_common import shapes


def to_channels_last(x: Any, data_format: str) -> Any:
    """Returns a tensor of a data format as channels last."""
    return xp.moveaxis(x, 1, -1) if data_format == "channels_first" else x


def from_channels_last(x: Any, data_format: str) -> Any:
    """Returns a channels-last tensor in a data format."""
    return xp.moveaxis(x, -1, 1) if data_format == "channels_first" else x


def pad_widths(x: Any, window: Any, strides: Any, padding: str, dilation: Any) -> list[tuple[Any, Any]]:
    """Returns the widths that a padding mode adds to each spatial axis."""
    if padding == "causal":
        return [(rate * (k - 1), 0) for k, rate in zip(window, dilation, strict=True)]
    if padding == "valid":
        return [(0, 0)] * len(window)
    return [_same_padding(*each) for each in zip(xp.sizes(x)[1:-1], window, strides, dilation, strict=True)]


def _same_padding(size: Any, window: int, stride: int, dilation: int) -> tuple[Any, Any]:
    """Returns what `shapes.same_padding` does, also for a run-time size."""
    if isinstance(size, int) or stride == 1:
        return shapes.same_padding(size if isinstance(size, int) else 1, window, stride, dilation)
    total = ((size + stride - 1) // stride - 1) * stride + dilation * (window - 1) + 1 - size
    total = xp.larger_size(total, 0)
    return total // 2, total - total // 2


def window_count(size: Any, window: int, stride: int, dilation: int) -> Any:
    """Returns the number of windows along an axis without padding; its size can be a run-time size."""
    if isinstance(size, int):
        return shapes.window(size, window, stride, "valid", dilation)
    return (size - dilation * (window - 1) - 1) // stride + 1


def pad_spatial(x: Any, widths: list[tuple[Any, Any]], fill: float = 0.0) -> Any:
    """Returns the tensor with its spatial axes padded."""
    return xp.pad(x, ((0, 0), *widths, (0, 0)), constant_values=fill) if any_width(widths) else x


def window_cuts(counts: Any, window: Any, strides: Any, dilation: Any) -> Iterator[tuple[tuple[int, ...], list[Cut]]]:
    """Yields for each offset in a window the offset, and along each spatial axis the positions that all windows read
    there."""
    for offset in itertools.product(*map(range, window)):
        yield (
            offset,
            [
                Cut(p * rate, count, stride)
                for p, count, stride, rate in zip(offset, counts, strides, dilation, strict=True)
            ],
        )


def slice_spatial(x: Any, cuts: list[Cut]) -> Any:
    """Returns the elements at these positions of the spatial axes."""
    return x[(slice(None), *(slice(cut.first, cut.first + (cut.count - 1) * cut.step + 1, cut.step) for cut in cuts))]
