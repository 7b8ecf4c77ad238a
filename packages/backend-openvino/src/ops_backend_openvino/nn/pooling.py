"""OpenVINO, family nn.pooling."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.channel_layout import channels_first, to_data_format
from ops_backend_openvino.kernel import kernel
from ops_backend_openvino.manipulation import ints
from ops_backend_openvino.nn.padding import pads_of
from ops_backend_openvino.tensor import Node, sizes
from ops_common import shapes
from ops_common.host import windows


def _views(x: Any, size: tuple[int, ...], strides: tuple[int, ...], padding: str, fill: Any) -> Any:
    """Returns the windows of an array that is padded by ``fill``."""
    ones = (1,) * len(size)
    pads = windows.pad_amounts(padding, x.shape[1:-1], size, strides, ones)
    return windows.sliding(windows.padded(x, [(0, 0), *pads, (0, 0)], fill), size, strides, ones)


def _nothing(x: Any, size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str) -> Any:
    """Returns the result for an array without elements."""
    shape: Any = shapes.pool(x.shape, size, strides, padding, data_format)
    return np.empty(shape, x.dtype)


def _max_host(x: Any, size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str) -> Any:
    if not x.size:
        return _nothing(x, size, strides, padding, data_format)
    if data_format == "channels_first":
        return np.moveaxis(_max_host(np.moveaxis(x, 1, -1), size, strides, padding, "channels_last"), -1, 1)
    lowest = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf
    return _views(x, size, strides, padding, lowest).max(tuple(range(-len(size), 0)))


def _average_host(x: Any, size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str) -> Any:
    if not x.size:
        return _nothing(x, size, strides, padding, data_format)
    if data_format == "channels_first":
        return np.moveaxis(_average_host(np.moveaxis(x, 1, -1), size, strides, padding, "channels_last"), -1, 1)
    axes = tuple(range(-len(size), 0))
    count = _views(np.ones((1, *x.shape[1:-1], 1), x.dtype), size, strides, padding, 0).sum(axes)
    return _views(x, size, strides, padding, 0).sum(axes) / count


@kernel(_max_host)
def max_pool(inputs: Node, pool_size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str) -> Any:
    x = channels_first(inputs, data_format)
    ones = [1] * len(pool_size)
    before, after, mode = pads_of(padding, sizes(x)[2:], pool_size, strides, tuple(ones))
    y = opset.max_pool(x, list(strides), ones, before, after, list(pool_size), auto_pad=mode)
    return to_data_format(y.output(0), data_format)


@kernel(_average_host)
def average_pool(
    inputs: Node, pool_size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str
) -> Any:
    x = channels_first(inputs, data_format)
    before, after, mode = pads_of(padding, sizes(x)[2:], pool_size, strides, (1,) * len(pool_size))
    y = opset.avg_pool(x, list(strides), before, after, list(pool_size), True, auto_pad=mode)
    return to_data_format(y.output(0), data_format)


@kernel(lambda x, size, data_format: windows.adaptive(x, size, data_format, np.maximum))
def adaptive_max_pool(inputs: Node, output_size: tuple[int, ...], data_format: str) -> Any:
    shapes.adaptive_pool(sizes(inputs), output_size, data_format)
    x = channels_first(inputs, data_format)
    return to_data_format(opset.adaptive_max_pool(x, ints(list(output_size)), "i32").output(0), data_format)


@kernel(lambda x, size, data_format: windows.adaptive(x, size, data_format, np.add))
def adaptive_average_pool(inputs: Node, output_size: tuple[int, ...], data_format: str) -> Any:
    shapes.adaptive_pool(sizes(inputs), output_size, data_format)
    x = channels_first(inputs, data_format)
    return to_data_format(opset.adaptive_avg_pool(x, ints(list(output_size))).output(0), data_format)
