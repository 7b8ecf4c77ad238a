"""Eager calls of the family linalg: small matrices are decomposed by LAPACK, with the conventions of all backends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops_backend_tf.core import EAGER, current_context, execute, raw_ops
from ops_backend_tf.eager.common import REFUSED, is_float
from ops_backend_tf.values import FEW, is_finite, read, tensor
from ops_common.host import linalg

__all__ = [
    "linalg_cholesky",
    "linalg_eig",
    "linalg_eigh",
    "linalg_lstsq",
    "linalg_lu_factor",
    "linalg_pinv",
    "linalg_qr",
    "linalg_svd",
]

Tensor = Any


def _small(x: Tensor) -> Any:
    """Returns the array of a small matrix of finite numbers, else None."""
    if not is_float(x) or len(x.shape) != 2:
        return None
    array = read(x)
    return array if 0 < array.size <= FEW and is_finite(array) else None


def _by_host(kernel: Callable[..., Any], x: Tensor, *static: Any) -> Any:
    array = _small(x)
    if array is None:
        return NotImplemented
    result = kernel(array, *static)
    return tuple(map(tensor, result)) if type(result) is tuple else tensor(result)


def linalg_cholesky(x: Tensor, upper: bool) -> Any:
    if upper or not is_float(x):
        return NotImplemented
    try:
        factor = execute(current_context(), "Cholesky", None, x)  # reads the lower triangle only
    except Exception:  # not square, or not positive definite
        return NotImplemented
    return factor if is_finite(read(factor)) else NotImplemented


def linalg_lu_factor(x: Tensor) -> Any:
    if _small(x) is None:
        return NotImplemented
    try:
        packed, order = raw_ops.Lu(input=x)
    except REFUSED:  # singular, or not square
        return NotImplemented
    return (packed, tensor(linalg.exchanges(read(order)))) if type(order) is EAGER else NotImplemented


def linalg_eig(x: Tensor) -> Any:
    return _by_host(linalg.eig, x)


def linalg_eigh(x: Tensor) -> Any:
    return _by_host(linalg.eigh, x)


def linalg_svd(x: Tensor, full_matrices: bool, compute_uv: bool) -> Any:
    return _by_host(linalg.svd, x, full_matrices, compute_uv)


def linalg_qr(x: Tensor, mode: str) -> Any:
    return _by_host(linalg.qr, x, mode)


def linalg_pinv(x: Tensor, rcond: float | None) -> Any:
    return _by_host(linalg.pinv, x, rcond)


def linalg_lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Any:
    left, right = _small(a), _small(b)
    if left is None or right is None or a.dtype is not b.dtype or len(left) != len(right):
        return NotImplemented
    return tensor(linalg.lstsq(left, right, rcond))
