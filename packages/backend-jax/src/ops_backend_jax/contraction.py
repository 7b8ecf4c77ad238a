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
    shapes.einsum(subscripts, [x.shape for x in operands])  # JAX takes the diagonal of what is not square
    return jnp.einsum(subscripts, *operands)
