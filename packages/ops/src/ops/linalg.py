"""Family linalg, and the module `ops.linalg`: linear algebra of matrices, and of stacks of them.

**Conventions.** Signs, phases and orders of decompositions are not unique, and frameworks differ in them. Here they are
fixed, the same on every backend, and gradients take them into account:

* the diagonal of R in a QR decomposition is real and not negative;
* eigenvectors and singular vectors have length 1; in each eigenvector and left singular vector, the first element
  whose modulus is at least 0.99 of the largest modulus is real and positive;
* eigenvalues of Hermitian matrices are in ascending order, singular values in descending order; eigenvalues of other
  matrices are sorted by their real and then by their imaginary parts.

Vectors of equal eigenvalues or singular values, and of singular values of 0, are not unique.

**Invalid matrices.** In eager calls, `inv` and `solve` raise `LinAlgError` for a singular matrix, and `cholesky` for a
matrix that is not positive definite. `cholesky`, `eig`, `eigh`, `svd` and the functions that use singular values raise
it for NaN or infinity; other functions return an unspecified result without an error. In compiled functions, JAX and
OpenVINO cannot raise errors that depend on values, and return NaN or infinity; so does JAX in functions that are
differentiated or mapped. TensorFlow and PyTorch raise an error of their own there.
"""

from __future__ import annotations

import math
import numbers
from typing import Any

from ops._declaration import canonical_axis, composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Operand, Tensor
from ops.contraction import matmul
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.core import shape as shape_of
from ops.creation import ones_like, tril, triu
from ops.elementwise import abs as absolute
from ops.elementwise import add, conj, equal, greater, imag, multiply, power, real, sqrt, square, where
from ops.indexing import get_item
from ops.manipulation import moveaxis, swapaxes
from ops.reduction import amax, amin, narrowed, widened
from ops.reduction import sum as reduce_sum
from ops.transform import jvp
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.shapes import Shape
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eig",
    "eigh",
    "inv",
    "jvp",
    "lstsq",
    "lu_factor",
    "matrix_rank",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
]


def _square(x: Any, *rest: Any) -> Shape:
    shapes.square(x.shape)
    return x.shape


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


@composite(dtype=rules.FLOATS)
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


@primitive(dtype=rules.FLOATS, shape=lambda x: shapes.square(x.shape))
def det(x: Operand) -> Tensor:
    """The determinant of a matrix; see `slogdet` if it may overflow or underflow.

    Args:
        x: a square matrix, or a stack of them.

    Returns:
        A tensor of the stack's shape, in the float dtype (integers in `floatx`).

    Raises:
        ShapeError: x is not a square matrix or a stack of them.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.det([[2.0, 0.0], [1.0, 3.0]])))
        6.0
    """
    ...


_COMPLEX = {"float64": "complex128", "complex128": "complex128"}


def _eigen(x: Any) -> tuple[SymbolicTensor, SymbolicTensor]:
    shapes.square(x.shape)
    dtype = _COMPLEX.get(x.dtype, "complex64")
    return SymbolicTensor(x.shape[:-1], dtype), SymbolicTensor(x.shape, dtype)


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
    shapes.square(x.shape)
    return SymbolicTensor(x.shape[:-1], rules.MODULUS.answer(x.dtype)), SymbolicTensor(x.shape, x.dtype)


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


@composite(dtype=rules.FLOATS, kernel=None, fused=False)  # fused, JAX could not raise for a matrix that is not finite
def matrix_rank(x: Operand, tol: float | None = None) -> Tensor:
    """The rank of a matrix: the number of its singular values that count as nonzero.

    Args:
        x: a matrix, or a stack of them.
        tol: singular values up to this count as zero; by default the largest singular value times the larger size times
            the epsilon of the dtype.

    Returns:
        A tensor of the stack's shape, int32.

    Raises:
        ShapeError: x has rank below 2.
        LinAlgError: x contains NaN or infinity.
        UnsupportedError: in a traced function on backend openvino.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.matrix_rank([[1.0, 2.0], [2.0, 4.0]])))
        1
    """
    values = svd(x, False, False)
    limit: Any = tol
    if tol is None:
        sizes = [size for size in shape_of(x)[-2:] if size is not None]
        if len(sizes) < 2 and not isinstance(x, SymbolicTensor):
            raise ShapeError(f"the sizes of the matrices must be known, or tol given; got shape {shape_of(x)}")
        part = dtypes.epsilon(dtype_of(values)) * sorted([1, *sizes])[-1]
        limit = multiply(get_item(values, (..., slice(0, 1))), part)
    return reduce_sum(cast(greater(values, limit), "int32"), -1)


