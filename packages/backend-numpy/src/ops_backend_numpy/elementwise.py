"""NumPy, family elementwise: NumPy's own universal functions, which have the least overhead."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import HALF_FLOATS, SMALL_FLOATS
from ops_common import dtypes
from ops_common.algorithms import bessel
from ops_common.host import special

Tensor = Any

_NUMBERS = frozenset({int, float})

add = np.add
subtract = np.subtract
multiply = np.multiply
divide = np.true_divide
floor_divide = np.floor_divide
mod = np.remainder
power = np.power
maximum = np.maximum
minimum = np.minimum
equal = np.equal
not_equal = np.not_equal
greater = np.greater
greater_equal = np.greater_equal
less = np.less
less_equal = np.less_equal
logical_and = np.logical_and
logical_or = np.logical_or
logical_xor = np.logical_xor
arctan2 = np.arctan2
bitwise_and = np.bitwise_and
bitwise_or = np.bitwise_or
bitwise_xor = np.bitwise_xor
bitwise_not = np.bitwise_not
left_shift = np.left_shift
right_shift = np.right_shift
fmax = np.fmax
fmin = np.fmin
fmod = np.fmod
gcd = np.gcd
lcm = np.lcm
hypot = np.hypot
logaddexp = np.logaddexp
logical_not = np.logical_not
negative = np.negative
abs = np.absolute
square = np.square
exp = np.exp
log = np.log
sqrt = np.sqrt
tanh = np.tanh
sin = np.sin
cos = np.cos
floor = np.floor
ceil = np.ceil
isnan = np.isnan
isinf = np.isinf
isfinite = np.isfinite
arccos = np.arccos
arccosh = np.arccosh
arcsin = np.arcsin
arcsinh = np.arcsinh
arctan = np.arctan
arctanh = np.arctanh
cosh = np.cosh
sinh = np.sinh
tan = np.tan
expm1 = np.expm1
rint = np.rint
exp2 = np.exp2
log2 = np.log2
log10 = np.log10
cbrt = np.cbrt
erf = special.erf
erfc = special.erfc
erfinv = special.erfinv
gammainc = special.gammainc
lgamma = special.lgamma


def sign(x: Tensor) -> Tensor:
    out = np.sign(x)
    return np.add(out, out.dtype.type(0)) if x.dtype in SMALL_FLOATS else out  # ml_dtypes keep negative zero


def logaddexp2(x1: Any, x2: Any) -> Tensor:
    # float32 is computed in float64, which takes NumPy a sixth longer: near 0 the sum cancels.
    if (x2 if type(x1) in _NUMBERS else x1).dtype != np.float32:
        return np.logaddexp2(x1, x2)
    return np.logaddexp2(x1, x2, dtype=np.float64).astype(np.float32)


def divide_no_nan(x1: Any, x2: Any) -> Tensor:
    zero = np.equal(x2, 0)
    if not zero.any():
        return np.true_divide(x1, x2)
    if type(x2) in _NUMBERS:
        return np.zeros_like(x1)
    quotient = np.true_divide(x1, np.add(x2, zero.astype(x2.dtype)))  # a division by 0 would warn
    return np.where(zero, quotient.dtype.type(0), quotient)


def log1p(x: Tensor) -> Tensor:
    if x.dtype.kind != "c":
        return np.log1p(x)
    # NumPy's loses the real part of a number near 0, for which 1 + x has modulus 1 to working precision: log|1 + a +
    # bi| = log1p(a (2 + a) + b b) / 2.
    a, b = x.real, x.imag
    near = np.maximum(np.abs(a), np.abs(b)) < 0.5
    modulus = np.where(near, np.log1p(a * (2 + a) + b * b) / 2, np.log1p(x).real)
    out = np.empty(x.shape, x.dtype)
    out.real, out.imag = modulus, np.arctan2(b, 1 + a)
    return out


def angle(x: Tensor) -> Tensor:
    if x.dtype.kind == "c":
        return np.arctan2(x.imag, x.real)
    out = np.multiply(np.signbit(x), x.dtype.type(np.pi))
    nan = np.isnan(x)
    return np.where(nan, x, out) if nan.any() else out


def sinc(x: Tensor) -> Tensor:
    if x.dtype in HALF_FLOATS:
        return sinc(x.astype(np.float32)).astype(x.dtype)
    if x.dtype.kind == "c":
        arc = np.multiply(x, np.pi)[...]  # [...] converts a scalar to an array
        arc[arc == 0] = 1e-20
        return np.sin(arc) / arc
    # sin(pi x) is (-1)**n sin(pi (x - n)), which loses no digits for the nearest integer n.
    whole = np.rint(x)[...]
    out = np.subtract(x, whole)[...]
    out *= np.pi
    np.sin(out, out=out)
    whole *= 0.5
    np.copyto(out, -out, where=whole != np.floor(whole))
    arc = np.multiply(x, np.pi)[...]
    zero = arc == 0
    arc[zero] = out[zero] = 1
    out /= arc
    return out


def conj(x: Tensor) -> Tensor:
    return np.conjugate(x) if x.dtype.kind == "c" else x


def real(x: Tensor) -> Tensor:
    return x.real if x.dtype.kind == "c" else x


def imag(x: Tensor) -> Tensor:
    return x.imag if x.dtype.kind == "c" else np.zeros(x.shape, x.dtype)


def isreal(x: Tensor) -> Tensor:
    return np.equal(x.imag, 0) if x.dtype.kind == "c" else np.ones(x.shape, bool)


def signbit(x: Tensor) -> Tensor:
    return np.less(x, 0) if x.dtype.kind in "biu" else np.signbit(x)


def trunc(x: Tensor) -> Tensor:
    return x if x.dtype.kind in "biu" else np.trunc(x)


def round(x: Tensor, decimals: int) -> Tensor:
    if x.dtype.kind == "c":
        out = np.empty_like(x)
        out.real, out.imag = round(x.real, decimals), round(x.imag, decimals)
        return out
    factor = 10.0 ** max(decimals, -decimals)
    before, after = (np.multiply, np.true_divide) if decimals > 0 else (np.true_divide, np.multiply)
    out = before(x, factor)[...]  # [...] converts a scalar to an array
    finite = np.isfinite(out)
    np.rint(out, out=out)
    after(out, factor, out=out)
    if not finite.all():
        np.copyto(out, x, where=~finite)
    return out


def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    if x.dtype.kind in "biu":
        return x
    out = np.array(x)
    if np.count_nonzero(np.isfinite(out)) != out.size:
        if posinf is None and neginf is None and out.dtype in _CLIPPED:
            largest = dtypes.largest(out.dtype.name)
            out.clip(-largest, largest, out)
            np.copyto(out, nan, where=np.isnan(out))
            return out
        for part in (np.real(out), np.imag(out)) if out.dtype.kind == "c" else (out,):
            _replace(part, nan, posinf, neginf)
    return out


_CLIPPED = frozenset((np.dtype(np.float32), np.dtype(np.float64)))


def _replace(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> None:
    largest, number = dtypes.largest(x.dtype.name), x.dtype.type
    places = np.isnan(x), np.equal(x, number(np.inf)), np.equal(x, number(-np.inf))
    values = nan, largest if posinf is None else posinf, -largest if neginf is None else neginf
    for place, value in zip(places, values, strict=True):
        np.copyto(x, number(value), where=place)


where = np.where


def nextafter(x1: Any, x2: Any) -> Tensor:
    neighbours = np.nextafter(x1, x2)
    if neighbours.dtype.type is np.float16:  # for equal operands it returns x1, which may be the other zero
        return np.where(np.equal(x1, x2), x2, neighbours)
    return neighbours


def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    if x2.dtype.type is np.uint64:  # NumPy does not support these exponents
        x2 = np.minimum(x2, 1 << 30).astype(np.int64)
    return np.asarray(np.ldexp(x1, x2)).astype(x1.dtype, copy=False)  # for bfloat16, NumPy returns float32


def clip(x: Tensor, x_min: Any, x_max: Any) -> Tensor:
    if type(x_min) in _NUMBERS and type(x_max) in _NUMBERS and x.dtype not in SMALL_FLOATS:
        return x.clip(x_min, x_max)  # one pass, which is only faster for numbers
    return np.minimum(np.maximum(x, x_min), x_max)


def reciprocal(x: Tensor) -> Tensor:
    return np.true_divide(x.dtype.type(1), x)  # with a small float, older versions treat 1 as float32


def _series(coefficients: tuple[float, ...], t: Tensor) -> Tensor:
    """Returns a Chebyshev series, summed backwards (Clenshaw) in three arrays."""
    twice = t + t
    ahead, now = np.zeros_like(t), np.full_like(t, coefficients[-1])
    for coefficient in coefficients[-2:0:-1]:
        np.subtract(coefficient, ahead, out=ahead)
        ahead += twice * now
        ahead, now = now, ahead
    return t * now - ahead + coefficients[0]


def i0(x: Tensor) -> Tensor:
    working = "float64" if x.dtype == np.float64 else "float32"
    size = np.minimum(np.abs(np.asarray(x, working)), 1000)  # above this it is infinite, also in float64
    beyond = size > 8
    if not beyond.any():
        scaled = _series(bessel.NEAR[working], size / 4 - 1)
    else:
        scaled = np.empty_like(size)
        near, far = size[~beyond], size[beyond]
        scaled[~beyond] = _series(bessel.NEAR[working], near / 4 - 1)
        scaled[beyond] = _series(bessel.FAR[working], 16 / far - 1) / np.sqrt(far)
    root = np.exp(size * 0.5)  # the exponential overflows before the function does
    scaled *= root
    scaled *= root
    return scaled.astype(x.dtype, copy=False)
