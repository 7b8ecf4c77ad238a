"""JAX, family linalg. XLA runs a program of less than 1000 floating-point operations in the calling thread, and others
in a thread of its own, which a kernel that checks its result has to wait for: small matrices take as few operations as
possible."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax import _compat
from ops_backend_jax.core import EXACT_TYPES, kernel
from ops_common import shapes
from ops_common.errors import LinAlgError
from ops_common.host import linalg as host_linalg

Tensor = Any

_NATIVE = frozenset(jnp.dtype(name) for name in ("float32", "float64", "complex64", "complex128"))


def _wide(x: Tensor) -> Tensor:
    return x if x.dtype in _NATIVE else x.astype(jnp.float32)


def _real(dtype: Any) -> Any:
    return jnp.finfo(dtype).dtype


def _checked(
    message: str, static: tuple[int, ...] = (), of_finite: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compiles a function that returns a result and whether it is valid. If it is not, the kernel raises, where that is
    known: not in a trace, and for ``of_finite`` not if an operand is not finite."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        compiled = kernel(static)(function)

        @functools.wraps(function)
        def call(*args: Any) -> Any:
            result, good = compiled(*args)
            if (
                type(good) in EXACT_TYPES
                and not _is_true(good)
                and not (of_finite and not _is_true(_operands_are_finite(*args)))
            ):
                raise LinAlgError(message)
            return result

        return call

    return wrap


def _is_true(flag: Tensor) -> bool:
    try:
        return bool(memoryview(flag)[()])  # in two thirds of the time of `np.asarray`, a third of that of `item`
    except Exception:  # not on the CPU
        return bool(np.asarray(flag))


@kernel()
def _operands_are_finite(*tensors: Tensor) -> Tensor:
    return _finite(*tensors)


def _finite(*tensors: Tensor) -> Tensor:
    return functools.reduce(jnp.logical_and, [jnp.isfinite(x).all() for x in tensors])


def _decomposable(x: Tensor) -> Tensor:
    """Returns matrices in a dtype of LAPACK's, with NaN for infinity, for which LAPACK may not terminate."""
    x = _wide(x)
    return jnp.where(jnp.isfinite(x), x, jnp.nan)


def _lower(x: Tensor) -> Tensor:
    """Returns matrices for a function that reads the lower triangle alone, and whose gradients are those of Hermitian
    matrices."""
    shapes.square(x.shape)
    return _read_lower(_wide(x))


@jax.custom_jvp
def _read_lower(x: Tensor) -> Tensor:
    return x


def _read_lower_jvp(primals: Any, tangents: Any) -> Any:
    # The matrices themselves, too: JAX's rule for `eigh` reads both triangles.
    return _hermitian(*primals), _hermitian(*tangents)


def _hermitian(x: Tensor) -> Tensor:
    """Returns the Hermitian matrices that have x's lower triangle."""
    return jnp.tril(x) + _adjoint(jnp.tril(x, -1))


_read_lower.defjvp(_read_lower_jvp)


def _adjoint(x: Tensor) -> Tensor:
    return jnp.swapaxes(x, -1, -2).conj()


def _turned(x: Tensor) -> Tensor:
    """Returns the factors that make the leading element of each column real and positive; see `host_linalg.NEARLY`. No
    column is zero."""
    if not x.size:
        return jnp.ones((*x.shape[:-2], 1, x.shape[-1]), x.dtype)
    # By sums, which XLA fuses: it compiles a small gather and an arg-maximum to loops of their own.
    size = jnp.abs(lax.stop_gradient(x))
    is_large = size >= host_linalg.NEARLY * size.max(-2, keepdims=True)
    rows, is_real = x.shape[-2], x.dtype.kind != "c"
    if is_real and type(rows) is int and rows <= _FEW_ROWS:
        # The first of the large elements, which are of nearly the same size, outweighs all others.
        weights = (0.25 ** np.arange(rows)).astype(x.dtype)[:, None]
        lead = (jnp.where(is_large, x, 0) * weights).sum(-2, keepdims=True)
    else:
        places = lax.broadcasted_iota(jnp.int32, x.shape, x.ndim - 2)
        first = jnp.where(is_large, places, rows).min(-2, keepdims=True)
        lead = jnp.where(places == first, x, 0).sum(-2, keepdims=True)
    return jnp.sign(lead) if is_real else lead.conj() / jnp.abs(lead)


_FEW_ROWS = 32


@_checked(host_linalg.NOT_POSITIVE, static=(1,))
def cholesky(x: Tensor, upper: bool) -> Any:
    factor = lax.linalg.cholesky(_lower(x), symmetrize_input=False)
    good = ~jnp.isnan(factor).any()
    return (_adjoint(factor) if upper else factor).astype(x.dtype), good


@kernel()
def det(x: Tensor) -> Tensor:
    return jnp.linalg.det(_wide(x)).astype(x.dtype)


@kernel()
def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    sign, logarithm = jnp.linalg.slogdet(_wide(x))
    return sign.astype(x.dtype), logarithm.astype(_real(x.dtype))


@_checked(host_linalg.NOT_FINITE)
def eig(x: Tensor) -> Any:
    values, vectors = _compat.eig(_decomposable(x))
    order = _order(lax.stop_gradient(values))
    values = jnp.take_along_axis(values, order, -1)
    vectors = jnp.take_along_axis(vectors, order[..., None, :], -1)
    vectors = vectors / jnp.linalg.norm(vectors, axis=-2, keepdims=True)  # its derivatives change the length
    return (values, vectors * _turned(vectors)), _finite(values)


