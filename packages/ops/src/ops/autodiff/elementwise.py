"""Vjp rules of the family elementwise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules, VjpRule, conj, is_complex, masked

# Functions of one number: the derivative from x and the output y.
_UNARY: dict[str, Callable[[Any, Any], Any]] = {
    "negative": lambda x, y: -1.0,
    "square": lambda x, y: 2.0 * x,
    "exp": lambda x, y: y,
    "log": lambda x, y: 1.0 / x,
    "sqrt": lambda x, y: 0.5 / y,
    "tanh": lambda x, y: 1.0 - xp.square(y),
    "sin": lambda x, y: xp.cos(x),
    "cos": lambda x, y: -xp.sin(x),
    "tan": lambda x, y: 1.0 + xp.square(y),
    "arccos": lambda x, y: -xp.rsqrt(1.0 - xp.square(x)),
    "arcsin": lambda x, y: xp.rsqrt(1.0 - xp.square(x)),
    "arccosh": lambda x, y: xp.rsqrt(x - 1.0) * xp.rsqrt(x + 1.0),
    "arcsinh": lambda x, y: xp.rsqrt(xp.square(x) + 1.0),
    "arctan": lambda x, y: 1.0 / (1.0 + xp.square(x)),
    "arctanh": lambda x, y: 1.0 / (1.0 - xp.square(x)),
    "cosh": lambda x, y: xp.sinh(x),
    "sinh": lambda x, y: xp.cosh(x),
    "expm1": lambda x, y: y + 1.0,
    "log1p": lambda x, y: 1.0 / (1.0 + x),
    "cbrt": lambda x, y: 1.0 / (3.0 * xp.square(y)),
    "erf": lambda x, y: 2.0 / math.sqrt(math.pi) * xp.exp(-xp.square(x)),
    "erfc": lambda x, y: -2.0 / math.sqrt(math.pi) * xp.exp(-xp.square(x)),
    "erfinv": lambda x, y: math.sqrt(math.pi) / 2.0 * xp.exp(xp.square(y)),
}


def _unary_vjp(derivative: Callable[[Any, Any], Any]) -> VjpRule:
    return {0: lambda g, y, x: g * conj(derivative(x, y))}


def _larger(g: Any, a: Any, b: Any) -> Any:
    """Returns the cotangent where a is the larger one; half of it where they are equal."""
    return xp.where(xp.greater(a, b), g, xp.where(xp.equal(a, b), g * 0.5, xp.zeros_like(g)))


def _power_base(g: Any, y: Any, a: Any, b: Any) -> Any:
    if not xp.is_tensor(b) and b == 0:  # the product below would be NaN where a is 0
        return xp.zeros_like(g)
    derivative = b * xp.power(a, b - 1)
    if xp.is_tensor(b):
        derivative = xp.where(xp.equal(b, 0), xp.zeros_like(derivative), derivative)
    return g * conj(derivative)


def _power_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
    # Where a is 0, y is 0 as well, and log(0) would make their product NaN.
    is_zero = xp.equal(a, 0)
    return g * conj(y * xp.log(xp.where(is_zero, xp.ones_like(xp.convert_to_tensor(a, xp.dtype(y))), a)))


def _nonzero(squared: Any) -> Any:
    """Returns squared distances to divide by: 1 instead of 0, where the numerator is 0 too."""
    return xp.where(xp.equal(squared, 0), 1.0, squared)


def _softmax_share(g: Any, a: Any, b: Any, log_base: float) -> Any:
    """Returns the cotangent of a term of a logarithm of summed powers; half of it for equal infinities."""
    return g * xp.where(xp.equal(a, b), 0.5, xp.sigmoid((a - b) * log_base))


_BINARY: dict[str, VjpRule] = {
    "add": {0: lambda g, y, a, b: g, 1: lambda g, y, a, b: g},
    "subtract": {0: lambda g, y, a, b: g, 1: lambda g, y, a, b: -g},
    "multiply": {0: lambda g, y, a, b: g * conj(b), 1: lambda g, y, a, b: g * conj(a)},
    "divide": {0: lambda g, y, a, b: g / conj(b), 1: lambda g, y, a, b: -g * conj(y / b)},
    "mod": {0: lambda g, y, a, b: g, 1: lambda g, y, a, b: -g * xp.floor_divide(a, b)},
    "fmod": {0: lambda g, y, a, b: g, 1: lambda g, y, a, b: -g * xp.trunc(a / b)},
    "power": {0: _power_base, 1: _power_exponent},
    "maximum": {0: lambda g, y, a, b: _larger(g, a, b), 1: lambda g, y, a, b: _larger(g, b, a)},
    "minimum": {0: lambda g, y, a, b: _larger(g, b, a), 1: lambda g, y, a, b: _larger(g, a, b)},
    "arctan2": {
        0: lambda g, y, a, b: g * b / _nonzero(xp.square(a) + xp.square(b)),
        1: lambda g, y, a, b: -g * a / _nonzero(xp.square(a) + xp.square(b)),
    },
    "ldexp": {0: lambda g, y, a, b: xp.ldexp(g, b)},
    "logaddexp": {
        0: lambda g, y, a, b: _softmax_share(g, a, b, 1.0),
        1: lambda g, y, a, b: _softmax_share(g, b, a, 1.0),
    },
    "logaddexp2": {
        0: lambda g, y, a, b: _softmax_share(g, a, b, math.log(2.0)),
        1: lambda g, y, a, b: _softmax_share(g, b, a, math.log(2.0)),
    },
}


def _gammainc(g: Any, y: Any, a: Any, x: Any) -> Any:
    a, x = (xp.cast(xp.convert_to_tensor(operand), "float64") for operand in (a, x))

    def by_a() -> Any:
        # Five-point differences; the spacing is a thousandth of the width of the function's transition in a.
        spacing = 1e-3 * a / (1.0 + xp.sqrt(a))
        near, far = (xp.gammainc(a + n * spacing, x) - xp.gammainc(a - n * spacing, x) for n in (1.0, 2.0))
        return g * (8.0 * near - far) / (12.0 * spacing)

    def by_x() -> Any:
        # P(a, x) - P(a + 1, x) = x^a exp(-x) / Gamma(a + 1), DLMF 8.8.5, which is x / a times the density.
        is_zero = xp.equal(x, 0)
        density = (xp.gammainc(a, x) - xp.gammainc(a + 1.0, x)) * a / xp.where(is_zero, 1.0, x)
        at_zero = xp.where(xp.greater(a, 1.0), 0.0, xp.where(xp.equal(a, 1.0), 1.0, math.inf))
        return g * xp.where(is_zero, at_zero, density)

    return by_a, by_x


def _sign(g: Any, y: Any, x: Any) -> Any:
    if not is_complex(x):
        return xp.zeros_like(x)
    # Only the part of a change that is perpendicular to x changes its direction.
    size = xp.abs(x)
    is_zero = xp.equal(size, 0)
    perpendicular = xp.imag(conj(y) * g)
    return xp.where(is_zero, xp.zeros_like(x), y * 1j * perpendicular / xp.where(is_zero, 1.0, size))


def _angle(g: Any, y: Any, x: Any) -> Any:
    return g * 1j * x / _nonzero(xp.square(xp.abs(x))) if is_complex(x) else xp.zeros_like(x)


def _where(g: Any, y: Any, condition: Any, x1: Any, x2: Any) -> Any:
    return None, lambda: masked(condition, g), lambda: masked(xp.logical_not(condition), g)


def _clip(g: Any, y: Any, x: Any, low: Any, high: Any) -> Any:
    raised = xp.maximum(x, low)
    return (
        lambda: masked(xp.logical_and(xp.greater_equal(x, low), xp.less_equal(x, high)), g),
        lambda: masked(xp.logical_and(xp.less(x, low), xp.less_equal(raised, high)), g),
        lambda: masked(xp.greater(raised, high), g),
    )


RULES = FamilyRules(
    vjps={
        **{f"elementwise.{name}": _unary_vjp(derivative) for name, derivative in _UNARY.items()},
        **{f"elementwise.{name}": rule for name, rule in _BINARY.items()},
        "elementwise.abs": {0: lambda g, y, x: g * xp.sign(x)},
        "elementwise.angle": {0: _angle},
        "elementwise.clip": _clip,
        "elementwise.conj": {0: lambda g, y, x: conj(g)},
        "elementwise.gammainc": _gammainc,
        "elementwise.imag": {0: lambda g, y, x: g * 1j if is_complex(x) else None},
        "elementwise.nan_to_num": {0: lambda g, y, x, *replacements: masked(xp.isfinite(x), g)},
        "elementwise.real": {0: lambda g, y, x: g},
        "elementwise.sign": {0: _sign},
        "elementwise.where": _where,
    },
    zero_gradient=frozenset(
        f"elementwise.{name}"
        for name in (
            "ceil",
            "equal",
            "floor",
            "floor_divide",
            "greater",
            "greater_equal",
            "isfinite",
            "isinf",
            "isnan",
            "less",
            "less_equal",
            "nextafter",
            "not_equal",
            "rint",
            "signbit",
        )
    ),
)
