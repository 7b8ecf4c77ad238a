"""Contract, family nn.convolution."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import required

Tensor = Any


@required
def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Tensor:
    """Convolution over 1, 2 or 3 spatial axes of float tensors. The kernel's shape is (*window, channels / groups,
    filters) in both data formats. Padding is "valid", "same" (the odd element goes after) or "causal" (1 axis; all of
    it goes before)."""
    ...
