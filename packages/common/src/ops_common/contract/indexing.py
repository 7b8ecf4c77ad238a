"""Contract, family indexing."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import required

Tensor = Any


@required
def take(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    """Elements picked by an integer tensor along an axis, or from the flattened tensor. Negative indices count from the
    end. Where the framework can check, an index out of range is an error."""
    ...


@required
def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    """The places of elements that are not zero, in C order: an int32 tensor for each of the (one or more) axes. In a
    compiled function that cannot have a shape that depends on values, `ops_common.errors.unknown_shape`."""
    ...


@required
def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    """NumPy's basic and integer-tensor indexing. The key holds ints, slices of ints, None, Ellipsis, bool tensors and
    integer tensors of this framework."""
    ...
