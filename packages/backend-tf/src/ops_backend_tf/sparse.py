"""TensorFlow, family sparse: SparseTensor, and IndexedSlices, which stores rows."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from ops_backend_tf import core
from ops_common.errors import ShapeError

Tensor = Any
_LARGEST = 2**63 - 1
# Dtypes whose products TensorFlow computes.
_MULTIPLIED = frozenset((tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int32, tf.complex64, tf.complex128))
_ADDED = frozenset(
    (tf.float32, tf.float64, tf.int8, tf.uint8, tf.int16, tf.int32, tf.int64, tf.complex64, tf.complex128)
)
# An attribute of the SparseTensors that are created here with canonical coordinates; those of others are unknown.
_MARK = "_ops_canonical"


def is_sparse(x: Any) -> bool:
    return isinstance(x, (tf.SparseTensor, tf.IndexedSlices))


def dtype(x: Any) -> str:
    return core.dtype(x)


def shape(x: Any) -> tuple[int | None, ...]:
    if isinstance(x, tf.SparseTensor):
        static: Any = x.shape
        if static.rank is None:
            raise ShapeError("the rank of a sparse tensor must be known")
        return tuple(static.as_list())
    if x.dense_shape is None:
        raise ShapeError("IndexedSlices need a dense_shape: their number of rows is unknown")
    rows: Any = tf.get_static_value(x.dense_shape)
    return (None if rows is None else int(rows[0]), *x.values.shape[1:])


def sizes(x: Any) -> tuple[Any, ...]:
    found = tf.unstack(tf.cast(x.dense_shape, tf.int32), num=len(shape(x)))
    return tuple(n if known is None else known for n, known in zip(found, shape(x), strict=True))


def coordinates(x: Any) -> tuple[Tensor, Tensor]:
    if isinstance(x, tf.SparseTensor):
        return x.indices, x.values
    return tf.cast(x.indices, tf.int64)[:, tf.newaxis], x.values


def is_canonical(x: Any) -> bool:
    return getattr(x, _MARK, False)


def from_coordinates(indices: Tensor, values: Tensor, shape: tuple[Any, ...], canonical: bool) -> Any:
    if indices.shape[1] == 1 and len(shape) > 1:
        return tf.IndexedSlices(values, indices[:, 0], tf.convert_to_tensor(shape, tf.int64))
    if all(isinstance(size, int) for size in shape):
        sizes = tf.constant(shape, tf.int64, (len(shape),))
    else:
        sizes = tf.stack([tf.cast(size, tf.int64) for size in shape])
    result = tf.SparseTensor(tf.cast(indices, tf.int64), values, sizes)
    if canonical:
        setattr(result, _MARK, True)
    return result


def with_values(x: Any, values: Tensor) -> Any:
    if isinstance(x, tf.IndexedSlices):
        return tf.IndexedSlices(values, x.indices, x.dense_shape)
    result = tf.SparseTensor(x.indices, values, x.dense_shape)
    if is_canonical(x):
        setattr(result, _MARK, True)
    return result


def unique_rows(indices: Tensor, shape: tuple[Any, ...]) -> tuple[Tensor, Tensor]:
    if all(isinstance(size, int) for size in shape) and math.prod(shape) > _LARGEST:
        raise ShapeError(f"a sparse tensor must have at most 2**63 - 1 elements; got shape {shape}")
    sizes = [tf.cast(size, tf.int64) for size in shape]
    flat = tf.zeros(tf.shape(indices)[:1], tf.int64)
    for axis, size in enumerate(sizes):
        flat = flat * size + indices[:, axis]
    ordered = tf.sort(flat)
    unique = tf.boolean_mask(ordered, tf.concat([tf.ones_like(ordered[:1], tf.bool), ordered[1:] != ordered[:-1]], 0))
    places = tf.searchsorted(unique, flat)
    columns: list[Tensor] = []
    for size in reversed(sizes):
        columns.append(unique % tf.maximum(size, 1))
        unique = unique // tf.maximum(size, 1)
    rows = tf.stack(columns[::-1], 1) if columns else indices[:1]
    return rows, places


def to_dense(x: Any) -> Tensor:
    if isinstance(x, tf.IndexedSlices):
        shape(x)  # raises an error if it is unknown
        rows: Any = x.dense_shape
        return tf.math.unsorted_segment_sum(x.values, x.indices, rows[0])
    values = tf.cast(x.values, tf.int32) if x.dtype == tf.bool else x.values
    if is_canonical(x):
        return tf.sparse.to_dense(x)
    dense = tf.scatter_nd(x.indices, values, x.dense_shape)  # adds repeated elements
    dense.set_shape(x.shape)
    return tf.cast(dense, tf.bool) if x.dtype == tf.bool else dense


def multiply_dense(x: Any, y: Tensor) -> Any:
    if not isinstance(x, tf.SparseTensor) or x.dtype not in _MULTIPLIED:
        return NotImplemented
    return tf.sparse.sparse_dense_matmul(x, y)


def add(x: Any, y: Any) -> Any:
    if not (is_canonical(x) and is_canonical(y)) or x.dtype not in _ADDED or not (_is_finite(x) and _is_finite(y)):
        return NotImplemented
    result: Any = tf.sparse.add(x, y)
    setattr(result, _MARK, True)
    return result


def _is_finite(x: Any) -> bool:
    """Returns whether it is known that no sum of values is NaN, which TensorFlow does not store."""
    values: Any = x.values
    if values.dtype.is_integer:
        return True
    return isinstance(values, core.EAGER) and bool(tf.reduce_all(tf.math.is_finite(tf.abs(values))))
