"""PyTorch, family state: Variables are `torch.nn.Parameter`s, which torch's optimizers and compiler support."""

from __future__ import annotations

from typing import Any

import torch

from ops_common.tensors import seeds

Tensor = Any


@torch.compiler.assume_constant_result
def _changed() -> None:
    """Notifies `ops.jit`, in each trace, that the function changes state."""
    seeds.changed()


def hold(x: Tensor, trainable: bool, name: str) -> torch.nn.Parameter:
    return torch.nn.Parameter(x.detach().clone(), requires_grad=_records(x, trainable))


def _records(x: Tensor, trainable: bool) -> bool:
    return trainable and (x.is_floating_point() or x.is_complex())


def read(holder: torch.nn.Parameter) -> Tensor:
    return holder


def assign(holder: torch.nn.Parameter, x: Tensor) -> None:
    if torch.compiler.is_dynamo_compiling():
        _changed()
    with torch.no_grad():
        holder.copy_(x)


def set_trainable(holder: torch.nn.Parameter, trainable: bool) -> None:
    holder.requires_grad_(_records(holder, trainable))
