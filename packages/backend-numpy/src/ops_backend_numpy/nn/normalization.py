"""NumPy, family nn.normalization: rows are processed in blocks that fit in the cache, and changed in place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops_backend_numpy.core import HALF_FLOATS
from ops_common import shapes
from ops_common.host.parallel import share

Tensor = Any


def _aligned(parameter: Tensor | None, x: Tensor, axes: tuple[int, ...]) -> Any:
    """Returns a parameter of the axes' sizes, reshaped to broadcast against x."""
    return (
        None if parameter is None else parameter.reshape(shapes.aligned(tuple(parameter.shape), tuple(x.shape), axes))
    )


def _normalized(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, axes: tuple[int, ...], epsilon: float, centred: bool
) -> Tensor:
    wide = x.astype(np.float32) if x.dtype in HALF_FLOATS else x
    last = bool(axes) and axes == tuple(range(x.ndim - len(axes), x.ndim))
    sizes = tuple(x.shape[i] for i in axes)
    if not last or not x.size or any(p is not None and p.shape not in ((), sizes) for p in (gamma, beta)):
        out = _scaled(wide, axes, epsilon, centred)
        gamma, beta = _aligned(gamma, x, axes), _aligned(beta, x, axes)
        out = out if gamma is None else out * gamma
        return (out if beta is None else out + beta).astype(x.dtype, copy=False)
    rows = np.ascontiguousarray(wide).reshape(-1, math.prod(sizes))
    out = np.empty_like(rows)
    scale, offset = (None if p is None else p.reshape(-1).astype(rows.dtype, copy=False) for p in (gamma, beta))
    share(lambda part: _rows(rows[part], out[part], scale, offset, epsilon, centred), *rows.shape)
    return out.reshape(x.shape).astype(x.dtype, copy=False)


def _rows(x: Tensor, out: Tensor, scale: Any, offset: Any, epsilon: float, centred: bool) -> None:
    size = x.shape[1]
    if centred:
        x = np.subtract(x, (np.vecdot(x, np.ones(size, x.dtype)) / size)[:, None], out=out)
    squares = np.vecdot(x, x)[:, None]
    np.multiply(x, 1 / np.sqrt(squares / size + epsilon), out=out)
    if scale is not None:
        out *= scale
    if offset is not None:
        out += offset


def _scaled(x: Tensor, axes: tuple[int, ...], epsilon: float, centred: bool) -> Tensor:
    out = x - x.mean(axes, keepdims=True) if centred else x
    return out / np.sqrt(np.square(out).mean(axes, keepdims=True) + x.dtype.type(epsilon))


def layer_normalization(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, axis: tuple[int, ...], epsilon: float
) -> Tensor:
    return _normalized(x, gamma, beta, axis, epsilon, True)


def rms_normalization(x: Tensor, scale: Tensor | None, axis: tuple[int, ...], epsilon: float) -> Tensor:
    return _normalized(x, scale, None, axis, epsilon, False)


def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor | None,
    scale: Tensor | None,
    epsilon: float,
) -> Tensor:
    wide = x.astype(np.float32) if x.dtype in HALF_FLOATS else x
    slope = 1 / np.sqrt(variance.astype(wide.dtype, copy=False) + wide.dtype.type(epsilon))
    slope = slope if scale is None else slope * scale
    level = -mean * slope if offset is None else offset - mean * slope
    if axis not in (-1, x.ndim - 1):  # else they broadcast as they are
        slope, level = (_aligned(np.asarray(part), x, (axis,)) for part in (slope, level))
    out = np.multiply(wide, slope)[...]
    out += level
    return out.astype(x.dtype, copy=False)
