"""NumPy, family segment."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import NUMBERS, cast, dtype
from ops_common.host import segment as host_segment
from ops_common.host.segment import segment_reduce

__all__ = ["scatter_update", "segment_reduce"]

Tensor = Any


def scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None) -> Tensor:
    if type(updates) in NUMBERS:
        updates = np.asarray(updates)
    if updates.dtype != inputs.dtype:
        updates = cast(updates, dtype(inputs))
    return host_segment.scatter_update(inputs, indices, updates, reduction)
