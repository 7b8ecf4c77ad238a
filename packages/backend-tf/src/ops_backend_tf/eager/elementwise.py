"""Eager calls of the family elementwise."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from ops_backend_tf.core import EAGER, current_context, execute
from ops_backend_tf.eager.common import is_float, is_number
from ops_backend_tf.values import FEW, has_zero, is_finite, read, tensor
from ops_common.host import special

__all__ = [
    "elementwise_bitwise_invert",
    "elementwise_cbrt",
    "elementwise_erfinv",
    "elementwise_fmod",
    "elementwise_gammainc",
    "elementwise_i0",
    "elementwise_mod",
    "elementwise_nextafter",
    "elementwise_sinc",
]

Tensor = Any

_quantile = statistics.NormalDist().inv_cdf
_ROOT = math.sqrt(0.5)
# Up to this number of elements, a loop over Python numbers takes less time than NumPy's functions.
_FEW_NUMBERS = 32
# Below this, the error function is linear to float64's precision, and an argument of the quantile loses digits.
_LINEAR = 1e-6
_SLOPE = math.sqrt(math.pi) / 2


def _erfinv_of_number(x: float) -> float:
    if -_LINEAR < x < _LINEAR:
        return x * _SLOPE
    return _ROOT * _quantile(0.5 + 0.5 * x) if x < 0 else -_ROOT * _quantile(0.5 - 0.5 * x)


def elementwise_erfinv(x: Tensor) -> Any:
    if not is_float(x):
        return NotImplemented
    array = read(x)
    if array.size > FEW:
        return NotImplemented
    if array.size <= _FEW_NUMBERS and array.dtype == np.float32:
        try:
            values = [_erfinv_of_number(value) for value in array.ravel().tolist()]
        except ValueError:  # -1, 1, or beyond
            pass
        else:
            return tensor(np.array(values, np.float32).reshape(array.shape))
    return tensor(special.erfinv(array))


def elementwise_i0(x: Tensor) -> Any:
    if not is_float(x):
        return NotImplemented
    result = execute(current_context(), "BesselI0", None, x)
    return result if is_finite(read(result)) else NotImplemented  # an intermediate result may have overflowed


def elementwise_nextafter(x1: Any, x2: Any) -> Any:
    if not is_float(x1) or not is_float(x2):
        return NotImplemented
    return tensor(np.nextafter(read(x1), read(x2)))


def elementwise_bitwise_invert(x: Any) -> Any:
    if type(x) is not EAGER:
        return NotImplemented
    try:
        return execute(current_context(), "Invert", None, x)
    except Exception:  # bools
        return NotImplemented


def elementwise_cbrt(x: Tensor) -> Any:
    if not is_float(x):
        return NotImplemented
    array = read(x)
    return tensor(np.cbrt(array)) if array.size <= FEW else NotImplemented


def _remainder(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Returns the remainders of few finite floats, or integers, and numbers other than 0, by NumPy, whose signs and
    zeros are those that `ops` documents."""

    def call(x1: Any, x2: Any) -> Any:
        if not is_number(x1) or not is_number(x2):
            return NotImplemented
        dividend, divisor = read(x1), read(x2)
        if dividend.size > FEW or divisor.size > FEW or has_zero(divisor):
            return NotImplemented
        if dividend.dtype.kind == "f" and not is_finite(dividend):
            return NotImplemented
        return tensor(function(dividend, divisor))

    return call


elementwise_fmod = _remainder(np.fmod)
elementwise_mod = _remainder(np.mod)


def elementwise_sinc(x: Tensor) -> Any:
    if not is_float(x):
        return NotImplemented
    array = read(x)
    if array.size > FEW or not is_finite(array) or has_zero(array):
        return NotImplemented
    # sin(pi x) is (-1)**n sin(pi (x - n)), which loses no digits for the nearest integer n.
    whole = np.rint(array)
    sine = np.sin((array - whole) * math.pi)
    return tensor(np.where(whole % 2, -sine, sine) / (array * math.pi))


def elementwise_gammainc(a: Any, x: Any) -> Any:
    if not is_float(a) or not is_float(x):
        return NotImplemented
    order, at = read(a), read(x)
    if order.dtype != np.float32 or not 0 < order.size <= FEW or not 0 < at.size <= FEW:
        return NotImplemented
    order = order.astype(np.float64)
    if not (order.min() > 0 and order.max() <= special.LARGE):
        return NotImplemented
    result = execute(current_context(), "Igamma", None, tensor(order), tensor(at.astype(np.float64)))
    return tensor(read(result).astype(np.float32))
