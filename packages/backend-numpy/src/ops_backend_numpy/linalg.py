"""NumPy, family linalg: `ops_common.host.linalg`, and norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import SMALL_FLOATS
from ops_common.host import linalg as host_linalg

Tensor = Any

cholesky = host_linalg.cholesky
det = host_linalg.det
eig = host_linalg.eig
eigh = host_linalg.eigh
inv = host_linalg.inv
lstsq = host_linalg.lstsq
lu_factor = host_linalg.lu_factor
pinv = host_linalg.pinv
qr = host_linalg.qr
slogdet = host_linalg.slogdet
solve = host_linalg.solve
solve_triangular = host_linalg.solve_triangular
svd = host_linalg.svd


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
