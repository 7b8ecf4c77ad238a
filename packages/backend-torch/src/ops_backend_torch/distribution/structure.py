"""Rules of kernels that move, insert, remove or select axes and elements; see `rules`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ops_backend_torch.distribution.local import Label, Labels, Parts, Plan, Rule, is_tensor
from ops_common.tensors import trees

Tensor = Any


def _transpose(x: Tensor, axes: tuple[int, ...] | None) -> Plan:
    labels = tuple(range(x.dim()))
    return Plan([labels], labels[::-1] if axes is None else tuple(axis % x.dim() for axis in axes))


def _expand_dims(x: Tensor, axis: int | tuple[int, ...]) -> Plan:
    given = (axis,) if isinstance(axis, int) else axis
    rank = x.dim() + len(given)
    places = {place % rank for place in given}
    rest = iter(range(x.dim()))
    return Plan([tuple(range(x.dim()))], tuple(None if i in places else next(rest) for i in range(rank)))


def _squeeze(x: Tensor, axis: int | tuple[int, ...] | None) -> Plan:
    given = (axis,) if isinstance(axis, int) else axis
    removed = {i for i, size in enumerate(x.shape) if size == 1} if given is None else {i % x.dim() for i in given}
    labels: Labels = tuple(None if i in removed else i for i in range(x.dim()))
    result = tuple(label for label in labels if label is not None)
    return Plan([labels], result, localize=lambda args, parts: [args[0], tuple(sorted(removed))])


def _reshape(x: Tensor, newshape: Sequence[int]) -> Plan | None:
    shape = list(newshape)
    if -1 in shape:
        rest = -math.prod(shape)
        if not rest:
            return None
        shape[shape.index(-1)] = x.numel() // rest
    pairs = _leading_pairs(x.shape, shape)
    operand: list[Label | None] = [None] * x.dim()
    result: list[Label | None] = [None] * len(shape)
    for i, j in pairs:
        operand[i] = result[j] = i

    def localize(args: list[Any], parts: Parts) -> list[Any]:
        sizes = tuple(size // parts.get(label, 1) for label, size in zip(result, shape, strict=True))
        return [args[0], sizes]

    return Plan([tuple(operand)], tuple(result), localize=localize, limits={i: shape[j] for i, j in pairs})


def _leading_pairs(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """Returns pairs of an old and a new axis that begin groups of axes with the same elements. A part of one is a part
    of the other."""
    pairs: list[tuple[int, int]] = []
    if 0 in old:
        return pairs
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == 1:
            i += 1
            continue
        if new[j] == 1:
            j += 1
            continue
        pairs.append((i, j))
        have, want = old[i], new[j]
        i, j = i + 1, j + 1
        while have != want:
            if have < want:
                have *= old[i]
                i += 1
            else:
                want *= new[j]
                j += 1
    return pairs


def _broadcast_to(x: Tensor, shape: Sequence[int]) -> Plan:
    shift = len(shape) - x.dim()
    labels: Labels = tuple(i + shift if size == shape[i + shift] else None for i, size in enumerate(x.shape))

    def localize(args: list[Any], parts: Parts) -> list[Any]:
        return [args[0], tuple(size // parts.get(i, 1) for i, size in enumerate(shape))]

    return Plan([labels], (*(None,) * shift, *labels), localize=localize)


def _concatenate(xs: Sequence[Tensor], axis: int) -> Plan:
    labels = _without(xs[0].dim(), axis)
    return Plan([labels for _ in xs], labels)


def _stack(xs: Sequence[Tensor], axis: int) -> Plan:
    rank = xs[0].dim()
    labels: Labels = tuple(range(rank))
    place = axis % (rank + 1)
    return Plan([labels for _ in xs], (*labels[:place], None, *labels[place:]))


def _split(x: Tensor, sections: Any, axis: int) -> Plan:
    labels = _without(x.dim(), axis)
    return Plan([labels], labels)


def _unstack(x: Tensor, num: int | None, axis: int) -> Plan:
    labels = _without(x.dim(), axis)
    return Plan([labels], tuple(label for label in labels if label is not None))


def _over(x: Tensor, *args: Any) -> Plan | None:
    """The rule of kernels whose last argument is the axis or axes along which they move elements."""
    if args[-1] is None:
        return None
    labels = _without(x.dim(), args[-1])
    return Plan([labels], labels)


def _pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Plan:
    labels: Labels = tuple(None if any(pad_width[i]) else i for i in range(x.dim()))
    return Plan([labels, *((None,) * value.dim() for value in trees.leaves([constant_values], is_tensor))], labels)


def _without(rank: int, axis: int | tuple[int, ...]) -> Labels:
    places = {i % rank for i in ((axis,) if isinstance(axis, int) else axis)}
    return tuple(None if i in places else i for i in range(rank))


def _take(x: Tensor, indices: Tensor, axis: int | None) -> Plan:
    inner: Labels = tuple(("index", i) for i in range(indices.dim()))
    if axis is None:
        return Plan([(None,) * x.dim(), inner], inner)
    place = axis % x.dim()
    labels = _without(x.dim(), axis)
    return Plan([labels, inner], (*labels[:place], *inner, *labels[place + 1 :]))


def _take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Plan | None:
    if axis is None or x.dim() != indices.dim():
        return None
    place = axis % x.dim()
    labels: Labels = tuple(i if i != place and x.shape[i] == indices.shape[i] else None for i in range(x.dim()))
    return Plan([labels, labels], labels)


def _get_item(x: Tensor, key: tuple[Any, ...]) -> Plan | None:
    if any(not isinstance(item, (int, slice)) and item is not None and item is not Ellipsis for item in key):
        return None
    used = sum(item is not None and item is not Ellipsis for item in key)
    rest = x.dim() - used
    full = [slice(None)] * rest
    if Ellipsis in key:
        place = key.index(Ellipsis)
        key = (*key[:place], *full, *key[place + 1 :])
    else:
        key = (*key, *full)
    operand: list[Label | None] = []
    result: list[Label | None] = []
    for item in key:
        if item is None:
            result.append(None)
            continue
        axis = len(operand)
        size = x.shape[axis]
        is_full = isinstance(item, slice) and _is_full(item, size)
        operand.append(axis if is_full else None)
        if isinstance(item, slice):
            result.append(operand[-1])
    return Plan([tuple(operand)], tuple(result))


def _is_full(item: slice, size: int) -> bool:
    """Returns whether a slice selects all elements, and does so of a part of them."""
    return item.start in (None, 0) and item.step in (None, 1) and (item.stop is None or item.stop >= size)


STRUCTURE: dict[str, Rule] = {
    "manipulation.transpose": _transpose,
    "manipulation.expand_dims": _expand_dims,
    "manipulation.squeeze": _squeeze,
    "manipulation.reshape": _reshape,
    "manipulation.broadcast_to": _broadcast_to,
    "manipulation.concatenate": _concatenate,
    "manipulation.stack": _stack,
    "manipulation.split": _split,
    "manipulation.array_split": _split,
    "manipulation.unstack": _unstack,
    "manipulation.flip": _over,
    "manipulation.roll": _over,
    "manipulation.repeat": _over,
    "manipulation.pad": _pad,
    "indexing.take": _take,
    "indexing.take_along_axis": _take_along_axis,
    "indexing.get_item": _get_item,
}
