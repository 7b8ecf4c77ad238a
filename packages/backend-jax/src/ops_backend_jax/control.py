"""JAX, family control: lax's own constructs, also for eager loops, since they are faster than step-by-step
execution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.core
from jax import lax

from ops_backend_jax._compat import mixed

Tensor = Any

_cond, _while_loop, _scan = mixed(lax.cond), mixed(lax.while_loop), mixed(lax.scan)


def is_traced(tensors: Sequence[Tensor]) -> bool:
    return any(isinstance(x, jax.core.Tracer) and not _has_value(x) for x in tensors)


def _has_value(x: Tensor) -> bool:
    """Returns whether it has a value: inside jax.grad, outside of jit, it does."""
    try:
        bool(x if x.ndim == 0 else x.ravel()[0] if x.size else True)
    except jax.errors.ConcretizationTypeError:
        return False
    return True


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    return _cond(pred, true_fn, false_fn)


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...]) -> tuple[Any, ...]:
    return _while_loop(lambda values: cond(*values), lambda values: body(*values), loop_vars)


fori_loop = mixed(lax.fori_loop)


def scan(f: Callable[..., Any], init: Any, xs: Any, length: int | None, reverse: bool) -> tuple[Any, Any]:
    return _scan(f, init, xs, length, reverse)


custom_gradient = jax.custom_gradient
