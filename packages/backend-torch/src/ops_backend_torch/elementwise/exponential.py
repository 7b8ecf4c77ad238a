"""Exponentials, logarithms, powers, roots and lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch import unsigned
from ops_backend_torch.elementwise.gradients import differentiable, half_each
from ops_backend_torch.elementwise.scalars import as_tensors, is_tracing

__all__ = [
    "cbrt",
    "exp",
    "exp2",
    "expm1",
    "hypot",
    "ldexp",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "power",
    "rsqrt",
    "sqrt",
]

Tensor = Any

_add, _power = torch.add, torch.pow


def power(x1: Any, x2: Any) -> Tensor:
    try:
        return _power(x1, x2)
    except RuntimeError:
        return unsigned.modular(_power, x1, x2)


def hypot(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    length = torch.hypot(x1, x2)
    if not differentiable(length):
        return length
    # The gradient of a length of 0 is 0; torch's is NaN.
    zero = (x1 == 0) & (x2 == 0)
    return torch.where(zero, 0, torch.hypot(torch.where(zero, 1, x1), x2))


def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    # torch.ldexp multiplies by 2**x2, which may overflow. Here the factors are built from bits, in float64, where the
    # product with a smaller float is exact, so that it is rounded once; float64 needs three factors for the whole
    # range.
    if x1.dtype is torch.float32 and x1.is_cpu and x2.dtype is torch.int32 and not is_tracing():
        # These powers are exact in float64. (In a compiled function, they may not be.)
        return (x1 * x2.double().clamp_(-400, 400).exp2_()).float()
    if x1.dtype is not torch.float64 and x2.dtype is torch.int32:  # in four passes instead of ten
        return (x1 * ((torch.clamp(x2, -400, 400) + 1023).long() << 52).view(torch.float64)).to(x1.dtype)
    most, count = (1022, 3) if x1.dtype is torch.float64 else (400, 1)
    rest = x2.long()
    if x2.dtype is torch.uint64:  # values that are negative now were large
        rest = torch.where(rest < 0, most * count, rest)
    rest = torch.clamp(rest, -most * count, most * count)
    product = x1.double()
    for _ in range(count):
        exponent = torch.clamp(rest, -most, most)
        product = product * ((exponent + 1023) << 52).view(torch.float64)
        rest = rest - exponent
    return product.to(x1.dtype)


def logaddexp(x1: Any, x2: Any) -> Tensor:
    return _sum_of_powers(torch.logaddexp, x1, x2)


def logaddexp2(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    if x1.dtype is torch.float32 and x1.is_cpu:
        # In float64, which takes torch as long: near 0 the sum cancels.
        return _sum_of_powers(torch.logaddexp2, x1.double(), x2.double()).float()
    return _sum_of_powers(torch.logaddexp2, x1, x2)


def _sum_of_powers(function: Callable[[Tensor, Tensor], Tensor], x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    total = function(x1, x2)
    if not differentiable(total):
        return total
    # The gradient for equal infinities is one half, as for equal numbers; torch's is NaN.
    same = (x1 == x2) & torch.isinf(x1)
    return torch.where(same, half_each(x1, x2), function(torch.where(same, 0, x1), torch.where(same, 0, x2)))


exp = torch.exp
log = torch.log
sqrt = torch.sqrt
rsqrt = torch.rsqrt
log1p = torch.log1p
exp2 = torch.exp2
log2 = torch.log2
log10 = torch.log10


# torch's compiler lowers expm1 to exp(x) - 1 and arctanh to log((1 + x) / (1 - x)) / 2, which cancel near 0, and
# arccosh to log(x + sqrt(x x - 1)), which overflows. In traces, other forms are used.
def expm1(x: Tensor) -> Tensor:
    if is_tracing() and x.is_floating_point():
        return torch.tanh(x * 0.5) * (torch.exp(x) + 1)
    return torch.expm1(x)


def cbrt(x: Tensor) -> Tensor:
    if x.dtype.itemsize < 4:
        return cbrt(x.float()).to(x.dtype)
    if differentiable(x):  # at 0 the gradient is infinite, as that of the square root; not NaN
        zero = x == 0
        side = torch.copysign(torch.ones_like(x), x).detach()  # the root keeps the sign of zero
        at_zero = side * torch.sqrt(torch.where(zero, side * x, 1))
        return torch.where(zero, at_zero, _cube_root(torch.where(zero, 1, x)))
    if x.dtype is torch.float32 and x.is_cpu:  # in float64, which is rounded once
        return torch.copysign(torch.abs(x).double().pow_(1 / 3).float(), x)
    return _cube_root(x)


def _cube_root(x: Tensor) -> Tensor:
    size = torch.abs(x)
    # As fast as a power. A Newton step corrects the rounding, except at 0 and infinity; it needs no gradient.
    root = torch.exp(torch.log(size).mul_(1 / 3))
    with torch.no_grad():
        step = torch.div(size, root * root).sub_(root).nan_to_num_(0.0, 0.0, 0.0)
    return torch.copysign(_add(root, step, alpha=1 / 3), x)


unsigned.in_graph(power, lambda x1, x2: unsigned.modular(_power, x1, x2))
