"""NumPy, family reduction: the universal functions' own reduce, without NumPy's wrappers.

NumPy accepts axis 0 and -1 of a scalar, which has no axis: the rank is checked so that this is an error. Reductions are
passed a type instead of a dtype, because they reject one with a foreign byte order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import HALF_FLOATS
from ops_common import shapes
from ops_common.host.indexing import NO_AXIS

Tensor = Any
Axis = int | tuple[int, ...] | None

_INT32 = np.dtype("int32")
_FLOAT32 = np.float32
_DOUBLE: dict[Any, Any] = {np.float32: np.float64, np.complex64: np.complex128}
_LONG = 1 << 13  # elements summed one by one
# All arguments are positional, though NumPy's stubs declare these parameters as keyword-only.
_add: Any = np.add.reduce
_multiply: Any = np.multiply.reduce
_maximum: Any = np.maximum.reduce
_minimum: Any = np.minimum.reduce
_fmax: Any = np.fmax.reduce
_fmin: Any = np.fmin.reduce
_or: Any = np.logical_or.reduce
_and: Any = np.logical_and.reduce


def sum(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    return _add(x, axis, x.dtype.type, None, keepdims)


def prod(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    return _multiply(x, axis, x.dtype.type, None, keepdims)


def mean(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    wide = _FLOAT32 if x.dtype in HALF_FLOATS else x.dtype.type
    if x.size > _LONG and axis is not None and wide in _DOUBLE:
        wide = _precise(x.shape, axis, wide)
    total = _add(x, axis, wide, None, keepdims)
    means = total / wide(x.size // total.size if total.size else 1)
    return means if wide is x.dtype.type else means.astype(x.dtype)


def _precise(shape: tuple[int, ...], axis: Axis, wide: Any) -> Any:
    """Returns the type to sum in: NumPy sums pairwise only along contiguous memory, and elsewhere one by one, which
    loses digits."""
    axes = shapes.normalize_axes(axis, len(shape))
    steps = 1
    for a in axes:
        if a != len(shape) - 1:
            steps *= shape[a]
    return _DOUBLE[wide] if steps > _LONG else wide


def max(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    if initial is None:
        return _maximum(x, axis, None, None, keepdims)
    return _maximum(x, axis, None, None, keepdims, x.dtype.type(initial))


def min(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    if initial is None:
        return _minimum(x, axis, None, None, keepdims)
    return _minimum(x, axis, None, None, keepdims, x.dtype.type(initial))


def any(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    return _or(x, axis, None, None, keepdims)


def all(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    return _and(x, axis, None, None, keepdims)


def argmax(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    if axis is not None and (not x.ndim or axis == NO_AXIS):
        shapes.normalize_axes(axis, x.ndim)
    return np.argmax(x, axis, keepdims=keepdims).astype(_INT32)


def argmin(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    if axis is not None and (not x.ndim or axis == NO_AXIS):
        shapes.normalize_axes(axis, x.ndim)
    return np.argmin(x, axis, keepdims=keepdims).astype(_INT32)


def cumsum(x: Tensor, axis: int | None) -> Tensor:
    return _accumulated(np.add, x, axis)


def cumprod(x: Tensor, axis: int | None) -> Tensor:
    return _accumulated(np.multiply, x, axis)


def _accumulated(function: Any, x: Tensor, axis: int | None) -> Tensor:
    if axis is None:
        x, axis = x.reshape(-1), 0
    if x.dtype in HALF_FLOATS:
        return function.accumulate(x, axis, np.float32).astype(x.dtype)
    return function.accumulate(x, axis, x.dtype.type)


def var(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    wide = x.astype(_FLOAT32) if x.dtype in HALF_FLOATS else x
    square = _squared(wide - mean(wide, axis, True))
    variances = mean(square, axis, keepdims)
    return variances if wide is x else variances.astype(x.dtype)


def _squared(distance: Tensor) -> Tensor:
    if distance.dtype.kind == "c":
        square = np.square(distance.real)
        square += np.square(distance.imag)
        return square
    distance *= distance  # in place
    return distance


def nansum(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return _of_numbers(sum, x, 0, axis, keepdims)


def nanprod(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return _of_numbers(prod, x, 1, axis, keepdims)


def _of_numbers(reduce: Any, x: Tensor, neutral: int, axis: Axis, keepdims: bool) -> Tensor:
    """Returns a reduction in which NaN counts as the neutral element; NaN is searched for only where the result is
    NaN."""
    reduced = reduce(x, axis, keepdims)
    if not np.isnan(reduced).any():
        return reduced
    return reduce(np.where(np.isnan(x), x.dtype.type(neutral), x), axis, keepdims)


def nanmean(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    reduced = mean(x, axis, keepdims)
    if not np.isnan(reduced).any():
        return reduced
    wide = _FLOAT32 if x.dtype in HALF_FLOATS else x.dtype.type
    nan = np.isnan(x)
    total = sum(np.where(nan, wide(0), x.astype(wide, copy=False)), axis, keepdims)
    count = _add(~nan, axis, np.int32, None, keepdims)
    return (total / count.astype(wide)).astype(x.dtype, copy=False)


def nanvar(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    nan = np.isnan(x)
    if not nan.any():
        return var(x, axis, keepdims)
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    wide = _FLOAT32 if x.dtype in HALF_FLOATS else x.dtype.type
    numbers = np.array(x, wide)
    numbers[nan] = 0
    count = np.subtract(1, nan, dtype=np.int32)
    numbers -= _add(numbers, axis, wide, None, True) / _add(count, axis, np.int32, None, True).astype(wide)
    numbers[nan] = 0
    square = _squared(numbers)
    means = _add(square, axis, square.dtype.type, None, keepdims) / _add(count, axis, square.dtype.type, None, keepdims)
    return means.astype(x.dtype) if x.dtype in HALF_FLOATS else means


def nanmax(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    return _fmax(x, axis, None, None, keepdims)


def nanmin(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    return _fmin(x, axis, None, None, keepdims)


def count_nonzero(x: Tensor, axis: Axis) -> Tensor:
    if axis is None:
        return _INT32.type(np.count_nonzero(x))
    if not x.ndim:
        shapes.normalize_axes(axis, 0)
    return _add(x if x.dtype == bool else np.not_equal(x, 0), axis, _INT32.type)
