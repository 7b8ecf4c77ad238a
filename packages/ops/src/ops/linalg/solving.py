"""Solutions of systems of linear equations, and inverses."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.contraction import matmul
from ops.core import _static_shape as shape_of
from ops.creation import ones_like, tril, triu
from ops.elementwise import conj
from ops.linalg.decompositions import _square
from ops.manipulation import swapaxes
from ops.reduction import narrowed, widened
from ops_common import shapes
from ops_common.shapes import Shape

__all__ = [
    "cholesky_inverse",
    "inv",
    "lstsq",
    "pinv",
    "solve",
    "solve_triangular",
]


@composite(dtype=rules.FLOATS, shape=_square)
def cholesky_inverse(x: Operand, upper: bool = False) -> Tensor:
    """The inverse of a matrix, from the matrix's Cholesky factor.

    Args:
        x: the factor, as returned by `cholesky`. The other triangle is not read.
        upper: whether the factor is upper triangular.

    Returns:
        A tensor of x's shape, in the float dtype (integers in `floatx`).

    Raises:
        ShapeError: x is not a square matrix or a stack of them.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cholesky_inverse([[2.0, 0.0], [1.0, 1.0]]))
        array([[ 0.5, -0.5],
               [-0.5,  1. ]], dtype=float32)
    """
    shapes.square(shape_of(x))
    triangle = widened(x)
    identity = triu(tril(ones_like(triangle)))  # works for unknown sizes
    inverse = solve_triangular(triangle, identity, not upper)
    adjoint = conj(swapaxes(inverse, -1, -2))
    return narrowed(matmul(inverse, adjoint) if upper else matmul(adjoint, inverse), x)


@primitive(dtype=rules.FLOATS, shape=_square)
def inv(x: Operand) -> Tensor:
    """The inverse of a matrix. To solve systems of equations, `solve` is more accurate and faster.

    Args:
        x: a square matrix, or a stack of them.

    Returns:
        A tensor of x's shape, in the float dtype (integers in `floatx`).

    Raises:
        ShapeError: x is not a square matrix or a stack of them.
        LinAlgError: a matrix is singular; in compiled functions see `ops.linalg`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.inv([[2.0, 0.0], [0.0, 4.0]]))
        array([[0.5 , 0.  ],
               [0.  , 0.25]], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=lambda a, b, rcond: shapes.solution(a.shape, b.shape))
def lstsq(a: Operand, b: Operand, rcond: float | None = None) -> Tensor:
    """The least-squares solution x, which minimises the norm of ``a @ x - b``; of several, the one of smallest norm.

    Args:
        a: a matrix (rows, columns), or a stack of them.
        b: right-hand sides, as in `solve`.
        rcond: singular values up to this fraction of the largest count as zero; by default the larger size times the
            epsilon of the dtype.

    Returns:
        A tensor of b's shape with columns in place of rows, in the float dtype that both promote to.

    Raises:
        ShapeError: the shapes do not fit.
        LinAlgError: a contains NaN or infinity.
        UnsupportedError: in a traced function on backend openvino.

    Example:
        >>> import ops
        >>> x = ops.lstsq([[1.0, 0.0], [1.0, 0.0], [0.0, 2.0]], [1.0, 3.0, 2.0])
        >>> ops.convert_to_numpy(ops.round(x, 4))
        array([2., 1.], dtype=float32)
    """
    ...


def _transposed(x: Any, rcond: Any) -> Shape:
    batch, rows, columns = shapes.matrices(x.shape)
    return (*batch, columns, rows)


@primitive(dtype=rules.FLOATS, shape=_transposed)
def pinv(x: Operand, rcond: float | None = None) -> Tensor:
    """The Moore-Penrose pseudo-inverse of a matrix, computed by the singular value decomposition.

    Args:
        x: a matrix (rows, columns), or a stack of them.
        rcond: singular values up to this fraction of the largest count as zero; by default the larger size times the
            epsilon of the dtype.

    Returns:
        Matrices (columns, rows), in the float dtype (integers in `floatx`). The gradient assumes a constant rank.

    Raises:
        ShapeError: x has rank below 2.
        LinAlgError: x contains NaN or infinity.
        UnsupportedError: in a traced function on backend openvino.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.round(ops.pinv([[2.0, 0.0], [0.0, 0.0], [0.0, 4.0]]), 4))
        array([[0.5 , 0.  , 0.  ],
               [0.  , 0.  , 0.25]], dtype=float32)
    """
    ...


def _solution(a: Any, b: Any, *rest: Any) -> Shape:
    return shapes.square_solution(a.shape, b.shape)


@primitive(dtype=rules.FLOATS, shape=_solution)
def solve(a: Operand, b: Operand) -> Tensor:
    """The solution x of the system of linear equations ``a @ x = b``.

    Args:
        a: a square matrix, or a stack of them.
        b: right-hand sides. If b has rank 1, or the shape of a without its last axis, they are vectors; otherwise they
            are the columns of matrices. Stacks broadcast.

    Returns:
        A tensor of b's shape (except for the broadcast stacks), in the float dtype that both promote to.

    Raises:
        ShapeError: a is not a square matrix or a stack of them, or the shapes do not fit.
        LinAlgError: a matrix is singular; in compiled functions see `ops.linalg`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.solve([[2.0, 0.0], [0.0, 4.0]], [1.0, 1.0]))
        array([0.5 , 0.25], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_solution)
def solve_triangular(a: Operand, b: Operand, lower: bool = False) -> Tensor:
    """The solution x of ``a @ x = b`` for a triangular matrix a.

    Args:
        a: a square matrix, or a stack of them, of which one triangle is read.
        b: right-hand sides, as in `solve`.
        lower: whether a is lower triangular.

    Returns:
        A tensor of b's shape (except for the broadcast stacks), in the float dtype that both promote to. A zero on the
        diagonal gives infinities and NaN, as division by zero does.

    Raises:
        ShapeError: a is not a square matrix or a stack of them, or the shapes do not fit.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.solve_triangular([[2.0, 0.0], [1.0, 4.0]], [2.0, 5.0], lower=True))
        array([1., 1.], dtype=float32)
    """
    ...
