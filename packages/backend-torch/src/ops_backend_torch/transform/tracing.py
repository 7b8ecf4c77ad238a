"""Ops that are one call of a function of torch: the compiler puts this call into the graph."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch import _compat, elementwise
from ops_backend_torch.core import DTYPES, EXACT_TYPES
from ops_backend_torch.unsigned import UNSIGNED

__all__ = ["trace_as_kernel"]

# Kernels in Python that call only this function, of tensors of one dtype, or of a float tensor and a number.
_FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    elementwise.add: torch.add,
    elementwise.subtract: torch.sub,
    elementwise.multiply: torch.mul,
    elementwise.divide: torch.true_divide,
    elementwise.power: torch.pow,
    elementwise.equal: torch.eq,
    elementwise.not_equal: torch.ne,
    elementwise.greater: torch.gt,
    elementwise.greater_equal: torch.ge,
    elementwise.less: torch.lt,
    elementwise.less_equal: torch.le,
    # These accept no numbers in place of tensors.
    elementwise.negative: torch.neg,
    elementwise.maximum: torch.maximum,
    elementwise.minimum: torch.minimum,
}
_WITHOUT_NUMBERS = (torch.neg, torch.maximum, torch.minimum)


def trace_as_kernel(
    function: Any, kernel: Callable[..., Any], dtypes: frozenset[str], is_bound: Callable[[], bool]
) -> None:
    if isinstance(kernel, types.BuiltinFunctionType):  # a function of torch
        native, takes_numbers = kernel, False
    elif kernel in _FUNCTIONS:
        native = _FUNCTIONS[kernel]
        takes_numbers = native not in _WITHOUT_NUMBERS
    else:
        return
    count = function.__code__.co_argcount
    # Without the unsigned dtypes, for which torch has few kernels.
    own = frozenset(DTYPES[name] for name in dtypes) - UNSIGNED
    _compat.trace_as(function, _compat.OneCall(native, count, EXACT_TYPES, own, takes_numbers, is_bound))
