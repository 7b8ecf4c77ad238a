"""JAX, family nn.linear."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ops_backend_jax.core import kernel
from ops_common import shapes

Tensor = Any


@kernel()
def dense(x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    # Checked here, while tracing: JAX would broadcast operands of other shapes.
    shapes.dense(x.shape, kernel.shape, None if bias is None else bias.shape)
    out = jnp.matmul(x, kernel)
    return out if bias is None else out + bias
