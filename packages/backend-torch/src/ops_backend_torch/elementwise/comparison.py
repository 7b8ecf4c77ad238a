"""Comparison and logic."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import _compat, unsigned
from ops_backend_torch.elementwise.scalars import NUMBERS, as_tensors, cached

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "isclose",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
]

Tensor = Any


def equal(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    return x1 == x2


def not_equal(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    return x1 != x2


def greater(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    try:
        return x1 > x2
    except RuntimeError:
        return unsigned.compare(greater, x1, x2)


def greater_equal(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    try:
        return x1 >= x2
    except RuntimeError:
        return unsigned.compare(greater_equal, x1, x2)


def less(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    try:
        return x1 < x2
    except RuntimeError:
        return unsigned.compare(less, x1, x2)


def less_equal(x1: Any, x2: Any) -> Tensor:
    if type(x2) in NUMBERS:
        x2 = cached(x2, x1)
    try:
        return x1 <= x2
    except RuntimeError:
        return unsigned.compare(less_equal, x1, x2)


logical_and = torch.logical_and
logical_or = torch.logical_or
logical_xor = torch.logical_xor


def isclose(x1: Any, x2: Any, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    a, b = as_tensors(x1, x2)
    if a.device.type != "cpu":  # on other devices, torch writes into memory of a's shape
        a, b = torch.broadcast_tensors(a, b)
    return _compat.isclose(a, b, rtol, atol, equal_nan)


logical_not = torch.logical_not

for _kernel, _unsigned_kernel in (
    (greater, lambda x1, x2: unsigned.compare(torch.gt, *as_tensors(x1, x2))),
    (greater_equal, lambda x1, x2: unsigned.compare(torch.ge, *as_tensors(x1, x2))),
    (less, lambda x1, x2: unsigned.compare(torch.lt, *as_tensors(x1, x2))),
    (less_equal, lambda x1, x2: unsigned.compare(torch.le, *as_tensors(x1, x2))),
):
    unsigned.in_graph(_kernel, _unsigned_kernel)
