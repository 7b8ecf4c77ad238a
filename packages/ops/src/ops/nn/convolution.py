"""Family nn.convolution."""

from __future__ import annotations

from typing import Any

from ops import _rules as rules
from ops._declare import primitive
from ops._types import Operand, Tensor
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
