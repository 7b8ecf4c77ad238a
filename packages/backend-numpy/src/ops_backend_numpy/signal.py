"""NumPy, family signal."""

from __future__ import annotations

from typing import Any

import numpy as np

Tensor = Any


def complex_of(real: Tensor, imag: Tensor) -> Tensor:
    out = np.empty(real.shape, np.complex128 if real.dtype == np.float64 else np.complex64)
    out.real, out.imag = real, imag
    return out


def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    transform = np.fft.ifftn if inverse else np.fft.fftn
    found = transform(complex_of(real, imag), axes=tuple(range(-count, 0)))
    return found.real, found.imag


def rdft(x: Tensor, fft_length: int) -> tuple[Tensor, Tensor]:
    found = np.fft.rfft(x, fft_length)
    return found.real, found.imag


def irdft(real: Tensor, imag: Tensor, fft_length: int) -> Tensor:
    return np.fft.irfft(complex_of(real, imag), fft_length)
