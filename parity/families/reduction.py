"""Listed differences of reductions."""

from __future__ import annotations

from parity.listing import ALL, Listed, has_complex, overflows, pairs

_VARIANCES = ("std", "var", "nanstd", "nanvar")


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "statistics of large integers", (*_VARIANCES, "slogdet", "corrcoef", "average", "mean", "nanmean", "trapezoid"), ALL, ("value", "keras raises", "shape"),
        "wraps 64-bit integers to 32 bits first, or does not support unsigned dtypes",
        "computes them in float32, where squares of the largest integers overflow and sums cancel",
        overflows,
        judged=False,
    ),
    Listed(
        "real functions of complex numbers", (*_VARIANCES, "slogdet"), ALL, ("dtype",),
        "returns complex numbers along axes of one element or none, and for the logarithm of a determinant on TensorFlow",
        "returns floats, as for any other operands",
        lambda difference: has_complex(difference) and all("complex" not in a and "complex" in b for a, b in pairs(difference)),
    ),
)
# fmt: on
