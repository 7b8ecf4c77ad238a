"""Contract, family nn.activation. Operands are float tensors unless the stub says otherwise."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def relu(x: Tensor) -> Tensor:
    """Any real dtype but bool."""
    ...


@optional
def gelu(x: Tensor, approximate: bool) -> Tensor: ...


@optional
def sigmoid(x: Tensor) -> Tensor: ...


@optional
def softmax(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor: ...


@optional
def log_softmax(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor: ...


@optional
def one_hot(x: Tensor, num_classes: int, axis: int, dtype: str) -> Tensor:
    """From an integer tensor; a class out of range gives a row of zeros."""
    ...


@optional
def erf(x: Tensor) -> Tensor: ...
