"""JAX, family statistics. Positions are arguments of the compiled code, so that other levels do not recompile it."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import HALF, is_size, kernel
from ops_common import shapes
from ops_common.algorithms import quantiles

Tensor = Any
Axis = int | tuple[int, ...] | None


def quantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    flat, lead = quantiles.levels(q)
    size = math.prod(x.shape[a] for a in shapes.normalize_axes(axis, x.ndim))
    if not size or not flat:
        return jnp.full(lead + shapes.reduce(x.shape, axis, keepdims), np.nan, x.dtype)
    precise = np.float32 if x.dtype in HALF else x.dtype
    if is_size(size):  # a symbolic dimension of jax.export
        position = np.asarray(flat, precise) * jnp.asarray(size - 1, precise)
        low, high, weight = quantiles.places(position, method, jnp.floor, jnp.ceil, jnp.rint)
        return _pick(x, low.astype(np.int32), high.astype(np.int32), weight, lead, axis, keepdims)
    return _pick(x, *_places(flat, size, method, precise), lead, axis, keepdims)


_LARGEST_CACHE = 256
_KEPT: dict[Any, tuple[Tensor, Tensor, Tensor | None]] = {}


def _places(flat: list[float], size: int, method: str, dtype: Any) -> tuple[Tensor, Tensor, Tensor | None]:
    """Returns the indices of the elements around each level, and the weights of the upper ones. They are kept for the
    next call with few levels: each transfer to JAX takes a third of a call's time."""
    key = (*flat, size, method, dtype)
    kept = _KEPT.get(key)
    if kept is not None:
        return kept
    low, high, weight = quantiles.known_places(flat, size, method)
    with jax.ensure_compile_time_eval():  # a trace would own the tensors
        places = jnp.asarray(low, np.int32), jnp.asarray(high, np.int32)
        result = (*places, None if weight is None else jnp.asarray(weight, dtype))
    if len(flat) <= _FEW_LEVELS and len(_KEPT) < _LARGEST_CACHE:
        _KEPT[key] = result
    return result


_FEW_LEVELS = 16


@kernel(static=(4, 5, 6))
def _pick(
    x: Tensor, low: Tensor, high: Tensor, weight: Tensor | None, lead: tuple[int, ...], axis: Axis, keepdims: bool
) -> Tensor:
    ordered = _ordered(x, axis)
    values = ordered[:, low]
    if weight is not None:
        values = _between(values, ordered[:, high], weight)
    values = jnp.where(jnp.isnan(ordered[:, -1:]), np.nan, values)
    return _in_shape(values, x, lead, axis, keepdims)


@kernel(static=(1,))
def unit_trapezoid(y: Tensor, axis: int) -> Tensor:
    return jnp.trapezoid(y, axis=axis) if y.shape[axis] else jnp.zeros(shapes.reduce(y.shape, axis, False), y.dtype)


def nanquantile(x: Tensor, q: Any, axis: Axis, method: str, keepdims: bool) -> Tensor:
    flat, lead = quantiles.levels(q)
    if not x.size or not flat:
        return jnp.full(lead + shapes.reduce(x.shape, axis, keepdims), np.nan, x.dtype)
    precise = np.float32 if x.dtype in HALF else x.dtype
    return _pick_numbers(x, np.asarray(flat, precise), lead, axis, method, keepdims)


@kernel(static=(2, 3, 4, 5))
def _pick_numbers(x: Tensor, q: Tensor, lead: tuple[int, ...], axis: Axis, method: str, keepdims: bool) -> Tensor:
    ordered = _ordered(x, axis)
    last = ordered.shape[1] - 1 - jnp.sum(jnp.isnan(ordered), 1, dtype=np.int32)
    position = jnp.maximum(last, 0).astype(q.dtype)[:, None] * q
    low, high, weight = quantiles.places(position, method, jnp.floor, jnp.ceil, jnp.rint)
    values = jnp.take_along_axis(ordered, low.astype(np.int32), 1)
    if weight is not None:
        values = _between(values, jnp.take_along_axis(ordered, high.astype(np.int32), 1), weight)
    return _in_shape(values, x, lead, axis, keepdims)


def _ordered(x: Tensor, axis: Axis) -> Tensor:
    """Returns the elements that are reduced as rows, sorted, NaN last."""
    kept, reduced = quantiles.axes(x.ndim, axis)
    rows = lax.reshape(
        lax.transpose(x, kept + reduced),
        (math.prod(x.shape[a] for a in kept), math.prod(x.shape[a] for a in reduced)),
    )
    return lax.sort(rows.astype(np.float32) if x.dtype in HALF else rows, 1)


def _between(low: Tensor, high: Tensor, weight: Tensor) -> Tensor:
    """Returns the interpolation from the lower to the upper element: exact at the lower one and for equal ones; an
    infinite distance does not give NaN."""
    distance = high - low
    values = jnp.where(jnp.isfinite(distance), low + distance * weight, low * (1 - weight) + high * weight)
    return jnp.where(weight == 0, low, values)


def _in_shape(values: Tensor, x: Tensor, lead: tuple[int, ...], axis: Axis, keepdims: bool) -> Tensor:
    return values.T.reshape(lead + shapes.reduce(x.shape, axis, keepdims)).astype(x.dtype)
