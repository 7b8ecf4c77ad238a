"""JAX, family manipulation."""

from __future__ import annotations

import itertools
from typing import Any

import jax
import jax.core
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import DTYPES, kernel
from ops_common import shapes
from ops_common.errors import UnsupportedError

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
def unstack(x: Tensor, num: int | None, axis: int) -> list[Tensor]:
    if num not in (None, x.shape[axis]):
        raise ValueError("there are not as many slices")
    return list(jnp.unstack(x, axis=axis))


@kernel(static=(1, 2))
def split(x: Tensor, indices_or_sections: int | tuple[Any, ...], axis: int) -> list[Tensor]:
    if isinstance(indices_or_sections, int):
        return jnp.split(x, indices_or_sections, axis)
    cuts = (0, *indices_or_sections, x.shape[axis])
    if not all(isinstance(cut, int) for cut in indices_or_sections):
        # Symbolic dimensions of jax.export, which a slice would compare; they are in order.
        places = [start + jnp.arange(stop - start) for start, stop in itertools.pairwise(cuts)]
        return [jnp.take(x, indices, axis, mode="clip") for indices in places]
    bounds = [slice(*pair).indices(x.shape[axis]) for pair in itertools.pairwise(cuts)]
    return [lax.slice_in_dim(x, start, max(start, stop), axis=axis) for start, stop, _ in bounds]


def array_split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    if isinstance(indices_or_sections, int):
        indices_or_sections = shapes.even_cuts(x.shape[axis], indices_or_sections)
    return split(x, indices_or_sections, axis)


@kernel(static=(1, 2))
def _pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    if not pad_width:  # not supported by JAX
        return x
    if mode == "constant":
        return jnp.pad(x, pad_width, mode, constant_values=constant_values)
    return jnp.pad(x, pad_width, mode)


def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    return _pad(x, pad_width, mode, np.asarray(constant_values, x.dtype) if mode == "constant" else None)


repeat = kernel(static=(1, 2))(jnp.repeat)
_take = kernel(static=(2,))(jnp.take)


@kernel(static=(2, 3))
def _repeat_each(x: Tensor, repeats: Tensor, axis: int | None, total: int) -> Tensor:
    return jnp.repeat(x, repeats, axis, total_repeat_length=total)


def repeat_each(x: Tensor, repeats: Tensor, axis: int | None, total: int | None) -> Tensor:
    if isinstance(repeats, jax.core.Tracer):
        if total is None:
            raise UnsupportedError(
                "the result's shape depends on values, which a traced function on backend 'jax' cannot have; give the "
                "numbers of repeats as a list or a NumPy array, which is known while the function is traced"
            )
        return _repeat_each(x, repeats, axis, total)
    # Known numbers determine where each element of the result comes from.
    size = x.size if axis is None else x.shape[axis]
    return _take(x, np.repeat(np.arange(size, dtype=np.int32), np.asarray(repeats).astype(np.int64)), axis)


tile = kernel(static=(1,))(jnp.tile)


@kernel(static=(1, 2))
def roll(x: Tensor, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None) -> Tensor:
    # Modulo the size here: JAX would first reduce the shifts to 32 bits.
    steps = shapes.roll_steps(shift, axis, x.ndim)
    flat = x.reshape(-1) if axis is None else x
    moves = tuple(step % max(flat.shape[place], 1) for step, place in steps)
    return jnp.roll(flat, moves, tuple(place for _, place in steps)).reshape(x.shape)


@kernel(static=(1,))
def view(x: Tensor, dtype: str) -> Tensor:
    return x.view(DTYPES[dtype])


hstack = kernel()(jnp.hstack)
vstack = kernel()(jnp.vstack)
dstack = kernel()(jnp.dstack)


@kernel(static=(1,))
def meshgrid(xs: list[Tensor], indexing: str) -> list[Tensor]:
    return jnp.meshgrid(*(x.reshape(-1) for x in xs), indexing=indexing)
