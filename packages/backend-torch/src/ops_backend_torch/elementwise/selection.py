"""Selection of elements: maximum, minimum, clip, where."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import _compat, unsigned
from ops_backend_torch.core import known
from ops_backend_torch.elementwise.arithmetic import sign
from ops_backend_torch.elementwise.gradients import differentiable
from ops_backend_torch.elementwise.scalars import NUMBERS, as_tensors, limit
from ops_backend_torch.elementwise.values import has_no_nan

__all__ = ["clip", "fmax", "fmin", "heaviside", "maximum", "minimum", "nan_to_num", "where"]

Tensor = Any

_maximum, _minimum = torch.maximum, torch.minimum


def maximum(x1: Any, x2: Any) -> Tensor:
    try:
        if type(x1) is type(x2):
            return _maximum(x1, x2)
        # An equal number gets half of the gradient, as an equal element does; clamp_min would give it none.
        if type(x2) in NUMBERS:
            return _maximum(x1, limit(x2, x1))
        if type(x1) in NUMBERS:
            return _maximum(limit(x1, x2), x2)
        return _maximum(x1, x2)
    except RuntimeError:
        return unsigned.select(maximum, x1, x2)


def minimum(x1: Any, x2: Any) -> Tensor:
    try:
        if type(x1) is type(x2):
            return _minimum(x1, x2)
        if type(x2) in NUMBERS:
            return _minimum(x1, limit(x2, x1))
        if type(x1) in NUMBERS:
            return _minimum(limit(x1, x2), x2)
        return _minimum(x1, x2)
    except RuntimeError:
        return unsigned.select(minimum, x1, x2)


def fmax(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    try:
        larger = torch.fmax(x1, x2)
    except RuntimeError:
        return unsigned.select(torch.fmax, x1, x2)
    if not differentiable(larger):
        return larger
    # torch's function gives the whole gradient to the first of two equal operands.
    return torch.where(x1 != x1, x2, torch.where(x2 != x2, x1, _maximum(x1, x2)))


def fmin(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    try:
        smaller = torch.fmin(x1, x2)
    except RuntimeError:
        return unsigned.select(torch.fmin, x1, x2)
    if not differentiable(smaller):
        return smaller
    return torch.where(x1 != x1, x2, torch.where(x2 != x2, x1, _minimum(x1, x2)))


def heaviside(x1: Any, x2: Any) -> Tensor:
    x1, x2 = as_tensors(x1, x2)
    if not (x1.requires_grad or x2.requires_grad) and known(x1, has_no_nan):
        return torch.heaviside(x1, x2)  # it has no gradient, and is 0 at NaN
    return torch.where(x1 == 0, x2, torch.clamp_min(sign(x1), 0))


def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    return torch.nan_to_num(x, nan, posinf, neginf)


where = _compat.where


def _clamp_with_limits(x: Tensor, x_min: Any, x_max: Any) -> Tensor:
    clipped = torch.clamp(x, x_min, x_max)
    if not differentiable(clipped):
        return clipped
    larger = torch.where(x < x_min, x_min, x)
    return torch.where(larger > x_max, x_max, larger)


# Its gradient is 1 where an element is equal to a limit.
clamp = _clamp_with_limits if _compat.CLAMP_EXCLUDES_LIMITS else torch.clamp


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    # torch accepts two numbers or two tensors.
    if type(x) in NUMBERS or (type(x_min) in NUMBERS) is not (type(x_max) in NUMBERS):
        return minimum(maximum(x, x_min), x_max)
    try:
        return clamp(x, x_min, x_max)
    except RuntimeError:
        return unsigned.select(clamp, x, x_min, x_max)


def _clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    return minimum(maximum(x, x_min), x_max)


for _kernel, _unsigned_kernel in (
    (maximum, lambda x1, x2: unsigned.select(maximum, x1, x2)),
    (minimum, lambda x1, x2: unsigned.select(minimum, x1, x2)),
    (fmax, lambda x1, x2: unsigned.select(maximum, x1, x2)),
    (fmin, lambda x1, x2: unsigned.select(minimum, x1, x2)),
    (clip, _clip),
):
    unsigned.in_graph(_kernel, _unsigned_kernel)
