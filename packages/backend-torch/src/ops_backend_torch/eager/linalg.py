"""Eager calls of the family linalg."""

from __future__ import annotations

import math
from typing import Any

import torch

from ops_backend_torch.eager.common import FLOATS, casts, has_values, is_plain
from ops_backend_torch.elementwise.values import has_no_nan, is_finite
from ops_backend_torch.linalg import relative_cutoff

__all__ = [
    "linalg_cholesky_inverse",
    "linalg_lstsq",
    "linalg_matrix_rank",
    "linalg_pinv",
]

Tensor = Any


# The sum of so few numbers takes less time in Python.
_FEW = 16
_LARGEST = 1e38  # a float32


def _is_finite(x: Tensor) -> bool:
    """Returns whether all values are finite; may be false if their sum overflows."""
    if x.dim() != 2 or x.numel() > _FEW:
        return is_finite(x)
    return math.isfinite(sum(map(sum, x.tolist())))


def linalg_matrix_rank(x: Tensor, tol: float | None) -> Any:
    if x.dtype not in FLOATS or x.dim() < 2 or not is_plain(x) or not x.numel() or not _is_finite(x):
        return NotImplemented
    values = torch.linalg.svdvals(x)
    limit = values[..., :1] * relative_cutoff(x, None) if tol is None else tol
    return torch.sum(values > limit, -1, dtype=torch.int32)


def linalg_pinv(x: Tensor, rcond: float | None) -> Any:
    if x.dtype not in FLOATS or x.dim() < 2 or not is_plain(x) or not x.numel() or casts() or not _is_finite(x):
        return NotImplemented
    if rcond is not None and not -_LARGEST < rcond < _LARGEST:
        return NotImplemented
    return torch.linalg.pinv(x, rtol=relative_cutoff(x, rcond))


def linalg_lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Any:
    if a.dtype not in FLOATS or a.dim() != 2 or b.dim() != 2 or not is_plain(a) or not has_values(b):
        return NotImplemented
    if not a.numel() or casts() or not _is_finite(a):
        return NotImplemented
    return torch.linalg.lstsq(a, b, rcond=relative_cutoff(a, rcond), driver="gelsd")[0]


def linalg_cholesky_inverse(x: Tensor, upper: bool) -> Any:
    if x.dtype not in FLOATS or x.dim() < 2 or not is_plain(x) or not x.numel() or casts() or not has_no_nan(x):
        return NotImplemented
    try:
        return torch.cholesky_inverse(x, upper)
    except RuntimeError:  # singular, or not square
        return NotImplemented
