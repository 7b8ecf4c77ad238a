"""Linear algebra with NumPy alone, for backends whose tensors are in host memory, and the conventions of all backends.

LAPACK leaves signs and phases open; the rules here define them for every backend.
"""

from __future__ import annotations

import cmath
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ops_common import dtypes, shapes
from ops_common.errors import LinAlgError

Array = Any

# The first element whose modulus is at least this fraction of the largest modulus is made positive. The fraction is
# less than 1, so that rounding does not decide between equal elements.
NEARLY = 0.99

SINGULAR = "a matrix is singular"
NOT_POSITIVE = "a matrix is not positive definite"
NOT_FINITE = "a matrix has numbers that are not finite, or the iteration did not converge"

_NATIVE = frozenset("fdFD")
_TINY = 1 << 12  # rows * columns * steps up to which a loop over Python numbers takes less time than NumPy's calls
_BLOCK = 32  # triangles up to this many columns are solved row by row


def cutoff(rcond: float | None, rows: int, columns: int, dtype: str) -> float:
    """Returns the fraction of the largest singular value up to which others count as zero."""
    return max(rows, columns) * dtypes.epsilon(dtype) if rcond is None else rcond


@functools.lru_cache(maxsize=256)  # a dtype computes its name at each call
def relative_cutoff(rcond: float | None, rows: int, columns: int, dtype: Any) -> float:
    """Returns `cutoff` for matrices of a dtype of NumPy."""
    return cutoff(rcond, rows, columns, dtype.name)


def _working(x: Array) -> Array:
    return x if x.dtype.char in _NATIVE else x.astype(np.float32)


def _real(dtype: Any) -> Any:
    return np.dtype(dtype.char.lower()) if dtype.kind == "c" else dtype


def _adjoint(x: Array) -> Array:
    return np.swapaxes(x, -1, -2).conj()


def _checked_call(call: Callable[[], Any], check: Callable[..., Any], message: str, *operands: Array) -> Any:
    """Returns NumPy's result. NumPy raises the same error for shapes and for values; the check distinguishes them."""
    try:
        return call()
    except np.linalg.LinAlgError:
        check(*(x.shape for x in operands))
    raise LinAlgError(message)


def _finite_call(call: Callable[[], Any], x: Array) -> Any:
    """Returns NumPy's result, for finite matrices only: given infinity, LAPACK may not terminate."""
    if not _is_finite(x):
        shapes.matrices(x.shape)
        raise LinAlgError(NOT_FINITE)
    return _checked_call(call, shapes.matrices, NOT_FINITE, x)


def _is_finite(x: Array) -> bool:
    # If the sum of the squares is finite, so are all numbers. A product is the shortest call that reads them all.
    return cmath.isfinite(np.vdot(x, x)) or np.count_nonzero(np.isfinite(x)) == x.size


def _phase_factors(x: Array) -> Array:
    """Returns the factors that make the leading element of each column real and positive."""
    if not x.size:
        return np.ones((*x.shape[:-2], 1, x.shape[-1]), x.dtype)
    size = np.abs(x)
    first = (size >= NEARLY * np.maximum.reduce(size, -2, keepdims=True)).argmax(-2)
    if x.ndim == 2:
        lead = x[first, np.arange(x.shape[-1])][None]
    else:
        lead = np.take_along_axis(x, first[..., None, :], -2)
    if x.dtype.kind != "c":
        return np.copysign(x.dtype.type(1), lead)
    return lead.conj() / np.abs(lead)


def cholesky(x: Array, upper: bool) -> Array:
    factor = _checked_call(lambda: np.linalg.cholesky(_working(x)), shapes.square, NOT_POSITIVE, x)
    if cmath.isnan(np.vdot(factor, factor)):
        raise LinAlgError(NOT_POSITIVE)
    return (_adjoint(factor) if upper else factor).astype(x.dtype, copy=False)


