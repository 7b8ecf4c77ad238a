"""TensorFlow, family signal."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_backend_tf.core import dynamic_shape

Tensor = Any

complex_of = tf.complex

_TRANSFORMS = {
    (1, False): tf.signal.fft,
    (1, True): tf.signal.ifft,
    (2, False): tf.signal.fft2d,
    (2, True): tf.signal.ifft2d,
}


def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    transformed = _TRANSFORMS[count, inverse](_with_elements(tf.complex(real, imag), count))
    return tf.math.real(transformed), tf.math.imag(transformed)


def _with_elements(x: Tensor, count: int) -> Tensor:
    """Returns x, which fails if one of the last axes is empty. Their sizes may be unknown while a function is traced,
    and a gradient of an empty transform ends the process."""
    if None not in x.shape[-count:]:
        return x
    message = "the sizes of the transformed axes must be positive"
    with tf.control_dependencies([tf.debugging.assert_positive(dynamic_shape(x)[-count:], message)]):
        return tf.identity(x)


def _fitted(x: Tensor, size: Any) -> Tensor:
    """Returns x with its last axis truncated or padded: TensorFlow's gradients have the wrong size if the transform
    does that."""
    have = x.shape[-1]
    none = [[0, 0]] * (x.shape.rank - 1)
    if have is None or not isinstance(size, int):
        missing = tf.maximum(size - dynamic_shape(x)[-1], 0)
        padded: Any = tf.pad(x, [*none, [0, missing]])
        return padded[..., :size]
    if have == size:
        return x
    return x[..., :size] if have > size else tf.pad(x, [*none, [0, size - have]])


def rdft(x: Tensor, fft_length: Any) -> tuple[Tensor, Tensor]:
    transformed = tf.signal.rfft(_with_elements(_fitted(x, fft_length), 1), [fft_length])
    return tf.math.real(transformed), tf.math.imag(transformed)


def irdft(real: Tensor, imag: Tensor, fft_length: Any) -> Tensor:
    places = fft_length // 2 + 1
    halves = tf.complex(_fitted(real, places), _fitted(imag, places))
    return tf.signal.irfft(_with_elements(halves, 1), [fft_length])
