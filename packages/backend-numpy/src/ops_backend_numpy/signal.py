"""NumPy, family signal."""

from __future__ import annotations

import math
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
    x, axes = complex_of(real, imag), tuple(range(-count, 0))
    if inverse:
        transformed = np.fft.ifftn(x, axes=axes)
    elif x.size <= _FEW or x.dtype != np.complex64:
        transformed = np.fft.fftn(x, axes=axes)
    else:
        transformed = np.fft.fftn(x, axes=axes, norm="forward")
        _multiply(transformed, math.prod(x.shape[-count:]))
    return transformed.real, transformed.imag


# NumPy chooses the loop of a transform by its dtype and that of the factor. With the factor 1, an int, it computes
# 32-bit numbers in float64 and rounds them, which takes twice the time. With the norm "forward", the factor is a
# float32.
def _multiply(x: Tensor, factor: int) -> None:
    """Multiplies complex64 numbers in place."""
    parts = x.view(np.float32) if x.flags.c_contiguous else x
    parts *= np.float32(factor)


def _rfft(x: Tensor, fft_length: int, out: Tensor) -> None:
    if out.dtype != np.complex64:
        np.fft.rfft(x, fft_length, out=out)
        return
    np.fft.rfft(x, fft_length, norm="forward", out=out)
    _multiply(out, fft_length)


def _irfft(x: Tensor, fft_length: int, out: Tensor) -> None:
    np.fft.irfft(x, fft_length, out=out)


def rdft(x: Tensor, fft_length: int) -> tuple[Tensor, Tensor]:
    if 0 < x.size <= _FEW:
        transformed = np.fft.rfft(x, fft_length)
        return transformed.real, transformed.imag
    transformed = np.empty(
        (*x.shape[:-1], fft_length // 2 + 1), np.complex128 if x.dtype == np.float64 else np.complex64
    )
    _by_rows(_rfft, x, transformed, fft_length)
    return transformed.real, transformed.imag


def irdft(real: Tensor, imag: Tensor, fft_length: int) -> Tensor:
    x = complex_of(real, imag)
    if 0 < x.size <= _FEW:
        return np.fft.irfft(x, fft_length)
    transformed = np.empty((*x.shape[:-1], fft_length), x.real.dtype)
    _by_rows(_irfft, x, transformed, fft_length)
    return transformed


def _by_rows(transform: Callable[..., Any], x: Tensor, out: Tensor, fft_length: int) -> None:
    """Transforms a block of rows at a time."""
    if not x.size:  # NumPy returns arbitrary values for an empty tensor
        out[...] = 0
        return
    rows, targets = x.reshape(-1, x.shape[-1]), out.reshape(-1, out.shape[-1])
    share(lambda part: transform(rows[part], fft_length, targets[part]), len(rows), 4 * out.shape[-1])
