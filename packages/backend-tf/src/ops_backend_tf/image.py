"""TensorFlow, family image. The CPU kernels only support channels last."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import ints, raw_ops
from ops_backend_tf.nn.convolution import channels_last, to_data_format
from ops_common.algorithms import resampling

Tensor = Any

_KERNELS = {"bilinear": "triangle", "bicubic": "keyscubic", "lanczos3": "lanczos3", "lanczos5": "lanczos5"}


def resize(images: Tensor, size: tuple[int, int], interpolation: str, antialias: bool, data_format: str) -> Tensor:
    x = channels_last(images, data_format)
    if x.dtype is tf.float32 and interpolation in _KERNELS and 0 not in x.shape[1:]:  # kernels need a channel
        if interpolation == "bilinear" and not antialias:
            y = raw_ops.ResizeBilinear(images=x, size=ints(x, size), half_pixel_centers=True)
        else:
            y = _scaled(x, size, interpolation, antialias)
        return to_data_format(y, data_format)
    height, width = x.shape[1], x.shape[2]
    rows = resampling.weights(height, size[0], interpolation, antialias, "float64")
    columns = resampling.weights(width, size[1], interpolation, antialias, "float64")
    y = tf.einsum("nhwc,oh,pw->nopc", x, tf.cast(rows, x.dtype), tf.cast(columns, x.dtype))
    return to_data_format(y, data_format)


def _scaled(x: Tensor, size: tuple[int, int], interpolation: str, antialias: bool) -> Tensor:
    scale = np.asarray(size, np.float32) / np.asarray(x.shape[1:3], np.float32)
    return raw_ops.ScaleAndTranslate(
        images=x,
        size=ints(x, size),
        scale=scale,
        translation=np.zeros(2, np.float32),
        kernel_type=_KERNELS[interpolation],
        antialias=antialias,
    )


def separable_filter(
    images: Tensor, rows: tuple[float, ...], columns: tuple[float, ...], padding: str, data_format: str
) -> Tensor:
    x = channels_last(images, data_format)
    channels = x.shape[-1]
    if channels == 0:  # TensorFlow has no filter for these: the result has the sizes of any other
        padded = raw_ops.Pad(input=x, paddings=ints(x, ((0, 0), (0, 0), (0, 0), (0, 1))))
        return to_data_format(separable_filter(padded, rows, columns, padding, "channels_last")[..., :0], data_format)
    for taps, shape in ((rows, (-1, 1, 1, 1)), (columns, (1, -1, 1, 1))):
        window = np.broadcast_to(np.reshape(np.asarray(taps), shape), (*np.reshape(taps, shape).shape[:2], channels, 1))
        window = tf.constant(window, x.dtype)
        x = raw_ops.DepthwiseConv2dNative(input=x, filter=window, strides=[1, 1, 1, 1], padding=padding.upper())
    return to_data_format(x, data_format)
