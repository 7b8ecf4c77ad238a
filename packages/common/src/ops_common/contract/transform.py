"""Contract, family transform: functions of functions over nested containers of tensors (dicts, lists, tuples)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops_common.contract._mark import optional, required


@required
def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function compiled for each new signature of its arguments; the function itself where nothing compiles."""
    ...


@optional
def is_tracing() -> bool:
    """Whether the caller is being read by the framework's compiler, where a jitted function is a part of the whole."""
    ...


@optional
def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    """A function of the same arguments that answers ``(value, gradients)``, or ``((value, aux), gradients)``. Gradients
    have the structure of the argument (a tuple of those for several); the value is a scalar tensor. Float leaves that
    the value does not depend on have zero gradients."""
    ...


@optional
def jvp(function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    """``(value, derivative)`` of the function at the primals along the tangents, tensors of the same shapes and dtypes;
    ``(value, derivative, aux)`` for one that answers (value, aux). The value may be a nested container, of which the
    derivative has the structure; what does not depend on the primals has a derivative of 0."""
    ...


@optional
def stop_gradient(x: Any) -> Any:
    """The tensor itself, through which no gradient flows."""
    ...


@optional
def map_rows(function: Callable[..., Any], tensors: list[Any]) -> Any:
    """The function of one row of each tensor (all have the same first size, 1 or more), applied to all rows at once;
    its answers, a tensor or a tuple of tensors, stacked. Any exception where that fails: `ops` then goes row by row."""
    ...


@optional
def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose gradient computes again what it needs of the way to the answer, instead of keeping it.
    It draws the same random numbers again (`ops_common.scopes.replayed`); gradients by what it closes over must be
    right too. Without it, `ops` leaves the function as it is."""
    ...
