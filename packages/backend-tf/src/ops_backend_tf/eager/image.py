"""Eager calls of the family image."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_tf.core import raw_ops
from ops_backend_tf.eager.common import is_float, is_number
from ops_backend_tf.values import is_finite, read

__all__ = ["image_extract_patches_3d", "image_hsv_to_rgb", "image_rgb_to_hsv"]

Tensor = Any


def _colours(images: Tensor, data_format: str) -> Any:
    """Returns the array of images that TensorFlow's conversions accept, else None."""
    if data_format != "channels_last" or not is_float(images):
        return None
    array = read(images)
    return array if array.size and array.shape[-1] == 3 else None


def image_rgb_to_hsv(images: Tensor, data_format: str) -> Any:
    array = _colours(images, data_format)
    return NotImplemented if array is None or not is_finite(array) else raw_ops.RGBToHSV(images=images)


def image_hsv_to_rgb(images: Tensor, data_format: str) -> Any:
    array = _colours(images, data_format)
    # Other hues wrap around, which TensorFlow does not support; a comparison with NaN is false.
    if array is None or not (np.minimum.reduce(array, None) >= 0 and np.maximum.reduce(array, None) <= 1):
        return NotImplemented
    return raw_ops.HSVToRGB(images=images)


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
