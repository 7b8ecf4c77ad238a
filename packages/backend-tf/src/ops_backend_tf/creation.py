"""TensorFlow, family creation."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import (
    DTYPES,
    EAGER,
    cast,
    constant_like,
    dims,
    number_like,
    raw_ops,
    scalar,
    static_shape,
    static_sizes,
    whole,
)
from ops_backend_tf.values import FEW, tensor
from ops_common import dtypes

Tensor = Any


def zeros(shape: tuple[int, ...], dtype: str) -> Tensor:
    return full(shape, 0, dtype)


def ones(shape: tuple[int, ...], dtype: str) -> Tensor:
    return full(shape, 1, dtype)


def full(shape: tuple[int, ...], fill_value: Any, dtype: str) -> Tensor:
    if isinstance(fill_value, tf.Tensor):
        return raw_ops.BroadcastTo(input=fill_value, shape=dims(shape))
    if dtype in dtypes.FLOAT8:  # no kernel fills these
        return tf.constant(np.full(shape, fill_value, dtypes.to_numpy(dtype)))
    return raw_ops.Fill(dims=dims(shape), value=scalar(fill_value, DTYPES[dtype]))


def zeros_like(x: Tensor, dtype: str) -> Tensor:
    if x.dtype is DTYPES[dtype] and dtype not in dtypes.FLOAT8:
        return raw_ops.ZerosLike(x=x)
    return full_like(x, 0, dtype)


def ones_like(x: Tensor, dtype: str) -> Tensor:
    # The graph optimizer turns OnesLike into zeros for these dtypes.
    if x.dtype is DTYPES[dtype] and dtype not in dtypes.FLOAT8 and dtype not in ("uint32", "uint64"):
        return raw_ops.OnesLike(x=x)
    return full_like(x, 1, dtype)


def full_like(x: Tensor, fill_value: Any, dtype: str) -> Tensor:
    shape = static_shape(x)
    if None not in shape:
        return full(tuple(shape), fill_value, dtype)
    value = fill_value if isinstance(fill_value, tf.Tensor) else scalar(fill_value, DTYPES[dtype])
    return raw_ops.BroadcastTo(input=value, shape=raw_ops.Shape(input=x))


# Up to these integers and counts, Range is exact; it accumulates in the dtype itself.
_COUNTED = {"int32": 2**31 - 1, "int64": 2**63 - 1, "float32": 2**23, "float64": 2**52}


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    if any(isinstance(value, tf.Tensor) for value in (start, stop, step)):
        return _range_of_sizes(start, stop, step, dtype)
    most = _COUNTED.get(dtype, -1)
    counted = all(value % 1 == 0 and -most <= value <= most for value in (start, stop, step))
    if counted and (stop - start) * step >= 0:  # Range fails if the sequence is empty
        first, end, distance = (tf.constant(int(value), DTYPES[dtype]) for value in (start, stop, step))
        return raw_ops.Range(start=first, limit=end, delta=distance)
    # NumPy counts in float64 and rounds once.
    return tf.constant(np.arange(start, stop, step).astype(dtypes.to_numpy(dtype)))


def _range_of_sizes(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    """Returns a range where a run-time size is one of the numbers."""
    whole = all(isinstance(value, (int, tf.Tensor)) for value in (start, stop, step))
    working = (tf.int32 if dtype == "int32" else tf.int64) if whole else tf.float64
    first, last, distance = (
        raw_ops.Cast(x=value, DstT=working) if isinstance(value, tf.Tensor) else tf.constant(value, working)
        for value in (start, stop, step)
    )
    zero = tf.constant(0, working)
    if whole:
        count = zero - raw_ops.FloorDiv(x=first - last, y=distance)
    else:
        count = raw_ops.Ceil(x=(last - first) / distance)
    places = raw_ops.Range(start=zero, limit=raw_ops.Maximum(x=count, y=zero), delta=tf.constant(1, working))
    return cast(places * distance + first, dtype)


def eye(N: Any, M: Any, k: int, dtype: str) -> Tensor:
    k = _diagonal(k, *static_sizes((N, M)))
    if type(N) is int and type(M) is int and N * M <= FEW and tf.executing_eagerly():
        return tensor(np.eye(N, M, k, dtypes.to_numpy(dtype)))
    rows = raw_ops.ExpandDims(input=arange(k, N + k, 1, "int32"), axis=1)
    return cast(raw_ops.Equal(x=rows, y=arange(0, M, 1, "int32")), dtype)


def copy(x: Tensor) -> Tensor:
    return x  # immutable


def tri(N: Any, M: Any, k: int, dtype: str) -> Tensor:
    if type(N) is int and type(M) is int and N * M <= FEW and tf.executing_eagerly():
        return tensor(np.tri(N, M, _diagonal(k, N, M), dtypes.to_numpy(dtype)))
    return tril(full((N, M), 1, dtype), k)


# No matrix has a diagonal beyond this, and int32 holds the sum of such an offset and a size.
_FAR = 2**30


def _diagonal(k: int, rows: int | None, columns: int | None) -> int:
    """Returns the offset of a diagonal, clamped to just outside a matrix of these sizes, as far as they are known."""
    return max(-_FAR if rows is None else -rows, min(k, _FAR if columns is None else columns))


def tril(x: Tensor, k: int) -> Tensor:
    k = _diagonal(k, *static_shape(x)[-2:])
    if k >= 0:
        return raw_ops.MatrixBandPart(input=x, num_lower=whole(x, -1), num_upper=_within(x, k, -1))
    return raw_ops.SelectV2(condition=_below(x, k), t=x, e=number_like(0, x))


def triu(x: Tensor, k: int) -> Tensor:
    k = _diagonal(k, *static_shape(x)[-2:])
    if k <= 0:
        return raw_ops.MatrixBandPart(input=x, num_lower=_within(x, -k, -2), num_upper=whole(x, -1))
    return raw_ops.SelectV2(condition=_below(x, k - 1), t=number_like(0, x), e=x)


def _within(x: Tensor, width: int, axis: int) -> Tensor:
    """Returns the width of a band along an axis, at most the size of the matrix: the operation does not accept more."""
    size = static_shape(x)[axis]
    return raw_ops.Minimum(x=tf.constant(width), y=_size(x, axis)) if size is None else whole(x, min(width, size))


def _size(x: Tensor, axis: int) -> Tensor:
    return raw_ops.Shape(input=x)[axis]


def _below(x: Tensor, k: int) -> Tensor:
    """Returns True at and below a diagonal of matrices of this shape."""
    rows, columns = (
        tf.range(_size(x, axis) if size is None else size)
        for axis, size in zip((-2, -1), static_shape(x)[-2:], strict=True)
    )
    below = raw_ops.GreaterEqual(x=raw_ops.ExpandDims(input=rows + k, axis=1), y=columns)
    # In a graph, the matrices may be divided over devices, and DTensor needs conditions with all axes.
    return below if type(x) is EAGER else raw_ops.BroadcastTo(input=below, shape=raw_ops.Shape(input=x))


def diag(x: Tensor, k: int) -> Tensor:
    length = static_shape(x)[0]
    zero = constant_like(0, x)
    if length is None:  # MatrixDiagV3 would infer a static shape of 0
        size = _size(x, 0) + abs(k)
        rows = raw_ops.PadV2(input=x, paddings=[[max(-k, 0), max(k, 0)]], constant_values=zero)
        places = tf.range(size)
        return raw_ops.SelectV2(condition=tf.equal(places - places[:, None], k), t=rows[:, None], e=zero)
    size = whole(x, length + abs(k))
    return raw_ops.MatrixDiagV3(
        diagonal=x, k=whole(x, k), num_rows=size, num_cols=size, padding_value=zero, align="RIGHT_LEFT"
    )
