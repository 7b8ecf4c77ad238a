"""JAX, family transform. Where an argument has a 64-bit dtype, the whole function is traced with those switched on."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import jax
import numpy as np
from jax import lax

from ops_backend_jax.core import WIDE

_ARRAYS = (jax.Array, np.ndarray, np.generic)


def _width(leaves: list[Any]) -> AbstractContextManager[Any]:
    if any(leaf.dtype in WIDE for leaf in leaves if isinstance(leaf, _ARRAYS)):
        return jax.enable_x64(True)
    return nullcontext()


def _identity(leaf: Any) -> tuple[type, Any]:
    """What tells a static argument from another: 1, 1.0 and True are equal, and so are 0.0 and -0.0."""
    return type(leaf), leaf.hex() if type(leaf) is float else leaf


def _value(identity: tuple[type, Any]) -> Any:
    kind, value = identity
    return float.fromhex(value) if kind is float else value


def _of_tensors(transform: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """The function under a transform that is to see its tensors alone; everything else is static."""

    @functools.partial(transform, static_argnums=(0, 1))
    def transformed(structure: Any, static: tuple[Any, ...], tensors: list[Any]) -> Any:
        rest = iter(tensors)
        leaves = [next(rest) if identity is None else _value(identity) for identity in static]
        args, kwargs = jax.tree.unflatten(structure, leaves)
        return function(*args, **kwargs)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = jax.tree.flatten((args, kwargs))
        static = tuple(None if isinstance(leaf, _ARRAYS) else _identity(leaf) for leaf in leaves)
        tensors = [leaf for leaf in leaves if isinstance(leaf, _ARRAYS)]
        with _width(tensors):
            return transformed(structure, static, tensors)

    return call


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    return _of_tensors(jax.jit, function)


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    return _of_tensors(jax.checkpoint, function)


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    differentiated = jax.value_and_grad(function, argnums, has_aux)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        with _width(jax.tree.leaves((args, kwargs))):
            return differentiated(*args, **kwargs)

    return call


def jvp(function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    with _width(list(primals)):
        return jax.jvp(function, primals, tangents, has_aux=has_aux)


def stop_gradient(x: Any) -> Any:
    # A tensor that is not traced has no gradient to stop.
    return lax.stop_gradient(x) if isinstance(x, jax.core.Tracer) else x


def map_rows(function: Callable[..., Any], tensors: list[Any]) -> Any:
    return jax.vmap(function)(*tensors)