def det(x: Array) -> Array:
    return np.asarray(np.linalg.det(_working(x))).astype(x.dtype, copy=False)


def slogdet(x: Array) -> tuple[Array, Array]:
    sign, logarithm = np.linalg.slogdet(_working(x))
    return np.asarray(sign).astype(x.dtype, copy=False), np.asarray(logarithm).astype(_real(x.dtype), copy=False)


def eig(x: Array) -> tuple[Array, Array]:
    x = _working(x)
    values, vectors = _checked_call(lambda: np.linalg.eig(x), shapes.square, NOT_FINITE, x)
    native = np.result_type(x.dtype, np.complex64)
    values, vectors = values.astype(native, copy=False), vectors.astype(native, copy=False)
    order = _order(values)
    if x.ndim == 2:
        values, vectors = values[order], vectors[:, order]
    else:
        values = np.take_along_axis(values, order, -1)
        vectors = np.take_along_axis(vectors, order[..., None, :], -1)
    return values, vectors * _phase_factors(vectors)


def _order(values: Array) -> Array:
    if not values.size:
        return np.zeros(values.shape, np.intp)
    unit = np.maximum.reduce(np.abs(values), -1, keepdims=True) * _root_of_epsilon(values.dtype)
    unit[unit == 0] = 1
    return np.lexsort((values.imag, np.rint(values.real / unit)), -1)


@functools.cache
def _root_of_epsilon(dtype: Any) -> Any:
    return np.sqrt(np.finfo(dtype).eps)


def eigh(x: Array) -> tuple[Array, Array]:
    shapes.square(x.shape)
    # The upper triangle may have any numbers.
    values, vectors = _finite_call(lambda: np.linalg.eigh(_working(x)), x if _is_finite(x) else np.tril(x))
    vectors *= _phase_factors(vectors)
    return values.astype(_real(x.dtype), copy=False), vectors.astype(x.dtype, copy=False)


def inv(x: Array) -> Array:
    inverse = _solve_call(lambda: np.linalg.inv(_working(x)), x, x)
    return inverse.astype(x.dtype, copy=False)


def _solve_call(call: Callable[[], Array], a: Array, b: Array) -> Array:
    """Returns NumPy's result; NaN where NaN in the matrix led to a wrong choice of pivots."""
    try:
        return _checked_call(call, _solvable, SINGULAR, a, b)
    except LinAlgError:
        if np.isfinite(a).all() and np.isfinite(b).all():
            raise
    return np.full(shapes.solution(a.shape, b.shape), np.nan, b.dtype)  # type: ignore[arg-type]  # known sizes


def solve(a: Array, b: Array) -> Array:
    if shapes.are_vectors(a.shape, b.shape):
        return solve(a, b[..., None])[..., 0]
    solution = _solve_call(lambda: np.linalg.solve(_working(a), _working(b)), a, b)
    return solution.astype(a.dtype, copy=False)


