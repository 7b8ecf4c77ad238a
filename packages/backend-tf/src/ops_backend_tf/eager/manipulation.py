"""Eager calls of the families creation, manipulation and signal."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import DTYPES, EAGER, raw_ops
from ops_backend_tf.eager.common import REFUSED, is_float, is_number
from ops_backend_tf.values import FEW, read, tensor

__all__ = [
    "creation_diagflat",
    "creation_vander",
    "manipulation_dstack",
    "manipulation_view",
    "signal_view_as_complex",
]

Tensor = Any

_FLOAT32, _FLOAT64, _INT32, _INT64 = tf.float32, tf.float64, tf.int32, tf.int64
# The dtypes of a width, by name.
_OF_4_BYTES = {name: DTYPES[name] for name in ("float32", "int32", "uint32")}
_OF_8_BYTES = {name: DTYPES[name] for name in ("float64", "int64", "uint64")}


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


def creation_vander(x: Tensor, N: int | None, increasing: bool) -> Any:
    if not is_float(x):
        return NotImplemented
    numbers = read(x)
    columns = numbers.size if N is None else N
    if type(columns) is not int or numbers.ndim != 1 or not 0 < numbers.size * columns <= FEW:
        return NotImplemented
    with np.errstate(all="ignore"):
        return tensor(np.vander(numbers, columns, increasing).astype(numbers.dtype, copy=False))


def manipulation_dstack(xs: Any) -> Any:
    if not all(type(x) is EAGER and len(x.shape) == 2 for x in xs):
        return NotImplemented
    try:
        return raw_ops.Pack(values=xs, axis=2)
    except REFUSED:  # different shapes or dtypes
        return NotImplemented


def manipulation_view(x: Any, dtype: Any) -> Any:
    if type(x) is not EAGER or type(dtype) is not str:
        return NotImplemented
    own = x.dtype
    if own is _FLOAT32 or own is _INT32:
        native = _OF_4_BYTES.get(dtype)
    elif own is _FLOAT64 or own is _INT64:
        native = _OF_8_BYTES.get(dtype)
    else:
        return NotImplemented
    return NotImplemented if native is None else raw_ops.Bitcast(input=x, type=native)


def signal_view_as_complex(x: Tensor) -> Any:
    if not is_float(x) or x.shape.as_list()[-1:] != [2]:
        return NotImplemented
    return raw_ops.Bitcast(input=x, type=tf.complex64 if x.dtype is _FLOAT32 else tf.complex128)
