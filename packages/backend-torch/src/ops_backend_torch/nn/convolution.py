"""PyTorch, family nn.convolution. torch's layout is channels first; its channels-last kernels accept a permuted view of
channels-last memory, so that nothing is copied either way."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import torch

from ops_backend_torch import unsigned
from ops_backend_torch.core import EXACT_TYPES, can_have_run_time_sizes, is_size
from ops_backend_torch.elementwise.scalars import is_tracing
from ops_common import shapes

Tensor = Any

_CONV = (torch.conv1d, torch.conv2d, torch.conv3d)
_TRANSPOSE = (torch.conv_transpose1d, torch.conv_transpose2d, torch.conv_transpose3d)
_F = torch.nn.functional
_EXACT = dict.fromkeys(EXACT_TYPES)  # a dict, which the compiler of PyTorch 2.8 can read


# By the rank of a tensor.
_FIRST = {rank: (0, rank - 1, *range(1, rank - 1)) for rank in range(3, 6)}
_LAST = {rank: (0, *range(2, rank), 1) for rank in range(3, 6)}
_FILTERS_FIRST = {rank: (rank - 1, rank - 2, *range(rank - 2)) for rank in range(3, 6)}


def to_channels_first(x: Tensor) -> Tensor:
    return torch.permute(x, _FIRST[x.dim()])


def to_channels_last(x: Tensor) -> Tensor:
    return torch.permute(x, _LAST[x.dim()])


def _with_bias(x: Tensor, bias: Tensor | None, data_format: str) -> Tensor:
    if bias is None:
        return x
    last = data_format == "channels_last"
    shapes.check_bias(bias.shape, x.shape[-1 if last else 1])
    return x + (bias if last else bias.reshape(-1, *[1] * (x.dim() - 2)))


def _has_fixed_sizes(x: Tensor) -> bool:
    """Returns whether x's sizes are ints, so that what follows from them can be cached."""
    return type(x) in _EXACT and not is_tracing() and type(x.numel()) is int


@functools.lru_cache(maxsize=256)
def _plan(
    sizes: tuple[int, ...],
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    rates: tuple[int, ...],
) -> tuple[Any, ...] | None:
    """Returns how one call of torch computes a convolution: the function, the orders of axes of its input, its result
    and its kernel, the padding and the number of groups; None if one call does not."""
    axes, last = len(strides), data_format == "channels_last"
    if 0 in sizes or 0 in kernel or not len(sizes) == len(kernel) == axes + 2 or padding == "causal":
        return None
    if last and axes == 1:
        return None
    amounts: tuple[int, ...] = (0,) * axes
    if padding == "same":
        odd, amounts = _same_padding(sizes[1:-1] if last else sizes[2:], kernel[:-2], strides, rates)
        if odd is not None:
            return None
    rank = axes + 2
    orders = (_FIRST[rank], _LAST[rank]) if last else (None, None)
    groups = sizes[-1 if last else 1] // kernel[-2]
    return _CONV[axes - 1], *orders, _FILTERS_FIRST[rank], amounts, groups


@functools.lru_cache(maxsize=256)
def _depthwise_plan(sizes: tuple[int, ...], kernel: tuple[int, ...], *options: Any) -> tuple[Any, ...] | None:
    """Returns the plan of a depthwise convolution with one filter for each channel, whose kernel needs no reshaping."""
    rank, channels = len(sizes), sizes[-1 if options[2] == "channels_last" else 1]
    if len(kernel) != rank or kernel[-1] != 1 or kernel[-2] != channels:
        return None
    plan = _plan(sizes, (*kernel[:-2], 1, channels), *options)
    return None if plan is None else (*plan[:3], (rank - 2, rank - 1, *range(rank - 2)), *plan[4:])


def _filters_first(kernel: Tensor, order: tuple[int, ...]) -> Tensor:
    weight = torch.permute(kernel, order)
    # The strides of one filter allow several memory formats, of which torch's gradient takes another one.
    return weight.contiguous() if weight.shape[0] == 1 else weight


def _convolved(
    plan: tuple[Any, ...],
    inputs: Tensor,
    kernel: Tensor,
    bias: Tensor | None,
    strides: tuple[int, ...],
    rates: tuple[int, ...],
) -> Tensor:
    convolve, to_first, to_last, filters_first, amounts, groups = plan
    weight = _filters_first(kernel, filters_first)
    if to_first is None:
        return convolve(inputs, weight, bias, strides, amounts, rates, groups)
    x = torch.permute(inputs, to_first)
    return torch.permute(convolve(x, weight, bias, strides, amounts, rates, groups), to_last)


