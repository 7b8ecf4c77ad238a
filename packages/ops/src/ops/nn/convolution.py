"""Family nn.convolution."""

from __future__ import annotations

from typing import Any

from ops._declaration import canonical_int, canonical_shape, composite, primitive, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.elementwise import add
from ops.manipulation import expand_dims
from ops.nn._windows import data_format_name, padding_name, per_axis, spatial_rank
from ops_common import shapes
from ops_common.errors import ArgumentError

__all__ = [
    "conv",
    "conv_transpose",
    "depthwise_conv",
    "fold",
    "separable_conv",
    "unfold",
]


def _with_bias(result: Any, bias: Any, data_format: str) -> Any:
    """Returns the result of a convolution plus the bias, if there is one, along the axis of channels."""
    if bias is None:
        return result
    sizes = shape_of(result)
    is_last = data_format == "channels_last"
    shapes.check_bias(shape_of(bias), sizes[-1 if is_last else 1])
    return add(result, bias if is_last else expand_dims(bias, tuple(range(1, len(sizes) - 1))))


def _biased(shape: shapes.Shape, bias: Any, data_format: str) -> shapes.Shape:
    """Returns the shape of a convolution whose result without the bias has this shape."""
    if bias is None:
        return shape
    axis = len(shape) - 1 if data_format == "channels_last" else 1
    shapes.check_bias(bias.shape, shape[axis])
    return (*shape[:axis], bias.shape[0], *shape[axis + 1 :]) if shape[axis] is None else shape


@reads(inputs="rank")
def _canonical(
    inputs: Any, kernel: Any, strides: Any, padding: Any, data_format: Any, dilation_rate: Any, bias: Any
) -> tuple[Any, ...]:
    rank = spatial_rank(inputs)
    padding = padding_name(padding, ("valid", "same", "causal") if rank == 1 else ("valid", "same"))
    steps, dilation = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    return inputs, kernel, steps, padding, data_format_name(data_format), dilation, bias


def _shape(
    inputs: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation_rate: Any, bias: Any = None
) -> shapes.Shape:
    shape = shapes.conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return _biased(shape, bias, data_format)


# The contract's kernels without a bias, which every backend has. Arguments are canonical.
@primitive(dtype=rules.REAL_FLOATS, shape=_shape, kernel="conv")
def _conv(
    inputs: Operand, kernel: Operand, strides: Any, padding: str, data_format: str, dilation_rate: Any
) -> Tensor: ...


@composite(dtype=rules.REAL_FLOATS, shape=_shape, canonical=_canonical, kernel="biased_conv")
def conv(
    inputs: Operand,
    kernel: Operand,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
    *,
    bias: Operand | None = None,
) -> Tensor:
    """The convolution (cross-correlation) over 1, 2 or 3 spatial axes.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        kernel: shape (*window, channels / groups, filters), in both data formats; if it has fewer channels than the
            inputs, the convolution is grouped.
        strides: the step of the window, one int or one for each spatial axis.
        padding: "valid" (none), "same" (the output has ceil(size / stride) positions) or, with one spatial axis,
            "causal" (all padding is before the first element).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: the distance between the window's elements.
        bias: shape (filters,), a number to add to each filter's outputs; None for 0.

    Returns:
        A float tensor of shape (batch, *positions, filters), or (batch, filters, *positions).

    Raises:
        ShapeError: the channels do not fit the kernel, the window does not fit the inputs, or the bias does not fit
            the filters.
        ArgumentError: the padding or data format is unknown, or a stride or dilation is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.conv(ops.ones((1, 8, 8, 3)), ops.ones((3, 3, 3, 16)), padding="same", bias=ops.zeros(16)))
        (1, 8, 8, 16)
    """
    result = _conv(inputs, kernel, strides, padding, data_format, dilation_rate)  # type: ignore[arg-type]  # canonical
    return _with_bias(result, bias, data_format)  # type: ignore[arg-type]  # canonical


@reads(inputs="rank")
def _depthwise_canonical(
    inputs: Any, kernel: Any, strides: Any, padding: Any, data_format: Any, dilation_rate: Any, bias: Any
) -> tuple[Any, ...]:
    rank = spatial_rank(inputs)
    padding = padding_name(padding, ("valid", "same"))
    steps, dilation = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    return inputs, kernel, steps, padding, data_format_name(data_format), dilation, bias


def _depthwise_shape(
    inputs: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation_rate: Any, bias: Any = None
) -> shapes.Shape:
    shape = shapes.depthwise_conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return _biased(shape, bias, data_format)


