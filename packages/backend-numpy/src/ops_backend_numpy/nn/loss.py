"""NumPy, family nn.loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import HALF_FLOATS
from ops_backend_numpy.nn.activation import softplus
from ops_common.runtime import config

Tensor = Any


def binary_crossentropy(target: Tensor, output: Tensor, from_logits: bool) -> Tensor:
    dtype = output.dtype
    if from_logits:
        return np.subtract(softplus(output), np.multiply(output, target))
    if dtype in HALF_FLOATS:
        target, output = target.astype(np.float32), output.astype(np.float32)
    small = config.epsilon()
    chance = output.clip(small, 1.0 - small)
    rest = np.subtract(1, chance)
    loss = np.multiply(target, np.log(chance))
    loss += np.multiply(np.subtract(1, target), np.log(rest))
    return np.negative(loss).astype(dtype, copy=False)
