"""Trigonometric and hyperbolic functions and their inverses."""

from __future__ import annotations

import math
from typing import Any

import torch

from ops_backend_torch import _compat
from ops_backend_torch.elementwise.scalars import as_tensors, is_tracing

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "cos",
    "cosh",
    "sin",
    "sinc",
    "sinh",
    "tan",
    "tanh",
]

Tensor = Any


def arctan2(x1: Any, x2: Any) -> Tensor:
    return _compat.arctan2(*as_tensors(x1, x2))


tanh = torch.tanh
sin = torch.sin
cos = torch.cos
arccos = torch.arccos
arcsin = torch.arcsin
arcsinh = torch.arcsinh
arctan = torch.arctan
tan = torch.tan
cosh = torch.cosh
sinh = torch.sinh


def arctanh(x: Tensor) -> Tensor:
    if is_tracing() and x.is_floating_point():
        return (torch.log1p(x) - torch.log1p(-x)) * 0.5
    return torch.arctanh(x)


def arccosh(x: Tensor) -> Tensor:
    if is_tracing() and x.is_floating_point():
        above, large = x - 1, x > 1e10  # above this, the sum, which may overflow, is 2 x
        total = torch.where(large, x, above + torch.sqrt(above) * torch.sqrt(x + 1))
        return torch.log1p(total) + torch.where(large, math.log(2), 0.0)
    return torch.arccosh(x)


def sinc(x: Tensor) -> Tensor:
    if x.is_complex():
        return torch.sinc(x)
    if x.dtype.itemsize < 4:
        return sinc(x.float()).to(x.dtype)
    # In float64, in which the digits suffice; some other devices have no float64.
    if x.dtype is torch.float32 and x.is_cpu and not x.requires_grad and not is_tracing():
        return x.double().sinc_().float()
    # As fast as torch.sinc, but without losing digits near the integers: sin(pi x) is (-1)**n sin(pi (x - n)).
    near: Tensor
    series: Any
    if x.requires_grad:  # near 0 the quotient's gradient is a difference of huge numbers; the series' is not
        near = torch.abs(x) < 0.05
        square = torch.square(torch.where(near, x, 0) * math.pi)
        series = 1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72)))
    else:
        near, series = x == 0, 1
    safe = torch.where(near, 1, x)
    whole = torch.round(safe)
    odd = whole - 2 * torch.floor(whole * 0.5)
    sine = torch.sin((safe - whole) * math.pi) * (1 - 2 * odd)
    return torch.where(near, series, sine / (safe * math.pi))
