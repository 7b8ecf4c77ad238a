"""JAX, family contraction."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ops_backend_jax.core import kernel

Tensor = Any

matmul = kernel()(jnp.matmul)
tensordot = kernel(static=(2,))(jnp.tensordot)
einsum = kernel(static=(0,))(jnp.einsum)
dot = kernel()(jnp.dot)
