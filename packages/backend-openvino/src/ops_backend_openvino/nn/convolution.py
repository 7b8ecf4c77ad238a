"""OpenVINO, family nn.convolution. The framework only supports channels first; the plugin chooses its memory layout."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.channel_layout import channels_first, to_data_format
from ops_backend_openvino.kernel import Kernel, kernel, movement
from ops_backend_openvino.manipulation import ints
from ops_backend_openvino.nn.padding import pads_of
from ops_backend_openvino.nodes import like
from ops_backend_openvino.run_time_sizes import has_sizes, node_dimensions, product
from ops_backend_openvino.tensor import Node, Tensor, sizes
from ops_common import shapes
from ops_common.errors import ShapeError
from ops_common.host import windows


def _host(
    x: Any, kernel: Any, strides: tuple[int, ...], padding: str, data_format: str, dilation: tuple[int, ...]
) -> Any:
    if not x.size or not kernel.size:  # windows, if any, contain no elements
        shape: Any = shapes.conv(x.shape, kernel.shape, strides, padding, data_format, dilation)
        return np.zeros(shape, x.dtype)
    if data_format == "channels_first":
        x = np.moveaxis(x, 1, -1)
    window, depth, filters = kernel.shape[:-2], kernel.shape[-2], kernel.shape[-1]
    pads = windows.pad_amounts(padding, x.shape[1:-1], window, strides, dilation)
    views = windows.sliding(windows.padded(x, [(0, 0), *pads, (0, 0)]), window, strides, dilation)
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


def _biased(convolve: Kernel, host: Callable[..., Any]) -> Callable[..., Tensor]:
    """Returns the kernel of a convolution with an optional bias as the last argument, from the one without a bias,
    whose graph accepts one."""

    def biased_host(x: Any, kernel: Any, bias: Any, *settings: Any) -> Any:
        out = host(x, kernel, *settings)
        last = settings[-2] == "channels_last"
        shapes.check_bias(bias.shape, out.shape[-1 if last else 1])
        return out + (bias if last else bias.reshape(-1, *[1] * (out.ndim - 2)))

    def build(inputs: Node, kernel: Node, bias: Node, *settings: Any) -> Any:
        return convolve.build(inputs, kernel, *settings, bias)

    build.__name__ = convolve.build.__name__
    convolve_with_bias = kernel(biased_host, 3)(build)

    def call(inputs: Tensor, kernel: Tensor, *others: Any) -> Tensor:
        *settings, bias = others
        if bias is None:
            return convolve(inputs, kernel, *settings)
        return convolve_with_bias(inputs, kernel, bias, *settings)

    return call


def _finished(y: Any, bias: Node | None, data_format: str) -> Any:
    """Returns a channels-first result plus the bias, in the data format."""
    if bias is not None:
        shape = sizes(y.output(0))
        shapes.check_bias(sizes(bias), shape[1])
        y = opset.add(y, opset.reshape(bias, ints([1, -1, *[1] * (len(shape) - 2)]), False))
    return to_data_format(y.output(0), data_format)


@kernel(_host, 2)
def conv(
    inputs: Node,
    kernel: Node,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Node | None = None,
) -> Any:
    channels = sizes(inputs)[1 if data_format == "channels_first" else -1]
    depth = _known(kernel)[-2]
    groups = 1 if channels is None else channels // depth  # a convolution with groups must know its channels
    return _convolved(inputs, kernel, groups, strides, padding, data_format, dilation_rate, bias)


biased_conv = _biased(conv, _host)


def _known(kernel: Node) -> tuple[int, ...]:
    """Returns the sizes of a kernel; raises ShapeError if one is unknown."""
    if None in sizes(kernel):
        raise ShapeError(
            f"the sizes of kernel must be known while a function is traced; got shape {sizes(kernel)}: let the "
            "function close over the kernel, or give it a known shape"
        )
    return sizes(kernel)


def _convolved(
    inputs: Node,
    kernel: Node,
    groups: int,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Node | None,
) -> Any:
    x = channels_first(inputs, data_format)
    *window, depth, filters = sizes(kernel)
    rank = len(window)
    before, after, mode = pads_of(padding, sizes(x)[2:], tuple(window), strides, dilation_rate)
    weights = opset.transpose(kernel, ints([rank + 1, rank, *range(rank)]))
    if groups == 1:
        y = opset.convolution(x, weights, list(strides), before, after, list(dilation_rate), auto_pad=mode)
    else:
        grouped = opset.reshape(weights, ints([groups, filters // groups, depth, *window]), False)
        y = opset.group_convolution(x, grouped, list(strides), before, after, list(dilation_rate), auto_pad=mode)
    return _finished(y, bias, data_format)


def _depthwise_host(
    x: Any, kernel: Any, strides: tuple[int, ...], padding: str, data_format: str, dilation: tuple[int, ...]
) -> Any:
    shape: Any = shapes.depthwise_conv(x.shape, kernel.shape, strides, padding, data_format, dilation)
    if not x.size or not kernel.size:
        return np.zeros(shape, x.dtype)
    x = np.moveaxis(x, 1, -1) if data_format == "channels_first" else x
    pads = windows.pad_amounts(padding, x.shape[1:-1], kernel.shape[:-2], strides, dilation)
    out = windows.depthwise(windows.wide(x), windows.wide(kernel), strides, dilation, pads)
    return np.moveaxis(out, -1, 1) if data_format == "channels_first" else out


@kernel(_depthwise_host, 2)
def depthwise_conv(
    inputs: Node,
    kernel: Node,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Node | None = None,
) -> Any:
    *window, channels, multiplier = _known(kernel)
    shapes.depthwise_conv(sizes(inputs), sizes(kernel), strides, padding, data_format, dilation_rate)
    grouped = opset.reshape(kernel, ints([*window, 1, channels * multiplier]), False).output(0)
    return _convolved(inputs, grouped, channels, strides, padding, data_format, dilation_rate, bias)


biased_depthwise_conv = _biased(depthwise_conv, _depthwise_host)


@kernel(windows.conv_transpose, 2)
def conv_transpose(
    inputs: Node,
    kernel: Node,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int | None, ...],
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Node | None = None,
) -> Any:
    x = channels_first(inputs, data_format)
    window = _known(kernel)[:-2]
    rank = len(window)
    before: list[int] = []
    after: list[int] = []
    added: list[int] = []
    for k, step, amount, rate in zip(window, strides, output_padding, dilation_rate, strict=True):
        start, extra = shapes.transposed_window(k, step, padding, amount, rate)
        rest = rate * (k - 1) + 1 - start - extra  # the amount cut off, or missing, at the end
        before.append(start)
        after.append(max(rest, 0))
        added.append(max(-rest, 0))
    weights = opset.transpose(kernel, ints([rank + 1, rank, *range(rank)]))
    y = opset.convolution_backprop_data(
        x, weights, list(strides), None, before, after, list(dilation_rate), "explicit", [0] * rank
    )
    if any(added):
        y = opset.pad(y, ints([0] * (rank + 2)), ints([0, 0, *added]), "constant", like(0.0, y.output(0)))
    return _finished(y, bias, data_format)


biased_conv_transpose = _biased(conv_transpose, windows.conv_transpose)


@movement(windows.unfold)
def unfold(
    x: Node, kernel_size: tuple[int, int], dilation: tuple[int, int], padding: tuple[int, int], stride: tuple[int, int]
) -> Any:
    shapes.unfold(sizes(x), kernel_size, dilation, padding, stride)
    batch, channels = node_dimensions(x)[:2]
    if any(padding):
        amounts = ints([0, 0, *padding])
        x = opset.pad(x, amounts, amounts, "constant", like(0, x)).output(0)
    parts: list[Any] = []
    for place in itertools.product(*map(range, kernel_size)):
        at = [p * rate for p, rate in zip(place, dilation, strict=True)]
        end = [-rate * (k - 1 - p) or _END for k, rate, p in zip(kernel_size, dilation, place, strict=True)]
        part = opset.slice(x, ints(at), ints(end), ints(list(stride)), ints([2, 3]))
        parts.append(opset.unsqueeze(part, ints([2])))
    shape = [batch, product([channels, kernel_size[0] * kernel_size[1]]), -1]
    return opset.reshape(opset.concat(parts, 2), ints(shape), False)


_END = 2**31 - 1  # beyond the end of every axis


@kernel(windows.fold)
def fold(
    x: Node,
    output_size: tuple[int, int],
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Any:
    if not has_sizes(output_size):
        shapes.fold(sizes(x), output_size, kernel_size, dilation, padding, stride)
    return opset.col2im(
        x, ints(list(output_size)), ints(list(kernel_size)), list(stride), list(dilation), list(padding), list(padding)
    )
