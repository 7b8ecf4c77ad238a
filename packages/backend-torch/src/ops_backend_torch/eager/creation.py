"""Eager calls of the family creation, and of window functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ops_backend_torch.core import DTYPES
from ops_backend_torch.eager.common import EXACT, FLOATS, constant, is_plain
from ops_common.runtime import config

__all__ = [
    "creation_arange",
    "creation_full",
    "creation_full_like",
    "creation_geomspace",
    "creation_linspace",
    "creation_logspace",
    "creation_vander",
    "manipulation_meshgrid",
    "signal_bartlett",
    "signal_blackman",
    "signal_hamming",
    "signal_hanning",
    "signal_kaiser",
]

Tensor = Any

_NAMES = {"float32": torch.float32, "float64": torch.float64}
_LARGEST = 2**31 - 1


def creation_arange(start: Any, stop: Any, step: Any, dtype: Any) -> Any:
    if type(start) is not int or step is not None or not -_LARGEST <= start <= _LARGEST:
        return NotImplemented
    native = torch.int32 if dtype is None else _RANGES.get(dtype) if type(dtype) is str else None
    if native is None:
        return NotImplemented
    if stop is None:
        return torch.arange(start, dtype=native) if start > 0 else NotImplemented
    if type(stop) is not int or not start < stop <= _LARGEST:
        return NotImplemented
    return torch.arange(start, stop, dtype=native)


_RANGES = {name: DTYPES[name] for name in ("int32", "int64", "float32", "float64")}


def _ends(start: Any, stop: Any, num: Any, endpoint: bool, dtype: Any, axis: int) -> Any:
    """Returns the dtype of a series between two numbers; None if `ops` has to compute the series."""
    for end in (start, stop):
        if not ((type(end) is float and -_FAR < end < _FAR) or (type(end) is int and -_LARGEST <= end <= _LARGEST)):
            return None
    if type(num) is not int or num < 1 or not endpoint or axis not in (0, -1):
        return None
    if dtype is None:
        dtype = config.floatx()
    return _NAMES.get(dtype) if type(dtype) is str else None


_FAR = 1e38  # the distance between smaller numbers is a float32


def creation_linspace(start: Any, stop: Any, num: int, endpoint: bool, retstep: bool, dtype: Any, axis: int) -> Any:
    native = _ends(start, stop, num, endpoint, dtype, axis)
    if native is None or retstep:
        return NotImplemented
    return torch.linspace(start, stop, num, dtype=native)


def creation_logspace(start: Any, stop: Any, num: int, endpoint: bool, base: Any, dtype: Any, axis: int) -> Any:
    native = _ends(start, stop, num, endpoint, dtype, axis)
    if native is not torch.float32 or type(base) not in (int, float) or not 0 < base < _LARGEST:
        return NotImplemented
    # In float64, which is rounded once.
    return torch.logspace(start, stop, num, base, dtype=torch.float64).float()


def creation_geomspace(start: Any, stop: Any, num: int, endpoint: bool, dtype: Any, axis: int) -> Any:
    native = _ends(start, stop, num, endpoint, dtype, axis)
    if native is not torch.float32 or not start * stop > 0:
        return NotImplemented
    values = torch.logspace(math.log2(abs(start)), math.log2(abs(stop)), num, 2.0, dtype=torch.float64)
    return (values if start > 0 else -values).float()


def creation_vander(x: Tensor, N: Any, increasing: bool) -> Any:
    if x.dim() != 1 or x.dtype not in FLOATS or not is_plain(x) or not (N is None or (type(N) is int and N >= 0)):
        return NotImplemented
    return torch.vander(x, N, increasing)


def manipulation_meshgrid(*x: Tensor, indexing: str = "xy") -> Any:
    for item in x:
        if type(item) not in EXACT or item.dim() > 1 or item.dtype is not x[0].dtype:
            return NotImplemented
    return list(torch.meshgrid(*x, indexing=indexing)) if x and indexing in ("xy", "ij") else NotImplemented


def _window(name: str, x: Any, levels: Callable[..., Any], *numbers: float) -> Any:
    """Returns a window from its levels at positions from -1 to 1."""
    dtype = config.floatx()
    if type(x) is not int or x < 2 or dtype not in _NAMES:
        return NotImplemented
    kept = constant(
        (name, x, dtype, *numbers), lambda: levels(np.arange(1.0 - x, x, 2.0) / (x - 1), *numbers).astype(dtype)
    )
    return torch.empty(x, dtype=_NAMES[dtype]).copy_(kept)  # on the default device


def signal_bartlett(x: int) -> Any:
    return _window("bartlett", x, lambda t: 1.0 - np.abs(t))


def signal_blackman(x: int) -> Any:
    return _window("blackman", x, lambda t: (np.cos(np.pi * t) + 1.0) * (np.cos(np.pi * t) + 2.125) * 0.16)


def signal_hamming(x: int) -> Any:
    return _window("hamming", x, lambda t: 0.54 + 0.46 * np.cos(np.pi * t))


def signal_hanning(x: int) -> Any:
    return _window("hanning", x, lambda t: 0.5 + 0.5 * np.cos(np.pi * t))


def signal_kaiser(x: int, beta: Any) -> Any:
    if type(beta) is not float and type(beta) is not int:
        return NotImplemented
    if not -_LARGEST_BETA < beta < _LARGEST_BETA:
        return NotImplemented
    return _window("kaiser", x, lambda t, beta: np.i0(beta * np.sqrt(1.0 - t * t)) / np.i0(beta), float(beta))


_LARGEST_BETA = 500  # of larger numbers, the Bessel function may overflow


def creation_full(shape: Any, fill_value: Any, dtype: Any) -> Any:
    if type(shape) is not tuple or type(fill_value) is not float or dtype is not None:
        return NotImplemented
    try:
        return torch.full(shape, fill_value, dtype=_NAMES[config.floatx()])
    except (KeyError, RuntimeError, TypeError):
        return NotImplemented


def creation_full_like(x: Any, fill_value: Any, dtype: Any) -> Any:
    if type(x) not in EXACT or type(fill_value) is not float or dtype is not None or x.dtype not in FLOATS:
        return NotImplemented
    try:
        return torch.full_like(x, fill_value)
    except RuntimeError:  # a number out of range
        return NotImplemented
