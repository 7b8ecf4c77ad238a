"""Eager calls of the families indexing and segment."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch.eager.common import EXACT, FLOATS, INDICES, NUMERIC, has_values, is_plain
from ops_backend_torch.elementwise.gradients import is_wrapped
from ops_common.host.indexing import is_basic, plain_block

__all__ = [
    "indexing_get_item",
    "indexing_select",
    "indexing_slice",
    "indexing_slice_update",
    "indexing_trace",
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
    if type(inputs) not in EXACT or type(updates) not in EXACT or inputs.dtype is not updates.dtype:
        return NotImplemented
    if type(start_indices) is not tuple or is_wrapped(inputs) or is_wrapped(updates):
        return NotImplemented
    dims, sizes = inputs.shape, updates.shape
    if not len(dims) == len(sizes) == len(start_indices):
        return NotImplemented
    place = None  # of the one axis of which a part is updated
    for axis, dim in enumerate(dims):
        if sizes[axis] != dim:
            if place is not None:
                break
            place = axis
    else:
        if place is None:
            return NotImplemented
        start, dim, size = start_indices[place], dims[place], sizes[place]
        if type(start) is not int or size > dim:
            return NotImplemented
        if not 0 <= start <= dim - size:
            start = min(max(start + dim if start < 0 else start, 0), dim - size)
        return torch.slice_scatter(inputs, updates, place, start, start + size)
    if not is_plain(inputs) or not has_values(updates):
        return NotImplemented
    block = plain_block(dims, start_indices, tuple(sizes))
    if block is None:
        return NotImplemented
    out = inputs.clone()
    out[block] = updates
    return out


def indexing_trace(x: Tensor, offset: int, axis1: int, axis2: int) -> Any:
    if offset or axis1 or axis2 != 1 or type(x) not in EXACT or x.dtype not in FLOATS or x.dim() != 2:
        return NotImplemented
    return torch.trace(x)


def indexing_select(condlist: Any, choicelist: Any, default: Any) -> Any:
    for x in (*condlist, *choicelist, default):
        if type(x) not in EXACT or x.dtype not in _SELECTED:
            return NotImplemented
    selected = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        selected = torch.where(condition, choice, selected)
    return selected


_SELECTED = NUMERIC | {torch.bool}


def _is_small(x: Tensor, indices: Tensor, updates: Tensor, depth: int) -> bool:
    return (
        is_plain(x)
        and has_values(updates)
        and x.dtype is updates.dtype
        and x.dtype in NUMERIC
        and indices.dtype in INDICES
        and not is_wrapped(indices)
        and 0 < updates.numel() <= _SERIAL
        and updates.dim() == indices.dim() - 1 + x.dim() - depth
        and 0 < indices.numel() <= _SERIAL
    )


def _put(x: Tensor, indices: Tensor, updates: Tensor, accumulate: bool, depth: int) -> Any:
    try:
        if depth > 1:
            return x.index_put_(indices.unbind(-1), updates, accumulate)
        places = indices.squeeze(-1)
        if accumulate and places.dim() == 1:
            return x.index_add_(0, places, updates)
        return x.index_put_((places,), updates, accumulate)
    except _REFUSED:  # an index out of range, which is ignored, or a wrong shape
        return NotImplemented


def segment_scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None) -> Any:
    if type(indices) not in EXACT or (reduction is not None and reduction != "add"):
        return NotImplemented
    rank = indices.dim()
    depth = indices.shape[-1] if rank else 0
    if not 0 < depth <= inputs.dim() or not _is_small(inputs, indices, updates, depth):
        return NotImplemented
    # Of updates that broadcast along these axes, torch writes more elements than there are, and not in order.
    if (rank > 2 or inputs.dim() > depth) and updates.shape[rank - 1 :] != inputs.shape[depth:]:
        return NotImplemented
    return _put(inputs.clone(), indices, updates, reduction is not None, depth)


def segment_scatter(indices: Tensor, values: Tensor, shape: tuple[int, ...]) -> Any:
    if type(indices) not in EXACT or type(values) not in EXACT:
        return NotImplemented
    depth = indices.shape[-1] if indices.dim() else 0
    if not 0 < depth <= len(shape):
        return NotImplemented
    out = values.new_zeros(shape)
    return _put(out, indices, values, True, depth) if _is_small(out, indices, values, depth) else NotImplemented


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
