"""Listed differences of elementwise functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common import dtypes
from parity.listing import ALL, Listed, has_complex, has_infinite, overflows, pairs, we_say


def _at_tolerance(found: Any) -> bool:
    """Where the answers differ, the distance is the tolerance itself, but for rounding."""
    x, y = (np.asarray(found.argument(name)).astype(np.complex128) for name in ("x1", "x2"))
    given = found.given()
    bound = given.get("atol", 1e-8) + given.get("rtol", 1e-5) * np.abs(y)
    near = np.isclose(np.abs(x - y), bound, rtol=1e-2)
    (ours,), (theirs,) = found.ours.leaves, found.theirs.leaves
    return bool(np.all(near | (ours.values == theirs.values)))


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "the Bessel function at infinity", ("i0",), ALL, ("value",),
        "returns NaN for the infinities on every backend, and infinity before the end of the range on some",
        "returns infinity, the limit, and every finite value",
        lambda found: has_infinite(found) or overflows(found),
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
        "raises for a known negative exponent on NumPy and JAX, and answers something elsewhere",
        "answers what the framework does: no integer is right",
        lambda found: all(x.dtype.kind in "biu" for x in found.arrays())
        and bool((np.asarray(found.argument("x2")).astype(np.float64) < 0).any()),
        judged=False,
    ),
    Listed(
        "distances at the tolerance", ("isclose", "allclose"), ALL, ("value",),
        "rounds the tolerance otherwise",
        "rounds it as its dtype does",
        _at_tolerance,
        judged=False,
    ),
    Listed(
        "the largest numbers", ("nan_to_num",), ALL, ("value",),
        "does not see NaN and infinity in bfloat16, or answers another dtype's largest number",
        "puts the dtype's own largest number for infinity",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "clip between other dtypes", ("clip",), ("numpy", "tensorflow"), ("dtype", "value"),
        "answers in x's dtype, whatever is lost of the bounds",
        "promotes all three, as keras on the other backends",
        lambda found: len(set(found.dtypes)) > 1,
    ),
    Listed(
        "what replaces NaN", ("nan_to_num",), ALL, ("ops raises",),
        "does not look at what would replace NaN and infinity where there are none",
        "raises ArgumentTypeError for what is no number",
        we_say("ArgumentTypeError", "expected a real number"),
    ),
    Listed(
        "an integer divided by zero", ("mod", "fmod", "floor_divide", "remainder"), ALL, ("keras raises", "value", "crash"),
        "raises on TensorFlow and torch where an integer is divided by zero, and ends the process on OpenVINO",
        "answers 0, as NumPy does",
        lambda found: all(x.dtype.kind in "biu" for x in found.arrays()),
    ),
    Listed(
        "casts of complex numbers and infinity", ("saturate_cast",), ALL, ("value", "keras raises"),
        "fails, or rounds to 32 bits first, and makes the largest float of infinity",
        "takes the real part, as any cast does, and keeps infinity among floats",
        lambda found: has_complex(found) or has_infinite(found),
        judged=False,
    ),
    Listed(
        "polar of integers", ("polar",), ("numpy",), ("dtype", "value"),
        "answers complex128 where an operand is an integer",
        "answers complex64, floatx's complex dtype",
        lambda found: set(pairs(found)) <= {("complex64", "complex128")} and bool({*dtypes.INTEGERS, "bool"} & set(found.dtypes)),
        judged=False,
    ),
    Listed(
        "polar of the largest integers", ("polar",), ALL, ("value", "keras raises"),
        "has no such integers, or another dtype",
        "promotes both first: the largest are infinite beside 16-bit floats",
        overflows,
        judged=False,
    ),
)
# fmt: on
