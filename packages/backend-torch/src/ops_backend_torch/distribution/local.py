"""Kernels of DTensors: each process runs the kernel on its parts of the operands.

A rule (see `rules`) labels the axes of operands and results. Axes with the same label are sharded alike, and the kernel
computes each part of the label independently; so its results are right whatever operations of torch it consists of.
For each axis of the mesh, `_choose` selects the label to shard with the least communication. Operands are redistributed
to that, and a label that no result has is summed over. A kernel without a rule gets whole operands.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import DTensor, Partial, Placement, Replicate, Shard

from ops_backend_torch.distribution.layouts import Placements, detached, is_sharded, placed, replicated, settled
from ops_common.tensors import trees

Tensor = Any
Label = Any
Labels = tuple[Label | None, ...]
Parts = dict[Label, int]


@dataclass(frozen=True)
class Plan:
    """How the axes of a call's operands and results correspond.

    Attributes:
        operands: the labels of each tensor among the arguments; None for an axis that must be whole.
        result: the labels of each result. Axes beyond them are whole.
        is_mean: whether the kernel averages over labels that the result does not have, instead of summing.
        localize: returns the arguments of the kernel from the whole call's, and the number of parts of each label; for
            arguments that are sizes.
        limits: for some labels a size of a result that must be divisible, too.
    """

    operands: Sequence[Labels]
    result: Labels
    is_mean: bool = False
    localize: Callable[[list[Any], Parts], list[Any]] | None = None
    limits: Mapping[Label, int] = field(default_factory=dict[Label, int])


Rule = Callable[..., Plan | None]


class _Inside(threading.local):
    depth = 0  # number of running functions whose kernels get whole, ordinary tensors


_inside = _Inside()


def is_whole() -> bool:
    """Returns whether kernels get whole, ordinary tensors, and return such."""
    return _inside.depth > 0


@contextlib.contextmanager
def whole_tensors() -> Generator[None]:
    """A context in which kernels get whole, ordinary tensors, and return such."""
    _inside.depth += 1
    try:
        yield
    finally:
        _inside.depth -= 1


def is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor)


def _is_meshed(leaf: Any) -> bool:
    return isinstance(leaf, DTensor)


class _Part(torch.autograd.Function):
    """This process's part of a DTensor with other placements. The gradients of the parts have the placements
    ``given_back``: a whole operand of parts of a computation has a gradient that is a sum over processes."""

    @staticmethod
    def forward(x: DTensor, placements: Placements, given_back: Placements) -> Tensor:
        local = placed(x, placements).to_local().contiguous()  # some gradients of convolutions need it
        return local.view_as(local)  # not the object that the DTensor holds, which must not get a graph

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        x, _, ctx.given_back = inputs
        ctx.mesh = x.device_mesh

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  # one gradient
        return _Whole.apply(gradient, ctx.mesh, ctx.given_back, ctx.given_back), None, None


class _Whole(torch.autograd.Function):
    """The DTensor of the processes' parts, brought to its final placements."""

    @staticmethod
    def forward(local: Tensor, mesh: DeviceMesh, placements: Placements, final: Placements) -> DTensor:
        return placed(DTensor.from_local(local, mesh, placements, run_check=False), final)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        _, ctx.mesh, ctx.placements, ctx.final = inputs

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  # one gradient
        if not isinstance(gradient, DTensor):
            gradient = replicated(gradient, ctx.mesh)
        return _Part.apply(gradient, settled(ctx.final), ctx.placements), None, None, None


def part(x: DTensor, placements: Placements, given_back: Placements) -> Tensor:
    """Returns this process's part of a tensor; see `_Part`."""
    if x.requires_grad and torch.is_grad_enabled():
        return _Part.apply(x, placements, given_back)
    return placed(detached(x), placements).to_local().contiguous()


def joined(local: Tensor, mesh: DeviceMesh, placements: Placements, final: Placements) -> DTensor:
    """Returns the tensor of the processes' parts; see `_Whole`."""
    if local.requires_grad and torch.is_grad_enabled():
        return _Whole.apply(local, mesh, placements, final)  # pyright: ignore[reportReturnType]  # as forward returns
    return placed(DTensor.from_local(local.detach(), mesh, placements, run_check=False), final)


def whole(x: Tensor) -> Tensor:
    """Returns an ordinary tensor of the whole value of a DTensor; other values as they are."""
    if not isinstance(x, DTensor):
        return x
    placements = (Replicate(),) * x.device_mesh.ndim
    if not is_whole():
        return part(x, placements, placements)
    # A function that is transformed by torch.func closes over it, so it is a constant to the transforms.
    with temporarily_clear_interpreter_stack():
        return part(x, placements, placements)


def all_whole(tree: Any) -> Any:
    """Returns the container with ordinary tensors in place of DTensors."""
    leaves = trees.leaves(tree, _is_meshed)
    return trees.put(tree, map(whole, leaves), _is_meshed, keep=True) if leaves else tree


def meshed(x: Tensor, mesh: DeviceMesh) -> DTensor:
    """Returns a replicated DTensor of an ordinary tensor; a DTensor of this mesh as it is."""
    if isinstance(x, DTensor):
        if x.device_mesh == mesh:
            return x
        x = whole(x)
    if x.device.type != mesh.device_type:
        x = x.to(mesh.device_type)
    placements = (Replicate(),) * mesh.ndim
    return joined(x, mesh, placements, placements)


