"""Predicates of a tensor's values, for `ops_backend_torch.core.known`."""

from __future__ import annotations

import cmath
from typing import Any

import torch

Tensor = Any


# By itemsize: the integer dtype, and its lowest number.
_SIGNED = {native.itemsize: (native, torch.iinfo(native).min) for native in (torch.int16, torch.int32, torch.int64)}


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
    native, lowest = _SIGNED[x.dtype.itemsize]  # as integers, the bits of negative zero are the lowest number
    return x.numel() > 0 and x.view(native).min().item() > lowest
