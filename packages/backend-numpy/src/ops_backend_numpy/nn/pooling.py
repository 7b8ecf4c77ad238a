"""NumPy, family nn.pooling: one pass over strided views for each position in the window, not one view of all
windows."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ops_common import shapes
from ops_common.host import windows

Tensor = Any


def _spatial_axes(x: Tensor, data_format: str) -> range:
    return range(1, x.ndim - 1) if data_format == "channels_last" else range(2, x.ndim)


def _padded(x: Tensor, axes: range, window: tuple[int, ...], strides: tuple[int, ...], fill: Any) -> Tensor:
    pads = [(0, 0)] * x.ndim
    for axis, size, step in zip(axes, window, strides, strict=True):
        pads[axis] = shapes.same_padding(x.shape[axis], size, step)
    return np.pad(x, pads, constant_values=fill) if any(map(sum, pads)) else x


def _places(x: Tensor, axes: range, window: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Returns for each position in the window, the view of the elements at that position in all windows."""
    counts = [(x.shape[axis] - size) // step + 1 for axis, size, step in zip(axes, window, strides, strict=True)]
    if min(counts) < 1:
        raise ValueError(f"window {window} does not fit into shape {x.shape}")
    for place in itertools.product(*map(range, window)):
        index = [slice(None)] * x.ndim
        for axis, start, step, count in zip(axes, place, strides, counts, strict=True):
            index[axis] = slice(start, start + (count - 1) * step + 1, step)
        yield x[tuple(index)]


def _nothing(x: Tensor, window: Any, strides: Any, padding: str, data_format: str) -> Tensor:
    """Returns the result for a tensor without elements."""
    shape: Any = shapes.pool(x.shape, window, strides, padding, data_format)
    return np.empty(shape, x.dtype)


def max_pool(
    inputs: Tensor, pool_size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str
) -> Tensor:
    if 0 in inputs.shape:
        return _nothing(inputs, pool_size, strides, padding, data_format)
    axes = _spatial_axes(inputs, data_format)
    if padding == "same":
        lowest = np.iinfo(inputs.dtype).min if inputs.dtype.kind in "iu" else -np.inf
        inputs = _padded(inputs, axes, pool_size, strides, lowest)
    places = _places(inputs, axes, pool_size, strides)
    out = np.array(next(places))
    for view in places:
        np.maximum(out, view, out=out)
    return out


def average_pool(
    inputs: Tensor, pool_size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str
) -> Tensor:
    if 0 in inputs.shape:
        return _nothing(inputs, pool_size, strides, padding, data_format)
    dtype = inputs.dtype
    work = inputs if dtype in (np.float32, np.float64) else inputs.astype(np.float32)
    axes = _spatial_axes(inputs, data_format)
    count: Any = work.dtype.type(np.prod(pool_size))
    if padding == "same":
        real = np.ones([work.shape[a] if a in axes else 1 for a in range(work.ndim)], work.dtype)
        count = _window_sums(_padded(real, axes, pool_size, strides, 0), axes, pool_size, strides)
        work = _padded(work, axes, pool_size, strides, 0)
    out = _window_sums(work, axes, pool_size, strides)
    out /= count
    return out.astype(dtype, copy=False)


def _window_sums(x: Tensor, axes: range, window: tuple[int, ...], strides: tuple[int, ...]) -> Tensor:
    places = _places(x, axes, window, strides)
    out = np.array(next(places))
    for view in places:
        out += view
    return out


def adaptive_max_pool(inputs: Tensor, output_size: tuple[int, ...], data_format: str) -> Tensor:
    return windows.adaptive(inputs, output_size, data_format, np.maximum)


def adaptive_average_pool(inputs: Tensor, output_size: tuple[int, ...], data_format: str) -> Tensor:
    return windows.adaptive(inputs, output_size, data_format, np.add)