def _order(values: Tensor) -> Tensor:
    if not values.size:
        return jnp.zeros(values.shape, jnp.int32)
    unit = jnp.abs(values).max(-1, keepdims=True) * jnp.finfo(values.dtype).eps ** 0.5
    return jnp.lexsort((values.imag, jnp.round(values.real / jnp.where(unit == 0, 1, unit))), -1)


@_checked(host_linalg.NOT_FINITE)
def eigh(x: Tensor) -> Any:
    vectors, values = lax.linalg.eigh(_decomposable(_lower(x)), symmetrize_input=False)
    result = values.astype(_real(x.dtype)), (vectors * _turned(vectors)).astype(x.dtype)
    return result, _finite(values)


@_checked(host_linalg.SINGULAR, of_finite=True)
def inv(x: Tensor) -> Any:
    shapes.square(x.shape)
    inverse = jnp.linalg.inv(_wide(x))
    return inverse.astype(x.dtype), _finite(inverse)


@_checked(host_linalg.SINGULAR, of_finite=True)
def solve(a: Tensor, b: Tensor) -> Any:
    shapes.square(a.shape)
    shapes.solution(a.shape, b.shape)
    vectors = shapes.are_vectors(a.shape, b.shape)
    result = jnp.linalg.solve(_wide(a), _wide(b[..., None] if vectors else b))
    return (result[..., 0] if vectors else result).astype(b.dtype), _finite(result)


@kernel(static=(2,))
def solve_triangular(a: Tensor, b: Tensor, lower: bool) -> Tensor:
    shapes.square(a.shape)
    shapes.solution(a.shape, b.shape)
    vectors = shapes.are_vectors(a.shape, b.shape)
    left, right = _wide(a), _wide(b[..., None] if vectors else b)
    batch = jnp.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    left, right = (jnp.broadcast_to(x, (*batch, *x.shape[-2:])) for x in (left, right))
    result = lax.linalg.triangular_solve(left, right, left_side=True, lower=lower)
    return (result[..., 0] if vectors else result).astype(b.dtype)


def _pinv(x: Tensor, rcond: float | None) -> Tensor:
    _, rows, columns = shapes.matrices(x.shape)
    part = host_linalg.cutoff(rcond, rows, columns, x.dtype.name)  # type: ignore[arg-type]  # known sizes
    return jnp.linalg.pinv(_decomposable(x), rtol=part)


@_checked(host_linalg.NOT_FINITE, static=(1,))
def pinv(x: Tensor, rcond: float | None) -> Any:
    return _pinv(x, rcond).astype(x.dtype), _finite(x)


@_checked(host_linalg.NOT_FINITE, static=(2,))
def lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Any:
    shapes.solution(a.shape, b.shape)
    vectors = shapes.are_vectors(a.shape, b.shape)
    result = jnp.matmul(_pinv(a, rcond), _wide(b[..., None] if vectors else b))
    return (result[..., 0] if vectors else result).astype(b.dtype), _finite(a)


@kernel(static=(1,))
def qr(x: Tensor, mode: str) -> tuple[Tensor, Tensor]:
    _, rows, columns = shapes.matrices(x.shape)
    wide = _wide(x)
    q, r = jnp.linalg.qr(wide)
    # LAPACK's diagonal is real.
    sign = jnp.where(jnp.diagonal(r, axis1=-2, axis2=-1).real < 0, -1, 1).astype(r.dtype)
    q, r = q * sign[..., None, :], r * sign[..., :, None]
    if mode == "complete" and rows > columns:  # type: ignore[operator]  # known sizes
        q = jnp.concatenate([q, _rest(q, wide)], -1)
        r = jnp.concatenate([r, jnp.zeros((*r.shape[:-2], rows - columns, columns), r.dtype)], -2)  # type: ignore[operator]  # sizes
    return q.astype(x.dtype), r.astype(x.dtype)


def _rest(q: Tensor, x: Tensor) -> Tensor:
    """Returns further columns that complete the orthonormal ones, which span x, to a basis. Their values are constants:
    the subtracted term is 0, and has the gradient of columns that stay orthogonal to q."""
    rest = jnp.linalg.qr(lax.stop_gradient(x), "complete")[0][..., q.shape[-1] :]
    return rest - q @ (_adjoint(q) @ rest)


@_checked(host_linalg.NOT_FINITE, static=(1, 2))
def svd(x: Tensor, full_matrices: bool, compute_uv: bool) -> Any:
    _, rows, columns = shapes.matrices(x.shape)
    wide = _decomposable(x)
    if not compute_uv:
        values = lax.linalg.svd(wide, compute_uv=False)
        return values.astype(_real(x.dtype)), _finite_values(values)
    u, values, vh = lax.linalg.svd(wide, full_matrices=False)
    turned = _turned(u)
    u, vh = u * turned, vh * _adjoint(turned)
    if full_matrices and rows > columns:  # type: ignore[operator]  # known sizes
        u = _completed(u)
    elif full_matrices and rows < columns:  # type: ignore[operator]  # known sizes
        vh = _adjoint(_completed(_adjoint(vh)))
    return (u.astype(x.dtype), values.astype(_real(x.dtype)), vh.astype(x.dtype)), _finite_values(values)


def _finite_values(values: Tensor) -> Tensor:
    """Returns whether singular values are finite, in fewer operations than `_finite`."""
    return jnp.isfinite(values.max(initial=0))


def _completed(u: Tensor) -> Tensor:
    rest = _rest(u, u)
    return jnp.concatenate([u, rest * _turned(rest)], -1)


@kernel()
def lu_factor(x: Tensor) -> tuple[Tensor, Tensor]:
    shapes.matrices(x.shape)
    packed, pivots, _ = lax.linalg.lu(_wide(x))
    return packed.astype(x.dtype), pivots
