"""JAX, family sparse: BCOO, and BCSR, which is converted to it."""

from __future__ import annotations

import importlib
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from ops_backend_jax import core
from ops_common.host import sparse as host_sparse

Tensor = Any
_LARGEST = 2**63 - 1
# An attribute of the tensors that are created here without padding.
_MARK = "_ops_inside"


def _module() -> Any:
    return importlib.import_module("jax.experimental.sparse")  # late: few programs use it


def is_sparse(x: Any) -> bool:
    return type(x).__module__.startswith("jax.experimental.sparse.") and type(x).__name__ in ("BCOO", "BCSR")


def dtype(x: Any) -> str:
    return core.dtype(x)


def shape(x: Any) -> tuple[int, ...]:
    return tuple(x.shape)


def _coo(x: Any) -> Any:
    """Returns a BCOO without batches."""
    if not isinstance(x, _module().BCOO):
        x = x.to_bcoo()
    return _module().bcoo_update_layout(x, n_batch=0) if x.n_batch else x


def _is_traced(x: Any) -> bool:
    return isinstance(x, Tracer)


def coordinates(x: Any) -> tuple[Tensor, Tensor]:
    x = _coo(x)
    if getattr(x, _MARK, False):
        return x.indices, x.data
    sizes = x.shape[: x.n_sparse]
    if _is_traced(x.indices) or _is_traced(x.data):
        limits = jnp.asarray(np.asarray(sizes, np.int64), x.indices.dtype)
        stored = jnp.all(x.indices < limits, axis=1)
        shaped = stored.reshape(stored.shape + (1,) * (x.data.ndim - 1))
        return jnp.where(stored[:, None], x.indices, limits), jnp.where(shaped, x.data, jnp.zeros((), x.data.dtype))
    indices = np.asarray(x.indices)
    inside = [indices[:, axis] < size for axis, size in enumerate(sizes)]
    if all(column.all() for column in inside):
        return x.indices, x.data
    kept = np.flatnonzero(np.logical_and.reduce(inside))
    return x.indices[kept], x.data[kept]


def values(x: Any) -> Tensor:
    return coordinates(x)[1]


def is_canonical(x: Any) -> bool:
    if not isinstance(x, _module().BCOO) or x.n_batch or _is_traced(x.indices):
        return False
    return bool(x.indices_sorted and x.unique_indices)


def from_coordinates(indices: Tensor, values: Tensor, shape: tuple[int, ...], canonical: bool) -> Any:
    result = _module().BCOO((values, indices), shape=shape, indices_sorted=canonical, unique_indices=canonical)
    if not _is_traced(indices):
        setattr(result, _MARK, True)
    return result


def with_values(x: Any, values: Tensor) -> Any:
    x = _coo(x)
    indices = x.indices
    if values.shape[0] != indices.shape[0]:  # without the padding
        indices, _ = coordinates(x)
    result = _module().BCOO(
        (values, indices), shape=x.shape, indices_sorted=x.indices_sorted, unique_indices=x.unique_indices
    )
    if getattr(x, _MARK, False):
        setattr(result, _MARK, True)
    return result


def unique_rows(indices: Tensor, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    count, rank = indices.shape
    if not count or not rank:
        return indices[: min(count, 1)], jnp.zeros((count,), indices.dtype)
    if not _is_traced(indices) and math.prod(shape) <= _LARGEST and _is_on_host(indices):
        # Where the number of rows is read anyway: XLA would compile a program for each number of rows.
        rows, places = host_sparse.unique_rows(np.asarray(indices), shape)
        return jnp.asarray(rows), jnp.asarray(places, indices.dtype)
    ordered, starts, places = _ordered(indices)
    if _is_traced(indices):
        ranks = jnp.cumsum(starts, dtype=indices.dtype) - 1
        padding = jnp.broadcast_to(jnp.asarray(shape, indices.dtype), (count, rank))
        return padding.at[ranks].set(ordered), places
    return ordered[np.flatnonzero(np.asarray(starts))], places


def _is_on_host(x: Any) -> bool:
    return all(device.platform == "cpu" for device in x.devices())


@jax.jit
def _ordered(indices: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Returns rows in ascending order, whether each differs from the one before, and the rank of each of the given ones
    among the distinct ones. (In one program, which needs fewer temporary arrays than its parts.)"""
    count, rank = indices.shape
    positions = jnp.arange(count, dtype=indices.dtype)
    *columns, order = jax.lax.sort([*(indices[:, axis] for axis in range(rank)), positions], num_keys=rank)
    starts = jnp.zeros((count,), bool).at[0].set(True)
    for column in columns:
        starts = starts.at[1:].max(column[1:] != column[:-1])
    ranks = jnp.cumsum(starts, dtype=indices.dtype) - 1
    places = jnp.zeros((count,), indices.dtype).at[order].set(ranks, unique_indices=True)
    return jnp.stack(columns, 1), starts, places


def to_dense(x: Any) -> Tensor:
    if x.dtype == bool:  # repeated elements are added
        return with_values(x, coordinates(x)[1].astype(jnp.int32)).todense() != 0
    return x.todense()


def multiply_dense(x: Any, y: Tensor) -> Any:
    x = _coo(x)
    return NotImplemented if x.n_dense else x @ y


def multiply_from_dense(x: Tensor, y: Any) -> Any:
    y = _coo(y)
    return NotImplemented if y.n_dense else x @ y


def add(x: Any, y: Any) -> Any:
    # As JAX does, without adding the values of equal coordinates: in a compiled function, their number is unknown.
    x_indices, x_values = coordinates(x)
    y_indices, y_values = coordinates(y)
    if x_indices.shape[1] != y_indices.shape[1] or x_values.dtype == bool:
        return NotImplemented
    return from_coordinates(
        jnp.concatenate([x_indices, y_indices]), jnp.concatenate([x_values, y_values]), tuple(x.shape), False
    )


def subtract(x: Any, y: Any) -> Any:
    return add(x, with_values(y, -coordinates(y)[1]))
