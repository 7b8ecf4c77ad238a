"""JAX, family nn.activation: the framework's own functions, each compiled to one program."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ops_backend_jax.core import DTYPES, kernel
from ops_backend_jax.elementwise import bell, erfc, scaled_complement

Tensor = Any

relu = kernel()(jax.nn.relu)


@kernel(static=(1,))
def gelu(x: Tensor, approximate: bool) -> Tensor:
    if not approximate:
        return _gelu_erf(x) if x.dtype.itemsize >= 4 else _gelu_erf(x.astype(jnp.float32)).astype(x.dtype)
    # (1 + tanh(u)) / 2 is sigmoid(2 u), which has no cancellation.
    return x * jax.nn.sigmoid(x * (2 * math.sqrt(2 / math.pi)) * (1 + 0.044715 * (x * x)))


@jax.custom_jvp
def _gelu_erf(x: Tensor) -> Tensor:
    # x times half of erfc(-x / sqrt(2)), which is computed from an exponential of x**2 itself.
    if x.dtype == jnp.float64:
        return 0.5 * x * lax.erfc(x * -math.sqrt(0.5))
    size = jnp.minimum(jnp.abs(x), 20)
    root, correction = bell(size, 0.5, 0.5)
    tail = 0.5 * scaled_complement(size * math.sqrt(0.5)) * correction
    # x is multiplied first: the tail alone may be below the smallest normal number.
    return jnp.where(x < 0, x * root * tail * root, x * (1 - tail * root * root))


@_gelu_erf.defjvp
def _gelu_erf_jvp(primals: tuple[Tensor], tangents: tuple[Tensor]) -> tuple[Tensor, Tensor]:
    (x,) = primals
    density = jnp.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    return _gelu_erf(x), tangents[0] * (0.5 * erfc(x * -math.sqrt(0.5)) + x * density)


@kernel()
def silu(x: Tensor) -> Tensor:
    if x.dtype != jnp.float32:
        return x * jax.nn.sigmoid(x)
    # x is multiplied first: the sigmoid alone may be below the smallest normal number.
    root = jnp.exp(-0.5 * jnp.abs(x))
    return jnp.where(x < 0, x * root * root, x) / (1 + root * root)


sigmoid = kernel()(jax.nn.sigmoid)
softmax = kernel(static=(1,))(jax.nn.softmax)
log_softmax = kernel(static=(1,))(jax.nn.log_softmax)


@kernel()
def relu6(x: Tensor) -> Tensor:
    if jnp.issubdtype(x.dtype, jnp.floating):
        return jax.nn.relu6(x)
    return jnp.minimum(jnp.maximum(x, 0), 6)  # for integers, JAX's function returns a float


@kernel(static=(1, 2, 3))
def one_hot(x: Tensor, num_classes: int, axis: int, dtype: str) -> Tensor:
    return jax.nn.one_hot(x, num_classes, dtype=DTYPES[dtype], axis=axis)
