"""Eager calls of the family contraction."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_tf.core import current_context, execute
from ops_backend_tf.eager.common import is_float, is_number
from ops_backend_tf.values import FEW, is_finite, read, tensor

__all__ = ["contraction_cdist", "contraction_correlate", "contraction_cross", "contraction_inner"]

Tensor = Any

_MULTIPLICATIONS = 1 << 16  # up to which a product takes less time than TensorFlow's operations


def contraction_cross(x1: Tensor, x2: Tensor, axisa: int, axisb: int, axisc: int, axis: int | None) -> Any:
    if axis is not None or not axisa == axisb == axisc == -1 or not is_number(x1) or not is_number(x2):
        return NotImplemented
    shape = x1.shape.as_list()
    if not shape or shape[-1] != 3 or shape != x2.shape.as_list():
        return NotImplemented
    return execute(current_context(), "Cross", None, x1, x2)


def _arrays(x1: Tensor, x2: Tensor) -> Any:
    """Returns the arrays of two tensors of few finite floats, else None."""
    if not is_float(x1) or not is_float(x2) or x1.dtype is not x2.dtype:
        return None
    array1, array2 = read(x1), read(x2)
    if not 0 < array1.size <= FEW or not 0 < array2.size <= FEW or not is_finite(array1) or not is_finite(array2):
        return None
    return array1, array2


def contraction_cdist(x: Tensor, y: Tensor) -> Any:
    arrays = _arrays(x, y)
    if arrays is None or arrays[0].ndim != 2 or arrays[1].ndim != 2 or len(arrays[0]) * arrays[1].size > FEW:
        return NotImplemented
    if arrays[0].shape[1] != arrays[1].shape[1]:
        return NotImplemented
    apart = arrays[0][:, None] - arrays[1]
    squares = np.vecdot(apart, apart)
    return tensor(np.sqrt(squares)) if np.isfinite(squares).all() else NotImplemented


def contraction_inner(x1: Tensor, x2: Tensor) -> Any:
    arrays = _arrays(x1, x2)
    if arrays is None or not arrays[0].ndim or arrays[0].shape[-1:] != arrays[1].shape[-1:]:
        return NotImplemented
    if arrays[0].size * arrays[1].size > _MULTIPLICATIONS * arrays[0].shape[-1]:
        return NotImplemented
    return tensor(np.inner(*arrays))


def contraction_correlate(x1: Tensor, x2: Tensor, mode: Any) -> Any:
    arrays = _arrays(x1, x2)
    if arrays is None or arrays[0].ndim != 1 or arrays[1].ndim != 1:
        return NotImplemented
    return tensor(np.correlate(arrays[0], arrays[1], mode))
