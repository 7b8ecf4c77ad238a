"""Patches of images and volumes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops._declaration import canonical_shape, composite
from ops._declaration.roles import Operand, Tensor
from ops.core import _is_run_time_size, _larger_size
from ops.core import shape as sizes_of
from ops.elementwise import add, multiply
from ops.image._common import image_shape, positions
from ops.indexing import take
from ops.manipulation import expand_dims, pad, reshape, transpose
from ops_common import shapes
from ops_common.errors import ArgumentError, ShapeError
from ops_common.host.windows import LARGEST
from ops_common.runtime import config
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "extract_patches",
    "extract_patches_3d",
]


def _patches_arguments(images: Any, size: Any, strides: Any, dilation_rate: Any, padding: Any, data_format: Any) -> Any:
    window = canonical_shape(size, name="size")
    rank = len(window) if isinstance(size, (list, tuple)) or len(window) > 1 else 2
    if rank not in (2, 3):
        raise ArgumentError(f"size must be an int, a pair or a triple; got {size!r}")
    return _patches_of(rank, images, size, strides, dilation_rate, padding, data_format)


def _patches_3d_arguments(
    volumes: Any, size: Any, strides: Any, dilation_rate: Any, padding: Any, data_format: Any
) -> Any:
    return _patches_of(3, volumes, size, strides, dilation_rate, padding, data_format, "volumes")


def _patches_of(
    rank: int,
    images: Any,
    size: Any,
    strides: Any,
    dilation_rate: Any,
    padding: Any,
    data_format: Any,
    what: str = "images",
) -> tuple[Any, ...]:
    data_format = config.standardize_data_format(data_format)
    sizes = image_shape(images, what, (rank + 1, rank + 2))
    window = _each(size, rank, "size")
    steps = window if strides is None else _each(strides, rank, "strides")
    rates = _each(dilation_rate, rank, "dilation_rate")
    name = padding.lower() if isinstance(padding, str) else padding
    if name not in ("valid", "same"):
        raise ArgumentError(f"padding must be 'valid' or 'same'; got {padding!r}")
    at = len(sizes) - rank - (data_format == "channels_last")
    for axis_size, k, step, rate in zip(sizes[at : at + rank], window, steps, rates, strict=True):
        shapes.window(axis_size, k, step, name, rate)
    return images, window, steps, rates, name, data_format


def _each(value: Any, rank: int, what: str) -> tuple[int, ...]:
    numbers = canonical_shape(value, name=what)
    if len(numbers) == 1 and not isinstance(value, (list, tuple)):
        numbers *= rank
    if len(numbers) != rank or any(not 1 <= number < LARGEST for number in numbers):
        raise ArgumentError(f"{what} must be a positive int below 2**30, or {rank} of them; got {value!r}")
    return numbers


@composite(canonical=_patches_arguments, kernel=None)
def extract_patches(
    images: Operand,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Patches of images, each flattened into the channel axis.

    Args:
        images: one image or a batch of images, of any dtype; for a size of three numbers, one volume or a batch of
            volumes (see `extract_patches_3d`).
        size: the height and width of a patch, one int or a pair.
        strides: the strides between patches, one int or a pair; None for the patch size.
        dilation_rate: the distance between the pixels of a patch, one int or a pair.
        padding: "valid" (complete patches only) or "same" (ceil(size / stride) patches; the image is zero-padded).
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        A tensor of shape (batch, rows, columns, size[0] * size[1] * channels): the pixels of a patch row by row, the
        channels of each pixel together, in both data formats.

    Raises:
        ShapeError: the rank does not fit, or the image is smaller than the patch.
        ArgumentError: an unknown padding, or a number that is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.image.extract_patches(ops.ones((1, 9, 9, 3)), 3))
        (1, 3, 3, 27)
    """
    return _windows(images, size, strides, dilation_rate, padding, data_format)


@composite(canonical=_patches_3d_arguments, kernel=None)
def extract_patches_3d(
    volumes: Operand,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Patches of volumes, each flattened into the channel axis; see `extract_patches`.

    Args:
        volumes: shape (depth, height, width, channels), or a batch of them, of any dtype.
        size: the depth, height and width of a patch, one int or a triple.
        strides: the strides between patches, one int or a triple; None for the patch size.
        dilation_rate: the distance between the elements of a patch, one int or a triple.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        A tensor of shape (batch, planes, rows, columns, size[0] * size[1] * size[2] * channels).

    Raises:
        ShapeError: the rank does not fit, or the volume is smaller than the patch.
        ArgumentError: an unknown padding, or a number that is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.image.extract_patches_3d(ops.ones((1, 4, 4, 4, 2)), 2))
        (1, 2, 2, 2, 16)
    """
    return _windows(volumes, size, strides, dilation_rate, padding, data_format)


def _windows(
    x: Tensor,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    dilation: tuple[int, ...],
    padding: str,
    data_format: str | None,
) -> Tensor:
    sizes, rank = sizes_of(x), len(window)
    last = data_format == "channels_last"
    at = len(sizes) - rank - last
    spatial = sizes[at : at + rank]
    channels = sizes[-1] if last else sizes[at - 1]
    counts = tuple(
        _count(axis_size, k, step, padding, rate)
        for axis_size, k, step, rate in zip(spatial, window, strides, dilation, strict=True)
    )
    width = shapes.size((*window, channels))
    batch = sizes[: at - (not last)]
    if isinstance(x, SymbolicTensor):
        return SymbolicTensor((*batch, *counts, width) if last else (*batch, width, *counts), x.dtype)
    if width is None or any(count is None for count in counts):
        raise ShapeError(f"all sizes but the batch must be known; got shape {sizes}")
    if padding == "same":
        pads = [_same_padding(*each) for each in zip(spatial, counts, window, strides, dilation, strict=True)]
        if any(_is_run_time_size(amount) or amount for pair in pads for amount in pair):
            x = pad(x, ((0, 0),) * at + tuple(pads) + ((0, 0),) * last)
    for i in range(rank):  # each axis becomes two: patches, and positions within a patch
        within_window = np.arange(window[i], dtype=np.int32) * dilation[i]
        starts = positions(counts[i], "int32")
        if not isinstance(starts, np.ndarray):  # of a run-time size
            places = add(expand_dims(multiply(starts, strides[i]), 1), within_window)
        else:
            places = starts[:, None] * strides[i] + within_window
        x = take(x, places, at + 2 * i)
    head = tuple(range(at - (not last)))
    windows = tuple(at + 2 * i for i in range(rank))
    within = tuple(at + 2 * i + 1 for i in range(rank))
    channel = at + 2 * rank if last else at - 1
    order = (*head, *windows, *within, channel) if last else (*head, *within, channel, *windows)
    x = transpose(x, order)
    return reshape(x, (*batch, *counts, width) if last else (*batch, width, *counts))


def _count(size: Any, window: int, stride: int, padding: str, dilation: int) -> Any:
    """Returns the number of windows along an axis, whose size may be a run-time size."""
    if size is None or isinstance(size, int):
        return shapes.window(size, window, stride, padding, dilation)
    if padding == "same":
        return (size + (stride - 1)) // stride
    return (size - dilation * (window - 1) - 1) // stride + 1


def _same_padding(size: Any, count: Any, window: int, stride: int, dilation: int) -> tuple[Any, Any]:
    if isinstance(size, int):
        return shapes.same_padding(size, window, stride, dilation)
    total = _larger_size((count - 1) * stride + (dilation * (window - 1) + 1) - size, 0)
    before = total // 2
    return before, total - before
