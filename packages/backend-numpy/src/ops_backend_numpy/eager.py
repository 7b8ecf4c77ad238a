"""NumPy, family eager: short forms of frequent calls, of plain arrays. For other calls they return NotImplemented."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ops_backend_numpy import linalg
from ops_common.host.indexing import is_basic, plain_block
from ops_common.runtime import config

__all__ = [
    "creation_arange",
    "creation_geomspace",
    "creation_linspace",
    "creation_logspace",
    "indexing_get_item",
    "indexing_slice",
    "indexing_slice_update",
    "linalg_cholesky_inverse",
    "manipulation_diff",
    "manipulation_repeat",
    "sorting_unique",
    "statistics_trapezoid",
]

Tensor = Any

_LARGEST = 2**31 - 1
_DTYPES = {"float32": np.dtype(np.float32), "float64": np.dtype(np.float64)}
_LARGEST_KEPT = 64  # rows of an identity matrix
_MOST = 1e30  # of numbers in a series, which are far from the largest float32


def _dtype(start: Any, stop: Any, num: Any, endpoint: Any, dtype: Any, axis: Any) -> Any:
    """Returns the dtype of a series between two Python numbers; None if `ops` has to compute the series."""
    for end in (start, stop):
        if not (type(end) is float or (type(end) is int and -_LARGEST <= end <= _LARGEST)) or not -_MOST < end < _MOST:
            return None
    if type(num) is not int or num < 1 or endpoint is not True or type(axis) is not int or axis not in (0, -1):
        return None
    return _DTYPES.get(config.floatx() if dtype is None else dtype) if dtype is None or type(dtype) is str else None


def creation_arange(start: Any, stop: Any, step: Any, dtype: Any) -> Tensor:
    if step is not None or dtype is not None or type(start) is not int or not -_LARGEST <= start <= _LARGEST:
        return NotImplemented
    if stop is None:  # in an outline, arange(0, None) has an unknown end
        return np.arange(start, dtype=np.int32) if start > 0 else NotImplemented
    return np.arange(start, stop, dtype=np.int32) if type(stop) is int and abs(stop) <= _LARGEST else NotImplemented


def creation_linspace(start: Any, stop: Any, num: Any, endpoint: Any, retstep: Any, dtype: Any, axis: Any) -> Tensor:
    native = _dtype(start, stop, num, endpoint, dtype, axis)
    if native is None or retstep:
        return NotImplemented
    return np.linspace(start, stop, num, dtype=native)


def creation_logspace(start: Any, stop: Any, num: Any, endpoint: Any, base: Any, dtype: Any, axis: Any) -> Tensor:
    native = _dtype(start, stop, num, endpoint, dtype, axis)
    if native is None or type(base) not in (int, float) or not 0 < base < _LARGEST:
        return NotImplemented
    largest = max(abs(start), abs(stop)) * abs(math.log10(base))
    if largest > 30:  # it may overflow
        return NotImplemented
    return np.logspace(start, stop, num, base=base, dtype=native)


def creation_geomspace(start: Any, stop: Any, num: Any, endpoint: Any, dtype: Any, axis: Any) -> Tensor:
    native = _dtype(start, stop, num, endpoint, dtype, axis)
    if native is None or not start * stop > 0 or abs(start) < 1 / _MOST or abs(stop) < 1 / _MOST:
        return NotImplemented
    values = float(start) * (stop / start) ** (np.arange(num) / max(num - 1, 1))
    if num > 1:
        values[-1] = stop
    return values.astype(native, copy=False)


def indexing_get_item(x: Any, key: Any) -> Any:
    if type(x) is not np.ndarray or not is_basic(key):
        return NotImplemented
    try:
        return x[key]
    except Exception:  # `ops` explains it
        return NotImplemented


def indexing_slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    if type(inputs) is not np.ndarray:
        return NotImplemented
    places = plain_block(inputs.shape, start_indices, shape)
    return NotImplemented if places is None else inputs[places]


def indexing_slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    if type(inputs) is not np.ndarray or type(updates) is not np.ndarray or inputs.dtype is not updates.dtype:
        return NotImplemented
    places = plain_block(inputs.shape, start_indices, updates.shape)
    if places is None:
        return NotImplemented
    out = np.array(inputs)
    out[places] = updates
    return out


def linalg_cholesky_inverse(x: Tensor, upper: bool) -> Tensor:
    if x.ndim != 2 or x.dtype not in _FLOATS or not 0 < len(x) == x.shape[1] <= _LARGEST_KEPT:
        return NotImplemented
    inverse = linalg.solve_triangular(x, _identity(len(x), x.dtype), not upper)
    return inverse @ inverse.T if upper else inverse.T @ inverse


_FLOATS = frozenset(_DTYPES.values())


@functools.lru_cache
def _identity(size: int, dtype: Any) -> Tensor:
    return np.eye(size, dtype=dtype)


def manipulation_repeat(x: Any, repeats: Any, axis: Any) -> Any:
    if type(x) is not np.ndarray or type(repeats) is not int or repeats < 0:
        return NotImplemented
    if axis is not None and (type(axis) is not int or not -x.ndim <= axis < x.ndim):
        return NotImplemented
    return x.repeat(repeats, axis)


def manipulation_diff(a: Tensor, n: Any, axis: Any) -> Tensor:
    if n != 1 or axis != -1 or not a.ndim or a.dtype not in _NUMERIC:
        return NotImplemented
    return a[..., 1:] - a[..., :-1]


_NUMERIC = frozenset(np.dtype(name) for name in ("float32", "float64", "int32", "int64"))


def sorting_unique(
    x: Tensor, sorted: Any, index: Any, inverse: Any, counts: Any, axis: Any, size: Any, fill_value: Any
) -> Any:
    if index or inverse or counts or axis is not None or size is not None or x.dtype not in _INTEGERS:
        return NotImplemented
    ordered = np.sort(x, axis=None)
    is_first = np.empty(ordered.shape, bool)
    is_first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


_INTEGERS = frozenset(np.dtype(name) for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"))


def statistics_trapezoid(y: Tensor, x: Any, dx: Any, axis: Any) -> Tensor:
    if x is not None or type(dx) is not float or dx != 1.0 or axis != -1 or y.dtype not in _FLOATS:
        return NotImplemented
    if y.ndim < 1 or y.shape[-1] < 2:
        return NotImplemented
    return np.add.reduce(y[..., 1:-1], -1) + (y[..., 0] + y[..., -1]) * y.dtype.type(0.5)
