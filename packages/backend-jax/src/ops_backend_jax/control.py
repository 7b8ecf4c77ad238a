"""JAX, family control: lax's own constructs, for loops in eager use too: quicker than one step after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
from jax import lax

Tensor = Any


def is_traced(tensors: Sequence[Tensor]) -> bool:
    return any(isinstance(x, jax.core.Tracer) and not _has_value(x) for x in tensors)


def _has_value(x: Tensor) -> bool:
    try:
        bool(x)
    except (jax.errors.ConcretizationTypeError, ValueError):
        return False
    return True


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    return lax.cond(pred, true_fn, false_fn)


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...]) -> tuple[Any, ...]:
    return lax.while_loop(lambda values: cond(*values), lambda values: body(*values), loop_vars)


fori_loop = lax.fori_loop


def scan(f: Callable[..., Any], init: Any, xs: Any, length: int | None, reverse: bool) -> tuple[Any, Any]:
    return lax.scan(f, init, xs, length, reverse)


custom_gradient = jax.custom_gradient
