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
    if len(axis) == 2 and ord in ("nuc", 2, -2):
        values = svd(np.moveaxis(x, axis, (-2, -1)), False, False)
        reduce = np.sum if ord == "nuc" else np.max if ord == 2 else np.min
        return np.expand_dims(reduce(values, -1), axis) if keepdims else reduce(values, -1)
    if ord is None and len(axis) == x.ndim:
        return np.linalg.norm(x, keepdims=keepdims)  # pyright: ignore[reportArgumentType]  # its stubs only accept the literals True and False
    return np.linalg.norm(x, ord, axis[0] if len(axis) == 1 else axis, keepdims)
