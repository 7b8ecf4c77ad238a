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
    function = _gelu_tanh if approximate else _gelu_erf
    return function(x) if x.dtype.itemsize >= 4 else function(x.astype(jnp.float32)).astype(x.dtype)


# (1 + tanh(u)) / 2 is sigmoid(2 u), which does not cancel; 2 u is this cubic polynomial.
_LINEAR = 2 * math.sqrt(2 / math.pi)
_CUBIC = 0.044715 * _LINEAR


def _gelu_tanh(x: Tensor) -> Tensor:
    # A rounded exponent would be an error of the tail. Of x cut to eighths, and of coefficients of few bits, the
    # polynomial has no rounding error; the rest of it is small.
    double = x.dtype == jnp.float64
    a, b = (round(_LINEAR * 2**30) / 2**30, round(_CUBIC * 2**25) / 2**25) if double else (51 / 32, 9 / 128)
    end = 24.0 if double else 12.0
    size = jnp.minimum(jnp.abs(x), end)
    cut = jnp.round(size * 8) / 8
    power = cut * cut * cut
    far = jnp.exp(-0.5 * (a * cut + b * power))
    slope = _LINEAR + _CUBIC * (cut * cut + cut * size + size * size)
    near = jnp.exp(-((_LINEAR - a) * cut + (_CUBIC - b) * power + (size - cut) * slope))
    # x is multiplied first: the tail by itself may be less than the smallest normal number.
    return jnp.where(x < -end, x * 0, jnp.where(x < 0, x * near * far * far, x) / (1 + near * far * far))


@jax.custom_jvp
def _gelu_erf(x: Tensor) -> Tensor:
    # x times half of erfc(-x / sqrt(2)), which is an exponential of x**2 itself.
    size = jnp.minimum(jnp.abs(x), 40.0 if x.dtype == jnp.float64 else 15.0)
    z = size * math.sqrt(0.5)
    first, second = bell(size, 0.5)
    tail = 0.5 * scaled_complement(z) * second
    far = jnp.where(x < 0, x * first * tail, x * (1 - tail * first))
    out = jnp.where(z < 0.5, 0.5 * x * lax.erfc(x * -math.sqrt(0.5)), far)
    return jnp.where(x == -jnp.inf, jnp.nan, out)


@_gelu_erf.defjvp
def _gelu_erf_jvp(primals: tuple[Tensor], tangents: tuple[Tensor]) -> tuple[Tensor, Tensor]:
    (x,) = primals
    density = jnp.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    return _gelu_erf(x), tangents[0] * (0.5 * erfc(x * -math.sqrt(0.5)) + x * density)


@kernel()
def silu(x: Tensor) -> Tensor:
    if x.dtype.itemsize < 4:
        return x * jax.nn.sigmoid(x)
    # x is multiplied first: the sigmoid by itself may be less than the smallest normal number.
    root = jnp.exp(-0.5 * jnp.abs(x))
    return jnp.where(x < 0, x * root * root, x) / (1 + root * root)


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
