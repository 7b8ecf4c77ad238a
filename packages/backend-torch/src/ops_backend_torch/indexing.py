"""PyTorch, family indexing: torch's indexing, adapted to NumPy's rules where they differ."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import _compat
from ops_backend_torch.core import is_size
from ops_backend_torch.manipulation import flip
from ops_backend_torch.tracing import is_compiling
from ops_backend_torch.unsigned import UNSIGNED
from ops_common.errors import unknown_shape
from ops_common.host.indexing import block
from ops_common.shapes import normalize_axis

Tensor = Any

_INDEX = frozenset({torch.int64, torch.int32})
_ALL = slice(None)
_SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}


def wide(x: Tensor) -> Tensor:
    """Returns indices as int64. Values of uint64 that int64 does not hold become its largest value, not negative."""
    if x.dtype is torch.uint64:
        x = x.view(torch.int64)
        return torch.where(x < 0, torch.iinfo(torch.int64).max, x)
    return x if x.dtype is torch.int64 else x.long()  # half of the time of `to`


def take(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if indices.dtype not in _INDEX:  # see _advanced
        indices = wide(indices)
    if axis is None:
        x, axis = x.reshape(-1), 0
    else:
        axis = normalize_axis(axis, x.dim())
    if not is_compiling() and x.is_cpu:
        # Several times as fast as indexing, but it does not support negative indices and some dtypes. (On devices other
        # than the CPU, such an index would crash the process.)
        flat = indices if indices.dim() == 1 else indices.reshape(-1)
        try:
            out = torch.index_select(x, axis, flat)
            if not out.numel() and flat.numel() and not bool((flat < x.shape[axis]).all()):  # not checked
                raise IndexError(f"an index is out of bounds for axis {axis} with size {x.shape[axis]}")
            return out if flat is indices else out.reshape(x.shape[:axis] + indices.shape + x.shape[axis + 1 :])
        except (IndexError, RuntimeError):
            return _compat.index(x, (_ALL,) * axis + (indices,))
    if not indices.dim():  # the compiler would need its value
        return x[(_ALL,) * axis + (indices.reshape(1),)].squeeze(axis)
    return x[(_ALL,) * axis + (indices,)]


def take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if axis is None:
        if indices.dim() != 1:
            raise IndexError("indices into a flattened tensor have rank 1")
        return take(x, indices, None)
    sizes, counts = x.shape, indices.shape
    rank, size = len(sizes), sizes[axis]
    if rank != len(counts):
        raise IndexError("the ranks differ")
    axis %= rank
    signed = _SIGNED.get(x.dtype)
    if signed is not None:  # torch gathers integers of the same bits
        return take_along_axis(x.view(signed), indices, axis).view(x.dtype)
    places = wide(indices)
    if not (sizes[:axis] == counts[:axis] and (axis == rank - 1 or sizes[axis + 1 :] == counts[axis + 1 :])):
        common = [n if m == 1 else m for m, n in zip(sizes, counts, strict=True)]
        common[axis] = -1
        x, places = x.expand(common), places.expand(common)
    if x.is_cpu and not is_compiling():
        try:  # of a negative index, torch raises an error
            return torch.gather(x, axis, places)
        except RuntimeError:
            pass
    return torch.gather(x, axis, torch.where(places < 0, places + size, places))


def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    if is_compiling():
        raise unknown_shape("nonzero", "use where with all three arguments, or give unique a size")
    if not x.dim():  # torch would treat it as rank 1
        raise IndexError("a tensor of rank 0 has no axes")
    if x.dtype in UNSIGNED:
        x = x.long()
    return torch.nonzero(x).int().unbind(1)


def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    for item in key:
        kind = type(item)
        if kind is slice:
            if item.step is not None and item.step < 0:
                return _advanced(_forward(x, key), key)
        elif kind is not int and item is not None and item is not Ellipsis:
            return _advanced(_forward(x, key), key)
    return x[key]


def _forward(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    """Returns the tensor after the key's slices with negative steps, which torch does not support."""
    used = sum(1 if not isinstance(i, torch.Tensor) or i.dtype is not torch.bool else i.dim() for i in key if _uses(i))
    axis = 0
    for item in key:
        if isinstance(item, slice):
            if item.step is not None and item.step < 0:
                x = flip(x[(_ALL,) * axis + (_reversed(item, x.shape[axis]),)], (axis,))
            axis += 1
        elif item is Ellipsis:
            axis += x.dim() - used
        elif item is not None:
            axis += item.dim() if isinstance(item, torch.Tensor) and item.dtype is torch.bool else 1
    return x


