"""JAX, family random: Threefry by name, so that the numbers do not depend on the user's default generator."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import DTYPES, kernel

Tensor = Any
Seed = tuple[int, int]


def _key(words: Tensor) -> Tensor:
    return jax.random.wrap_key_data(words, impl="threefry2x32")


@kernel(static=(0, 3))
def _normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, words: Tensor) -> Tensor:
    native = DTYPES[dtype]
    draw = jax.random.normal(_key(words), shape, native)
    return draw * jnp.asarray(stddev, native) + jnp.asarray(mean, native)


@kernel(static=(0, 3))
def _uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, words: Tensor) -> Tensor:
    native = DTYPES[dtype]
    low, high = jnp.asarray(minval, native), jnp.asarray(maxval, native)
    draw = jax.random.uniform(_key(words), shape, native) * (high - low) + low
    # Rounding may reach the upper bound, which does not belong to the interval.
    return jnp.minimum(draw, lax.nextafter(high, low))


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    return _normal(shape, mean, stddev, dtype, np.array(seed, np.uint32))


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    return _uniform(shape, minval, maxval, dtype, np.array(seed, np.uint32))
