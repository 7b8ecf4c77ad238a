"""Eager calls of the families reduction, statistics, contraction and manipulation."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import statistics
from ops_backend_torch.eager.common import EXACT, FLOATS, NUMERIC, casts, is_plain
from ops_backend_torch.elementwise.values import has_no_nan

__all__ = [
    "contraction_correlate",
    "contraction_cross",
    "contraction_inner",
    "contraction_kron",
    "manipulation_diff",
    "manipulation_dstack",
    "manipulation_hstack",
    "manipulation_moveaxis",
    "manipulation_rot90",
    "manipulation_view",
    "manipulation_vstack",
    "reduction_nanargmax",
    "reduction_nanargmin",
    "reduction_nanstd",
    "reduction_nanvar",
    "statistics_corrcoef",
    "statistics_nanmedian",
    "statistics_nanpercentile",
    "statistics_nanquantile",
    "statistics_trapezoid",
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


def contraction_inner(x1: Any, x2: Any) -> Any:
    if type(x1) not in EXACT or type(x2) not in EXACT or x1.dtype not in FLOATS or x1.dtype is not x2.dtype:
        return NotImplemented
    return torch.inner(x1, x2) if x1.dim() and x2.dim() else NotImplemented


def contraction_correlate(x1: Tensor, x2: Tensor, mode: str) -> Any:
    if mode != "valid" or x1.dtype not in FLOATS or type(x1) not in EXACT or type(x2) not in EXACT:
        return NotImplemented
    if x1.dim() != 1 or x2.dim() != 1 or not 0 < x2.shape[0] <= x1.shape[0]:
        return NotImplemented
    return torch.conv1d(x1[None], x2[None, None])[0]


def contraction_kron(x1: Tensor, x2: Tensor) -> Any:
    if type(x1) not in EXACT or type(x2) not in EXACT or x1.dtype not in NUMERIC or not x1.dim() or not x2.dim():
        return NotImplemented
    if not (x1.is_contiguous() and x2.is_contiguous()):  # torch does not support all strides
        return NotImplemented
    return torch.kron(x1, x2)


def contraction_cross(x1: Tensor, x2: Tensor, axisa: int, axisb: int, axisc: int, axis: int | None) -> Any:
    if axis is not None or axisa != -1 or axisb != -1 or axisc != -1 or x1.dtype not in NUMERIC:
        return NotImplemented
    if type(x1) not in EXACT or type(x2) not in EXACT:
        return NotImplemented
    if not x1.dim() or x1.dim() != x2.dim() or x1.shape[-1] != 3 or x2.shape[-1] != 3:
        return NotImplemented
    return torch.linalg.cross(x1, x2)


def statistics_corrcoef(x: Tensor) -> Any:
    if x.dtype not in FLOATS or x.dim() != 2 or not is_plain(x) or not x.numel() or casts():
        return NotImplemented
    rows = x - torch.mean(x, 1, True)
    rows.div_(torch.linalg.vector_norm(rows, 2, 1, True))
    return torch.matmul(rows, rows.t()).clamp_(-1.0, 1.0)


def manipulation_moveaxis(x: Tensor, source: Any, destination: Any) -> Any:
    if type(source) is not type(destination) or type(source) not in _PLACES or type(x) not in EXACT:
        return NotImplemented
    return torch.movedim(x, source, destination) if x.dim() else NotImplemented


_PLACES = frozenset({int, tuple})


def manipulation_diff(a: Tensor, n: int, axis: int) -> Any:
    return torch.diff(a, n, axis) if type(a) in EXACT and a.dtype in NUMERIC and 0 < n < _MANY else NotImplemented


_MANY = 1 << 31


def manipulation_rot90(array: Tensor, k: int, axes: Any) -> Any:
    if type(array) not in EXACT or array.dtype not in NUMERIC or type(axes) is not tuple or len(axes) != 2:
        return NotImplemented
    if not k % 4 or not -_MANY < k < _MANY:
        return NotImplemented
    return torch.rot90(array, k, axes)


def manipulation_view(x: Any, dtype: Any) -> Any:
    if type(x) not in EXACT or type(dtype) is not str or x.dtype not in NUMERIC:
        return NotImplemented
    native = _VIEWED.get(dtype)
    if native is None or native.itemsize != x.dtype.itemsize or native is x.dtype:
        return NotImplemented
    return x.view(native)


_VIEWED = {str(native)[6:]: native for native in NUMERIC}


def manipulation_dstack(xs: Any) -> Any:
    for x in xs:
        if type(x) not in EXACT or x.dtype not in NUMERIC:
            return NotImplemented
    return torch.dstack(xs) if xs else NotImplemented


def manipulation_hstack(xs: Any) -> Any:
    return torch.hstack(xs) if _are_alike(xs) else NotImplemented


def manipulation_vstack(xs: Any) -> Any:
    return torch.vstack(xs) if _are_alike(xs) else NotImplemented


def _are_alike(xs: Any) -> bool:
    """Returns whether torch joins tensors as `ops` does: those of one rank, as it ignores some of rank 1 and size 0."""
    for x in xs:
        if type(x) not in EXACT or x.dim() != xs[0].dim():
            return False
    return len(xs) > 0


def statistics_nanquantile(x: Tensor, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
    return statistics.quantile(x, q, axis, method, keepdims) if _is_full(x, axis) else NotImplemented


statistics_nanpercentile = statistics_nanquantile


def statistics_nanmedian(x: Tensor, axis: Any, keepdims: bool) -> Any:
    return statistics_nanquantile(x, 0.5, axis, "linear", keepdims)


def statistics_trapezoid(y: Any, x: Any, dx: Any, axis: int) -> Any:
    if x is not None or type(dx) is not float or dx != 1.0 or type(y) not in EXACT or y.dtype not in FLOATS:
        return NotImplemented
    return torch.trapezoid(y, dim=axis) if -y.dim() <= axis < y.dim() else NotImplemented
