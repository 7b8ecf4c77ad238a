"""Decompositions of matrices: Cholesky, eigenvalues, LU, QR and singular values."""

from __future__ import annotations

from typing import Any

from ops._declaration import dtype_rules as rules
from ops._declaration import primitive, reads
from ops._declaration.roles import Operand, Tensor
from ops_common import shapes
from ops_common.errors import ArgumentError
from ops_common.shapes import Shape
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "cholesky",
    "eig",
    "eigh",
    "lu_factor",
    "qr",
    "svd",
]


def _square(x: Any, *rest: Any) -> Shape:
    return shapes.square_matrices(x.shape)


@primitive(dtype=rules.FLOATS, shape=_square)
def cholesky(x: Operand, upper: bool = False) -> Tensor:
    """The Cholesky factor of a Hermitian positive definite matrix: the lower triangular L with ``L @ L^H = x``.

    Args:
        x: a square matrix, or a stack of them. Only its lower triangle is read.
        upper: whether to return the adjoint of L, which is upper triangular.

    Returns:
        A tensor of x's shape, with a real positive diagonal, in the float dtype (integers in `floatx`).

    Raises:
        ShapeError: x is not a square matrix or a stack of them.
        LinAlgError: a matrix is not positive definite; in compiled functions see `ops.linalg`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cholesky([[4.0, 2.0], [2.0, 5.0]]))
        array([[2., 0.],
               [1., 2.]], dtype=float32)
    """
    ...


_COMPLEX = {"float64": "complex128", "complex128": "complex128"}


def _eigen(x: Any) -> tuple[SymbolicTensor, SymbolicTensor]:
    vectors = shapes.square_matrices(x.shape)
    dtype = _COMPLEX.get(x.dtype, "complex64")
    return SymbolicTensor(vectors[:-1], dtype), SymbolicTensor(vectors, dtype)


@primitive(dtype=rules.FLOATS, shape=_eigen)
def eig(x: Operand) -> tuple[Tensor, Tensor]:
    """The eigenvalues and eigenvectors of a square matrix; see `eigh` for a symmetric or Hermitian one.

    The gradient of an eigenvector exists where its eigenvalue differs from all others.

    Args:
        x: a square matrix, or a stack of them.

    Returns:
        (values, vectors), both complex128 for float64 and complex128, else complex64. The values are in ascending order
        of their real parts and, where these are equal up to rounding (the square root of epsilon, relative to the
        largest modulus), of their imaginary parts. The vectors are columns, in the same order; for lengths and phases
        see `ops.linalg`.

    Raises:
        ShapeError: x is not a square matrix or a stack of them.
        LinAlgError: x contains NaN or infinity.
        UnsupportedError: on backend openvino, which has no complex dtype.

    Example:
        >>> import ops
        >>> ops.shape(ops.eig(ops.SymbolicTensor((3, 3)))[0])
        (3,)
    """
    ...


def _hermitian(x: Any) -> tuple[SymbolicTensor, SymbolicTensor]:
    vectors = shapes.square_matrices(x.shape)
    return SymbolicTensor(vectors[:-1], rules.MODULUS.result_dtype(x.dtype)), SymbolicTensor(vectors, x.dtype)


@primitive(dtype=rules.FLOATS, shape=_hermitian)
def eigh(x: Operand) -> tuple[Tensor, Tensor]:
    """The eigenvalues and eigenvectors of a symmetric or Hermitian matrix.

    The gradient of an eigenvector exists where its eigenvalue differs from all others.

    Args:
        x: a square matrix, or a stack of them. Only its lower triangle is read.

    Returns:
        (values, vectors). The values are real and in ascending order. The vectors are columns, in the same order and in
        the float dtype (integers in `floatx`); for their signs see `ops.linalg`.

    Raises:
        ShapeError: x is not a square matrix or a stack of them.
        LinAlgError: its lower triangle contains NaN or infinity.
        UnsupportedError: in a traced function on backend openvino.

    Example:
        >>> import ops
        >>> values, vectors = ops.eigh([[2.0, 0.0], [0.0, 1.0]])
        >>> ops.convert_to_numpy(values)
        array([1., 2.], dtype=float32)
    """
    ...


