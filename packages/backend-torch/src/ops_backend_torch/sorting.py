"""PyTorch, family sorting."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import unsigned
from ops_backend_torch.core import is_size, known
from ops_backend_torch.elementwise.values import has_no_nan
from ops_backend_torch.tracing import is_compiling
from ops_common.errors import ArgumentError, unknown_shape
from ops_common.shapes import normalize_axis

Tensor = Any

_sort, _searchsorted = torch.sort, torch.searchsorted
# The dtypes in which these are summed.
_WIDER = {
    torch.float16: torch.float32,
    torch.bfloat16: torch.float32,
    torch.uint32: torch.int64,
    torch.uint64: torch.int64,
}
_COUNTED = frozenset({torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8})  # accepted by torch.bincount


def _along(x: Tensor, axis: int | None) -> tuple[Tensor, int]:
    """Returns the tensor and the axis counted from the front. (torch accepts axis 0 and -1 of a scalar.)"""
    return (x.reshape(-1), 0) if axis is None else (x, normalize_axis(axis, x.dim()))


def sort(x: Tensor, axis: int | None) -> Tensor:
    x, axis = _along(x, axis)
    if x.dtype in unsigned.UNSIGNED:  # not supported by torch, also in compiled functions
        return unsigned.select(lambda wide: _sort(wide, dim=axis, stable=True)[0], x)
    if x.is_complex():
        return torch.gather(x, axis, _complex_order(x, axis))
    return _sort(x, dim=axis, stable=True)[0]


def argsort(x: Tensor, axis: int | None) -> Tensor:
    x, axis = _along(x, axis)
    if x.dtype in unsigned.UNSIGNED:
        return unsigned.compare(lambda wide: _sort(wide, dim=axis, stable=True)[1].int(), x)
    if x.is_complex():
        return _complex_order(x, axis).int()
    return _sort(x, dim=axis, stable=True)[1].int()


def argpartition(x: Tensor, kth: int, axis: int | None) -> Tensor:
    x, axis = _along(x, axis)
    size = x.shape[axis]
    if is_size(size):  # torch would compile for sizes above kth only
        return argsort(x, axis)
    if not -size <= kth < size:
        raise ValueError(f"kth {kth} is out of bounds for {size} elements")
    if is_compiling() or x.dtype not in _SELECTED or size < _LONG:
        return argsort(x, axis)
    # The smallest ones with the kth of them last, followed by the rest.
    count = kth % size + 1
    turned = x.transpose(axis, -1)
    values, first = torch.topk(turned, count, largest=False, sorted=False)
    last = torch.argmax(values, -1, keepdim=True)
    last_values, first = first.gather(-1, last), first.scatter(-1, last, first[..., -1:])
    first[..., -1:] = last_values
    left = torch.ones_like(turned, dtype=torch.bool).scatter_(-1, first, False)
    places = torch.arange(size, dtype=torch.int32, device=x.device).expand(turned.shape)
    try:
        rest = places.masked_select(left).reshape(*turned.shape[:-1], size - count)
    except RuntimeError:  # vmap does not support a result whose size depends on values
        return argsort(x, axis)
    return torch.cat((first.int(), rest), -1).transpose(axis, -1)


_SELECTED = frozenset({torch.float32, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8})
_LONG = 64  # sorting shorter axes is faster than selecting


def _complex_order(x: Tensor, axis: int) -> Tensor:
    """Returns indices that sort by the least significant key first, then stably by more significant ones; the most
    significant is which part is NaN."""
    order = _sort(x.imag, dim=axis, stable=True)[1]
    nan = 2 * torch.isnan(x.real).to(torch.uint8) + torch.isnan(x.imag)
    for key in (x.real, nan):
        order = torch.gather(order, axis, _sort(torch.gather(key, axis, order), dim=axis, stable=True)[1])
    return order


def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Tensor:
    if sorted_sequence.dim() != 1:
        raise ValueError("the sorted sequence has rank 1")
    sorted_sequence, values = sorted_sequence.contiguous(), values.contiguous()  # torch warns of others
    dtype = values.dtype
    if dtype in unsigned.UNSIGNED:
        return unsigned.compare(lambda s, v: _searchsorted(s, v, out_int32=True, side=side), sorted_sequence, values)
    if dtype is torch.bool:
        sorted_sequence, values = sorted_sequence.to(torch.uint8), values.to(torch.uint8)
    if not dtype.is_floating_point:
        return _searchsorted(sorted_sequence, values, out_int32=True, side=side)
    if known(sorted_sequence, has_no_nan):
        return _searchsorted(sorted_sequence, values, out_int32=True, side=side)
    # torch's search fails if the sequence contains NaN: it is replaced by infinity, and is not counted.
    nan = torch.isnan(sorted_sequence)
    count = (~nan).sum()
    place = _searchsorted(sorted_sequence.masked_fill(nan, torch.inf), values, out_int32=True, side=side)
    if side == "left":
        return torch.minimum(place, count.int())
    return torch.where(torch.isnan(values), place, torch.minimum(place, count.int()))


def bincount(x: Tensor, weights: Tensor | None, minlength: int, sparse: bool) -> Tensor:
    if weights is None and x.dim() == 1 and x.dtype in _COUNTED and not is_compiling():
        try:
            return torch.bincount(x, minlength=minlength).int()  # bincount finds the extremes itself
        except RuntimeError:
            raise ArgumentError("integers to count must not be negative") from None
    x = x.long()
    if is_compiling():
        if not minlength:
            raise unknown_shape("bincount", "give minlength, which is then the length")
        return tally(x, weights, minlength)
    if x.numel():
        low, high = torch.aminmax(x)
        if low < 0:
            raise ArgumentError("integers to count must not be negative")
        minlength = max(minlength, int(high) + 1)
    return tally(x, weights, minlength)


def tally(x: Tensor, weights: Tensor | None, length: int) -> Tensor:
    if x.dim() not in (1, 2) or (weights is not None and weights.shape != x.shape):
        raise ValueError("integers to count have rank 1 or 2, and weights their shape")
    x = x.long()
    if weights is None and x.dim() == 1 and not is_compiling():
        return torch.bincount(x, minlength=length)[:length].int()
    x = torch.where((x < 0) | (x > length), length, x)  # the last place is cut off
    added: Any = torch.ones_like(x, dtype=torch.int32) if weights is None else weights
    dtype = added.dtype
    wide = _WIDER.get(dtype)
    if wide is not None:
        added = added.to(wide)
    sums = torch.zeros((*x.shape[:-1], length + 1), dtype=added.dtype, device=x.device)
    sums = sums.scatter_add(-1, x, added)[..., :length]
    return sums if wide is None else sums.to(dtype)


def top_k(x: Tensor, k: int, sorted: bool) -> tuple[Tensor, Tensor]:
    if not x.dim():  # torch would treat it as rank 1
        raise IndexError("a tensor of rank 0 has no axis")
    if x.dtype is torch.bool:
        values, places = torch.topk(x.to(torch.uint8), k)
        return values.to(torch.bool), places.int()
    if x.dtype in unsigned.UNSIGNED:
        wide = x.long()
        if x.dtype is torch.uint64:  # the order of uint64 is that of int64 with the top bit flipped
            places = torch.topk(wide ^ -(2**63), k)[1]
        else:
            places = torch.topk(wide, k)[1]
        return torch.gather(wide, -1, places).to(x.dtype), places.int()
    values, places = torch.topk(x, k)
    return values, places.int()
