"""The error function, its relatives and the incomplete gamma function in NumPy, for who computes on the host.

W. J. Cody, Rational Chebyshev approximations for the error function, 1969, https://doi.org/10.1090/S0025-5718-1969-0247736-4;
M. Giles, Approximating the erfinv function, 2010. Everything is computed in float64, to a few units in the last place.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# Coefficients from the highest power down: up to 0.46875, up to 4, and beyond.
NEAR = (
    (1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)
MIDDLE = (
    (
        2.15311535474403846e-8,
        5.64188496988670089e-1,
        8.88314979438837594,
        6.61191906371416295e1,
        2.98635138197400131e2,
        8.81952221241769090e2,
        1.71204761263407058e3,
        2.05107837782607147e3,
        1.23033935479799725e3,
    ),
    (
        1.0,
        1.57449261107098347e1,
        1.17693950891312499e2,
        5.37181101862009858e2,
        1.62138957456669019e3,
        3.29079923573345963e3,
        4.36261909014324716e3,
        3.43936767414372164e3,
        1.23033935480374942e3,
    ),
)
FAR = (
    (
        1.63153871373020978e-2,
        3.05326634961232344e-1,
        3.60344899949804439e-1,
        1.25781726111229246e-1,
        1.60837851487422766e-2,
        6.58749161529837803e-4,
    ),
    (
        1.0,
        2.56852019228982242,
        1.87295284992346725,
        5.27905102951428412e-1,
        6.05183413124413191e-2,
        2.33520497626869185e-3,
    ),
)
# Of the inverse, from the highest power down, in w = -log(1 - x^2): up to w = 5 in w - 2.5, beyond in sqrt(w) - 3.
CENTRE = (
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941,
)
TAIL = (
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682,
)

_BLOCK = 1 << 14  # elements: what is made of them on the way stays in the cache


def _polynomial(coefficients: Sequence[float], x: Array) -> Array:
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += coefficient
    return total


def _ratio(coefficients: tuple[Sequence[float], Sequence[float]], x: Array) -> Array:
    above, below = coefficients
    return _polynomial(above, x) / _polynomial(below, x)


def _in_blocks(function: Callable[[Array], Array]) -> Callable[[Any], Any]:
    """The function of float64 vectors for arrays of any float dtype and shape."""

    def call(x: Any) -> Any:
        flat = np.asarray(x).reshape(-1)
        out = np.empty(flat.shape, flat.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, flat.size, _BLOCK):
                part = slice(start, start + _BLOCK)
                out[part] = function(flat[part].astype(np.float64))
        return out.reshape(np.shape(x))

    return call


def _complement(size: Array) -> Array:
    """erfc of numbers from 0.46875 on."""
    near = np.minimum(size, 4.0)
    far = np.maximum(size, 4.0)
    inverse = 1 / np.square(far)
    tail = (1 / math.sqrt(math.pi) - inverse * _ratio(FAR, inverse)) / far
    scaled = np.where(size <= 4, _ratio(MIDDLE, near), tail)
    # exp(-x^2) of a square without rounding error: x is cut to a sixteenth, and the rest has a factor of its own.
    cut = np.trunc(size * 16) / 16
    return np.where(size < 27, np.exp(-cut * cut) * np.exp((cut - size) * (cut + size)) * scaled, 0.0)


def _erf(x: Array) -> Array:
    size = np.abs(x)
    near = x * _ratio(NEAR, np.square(np.minimum(size, 0.46875)))
    out = np.where(size <= 0.46875, near, np.copysign(1 - _complement(np.clip(size, 0.46875, 27)), x))
    return np.where(np.isnan(x), x, out)


def _erfc(x: Array) -> Array:
    size = np.abs(x)
    near = 1 - x * _ratio(NEAR, np.square(np.minimum(size, 0.46875)))
    tail = _complement(np.clip(size, 0.46875, 27))
    out = np.where(size <= 0.46875, near, np.where(x < 0, 2 - tail, tail))
    return np.where(np.isnan(x), x, out)


def _erfinv(x: Array) -> Array:
    size = np.abs(x)
    gap = 1 - size
    w = -np.log(np.maximum(gap, 1e-300) * (1 + size))
    centre = _polynomial(CENTRE, np.minimum(w, 5) - 2.5)
    y = np.where(w < 5, centre, _polynomial(TAIL, np.sqrt(np.maximum(w, 5)) - 3)) * size
    for _ in range(3):  # Halley's steps; near 1 on what is missing to 1, which is exact
        error = np.where(size < 0.5, _erf(y) - size, gap - _erfc(y)) / (2 / math.sqrt(math.pi) * np.exp(-y * y))
        y -= error / (1 + y * error)
    out = np.where(size == 1, np.inf, y)
    return np.where(size <= 1, np.copysign(np.where(size == 0, 0, out), x), np.nan)


erf = _in_blocks(_erf)
erfc = _in_blocks(_erfc)
erfinv = _in_blocks(_erfinv)


# --- the incomplete gamma function ------------------------------------------------------------------------------------

# Of what is missing to Stirling's formula for log Gamma(z): coefficients of z^-1, z^-3, ... (DLMF 5.11.1).
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
# Temme's expansion for large a, by powers of eta (N. M. Temme, The asymptotic expansion of the incomplete gamma
# functions, 1979; DLMF 8.12.7 to 8.12.10).
TEMME = (
    (-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835, -139 / 777600),
    (-1 / 540, -1 / 288, 25 / 12096, -223 / 1088640),
)
LARGE = 1e5  # from which on Temme's expansion is exact in float64
_SERIES = 100.0  # up to which the series and the continued fraction come to an end soon
_NODES = 32  # of the rule for the integral


@functools.cache
def rule() -> tuple[Array, Array]:
    """Nodes and weights of Gauss and Legendre's rule. (What finds them takes long to import.)"""
    return np.polynomial.legendre.leggauss(_NODES)


