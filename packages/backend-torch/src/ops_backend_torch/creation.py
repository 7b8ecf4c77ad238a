"""PyTorch, family creation. New tensors are on torch's current default device, those like another one on its device."""

from __future__ import annotations

import math
from typing import Any

import torch

from ops_backend_torch.core import DTYPES, convert_to_tensor, known
from ops_backend_torch.manipulation import move

Tensor = Any

_NO_ARANGE = frozenset({"bool", "uint16", "uint32", "float8_e4m3fn", "float8_e5m2", "complex64", "complex128"})


def zeros(shape: tuple[int, ...], dtype: str) -> Tensor:
    return torch.zeros(shape, dtype=DTYPES[dtype])


def ones(shape: tuple[int, ...], dtype: str) -> Tensor:
    return torch.ones(shape, dtype=DTYPES[dtype])


def full(shape: tuple[int, ...], fill_value: Any, dtype: str) -> Tensor:
    if isinstance(fill_value, torch.Tensor):
        return fill_value.expand(shape).clone(memory_format=torch.contiguous_format)
    try:
        if dtype != "float8_e4m3fn":
            return torch.full(shape, fill_value, dtype=DTYPES[dtype])
    except RuntimeError:  # a number out of range
        pass
    return convert_to_tensor(fill_value, dtype).expand(shape).clone(memory_format=torch.contiguous_format)


def zeros_like(x: Tensor, dtype: str) -> Tensor:
    return torch.zeros_like(x, dtype=DTYPES[dtype])


def ones_like(x: Tensor, dtype: str) -> Tensor:
    return torch.ones_like(x, dtype=DTYPES[dtype])


def full_like(x: Tensor, fill_value: Any, dtype: str) -> Tensor:
    if isinstance(fill_value, torch.Tensor):
        return fill_value.expand(x.shape).clone(memory_format=torch.contiguous_format)
    try:
        if dtype != "float8_e4m3fn":
            return torch.full_like(x, fill_value, dtype=DTYPES[dtype])
    except RuntimeError:  # a number out of range
        pass
    number = convert_to_tensor(fill_value, dtype).to(x.device)
    return number.expand(x.shape).clone(memory_format=torch.contiguous_format)


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    native = DTYPES[dtype]
    whole = type(start) is not float and type(stop) is not float and type(step) is not float
    if dtype == "uint64" and whole:
        # Counted from zero, so that only the values themselves need 64 bits.
        return (torch.arange(_length(start, stop, step)) * step + _signed(start)).to(native)
    if (stop - start) * step <= 0 if step else False:
        return torch.zeros((0,), dtype=native)  # an error in torch
    if dtype in _NO_ARANGE or (not whole and not native.is_floating_point):
        return torch.arange(start, stop, step, dtype=torch.int64 if whole else torch.float64).to(native)
    return torch.arange(start, stop, step, dtype=native)


def _is_finite(end: Tensor) -> bool:
    return math.isfinite(abs(end.item()))


def line(start: Tensor, stop: Tensor, num: int, endpoint: bool, dtype: str, axis: int) -> Tensor:
    native = DTYPES[dtype]
    ends = (start, stop)
    if endpoint and native == start.dtype and not any(x.dim() or x.requires_grad for x in ends):
        if known(start, _is_finite) and known(stop, _is_finite):
            return torch.linspace(start.item(), stop.item(), num, dtype=native)
    step = (stop - start) / max(num - endpoint, 1)
    places = torch.arange(num, dtype=step.real.dtype, device=step.device).reshape(-1, *(1,) * step.dim())
    values = torch.addcmul(start, places.to(step.dtype), step)
    if endpoint and num > 1:
        values[-1] = stop
    whole = not (native.is_floating_point or native.is_complex)
    values = (torch.floor(values) if whole else values).to(native)
    return values.movedim(0, axis) if axis else values


def tri(N: int, M: int, k: int, dtype: str) -> Tensor:
    if dtype in _TRIANGULAR:
        return torch.ones((N, M), dtype=DTYPES[dtype]).tril_(k)
    return torch.ones((N, M), dtype=torch.bool).tril_(k).to(DTYPES[dtype])


_TRIANGULAR = frozenset({"float32", "float64", "int32", "int64"})


def increasing_powers(x: Tensor, columns: int) -> Tensor:
    # Not torch.vander, which has no gradients. Integers are multiplied in int64, which is exact modulo smaller powers
    # of two.
    exact = x.dtype if x.dtype.is_floating_point or x.is_complex() else torch.int64
    rows = x.to(exact).unsqueeze(1).expand(-1, max(columns - 1, 0))
    table = torch.cat((torch.ones_like(x, dtype=exact).unsqueeze(1), torch.cumprod(rows, 1)), 1)
    return table[:, :columns].to(x.dtype)


def _length(start: Any, stop: Any, step: Any) -> int:
    return max(math.ceil((stop - start) / step), 0)


def _signed(value: Any) -> Any:
    return value - 2**64 if value >= 2**63 else value


def eye(N: int, M: int, k: int, dtype: str) -> Tensor:
    if k == 0 and dtype not in ("uint16", "uint32", "uint64"):
        return torch.eye(N, M, dtype=DTYPES[dtype])
    return (torch.arange(N).unsqueeze(1) + k == torch.arange(M)).to(DTYPES[dtype])


def copy(x: Tensor) -> Tensor:
    return x.clone()


def tril(x: Tensor, k: int) -> Tensor:
    return move(torch.tril, x, k)


def triu(x: Tensor, k: int) -> Tensor:
    return move(torch.triu, x, k)


def diag(x: Tensor, k: int) -> Tensor:
    return move(torch.diag_embed, x, k)
