"""PyTorch, family linalg."""

from __future__ import annotations

from typing import Any

import torch

Tensor = Any

# Others are decomposed in float32.
_NATIVE = frozenset({torch.float32, torch.float64, torch.complex64, torch.complex128})


def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    if x.dtype in _NATIVE:
        sign, logarithm = torch.linalg.slogdet(x)
        return sign, logarithm
    sign, logarithm = torch.linalg.slogdet(x.float())
    return sign.to(x.dtype), logarithm.to(x.dtype)
