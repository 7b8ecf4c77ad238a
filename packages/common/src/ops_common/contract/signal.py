"""Contract, family signal: discrete Fourier transforms of float32 or float64 tensors, complex numbers in two parts."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any


@optional
def complex_of(real: Tensor, imag: Tensor) -> Tensor:
    """Complex numbers from a real and an imaginary part of one shape."""
    ...


@optional
def extract_sequences(x: Tensor, sequence_length: int, sequence_stride: int) -> Tensor:
    """All complete sequences of the last axis that start at multiples of the stride, as two axes; both numbers are
    positive. Any dtype; a tensor of rank 0 is an error."""
    ...


@required
def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    """The transform over the last `count` axes, 1 or 2, of two parts of one shape; the inverse is divided by the number
    of elements."""
    ...


@required
def rdft(x: Tensor, fft_length: int) -> tuple[Tensor, Tensor]:
    """The first ``fft_length // 2 + 1`` elements of the transform of real numbers over the last axis, which is first
    truncated or zero-padded to `fft_length`."""
    ...


@required
def irdft(real: Tensor, imag: Tensor, fft_length: int) -> Tensor:
    """The inverse of `rdft`: real numbers. The last axis is first truncated or padded to ``fft_length // 2 + 1``;
    imaginary parts that the transform of real numbers does not have are ignored."""
    ...
