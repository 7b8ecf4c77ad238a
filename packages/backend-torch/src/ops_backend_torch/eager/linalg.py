"""Eager calls of the family linalg."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ops_backend_torch.eager.common import FLOATS, casts, constant, has_values, is_plain, native
from ops_backend_torch.elementwise.values import has_no_nan, is_finite
from ops_backend_torch.linalg import least_squares, relative_cutoff

__all__ = [
    "linalg_cholesky_inverse",
    "linalg_lstsq",
    "linalg_matrix_rank",
    "linalg_pinv",
]

Tensor = Any


_FEW = 1 << 10  # elements, of which a difference takes less time than the sum
_LARGEST = 1e38  # a float32


def _is_finite(x: Tensor) -> bool:
    """Returns whether all values are finite; may be false if their sum overflows."""
    return has_no_nan(x - x) if x.numel() <= _FEW else is_finite(x)


def linalg_matrix_rank(x: Tensor, tol: float | None) -> Any:
    if x.dtype not in FLOATS or x.dim() < 2 or not is_plain(x) or not x.numel() or not _is_finite(x):
        return NotImplemented
    values = torch.linalg.svdvals(x)
    if x.dim() == 2 and x.numel() <= _FEW:
        sizes = values.tolist()
        limit = sizes[0] * relative_cutoff(x, None) if tol is None else tol
        return torch.scalar_tensor(sum(size > limit for size in sizes), dtype=torch.int32, device=x.device)
    limit = values[..., :1] * relative_cutoff(x, None) if tol is None else tol
    return torch.sum(values > limit, -1, dtype=torch.int32)


def linalg_pinv(x: Tensor, rcond: float | None) -> Any:
    if x.dtype not in FLOATS or x.dim() < 2 or not is_plain(x) or not x.numel() or casts() or not _is_finite(x):
        return NotImplemented
    if rcond is not None and not -_LARGEST < rcond < _LARGEST:
        return NotImplemented
    # torch would create a tensor of a number.
    key = ("cutoff", x.shape[-2:], x.dtype, rcond)
    limit = constant(key, lambda: np.array(relative_cutoff(x, rcond), native(x.dtype)))
    return torch.linalg.pinv(x, rtol=limit)


def linalg_lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Any:
    if a.dtype not in FLOATS or a.dim() != 2 or b.dim() != 2 or not is_plain(a) or not has_values(b):
        return NotImplemented
    if not a.numel() or casts() or not _is_finite(a):
        return NotImplemented
    return least_squares(a, b, relative_cutoff(a, rcond))


def linalg_cholesky_inverse(x: Tensor, upper: bool) -> Any:
    if x.dtype not in FLOATS or x.dim() < 2 or not is_plain(x) or not x.numel() or casts() or not has_no_nan(x):
        return NotImplemented
    try:
        return torch.cholesky_inverse(x, upper)
    except RuntimeError:  # singular, or not square
        return NotImplemented
