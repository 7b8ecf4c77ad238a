"""TensorFlow, family nn.convolution. The processor's kernels, and those of the gradients, know channels last, no groups
and no dilation: channels first is a transpose away (which TensorFlow's graph optimizer takes out again on a GPU),
groups are convolved one by one unless each has one channel, and dilation is tf.nn.convolution's matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import ints, raw_ops

Tensor = Any


def channels_last(x: Tensor, data_format: str) -> Tensor:
    """The tensor with its channels after the spatial axes."""
    if data_format == "channels_last":
        return x
    rank = x.shape.rank
    return raw_ops.Transpose(x=x, perm=ints(x, (0, *range(2, rank), 1)))


def as_given(x: Tensor, data_format: str) -> Tensor:
    """What `channels_last` changed, changed back."""
    if data_format == "channels_last":
        return x
    rank = x.shape.rank
    return raw_ops.Transpose(x=x, perm=ints(x, (0, rank - 1, *range(1, rank - 1))))


def check_fit(x: Tensor, window: Any, padding: str) -> None:
    """ValueError where a window is wider than the channels-last tensor: TensorFlow answers an empty tensor."""
    spatial = x.shape.as_list()[1:-1]
    if padding == "VALID" and any(n is not None and n < k for n, k in zip(spatial, window, strict=True)):
        raise ValueError(f"a window of {tuple(window)} does not fit into {tuple(spatial)}")


def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Tensor:
    x = channels_last(inputs, data_format)
    if padding == "causal":
        before = dilation_rate[0] * (kernel.shape[0] - 1)
        x, padding = raw_ops.Pad(input=x, paddings=ints(x, ((0, 0), (before, 0), (0, 0)))), "valid"
    if len(strides) == 1:  # TensorFlow has kernels for two and three axes
        x, kernel = raw_ops.ExpandDims(input=x, axis=ints(x, 1)), raw_ops.ExpandDims(input=kernel, axis=ints(kernel, 0))
        out = _convolve(x, kernel, (1, *strides), padding.upper(), (1, *dilation_rate))
        return as_given(raw_ops.Squeeze(input=out, axis=(1,)), data_format)
    return as_given(_convolve(x, kernel, strides, padding.upper(), dilation_rate), data_format)


def _convolve(x: Tensor, kernel: Tensor, strides: Any, padding: str, dilation: Any) -> Tensor:
    groups = x.shape[-1] // kernel.shape[-2]
    if groups * kernel.shape[-2] != x.shape[-1] or kernel.shape[-1] % groups:
        raise ValueError(f"{x.shape[-1]} channels, a kernel for {kernel.shape[-2]}, {kernel.shape[-1]} filters")
    check_fit(x, [rate * (k - 1) + 1 for k, rate in zip(kernel.shape[:-2], dilation, strict=True)], padding)
    dilated = max(dilation) > 1
    if groups == 1:
        return (_dilated if dilated else _plain)(x, kernel, strides, padding, dilation)
    if kernel.shape[-2] == 1 and len(strides) == 2 and not dilated and strides[0] == strides[1]:
        each = raw_ops.Reshape(tensor=kernel, shape=(*kernel.shape[:2], x.shape[-1], -1))
        return raw_ops.DepthwiseConv2dNative(input=x, filter=each, strides=(1, *strides, 1), padding=padding)
    one: Callable[..., Tensor] = _dilated if dilated else _plain
    parts = zip(tf.split(x, groups, -1), tf.split(kernel, groups, -1), strict=True)
    return tf.concat([one(part, own, strides, padding, dilation) for part, own in parts], -1)


def _plain(x: Tensor, kernel: Tensor, strides: Any, padding: str, dilation: Any) -> Tensor:
    convolve = raw_ops.Conv2D if len(strides) == 2 else raw_ops.Conv3D
    return convolve(input=x, filter=kernel, strides=(1, *strides, 1), padding=padding)


def _dilated(x: Tensor, kernel: Tensor, strides: Any, padding: Any, dilation: Any) -> Tensor:
    return tf.nn.convolution(x, kernel, strides=strides, padding=padding, dilations=dilation)
