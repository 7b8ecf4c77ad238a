"""Shapes of decompositions and solutions of matrices."""

from __future__ import annotations

from typing import overload

from ops_common.errors import ShapeError
from ops_common.shapes.axes import D, Dim, Shape, with_size
from ops_common.shapes.broadcasting import broadcast

__all__ = [
    "UNEQUAL_VECTORS",
    "are_vectors",
    "could_be_matrices",
    "matrices",
    "qr",
    "smaller",
    "solution",
    "square",
    "square_matrices",
    "square_solution",
    "svd",
]


def matrices(shape: tuple[D, ...]) -> tuple[tuple[D, ...], D, D]:
    """Returns the axes before the last two, then rows and columns. Raises ShapeError for rank below 2."""
    if len(shape) < 2:
        raise ShapeError(f"matrices must have rank 2 or more; got shape {shape}")
    return shape[:-2], shape[-2], shape[-1]


def square(shape: tuple[D, ...]) -> tuple[D, ...]:
    """Returns the axes before the last two; raises ShapeError if these are not those of square matrices."""
    if len(shape) < 2 or (shape[-1] != shape[-2] and None not in shape[-2:]):
        raise ShapeError(f"matrices must be square; got shape {shape}")
    return shape[:-2]


def square_matrices(shape: Shape) -> Shape:
    """Returns the shape of square matrices, with both sizes known if one is; raises ShapeError if they are not
    square."""
    batch = square(shape)
    size = shape[-1] if shape[-2] is None else shape[-2]
    return (*batch, size, size)


def smaller(rows: Dim, columns: Dim) -> Dim:
    """Returns the smaller of both sizes, None if either is unknown."""
    return None if rows is None or columns is None else min(rows, columns)


# The error of right-hand sides that could be matrices, and are.
UNEQUAL_VECTORS = (
    "right-hand sides b of unknown sizes, with one axis less than the matrices a, are vectors, and must have the shape "
    "of a without its last axis; if they are matrices, pass ops.expand_dims(b, 0)"
)


def are_vectors(a: Shape, b: Shape) -> bool:
    """Returns whether the right-hand sides b of systems of equations with the matrices a are vectors: b has rank 1, or
    a's shape without its last axis. Otherwise they are matrices with a column for each vector."""
    return len(b) == 1 or (
        len(b) == len(a) - 1 and all(x == y or x is None or y is None for x, y in zip(a[:-1], b, strict=True))
    )


def could_be_matrices(a: Shape, b: Shape) -> bool:
    """Returns whether right-hand sides that are vectors by the sizes that are known could be matrices by the others."""
    if len(b) < 2 or None not in (*a[:-1], *b):
        return False
    try:
        broadcast(a[:-2], b[:-2])
    except ShapeError:
        return False
    return a[-2] is None or b[-2] is None or a[-2] == b[-2]


@overload
def solution(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]: ...


@overload
def solution(a: Shape, b: Shape) -> Shape: ...


def solution(a: Shape, b: Shape) -> Shape:
    """Returns the shape of the solutions x of ``a @ x = b``, with as many unknowns as a has columns."""
    batch, rows, columns = matrices(a)
    vectors = are_vectors(a, b)
    if not b:
        raise ShapeError("right-hand sides must have rank 1 or more; got a scalar")
    right = b if vectors else b[:-1]
    if right[-1] != rows and right[-1] is not None and rows is not None:
        raise ShapeError(f"matrices of shape {a} and right-hand sides of shape {b} do not have the same number of rows")
    return (*broadcast(batch, right[:-1]), columns, *(() if vectors else b[-1:]))


def square_solution(a: Shape, b: Shape) -> Shape:
    """Returns the shape of the solutions x of ``a @ x = b`` with square matrices, with as many unknowns as b has
    rows."""
    a = square_matrices(a)
    result = solution(a, b)
    at = len(result) - (1 if are_vectors(a, b) else 2)
    return with_size(result, at, b[-1] if are_vectors(a, b) else b[-2]) if result[at] is None else result


def svd(shape: Shape, full_matrices: bool) -> tuple[Shape, Shape, Shape]:
    """Returns the shapes of the left singular vectors, the singular values and the adjoint of the right singular
    vectors."""
    batch, rows, columns = matrices(shape)
    count = smaller(rows, columns)
    left, right = (rows, columns) if full_matrices else (count, count)
    return (*batch, rows, left), (*batch, count), (*batch, right, columns)


def qr(shape: Shape, mode: str) -> tuple[Shape, Shape]:
    """Returns the shapes of the orthonormal columns and of the triangle."""
    batch, rows, columns = matrices(shape)
    inner = smaller(rows, columns) if mode == "reduced" else rows
    return (*batch, rows, inner), (*batch, inner, columns)
