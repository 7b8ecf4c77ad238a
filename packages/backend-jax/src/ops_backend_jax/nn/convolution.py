"""JAX, family nn.convolution."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import kernel
from ops_common import shapes

Tensor = Any


def _with_bias(out: Tensor, bias: Tensor | None, data_format: str) -> Tensor:
    if bias is None:
        return out
    last = data_format == "channels_last"
    shapes.check_bias(bias.shape, out.shape[-1 if last else 1])
    return out + (bias if last else lax.expand_dims(bias, range(1, out.ndim - 1)))


@kernel(static=(2, 3, 4, 5))
def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    # Checked here, while tracing: for a window that does not fit, JAX returns an empty result.
    shape = shapes.conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    if 0 in kernel.shape:
        return _with_bias(jnp.zeros(shape, inputs.dtype), bias, data_format)
    spatial = "DHW"[-len(strides) :]
    layout = f"N{spatial}C" if data_format == "channels_last" else f"NC{spatial}"
    channels = inputs.shape[layout.index("C")]
    causal = [(dilation_rate[0] * (kernel.shape[0] - 1), 0)]
    out = lax.conv_general_dilated(
        inputs,
        kernel,
        strides,
        causal if padding == "causal" else padding.upper(),
        rhs_dilation=dilation_rate,
        dimension_numbers=(layout, f"{spatial}IO", layout),
        feature_group_count=channels // kernel.shape[-2],
    )
    return _with_bias(out, bias, data_format)


@kernel(static=(2, 3, 4, 5))
def depthwise_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    shape = shapes.depthwise_conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)

    # XLA fuses the products into one pass over the output. Its own convolution of single channels takes twenty times as
    # long on CPUs.
    def product(x: Tensor, window: Tensor) -> Tensor:
        return x[..., None] * window

    settings = (strides, padding, data_format, dilation_rate)
    return _over_window(inputs, kernel, bias, *settings, shape, kernel.shape[-2:], product)


def grouped_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    """`conv` of groups of channels, as products of matrices."""
    shape = shapes.conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    channels, filters = kernel.shape[-2:]
    groups = inputs.shape[-1 if data_format == "channels_last" else 1] // channels

    def product(x: Tensor, window: Tensor) -> Tensor:
        x = x.reshape(*x.shape[:-1], groups, channels)
        return jnp.einsum("...gc,cgo->...go", x, window.reshape(channels, groups, filters // groups))

    settings = (strides, padding, data_format, dilation_rate)
    return _over_window(inputs, kernel, bias, *settings, shape, (groups, filters // groups), product)


def _over_window(
    inputs: Tensor,
    kernel: Tensor,
    bias: Tensor | None,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    shape: tuple[Any, ...],
    channels: tuple[int, ...],
    product: Callable[[Tensor, Tensor], Tensor],
) -> Tensor:
    """Returns a convolution as the sum over the positions in the window of products of shape ``(batch, *spatial,
    *channels)``. ``shape`` is that of the result."""
    x = jnp.moveaxis(inputs, 1, -1) if data_format == "channels_first" else inputs
    window = kernel.shape[:-2]
    pads = [(0, 0)] * len(window)
    if padding == "same":
        pads = [shapes.same_padding(*each) for each in zip(x.shape[1:-1], window, strides, dilation_rate, strict=True)]
    elif padding == "causal":
        pads = [(dilation_rate[0] * (window[0] - 1), 0)]
    wide = jnp.promote_types(inputs.dtype, np.float32)
    x = jnp.pad(x, [(0, 0), *pads, (0, 0)])
    counts = shape[1:-1] if data_format == "channels_last" else shape[2:]
    out = jnp.zeros((x.shape[0], *counts, *channels), wide)
    for place in itertools.product(*map(range, window)):
        cuts = (
            slice(p * rate, p * rate + max(count - 1, 0) * step + 1, step)
            for p, rate, count, step in zip(place, dilation_rate, counts, strides, strict=True)
        )
        if out.size:
            out = out + product(x[(slice(None), *cuts)].astype(wide), kernel[place].astype(wide))
    out = out.reshape(*out.shape[: -len(channels)], math.prod(channels))
    out = _with_bias(out, bias, "channels_last").astype(inputs.dtype)
    return jnp.moveaxis(out, -1, 1) if data_format == "channels_first" else out


@kernel(static=(2, 3, 4, 5, 6))
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
    shape: Any = shapes.conv_transpose(
        inputs.shape, kernel.shape, strides, padding, output_padding, data_format, dilation_rate
    )
    if 0 in inputs.shape or 0 in shape:
        return _with_bias(jnp.zeros(shape, inputs.dtype), bias, data_format)
    spatial = "DHW"[-len(strides) :]
    layout = f"N{spatial}C" if data_format == "channels_last" else f"NC{spatial}"
    pads: list[tuple[int, int]] = []
    for axis, *each in zip(spatial, kernel.shape[:-2], strides, output_padding, dilation_rate, strict=True):
        numbers: list[Any] = each
        k, step, amount, rate = numbers
        before, extra = shapes.transposed_window(k, step, padding, amount, rate)
        at = layout.index(axis)
        pad = rate * (k - 1) - before, before + extra - 1
        # XLA mistakes such an axis for one of groups, and crashes the process if another axis has a window wider than
        # its input. One additional position, cut off afterwards, avoids that.
        pads.append((0, 1) if (k, step, rate, pad) == (2, 2, 1, (0, 0)) else pad)
        assert shape[at] == (inputs.shape[at] - 1) * step + extra
    out = lax.conv_general_dilated(
        inputs,
        lax.rev(kernel, range(len(strides))),
        (1,) * len(strides),
        pads,
        lhs_dilation=strides,
        rhs_dilation=dilation_rate,
        dimension_numbers=(layout, f"{spatial}OI", layout),
    )
    out = out if out.shape == shape else lax.slice(out, (0,) * len(shape), shape)
    return _with_bias(out, bias, data_format)


biased_conv = conv
biased_depthwise_conv = depthwise_conv
biased_conv_transpose = conv_transpose


def _cut(place: Any, counts: Any, dilation: Any, stride: Any) -> tuple[slice, ...]:
    """Returns the positions, along the two last axes, of the windows' elements at this place in the window."""
    return tuple(
        slice(p * rate, p * rate + (count - 1) * step + 1, step)
        for p, count, rate, step in zip(place, counts, dilation, stride, strict=True)
    )


