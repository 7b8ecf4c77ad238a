"""Rounding to integers."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch.core import known
from ops_backend_torch.elementwise.values import is_finite

__all__ = ["ceil", "floor", "rint", "round", "trunc"]

Tensor = Any


floor = torch.floor
ceil = torch.ceil


def rint(x: Tensor) -> Tensor:
    if x.is_complex():
        return torch.complex(torch.round(x.real), torch.round(x.imag))
    return torch.round(x)


def trunc(x: Tensor) -> Tensor:
    return torch.trunc(x) if x.is_floating_point() else x


def round(x: Tensor, decimals: int) -> Tensor:
    if x.is_complex():
        return torch.complex(round(x.real, decimals), round(x.imag, decimals))
    rounded = torch.round(x, decimals=decimals)
    if decimals < 0 or known(rounded, is_finite):
        return rounded
    return torch.where(torch.isfinite(rounded), rounded, x)
