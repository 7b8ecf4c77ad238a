"""PyTorch, family control: in compiled functions, torch.cond and the while_loop and scan operators. The gradients of
scan are wrong in torch 2.13 (those of a carried integer fail), so the compiler unrolls it if gradients are needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch._higher_order_ops.scan import scan as _scan
from torch._higher_order_ops.while_loop import while_loop as _while_loop

from ops_backend_torch import vmap_control
from ops_backend_torch._compat import FOLLOWS_AUTOGRAD
from ops_backend_torch.tracing import is_compiling, refuse
from ops_backend_torch.transform.nesting import (
    is_differentiating,
    is_differentiating_twice,
    is_in_torch_func,
)
from ops_common.tensors import trees

Tensor = Any

_UNROLLED = 8  # loops of at most this many steps are unrolled, which is faster


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor)


def is_traced(tensors: Sequence[Tensor]) -> bool:
    return is_compiling() or vmap_control.is_mapped(tensors)


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    # The operator's rule for vmap does not mask infinite derivatives of the other branch, and it has no rule for other
    # transforms of torch.func. Compilers that only support torch.func do not differentiate it; its second gradient is
    # 0.
    both = is_in_torch_func() or is_differentiating_twice() or (is_differentiating() and not FOLLOWS_AUTOGRAD)
    if both or not is_compiling():
        return vmap_control.cond(pred, true_fn, false_fn)
    result = torch.cond(pred, lambda: _copied(true_fn()), lambda: _copied(false_fn()))
    if not is_differentiating():
        return result
    # Its gradient does not accept one tensor as several outputs, as a sum's gradient has; a product's gradients are
    # distinct.
    leaves = trees.leaves(result, _is_tensor)
    return trees.put(result, [x * 1 if x.is_floating_point() else x for x in leaves], _is_tensor, keep=True)


def _copies(tree: Any) -> list[Tensor]:
    """Returns copies of a container's tensors, in the order of their axes: these operators accept no results that share
    memory with their inputs or with each other, and require the strides of all branches and steps to be equal."""
    return [x.clone(memory_format=torch.contiguous_format) for x in trees.leaves(tree, _is_tensor)]


def _copied(tree: Any) -> Any:
    return trees.put(tree, _copies(tree), _is_tensor, keep=True)


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...]) -> tuple[Any, ...]:
    if not is_compiling():
        return vmap_control.while_loop(cond, body, loop_vars)
    if vmap_control.traced_depth[0] > 0:
        raise vmap_control.RowByRow
    if is_in_torch_func():
        refuse(
            "torch's compiler cannot take ops.vjp, ops.jvp, ops.jacobian or ops.hessian of a while_loop; use "
            "ops.fori_loop or ops.scan, of known lengths, or take them outside of ops.jit"
        )
    if is_differentiating() and not FOLLOWS_AUTOGRAD:
        refuse(
            "before torch 2.12, the compiler cannot take the gradient of a while_loop; upgrade torch, use "
            "ops.fori_loop or ops.scan, of known lengths, or take it outside of ops.jit"
        )
    if is_differentiating_twice():  # the operator's second gradients are wrong
        refuse(
            "torch's compiler cannot take the gradient of a gradient of a while_loop; use ops.fori_loop or ops.scan, "
            "of known lengths, or take them outside of ops.jit"
        )
    # The operator also accepts no variable that occurs twice or that a function closes over.
    start = tuple(_copies(loop_vars))

    def check(*values: Any) -> Any:
        return cond(*trees.put(loop_vars, values, _is_tensor, keep=True)).clone()

    def step(*values: Any) -> Any:
        return tuple(_copies(body(*trees.put(loop_vars, values, _is_tensor, keep=True))))

    if not is_differentiating():
        return trees.put(loop_vars, _while_loop(check, step, start), _is_tensor, keep=True)
    # The operator's gradient for no steps is that of one step, so in that case the start itself is returned.
    holds = check(*start)
    looped = _while_loop(check, step, tuple([torch.where(holds, x, x.detach()) for x in start]))
    last = [torch.where(holds, x, first) for x, first in zip(looped, start, strict=True)]
    return trees.put(loop_vars, last, _is_tensor, keep=True)


def _is_unrolled(steps: int, tensors: Sequence[Tensor]) -> bool:
    """Returns whether a loop is unrolled: the operators have no rule for vmap, and no (correct) gradients."""
    in_vmap = vmap_control.traced_depth[0] > 0 or not is_compiling()
    return in_vmap or steps <= _UNROLLED or any(x.requires_grad for x in tensors)


def fori_loop(lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    if isinstance(lower, int) and isinstance(upper, int):
        if lower >= upper:
            return init_val
        init_val = body_fun(lower, init_val)  # the first step determines whether gradients are needed
        if _is_unrolled(upper - lower, trees.leaves(init_val, _is_tensor)):
            for i in range(lower + 1, upper):
                init_val = body_fun(i, init_val)
            return init_val
        lower = torch.tensor(lower + 1)
    return while_loop(lambda i, _: i < upper, lambda i, value: (i + 1, body_fun(i, value)), (lower, init_val))[1]


def scan(f: Callable[..., Any], init: Any, xs: Any, length: int | None, reverse: bool) -> tuple[Any, Any]:
    rows = trees.leaves(xs, _is_tensor)
    count = rows[0].shape[0] if length is None else length
    is_unknown = isinstance(count, torch.SymInt)  # in torch.export
    order = [0] if is_unknown else range(count - 1, -1, -1) if reverse else range(count)

    def at(values: Sequence[Tensor]) -> Any:
        return trees.put(xs, values, _is_tensor, keep=True)

    # The first step determines the structure of a step's output, and whether its gradients are needed.
    carry, first = f(init, at([row[order[0]] for row in rows]))
    if not is_unknown and _is_unrolled(count, trees.leaves((carry, first), _is_tensor)):
        outputs = [trees.leaves(first, _is_tensor)]
        for i in order[1:]:
            carry, output = f(carry, at([row[i] for row in rows]))
            outputs.append(trees.leaves(output, _is_tensor))
        columns = zip(*(reversed(outputs) if reverse else outputs), strict=True)
        return carry, trees.put(first, [torch.stack(column) for column in columns], _is_tensor, keep=True)

    def step(state: list[Tensor], values: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        following, output = f(trees.put(carry, state[1:], _is_tensor, keep=True), at(values[1:]))
        return [state[0] + 1, *_copies(following)], _copies(output)

    # It requires a carry and inputs, and only runs forward, so the rows are in the order of the steps. An unknown
    # number of steps includes the first one, which may be the only one.
    begin = trees.leaves(init if is_unknown else carry, _is_tensor)
    state = [*begin, *rows]
    device = state[0].device if state else None
    start = [torch.zeros((), dtype=torch.int64, device=device), *_copies(begin)]
    done = 0 if is_unknown else 1
    steps = torch.arange(done, count, device=device)
    rest = [row[: count - done].flip(0) if reverse else row[done:] for row in rows]
    last, columns = _scan(step, start, [steps, *rest], dim=0)
    stacked = [column.flip(0) if reverse else column for column in columns]
    if done:
        heads = [x[None] for x in trees.leaves(first, _is_tensor)]
        stacked = [torch.cat([x, head] if reverse else [head, x]) for head, x in zip(heads, stacked, strict=True)]
    carry = trees.put(carry, last[1:], _is_tensor, keep=True)
    return carry, trees.put(first, stacked, _is_tensor, keep=True)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        slope: list[Any] = []  # not an argument, since torch.func would flatten the list

        class Custom(torch.autograd.Function):
            @staticmethod
            def forward(*args: Any) -> Any:
                result, function = f(*args)
                slope.append(function)
                return result

            @staticmethod
            def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
                pass

            @staticmethod
            def backward(ctx: Any, *upstream: Any) -> Any:
                return slope[-1](*upstream)

        return Custom.apply(*args)

    def traced(*args: Any) -> Any:
        if is_differentiating() and not FOLLOWS_AUTOGRAD:
            refuse(
                "before torch 2.12, the compiler leaves out the gradients of ops.custom_gradient; upgrade torch, or "
                "take them outside of ops.jit"
            )
        return _Traced.apply(f, *args) if any(x.requires_grad for x in args) else f(*args)[0]

    return lambda *args: traced(*args) if is_compiling() else call(*args)


class _Traced(torch.autograd.Function):
    """The same in a trace, where no class can be created. The compiler stores tensors from the forward for the backward
    pass, but no function: the function is recomputed from them."""

    @staticmethod
    def forward(ctx: Any, f: Callable[..., Any], *args: Any) -> Any:
        ctx.f = f
        ctx.save_for_backward(*args)
        return f(*args)[0]

    @staticmethod
    def backward(ctx: Any, *upstream: Any) -> Any:
        gradients = ctx.f(*ctx.saved_tensors)[1](*upstream)
        return None, *(gradients if isinstance(gradients, (list, tuple)) else (gradients,))
