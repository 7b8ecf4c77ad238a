"""JAX, family nn.activation: the framework's own functions, each compiled to one program."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from ops_backend_jax.core import DTYPES, kernel

Tensor = Any

relu = kernel()(jax.nn.relu)


@kernel(static=(1,))
def gelu(x: Tensor, approximate: bool) -> Tensor:
    if not approximate:
        return jax.nn.gelu(x, approximate=False)
    # (1 + tanh(u)) / 2 is sigmoid(2 u), which does not cancel.
    return x * jax.nn.sigmoid(x * (2 * math.sqrt(2 / math.pi)) * (1 + 0.044715 * (x * x)))


sigmoid = kernel()(jax.nn.sigmoid)
softmax = kernel(static=(1,))(jax.nn.softmax)
log_softmax = kernel(static=(1,))(jax.nn.log_softmax)


@kernel()
def relu6(x: Tensor) -> Tensor:
    if jnp.issubdtype(x.dtype, jnp.floating):
        return jax.nn.relu6(x)
    return jnp.minimum(jnp.maximum(x, 0), 6)  # of integers, JAX's is a float


@kernel(static=(1, 2, 3))
def one_hot(x: Tensor, num_classes: int, axis: int, dtype: str) -> Tensor:
    return jax.nn.one_hot(x, num_classes, dtype=DTYPES[dtype], axis=axis)
