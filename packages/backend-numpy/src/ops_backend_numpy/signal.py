"""NumPy, family signal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops_common.host.parallel import share

Tensor = Any

_FEW = 1 << 12  # elements up to which blocks of rows are not worth their calls


def complex_of(real: Tensor, imag: Tensor) -> Tensor:
    out = np.empty(real.shape, np.complex128 if real.dtype == np.float64 else np.complex64)
    out.real, out.imag = real, imag
    return out


def extract_sequences(x: Tensor, sequence_length: int, sequence_stride: int) -> Tensor:
    *lead, size = x.shape
    count = max((size - sequence_length) // sequence_stride + 1, 0)
    shape = (*lead, count, sequence_length)
    if not count:
        return np.empty(shape, x.dtype)
    strides = (*x.strides[:-1], x.strides[-1] * sequence_stride, x.strides[-1])
    return np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False).copy()


def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    transform = np.fft.ifftn if inverse else np.fft.fftn
    transformed = transform(complex_of(real, imag), axes=tuple(range(-count, 0)))
    return transformed.real, transformed.imag


def rdft(x: Tensor, fft_length: int) -> tuple[Tensor, Tensor]:
    if 0 < x.size <= _FEW:
        transformed = np.fft.rfft(x, fft_length)
        return transformed.real, transformed.imag
    transformed = np.empty(
        (*x.shape[:-1], fft_length // 2 + 1), np.complex128 if x.dtype == np.float64 else np.complex64
    )
    _by_rows(np.fft.rfft, x, transformed, fft_length)
    return transformed.real, transformed.imag


def irdft(real: Tensor, imag: Tensor, fft_length: int) -> Tensor:
    x = complex_of(real, imag)
    if 0 < x.size <= _FEW:
        return np.fft.irfft(x, fft_length)
    transformed = np.empty((*x.shape[:-1], fft_length), x.real.dtype)
    _by_rows(np.fft.irfft, x, transformed, fft_length)
    return transformed


def _by_rows(transform: Callable[..., Any], x: Tensor, out: Tensor, fft_length: int) -> None:
    """Transforms a block of rows at a time: NumPy computes in float64, which is then rounded to 32 bits."""
    if not x.size:  # NumPy returns arbitrary values for an empty tensor
        out[...] = 0
        return
    rows, targets = x.reshape(-1, x.shape[-1]), out.reshape(-1, out.shape[-1])
    share(lambda part: transform(rows[part], fft_length, out=targets[part]), len(rows), 4 * out.shape[-1])
