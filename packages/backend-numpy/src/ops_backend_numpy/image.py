"""NumPy, family image: a few images at a time, so that intermediate arrays are small."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ops_backend_numpy.core import HALF_FLOATS
from ops_common.algorithms import resampling

Tensor = Any

# For at most this many channels, those of a pixel are joined in one matrix product: more multiplications by 0, fewer
# calls.
_FEW = 8
# Images are resized in groups whose intermediate array between the two axes has this many elements, or one by one.
# Larger products would be fewer, but a product is distributed over threads, which has its own cost.
_BETWEEN = 1 << 21


def resize(images: Tensor, size: tuple[int, int], interpolation: str, antialias: bool, data_format: str) -> Tensor:
    if images.dtype in HALF_FLOATS:
        return resize(images.astype(np.float32), size, interpolation, antialias, data_format).astype(images.dtype)
    last = data_format == "channels_last"
    batch = len(images)
    height, width = images.shape[1:3] if last else images.shape[2:]
    channels = images.shape[3 if last else 1]
    out = np.empty((batch, *size, channels) if last else (batch, channels, *size), images.dtype)
    if not out.size:
        return out
    rows = _blocks(height, size[0], interpolation, antialias, images.dtype, 1)
    side_by_side = channels if last and channels <= _FEW else 1
    columns = _blocks(width, size[1], interpolation, antialias, images.dtype, side_by_side)
    rows_first = size[0] * width <= height * size[1]
    mid = (size[0], width) if rows_first else (height, size[1])
    count = max(1, min(batch, _BETWEEN // (mid[0] * mid[1] * channels)))
    between = np.empty((count, *mid, channels) if last else (count, channels, *mid), images.dtype)
    for start in range(0, batch, count):
        x, target = images[start : start + count], out[start : start + count]
        middle = between[: len(x)]
        if rows_first:
            _along_rows(x, rows, middle, last)
            _along_columns(middle, columns, target, last)
        else:
            _along_columns(x, columns, middle, last)
            _along_rows(middle, rows, target, last)
    return out


def resize_nearest(images: Tensor, size: tuple[int, int], data_format: str) -> Tensor:
    at = images.ndim - (3 if data_format == "channels_last" else 2)
    height, width = images.shape[at : at + 2]
    return images.take(_places(height, size[0]), at).take(_places(width, size[1]), at + 1)


@functools.lru_cache(maxsize=256)
def _places(size: int, out: int) -> Tensor:
    return np.array(resampling.nearest(size, out))


# Output pixels, the input pixels that they depend on, their weights, and how many channels of each pixel are joined in
# them.
_Blocks = list[tuple[slice, slice, Tensor, int]]


def _blocks(size: int, out: int, method: str, antialias: bool, dtype: Any, channels: int) -> _Blocks:
    matrix = resampling.weights(size, out, method, antialias, dtype.name)
    length = max(8, int(32 / max(size / out, 1)))
    same = np.eye(channels, dtype=dtype)
    return [
        (
            targets,
            sources,
            matrix[targets, sources] if channels == 1 else np.kron(matrix[targets, sources], same),
            channels,
        )
        for targets, sources in resampling.blocks(size, out, method, antialias, dtype.name, length)
    ]


def _along_rows(x: Tensor, blocks: _Blocks, out: Tensor, last: bool) -> None:
    if last:  # a row's pixels and channels are one axis
        x, out = x.reshape(*x.shape[:2], -1), out.reshape(*out.shape[:2], -1)
    for targets, sources, weights, _ in blocks:
        np.matmul(weights, x[..., sources, :], out=out[..., targets, :])


def _along_columns(x: Tensor, blocks: _Blocks, out: Tensor, last: bool) -> None:
    channels = x.shape[-1] if last else 1
    wide = last and channels > _FEW
    if wide:
        x, out = (array.reshape(-1, array.shape[-2], channels) for array in (x, out))
    else:
        x, out = (array.reshape(-1, array.shape[-2] * channels if last else array.shape[-1]) for array in (x, out))
    for targets, sources, weights, n in blocks:
        if wide:
            np.matmul(weights, x[:, sources], out=out[:, targets])
        else:
            inner, outer = (slice(part.start * n, part.stop * n) for part in (sources, targets))
            np.matmul(x[:, inner], weights.T, out=out[:, outer])


def separable_filter(
    images: Tensor, rows: tuple[float, ...], columns: tuple[float, ...], padding: str, data_format: str
) -> Tensor:
    last = data_format == "channels_last"
    channels = images.shape[3 if last else 1]
    height, width = images.shape[1:3] if last else images.shape[2:]
    cut = (0, 0) if padding == "same" else (len(rows) - 1, len(columns) - 1)
    size = (height - cut[0], width - cut[1])
    if min(size) < 1:
        raise ValueError(f"a window of {len(rows)} x {len(columns)} does not fit into {height} x {width}")
    out = np.empty((len(images), *size, channels) if last else (len(images), channels, *size), images.dtype)
    between = np.empty((size[0], width, channels) if last else (channels, size[0], width), images.dtype)
    scratch = np.empty(between.size, images.dtype)
    at = 0 if last else 1
    for image, target in zip(images, out, strict=True):
        _correlate(image, rows, at, padding, between, scratch)
        _correlate(between, columns, at + 1, padding, target, scratch)
    return out


def _correlate(x: Tensor, taps: tuple[float, ...], axis: int, padding: str, out: Tensor, scratch: Tensor) -> None:
    before = (len(taps) - 1) // 2 if padding == "same" else 0
    size = out.shape[axis]
    # The tap that covers the whole output comes first, and sets it; others are added to the part they cover.
    for i in sorted(range(len(taps)), key=lambda i: abs(i - before)):
        low, high = max(0, before - i), min(size, x.shape[axis] + before - i)
        if low >= high:
            continue
        head = (slice(None),) * axis
        target, part = out[(*head, slice(low, high))], x[(*head, slice(low + i - before, high + i - before))]
        if i == before:
            np.multiply(part, taps[i], out=target)
        elif taps[i] != 0.0:
            product = scratch[: part.size].reshape(part.shape)
            np.multiply(part, taps[i], out=product)
            np.add(target, product, out=target)
