"""Comparison of arrays within the tolerances of their dtypes, with a report of the worst element."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_RELATIVE = {
    "float16": 4e-3,
    "bfloat16": 3e-2,
    "float32": 2e-5,
    "complex64": 2e-5,
    "float64": 1e-11,
    "complex128": 1e-11,
}


def tolerance(dtype: str, loose: float = 1.0) -> float:
    """Returns the relative tolerance for results of this dtype; 0 for integers, bools and float8 dtypes."""
    return _RELATIVE.get(dtype, 0.0) * loose


def allowed(expected: Array, relative: float) -> float:
    """Returns the absolute tolerance that belongs to a relative one.

    It is the relative tolerance of the largest finite element, or of 1 if that is smaller. So results that cancel to
    almost zero beside large ones pass, and wrong results that are all small do not.
    """
    magnitudes = np.abs(wide(expected[np.isfinite(wide(expected))]))
    return relative * min(float(magnitudes.max()) if magnitudes.size else 0.0, 1.0)


def wide(array: Array) -> Array:
    """Returns the array in float64 or complex128, in which differences of smaller dtypes are exact enough."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def mismatch(actual: Array, expected: Array, rtol: float, atol: float, equal_nan: bool = True) -> str | None:
    """Returns a report of the elements that differ by more than ``atol + rtol * abs(expected)``; None if none does.

    Args:
        actual: the array to check.
        expected: an array of the same shape.
        rtol: the relative tolerance. If both tolerances are 0, elements must be equal, also beyond the precision of
            float64.
        atol: the absolute tolerance.
        equal_nan: whether NaN equals NaN.
    """
    exact = rtol == 0 and atol == 0
    with np.errstate(all="ignore"):
        first, second = (actual, expected) if exact else (wide(actual), wide(expected))
        nan_first, nan_second = actual != actual, expected != expected
        equal = np.asarray((first == second) | ((nan_first & nan_second) if equal_nan else False))
        difference = np.abs(wide(actual) - wide(expected))
        bound = atol + rtol * np.abs(wide(expected))
        if not exact:
            equal = equal | (np.isfinite(wide(expected)) & (difference <= bound))
        if equal.all():
            return None
        # NaN and infinity in one array only are worse than every finite difference.
        excess = np.where(np.isfinite(difference), difference / bound if not exact else difference, np.inf)
    worst = np.unravel_index(int(np.argmax(np.where(equal, -1.0, excess))), equal.shape)
    return _report(actual, expected, equal, worst, None if exact else float(bound[worst]), rtol, atol)


def _report(
    actual: Array, expected: Array, equal: Array, worst: tuple[Any, ...], bound: float | None, rtol: float, atol: float
) -> str:
    count, place = int(equal.size - np.count_nonzero(equal)), [int(i) for i in worst]
    a, b = actual[worst], expected[worst]
    share = f"{count} of {equal.size} elements" if equal.ndim else "the values"
    limit = f"differ by more than atol={atol:.3g} + rtol={rtol:.3g} * abs(expected)"
    if bound is None:
        limit = "differ"
    lines = [
        f"{share} {limit}{f'; the worst is at {place}' if equal.ndim else ''}",
        f"  actual      {a}",
        f"  expected    {b}",
    ]
    if np.isfinite(wide(np.asarray(a))) and np.isfinite(wide(np.asarray(b))) and actual.dtype.kind != "b":
        distance = abs(int(a) - int(b)) if actual.dtype.kind in "iu" and expected.dtype.kind in "iu" else None
        absolute = float(np.abs(wide(np.asarray(a)) - wide(np.asarray(b)))) if distance is None else distance
        magnitude = float(np.abs(wide(np.asarray(b))))
        relative = f", relative {absolute / magnitude:.3g}" if magnitude else ""
        times = f", {absolute / bound:.3g} times what is allowed" if bound else ""
        lines.append(f"  difference  {absolute:.6g}{relative}{times}")
    lines.append(f"shape {actual.shape}, dtype {actual.dtype}")
    return "\n".join(lines)
