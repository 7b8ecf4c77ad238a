"""Eager calls of the families reduction, statistics, contraction and manipulation."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import statistics
from ops_backend_torch.eager.common import EXACT, FLOATS, NUMERIC, is_plain
from ops_backend_torch.elementwise.values import has_no_nan

__all__ = [
    "contraction_cross",
    "contraction_kron",
    "manipulation_diff",
    "manipulation_dstack",
    "manipulation_moveaxis",
    "manipulation_rot90",
    "reduction_nanargmax",
    "reduction_nanargmin",
    "reduction_nanstd",
    "reduction_nanvar",
    "statistics_corrcoef",
    "statistics_nanmedian",
    "statistics_nanpercentile",
    "statistics_nanquantile",
]

Tensor = Any


def _is_full(x: Tensor, axis: Any) -> bool:
    """Returns whether the reduction of a plain tensor is that of all its elements, as none is NaN."""
    return x.dtype in FLOATS and is_plain(x) and x.dim() > 0 and x.numel() > 0 and axis != () and has_no_nan(x)


def reduction_nanvar(x: Tensor, axis: Any, keepdims: bool) -> Any:
    return torch.var(x, axis, correction=0, keepdim=keepdims) if _is_full(x, axis) else NotImplemented


def reduction_nanstd(x: Tensor, axis: Any, keepdims: bool) -> Any:
    return torch.std(x, axis, correction=0, keepdim=keepdims) if _is_full(x, axis) else NotImplemented


def reduction_nanargmax(x: Tensor, axis: Any, keepdims: bool) -> Any:
    return torch.argmax(x, axis, keepdims).int() if _is_full(x, axis) else NotImplemented


def reduction_nanargmin(x: Tensor, axis: Any, keepdims: bool) -> Any:
    return torch.argmin(x, axis, keepdims).int() if _is_full(x, axis) else NotImplemented


def contraction_kron(x1: Tensor, x2: Tensor) -> Any:
    if x1.dtype not in NUMERIC or not x1.dim() or not x2.dim():
        return NotImplemented
    return torch.kron(x1, x2)


def contraction_cross(x1: Tensor, x2: Tensor, axisa: int, axisb: int, axisc: int, axis: int | None) -> Any:
    if axis is not None or axisa != -1 or axisb != -1 or axisc != -1 or x1.dtype not in NUMERIC:
        return NotImplemented
    if not x1.dim() or x1.dim() != x2.dim() or x1.shape[-1] != 3 or x2.shape[-1] != 3:
        return NotImplemented
    return torch.linalg.cross(x1, x2)


def statistics_corrcoef(x: Tensor) -> Any:
    if x.dtype not in FLOATS or x.dim() != 2 or not is_plain(x) or not x.numel():
        return NotImplemented
    rows = x - torch.mean(x, 1, True)
    rows.div_(torch.linalg.vector_norm(rows, 2, 1, True))
    return torch.matmul(rows, rows.t()).clamp_(-1.0, 1.0)


def manipulation_moveaxis(x: Tensor, source: Any, destination: Any) -> Any:
    return torch.movedim(x, source, destination) if x.dim() else NotImplemented


def manipulation_diff(a: Tensor, n: int, axis: int) -> Any:
    return torch.diff(a, n, axis) if a.dtype in NUMERIC else NotImplemented


def manipulation_rot90(array: Tensor, k: int, axes: Any) -> Any:
    if array.dtype not in NUMERIC or type(axes) is not tuple or len(axes) != 2:
        return NotImplemented
    return torch.rot90(array, k, axes)


def manipulation_dstack(xs: Any) -> Any:
    for x in xs:
        if type(x) not in EXACT or x.dtype not in NUMERIC:
            return NotImplemented
    return torch.dstack(xs) if xs else NotImplemented


def statistics_nanquantile(x: Tensor, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
    return statistics.quantile(x, q, axis, method, keepdims) if _is_full(x, axis) else NotImplemented


statistics_nanpercentile = statistics_nanquantile


def statistics_nanmedian(x: Tensor, axis: Any, keepdims: bool) -> Any:
    return statistics_nanquantile(x, 0.5, axis, "linear", keepdims)
