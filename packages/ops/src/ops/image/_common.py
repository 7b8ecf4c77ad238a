"""Shapes, axes and dtypes of images, for the modules of this package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Tensor
from ops.core import _static_shape as shape_of
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.creation import arange
from ops.elementwise import clip, round
from ops.manipulation import expand_dims
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ShapeError
from ops_common.tensors.arguments import as_python


def image_shape(images: Any, what: str = "images", ranks: tuple[int, ...] = (3, 4)) -> shapes.Shape:
    """Returns the shape of the images; raises ShapeError if their rank is not in `ranks`."""
    sizes = tuple(getattr(images, "shape", ()))
    if len(sizes) not in ranks:
        raise ShapeError(f"{what} must have rank {' or '.join(map(str, ranks))} (one, or a batch); got shape {sizes}")
    return sizes


def height_axis(rank: int, data_format: str | None) -> int:
    """Returns the axis of the height; the width is the next axis."""
    return rank - (3 if data_format == "channels_last" else 2)


def channel_axis(data_format: str | None) -> int:
    return -1 if data_format == "channels_last" else -3


def with_spatial(sizes: shapes.Shape, spatial: Sequence[int | None], data_format: str | None) -> shapes.Shape:
    at = height_axis(len(sizes), data_format)
    return (*sizes[:at], *spatial, *sizes[at + 2 :])


def height_and_width(images: Tensor, at: int) -> tuple[Any, Any]:
    """Returns the height and width, the sizes of this axis and the next; raises ShapeError if one is unknown or 0."""
    check_height_and_width(shape_of(images), at)
    height, width = sizes_of(images)[at : at + 2]
    if height is None or width is None:
        raise ShapeError(f"height and width must be known; got shape {shape_of(images)}")
    return height, width


def check_height_and_width(sizes: shapes.Shape, at: int) -> None:
    """Raises ShapeError if the size of this axis or the next is 0."""
    if 0 in sizes[at : at + 2]:
        raise ShapeError(f"images must not be empty; got shape {sizes}")


def positions(size: Any, dtype: str) -> Any:
    """Returns 0, 1, 2 and so on: an array, or a tensor for a run-time size."""
    return np.arange(size, dtype=dtype) if isinstance(size, int) else arange(size, dtype=dtype)


def pair_of(value: Any, what: str) -> tuple[Any, Any]:
    """Returns a pair for height and width; a single number is used for both."""
    value = as_python(value)
    pair = tuple(value) if isinstance(value, (list, tuple)) else (value, value)
    if len(pair) != 2:
        raise ArgumentError(f"{what} must be a number, or a pair for height and width; got {value!r}")
    return pair


def as_batch(images: Tensor) -> Tensor:
    return images if len(shape_of(images)) == 4 else expand_dims(images, 0)


def in_compute_dtype(images: Tensor) -> Tensor:
    """Returns the images, cast to the float dtype in which weighted sums are computed."""
    dtype = dtype_of(images)
    return cast(images, "float32") if dtypes.is_integer(dtype) or dtype in HALVES else images


HALVES = ("float16", "bfloat16")


def in_image_dtype(x: Tensor, dtype: str) -> Tensor:
    """x cast back to the dtype of the images, after `in_compute_dtype`; rounded and clipped first for integers."""
    compute_dtype = dtype_of(x)
    if compute_dtype == dtype:
        return x
    if dtypes.is_integer(dtype):
        x = clip(round(x), *_limits(dtype, compute_dtype))
    return cast(x, dtype)


def _limits(dtype: str, within: str) -> tuple[float, float]:
    """Returns the smallest and the largest number of an integer dtype that a float dtype can hold."""
    info, inside = np.iinfo(dtype), np.dtype(within).type
    high = inside(float(info.max))  # torch's compiler accepts no int beyond int64 here
    if int(high) > info.max:
        high = np.nextafter(high, inside(0))
    return float(info.min), float(high)


def real_dtype(dtype: str) -> str:
    return rules.REALS.compute([dtype])  # type: ignore[misc]  # this rule has `compute`


def fill_value_in(value: float, dtype: str) -> float | int:
    """Returns the fill value, rounded and clipped to the range of the images' dtype."""
    if not dtypes.is_integer(dtype):
        return value
    info = np.iinfo(dtype)
    return min(max(int(np.rint(value)), int(info.min)), int(info.max))
