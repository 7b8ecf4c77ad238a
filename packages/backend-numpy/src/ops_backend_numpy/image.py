"""NumPy, family image: one image at a time, so that what is in between stays small."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import SMALL_FLOATS
from ops_common import resampling

Tensor = Any

# Up to so many channels a pixel's are laid side by side for one matrix product: more multiplications by 0, fewer calls.
_FEW = 8


def resize(images: Tensor, size: tuple[int, int], interpolation: str, antialias: bool, data_format: str) -> Tensor:
    if images.dtype in SMALL_FLOATS or images.dtype == np.float16:
        return resize(images.astype(np.float32), size, interpolation, antialias, data_format).astype(images.dtype)
    last = data_format == "channels_last"
    batch = len(images)
    height, width = images.shape[1:3] if last else images.shape[2:]
    channels = images.shape[3 if last else 1]
    out = np.empty((batch, *size, channels) if last else (batch, channels, *size), images.dtype)
    rows = _Axis(height, size[0], interpolation, antialias, images.dtype)
    columns = _Axis(width, size[1], interpolation, antialias, images.dtype)
    across = columns.spread(channels) if last else columns
    rows_first = size[0] * width <= height * size[1]
    between_height, between_width = (size[0], width) if rows_first else (height, size[1])
    between = np.empty(
        (between_height, between_width * channels) if last else (channels, between_height, between_width), images.dtype
    )
    for image, target in zip(images, out, strict=True):
        x, y = (one.reshape(len(one), -1) if last else one for one in (image, target))
        if rows_first:
            rows.along_rows(x, between)
            across.along_columns(between, y)
        else:
            across.along_columns(x, between)
            rows.along_rows(between, y)
    return out


class _Axis:
    """The weights of one axis, in blocks of output pixels that depend on few input pixels."""

    def __init__(self, size: int, out: int, method: str, antialias: bool, dtype: Any) -> None:
        self.matrix = resampling.weights(size, out, method, antialias, dtype.name)
        length = max(8, int(32 / max(size / out, 1)))
        self.blocks = resampling.blocks(size, out, method, antialias, dtype.name, length)
        self.channels = 1

    def spread(self, channels: int) -> _Axis:
        """The same for rows in which the channels of each pixel lie side by side."""
        self.channels = channels
        return self

    def along_rows(self, x: Tensor, out: Tensor) -> None:
        for made, used in self.blocks:
            np.matmul(self.matrix[made, used], x[..., used, :], out=out[..., made, :])

    def along_columns(self, x: Tensor, out: Tensor) -> None:
        n = self.channels
        if n > _FEW:
            pixels, target = x.reshape(len(x), -1, n), out.reshape(len(out), -1, n)
            for made, used in self.blocks:
                np.matmul(self.matrix[made, used], pixels[:, used], out=target[:, made])
            return
        for made, used in self.blocks:
            weights = self.matrix[made, used].T
            if n > 1:
                weights = np.kron(weights, np.eye(n, dtype=weights.dtype))
            inner, outer = (slice(part.start * n, part.stop * n) for part in (used, made))
            np.matmul(x[..., inner], weights, out=out[..., outer])


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
    # The tap that reaches all of the output comes first, and sets it; others add to what they reach.
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
