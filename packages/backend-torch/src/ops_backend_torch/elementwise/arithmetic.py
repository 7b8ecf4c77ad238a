"""Arithmetic: sums, products, quotients, remainders, divisors, signs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch import _compat, unsigned
from ops_backend_torch.core import known
from ops_backend_torch.elementwise.gradients import differentiable
from ops_backend_torch.elementwise.scalars import NUMBERS, as_tensors, cached, is_tracing
from ops_backend_torch.elementwise.values import has_no_nan, has_no_zero

__all__ = [
    "abs",
    "add",
    "divide",
    "divide_no_nan",
    "floor_divide",
    "fmod",
    "gcd",
    "lcm",
    "mod",
    "multiply",
    "negative",
    "reciprocal",
    "sign",
    "square",
    "subtract",
]

Tensor = Any

_add, _subtract, _divide = torch.add, torch.sub, torch.true_divide
_rounded, _remainder, _fmod = _compat.divide, _compat.remainder, _compat.fmod


def add(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    try:
        if type(x1) is type(x2):
            return _add(x1, x2)
        return x1 + x2
    except RuntimeError:
        return unsigned.modular(_add, x1, x2)


def subtract(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    try:
        return _subtract(x1, x2)
    except RuntimeError:
        return unsigned.modular(_subtract, x1, x2)


def multiply(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    return x1 * x2


def divide(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    return _divide(x1, x2)


def _is_by_zero(error: RuntimeError) -> bool:
    return "ZeroDivisionError" in str(error)


def _is_integer_division(x1: Any, x2: Any) -> bool:
    return not (x1 if isinstance(x1, torch.Tensor) else x2).is_floating_point()


def _zero_by_zero(function: Callable[[Any, Any], Tensor], x1: Any, x2: Any) -> Tensor:
    """Returns an integer division that is 0 for zeros in the divisor, for which torch raises an error. Eager calls use
    it after that error; a compiled function would only raise the error when it runs, too late for an alternative."""
    x1, x2 = as_tensors(x1, x2)
    zero = x2 == 0
    return torch.where(zero, 0, function(x1, torch.where(zero, 1, x2)))


def _floor_divide(x1: Any, x2: Any) -> Tensor:
    return _rounded(x1, x2, rounding_mode="floor")  # torch.floor_divide has no gradient, not even zero


def floor_divide(x1: Any, x2: Any) -> Tensor:
    if is_tracing() and _is_integer_division(x1, x2):
        return _zero_by_zero(_floor_divide, x1, x2)
    try:
        return _rounded(x1, x2, rounding_mode="floor")
    except RuntimeError as error:
        return _zero_by_zero(_floor_divide, x1, x2) if _is_by_zero(error) else unsigned.floor_divide(x1, x2)


def _with_sign(rest: Tensor, x2: Any) -> Tensor:
    """Returns the remainder, in which a zero has the divisor's sign; torch's has the dividend's."""
    if not differentiable(rest):
        return rest.copysign_(x2)
    still = rest.detach()  # zeros of both signs that keep the remainder's gradient
    x2 = as_tensors(rest, x2)[1]
    return torch.where(rest == 0, torch.where(x2 < 0, -(still - rest), rest - still), rest)


def mod(x1: Any, x2: Any) -> Tensor:
    if is_tracing() and _is_integer_division(x1, x2):
        return _zero_by_zero(_remainder, x1, x2)
    try:
        rest = _remainder(x1, x2)
        return _with_sign(rest, x2) if rest.is_floating_point() else rest
    except RuntimeError as error:
        return _zero_by_zero(_remainder, x1, x2) if _is_by_zero(error) else unsigned.mod(x1, x2)


def divide_no_nan(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    if known(x2, has_no_zero):
        return _divide(x1, x2)
    zero = x2 == 0
    # Where the divisor is 0 the quotient is not computed: its gradient would be NaN.
    return torch.where(zero, 0, _divide(x1, torch.where(zero, 1, x2)))


def fmod(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1, x2 = as_tensors(x1, x2)
    if is_tracing() and _is_integer_division(x1, x2):
        return _zero_by_zero(_fmod, x1, x2)
    try:
        return _fmod(x1, x2)
    except RuntimeError as error:
        return _zero_by_zero(_fmod, x1, x2) if _is_by_zero(error) else unsigned.mod(x1, x2)


def gcd(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    try:
        return torch.abs(torch.gcd(x1, x2))  # the lowest number of a dtype may give a negative result
    except RuntimeError:
        return unsigned.gcd(x1, x2)


_NARROW = frozenset({torch.int32, torch.int16, torch.int8, torch.uint8})


def lcm(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    if x1.dtype in _NARROW:  # the product does not overflow, and wraps around when it is narrowed
        wide = torch.lcm(x1.long(), x2)
        return wide.int() if x1.dtype is torch.int32 else wide.to(x1.dtype)  # `int` takes less time than `to`
    try:  # torch.lcm does not wrap around in the same way in all its loops
        a, b = torch.abs(x1), torch.abs(x2)
        divisor = gcd(a, b)
        return _rounded(a, divisor + (divisor == 0), rounding_mode="trunc") * b
    except RuntimeError:
        return unsigned.lcm(x1, x2)


def negative(x: Tensor) -> Tensor:
    try:
        return -x
    except RuntimeError:
        return unsigned.modular(torch.neg, x)


def abs(x: Tensor) -> Tensor:
    if x.dtype is torch.bool or x.dtype in unsigned.UNSIGNED:
        return x
    return torch.abs(x)


def sign(x: Tensor) -> Tensor:
    if x.is_floating_point():
        signs = torch.sign(x)  # 0 for NaN
        return signs if known(x, has_no_nan) else torch.where(torch.isnan(x), torch.nan, signs)
    if x.dtype in unsigned.UNSIGNED:
        return (x != 0).to(x.dtype)
    return torch.sgn(x)


def square(x: Tensor) -> Tensor:
    return x * x


reciprocal = torch.reciprocal

for _kernel, _unsigned_kernel in (
    (add, lambda x1, x2: unsigned.modular(_add, x1, x2)),
    (subtract, lambda x1, x2: unsigned.modular(_subtract, x1, x2)),
    (negative, lambda x: unsigned.modular(torch.neg, x)),
    (floor_divide, unsigned.floor_divide),
    (mod, unsigned.mod),
    (fmod, unsigned.mod),
    (gcd, lambda x1, x2: unsigned.gcd(*as_tensors(x1, x2))),
    (lcm, lambda x1, x2: unsigned.lcm(*as_tensors(x1, x2))),
):
    unsigned.in_graph(_kernel, _unsigned_kernel)