def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    if _has_fixed_sizes(inputs):
        plan = _plan(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        if plan is not None:
            return _convolved(plan, inputs, kernel, bias, strides, dilation_rate)
    if inputs.numel() == 0 or kernel.numel() == 0:  # torch does not support some of these
        shape: Any = shapes.conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        return _with_bias(inputs.new_zeros(shape), bias, data_format)
    last = data_format == "channels_last"
    if last and len(strides) == 1:  # torch has channels-last kernels for two and three axes
        x, weight, steps, rates = inputs.unsqueeze(1), kernel.unsqueeze(0), (1, *strides), (1, *dilation_rate)
        return conv(x, weight, steps, padding, data_format, rates, bias).squeeze(1)
    x = to_channels_first(inputs) if last else inputs
    axes = len(strides)
    window = kernel.shape[:-2]
    amount: tuple[int, ...] = (0,) * axes
    if padding == "causal":
        x = _F.pad(x, (dilation_rate[-1] * (window[-1] - 1), 0))
    elif padding == "same":
        if can_have_run_time_sizes(inputs) or can_have_run_time_sizes(kernel):
            odd, amount = _same_padding(x.shape[2:], window, strides, dilation_rate)
        else:
            odd, amount = _known_same_padding(x.shape[2:], window, strides, dilation_rate)
        if odd is not None:
            x = _F.pad(x, odd)
    weight = _filters_first(kernel, _FILTERS_FIRST[axes + 2])
    groups = x.shape[1] // kernel.shape[-2]
    out = _CONV[axes - 1](x, weight, bias, strides, amount, dilation_rate, groups)
    return to_channels_last(out) if last else out


def _same_padding(sizes: Any, window: Any, strides: Any, rates: Any) -> tuple[list[Any] | None, tuple[Any, ...]]:
    """Returns the padding of the inputs, None for none, and that of torch's convolution, which pads both ends alike."""
    pairs = [
        shapes.same_padding(size, k, stride, rate)
        for size, k, stride, rate in zip(sizes, window, strides, rates, strict=True)
    ]
    if any(is_size(n) for pair in pairs for n in pair):  # the compiler would need to know whether they are equal
        return [n for pair in reversed(pairs) for n in pair], (0,) * len(pairs)
    # The odd elements are added before.
    is_odd = any(before != after for before, after in pairs)
    odd = [n for before, after in reversed(pairs) for n in (0, after - before)] if is_odd else None
    return odd, tuple(before for before, _ in pairs)


_known_same_padding = functools.lru_cache(maxsize=256)(_same_padding)


def depthwise_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    if _has_fixed_sizes(inputs):
        plan = _depthwise_plan(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        if plan is not None:
            return _convolved(plan, inputs, kernel, bias, strides, dilation_rate)
    channels = inputs.shape[-1 if data_format == "channels_last" else 1]
    if channels != kernel.shape[-2]:  # a multiple of the kernel's channels would form groups
        raise ValueError(f"inputs have {channels} channels, the kernel {kernel.shape[-2]}")
    grouped = kernel.reshape(*kernel.shape[:-2], 1, channels * kernel.shape[-1])
    return conv(inputs, grouped, strides, padding, data_format, dilation_rate, bias)


def separable_conv(
    inputs: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None,
) -> Tensor | None:
    """Returns a separable convolution of two calls of torch, between which the channels stay first; None if its parts
    do not have a plan. All tensors have one dtype, and inputs has sizes that can be cached."""
    sizes, kernel = depthwise_kernel.shape, pointwise_kernel.shape
    plan = _depthwise_plan(inputs.shape, sizes, strides, padding, data_format, dilation_rate)
    rank = len(strides) + 2
    if plan is None or len(kernel) != rank or kernel[-2] != sizes[-2] or 0 in kernel or set(kernel[:-2]) != {1}:
        return None
    convolve, to_first, to_last, filters_first, amounts, groups = plan
    x = inputs if to_first is None else torch.permute(inputs, to_first)
    x = convolve(x, torch.permute(depthwise_kernel, filters_first), None, strides, amounts, dilation_rate, groups)
    x = convolve(x, _filters_first(pointwise_kernel, _FILTERS_FIRST[rank]), bias)
    return x if to_last is None else torch.permute(x, to_last)


@functools.lru_cache(maxsize=256)
def _transposed_plan(
    sizes: tuple[int, ...], kernel: tuple[int, ...], strides: tuple[int, ...], *options: Any
) -> tuple[Any, ...] | None:
    """Returns how one call of torch computes a transposed convolution: the function, the orders of axes, the padding,
    the output padding, and by axis how much is too much; None if one call does not."""
    shape, starts, added, surplus, amounts = _transposition(sizes, kernel, strides, *options)
    if 0 in sizes or 0 in shape or amounts is not None:
        return None
    rank = len(sizes)
    orders = (_FIRST[rank], _LAST[rank]) if options[2] == "channels_last" else (None, None)
    return _TRANSPOSE[len(strides) - 1], *orders, _FILTERS_FIRST[rank], starts, added, surplus


def _transposition(
    sizes: Any,
    kernel: Any,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int | None, ...],
    data_format: str,
    rates: tuple[int, ...],
) -> tuple[Any, list[Any], list[Any], list[tuple[int, Any]], list[Any] | None]:
    """Returns what a transposed convolution of these shapes consists of.

    Returns:
        The result's shape, torch's padding and output padding, and by axis how much of torch's result is too much; if
        torch cannot add as much as is needed, how much is added to the result without padding, else None.
    """
    shape: Any = shapes.conv_transpose(sizes, kernel, strides, padding, output_padding, data_format, rates)
    last = data_format == "channels_last"
    spatial, out = (sizes[1:-1], shape[1:-1]) if last else (sizes[2:], shape[2:])
    each = zip(kernel[:-2], strides, output_padding, rates, strict=True)
    starts = [shapes.transposed_window(k, step, padding, amount, rate)[0] for k, step, amount, rate in each]
    whole = [
        (n - 1) * step + rate * (k - 1) + 1
        for n, k, step, rate in zip(spatial, kernel[:-2], strides, rates, strict=True)
    ]
    # torch cuts off as much at the end as at the start, and then adds the given output padding.
    added = [size - full + 2 * start for size, full, start in zip(out, whole, starts, strict=True)]
    if all(n < max(pair) for n, *pair in zip(added, strides, rates, strict=True)):
        surplus = [(axis, -n) for axis, n in enumerate(added, start=2) if n < 0]
        return shape, starts, [max(n, 0) for n in added], surplus, None
    pairs = [(-start, size + start - full) for start, size, full in zip(starts, out, whole, strict=True)]
    return shape, starts, added, [], [n for pair in reversed(pairs) for n in pair]


def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int | None, ...],
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    options = (strides, padding, output_padding, data_format, dilation_rate)
    if _has_fixed_sizes(inputs):
        plan = _transposed_plan(inputs.shape, kernel.shape, *options)
        if plan is not None:
            convolve, to_first, to_last, filters_first, starts, added, surplus = plan
            x = inputs if to_first is None else torch.permute(inputs, to_first)
            weight = torch.permute(kernel, filters_first)
            out = convolve(x, weight, bias, strides, starts, added, 1, dilation_rate)
            for axis, n in surplus:
                out = out.narrow(axis, 0, out.shape[axis] - n)
            return out if to_last is None else torch.permute(out, to_last)
    shape, starts, added, surplus, amounts = _transposition(inputs.shape, kernel.shape, *options)
    if inputs.numel() == 0 or 0 in shape:
        return _with_bias(inputs.new_zeros(shape), bias, data_format)
    last = data_format == "channels_last"
    x = to_channels_first(inputs) if last else inputs
    weight = torch.permute(kernel, _FILTERS_FIRST[kernel.dim()])
    convolve = _TRANSPOSE[len(strides) - 1]
    if amounts is None:
        out = convolve(x, weight, bias, strides, starts, added, 1, dilation_rate)
        for axis, n in surplus:
            out = out.narrow(axis, 0, out.shape[axis] - n)
    else:
        out = convolve(x, weight, None, strides, 0, 0, 1, dilation_rate)
        out = _with_bias(_F.pad(out, amounts), bias, "channels_first")
    return to_channels_last(out) if last else out