def _reversed(item: slice, size: int) -> slice:
    """Returns the slice with the elements of one with a negative step, in reverse order. (The bounds are not read from
    a range: torch's compiler would need the size.)"""
    first, last = item.start, item.stop  # the first and the one after the last, in the order of the slice
    if first is not None:
        first = first + size if first < 0 else first
        first = size - 1 if first >= size else first
    else:
        first = size - 1
    if last is not None:
        last = last + size if last < 0 else last
        last = -1 if last < 0 else last
    else:
        last = -1
    if first <= last:
        return slice(0, 0)
    return slice(first - (first - last - 1) // -item.step * -item.step, first + 1, -item.step)


def _uses(item: Any) -> bool:
    return isinstance(item, slice) or (item is not None and item is not Ellipsis)


def _without_steps_back(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_ALL if isinstance(item, slice) and item.step is not None and item.step < 0 else item for item in key)


def _advanced(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    # In NumPy, an int next to index tensors broadcasts with them, which determines the position of their axes; torch
    # applies it first. Both treat it alike as a tensor of one element. An index of uint8 would be a mask, and other
    # dtypes are not supported.
    spread = any(isinstance(item, torch.Tensor) and item.dim() for item in key)
    if not spread and is_compiling():
        return _of_scalars(x, _without_steps_back(key))
    items: list[Any] = []
    for item in _without_steps_back(key):
        if isinstance(item, torch.Tensor) and item.dtype is not torch.bool:
            item = item if item.dtype in _INDEX else wide(item)
            items.append(item.reshape(1) if spread and not item.dim() else item)
        elif isinstance(item, int) and spread:
            items.append(torch.full((1,), item, dtype=torch.int64, device=x.device))
        else:
            items.append(item)
    return _compat.index(x, tuple(items))


def _of_scalars(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    """Returns what a key of slices, ints and index tensors of rank 0 selects. In loops, torch's compiler would need the
    values of such tensors as keys."""
    used = sum(1 for item in key if _uses(item))
    rest: list[Any] = []
    axis = 0
    for item in key:
        if isinstance(item, torch.Tensor) and item.dtype is not torch.bool:
            item = item if item.dtype in _INDEX else wide(item)
            x = x.index_select(axis, torch.where(item < 0, item + x.shape[axis], item).reshape(1))
            item = 0
        rest.append(item)
        axis += x.dim() - used if item is Ellipsis else 1 if _uses(item) else 0
    return x[tuple(rest)]


diagonal = torch.diagonal


def _known(x: Tensor, starts: Any, sizes: Any) -> tuple[slice, ...] | None:
    """Returns the block as slices; None if the starts have no value yet, or many (in torch.vmap)."""
    if isinstance(starts, torch.Tensor):
        if is_compiling():
            return None
        try:
            starts = starts.tolist()
        except RuntimeError:
            return None
    return block(x.shape, starts, sizes)


def _places(x: Tensor, starts: Any, sizes: Any) -> list[Tensor]:
    """Returns for each axis the indices of a block, clamped so that the block fits."""
    places: list[Tensor] = []
    for axis, (dim, size) in enumerate(zip(x.shape, sizes, strict=True)):
        start = wide(starts[axis]) if isinstance(starts, torch.Tensor) else starts[axis]
        start = torch.as_tensor(start, device=x.device)
        start = torch.where(start < 0, start + dim, start).clamp(0, dim - size)
        places.append(torch.arange(size, device=x.device) + start)
    return places


def dynamic_slice(x: Tensor, starts: Tensor, sizes: tuple[int, ...]) -> Tensor:
    known = _known(x, starts, sizes)
    if known is not None:
        return x[known]
    for axis, places in enumerate(_places(x, starts, sizes)):
        if is_size(x.shape[axis]) or sizes[axis] != x.shape[axis]:
            x = x[(_ALL,) * axis + (places,)]
    return x


def dynamic_slice_update(x: Tensor, starts: Tensor | tuple[int, ...], updates: Tensor) -> Tensor:
    if not x.dim():
        return updates
    known = _known(x, starts, updates.shape)
    if known is not None:
        try:
            out = x.clone()
            out[known] = updates
            return out
        except RuntimeError:  # in torch.vmap, where one tensor cannot be updated in place with a batch of updates
            pass
    rank = x.dim()
    grid = [
        places.reshape(*(-1 if i == axis else 1 for i in range(rank)))
        for axis, places in enumerate(_places(x, starts, updates.shape))
    ]
    return x.index_put(tuple(grid), updates)
