"""PyTorch, family control: in compiled functions, torch.cond and the while_loop operator. Loops whose number of
steps is known are unrolled by the compiler."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch._higher_order_ops.while_loop import while_loop as _while_loop

from ops_common import trees

Tensor = Any


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor)


def is_traced(tensors: Sequence[Tensor]) -> bool:
    return torch.compiler.is_compiling()


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    return torch.cond(pred, lambda: _copied(true_fn()), lambda: _copied(false_fn()))


def _copied(tree: Any) -> Any:
    """The nest with copies of its tensors: these operators take no answers that share memory with their inputs."""
    return trees.put(tree, [x.clone() for x in trees.leaves(tree, _is_tensor)], _is_tensor, keep=True)


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...]) -> tuple[Any, ...]:
    leaves = trees.leaves(loop_vars, _is_tensor)

    def check(*values: Any) -> Any:
        return cond(*trees.put(loop_vars, values, _is_tensor, keep=True))

    def step(*values: Any) -> Any:
        # The operator does not take answers that share memory with its inputs.
        return tuple(
            x.clone() for x in trees.leaves(body(*trees.put(loop_vars, values, _is_tensor, keep=True)), _is_tensor)
        )

    return trees.put(loop_vars, _while_loop(check, step, tuple(leaves)), _is_tensor, keep=True)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    class Custom(torch.autograd.Function):
        generate_vmap_rule = False

        @staticmethod
        def forward(held: list[Any], *args: Any) -> Any:
            answer, slope = f(*args)
            held.append(slope)
            return answer

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.slope, ctx.count = inputs[0][-1], len(inputs) - 1

        @staticmethod
        def backward(ctx: Any, *upstream: Any) -> Any:
            slopes = ctx.slope(*upstream)
            if not isinstance(slopes, (list, tuple)):
                slopes = (slopes,)
            return (None, *slopes)

    def call(*args: Any) -> Any:
        return Custom.apply([], *args)

    return call
