"""JAX, family segment: scatters, which ignore ids that are out of range."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ops_backend_jax._compat import add_at
from ops_backend_jax.core import kernel
from ops_backend_jax.indexing import as_index

Tensor = Any

_REDUCE = {"max": jax.ops.segment_max, "min": jax.ops.segment_min}


@kernel(static=(2, 3, 4))
def segment_reduce(data: Tensor, segment_ids: Tensor, num_segments: int, reduction: str, sorted: bool) -> Tensor:
    if segment_ids.ndim != 1 or segment_ids.shape != data.shape[:1]:
        raise ValueError("there is one id of a segment for each row")
    # JAX narrows other dtypes.
    segment_ids = as_index(segment_ids) if segment_ids.dtype.itemsize > 2 else segment_ids.astype(jnp.int32)
    if reduction == "add":
        sums = jnp.zeros((num_segments, *data.shape[1:]), data.dtype)
        return add_at(sums, segment_ids, data)
    # Otherwise negative ids would count from the end.
    ids = jnp.where((segment_ids < 0) | (segment_ids >= num_segments), num_segments, segment_ids).astype(jnp.int32)
    if reduction == "mul":
        return _product(data, ids, num_segments)
    return _REDUCE[reduction](data, ids, num_segments)


@functools.partial(jax.custom_jvp, nondiff_argnums=(2,))
def _product(data: Tensor, ids: Tensor, num_segments: int) -> Tensor:
    return jax.ops.segment_prod(data, ids, num_segments)


@_product.defjvp
def _product_jvp(num_segments: int, primals: Any, tangents: Any) -> tuple[Tensor, Tensor]:
    # JAX has no derivative for rows that share a segment. A row's derivative is the product of the rows before and
    # after it, which dividing by the row itself could not compute where that is 0.
    data, ids = primals
    order = jnp.argsort(ids, stable=True)
    rows, places = data[order], ids[order]
    others = _before(rows, places) * _before(rows[::-1], places[::-1])[::-1]
    slope = jax.ops.segment_sum(others * tangents[0][order], places, num_segments)
    return _product(data, ids, num_segments), slope


def _before(rows: Tensor, ids: Tensor) -> Tensor:
    """Returns for each row the product of the preceding rows of its segment."""
    if not rows.shape[0]:
        return rows
    new = jnp.concatenate([jnp.ones((1,), bool), ids[1:] != ids[:-1]])
    new = new.reshape((-1,) + (1,) * (rows.ndim - 1))
    shifted = jnp.where(new, jnp.ones((), rows.dtype), jnp.concatenate([rows[:1], rows[:-1]]))

    def combine(left: Any, right: Any) -> Any:
        return left[0] | right[0], jnp.where(right[0], right[1], left[1] * right[1])

    return lax.associative_scan(combine, (new, shifted))[1]