@primitive(dtype=rules.REAL_FLOATS, shape=_depthwise_shape, kernel="depthwise_conv")
def _depthwise_conv(
    inputs: Operand, kernel: Operand, strides: Any, padding: str, data_format: str, dilation_rate: Any
) -> Tensor: ...


@composite(
    dtype=rules.REAL_FLOATS, shape=_depthwise_shape, canonical=_depthwise_canonical, kernel="biased_depthwise_conv"
)
def depthwise_conv(
    inputs: Operand,
    kernel: Operand,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
    *,
    bias: Operand | None = None,
) -> Tensor:
    """The depthwise convolution, of each channel separately, over 1, 2 or 3 spatial axes.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        kernel: shape (*window, channels, multiplier), in both data formats; multiplier is the number of filters for
            each channel.
        strides: the step of the window, one int or one for each spatial axis.
        padding: "valid" (none) or "same" (the output has ceil(size / stride) positions).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: the distance between the window's elements, one int or one for each spatial axis.
        bias: shape (channels * multiplier,), a number to add to each filter's outputs; None for 0.

    Returns:
        A float tensor of shape (batch, *positions, channels * multiplier), with the outputs of a channel next to each
        other, or (batch, channels * multiplier, *positions).

    Raises:
        ShapeError: the channels do not fit the kernel, the window does not fit the inputs, or the bias does not fit
            the filters.
        ArgumentError: the padding or data format is unknown, or a stride or dilation is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.depthwise_conv(ops.ones((1, 8, 8, 3)), ops.ones((3, 3, 3, 2))))
        (1, 6, 6, 6)
    """
    result = _depthwise_conv(inputs, kernel, strides, padding, data_format, dilation_rate)  # type: ignore[arg-type]  # canonical
    return _with_bias(result, bias, data_format)  # type: ignore[arg-type]  # canonical


@reads(inputs="rank")
def _separable_canonical(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    dilation_rate: Any,
    bias: Any,
) -> tuple[Any, ...]:
    first, depthwise_kernel, *options, _ = _depthwise_canonical(
        inputs, depthwise_kernel, strides, padding, data_format, dilation_rate, None
    )
    return first, depthwise_kernel, pointwise_kernel, *options, bias


@composite(dtype=rules.REAL_FLOATS, canonical=_separable_canonical, kernel=None)
def separable_conv(
    inputs: Operand,
    depthwise_kernel: Operand,
    pointwise_kernel: Operand,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
    *,
    bias: Operand | None = None,
) -> Tensor:
    """The separable convolution: a `depthwise_conv`, then a `conv` with a window of one element that mixes channels.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        depthwise_kernel: shape (*window, channels, multiplier), in both data formats.
        pointwise_kernel: shape (1, ..., 1, channels * multiplier, filters).
        strides: see `depthwise_conv`, as for the other arguments.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: the distance between the window's elements.
        bias: shape (filters,), a number to add to the outputs of each filter of the pointwise kernel; None for 0.

    Returns:
        A float tensor of shape (batch, *positions, filters), or (batch, filters, *positions).

    Raises:
        ShapeError: the channels do not fit the kernels, the window does not fit the inputs, or the bias does not fit
            the filters.
        ArgumentError: the padding or data format is unknown, or a stride or dilation is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.separable_conv(ops.ones((1, 8, 8, 3)), ops.ones((3, 3, 3, 2)), ops.ones((1, 1, 6, 4))))
        (1, 6, 6, 4)
    """
    apart = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(apart, pointwise_kernel, 1, "valid", data_format, 1, bias=bias)


@reads(inputs="rank")
def _transposed_canonical(
    inputs: Any,
    kernel: Any,
    strides: Any,
    padding: Any,
    output_padding: Any,
    data_format: Any,
    dilation_rate: Any,
    bias: Any,
) -> tuple[Any, ...]:
    rank = spatial_rank(inputs)
    padding = padding_name(padding, ("valid", "same"))
    steps, dilation = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    paddings = (None,) if output_padding is None else output_padding
    if not isinstance(paddings, (list, tuple)):
        paddings = canonical_shape(paddings, name="output_padding")
    amounts = tuple([None if amount is None else canonical_int(amount) for amount in paddings])
    amounts = amounts * rank if len(amounts) == 1 else amounts
    if len(amounts) != rank or any(amount is not None and amount < 0 for amount in amounts):
        raise ArgumentError(
            f"output_padding must be None or a non-negative int, or one for each of the {rank} spatial axes; "
            f"got {output_padding!r}"
        )
    return inputs, kernel, steps, padding, amounts, data_format_name(data_format), dilation, bias


