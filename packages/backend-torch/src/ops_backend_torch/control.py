"""PyTorch, family control: in compiled functions, torch.cond and the while_loop operator. Loops whose number of
steps is known are unrolled by the compiler."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch._higher_order_ops.while_loop import while_loop as _while_loop

from ops_backend_torch.transform import is_differentiating
from ops_common import trees
from ops_common.errors import UnsupportedError

Tensor = Any


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor)


def is_traced(tensors: Sequence[Tensor]) -> bool:
    return torch.compiler.is_compiling()


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    if is_differentiating():
        # torch.func does not go through torch.cond in a compiled function: both are computed, and one is taken.
        yes, no = true_fn(), false_fn()
        pairs = zip(trees.leaves(yes, _is_tensor), trees.leaves(no, _is_tensor), strict=True)
        return trees.put(yes, [torch.where(pred, a, b) for a, b in pairs], _is_tensor, keep=True)
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
    def call(*args: Any) -> Any:
        if torch.compiler.is_compiling():
            raise UnsupportedError(
                "torch's compiler cannot follow a function with gradients of its own; call it outside jit"
            )
        slope: list[Any] = []  # no argument, as torch.func would take the list apart

        class Custom(torch.autograd.Function):
            @staticmethod
            def forward(*args: Any) -> Any:
                answer, function = f(*args)
                slope.append(function)
                return answer

            @staticmethod
            def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
                pass

            @staticmethod
            def backward(ctx: Any, *upstream: Any) -> Any:
                return slope[-1](*upstream)

        return Custom.apply(*args)

    return call
