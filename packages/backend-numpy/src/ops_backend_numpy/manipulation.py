"""NumPy, family manipulation. Methods instead of NumPy's functions where the method avoids a wrapper."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ops_backend_numpy.core import DTYPES
from ops_common import shapes
from ops_common.host import indexing as host_indexing
from ops_common.host.indexing import NO_AXIS

Tensor = Any


def reshape(x: Tensor, newshape: tuple[int, ...]) -> Tensor:
    for size in newshape:
        if size < -1:  # NumPy treats any negative size as unknown
            raise ValueError(f"a size is negative: {newshape}")
    return x.reshape(newshape)


transpose = host_indexing.transpose


def concatenate(xs: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor:
    if axis == NO_AXIS:
        shapes.normalize_axis(axis, xs[0].ndim)
    return np.concatenate(xs, axis)


stack = np.stack


def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    size = x.shape[axis]
    cuts = indices_or_sections
    if isinstance(cuts, int):
        if cuts < 1 or size % cuts:
            raise ValueError(f"an axis of size {size} does not split into {cuts} equal parts")
        step = size // cuts
        cuts = tuple(range(step, size, step)) if step else (0,) * (cuts - 1)
    lead = (slice(None),) * (axis % x.ndim)
    return [x[(*lead, slice(start, stop))] for start, stop in itertools.pairwise((0, *cuts, size))]


def array_split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    cuts = indices_or_sections
    return split(x, shapes.even_cuts(x.shape[axis], cuts) if isinstance(cuts, int) else cuts, axis)


def unstack(x: Tensor, num: int | None, axis: int) -> list[Tensor]:
    if num not in (None, x.shape[axis]):
        raise ValueError("there are not as many slices")
    first = x if axis == 0 and x.ndim else np.moveaxis(x, axis, 0)
    return list(first) if first.ndim > 1 else [first[i, ...] for i in range(first.shape[0])]


def expand_dims(x: Tensor, axis: int | tuple[int, ...]) -> Tensor:
    if type(axis) is int and -x.ndim <= axis + 1 <= x.ndim + 1:
        return x[(*(slice(None),) * (axis % (x.ndim + 1)), None)]
    return np.expand_dims(x, axis)


def squeeze(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    if not x.ndim and axis not in (None, ()):  # NumPy accepts axis 0 of a scalar
        raise ValueError("a tensor of rank 0 has no axis to squeeze")
    return x.squeeze(axis)


def broadcast_to(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    return np.broadcast_to(x, shape)


def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    if not pad_width:  # not supported by NumPy
        return x
    if mode == "constant":
        shape = tuple([before + size + after for size, (before, after) in zip(x.shape, pad_width, strict=True)])
        if type(constant_values) is int and constant_values == 0:  # -0.0 is another number
            out = np.zeros(shape, x.dtype)
        else:
            out = np.full(shape, constant_values, x.dtype)
        inner = [slice(before, before + size) for size, (before, _) in zip(x.shape, pad_width, strict=True)]
        out[tuple(inner)] = x
        return out
    return np.pad(x, pad_width, mode)  # type: ignore[call-overload]  # the contract's modes


def flip(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    if type(axis) is int and 0 <= axis < x.ndim:
        return x[(*(slice(None),) * axis, slice(None, None, -1))]
    return np.flip(x, axis)


def repeat(x: Tensor, repeats: Any, axis: int | None) -> Tensor:
    return x.repeat(repeats, axis)


def repeat_each(x: Tensor, repeats: Tensor, axis: int | None, total: int | None) -> Tensor:
    return np.repeat(x, repeats.astype(np.intp, copy=False), axis)  # NumPy does not cast uint64 implicitly


tile = np.tile
roll = np.roll


def view(x: Tensor, dtype: str) -> Tensor:
    return (x if x.flags.c_contiguous else np.asarray(x, order="C")).view(DTYPES[dtype])
