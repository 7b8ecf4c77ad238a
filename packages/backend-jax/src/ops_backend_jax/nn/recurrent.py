"""JAX, family nn.recurrent: compiled loops. LSTM and GRU are composed by `ops`, which is the fastest form for JAX on a
CPU: all input projections at once, and a scan over the recurrent products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.core
from jax import lax

Tensor = Any


def loop(
    step: Callable[..., Any], carry: list[Tensor], sequences: list[Tensor]
) -> tuple[list[Tensor], list[Tensor]] | None:
    if not any(isinstance(x, jax.core.Tracer) for x in (*carry, *sequences)):
        return None

    def body(carry: list[Tensor], slices: list[Tensor]) -> Any:
        return step(carry, slices)

    return lax.scan(body, carry, sequences)