def _transposed_shape(
    inputs: Any,
    kernel: Any,
    strides: Any,
    padding: str,
    output_padding: Any,
    data_format: str,
    dilation_rate: Any,
    bias: Any = None,
) -> shapes.Shape:
    shape = shapes.conv_transpose(
        inputs.shape, kernel.shape, strides, padding, output_padding, data_format, dilation_rate
    )
    return _biased(shape, bias, data_format)


@primitive(dtype=rules.REAL_FLOATS, shape=_transposed_shape, kernel="conv_transpose")
def _conv_transpose(
    inputs: Operand,
    kernel: Operand,
    strides: Any,
    padding: str,
    output_padding: Any,
    data_format: str,
    dilation_rate: Any,
) -> Tensor: ...


@composite(
    dtype=rules.REAL_FLOATS, shape=_transposed_shape, canonical=_transposed_canonical, kernel="biased_conv_transpose"
)
def conv_transpose(
    inputs: Operand,
    kernel: Operand,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
    *,
    bias: Operand | None = None,
) -> Tensor:
    """The transposed convolution over 1, 2 or 3 spatial axes: each element adds its product with the kernel to the
    output.

    With ``reach = dilation * (window - 1) + 1``, the output's size for an axis of n elements is

    * ``max((n - 1) * stride + reach, n * stride)`` for padding "valid" and ``n * stride`` for "same";
    * with an output padding p: ``(n - 1) * stride + reach + p``, minus ``2 * (reach // 2)`` for "same".

    For padding "same", the elements that are cropped are split evenly between both ends, with an odd one at the end.
    If a `conv` with the same strides and padding maps the output's size to the input's, this is its transpose.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        kernel: shape (*window, filters, channels), in both data formats.
        strides: the distance between the inputs' elements in the output, one int or one for each spatial axis.
        padding: "valid" for all positions that a window reaches, or "same", which crops both ends.
        output_padding: the number of elements to add at the end, one int or one for each spatial axis; None for the
            sizes given above.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: the distance between the window's elements, one int or one for each spatial axis.
        bias: shape (filters,), a number to add to each filter's outputs, also where no window reaches; None for 0.

    Returns:
        A float tensor of shape (batch, *sizes, filters), or (batch, filters, *sizes).

    Raises:
        ShapeError: the channels do not fit the kernel, or the bias does not fit the filters.
        ArgumentError: the padding or data format is unknown, a stride or dilation is not positive, or an output padding
            is negative.

    Example:
        >>> import ops
        >>> ops.shape(ops.conv_transpose(ops.ones((1, 8, 8, 3)), ops.ones((3, 3, 5, 3)), 2, "same"))
        (1, 16, 16, 5)
    """
    result = _conv_transpose(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate)  # type: ignore[arg-type]  # canonical
    return _with_bias(result, bias, data_format)  # type: ignore[arg-type]  # canonical


def _pair(value: Any, what: str, least: int) -> tuple[int, int]:
    pair = canonical_shape(value)
    pair = pair * 2 if len(pair) == 1 else pair
    if len(pair) != 2 or min(pair) < least:
        raise ArgumentError(f"{what} must be an int or a pair, {least} or more; got {value!r}")
    return pair  # type: ignore[return-value]  # of length 2


@reads()
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
        padding: the number of rows and columns of zeros to add at each end.
        stride: the step of the window.

    Returns:
        A tensor of x's dtype and of shape (batch, channels * window elements, positions).

    Raises:
        ShapeError: x does not have rank 4, or the window does not fit.
        ArgumentError: a size or step is not positive, or the padding is negative.

    Example:
        >>> import ops
        >>> ops.shape(ops.unfold(ops.ones((1, 2, 5, 5)), 3))
        (1, 18, 9)
    """
    ...


@reads()
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
    """Images that are sums of windows: each column is added at the position from which `unfold` takes it.

    Args:
        x: windows of shape (batch, channels * window elements, positions).
        output_size: the height and width of the images, an int or a pair.
        kernel_size: the window, an int or a pair.
        dilation: the distance between the window's elements.
        padding: the number of rows and columns to crop at each end of the sums.
        stride: the step of the window.

    Returns:
        A tensor of x's dtype (bools count as int32) and of shape (batch, channels, *output_size).

    Raises:
        ShapeError: x does not have rank 3, or its sizes are not those of windows of such images.
        ArgumentError: a size or step is not positive, or the padding is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fold(ops.ones((1, 4, 4)), 3, 2))[0, 0]
        array([[1., 2., 1.],
               [2., 4., 2.],
               [1., 2., 1.]], dtype=float32)
    """
    ...
