"""NumPy, family linalg: `ops_common.matrices`, and norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import SMALL_FLOATS
from ops_common import matrices

Tensor = Any

cholesky = matrices.cholesky
det = matrices.det
eig = matrices.eig
eigh = matrices.eigh
inv = matrices.inv
lstsq = matrices.lstsq
lu_factor = matrices.lu_factor
pinv = matrices.pinv
qr = matrices.qr
slogdet = matrices.slogdet
solve = matrices.solve
solve_triangular = matrices.solve_triangular
svd = matrices.svd


def norm(x: Tensor, ord: Any, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    if x.dtype in SMALL_FLOATS or x.dtype == np.float16:
        return norm(x.astype(np.float32), ord, axis, keepdims).astype(x.dtype)
    if ord is None and len(axis) == x.ndim:
        return np.linalg.norm(x, keepdims=keepdims)
    return np.linalg.norm(x, ord, axis[0] if len(axis) == 1 else axis, keepdims)
