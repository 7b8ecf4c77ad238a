"""The error function, related functions and the incomplete gamma function in NumPy, for computation on the host.

W. J. Cody, Rational Chebyshev approximations for the error function, 1969, https://doi.org/10.1090/S0025-5718-1969-0247736-4;
M. Giles, Approximating the erfinv function, 2010 (the variable w of its inverse; the coefficients are recomputed).
Everything is computed in float64, to a few units in the last place.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# Coefficients from the highest power down: for arguments up to 0.46875, up to 4, and above.
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
# Of the inverse divided by its argument, from the highest power down: up to w = -log((1 - x)(1 + x)) = 6 in (w - 3) /
# 3, up to sqrt(w) = 4 in (sqrt(w) - 3.2) / 0.8, and above that, where float32 has no numbers, in (sqrt(w) - 5.05) /
# 1.05. Chebyshev interpolation of the function in 60 digits, truncated where the dtype has no more digits.
ERFINV_FLOAT32 = (
    (
        3.986942072775516e-05,
        -0.00010689100340040728,
        -0.00012745865010211813,
        0.000978829443885719,
        -0.0012885062250099226,
        -0.0030868741712669215,
        0.015803255263500075,
        -0.02257757241672002,
        -0.051643496249963,
        0.7248912485684558,
        1.6235420103172922,
    ),
    (
        1.3624095674937172e-05,
        -1.4487401343230063e-05,
        -7.569089700086547e-05,
        0.0002929841975367977,
        -0.0006528674939705501,
        0.0012050974384005522,
        -0.0021986396263516702,
        0.0038232648551026873,
        0.8037539545529641,
        3.0336365657959448,
    ),
)
ERFINV_FLOAT64 = (
    (
        3.9795055220256047e-10,
        -3.1868752540774684e-10,
        -4.0372191375261565e-09,
        7.10778474129052e-09,
        1.4815482668103312e-08,
        -6.295229449811262e-08,
        3.560275732652815e-08,
        2.72843854984716e-07,
        -7.596720096329073e-07,
        2.963488183520968e-08,
        4.3031321386016135e-06,
        -9.209109135698596e-06,
        -5.566984073222506e-06,
        6.559148158762431e-05,
        -0.00010761047365987123,
        -0.00015542173400125983,
        0.0009841181239339128,
        -0.0012742935283739122,
        -0.003090090701080893,
        0.015799967277504073,
        -0.02257690797655647,
        -0.05164321698905351,
        0.7248912124984749,
        1.6235420064648298,
    ),
    (
        9.050344439737988e-11,
        -3.3533284648412836e-10,
        -5.3904172439304024e-11,
        3.2293204126508977e-09,
        -1.0222126270539641e-08,
        7.552159701324859e-09,
        6.232908779749781e-08,
        -2.7545939921515076e-07,
        4.0261366236195896e-07,
        8.470440457692233e-07,
        -5.748898850493417e-06,
        1.2557683258316797e-05,
        -2.0581647300109392e-06,
        -7.5029785561794e-05,
        0.00028271022124199194,
        -0.0006530703206267719,
        0.0012086559904138266,
        -0.00219861249561047,
        0.0038228284895987503,
        0.803753953495171,
        3.033636574409232,
    ),
    (
        1.2662789994568851e-11,
        -3.7742013942027056e-11,
        6.095706841892513e-12,
        1.7171209505455912e-10,
        -6.838446100317265e-10,
        2.0706626485109454e-09,
        -5.093015056951128e-09,
        1.0431569308888455e-08,
        -1.9082961589887076e-08,
        3.554250780842224e-08,
        -8.525116526386363e-08,
        2.9788420271490196e-07,
        -1.276353362480803e-06,
        5.6201649314465295e-06,
        -2.345108266487681e-05,
        8.659304866767489e-05,
        -0.00023188618667805715,
        -0.00018726854587222013,
        1.0607992684776597,
        4.90042105144364,
    ),
)

# exp(z^2) erfc(z) / t for t = 1 / (1 + z / 2), in (t - 0.54) / 0.46, computed in the same way for float32.
SCALED_FLOAT32 = (
    -3.8564981838526786e-06,
    1.7892910117879844e-05,
    9.543280217894141e-06,
    -0.0001600234424157121,
    0.0001188871232570025,
    0.001039514526204371,
    -0.0016164956641374012,
    -0.008521566761104092,
    0.011359965643242643,
    0.1216111016662222,
    0.33696406775696297,
    0.5391809701708398,
)

_BLOCK = 1 << 14  # elements: intermediate arrays fit in the cache
_FEW_POWERS = 64  # elements up to which powers take less time than Horner's rule
_MANY_TERMS = 8  # terms from which they do
_FEW = 256  # elements up to which a loop over Python numbers takes less time than NumPy's calls


@functools.cache
def _ascending(coefficients: tuple[float, ...]) -> Array:
    return np.array(coefficients[::-1])


def _polynomial(coefficients: Sequence[float], x: Array) -> Array:
    terms = len(coefficients)
    if x.size <= _FEW_POWERS and terms >= _MANY_TERMS and type(coefficients) is tuple and x.dtype == np.float64:
        powers = np.empty((*x.shape, terms))
        powers[..., 0] = 1
        powers[..., 1:] = x[..., None]
        np.multiply.accumulate(powers, -1, None, powers)
        return powers @ _ascending(coefficients)
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += coefficient
    return total


def _ratio(coefficients: tuple[Sequence[float], Sequence[float]], x: Array) -> Array:
    above, below = coefficients
    return _polynomial(above, x) / _polynomial(below, x)


def _in_blocks(
    function: Callable[[Array], Array], by_number: Callable[[float], float] | None = None
) -> Callable[[Any], Any]:
    """Returns the function of float64 vectors, extended to arrays of any float dtype and shape; for a few elements the
    function of one number, if there is one, takes less time."""

    def call(x: Any) -> Any:
        if by_number is not None and x.size <= _FEW:
            try:
                values = [by_number(value) for value in x.ravel().tolist()]
            except (ValueError, OverflowError):  # where the function is infinite
                pass
            else:
                return np.array(values, x.dtype).reshape(x.shape)
        flat = np.asarray(x).reshape(-1)
        out = np.empty(flat.shape, flat.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, flat.size, _BLOCK):
                part = slice(start, start + _BLOCK)
                out[part] = function(flat[part].astype(np.float64))
        return out.reshape(np.shape(x))

    return call


def _scaled_complement(size: Array) -> Array:
    """Returns exp(x^2) erfc(x) for numbers x >= 0.46875."""
    near = np.minimum(size, 4.0)
    far = np.maximum(size, 4.0)
    inverse = 1 / np.square(far)
    tail = (1 / math.sqrt(math.pi) - inverse * _ratio(FAR, inverse)) / far
    return np.where(size <= 4, _ratio(MIDDLE, near), tail)


def _complement(size: Array) -> Array:
    """Returns erfc for numbers >= 0.46875."""
    scaled = _scaled_complement(size)
    # exp(-x^2) with a square free of rounding error: x is truncated to sixteenths, and the rest gives a second factor.
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
    w = -np.log((1 - x) * (1 + x))
    centre, middle, end = ERFINV_FLOAT64
    ratio = _polynomial(centre, np.minimum(w, 6) / 3 - 1)
    far = w > 6
    if far.any():
        root = np.sqrt(w[far])
        tail = _polynomial(middle, np.minimum(root, 4) / 0.8 - 4)
        beyond = root > 4
        tail[beyond] = _polynomial(end, (root[beyond] - 5.05) / 1.05)
        ratio[far] = tail
    return np.where(np.abs(x) == 1, x * np.inf, ratio * x)


erf = _in_blocks(_erf, math.erf)
erfc = _in_blocks(_erfc, math.erfc)
erfinv = _in_blocks(_erfinv)


def normal_distribution(x: Array) -> Array:
    """Returns the probability that a standard normal variate is below x, for a vector in float32 or float64.

    The exponential is of x^2, not of a rounded x / sqrt(2), so that the tail has full precision.
    """
    size = np.minimum(np.abs(x), 40).astype(x.dtype, copy=False)
    z = size * math.sqrt(0.5)
    cut = np.trunc(size * 16) / 16
    bell = np.exp(cut * cut * -0.5)
    bell *= np.exp((cut - size) * (cut + size) * 0.5)
    if x.dtype == np.float32:
        t = 1 / (1 + z * 0.5)
        tail = _polynomial(SCALED_FLOAT32, (t - 0.54) * (1 / 0.46)) * t * bell
    else:
        tail = _scaled_complement(np.maximum(z, 0.46875)) * bell
        near = z <= 0.46875
        tail[near] = 1 - z[near] * _ratio(NEAR, np.square(z[near]))
    tail *= 0.5
    return np.where(x < 0, tail, 1 - tail)


# --- x - tanh(x)


def _tanh_shrink_of_number(x: float) -> float:
    """Returns x - tanh(x); near 0, where the difference cancels, by the continued fraction of tanh
    (https://dlmf.nist.gov/4.39#E1): tanh(x) is x / (1 + c)."""
    if not -1.0 < x < 1.0:
        return x - math.tanh(x)
    squared = x * x
    below = 23.0
    for term in range(21, 2, -2):
        below = term + squared / below
    c = squared / below
    return x * (c / (1 + c))


def _tanh_shrink(x: Array) -> Array:
    out = x - np.tanh(x)
    near = np.abs(x) < 1
    inner = x[near]
    squared = np.square(inner)
    below = np.full_like(inner, 23.0)
    for term in range(21, 2, -2):
        np.divide(squared, below, out=below)
        below += term
    squared /= below
    out[near] = inner * (squared / (1 + squared))
    return out


tanh_shrink = _in_blocks(_tanh_shrink, _tanh_shrink_of_number)


# --- the incomplete gamma function ------------------------------------------------------------------------------------

# Terms of Stirling's series for log Gamma(z): coefficients of z^-1, z^-3, ... (DLMF 5.11.1).
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
# One more term for log Gamma itself, which is computed by the series from a smaller z on.
LOG_GAMMA = (*STIRLING, 1 / 156)


def _zeta_less_1(s: int) -> float:
    """Returns Riemann's zeta function minus 1, as a sum with the Euler-Maclaurin remainder
    (https://dlmf.nist.gov/25.2#E9)."""
    n = 100
    rest = n ** (1 - s) / (s - 1) + n**-s / 2 + s * n ** (-s - 1) / 12 - s * (s + 1) * (s + 2) * n ** (-s - 3) / 720
    return math.fsum([*(k**-s for k in range(2, n)), rest])


# Of log(Gamma(2 + t)) for small t: https://dlmf.nist.gov/5.7#E3, and Euler's constant before it.
AT_TWO = (1 - 0.57721566490153286061, *((-1) ** k * _zeta_less_1(k) / k for k in range(2, 28)))


def _lgamma(x: Array) -> Array:
    """Returns log|Gamma(x)|, as the composite of `ops.lgamma`, which documents the cases."""
    turned = x < 0.5
    right = np.where(turned, 1 - x, x)
    near, below = right < 2.5, right < 1.5
    distance = np.where(near, right - np.where(below, 1.0, 2.0), 0.0)
    around = _polynomial((*AT_TWO[::-1], 0.0), distance)
    around = np.where(below, around - np.log1p(distance), around)
    low = right < 7
    product = np.prod([np.where(low, right, 1.0) + k for k in range(7)], axis=0)
    large = np.where(low, right + 7, right)
    rest = _polynomial(LOG_GAMMA[::-1], 1 / np.square(large)) / large
    whole = (large - 0.5) * (np.log(large) - 1) + (0.5 * math.log(2 * math.pi) - 0.5)
    out = np.where(near, around, whole + rest - np.where(low, np.log(product), 0.0))
    part = x - np.rint(x)
    mirrored = math.log(math.pi) - np.log(np.abs(np.sin(math.pi * part))) - out
    pole = np.isinf(x) | (turned & (part == 0))  # every large negative number counts as a pole
    return np.where(pole, np.inf, np.where(turned, mirrored, out))


lgamma = _in_blocks(_lgamma, math.lgamma)
# Temme's expansion for large a, in powers of eta (N. M. Temme, The asymptotic expansion of the incomplete gamma
# functions, 1979; DLMF 8.12.7 to 8.12.10).
TEMME = (
    (-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835, -139 / 777600),
    (-1 / 540, -1 / 288, 25 / 12096, -223 / 1088640),
)
LARGE = 1e5  # from here on, Temme's expansion is exact in float64
_SERIES = 100.0  # up to here, the series and the continued fraction converge quickly
_NODES = 32  # nodes of the quadrature rule for the integral


@functools.cache
def rule() -> tuple[Array, Array]:
    """Returns nodes and weights of the Gauss-Legendre rule. (The function that computes them is slow to import.)"""
    return np.polynomial.legendre.leggauss(_NODES)


def _stirling(z: Array) -> Array:
    return _polynomial(STIRLING[::-1], 1 / np.square(z)) / z


def _log_excess(ratio: Array) -> Array:
    """Returns ratio - 1 - log(ratio); the argument is the ratio minus 1."""
    return ratio - np.log1p(ratio)


def _front(a: Array, x: Array) -> Array:
    """Returns x**a exp(-x) / Gamma(a + 1)."""
    z = np.maximum(a, 10.0)
    large = np.exp(-z * _log_excess((x - z) / z) - _stirling(z)) / np.sqrt(2 * math.pi * z)
    # For a below 10, from the Gamma function at a + 10.
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
    """Returns 1 minus the continued fraction (DLMF 8.9.2), by Lentz's method."""
    b = x + 1 - a
    c, d = np.full_like(x, 1e300), 1 / b
    fraction = d
    for k in range(1, 1000):
        b = b + 2
        d = 1 / (b - k * (k - a) * d)
        c = b - k * (k - a) / c
        step = c * d
        fraction = fraction * step
        if (np.abs(step - 1) <= 1e-16).all():
            break
    return 1 - a * _front(a, x) * fraction


def _integral(a: Array, x: Array) -> Array:
    """Returns the integral over the smaller side of x by the Gauss-Legendre rule, up to where the integrand, a bell of
    width sqrt(a), is 0."""
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
    """Returns the regularized lower incomplete gamma function of arrays that broadcast, in their dtype."""
    dtype = np.result_type(a, x)
    a, x = np.broadcast_arrays(a, x)
    flat_a, flat_x = (np.asarray(operand).reshape(-1) for operand in (a, x))
    out = np.empty(flat_a.shape, dtype)
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
    out[(a == np.inf) & (x >= 0) & np.isfinite(x)] = 0.0
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
