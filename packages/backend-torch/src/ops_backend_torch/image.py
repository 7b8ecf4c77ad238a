"""PyTorch, family image."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from ops_backend_torch.core import is_size
from ops_backend_torch.elementwise.scalars import is_tracing
from ops_common.algorithms import resampling

Tensor = Any


def resize(images: Tensor, size: tuple[int, int], interpolation: str, antialias: bool, data_format: str) -> Tensor:
    last = data_format == "channels_last"
    x = images.permute(0, 3, 1, 2) if last else images
    # Without antialiasing, torch's cubic kernel is a different one (a = -3/4), with clamped edges.
    if interpolation == "bilinear" and not antialias and x.is_cpu and not is_tracing() and x.numel():
        y = torch._C._nn.upsample_bilinear2d(x, size, False, None)  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs
    elif x.numel() and (interpolation == "bilinear" or (interpolation == "bicubic" and antialias)):
        y = functional.interpolate(x, size, mode=interpolation, align_corners=False, antialias=antialias)
    else:
        rows = _weights(images, x.shape[2], size[0], interpolation, antialias)
        columns = _weights(images, x.shape[3], size[1], interpolation, antialias)
        y = rows @ x @ columns.T
    return y.permute(0, 2, 3, 1) if last else y


def resize_nearest(images: Tensor, size: tuple[Any, Any], data_format: str) -> Tensor:
    at = images.dim() - (3 if data_format == "channels_last" else 2)
    return _nearest(_nearest(images, size[0], at), size[1], at + 1).contiguous()


def _nearest(images: Tensor, out: Any, axis: int) -> Tensor:
    size = images.shape[axis]
    if is_size(size) or is_size(out):
        return images.index_select(axis, (torch.arange(out, device=images.device) * 2 + 1) * size // (out * 2))
    if size % out == 0:
        step = size // out
        return images[(slice(None),) * axis + (slice(step // 2, None, step),)]
    if out % size == 0:
        return torch.repeat_interleave(images, out // size, axis)
    return images.index_select(axis, torch.tensor(resampling.nearest(size, out), device=images.device))


_FUNCTIONS = resampling.Functions(
    cast=torch.Tensor.double,
    where=torch.where,
    maximum=lambda x, y: torch.clamp(x, min=y),
    minimum=lambda x, y: torch.clamp(x, max=y),
    abs=torch.abs,
    sinc=torch.sinc,
    total=lambda x: x.sum(1, keepdim=True),
)


def _weights(images: Tensor, size: Any, out: Any, interpolation: str, antialias: bool) -> Tensor:
    if isinstance(size, torch.SymInt) or isinstance(out, torch.SymInt):
        sizes: tuple[Any, Any] = (size, out)
        counts = [torch.scalar_tensor(n, dtype=torch.int32, device=images.device) for n in sizes]
        places, rows = (torch.arange(n, dtype=torch.int32, device=images.device) for n in sizes)
        matrix = resampling.run_time_weights(
            counts[0], places, counts[1], rows[:, None], interpolation, antialias, _FUNCTIONS
        )
        return matrix.to(images.dtype)
    matrix = torch.as_tensor(resampling.weights(size, out, interpolation, antialias))
    return matrix.to(images.device, images.dtype)


def separable_filter(
    images: Tensor, rows: tuple[float, ...], columns: tuple[float, ...], padding: str, data_format: str
) -> Tensor:
    last = data_format == "channels_last"
    x = images.permute(0, 3, 1, 2) if last else images
    pads = ((len(rows) - 1) // 2, (len(columns) - 1) // 2) if padding == "same" else (0, 0)
    if padding == "same" and not len(rows) * len(columns) % 2:  # one more at the end
        x = functional.pad(x, (pads[1], len(columns) // 2, pads[0], len(rows) // 2))
        pads = (0, 0)
    channels = x.shape[1]
    if not channels:  # torch does not support a convolution with no groups
        size = [n + 2 * pad - len(taps) + 1 for n, pad, taps in zip(x.shape[2:], pads, (rows, columns), strict=True)]
        return images.new_zeros((*x.shape[:1], *size, 0) if last else (*x.shape[:2], *size))
    down = images.new_tensor(rows).reshape(1, 1, -1, 1).expand(channels, 1, -1, 1)
    across = images.new_tensor(columns).reshape(1, 1, 1, -1).expand(channels, 1, 1, -1)
    y = functional.conv2d(x, down, padding=(pads[0], 0), groups=channels)
    y = functional.conv2d(y, across, padding=(0, pads[1]), groups=channels)
    return y.permute(0, 2, 3, 1) if last else y
