"""Portable random numbers: the same on every backend for the same seed.

Philox's words (see `ops_common.algorithms.philox`) are equal everywhere, bit for bit. The distributions are
computed from them here, with `ops`, once for all backends: integers and uniform floats by exact arithmetic, everything
else in float64, so that differences in the last place of a logarithm do not show in float32. The functions have the
parameters and results of the kernels of the contract's family random, and their names after `portable_`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops._declaration import backend_function, body
from ops.control import while_loop
from ops.core import cast, stop_gradient
from ops.core import shape as shape_of
from ops.creation import zeros_like
from ops.elementwise import abs as absolute
from ops.elementwise import (
    add,
    bitwise_and,
    bitwise_or,
    clip,
    cos,
    divide,
    equal,
    erf,
    erfinv,
    exp,
    floor,
    greater,
    greater_equal,
    isfinite,
    left_shift,
    less,
    less_equal,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    minimum,
    multiply,
    negative,
    right_shift,
    sin,
    sqrt,
    square,
    subtract,
    trunc,
    where,
)
from ops.indexing import get_item, take
from ops.manipulation import broadcast_to, concatenate, expand_dims, reshape
from ops.reduction import any as reduce_any
from ops.reduction import cumsum
from ops.reduction import max as reduce_max
from ops.reduction import sum as reduce_sum
from ops.sorting import argsort
from ops_common.algorithms.philox import MASK
from ops_common.runtime.backend import Backend

Tensor = Any
Seed = tuple[Any, Any]
Shape = tuple[Any, ...]

# The part of a draw that the words are for; where a part is retried, the number of the try is its step.
_MAIN, _NORMAL, _CHANCE, _POWER = 0, 1, 2, 3
_TRIES = 200  # the maximum number of rejection steps; nearly every try is accepted, so more are never needed
_BITS = {"float16": 11, "bfloat16": 8}
_EDGE = math.erf(math.sqrt(2))  # the error function at two standard deviations


@backend_function
def _philox(backend: Backend, count: Any, seed: Seed, stream: int, step: Any, form: str) -> Tensor:
    kernel = "random.philox"
    backend.optional(kernel, "portable random numbers", "leave the scope of ops.random.portable")
    return backend.run(kernel, form == "float32", count, *seed, stream, step, form)


def _units(shape: Shape, seed: Seed, stream: int, step: Any = 0) -> Tensor:
    """Returns uniform numbers in [0, 1), in float64."""
    return reshape(_philox(math.prod(shape), seed, stream, step, "float64"), shape)


def _wide(value: Any, shape: Shape) -> Tensor:
    """Returns a parameter in float64, broadcast to the shape."""
    return broadcast_to(cast(value, "float64"), shape)


# --- exact -----------------------------------------------------------------------------------------------------------


@body
def portable_uniform(shape: Shape, minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    unit = reshape(_philox(math.prod(shape), seed, _MAIN, 0, "float64" if dtype == "float64" else "float32"), shape)
    if dtype in _BITS:
        unit = multiply(floor(multiply(unit, 2.0 ** _BITS[dtype])), 2.0 ** -_BITS[dtype])
    if type(minval) in (int, float) and type(maxval) in (int, float) and (minval, maxval) == (0, 1):
        return cast(unit, dtype)
    # In float64 the product is exact, so that it does not matter whether a compiler rounds it before the sum.
    low, high = cast(minval, "float64"), cast(maxval, "float64")
    out = cast(add(multiply(cast(unit, "float64"), subtract(high, low)), low), dtype)
    bound = cast(maxval, dtype)
    return where(less(out, bound), out, cast(minval, dtype))  # rounding may reach the upper bound


@body
def portable_randint(shape: Shape, minval: int, maxval: int, dtype: str, seed: Seed) -> Tensor:
    count, width = math.prod(shape), maxval - minval
    limbs = 2 if width <= 2**32 else 4
    words = _philox(limbs * count, seed, _MAIN, 0, "words")
    parts = [get_item(words, slice(i * count, (i + 1) * count)) for i in range(limbs)]  # the lowest first
    # The integer part of the product of the width and the words, read as a fraction in [0, 1).
    lower, rows = [None] * limbs, []
    for factor in (width & MASK, width >> 32) if limbs == 4 else (width,):
        carry, row = None, []
        for part, more in zip(parts, lower, strict=True):
            total = multiply(part, factor)  # 64 bits: int64 holds the bits, even if not the unsigned value
            for addend in (carry, more):
                total = total if addend is None else add(total, addend)
            row.append(bitwise_and(total, MASK))
            carry = bitwise_and(right_shift(total, 32), MASK)
        rows = [*row[1:], carry]
        lower = rows
    whole = rows[-1] if limbs == 2 else bitwise_or(left_shift(rows[-1], 32), rows[-2])
    # 64-bit addition and casts wrap around, so results within the dtype's range are correct.
    first = cast(minval, "int64") if minval < 2**63 else cast(minval - 2**64, "int64")
    return reshape(cast(add(whole, first), dtype), shape)


@body
def portable_permutation(count: Any, seed: Seed) -> Tensor:
    # Sort by 64 random bits: a tie, which would favour the original order, occurs once in 2**64 / count**2 calls.
    words = _philox(2 * count, seed, _MAIN, 0, "words")
    keys = bitwise_or(left_shift(get_item(words, slice(0, count)), 32), get_item(words, slice(count, 2 * count)))
    return argsort(keys)


@body
def portable_categorical(logits: Tensor, num_samples: Any, dtype: str, seed: Seed) -> Tensor:
    *batch, classes = shape_of(logits)
    scores = cast(stop_gradient(logits), "float64")
    sums = cumsum(exp(subtract(scores, reduce_max(scores, -1, True))), -1)
    unit = multiply(_units((*batch, num_samples), seed, _MAIN), get_item(sums, (..., slice(-1, None))))
    beyond = cast(greater_equal(expand_dims(unit, -1), expand_dims(sums, -2)), "int32")
    return cast(minimum(reduce_sum(beyond, -1), classes - 1), dtype)


# --- normal ----------------------------------------------------------------------------------------------------------


def _standard(count: Any, seed: Seed, stream: int, step: Any, exact: bool) -> Tensor:
    """Returns standard normal variates in float64: Box and Muller (1958), https://doi.org/10.1214/aoms/1177706645."""
    half = -(-count // 2)
    if exact:
        unit = _philox(2 * half, seed, stream, step, "float64")
        radius, angle = subtract(1.0, get_item(unit, slice(0, half))), get_item(unit, slice(half, 2 * half))
    else:
        words = cast(_philox(2 * half, seed, stream, step, "words"), "float64")
        radius = multiply(add(get_item(words, slice(0, half)), 1.0), 2.0**-32)
        angle = multiply(get_item(words, slice(half, 2 * half)), 2.0**-32)
    far, turn = sqrt(multiply(log(radius), -2.0)), multiply(angle, 2 * math.pi)
    both = concatenate([multiply(far, cos(turn)), multiply(far, sin(turn))], 0)
    return get_item(both, slice(0, count))


def _scaled(standard: Tensor, mean: Any, stddev: Any, dtype: str) -> Tensor:
    return cast(add(multiply(standard, cast(stddev, "float64")), cast(mean, "float64")), dtype)


@body
def portable_normal(shape: Shape, mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    standard = reshape(_standard(math.prod(shape), seed, _MAIN, 0, dtype == "float64"), shape)
    return _scaled(standard, mean, stddev, dtype)


@body
def portable_truncated_normal(shape: Shape, mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    # Inverse transform sampling: the inverse distribution function is well conditioned between these bounds.
    unit = subtract(multiply(_units(shape, seed, _MAIN), 2 * _EDGE), _EDGE)
    quantile = erfinv(unit)
    # One Newton step: the erfinv of some frameworks is accurate to only twelve digits.
    derivative = multiply(exp(negative(square(quantile))), 2 / math.sqrt(math.pi))
    quantile = subtract(quantile, divide(subtract(erf(quantile), unit), derivative))
    return _scaled(clip(multiply(quantile, math.sqrt(2)), -2.0, 2.0), mean, stddev, dtype)


# --- by rejection -----------------------------------------------------------------------------------------------------


def _log_gamma_variates(alpha: Tensor, seed: Seed, part: int) -> Tensor:
    """Returns logarithms of gamma variates, which do not underflow as the variates would; alpha is in float64.

    For alpha of at least 1: G. Marsaglia and W. W. Tsang, A simple method for generating gamma variables (2000),
    https://doi.org/10.1145/358407.358414. Below 1: a variate for alpha + 1 times a power of a uniform variate.
    """
    shape = shape_of(alpha)
    count = math.prod(shape)
    small = less(alpha, 1.0)
    d = subtract(where(small, add(alpha, 1.0), alpha), 1 / 3)
    c = divide(1.0, sqrt(multiply(d, 9.0)))

    def open(step: Tensor, done: Tensor, variates: Tensor) -> Tensor:
        return logical_and(less(step, _TRIES), reduce_any(logical_not(done)))

    def again(step: Tensor, done: Tensor, variates: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = reshape(_standard(count, seed, part + _NORMAL, step, True), shape)
        unit = subtract(1.0, _units(shape, seed, part + _CHANCE, step))
        root = add(multiply(c, x), 1.0)
        v = multiply(multiply(root, root), root)
        positive = greater(v, 0.0)
        v = where(positive, v, 1.0)
        bound = add(multiply(square(x), 0.5), multiply(d, add(subtract(1.0, v), log(v))))
        accepted = logical_and(positive, less(log(unit), bound))
        variates = where(logical_and(accepted, logical_not(done)), multiply(d, v), variates)
        return add(step, 1), logical_or(done, accepted), variates

    # The first try is outside the loop, so that the loop's variables have a dtype and a device.
    state = again(cast(0, "int32"), less(alpha, -math.inf), zeros_like(alpha))
    _, _, variates = while_loop(open, again, state)
    unit = subtract(1.0, _units(shape, seed, part + _POWER))
    return add(log(variates), where(small, divide(log(unit), where(small, alpha, 1.0)), 0.0))


@body
def portable_gamma(shape: Shape, alpha: Any, dtype: str, seed: Seed) -> Tensor:
    a = stop_gradient(_wide(alpha, shape))
    valid = greater(a, 0.0)
    drawn = exp(_log_gamma_variates(where(valid, a, 1.0), seed, 0))
    return cast(where(valid, drawn, math.nan), dtype)


@body
def portable_beta(shape: Shape, alpha: Any, beta: Any, dtype: str, seed: Seed) -> Tensor:
    a, b = stop_gradient(_wide(alpha, shape)), stop_gradient(_wide(beta, shape))
    valid = logical_and(greater(a, 0.0), greater(b, 0.0))
    first = _log_gamma_variates(where(valid, a, 1.0), seed, 0)
    second = _log_gamma_variates(where(valid, b, 1.0), seed, 16)
    return cast(where(valid, divide(1.0, add(exp(subtract(second, first)), 1.0)), math.nan), dtype)


_FEW = 10.0  # the number of expected successes below which binomial variates are found by counting from 0
# The error of Stirling's formula for log k!, for k from 0 to 9.
_STIRLING = np.array(
    [math.lgamma(k + 1) - (k + 0.5) * math.log(k + 1) + k + 1 - 0.5 * math.log(2 * math.pi) for k in range(10)]
)


def _rest(k: Tensor) -> Tensor:
    """Returns the error of Stirling's formula for log k!, in terms of k + 1."""
    next_one = add(k, 1.0)
    squared = square(next_one)
    series = divide(
        subtract(1 / 12, divide(subtract(1 / 360, divide(1 / 1260, squared)), squared)),
        next_one,
    )
    few = take(_STIRLING, cast(clip(k, 0.0, 9.0), "int32"), 0)
    return where(less(k, 10.0), few, series)


@body
def portable_binomial(shape: Shape, counts: Any, probabilities: Any, dtype: str, seed: Seed) -> Tensor:
    trials, chance = trunc(stop_gradient(_wide(counts, shape))), stop_gradient(_wide(probabilities, shape))
    valid = logical_and(greater_equal(trials, 0.0), isfinite(trials))
    valid = logical_and(valid, logical_and(greater_equal(chance, 0.0), less_equal(chance, 1.0)))
    n, p = where(valid, trials, 1.0), where(valid, chance, 0.5)
    flipped = greater(p, 0.5)
    p = where(flipped, subtract(1.0, p), p)
    few = less(multiply(n, p), _FEW)
    # Elements that a method is not used for get harmless parameters.
    counted = _counted(where(few, n, 1.0), where(few, p, 0.5), seed)
    rejected = _rejected(where(few, 40.0, n), where(few, 0.5, p), logical_not(few), seed)
    successes = where(few, counted, rejected)
    return cast(where(valid, where(flipped, subtract(n, successes), successes), math.nan), dtype)


def _counted(n: Tensor, p: Tensor, seed: Seed) -> Tensor:
    """Returns the number of successes at which the distribution function exceeds a uniform number."""
    odds = divide(p, subtract(1.0, p))

    def open(k: Tensor, left: Tensor, mass: Tensor) -> Tensor:
        return reduce_any(logical_and(greater_equal(left, mass), less(k, n)))

    def further(k: Tensor, left: Tensor, mass: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        on = logical_and(greater_equal(left, mass), less(k, n))
        more = multiply(mass, multiply(divide(subtract(n, k), add(k, 1.0)), odds))
        return where(on, add(k, 1.0), k), where(on, subtract(left, mass), left), where(on, more, mass)

    start = exp(multiply(n, log1p(negative(p))))
    counts, _, _ = while_loop(open, further, (zeros_like(n), _units(shape_of(n), seed, _MAIN), start))
    return counts


def _rejected(n: Tensor, p: Tensor, is_needed: Tensor, seed: Seed) -> Tensor:
    """Returns binomial variates by transformed rejection: W. Hormann, The generation of binomial random variates
    (1993), algorithm BTRS, https://doi.org/10.1080/00949659308811496."""
    q = subtract(1.0, p)
    spread = sqrt(multiply(multiply(n, p), q))
    b = add(multiply(spread, 2.53), 1.15)
    a = add(add(multiply(b, 0.0248), -0.0873), multiply(p, 0.01))
    c = add(multiply(n, p), 0.5)
    limit = subtract(0.92, divide(4.2, b))
    alpha = multiply(add(divide(5.1, b), 2.83), spread)
    mode, odds = floor(multiply(add(n, 1.0), p)), divide(p, q)
    shape = shape_of(n)

    def open(step: Tensor, done: Tensor, variates: Tensor) -> Tensor:
        return logical_and(less(step, _TRIES), reduce_any(logical_not(done)))

    def again(step: Tensor, done: Tensor, variates: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        u = subtract(_units(shape, seed, _NORMAL, step), 0.5)
        v = subtract(1.0, _units(shape, seed, _CHANCE, step))
        edge = subtract(0.5, absolute(u))
        edge = where(equal(edge, 0.0), 1e-300, edge)
        k = floor(add(multiply(add(divide(multiply(a, 2.0), edge), b), u), c))
        inside = logical_and(greater_equal(k, 0.0), less_equal(k, n))
        at_once = logical_and(greater_equal(edge, 0.07), less_equal(v, limit))
        k_in = where(inside, k, mode)
        scaled = log(divide(multiply(v, alpha), add(divide(a, square(edge)), b)))
        rest = subtract(n, k_in)
        middle = subtract(n, mode)
        bound = add(
            multiply(add(mode, 0.5), log(divide(add(mode, 1.0), multiply(odds, add(middle, 1.0))))),
            multiply(add(n, 1.0), log(divide(add(middle, 1.0), add(rest, 1.0)))),
        )
        bound = add(bound, multiply(add(k_in, 0.5), log(divide(multiply(odds, add(rest, 1.0)), add(k_in, 1.0)))))
        bound = add(bound, subtract(add(_rest(mode), _rest(middle)), add(_rest(k_in), _rest(rest))))
        accepted = logical_and(inside, logical_or(at_once, less_equal(scaled, bound)))
        variates = where(logical_and(accepted, logical_not(done)), k, variates)
        return add(step, 1), logical_or(done, accepted), variates

    state = again(cast(0, "int32"), logical_not(is_needed), mode)
    _, _, variates = while_loop(open, again, state)
    return variates