biased_conv = conv
biased_depthwise_conv = depthwise_conv
biased_conv_transpose = conv_transpose


def unfold(
    x: Tensor,
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Tensor:
    shape: Any = shapes.unfold(x.shape, kernel_size, dilation, padding, stride)
    if x.numel() == 0:
        return x.new_empty(shape)
    if x.is_floating_point():
        return _F.unfold(x, kernel_size, dilation, padding, stride)
    if any(padding):
        whole = x.new_zeros(
            *shape[:1], x.shape[1], *(n + 2 * amount for n, amount in zip(x.shape[2:], padding, strict=True))
        )
        whole[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]] = x
        x = whole
    for axis in (0, 1):
        x = x.unfold(axis + 2, dilation[axis] * (kernel_size[axis] - 1) + 1, stride[axis])
    windows = x[..., :: dilation[0], :: dilation[1]]
    return windows.permute(0, 1, 4, 5, 2, 3).reshape(shape)


def fold(
    x: Tensor,
    output_size: tuple[int, int],
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Tensor:
    shape: Any = shapes.fold(x.shape, output_size, kernel_size, dilation, padding, stride)
    if x.numel() == 0:
        return x.new_zeros(shape)
    if x.is_floating_point():
        return _F.fold(x, output_size, kernel_size, dilation, padding, stride)
    if x.dtype in unsigned.UNSIGNED:
        return fold(x.long(), output_size, kernel_size, dilation, padding, stride).to(x.dtype)
    sizes = [size + 2 * amount for size, amount in zip(output_size, padding, strict=True)]
    counts = [
        (size - rate * (k - 1) - 1) // step + 1
        for size, k, rate, step in zip(sizes, kernel_size, dilation, stride, strict=True)
    ]
    parts = x.reshape(*shape[:2], *kernel_size, *counts)
    out = x.new_zeros(*shape[:2], *sizes)
    for i, j in itertools.product(*map(range, kernel_size)):
        rows, columns = (
            slice(p * rate, p * rate + (count - 1) * step + 1, step)
            for p, rate, count, step in zip((i, j), dilation, counts, stride, strict=True)
        )
        out[:, :, rows, columns] += parts[:, :, i, j]
    return out[:, :, padding[0] : sizes[0] - padding[0], padding[1] : sizes[1] - padding[1]]
