"""TensorFlow, family image. The CPU kernels only support channels last."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import dynamic_shape, ints, raw_ops, static_shape
from ops_backend_tf.nn.convolution import channels_last, to_data_format
from ops_common.algorithms import resampling

Tensor = Any

_KERNELS = {"bilinear": "triangle", "bicubic": "keyscubic", "lanczos3": "lanczos3", "lanczos5": "lanczos5"}


def resize(images: Tensor, size: tuple[Any, Any], interpolation: str, antialias: bool, data_format: str) -> Tensor:
    x = channels_last(images, data_format)
    if x.dtype is tf.float32 and interpolation in _KERNELS and 0 not in x.shape[1:]:  # kernels need a channel
        if interpolation == "bilinear" and not antialias:
            y = raw_ops.ResizeBilinear(images=x, size=ints(x, size), half_pixel_centers=True)
        else:
            y = _scaled(x, size, interpolation, antialias)
        return to_data_format(y, data_format)
    rows, columns = (
        _weights(length, out, interpolation, antialias, x.dtype)
        for length, out in zip(dynamic_shape(x)[1:3], size, strict=True)
    )
    return to_data_format(tf.einsum("nhwc,oh,pw->nopc", x, rows, columns), data_format)


def _weights(length: Any, out: Any, interpolation: str, antialias: bool, dtype: tf.DType) -> Tensor:
    if isinstance(length, int) and isinstance(out, int):
        return tf.cast(resampling.weights(length, out, interpolation, antialias, "float64"), dtype)
    size, count = (tf.convert_to_tensor(number, tf.int32) for number in (length, out))
    rows = tf.range(count)[:, None]
    matrix = resampling.run_time_weights(size, tf.range(size), count, rows, interpolation, antialias, _FUNCTIONS)
    return tf.cast(matrix, dtype)


def _sinc(x: Tensor) -> Tensor:
    turn = x * math.pi
    return tf.where(tf.equal(x, 0.0), tf.ones_like(x), tf.math.divide_no_nan(tf.sin(turn), turn))


_FUNCTIONS = resampling.Functions(
    cast=lambda x: tf.cast(x, tf.float64),
    where=tf.where,
    maximum=tf.maximum,
    minimum=tf.minimum,
    abs=tf.abs,
    sinc=_sinc,
    total=lambda x: tf.reduce_sum(x, 1, keepdims=True),
)


def _scaled(x: Tensor, size: tuple[Any, Any], interpolation: str, antialias: bool) -> Tensor:
    spatial = tf.stack(dynamic_shape(x)[1:3]) if None in static_shape(x)[1:3] else np.asarray(x.shape[1:3])
    known = all(isinstance(length, int) for length in size)
    scale = (np.asarray(size, np.float32) if known else tf.cast(tf.stack(size), tf.float32)) / (
        tf.cast(spatial, tf.float32) if isinstance(spatial, tf.Tensor) else spatial.astype(np.float32)
    )
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
        window = tf.constant(np.reshape(np.asarray(taps), shape), x.dtype)
        window = tf.tile(window, (1, 1, dynamic_shape(x)[-1], 1))
        x = raw_ops.DepthwiseConv2dNative(input=x, filter=window, strides=[1, 1, 1, 1], padding=padding.upper())
    return to_data_format(x, data_format)
