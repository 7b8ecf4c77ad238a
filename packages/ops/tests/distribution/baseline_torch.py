"""The transformer of `program`, written by hand with torch.distributed.tensor, as a baseline for communication."""

from __future__ import annotations

from typing import Any

import numpy as np
import program
import torch
import torch.nn.functional as F
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.tensor import Placement, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.debug import CommDebugMode
from torch.distributed.tensor.experimental import local_map

from ops_backend_torch.distribution.traffic import Counting

Tensor = Any
Placements = tuple[Placement, ...]


def _normalized(x: Tensor) -> Tensor:
    result = F.layer_norm(x, x.shape[-1:], eps=1e-7)
    # The gradient is a sum over the model axis, of all uses: reduced once. DTensor would reduce parts of it separately.
    result.register_hook(lambda gradient: gradient.redistribute(placements=x.placements))
    return result


def _attended(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2)


def _transformer(weights: dict[str, Tensor], x: Tensor, mesh: DeviceMesh, heads: Placements) -> Tensor:
    # Attention has no form for DTensors on CPUs; each process has whole heads of its rows.
    attend = local_map(_attended, [*heads], (heads,) * 3, (heads,) * 3, device_mesh=mesh)
    h = F.embedding(x, weights["embedding"]) + weights["positions"]
    rows = h.placements
    for i in range(2):
        name = f"block{i}"
        n = _normalized(h)
        q, k, v = (
            (n @ weights[f"{name}/attention/{part}"].flatten(1)).unflatten(-1, (program.HEADS, program.DEPTH))
            for part in "qkv"
        )
        attention = attend(q, k, v).flatten(2) @ weights[f"{name}/attention/out"].flatten(0, 1)
        h = h + attention.redistribute(placements=rows)
        m = F.gelu(_normalized(h) @ weights[f"{name}/mlp/in"] + weights[f"{name}/mlp/bias"], approximate="tanh")
        h = h + (m @ weights[f"{name}/mlp/out"]).redistribute(placements=rows)
    return _normalized(h) @ weights["head/kernel"]


def _step(
    weights: dict[str, Tensor],
    velocities: dict[str, Tensor],
    x: Tensor,
    y: Tensor,
    mesh: DeviceMesh,
    used: dict[str, Placements],
    heads: Placements,
) -> Any:
    whole = {name: weight.redistribute(placements=used[name]) for name, weight in weights.items()}
    logits = _transformer(whole, x, mesh, heads)
    loss = -logits.log_softmax(-1).gather(-1, y.unsqueeze(-1)).mean()
    gradients = torch.autograd.grad(loss, [*weights.values()])
    with torch.no_grad():
        loss = loss.redistribute(placements=(Replicate(),) * mesh.ndim)
        for name, gradient in zip(weights, gradients, strict=True):
            gradient = gradient.redistribute(placements=weights[name].placements)
            velocities[name] = 0.9 * velocities[name] - 0.1 * gradient
            weights[name] = weights[name] + velocities[name]
    return loss.to_local().item()


def communication(kind: str, shape: Any) -> dict[str, Any]:
    """Returns what a step communicates; see `cases.communication`."""
    chosen = program.strategy(kind, tuple(shape))
    names = ("data", "model")
    mesh = init_device_mesh("cpu", tuple(shape), mesh_dim_names=names)

    def placements(axes: Any) -> Placements:
        return tuple(Shard(axes.index(name)) if name in axes else Replicate() for name in names)

    def distributed(arrays: dict[str, Any]) -> dict[str, Tensor]:
        return {
            name: distribute_tensor(
                torch.from_numpy(array), mesh, placements(chosen.layout_of(name, array.shape).axes), src_data_rank=None
            ).requires_grad_()
            for name, array in arrays.items()
        }

    arrays = program.initial_weights()
    weights, velocities = distributed(arrays), distributed({name: np.zeros_like(x) for name, x in arrays.items()})
    x, y = (
        distribute_tensor(torch.from_numpy(array).long(), mesh, placements(("data",)), src_data_rank=None)
        for array in next(program.batches(1))
    )
    # A weight that is divided over the batch's axis of the mesh is gathered where it is used.
    used = {name: (Replicate(), *weight.placements[1:]) for name, weight in weights.items()}
    heads = placements(("data", None, "model")) if kind == "model" else placements(("data",))
    with CommDebugMode() as mode, Counting() as counting:
        loss = _step(weights, velocities, x, y, mesh, used, heads)
    assert mode.get_total_counts() == sum(count for count, _ in counting.counts.values())
    ((expected,), _, _) = program.train(None, 1, dropout=False, compiled=False)
    assert abs(loss - expected) < 1e-5, (loss, expected, counting.counts)
    return counting.counts
