"""Windows of NumPy arrays, shared by the NumPy backend and OpenVINO's host functions. The batch axis comes first.

Images are processed in blocks, so that the intermediate arrays are small.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common import shapes

Array = Any
Sizes = Sequence[int]

LARGEST = 2**30  # upper bound, exclusive, of a window's size, stride or dilation
_BUFFER = 1 << 20  # elements of intermediate arrays at a time, unless one image needs more


def wide(x: Array) -> Array:
    """Returns the array in a dtype that BLAS and NumPy compute in: float32 for small floats."""
    return x if x.dtype in (np.float32, np.float64) else x.astype(np.float32)


def padded(x: Array, pads: Sequence[tuple[int, int]], fill: Any = 0) -> Array:
    """Returns the array with elements added before and after; the array itself if there are none."""
    return np.pad(x, pads, constant_values=fill) if any(map(any, pads)) else x


def pad_amounts(padding: str, sizes: Sizes, window: Sizes, strides: Sizes, dilation: Sizes) -> list[tuple[int, int]]:
    """Returns the (before, after) amounts of each spatial axis."""
    if padding == "same":
        return [shapes.same_padding(*each) for each in zip(sizes, window, strides, dilation, strict=True)]
    if padding == "causal":
        return [(rate * (size - 1), 0) for size, rate in zip(window, dilation, strict=True)]
    return [(0, 0)] * len(window)


def sliding(x: Array, window: Sizes, strides: Sizes, dilation: Sizes) -> Array:
    """Returns views of shape (batch, *positions, channels, *window) of a channels-last array."""
    reach = [rate * (size - 1) + 1 for size, rate in zip(window, dilation, strict=True)]
    views = np.lib.stride_tricks.sliding_window_view(x, reach, tuple(range(1, len(window) + 1)))
    steps = (slice(None), *(slice(None, None, step) for step in strides), slice(None))
    return views[(*steps, *(slice(None, None, rate) for rate in dilation))]


def depthwise(x: Array, kernel: Array, strides: Sizes, dilation: Sizes, pads: Sequence[tuple[int, int]]) -> Array:
    """Returns the convolution of each channel of a channels-last array on its own: one pass for each window
    position."""
    rank = len(strides)
    window, (channels, multiplier) = kernel.shape[:rank], kernel.shape[rank:]
    counts = [
        (size + sum(pad) - rate * (k - 1) - 1) // step + 1
        for size, pad, k, step, rate in zip(x.shape[1:-1], pads, window, strides, dilation, strict=True)
    ]
    if min(counts) < 1 or channels != x.shape[-1]:
        raise ValueError(f"a kernel of shape {kernel.shape} does not fit inputs of shape {x.shape}")
    out = np.empty((x.shape[0], *counts, channels, multiplier), x.dtype)
    block = max(1, _BUFFER // max(math.prod(out.shape[1:]), 1))
    for start in range(0, len(x), block):
        part = padded(x[start : start + block], [(0, 0), *pads, (0, 0)])[..., None]
        total = out[start : start + block]
        product = np.empty_like(total)
        for number, place in enumerate(itertools.product(*map(range, window))):
            cuts = (
                slice(p * rate, p * rate + (count - 1) * step + 1, step)
                for p, rate, count, step in zip(place, dilation, counts, strides, strict=True)
            )
            np.multiply(part[(slice(None), *cuts)], kernel[place], out=product if number else total)
            if number:
                total += product
    return out.reshape(*out.shape[:-2], channels * multiplier)


def conv_transpose(
    x: Array,
    kernel: Array,
    strides: Sizes,
    padding: str,
    output_padding: Sequence[int | None],
    data_format: str,
    dilation: Sizes,
) -> Array:
    """Returns the transposed convolution: one matrix product for each window position, added at its place in the
    output."""
    shape: Any = shapes.conv_transpose(x.shape, kernel.shape, strides, padding, output_padding, data_format, dilation)
    out = np.zeros(shape, wide(x[:0]).dtype)
    if not x.size or not kernel.size:
        return out.astype(x.dtype, copy=False)
    target = np.moveaxis(out, 1, -1) if data_format == "channels_first" else out
    if data_format == "channels_first":
        x = np.moveaxis(x, 1, -1)
    rank = len(strides)
    window, (filters, channels) = kernel.shape[:rank], kernel.shape[rank:]
    starts = [
        shapes.transposed_window(k, step, padding, amount, rate)[0]
        for k, step, amount, rate in zip(window, strides, output_padding, dilation, strict=True)
    ]
    block = max(1, _BUFFER // max(math.prod(x.shape[1:-1]) * max(filters, channels), 1))
    for start in range(0, len(x), block):
        part = wide(np.ascontiguousarray(x[start : start + block]))
        rows = part.reshape(-1, channels)
        for place in itertools.product(*map(range, window)):
            sums = (rows @ wide(kernel[place]).T).reshape(*part.shape[:-1], filters)
            sources: list[slice] = []
            targets: list[slice] = []
            for axis, (p, step, rate, before) in enumerate(zip(place, strides, dilation, starts, strict=True), start=1):
                shift = p * rate - before  # element i is added at i * step + shift
                low = max(-(shift // step), 0)
                high = min((target.shape[axis] - 1 - shift) // step + 1, part.shape[axis])
                high = max(high, low)
                sources.append(slice(low, high))
                targets.append(slice(low * step + shift, max((high - 1) * step + shift + 1, 0), step))
            if all(cut.stop > cut.start for cut in sources):
                target[(slice(start, start + block), *targets)] += sums[(slice(None), *sources)]
    return out.astype(x.dtype, copy=False)


def adaptive(x: Array, output_size: Sizes, data_format: str, function: Callable[..., Array]) -> Array:
    """Returns a pooling to a given size, one axis after the other; ``function`` is ``np.maximum`` or ``np.add`` (for
    means)."""
    shapes.adaptive_pool(x.shape, output_size, data_format)
    ufunc: Any = function
    first = 1 if data_format == "channels_last" else 2
    work = x if x.dtype.kind in "iu" else wide(x)
    for axis, count in enumerate(output_size, start=first):
        size = work.shape[axis]
        starts, ends = shapes.adaptive_windows(size, count)
        after = np.empty((*work.shape[:axis], count, *work.shape[axis + 1 :]), work.dtype)
        for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
            before = (slice(None),) * axis
            target = after[(*before, i)]
            ufunc.reduce(work[(*before, slice(start, end))], axis, out=target, dtype=work.dtype)
            if ufunc is np.add:
                target /= end - start
        work = after
    return work.astype(x.dtype, copy=False)


def unfold(x: Array, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes) -> Array:
    """Returns the windows of channels-first images, each as a column."""
    shape: Any = shapes.unfold(x.shape, kernel_size, dilation, padding, stride)
    x = padded(x, [(0, 0), (0, 0), *((amount, amount) for amount in padding)])
    reach = [rate * (k - 1) + 1 for k, rate in zip(kernel_size, dilation, strict=True)]
    views = np.lib.stride_tricks.sliding_window_view(x, reach, (2, 3))
    views = views[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    return views.transpose(0, 1, 4, 5, 2, 3).reshape(shape)


def fold(x: Array, output_size: Sizes, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes) -> Array:
    """Returns images in which each window is added at its position."""
    shape: Any = shapes.fold(x.shape, output_size, kernel_size, dilation, padding, stride)
    height, width = (size + 2 * amount for size, amount in zip(output_size, padding, strict=True))
    out = np.zeros((*shape[:2], height, width), x.dtype if x.dtype.kind in "iufc" else np.float32)
    counts = [
        (size - rate * (k - 1) - 1) // step + 1
        for size, k, rate, step in zip((height, width), kernel_size, dilation, stride, strict=True)
    ]
    parts = x.reshape(*shape[:2], *kernel_size, *counts)
    for i, j in itertools.product(*map(range, kernel_size)):
        rows, columns = (
            slice(p * rate, p * rate + (count - 1) * step + 1, step)
            for p, rate, count, step in zip((i, j), dilation, counts, stride, strict=True)
        )
        out[:, :, rows, columns] += parts[:, :, i, j]
    cut = out[:, :, padding[0] : height - padding[0], padding[1] : width - padding[1]]
    return np.ascontiguousarray(cut).astype(x.dtype, copy=False)