def _positions(sizes: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> list[Any]:
    return [
        shapes.window(size + 2 * amount, k, step, "valid", rate)
        for size, k, rate, amount, step in zip(sizes, kernel_size, dilation, padding, stride, strict=True)
    ]


@kernel(static=(1, 2, 3, 4))
def unfold(
    x: Tensor,
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Tensor:
    shape = shapes.unfold(x.shape, kernel_size, dilation, padding, stride)
    counts = _positions(x.shape[2:], kernel_size, dilation, padding, stride)
    x = jnp.pad(x, ((0, 0), (0, 0), *((amount, amount) for amount in padding)))
    places = itertools.product(*map(range, kernel_size))
    return jnp.stack([x[(..., *_cut(place, counts, dilation, stride))] for place in places], 2).reshape(shape)


@kernel(static=(1, 2, 3, 4, 5))
def fold(
    x: Tensor,
    output_size: tuple[int, int],
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Tensor:
    shape: Any = shapes.fold(x.shape, output_size, kernel_size, dilation, padding, stride)
    counts = _positions(output_size, kernel_size, dilation, padding, stride)
    parts = x.reshape(*shape[:2], *kernel_size, *counts)
    zero, out = np.zeros((), x.dtype), None
    for place in itertools.product(*map(range, kernel_size)):
        # Negative amounts remove what padding had added.
        config = [(0, 0, 0)] * 2
        for p, count, rate, amount, step, size in zip(
            place, counts, dilation, padding, stride, output_size, strict=True
        ):
            low = p * rate - amount
            config.append((low, size - low - (count - 1) * step - 1, step - 1))
        part = lax.pad(parts[:, :, place[0], place[1]], zero, config)
        out = part if out is None else out + part
    return out  # type: ignore[return-value]  # a window has at least one position
