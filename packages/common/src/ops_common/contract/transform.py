"""Contract, family transform: functions of functions of nested containers of tensors (dicts, lists, tuples)."""

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
    """The function compiled for each new signature of its arguments; the function itself if nothing compiles.

    Further arguments: the positions of arguments whose memory may be reused; whether sizes that change become
    variables; the user's options for the framework's compiler; and a function to call at each compilation."""
    ...


@optional
def is_tracing() -> bool:
    """Returns whether the framework's compiler is tracing the caller, in which case a jitted function is inlined."""
    ...


@optional
def trace_as_kernel(
    function: Callable[..., Any], kernel: Callable[..., Any], dtypes: frozenset[str], is_bound: Callable[[], bool]
) -> None:
    """Tells the framework's compiler, which reads Python code, that a call of a function by position with tensors of
    one of these dtypes is a call of this kernel while ``is_bound()`` is true, so that it need not read the function's
    code at each call. It must read it once in each trace, to notice when the function is bound to another kernel."""
    ...


@optional
def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    """A function of the same arguments that returns ``(value, gradients)``, or ``((value, aux), gradients)``. Gradients
    have the structure of the argument (a tuple of those for several); the value is a scalar tensor. Float leaves that
    the value does not depend on have zero gradients."""
    ...


@optional
def value_and_sparse_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    """As `value_and_grad`, but the gradient with respect to a tensor from which the function only takes rows is a
    sparse tensor of rows, where the framework computes such gradients. Without it, all gradients are dense."""
    ...


@optional
def jvp(function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    """``(value, derivative)`` of the function at the primals along the tangents, tensors of the same shapes and dtypes;
    ``(value, derivative, aux)`` for a function that returns (value, aux). The value may be a nested container, whose
    structure the derivative has; parts that do not depend on the primals have a derivative of 0."""
    ...


@optional
def stop_gradient(x: Any) -> Any:
    """The tensor itself, through which no gradient flows."""
    ...


@optional
def map_rows(function: Callable[..., Any], tensors: list[Any]) -> Any:
    """The stacked results, a tensor or a tuple of tensors, of a function of one row of each tensor (all have the same
    first size, 1 or more), applied to all rows at once. Raises any exception on failure: `ops` then maps one row at a
    time."""
    ...


@optional
def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose gradient recomputes intermediate values instead of storing them. It draws the same random
    numbers again (`ops_common.tensors.scopes.replayed`); gradients with respect to captured tensors must be correct
    too. Without it, `ops` uses the function unchanged."""
    ...


@optional
def vjp(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[Any], Callable[[list[Any]], list[Any]], list[Any]]:
    """``(values, pullback, aux)`` of a function of tensors that returns two lists of them: float ones to differentiate,
    and others. The pullback takes cotangents, one for each value, and returns gradients, one for each point; 0 for
    points that no value depends on."""
    ...


@optional
def jacobian(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[list[Any]], list[Any]]:
    """``(rows, aux)`` of such a function: for each value, the derivatives with respect to each point, whose shape is
    that of the value followed by that of the point."""
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
    """Writes a function of tensors, which returns a list of them, in a format of `ops.export` that this backend writes.
    Inputs are given by name, shape and dtype, with None for dynamic sizes; along axis 0, these are the same for all
    inputs. The names of the outputs are available once the function has been called."""
    ...
