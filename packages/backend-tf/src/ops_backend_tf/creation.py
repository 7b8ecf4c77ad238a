"""TensorFlow, family creation."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import DTYPES, cast, raw_ops, scalar, static_shape
from ops_common import dtypes

Tensor = Any


def zeros(shape: tuple[int, ...], dtype: str) -> Tensor:
    return full(shape, 0, dtype)


def ones(shape: tuple[int, ...], dtype: str) -> Tensor:
    return full(shape, 1, dtype)


def full(shape: tuple[int, ...], fill_value: Any, dtype: str) -> Tensor:
    if isinstance(fill_value, tf.Tensor):
        return raw_ops.BroadcastTo(input=fill_value, shape=tf.constant(shape, tf.int32))
    if dtype in dtypes.FLOAT8:  # no kernel fills
        return tf.constant(np.full(shape, fill_value, dtypes.to_numpy(dtype)))
    return raw_ops.Fill(dims=tf.constant(shape, tf.int32), value=scalar(fill_value, DTYPES[dtype]))


def zeros_like(x: Tensor, dtype: str) -> Tensor:
    return full_like(x, 0, dtype)


def ones_like(x: Tensor, dtype: str) -> Tensor:
    return full_like(x, 1, dtype)


def full_like(x: Tensor, fill_value: Any, dtype: str) -> Tensor:
    shape = static_shape(x)
    if None not in shape:
        return full(tuple(shape), fill_value, dtype)
    value = fill_value if isinstance(fill_value, tf.Tensor) else scalar(fill_value, DTYPES[dtype])
    return raw_ops.BroadcastTo(input=value, shape=raw_ops.Shape(input=x))


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    if dtype in ("int32", "int64") and all(type(value) is int for value in (start, stop, step)):
        first, end, distance = (tf.constant(value, DTYPES[dtype]) for value in (start, stop, step))
        return raw_ops.Range(start=first, limit=end, delta=distance)
    # NumPy counts in float64 and rounds once.
    return tf.constant(np.arange(start, stop, step).astype(dtypes.to_numpy(dtype)))


def eye(N: int, M: int, k: int, dtype: str) -> Tensor:
    rows = raw_ops.ExpandDims(input=arange(k, N + k, 1, "int32"), axis=1)
    return cast(raw_ops.Equal(x=rows, y=arange(0, M, 1, "int32")), dtype)
