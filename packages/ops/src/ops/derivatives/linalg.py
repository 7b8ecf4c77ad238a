"""Derivatives, family linalg (Giles, Collected matrix derivative results for forward and reverse mode, 2008)."""

from __future__ import annotations

from typing import Any

import numpy as np

import ops as o
from ops.derivatives.rules import RULES, adjoint, conj, is_complex, rule, through
from ops_common import shapes
from ops_common.errors import LinAlgError


@rule("linalg.cholesky")
def _cholesky(g: Any, y: Any, x: Any, upper: bool) -> Any:
    lower, slope = (adjoint(y), adjoint(g)) if upper else (y, g)
    middle = _halved(adjoint(lower) @ slope)
    left = o.solve_triangular(adjoint(lower), middle, lower=False)
    found = adjoint(o.solve_triangular(adjoint(lower), adjoint(left), lower=False))
    return (_to_lower(found),)


def _halved(x: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return o.tril(x) - 0.5 * _diagonal_of(x)


def _diagonal_of(x: Any) -> Any:
    """The matrix without what is off its diagonal."""
    return o.tril(o.triu(x))


def _to_lower(x: Any) -> Any:
    """The gradient of a function of a Hermitian matrix, of which the lower triangle is read."""
    both = x + adjoint(x)
    return o.tril(both) - 0.5 * _diagonal_of(both)


@rule("linalg.det")
def _det(g: Any, y: Any, x: Any) -> Any:
    try:
        cofactors = y[..., None, None] * o.swapaxes(o.inv(x), -1, -2)
    except LinAlgError:
        # det(u) det(v) times the products of all other singular values (the answer is the same where one is 0).
        u, s, v = o.svd(o.stop_gradient(x))
        n = o.shape(s)[-1]
        rest = o.prod(o.where(np.eye(n, dtype=bool), 1.0, o.broadcast_to(s[..., None, :], (*o.shape(s), n))), -1)
        cofactors = (o.det(u) * o.det(v))[..., None, None] * conj((u * o.cast(rest, o.dtype(u))[..., None, :]) @ v)
    return (g[..., None, None] * conj(cofactors),)


@rule("linalg.slogdet")
def _slogdet(g: Any, y: Any, x: Any) -> Any:
    inverse = adjoint(o.inv(x))
    weight = g[1]
    if is_complex(x):
        weight = weight - 1j * o.imag(conj(g[0]) * y[0])
    return (weight[..., None, None] * inverse,)


RULES["linalg.inv"] = {0: lambda g, y, x: -(adjoint(y) @ g @ adjoint(y))}


@rule("linalg.solve")
def _solve(g: Any, y: Any, a: Any, b: Any) -> Any:
    vectors = shapes.are_vectors(o.shape(a), o.shape(b))
    g, x = (g[..., None], y[..., None]) if vectors else (g, y)
    right = o.solve(adjoint(a), g)
    return lambda: -(right @ adjoint(x)), lambda: right[..., 0] if vectors else right


@rule("linalg.solve_triangular")
def _solve_triangular(g: Any, y: Any, a: Any, b: Any, lower: bool) -> Any:
    vectors = shapes.are_vectors(o.shape(a), o.shape(b))
    g, x = (g[..., None], y[..., None]) if vectors else (g, y)
    right = o.solve_triangular(adjoint(a), g, lower=not lower)
    triangle = o.tril if lower else o.triu
    return lambda: triangle(-(right @ adjoint(x))), lambda: right[..., 0] if vectors else right


@rule("linalg.pinv")
def _pinv(g: Any, y: Any, x: Any, rcond: Any) -> Any:
    # Golub and Pereyra, The differentiation of pseudo-inverses, 1973.
    p, ph, gh = y, adjoint(y), adjoint(g)
    left = gh @ p @ ph
    right = ph @ p @ gh
    return (-(ph @ g @ ph) + left - x @ (p @ left) + right - (right @ p) @ x,)


@rule("linalg.lstsq")
def _lstsq(g: Any, y: Any, a: Any, b: Any, rcond: Any) -> Any:
    def body(a: Any, b: Any) -> Any:
        vectors = shapes.are_vectors(o.shape(a), o.shape(b))
        found = o.pinv(a, rcond) @ (b[..., None] if vectors else b)
        return found[..., 0] if vectors else found

    return through(body, g, a, b)


@rule("linalg.lu_factor")
def _lu_factor(g: Any, y: Any, x: Any) -> Any:
    shape = o.shape(x)
    rows, columns = shape[-2:]
    # The order of the rows that the exchanges made.
    batch = shape[:-2]
    order = o.broadcast_to(o.arange(rows), (*batch, rows))
    for i in range(min(rows, columns)):
        j = y[1][..., i : i + 1]
        here, there = order[..., i : i + 1], o.take_along_axis(order, j, -1)
        order = o.where(o.equal(o.arange(rows), j), here, order)
        order = o.where(np.arange(rows) == i, there, order)
    order = order[..., None]

    def body(x: Any) -> Any:
        x = o.take_along_axis(x, order, -2)
        for k in range(min(rows, columns)):
            below = (np.arange(rows) > k)[:, None]
            part = o.where(below, x[..., k : k + 1] / x[..., k : k + 1, k : k + 1], 0.0)
            right = o.where(np.arange(columns) > k, x[..., k : k + 1, :], 0.0)
            x = o.where(np.logical_and(below, np.arange(columns) == k), part, x - part * right)
        return x

    return through(body, g[0], x)


@rule("linalg.qr")
def _qr(g: Any, y: Any, x: Any, mode: str) -> Any:
    rows, columns = o.shape(x)[-2:]
    (gq, gr), (q, r) = g, y
    if rows >= columns:
        first = q[..., :columns]
        by_first = gq[..., :columns] + _by_completion(gq[..., columns:], first, q[..., columns:])
        return (_qr_back(by_first, gr[..., :columns, :], first, r[..., :columns, :]),)
    # A wide matrix: q is that of its first columns, and the others of r are products with it.
    left, rest = r[..., :rows], x[..., rows:]
    gl, grest = gr[..., :rows], gr[..., rows:]
    return (o.concatenate([_qr_back(gq + rest @ adjoint(grest), gl, q, left), q @ grest], -1),)


def _qr_back(gq: Any, gr: Any, q: Any, r: Any) -> Any:
    middle = r @ adjoint(gr) - adjoint(gq) @ q
    lower = o.tril(middle, -1)
    diagonal = _diagonal_of(middle)
    middle = lower + adjoint(lower) + (o.cast(o.real(diagonal), o.dtype(q)) if is_complex(q) else diagonal)
    right = gq + q @ middle
    return adjoint(o.solve_triangular(r, adjoint(right), lower=False))


def _by_completion(g: Any, u: Any, rest: Any) -> Any:
    """The gradient of columns, from that of what completes them to a basis, by Householder's reflections."""
    rows, count = o.shape(u)[-2:]
    if not o.shape(rest)[-1]:
        return o.zeros_like(u)

    def body(u: Any) -> Any:
        reflections: list[tuple[Any, Any]] = []
        for j in range(count):
            x = o.where(np.arange(rows) >= j, u[..., j], o.zeros((), o.dtype(u)))[..., None]
            lead = x[..., j : j + 1, :]
            direction = o.where(o.equal(lead, 0), o.ones_like(lead), o.sign(lead))
            length = o.cast(o.sqrt(o.sum(o.square(o.abs(x)), -2, keepdims=True)), o.dtype(u))
            v = x + direction * length * (np.arange(rows) == j)[:, None].astype(o.dtype(u))
            reflections.append((v, 2.0 / o.sum(conj(v) * v, -2, keepdims=True)))
            u = u - v * reflections[-1][1] * (adjoint(v) @ u)
        basis: Any = o.convert_to_tensor(np.eye(rows)[:, count:], o.dtype(u))
        for v, scale in reversed(reflections):
            basis = basis - v * scale * (adjoint(v) @ basis)
        return basis * o.sign(o.sum(conj(o.stop_gradient(basis)) * rest, -2, keepdims=True))

    return through(body, g, u)[0]


def _turned(g: Any, vectors: Any, beside: Any = None) -> Any:
    """The gradient of columns whose phase is fixed by their leading element, as of columns of free phase. ``beside`` is
    that of other columns, and these, which are turned with them."""
    if not is_complex(vectors):
        return g
    size = o.convert_to_numpy(o.abs(vectors))
    first = np.argmax(size >= 0.99 * size.max(-2, keepdims=True), -2)[..., None, :].astype(np.int32)
    leading = o.take_along_axis(vectors, first, -2)
    # v = u * conj(phase of u's leading element): that phase changes by the imaginary part of the element's change.
    weight = o.sum(conj(g) * vectors, -2, keepdims=True)
    if beside is not None:
        weight = weight + o.sum(conj(beside[0]) * beside[1], -2, keepdims=True)
    chosen = (np.arange(o.shape(vectors)[-2])[:, None] == first).astype(size.dtype)
    return g + 1j * (o.imag(weight) / o.real(leading)) * chosen


def _gaps(a: Any, b: Any) -> Any:
    """1 / (b_j - a_i), and 0 where i is j."""
    same = np.eye(o.shape(a)[-1], dtype=bool)
    return o.where(same, 0.0, 1.0 / o.where(same, 1.0, b[..., None, :] - a[..., :, None]))


@rule("linalg.eigh")
def _eigh(g: Any, y: Any, x: Any) -> Any:
    (gl, gv), (values, vectors) = g, y
    gv = _turned(gv, vectors)
    middle = (adjoint(vectors) @ gv) * _gaps(values, values)
    middle = middle + o.cast(gl[..., None, :] * np.eye(o.shape(values)[-1]), o.dtype(vectors))
    return (_to_lower(0.5 * (vectors @ middle @ adjoint(vectors) + adjoint(vectors @ middle @ adjoint(vectors)))),)


@rule("linalg.eig")
def _eig(g: Any, y: Any, x: Any) -> Any:
    # Boeddeker et al., On the computation of complex-valued gradients, 2017, with columns of length 1.
    (gl, gv), (values, vectors) = g, y
    gv = _turned(gv, vectors)
    vh = adjoint(vectors)
    along = o.cast(o.real(o.sum(conj(vectors) * gv, -2, keepdims=True)), o.dtype(vectors))
    middle = (vh @ gv - (vh @ vectors) * along) * conj(_gaps(values, values))
    middle = middle + gl[..., None, :] * np.eye(o.shape(values)[-1]).astype(o.dtype(vectors))
    return (o.solve(vh, middle @ vh),)


@rule("linalg.svd")
def _svd(g: Any, y: Any, x: Any, full_matrices: bool, compute_uv: bool) -> Any:
    # Townsend, Differentiating the singular value decomposition, 2016.
    if not compute_uv:
        u, _, v = o.svd(x, full_matrices=False)
        return ((u * o.cast(g, o.dtype(u))[..., None, :]) @ v,)
    (gu, gs, gv), (u, s, v) = g, y
    k = o.shape(s)[-1]
    gu = gu[..., :k] + _by_completion(gu[..., k:], u[..., :k], u[..., k:])
    gv = gv[..., :k, :] + adjoint(
        _by_completion(adjoint(gv[..., k:, :]), adjoint(v[..., :k, :]), adjoint(v[..., k:, :]))
    )
    u, v = u[..., :k], v[..., :k, :]
    uh, right, gright = adjoint(u), adjoint(v), adjoint(gv)
    dtype = o.dtype(u)
    gu = _turned(gu, u, (gright, right))
    gaps = o.cast(_gaps(o.square(s), o.square(s)), dtype)
    wide = o.cast(s, dtype)
    left = uh @ gu
    other = adjoint(right) @ gright
    skew_left, skew_other = 0.5 * (left - adjoint(left)), 0.5 * (other - adjoint(other))
    middle = 2.0 * (skew_left * gaps * wide[..., None, :] + wide[..., :, None] * (skew_other * gaps))
    middle = middle + o.cast(gs[..., None, :] * np.eye(k), dtype)
    if is_complex(u):
        # Phases that turn together change no product: of the diagonal only the left imaginary part is left.
        phase = o.cast(o.imag(_diagonal_of(left)), dtype) * 1j
        middle = middle + phase / wide[..., None, :]
    found = u @ middle @ v
    rows, columns = o.shape(x)[-2:]
    inverse = 1.0 / wide[..., None, :]
    if rows > k:
        found = found + (gu - u @ left) * inverse @ v
    if columns > k:
        found = found + u @ adjoint((gright - right @ other) * inverse)
    return (found,)
