"""Identity, triangular, diagonal and Vandermonde matrices."""

from __future__ import annotations

from typing import Any

from ops._declaration import canonical_int, check_count, check_sizes, composite, primitive, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import DtypeLike, Operand, Size, Tensor
from ops.core import _static_shape as shape_of
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.creation.filling import ones_like
from ops.creation.ranges import arange
from ops.elementwise import equal, greater_equal, multiply, power
from ops.indexing import diagonal, get_item
from ops.manipulation import concatenate, expand_dims, flip, reshape
from ops_common.errors import ShapeError
from ops_common.shapes import Shape

__all__ = [
    "diag",
    "diagflat",
    "eye",
    "identity",
    "tri",
    "tril",
    "triu",
    "vander",
]


def _eye(N: Any, M: Any, k: int, dtype: str) -> tuple[Any, ...]:
    return *check_sizes((N, N if M is None else M)), canonical_int(k), dtype


@composite(canonical=_eye)
def eye(N: Size, M: Size | None = None, k: int = 0, dtype: DtypeLike = None) -> Tensor:
    """A matrix with ones on one diagonal and zeros elsewhere.

    Args:
        N: the number of rows.
        M: the number of columns; N for None.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.eye(2, 3, k=1, dtype="int32"))
        array([[0, 1, 0],
               [0, 0, 1]], dtype=int32)
    """
    return cast(equal(expand_dims(arange(k, N + k), 1), arange(M)), dtype)


@composite(canonical=_eye)
def tri(N: Size, M: Size | None = None, k: int = 0, dtype: DtypeLike = None) -> Tensor:
    """A matrix with ones at and below one diagonal and zeros above it.

    Args:
        N: the number of rows.
        M: the number of columns; N for None.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tri(2, 3, dtype="int32"))
        array([[1, 0, 0],
               [1, 1, 0]], dtype=int32)
    """
    return cast(greater_equal(expand_dims(arange(k, N + k), 1), arange(M)), dtype)


def _matrices(x: Any, k: int) -> Shape:
    if len(x.shape) < 2:
        raise ShapeError(f"x must have rank 2 or more; got shape {x.shape}")
    return x.shape


@primitive(dtype=rules.KEEP, shape=_matrices)
def tril(x: Operand, k: int = 0) -> Tensor:
    """The lower triangles of matrices: zeros above a diagonal.

    Args:
        x: a tensor of rank 2 or more; the last two axes are those of the matrices.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.

    Raises:
        ShapeError: the rank is lower than 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tril([[1, 2], [3, 4]]))
        array([[1, 0],
               [3, 4]], dtype=int32)
    """
    ...


@primitive(dtype=rules.KEEP, shape=_matrices)
def triu(x: Operand, k: int = 0) -> Tensor:
    """The upper triangles of matrices: zeros below a diagonal; see `tril`.

    Raises:
        ShapeError: the rank is lower than 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.triu([[1, 2], [3, 4]]))
        array([[1, 2],
               [0, 4]], dtype=int32)
    """
    ...


def _square(x: Any, k: int) -> Shape:
    size = None if x.shape[0] is None else x.shape[0] + max(k, -k)
    return (size, size)


@primitive(dtype=rules.KEEP, shape=_square, kernel="diag")
def _matrix(x: Operand, k: int) -> Tensor:
    """Returns a matrix with the elements of a tensor of rank 1 on a diagonal; implemented by the kernels."""
    ...


@composite(kernel=None)
def diag(x: Operand, k: int = 0) -> Tensor:
    """A diagonal of a matrix, or a square matrix with a given diagonal and zeros elsewhere.

    Args:
        x: a tensor of rank 2, whose diagonal is returned, or of rank 1, which becomes the diagonal of a matrix.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.

    Raises:
        ShapeError: the rank is neither 1 nor 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.diag([1, 2]))
        array([[1, 0],
               [0, 2]], dtype=int32)
        >>> ops.convert_to_numpy(ops.diag([[1, 2], [3, 4]], k=1))
        array([2], dtype=int32)
    """
    sizes = shape_of(x)
    if len(sizes) == 1:
        return _matrix(x, k)
    if len(sizes) != 2:
        raise ShapeError(f"x must have rank 1 or 2; got shape {sizes}")
    return diagonal(x, k, 0, 1)


@composite(kernel=None)
def diagflat(x: Operand, k: int = 0) -> Tensor:
    """A square matrix with the elements of x on a diagonal and zeros elsewhere.

    Args:
        x: a tensor; it is flattened.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.diagflat([[1, 2]], k=1))
        array([[0, 1, 0],
               [0, 0, 2],
               [0, 0, 0]], dtype=int32)
    """
    return _matrix(reshape(x, (-1,)), k)


@composite()
def identity(n: Size, dtype: DtypeLike = None) -> Tensor:
    """A square matrix with ones on the main diagonal and zeros elsewhere.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.identity(2, "int32"))
        array([[1, 0],
               [0, 1]], dtype=int32)
    """
    return eye(n, n, 0, dtype)


@reads()
def _column_count(x: Any, N: Any, increasing: bool) -> tuple[Any, ...]:
    return x, None if N is None else check_count(N, "N"), increasing


def _vander_shape(x: Any, N: Any, increasing: bool) -> Shape:
    if len(x.shape) != 1:
        raise ShapeError(f"x must have rank 1; got shape {x.shape}")
    return (x.shape[0], x.shape[0] if N is None else N if isinstance(N, int) else None)


@composite(dtype=rules.NUMBERS, canonical=_column_count, shape=_vander_shape)
def vander(x: Operand, N: Size | None = None, increasing: bool = False) -> Tensor:
    """The Vandermonde matrix of x: each row contains the powers of an element.

    Args:
        x: a tensor of rank 1; bools are treated as int32.
        N: the number of columns; the size of x for None.
        increasing: whether the powers increase from 0 to N - 1; by default they decrease to 0.

    Returns:
        A matrix of x's dtype with a row for each element.

    Raises:
        ShapeError: x does not have rank 1.
        ArgumentError: N is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.vander([2, 3], 3))
        array([[4, 2, 1],
               [9, 3, 1]], dtype=int32)
    """
    sizes = shape_of(x)
    if len(sizes) != 1:
        raise ShapeError(f"x must have rank 1; got shape {sizes}")
    columns = sizes_of(x)[0] if N is None else N
    if columns is None:
        raise ShapeError("the number of columns must be known: pass N, or an x of known size")
    table = _increasing_powers(x, columns)
    return table if increasing else flip(table, 1)


@composite(kernel="increasing_powers")
def _increasing_powers(x: Operand, columns: Size) -> Tensor:
    if not isinstance(columns, int):
        return power(expand_dims(x, 1), cast(arange(columns), dtype_of(x)))
    factor = expand_dims(x, 1)
    table = ones_like(factor)
    width = 1
    while width < columns:
        # Each step doubles the number of powers: it appends the table multiplied by x**width.
        table = concatenate([table, multiply(table, factor)], 1)
        factor = multiply(factor, factor)
        width *= 2
    return get_item(table, (slice(None), slice(0, columns)))
