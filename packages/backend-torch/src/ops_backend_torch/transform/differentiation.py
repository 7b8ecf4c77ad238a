"""Gradients, vector-Jacobian products and Jacobians, by autograd or by torch.func."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch._compat import FOLLOWS_AUTOGRAD
from ops_backend_torch.tracing import is_compiling
from ops_backend_torch.transform.look_ups import sparse_gradients
from ops_backend_torch.transform.nesting import (
    counted_as_level,
    eager_gradients,
    is_outermost,
    running_checkpoints,
    traced_connected_gradients,
    traced_gradients,
    traced_levels,
)
from ops_common.tensors import trees

__all__ = ["jacobian", "jvp", "stop_gradient", "value_and_grad", "value_and_sparse_grad", "vjp"]

Tensor = Any

_Parameter = torch.nn.Parameter


def _inside_gradient(function: Callable[..., Any], points: list[Tensor], connected: bool) -> Any:
    """Returns the function's result for the points of a gradient."""
    # A gradient that is connected to an outer graph counts as two: `is_tracing` is then true.
    levels = 2 if connected else 1
    eager_gradients.depth += levels
    try:
        return function(*points)
    finally:
        eager_gradients.depth -= levels


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    return _value_and_grad(function, argnums, has_aux, False)


def value_and_sparse_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    return _value_and_grad(function, argnums, has_aux, True)


def _value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool, sparse: bool
) -> Callable[..., tuple[Any, Any]]:
    positions = (argnums,) if isinstance(argnums, int) else argnums

    def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        auxiliary: list[Any] = []
        chosen = [args[position] for position in positions]
        # A parameter would record its own graph in addition to this gradient.
        leaves = [x.detach() if type(x) is _Parameter else x for x in trees.leaves(chosen, _is_trainable)]

        def of_leaves(*values: Tensor) -> tuple[Tensor, list[Tensor]]:
            call_args = list(args)
            for position, arg in zip(positions, trees.put(chosen, values, _is_trainable, keep=True), strict=True):
                call_args[position] = arg
            traced_gradients[0] += 1
            try:
                out = function(*call_args, **kwargs)
            finally:
                traced_gradients[0] -= 1
            value, aux = out if has_aux else (out, None)
            # torch.func only returns tensors.
            auxiliary.append(aux)
            return value, trees.leaves(aux, _is_tensor)

        if leaves:
            differentiate = _differentiation()
            if sparse and differentiate is _autograd:
                differentiate = _autograd_of_rows
            gradients, (value, tensors) = differentiate(of_leaves, leaves)
        else:
            gradients, (value, tensors) = (), of_leaves()
        results = trees.put(chosen, gradients, _is_trainable, keep=False)
        if has_aux:
            value = (value, trees.put(auxiliary[0], tensors, _is_tensor, keep=True))
        return value, results[0] if isinstance(argnums, int) else tuple(results)

    return transformed


def _differentiation() -> Callable[..., Any]:
    """Returns plain autograd, which supports checkpoints and is faster; torch.func inside its other transforms."""
    if is_compiling():
        return _gradients_in_trace if FOLLOWS_AUTOGRAD and not traced_levels[0] else _gradients_of
    return _autograd if is_outermost() else _gradients_of


def _points(leaves: list[Tensor]) -> tuple[bool, list[Tensor]]:
    """Returns whether gradients are connected to the leaves' own graph, and the tensors to differentiate by in place of
    the leaves."""
    connected = torch.is_grad_enabled() and any(x.requires_grad for x in leaves)
    with torch.inference_mode(False), torch.enable_grad():
        points = [
            x.view_as(x) if connected and x.requires_grad else (x.clone() if x.is_inference() else x.detach())
            for x in leaves
        ]
        return connected, [x if x.requires_grad else x.requires_grad_() for x in points]


def _autograd(function: Callable[..., Any], leaves: list[Tensor]) -> tuple[Any, tuple[Tensor, Any]]:
    """Returns what `_gradients_of` does, by autograd. The results are detached, unless an outer graph needs theirs."""
    return _by_autograd(function, leaves, _dense_gradients)


def _autograd_of_rows(function: Callable[..., Any], leaves: list[Tensor]) -> tuple[Any, tuple[Tensor, Any]]:
    """Returns what `_autograd` does, with sparse gradients (see `ops_common.contract.transform`)."""
    return _by_autograd(function, leaves, sparse_gradients)


def _dense_gradients(value: Tensor, points: list[Tensor], connected: bool) -> Any:
    return torch.autograd.grad(value, points, create_graph=connected, materialize_grads=True)


def _by_autograd(
    function: Callable[..., Any], leaves: list[Tensor], differentiate: Callable[..., Any]
) -> tuple[Any, tuple[Tensor, Any]]:
    wanted = torch.is_grad_enabled()
    connected, points = _points(leaves)
    with torch.inference_mode(False), torch.enable_grad():
        value, tensors = _inside_gradient(function, points, connected)
        if not value.requires_grad:
            return [torch.zeros_like(x) for x in leaves], (value, tensors)
        connected = connected or (wanted and _has_other_leaves(value, points))
        gradients = differentiate(value, points, connected)
    if connected:
        return gradients, (value, tensors)
    return gradients, (value.detach(), [x.detach() if x.grad_fn is not None else x for x in tensors])


