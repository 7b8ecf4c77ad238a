"""Family nn.space: moves spatial blocks into channels, and back."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite
from ops._declaration.roles import Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.core import shape as sizes_of
from ops.manipulation import reshape, transpose
from ops.nn._windows import data_format_name
from ops_common.errors import ArgumentError, ShapeError
from ops_common.shapes import Shape

__all__ = [
    "depth_to_space",
    "space_to_depth",
]


def _checked(x: Any, block_size: int, data_format: Any) -> tuple[Any, int, str]:
    if block_size < 2:
        raise ArgumentError(f"block_size must be at least 2; got {block_size}")
    in_shape = shape_of(x)
    if len(in_shape) != 4:
        raise ShapeError(f"x must have rank 4; got shape {in_shape}")
    return x, block_size, data_format_name(data_format)


def _to_space(x: Any, block_size: int, data_format: Any) -> tuple[Any, int, str]:
    x, size, name = _checked(x, block_size, data_format)
    channels = shape_of(x)[1 if name == "channels_first" else 3]
    if channels is not None and channels % size**2:
        raise ShapeError(f"the number of channels must be a multiple of {size} x {size}; got {channels}")
    return x, size, name


def _to_depth(x: Any, block_size: int, data_format: Any) -> tuple[Any, int, str]:
    x, size, name = _checked(x, block_size, data_format)
    in_shape = shape_of(x)
    for places in in_shape[2:] if name == "channels_first" else in_shape[1:3]:
        if places is not None and places % size:
            raise ShapeError(f"height and width must be multiples of {size}; got shape {in_shape}")
    return x, size, name


def _reshape_sizes(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple([-1 if size is None else size for size in sizes])


def _divided(size: Any, by: int) -> Any:
    return None if size is None else size // by


def _multiplied(size: Any, by: int) -> Any:
    return None if size is None else size * by


def _space(x: Any, block_size: int, data_format: str) -> Shape:
    b, first = block_size, data_format == "channels_first"
    n, c, h, w = x.shape if first else (x.shape[0], x.shape[3], *x.shape[1:3])
    spatial = _multiplied(h, b), _multiplied(w, b)
    return (n, _divided(c, b * b), *spatial) if first else (n, *spatial, _divided(c, b * b))


def _depth(x: Any, block_size: int, data_format: str) -> Shape:
    b, first = block_size, data_format == "channels_first"
    n, c, h, w = x.shape if first else (x.shape[0], x.shape[3], *x.shape[1:3])
    spatial = _divided(h, b), _divided(w, b)
    return (n, _multiplied(c, b * b), *spatial) if first else (n, *spatial, _multiplied(c, b * b))


@composite(canonical=_to_space, kernel=None, shape=_space)
def depth_to_space(x: Operand, block_size: int, data_format: str = "channels_last") -> Tensor:
    """Returns images with groups of channels moved to blocks of block_size x block_size pixels; the inverse of
    `space_to_depth`.

    Args:
        x: shape (batch, height, width, channels), or (batch, channels, height, width) for "channels_first".
        block_size: the block's height and width, at least 2.
        data_format: "channels_last" or "channels_first".

    Returns:
        A tensor with height and width multiplied by block_size, and channels divided by its square.

    Raises:
        ShapeError: x is not a batch of images, or its channels are not divisible by the square of block_size.
        ArgumentError: block_size is below 2, or the data format is unknown.

    Example:
        >>> import ops
        >>> ops.shape(ops.depth_to_space(ops.ones((1, 2, 2, 12)), 2))
        (1, 4, 4, 3)
    """
    b = block_size
    if data_format == "channels_first":
        n, c, h, w = sizes_of(x)
        groups = _divided(c, b * b)
        y = transpose(reshape(x, _reshape_sizes((n, b, b, groups, h, w))), (0, 3, 4, 1, 5, 2))
        return reshape(y, _reshape_sizes((n, groups, _multiplied(h, b), _multiplied(w, b))))
    n, h, w, c = sizes_of(x)
    groups = _divided(c, b * b)
    y = transpose(reshape(x, _reshape_sizes((n, h, w, b, b, groups))), (0, 1, 3, 2, 4, 5))
    return reshape(y, _reshape_sizes((n, _multiplied(h, b), _multiplied(w, b), groups)))


@composite(canonical=_to_depth, kernel=None, shape=_depth)
def space_to_depth(x: Operand, block_size: int, data_format: str = "channels_last") -> Tensor:
    """Returns images with blocks of block_size x block_size pixels moved to channels; the inverse of `depth_to_space`.

    Args:
        x: shape (batch, height, width, channels), or (batch, channels, height, width) for "channels_first".
        block_size: the block's height and width, at least 2.
        data_format: "channels_last" or "channels_first".

    Returns:
        A tensor with height and width divided by block_size, and channels multiplied by its square.

    Raises:
        ShapeError: x is not a batch of images, or cannot be divided into such blocks.
        ArgumentError: block_size is below 2, or the data format is unknown.

    Example:
        >>> import ops
        >>> ops.shape(ops.space_to_depth(ops.ones((1, 4, 4, 3)), 2))
        (1, 2, 2, 12)
    """
    b = block_size
    if data_format == "channels_first":
        n, c, h, w = sizes_of(x)
        rows, columns = _divided(h, b), _divided(w, b)
        y = transpose(reshape(x, _reshape_sizes((n, c, rows, b, columns, b))), (0, 3, 5, 1, 2, 4))
        return reshape(y, _reshape_sizes((n, _multiplied(c, b * b), rows, columns)))
    n, h, w, c = sizes_of(x)
    rows, columns = _divided(h, b), _divided(w, b)
    y = transpose(reshape(x, _reshape_sizes((n, rows, b, columns, b, c))), (0, 1, 3, 2, 4, 5))
    return reshape(y, _reshape_sizes((n, rows, columns, _multiplied(c, b * b))))
