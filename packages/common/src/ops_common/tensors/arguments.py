"""Arguments that every op reads in the same way."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentTypeError
from ops_common.runtime.backend import short


def constant_float(value: float) -> float:
    """Returns the number, for code that computes with it in Python. A backend whose compiler may represent it by a
    symbol replaces this function by one that returns a constant; then each value is compiled for."""
    return value


def has_rank_0(value: Any) -> bool:
    """Returns whether a value is not an array or tensor with axes."""
    return getattr(value, "shape", ()) == ()  # a shape of TensorFlow is true also if it is empty


def as_python(value: Any) -> Any:
    """Returns an array or tensor as a number or nested list, and every other value unchanged."""
    # The types first: torch's compiler supports no test for an attribute of a symbolic number.
    if isinstance(value, (int, float, list, tuple)):
        return value
    if not hasattr(value, "tolist") and hasattr(value, "numpy"):  # TensorFlow's tensors
        value = value.numpy()
    try:
        return value.tolist() if hasattr(value, "tolist") else value
    except TypeError:  # a tensor without values in a traced function
        return value


def canonical_bool(value: Any) -> bool:
    """Returns a flag as a bool; accepts a bool, 0 or 1, or a NumPy bool."""
    if type(value) is bool:
        return value
    if isinstance(value, (np.bool_, np.ndarray)) and value.dtype == bool and value.shape == ():
        return bool(value)
    if isinstance(value, (int, np.integer)) and value in (0, 1):
        return bool(value)
    raise ArgumentTypeError(f"a flag must be True or False; got {short(value)}")
