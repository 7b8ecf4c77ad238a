"""PyTorch, family nn.normalization: the fused kernels, if the axes are the last ones."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from ops_common import shapes

Tensor = Any

_HALF = frozenset({torch.float16, torch.bfloat16})


def _aligned(parameter: Tensor | None, x: Tensor, axes: tuple[int, ...]) -> Any:
    """Returns a parameter of the axes' sizes, reshaped to broadcast against x."""
    return (
        None if parameter is None else parameter.reshape(shapes.aligned(tuple(parameter.shape), tuple(x.shape), axes))
    )


def _are_last(x: Tensor, axes: tuple[int, ...]) -> bool:
    return bool(axes) and axes == tuple(range(x.dim() - len(axes), x.dim()))


def layer_normalization(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, axis: tuple[int, ...], epsilon: float
) -> Tensor:
    sizes = tuple(x.shape[i] for i in axis)
    fused = _are_last(x, axis) and all(p is None or tuple(p.shape) == sizes for p in (gamma, beta))
    if fused:
        return functional.layer_norm(x, sizes, gamma, beta, epsilon)
    wide = x.float() if x.dtype in _HALF else x
    variance, middle = torch.var_mean(wide, axis, correction=0, keepdim=True)
    out = (wide - middle) * torch.rsqrt(variance + epsilon)
    gamma, beta = _aligned(gamma, x, axis), _aligned(beta, x, axis)
    out = out if gamma is None else out * gamma
    return (out if beta is None else out + beta).to(x.dtype)


def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor | None,
    scale: Tensor | None,
    epsilon: float,
) -> Tensor:
    wide = x.float() if x.dtype in _HALF else x
    slope = torch.rsqrt(variance.to(wide.dtype) + epsilon)
    slope = slope if scale is None else slope * scale
    level = -mean * slope if offset is None else offset - mean * slope
    slope, level = _aligned(slope, x, (axis,)), _aligned(level, x, (axis,))
    return torch.addcmul(level, wide, slope).to(x.dtype)
