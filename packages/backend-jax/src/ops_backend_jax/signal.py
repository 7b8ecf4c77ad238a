"""JAX, family signal."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ops_backend_jax.core import kernel

Tensor = Any


complex_of = kernel()(lax.complex)


@kernel(static=(2, 3))
def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    transform = jnp.fft.ifftn if inverse else jnp.fft.fftn
    transformed = transform(lax.complex(real, imag), axes=tuple(range(-count, 0)))
    return lax.real(transformed), lax.imag(transformed)


@kernel(static=(1,))
def rdft(x: Tensor, fft_length: int) -> tuple[Tensor, Tensor]:
    transformed = jnp.fft.rfft(x, fft_length)
    return lax.real(transformed), lax.imag(transformed)


@kernel(static=(2,))
def irdft(real: Tensor, imag: Tensor, fft_length: int) -> Tensor:
    return jnp.fft.irfft(lax.complex(real, imag), fft_length)
