"""Derivatives, the families of neural networks."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

import ops as o
from ops.derivatives.rules import RULES, WRITTEN, masked, native, placed, rule, written
from ops_common import shapes


def _last(x: Any, data_format: str) -> Any:
    return o.moveaxis(x, 1, -1) if data_format == "channels_first" else x


def _as_given(x: Any, data_format: str) -> Any:
    return o.moveaxis(x, -1, 1) if data_format == "channels_first" else x


def _edges(x: Any, window: Any, strides: Any, padding: str, dilation: Any) -> list[tuple[int, int]]:
    """What padding adds to the spatial axes of a channels-last tensor."""
    if padding == "causal":
        return [(rate * (k - 1), 0) for k, rate in zip(window, dilation, strict=True)]
    if padding == "valid":
        return [(0, 0)] * len(window)
    return [shapes.same_padding(*each) for each in zip(o.shape(x)[1:-1], window, strides, dilation, strict=True)]


def _padded(x: Any, edges: list[tuple[int, int]], fill: float = 0.0) -> Any:
    return o.pad(x, ((0, 0), *edges, (0, 0)), constant_values=fill) if any(map(any, edges)) else x


def _taps(counts: Any, window: Any, strides: Any, dilation: Any) -> Any:
    """For each place of a window, where its elements stand along each spatial axis."""
    for place in itertools.product(*map(range, window)):
        yield (
            place,
            [
                range(p * rate, p * rate + (count - 1) * step + 1, step)
                for p, count, step, rate in zip(place, counts, strides, dilation, strict=True)
            ],
        )


def _at(x: Any, cuts: list[range]) -> Any:
    return x[(slice(None), *(slice(cut.start, cut.stop, cut.step) for cut in cuts))]


def _conv(x: Any, kernel: Any, strides: Any, dilation: Any) -> Any:
    """The kernel, without padding, channels last."""
    return native("nn.convolution.conv")(x, kernel, strides, "valid", "channels_last", dilation)


@written("nn.convolution.conv")
def _conv_written(x: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation: Any) -> Any:
    if padding == "valid" and data_format == "channels_last":
        return NotImplemented
    x = _last(x, data_format)
    x = _padded(x, _edges(x, o.shape(kernel)[:-2], strides, padding, dilation))
    return _as_given(_conv(x, kernel, strides, dilation), data_format)


@rule("nn.convolution.conv")
def _conv_rule(g: Any, y: Any, x: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation: Any) -> Any:
    window, (depth, filters) = o.shape(kernel)[:-2], o.shape(kernel)[-2:]
    shape = o.shape(x)
    groups = shape[-1] // depth if depth else 1

    def by_inputs() -> Any:
        transpose = native("nn.convolution.conv_transpose")
        extra = tuple(0 for _ in window)
        parts = [
            transpose(one, part, strides, "valid", extra, "channels_last", dilation)
            for one, part in zip(_parts(g, groups), _parts(kernel, groups), strict=True)
        ]
        found = o.concatenate(parts, -1) if groups > 1 else parts[0]
        # Rows that no window has reached.
        rest = [(0, size - have) for size, have in zip(shape[1:-1], o.shape(found)[1:-1], strict=True)]
        return _padded(found, rest)

    def by_kernel() -> Any:
        rows = o.reshape(g, (-1, groups, filters // groups))
        taps = [
            o.einsum("ngd,ngf->dgf", o.reshape(_at(x, cuts), (-1, groups, depth)), rows)
            if groups > 1
            else o.reshape(o.transpose(o.reshape(_at(x, cuts), (-1, depth))) @ rows[:, 0], (depth, 1, filters))
            for _, cuts in _taps(o.shape(g)[1:-1], window, strides, dilation)
        ]
        return o.reshape(o.stack(taps), (*window, depth, filters))

    return by_inputs, by_kernel


def _parts(x: Any, groups: int) -> list[Any]:
    return o.split(x, groups, -1) if groups > 1 else [x]


@written("nn.convolution.depthwise_conv")
def _depthwise(x: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation: Any) -> Any:
    *window, channels, multiplier = o.shape(kernel)
    x = _last(x, data_format)
    x = _padded(x, _edges(x, window, strides, padding, dilation))
    counts = [
        shapes.window(size, k, step, "valid", rate)
        for size, k, step, rate in zip(o.shape(x)[1:-1], window, strides, dilation, strict=True)
    ]
    total: Any = 0.0
    for place, cuts in _taps(counts, window, strides, dilation):
        total = total + _at(x, cuts)[..., None] * kernel[place]
    return _as_given(o.reshape(total, (*o.shape(total)[:-2], channels * multiplier)), data_format)


@written("nn.convolution.conv_transpose")
def _conv_transpose(
    x: Any, kernel: Any, strides: Any, padding: str, output_padding: Any, data_format: str, dilation: Any
) -> Any:
    # The convolution of the input, with zeros between its elements, with the kernel reversed.
    x = _last(x, data_format)
    window, size = o.shape(kernel)[:-2], o.shape(x)
    cuts, edges, outs = [], [], []
    for n, k, step, amount, rate in zip(size[1:-1], window, strides, output_padding, dilation, strict=True):
        before, extra = shapes.transposed_window(k, step, padding, amount, rate)
        reach = rate * (k - 1)
        cuts.append(range(0, (n - 1) * step + 1, step))
        edges.append((reach, max(reach, reach + before + extra - 1)))
        outs.append(slice(before, before + (n - 1) * step + extra))
    whole = [(n - 1) * step + 1 for n, step in zip(size[1:-1], strides, strict=True)]
    x = placed(x, [range(size[0]), *cuts, range(size[-1])], (size[0], *whole, size[-1]))
    turned = o.swapaxes(o.flip(kernel, tuple(range(len(window)))), -1, -2)
    found = _conv(_padded(x, edges), turned, (1,) * len(window), dilation)
    return _as_given(found[(slice(None), *outs)], data_format)


RULES["nn.convolution.unfold"] = {0: lambda g, y, x, *window: native("nn.convolution.fold")(g, o.shape(x)[2:], *window)}
RULES["nn.convolution.fold"] = {0: lambda g, y, x, size, *window: native("nn.convolution.unfold")(g, *window)}


RULES["nn.activation.relu"] = {0: lambda g, y, x: masked(o.greater(x, 0), g)}
RULES["nn.activation.relu6"] = {0: lambda g, y, x: masked(o.logical_and(o.greater(x, 0), o.less(x, 6)), g)}


@rule("nn.pooling.max_pool")
def _max_pool(g: Any, y: Any, x: Any, pool_size: Any, strides: Any, padding: str, data_format: str) -> Any:
    g, y, inner = (_last(one, data_format) for one in (g, y, x))
    edges = _edges(inner, pool_size, strides, padding, (1,) * len(pool_size))
    wide = _padded(inner, edges, -np.inf)
    found: Any = None
    left = o.ones_like(g, dtype="bool")
    # The first of equal ones has it all.
    for _, cuts in _taps(o.shape(g)[1:-1], pool_size, strides, (1,) * len(pool_size)):
        here = o.logical_and(left, o.equal(_at(wide, cuts), y))
        left = o.logical_and(left, o.logical_not(here))
        shape = o.shape(wide)
        part = placed(masked(here, g), [range(shape[0]), *cuts, range(shape[-1])], shape)
        found = part if found is None else found + part
    inside = (slice(before, before + size) for (before, _), size in zip(edges, o.shape(inner)[1:-1], strict=True))
    return (_as_given(found[(slice(None), *inside)], data_format),)


@written("nn.pooling.average_pool")
def _average_pool(x: Any, pool_size: Any, strides: Any, padding: str, data_format: str) -> Any:
    x = _last(x, data_format)
    edges = _edges(x, pool_size, strides, padding, (1,) * len(pool_size))
    real = _padded(o.ones((1, *o.shape(x)[1:-1], 1), o.dtype(x)), edges)
    wide = _padded(x, edges)
    counts = [shapes.window(*each, "valid") for each in zip(o.shape(wide)[1:-1], pool_size, strides, strict=True)]
    total: Any = 0.0
    number: Any = 0.0
    for _, cuts in _taps(counts, pool_size, strides, (1,) * len(pool_size)):
        total, number = total + _at(wide, cuts), number + _at(real, cuts)
    return _as_given(total / number, data_format)


def _adaptive(function: Callable[..., Any]) -> Callable[..., Any]:
    def body(x: Any, output_size: Any, data_format: str) -> Any:
        for axis, count in enumerate(output_size, start=1 if data_format == "channels_last" else 2):
            starts, ends = shapes.adaptive_windows(o.shape(x)[axis], count)
            before = (slice(None),) * axis
            x = o.stack([function(x[(*before, slice(*cut))], axis) for cut in zip(starts, ends, strict=True)], axis)
        return x

    return body


WRITTEN["nn.pooling.adaptive_max_pool"] = _adaptive(lambda x, axis: o.max(x, axis))
WRITTEN["nn.pooling.adaptive_average_pool"] = _adaptive(lambda x, axis: o.mean(x, axis))
