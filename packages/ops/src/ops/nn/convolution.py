"""Family nn.convolution."""

from __future__ import annotations

from typing import Any

from ops._declaration import canonical_shape, composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.nn._windows import data_format_name, padding_name, per_axis, spatial_rank
from ops_common import shapes
from ops_common.errors import ArgumentError


def _canonical(
    inputs: Any, kernel: Any, strides: Any, padding: Any, data_format: Any, dilation_rate: Any
) -> tuple[Any, ...]:
    rank = spatial_rank(inputs)
    padding = padding_name(padding, ("valid", "same", "causal") if rank == 1 else ("valid", "same"))
    steps, dilation = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    if max(steps) > 1 and max(dilation) > 1:
        raise ArgumentError(f"strides {steps} and dilation_rate {dilation} cannot both be above 1")
    return inputs, kernel, steps, padding, data_format_name(data_format), dilation


def _shape(inputs: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation_rate: Any) -> shapes.Shape:
    return shapes.conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)


@primitive(dtype=rules.REAL_FLOATS, shape=_shape, canonical=_canonical)
def conv(
    inputs: Operand,
    kernel: Operand,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """Convolution (cross-correlation) over 1, 2 or 3 spatial axes.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        kernel: shape (*window, channels / groups, filters), in both data formats; fewer channels than the inputs' make
            a grouped convolution.
        strides: the step of the window, one int or one for each spatial axis.
        padding: "valid" (none), "same" (the output has ceil(size / stride) positions) or, with one spatial axis,
            "causal" (all of it before the first element).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: the distance between the window's elements; above 1 only with strides of 1.

    Returns:
        A float tensor of shape (batch, *positions, filters), or (batch, filters, *positions).

    Raises:
        ShapeError: the channels do not fit the kernel, or the window does not fit the inputs.
        ArgumentError: an unknown padding or data format, or a stride or dilation that is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.conv(ops.ones((1, 8, 8, 3)), ops.ones((3, 3, 3, 16)), padding="same"))
        (1, 8, 8, 16)
    """
    ...


def _depthwise_canonical(
    inputs: Any, kernel: Any, strides: Any, padding: Any, data_format: Any, dilation_rate: Any
) -> tuple[Any, ...]:
    rank = spatial_rank(inputs)
    steps, dilation = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    return inputs, kernel, steps, padding_name(padding, ("valid", "same")), data_format_name(data_format), dilation


def _depthwise_shape(
    inputs: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation_rate: Any
) -> shapes.Shape:
    return shapes.depthwise_conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)


