"""Canonical arguments of the ops that slide a window: convolution and pooling."""

from __future__ import annotations

from typing import Any

from ops._declaration import canonical_shape
from ops_common.errors import ArgumentError, ShapeError
from ops_common.host.windows import LARGEST
from ops_common.runtime import config


def spatial_rank(x: Any) -> int:
    """Returns the number of spatial axes of a batched tensor with channels."""
    rank = len(getattr(x, "shape", ()))
    if rank not in (3, 4, 5):
        raise ShapeError(
            "inputs must have a batch axis, 1 to 3 spatial axes and channels; "
            f"got shape {tuple(getattr(x, 'shape', ()))}"
        )
    return rank - 2


def per_axis(value: Any, rank: int, what: str) -> tuple[int, ...]:
    """Returns a positive int for each spatial axis, from one int for all axes or from a sequence."""
    sizes = canonical_shape(value, name=what)
    if len(sizes) == 1:
        sizes *= rank
    # Frameworks store these in 32 bits, and larger values terminate the process in some.
    if len(sizes) != rank or any(not 1 <= size < LARGEST for size in sizes):
        raise ArgumentError(
            f"{what} must be a positive int below 2**30, or one for each of the {rank} spatial axes; got {value!r}"
        )
    return sizes


def padding_name(value: Any, names: tuple[str, ...]) -> str:
    """Returns the padding's name in lower case."""
    name = value.lower() if isinstance(value, str) else value
    if name not in names:
        raise ArgumentError(f"padding must be one of {', '.join(names)}; got {value!r}")
    return name


data_format_name = config.standardize_data_format
