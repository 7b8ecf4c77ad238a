"""NumPy, family reduction: the universal functions' own reduce, without the wrappers above it.

NumPy lets axis 0 and -1 of a scalar pass, which has no axis: a look at the rank keeps such an axis an error.
Reductions are told a type rather than a dtype, of which they refuse a foreign byte order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import SMALL_FLOATS
from ops_common import shapes

Tensor = Any
Axis = int | tuple[int, ...] | None

_HALF = frozenset({np.dtype("float16"), *SMALL_FLOATS})
_INT32 = np.dtype("int32")
# By position all through: NumPy's stubs know these parameters by name only.
_add: Any = np.add.reduce
_multiply: Any = np.multiply.reduce
_maximum: Any = np.maximum.reduce
_minimum: Any = np.minimum.reduce
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
    if x.dtype in _HALF:
        return np.mean(x, axis, np.float32, keepdims=keepdims).astype(x.dtype)
    return np.mean(x, axis, x.dtype.type, keepdims=keepdims)


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
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    return np.argmax(x, axis, keepdims=keepdims).astype(_INT32)


def argmin(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    if axis is not None and not x.ndim:
        shapes.normalize_axes(axis, 0)
    return np.argmin(x, axis, keepdims=keepdims).astype(_INT32)
