"""Family nn.pooling."""

from __future__ import annotations

from typing import Any

from ops._declaration import dtype_rules as rules
from ops._declaration import primitive, reads
from ops._declaration.roles import Operand, Tensor
from ops.nn._windows import data_format_name, padding_name, per_axis, spatial_rank
from ops_common import shapes

__all__ = [
    "adaptive_average_pool",
    "adaptive_max_pool",
    "average_pool",
    "max_pool",
]


@reads(inputs="rank")
def _canonical(inputs: Any, pool_size: Any, strides: Any, padding: Any, data_format: Any) -> tuple[Any, ...]:
    rank = spatial_rank(inputs)
    window = per_axis(pool_size, rank, "pool_size")
    steps = window if strides is None else per_axis(strides, rank, "strides")
    return inputs, window, steps, padding_name(padding, ("valid", "same")), data_format_name(data_format)


def _shape(inputs: Any, pool_size: Any, strides: Any, padding: str, data_format: str) -> shapes.Shape:
    return shapes.pool(inputs.shape, pool_size, strides, padding, data_format)


@primitive(dtype=rules.REALS, shape=_shape, canonical=_canonical)
def max_pool(
    inputs: Operand, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: str | None = None
) -> Tensor:
    """The largest element of each window.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        pool_size: the window's size, one int or one for each spatial axis.
        strides: the step of the window; None for the window's size.
        padding: "valid" (none) or "same" (the output has ceil(size / stride) positions); padded elements are ignored.
        data_format: "channels_last" or "channels_first"; None for the configured one.

    Returns:
        A tensor of the inputs' dtype (bools count as int32) and shape (batch, *positions, channels).

    Raises:
        ShapeError: the window does not fit the inputs.
        ArgumentError: the padding or data format is unknown, or a size is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.max_pool(ops.ones((1, 8, 8, 3)), 2))
        (1, 4, 4, 3)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_shape, canonical=_canonical)
def average_pool(
    inputs: Operand, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: str | None = None
) -> Tensor:
    """The mean of each window, in the float dtype; padded elements are ignored. See `max_pool` for the arguments.

    Raises:
        ShapeError: the window does not fit the inputs.
        ArgumentError: the padding or data format is unknown, or a size is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.average_pool(ops.ones((1, 8, 8, 3)), 3, strides=2, padding="same"))
        (1, 4, 4, 3)
    """
    ...


@reads(inputs="rank")
def _adaptive_canonical(inputs: Any, output_size: Any, data_format: Any) -> tuple[Any, ...]:
    size = per_axis(output_size, spatial_rank(inputs), "output_size")
    return inputs, size, data_format_name(data_format)


def _adaptive_shape(inputs: Any, output_size: Any, data_format: str) -> shapes.Shape:
    return shapes.adaptive_pool(inputs.shape, output_size, data_format)


@primitive(dtype=rules.REALS, shape=_adaptive_shape, canonical=_adaptive_canonical)
def adaptive_max_pool(inputs: Operand, output_size: Any, data_format: str | None = None) -> Tensor:
    """The largest element of each window, with windows chosen so that the output has a given size.

    The windows cover an axis of n elements evenly: the i-th of m extends from ``floor(i n / m)`` to
    ``ceil((i + 1) n / m)``.

    Args:
        inputs: shape (batch, *spatial, channels), or (batch, channels, *spatial) for data format "channels_first".
        output_size: the number of windows, one int or one for each spatial axis.
        data_format: "channels_last" or "channels_first"; None for the configured one.

    Returns:
        A tensor of the inputs' dtype (bools count as int32) and shape (batch, *output_size, channels).

    Raises:
        ShapeError: a spatial axis has no elements.
        ArgumentError: the data format is unknown, or a size is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.adaptive_max_pool(ops.ones((1, 7, 5, 3)), 4))
        (1, 4, 4, 3)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_adaptive_shape, canonical=_adaptive_canonical)
def adaptive_average_pool(inputs: Operand, output_size: Any, data_format: str | None = None) -> Tensor:
    """The mean of each window, in the float dtype, with windows chosen so that the output has a given size; see
    `adaptive_max_pool`.

    Raises:
        ShapeError: a spatial axis has no elements.
        ArgumentError: the data format is unknown, or a size is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.adaptive_average_pool(ops.ones((1, 7, 5, 3)), (3, 1)))
        (1, 3, 1, 3)
    """
    ...
