"""Control flow of a recording backend whose framework compiles: branches and loops in a traced function."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any, NamedTuple

from ops.autodiff import functions as xp
from ops.autodiff.tape import (
    INEXACT,
    TapeNode,
    TapeTensor,
    at_level,
    backward,
    levels_of,
    lower,
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


def differentiable_scan(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the kernel ``control.scan`` with a gradient that is a scan in the other direction.

    It computes the carries of all steps again, and the pullback of each step by recording the step again, as the
    tensors that the kernel traces must not leave the step.
    """

    def call(step: Callable[..., Any], init: Any, xs: Any, count: Any, reverse: bool) -> Any:
        backend = active.current_backend()
        since = next_node_number()
        replay = scopes.replayed(step)
        step_leaves: list[Any] = []  # of the last step that was traced

        def without_tape(carry: Any, row: Any) -> Any:
            tree = replay(carry, row)
            step_leaves[:] = trees.leaves(tree, backend.is_tensor)
            return trees.put(tree, [primal(x) for x in step_leaves], backend.is_tensor, keep=True)

        arguments = trees.leaves((init, xs), backend.is_tensor)
        start, rows = trees.put((init, xs), [primal(x) for x in arguments], backend.is_tensor, keep=True)
        output = kernel(without_tape, start, rows, count, reverse)
        levels = {level for x in (*arguments, *step_leaves) for level in levels_of(x)}
        values = trees.leaves(output, backend.is_tensor)
        scan = _Scan(call, replay, (init, xs), count, reverse, contextvars.copy_context(), list(step_leaves), since)
        for level in sorted(levels):
            values = scan.recorded(values, level)
        return trees.put(output, values, backend.is_tensor, keep=True)

    return call


class _Scan(NamedTuple):
    """A scan that is being recorded.

    Attributes:
        scan: the differentiable kernel.
        step, arguments, count, reverse: its arguments; ``arguments`` are the first carry and the rows.
        context: in which the steps are recorded again.
        step_leaves: the tensors that a step returned.
        since: a node number from before the scan.
    """

    scan: Callable[..., Any]
    step: Callable[..., Any]
    arguments: tuple[Any, Any]
    count: Any
    reverse: bool
    context: contextvars.Context
    step_leaves: list[Any]
    since: int

    def recorded(self, values: list[Any], level: int) -> list[Any]:
        """Returns the outputs of the scan as tape tensors of a level."""
        backend = active.current_backend()
        of_level = [at_level(x, level) for x in self.step_leaves]
        of_level = [x for x in of_level if type(x) is TapeTensor and x.level == level]
        captured = [x for x in sources_of(of_level, self.since) if x.level == level]
        leaves = [at_level(x, level) for x in trees.leaves(self.arguments, backend.is_tensor)]
        own = [i for i, x in enumerate(leaves) if type(x) is TapeTensor and x.level == level]
        parents = [*(leaves[i] for i in own), *captured]
        if not parents:
            return values

        def rule(g: Any, y: Any, *operands: Any) -> list[Any]:
            cotangents, of_captured = self._pullback(g, leaves, captured, level)
            return [*(cotangents[i] for i in own), *of_captured]

        node = TapeNode(rule, tuple(x.value for x in parents), tensor_parents(parents))
        return record_outputs(backend, node, values, level)

    def _pullback(self, g: Any, leaves: list[Any], captured: list[TapeTensor], level: int) -> tuple[list[Any], Any]:
        """Returns the cotangents of the arguments' tensors (None for integers), and those of captured tensors."""
        backend = active.current_backend()
        is_tensor = backend.is_tensor
        init, xs = trees.put(self.arguments, [lower(x, level) for x in leaves], is_tensor, keep=True)

        def recorded_step(carry: Any, row: Any) -> tuple[Any, list[Any]]:
            tree = self.context.copy().run(self.step, carry, row)
            return tree, [at_level(x, level) for x in trees.leaves(tree, is_tensor)]

        def forward(carry: Any, row: Any) -> tuple[Any, Any]:
            tree, results = recorded_step(carry, row)
            return trees.put(tree, [lower(x, level) for x in results], is_tensor, keep=True)[0], carry

        _, carries = self.scan(forward, init, xs, self.count, self.reverse)
        carry_count = len(trees.leaves(init, is_tensor))
        is_inexact = [backend.dtype(x) in INEXACT for x in trees.leaves((init, xs), is_tensor)]

        def backward_step(cotangents: Any, row: Any) -> tuple[Any, Any]:
            of_carry, of_captured = cotangents
            carry, x_row, of_output = row
            values = trees.leaves((carry, x_row), is_tensor)
            inputs = [TapeTensor(x, level) if yes else x for x, yes in zip(values, is_inexact, strict=True)]
            _, results = recorded_step(*trees.put((carry, x_row), inputs, is_tensor, keep=True))
            pairs = [
                (result, cotangent)
                for result, cotangent in zip(results, [*of_carry, *of_output], strict=True)
                if type(result) is TapeTensor and result.level == level
            ]
            points = [x for x, yes in zip(inputs, is_inexact, strict=True) if yes]
            by_point = backward([x for x, _ in pairs], [c for _, c in pairs], [*points, *captured], level)
            remaining = iter(by_point[: len(points)])
            by_input = [next(remaining) if yes else xp.zeros_like(x) for x, yes in zip(values, is_inexact, strict=True)]
            sums = [xp.add(total, c) for total, c in zip(of_captured, by_point[len(points) :], strict=True)]
            return (by_input[:carry_count], sums), by_input[carry_count:]

        start = list(g[:carry_count]), [xp.zeros_like(x.value) for x in captured]
        (of_init, of_captured), of_rows = self.scan(
            backward_step, start, (carries, xs, list(g[carry_count:])), self.count, not self.reverse
        )
        by_leaf = [*of_init, *of_rows]
        return [c if yes else None for c, yes in zip(by_leaf, is_inexact, strict=True)], of_captured


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
