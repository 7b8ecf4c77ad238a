"""NumPy, family nn.convolution: a few images' windows at a time are copied to a reused buffer for one matrix product.

Memory is bounded by the buffer, and the product uses the machine's BLAS.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common import shapes
from ops_common.host import windows

Tensor = Any

_BUFFER = 1 << 20  # maximum elements of the window buffer, unless one image needs more


def _with_bias(out: Tensor, bias: Tensor | None, data_format: str) -> Tensor:
    """Adds the bias to the result of a convolution, in place."""
    if bias is not None:
        last = data_format == "channels_last"
        shapes.check_bias(bias.shape, out.shape[-1 if last else 1])
        out += bias if last else bias.reshape(-1, *[1] * (out.ndim - 2))
    return out


def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    if 0 in inputs.shape or 0 in kernel.shape:  # windows, if any, contain no elements
        shape: Any = shapes.conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        return _with_bias(np.zeros(shape, inputs.dtype), bias, data_format)
    if inputs.dtype not in (np.float32, np.float64):  # BLAS has no smaller floats; accumulate in float32
        x, weight, offset = (None if each is None else each.astype(np.float32) for each in (inputs, kernel, bias))
        return conv(x, weight, strides, padding, data_format, dilation_rate, offset).astype(inputs.dtype)
    if data_format == "channels_first":
        inputs = np.moveaxis(inputs, 1, -1)
    window, depth, filters = kernel.shape[:-2], kernel.shape[-2], kernel.shape[-1]
    pads = windows.pad_amounts(padding, inputs.shape[1:-1], window, strides, dilation_rate)
    inputs = windows.padded(inputs, [(0, 0), *pads, (0, 0)])
    views = windows.sliding(inputs, window, strides, dilation_rate)
    rank = len(window)
    positions = views.shape[1 : rank + 1]
    groups = inputs.shape[-1] // depth
    if groups * depth != inputs.shape[-1] or filters % groups:
        raise ValueError(f"{inputs.shape[-1]} channels, a kernel for {depth}, {filters} filters")
    out = np.empty((inputs.shape[0], *positions, filters), inputs.dtype)
    # Window elements are next to channels, as in the kernel: rows of the buffer then copy whole runs of channels.
    views = np.moveaxis(views, rank + 1, -1)
    per_image = int(np.prod(positions)) * int(np.prod(window)) * depth
    count = max(1, min(inputs.shape[0], _BUFFER // max(per_image, 1)))
    buffer = np.empty((count, *positions, *window, depth), inputs.dtype)
    width = int(np.prod(window)) * depth
    for group in range(groups):
        columns = np.ascontiguousarray(kernel[..., group * (filters // groups) : (group + 1) * (filters // groups)])
        columns = columns.reshape(width, filters // groups)
        chosen = views[..., group * depth : (group + 1) * depth]
        for start in range(0, inputs.shape[0], count):
            part = chosen[start : start + count]
            np.copyto(buffer[: len(part)], part)
            rows = buffer[: len(part)].reshape(-1, width)
            target = out[start : start + count].reshape(-1, filters)
            if groups == 1:
                np.matmul(rows, columns, out=target)
            else:
                target[:, group * (filters // groups) : (group + 1) * (filters // groups)] = rows @ columns
    if bias is not None:
        _with_bias(out, bias, "channels_last")
    return np.moveaxis(out, -1, 1) if data_format == "channels_first" else out


def depthwise_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    shape: Any = shapes.depthwise_conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    if 0 in inputs.shape or 0 in kernel.shape:
        return _with_bias(np.zeros(shape, inputs.dtype), bias, data_format)
    x = np.moveaxis(inputs, 1, -1) if data_format == "channels_first" else inputs
    pads = windows.pad_amounts(padding, x.shape[1:-1], kernel.shape[:-2], strides, dilation_rate)
    out = windows.depthwise(windows.wide(x), windows.wide(kernel), strides, dilation_rate, pads)
    out = _with_bias(out, bias, "channels_last").astype(inputs.dtype, copy=False)
    return np.moveaxis(out, -1, 1) if data_format == "channels_first" else out


conv_transpose = windows.conv_transpose


def biased_conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int | None, ...],
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None,
) -> Tensor:
    out = windows.conv_transpose(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate)
    return _with_bias(out, bias, data_format)


biased_conv = conv
biased_depthwise_conv = depthwise_conv
unfold = windows.unfold
fold = windows.fold
