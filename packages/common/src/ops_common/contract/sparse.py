"""Contract, family sparse: tensors that store only some of their elements; all others are zero.

All functions are optional. A backend that has `is_sparse` has all functions of the first part; a backend without it has
no sparse tensors. Those of the second part are faster forms of what `ops` computes from coordinates and values.

A sparse tensor is the framework's own object. Its *coordinates* are integers of shape ``(n, k)``, a row for each stored
block, and its *values* have the shape ``(n, ...)``: for most tensors k is the rank and each block is one element. If k
is less than the rank, a block has the last axes, and all of its elements are stored. Coordinates may be in any order,
and may repeat: the values of equal ones are added. They are *canonical* if they are in ascending order, compared from
the first axis to the last, and do not repeat. In a function that is traced, rows may be padding: each of their
coordinates is the size of its axis, and their values are zero.
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any
Sparse = Any


@optional
def is_sparse(x: Any) -> bool:
    """Whether an object is a sparse tensor of the framework. It may be any object."""
    ...


@optional
def dtype(x: Sparse) -> str:
    """The standard name of a sparse tensor's dtype."""
    ...


@optional
def shape(x: Sparse) -> tuple[int | None, ...]:
    """The static shape; None for a dimension that is unknown while a graph is traced."""
    ...


@optional
def coordinates(x: Sparse) -> tuple[Tensor, Tensor]:
    """The coordinates, in an integer dtype of the backend's choice, and the values, which gradients pass."""
    ...


@optional
def is_canonical(x: Sparse) -> bool:
    """Whether the coordinates are known to be canonical. False is always allowed."""
    ...


@optional
def from_coordinates(indices: Tensor, values: Tensor, shape: tuple[Any, ...], canonical: bool) -> Sparse:
    """The sparse tensor of these coordinates and values, in the framework's usual format. Sizes of the shape may be
    run-time sizes."""
    ...


@optional
def is_stored(values: Tensor) -> bool:
    """Whether `from_coordinates` can make a sparse tensor of these values. Without this function, it always can; where
    it cannot, as in a function that a compiler without sparse tensors traces, `ops` computes with coordinates and
    values."""
    ...


@optional
def sizes(x: Sparse) -> tuple[Any, ...]:
    """The shape, with a run-time size in place of each None (see `ops_common.contract.core`). Required if `shape` may
    return None."""
    ...


@optional
def with_values(x: Sparse, values: Tensor) -> Sparse:
    """The sparse tensor in x's format with x's coordinates, and other values in the order of `coordinates`, which may
    have another dtype."""
    ...


@optional
def unique_rows(indices: Tensor, shape: tuple[Any, ...]) -> tuple[Tensor, Tensor]:
    """The distinct coordinates in ascending order, and for each row of ``indices`` the position of its coordinates
    among them. While a function is traced, the distinct ones may be followed by padding. ``shape`` are the sizes of the
    axes."""
    ...


@optional
def to_dense(x: Sparse) -> Tensor:
    """The tensor with all elements."""
    ...


@optional
def coalesce(x: Sparse) -> Sparse:
    """The sparse tensor with canonical coordinates. NotImplemented for formats and dtypes that the framework does not
    support."""
    ...


@optional
def multiply_dense(x: Sparse, y: Tensor) -> Tensor:
    """The matrix product of a sparse and a dense matrix of the same dtype, an ordinary tensor. NotImplemented for
    formats and dtypes that the framework does not support."""
    ...


@optional
def multiply_coordinates(indices: Tensor, values: Tensor, rows: int, y: Tensor) -> Tensor:
    """The matrix product of the sparse matrix of these coordinates and values, all inside, which has ``rows`` rows,
    and a dense matrix: `multiply_dense` where `is_stored` is false."""
    ...


@optional
def multiply_sparse(x: Sparse, y: Sparse) -> Sparse:
    """The matrix product of two sparse matrices of the same dtype, a sparse tensor. NotImplemented for formats and
    dtypes that the framework does not support."""
    ...


@optional
def multiply_from_dense(x: Tensor, y: Sparse) -> Tensor:
    """The matrix product of a dense and a sparse matrix, as `multiply_dense`."""
    ...


@optional
def values(x: Sparse) -> Tensor:
    """The second result of `coordinates`, for a backend that need not compute the first one for it."""
    ...


@optional
def reshape(x: Sparse, shape: tuple[int, ...]) -> Sparse:
    """The elements in another shape of as many, at most 2^63 - 1. NotImplemented for formats that the framework does
    not support."""
    ...


@optional
def permute(x: Sparse, axes: tuple[int, ...]) -> Sparse:
    """The sparse tensor with its axes in another order. NotImplemented for formats that the framework does not
    support."""
    ...


@optional
def concatenate(xs: list[Sparse], axis: int) -> Sparse:
    """Sparse tensors of the same dtype joined along an axis, which is not negative. NotImplemented for formats that the
    framework does not support."""
    ...


@optional
def sum(x: Sparse, axes: tuple[int, ...], keepdims: bool) -> Sparse:
    """The sums over some of the axes, but not over all, as a sparse tensor in x's dtype. NotImplemented for formats and
    dtypes that the framework does not support."""
    ...


@optional
def add(x: Sparse, y: Sparse) -> Sparse:
    """The sum of two sparse tensors of the same shape and dtype. NotImplemented for formats and dtypes that the
    framework does not support."""
    ...


@optional
def subtract(x: Sparse, y: Sparse) -> Sparse:
    """The difference of two sparse tensors, as `add`."""
    ...


@optional
def multiply(x: Sparse, y: Sparse) -> Sparse:
    """The elementwise product of two sparse tensors, as `add`. Elements that only one of them stores are zero."""
    ...


@optional
def maximum(x: Sparse, y: Sparse) -> Sparse:
    """The elementwise maximum of two sparse tensors, as `add`. It propagates NaN."""
    ...


@optional
def minimum(x: Sparse, y: Sparse) -> Sparse:
    """The elementwise minimum of two sparse tensors, as `add`. It propagates NaN."""
    ...


@optional
def not_equal(x: Sparse, y: Sparse) -> Sparse:
    """Whether the elements of two sparse tensors differ, as `add`: a sparse tensor of bools."""
    ...
