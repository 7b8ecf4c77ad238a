"""Contract, family sorting. The order is NumPy's: NaN is the largest; complex numbers compare by real, then imaginary
part, those with a NaN being the largest, and among these the ones whose real part is a number come first."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any


@required
def sort(x: Tensor, axis: int | None) -> Tensor:
    """x in ascending order along an axis, or flattened for None. All dtypes; stable, so that 0.0 and -0.0 keep their
    order."""
    ...


@required
def argsort(x: Tensor, axis: int | None) -> Tensor:
    """int32 indices that sort x; see `sort`."""
    ...


@optional
def argpartition(x: Tensor, kth: int, axis: int | None) -> Tensor:
    """int32 indices that place the kth element of the sorted order at position kth, with no larger one before it and no
    smaller one after it. A negative kth counts from the end; one out of bounds is an error."""
    ...


@required
def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Tensor:
    """For each value, the int32 position in an ascending rank-1 tensor at which to insert it: before ("left") or after
    ("right") equal elements. Real operands and bools of one dtype. Another side or rank is an error."""
    ...


@required
def bincount(x: Tensor, weights: Tensor | None, minlength: int, sparse: bool) -> Tensor:
    """`tally` of length ``max(minlength, 1 + the largest integer)``; a negative integer is an `ArgumentError`. In a
    compiled function that does not support shapes that depend on values: of length minlength, or for 0
    `ops_common.errors.unknown_shape`. ``sparse`` is False."""
    ...


@required
def tally(x: Tensor, weights: Tensor | None, length: int) -> Tensor:
    """Counts, as int32, of the integers from 0 to length - 1 in x, or sums of their weights in the weights' dtype,
    never bool, int8, int16, uint8 or uint16. x has any integer dtype and rank 1, or rank 2, where each row is counted
    separately. Integers of length or more are not counted. Another rank, or weights of another shape, is an error."""
    ...


@optional
def isin(x1: Tensor, x2: Tensor, assume_unique: bool, invert: bool) -> Tensor:
    """Whether each element of x1 equals one of x2; operands of one dtype, result of bool."""
    ...


@required
def top_k(x: Tensor, k: int, sorted: bool) -> tuple[Tensor, Tensor]:
    """The k largest elements along the last axis in descending order, and their int32 indices. All dtypes but complex.
    A k that is negative or too large is an error, as is rank 0."""
    ...


@optional
def digitize(x: Tensor, bins: Tensor) -> Tensor:
    """`searchsorted` to the right of ascending edges; for edges of which any is less than the one before it, the number
    of edges minus the position in the reversed edges. Operands as there."""
    ...


@optional
def in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Tensor:
    """Whether fewer than k elements of each row of predictions, which have one more axis, are greater than the one at
    the integer target, NaN being the largest; false for a target that is not in the row, or whose element is NaN. All
    dtypes but complex, which is an error, as are targets of another shape."""
    ...
