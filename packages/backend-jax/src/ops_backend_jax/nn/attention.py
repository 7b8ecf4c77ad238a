"""JAX, family nn.attention. jax.nn.dot_product_attention computes the same, but takes half as long again on a CPU: it
scales the weights, of which there are more than outputs."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import kernel

Tensor = Any


@kernel(static=(4, 5))
def attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, scale: float, is_causal: bool) -> Tensor:
    dtype = query.dtype
    wide = jnp.promote_types(dtype, np.float32)
    batch, queries, heads, depth = query.shape
    keys, shared = key.shape[1:3]
    if 0 in (*query.shape, *key.shape, *value.shape):
        return jnp.zeros((batch, queries, heads, value.shape[3]), dtype)
    query, key, value = (x.transpose(0, 2, 1, 3) for x in (query, key, value))
    # The heads that share a key head are adjacent: they are additional rows of one product.
    rows = (query * np.asarray(scale, dtype)).reshape(batch, shared, -1, depth)
    scores = jnp.matmul(rows, key.swapaxes(-1, -2), preferred_element_type=wide).reshape(batch, heads, queries, keys)
    if bias is not None:
        scores = scores + bias.astype(wide)
    if is_causal:
        scores = jnp.where(jnp.tri(queries, keys, dtype=bool), scores, -np.inf)
    weights = jnp.exp(scores - lax.stop_gradient(scores.max(-1, keepdims=True)))
    total = weights.sum(-1, keepdims=True)
    mean = jnp.matmul(weights.astype(dtype).reshape(batch, shared, -1, keys), value, preferred_element_type=wide)
    mean = mean.reshape(batch, heads, queries, -1) / total
    return mean.transpose(0, 2, 1, 3).astype(dtype)
