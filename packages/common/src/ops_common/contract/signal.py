"""Contract, family signal: discrete Fourier transforms of float32 or float64 tensors, complex numbers in two parts."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any


@optional
def complex_of(real: Tensor, imag: Tensor) -> Tensor:
    """Complex numbers of two parts of one shape."""
    ...


@required
def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    """The transform over the last `count` axes, 1 or 2, of two parts of one shape; the inverse one is divided by the
    number of elements."""
    ...


@required
def rdft(x: Tensor, fft_length: int) -> tuple[Tensor, Tensor]:
    """The first ``fft_length // 2 + 1`` places of the transform of real numbers over the last axis, which is cut or
    filled up with zeros to `fft_length` first."""
    ...


@required
def irdft(real: Tensor, imag: Tensor, fft_length: int) -> Tensor:
    """The inverse of `rdft`: real numbers. The last axis is cut or filled up to ``fft_length // 2 + 1`` first;
    imaginary parts that real numbers do not have there are left out."""
    ...
