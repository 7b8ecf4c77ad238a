"""JAX, family indexing. The start of an index is an argument of the compiled code, so that a loop over ``x[i]`` or
``x[i : i + n]`` compiles once."""

from __future__ import annotations

from typing import Any

import jax
import jax.core
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import cast, kernel
from ops_common import shapes
from ops_common.errors import unknown_shape

Tensor = Any


_LONG = 2**31


def as_index(x: Any, *tensors: Tensor) -> Any:
    """Returns indices into these tensors, in a dtype that JAX does not convert: it narrows those of 64 bits to int32,
    which would turn 2**32 into 0. An index that int32 does not hold becomes the lowest or the largest int32."""
    if not isinstance(x, jax.Array) or x.dtype not in _WIDE or any(max(t.shape, default=0) >= _LONG for t in tensors):
        return x
    low = 0 if x.dtype.kind == "u" else -_LONG
    return jnp.clip(x, low, _LONG - 1).astype(jnp.int32)


_WIDE = (jnp.dtype("int64"), jnp.dtype("uint64"), jnp.dtype("uint32"))


@kernel(static=(2,))
def take(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if indices.size:
        x = x.ravel() if axis is None else x
        return jnp.take(x, as_index(indices, x), axis or 0, mode="fill", fill_value=0)
    # If x has no elements either, jnp.take ignores the shape of the indices.
    x, axis = (x.ravel(), 0) if axis is None else (x, shapes.normalize_axis(axis, x.ndim))
    return jnp.zeros((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.dtype)


@kernel(static=(2,))
def take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    x, axis = (x.ravel(), 0) if axis is None and indices.ndim == 1 else (x, axis)
    return jnp.take_along_axis(x, as_index(indices, x), axis, mode="fill", fill_value=0)


def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    if isinstance(x, jax.core.Tracer):
        raise unknown_shape("nonzero", "use where with all three arguments, or give unique a size")
    return tuple(cast(place, "int32") for place in jnp.nonzero(x))


def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    key = _complete(x.ndim, key)
    tensors = any(isinstance(part, jax.Array) for part in key)
    if tensors or isinstance(x, jax.core.Tracer):
        return _native(x, key)
    starts: list[int] = []  # for each axis of x: the start and the length of the cut, and the step within it
    spans: list[int] = []
    steps: list[int] = []
    shape: list[int] = []
    for part in key:
        if part is None:
            shape.append(1)
            continue
        size = x.shape[len(starts)]
        if isinstance(part, slice):
            places = range(size)[part]
            shape.append(len(places))
        else:
            places = range(size)[part : part + 1] if part != -1 else range(size)[part:]
            if not places:
                raise IndexError(f"index {part} is out of bounds for axis {len(starts)} with size {size}")
        starts.append(min(places[0], places[-1]) if places else 0)
        spans.append(abs(places[-1] - places[0]) + 1 if places else 0)
        steps.append(places.step if len(places) > 1 else 1)
    if tuple(spans) == x.shape:
        return _arrange(x, tuple(steps), tuple(shape))
    return _cut(x, np.array(starts, np.int32), tuple(spans), tuple(steps), tuple(shape))


def _complete(ndim: int, key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Returns the key with a full slice for each axis that it omits."""
    used = 0
    dots = []
    for i, part in enumerate(key):
        if part is Ellipsis:
            dots.append(i)
        elif isinstance(part, jax.Array) and part.dtype == bool:
            used += part.ndim
        elif part is not None:
            used += 1
    if used > ndim or len(dots) > 1:
        raise IndexError(f"too many indices or ellipses in {key} for a tensor with {ndim} axes")
    at = dots[0] if dots else len(key)
    return (*key[:at], *(slice(None),) * (ndim - used), *key[at + 1 :])


@kernel(static=(1, 2))
def _arrange(x: Tensor, steps: tuple[int, ...], shape: tuple[int, ...]) -> Tensor:
    forward = [abs(step) for step in steps]
    if any(step != 1 for step in forward):
        x = lax.slice(x, (0,) * x.ndim, x.shape, forward)
    backward = [axis for axis, step in enumerate(steps) if step < 0]
    return lax.reshape(lax.rev(x, backward) if backward else x, shape)


@kernel(static=(2, 3, 4))
def _cut(x: Tensor, starts: Tensor, spans: tuple[int, ...], steps: tuple[int, ...], shape: tuple[int, ...]) -> Tensor:
    cut = lax.dynamic_slice(x, [starts[axis] for axis in range(x.ndim)], spans)
    return _arrange(cut, steps, shape)


def _native(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    """Returns elements by JAX's indexing, for index tensors or a traced tensor. JAX does not check an int's bounds."""
    axis = 0
    for i, part in enumerate(key):
        if isinstance(part, slice) and part.step is not None and not -_LONG < part.step < _LONG:
            start, stop, step = part.indices(x.shape[axis])
            step = _LONG - 1 if step > 0 else 1 - _LONG  # a step that JAX can represent
            key = (*key[:i], slice(start, stop if stop >= 0 else None, step), *key[i + 1 :])
        if type(part) is int and not -x.shape[axis] <= part < x.shape[axis]:
            raise IndexError(f"index {part} is out of bounds for axis {axis} with size {x.shape[axis]}")
        if isinstance(part, jax.Array) and part.dtype == bool:
            axis += part.ndim
        elif part is not None:
            axis += 1
    if any(isinstance(part, jax.Array) and part.dtype == bool for part in key):
        return x[key]
    if isinstance(x, jax.core.Tracer):
        return _picked(x, key)
    # slices have no hash before Python 3.12
    form = tuple((part.start, part.stop, part.step) if isinstance(part, slice) else part is None for part in key)
    return _gather(x, form, [part for part in key if part is not None and not isinstance(part, slice)])


@kernel(static=(1,))
def _gather(x: Tensor, form: tuple[Any, ...], indices: list[Any]) -> Tensor:
    rest = iter(indices)
    return _picked(x, tuple(slice(*part) if isinstance(part, tuple) else None if part else next(rest) for part in form))


def _picked(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    """Returns the elements; 0 where an index is out of range, as in `take`."""
    if not any(isinstance(part, jax.Array) for part in key):
        return x[key]
    return x.at[tuple(as_index(part, x) for part in key)].get(mode="fill", fill_value=0)


diagonal = kernel(static=(1, 2, 3))(jnp.diagonal)


def _from_front(x: Tensor, starts: Any) -> list[Any]:
    """Returns a start for each axis, 0 or more: JAX would count negative ones from the end a second time.

    JAX itself clamps starts for which the block does not fit.
    """
    starts = as_index(starts, x)
    starts = starts.astype(np.int32) if starts.dtype.itemsize < 4 else starts
    places = (jnp.where(starts[axis] < 0, starts[axis] + size, starts[axis]) for axis, size in enumerate(x.shape))
    return [jnp.maximum(place, 0) for place in places]


@kernel(static=(2,))
def dynamic_slice(x: Tensor, starts: Tensor, sizes: tuple[int, ...]) -> Tensor:
    return lax.dynamic_slice(x, _from_front(x, starts), sizes)


def dynamic_slice_update(x: Tensor, starts: Tensor | tuple[int, ...], updates: Tensor) -> Tensor:
    return _update(x, np.array(starts, np.int32) if isinstance(starts, tuple) else starts, updates)


@kernel()
def _update(x: Tensor, starts: Tensor, updates: Tensor) -> Tensor:
    return lax.dynamic_update_slice(x, updates, _from_front(x, starts)) if x.ndim else updates
