"""Listed differences of elementwise functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common import dtypes
from parity.listing import ALL, Listed, has_complex, has_infinite, overflows, pairs, we_say


def _at_tolerance(difference: Any) -> bool:
    """Where the results differ, the distance equals the tolerance up to rounding."""
    x, y = (np.asarray(difference.argument(name)).astype(np.complex128) for name in ("x1", "x2"))
    arguments = difference.arguments()
    bound = arguments.get("atol", 1e-8) + arguments.get("rtol", 1e-5) * np.abs(y)
    near = np.isclose(np.abs(x - y), bound, rtol=1e-2)
    (ours,), (theirs,) = difference.ours.leaves, difference.theirs.leaves
    return bool(np.all(near | (ours.values == theirs.values)))


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "the Bessel function at infinity", ("i0",), ALL, ("value",),
        "returns NaN for the infinities on every backend, and infinity before the end of the range on some",
        "returns infinity, the limit, and every finite value",
        lambda difference: has_infinite(difference) or overflows(difference),
        judged=False,
    ),
    Listed(
        "quotients of infinities", ("floor_divide",), ("tensorflow",), ("value",),
        "returns infinity for inf // 1 and -0 for -1 // inf on TensorFlow, and NaN and -1 elsewhere",
        "returns NaN and -1 on every backend, as NumPy and Python do",
        has_infinite,
    ),
    Listed(
        "negative powers of integers", ("power",), ALL, ("keras raises", "value"),
        "raises for a static negative exponent on NumPy and JAX, and returns some integer elsewhere",
        "returns what the framework does: no integer is the right result",
        lambda difference: all(x.dtype.kind in "biu" for x in difference.arrays())
        and bool((np.asarray(difference.argument("x2")).astype(np.float64) < 0).any()),
        judged=False,
    ),
    Listed(
        "distances at the tolerance", ("isclose", "allclose"), ALL, ("value",),
        "rounds the tolerance in another dtype",
        "rounds it in the operands' dtype",
        _at_tolerance,
        judged=False,
    ),
    Listed(
        "the largest numbers", ("nan_to_num",), ALL, ("value",),
        "does not recognise NaN and infinity in bfloat16, or returns another dtype's largest number",
        "replaces infinity with the dtype's own largest number",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "clip with bounds of other dtypes", ("clip",), ("numpy", "tensorflow"), ("dtype", "value"),
        "returns x's dtype, and casts the bounds to it",
        "promotes all three, as keras does on the other backends",
        lambda difference: len(set(difference.dtypes)) > 1,
    ),
    Listed(
        "what replaces NaN", ("nan_to_num",), ALL, ("ops raises",),
        "does not check the replacements of NaN and infinity where there are none",
        "raises ArgumentTypeError for a replacement that is not a number",
        we_say("ArgumentTypeError", "expected a real number"),
    ),
    Listed(
        "an integer divided by zero", ("mod", "fmod", "floor_divide"), ALL, ("keras raises", "value", "crash"),
        "raises on TensorFlow and torch where an integer is divided by zero, and ends the process on OpenVINO",
        "returns 0, as NumPy does",
        lambda difference: all(x.dtype.kind in "biu" for x in difference.arrays()),
    ),
    Listed(
        "casts of complex numbers and infinity", ("saturate_cast",), ALL, ("value", "keras raises"),
        "fails, or rounds to 32 bits first, and makes the largest float of infinity",
        "takes the real part, as any cast does, and keeps infinity among floats",
        lambda difference: has_complex(difference) or has_infinite(difference),
        judged=False,
    ),
    Listed(
        "polar of integers", ("polar",), ("numpy",), ("dtype", "value"),
        "returns complex128 where an operand is an integer",
        "returns complex64, floatx's complex dtype",
        lambda difference: set(pairs(difference)) <= {("complex64", "complex128")} and bool({*dtypes.INTEGERS, "bool"} & set(difference.dtypes)),
        judged=False,
    ),
    Listed(
        "polar of the largest integers", ("polar",), ALL, ("value", "keras raises"),
        "does not support such integers, or computes in another dtype",
        "promotes both first: with 16-bit floats the largest integers become infinite",
        overflows,
        judged=False,
    ),
)
# fmt: on