_VECTORS_ORDER = "the order of a vector norm is a number or None"
_MATRIX_ORDERS = ("nuc", 1, -1, 2, -2, math.inf, -math.inf)


def _norm(x: Any, ord: Any, axis: Any, keepdims: Any) -> tuple[Any, ...]:
    """Returns canonical arguments: the axes as a tuple, and None for an order that is a sum of squares."""
    rank = len(getattr(x, "shape", ()))
    if not (ord is None or isinstance(ord, (str, numbers.Real))):
        raise ArgumentTypeError(f"ord is a number, 'fro', 'nuc' or None; got {ord!r}")
    axes = shapes.normalize_axes(canonical_axis(axis), rank)
    if axis is None and ord is None:
        return x, None, axes, keepdims
    if len(axes) not in (1, 2):
        raise ShapeError(
            f"a norm is that of vectors (one axis) or of matrices (two axes); got axis {axis}, rank {rank}"
        )
    if len(axes) == 1:
        if isinstance(ord, str):
            raise ArgumentError(f"{_VECTORS_ORDER}; got {ord!r}")
        return x, None if ord is None or ord == 2 else float(ord), axes, keepdims
    if ord is None or ord == "fro":
        return x, None, axes, keepdims
    if ord not in _MATRIX_ORDERS:
        raise ArgumentError(f"the order of a matrix norm is 'fro', 'nuc', 1, -1, 2, -2, inf, -inf or None; got {ord!r}")
    return x, ord, axes, keepdims


