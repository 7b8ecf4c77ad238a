"""Contract, family contraction. int8 operands of `matmul` and `einsum` are passed as int32; bools are possible: for
them the product is ``and`` and the sum is ``or``."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any


@required
def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    """Matrix product; stacked for ranks above 2; a rank-1 operand is a row on the left, a column on the right."""
    ...


@required
def tensordot(x1: Tensor, x2: Tensor, axes: tuple[tuple[int, ...], tuple[int, ...]]) -> Tensor:
    """Sum of products over pairs of axes, given as two tuples of non-negative ints."""
    ...


@required
def einsum(subscripts: str, *operands: Tensor) -> Tensor:
    """Einstein sum with ``...``; the subscripts always have an explicit ``->`` and no blanks."""
    ...


@optional
def dot(x1: Tensor, x2: Tensor) -> Tensor:
    """NumPy's dot: a product for rank 0, else a sum over the last axis of x1 and the second last of x2."""
    ...


@required
def vdot(x1: Tensor, x2: Tensor) -> Tensor:
    """Sum of the products of all elements in order, with the first operand conjugated; for bools see `matmul`."""
    ...


@optional
def cross_in_space(x1: Tensor, x2: Tensor) -> Tensor:
    """Cross products of vectors of 3 components along the last axes; the other axes broadcast."""
    ...


@required
def kron(x1: Tensor, x2: Tensor) -> Tensor:
    """Kronecker product, of any ranks; `shapes.kron_factors` returns the shapes to compute it with. For bools
    ``and``."""
    ...


@required
def correlate(x1: Tensor, x2: Tensor, mode: str) -> Tensor:
    """NumPy's cross-correlation of two non-empty sequences of inexact dtype. The mode is "valid", "same" or "full";
    `shapes.correlation_padding` returns the padding of each."""
    ...


@optional
def cdist(x: Tensor, y: Tensor) -> Tensor:
    """Euclidean distances of the rows (..., m, d) and (..., n, d), from their differences; the gradient at distance 0
    is 0."""
    ...
