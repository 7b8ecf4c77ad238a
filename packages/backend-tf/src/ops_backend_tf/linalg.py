"""TensorFlow, family linalg."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_backend_tf.core import raw_ops

Tensor = Any

# Others are decomposed in float32.
_NATIVE = frozenset({tf.float32, tf.float64, tf.complex64, tf.complex128})


def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    if x.dtype in _NATIVE:
        sign, logarithm = raw_ops.LogMatrixDeterminant(input=x)
        return sign, tf.math.real(logarithm)
    sign, logarithm = raw_ops.LogMatrixDeterminant(input=raw_ops.Cast(x=x, DstT=tf.float32))
    return raw_ops.Cast(x=sign, DstT=x.dtype), raw_ops.Cast(x=logarithm, DstT=x.dtype)
