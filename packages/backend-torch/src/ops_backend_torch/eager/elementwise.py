"""Eager calls of the family elementwise."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch.eager.common import EXACT, FLOATS, has_values, is_plain
from ops_backend_torch.elementwise.values import has_no_nan
from ops_common.host import special

__all__ = [
    "elementwise_gammainc",
    "elementwise_saturate_cast",
]

Tensor = Any


def elementwise_gammainc(a: Any, x: Any) -> Any:
    if type(a) not in EXACT or type(x) not in EXACT or a.dtype is not torch.float32 or x.dtype is not torch.float32:
        return NotImplemented
    if (
        not is_plain(a)
        or not has_values(x)
        or not a.numel()
        or not has_no_nan(x)
        or not a.max().item() <= special.LARGE
    ):
        return NotImplemented
    return torch.special.gammainc(a.double(), x.double()).float()


# All of these integers are numbers of each float dtype.
_LIMITS = {
    "int8": (-128, 127, torch.Tensor.char),
    "uint8": (0, 255, torch.Tensor.byte),
    "int16": (-32768, 32767, torch.Tensor.short),
}


def elementwise_saturate_cast(x: Any, dtype: str) -> Any:
    limits = _LIMITS.get(dtype)
    if limits is None or type(x) not in EXACT or x.dtype not in FLOATS or not is_plain(x):
        return NotImplemented
    low, high, convert = limits
    return convert(torch.nan_to_num(x).clamp_(low, high))
