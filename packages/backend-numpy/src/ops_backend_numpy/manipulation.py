"""NumPy, family manipulation. Methods rather than NumPy's functions where the method skips a wrapper."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import DTYPES

Tensor = Any


def reshape(x: Tensor, newshape: tuple[int, ...]) -> Tensor:
    for size in newshape:
        if size < -1:  # any negative size is an unknown one to NumPy
            raise ValueError(f"a size is negative: {newshape}")
    return x.reshape(newshape)


def transpose(x: Tensor, axes: tuple[int, ...] | None) -> Tensor:
    return x.transpose(axes)


concatenate = np.concatenate
stack = np.stack


def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    return np.split(x, indices_or_sections, axis)


def unstack(x: Tensor, num: int | None, axis: int) -> list[Tensor]:
    if num not in (None, x.shape[axis]):
        raise ValueError("there are not as many slices")
    first = np.moveaxis(x, axis, 0)
    return [first[i, ...] for i in range(first.shape[0])]


expand_dims = np.expand_dims


def squeeze(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    if not x.ndim and axis not in (None, ()):  # NumPy lets axis 0 of a scalar pass
        raise ValueError("a tensor of rank 0 has no axis to squeeze")
    return x.squeeze(axis)


def broadcast_to(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    return np.broadcast_to(x, shape)


def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    if not pad_width:  # refused by NumPy
        return x
    if mode == "constant":
        return np.pad(x, pad_width, "constant", constant_values=constant_values)
    return np.pad(x, pad_width, mode)  # type: ignore[call-overload]  # the contract's modes


flip = np.flip
repeat = np.repeat


def repeat_each(x: Tensor, repeats: Tensor, axis: int | None, total: int | None) -> Tensor:
    return np.repeat(x, repeats.astype(np.intp, copy=False), axis)  # NumPy casts no uint64 by itself


tile = np.tile
roll = np.roll


def view(x: Tensor, dtype: str) -> Tensor:
    return np.asarray(x, order="C").view(DTYPES[dtype])
