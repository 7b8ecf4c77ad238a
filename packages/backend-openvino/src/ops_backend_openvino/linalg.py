"""OpenVINO, family linalg. The framework decomposes no matrices, so the host does, in eager calls."""

from __future__ import annotations

import numpy as np

from ops_backend_openvino.core import NUMPY, Tensor
from ops_common.errors import UnsupportedError


def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    if x.node is not None:
        raise UnsupportedError(
            "slogdet cannot be part of a traced function on backend 'openvino', which decomposes no matrices; call it "
            "outside of ops.jit"
        )
    working = x.host if x.dtype == "float64" else x.host.astype(np.float32)
    sign, logarithm = (np.asarray(part, NUMPY[x.dtype]) for part in np.linalg.slogdet(working))
    return Tensor(sign, x.dtype), Tensor(logarithm, x.dtype)
