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
def take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    """Elements picked by an integer tensor of x's rank, which broadcasts with x on the other axes, or by one of rank 1
    from the flattened tensor. Otherwise as `take`."""
    ...


@required
def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    """The indices of nonzero elements, in C order: an int32 tensor for each of the (one or more) axes. A compiled
    function that does not support shapes that depend on values raises `ops_common.errors.unknown_shape`."""
    ...


@required
def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    """Elements by NumPy's basic and integer-tensor indexing. The key contains ints, slices of ints, None, Ellipsis,
    bool tensors and integer tensors of this framework."""
    ...


@required
def diagonal(x: Tensor, offset: int, axis1: int, axis2: int) -> Tensor:
    """The diagonal of two different axes as the last axis of the result; empty if the offset is beyond the edge."""
    ...


@required
def dynamic_slice(x: Tensor, starts: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """A block of these sizes, none larger than x's. The starts are an integer tensor with an entry for each axis:
    negative ones count from the end, and each is then clamped so that the block fits."""
    ...


@required
def dynamic_slice_update(x: Tensor, starts: Tensor | tuple[int, ...], updates: Tensor) -> Tensor:
    """x with a block replaced by updates, which have its rank and dtype. The starts are as for `dynamic_slice`, or a
    tuple of ints for which the block fits."""
    ...