def _lu(x: Any) -> tuple[SymbolicTensor, SymbolicTensor]:
    batch, rows, columns = shapes.matrices(x.shape)
    return SymbolicTensor(x.shape, x.dtype), SymbolicTensor((*batch, shapes.smaller(rows, columns)), "int32")


@primitive(dtype=rules.FLOATS, shape=_lu)
def lu_factor(x: Operand) -> tuple[Tensor, Tensor]:
    """The LU decomposition of a matrix with partial pivoting: ``P @ x = L @ U``.

    Args:
        x: a matrix, or a stack of them; it may be rectangular or singular.

    Returns:
        (lu, pivots). lu holds U on and above the diagonal, and L, whose diagonal is 1, below it; it has x's shape and
        the float dtype (integers in `floatx`). pivots, int32, holds for each row the index, from 0, of the row that it
        was exchanged with: the row itself or a later one. In a complex matrix, the pivot is the element with the
        largest sum of absolute real and imaginary part.

    Raises:
        ShapeError: x has rank below 2.

    Example:
        >>> import ops
        >>> lu, pivots = ops.lu_factor([[1.0, 3.0], [2.0, 4.0]])
        >>> ops.convert_to_numpy(lu)
        array([[2. , 4. ],
               [0.5, 1. ]], dtype=float32)
        >>> ops.convert_to_numpy(pivots)
        array([1, 1], dtype=int32)
    """
    ...


@reads()
def _mode(x: Any, mode: Any) -> tuple[Any, ...]:
    if mode not in ("reduced", "complete"):
        raise ArgumentError(f"mode must be 'reduced' or 'complete'; got {mode!r}")
    return x, mode


@primitive(dtype=rules.FLOATS, shape=lambda x, mode: shapes.qr(x.shape, mode), canonical=_mode)
def qr(x: Operand, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    """The QR decomposition of a matrix: ``x = Q @ R`` with orthonormal columns of Q and upper triangular R.

    Args:
        x: a matrix (rows, columns), or a stack of them.
        mode: "reduced": Q has as many columns, and R as many rows, as the smaller size; "complete": Q is square, and
            its additional columns are a basis of the orthogonal complement of the others.

    Returns:
        (Q, R), in the float dtype (integers in `floatx`). R's diagonal is real and not negative. Gradients assume
        linearly independent columns; for a wide matrix, only the first columns, as many as rows, must be independent.

    Raises:
        ShapeError: x has rank below 2.
        ArgumentError: the mode is unknown.

    Example:
        >>> import ops
        >>> q, r = ops.qr([[0.0, 2.0], [-1.0, 3.0]])
        >>> ops.convert_to_numpy(ops.round(r, 4) + 0.0)
        array([[ 1., -3.],
               [ 0.,  2.]], dtype=float32)
    """
    ...


def _singular(x: Any, full_matrices: bool, compute_uv: bool) -> Any:
    left, values, right = shapes.svd(x.shape, full_matrices)
    spec = SymbolicTensor(values, rules.MODULUS.result_dtype(x.dtype))
    return (SymbolicTensor(left, x.dtype), spec, SymbolicTensor(right, x.dtype)) if compute_uv else spec


@primitive(dtype=rules.FLOATS, shape=_singular)
def svd(x: Operand, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The singular value decomposition of a matrix: ``x = U @ diag(s) @ Vh``.

    The gradient of the vectors exists where all singular values are distinct. For full matrices, it assumes that the
    additional vectors do not rotate within the space that they span.

    Args:
        x: a matrix (rows, columns), or a stack of them.
        full_matrices: whether U and Vh are square; otherwise U has as many columns, and Vh as many rows, as the smaller
            size.
        compute_uv: whether to return the vectors.

    Returns:
        (U, s, Vh), or s alone. s is real and in descending order; the columns of U are the left vectors, the rows of Vh
        the adjoints of the right vectors, both in the float dtype (integers in `floatx`). For their signs see
        `ops.linalg`.

    Raises:
        ShapeError: x has rank below 2.
        LinAlgError: x contains NaN or infinity.
        UnsupportedError: in a traced function on backend openvino.

    Example:
        >>> import ops
        >>> u, s, vh = ops.svd([[0.0, 2.0], [-1.0, 0.0]])
        >>> ops.convert_to_numpy(s)
        array([2., 1.], dtype=float32)
    """
    ...
