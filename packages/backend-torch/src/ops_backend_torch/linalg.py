"""PyTorch, family linalg. Where only one triangle is read, the matrix is first made Hermitian, for correct
gradients."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch._compat import in_operator
from ops_backend_torch.core import can_have_run_time_sizes, in_dtype, is_size, known
from ops_backend_torch.elementwise.gradients import differentiable
from ops_backend_torch.elementwise.values import is_finite
from ops_backend_torch.tracing import is_compiling
from ops_common import shapes
from ops_common.errors import LinAlgError
from ops_common.host import linalg as host_linalg

Tensor = Any

# Other dtypes are decomposed in float32.
_NATIVE = frozenset({torch.float32, torch.float64, torch.complex64, torch.complex128})


def _wide(x: Tensor) -> Tensor:
    return x if x.dtype in _NATIVE else x.float()


def _real(dtype: torch.dtype) -> torch.dtype:
    return dtype.to_real() if dtype.is_complex else dtype


def _tried(function: Callable[..., Any], message: str, *args: Any) -> Any:
    try:
        return function(*args)
    except torch.linalg.LinAlgError as error:  # pyright: ignore[reportPrivateImportUsage]  # documented as public
        raise LinAlgError(message) from error


def _of_finite(function: Callable[..., Any], x: Tensor, *args: Any) -> Any:
    """Returns eigenvalues or singular values, and what is computed from them; torch also returns some for NaN and
    infinity."""
    if not is_compiling():
        try:
            plain = x.detach()
            finite = is_finite(plain) or bool(torch.isfinite(plain).all())
        except RuntimeError:  # under vmap, a tensor has no value
            finite = True
        if not finite:
            shapes.matrices(tuple(x.shape))
            raise LinAlgError(host_linalg.NOT_FINITE)
    return _tried(function, host_linalg.NOT_FINITE, x, *args)


def _hermitian(x: Tensor) -> Tensor:
    """Returns the Hermitian matrices that have x's lower triangle; where no gradient is computed, x itself, of which
    only that triangle is read."""
    x = _wide(x)
    if not differentiable(x):
        return x  # torch raises an error if it is not square
    shapes.square(tuple(x.shape))
    return x.tril() + x.tril(-1).mH


def _turned(x: Tensor) -> Tensor:
    """Returns the factors that make the leading element of each column real and positive; see `host_linalg.NEARLY`."""
    if not x.numel():
        return x.new_ones((*x.shape[:-2], 1, x.shape[-1]))
    size = x.detach().abs()
    first = (size >= host_linalg.NEARLY * size.amax(-2, keepdim=True)).to(torch.uint8).argmax(-2, keepdim=True)
    lead = x.detach().gather(-2, first) if not x.is_complex() else x.gather(-2, first)
    return lead.sign() if not x.is_complex() else lead.conj() / lead.abs()


def _unchecked(function: Callable[..., Any], *operands: Tensor) -> Tensor:
    """Returns the result of a function that also returns error codes; NaN where there is an error, as on JAX."""
    result, codes = function(*operands)
    failed = (codes != 0).reshape(codes.shape + (1,) * (result.dim() - codes.dim()))
    return torch.where(failed, torch.nan, result)


def cholesky(x: Tensor, upper: bool) -> Tensor:
    if is_compiling() and in_operator():
        factor = _unchecked(torch.linalg.cholesky_ex, _hermitian(x))
    else:
        factor = _tried(torch.linalg.cholesky, host_linalg.NOT_POSITIVE, _hermitian(x))
    return in_dtype(factor.mH if upper else factor, x.dtype)


def det(x: Tensor) -> Tensor:
    return in_dtype(torch.linalg.det(_wide(x)), x.dtype)


def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    sign, logarithm = torch.linalg.slogdet(_wide(x))
    return in_dtype(sign, x.dtype), in_dtype(logarithm, _real(x.dtype))


def eig(x: Tensor) -> tuple[Tensor, Tensor]:
    shapes.square(tuple(x.shape))
    try:
        values, vectors = torch.linalg.eig(_wide(x))
    except RuntimeError as error:
        raise LinAlgError(host_linalg.NOT_FINITE) from error
    order = _order(values.detach())
    values = values.gather(-1, order)
    vectors = vectors.gather(-1, order[..., None, :].expand(vectors.shape))
    return values, vectors * _turned(vectors)


def _order(values: Tensor) -> Tensor:
    if not values.numel():
        return torch.zeros(values.shape, dtype=torch.int64, device=values.device)
    by_imaginary = values.imag.argsort(dim=-1, stable=True)
    unit = values.abs().amax(-1, keepdim=True) * torch.finfo(values.dtype).eps ** 0.5
    key = (values.real / torch.where(unit == 0, 1, unit)).round().gather(-1, by_imaginary)
    return by_imaginary.gather(-1, key.argsort(dim=-1, stable=True))


def eigh(x: Tensor) -> tuple[Tensor, Tensor]:
    values, vectors = _of_finite(torch.linalg.eigh, _hermitian(x))
    return in_dtype(values, _real(x.dtype)), in_dtype(vectors * _turned(vectors), x.dtype)


def inv(x: Tensor) -> Tensor:
    return in_dtype(_solved(torch.linalg.inv, torch.linalg.inv_ex, x), x.dtype)


def _solved(function: Callable[..., Tensor], unchecked: Callable[..., Any], *operands: Tensor) -> Tensor:
    """Returns torch's result; NaN where NaN in the matrix led to a wrong choice of pivots.

    Args:
        function: raises an error if a matrix is singular.
        unchecked: returns error codes, for branches and loops of compiled functions.
        *operands: of both.
    """
    if is_compiling() and in_operator():
        return _unchecked(unchecked, *map(_wide, operands))
    try:
        return function(*map(_wide, operands))
    except torch.linalg.LinAlgError as error:  # pyright: ignore[reportPrivateImportUsage]  # documented as public
        if all(torch.isfinite(x).all() for x in operands):
            raise LinAlgError(host_linalg.SINGULAR) from error
    a, b = operands[0], operands[-1]
    return b.new_full(shapes.solution(tuple(a.shape), tuple(b.shape)), torch.nan)  # type: ignore[arg-type]  # known sizes


def solve(a: Tensor, b: Tensor) -> Tensor:
    return in_dtype(_solved(torch.linalg.solve, torch.linalg.solve_ex, a, b), b.dtype)


def solve_triangular(a: Tensor, b: Tensor, lower: bool) -> Tensor:
    if a.dim() != b.dim() and shapes.are_vectors(tuple(a.shape), tuple(b.shape)):
        return solve_triangular(a, b[..., None], lower)[..., 0]
    return in_dtype(torch.linalg.solve_triangular(_wide(a), _wide(b), upper=not lower), b.dtype)


def relative_cutoff(x: Tensor, rcond: float | None) -> float:
    cutoff = _cutoff if can_have_run_time_sizes(x) else _known_cutoff
    return cutoff(x.shape, rcond, x.dtype)


def _cutoff(shape: Any, rcond: float | None, dtype: torch.dtype) -> float:
    _, rows, columns = shapes.matrices(tuple(shape))
    return host_linalg.cutoff(rcond, rows, columns, str(dtype)[6:])  # type: ignore[arg-type]  # known sizes


_known_cutoff = functools.lru_cache(maxsize=256)(_cutoff)


def pinv(x: Tensor, rcond: float | None) -> Tensor:
    return in_dtype(_pinv(_wide(x), relative_cutoff(x, rcond)), x.dtype)


def _pinv(x: Tensor, part: float) -> Tensor:
    # A tensor, because torch compiles a function again for each number.
    limit = torch.scalar_tensor(part, dtype=_real(x.dtype), device=x.device)
    return _of_finite(lambda wide: torch.linalg.pinv(wide, rtol=limit), x)


def lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Tensor:
    if shapes.are_vectors(tuple(a.shape), tuple(b.shape)):
        return lstsq(a, b[..., None], rcond)[..., 0]
    if a.dim() == 2 and b.dim() == 2 and a.dtype in _NATIVE and a.numel() and known(a, is_finite):
        if not (differentiable(a) or differentiable(b)):  # torch has a gradient for matrices of full rank only
            return least_squares(a, b, relative_cutoff(a, rcond))
    return in_dtype(_pinv(_wide(a), relative_cutoff(a, rcond)) @ _wide(b), b.dtype)


def least_squares(a: Tensor, b: Tensor, cutoff: float) -> Tensor:
    """Returns the solution of least squares for a finite matrix that has values, without a gradient."""
    # The pivoted QR decomposition ("gelsy") takes half of the time for small matrices, but the last bits of its
    # solution vary from call to call, with the addresses of temporary arrays.
    return torch.linalg.lstsq(a, b, rcond=cutoff, driver="gelsd")[0]


def qr(x: Tensor, mode: str) -> tuple[Tensor, Tensor]:
    _, rows, columns = shapes.matrices(tuple(x.shape))
    wide = _wide(x)
    q, r = torch.linalg.qr(wide)
    # LAPACK's diagonal is real.
    sign = torch.where(r.detach().diagonal(dim1=-2, dim2=-1).real < 0, -1.0, 1.0).to(r.dtype)
    q, r = q * sign[..., None, :], r * sign[..., :, None]
    if mode == "complete" and rows > columns:  # type: ignore[operator]  # known sizes
        q = torch.cat([q, _rest(q, wide)], -1)
        r = torch.cat([r, r.new_zeros((*r.shape[:-2], rows - columns, columns))], -2)  # type: ignore[operator]  # known sizes
    return in_dtype(q, x.dtype), in_dtype(r, x.dtype)


def _rest(q: Tensor, x: Tensor) -> Tensor:
    """Returns further columns that complete the orthonormal ones, which span x, to a basis. Their values are constants:
    the subtracted term is 0, and has the gradient of columns that stay orthogonal to q."""
    rest = torch.linalg.qr(x.detach(), "complete")[0][..., q.shape[-1] :]
    return rest - q @ (q.mH @ rest)


def svd(x: Tensor, full_matrices: bool, compute_uv: bool) -> Any:
    _, rows, columns = shapes.matrices(tuple(x.shape))
    wide = _wide(x)
    if not compute_uv:
        return in_dtype(_of_finite(torch.linalg.svdvals, wide), _real(x.dtype))
    u, values, vh = _of_finite(torch.linalg.svd, wide, False)
    turned = _turned(u)
    u, vh = u * turned, vh * turned.mH
    if full_matrices and (is_size(rows) or is_size(columns)):
        return (
            _with_all_columns(u).to(x.dtype),
            in_dtype(values, _real(x.dtype)),
            _with_all_columns(vh.mH).mH.to(x.dtype),
        )
    if full_matrices and rows > columns:  # type: ignore[operator]  # known sizes
        u = _completed(u)
    elif full_matrices and rows < columns:  # type: ignore[operator]  # known sizes
        vh = _completed(vh.mH).mH
    return in_dtype(u, x.dtype), in_dtype(values, _real(x.dtype)), in_dtype(vh, x.dtype)


def _completed(u: Tensor) -> Tensor:
    rest = _rest(u, u)
    return torch.cat([u, rest * _turned(rest)], -1)


def _with_all_columns(u: Tensor) -> Tensor:
    """Returns what `_completed` does, for any number of columns that are missing: also for none."""
    whole = torch.linalg.qr(u.detach(), "complete")[0]
    places = torch.arange(whole.shape[-1], device=u.device)
    is_missing = places >= u.shape[-1]
    rest = torch.where(is_missing, whole - u @ (u.mH @ whole), whole)
    return torch.where(is_missing, rest * _turned(rest), u.index_select(-1, places.clamp(max=u.shape[-1] - 1)))


def lu_factor(x: Tensor) -> tuple[Tensor, Tensor]:
    packed, pivots, _ = torch.linalg.lu_factor_ex(_wide(x))
    return in_dtype(packed, x.dtype), pivots - 1


def norm(x: Tensor, ord: Any, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    wide = x if x.dtype in _NATIVE else x.float()
    if ord is None or len(axis) == 1:
        length = torch.linalg.vector_norm(wide, 2 if ord is None else ord, axis, keepdims)
    elif ord in ("nuc", 2, -2):
        length = _of_finite(torch.linalg.matrix_norm, wide, ord, axis, keepdims)
    elif ord != "fro" and is_compiling():
        length = _largest_sum(wide, ord, axis, keepdims)
    else:
        length = torch.linalg.matrix_norm(wide, ord, axis, keepdims)
    return in_dtype(length, _real(x.dtype))


def _largest_sum(x: Tensor, ord: float, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    """Returns the norm of order 1, -1, infinity or -infinity. torch compiles its own for each size."""
    summed, reduced = axis if abs(ord) == 1 else axis[::-1]
    sums = torch.linalg.vector_norm(x, 1, summed, True)
    length = torch.amax(sums, reduced, True) if ord > 0 else torch.amin(sums, reduced, True)
    return length if keepdims else torch.squeeze(length, axis)
