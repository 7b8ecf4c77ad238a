"""Control flow of a recording backend whose framework compiles: branches and loops in a traced function."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

from ops.autodiff.tape import (
    TapeNode,
    TapeTensor,
    at_level,
    backward,
    levels_of,
    next_node_number,
    parents_of,
    primal,
    record_outputs,
    sources_of,
    tensor_parents,
)
from ops_common.errors import UnsupportedError
from ops_common.runtime import active
from ops_common.tensors import scopes, trees


def differentiable_cond(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the kernel ``control.cond`` with a gradient that is a branch, too.

    A branch is recorded while the kernel traces it, and its tensors must not leave it. So the backward pass traces the
    branch again, as `checkpoint` does. To compute the gradients of both branches and select would multiply infinite
    derivatives of the branch that is not taken by zero.
    """

    def call(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        backend = active.current_backend()
        since = next_node_number()
        branches = [scopes.replayed(true_fn), scopes.replayed(false_fn)]
        branch_leaves: list[list[Any]] = []

        def without_tape(branch: Callable[[], Any]) -> Callable[[], Any]:
            def run() -> Any:
                tree = branch()
                branch_leaves.append(trees.leaves(tree, backend.is_tensor))
                return trees.put(tree, [primal(x) for x in branch_leaves[-1]], backend.is_tensor, keep=True)

            return run

        output = kernel(primal(pred), *(without_tape(branch) for branch in branches))
        levels: set[int] = set()
        for leaves in branch_leaves:
            for x in leaves:
                levels.update(levels_of(x))
        values = trees.leaves(output, backend.is_tensor)
        context = contextvars.copy_context()
        for level in sorted(levels):
            values = _record_branches(call, pred, branches, branch_leaves, values, level, since, context)
        return trees.put(output, values, backend.is_tensor, keep=True)

    return call


def _record_branches(
    cond: Callable[..., Any],
    pred: Any,
    branches: list[Callable[[], Any]],
    branch_leaves: list[list[Any]],
    values: list[Any],
    level: int,
    since: int,
    context: contextvars.Context,
) -> list[Any]:
    """Returns the outputs of a conditional as tape tensors of a level, where either branch depends on that level."""
    backend = active.current_backend()
    sources: dict[int, TapeTensor] = {}
    recorded_positions: set[int] = set()
    for leaves in branch_leaves:
        outputs = [(i, at_level(x, level)) for i, x in enumerate(leaves)]
        outputs = [(i, x) for i, x in outputs if type(x) is TapeTensor and x.level == level]
        recorded_positions.update(i for i, _ in outputs)
        sources |= {id(x): x for x in sources_of([x for _, x in outputs], since) if x.level == level}
    positions = sorted(recorded_positions)
    inputs = list(sources.values())
    if not inputs:
        return values

    def rule(g: Any, y: Any, *operands: Any) -> list[Any]:
        def pullback(branch: Callable[[], Any]) -> Callable[[], Any]:
            def run() -> list[Any]:
                leaves = trees.leaves(context.copy().run(branch), backend.is_tensor)
                return backward([at_level(leaves[i], level) for i in positions], g, inputs, level)

            return run

        return cond(pred, *(pullback(branch) for branch in branches))

    node = TapeNode(rule, tuple(x.value for x in inputs), tensor_parents(inputs))
    recorded = record_outputs(backend, node, [values[i] for i in positions], level)
    results = list(values)
    for i, x in zip(positions, recorded, strict=True):
        results[i] = x
    return results


def undifferentiable_while_loop(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the kernel ``control.while_loop`` with an error if the loop's variables are being differentiated."""

    def call(cond: Callable[..., Any], body: Callable[..., Any], variables: tuple[Any, ...]) -> Any:
        def checked_body(*values: Any) -> tuple[Any, ...]:
            results = body(*values)
            if parents_of(values) or parents_of(results):
                raise UnsupportedError(
                    "a loop whose number of iterations is unknown when it is compiled has no gradient; use "
                    "ops.fori_loop or ops.scan, whose length is known, or call the loop outside ops.jit"
                )
            return results

        return kernel(cond, checked_body, variables)

    return call
