"""JAX, family sorting. Dtypes are stated, since with 64-bit dtypes switched on JAX would widen indices."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import kernel
from ops_common import shapes

Tensor = Any


def _ordered(x: Tensor, axis: int | None, indices: bool) -> Tensor:
    if axis is None:
        x, axis = lax.reshape(x, (x.size,)), 0
    axis = shapes.normalize_axis(axis, x.ndim)
    keys = [x]
    if x.dtype.kind == "c":
        # JAX compares part by part, so that 1+NaNj comes before 2; NumPy has every number with a NaN last.
        real, imaginary = lax.real(x), lax.imag(x)
        keys = [2 * jnp.isnan(real).astype(np.int8) + jnp.isnan(imaginary), real, imaginary]
    payload = lax.broadcasted_iota(np.int32, x.shape, axis) if indices else x
    if len(keys) == 1 and not indices:
        return lax.sort(x, axis, is_stable=True)
    return lax.sort([*keys, payload], axis, is_stable=True, num_keys=len(keys))[-1]


@kernel(static=(1,))
def sort(x: Tensor, axis: int | None) -> Tensor:
    return _ordered(x, axis, indices=False)


@kernel(static=(1,))
def argsort(x: Tensor, axis: int | None) -> Tensor:
    return _ordered(x, axis, indices=True)


@kernel(static=(2,))
def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Tensor:
    return jnp.searchsorted(sorted_sequence, values, side).astype(np.int32)
