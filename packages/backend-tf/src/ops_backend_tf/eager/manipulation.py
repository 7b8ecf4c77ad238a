"""Eager calls of the families creation, manipulation and signal."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import DTYPES, EAGER, raw_ops
from ops_backend_tf.eager.common import REFUSED, is_float, is_number
from ops_backend_tf.values import FEW, read, tensor

__all__ = ["creation_diagflat", "manipulation_dstack", "manipulation_view", "signal_view_as_complex"]

Tensor = Any

# The dtypes that have the same width, by name and size.
_SAME_WIDTH = {(name, native.size): native for name, native in DTYPES.items() if name not in ("bool", "complex64")}
_COMPLEX = {tf.float32: tf.complex64, tf.float64: tf.complex128}


def creation_diagflat(x: Tensor, k: int) -> Any:
    if type(k) is not int or not is_number(x):
        return NotImplemented
    numbers = read(x)
    size = numbers.size + abs(k)
    if size * size > FEW:
        return NotImplemented
    out = np.zeros((size, size), numbers.dtype)
    start = k if k > 0 else -k * size
    out.ravel()[start :: size + 1][: numbers.size] = numbers.ravel()
    return tensor(out)


def manipulation_dstack(xs: Any) -> Any:
    if not all(type(x) is EAGER and len(x.shape) == 2 for x in xs):
        return NotImplemented
    try:
        return raw_ops.Pack(values=xs, axis=2)
    except REFUSED:  # different shapes or dtypes
        return NotImplemented


def manipulation_view(x: Any, dtype: Any) -> Any:
    if type(x) is not EAGER or type(dtype) is not str or not is_number(x):
        return NotImplemented
    native = _SAME_WIDTH.get((dtype, read(x).itemsize))
    return NotImplemented if native is None else raw_ops.Bitcast(input=x, type=native)


def signal_view_as_complex(x: Tensor) -> Any:
    native = _COMPLEX.get(x.dtype) if is_float(x) else None
    if native is None or not x.shape.rank or x.shape[-1] != 2:
        return NotImplemented
    return raw_ops.Bitcast(input=x, type=native)
