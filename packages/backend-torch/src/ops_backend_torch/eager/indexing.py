"""Eager calls of the families indexing and segment."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch.eager.common import EXACT, INDICES, NUMERIC, has_values, is_plain
from ops_common.host.indexing import is_basic, plain_block

__all__ = [
    "indexing_get_item",
    "indexing_select",
    "indexing_slice",
    "indexing_slice_update",
    "segment_scatter",
    "segment_scatter_update",
    "segment_segment_max",
    "segment_segment_min",
    "segment_segment_prod",
    "segment_segment_sum",
]

Tensor = Any

# Below this number of elements, torch writes one after another, so that the last update of a position remains.
_SERIAL = 1 << 14
_REFUSED = (IndexError, OverflowError, RuntimeError, TypeError, ValueError)


def indexing_get_item(x: Tensor, key: Any) -> Any:
    if type(x) not in EXACT or not is_basic(key):
        return NotImplemented
    try:
        return x[key]
    except _REFUSED:
        return NotImplemented


def indexing_slice(inputs: Tensor, start_indices: Any, shape: Any) -> Any:
    if type(inputs) not in EXACT:
        return NotImplemented
    block = plain_block(inputs.shape, start_indices, shape)
    return NotImplemented if block is None else inputs[block]


def indexing_slice_update(inputs: Tensor, start_indices: Any, updates: Tensor) -> Any:
    if not is_plain(inputs) or not has_values(updates) or inputs.dtype is not updates.dtype or not inputs.dim():
        return NotImplemented
    block = plain_block(inputs.shape, start_indices, tuple(updates.shape))
    if block is None:
        return NotImplemented
    out = inputs.clone()
    out[block] = updates
    return out


def indexing_select(condlist: Any, choicelist: Any, default: Any) -> Any:
    for x in (*condlist, *choicelist, default):
        if type(x) not in EXACT or x.dtype not in _SELECTED:
            return NotImplemented
    selected = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        selected = torch.where(condition, choice, selected)
    return selected


_SELECTED = NUMERIC | {torch.bool}


def _is_small(x: Tensor, indices: Tensor, updates: Tensor) -> bool:
    return (
        is_plain(x)
        and has_values(updates)
        and has_values(indices)
        and x.dtype is updates.dtype
        and x.dtype in NUMERIC
        and indices.dtype in INDICES
        and 0 < updates.numel() <= _SERIAL
        and updates.dim() == indices.dim() - 1 + x.dim() - indices.shape[-1]
        and 0 < indices.numel() <= _SERIAL
    )


def _put(x: Tensor, indices: Tensor, updates: Tensor, accumulate: bool) -> Any:
    places = indices.unbind(-1) if indices.shape[-1] > 1 else (indices.squeeze(-1),)
    try:
        return x.index_put_(places, updates, accumulate)
    except _REFUSED:  # an index out of range, which is ignored, or a wrong shape
        return NotImplemented


def segment_scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None) -> Any:
    if type(indices) not in EXACT or (reduction is not None and reduction != "add"):
        return NotImplemented
    if not indices.dim() or not 0 < indices.shape[-1] <= inputs.dim():
        return NotImplemented
    if not _is_small(inputs, indices, updates):
        return NotImplemented
    # Of updates that broadcast along these axes, torch writes more elements than there are, and not in order.
    if updates.shape[indices.dim() - 1 :] != inputs.shape[indices.shape[-1] :]:
        return NotImplemented
    return _put(inputs.clone(), indices, updates, reduction is not None)


def segment_scatter(indices: Tensor, values: Tensor, shape: tuple[int, ...]) -> Any:
    if type(indices) not in EXACT or type(values) not in EXACT:
        return NotImplemented
    if not indices.dim() or not 0 < indices.shape[-1] <= len(shape):
        return NotImplemented
    out = values.new_zeros(shape)
    return _put(out, indices, values, True) if _is_small(out, indices, values) else NotImplemented


def _are_rows(data: Tensor, ids: Tensor, count: Any) -> bool:
    """Returns whether there is one id for each row of a plain tensor."""
    return (
        type(count) is int
        and data.dtype in NUMERIC
        and ids.dtype in INDICES
        and is_plain(data)
        and has_values(ids)
        and ids.dim() == 1
        and data.dim() > 0
        and data.numel() > 0
        and ids.shape[0] == data.shape[0]
    )


def segment_segment_sum(data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool) -> Any:
    if type(data) not in EXACT or type(segment_ids) not in EXACT or type(num_segments) is not int:
        return NotImplemented
    if data.dtype not in NUMERIC or not data.is_cpu or segment_ids.dtype not in INDICES or segment_ids.dim() != 1:
        return NotImplemented
    try:
        return data.new_zeros((num_segments, *data.shape[1:])).index_add_(0, segment_ids, data)
    except (IndexError, RuntimeError):  # an id out of range, or not one for each row
        return NotImplemented


def _reduced(data: Tensor, ids: Tensor, count: Any, reduction: str, fill: float) -> Any:
    if not _are_rows(data, ids, count):
        return NotImplemented
    if reduction != "prod" and not data.dtype.is_floating_point:
        info = torch.iinfo(data.dtype)
        fill = info.max if fill > 0 else info.min
    places = ids.long()
    rank = data.dim()
    if rank == 2:  # `unsqueeze` takes less time than `reshape`
        places = places.unsqueeze(1).expand_as(data)
    elif rank > 2:
        places = places.reshape(-1, *(1,) * (rank - 1)).expand_as(data)
    try:
        return data.new_full((count, *data.shape[1:]), fill).scatter_reduce_(0, places, data, reduction)
    except (IndexError, RuntimeError):  # an id out of range, whose row is ignored
        return NotImplemented


def segment_segment_max(data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool) -> Any:
    return _reduced(data, segment_ids, num_segments, "amax", -torch.inf)


def segment_segment_min(data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool) -> Any:
    return _reduced(data, segment_ids, num_segments, "amin", torch.inf)


def segment_segment_prod(data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool) -> Any:
    return _reduced(data, segment_ids, num_segments, "prod", 1)
