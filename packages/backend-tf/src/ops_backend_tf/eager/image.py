"""Eager calls of the family image."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import current_context, execute, ints, number_like, raw_ops
from ops_backend_tf.eager.common import is_float, is_number
from ops_backend_tf.values import FEW, is_finite, read, tensor
from ops_common.algorithms.projections import projection

__all__ = [
    "image_affine_transform",
    "image_extract_patches_3d",
    "image_hsv_to_rgb",
    "image_perspective_transform",
    "image_rgb_to_hsv",
    "image_sobel_edges",
]

Tensor = Any

_FLOAT32 = tf.float32
# The fill modes that are the same in TensorFlow.
_FILL_MODES = frozenset({"constant", "nearest", "reflect"})
_LARGEST = 1e6  # coordinates that are computed to a pixel's fraction, and are no larger than an integer
_NEAR = 0.99  # how much the divisor of a projection may be less than 1


def image_rgb_to_hsv(images: Tensor, data_format: str) -> Any:
    if data_format != "channels_last" or not is_float(images):
        return NotImplemented
    array = read(images)
    if not array.size or not is_finite(array):
        return NotImplemented
    return execute(current_context(), "RGBToHSV", None, images)


# By width, unsigned integers and the bits of 1.0: those of numbers from 0 to 1 are no larger, those of NaN and negative
# numbers are.
_BITS = {size: (np.dtype(f"u{size}"), np.ones(1, f"f{size}").view(f"u{size}")[0]) for size in (4, 8)}


def image_hsv_to_rgb(images: Tensor, data_format: str) -> Any:
    if data_format != "channels_last" or not is_float(images):
        return NotImplemented
    array = read(images)
    bits, bits_of_1 = _BITS[array.itemsize]
    # Other hues wrap around, which TensorFlow does not support.
    if not array.size or np.count_nonzero(array.view(bits) > bits_of_1):
        return NotImplemented
    return execute(current_context(), "HSVToRGB", None, images)


def _are_images(images: Tensor, interpolation: str, data_format: str) -> bool:
    """Returns whether TensorFlow's projection has the results of `ops`; its nearest elements differ in a tie."""
    return (
        interpolation == "bilinear"
        and data_format == "channels_last"
        and is_float(images)
        and images.dtype is _FLOAT32
        and len(images.shape) == 4
        and images.shape.num_elements() > 0
    )


def _projected(images: Tensor, rows: list[list[float]], fill_mode: str, fill_value: float) -> Any:
    """Returns images transformed by rows of 8 numbers, see `ops.image.affine_transform`."""
    batch, height, width, _ = images.shape.as_list()
    if len(rows) not in (1, batch):
        return NotImplemented
    for row in rows:
        if not max(map(abs, row)) < _LARGEST:  # false if there is a NaN
            return NotImplemented
        across, down = row[6] * (width - 1), row[7] * (height - 1)
        if not min(0.0, across, down, across + down) > -_NEAR:  # the divisor may be 0 or negative
            return NotImplemented
    return raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tensor(np.array(rows, np.float32)),
        output_shape=ints(images, (height, width)),
        fill_value=number_like(fill_value, images),
        interpolation="BILINEAR",
        fill_mode=fill_mode.upper(),
    )


def image_affine_transform(
    images: Tensor, transform: Tensor, interpolation: str, fill_mode: str, fill_value: float, data_format: str
) -> Any:
    if fill_mode not in _FILL_MODES or not _are_images(images, interpolation, data_format) or not is_float(transform):
        return NotImplemented
    if transform.dtype is not _FLOAT32:
        return NotImplemented
    return _projected(images, read(transform).reshape(-1, 8).tolist(), fill_mode, fill_value)


def image_perspective_transform(
    images: Tensor, start_points: Tensor, end_points: Tensor, interpolation: str, fill_value: float, data_format: str
) -> Any:
    if not _are_images(images, interpolation, data_format) or not is_float(start_points) or not is_float(end_points):
        return NotImplemented
    if start_points.dtype is not _FLOAT32 or end_points.dtype is not _FLOAT32:
        return NotImplemented
    starts, ends = (read(points).reshape(-1, 4, 2).tolist() for points in (start_points, end_points))
    rows: list[list[float]] = []
    try:
        for i in range(max(len(starts), len(ends))):
            *numbers, last = (n for row in projection(starts[i % len(starts)], ends[i % len(ends)]) for n in row)
            rows.append([n / last for n in numbers])
    except ZeroDivisionError:
        return NotImplemented
    return _projected(images, rows, "constant", fill_value)


def image_sobel_edges(images: Tensor, data_format: str) -> Any:
    if not is_float(images):
        return NotImplemented
    x = read(images)
    if not 0 < x.size <= FEW or not is_finite(x):
        return NotImplemented
    at = x.ndim - (3 if data_format == "channels_last" else 2)
    x = np.pad(x, [(1, 1) if axis in (at, at + 1) else (0, 0) for axis in range(x.ndim)], "edge")

    def along(axis: int, part: slice) -> Any:
        return x[(slice(None),) * axis + (part,)]

    edges: list[Any] = []
    for change, smooth in ((at, at + 1), (at + 1, at)):
        ends: Any = along(change, slice(2, None)) - along(change, slice(-2))
        lead = (slice(None),) * smooth
        first, middle, last = (ends[(*lead, part)] for part in (slice(-2), slice(1, -1), slice(2, None)))
        edges.append(first + last + 2 * middle)
    return tensor(np.stack(edges, -1))


def image_extract_patches_3d(
    images: Tensor, size: Any, strides: Any, dilation_rate: Any, padding: str, data_format: str
) -> Any:
    if data_format != "channels_last" or not is_number(images):
        return NotImplemented
    if max(dilation_rate) > 1 or images.shape.rank != 5 or not images.shape.num_elements():
        return NotImplemented
    return raw_ops.ExtractVolumePatches(
        input=images, ksizes=(1, *size, 1), strides=(1, *strides, 1), padding=padding.upper()
    )
