"""Contract, family nn.activation. Operands are float tensors unless the stub says otherwise."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def relu(x: Tensor) -> Tensor:
    """max(x, 0) of any real dtype but bool."""
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
    """One-hot vectors of an integer tensor; a class out of range gives a row of zeros."""
    ...


@optional
def relu6(x: Tensor) -> Tensor:
    """min(max(x, 0), 6) of any real dtype but bool."""
    ...


@optional
def leaky_relu(x: Tensor, negative_slope: float) -> Tensor: ...


@optional
def elu(x: Tensor, alpha: float) -> Tensor: ...


@optional
def celu(x: Tensor, alpha: float) -> Tensor: ...


@optional
def selu(x: Tensor) -> Tensor: ...


@optional
def silu(x: Tensor) -> Tensor: ...


@optional
def softplus(x: Tensor) -> Tensor: ...


@optional
def log_sigmoid(x: Tensor) -> Tensor: ...


@optional
def softsign(x: Tensor) -> Tensor: ...


@optional
def hard_sigmoid(x: Tensor) -> Tensor: ...


@optional
def hard_silu(x: Tensor) -> Tensor: ...


@optional
def hard_tanh(x: Tensor) -> Tensor: ...


@optional
def hard_shrink(x: Tensor, threshold: float) -> Tensor: ...


@optional
def soft_shrink(x: Tensor, threshold: float) -> Tensor: ...


@optional
def tanh_shrink(x: Tensor) -> Tensor: ...


@optional
def threshold(x: Tensor, threshold: float, default_value: float) -> Tensor:
    """x where it is above the threshold, else the default value; any real dtype but bool."""
    ...


@optional
def squareplus(x: Tensor, b: float) -> Tensor: ...


@optional
def sparse_plus(x: Tensor) -> Tensor: ...


@optional
def sparse_sigmoid(x: Tensor) -> Tensor: ...


@optional
def glu(x: Tensor, axis: int) -> Tensor:
    """Gated linear unit; the axis has an even size."""
    ...


@optional
def sparsemax(x: Tensor, axis: int) -> Tensor: ...
