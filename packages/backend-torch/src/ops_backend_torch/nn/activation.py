"""PyTorch, family nn.activation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from ops_backend_torch import unsigned
from ops_backend_torch.core import DTYPES
from ops_backend_torch.elementwise import maximum, minimum
from ops_backend_torch.elementwise.selection import clamp
from ops_common.shapes import normalize_axes

Tensor = Any
Axis = int | tuple[int, ...] | None

_softmax, _log_softmax, _gelu = torch.softmax, torch.log_softmax, functional.gelu

sigmoid = torch.sigmoid
leaky_relu = functional.leaky_relu
elu = functional.elu
celu = functional.celu
selu = functional.selu
silu = functional.silu
log_sigmoid = functional.logsigmoid
softsign = functional.softsign


def hard_sigmoid(x: Tensor) -> Tensor:
    if x.dtype is torch.float64 and x.device.type != "cpu":  # CUDA rounds the sixth to float32
        return ((x + 3) / 6).clamp(0, 1)
    return functional.hardsigmoid(x)


def hard_silu(x: Tensor) -> Tensor:
    if x.dtype is torch.float64 and x.device.type != "cpu":
        return x * hard_sigmoid(x)
    return functional.hardswish(x)


def hard_tanh(x: Tensor) -> Tensor:
    return clamp(x, -1, 1)  # the gradient at both ends is 1, as elsewhere; that of torch's hardtanh is 0


hard_shrink = functional.hardshrink
soft_shrink = functional.softshrink
tanh_shrink = functional.tanhshrink


def softplus(x: Tensor) -> Tensor:
    # torch returns x itself where it is above 20, which is too early for float64.
    return functional.softplus(x, threshold=40)


def glu(x: Tensor, axis: int) -> Tensor:
    return functional.glu(x, axis)


def relu6(x: Tensor) -> Tensor:
    return functional.relu6(x) if x.is_floating_point() else minimum(maximum(x, 0), 6)


def relu(x: Tensor) -> Tensor:
    try:
        return torch.relu(x)
    except RuntimeError:
        unsigned.dtype_of((x,))
        return x


unsigned.in_graph(relu, lambda x: x)


def gelu(x: Tensor, approximate: bool) -> Tensor:
    return _gelu(x, approximate="tanh" if approximate else "none")


def softmax(x: Tensor, axis: Axis) -> Tensor:
    return _softmax(x, axis) if type(axis) is int and x.dim() else _over(_softmax, x, axis)


def log_softmax(x: Tensor, axis: Axis) -> Tensor:
    return _log_softmax(x, axis) if type(axis) is int and x.dim() else _over(_log_softmax, x, axis)


def _over(function: Callable[..., Tensor], x: Tensor, axes: Any) -> Tensor:
    """Returns a function of one axis, applied to several axes as one, or to all for None."""
    if axes is None:
        return function(x.reshape(-1), 0).reshape(x.shape)
    axes = normalize_axes(axes, x.dim())  # torch accepts axis 0 of a scalar
    if x.numel() == 0:
        return x
    last = tuple(range(-len(axes), 0))
    moved = torch.movedim(x, axes, last)
    flat = moved.reshape(*moved.shape[: x.dim() - len(axes)], -1)
    return torch.movedim(function(flat, -1).reshape(moved.shape), last, axes)


def one_hot(x: Tensor, num_classes: int, axis: int, dtype: str) -> Tensor:
    x = x.long().unsqueeze(axis)  # the classes may not fit the operand's dtype
    shape = [1] * x.dim()
    shape[axis] = num_classes
    return (x == torch.arange(num_classes, device=x.device).reshape(shape)).to(DTYPES[dtype])
