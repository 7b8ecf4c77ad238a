"""NumPy, family creation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import DTYPES

Tensor = Any


def zeros(shape: tuple[int, ...], dtype: str) -> Tensor:
    return np.zeros(shape, DTYPES[dtype])


def ones(shape: tuple[int, ...], dtype: str) -> Tensor:
    out = np.empty(shape, DTYPES[dtype])
    out.fill(1)
    return out


def full(shape: tuple[int, ...], fill_value: Any, dtype: str) -> Tensor:
    if type(fill_value) is float and dtype in _WIDE_FLOATS:
        out = np.empty(shape, DTYPES[dtype])
        out.fill(fill_value)
        return out
    return np.full(shape, fill_value, DTYPES[dtype])


_WIDE_FLOATS = frozenset(("float32", "float64"))


def zeros_like(x: Tensor, dtype: str) -> Tensor:
    return np.zeros(x.shape, DTYPES[dtype])


def ones_like(x: Tensor, dtype: str) -> Tensor:
    return ones(x.shape, dtype)


def full_like(x: Tensor, fill_value: Any, dtype: str) -> Tensor:
    return full(x.shape, fill_value, dtype)


_COUNTED = frozenset({np.dtype(np.float32), np.dtype(np.float64)})
_EXACT = 1 << 23  # whole numbers up to this, and their differences, are exact in float32


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    native = DTYPES[dtype]
    if native in _COUNTED and type(start) is type(stop) is type(step) is int and abs(start) + abs(stop) <= _EXACT:
        return np.arange(start, stop, step, native)  # pyright: ignore[reportCallIssue]  # in its stubs the dtype is a keyword
    # np.arange has no loop for the small floats beyond two elements.
    return np.arange(start, stop, step).astype(DTYPES[dtype], copy=False)


def line(start: Tensor, stop: Tensor, num: int, endpoint: bool, dtype: str, axis: int) -> Tensor:
    step = (stop - start) / start.dtype.type(max(num - endpoint, 1))
    values = np.arange(num).astype(step.dtype).reshape(-1, *(1,) * step.ndim) * step
    values += start
    if endpoint and num > 1:
        values[-1] = stop
    native = DTYPES[dtype]
    if native.kind in "biu":
        np.floor(values, out=values)
    values = values.astype(native, copy=False)
    return np.moveaxis(values, 0, axis) if axis else values


def eye(N: int, M: int, k: int, dtype: str) -> Tensor:
    if k or N != M:
        return np.eye(N, M, k, DTYPES[dtype])
    out = np.zeros((N, N), DTYPES[dtype])
    out.reshape(-1)[:: N + 1] = 1
    return out


_FAR = 2**62  # NumPy negates k in 64 bits


def tri(N: int, M: int, k: int, dtype: str) -> Tensor:
    k = max(-N, min(k, M))  # beyond these, no or every element is 1
    rows, columns = np.arange(k, N + k, dtype=np.int32), np.arange(M, dtype=np.int32)
    return np.greater_equal(rows[:, None], columns).astype(DTYPES[dtype])


def copy(x: Tensor) -> Tensor:
    return np.array(x)


def tril(x: Tensor, k: int) -> Tensor:
    return np.tril(_matrices(x), max(k, -_FAR))


def triu(x: Tensor, k: int) -> Tensor:
    return np.triu(_matrices(x), max(k, -_FAR))


def _matrices(x: Tensor) -> Tensor:
    if x.ndim < 2:  # NumPy turns a rank-1 array into a matrix
        raise ValueError("a triangle is of two axes")
    return x


def diag(x: Tensor, k: int) -> Tensor:
    return np.diag(x, k)
