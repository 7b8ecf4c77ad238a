"""The transforms of a recording backend: jvp, jacobian, checkpoint and custom gradients (vjp is the tape's own)."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence
from typing import Any

from ops.autodiff import functions as xp
from ops.autodiff.rules import stack_rows, standard_basis
from ops.autodiff.tape import (
    TapeNode,
    TapeTensor,
    backward,
    lower,
    next_node_number,
    parents_of,
    record_outputs,
    sources_of,
    tensor_parents,
    vjp,
)
from ops_common import dtypes
from ops_common.runtime import active
from ops_common.runtime.backend import Backend
from ops_common.tensors import scopes, trees

_INEXACT = frozenset(dtypes.INEXACT)


def jvp(
    backend: Backend,
    function: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    has_aux: bool,
) -> Any:
    """The kernel ``transform.jvp``: the pullback is linear; its own pullback is the pushforward."""
    results: list[Any] = []

    def of_points(*points: Any) -> tuple[list[Any], list[Any]]:
        result = function(*points)
        output, aux = result if has_aux else (result, None)
        results.append((output, aux))
        leaves = trees.leaves(output, backend.is_tensor)
        floats = [x for x in leaves if backend.dtype(x) in _INEXACT]
        others = [x for x in leaves if backend.dtype(x) not in _INEXACT]
        return floats, [*others, *trees.leaves(aux, backend.is_tensor)]

    values, pullback, rest = vjp(backend, of_points, primals)
    output, aux = results[0]
    with active.overridden(backend):
        zeros = [xp.zeros_like(value) for value in values]
    _, pushforward, _ = vjp(backend, lambda *cotangents: (pullback(cotangents), []), zeros)
    output_tangents = iter(pushforward(tangents))
    floats, others = iter(values), iter(rest)
    leaves = trees.leaves(output, backend.is_tensor)
    is_float = [backend.dtype(x) in _INEXACT for x in leaves]
    primal_leaves = [next(floats if is_inexact else others) for is_inexact in is_float]
    with active.overridden(backend):
        tangent_leaves = [
            next(output_tangents) if is_inexact else xp.zeros_like(x)
            for is_inexact, x in zip(is_float, primal_leaves, strict=True)
        ]
    value = trees.put(output, primal_leaves, backend.is_tensor, keep=True)
    tangent = trees.put(output, tangent_leaves, backend.is_tensor, keep=True)
    return (value, tangent, trees.put(aux, others, backend.is_tensor, keep=True)) if has_aux else (value, tangent)


def jacobian(backend: Backend, function: Callable[..., Any], points: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The kernel ``transform.jacobian``, which computes one row at a time."""
    outputs, pullback, aux = vjp(backend, function, points)
    jacobians: list[list[Any]] = []
    with active.overridden(backend):
        for number, output in enumerate(outputs):
            rows: list[list[Any]] = []
            for vector in standard_basis(output):
                rows.append(pullback([vector if i == number else xp.zeros_like(x) for i, x in enumerate(outputs)]))
            shape = backend.shape(output)
            jacobians.append([stack_rows([row[i] for row in rows], shape, point) for i, point in enumerate(points)])
    return jacobians, aux


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel ``control.custom_gradient``."""

    def call(*arguments: Any) -> Any:
        parents = parents_of(arguments)
        if not parents:
            return f(*arguments)[0]
        level = parents[0][1].level
        output, pullback = f(*(lower(argument, level) for argument in arguments))
        backend = active.current_backend()
        leaves = trees.leaves(output, backend.is_tensor)

        def rule(g: Any, y: Any, *operands: Any) -> tuple[Any, ...]:
            cotangents = pullback(*g)
            return tuple(cotangents) if isinstance(cotangents, (list, tuple)) else (cotangents,)

        node = TapeNode(rule, tuple(arguments), parents)
        recorded = record_outputs(backend, node, [lower(x, level) for x in leaves], level)
        return trees.put(output, recorded, backend.is_tensor, keep=True)

    return call


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel ``transform.checkpoint``: one node for the function, whose vjp rule records the function again."""

    def call(*args: Any, **kwargs: Any) -> Any:
        backend = active.current_backend()
        replay = scopes.replayed(lambda: function(*args, **kwargs))
        since = next_node_number()
        output = replay()
        leaves = trees.leaves(output, backend.is_tensor)
        tape_tensors = [x for x in leaves if type(x) is TapeTensor]
        if not tape_tensors:
            return output
        level = max(x.level for x in tape_tensors)
        highest = [x for x in tape_tensors if x.level == level]
        sources = sources_of(highest, since)
        context = contextvars.copy_context()

        def rule(g: Any, y: Any, *operands: Any) -> list[Any]:
            replayed = trees.leaves(context.copy().run(replay), backend.is_tensor)
            return backward([x for x in replayed if type(x) is TapeTensor and x.level == level], g, sources, level)

        node = TapeNode(rule, tuple(x.value for x in sources), tensor_parents(sources))
        recorded = iter(record_outputs(backend, node, [x.value for x in highest], level))
        values = [next(recorded) if type(x) is TapeTensor and x.level == level else x for x in leaves]
        return trees.put(output, values, backend.is_tensor, keep=True)

    return call