def all_meshed(tree: Any, mesh: DeviceMesh) -> Any:
    """Returns the container with DTensors of the mesh in place of ordinary tensors."""
    return trees.put(tree, [meshed(x, mesh) for x in trees.leaves(tree, is_tensor)], is_tensor, keep=True)


def run(kernel: Callable[..., Any], rule: Rule | None, mesh: DeviceMesh, args: tuple[Any, ...]) -> Any:
    """Returns a kernel's result for a call with tensors of the mesh."""
    if is_whole():
        return kernel(*all_whole(args))
    tensors = trees.leaves(args, is_tensor)
    plan = None
    if rule is not None and any(map(is_sharded, tensors)):
        tensors = [meshed(x, mesh) if isinstance(x, DTensor) else x for x in tensors]
        plan = rule(*args)
    if plan is None:
        return all_meshed(kernel(*all_whole(args)), mesh)
    return _run_parts(kernel, plan, mesh, args, tensors)


def _run_parts(
    kernel: Callable[..., Any], plan: Plan, mesh: DeviceMesh, args: tuple[Any, ...], tensors: list[Tensor]
) -> Any:
    chosen = _choose(plan, mesh, tensors)
    locals_ = [_operand(x, labels, chosen, mesh) for x, labels in zip(tensors, plan.operands, strict=True)]
    call = list(trees.put(args, locals_, is_tensor, keep=True))
    parts: Parts = {}
    for i, label in enumerate(chosen):
        if label is not None:
            parts[label] = parts.get(label, 1) * mesh.size(i)
    if plan.localize is not None:
        call = plan.localize(call, parts)
    result = kernel(*call)
    placements = _placements(plan.result, chosen, Partial())
    final = settled(placements)
    if plan.is_mean and placements != final:
        count = math.prod(mesh.size(i) for i, p in enumerate(placements) if isinstance(p, Partial))
        result = result / count
    joined_results = [joined(x, mesh, placements, final) for x in trees.leaves(result, is_tensor)]
    return trees.put(result, joined_results, is_tensor, keep=True)


def _operand(x: Tensor, labels: Labels, chosen: Sequence[Label | None], mesh: DeviceMesh) -> Tensor:
    """Returns this process's part of an operand."""
    placements = _placements(labels, chosen, Replicate())
    # Each part of a computation has its own part of a whole operand's gradient.
    given_back = _placements(labels, chosen, Partial())
    if not isinstance(x, DTensor):
        if not any(isinstance(p, Shard) for p in placements) and not x.requires_grad:
            return x if x.device.type == mesh.device_type else x.to(mesh.device_type)
        x = meshed(x, mesh)
    return part(x, placements, given_back)


def _placements(labels: Labels, chosen: Sequence[Label | None], without: Placement) -> Placements:
    """Returns the placements of a tensor with these labels, given the label that each axis of the mesh shards, with
    ``without`` where the tensor does not have it."""
    return tuple(
        Replicate() if label is None else Shard(labels.index(label)) if label in labels else without for label in chosen
    )


def _choose(plan: Plan, mesh: DeviceMesh, tensors: list[Tensor]) -> list[Label | None]:
    """Returns for each axis of the mesh the label that it shards, or None."""
    sizes: dict[Label, int] = {}
    indivisible: set[Label] = set()
    for x, labels in zip(tensors, plan.operands, strict=True):
        for label, size in zip(labels, x.shape, strict=True):
            if label is not None and sizes.setdefault(label, size) != size:
                indivisible.add(label)
    chosen: list[Label | None] = []
    parts: Parts = {}
    for i in range(mesh.ndim):
        costs: dict[Label | None, int] = {None: 0}
        for x, labels in zip(tensors, plan.operands, strict=True):
            placement = x.placements[i] if isinstance(x, DTensor) else None
            label = labels[placement.dim] if isinstance(placement, Shard) else None
            if label is not None and label not in indivisible:
                count = parts.get(label, 1) * mesh.size(i)
                if sizes[label] % count == 0 and plan.limits.get(label, count) % count == 0:
                    costs[label] = 0
        for label in costs:
            costs[label] = _cost(plan, tensors, i, label, sizes, parts)
        best = min(costs, key=lambda label: (costs[label], label is None))
        if best is not None:
            parts[best] = parts.get(best, 1) * mesh.size(i)
        chosen.append(best)
    return chosen


def _cost(plan: Plan, tensors: list[Tensor], i: int, label: Label | None, sizes: dict[Label, int], parts: Parts) -> int:
    """Returns how many bytes are communicated, about, if an axis of the mesh shards a label: those of operands that are
    gathered, and of a result that is summed. (A sum takes twice the time, and its gradient none.)"""
    total = 0
    for x, labels in zip(tensors, plan.operands, strict=True):
        placement = x.placements[i] if isinstance(x, DTensor) else None
        if isinstance(placement, Shard) and (label is None or labels[placement.dim] != label):
            total += x.numel() * x.element_size() // _other_parts(x, i)
    if label is not None and label not in plan.result:
        size = math.prod(sizes.get(each, 1) // parts.get(each, 1) for each in plan.result if each is not None)
        total += size * tensors[0].element_size()
    return total


def _other_parts(x: DTensor, i: int) -> int:
    """Returns into how many parts the other axes of the mesh divide a tensor."""
    mesh = x.device_mesh
    return math.prod(mesh.size(j) for j, p in enumerate(x.placements) if j != i and isinstance(p, Shard))
