"""Vjp rules of the family manipulation."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ops.autodiff import functions as xp
from ops.autodiff.rules import Cut, FamilyRules, cut_of, is_zero, pad_to_slices
from ops.manipulation.splitting import _pieces_at
from ops_common import shapes


def _reshape(g: Any, y: Any, x: Any, *others: Any) -> Any:
    return (xp.reshape(g, xp.sizes(x)),)


def _transpose(g: Any, y: Any, x: Any, axes: Any) -> Any:
    inverse = None if axes is None else tuple(int(i) for i in np.argsort([axis % len(axes) for axis in axes]))
    return (xp.transpose(g, inverse),)


def _concatenate(g: Any, y: Any, xs: Any, axis: int) -> Any:
    if len(xs) == 1:
        return ([g],)
    cuts = tuple(itertools.accumulate(xp.sizes(x)[axis] for x in xs[:-1]))
    if {int}.issuperset(map(type, cuts)):
        return (xp.split(g, cuts, axis),)
    return (_pieces_at(g, cuts, shapes.normalize_axis(axis, len(xp.shape(g)))),)


def _split(g: Any, y: Any, x: Any, indices_or_sections: Any, axis: int) -> Any:
    indices = indices_or_sections
    if isinstance(indices, int) or (
        {int}.issuperset(map(type, indices)) and list(indices) == sorted(indices) and min(indices, default=0) >= 0
    ):
        return (xp.concatenate(g, axis),)
    # The pieces may overlap, or some are empty because the indices decrease.
    sizes = xp.sizes(x)
    total: Any = xp.zeros_like(x)
    for piece, low, high in zip(g, (None, *indices), (*indices, None), strict=True):
        cuts = [Cut(0, size) for size in sizes]
        cuts[axis] = cut_of(slice(low, high), sizes[axis], xp.sizes(piece)[axis])
        total = total + pad_to_slices(piece, cuts, sizes)
    return (total,)


def _roll(g: Any, y: Any, x: Any, shift: Any, axis: Any) -> Any:
    return (xp.roll(g, tuple(-amount for amount in shift) if isinstance(shift, tuple) else -shift, axis),)


def _pad(g: Any, y: Any, x: Any, pad_width: Any, mode: str, constant_values: Any) -> Any:
    inner = (slice(before, before + size) for (before, _), size in zip(pad_width, xp.sizes(x), strict=True))
    return (g[tuple(inner)],)


def _pad_with_elements(x: Any, pad_width: Any, mode: str, constant_values: Any) -> Any:
    if mode == "constant":
        return NotImplemented
    for axis, (width, size) in enumerate(zip(pad_width, xp.sizes(x), strict=True)):
        if not all(map(is_zero, width)):
            x = xp.take(x, xp.pad(xp.arange(size, dtype="int32"), (width,), mode), axis)
    return x


def _repeat(x: Any, repeats: Any, axis: Any, total: Any = None) -> Any:
    x, axis = (xp.reshape(x, (-1,)), 0) if axis is None else (x, axis)
    return xp.take(x, xp.repeat(xp.arange(xp.sizes(x)[axis], dtype="int32"), repeats), axis)


def _tile(x: Any, repeats: tuple[Any, ...]) -> Any:
    rank = len(xp.shape(x))
    x = xp.reshape(x, (*(1,) * (len(repeats) - rank), *xp.sizes(x)))
    repeats = (*(1,) * (rank - len(repeats)), *repeats)
    for axis, (count, size) in enumerate(zip(repeats, xp.sizes(x), strict=True)):
        if not isinstance(count, int) or count != 1:
            x = xp.take(x, xp.tile(xp.arange(size, dtype="int32"), count), axis)
    return x


RULES = FamilyRules(
    vjps={
        "manipulation.broadcast_to": {0: lambda g, y, x, shape: g},
        "manipulation.concatenate": _concatenate,
        "manipulation.expand_dims": _reshape,
        "manipulation.flip": {0: lambda g, y, x, axis: xp.flip(g, axis)},
        "manipulation.pad": _pad,
        "manipulation.reshape": _reshape,
        "manipulation.roll": _roll,
        "manipulation.split": _split,
        "manipulation.squeeze": _reshape,
        "manipulation.stack": {0: lambda g, y, xs, axis: xp.unstack(g, len(xs), axis)},
        "manipulation.transpose": _transpose,
    },
    decompositions={
        "manipulation.pad": _pad_with_elements,
        "manipulation.repeat": _repeat,
        "manipulation.repeat_each": _repeat,
        "manipulation.tile": _tile,
    },
)
