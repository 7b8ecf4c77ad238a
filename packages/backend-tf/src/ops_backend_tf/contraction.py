"""TensorFlow, family contraction."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf import elementwise
from ops_backend_tf.core import dynamic_shape, ints, raw_ops, static_shape
from ops_common import shapes

Tensor = Any

_MatMul, _BatchMatMul, _Cast = raw_ops.MatMul, raw_ops.BatchMatMulV2, raw_ops.Cast

# Dtypes for whose products TensorFlow has no kernels, and dtypes that hold the same sums: exactly, or modulo 2**n. A
# sum of zeros and ones is 0 in int32 only if all are 0.
_COMPUTED = {
    tf.bool: tf.int32,
    tf.uint8: tf.int32,
    tf.uint16: tf.int32,
    tf.uint32: tf.int64,
    tf.uint64: tf.int64,
    tf.int8: tf.int32,
    tf.int16: tf.int32,
}


def _converted(function: Callable[..., Tensor], *operands: Tensor) -> Tensor:
    dtype = operands[0].dtype
    return _Cast(x=function(*(_Cast(x=x, DstT=_COMPUTED[dtype]) for x in operands)), DstT=dtype)


def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype in _COMPUTED:
        return _converted(matmul, x1, x2)
    rank1, rank2 = x1.shape.rank, x2.shape.rank
    if rank1 == 2 and rank2 == 2:
        return _MatMul(a=x1, b=x2)
    if rank1 == 1:
        x1 = raw_ops.ExpandDims(input=x1, axis=ints(x1, 0))
    if rank2 == 1:
        x2 = raw_ops.ExpandDims(input=x2, axis=ints(x2, 1))
    out = _BatchMatMul(x=x1, y=x2)
    gone = [axis for axis, rank in ((-2, rank1), (-1, rank2)) if rank == 1]
    return raw_ops.Squeeze(input=out, axis=gone) if gone else out


def tensordot(x1: Tensor, x2: Tensor, axes: tuple[tuple[int, ...], tuple[int, ...]]) -> Tensor:
    if x1.dtype in _COMPUTED:
        return _converted(lambda a, b: tensordot(a, b, axes), x1, x2)
    if x1.shape.rank == 2 and x2.shape.rank == 2 and axes == ((1,), (0,)):
        return _MatMul(a=x1, b=x2)
    shape1, shape2 = static_shape(x1), static_shape(x2)
    if None in shape1 or None in shape2:
        return tf.tensordot(x1, x2, axes)
    left, lead = _as_matrix(x1, shape1, axes[0], last=True)
    right, rest = _as_matrix(x2, shape2, axes[1], last=False)
    return raw_ops.Reshape(tensor=_MatMul(a=left, b=right), shape=ints(x1, (*lead, *rest)))


def _as_matrix(x: Tensor, shape: list[int], axes: tuple[int, ...], last: bool) -> tuple[Tensor, tuple[int, ...]]:
    """Returns the tensor as a matrix with these axes, in this order, as its last or first one, and the other sizes."""
    rank = len(shape)
    summed = tuple(axis % rank for axis in axes)
    others = tuple(axis for axis in range(rank) if axis not in summed)
    order = (*others, *summed) if last else (*summed, *others)
    if order != tuple(range(rank)):
        x = raw_ops.Transpose(x=x, perm=ints(x, order))
    sizes = tuple(shape[axis] for axis in others)
    count, length = math.prod(sizes), math.prod(shape[axis] for axis in summed)
    return raw_ops.Reshape(tensor=x, shape=ints(x, (count, length) if last else (length, count))), sizes


@functools.cache
def _check_labels(subscripts: str) -> None:
    inputs, _, output = subscripts.partition("->")
    if not set(output) <= set(inputs):  # TensorFlow ignores such a label
        raise ValueError(f"the output's labels must be among the inputs'; got {subscripts!r}")


def einsum(subscripts: str, *operands: Tensor) -> Tensor:
    _check_labels(subscripts)
    if operands[0].dtype in _COMPUTED:
        return _converted(lambda *wide: einsum(subscripts, *wide), *operands)
    if len(operands) <= 2:
        return raw_ops.Einsum(inputs=operands, equation=subscripts)
    return tf.einsum(subscripts, *operands)


def dot(x1: Tensor, x2: Tensor) -> Tensor:
    rank1, rank2 = x1.shape.rank, x2.shape.rank
    if not rank1 or not rank2:
        return elementwise.multiply(x1, x2)
    if rank2 <= 2:
        return matmul(x1, x2)
    return tensordot(x1, x2, ((rank1 - 1,), (rank2 - 2,)))


def _conjugate(x: Tensor) -> Tensor:
    return raw_ops.Conj(input=x) if x.dtype.is_complex else x


def vdot(x1: Tensor, x2: Tensor) -> Tensor:
    row = raw_ops.Reshape(tensor=_conjugate(x1), shape=ints(x1, (1, -1)))
    column = raw_ops.Reshape(tensor=x2, shape=ints(x2, (-1, 1)))
    return raw_ops.Squeeze(input=matmul(row, column), axis=[0, 1])


def kron(x1: Tensor, x2: Tensor) -> Tensor:
    left, right, out = shapes.kron_factors(dynamic_shape(x1), dynamic_shape(x2))
    return tf.reshape(elementwise.multiply(tf.reshape(x1, left), tf.reshape(x2, right)), out)


def correlate(x1: Tensor, x2: Tensor, mode: str) -> Tensor:
    if x1.dtype.is_complex:
        (a, b), (c, d) = (tf.math.real(x1), tf.math.imag(x1)), (tf.math.real(x2), tf.math.imag(x2))
        real = correlate(a, c, mode) + correlate(b, d, mode)
        return tf.complex(real, correlate(b, c, mode) - correlate(a, d, mode))
    length1, length2 = x1.shape[0], x2.shape[0]
    if length1 is None or length2 is None:
        return _correlated_at_run_time(x1, x2, mode)
    if length1 < length2:
        return tf.reverse(correlate(x2, x1, mode), [0])
    before, after = shapes.correlation_padding(length1, length2, mode)
    return _slid(tf.pad(x1, [[before, after]]), x2)


def _slid(x: Tensor, window: Tensor) -> Tensor:
    # TensorFlow's convolution is a correlation.
    return tf.nn.conv1d(x[None, :, None], window[:, None, None], 1, "VALID")[0, :, 0]


def _correlated_at_run_time(x1: Tensor, x2: Tensor, mode: str) -> Tensor:
    """Returns the correlation of sequences of which either may be the longer one: a part of that for all shifts."""
    length1, length2 = dynamic_shape(x1)[0], dynamic_shape(x2)[0]
    every = _slid(tf.pad(x1, [[length2 - 1, length2 - 1]]), x2)
    if mode == "full":
        return every
    longer, shorter = tf.maximum(length1, length2), tf.minimum(length1, length2)
    before, count = (shorter // 2, longer) if mode == "same" else (0, longer - shorter + 1)
    # If x2 is the longer one, the shifts are counted from the other end.
    start = tf.where(length1 >= length2, shorter - 1 - before, length1 + length2 - shorter + before - count)
    return every[start : start + count]
