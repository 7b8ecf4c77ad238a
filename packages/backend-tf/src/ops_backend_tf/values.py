"""Values of eager tensors as NumPy arrays, and back: TensorFlow takes 4 microseconds or more for an operation or a new
tensor, and NumPy less than one for a function of a few elements."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ops_backend_tf.core import EAGER, current_context

# Up to this number of elements, NumPy's functions take less time than TensorFlow's operations.
FEW = 1 << 12

# Returns a view of a tensor's memory on the CPU, or a NumPy scalar for rank 0. Nothing may change it. The
# private method takes half the time of the public ways.
read: Callable[[Any], Any] = getattr(EAGER, "_numpy_internal", np.asarray)


def _first(array: Any, device: str, dtype: None) -> Any:
    """Returns the process's first tensor of an array: TensorFlow's context, which must have started, need not have."""
    global _new
    current_context().ensure_initialized()
    _new = EAGER
    return EAGER(array, current_context().device_name, dtype)


_new: Any = _first


def tensor(array: Any) -> Any:
    """Returns a tensor of an array that nothing changes later: it may share the array's memory. (`tf.constant` copies
    it first.)"""
    return _new(array, current_context().device_name, None)


def is_finite(array: Any) -> bool:
    """Returns whether floats are finite, and small enough for the sum of their squares: one call."""
    return math.isfinite(np.vdot(array, array))


def has_nan(array: Any) -> bool:
    """Returns whether there is a NaN among real floats: of others, the sum of squares may be infinite, but not NaN."""
    return math.isnan(np.vdot(array, array))


def has_zero(array: Any) -> bool:
    return np.count_nonzero(array) != array.size