def _pullback(
    function: Callable[..., tuple[list[Any], list[Any]]], leaves: list[Tensor]
) -> tuple[list[Any], Callable[[list[Any]], list[Any]], list[Any]]:
    """Returns what `vjp` does, by autograd."""
    connected, points = _points(leaves)
    with torch.inference_mode(False), torch.enable_grad():
        values, aux = _inside_gradient(function, points, connected)
    ends = [x for x in values if x.requires_grad]
    connected = connected or (torch.is_grad_enabled() and any(_has_other_leaves(x, points) for x in ends))

    def pullback(cotangents: list[Any]) -> list[Any]:
        if not ends:
            return [torch.zeros_like(x) for x in leaves]
        given = [cotangent for cotangent, value in zip(cotangents, values, strict=True) if value.requires_grad]
        again = connected or any(x.requires_grad for x in given)
        options = {"retain_graph": True, "create_graph": again, "materialize_grads": True}
        with torch.inference_mode(False), torch.enable_grad():
            return list(torch.autograd.grad(ends, points, given, **options))

    if connected:
        return values, pullback, aux
    return [x.detach() for x in values], pullback, [x.detach() if x.grad_fn is not None else x for x in aux]


def _jacobian_rows(
    value: Tensor,
    zeros: list[Tensor],
    index: int,
    pullback: Callable[[list[Any]], list[Any]],
    points: list[Tensor],
) -> list[Tensor]:
    """Returns the derivatives of one value, from a pullback."""
    if not value.numel():
        return [point.new_zeros((*value.shape, *point.shape)) for point in points]
    gradients: list[list[Tensor]] = []
    for i in range(value.numel()):
        unit = torch.zeros(value.numel(), dtype=value.dtype, device=value.device)
        unit[i] = 1
        gradients.append(pullback([*zeros[:index], unit.reshape(value.shape), *zeros[index + 1 :]]))
    return [torch.stack(column).reshape(*value.shape, *column[0].shape) for column in zip(*gradients, strict=True)]


def _has_other_leaves(value: Tensor, points: list[Tensor]) -> bool:
    """Returns whether a value's graph contains leaves other than these."""
    end: Any = value.grad_fn
    if end is None:  # a leaf itself
        return not any(value is x for x in points)
    seen = {end}
    todo = [end]
    while todo:
        node = todo.pop()
        variable = getattr(node, "variable", None)
        if variable is not None and not any(variable is x for x in points):
            return True
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                todo.append(following)
    return False


def _gradients_of(function: Callable[..., Any], leaves: list[Tensor]) -> tuple[Any, tuple[Tensor, Any]]:
    differentiate = torch.func.grad_and_value(function, argnums=tuple(range(len(leaves))), has_aux=True)
    return differentiate(*leaves)


def _gradients_in_trace(function: Callable[..., Any], leaves: list[Tensor]) -> tuple[Any, tuple[Tensor, Any]]:
    """Returns what `_gradients_of` does, by autograd."""
    outermost = traced_gradients[0] == 0
    points = [x.view_as(x) if x.requires_grad else x.detach().requires_grad_() for x in leaves]
    connected = any(x.requires_grad for x in leaves)
    traced_connected_gradients[0] += connected
    try:
        value, tensors = function(*points)
    finally:
        traced_connected_gradients[0] -= connected
    if value.requires_grad:
        gradients = torch.autograd.grad(value, points, create_graph=True, materialize_grads=True)
    else:  # it depends on none of them
        gradients = [torch.zeros_like(x) for x in points]
    if outermost and not connected:
        # The results of a compiled function must not be connected to leaves that were created inside it.
        return [x.detach() for x in gradients], (value.detach(), [x.detach() for x in tensors])
    return gradients, (value, tensors)


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor)


def _is_trainable(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor) and (leaf.is_floating_point() or leaf.is_complex())


def jvp(function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    return torch.func.jvp(counted_as_level(function), primals, tangents, has_aux=has_aux)


def vjp(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[Any], Callable[[list[Any]], list[Any]], list[Any]]:
    if not is_compiling() and is_outermost():
        return _pullback(function, points)
    values, pullback, aux = torch.func.vjp(counted_as_level(function), *points, has_aux=True)  # pyright: ignore[reportAssignmentType]  # three with has_aux
    return values, lambda cotangents: list(pullback(cotangents)), aux


def jacobian(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[list[Any]], list[Any]]:
    if running_checkpoints.depth and is_outermost():  # torch.func cannot be used here: row by row
        return _row_by_row(function, points)
    if not points:
        values, aux = function()
        return [[] for _ in values], aux
    argnums = tuple(range(len(points)))
    try:
        rows, aux = torch.func.jacrev(counted_as_level(function), argnums=argnums, has_aux=True)(*points)
    except RuntimeError as error:
        if not str(error).endswith("unsupported for Sparse tensors") or is_compiling() or not is_outermost():
            raise
        return _row_by_row(function, points)
    return [list(row) for row in rows], aux


def _row_by_row(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[list[Any]], list[Any]]:
    """Returns what `jacobian` does without torch.func."""
    values, pullback, aux = _pullback(function, points)
    zeros = [torch.zeros_like(value) for value in values]
    return [_jacobian_rows(value, zeros, i, pullback, points) for i, value in enumerate(values)], aux


def stop_gradient(x: Any) -> Any:
    return x.detach()
