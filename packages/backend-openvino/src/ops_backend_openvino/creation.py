"""OpenVINO, family creation: host memory is filled; in a traced graph, new tensors are constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.core import cast
from ops_backend_openvino.kernel import movement
from ops_backend_openvino.manipulation import broadcast_to, ints, reshaped
from ops_backend_openvino.native_types import DTYPES, NARROW, NUMPY, unsupported
from ops_backend_openvino.nodes import like
from ops_backend_openvino.run_time_sizes import dimensions, filled, has_sizes, node_dimensions, scalar
from ops_backend_openvino.tensor import Node, Tensor, sizes, traced


def zeros(shape: tuple[Any, ...], dtype: str) -> Tensor:
    try:
        return Tensor(np.zeros(shape, NUMPY[dtype]), DTYPES[dtype])
    except TypeError:
        if not has_sizes(shape):
            raise
        return traced(filled(shape, 0, dtype), DTYPES[dtype])


def ones(shape: tuple[Any, ...], dtype: str) -> Tensor:
    try:
        return Tensor(np.ones(shape, NUMPY[dtype]), DTYPES[dtype])
    except TypeError:
        if not has_sizes(shape):
            raise
        return traced(filled(shape, 1, dtype), DTYPES[dtype])


def full(shape: tuple[Any, ...], fill_value: Any, dtype: str) -> Tensor:
    if type(fill_value) is Tensor:
        return broadcast_to(fill_value, shape)
    try:
        return Tensor(np.full(shape, fill_value, NUMPY[dtype]), DTYPES[dtype])
    except TypeError:
        if not has_sizes(shape):
            raise
        if dtype not in NARROW:
            raise unsupported("full", dtype) from None
        return traced(filled(shape, fill_value, dtype), DTYPES[dtype])


def zeros_like(x: Tensor, dtype: str) -> Tensor:
    return zeros(dimensions(x), dtype)


def ones_like(x: Tensor, dtype: str) -> Tensor:
    return ones(dimensions(x), dtype)


def full_like(x: Tensor, fill_value: Any, dtype: str) -> Tensor:
    return full(dimensions(x), fill_value, dtype)


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    if not (type(start) in _NUMBERS and type(stop) in _NUMBERS and type(step) in _NUMBERS):
        return _range_of_sizes(start, stop, step, dtype)
    # np.arange has no loop for bfloat16 beyond two elements.
    return Tensor(np.arange(start, stop, step).astype(NUMPY[dtype], copy=False), DTYPES[dtype])


_NUMBERS = frozenset({bool, int, float})


def _range_of_sizes(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    """Returns a range where a run-time size is one of the numbers."""
    if dtype not in NARROW:
        raise unsupported("arange", dtype)
    whole = all(isinstance(value, (int, Tensor)) for value in (start, stop, step))
    working = ov.Type.i32 if whole else ov.Type.f32
    first, last, distance = (scalar(value, working) for value in (start, stop, step))
    if not whole or step != 1:
        # Counted, because a range of floats accumulates rounding errors.
        count: Any = opset.divide(opset.subtract(last, first), distance)
        if whole:
            length = opset.convert(opset.subtract(first, last), ov.Type.f32)
            count = opset.negative(opset.floor(opset.divide(length, opset.convert(distance, ov.Type.f32))))
        count = opset.convert(opset.ceiling(count) if not whole else count, ov.Type.i32)
        zero, one = (opset.constant(np.int32(n)) for n in (0, 1))
        places: Any = opset.convert(opset.range(zero, opset.maximum(count, zero), one, "i32"), working)
        places = opset.add(opset.multiply(places, distance), first)
    else:
        places = opset.range(first, opset.maximum(last, first), distance, "i32")
    return cast(traced(places, "int32" if whole else "float32"), dtype)


def _below(N: Any, M: Any, k: int, compare: Callable[..., Any], dtype: str) -> Tensor:
    """Returns a matrix of run-time sizes: the comparison of the columns' numbers with the rows' numbers plus k."""
    if dtype not in NARROW:
        raise unsupported("eye", dtype)
    one = opset.constant(np.int32(1))
    k = max(-_FAR_INDEX, min(k, _FAR_INDEX))
    rows, columns = (opset.range(opset.constant(np.int32(0)), scalar(size), one, "i32") for size in (N, M))
    rows = opset.unsqueeze(opset.add(rows, opset.constant(np.int32(k))), ints([1]))
    return cast(traced(compare(columns, rows), "bool"), dtype)


_FAR = 2**62  # NumPy negates k in 64 bits
_FAR_INDEX = 2**30  # beyond all diagonals, and int32 holds the sum of it and a size


def eye(N: Any, M: Any, k: int, dtype: str) -> Tensor:
    if not (type(N) is int and type(M) is int):
        return _below(N, M, k, opset.equal, dtype)
    return Tensor(np.eye(N, M, k, NUMPY[dtype]), DTYPES[dtype])


def tri(N: Any, M: Any, k: int, dtype: str) -> Tensor:
    if not (type(N) is int and type(M) is int):
        return _below(N, M, k, opset.less_equal, dtype)
    return Tensor(np.tri(N, M, max(k, -_FAR), NUMPY[dtype]), DTYPES[dtype])


@movement(np.array)
def copy(x: Node) -> Any:
    return x


def _matrices(x: Any) -> Any:
    if x.ndim < 2:  # NumPy turns a rank-1 array into a matrix
        raise ValueError("a triangle is of two axes")
    return x


def _masked(x: Node, kept: Callable[..., Any], k: int) -> Any:
    """Returns the node where a triangle of ones is 1; zeros elsewhere."""
    rows, columns = node_dimensions(x)[-2:]
    if has_sizes((rows, columns)):
        upper = kept is np.triu
        below = _below(rows, columns, k - 1 if upper else k, opset.less_equal, "bool").node
        return select(opset.logical_not(below) if upper else below, x, like(0, x))
    return select(opset.constant(kept(np.ones(sizes(x)[-2:], bool), max(k, -_FAR))), x, like(0, x))


@movement(lambda x, k: np.tril(_matrices(x), max(k, -_FAR)))
def tril(x: Node, k: int) -> Any:
    return _masked(x, np.tril, k)


@movement(lambda x, k: np.triu(_matrices(x), max(k, -_FAR)))
def triu(x: Node, k: int) -> Any:
    return _masked(x, np.triu, k)


@movement(np.diag)
def diag(x: Node, k: int) -> Any:
    if None in sizes(x):
        length = scalar(node_dimensions(x)[0])
        size = opset.add(length, opset.constant(np.int32(abs(k))))
        line = opset.pad(x, ints([max(k, 0)]), ints([max(-k, 0)]), "constant", like(0, x))
        return select(_below(size.output(0), size.output(0), k, opset.equal, "bool").node, line, like(0, x))
    # Each element is followed by a row of zeros, so that in memory the elements are one row and one column apart.
    (length,) = sizes(x)
    size = length + abs(k)
    before = max(k, -k * size)
    line = opset.pad(reshaped(x, [length, 1]), ints([0, 0]), ints([0, size]), "constant", like(0, x))
    after = size * size - before - length * (size + 1)
    line = reshaped(line, [-1])
    if after < 0:
        line, after = opset.slice(line, ints([0]), ints([size * size - before]), ints([1])), 0
    return reshaped(opset.pad(line, ints([before]), ints([after]), "constant", like(0, x)), [size, size])