@composite(dtype=rules.FLOATS, canonical=_norm)
def norm(x: Operand, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The norm of vectors or matrices.

    Args:
        x: numbers; float16 and bfloat16 are summed in float32.
        ord: the order. For vectors: a number p, ``sum(abs(x)**p)**(1/p)``; 0, the number of nonzero elements; inf and
            -inf, the largest and the smallest modulus; None, the same as 2. For matrices: None and "fro", the square
            root of the sum of squares; "nuc", the sum of singular values; 2 and -2, the largest and smallest singular
            value; 1 and -1, the largest and smallest sum of moduli over a column; inf and -inf, over a row.
        axis: the axis of the vectors, or the two axes of the matrices, rows first. None for all of x: x may then have
            any rank if ord is None, and otherwise rank 1 or 2.
        keepdims: whether to keep the reduced axes, with size 1.

    Returns:
        A real tensor in the float dtype (integers in `floatx`). At 0 the gradient of a root of a sum is 0.

    Raises:
        ShapeError: an axis is out of bounds or repeated, or the number of axes is neither 1 nor 2.
        ArgumentError: the order is not defined for vectors, or for matrices.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.norm([3.0, 4.0])))
        5.0
        >>> ops.convert_to_numpy(ops.norm([[3.0, -4.0], [0.0, 2.0]], ord=1, axis=1))
        array([7., 2.], dtype=float32)
    """
    wide = widened(x)
    axes: Any = axis
    if ord is None:
        squares = add(square(real(wide)), square(imag(wide))) if dtypes.is_complex(dtype_of(x)) else square(wide)
        return narrowed(_root(reduce_sum(squares, axes, keepdims), None), x)
    if len(axes) == 1:
        return narrowed(_of_vectors(absolute(wide), ord, axes[0], keepdims), x)
    return narrowed(_of_matrices(wide, ord, axes, keepdims), x)


def _root(total: Any, p: float | None) -> Any:
    """Returns the p-th root of a sum of powers, the square root for None. Its gradient at 0, which would be infinite,
    is 0."""
    zero = equal(total, 0.0)
    base = where(zero, 1.0, total)
    return where(zero, 0.0 if p is None or p > 0 else math.inf, sqrt(base) if p is None else power(base, 1.0 / p))


def _of_vectors(size: Any, p: float, axis: int, keepdims: bool) -> Any:
    if p == math.inf:
        return amax(size, axis, keepdims)
    if p == -math.inf:
        return amin(size, axis, keepdims)
    if p == 0:
        return reduce_sum(cast(greater(size, 0.0), dtype_of(size)), axis, keepdims)
    if p == 1:
        return reduce_sum(size, axis, keepdims)
    # The gradient of a power at 0, which may be infinite, is also set to 0.
    zero = equal(size, 0.0)
    powers = where(zero, 0.0 if p > 0 else math.inf, power(where(zero, 1.0, size), p))
    return _root(reduce_sum(powers, axis, keepdims), p)


def _of_matrices(x: Any, ord: Any, axes: tuple[int, int], keepdims: bool) -> Any:
    if ord in ("nuc", 2, -2):
        values = svd(moveaxis(x, axes, (-2, -1)), False, False)
        if ord == "nuc":
            found = reduce_sum(values, -1)
        else:
            found = amax(values, -1) if ord == 2 else amin(values, -1)
        if not keepdims:
            return found
        index: list[Any] = [None if i in axes else slice(None) for i in range(len(shape_of(x)))]
        return get_item(found, tuple(index))
    rows, columns = axes
    summed, kept = (rows, columns) if ord in (1, -1) else (columns, rows)
    sums = reduce_sum(absolute(x), summed, True)
    found = amax(sums, kept, True) if ord > 0 else amin(sums, kept, True)
    if keepdims:
        return found
    return get_item(found, tuple(0 if i in axes else slice(None) for i in range(len(shape_of(x)))))


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


def _mode(x: Any, mode: Any) -> tuple[Any, ...]:
    if mode not in ("reduced", "complete"):
        raise ArgumentError(f"mode is 'reduced' or 'complete'; got {mode!r}")
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


def _sign_and_logarithm(x: Any) -> tuple[SymbolicTensor, SymbolicTensor]:
    batch = shapes.square(x.shape)
    return SymbolicTensor(batch, x.dtype), SymbolicTensor(batch, rules.MODULUS.answer(x.dtype))


@primitive(dtype=rules.FLOATS, shape=_sign_and_logarithm)
def slogdet(x: Operand) -> tuple[Tensor, Tensor]:
    """The sign and the logarithm of the absolute value of a determinant, which itself may overflow or underflow.

    Args:
        x: a square matrix, or a stack of them.

    Returns:
        (sign, logabsdet). The sign is in the float dtype (integers in `floatx`): 1, -1, or 0 for a singular matrix; a
        complex number of modulus 1 for a complex matrix. logabsdet is real; it is minus infinity for a singular matrix.

    Raises:
        ShapeError: x is not a square matrix or a stack of them.

    Example:
        >>> import ops
        >>> sign, logabsdet = ops.slogdet([[0.0, 1.0], [1.0, 0.0]])
        >>> float(ops.convert_to_numpy(sign)), float(ops.convert_to_numpy(logabsdet))
        (-1.0, 0.0)
    """
    ...


@composite(dtype=rules.FLOATS, kernel=None)
def logdet(x: Operand) -> Tensor:
    """The logarithm of the absolute value of a determinant: the second output of `slogdet`.

    Args:
        x: a square matrix, or a stack of them.

    Returns:
        A real tensor of the shape of the stack (integers in `floatx`); minus infinity for a singular matrix.

    Raises:
        ShapeError: x is not a square matrix or a stack of them.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.logdet([[0.0, 1.0], [1.0, 0.0]])))
        0.0
    """
    return slogdet(x)[1]


def _solution(a: Any, b: Any, *rest: Any) -> Shape:
    shapes.square(a.shape)
    return shapes.solution(a.shape, b.shape)


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


def _singular(x: Any, full_matrices: bool, compute_uv: bool) -> Any:
    left, values, right = shapes.svd(x.shape, full_matrices)
    found = SymbolicTensor(values, rules.MODULUS.answer(x.dtype))
    return (SymbolicTensor(left, x.dtype), found, SymbolicTensor(right, x.dtype)) if compute_uv else found


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
