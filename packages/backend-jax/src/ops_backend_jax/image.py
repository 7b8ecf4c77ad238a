"""JAX, family image."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ops_backend_jax.core import kernel
from ops_common.algorithms import resampling

Tensor = Any


@kernel(static=(1, 2, 3, 4))
def resize(images: Tensor, size: tuple[int, int], interpolation: str, antialias: bool, data_format: str) -> Tensor:
    last = data_format == "channels_last"
    dtype = str(images.dtype)
    height, width = images.shape[1:3] if last else images.shape[2:]
    rows = resampling.weights(height, size[0], interpolation, antialias, dtype)
    columns = resampling.weights(width, size[1], interpolation, antialias, dtype)
    subscripts = "nhwc,oh,pw->nopc" if last else "nchw,oh,pw->ncop"
    return jnp.einsum(subscripts, images, rows, columns, precision=lax.Precision.HIGHEST)
