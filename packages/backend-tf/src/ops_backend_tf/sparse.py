"""TensorFlow, family sparse: SparseTensor, and IndexedSlices, which stores rows."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from ops_backend_tf import core
from ops_backend_tf.elementwise.gradients import nothing_records
from ops_common.errors import ShapeError

Tensor = Any
_LARGEST = 2**63 - 1
_FEW = 2  # the number of elements, for each that is stored, up to which a tensor with all of them is small
# Dtypes whose products TensorFlow computes.
_MULTIPLIED = frozenset((tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int32, tf.complex64, tf.complex128))
_ADDED = frozenset(
    (tf.float32, tf.float64, tf.int8, tf.uint8, tf.int16, tf.int32, tf.int64, tf.complex64, tf.complex128)
)
_OF_TWO_SPARSE = frozenset((tf.float32, tf.float64, tf.complex64, tf.complex128))
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
    unique, places = _unique(flat, math.prod(shape) if all(isinstance(size, int) for size in shape) else None)
    columns: list[Tensor] = []
    for size in reversed(sizes):
        columns.append(unique % tf.maximum(size, 1))
        unique = unique // tf.maximum(size, 1)
    rows = tf.stack(columns[::-1], 1) if columns else indices[:1]
    return rows, places


def _unique(flat: Tensor, total: int | None) -> tuple[Tensor, Tensor]:
    """Returns the distinct integers in ascending order, and the place of each; ``total`` is larger than all of them."""
    if isinstance(flat, core.EAGER):
        count = int(flat.shape[0])
        if bool(tf.reduce_all(flat[1:] >= flat[:-1])):
            starts = _starts(flat)
            return tf.boolean_mask(flat, starts), tf.cumsum(tf.cast(starts, tf.int64)) - 1
        if total is not None and total <= _FEW * count:
            present = tf.tensor_scatter_nd_update(tf.zeros(total, tf.int64), flat[:, tf.newaxis], tf.ones_like(flat))
            return tf.where(present)[:, 0], tf.gather(tf.cumsum(present), flat) - 1
    ordered = tf.sort(flat)
    unique = tf.boolean_mask(ordered, _starts(ordered))
    return unique, tf.searchsorted(unique, flat)


def _starts(ordered: Tensor) -> Tensor:
    return tf.concat([tf.ones_like(ordered[:1], tf.bool), ordered[1:] != ordered[:-1]], 0)


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


def multiply_from_dense(x: Tensor, y: Any) -> Any:
    if not isinstance(y, tf.SparseTensor) or y.dtype not in _MULTIPLIED:
        return NotImplemented
    product: Any = tf.sparse.sparse_dense_matmul(y, x, adjoint_a=True, adjoint_b=True)
    return tf.linalg.adjoint(product)


def multiply_sparse(x: Any, y: Any) -> Any:
    is_known = all(isinstance(z, tf.SparseTensor) and is_canonical(z) for z in (x, y))
    if not is_known or x.dtype not in _OF_TWO_SPARSE or not nothing_records() or not isinstance(x.values, core.EAGER):
        return NotImplemented  # the product has no gradient here
    rows = [
        tf.raw_ops.SparseTensorToCSRSparseMatrix(indices=z.indices, values=z.values, dense_shape=z.dense_shape)
        for z in (x, y)
    ]
    product = tf.raw_ops.SparseMatrixSparseMatMul(a=rows[0], b=rows[1], type=x.dtype)
    found: Any = tf.raw_ops.CSRSparseMatrixToSparseTensor(sparse_matrix=product, type=x.dtype)
    return _marked(tf.SparseTensor(found.indices, found.values, found.dense_shape))


def reshape(x: Any, shape: tuple[int, ...]) -> Any:
    if not isinstance(x, tf.SparseTensor):
        return NotImplemented
    result: Any = tf.sparse.reshape(x, shape)
    if is_canonical(x):
        setattr(result, _MARK, True)
    return result


def sum(x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    if not isinstance(x, tf.SparseTensor) or x.dtype not in _ADDED or not nothing_records():
        return NotImplemented  # the function has no gradient
    if not isinstance(x.values, core.EAGER):
        return NotImplemented
    return _marked(tf.sparse.reduce_sum(x, axes, keepdims=keepdims, output_is_sparse=True))


def add(x: Any, y: Any) -> Any:
    if not _can_pair(x, y) or not (_is_finite(x) and _is_finite(y)):
        return NotImplemented
    return _marked(tf.sparse.add(x, y))


def subtract(x: Any, y: Any) -> Any:
    return add(x, with_values(y, -y.values))


def maximum(x: Any, y: Any) -> Any:
    if not _can_compare(x, y):
        return NotImplemented
    return _marked(tf.sparse.maximum(x, y))


def minimum(x: Any, y: Any) -> Any:
    if not _can_compare(x, y):
        return NotImplemented
    return _marked(tf.sparse.minimum(x, y))


def _can_pair(x: Any, y: Any) -> bool:
    return is_canonical(x) and is_canonical(y) and x.dtype in _ADDED


def _can_compare(x: Any, y: Any) -> bool:
    """Returns whether TensorFlow compares the values: its function has no gradient, and loses NaN."""
    if not _can_pair(x, y) or x.dtype.is_complex or not nothing_records():
        return False
    return isinstance(x.values, core.EAGER) and _is_finite(x) and _is_finite(y)


def _marked(x: Any) -> Any:
    setattr(x, _MARK, True)
    return x


def _is_finite(x: Any) -> bool:
    """Returns whether it is known that no sum of values is NaN, which TensorFlow does not store."""
    values: Any = x.values
    if values.dtype.is_integer:
        return True
    return isinstance(values, core.EAGER) and math.isfinite(abs(tf.reduce_sum(values).numpy()))
