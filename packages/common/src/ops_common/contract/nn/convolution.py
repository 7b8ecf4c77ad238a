"""Contract, family nn.convolution."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

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
    filters) in both data formats. Padding is "valid", "same" (the odd element is added after) or "causal" (1 axis; all
    of it is added before)."""
    ...


@optional
def biased_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None,
) -> Tensor:
    """`conv`, plus a bias of shape (filters,) along the axis of channels, if there is one.

    The function raises an error for a bias of another shape. Without this function, `ops` adds the bias to the result
    of `conv`.
    """
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
    """Convolution of each channel separately, of float tensors. The kernel's shape is (*window, channels, multiplier)
    in both data formats; the outputs of one channel are adjacent. Padding is "valid" or "same"."""
    ...


@optional
def biased_depthwise_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None,
) -> Tensor:
    """`depthwise_conv`, plus a bias of shape (channels * multiplier,) along the axis of channels, if there is one.

    The function raises an error for a bias of another shape. Without this function, `ops` adds the bias to the result
    of `depthwise_conv`.
    """
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
    """Transposed convolution, which is the gradient of `conv` with respect to its input, of float tensors. The kernel's
    shape is (*window, filters, channels) in both data formats. `ops_common.shapes.transposed_window` computes what is
    cut off and added at the ends."""
    ...


@optional
def biased_conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int | None, ...],
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None,
) -> Tensor:
    """`conv_transpose`, plus a bias of shape (filters,) along the axis of channels, if there is one.

    The function raises an error for a bias of another shape. Without this function, `ops` adds the bias to the result
    of `conv_transpose`.
    """
    ...


@required
def unfold(
    x: Tensor,
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Tensor:
    """The windows of zero-padded channels-first images, each as a column: from (batch, channels, height, width) to
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
    """Images in which each of the windows that `unfold` returns is added at its position. Any dtype but bool."""
    ...
