"""NumPy, family linalg."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import SMALL_FLOATS

Tensor = Any


def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    if x.dtype in SMALL_FLOATS or x.dtype == np.float16:
        sign, logarithm = np.linalg.slogdet(x.astype(np.float32))
        return sign.astype(x.dtype), logarithm.astype(x.dtype)
    sign, logarithm = np.linalg.slogdet(x)
    return sign, logarithm
