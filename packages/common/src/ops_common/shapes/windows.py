"""Shapes of convolutions, pooling and other functions of windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from ops_common.errors import ShapeError
from ops_common.shapes.axes import Dim, Shape, size

__all__ = [
    "adaptive_pool",
    "adaptive_windows",
    "check_bias",
    "conv",
    "conv_transpose",
    "depthwise_conv",
    "fold",
    "pool",
    "same_padding",
    "transposed_window",
    "unfold",
    "window",
]


@overload
def window(size: int, kernel: int, stride: int, padding: str, dilation: int = 1) -> int: ...


@overload
def window(size: Dim, kernel: Dim, stride: int, padding: str, dilation: int = 1) -> Dim: ...


def window(size: Dim, kernel: Dim, stride: int, padding: str, dilation: int = 1) -> Dim:
    """Returns the number of window positions along one axis for padding "valid", "same" or "causal"."""
    if size is None:
        return None
    if padding in ("same", "causal"):
        return -(-size // stride)
    if kernel is None:
        return None
    reach = dilation * (kernel - 1) + 1
    if size < reach:
        raise ShapeError(f"a window of {reach} elements does not fit into an axis of size {size} without padding")
    return (size - reach) // stride + 1


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Returns the (before, after) amounts that padding "same" adds to one axis; an odd element is added after."""
    total = max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
    return total // 2, total - total // 2


def _spatial(shape: Shape, data_format: str, what: str) -> tuple[Dim, Shape]:
    """Returns channels and spatial sizes of a batched tensor."""
    if len(shape) not in (3, 4, 5):
        raise ShapeError(f"{what} must have rank 3, 4 or 5 (batch, spatial axes, channels); got shape {shape}")
    return (shape[-1], shape[1:-1]) if data_format == "channels_last" else (shape[1], shape[2:])


def _with_spatial(batch: Dim, spatial: Shape, channels: Dim, data_format: str) -> Shape:
    return (batch, *spatial, channels) if data_format == "channels_last" else (batch, channels, *spatial)


def conv(
    shape: Shape, kernel: Shape, strides: Sequence[int], padding: str, data_format: str, dilation: Sequence[int]
) -> Shape:
    """Returns the shape of a convolution; the kernel's shape is (*window, channels / groups, filters)."""
    channels, spatial = _spatial(shape, data_format, "inputs")
    if len(kernel) != len(shape):
        raise ShapeError(f"the kernel must have rank {len(shape)} for inputs of shape {shape}; got shape {kernel}")
    depth, filters = kernel[-2:]
    if channels is not None and depth is not None:
        groups = channels // depth if depth else 0  # no channels means no groups, and sums over nothing
        if groups * depth != channels or (depth and not groups and filters):
            raise ShapeError(
                f"the {channels} channels of inputs of shape {shape} must be a multiple of the kernel's {depth}"
            )
        if filters is not None and groups and filters % groups:
            raise ShapeError(f"the number of filters must be a multiple of the {groups} groups; got {filters}")
    out = tuple(
        window(size, k, stride, padding, rate)
        for size, k, stride, rate in zip(spatial, kernel[:-2], strides, dilation, strict=True)
    )
    return _with_spatial(shape[0], out, filters, data_format)


def check_bias(bias: Shape, count: Dim) -> None:
    """Raises ShapeError unless a bias is a vector of this many numbers, one for each filter."""
    if len(bias) != 1 or (None not in (bias[0], count) and bias[0] != count):
        fits = "(filters,)" if count is None else f"({count},)"
        raise ShapeError(f"bias must have shape {fits}, a number for each filter; got shape {bias}")


def depthwise_conv(
    shape: Shape, kernel: Shape, strides: Sequence[int], padding: str, data_format: str, dilation: Sequence[int]
) -> Shape:
    """Returns the shape of a depthwise convolution; the kernel's shape is (*window, channels, multiplier)."""
    channels, spatial = _spatial(shape, data_format, "inputs")
    if len(kernel) != len(shape):
        raise ShapeError(f"the kernel must have rank {len(shape)} for inputs of shape {shape}; got shape {kernel}")
    depth, multiplier = kernel[-2:]
    if channels is not None and depth is not None and channels != depth:
        raise ShapeError(
            "inputs and kernel must have the same number of channels; "
            f"got {channels} in {shape} and {depth} in {kernel}"
        )
    channels = depth if channels is None else channels
    filters = None if channels is None or multiplier is None else channels * multiplier
    grouped = (*kernel[:-2], 1, filters)
    return conv(
        _with_spatial(shape[0], spatial, channels, data_format),
        grouped,
        strides,
        padding,
        data_format,
        dilation,
    )


