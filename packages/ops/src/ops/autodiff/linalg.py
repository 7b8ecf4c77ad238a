"""Vjp rules of the family linalg (Giles, Collected matrix derivative results for forward and reverse mode, 2008)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules, adjoint, conj, is_complex
from ops.autodiff.tape import pullback_through
from ops_common import shapes
from ops_common.errors import LinAlgError


def _cholesky(g: Any, y: Any, x: Any, upper: bool) -> Any:
    lower, g = (adjoint(y), adjoint(g)) if upper else (y, g)
    middle = _tril_half_diagonal(adjoint(lower) @ g)
    left = xp.solve_triangular(adjoint(lower), middle, lower=False)
    full = adjoint(xp.solve_triangular(adjoint(lower), adjoint(left), lower=False))
    return (_tril_half_diagonal(full + adjoint(full)),)


def _tril_half_diagonal(x: Any) -> Any:
    """Returns the lower triangle with half of the diagonal.

    Of a Hermitian ``x + adjoint(x)``, this is the cotangent of a matrix whose lower triangle alone is read.
    """
    return xp.tril(x) - 0.5 * _diagonal_part(x)


def _diagonal_part(x: Any) -> Any:
    """Returns the matrix with zeros off its diagonal."""
    return xp.tril(xp.triu(x))


def _det(g: Any, y: Any, x: Any) -> Any:
    try:
        cofactors = y[..., None, None] * xp.swapaxes(xp.inv(x), -1, -2)
    except LinAlgError:
        # Singular: det(u) det(v) times, for each singular value, the product of all others.
        u, s, v = xp.svd(xp.stop_gradient(x))
        n = xp.shape(s)[-1]
        others = xp.where(np.eye(n, dtype=bool), 1.0, xp.broadcast_to(s[..., None, :], (*xp.shape(s), n)))
        products = xp.cast(xp.prod(others, -1), xp.dtype(u))
        cofactors = (xp.det(u) * xp.det(v))[..., None, None] * conj((u * products[..., None, :]) @ v)
    return (g[..., None, None] * conj(cofactors),)


def _slogdet(g: Any, y: Any, x: Any) -> Any:
    inverse = adjoint(xp.inv(x))
    weight = g[1]
    if is_complex(x):
        weight = weight - 1j * xp.imag(conj(g[0]) * y[0])
    return (weight[..., None, None] * inverse,)


def _solve(g: Any, y: Any, a: Any, b: Any) -> Any:
    vectors = shapes.are_vectors(xp.shape(a), xp.shape(b))
    g, x = (g[..., None], y[..., None]) if vectors else (g, y)
    by_b = xp.solve(adjoint(a), g)
    return lambda: -(by_b @ adjoint(x)), lambda: by_b[..., 0] if vectors else by_b


def _solve_triangular(g: Any, y: Any, a: Any, b: Any, lower: bool) -> Any:
    vectors = shapes.are_vectors(xp.shape(a), xp.shape(b))
    g, x = (g[..., None], y[..., None]) if vectors else (g, y)
    by_b = xp.solve_triangular(adjoint(a), g, lower=not lower)
    triangle = xp.tril if lower else xp.triu
    return lambda: triangle(-(by_b @ adjoint(x))), lambda: by_b[..., 0] if vectors else by_b


def _pinv(g: Any, y: Any, x: Any, rcond: Any) -> Any:
    # Golub and Pereyra, The differentiation of pseudo-inverses, 1973.
    p, ph, gh = y, adjoint(y), adjoint(g)
    left = gh @ p @ ph
    right = ph @ p @ gh
    return (-(ph @ g @ ph) + left - x @ (p @ left) + right - (right @ p) @ x,)


def _lstsq(g: Any, y: Any, a: Any, b: Any, rcond: Any) -> Any:
    def body(a: Any, b: Any) -> Any:
        vectors = shapes.are_vectors(xp.shape(a), xp.shape(b))
        solution = xp.pinv(a, rcond) @ (b[..., None] if vectors else b)
        return solution[..., 0] if vectors else solution

    return pullback_through(body, g, a, b)


def _lu_factor(g: Any, y: Any, x: Any) -> Any:
    shape = xp.shape(x)
    rows, columns = shape[-2:]
    # The row permutation, from the row exchanges in sequence.
    permutation = xp.broadcast_to(xp.arange(rows), (*shape[:-2], rows))
    for i in range(min(rows, columns)):
        pivot = y[1][..., i : i + 1]
        row, pivot_row = permutation[..., i : i + 1], xp.take_along_axis(permutation, pivot, -1)
        permutation = xp.where(xp.equal(xp.arange(rows), pivot), row, permutation)
        permutation = xp.where(np.arange(rows) == i, pivot_row, permutation)
    permutation = permutation[..., None]

    def body(x: Any) -> Any:
        x = xp.take_along_axis(x, permutation, -2)
        for k in range(min(rows, columns)):
            is_below = (np.arange(rows) > k)[:, None]
            multipliers = xp.where(is_below, x[..., k : k + 1] / x[..., k : k + 1, k : k + 1], 0.0)
            pivot_row = xp.where(np.arange(columns) > k, x[..., k : k + 1, :], 0.0)
            is_multiplier = np.logical_and(is_below, np.arange(columns) == k)
            x = xp.where(is_multiplier, multipliers, x - multipliers * pivot_row)
        return x

    return pullback_through(body, g[0], x)


def _qr(g: Any, y: Any, x: Any, mode: str) -> Any:
    rows, columns = xp.shape(x)[-2:]
    (gq, gr), (q, r) = g, y
    if rows >= columns:
        q_range = q[..., :columns]
        gq_range = gq[..., :columns] + _basis_completion_vjp(gq[..., columns:], q_range, q[..., columns:])
        return (_square_qr_vjp(gq_range, gr[..., :columns, :], q_range, r[..., :columns, :]),)
    # A wide matrix: q is that of its first columns, and the remaining columns of r are products with q.
    r_square, remaining = r[..., :rows], x[..., rows:]
    gr_square, gr_remaining = gr[..., :rows], gr[..., rows:]
    gq = gq + remaining @ adjoint(gr_remaining)
    return (xp.concatenate([_square_qr_vjp(gq, gr_square, q, r_square), q @ gr_remaining], -1),)


def _square_qr_vjp(gq: Any, gr: Any, q: Any, r: Any) -> Any:
    """Returns the cotangent of ``q @ r`` for a square r."""
    middle = r @ adjoint(gr) - adjoint(gq) @ q
    lower = xp.tril(middle, -1)
    diagonal = _diagonal_part(middle)
    middle = lower + adjoint(lower) + (xp.cast(xp.real(diagonal), xp.dtype(q)) if is_complex(q) else diagonal)
    return adjoint(xp.solve_triangular(r, adjoint(gq + q @ middle), lower=False))


def _basis_completion_vjp(g: Any, u: Any, completion: Any) -> Any:
    """Returns the cotangent of columns u from that of the columns that complete them to a basis, by Householder
    reflections."""
    rows, count = xp.shape(u)[-2:]
    if not xp.shape(completion)[-1]:
        return xp.zeros_like(u)

    def body(u: Any) -> Any:
        reflections: list[tuple[Any, Any]] = []
        for j in range(count):
            x = xp.where(np.arange(rows) >= j, u[..., j], xp.zeros((), xp.dtype(u)))[..., None]
            pivot = x[..., j : j + 1, :]
            direction = xp.where(xp.equal(pivot, 0), xp.ones_like(pivot), xp.sign(pivot))
            length = xp.cast(xp.sqrt(xp.sum(xp.square(xp.abs(x)), -2, keepdims=True)), xp.dtype(u))
            v = x + direction * length * (np.arange(rows) == j)[:, None].astype(xp.dtype(u))
            reflections.append((v, 2.0 / xp.sum(conj(v) * v, -2, keepdims=True)))
            u = u - v * reflections[-1][1] * (adjoint(v) @ u)
        basis: Any = xp.convert_to_tensor(np.eye(rows)[:, count:], xp.dtype(u))
        for v, scale in reversed(reflections):
            basis = basis - v * scale * (adjoint(v) @ basis)
        return basis * xp.sign(xp.sum(conj(xp.stop_gradient(basis)) * completion, -2, keepdims=True))

    return pullback_through(body, g, u)[0]


def _without_phase(g: Any, vectors: Any, paired: tuple[Any, Any] | None = None) -> Any:
    """Returns the cotangent of columns of free phase from that of columns whose leading element fixes their phase.

    Args:
        g: the cotangent of the columns.
        vectors: the columns.
        paired: the cotangent and the columns that are multiplied by the same phases (right singular vectors).
    """
    if not is_complex(vectors):
        return g
    size = xp.convert_to_numpy(xp.abs(vectors))
    leading_row = np.argmax(size >= 0.99 * size.max(-2, keepdims=True), -2)[..., None, :].astype(np.int32)
    leading = xp.take_along_axis(vectors, leading_row, -2)
    # v = u * conj(phase of the leading element of u); that phase changes by the imaginary part of the element's change.
    weight = xp.sum(conj(g) * vectors, -2, keepdims=True)
    if paired is not None:
        weight = weight + xp.sum(conj(paired[0]) * paired[1], -2, keepdims=True)
    is_leading = (np.arange(xp.shape(vectors)[-2])[:, None] == leading_row).astype(size.dtype)
    return g + 1j * (xp.imag(weight) / xp.real(leading)) * is_leading


def _inverse_gaps(values: Any) -> Any:
    """Returns ``1 / (values[j] - values[i])`` at (i, j), and 0 on the diagonal."""
    is_diagonal = np.eye(xp.shape(values)[-1], dtype=bool)
    gaps = values[..., None, :] - values[..., :, None]
    return xp.where(is_diagonal, 0.0, 1.0 / xp.where(is_diagonal, 1.0, gaps))


def _eigh(g: Any, y: Any, x: Any) -> Any:
    (gl, gv), (values, vectors) = g, y
    gv = _without_phase(gv, vectors)
    middle = (adjoint(vectors) @ gv) * _inverse_gaps(values)
    middle = middle + xp.cast(gl[..., None, :] * np.eye(xp.shape(values)[-1]), xp.dtype(vectors))
    full = vectors @ middle @ adjoint(vectors)
    hermitian = 0.5 * (full + adjoint(full))
    return (_tril_half_diagonal(hermitian + adjoint(hermitian)),)


def _eig(g: Any, y: Any, x: Any) -> Any:
    # Boeddeker et al., On the computation of complex-valued gradients, 2017, with columns of length 1.
    (gl, gv), (values, vectors) = g, y
    gv = _without_phase(gv, vectors)
    vh = adjoint(vectors)
    radial = xp.cast(xp.real(xp.sum(conj(vectors) * gv, -2, keepdims=True)), xp.dtype(vectors))
    middle = (vh @ gv - (vh @ vectors) * radial) * conj(_inverse_gaps(values))
    middle = middle + gl[..., None, :] * np.eye(xp.shape(values)[-1]).astype(xp.dtype(vectors))
    return (xp.solve(vh, middle @ vh),)


def _svd(g: Any, y: Any, x: Any, full_matrices: bool, compute_uv: bool) -> Any:
    # Townsend, Differentiating the singular value decomposition, 2016.
    if not compute_uv:
        u, _, v = xp.svd(x, full_matrices=False)
        return ((u * xp.cast(g, xp.dtype(u))[..., None, :]) @ v,)
    (gu, gs, gv), (u, s, v) = g, y
    k = xp.shape(s)[-1]
    # In terms of v transposed, whose columns are the right singular vectors.
    right, gright = adjoint(v[..., :k, :]), adjoint(gv[..., :k, :])
    gu = gu[..., :k] + _basis_completion_vjp(gu[..., k:], u[..., :k], u[..., k:])
    gright = gright + _basis_completion_vjp(adjoint(gv[..., k:, :]), right, adjoint(v[..., k:, :]))
    u, v = u[..., :k], v[..., :k, :]
    dtype = xp.dtype(u)
    gu = _without_phase(gu, u, (gright, right))
    inverse_gaps = xp.cast(_inverse_gaps(xp.square(s)), dtype)
    s = xp.cast(s, dtype)
    by_left, by_right = adjoint(u) @ gu, adjoint(right) @ gright
    skew_left, skew_right = 0.5 * (by_left - adjoint(by_left)), 0.5 * (by_right - adjoint(by_right))
    middle = 2.0 * (skew_left * inverse_gaps * s[..., None, :] + s[..., :, None] * (skew_right * inverse_gaps))
    middle = middle + xp.cast(gs[..., None, :] * np.eye(k), dtype)
    if is_complex(u):
        # A phase common to a left and a right vector cancels, so only the left imaginary part of the diagonal remains.
        phase = xp.cast(xp.imag(_diagonal_part(by_left)), dtype) * 1j
        middle = middle + phase / s[..., None, :]
    result = u @ middle @ v
    rows, columns = xp.shape(x)[-2:]
    inverse = 1.0 / s[..., None, :]
    if rows > k:
        result = result + (gu - u @ by_left) * inverse @ v
    if columns > k:
        result = result + u @ adjoint((gright - right @ by_right) * inverse)
    return (result,)


RULES = FamilyRules(
    vjps={
        "linalg.cholesky": _cholesky,
        "linalg.det": _det,
        "linalg.eig": _eig,
        "linalg.eigh": _eigh,
        "linalg.inv": {0: lambda g, y, x: -(adjoint(y) @ g @ adjoint(y))},
        "linalg.lstsq": _lstsq,
        "linalg.lu_factor": _lu_factor,
        "linalg.pinv": _pinv,
        "linalg.qr": _qr,
        "linalg.slogdet": _slogdet,
        "linalg.solve": _solve,
        "linalg.solve_triangular": _solve_triangular,
        "linalg.svd": _svd,
    },
)
