"""PyTorch, family nn.normalization: the fused kernels, if the axes are the last ones."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import reduction
from ops_backend_torch.core import in_dtype
from ops_backend_torch.elementwise.gradients import differentiable
from ops_backend_torch.tracing import is_compiling
from ops_common import shapes

Tensor = Any

_HALF = frozenset({torch.float16, torch.bfloat16})


def widened(x: Tensor) -> Tensor:
    """Returns half-precision numbers in float32."""
    return x.float() if x.dtype in _HALF else x


def moments(x: Tensor, axes: Any, keepdims: bool, synchronized: bool) -> tuple[Tensor, Tensor]:
    if axes == () or not x.dim() or not x.numel():
        return reduction.mean(x, axes, keepdims), reduction.var(x, axes, keepdims)
    variance, middle = torch.var_mean(x, axes, correction=0, keepdim=keepdims)
    return middle, variance


def _aligned(parameter: Tensor | None, x: Tensor, axes: tuple[int, ...]) -> Any:
    """Returns a parameter of the axes' sizes, reshaped to broadcast against x."""
    if parameter is None or not parameter.dim() or (parameter.dim() == len(axes) and _are_last(x, axes)):
        return parameter
    return parameter.reshape(shapes.aligned(tuple(parameter.shape), tuple(x.shape), axes))


def _are_last(x: Tensor, axes: tuple[int, ...]) -> bool:
    if len(axes) == 1:
        return axes[0] == x.dim() - 1
    return bool(axes) and axes == tuple(range(x.dim() - len(axes), x.dim()))


def layer_normalization(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, axis: tuple[int, ...], epsilon: float
) -> Tensor:
    if _are_last(x, axis):
        sizes = x.shape[-len(axis) :]
        if (gamma is None or gamma.shape == sizes) and (beta is None or beta.shape == sizes):
            return torch.layer_norm(x, sizes, gamma, beta, epsilon)
    wide = widened(x)
    variance, middle = torch.var_mean(wide, axis, correction=0, keepdim=True)
    out = (wide - middle) * torch.rsqrt(variance + epsilon)
    gamma, beta = _aligned(gamma, x, axis), _aligned(beta, x, axis)
    out = out if gamma is None else out * gamma
    return in_dtype(out if beta is None else out + beta, x.dtype)


def rms_normalization(x: Tensor, scale: Tensor | None, axis: tuple[int, ...], epsilon: float) -> Tensor:
    if x.dtype not in _HALF and not is_compiling() and _are_last(x, axis):
        sizes = x.shape[-len(axis) :]
        if scale is None or scale.shape == sizes:
            return torch.rms_norm(x, sizes, scale, epsilon)
    wide = widened(x)
    out = wide * torch.rsqrt(torch.mean(wide * wide, axis, True) + epsilon)
    return in_dtype(out if scale is None else out * _aligned(scale, x, axis), x.dtype)


def _is_plain(x: Tensor, mean: Tensor, variance: Tensor, offset: Tensor | None, scale: Tensor | None) -> bool:
    """Returns whether torch's own batch normalization computes it: with a vector for each parameter, and moments that
    are constants, for which it has no gradient."""
    if x.dim() < 2 or mean.dim() != 1 or variance.dim() != 1 or not x.numel():
        return False
    if (offset is not None and offset.dim() != 1) or (scale is not None and scale.dim() != 1):
        return False
    return not (differentiable(mean) or differentiable(variance))


def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor | None,
    scale: Tensor | None,
    epsilon: float,
) -> Tensor:
    if _is_plain(x, mean, variance, offset, scale):
        y = x if axis in (1, 1 - x.dim()) else x.movedim(axis, 1)
        y = torch.batch_norm(y, scale, offset, mean, variance, False, 0.0, epsilon, False)
        return y if axis in (1, 1 - x.dim()) else y.movedim(1, axis)
    wide = widened(x)
    slope = torch.rsqrt(in_dtype(variance, wide.dtype) + epsilon)
    slope = slope if scale is None else slope * scale
    level = -mean * slope if offset is None else offset - mean * slope
    slope, level = _aligned(slope, x, (axis,)), _aligned(level, x, (axis,))
    return in_dtype(torch.addcmul(level, wide, slope), x.dtype)
