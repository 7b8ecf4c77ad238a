"""Contract, family nn.loss. Scores are float tensors; the losses have their dtype, and no class axis.

Probabilities are divided by their sum along the class axis and clipped to ``[epsilon, 1 - epsilon]`` with
`ops_common.runtime.config.epsilon`, in float32 at least: 1 minus epsilon is 1 in 16 bits.
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def sparse_categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool, axis: int) -> Tensor:
    """Minus the logarithm of the true class's probability. The target holds integers, and has output's shape without
    the class axis or with a class axis of size 1. The loss is 0 for a class that does not exist."""
    ...


@optional
def categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool, axis: int) -> Tensor:
    """``-sum(target * log(probability))`` along the class axis, of a target of output's shape and dtype. A logit of
    -inf is ignored where the target is 0."""
    ...


@optional
def binary_crossentropy(target: Tensor, output: Tensor, from_logits: bool) -> Tensor:
    """``-(target * log(output) + (1 - target) * log(1 - output))`` of two tensors of one shape and dtype, with clipped
    probabilities that are not divided by a sum; from logits ``softplus(output) - output * target``."""
    ...
