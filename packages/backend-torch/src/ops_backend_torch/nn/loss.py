"""PyTorch, family nn.loss."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch.core import in_dtype, known
from ops_backend_torch.elementwise.scalars import is_tracing
from ops_backend_torch.elementwise.values import has_no_nan
from ops_backend_torch.indexing import wide
from ops_backend_torch.nn.normalization import widened
from ops_common.runtime import config

Tensor = Any

# Without the Python function around it, which takes as long as a small kernel.
_cross_entropy = torch._C._nn.cross_entropy_loss  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs
_EACH = (None, 0)  # no weights, no reduction


def sparse_categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool, axis: int) -> Tensor:
    if target.dim() == output.dim():
        target = target.squeeze(axis)
    target = wide(target)
    if target.is_cpu and not is_tracing():  # elsewhere, a class out of range would end the process
        try:
            return _of_existing_class(target, output, from_logits, axis)
        except (IndexError, RuntimeError):
            pass
    logs = torch.log_softmax(output, axis) if from_logits else _log_probabilities(output, axis)
    places = torch.arange(logs.shape[axis], device=logs.device)
    places = places.reshape(-1, *(1,) * (logs.dim() - 1 - axis % logs.dim()))
    return in_dtype(-torch.where(target.unsqueeze(axis) == places, logs, 0.0).sum(axis), output.dtype)


def _of_existing_class(target: Tensor, output: Tensor, from_logits: bool, axis: int) -> Tensor:
    if from_logits:
        scores = output if axis in (1, 1 - output.dim()) else output.movedim(axis, 1 if output.dim() > 1 else 0)
        return _cross_entropy(scores, target, *_EACH)
    scores = widened(output)
    chosen = torch.gather(scores, axis, target.unsqueeze(axis)).squeeze(axis)
    return in_dtype(-_logarithm(chosen / torch.sum(scores, axis)), output.dtype)


def _logarithm(chance: Tensor) -> Tensor:
    small = config.epsilon()
    return torch.log(torch.clamp(chance, small, 1.0 - small))


def _log_probabilities(output: Tensor, axis: int) -> Tensor:
    output = widened(output)
    return _logarithm(output / torch.sum(output, axis, True))


def categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool, axis: int) -> Tensor:
    if not from_logits:
        return in_dtype(-torch.sum(target * _log_probabilities(output, axis), axis), output.dtype)
    if axis in (1, 1 - output.dim()):
        loss = _cross_entropy(output, target, *_EACH)
        if known(loss, has_no_nan):
            return loss
    logs = torch.log_softmax(output, axis)
    logs = torch.where((target == 0) & torch.isneginf(logs), 0, logs)
    return -torch.sum(target * logs, axis)
