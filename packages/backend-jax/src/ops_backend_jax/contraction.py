"""JAX, family contraction."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ops_backend_jax.core import kernel
from ops_common import shapes

Tensor = Any

matmul = kernel()(jnp.matmul)
tensordot = kernel(static=(2,))(jnp.tensordot)
dot = kernel()(jnp.dot)


@kernel(static=(0,))
def einsum(subscripts: str, *operands: Tensor) -> Tensor:
    shapes.einsum(subscripts, [x.shape for x in operands])  # JAX takes the diagonal of a non-square operand
    return jnp.einsum(subscripts, *operands)


@kernel()
def vdot(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.size != x2.size:  # one element would be broadcast
        raise ValueError(f"{x1.size} and {x2.size} elements")
    return jnp.vdot(x1, x2)


@kernel()
def kron(x1: Tensor, x2: Tensor) -> Tensor:
    left, right, out = shapes.kron_factors(x1.shape, x2.shape)
    return jnp.multiply(x1.reshape(left), x2.reshape(right)).reshape(out)


correlate = kernel(static=(2,))(jnp.correlate)


@kernel()
def cross_in_space(x1: Tensor, x2: Tensor) -> Tensor:
    return jnp.cross(x1, x2)
