"""JAX, family creation."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ops_backend_jax.core import DTYPES, kernel, size_tensor
from ops_common import dtypes

Tensor = Any


@kernel(static=(0, 1))
def zeros(shape: tuple[int, ...], dtype: str) -> Tensor:
    return jnp.zeros(shape, DTYPES[dtype])


@kernel(static=(0, 1))
def ones(shape: tuple[int, ...], dtype: str) -> Tensor:
    return jnp.ones(shape, DTYPES[dtype])


@kernel(static=(0,))
def _full(shape: tuple[int, ...], fill_value: Any) -> Tensor:
    return jnp.broadcast_to(fill_value, shape)


def full(shape: tuple[int, ...], fill_value: Any, dtype: str) -> Tensor:
    if isinstance(fill_value, (bool, int, float, complex)):
        fill_value = np.asarray(fill_value, DTYPES[dtype])
    return _full(shape, fill_value)


def zeros_like(x: Tensor, dtype: str) -> Tensor:
    return zeros(x.shape, dtype)


def ones_like(x: Tensor, dtype: str) -> Tensor:
    return ones(x.shape, dtype)


def full_like(x: Tensor, fill_value: Any, dtype: str) -> Tensor:
    return full(x.shape, fill_value, dtype)


@kernel(static=(0, 1, 2, 3))
def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    if dtype in dtypes.INTEGERS and isinstance(start + stop + step, float):
        # JAX would first convert the three to integers.
        return jnp.asarray(np.arange(start, stop, step).astype(DTYPES[dtype]))
    if dtype == "bool":  # jnp.arange has none
        return jnp.arange(start, stop, step).astype(bool)
    return jnp.arange(start, stop, step, DTYPES[dtype])


@kernel(static=(2, 3, 4, 5))
def line(start: Tensor, stop: Tensor, num: int, endpoint: bool, dtype: str, axis: int) -> Tensor:
    values = (
        jnp.linspace(start, stop, num, endpoint, axis=axis)
        if type(num) is int
        else _line(start, stop, num, endpoint, axis)
    )
    return (values if dtype in dtypes.INEXACT else jnp.floor(values)).astype(DTYPES[dtype])


def _line(start: Tensor, stop: Tensor, num: Any, endpoint: bool, axis: int) -> Tensor:
    """Returns `jnp.linspace` of a symbolic size, which that function compares with 1."""
    places = jnp.arange(num)
    last = size_tensor(num) - int(endpoint)
    start, stop = (jnp.expand_dims(x, -1) for x in jnp.broadcast_arrays(start, stop))
    weight = places.astype(start.dtype) / jnp.maximum(last, 1).astype(start.dtype)
    values = start * (1 - weight) + stop * weight
    if endpoint:
        values = jnp.where((places == last) & (last > 0), stop, values)
    return jnp.moveaxis(values, -1, axis)


@kernel(static=(0, 1, 2, 3))
def eye(N: int, M: int, k: int, dtype: str) -> Tensor:
    return jnp.eye(N, M, _diagonal(k, N, M), DTYPES[dtype])


@kernel(static=(0, 1, 2, 3))
def tri(N: int, M: int, k: int, dtype: str) -> Tensor:
    return jnp.tri(N, M, _diagonal(k, N, M), DTYPES[dtype])


copy = kernel()(jnp.copy)


@kernel(static=(1,))
def tril(x: Tensor, k: int) -> Tensor:
    return jnp.tril(x, _diagonal(k, *x.shape[-2:]))


@kernel(static=(1,))
def triu(x: Tensor, k: int) -> Tensor:
    return jnp.triu(x, _diagonal(k, *x.shape[-2:]))


def _diagonal(k: int, rows: int, columns: int) -> int:
    """Returns the offset of a diagonal, clamped to just outside a matrix of these sizes: JAX computes with it in
    int32."""
    return max(-rows, min(k, columns))


@kernel(static=(1,))
def diag(x: Tensor, k: int) -> Tensor:
    size = x.shape[0] + abs(k)
    if type(size) is int and size * size * x.dtype.itemsize >= 2**63:  # XLA crashes the process
        raise ValueError(f"a matrix of {size} rows and columns is too large")
    return jnp.diag(x, k)
