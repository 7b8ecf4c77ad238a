"""JAX, family random: Threefry by name, so that the numbers do not depend on the user's default generator."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax._compat import enable_x64
from ops_backend_jax.core import DTYPES, kernel
from ops_common.algorithms import philox as philox_of

Tensor = Any
Seed = tuple[Any, Any]


def _key(words: Tensor) -> Tensor:
    return jax.random.wrap_key_data(words, impl="threefry2x32")


def _words(seed: Seed) -> Any:
    if isinstance(seed[0], int) and isinstance(seed[1], int):
        return np.array(seed, np.uint32)
    return jnp.stack([np.uint32(word) if isinstance(word, int) else word.astype(jnp.uint32) for word in seed])


def _working(dtype: str) -> Any:
    """Returns the dtype in which a distribution of several steps is drawn."""
    return DTYPES["float64" if dtype == "float64" else "float32"]


@kernel(static=(0, 3))
def _normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, words: Tensor) -> Tensor:
    native = DTYPES[dtype]
    draw = jax.random.normal(_key(words), shape, native)
    return draw * jnp.asarray(stddev, native) + jnp.asarray(mean, native)


@kernel(static=(0, 3))
def _truncated_normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, words: Tensor) -> Tensor:
    native = DTYPES[dtype]
    draw = jax.random.truncated_normal(_key(words), -2, 2, shape, native)
    return draw * jnp.asarray(stddev, native) + jnp.asarray(mean, native)


@kernel(static=(0, 3))
def _uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, words: Tensor) -> Tensor:
    native = DTYPES[dtype]
    low, high = jnp.asarray(minval, native), jnp.asarray(maxval, native)
    draw = jax.random.uniform(_key(words), shape, native) * (high - low) + low
    # Rounding may yield the excluded upper bound.
    return jnp.minimum(draw, lax.nextafter(high, low))


@kernel(static=(0, 3))
def _randint(shape: tuple[int, ...], minval: Tensor, maxval: Tensor, dtype: str, words: Tensor) -> Tensor:
    return jax.random.randint(_key(words), shape, minval, maxval, DTYPES[dtype])


@kernel(static=(1, 2))
def _categorical(logits: Tensor, num_samples: int, dtype: str, words: Tensor) -> Tensor:
    shape = (num_samples, *logits.shape[:-1])
    drawn = jax.random.categorical(_key(words), logits.astype(jnp.float32), shape=shape)
    return jnp.moveaxis(drawn, 0, -1).astype(DTYPES[dtype])


@kernel(static=(0, 3))
def _binomial(shape: tuple[int, ...], counts: Any, probabilities: Any, dtype: str, words: Tensor) -> Tensor:
    working = _working(dtype)
    trials = jnp.trunc(jnp.asarray(counts, working))
    chance = jnp.asarray(probabilities, working)
    valid = (trials >= 0) & jnp.isfinite(trials) & (chance >= 0) & (chance <= 1)
    drawn = jax.random.binomial(_key(words), jnp.where(valid, trials, 1), jnp.where(valid, chance, 0.5), shape, working)
    return jnp.where(valid, drawn, jnp.nan).astype(DTYPES[dtype])


@kernel(static=(0, 3))
def _beta(shape: tuple[int, ...], alpha: Any, beta: Any, dtype: str, words: Tensor) -> Tensor:
    working = _working(dtype)
    a, b = jnp.asarray(alpha, working), jnp.asarray(beta, working)
    valid = (a > 0) & (b > 0)
    drawn = jax.random.beta(_key(words), jnp.where(valid, a, 1), jnp.where(valid, b, 1), shape, working)
    return jnp.where(valid, drawn, jnp.nan).astype(DTYPES[dtype])


@kernel(static=(0, 2))
def _gamma(shape: tuple[int, ...], alpha: Any, dtype: str, words: Tensor) -> Tensor:
    working = _working(dtype)
    a = jnp.asarray(alpha, working)
    drawn = jax.random.gamma(_key(words), jnp.where(a > 0, a, 1), shape, working)
    return jnp.where(a > 0, drawn, jnp.nan).astype(DTYPES[dtype])


@kernel(static=(0,))
def _permutation(count: Any, words: Tensor) -> Tensor:
    if not isinstance(count, int):  # symbolic, which jax.random.permutation does not support
        return jnp.argsort(jax.random.bits(_key(words), (count,)), stable=True).astype(jnp.int32)
    return jax.random.permutation(_key(words), count).astype(jnp.int32)


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    return _normal(shape, mean, stddev, dtype, _words(seed))


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    return _uniform(shape, minval, maxval, dtype, _words(seed))


def truncated_normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    return _truncated_normal(shape, mean, stddev, dtype, _words(seed))


def randint(shape: tuple[int, ...], minval: int, maxval: int, dtype: str, seed: Seed) -> Tensor:
    native = DTYPES[dtype]
    largest = maxval > np.iinfo(native).max
    # The excluded end may be one more than the dtype holds: then the numbers are drawn one lower, and shifted.
    low, high = (minval - 1, maxval - 1) if largest and minval > np.iinfo(native).min else (minval, maxval)
    if high > np.iinfo(native).max:  # every number of the dtype
        return _bits(shape, dtype, _words(seed))
    drawn = _randint(shape, native.type(low), native.type(high), dtype, _words(seed))
    return drawn + native.type(1) if low < minval else drawn


@kernel(static=(0, 1))
def _bits(shape: tuple[int, ...], dtype: str, words: Tensor) -> Tensor:
    native = DTYPES[dtype]
    unsigned = jax.random.bits(_key(words), shape, np.dtype(f"uint{8 * native.itemsize}"))
    return lax.bitcast_convert_type(unsigned, native)


def categorical(logits: Tensor, num_samples: int, dtype: str, seed: Seed) -> Tensor:
    return _categorical(logits, num_samples, dtype, _words(seed))


def binomial(shape: tuple[int, ...], counts: Any, probabilities: Any, dtype: str, seed: Seed) -> Tensor:
    return _binomial(shape, counts, probabilities, dtype, _words(seed))


def beta(shape: tuple[int, ...], alpha: Any, beta: Any, dtype: str, seed: Seed) -> Tensor:
    return _beta(shape, alpha, beta, dtype, _words(seed))


def gamma(shape: tuple[int, ...], alpha: Any, dtype: str, seed: Seed) -> Tensor:
    return _gamma(shape, alpha, dtype, _words(seed))


def permutation(count: Any, seed: Seed) -> Tensor:
    return _permutation(count, _words(seed))


def philox(count: int, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    with enable_x64(True):  # 64-bit products: with 32-bit halves it takes forty times as long
        return _philox(0, count, _word(key0), _word(key1), _word(stream), _word(step), form)


def philox_part(start: int, count: int, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    with enable_x64(True):
        return _philox(start, count, _word(key0), _word(key1), _word(stream), _word(step), form)


def _word(value: Any) -> Any:
    return np.uint32(value & philox_of.MASK) if isinstance(value, int) else value


@kernel(static=(0, 1, 6))
def _philox(start: int, count: Any, key0: Tensor, key1: Tensor, stream: Tensor, step: Tensor, form: str) -> Tensor:
    block, rows, skipped, words = philox_of.blocks(start, count, form)
    # Converted first: JAX 0.6 cannot lower a broadcast of a Python number to a symbolic size.
    zero, stream, step, *key = (jnp.asarray(word).astype(jnp.uint32) for word in (0, stream, step, key0, key1))
    c = [lax.iota(jnp.uint32, rows), *(jnp.broadcast_to(word, rows) for word in (zero, stream, step))]
    if block:
        places = lax.iota(jnp.uint64, rows) + np.uint64(block)
        c[:2] = places.astype(jnp.uint32), (places >> np.uint64(32)).astype(jnp.uint32)
    for _ in range(philox_of.ROUNDS):
        (high0, low0), (high1, low1) = (_product(c[2 * i], m) for i, m in enumerate(philox_of.MULTIPLIERS))
        c = [high1 ^ c[1] ^ key[0], low1, high0 ^ c[3] ^ key[1], low0]
        key = [word + np.uint32(more) for word, more in zip(key, philox_of.WEYL, strict=True)]
    bits = lax.slice_in_dim(jnp.stack(c, -1).reshape(-1), skipped, skipped + words)
    if form == "float32":
        return (bits >> 8).astype(jnp.float32) * np.float32(2.0**-24)
    wide = bits.astype(jnp.int64)
    if form == "words":
        return wide
    pairs = wide.reshape(count, 2)
    halves = (lax.slice_in_dim(pairs, i, i + 1, axis=1).reshape(count) for i in range(2))
    high, low = ((half >> _wide(shift, half)).astype(jnp.float64) for half, shift in zip(halves, (5, 6), strict=True))
    return (high * _wide(2.0**26, high) + low) * _wide(2.0**-53, high)


def _wide(value: float, x: Tensor) -> Tensor:
    """Returns a number of at most 32 bits in the 64-bit dtype of a tensor.

    It is converted when the program runs: JAX 0.6 narrows 64-bit constants beside tensors of symbolic sizes.
    """
    narrow = {"u": np.uint32, "i": np.int32, "f": np.float32}[x.dtype.kind]
    return lax.convert_element_type(narrow(value), x.dtype)


def _product(x: Tensor, multiplier: int) -> tuple[Tensor, Tensor]:
    product = x.astype(jnp.uint64)
    product = product * _wide(multiplier, product)
    return (product >> _wide(32, product)).astype(jnp.uint32), product.astype(jnp.uint32)
