"""JAX, family reduction. Dtypes are explicit, because JAX would widen integers if 64-bit dtypes are enabled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import HALF, kernel
from ops_common import shapes

Tensor = Any
Axis = int | tuple[int, ...] | None


@kernel(static=(1, 2))
def sum(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return jnp.sum(x, axis, dtype=x.dtype, keepdims=keepdims)


@kernel(static=(1, 2))
def prod(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return jnp.prod(x, axis, dtype=x.dtype, keepdims=keepdims)


@kernel(static=(1, 2))
def mean(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return jnp.mean(x, axis, keepdims=keepdims)


@kernel(static=(1, 2))
def _max(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    return jnp.max(x, axis, keepdims=keepdims, initial=initial)


@kernel(static=(1, 2))
def _min(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    return jnp.min(x, axis, keepdims=keepdims, initial=initial)


def max(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    return _max(x, axis, keepdims, None if initial is None else np.asarray(initial, x.dtype))


def min(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
    return _min(x, axis, keepdims, None if initial is None else np.asarray(initial, x.dtype))


@kernel(static=(1, 2))
def any(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return jnp.any(x, axis, keepdims=keepdims)


@kernel(static=(1, 2))
def all(x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return jnp.all(x, axis, keepdims=keepdims)


def _argument(x: Tensor, axis: int | None, keepdims: bool, find: Callable[..., Tensor]) -> Tensor:
    if axis is None:
        index = find(lax.reshape(x, (x.size,)), 0, np.int32)
        return lax.reshape(index, (1,) * x.ndim) if keepdims else index
    axis = shapes.normalize_axis(axis, x.ndim)
    index = find(x, axis, np.int32)
    return lax.expand_dims(index, (axis,)) if keepdims else index


@kernel(static=(1, 2))
def argmax(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    return _argument(x, axis, keepdims, lax.argmax)


@kernel(static=(1, 2))
def argmin(x: Tensor, axis: int | None, keepdims: bool) -> Tensor:
    return _argument(x, axis, keepdims, lax.argmin)


def _accumulated(x: Tensor, axis: int | None, function: Callable[..., Tensor]) -> Tensor:
    if axis is None:
        x, axis = lax.reshape(x, (x.size,)), 0
    axis = shapes.normalize_axis(axis, x.ndim)
    wide = x.astype(np.float32) if x.dtype in HALF else x
    return function(wide, axis, dtype=wide.dtype).astype(x.dtype)


@kernel(static=(1,))
def cumsum(x: Tensor, axis: int | None) -> Tensor:
    return _accumulated(x, axis, jnp.cumsum)


@kernel(static=(1,))
def cumprod(x: Tensor, axis: int | None) -> Tensor:
    return _accumulated(x, axis, jnp.cumprod)
