"""Eager calls of the family signal."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from ops_backend_torch.eager.common import EXACT, FLOATS, constant, has_values, is_plain, native

__all__ = [
    "signal_extract_sequences",
    "signal_istft",
    "signal_polar",
    "signal_stft",
    "signal_view_as_complex",
]

Tensor = Any


def signal_extract_sequences(x: Tensor, sequence_length: int, sequence_stride: int) -> Any:
    if type(x) not in EXACT or not x.dim() or x.shape[-1] < sequence_length:
        return NotImplemented
    return torch.unfold_copy(x, -1, sequence_length, sequence_stride)


def signal_view_as_complex(x: Tensor) -> Any:
    if x.dtype not in FLOATS or not is_plain(x) or x.shape[-1] != 2:
        return NotImplemented
    try:
        return torch.view_as_complex(x)
    except RuntimeError:  # the strides do not fit
        return NotImplemented


def _levels(name: str | None, length: int, whole: int) -> Any:
    """Returns a window in float64, with zeros at both ends."""
    window = np.zeros(whole)
    before = (whole - length) // 2
    if name is None:
        window[before : before + length] = 1.0
    else:
        level = 0.5 if name == "hann" else 0.54
        window[before : before + length] = level - (1 - level) * np.cos(np.arange(length) * (2 * np.pi / length))
    return window


def _window(name: str | None, length: int, whole: int, dtype: torch.dtype) -> Tensor:
    key = ("window", name, length, whole, dtype)
    return constant(key, lambda: _levels(name, length, whole).astype(native(dtype)))


def signal_stft(
    x: Tensor, sequence_length: int, sequence_stride: int, fft_length: int, window: Any, center: bool
) -> Any:
    if x.dtype not in FLOATS or not (window is None or type(window) is str) or not is_plain(x) or not x.numel():
        return NotImplemented
    if center:
        half = fft_length // 2
        flat = x if x.dim() == 2 else x.reshape(-1, x.shape[-1])
        flat = functional.pad(flat, (half, half), "reflect")
        x = flat if x.dim() == 2 else flat.reshape(*x.shape[:-1], flat.shape[-1])
    spectrum = torch.fft.rfft(
        x.unfold(-1, fft_length, sequence_stride) * _window(window, sequence_length, fft_length, x.dtype)
    )
    return spectrum.real, spectrum.imag


def _envelope(window: Any, count: int, stride: int, start: int, stop: int) -> Any:
    """Returns the sum of the squares of overlapping windows."""
    total = np.zeros((count - 1) * stride + len(window))
    for i in range(count):
        total[i * stride : i * stride + len(window)] += window * window
    return np.maximum(total, 1e-10)[start:stop]


def signal_istft(
    x: Any, sequence_length: int, sequence_stride: int, fft_length: int, length: int | None, window: Any, center: bool
) -> Any:
    real, imag = x
    if real.dtype not in FLOATS or not (window is None or type(window) is str):
        return NotImplemented
    if not is_plain(real) or not has_values(imag) or not real.numel() or real.shape != imag.shape:
        return NotImplemented
    count, dtype = real.shape[-2], real.dtype
    size, start = (count - 1) * sequence_stride + fft_length, fft_length // 2 if center else 0
    stop = size - start if length is None else min(start + length, size)
    if stop <= start:
        return NotImplemented
    frames = torch.fft.irfft(torch.complex(real, imag), fft_length) * _window(
        window, sequence_length, fft_length, dtype
    )
    flat = frames.reshape(-1, count, fft_length).transpose(1, 2)
    total = functional.fold(flat, (1, size), (1, fft_length), stride=(1, sequence_stride))
    key = ("envelope", window, sequence_length, fft_length, sequence_stride, count, start, stop, dtype)
    below = constant(
        key,
        lambda: _envelope(_levels(window, sequence_length, fft_length), count, sequence_stride, start, stop).astype(
            native(dtype)
        ),
    )
    signal = total.reshape(*real.shape[:-2], size)[..., start:stop] / below
    if length is not None and stop - start < length:
        return functional.pad(signal, (0, length - (stop - start)))
    return signal


def signal_polar(abs_: Any, angle: Any) -> Any:
    if not (type(abs_) in EXACT and type(angle) in EXACT) or abs_.dtype not in FLOATS or abs_.dtype is not angle.dtype:
        return NotImplemented
    return torch.polar(abs_, angle)
