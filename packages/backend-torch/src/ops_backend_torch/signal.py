"""PyTorch, family signal."""

from __future__ import annotations

from typing import Any

import torch

Tensor = Any


complex_of = torch.complex


def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    transform = torch.fft.ifftn if inverse else torch.fft.fftn
    x = torch.complex(real, imag)
    transformed = transform(x, dim=tuple(range(-count, 0))) if x.numel() else x
    return transformed.real, transformed.imag


def rdft(x: Tensor, fft_length: int) -> tuple[Tensor, Tensor]:
    if not x.numel():  # torch's FFT library raises an error for an empty tensor
        empty = x.new_zeros((*x.shape[:-1], fft_length // 2 + 1))
        return empty, empty
    transformed = torch.fft.rfft(x, fft_length)
    return transformed.real, transformed.imag


def irdft(real: Tensor, imag: Tensor, fft_length: int) -> Tensor:
    if not real.numel():
        return real.new_zeros((*real.shape[:-1], fft_length))
    return torch.fft.irfft(torch.complex(real, imag), fft_length)