def transposed_window(
    kernel: int, stride: int, padding: str, output_padding: int | None, dilation: int
) -> tuple[int, int]:
    """Returns ``(before, extra)``, which define the result of a transposed convolution along one axis.

    Its sums are one stride apart; the first ``before`` positions are cut off, and the result has ``(size - 1) * stride
    + extra`` positions, with zeros where no sum contributes.
    """
    reach = dilation * (kernel - 1) + 1
    if padding == "valid":
        return 0, max(reach, stride) if output_padding is None else reach + output_padding
    if output_padding is None:
        return max(reach - stride, 0) // 2, stride
    # As a "same" convolution pads: the amount cut off is split evenly, and an odd position is cut off at the end.
    cut = 2 * (reach // 2) - output_padding
    return max(cut, 0) // 2, reach - cut


def conv_transpose(
    shape: Shape,
    kernel: Shape,
    strides: Sequence[int],
    padding: str,
    output_padding: Sequence[int | None],
    data_format: str,
    dilation: Sequence[int],
) -> Shape:
    """Returns the shape of a transposed convolution; the kernel's shape is (*window, filters, channels)."""
    channels, spatial = _spatial(shape, data_format, "inputs")
    if len(kernel) != len(shape):
        raise ShapeError(f"the kernel must have rank {len(shape)} for inputs of shape {shape}; got shape {kernel}")
    filters, depth = kernel[-2:]
    if channels is not None and depth is not None and channels != depth:
        raise ShapeError(
            "inputs and kernel must have the same number of channels; "
            f"got {channels} in {shape} and {depth} in {kernel}"
        )
    out: list[Dim] = []
    windows = zip(spatial, kernel[:-2], strides, output_padding, dilation, strict=True)
    for length, k, step, amount, rate in windows:
        # With padding "same", only whether the dilated kernel's size is even matters, and that for an output_padding.
        is_fixed = padding == "same" and (amount is None or rate % 2 == 0)
        if length is None or (k is None and not is_fixed):
            out.append(None)
        else:
            size = 1 if k is None else k
            out.append(max((length - 1) * step + transposed_window(size, step, padding, amount, rate)[1], 0))
    return _with_spatial(shape[0], tuple(out), filters, data_format)


def adaptive_windows(size: int, count: int) -> tuple[list[int], list[int]]:
    """Returns where ``count`` windows that cover an axis evenly start and end; neighbours overlap if necessary."""
    return [i * size // count for i in range(count)], [-(-(i + 1) * size // count) for i in range(count)]


def adaptive_pool(shape: Shape, output_size: Sequence[int], data_format: str) -> Shape:
    """Returns the shape of a pooling to a given size."""
    channels, spatial = _spatial(shape, data_format, "inputs")
    if 0 in spatial:
        raise ShapeError(f"an axis of size 0 cannot be pooled to a given size; got shape {shape}")
    return _with_spatial(shape[0], tuple(output_size), channels, data_format)


def unfold(
    shape: Shape,
    kernel_size: Sequence[int],
    dilation: Sequence[int],
    padding: Sequence[int],
    stride: Sequence[int],
) -> Shape:
    """Returns the shape of the windows of channels-first images, each as a column."""
    if len(shape) != 4:
        raise ShapeError(f"images must have shape (batch, channels, height, width); got {shape}")
    counts = tuple(
        None if size is None else window(size + 2 * amount, k, step, "valid", rate)
        for size, k, rate, amount, step in zip(shape[2:], kernel_size, dilation, padding, stride, strict=True)
    )
    channels = shape[1]
    return shape[0], None if channels is None else channels * kernel_size[0] * kernel_size[1], size(counts)


def fold(
    shape: Shape,
    output_size: Sequence[int],
    kernel_size: Sequence[int],
    dilation: Sequence[int],
    padding: Sequence[int],
    stride: Sequence[int],
) -> Shape:
    """Returns the shape of images that are summed from windows; see `unfold`."""
    if len(shape) != 3:
        raise ShapeError(f"windows must have shape (batch, channels * window, positions); got {shape}")
    area = kernel_size[0] * kernel_size[1]
    if shape[1] is not None and shape[1] % area:
        raise ShapeError(f"axis 1 of {shape} is not a multiple of the window's {area} elements")
    channels = None if shape[1] is None else shape[1] // area
    image = (shape[0], channels, *output_size)
    positions = unfold(image, kernel_size, dilation, padding, stride)[2]
    if shape[2] is not None and shape[2] != positions:
        raise ShapeError(
            f"windows {tuple(kernel_size)} have {positions} positions in {tuple(output_size)}; got {shape}"
        )
    return image


def pool(shape: Shape, pool_size: Sequence[int], strides: Sequence[int], padding: str, data_format: str) -> Shape:
    """Returns the shape of a pooling."""
    channels, spatial = _spatial(shape, data_format, "inputs")
    out = tuple(window(s, k, stride, padding) for s, k, stride in zip(spatial, pool_size, strides, strict=True))
    return _with_spatial(shape[0], out, channels, data_format)
