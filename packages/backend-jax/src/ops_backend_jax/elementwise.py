"""JAX, family elementwise."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ops_backend_jax import _compat
from ops_backend_jax.core import kernel
from ops_common.host import special

Tensor = Any
Operand = Any

# Exponents up to this are compiled as products; each of them needs its own program.
_UNROLLED = 32

_compiled = kernel()


def _with_derivatives(function: Callable[..., Tensor], *partials: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Returns a function of floats with its own derivatives, for points at which JAX's are NaN or differ from other
    backends.

    Each derivative takes the result and the operands.
    """
    rule = jax.custom_jvp(function)
    rule.defjvps(*(lambda t, y, *xs, partial=partial: t * partial(y, *xs).astype(y.dtype) for partial in partials))

    @functools.wraps(function)
    def call(*xs: Operand) -> Tensor:
        dtype = jnp.result_type(*xs)
        if not jnp.issubdtype(dtype, jnp.floating):
            return function(*xs)
        return rule(*(lax.convert_element_type(x, dtype) for x in xs))

    return _compiled(call)


def _of_truths(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Returns a function of whether numbers are nonzero; jnp's own only considers a complex number's real part."""

    @functools.wraps(function)
    def call(*xs: Operand) -> Tensor:
        return function(*(jnp.not_equal(x, 0) if x.dtype.kind == "c" else x for x in xs))

    return _compiled(call)


logical_and = _of_truths(jnp.logical_and)
logical_or = _of_truths(jnp.logical_or)
logical_xor = _of_truths(jnp.logical_xor)
logical_not = _of_truths(jnp.logical_not)


def _mod(x1: Operand, x2: Operand) -> Tensor:
    rest = jnp.remainder(x1, x2)
    # A zero has the divisor's sign, too; jnp's has the dividend's.
    return jnp.copysign(rest, x2) if jnp.issubdtype(rest.dtype, jnp.floating) else rest


mod = _with_derivatives(_mod, lambda y, a, b: jnp.ones_like(y), lambda _, a, b: -jnp.floor_divide(a, b))
add = _compiled(jnp.add)
subtract = _compiled(jnp.subtract)
multiply = _compiled(jnp.multiply)
divide = _compiled(jnp.true_divide)
maximum = _compiled(jnp.maximum)
minimum = _compiled(jnp.minimum)
equal = _compiled(jnp.equal)
not_equal = _compiled(jnp.not_equal)
greater = _compiled(jnp.greater)
greater_equal = _compiled(jnp.greater_equal)
less = _compiled(jnp.less)
less_equal = _compiled(jnp.less_equal)


def _no_zero(squared: Tensor) -> Tensor:
    """Returns squared distances with 1 for 0, so that a gradient divided by them is 0 there."""
    return jnp.where(squared == 0, 1, squared)


arctan2 = _with_derivatives(
    jnp.arctan2,
    lambda _, a, b: b / _no_zero(a * a + b * b),
    lambda _, a, b: -a / _no_zero(a * a + b * b),
)
bitwise_and = _compiled(jnp.bitwise_and)
bitwise_or = _compiled(jnp.bitwise_or)
bitwise_xor = _compiled(jnp.bitwise_xor)
bitwise_not = _compiled(jnp.bitwise_not)
left_shift = _compiled(jnp.left_shift)
right_shift = _compiled(jnp.right_shift)
fmod = _compiled(jnp.fmod)


def _share(first: Tensor, second: Tensor) -> Tensor:
    """Returns 1 where the first is larger, one half where both are equal; where one is NaN, the other counts."""
    return jnp.where(second != second, 1, jnp.where(first > second, 1, jnp.where(first == second, 0.5, 0)))


fmax = _with_derivatives(jnp.fmax, lambda _, a, b: _share(a, b), lambda _, a, b: _share(b, a))
fmin = _with_derivatives(jnp.fmin, lambda _, a, b: _share(-a, -b), lambda _, a, b: _share(-b, -a))
hypot = _with_derivatives(
    jnp.hypot,
    lambda y, a, b: a / jnp.where(y == 0, 1, y),
    lambda y, a, b: b / jnp.where(y == 0, 1, y),
)


def _part(a: Tensor, b: Tensor, unit: float) -> Tensor:
    """Returns the fraction of one term in a sum of exponentials; one half for equal infinities."""
    return jnp.where(a == b, 0.5, jax.nn.sigmoid((a - b) * unit))


logaddexp = _with_derivatives(jnp.logaddexp, lambda _, a, b: _part(a, b, 1.0), lambda _, a, b: _part(b, a, 1.0))
logaddexp2 = _with_derivatives(
    jnp.logaddexp2, lambda _, a, b: _part(a, b, math.log(2)), lambda _, a, b: _part(b, a, math.log(2))
)


@_compiled
def gammainc(a: Tensor, x: Tensor) -> Tensor:
    # In float32, JAX's own is accurate to three digits where a is 10,000, and wrong where it is a million: Temme's
    # expansion replaces it for large a.
    dtype = jnp.result_type(a, x)
    a, x = jnp.broadcast_arrays(a, x)
    wide = jnp.promote_types(dtype, jnp.float32)
    a, x = lax.convert_element_type(a, wide), lax.convert_element_type(x, wide)
    large = a > (special.LARGE if wide == jnp.float64 else 50.0)
    near = lax.igamma(jnp.where(large, 1, a), jnp.where(large, 1, x))
    far = _temme(jnp.where(large, a, 1), jnp.where(large, x, 1))
    out = jnp.where(large, far, near)
    out = jnp.where((a == jnp.inf) & (x < jnp.inf), 0, out)
    return lax.convert_element_type(jnp.where((a >= 0) & (x >= 0), out, jnp.nan), dtype)


def _temme(a: Tensor, x: Tensor) -> Tensor:
    """Returns Temme's expansion for large a; see `ops_common.host.special`."""
    ratio = jnp.minimum((x - a) / a, 1e6)
    near = jnp.clip(ratio, -0.25, 0.25)
    # (ratio - log(1 + ratio)) / ratio**2: by the series where the difference would cancel.
    series = jnp.polyval(jnp.asarray([(-1.0) ** n / (n + 2) for n in reversed(range(24))], a.dtype), near)
    over = jnp.where(near == ratio, 1, ratio)
    bend = jnp.where(near == ratio, series, (over - jnp.log1p(over)) / (over * over))
    eta = ratio * jnp.sqrt(2 * bend)
    within = jnp.clip(eta, -1, 1)
    first, second = (jnp.polyval(jnp.asarray(terms[::-1], a.dtype), within) for terms in special.TEMME)
    rest = jnp.exp(-0.5 * a * eta * eta) / jnp.sqrt(2 * math.pi * a) * (first + second / a)
    return 0.5 * lax.erfc(-eta * jnp.sqrt(0.5 * a)) - rest


negative = _compiled(jnp.negative)
abs = _with_derivatives(jnp.abs, lambda _, x: jnp.sign(x))


@_compiled
def sign(x: Tensor) -> Tensor:
    # jnp's function returns negative zero for negative zero.
    return jnp.where(x == 0, 0, jnp.sign(x)).astype(x.dtype) if x.dtype.kind != "u" else jnp.sign(x)


square = _compiled(jnp.square)
exp = _compiled(jnp.exp)
erf = _compiled(lax.erf)
log = _compiled(jnp.log)
sqrt = _compiled(jnp.sqrt)
tanh = _compiled(jnp.tanh)
sin = _compiled(jnp.sin)
cos = _compiled(jnp.cos)
floor = _compiled(jnp.floor)
ceil = _compiled(jnp.ceil)
isnan = _compiled(jnp.isnan)
isinf = _compiled(jnp.isinf)
isfinite = _compiled(jnp.isfinite)
reciprocal = _compiled(jnp.reciprocal)


def _in_float32(function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Compiles a function that XLA composes in the operand's own dtype; small floats are computed in float32."""

    def call(x: Tensor) -> Tensor:
        if x.dtype.kind != "c" and x.dtype.itemsize < 4:
            return function(x.astype(jnp.float32)).astype(x.dtype)
        return function(x)

    call.__name__ = function.__name__
    return _compiled(call)


@_in_float32
def angle(x: Tensor) -> Tensor:
    # jax.numpy's returns float64 for float32 if 64-bit dtypes are enabled.
    return arctan2(*((x.imag, x.real) if x.dtype.kind == "c" else (jnp.zeros_like(x), x)))


@_in_float32
def exp2(x: Tensor) -> Tensor:
    if x.dtype.kind == "c":
        return jnp.exp2(x)
    if x.dtype != jnp.float32:
        return jnp.power(2, x)
    # XLA computes exp(x log 2), which loses up to 7 bits to the rounding of x log 2. Here the integer part of x goes
    # into the exponent's bits, in two halves, because 2**128 is too large for a float.
    whole = jnp.clip(jnp.round(x), -252, 254)
    half = jnp.floor(whole * 0.5)
    return jnp.exp((x - whole) * math.log(2)) * _power_of_2(half) * _power_of_2(whole - half)


def _power_of_2(exponent: Tensor) -> Tensor:
    return lax.bitcast_convert_type((exponent.astype(jnp.int32) + 127) << 23, jnp.float32)


@_in_float32
def i0(x: Tensor) -> Tensor:
    x = jnp.clip(x, -1000, 1000)  # above this it is infinite, also in float64
    root = jnp.exp(jnp.abs(x) * 0.5)  # the exponential overflows before the function does
    return lax.bessel_i0e(x) * root * root


@jax.custom_jvp
def _erfinv(x: Tensor) -> Tensor:
    # XLA's is accurate to six digits in float32 and to ten in float64.
    terms = special.ERFINV_FLOAT64 if x.dtype == jnp.float64 else special.ERFINV_FLOAT32
    w = -jnp.log((1 - x) * (1 + x))
    root = jnp.sqrt(w)
    parts = w / 3 - 1, root / 0.8 - 4, (root - 5.05) / 1.05
    ratio, *tails = (jnp.polyval(jnp.asarray(term, x.dtype), part) for term, part in zip(terms, parts, strict=False))
    for limit, tail in zip((6, 16), tails, strict=False):
        ratio = jnp.where(w > limit, tail, ratio)
    return jnp.where(jnp.abs(x) == 1, x * jnp.inf, jnp.where(jnp.abs(x) < 1, x * ratio, jnp.nan))


@_erfinv.defjvp
def _erfinv_jvp(primals: tuple[Tensor], tangents: tuple[Tensor]) -> tuple[Tensor, Tensor]:
    y = _erfinv(*primals)
    return y, tangents[0] * (math.sqrt(math.pi) / 2 * jnp.exp(y * y))


erfinv = _in_float32(_erfinv)


def bell(size: Tensor, half: float, unit: float = 1.0) -> tuple[Tensor, Tensor]:
    """Returns two factors of exp(-half size**2), for sizes up to 40, the second near 1: it contains the rounding error
    of the square, which would otherwise become one of the exponential. The first is raised to the power of unit."""
    cut = jnp.floor(size * 16) / 16
    whole, rest = half * (cut * cut), half * ((size - cut) * (size + cut))
    total = whole + rest
    return jnp.exp(-unit * total), 1 - ((whole - total) + rest)


def scaled_complement(z: Tensor) -> Tensor:
    """Returns exp(z**2) erfc(z) in float32."""
    t = 1 / (1 + z * 0.5)
    return jnp.polyval(jnp.asarray(special.SCALED_FLOAT32, z.dtype), (t - 0.54) * (1 / 0.46)) * t


@jax.custom_jvp
def _erfc(x: Tensor) -> Tensor:
    if x.dtype != jnp.float32:
        return lax.erfc(x)
    # XLA's loses digits of the tail to the rounding of the square.
    size = jnp.minimum(jnp.abs(x), 12)
    first, second = bell(size, 1.0)
    tail = scaled_complement(size) * first * second
    return jnp.where(x < 0, 2 - tail, tail)


@_erfc.defjvp
def _erfc_jvp(primals: tuple[Tensor], tangents: tuple[Tensor]) -> tuple[Tensor, Tensor]:
    (x,) = primals
    return _erfc(x), tangents[0] * (-2 / math.sqrt(math.pi) * jnp.exp(-x * x))


erfc = _in_float32(_erfc)


@_in_float32
def sinh(x: Tensor) -> Tensor:
    if x.dtype.kind != "c":
        if x.dtype == jnp.float64:
            return jnp.sinh(x)
        small = jnp.abs(x) < 1
        half, rest = _exponentials(jnp.where(small, 1, jnp.abs(x)))
        return jnp.where(small, jnp.sinh(jnp.where(small, x, 0)), jnp.sign(x) * (half - rest))
    # XLA's is (exp(x) - exp(-x)) / 2, which cancels near 0.
    a, b = x.real, x.imag
    near = lax.complex(jnp.sinh(a) * jnp.cos(b), jnp.cosh(a) * jnp.sin(b))
    return jnp.where(jnp.abs(a) < 1, near, jnp.sinh(x))


arccos = _in_float32(jnp.arccos)
arccosh = _in_float32(jnp.arccosh)
arcsin = _in_float32(jnp.arcsin)
arcsinh = _in_float32(jnp.arcsinh)
arctan = _in_float32(jnp.arctan)
arctanh = _in_float32(jnp.arctanh)


def _exponentials(size: Tensor) -> tuple[Tensor, Tensor]:
    """Returns exp(x) / 2 and exp(-x) / 2; XLA's hyperbolic functions lose digits to the rounding of x + log(1/2)."""
    root = jnp.exp(size * 0.5)
    half = root * 0.5 * root
    return half, 0.25 / half


@_in_float32
def cosh(x: Tensor) -> Tensor:
    if x.dtype != jnp.float32:
        return jnp.cosh(x)
    half, rest = _exponentials(jnp.abs(x))
    return half + rest


tan = _in_float32(jnp.tan)
expm1 = _in_float32(jnp.expm1)
log1p = _in_float32(jnp.log1p)
log2 = _in_float32(jnp.log2)
log10 = _in_float32(_compat.log10)
cbrt = _in_float32(jnp.cbrt)
rint = _compiled(jnp.rint)
conj = _compiled(jnp.conj)
real = _compiled(jnp.real)
imag = _compiled(jnp.imag)
signbit = _compiled(jnp.signbit)


@kernel()  # not static: as static arguments, 0.0 and -0.0 would be one
def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    # jax.numpy's function would also replace infinities in the value that it substitutes for NaN.
    if x.dtype.kind in "biu":
        return x
    if x.dtype.kind == "c":
        return lax.complex(*(nan_to_num(part, nan, posinf, neginf) for part in (x.real, x.imag)))
    limits = jnp.finfo(x.dtype)
    high = jnp.where(x == jnp.inf, limits.max if posinf is None else posinf, x)
    low = jnp.where(x == -jnp.inf, limits.min if neginf is None else neginf, high)
    return jnp.where(x != x, nan, low)


where = _compiled(jnp.where)
clip = _with_derivatives(
    lambda x, x_min, x_max: jnp.minimum(jnp.maximum(x, x_min), x_max),
    lambda _, x, low, high: (low <= x) & (x <= high),
    lambda _, x, low, high: (x < low) & (low <= high),
    lambda _, x, low, high: jnp.maximum(x, low) > high,
)


@_compiled
def _power(x1: Operand, x2: Operand) -> Tensor:
    if not jnp.issubdtype(jnp.result_type(x1, x2), jnp.integer):
        # For 0 to the power of 0, JAX's gradient is NaN; 1 has the same power, and the right gradient.
        return jnp.power(jnp.where(jnp.equal(x1, 0) & jnp.equal(x2, 0), jnp.ones_like(x1), x1), x2)

    # jnp's only uses six bits of an integer exponent.
    def step(state: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        product, base, exponent = state
        return jnp.where(exponent & 1, product * base, product), base * base, exponent >> 1

    base, exponent = _alike(x1, x2)
    state = jnp.ones_like(base), base, exponent
    return lax.while_loop(lambda state: jnp.any(state[2] > 0), step, state)[0]


_integer_power = kernel(static=(1,))(jnp.power)


def power(x1: Operand, x2: Operand) -> Tensor:
    if type(x2) is int and -_UNROLLED <= x2 <= _UNROLLED:
        return _integer_power(x1, x2)
    return _power(x1, x2)


@_compiled
def floor_divide(x1: Operand, x2: Operand) -> Tensor:
    quotient = jnp.floor_divide(x1, x2)
    if jnp.issubdtype(quotient.dtype, jnp.inexact):
        # A zero has the sign of x1 / x2.
        quotient = lax.stop_gradient(quotient)
        return jnp.where(quotient == 0, jnp.copysign(quotient, lax.stop_gradient(jnp.true_divide(x1, x2))), quotient)
    # For integers divided by 0, JAX returns -1 or -2.
    return jnp.where(jnp.equal(x2, 0), 0, quotient)


def _alike(x1: Operand, x2: Operand) -> list[Tensor]:
    dtype = jnp.result_type(x1, x2)
    return jnp.broadcast_arrays(jnp.asarray(x1, dtype), jnp.asarray(x2, dtype))


def _euclid(a: Tensor, b: Tensor) -> Tensor:
    # jax.numpy's gcd does not terminate for the lowest number of a signed dtype.
    def step(pair: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        x, y = pair
        done = y == 0
        return jnp.where(done, x, y), jnp.where(done, 0, lax.rem(x, jnp.where(done, 1, y)))

    return jnp.abs(lax.while_loop(lambda pair: jnp.any(pair[1] != 0), step, (a, b))[0])


@_compiled
def gcd(x1: Operand, x2: Operand) -> Tensor:
    return _euclid(*_alike(x1, x2))


@_compiled
def lcm(x1: Operand, x2: Operand) -> Tensor:
    a, b = _alike(x1, x2)
    divisor = _euclid(a, b)
    return lax.div(jnp.abs(a), jnp.where(divisor == 0, 1, divisor)) * jnp.abs(b)


@_compiled
def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    # A 16-bit float is too small for the factors. There are three of them, built from bits: the sum of the exponents of
    # x1 and of the result may be that large.
    product = x1 if x1.dtype.itemsize >= 4 else x1.astype(jnp.float32)
    info = jnp.finfo(product.dtype)
    most = info.maxexp - 2
    if x2.dtype.itemsize >= 4:  # smaller dtypes fit
        x2 = jnp.clip(x2, 0 if x2.dtype.kind == "u" else -3 * most, 3 * most)
    rest = x2.astype(jnp.int32)
    for _ in range(3):
        exponent = jnp.clip(rest, -most, most)
        bits = (exponent + (info.maxexp - 1)).astype(f"int{info.bits}") << info.nmant
        product = product * lax.bitcast_convert_type(bits, product.dtype)
        rest = rest - exponent
    return product.astype(x1.dtype)


@_compiled
def nextafter(x1: Operand, x2: Operand) -> Tensor:
    # By integers that are ordered as the floats are: arithmetic flushes subnormal numbers to 0, also in jax.numpy's
    # function.
    x1, x2 = _alike(x1, x2)
    native = jnp.dtype(f"int{8 * x1.dtype.itemsize}")
    least = jnp.iinfo(native).min
    bits1, bits2 = (lax.bitcast_convert_type(x, native) for x in (x1, x2))
    place1, place2 = (jnp.where(bits < 0, least - bits, bits) for bits in (bits1, bits2))
    place = jnp.where(place1 < place2, place1 + 1, place1 - 1)
    below = (place < 0) | ((place == 0) & (bits1 < 0))  # towards 0, the sign is kept
    bits = jnp.where(place1 == place2, bits2, jnp.where(below, least - place, place))
    return jnp.where(jnp.isnan(x1) | jnp.isnan(x2), jnp.nan, lax.bitcast_convert_type(bits, x1.dtype))
