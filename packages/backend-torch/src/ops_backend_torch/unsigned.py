"""uint16, uint32 and uint64, for which torch has few kernels: unsupported functions are computed in int64 and cast
back.

These functions are called while torch's error for an unsupported dtype is handled, and re-raise it if no operand is
unsigned. While torch's compiler traces a function, no error is raised yet, and the code that it generates may not have
the kernels either: there, the dtype decides (`in_graph`), a check that eager calls need not pay for.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import torch

Tensor = Any

UNSIGNED = frozenset({torch.uint16, torch.uint32, torch.uint64})
_SIGN = -(2**63)


def dtype_of(operands: tuple[Any, ...]) -> torch.dtype:
    """Returns the operands' unsigned dtype; if there is none, re-raises the error being handled."""
    for x in operands:
        if isinstance(x, torch.Tensor) and x.dtype in UNSIGNED:
            return x.dtype
    raise  # the caller is an except clause


def in_graph(kernel: Callable[..., Any], instead: Callable[..., Any]) -> None:
    """Makes torch's compiler trace another function instead of the kernel if an operand is unsigned."""
    # A copy, because the compiler replaces the kernel itself.
    plain: Any = types.FunctionType(
        kernel.__code__, kernel.__globals__, kernel.__name__, kernel.__defaults__, kernel.__closure__
    )

    @torch.compiler.substitute_in_graph(kernel, skip_signature_check=True)
    def _(*args: Any) -> Any:
        for x in args:
            if isinstance(x, torch.Tensor) and x.dtype in UNSIGNED:
                return instead(*args)
        return plain(*args)


def modular(function: Callable[..., Tensor], *operands: Any) -> Tensor:
    """Returns a function that is exact modulo 2**64, so that the sign of int64 does not matter."""
    dtype = dtype_of(operands)
    return function(*(_modular(x) for x in operands)).to(dtype)


def _modular(x: Any) -> Any:
    if isinstance(x, torch.Tensor):
        return x.long()
    return x - 2**64 if x >= 2**63 else x


def compare(function: Callable[..., Tensor], *operands: Any) -> Tensor:
    """Returns a function of the operands' order only, which does not return operands."""
    dtype = dtype_of(operands)
    return function(*(_ordered(x, dtype) for x in operands))


def select(function: Callable[..., Tensor], *operands: Any) -> Tensor:
    """Returns a function of the operands' order that returns some of them."""
    dtype = dtype_of(operands)
    out = compare(function, *operands)
    return (out ^ _SIGN if dtype is torch.uint64 else out).to(dtype)


def _ordered(x: Any, dtype: torch.dtype) -> Any:
    # Flipping the top bit maps the order of uint64 to that of int64.
    if isinstance(x, torch.Tensor):
        return x.long() ^ _SIGN if dtype is torch.uint64 else x.long()
    return x + _SIGN if dtype is torch.uint64 else x


def floor_divide(x1: Any, x2: Any) -> Tensor:
    """Returns the quotient rounded down; 0 for division by 0."""
    dtype = dtype_of((x1, x2))
    return _quotient(_modular(x1), _modular(x2), dtype).to(dtype)


def mod(x1: Any, x2: Any) -> Tensor:
    """Returns the remainder; 0 for division by 0."""
    dtype = dtype_of((x1, x2))
    return _rest(_modular(x1), _modular(x2), dtype).to(dtype)


def right_shift(x: Any, y: Any) -> Tensor:
    dtype = dtype_of((x, y))
    a, b = _modular(x), _modular(y)
    if dtype is not torch.uint64:
        return torch.bitwise_right_shift(a, b).to(dtype)
    # The first step clears the sign bit.
    below = torch.bitwise_right_shift(torch.bitwise_right_shift(a, 1) & (2**63 - 1), b - 1)
    return torch.where(b == 0, a, below).to(dtype)


def gcd(x1: Tensor, x2: Tensor) -> Tensor:
    dtype = dtype_of((x1, x2))
    a, b = torch.broadcast_tensors(_modular(x1), _modular(x2))
    return _gcd(a, b, dtype).to(dtype)


def lcm(x1: Tensor, x2: Tensor) -> Tensor:
    dtype = dtype_of((x1, x2))
    a, b = torch.broadcast_tensors(_modular(x1), _modular(x2))
    return (_quotient(a, _gcd(a, b, dtype), dtype) * b).to(dtype)


def _gcd(a: Tensor, b: Tensor, dtype: torch.dtype) -> Tensor:
    if dtype is torch.uint64:
        for _ in range(3):  # at most three steps of Euclid's algorithm until both are below 2**63, or one is 0
            a, b = torch.where(b == 0, a, b), torch.where(b == 0, 0, _rest(a, b, dtype))
    return torch.where(b == 0, a, torch.gcd(a, b))


def _rest(a: Any, b: Any, dtype: torch.dtype) -> Tensor:
    a, b = _same_device(a, b)
    return torch.where(b == 0, 0, a - _quotient(a, b, dtype) * b)


def _quotient(a: Any, b: Any, dtype: torch.dtype) -> Tensor:
    a, b = _same_device(a, b)
    safe = torch.where(b == 0, 1, b)
    quotient = _divide(a, safe) if dtype is torch.uint64 else torch.floor_divide(a, safe)
    return torch.where(b == 0, 0, quotient)


def _divide(a: Any, b: Any) -> Tensor:
    # Unsigned 64-bit division in signed arithmetic (Warren, Hacker's Delight, section 9-3): halve the dividend, divide,
    # double, and correct by one. For a divisor with its top bit set, the quotient is at most one.
    a, b = torch.broadcast_tensors(*(torch.as_tensor(x) for x in _same_device(a, b)))
    large = b < 0
    half = torch.floor_divide((a >> 1) & (2**63 - 1), torch.where(large, 1, b))
    quotient = torch.where(large, 0, half << 1)
    rest = a - quotient * b
    return quotient + ((rest ^ _SIGN) >= (b ^ _SIGN)).long()


def _same_device(a: Any, b: Any) -> tuple[Any, Any]:
    device = a.device if isinstance(a, torch.Tensor) else b.device
    return torch.as_tensor(a, device=device), torch.as_tensor(b, device=device)
