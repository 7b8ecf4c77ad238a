"""JAX, family linalg."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ops_backend_jax.core import kernel

Tensor = Any


@kernel()
def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    sign, logarithm = jnp.linalg.slogdet(x.astype(jnp.promote_types(x.dtype, jnp.float32)))
    return sign.astype(x.dtype), logarithm.astype(jnp.finfo(x.dtype).dtype)
