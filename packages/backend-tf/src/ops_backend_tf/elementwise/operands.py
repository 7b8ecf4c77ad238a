"""Operands that TensorFlow's operations do not accept: numbers in the first place, bools, unsigned integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import NUMBERS, number_like, zero_like

Tensor = Any

UNSIGNED = frozenset({tf.uint8, tf.uint16, tf.uint32, tf.uint64})
COMPLEX = frozenset({tf.complex64, tf.complex128})
BOOL = frozenset({tf.bool})


def require(allowed: Any, *operands: Any) -> None:
    """Re-raises the error being handled, unless the operands' dtype is one of those with an alternative."""
    dtype = next(x.dtype for x in operands if type(x) not in NUMBERS)
    if dtype not in allowed:
        raise  # the caller is an except clause


def binary(function: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """Returns a function of two operands, of which the first may be a number.

    TensorFlow accepts a number as the second operand, but may use a cached 0.0 for -0.0 (see `scalar`).
    """

    def call(x1: Any, x2: Any) -> Tensor:
        if type(x2) is float and x2 == 0:
            x2 = zero_like(x2, x1)
        return function(number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)

    return call


def with_bools(function: Callable[..., Tensor], logical: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """Returns a binary function from TensorFlow's function of numbers and another function for bools."""

    def call(x1: Any, x2: Any) -> Tensor:
        if type(x1) in NUMBERS:
            x1 = number_like(x1, x2)
        elif type(x2) is float and x2 == 0:
            x2 = zero_like(x2, x1)
        try:
            return function(x1, x2)
        except Exception:
            require(BOOL, x1, x2)
            return logical(x1, x2)

    return call


def as_tensors(x1: Any, x2: Any) -> tuple[Tensor, Tensor]:
    """Returns both as tensors; at most one of them is a number."""
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    return x1, number_like(x2, x1) if type(x2) in NUMBERS else x2


def unary(function: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    """Returns an operation of one operand without its optional parameters."""
    return lambda x: function(x)