@primitive(dtype=rules.REAL_FLOATS, shape=_depthwise_shape, canonical=_depthwise_canonical)
def depthwise_conv(
    inputs: Operand,
    kernel: Operand,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """Convolution of each channel by itself, over 1, 2 or 3 spatial axes.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        kernel: shape (*window, channels, multiplier), in both data formats: as many filters for each channel.
        strides: the step of the window, one int or one for each spatial axis.
        padding: "valid" (none) or "same" (the output has ceil(size / stride) positions).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: the distance between the window's elements, one int or one for each spatial axis.

    Returns:
        A float tensor of shape (batch, *positions, channels * multiplier), the answers of one channel side by side, or
        (batch, channels * multiplier, *positions).

    Raises:
        ShapeError: the channels do not fit the kernel, or the window does not fit the inputs.
        ArgumentError: an unknown padding or data format, or a stride or dilation that is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.depthwise_conv(ops.ones((1, 8, 8, 3)), ops.ones((3, 3, 3, 2))))
        (1, 6, 6, 6)
    """
    ...


@composite(dtype=rules.REAL_FLOATS, kernel=None)
def separable_conv(
    inputs: Operand,
    depthwise_kernel: Operand,
    pointwise_kernel: Operand,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """A `depthwise_conv`, and a `conv` with a window of one element that mixes its channels.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        depthwise_kernel: shape (*window, channels, multiplier), in both data formats.
        pointwise_kernel: shape (1, ..., 1, channels * multiplier, filters).
        strides: see `depthwise_conv`, as for the rest.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: the distance between the window's elements.

    Returns:
        A float tensor of shape (batch, *positions, filters), or (batch, filters, *positions).

    Raises:
        ShapeError: the channels do not fit the kernels, or the window does not fit the inputs.
        ArgumentError: an unknown padding or data format, or a stride or dilation that is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.separable_conv(ops.ones((1, 8, 8, 3)), ops.ones((3, 3, 3, 2)), ops.ones((1, 1, 6, 4))))
        (1, 6, 6, 4)
    """
    apart = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(apart, pointwise_kernel, 1, "valid", data_format, 1)


def _transposed_canonical(
    inputs: Any, kernel: Any, strides: Any, padding: Any, output_padding: Any, data_format: Any, dilation_rate: Any
) -> tuple[Any, ...]:
    rank = spatial_rank(inputs)
    padding = padding_name(padding, ("valid", "same"))
    steps, dilation = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    given: Any = output_padding if isinstance(output_padding, (list, tuple)) else (output_padding,) * rank
    amounts = tuple(None if amount is None else canonical_shape(amount)[0] for amount in given)
    if len(amounts) != rank or any(amount is not None and amount < 0 for amount in amounts):
        raise ArgumentError(
            f"output_padding is None or a number that is not negative, for all of the {rank} spatial axes or for each; "
            f"got {output_padding!r}"
        )
    return inputs, kernel, steps, padding, amounts, data_format_name(data_format), dilation


def _transposed_shape(
    inputs: Any, kernel: Any, strides: Any, padding: str, output_padding: Any, data_format: str, dilation_rate: Any
) -> shapes.Shape:
    return shapes.conv_transpose(
        inputs.shape, kernel.shape, strides, padding, output_padding, data_format, dilation_rate
    )


@primitive(dtype=rules.REAL_FLOATS, shape=_transposed_shape, canonical=_transposed_canonical)
def conv_transpose(
    inputs: Operand,
    kernel: Operand,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """Transposed convolution over 1, 2 or 3 spatial axes: each element adds the kernel, times itself, to the output.

    With ``reach = dilation * (window - 1) + 1``, an axis of n elements becomes one of

    * ``max((n - 1) * stride + reach, n * stride)`` for padding "valid" and ``n * stride`` for "same";
    * with an output padding p: ``(n - 1) * stride + reach + p``, for "same" less ``2 * (reach // 2)``.

    For padding "same", the places that are cut off are split evenly between both ends, with an odd one at the end.
    Where a `conv` with the same strides and padding takes the output's size to the input's, this is its transpose.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        kernel: shape (*window, filters, channels), in both data formats.
        strides: the distance at which the inputs' elements are laid out, one int or one for each spatial axis.
        padding: "valid", all places that a window reaches, or "same", which cuts off both ends.
        output_padding: how many places to add at the end, one int or one for each spatial axis; None as said above.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: the distance between the window's elements, one int or one for each spatial axis.

    Returns:
        A float tensor of shape (batch, *sizes, filters), or (batch, filters, *sizes).

    Raises:
        ShapeError: the channels do not fit the kernel.
        ArgumentError: an unknown padding or data format, a stride or dilation that is not positive, or a negative
            output padding.

    Example:
        >>> import ops
        >>> ops.shape(ops.conv_transpose(ops.ones((1, 8, 8, 3)), ops.ones((3, 3, 5, 3)), 2, "same"))
        (1, 16, 16, 5)
    """
    ...


def _pair(value: Any, what: str, least: int) -> tuple[int, int]:
    pair = canonical_shape(value)
    pair = pair * 2 if len(pair) == 1 else pair
    if len(pair) != 2 or min(pair) < least:
        raise ArgumentError(f"{what} is an int or a pair, {least} or more; got {value!r}")
    return pair  # type: ignore[return-value]  # two of them


def _unfold_canonical(x: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> tuple[Any, ...]:
    return (
        x,
        _pair(kernel_size, "kernel_size", 1),
        _pair(dilation, "dilation", 1),
        _pair(padding, "padding", 0),
        _pair(stride, "stride", 1),
    )


@primitive(dtype=rules.KEEP, shape=lambda x, *window: shapes.unfold(x.shape, *window), canonical=_unfold_canonical)
def unfold(x: Operand, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Tensor:
    """The windows of images, each as a column.

    Args:
        x: images of shape (batch, channels, height, width), in any dtype.
        kernel_size: the window, an int or a pair.
        dilation: the distance between the window's elements.
        padding: how many rows and columns of zeros are added at each end.
        stride: the step of the window.

    Returns:
        A tensor of x's dtype and of shape (batch, channels * window elements, positions).

    Raises:
        ShapeError: x has another rank, or the window does not fit.
        ArgumentError: a size or step that is not positive, or a negative padding.

    Example:
        >>> import ops
        >>> ops.shape(ops.unfold(ops.ones((1, 2, 5, 5)), 3))
        (1, 18, 9)
    """
    ...


def _fold_canonical(
    x: Any, output_size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> tuple[Any, ...]:
    window = _unfold_canonical(x, kernel_size, dilation, padding, stride)
    return x, _pair(output_size, "output_size", 1), *window[1:]


@primitive(
    dtype=rules.NUMBERS,
    shape=lambda x, size, *window: shapes.fold(x.shape, size, *window),
    canonical=_fold_canonical,
)
def fold(
    x: Operand, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """Images that are summed up from windows: each column is added where `unfold` would have taken it from.

    Args:
        x: windows of shape (batch, channels * window elements, positions).
        output_size: height and width of the images, an int or a pair.
        kernel_size: the window, an int or a pair.
        dilation: the distance between the window's elements.
        padding: how many rows and columns at each end of the sums are left out.
        stride: the step of the window.

    Returns:
        A tensor of x's dtype (bools count as int32) and of shape (batch, channels, *output_size).

    Raises:
        ShapeError: x has another rank, or its sizes are not those of windows of such images.
        ArgumentError: a size or step that is not positive, or a negative padding.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fold(ops.ones((1, 4, 4)), 3, 2))[0, 0]
        array([[1., 2., 1.],
               [2., 4., 2.],
               [1., 2., 1.]], dtype=float32)
    """
    ...
