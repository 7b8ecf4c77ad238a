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


def _ill_conditioned(difference: Any) -> bool:
    """A matrix is singular or nearly so, or holds NaN or infinity."""
    for x in map(np.asarray, difference.operands()[:1]):
        if x.ndim < 2 or x.shape[-1] != x.shape[-2] or not x.size:
            continue
        a = x.astype(np.complex128)
        if not np.isfinite(a).all():
            return True
        if difference.path in ("solve_triangular", "cholesky_inverse"):
            triangle = (
                np.tril(a)
                if difference.arguments().get("lower") or difference.path != "solve_triangular"
                else np.triu(a)
            )
            triangle = np.triu(a) if difference.arguments().get("upper") else triangle
            if (np.diagonal(a, axis1=-2, axis2=-1) == 0).any() or (np.linalg.cond(triangle) > 1e5).any():
                return True
        elif (np.linalg.cond(a) > 1e5).any():
            return True
    return False


def _indefinite(difference: Any) -> bool:
    """A matrix does not have a positive determinant, so that the logarithm is not real."""
    return any(
        x.ndim > 1 and (np.linalg.slogdet(x.astype(np.complex128))[0].real < 0.99).any() for x in difference.arrays()
    )


def _decomposed(difference: Any) -> bool:
    """The product of our factors is the matrix: the reference has another decomposition that is right, too."""
    x = _numbers(difference.operands()[0])
    leaves = [_wide(leaf) for leaf in difference.ours.leaves]
    if not np.isfinite(x).all() or len(leaves) < 2:
        return False
    if difference.path == "svd":
        u, values, vh = leaves
        count = values.shape[-1]
        product = (u[..., :count] * values[..., None, :]) @ vh[..., :count, :]
    elif difference.path == "qr":
        product = leaves[0] @ leaves[1]
    elif difference.path in ("eig", "eigh"):
        if difference.path == "eigh":
            x = np.tril(x) + np.swapaxes(np.tril(x, -1), -1, -2).conj()
        values, vectors = leaves
        product, x = x @ vectors, vectors * values[..., None, :]
    elif difference.path == "lu_factor":
        packed, pivots = leaves[0], difference.ours.leaves[1].values
        count = min(packed.shape[-2:])
        lower = np.tril(packed[..., :count], -1) + np.eye(packed.shape[-2], count)
        product, x = lower @ np.triu(packed[..., :count, :]), np.array(x)
        for index in np.ndindex(*pivots.shape[:-1]):
            for row, pivot in enumerate(pivots[index]):
                x[index][[row, pivot]] = x[index][[pivot, row]]
    else:
        return False
    bound = (
        100 * dtypes.epsilon(difference.ours.leaves[0].dtype.replace("complex64", "float32")) * np.abs(x).max(initial=0)
    )
    return bool(np.allclose(product, x, rtol=0, atol=bound))


def _not_square(difference: Any) -> bool:
    return any(x.ndim > 1 and x.shape[-1] != x.shape[-2] for x in difference.arrays())


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "NaN in determinants", ("slogdet",), ALL, ("value", "keras raises"),
        "returns a sign for a determinant that is NaN, as its framework does",
        "returns what the backend's framework does",
        has_infinite,
        judged=False,
    ),
    Listed(
        "matrices of the largest integers", _MATRICES, ALL, ("value", "keras raises"),
        "computes in float64, or does not accept such integers",
        "computes in float32, where squares of the largest integers overflow",
        overflows,
        judged=False,
    ),
    Listed(
        "singular matrices", _MATRICES, ALL, ("value", "keras raises", "shape"),
        "raises for a singular matrix, or returns other infinite or very large numbers",
        "raises LinAlgError where `ops.linalg` documents it; elsewhere returns what the division by 0 gives, as the backend rounds",
        _ill_conditioned,
        judged=False,
    ),
    Listed(
        "NaN and infinity in matrices", _MATRICES, ALL, ("value", "keras raises", "crash"),
        "returns other numbers, fails, or does not end",
        "returns what the backend's algorithm gives, or raises LinAlgError",
        has_infinite,
        judged=False,
    ),
    Listed(
        "calls that raise LinAlgError", _MATRICES, ALL, ("ops raises",),
        "returns NaN or some numbers for NaN, infinity, and matrices that are singular or not positive definite",
        "raises LinAlgError in eager calls, on every backend",
        we_say("LinAlgError", "not finite|singular|definite"),
    ),
    Listed(
        "factors that are not unique", ("qr", "svd", "eig", "eigh", "lu_factor"), ALL, ("value", "keras raises"),
        "returns other signs and phases, other vectors for equal values or values of 0, another order, or has no kernel for the dtype",
        "fixes signs, phases and order as `ops.linalg` documents; the product of its factors is the matrix",
        _decomposed,
        judged=False,
    ),
    Listed(
        "logarithms of negative determinants", ("logdet",), ALL, ("value", "keras raises"),
        "returns NaN on some backends where the determinant is not positive, or does not accept integers",
        "returns the logarithm of the modulus, as keras does on NumPy and JAX",
        _indefinite,
        judged=False,
    ),
    Listed(
        "complex eigenvalues", ("eig",), ALL, ("dtype",),
        "returns real numbers on NumPy where all eigenvalues are real, and 64 bits for integers and 16-bit floats",
        "returns complex numbers for any matrix, of the operand's precision",
        lambda difference: all(a in dtypes.COMPLEX for a, _ in pairs(difference)),
    ),
    Listed(
        "matrices of different dtypes", ("solve", "solve_triangular", "lstsq"), ALL, ("dtype", "value"),
        "returns 64 bits for a 32-bit float and an integer, as NumPy does",
        "returns the promoted dtype",
        lambda difference: len(set(difference.dtypes)) > 1 and all(b in ("float64", "complex128") for _, b in pairs(difference)),
    ),
    Listed(
        "real values of complex matrices", ("norm", "eigh", "svd", "logdet"), ALL, ("dtype",),
        "returns complex numbers for norms and eigenvalues that are real",
        "returns floats",
        lambda difference: has_complex(difference) and all(a in dtypes.FLOATS and b in dtypes.COMPLEX for a, b in pairs(difference)),
    ),
    Listed(
        "ranks in 16 bits", ("matrix_rank",), ALL, ("value", "keras raises"),
        "counts with the precision of float32 or float64, or does not accept 16-bit floats",
        "counts with the operand's own precision",
        lambda difference: bool({"float16", "bfloat16"} & set(difference.dtypes)),
        judged=False,
    ),
    Listed(
        "matrices that are not square", ("lu_factor",), ("tensorflow",), ("keras raises",),
        "accepts only square matrices",
        "accepts any matrix",
        _not_square,
        judged=False,
    ),
)
# fmt: on
