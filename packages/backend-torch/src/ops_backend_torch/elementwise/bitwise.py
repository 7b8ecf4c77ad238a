"""Bitwise functions and shifts."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import unsigned

__all__ = ["bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"]

Tensor = Any


def bitwise_and(x: Any, y: Any) -> Tensor:
    return x & y


def bitwise_or(x: Any, y: Any) -> Tensor:
    return x | y


def bitwise_xor(x: Any, y: Any) -> Tensor:
    return x ^ y


def bitwise_not(x: Tensor) -> Tensor:
    try:
        return ~x
    except RuntimeError:
        return unsigned.modular(torch.bitwise_not, x)


def left_shift(x: Any, y: Any) -> Tensor:
    try:
        return x << y
    except RuntimeError:
        return unsigned.modular(torch.bitwise_left_shift, x, y)


def right_shift(x: Any, y: Any) -> Tensor:
    try:
        return x >> y
    except RuntimeError:
        return unsigned.right_shift(x, y)


for _kernel, _unsigned_kernel in (
    (bitwise_not, lambda x: unsigned.modular(torch.bitwise_not, x)),
    (left_shift, lambda x, y: unsigned.modular(torch.bitwise_left_shift, x, y)),
    (right_shift, unsigned.right_shift),
):
    unsigned.in_graph(_kernel, _unsigned_kernel)