def _stirling(z: Array) -> Array:
    return _polynomial(STIRLING[::-1], 1 / np.square(z)) / z


def _log_excess(ratio: Array) -> Array:
    """ratio - 1 - log(ratio), where the ratio is given less 1."""
    return ratio - np.log1p(ratio)


def _front(a: Array, x: Array) -> Array:
    """x**a exp(-x) / Gamma(a + 1)."""
    z = np.maximum(a, 10.0)
    large = np.exp(-z * _log_excess((x - z) / z) - _stirling(z)) / np.sqrt(2 * math.pi * z)
    # For a below 10, from the Gamma function ten further on.
    far = a + 11.0
    log_gamma = (far - 0.5) * np.log(far) - far + 0.5 * math.log(2 * math.pi) + _stirling(far)
    steps = np.prod([a + k for k in range(1, 11)], axis=0)
    small = np.exp(a * np.log(x) - x - log_gamma) * steps
    return np.where(a >= 10, large, small)


def _series(a: Array, x: Array) -> Array:
    term = total = np.ones_like(x)
    for k in range(1, 1000):
        term = term * (x / (a + k))
        total = total + term
        if (term <= 1e-17 * total).all():
            break
    return _front(a, x) * total


def _fraction(a: Array, x: Array) -> Array:
    """1 less the continued fraction (DLMF 8.9.2), by Lentz's method."""
    b = x + 1 - a
    c, d = np.full_like(x, 1e300), 1 / b
    found = d
    for k in range(1, 1000):
        b = b + 2
        d = 1 / (b - k * (k - a) * d)
        c = b - k * (k - a) / c
        step = c * d
        found = found * step
        if (np.abs(step - 1) <= 1e-16).all():
            break
    return 1 - a * _front(a, x) * found


def _integral(a: Array, x: Array) -> Array:
    """The smaller side of x by Gauss and Legendre's rule, up to where the integrand, a bell of width sqrt(a), is 0."""
    top = a - 1
    width = np.sqrt(top)
    above = x > top
    low = np.maximum(0, np.minimum(top - 7.5 * width, x - 5 * width))
    end = np.where(above, np.maximum(top + 11.5 * width, x + 6 * width), low)
    half = (end - x) / 2
    nodes, weights = rule()
    places = (x + half)[:, None] + half[:, None] * nodes
    inside = np.exp(-top[:, None] * _log_excess((places - top[:, None]) / top[:, None]))
    area = half * (inside @ weights) / (width * math.sqrt(2 * math.pi)) * np.exp(-_stirling(top))
    return np.where(above, 1 - area, -area)


def _temme(a: Array, x: Array) -> Array:
    ratio = (x - a) / a
    eta = np.copysign(np.sqrt(2 * _log_excess(ratio)), ratio)
    near = np.clip(eta, -1, 1)
    first, second = (_polynomial(c[::-1], near) for c in TEMME)
    rest = np.exp(-0.5 * a * eta * eta) / np.sqrt(2 * math.pi * a) * (first + second / a)
    return 0.5 * _erfc(-eta * np.sqrt(a / 2)) - rest


def gammainc(a: Any, x: Any) -> Any:
    """The regularized lower incomplete gamma function of arrays that broadcast, in their dtype."""
    answer = np.result_type(a, x)
    a, x = np.broadcast_arrays(a, x)
    flat_a, flat_x = (np.asarray(one).reshape(-1) for one in (a, x))
    out = np.empty(flat_a.shape, answer)
    step = _BLOCK // _NODES
    with np.errstate(all="ignore"):
        for start in range(0, out.size, step):
            part = slice(start, start + step)
            out[part] = _gammainc(flat_a[part].astype(np.float64), flat_x[part].astype(np.float64))
    return out.reshape(a.shape)


def _gammainc(a: Array, x: Array) -> Array:
    out = np.full(a.shape, np.nan)
    out[(a == 0) & (x > 0)] = 1.0
    out[(a > 0) & (x == 0)] = 0.0
    out[(a > 0) & np.isfinite(a) & (x == np.inf)] = 1.0
    plain = (a > 0) & (x > 0) & np.isfinite(a) & np.isfinite(x)
    ways = (
        ((a <= _SERIES) & (x <= a + 1), _series),
        ((a <= _SERIES) & (x > a + 1), _fraction),
        ((a > _SERIES) & (a <= LARGE), _integral),
        (a > LARGE, _temme),
    )
    for where, way in ways:
        chosen = plain & where
        if chosen.any():
            out[chosen] = way(a[chosen], x[chosen])
    return out
