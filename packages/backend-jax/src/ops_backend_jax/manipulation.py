"""JAX, family manipulation."""

from __future__ import annotations

import itertools
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import kernel

Tensor = Any

reshape = kernel(static=(1,))(jnp.reshape)
transpose = kernel(static=(1,))(jnp.transpose)
concatenate = kernel(static=(1,))(jnp.concatenate)
stack = kernel(static=(1,))(jnp.stack)
expand_dims = kernel(static=(1,))(jnp.expand_dims)
squeeze = kernel(static=(1,))(jnp.squeeze)
broadcast_to = kernel(static=(1,))(jnp.broadcast_to)
flip = kernel(static=(1,))(jnp.flip)


@kernel(static=(1, 2))
def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    if isinstance(indices_or_sections, int):
        return jnp.split(x, indices_or_sections, axis)
    cuts = (0, *indices_or_sections, x.shape[axis])
    bounds = [slice(*pair).indices(x.shape[axis]) for pair in itertools.pairwise(cuts)]
    return [lax.slice_in_dim(x, start, max(start, stop), axis=axis) for start, stop, _ in bounds]


@kernel(static=(1, 2))
def _pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    if not pad_width:  # refused by JAX
        return x
    if mode == "constant":
        return jnp.pad(x, pad_width, mode, constant_values=constant_values)
    return jnp.pad(x, pad_width, mode)


def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    return _pad(x, pad_width, mode, np.asarray(constant_values, x.dtype) if mode == "constant" else None)
