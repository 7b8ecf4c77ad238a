"""Special functions: error functions, gamma functions and the Bessel function i0."""

from __future__ import annotations

import math
from typing import Any

import torch

from ops_backend_torch.core import known
from ops_backend_torch.elementwise.scalars import as_tensors
from ops_common.host import special

__all__ = ["erf", "erfc", "erfinv", "gammainc", "i0", "lgamma"]

Tensor = Any

_RULE = tuple(zip(*(values.tolist() for values in special.rule()), strict=True))  # computed here: not in a trace


def _incomplete_gamma(a: Tensor, x: Tensor, exactly: bool) -> Tensor:
    # torch's own, in float64: accurate to 2e-9 where a is above 20 and x near it, and arbitrary where a is above 1e6.
    exact = torch.special.gammainc(a, x)
    if not known(exact, lambda y: math.isfinite(y.sum().item()) and math.isfinite(a.sum().item())):
        exact = torch.where(torch.isnan(a) | torch.isnan(x), torch.nan, exact)
    large = (a > special.LARGE) & torch.isfinite(a) & (x > 0) & torch.isfinite(x)
    if not known(a, lambda _: not bool(large.any())):
        far = _temme(torch.where(large, a, 1.0), torch.where(large, x, 1.0))
        exact = torch.where(large, far, exact)
    if exactly:
        distance = torch.abs(x - a)
        bell = (a > 20) & (a <= special.LARGE) & ((distance < 0.3 * a) | (distance < 4.5 * torch.sqrt(a)))
        if not known(a, lambda _: not bool(bell.any())):
            near = _bell(torch.where(bell, a, 50.0), torch.where(bell, x, 50.0))
            exact = torch.where(bell, near, exact)
    return exact


def _excess(ratio: Tensor) -> Tensor:
    return ratio - torch.log1p(ratio)


def _bell(a: Tensor, x: Tensor) -> Tensor:
    """Returns the integral over the smaller side of x by the Gauss-Legendre rule; see `ops_common.host.special` for the
    steps."""
    top = a - 1
    width = torch.sqrt(top)
    above = x > top
    low = torch.minimum(top - 7.5 * width, x - 5 * width).clamp(min=0)
    end = torch.where(above, torch.maximum(top + 11.5 * width, x + 6 * width), low)
    half = (end - x) / 2
    area = torch.zeros_like(x)
    for node, weight in _RULE:
        area = area + weight * torch.exp(-top * _excess((x + half * (1 + node) - top) / top))
    squared = 1 / (top * top)
    stirling = torch.zeros_like(x)
    for coefficient in reversed(special.STIRLING):
        stirling = stirling * squared + coefficient
    area = half * area / (width * math.sqrt(2 * math.pi)) * torch.exp(-stirling / top)
    return torch.where(above, 1 - area, -area)


def _temme(a: Tensor, x: Tensor) -> Tensor:
    """Returns Temme's expansion for large a; see `ops_common.host.special`."""
    ratio = ((x - a) / a).clamp(max=1e6)
    eta = torch.copysign(torch.sqrt(2 * _excess(ratio).clamp(min=0)), ratio)
    near = eta.clamp(-1, 1)
    terms: list[Tensor] = []
    for coefficients in special.TEMME:
        term = torch.zeros_like(a)
        for coefficient in reversed(coefficients):
            term = term * near + coefficient
        terms.append(term)
    rest = torch.exp(-0.5 * a * eta * eta) / torch.sqrt(2 * math.pi * a) * (terms[0] + terms[1] / a)
    return 0.5 * torch.erfc(-eta * torch.sqrt(0.5 * a)) - rest


class _Gammainc(torch.autograd.Function):
    """The incomplete gamma function with a gradient with respect to a, which torch does not have."""

    generate_vmap_rule = True

    @staticmethod
    def forward(a: Tensor, x: Tensor, exactly: bool) -> Tensor:
        return _incomplete_gamma(a, x, exactly)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor, bool], output: Tensor) -> None:
        ctx.save_for_backward(*inputs[:2])

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor, Tensor, None]:
        (slope,), (a, x) = grad_outputs, ctx.saved_tensors
        of_x = torch.exp(torch.xlogy(a - 1, x) - x - torch.lgamma(a))
        # Five-point differences, whose step is a thousandth of the function's width in a.
        step = 1e-3 * a / (1 + torch.sqrt(a))
        near, far = (
            _incomplete_gamma(a + n * step, x, True) - _incomplete_gamma(a - n * step, x, True) for n in (1, 2)
        )
        return slope * (8 * near - far) / (12 * step), slope * of_x, None


def gammainc(a: Any, x: Any) -> Tensor:
    a, x = torch.broadcast_tensors(*as_tensors(a, x))
    return _Gammainc.apply(a.double(), x.double(), a.dtype is torch.float64).to(a.dtype)


erf = torch.erf
erfc = torch.erfc
erfinv = torch.erfinv
lgamma = torch.lgamma


def i0(x: Tensor) -> Tensor:
    if x.dtype is not torch.float32 and x.dtype is not torch.float64:
        return i0(x.float()).to(x.dtype)
    if x.dtype is torch.float32 and x.is_cpu:
        # In float64. From 1000 on, the function is infinite, but torch returns NaN for infinity.
        if x.requires_grad:
            return torch.special.i0(torch.clamp(x, -1000, 1000).double()).float()
        return x.double().clamp_(-1000, 1000).i0_().float()
    # In two factors, since the exponential overflows before the function does; from 1000 on, it is infinite in any
    # dtype.
    size = torch.clamp(torch.abs(x), max=1000)
    root = torch.exp(size * 0.5)
    return torch.special.i0e(size) * root * root