def _solvable(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    shapes.square(a)
    shapes.solution(a, b)


def solve_triangular(a: Array, b: Array, lower: bool) -> Array:
    _solvable(a.shape, b.shape)
    if shapes.are_vectors(a.shape, b.shape):
        return solve_triangular(a, b[..., None], lower)[..., 0]
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    x = np.broadcast_to(_working(b), (*batch, *b.shape[-2:])).copy()
    with np.errstate(all="ignore"):
        if lower:
            _substitute(_working(a), x, False)
        else:  # in reverse order, it is a lower triangle
            _substitute(_working(a)[..., ::-1, ::-1], x[..., ::-1, :], False)
    return x.astype(b.dtype, copy=False)


def _substitute(a: Array, x: Array, unit: bool) -> None:
    """Solves with the lower triangle a in place; recursive halving leaves most of the work to matrix products."""
    n = a.shape[-1]
    if n > _BLOCK:
        half = n // 2
        _substitute(a[..., :half, :half], x[..., :half, :], unit)
        x[..., half:, :] -= a[..., half:, :half] @ x[..., :half, :]
        _substitute(a[..., half:, half:], x[..., half:, :], unit)
        return
    if a.ndim == x.ndim == 2:  # indexing takes half the time
        for i, row in enumerate(a):
            if i:
                x[i] -= row[:i] @ x[:i]
            if not unit:
                x[i] /= row[i]
        return
    for i in range(n):
        if i:
            x[..., i : i + 1, :] -= a[..., i : i + 1, :i] @ x[..., :i, :]
        if not unit:
            x[..., i, :] /= a[..., i, i, None]


def pinv(x: Array, rcond: float | None) -> Array:
    _, rows, columns = shapes.matrices(x.shape)
    limit = relative_cutoff(rcond, rows, columns, x.dtype)  # type: ignore[arg-type]  # known sizes
    inverse = _finite_call(lambda: np.linalg.pinv(_working(x), limit), x)
    return inverse.astype(x.dtype, copy=False)


def lstsq(a: Array, b: Array, rcond: float | None) -> Array:
    shapes.solution(a.shape, b.shape)
    if shapes.are_vectors(a.shape, b.shape):
        return lstsq(a, b[..., None], rcond)[..., 0]
    if a.ndim > 2 or b.ndim > 2 or not a.size or not b.size:
        return (_working(pinv(a, rcond)) @ _working(b)).astype(b.dtype, copy=False)
    limit = relative_cutoff(rcond, a.shape[0], a.shape[1], a.dtype)
    solution = _finite_call(lambda: np.linalg.lstsq(_working(a), _working(b), limit), a)[0]
    return solution.astype(b.dtype, copy=False)


def qr(x: Array, mode: str) -> tuple[Array, Array]:
    shapes.matrices(x.shape)
    q, r = np.linalg.qr(_working(x), mode)  # type: ignore[call-overload]  # "reduced" or "complete"
    # LAPACK's diagonal is real.
    sign = np.where(np.real(np.diagonal(r, axis1=-2, axis2=-1)) < 0, r.dtype.type(-1), r.dtype.type(1))
    count = sign.shape[-1]
    q[..., :count] *= sign[..., None, :]
    r[..., :count, :] *= sign[..., :, None]
    return q.astype(x.dtype, copy=False), r.astype(x.dtype, copy=False)


def svd(x: Array, full_matrices: bool, compute_uv: bool) -> Any:
    shapes.matrices(x.shape)
    real = _real(x.dtype)
    if not compute_uv:
        values = _finite_call(lambda: np.linalg.svd(_working(x), compute_uv=False), x)
        return values.astype(real, copy=False)
    # A single additional vector is the same whatever completes the basis, except for its phase.
    rows, columns = x.shape[-2:]
    one_more = full_matrices and abs(rows - columns) == 1 and min(rows, columns) > 0
    u, values, vh = _finite_call(lambda: np.linalg.svd(_working(x), full_matrices=one_more), x)
    turned = _phase_factors(u)
    u *= turned
    if one_more:
        if rows < columns:
            vh[..., rows:, :] *= _adjoint(_phase_factors(_adjoint(vh[..., rows:, :])))
        common = min(rows, columns)
        vh[..., :common, :] *= _adjoint(turned[..., :common])
        return u.astype(x.dtype, copy=False), values.astype(real, copy=False), vh.astype(x.dtype, copy=False)
    vh *= _adjoint(turned)
    if full_matrices and x.shape[-2] > x.shape[-1]:
        u = _completed(u)
    elif full_matrices and x.shape[-2] < x.shape[-1]:
        vh = _adjoint(_completed(_adjoint(vh)))
    return u.astype(x.dtype, copy=False), values.astype(real, copy=False), vh.astype(x.dtype, copy=False)


def _completed(u: Array) -> Array:
    """Returns the orthonormal columns, extended to a basis."""
    rest = np.linalg.qr(u, "complete")[0][..., u.shape[-1] :]
    return np.concatenate([u, rest * _phase_factors(rest)], -1)


def lu_factor(x: Array) -> tuple[Array, Array]:
    batch, rows, columns = shapes.matrices(x.shape)
    if x.ndim == 2 and rows * columns * min(rows, columns) <= _TINY:  # type: ignore[type-var]  # known sizes
        table = _working(x).tolist()
        swaps = _factor_numbers(table)
        with np.errstate(over="ignore"):
            return np.array(table, x.dtype).reshape(x.shape), np.array(swaps, np.int32)
    packed = np.array(_working(x), order="C").reshape((-1, rows, columns) if x.size else (0, rows, columns))
    with np.errstate(all="ignore"):
        pivots = _factor(packed)
    count = min(rows, columns)  # type: ignore[type-var]  # known sizes
    return packed.reshape(x.shape).astype(x.dtype, copy=False), pivots.reshape((*batch, count))


def _factor_numbers(a: list[list[Any]]) -> list[int]:
    """Factors a matrix of Python numbers in place, as `_factor` does a stack of arrays."""
    pivots: list[int] = []
    for j in range(min(len(a), len(a[0]) if a else 0)):
        sizes = [abs(row[j].real) + abs(row[j].imag) for row in a[j:]]
        at = j + sizes.index(max(sizes))
        pivots.append(at)
        a[j], a[at] = a[at], a[j]
        head = a[j]
        lead, rest = head[j], head[j + 1 :]
        for row in a[j + 1 :]:
            factor = row[j] / lead if lead else row[j]
            row[j] = factor
            row[j + 1 :] = [value - factor * above for value, above in zip(row[j + 1 :], rest, strict=True)]
    return pivots


def _factor(a: Array) -> Array:
    """Factors a stack of matrices in place; returns the pivots. Recursive halving leaves most of the work to matrix
    products."""
    count = min(a.shape[1:])
    if count <= _BLOCK // 2:
        every = np.arange(len(a))
        pivots = np.zeros((len(a), count), np.int32)
        for j in range(count):
            column = a[:, j:, j]
            size = np.abs(column.real) + np.abs(column.imag) if a.dtype.kind == "c" else np.abs(column)  # as LAPACK
            pivots[:, j] = at = np.argmax(size, -1) + j if len(a) else 0
            kept = a[:, j].copy()
            a[:, j] = a[every, at]
            a[every, at] = kept
            lead = a[:, j, j, None]
            below = a[:, j + 1 :, j]
            below[...] = np.where(lead == 0, below, below / lead)
            a[:, j + 1 :, j + 1 :] -= below[..., None] * a[:, j : j + 1, j + 1 :]
        return pivots
    half = count // 2
    left, right = a[..., :half], a[..., half:]
    first = _factor(left)
    _reorder(right, first)
    _substitute(left[:, :half], right[:, :half], True)
    right[:, half:] -= left[:, half:] @ right[:, :half]
    second = _factor(right[:, half:])
    _reorder(left[:, half:], second)
    return np.concatenate([first, second + np.int32(half)], -1)


def _reorder(a: Array, pivots: Array) -> None:
    """Exchanges the rows of each matrix in place."""
    for matrix, row in zip(a, pivots.tolist(), strict=True):
        order = list(range(len(matrix)))
        for j, at in enumerate(row):
            order[j], order[at] = order[at], order[j]
        matrix[...] = matrix[order]


def exchanges(order: Array) -> Array:
    """Returns the row exchanges that produce these orders of rows, int32: for each row in turn, the row it is exchanged
    with."""
    rows: list[list[int]] = []
    for row in order.reshape(-1, order.shape[-1]).tolist() if order.size else []:
        pivots: list[int] = []
        for j, at in enumerate(row):
            while at < j:  # the row that was there has since been exchanged with another
                at = pivots[at]
            pivots.append(at)
        rows.append(pivots)
    return np.array(rows, np.int32).reshape(order.shape)
