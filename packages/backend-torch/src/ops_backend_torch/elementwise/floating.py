"""The parts and the kinds of floats: sign bit, neighbours, NaN and infinity."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import _compat
from ops_backend_torch.elementwise.scalars import as_tensors

__all__ = ["isfinite", "isinf", "isnan", "isneginf", "isposinf", "nextafter", "signbit"]

Tensor = Any


def nextafter(x1: Any, x2: Any) -> Tensor:
    return torch.nextafter(*as_tensors(x1, x2))


isnan = torch.isnan
isinf = torch.isinf
isfinite = torch.isfinite
isposinf = torch.isposinf
isneginf = torch.isneginf
signbit = _compat.signbit
