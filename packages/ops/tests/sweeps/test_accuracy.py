"""The elementwise and special functions over their whole range, against mpmath.

Each function is evaluated on a grid of tiny, huge, negative and next-to-the-edge arguments, in float32 and in float64.
The relative error is at most 1e-6 in float32 and 1e-13 in float64; `KNOWN` lists the functions of a framework that have
a larger one and that would take more than twice their time if they were computed otherwise.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

import ops

BOUNDS = {"float32": 1e-6, "float64": 1e-13}
# Backend, function, dtype: the largest relative error on the grid, and why it is accepted. Times are in milliseconds
# for a million numbers on one core, of the framework's own function and of one without the error ("own, exact"); us are
# microseconds for ten numbers, where several operations take longer. An infinite error is a result that overflows at
# the last numbers before the end of the range; an error of 1 is a 0 in place of a tiny number.
_TAIL = "the tail of tanh or erf cancels or is an exponential of a rounded number, in the framework's own function: "
_ZEROS = "cancels near its negative zeros, as C's and SciPy's does; there, no digits are left in this precision: "
_LOG_2 = "the sum cancels where it is near 0, in the framework's own function, too: "
_GAMMA = "the framework's own: "
_FLUSH = "the sigmoid is less than the smallest normal number from -88 on, where the product is not: "
KNOWN: dict[tuple[str, str, str], tuple[float, str]] = {
    ("numpy", "lgamma", "float64"): (2e-13, _ZEROS + "2 of 1397 numbers, 1.5e-13; NumPy has none, and SciPy's 2.5"),
    ("jax", "lgamma", "float32"): (2e-4, _ZEROS + "own 4.5, ours 3.9, in float64 14.5"),
    ("jax", "lgamma", "float64"): (2e-13, _ZEROS + "2 of 1397 numbers, 1.5e-13; own 12.3, ours 14.5"),
    ("jax", "gelu", "float32"): (1e-5, _TAIL + "own 0.48 (error 1), ours 0.48, exact 0.98"),
    ("jax", "gelu", "float64"): (2e-13, _TAIL + "1 of 887 numbers, 1.6e-13; own 1.3 (error 1), ours 1.4, exact 2.7"),
    ("jax", "gelu_erf", "float64"): (2e-13, _TAIL + "5 of 895 numbers; own 2.5, exact 5.8"),
    ("jax", "logaddexp2", "float32"): (5e-6, _LOG_2 + "own 1.6, in float64 6.3"),
    ("jax", "gammainc", "float32"): (4e-5, _GAMMA + "20,000 numbers 1.9, in float64 26.6"),
    ("jax", "gammainc", "float64"): (1e-12, _GAMMA + "8e-13 where a is large; XLA's loop has no other tolerance"),
    ("tensorflow", "erfc", "float32"): (5e-6, "4 of 853 numbers, the tail from 8.9 on; own 1.3, exact 3.5"),
    ("tensorflow", "silu", "float32"): (1.0, _FLUSH + "own 0.61, exact 1.76"),
    ("tensorflow", "gelu", "float32"): (1e-5, _TAIL + "own 9.6 (error 1), ours 0.90; exact three times ours"),
    ("tensorflow", "gelu", "float64"): (2e-13, _TAIL + "1 of 887 numbers, 1.1e-13; own 32 (error 1), ours 2.8"),
    ("tensorflow", "gelu_erf", "float32"): (1e-5, _TAIL + "own 1.9 (error 1), erfc alone 1.3; exact more than 4"),
    ("tensorflow", "gelu_erf", "float64"): (2e-13, _TAIL + "4 of 895 numbers, 1.5e-13; own 5.1 (error 1)"),
    ("tensorflow", "elu", "float32"): (1.0, "own exp(x) - 1, which cancels near 0: own 0.48, with expm1 2.1"),
    ("tensorflow", "elu", "float64"): (1.0, "own exp(x) - 1, which cancels near 0: own 1.2, with expm1 6.6"),
    ("tensorflow", "selu", "float32"): (1.0, "own exp(x) - 1, which cancels near 0: own 0.49, with expm1 2.1"),
    ("tensorflow", "selu", "float64"): (1.0, "own exp(x) - 1, which cancels near 0: own 1.2, with expm1 6.6"),
    ("tensorflow", "logaddexp2", "float32"): (5e-6, _LOG_2 + "ours 1.9, in float64 5.6"),
    ("tensorflow", "gammainc", "float64"): (1e-12, _GAMMA + "7e-13 where a is large; its loop has no other tolerance"),
    ("torch", "sinh", "float32"): (math.inf, "3 numbers at the end: own 0.83, exact 1.8; 0.83 us, 9.9 us"),
    ("torch", "sinh", "float64"): (math.inf, "2 numbers at the end: own 1.5, exact 4.7; 0.86 us, 9.0 us"),
    ("torch", "cosh", "float32"): (math.inf, "3 numbers at the end: own 0.79, exact 1.0; 0.83 us, 5.4 us"),
    ("torch", "cosh", "float64"): (math.inf, "2 numbers at the end: own 1.5, exact 2.1; 0.81 us, 4.9 us"),
    ("torch", "silu", "float32"): (1.0, "1 number, at -89: own 0.23, exact 5.5"),
    ("torch", "gelu", "float32"): (1.0, _TAIL + "own 1.2, exact 10.6"),
    ("torch", "gelu", "float64"): (1.0, _TAIL + "own 2.3, exact 29.6"),
    ("torch", "gelu_erf", "float32"): (math.inf, _TAIL + "own 0.22, with erfc 1.7"),
    ("torch", "gelu_erf", "float64"): (1.0, _TAIL + "own 1.8, with erfc 5.5"),
    ("torch", "tanh_shrink", "float32"): (1.0, "own x - tanh(x), which cancels near 0: own 2.3, exact 10.7"),
    ("torch", "tanh_shrink", "float64"): (1.0, "own x - tanh(x), which cancels near 0: own 4.3, exact 17.3"),
    ("torch", "hard_silu", "float32"): (math.inf, "2 numbers at the end: own 0.09, exact 0.21"),
    ("torch", "hard_silu", "float64"): (math.inf, "1 number at the end: own 0.22, exact 0.59"),
    ("torch", "gammainc", "float64"): (1e-12, "1 of 150 numbers, 5e-13; torch's own, which is part of ours, 2e-9"),
    ("openvino", "lgamma", "float32"): (2e-4, _ZEROS + "no graph computes in float64"),
    ("openvino", "lgamma", "float64"): (2e-13, _ZEROS + "2 of 1397 numbers, 1.5e-13; on the host"),
    ("openvino", "gelu", "float32"): (1.0, _TAIL + "in a matrix product of 1024 x 256 x 256 it takes 0.10, exact 0.55"),
    ("openvino", "gelu_erf", "float32"): (
        1.0,
        _TAIL + "in a matrix product it takes 0.05 of 0.35, and erfc is no node",
    ),
    ("openvino", "logaddexp2", "float32"): (5e-6, _LOG_2 + "no graph computes in float64"),
}


def _log_sigmoid(x: Any) -> Any:
    return -_softplus(-x)


def _softplus(x: Any) -> Any:
    return x + mp.log1p(mp.exp(-x)) if x > 0 else mp.log1p(mp.exp(x))


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


def _gelu_tanh(x: Any) -> Any:
    # As documented, with its two constants: 0.5 x (1 + tanh(u)) = x / (1 + exp(-2 u)).
    return x * _sigmoid(2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3))


def _gelu(x: Any) -> Any:
    return x * _erfc(-x / mp.sqrt(2)) / 2


def _cbrt(x: Any) -> Any:
    return mp.sign(x) * mp.cbrt(abs(x))


def _odd(function: Callable[[Any], Any], derivative: Any = 1) -> Callable[[Any], Any]:
    """An odd function whose next term is of third order: below 1e-30 it is its derivative at 0 times x."""
    return lambda x: x * derivative if abs(x) < 1e-30 else mp.sign(x) * function(abs(x))


def _erfc(x: Any) -> Any:
    return mp.erfc(x) if abs(x) < 1e3 else mpf(0 if x > 0 else 2)


def _erf(x: Any) -> Any:
    return mp.erf(x) if abs(x) < 1e3 else mp.sign(x)


def _tanh_shrink(x: Any) -> Any:
    return x - mp.tanh(x) if abs(x) > 1e-10 else x**3 / 3 - 2 * x**5 / 15 + 17 * x**7 / 315


def _negative_exponential(alpha: str, scale: str = "1") -> Callable[[Any], Any]:
    return lambda x: mpf(scale) * (x if x > 0 else mpf(alpha) * mp.expm1(x))


def _log_sum(x: Any, y: Any) -> Any:
    return max(x, y) + mp.log1p(mp.exp(-abs(x - y)))


def _log_sum_2(x: Any, y: Any) -> Any:
    return max(x, y) + mp.log1p(mpf(2) ** -abs(x - y)) / mp.log(2)


def _gammainc(a: Any, x: Any) -> Any:
    return mp.gammainc(a, 0, x, regularized=True)


def _squareplus(x: Any) -> Any:
    return (x + mp.sqrt(x * x + 4)) / 2 if x > 0 else 2 / (mp.sqrt(x * x + 4) - x)


def _log_gamma(x: Any) -> Any:
    return mp.log(abs(mp.gamma(x))) if x < 1e4 else mp.loggamma(x)


ANY, POSITIVE, UNIT, ABOVE_1, ABOVE_MINUS_1 = "any", "positive", "unit", "above 1", "above -1"
EXPONENT, MODERATE, GAMMA = "exponent", "moderate", "gamma"

# The function of mpmath and the arguments.
UNARY: dict[str, tuple[Callable[[Any], Any], str]] = {
    "exp": (mp.exp, EXPONENT),
    "exp2": (lambda x: mpf(2) ** x, EXPONENT),
    "expm1": (mp.expm1, EXPONENT),
    "log": (mp.log, POSITIVE),
    "log2": (lambda x: mp.log(x) / mp.log(2), POSITIVE),
    "log10": (mp.log10, POSITIVE),
    "log1p": (mp.log1p, ABOVE_MINUS_1),
    "sqrt": (mp.sqrt, POSITIVE),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), POSITIVE),
    "cbrt": (_cbrt, ANY),
    "reciprocal": (lambda x: 1 / x, ANY),
    "square": (lambda x: x * x, ANY),
    "sin": (mp.sin, ANY),
    "cos": (mp.cos, ANY),
    "tan": (mp.tan, ANY),
    "arcsin": (mp.asin, UNIT),
    "arccos": (mp.acos, UNIT),
    "arctan": (mp.atan, ANY),
    "sinh": (mp.sinh, EXPONENT),
    "cosh": (mp.cosh, EXPONENT),
    "tanh": (mp.tanh, ANY),
    "arcsinh": (_odd(mp.asinh), ANY),
    "arccosh": (mp.acosh, ABOVE_1),
    "arctanh": (_odd(mp.atanh), UNIT),
    "sinc": (lambda x: mp.sinpi(x) / (mp.pi * x), MODERATE),
    "deg2rad": (mp.radians, ANY),
    "rad2deg": (mp.degrees, ANY),
    "erf": (_erf, ANY),
    "erfc": (_erfc, ANY),
    "erfinv": (_odd(mp.erfinv, mp.sqrt(mp.pi) / 2), UNIT),
    "lgamma": (_log_gamma, GAMMA),
    "i0": (lambda x: mp.besseli(0, x), EXPONENT),
    "sigmoid": (_sigmoid, ANY),
    "log_sigmoid": (_log_sigmoid, ANY),
    "softplus": (_softplus, ANY),
    "softsign": (lambda x: x / (1 + abs(x)), ANY),
    "silu": (lambda x: x * _sigmoid(x), ANY),
    "gelu": (_gelu_tanh, ANY),
    "gelu_erf": (_gelu, ANY),
    "elu": (_negative_exponential("1"), ANY),
    "celu": (_negative_exponential("1"), ANY),
    "selu": (_negative_exponential("1.6732632423543772848170429916717", "1.0507009873554804934193349852946"), ANY),
    "squareplus": (_squareplus, ANY),
    "tanh_shrink": (_tanh_shrink, ANY),
    "hard_sigmoid": (lambda x: min(max(x / 6 + mpf(1) / 2, 0), 1), ANY),
    "hard_silu": (lambda x: x * min(max(x / 6 + mpf(1) / 2, 0), 1), ANY),
}
BINARY: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "power": (lambda x, y: x**y, "power"),
    "hypot": (mp.hypot, "pairs"),
    "logaddexp": (_log_sum, "pairs"),
    "logaddexp2": (_log_sum_2, "pairs"),
    "arctan2": (mp.atan2, "pairs"),
    "divide": (lambda x, y: x / y, "pairs"),
    "gammainc": (_gammainc, "shapes"),
}


def _next_to(values: Any, dtype: str) -> Any:
    """Returns numbers and their neighbours at one and three units in the last place."""
    x = np.asarray(values, dtype)
    near = [x]
    for step in (1, 3):
        for end in (-np.inf, np.inf):
            moved = x
            for _ in range(step):
                moved = np.nextafter(moved, np.asarray(end, dtype))
            near.append(moved)
    return np.concatenate(near)


def _grid(kind: str, dtype: str) -> Any:
    limits = np.finfo(dtype)
    rng = np.random.default_rng(0)
    tiny, huge = float(limits.tiny), float(limits.max)
    sizes = np.concatenate(
        [
            np.geomspace(tiny, huge, 120),
            np.geomspace(float(limits.eps) / 16, 1e3, 160),
            _next_to([0.25, 0.46875, 0.5, 1, 2, 4, 8, 20, 37, 88, 100], dtype).astype("f8"),
            _next_to([np.pi / 4, np.pi / 2, np.pi, 3 * np.pi / 2, 2 * np.pi, 100 * np.pi], dtype).astype("f8"),
            2.0 ** np.arange(-20, 20),
            rng.uniform(0, 10, 100),
        ]
    )
    both = np.concatenate([sizes, -sizes])
    gaps = np.concatenate([np.geomspace(float(limits.eps) / 2, 0.5, 60), 2.0 ** -np.arange(1, limits.nmant + 2)])
    if kind == POSITIVE:
        x = np.concatenate([sizes, 1 - gaps, 1 + gaps])
    elif kind == UNIT:
        x = np.concatenate([sizes[sizes < 1], 1 - gaps])
        x = np.concatenate([x, -x])
    elif kind == ABOVE_1:
        x = np.concatenate([sizes[sizes > 1], 1 + gaps])
    elif kind == ABOVE_MINUS_1:
        x = np.concatenate([both[both > -1], gaps - 1])
    elif kind == EXPONENT:
        top = np.log(huge)
        x = np.concatenate([both[np.abs(both) < top], np.linspace(-top, top, 200), _next_to([top, -top], dtype)])
    elif kind == MODERATE:
        x = np.concatenate([both[np.abs(both) < 1e4], np.arange(1, 40) + 0.25, _next_to(np.arange(1, 20), dtype)])
    elif kind == GAMMA:
        x = sizes[sizes < 1e30 if dtype == "float32" else sizes < 1e300]
        negative = np.concatenate([-sizes[(sizes < 50)], -np.arange(1, 30) - 0.5, _next_to(-np.arange(1.0, 20), dtype)])
        x = np.concatenate([x, 1 - gaps, 1 + gaps, 2 - gaps, 2 + gaps, negative[negative != np.round(negative)]])
    else:
        x = both
    x = np.unique(x.astype(dtype))
    if kind in (GAMMA, MODERATE, UNIT, ABOVE_MINUS_1):
        x = x[(x != np.round(x)) | (x > 2.5)]
    return x[np.isfinite(x) & (np.abs(x) >= limits.tiny)]


def _pairs(kind: str, dtype: str) -> tuple[Any, Any]:
    limits = np.finfo(dtype)
    rng = np.random.default_rng(1)
    if kind == "power":
        x = np.exp(rng.normal(0, 3, 300))
        y = rng.normal(0, 20, 300)
        x[:60], y[:60] = 1 + rng.normal(0, 1e-3, 60), rng.normal(0, 1e4, 60)
        x[60:120] = 10 ** rng.uniform(-30, 30, 60)
        y[60:120] = rng.choice([2, 3, 0.5, -1, -2, 1 / 3, 0.1], 60)
    elif kind == "shapes":
        x = 10 ** rng.uniform(-3, 3, 150)
        y = x * np.exp(rng.normal(0, 1, x.size) / np.sqrt(np.maximum(x, 0.1)))
    else:
        sizes = np.concatenate([np.geomspace(limits.tiny, limits.max / 4, 25), np.linspace(0.1, 30, 25)])
        sizes = np.concatenate([sizes, -sizes])
        x, y = (part.reshape(-1) for part in np.meshgrid(sizes, sizes))
        near = rng.uniform(-50, 50, 100)
        x, y = np.concatenate([x, near]), np.concatenate([y, near + rng.normal(0, 1, 100)])
    return x.astype(dtype), y.astype(dtype)


@functools.cache
def _reference(name: str, dtype: str) -> tuple[tuple[Any, ...], Any]:
    """Returns the arguments and the exact values, in float64; only values that are normal numbers of the dtype."""
    limits = np.finfo(dtype)
    if name in UNARY:
        function, kind = UNARY[name]
        arguments: tuple[Any, ...] = (_grid(kind, dtype),)
    else:
        function, kind = BINARY[name]
        arguments = _pairs(kind, dtype)
    values = []
    with mp.workdps(60):
        for point in zip(*(x.tolist() for x in arguments), strict=True):
            values.append(_rounded(function, [mpf(p) for p in point], limits))
    right = np.array(values)
    normal = np.isfinite(right) & (np.abs(right) >= 2 * limits.tiny)
    return tuple(x[normal] for x in arguments), right[normal]


def _rounded(function: Any, point: list[Any], limits: Any) -> float:
    """Returns the value in float64, exact to 1e-16; infinity where it is not a finite number of the dtype."""
    value = function(*point)
    if not mp.isfinite(value) or abs(value) > float(limits.max):
        return float("inf")
    return float(value)


def _evaluate(name: str, arguments: tuple[Any, ...]) -> Any:
    tensors = [ops.convert_to_tensor(x) for x in arguments]
    if name == "gelu_erf":
        return ops.convert_to_numpy(ops.gelu(*tensors, approximate=False))
    return ops.convert_to_numpy(getattr(ops, name)(*tensors))


def errors(name: str, dtype: str) -> tuple[Any, tuple[Any, ...], Any, Any]:
    """Returns the relative errors on the grid, the arguments, the backend's results and the exact values."""
    arguments, right = _reference(name, dtype)
    result = np.asarray(_evaluate(name, arguments))
    assert result.dtype == dtype
    error = np.abs(result.astype("f8") - right) / np.abs(right)
    return np.where(np.isnan(error), np.inf, error), arguments, result, right


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [*UNARY, *BINARY])
def test_relative_errors_are_within_bounds(backend: str, name: str, dtype: str) -> None:
    error, arguments, result, right = errors(name, dtype)
    worst = int(error.argmax())
    bound = KNOWN[backend, name, dtype][0] if (backend, name, dtype) in KNOWN else BOUNDS[dtype]
    message = f"{name}{tuple(x[worst].item() for x in arguments)} is {result[worst]!r}, right is {right[worst]!r}"
    assert error[worst] <= bound, message


def test_exceptions_are_few() -> None:
    for name in ("numpy", "jax", "tensorflow", "torch", "openvino"):
        assert sum(key[0] == name for key in KNOWN) <= 20
