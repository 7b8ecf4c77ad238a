"""NumPy, family nn.linear."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops_backend_numpy.core import SMALL_FLOATS

Tensor = Any


def dense(x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    if kernel.ndim != 2 or (bias is not None and bias.shape != kernel.shape[1:]):  # NumPy would broadcast them
        raise ValueError(f"a kernel of shape {kernel.shape}, a bias of shape {None if bias is None else bias.shape}")
    if x.dtype in SMALL_FLOATS:  # they have no matmul loop; accumulate in float32
        wide = (None if each is None else each.astype(np.float32) for each in (x, kernel, bias))
        return dense(*wide).astype(x.dtype)
    if x.ndim > 2:  # one product, not one for each matrix
        rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
        return dense(rows, kernel, bias).reshape(*x.shape[:-1], kernel.shape[1])
    out = np.matmul(x, kernel)
    if bias is not None:
        out += bias
    return out
