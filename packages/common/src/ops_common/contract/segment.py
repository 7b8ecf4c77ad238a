"""Contract, family segment: rows combined by the segment that they belong to."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import required

Tensor = Any


@required
def segment_reduce(data: Tensor, segment_ids: Tensor, num_segments: int, reduction: str, sorted: bool) -> Tensor:
    """The rows of each segment combined by ``reduction``: "add", "mul", "max" or "min". Segments without rows are 0, 1,
    the lowest and the largest number (for floats, infinities). The ids have rank 1, any integer dtype, and data's first
    size; another shape is an error. Rows whose id is negative or not below num_segments are omitted. ``sorted`` states
    that the ids ascend. Never bool, float16 or bfloat16; complex only for "add" and "mul"."""
    ...
