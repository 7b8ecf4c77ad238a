"""OpenVINO, family creation: host memory is filled; in a traced graph, new tensors are constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.kernel import movement
from ops_backend_openvino.manipulation import broadcast_to, ints, reshaped
from ops_backend_openvino.native_types import DTYPES, NUMPY
from ops_backend_openvino.nodes import like
from ops_backend_openvino.tensor import Node, Tensor, sizes


def zeros(shape: tuple[int, ...], dtype: str) -> Tensor:
    return Tensor(np.zeros(shape, NUMPY[dtype]), DTYPES[dtype])


def ones(shape: tuple[int, ...], dtype: str) -> Tensor:
    return Tensor(np.ones(shape, NUMPY[dtype]), DTYPES[dtype])


def full(shape: tuple[int, ...], fill_value: Any, dtype: str) -> Tensor:
    if type(fill_value) is Tensor:
        return broadcast_to(fill_value, shape)
    return Tensor(np.full(shape, fill_value, NUMPY[dtype]), DTYPES[dtype])


def zeros_like(x: Tensor, dtype: str) -> Tensor:
    return zeros(x.shape, dtype)


def ones_like(x: Tensor, dtype: str) -> Tensor:
    return ones(x.shape, dtype)


def full_like(x: Tensor, fill_value: Any, dtype: str) -> Tensor:
    return full(x.shape, fill_value, dtype)


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    # np.arange has no loop for bfloat16 beyond two elements.
    return Tensor(np.arange(start, stop, step).astype(NUMPY[dtype], copy=False), DTYPES[dtype])


def eye(N: int, M: int, k: int, dtype: str) -> Tensor:
    return Tensor(np.eye(N, M, k, NUMPY[dtype]), DTYPES[dtype])


_FAR = 2**62  # NumPy negates k in 64 bits


def tri(N: int, M: int, k: int, dtype: str) -> Tensor:
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
    return select(opset.constant(kept(np.ones(sizes(x)[-2:], bool), max(k, -_FAR))), x, like(0, x))


@movement(lambda x, k: np.tril(_matrices(x), max(k, -_FAR)))
def tril(x: Node, k: int) -> Any:
    return _masked(x, np.tril, k)


@movement(lambda x, k: np.triu(_matrices(x), max(k, -_FAR)))
def triu(x: Node, k: int) -> Any:
    return _masked(x, np.triu, k)


@movement(np.diag)
def diag(x: Node, k: int) -> Any:
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
