"""Contract, family nn.pooling. 1, 2 or 3 spatial axes; padding is "valid" or "same" (the odd element is added
after)."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import required

Tensor = Any


@required
def max_pool(
    inputs: Tensor, pool_size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str
) -> Tensor:
    """Largest element of each window; padding is ignored. Any real dtype but bool."""
    ...


@required
def average_pool(
    inputs: Tensor, pool_size: tuple[int, ...], strides: tuple[int, ...], padding: str, data_format: str
) -> Tensor:
    """Mean of each window of a float tensor; padding is not counted."""
    ...


@required
def adaptive_max_pool(inputs: Tensor, output_size: tuple[int, ...], data_format: str) -> Tensor:
    """Largest element of each of the windows of `ops_common.shapes.adaptive_windows`. Any real dtype but bool."""
    ...


@required
def adaptive_average_pool(inputs: Tensor, output_size: tuple[int, ...], data_format: str) -> Tensor:
    """Mean of each of the windows of `ops_common.shapes.adaptive_windows`, of a float tensor."""
    ...
