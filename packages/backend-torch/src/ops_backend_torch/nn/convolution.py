"""PyTorch, family nn.convolution. torch's layout is channels first; a permuted view of channels-last memory is what its
channels-last kernels take, so that nothing is copied either way."""

from __future__ import annotations

from typing import Any

import torch

from ops_common import shapes

Tensor = Any

_CONV = (torch.conv1d, torch.conv2d, torch.conv3d)


def to_channels_first(x: Tensor) -> Tensor:
    rank = x.dim()
    return torch.permute(x, (0, rank - 1, *range(1, rank - 1)))


def to_channels_last(x: Tensor) -> Tensor:
    return torch.permute(x, (0, *range(2, x.dim()), 1))


def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Tensor:
    if inputs.numel() == 0 or kernel.numel() == 0:  # torch refuses some of these
        shape: Any = shapes.conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
        return inputs.new_zeros(shape)
    last = data_format == "channels_last"
    if last and len(strides) == 1:  # torch has channels-last kernels for two and three axes
        deep = conv(inputs.unsqueeze(1), kernel.unsqueeze(0), (1, *strides), padding, data_format, (1, *dilation_rate))
        return deep.squeeze(1)
    x = to_channels_first(inputs) if last else inputs
    axes = len(strides)
    window = kernel.shape[:-2]
    amount: tuple[int, ...] = (0,) * axes
    if padding == "causal":
        x = torch.nn.functional.pad(x, (dilation_rate[-1] * (window[-1] - 1), 0))
    elif padding == "same":
        pairs = [
            shapes.same_padding(size, k, stride, rate)
            for size, k, stride, rate in zip(x.shape[2:], window, strides, dilation_rate, strict=True)
        ]
        # torch pads both ends alike; the odd elements are added before.
        if any(before != after for before, after in pairs):
            x = torch.nn.functional.pad(x, [n for b, a in reversed(pairs) for n in (0, a - b)])
        amount = tuple(before for before, _ in pairs)
    weight = torch.permute(kernel, (axes + 1, axes, *range(axes)))
    groups = x.shape[1] // kernel.shape[-2]
    out = _CONV[axes - 1](x, weight, None, strides, amount, dilation_rate, groups)
    return to_channels_last(out) if last else out
