"""Derivatives, families elementwise and creation, and of casts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import ops as o
from ops.derivatives.rules import RULES, conj, is_complex, masked, rule


def _unary(**slopes: Callable[..., Any]) -> None:
    """Rules of functions of one number: from x and the answer y to the derivative."""
    for name, slope in slopes.items():
        RULES[f"elementwise.{name}"] = {0: lambda g, y, x, slope=slope: g * conj(slope(x, y))}


_unary(
    negative=lambda x, y: -1.0,
    square=lambda x, y: 2.0 * x,
    exp=lambda x, y: y,
    log=lambda x, y: 1.0 / x,
    sqrt=lambda x, y: 0.5 / y,
    tanh=lambda x, y: 1.0 - o.square(y),
    sin=lambda x, y: o.cos(x),
    cos=lambda x, y: -o.sin(x),
    tan=lambda x, y: 1.0 + o.square(y),
    arccos=lambda x, y: -o.rsqrt(1.0 - o.square(x)),
    arcsin=lambda x, y: o.rsqrt(1.0 - o.square(x)),
    arccosh=lambda x, y: o.rsqrt(x - 1.0) * o.rsqrt(x + 1.0),
    arcsinh=lambda x, y: o.rsqrt(o.square(x) + 1.0),
    arctan=lambda x, y: 1.0 / (1.0 + o.square(x)),
    arctanh=lambda x, y: 1.0 / (1.0 - o.square(x)),
    cosh=lambda x, y: o.sinh(x),
    sinh=lambda x, y: o.cosh(x),
    expm1=lambda x, y: y + 1.0,
    log1p=lambda x, y: 1.0 / (1.0 + x),
    cbrt=lambda x, y: 1.0 / (3.0 * o.square(y)),
    erf=lambda x, y: 2.0 / math.sqrt(math.pi) * o.exp(-o.square(x)),
    erfc=lambda x, y: -2.0 / math.sqrt(math.pi) * o.exp(-o.square(x)),
    erfinv=lambda x, y: math.sqrt(math.pi) / 2.0 * o.exp(o.square(y)),
)


def _binary(name: str, first: Callable[..., Any] | None, second: Callable[..., Any] | None) -> None:
    RULES[f"elementwise.{name}"] = {i: one for i, one in enumerate((first, second)) if one is not None}


def _larger(g: Any, a: Any, b: Any) -> Any:
    """The part of the gradient that goes to the larger of two; half of it for equal ones."""
    return o.where(o.greater(a, b), g, o.where(o.equal(a, b), g * 0.5, o.zeros_like(g)))


def _power_base(g: Any, y: Any, a: Any, b: Any) -> Any:
    if not o.is_tensor(b) and b == 0:  # the product below would be NaN where a is 0, too
        return o.zeros_like(g)
    slope = b * o.power(a, b - 1)
    return g * conj(slope if not o.is_tensor(b) else o.where(o.equal(b, 0), o.zeros_like(slope), slope))


def _power_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
    zero = o.equal(a, 0)
    # The logarithm of 0 would make NaN of what is multiplied by 0.
    return g * conj(y * o.log(o.where(zero, o.ones_like(o.convert_to_tensor(a, o.dtype(y))), a)))


_binary("add", lambda g, y, a, b: g, lambda g, y, a, b: g)
_binary("subtract", lambda g, y, a, b: g, lambda g, y, a, b: -g)
_binary("multiply", lambda g, y, a, b: g * conj(b), lambda g, y, a, b: g * conj(a))
_binary("divide", lambda g, y, a, b: g / conj(b), lambda g, y, a, b: -g * conj(y / b))
_binary("mod", lambda g, y, a, b: g, lambda g, y, a, b: -g * o.floor_divide(a, b))
_binary("fmod", lambda g, y, a, b: g, lambda g, y, a, b: -g * o.trunc(a / b))
_binary("power", _power_base, _power_exponent)
_binary("maximum", lambda g, y, a, b: _larger(g, a, b), lambda g, y, a, b: _larger(g, b, a))
_binary("minimum", lambda g, y, a, b: _larger(g, b, a), lambda g, y, a, b: _larger(g, a, b))


def _no_zero(squared: Any) -> Any:
    """Squares of distances, by which a gradient is divided that is 0 where they are."""
    return o.where(o.equal(squared, 0), 1.0, squared)


_binary(
    "arctan2",
    lambda g, y, a, b: g * b / _no_zero(o.square(a) + o.square(b)),
    lambda g, y, a, b: -g * a / _no_zero(o.square(a) + o.square(b)),
)
_binary("ldexp", lambda g, y, a, b: o.ldexp(g, b), None)


def _softer(g: Any, a: Any, b: Any, unit: float) -> Any:
    """The part of the gradient that goes to one term of a sum of exponentials; half of it for equal infinities."""
    return g * o.where(o.equal(a, b), 0.5, o.sigmoid((a - b) * unit))


_binary("logaddexp", lambda g, y, a, b: _softer(g, a, b, 1.0), lambda g, y, a, b: _softer(g, b, a, 1.0))
_binary(
    "logaddexp2",
    lambda g, y, a, b: _softer(g, a, b, math.log(2.0)),
    lambda g, y, a, b: _softer(g, b, a, math.log(2.0)),
)


@rule("elementwise.gammainc")
def _gammainc(g: Any, y: Any, a: Any, x: Any) -> Any:
    a, x = (o.cast(o.convert_to_tensor(one), "float64") for one in (a, x))

    def by_a() -> Any:
        # Differences of five points, a thousandth of the width that the function has in a apart.
        step = 1e-3 * a / (1.0 + o.sqrt(a))
        near, far = (o.gammainc(a + n * step, x) - o.gammainc(a - n * step, x) for n in (1.0, 2.0))
        return g * (8.0 * near - far) / (12.0 * step)

    def by_x() -> Any:
        # P(a, x) - P(a + 1, x) = x^a exp(-x) / Gamma(a + 1), DLMF 8.8.5, which is x / a times the density.
        zero = o.equal(x, 0)
        density = (o.gammainc(a, x) - o.gammainc(a + 1.0, x)) * a / o.where(zero, 1.0, x)
        at_zero = o.where(o.greater(a, 1.0), 0.0, o.where(o.equal(a, 1.0), 1.0, math.inf))
        return g * o.where(zero, at_zero, density)

    return by_a, by_x


RULES["elementwise.conj"] = {0: lambda g, y, x: conj(g)}
RULES["elementwise.real"] = {0: lambda g, y, x: g}
RULES["elementwise.imag"] = {0: lambda g, y, x: g * 1j if is_complex(x) else None}
RULES["core.cast"] = {0: lambda g, y, x, dtype: g}
RULES["creation.copy"] = {0: lambda g, y, x: g}


@rule("elementwise.abs")
def _abs(g: Any, y: Any, x: Any) -> Any:
    return (g * o.sign(x),)


@rule("elementwise.sign")
def _sign(g: Any, y: Any, x: Any) -> Any:
    if not is_complex(x):
        return (o.zeros_like(x),)
    # A number's direction changes only across it.
    size = o.abs(x)
    across = o.imag(conj(y) * g)
    return (o.where(o.equal(size, 0), o.zeros_like(x), y * 1j * across / o.where(o.equal(size, 0), 1.0, size)),)


@rule("elementwise.angle")
def _angle(g: Any, y: Any, x: Any) -> Any:
    return (g * 1j * x / _no_zero(o.square(o.abs(x))) if is_complex(x) else o.zeros_like(x),)


@rule("elementwise.nan_to_num")
def _nan_to_num(g: Any, y: Any, x: Any, *values: Any) -> Any:
    return (masked(o.isfinite(x), g),)


@rule("elementwise.where")
def _where(g: Any, y: Any, condition: Any, x1: Any, x2: Any) -> Any:
    return None, lambda: masked(condition, g), lambda: masked(o.logical_not(condition), g)


@rule("elementwise.clip")
def _clip(g: Any, y: Any, x: Any, low: Any, high: Any) -> Any:
    raised = o.maximum(x, low)
    return (
        lambda: masked(o.logical_and(o.greater_equal(x, low), o.less_equal(x, high)), g),
        lambda: masked(o.logical_and(o.less(x, low), o.less_equal(raised, high)), g),
        lambda: masked(o.greater(raised, high), g),
    )


@rule("creation.full")
def _full(g: Any, y: Any, shape: Any, value: Any, dtype: str) -> Any:
    return None, g


@rule("creation.full_like")
def _full_like(g: Any, y: Any, x: Any, value: Any, dtype: str) -> Any:
    return o.zeros_like(x), g


RULES["creation.tril"] = {0: lambda g, y, x, k: o.tril(g, k)}
RULES["creation.triu"] = {0: lambda g, y, x, k: o.triu(g, k)}
RULES["creation.diag"] = {0: lambda g, y, x, k: o.diagonal(g, k)}
