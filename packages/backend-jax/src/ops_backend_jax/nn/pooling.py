"""JAX, family nn.pooling: reductions over windows."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax.core import kernel
from ops_common import shapes

Tensor = Any


def _whole(sizes: tuple[int, ...], data_format: str) -> tuple[int, ...]:
    """Returns sizes for all axes from those of the spatial ones."""
    return (1, *sizes, 1) if data_format == "channels_last" else (1, 1, *sizes)


@kernel(static=(1, 2, 3, 4))
def max_pool(
    inputs: Tensor, pool_size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str
) -> Tensor:
    shapes.pool(inputs.shape, pool_size, strides, padding, data_format)  # otherwise an empty result in JAX
    if jnp.issubdtype(inputs.dtype, jnp.integer):
        lowest = np.asarray(jnp.iinfo(inputs.dtype).min, inputs.dtype)
    else:
        lowest = np.asarray(-np.inf, inputs.dtype)
        if np.isnan(lowest):  # float8_e4m3fn has no infinity
            lowest = np.asarray(jnp.finfo(inputs.dtype).min, inputs.dtype)
    window, steps = _whole(pool_size, data_format), _whole(strides, data_format)
    return lax.reduce_window(inputs, lowest, lax.max, window, steps, padding.upper())


@kernel(static=(1, 2, 3, 4))
def average_pool(
    inputs: Tensor, pool_size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str
) -> Tensor:
    shapes.pool(inputs.shape, pool_size, strides, padding, data_format)  # otherwise an empty result in JAX
    dtype = jnp.promote_types(inputs.dtype, np.float32)
    zero = np.zeros((), dtype)
    window, steps = _whole(pool_size, data_format), _whole(strides, data_format)
    sums = lax.reduce_window(inputs.astype(dtype), zero, lax.add, window, steps, padding.upper())
    if padding == "valid":
        return (sums / np.asarray(np.prod(pool_size), dtype)).astype(inputs.dtype)
    # The count of real elements is the product of the counts along each axis.
    for axis, (size, step) in enumerate(zip(window, steps, strict=True)):
        if size > 1:
            line = jnp.ones((inputs.shape[axis],), dtype)
            count = lax.reduce_window(line, zero, lax.add, (size,), (step,), padding.upper())
            sums = sums / jnp.expand_dims(count, tuple(i for i in range(inputs.ndim) if i != axis))
    return sums.astype(inputs.dtype)


def _picked(x: Tensor, axis: int, count: int) -> tuple[Tensor, Any]:
    """Returns the elements of evenly spread windows along an axis, (..., windows, elements, ...), and which of them
    count."""
    starts, ends = (np.asarray(each) for each in shapes.adaptive_windows(x.shape[axis], count))
    places = starts[:, None] + np.arange((ends - starts).max())
    return jnp.take(x, np.minimum(places, ends[:, None] - 1), axis), places < ends[:, None]


@kernel(static=(1, 2))
def adaptive_max_pool(inputs: Tensor, output_size: tuple[int, ...], data_format: str) -> Tensor:
    shapes.adaptive_pool(inputs.shape, output_size, data_format)
    for axis, count in enumerate(output_size, start=1 if data_format == "channels_last" else 2):
        inputs = jnp.max(_picked(inputs, axis, count)[0], axis + 1)  # a duplicated element does not change a maximum
    return inputs


@kernel(static=(1, 2))
def adaptive_average_pool(inputs: Tensor, output_size: tuple[int, ...], data_format: str) -> Tensor:
    shapes.adaptive_pool(inputs.shape, output_size, data_format)
    x = inputs.astype(jnp.promote_types(inputs.dtype, np.float32))
    for axis, count in enumerate(output_size, start=1 if data_format == "channels_last" else 2):
        picked, real = _picked(x, axis, count)
        shares = (real / real.sum(1, keepdims=True)).astype(x.dtype)
        x = jnp.sum(picked * shares.reshape(*shares.shape, *(1,) * (inputs.ndim - axis - 1)), axis + 1)
    return x.astype(inputs.dtype)
