"""Contract, family segment: rows combined by the segment that they belong to."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any


@required
def segment_reduce(data: Tensor, segment_ids: Tensor, num_segments: int, reduction: str, sorted: bool) -> Tensor:
    """The rows of each segment combined by ``reduction``: "add", "mul", "max" or "min". Segments without rows are 0, 1,
    the lowest and the largest number (for floats, infinities). The ids have rank 1, any integer dtype, and data's first
    size; another shape is an error. Rows whose id is negative or not below num_segments are omitted. ``sorted`` states
    that the ids ascend. Never bool, float16 or bfloat16; complex only for "add" and "mul"."""
    ...


@optional
def scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None) -> Tensor:
    """The inputs with updates, cast to their dtype, at the indices in the last axis of an integer tensor, which are
    along the first axes of inputs: the last update of each element, or for a reduction ("add", "mul", "max" or "min";
    of bools "or" and "and") the element combined with all of its updates. The updates' shape broadcasts to the shape of
    indices without its last axis, followed by that of inputs without the indexed axes. Negative indices count from the
    end, and updates out of range are omitted. float16 and bfloat16 are combined in float32. All dtypes; complex ones
    have no maximum and minimum, which is an error."""
    ...
