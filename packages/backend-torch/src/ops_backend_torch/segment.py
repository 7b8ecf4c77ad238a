"""PyTorch, family segment: rows added or combined by index, plus one segment for the ignored rows."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch.core import known
from ops_backend_torch.indexing import wide
from ops_backend_torch.unsigned import UNSIGNED

Tensor = Any

_REDUCE = {"mul": "prod", "max": "amax", "min": "amin"}
_SIGN = -(2**63)


def segment_reduce(data: Tensor, segment_ids: Tensor, num_segments: int, reduction: str, sorted: bool) -> Tensor:
    if segment_ids.dim() != 1 or segment_ids.shape != data.shape[:1]:
        raise ValueError("there is one id of a segment for each row")
    dtype = data.dtype
    if dtype in UNSIGNED:
        # Modulo 2**64 the sign does not matter; for the order of uint64, the top bit is flipped.
        turn = dtype is torch.uint64 and reduction in ("max", "min")
        wide = data.long()
        least = None if dtype is torch.uint64 else 0 if reduction == "max" else torch.iinfo(dtype).max
        reduced = _reduce(wide ^ _SIGN if turn else wide, segment_ids, num_segments, reduction, least)
        return (reduced ^ _SIGN if turn else reduced).to(dtype)
    return _reduce(data, segment_ids, num_segments, reduction, None)


def _are_below(ids: Tensor, count: int) -> bool:
    least, most = torch.aminmax(ids) if ids.numel() else (ids.new_zeros(()), ids.new_zeros(()))
    return least.item() >= 0 and most.item() < count


def _reduce(data: Tensor, segment_ids: Tensor, num_segments: int, reduction: str, fill: Any) -> Tensor:
    ids = wide(segment_ids)
    if reduction == "add" and known(data, lambda data: True) and known(ids, lambda ids: True):
        try:  # of an index out of range, torch raises an error
            return data.new_zeros((num_segments, *data.shape[1:])).index_add_(0, ids, data)
        except (IndexError, RuntimeError):
            pass
    if not known(ids, lambda ids: _are_below(ids, num_segments)):
        ids = torch.where((ids < 0) | (ids >= num_segments), num_segments, ids)
    if reduction == "add":
        fill = 0
    elif reduction == "mul":
        fill = 1
    elif fill is None:
        low, high = (
            (-torch.inf, torch.inf)
            if data.dtype.is_floating_point
            else (torch.iinfo(data.dtype).min, torch.iinfo(data.dtype).max)
        )
        fill = low if reduction == "max" else high
    start = torch.full((num_segments + 1, *data.shape[1:]), fill, dtype=data.dtype, device=data.device)
    if reduction == "add":
        return start.index_add(0, ids, data)[:num_segments]
    if data.dim() > 1:
        ids = ids.reshape(-1, *(1,) * (data.dim() - 1)).expand(data.shape)
    return start.scatter_reduce(0, ids, data, _REDUCE[reduction], include_self=True)[:num_segments]
