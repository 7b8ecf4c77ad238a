"""Contract, family random. The seed is two 32-bit words; the same words give the same numbers on the same backend.

Shape, seed and dtype are static; in a traced function the draw is part of the trace.
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import required

Tensor = Any
Seed = tuple[int, int]


@required
def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    """Normal variates; mean and stddev are numbers or tensors of this float dtype."""
    ...


@required
def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    """Uniform variates in [minval, maxval); bounds are numbers or tensors of this float dtype."""
    ...
