"""Eager calls of the families reduction and statistics."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_tf import reduction
from ops_backend_tf.core import raw_ops
from ops_backend_tf.eager.common import is_float
from ops_backend_tf.values import FEW, is_finite, read, tensor

__all__ = ["reduction_std", "statistics_median"]

Tensor = Any


def reduction_std(x: Tensor, axis: Any, keepdims: bool) -> Any:
    if not is_float(x):
        return NotImplemented
    squares = raw_ops.SquaredDifference(x=x, y=reduction.mean(x, axis, True))
    return raw_ops.Sqrt(x=reduction.mean(squares, axis, keepdims))


def statistics_median(x: Tensor, axis: Any, keepdims: bool) -> Any:
    if not is_float(x):
        return NotImplemented
    array = read(x)
    if not 0 < array.size <= FEW or not is_finite(array) or axis == ():
        return NotImplemented
    try:
        return tensor(np.asarray(np.median(array, axis, keepdims=keepdims)))
    except ValueError:  # an axis that is out of bounds or repeated
        return NotImplemented
