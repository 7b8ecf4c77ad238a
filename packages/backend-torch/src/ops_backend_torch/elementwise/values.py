"""Predicates of a tensor's values, for `ops_backend_torch.core.known`."""

from __future__ import annotations

import cmath
from typing import Any

import torch

Tensor = Any


_SIGNED = {2: torch.int16, 4: torch.int32, 8: torch.int64}


def is_finite(x: Tensor) -> bool:
    """Returns whether all values are finite; may be false if their sum overflows."""
    # If the sum is finite, so are all numbers: a tenth of the work of checking each of them.
    return cmath.isfinite(x.sum().item())


def has_no_nan(x: Tensor) -> bool:
    """Returns whether no value is NaN, which is not equal to itself."""
    return torch.equal(x, x)


def has_no_zero(x: Tensor) -> bool:
    """Returns whether there are values and none is 0."""
    return x.numel() > 0 and x.abs().min().item() > 0


def has_no_negative_zero(x: Tensor) -> bool:
    """Returns whether there are values and none is negative zero."""
    native = _SIGNED[x.dtype.itemsize]  # as integers, the bits of negative zero are the lowest number
    return x.numel() > 0 and x.view(native).min().item() > torch.iinfo(native).min
