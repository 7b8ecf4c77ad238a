"""Vjp rules of the family nn.convolution."""

from __future__ import annotations

from typing import Any

from ops.autodiff import functions as xp
from ops.autodiff.nn.windows import (
    from_channels_last,
    pad_spatial,
    pad_widths,
    slice_spatial,
    to_channels_last,
    window_count,
    window_cuts,
)
from ops.autodiff.rules import Cut, FamilyRules, native, pad_to_slices
from ops_common import shapes


def _valid_conv(x: Any, kernel: Any, strides: Any, dilation: Any) -> Any:
    """Returns the convolution without padding, channels last: the form that has a vjp rule."""
    return native("nn.convolution.conv")(x, kernel, strides, "valid", "channels_last", dilation)


def _padded_conv(x: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation: Any) -> Any:
    if padding == "valid" and data_format == "channels_last":
        return NotImplemented
    x = to_channels_last(x, data_format)
    x = pad_spatial(x, pad_widths(x, xp.shape(kernel)[:-2], strides, padding, dilation))
    return from_channels_last(_valid_conv(x, kernel, strides, dilation), data_format)


def _conv(g: Any, y: Any, x: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation: Any) -> Any:
    window, (depth, filters) = xp.shape(kernel)[:-2], xp.shape(kernel)[-2:]
    channels, spatial = xp.shape(x)[-1], xp.sizes(x)[1:-1]
    groups = channels // depth if depth and channels is not None else 1

    def by_inputs() -> Any:
        conv_transpose = native("nn.convolution.conv_transpose")
        output_padding = tuple(0 for _ in window)
        parts = [
            conv_transpose(g_part, kernel_part, strides, "valid", output_padding, "channels_last", dilation)
            for g_part, kernel_part in zip(_split_groups(g, groups), _split_groups(kernel, groups), strict=True)
        ]
        cotangent = xp.concatenate(parts, -1) if groups > 1 else parts[0]
        # Zeros for the last positions, which no window reads.
        read = xp.sizes(cotangent)[1:-1]
        unread = [(0, n - m if stride > 1 else 0) for n, m, stride in zip(spatial, read, strides, strict=True)]
        return pad_spatial(cotangent, unread)

    def by_kernel() -> Any:
        rows = xp.reshape(g, (-1, groups, filters // groups))

        def at_offset(cuts: list[Cut]) -> Any:
            inputs = slice_spatial(x, cuts)
            if groups > 1:
                return xp.einsum("ngd,ngf->dgf", xp.reshape(inputs, (-1, groups, depth)), rows)
            return xp.reshape(xp.transpose(xp.reshape(inputs, (-1, depth))) @ rows[:, 0], (depth, 1, filters))

        parts = [at_offset(cuts) for _, cuts in window_cuts(xp.sizes(g)[1:-1], window, strides, dilation)]
        return xp.reshape(xp.stack(parts), (*window, depth, filters))

    return by_inputs, by_kernel


def _split_groups(x: Any, groups: int) -> list[Any]:
    return xp.split(x, groups, -1) if groups > 1 else [x]


def _depthwise_conv(x: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation: Any) -> Any:
    *window, channels, multiplier = xp.shape(kernel)
    x = to_channels_last(x, data_format)
    x = pad_spatial(x, pad_widths(x, window, strides, padding, dilation))
    counts = [window_count(*each) for each in zip(xp.sizes(x)[1:-1], window, strides, dilation, strict=True)]
    total: Any = 0.0
    for offset, cuts in window_cuts(counts, window, strides, dilation):
        total = total + slice_spatial(x, cuts)[..., None] * kernel[offset]
    return from_channels_last(xp.reshape(total, (*xp.sizes(total)[:-2], channels * multiplier)), data_format)


def _conv_transpose(
    x: Any, kernel: Any, strides: Any, padding: str, output_padding: Any, data_format: str, dilation: Any
) -> Any:
    # The convolution of the dilated input (zeros between its elements) with the reversed kernel.
    x = to_channels_last(x, data_format)
    window, shape = xp.shape(kernel)[:-2], xp.sizes(x)
    cuts: list[Cut] = []
    widths: list[tuple[int, int]] = []
    outputs: list[Any] = []
    for n, k, stride, amount, rate in zip(shape[1:-1], window, strides, output_padding, dilation, strict=True):
        before, extra = shapes.transposed_window(k, stride, padding, amount, rate)
        reach = rate * (k - 1)
        cuts.append(Cut(0, n, stride, 0))
        widths.append((reach, max(reach, reach + before + extra - 1)))
        outputs.append(slice(before, before + (n - 1) * stride + extra))
    dilated = [(n - 1) * stride + 1 for n, stride in zip(shape[1:-1], strides, strict=True)]
    x = pad_to_slices(x, [Cut(0, shape[0]), *cuts, Cut(0, shape[-1])], (shape[0], *dilated, shape[-1]))
    reversed_kernel = xp.swapaxes(xp.flip(kernel, tuple(range(len(window)))), -1, -2)
    result = _valid_conv(pad_spatial(x, widths), reversed_kernel, (1,) * len(window), dilation)
    return from_channels_last(result[(slice(None), *outputs)], data_format)


def _unfold(g: Any, y: Any, x: Any, *window: Any) -> Any:
    return native("nn.convolution.fold")(g, xp.sizes(x)[2:], *window)


def _fold(g: Any, y: Any, x: Any, size: Any, *window: Any) -> Any:
    return native("nn.convolution.unfold")(g, *window)


RULES = FamilyRules(
    vjps={
        "nn.convolution.conv": _conv,
        "nn.convolution.fold": {0: _fold},
        "nn.convolution.unfold": {0: _unfold},
    },
    decompositions={
        "nn.convolution.conv": _padded_conv,
        "nn.convolution.conv_transpose": _conv_transpose,
        "nn.convolution.depthwise_conv": _depthwise_conv,
    },
)
