"""JAX, family image."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ops_backend_jax.core import kernel
from ops_common.algorithms import resampling

Tensor = Any


def _weights(size: Any, out: Any, interpolation: str, antialias: bool, dtype: str) -> Any:
    if isinstance(size, int) and isinstance(out, int):
        return resampling.weights(size, out, interpolation, antialias, dtype)
    functions = resampling.Functions(
        cast=lambda x: x.astype(dtype),
        where=jnp.where,
        maximum=jnp.maximum,
        minimum=jnp.minimum,
        abs=jnp.abs,
        sinc=jnp.sinc,
        total=lambda x: x.sum(1, keepdims=True),
    )
    counts = (jnp.asarray(count).astype(jnp.int32) for count in (size, out))
    places, rows = (jnp.arange(count, dtype=jnp.int32) for count in (size, out))
    return resampling.run_time_weights(
        next(counts), places, next(counts), rows[:, None], interpolation, antialias, functions
    )


@kernel(static=(1, 2, 3, 4))
def resize(images: Tensor, size: tuple[int, int], interpolation: str, antialias: bool, data_format: str) -> Tensor:
    last = data_format == "channels_last"
    dtype = str(images.dtype)
    height, width = images.shape[1:3] if last else images.shape[2:]
    rows = _weights(height, size[0], interpolation, antialias, dtype)
    columns = _weights(width, size[1], interpolation, antialias, dtype)
    subscripts = "nhwc,oh,pw->nopc" if last else "nchw,oh,pw->ncop"
    return jnp.einsum(subscripts, images, rows, columns, precision=lax.Precision.HIGHEST)
