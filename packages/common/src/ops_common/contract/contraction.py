"""Contract, family contraction. int8 operands of `matmul` and `einsum` come as int32; bools are possible: for them the
product is ``and``, the sum ``or``."""

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
    """Sum of products over pairs of axes, which come as two tuples of non-negative ints."""
    ...


@required
def einsum(subscripts: str, *operands: Tensor) -> Tensor:
    """Einstein sum with ``...``; the subscripts always have an explicit ``->`` and no blanks."""
    ...


@optional
def dot(x1: Tensor, x2: Tensor) -> Tensor:
    """NumPy's dot: a product for rank 0, else a sum over the last axis of x1 and the last but one of x2."""
    ...


@required
def vdot(x1: Tensor, x2: Tensor) -> Tensor:
    """Sum of products of all elements in order, the first operand's conjugated; for bools as in `matmul`."""
    ...


@optional
def cross_in_space(x1: Tensor, x2: Tensor) -> Tensor:
    """Cross products of vectors of 3 components, which lie along the last axes; the axes before broadcast."""
    ...


@required
def kron(x1: Tensor, x2: Tensor) -> Tensor:
    """Kronecker product, of any ranks; `shapes.kron_factors` has the shapes to compute it by. For bools ``and``."""
    ...


@required
def correlate(x1: Tensor, x2: Tensor, mode: str) -> Tensor:
    """NumPy's cross-correlation of two sequences of inexact dtype, neither of them empty. The mode is "valid", "same"
    or "full"; `shapes.correlation_padding` has the padding of each."""
    ...


@optional
def cdist(x: Tensor, y: Tensor) -> Tensor:
    """Euclidean distances of the rows (..., m, d) and (..., n, d), from their differences; the gradient of 0 is 0."""
    ...
