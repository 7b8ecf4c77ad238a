"""Listed differences of linear algebra."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common import dtypes
from parity.listing import ALL, Listed, has_complex, has_infinite, overflows, pairs, we_say

_MATRICES = (
    "cholesky", "cholesky_inverse", "det", "eig", "eigh", "inv", "logdet", "lstsq", "lu_factor", "matrix_rank", "norm",
    "pinv", "qr", "slogdet", "solve", "solve_triangular", "svd",
)  # fmt: skip


def _numbers(x: Any) -> Any:
    return np.asarray(x).astype(np.complex128 if np.asarray(x).dtype.kind in "cV" else np.float64)


def _wide(leaf: Any) -> Any:
    return leaf.values.astype(np.complex128)


def _without_answer(found: Any) -> bool:
    """A matrix is singular or nearly so, or holds NaN or infinity."""
    for x in map(np.asarray, found.operands()[:1]):
        if x.ndim < 2 or x.shape[-1] != x.shape[-2] or not x.size:
            continue
        a = x.astype(np.complex128)
        if not np.isfinite(a).all():
            return True
        if found.path in ("solve_triangular", "cholesky_inverse"):
            triangle = np.tril(a) if found.given().get("lower") or found.path != "solve_triangular" else np.triu(a)
            triangle = np.triu(a) if found.given().get("upper") else triangle
            if (np.diagonal(a, axis1=-2, axis2=-1) == 0).any() or (np.linalg.cond(triangle) > 1e5).any():
                return True
        elif (np.linalg.cond(a) > 1e5).any():
            return True
    return False


def _indefinite(found: Any) -> bool:
    """A matrix has no positive determinant, by which its logarithm would be real."""
    return any(x.ndim > 1 and (np.linalg.slogdet(x.astype(np.complex128))[0].real < 0.99).any() for x in found.arrays())


def _decomposed(found: Any) -> bool:
    """Our factors' product is the matrix: what the reference has otherwise is a choice among equals."""
    x = _numbers(found.operands()[0])
    leaves = [_wide(leaf) for leaf in found.ours.leaves]
    if not np.isfinite(x).all() or len(leaves) < 2:
        return False
    if found.path == "svd":
        u, values, vh = leaves
        count = values.shape[-1]
        product = (u[..., :count] * values[..., None, :]) @ vh[..., :count, :]
    elif found.path == "qr":
        product = leaves[0] @ leaves[1]
    elif found.path in ("eig", "eigh"):
        if found.path == "eigh":
            x = np.tril(x) + np.swapaxes(np.tril(x, -1), -1, -2).conj()
        values, vectors = leaves
        product, x = x @ vectors, vectors * values[..., None, :]
    elif found.path == "lu_factor":
        packed, pivots = leaves[0], found.ours.leaves[1].values
        count = min(packed.shape[-2:])
        lower = np.tril(packed[..., :count], -1) + np.eye(packed.shape[-2], count)
        product, x = lower @ np.triu(packed[..., :count, :]), np.array(x)
        for index in np.ndindex(*pivots.shape[:-1]):
            for row, pivot in enumerate(pivots[index]):
                x[index][[row, pivot]] = x[index][[pivot, row]]
    else:
        return False
    bound = 100 * dtypes.epsilon(found.ours.leaves[0].dtype.replace("complex64", "float32")) * np.abs(x).max(initial=0)
    return bool(np.allclose(product, x, rtol=0, atol=bound))


def _not_square(found: Any) -> bool:
    return any(x.ndim > 1 and x.shape[-1] != x.shape[-2] for x in found.arrays())


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "NaN in determinants", ("slogdet",), ALL, ("value", "keras raises"),
        "answers a sign for a determinant that is NaN, as its framework does",
        "answers what the backend's framework does",
        has_infinite,
        judged=False,
    ),
    Listed(
        "matrices of the largest integers", _MATRICES, ALL, ("value", "keras raises"),
        "computes in float64, or takes no such integers",
        "computes in float32, where squares of the largest overflow",
        overflows,
        judged=False,
    ),
    Listed(
        "matrices without an answer", _MATRICES, ALL, ("value", "keras raises", "shape"),
        "raises for a singular matrix, or answers other infinite or very large numbers",
        "raises LinAlgError where `ops.linalg` says so; elsewhere answers what the division by 0 gives, as the backend rounds",
        _without_answer,
        judged=False,
    ),
    Listed(
        "NaN and infinity in matrices", _MATRICES, ALL, ("value", "keras raises", "crash"),
        "answers other numbers for these, fails, or never comes back",
        "answers what the backend's algorithm makes of them, or raises LinAlgError",
        has_infinite,
        judged=False,
    ),
    Listed(
        "what raises LinAlgError", _MATRICES, ALL, ("ops raises",),
        "answers NaN, or something, for NaN, infinity, and matrices that are singular or not positive definite",
        "raises LinAlgError in eager calls, on every backend",
        we_say("LinAlgError", "not finite|singular|definite"),
    ),
    Listed(
        "factors that stay open", ("qr", "svd", "eig", "eigh", "lu_factor"), ALL, ("value", "keras raises"),
        "has other signs and phases, other vectors for equal values or values of 0, another order, or no kernel for the dtype",
        "fixes signs, phases and order as `ops.linalg` says, and its factors' product is the matrix",
        _decomposed,
        judged=False,
    ),
    Listed(
        "logarithms of negative determinants", ("logdet",), ALL, ("value", "keras raises"),
        "answers NaN on some backends where the determinant is not positive, or takes no integers",
        "answers the logarithm of the modulus, as keras on NumPy and JAX",
        _indefinite,
        judged=False,
    ),
    Listed(
        "eigenvalues are complex", ("eig",), ALL, ("dtype",),
        "answers real numbers on NumPy where all eigenvalues are real, and 64 bits for integers and 16-bit floats",
        "answers complex numbers for any matrix, of the operand's precision",
        lambda found: all(a in dtypes.COMPLEX for a, _ in pairs(found)),
    ),
    Listed(
        "matrices of different dtypes", ("solve", "solve_triangular", "lstsq"), ALL, ("dtype", "value"),
        "answers 64 bits for a float of 32 beside an integer, as NumPy does",
        "answers what both promote to",
        lambda found: len(set(found.dtypes)) > 1 and all(b in ("float64", "complex128") for _, b in pairs(found)),
    ),
    Listed(
        "real values of complex matrices", ("norm", "eigh", "svd", "logdet"), ALL, ("dtype",),
        "answers complex numbers for norms and eigenvalues that are real",
        "answers floats",
        lambda found: has_complex(found) and all(a in dtypes.FLOATS and b in dtypes.COMPLEX for a, b in pairs(found)),
    ),
    Listed(
        "ranks in 16 bits", ("matrix_rank",), ALL, ("value", "keras raises"),
        "counts by the precision of float32 or float64, or takes no 16-bit floats",
        "counts by the operand's own precision",
        lambda found: bool({"float16", "bfloat16"} & set(found.dtypes)),
        judged=False,
    ),
    Listed(
        "matrices that are not square", ("lu_factor",), ("tensorflow",), ("keras raises",),
        "takes square matrices alone",
        "takes any",
        _not_square,
        judged=False,
    ),
)
# fmt: on
