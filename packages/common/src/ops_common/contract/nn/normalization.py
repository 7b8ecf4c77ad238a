"""Contract, family nn.normalization. Operands are float tensors of one dtype; axes are sorted and not negative.

Parameters have the axes' sizes in order (gamma, beta, scale; the feature axis' size for batch_normalization), or x's
rank, or rank 0.
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def moments(x: Tensor, axes: int | tuple[int, ...] | None, keepdims: bool, synchronized: bool) -> tuple[Tensor, Tensor]:
    """The mean and the variance, as `reduction.mean` and `reduction.var`; ``synchronized`` is False."""
    ...


@optional
def normalize(x: Tensor, axis: int | tuple[int, ...] | None, order: int, epsilon: float | None) -> Tensor: ...


@optional
def layer_normalization(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, axis: tuple[int, ...], epsilon: float
) -> Tensor: ...


@optional
def rms_normalization(x: Tensor, scale: Tensor | None, axis: tuple[int, ...], epsilon: float) -> Tensor: ...


@optional
def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor | None,
    scale: Tensor | None,
    epsilon: float,
) -> Tensor: ...
