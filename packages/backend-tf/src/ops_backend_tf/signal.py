"""TensorFlow, family signal."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_backend_tf.core import dynamic_shape, ints, raw_ops

Tensor = Any

_TRANSFORMS = {
    (1, False): raw_ops.FFT,
    (1, True): raw_ops.IFFT,
    (2, False): raw_ops.FFT2D,
    (2, True): raw_ops.IFFT2D,
}
_COMPLEX = {tf.float32: tf.complex64, tf.float64: tf.complex128}


def complex_of(real: Tensor, imag: Tensor) -> Tensor:
    return raw_ops.Complex(real=real, imag=imag, Tout=_COMPLEX[real.dtype])


def _parts(x: Tensor, native: tf.DType) -> tuple[Tensor, Tensor]:
    return raw_ops.Real(input=x, Tout=native), raw_ops.Imag(input=x, Tout=native)


def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    transformed = _TRANSFORMS[count, inverse](input=_with_elements(complex_of(real, imag), count))
    return _parts(transformed, real.dtype)


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
    fitted = _with_elements(_fitted(x, fft_length), 1)
    transformed = raw_ops.RFFT(input=fitted, fft_length=_length(x, fft_length), Tcomplex=_COMPLEX[x.dtype])
    return _parts(transformed, x.dtype)


def irdft(real: Tensor, imag: Tensor, fft_length: Any) -> Tensor:
    places = fft_length // 2 + 1
    halves = _with_elements(complex_of(_fitted(real, places), _fitted(imag, places)), 1)
    return raw_ops.IRFFT(input=halves, fft_length=_length(real, fft_length), Treal=real.dtype)


def _length(x: Tensor, fft_length: Any) -> Any:
    """Returns the length of a transform as a tensor of rank 1, int32, as the operations require."""
    return ints(x, (fft_length,)) if type(fft_length) is int else [raw_ops.Cast(x=fft_length, DstT=tf.int32)]
