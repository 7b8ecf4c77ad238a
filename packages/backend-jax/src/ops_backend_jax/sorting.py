"""JAX, family sorting. Dtypes are explicit, because JAX would widen indices if 64-bit dtypes are enabled."""

from __future__ import annotations

from typing import Any

import jax
import jax.core
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import DTYPES, kernel
from ops_common import shapes
from ops_common.errors import ArgumentError, unknown_shape

Tensor = Any

_HALF = frozenset(DTYPES[name] for name in ("float16", "bfloat16"))


def _ordered(x: Tensor, axis: int | None, indices: bool) -> Tensor:
    if axis is None:
        x, axis = lax.reshape(x, (x.size,)), 0
    axis = shapes.normalize_axis(axis, x.ndim)
    keys = [x]
    if x.dtype.kind == "c":
        # JAX compares part by part, so that 1+NaNj precedes 2; in NumPy, every number with a NaN comes last.
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


@kernel(static=(1, 2))
def argpartition(x: Tensor, kth: int, axis: int | None) -> Tensor:
    if axis is None:
        x, axis = lax.reshape(x, (x.size,)), 0
    axis = shapes.normalize_axis(axis, x.ndim)
    size = x.shape[axis]
    if not -size <= kth < size:
        raise ValueError(f"kth {kth} is out of bounds for {size} elements")
    kind = x.dtype.kind
    if kind == "c":
        return _ordered(x, axis, indices=True)
    # JAX negates the operand: the lowest integer has no negative, and the sign of NaN would count.
    if kind == "b":
        x = x.astype(np.uint8)
    elif kind == "i":
        unsigned = np.dtype(f"u{x.dtype}")
        x = lax.bitcast_convert_type(x, unsigned) ^ unsigned.type(1 << (8 * unsigned.itemsize - 1))
    elif kind != "u":
        x = jnp.where(jnp.isnan(x), np.nan, x)
    return jnp.argpartition(x, kth, axis).astype(np.int32)


@kernel(static=(2,))
def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Tensor:
    return jnp.searchsorted(sorted_sequence, values, side).astype(np.int32)


def bincount(x: Tensor, weights: Tensor | None, minlength: int, sparse: bool) -> Tensor:
    if isinstance(x, jax.core.Tracer) or isinstance(weights, jax.core.Tracer):
        if not minlength:
            raise unknown_shape("bincount", "give minlength, which is then the length")
        return tally(x, weights, minlength)
    if x.size:
        low, high = jax.device_get(_span(x))
        if low < 0:
            raise ArgumentError("integers to count must not be negative")
        minlength = max(minlength, int(high) + 1)
    return tally(x, weights, minlength)


@kernel()
def _span(x: Tensor) -> tuple[Tensor, Tensor]:
    return jnp.min(x), jnp.max(x)


@kernel(static=(2,))
def tally(x: Tensor, weights: Tensor | None, length: int) -> Tensor:
    if x.ndim not in (1, 2) or (weights is not None and weights.shape != x.shape):
        raise ValueError("integers to count have rank 1 or 2, and weights their shape")
    added = jnp.ones(x.shape, np.int32) if weights is None else weights
    dtype = added.dtype
    if dtype in _HALF:
        added = added.astype(np.float32)
    x = x.astype(np.int32) if x.dtype.itemsize < 4 else x  # small dtypes may not hold the length
    # A negative index would count from the end.
    place = jnp.where((x < 0) | (x >= length), length, x).astype(np.int32)
    rows = (lax.broadcasted_iota(np.int32, x.shape, 0),) if x.ndim == 2 else ()
    sums = jnp.zeros((*x.shape[:-1], length), added.dtype)
    return sums.at[(*rows, place)].add(added, mode="drop").astype(dtype)


@kernel(static=(1, 2))
def top_k(x: Tensor, k: int, sorted: bool) -> tuple[Tensor, Tensor]:
    values, places = lax.top_k(x, k)
    return values, places.astype(jnp.int32)
