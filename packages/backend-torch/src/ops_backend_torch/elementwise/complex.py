"""Parts of complex numbers."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch.core import known
from ops_backend_torch.elementwise.gradients import differentiable
from ops_backend_torch.elementwise.scalars import ZEROS
from ops_backend_torch.elementwise.values import has_no_negative_zero

__all__ = ["angle", "conj", "imag", "isreal", "real"]

Tensor = Any


isreal = torch.isreal


def angle(x: Tensor) -> Tensor:
    if x.is_complex():
        return torch.angle(x)
    # torch.angle treats negative zero as positive. The arc tangent does not, but its gradient at zero is NaN.
    zero = ZEROS.get(x.dtype)
    if zero is not None and x.is_cpu and not differentiable(x):
        return torch.atan2(zero, x)
    if known(x, has_no_negative_zero):
        return torch.angle(x)
    if x.dtype is torch.float16 and x.device.type != "cpu":  # not supported on CUDA
        return angle(x.float()).to(x.dtype)
    # The smallest step away from zero changes no other number's sign.
    return torch.angle(x + torch.copysign(x.new_full((), torch.finfo(x.dtype).tiny), x))


def conj(x: Tensor) -> Tensor:
    return torch.conj_physical(x) if x.is_complex() else x


def real(x: Tensor) -> Tensor:
    return x.real if x.is_complex() else x


def imag(x: Tensor) -> Tensor:
    return x.imag if x.is_complex() else torch.zeros_like(x)
