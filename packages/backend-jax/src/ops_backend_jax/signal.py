"""JAX, family signal."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ops_backend_jax.core import kernel
from ops_common.errors import ShapeError

Tensor = Any


complex_of = kernel()(lax.complex)


@kernel(static=(2, 3))
def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    for size in real.shape[real.ndim - count :]:
        _check_length(size, "give the axis a known size")
    transform = jnp.fft.ifftn if inverse else jnp.fft.fftn
    transformed = transform(lax.complex(real, imag), axes=tuple(range(-count, 0)))
    return lax.real(transformed), lax.imag(transformed)


def _check_length(size: Any, advice: str) -> None:
    if not isinstance(size, int):
        raise ShapeError(f"the length of a transform must be known on backend 'jax': {advice}")


def _fitted(x: Tensor, size: Any) -> Tensor:
    """Returns x with its last axis truncated or padded if its size is symbolic: JAX's transforms compare the sizes."""
    _check_length(size, "pass fft_length, or give the axis a known size")
    if isinstance(x.shape[-1], int):
        return x
    return jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, size)])[..., :size]


@kernel(static=(1,))
def rdft(x: Tensor, fft_length: Any) -> tuple[Tensor, Tensor]:
    transformed = jnp.fft.rfft(_fitted(x, fft_length), fft_length)
    return lax.real(transformed), lax.imag(transformed)


@kernel(static=(2,))
def irdft(real: Tensor, imag: Tensor, fft_length: Any) -> Tensor:
    return jnp.fft.irfft(_fitted(lax.complex(real, imag), fft_length // 2 + 1), fft_length)
