"""NumPy, family manipulation. Methods rather than NumPy's functions where the method skips a wrapper."""

from __future__ import annotations

from typing import Any

import numpy as np

Tensor = Any


def reshape(x: Tensor, newshape: tuple[int, ...]) -> Tensor:
    return x.reshape(newshape)


def transpose(x: Tensor, axes: tuple[int, ...] | None) -> Tensor:
    return x.transpose(axes)


concatenate = np.concatenate
stack = np.stack


def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    return np.split(x, indices_or_sections, axis)


expand_dims = np.expand_dims
squeeze = np.squeeze


def broadcast_to(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    return np.broadcast_to(x, shape)


def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    if mode == "constant":
        return np.pad(x, pad_width, "constant", constant_values=constant_values)
    return np.pad(x, pad_width, mode)  # type: ignore[call-overload]  # the contract's modes


flip = np.flip
