"""Contract, family transform: functions of functions over nested containers of tensors (dicts, lists, tuples)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ops_common.contract._mark import optional, required


@required
def jit(
    function: Callable[..., Any],
    donated: tuple[int, ...],
    dynamic: bool,
    settings: Mapping[str, Any],
    traced: Callable[[], None],
) -> Callable[..., Any]:
    """The function compiled for each new signature of its arguments; the function itself where nothing compiles.

    The positions of arguments whose memory may be used again; whether sizes that change should be variables; what the
    user has for the framework's compiler; and what to call at each compilation."""
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


@optional
def vjp(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[Any], Callable[[list[Any]], list[Any]], list[Any]]:
    """``(values, pullback, aux)`` of a function of tensors that answers two lists of them: float ones to differentiate,
    and others. The pullback takes directions, one for each value, and answers gradients, one for each point; 0 for
    points that nothing depends on."""
    ...


@optional
def jacobian(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[list[Any]], list[Any]]:
    """``(rows, aux)`` of such a function: for each value the derivatives by each point, of the shape of the value and
    then that of the point."""
    ...


@optional
def export(
    function: Callable[..., list[Any]],
    inputs: list[tuple[str, tuple[int | None, ...], str]],
    names: list[str],
    path: str,
    form: str,
    compress: str | None,
) -> None:
    """Writes a function of tensors, which answers a list of them, in a format of `ops.export` whose writer this backend
    is. Inputs are given by name, shape and dtype, with None for sizes that may change, along axis 0 the same for all.
    The names of the outputs are known when the function has been called."""
    ...
