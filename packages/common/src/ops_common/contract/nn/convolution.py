"""Contract, family nn.convolution."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import required

Tensor = Any


@required
def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Tensor:
    """Convolution over 1, 2 or 3 spatial axes of float tensors. The kernel's shape is (*window, channels / groups,
    filters) in both data formats. Padding is "valid", "same" (the odd element goes after) or "causal" (1 axis; all of
    it goes before)."""
    ...


@required
def depthwise_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Tensor:
    """Convolution of each channel by itself, of float tensors. The kernel's shape is (*window, channels, multiplier) in
    both data formats; the answers of one channel stand side by side. Padding is "valid" or "same"."""
    ...


@required
def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int | None, ...],
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Tensor:
    """What `conv` is to its input's gradient, of float tensors. The kernel's shape is (*window, filters, channels) in
    both data formats. What is cut off and added at the ends says `ops_common.shapes.transposed_window`."""
    ...


@required
def unfold(
    x: Tensor,
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Tensor:
    """The windows of zero-padded images with channels first, each as a column: from (batch, channels, height, width) to
    (batch, channels * window, positions). Any dtype."""
    ...


@required
def fold(
    x: Tensor,
    output_size: tuple[int, int],
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Tensor:
    """Images in which each of the windows that `unfold` answers is added at its place. Any dtype but bool."""
    ...
