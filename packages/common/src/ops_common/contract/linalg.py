"""Contract, family linalg. Operands are of inexact dtype; all axes before the last two are stacks of matrices.

Dtypes of fewer bits than float32 are computed in float32. Signs and phases are the same on every backend, see `eig`,
`qr` and `svd`. Where the values of a matrix allow no result, a kernel raises `LinAlgError` when it is called eagerly;
in a compiled function it may return NaN. Where a matrix has numbers that are not finite, `cholesky`, `eig`, `eigh`,
`lstsq`, `pinv` and `svd` raise `LinAlgError`; all others return an unspecified result.
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any


@required
def cholesky(x: Tensor, upper: bool) -> Tensor:
    """The lower triangle L with a positive diagonal for which ``L @ L^H`` is the Hermitian matrix, or its adjoint for
    ``upper``. Only x's lower triangle is read, and gradients are with respect to it. LinAlgError for a matrix that is
    not positive definite."""
    ...


@required
def det(x: Tensor) -> Tensor:
    """Determinants of square matrices."""
    ...


@required
def eig(x: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues of square matrices and, as columns, their eigenvectors, both complex. The values are sorted by their
    real parts, in units of the largest modulus times the root of epsilon, then by their imaginary parts. The vectors
    have length 1, and the first element with at least 0.99 times the modulus of the largest is real and positive."""
    ...


@required
def eigh(x: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues of Hermitian matrices, real and ascending, and, as columns, their eigenvectors, with lengths and
    phases as in `eig`. Only x's lower triangle is read, as in `cholesky`."""
    ...


@required
def inv(x: Tensor) -> Tensor:
    """Inverses of square matrices; LinAlgError for a singular one."""
    ...


@required
def lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Tensor:
    """The shortest vectors x that minimise the length of ``a @ x - b``, with small singular values treated as in
    `pinv`. Right-hand sides are vectors or matrices (`shapes.are_vectors`), and stacks broadcast."""
    ...


@required
def lu_factor(x: Tensor) -> tuple[Tensor, Tensor]:
    """L (below the diagonal, which is 1) and U (on and above it) of ``P @ x = L @ U`` in one matrix, and for each row
    in turn the row that it was exchanged with, int32, counted from 0. Singular and rectangular matrices are
    accepted."""
    ...


@optional
def norm(x: Tensor, ord: Any, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    """Real norms of vectors (one axis) or matrices (two). The order is None for the root of the sum of squares, over
    any number of axes; for vectors it is a float, for matrices "nuc", 1, -1, 2, -2, inf or -inf."""
    ...


@required
def pinv(x: Tensor, rcond: float | None) -> Tensor:
    """Pseudo-inverses, in which singular values up to rcond times the largest count as zero; None means the larger size
    times the epsilon of x's dtype. The gradient assumes a constant rank, and is finite for equal singular values."""
    ...


@required
def qr(x: Tensor, mode: str) -> tuple[Tensor, Tensor]:
    """Orthonormal columns Q and upper triangles R with ``Q @ R = x``; the diagonal of R is real and not negative. The
    mode is "reduced", or "complete" for a square Q."""
    ...


@required
def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    """Sign (of a complex matrix a number of modulus 1) and logarithm of the absolute value of the determinants of
    square matrices; the logarithm is real: 0 and minus infinity for a singular matrix."""
    ...


@required
def solve(a: Tensor, b: Tensor) -> Tensor:
    """The solutions x of ``a @ x = b`` for square a; LinAlgError for a singular one. Right-hand sides are vectors or
    matrices (`shapes.are_vectors`), and stacks broadcast."""
    ...


@required
def solve_triangular(a: Tensor, b: Tensor, lower: bool) -> Tensor:
    """As `solve`, reading only one triangle of a. A zero on its diagonal gives numbers that are not finite."""
    ...


@required
def svd(x: Tensor, full_matrices: bool, compute_uv: bool) -> Any:
    """Left singular vectors as columns, singular values, real and descending, and right singular vectors as the rows of
    an adjoint; or the values alone. A left vector's phase is as in `eig`, and the right one's is the corresponding
    phase. With ``full_matrices``, the complete `qr` of the existing vectors extends them to bases; each additional
    vector has a phase as in `eig`."""
    ...
