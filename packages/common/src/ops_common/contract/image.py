"""Contract, family image."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def resize(images: Tensor, size: tuple[int, int], interpolation: str, antialias: bool, data_format: str) -> Tensor:
    """Images of rank 4 and a float dtype, resampled along both spatial axes by
    `ops_common.algorithms.resampling.weights`; no size is 0. The interpolation is any of its methods but "nearest"."""
    ...


@optional
def resize_nearest(images: Tensor, size: tuple[int, int], data_format: str) -> Tensor:
    """Images of rank 3 or 4 and any dtype, of which each new pixel is the one that contains its centre: see
    `ops_common.algorithms.resampling.nearest`. No size is 0."""
    ...


@optional
def separable_filter(
    images: Tensor, rows: tuple[float, ...], columns: tuple[float, ...], padding: str, data_format: str
) -> Tensor:
    """Each channel of images of rank 4 and a float dtype, correlated with one sequence along the height and another
    along the width; padding is "valid" or "same" (zeros, as in a convolution)."""
    ...
