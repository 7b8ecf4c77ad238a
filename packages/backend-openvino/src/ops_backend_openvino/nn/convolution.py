"""OpenVINO, family nn.convolution. The framework has channels first only; the plugin chooses its own memory layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.core import Node, kernel
from ops_backend_openvino.layout import as_given, channels_first
from ops_backend_openvino.manipulation import ints
from ops_backend_openvino.nn.host import pads_of, windows
from ops_common import shapes


def _host(
    x: Any, kernel: Any, strides: tuple[int, ...], padding: str, data_format: str, dilation: tuple[int, ...]
) -> Any:
    if not x.size or not kernel.size:  # no element is in any window, if there are windows
        shape: Any = shapes.conv(x.shape, kernel.shape, strides, padding, data_format, dilation)
        return np.zeros(shape, x.dtype)
    if data_format == "channels_first":
        x = np.moveaxis(x, 1, -1)
    window, depth, filters = kernel.shape[:-2], kernel.shape[-2], kernel.shape[-1]
    views = windows(x, window, strides, dilation, pads_of(padding, x.shape[1:-1], window, strides, dilation), 0)
    groups, rank = x.shape[-1] // depth, len(window)
    each = filters // groups
    parts = [
        np.tensordot(
            views[(..., slice(group * depth, (group + 1) * depth), *(slice(None),) * rank)],
            kernel[..., group * each : (group + 1) * each],
            (tuple(range(rank + 1, 2 * rank + 2)), (rank, *range(rank))),
        )
        for group in range(groups)
    ]
    out = np.concatenate(parts, -1)
    return np.moveaxis(out, -1, 1) if data_format == "channels_first" else out


@kernel(_host, 2)
def conv(
    inputs: Node,
    kernel: Node,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Any:
    x = channels_first(inputs, data_format)
    window, (depth, filters) = tuple(kernel.get_shape())[:-2], tuple(kernel.get_shape())[-2:]
    rank = len(window)
    pads = pads_of(padding, tuple(x.get_shape())[2:], window, strides, dilation_rate)
    before, after = [a for a, _ in pads], [b for _, b in pads]
    weights = opset.transpose(kernel, ints([rank + 1, rank, *range(rank)]))
    groups = x.get_shape()[1] // depth
    if groups == 1:
        y = opset.convolution(x, weights, list(strides), before, after, list(dilation_rate))
    else:
        grouped = opset.reshape(weights, ints([groups, filters // groups, depth, *window]), False)
        y = opset.group_convolution(x, grouped, list(strides), before, after, list(dilation_rate))
    return as_given(y.output(0), data_format)
