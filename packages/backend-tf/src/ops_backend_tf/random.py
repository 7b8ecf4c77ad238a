"""TensorFlow, family random: the stateless Philox generator, keyed by the two seed words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import DTYPES, can_be_read, dims, dynamic_shape, number_like, raw_ops, static_sizes
from ops_backend_tf.values import read, tensor
from ops_common.algorithms import philox as philox_of
from ops_common.tensors import seeds
from ops_common.tensors.seeds import SeedGenerator

Tensor = Any
Seed = tuple[Any, Any]


# The numbers of algorithms in TensorFlow's operations.
_PHILOX, _AUTOMATIC = 1, 3


def _seed(seed: Seed) -> Tensor:
    if _is_eager(seed):
        return tensor(np.array(seed, np.int64))
    return tf.stack([tf.cast(word, tf.int64) for word in seed])


def _is_eager(seed: Seed) -> bool:
    """Returns whether numbers are drawn now, by raw operations: TensorFlow's public functions call many others. In a
    graph they choose the generator when it is compiled."""
    return type(seed[0]) is int and type(seed[1]) is int and tf.executing_eagerly()


def _stateless(operation: Any, shape: tuple[int, ...], seed: Tensor, **arguments: Any) -> Tensor:
    """Returns the numbers of an eager operation, which are those of the public function."""
    key, counter = raw_ops.StatelessRandomGetKeyCounter(seed=seed)
    algorithm = arguments.pop("alg", _PHILOX)
    return operation(shape=dims(shape), key=key, counter=counter, alg=tf.constant(algorithm), **arguments)


def _scaled(draw: Tensor, factor: Any, offset: Any) -> Tensor:
    if type(factor) is float and type(offset) is float:
        return raw_ops.AddV2(x=raw_ops.Mul(x=draw, y=number_like(factor, draw)), y=number_like(offset, draw))
    return draw * tf.cast(factor, draw.dtype) + tf.cast(offset, draw.dtype)


class _Home:
    """A SeedGenerator's first seed and the number of its draws, in tf.Variables that functions capture."""

    def __init__(self) -> None:
        with tf.init_scope(), tf.device("CPU"):
            self.seed = tf.Variable(0, dtype=tf.int64, trainable=False)  # pyright: ignore[reportArgumentType]  # the stubs do not accept numbers
            self.variable = tf.Variable(0, dtype=tf.int64, trainable=False)  # pyright: ignore[reportArgumentType]  # the stubs do not accept numbers

    def reseed(self, seed: int) -> None:
        with tf.init_scope():
            self.seed.assign(seed & philox_of.MASK)

    def read(self) -> int:
        with tf.init_scope():
            return int(self.variable.numpy())

    def write(self, count: int) -> None:
        with tf.init_scope():
            self.variable.assign(count)


def traced_seed(generator: SeedGenerator) -> Seed | None:
    if tf.executing_eagerly():
        return None
    with tf.init_scope():
        home: Any = generator.home("tensorflow", _Home)
    return next_words(home)


def next_words(home: Any) -> Seed:
    """Returns the next words of the generator whose number of draws is in a home's variables."""
    seeds.changed()
    return home.seed.read_value(), home.variable.assign_add(1, read_value=True) - 1 & philox_of.MASK


def _working(dtype: str) -> Any:
    """Returns the dtype in which a distribution of several steps is drawn."""
    return tf.float64 if dtype == "float64" else tf.float32


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    if _is_eager(seed):
        draw = _stateless(raw_ops.StatelessRandomNormalV2, shape, _seed(seed), dtype=DTYPES[dtype])
    else:
        draw = tf.random.stateless_normal(shape, _seed(seed), dtype=DTYPES[dtype], alg="philox")
    return _scaled(draw, stddev, mean)


def truncated_normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    if _is_eager(seed):
        draw = _stateless(raw_ops.StatelessTruncatedNormalV2, shape, _seed(seed), dtype=DTYPES[dtype])
    else:
        draw = tf.random.stateless_truncated_normal(shape, _seed(seed), dtype=DTYPES[dtype], alg="philox")
    return _scaled(draw, stddev, mean)


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    if _is_eager(seed):
        draw = _stateless(raw_ops.StatelessRandomUniformV2, shape, _seed(seed), dtype=DTYPES[dtype])
        if type(minval) is float and type(maxval) is float and minval == 0 and maxval == 1:
            return draw
    else:
        draw = tf.random.stateless_uniform(shape, _seed(seed), dtype=DTYPES[dtype], alg="philox")
    low, high = tf.cast(minval, draw.dtype), tf.cast(maxval, draw.dtype)
    scaled = draw * (high - low) + low
    return tf.where(scaled < high, scaled, low)  # rounding may yield the excluded upper bound


def randint(shape: tuple[int, ...], minval: int, maxval: int, dtype: str, seed: Seed) -> Tensor:
    width = maxval - minval
    if width == 2**63:
        bits = tf.random.stateless_uniform(shape, _seed(seed), None, None, tf.uint64, alg="philox")  # pyright: ignore[reportArgumentType]  # None means all integers
        offsets = tf.bitcast(bits & tf.constant(2**63 - 1, tf.uint64), tf.int64)
    elif _is_eager(seed):
        ends = {"minval": tf.constant(0, tf.int64), "maxval": tf.constant(width, tf.int64)}
        offsets = _stateless(raw_ops.StatelessRandomUniformIntV2, shape, _seed(seed), **ends)
    else:
        offsets = tf.random.stateless_uniform(shape, _seed(seed), 0, width, tf.int64, alg="philox")
    # Computed in 64 bits, which wrap around, as casts do: results in the dtype's range are correct.
    low = tf.constant(minval if minval < 2**63 else minval - 2**64, tf.int64)
    return raw_ops.Cast(x=raw_ops.AddV2(x=offsets, y=low), DstT=DTYPES[dtype])


def categorical(logits: Tensor, num_samples: int, dtype: str, seed: Seed) -> Tensor:
    if _is_eager(seed) and logits.dtype is tf.float32 and len(logits.shape) == 2 and type(num_samples) is int:
        drawn = raw_ops.StatelessMultinomial(
            logits=logits, num_samples=num_samples, seed=_seed(seed), output_dtype=tf.int64
        )
        return raw_ops.Cast(x=drawn, DstT=DTYPES[dtype])
    rows = tf.reshape(tf.cast(logits, tf.float32), (-1, dynamic_shape(logits)[-1]))
    drawn = tf.random.stateless_categorical(rows, num_samples, _seed(seed), tf.int64)
    return tf.cast(tf.reshape(drawn, tf.concat([tf.shape(logits)[:-1], [num_samples]], 0)), DTYPES[dtype])


def binomial(shape: tuple[int, ...], counts: Any, probabilities: Any, dtype: str, seed: Seed) -> Tensor:
    if _is_eager(seed) and type(counts) is float and type(probabilities) is float:
        if 0 <= counts < math.inf and 0 <= probabilities <= 1:
            trials, chance = (tensor(np.full(shape, x)) for x in (math.floor(counts) + 0.0, probabilities))
            drawn = raw_ops.StatelessRandomBinomial(
                shape=dims(shape), seed=_seed(seed), counts=trials, probs=chance, dtype=tf.float64
            )
            return raw_ops.Cast(x=drawn, DstT=DTYPES[dtype])
    trials = tf.broadcast_to(tf.math.floor(tf.cast(counts, tf.float64)), shape)
    chance = tf.broadcast_to(tf.cast(probabilities, tf.float64), shape)
    valid = (trials >= 0) & tf.math.is_finite(trials) & (chance >= 0) & (chance <= 1)
    one = tf.ones((), tf.float64)
    drawn = tf.random.stateless_binomial(
        shape, _seed(seed), tf.where(valid, trials, one), tf.where(valid, chance, one / 2), tf.float64
    )
    return tf.cast(tf.where(valid, drawn, tf.cast(float("nan"), tf.float64)), DTYPES[dtype])


def _at_end(alpha: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Returns parameters in a shape that is a suffix of the numbers' shape, which TensorFlow's gamma variates
    require."""
    end = static_sizes(shape[len(shape) - len(alpha.shape) :])
    return alpha if None not in end and list(alpha.shape) == end else tf.broadcast_to(alpha, shape)


def _log_gamma_variates(shape: tuple[int, ...], alpha: Tensor, seed: Seed) -> Tensor:
    """Returns logarithms of gamma variates: those of alpha + 1 plus the logarithm of a power of a uniform one, so that
    none underflows (Marsaglia and Tsang 2000, https://doi.org/10.1145/358407.358414)."""
    if _is_eager(seed):
        words = _stateless(raw_ops.StatelessRandomUniformFullIntV2, (2, 2), _seed(seed), dtype=tf.int64)
        first, second = raw_ops.Unpack(value=words, num=2, axis=0)
        draw = _gamma_variates(shape, first, raw_ops.AddV2(x=_at_end(alpha, shape), y=number_like(1, alpha)))
        unit = _stateless(raw_ops.StatelessRandomUniformV2, shape, second, dtype=alpha.dtype)
        unit = raw_ops.Sub(x=number_like(1, alpha), y=unit)
        return raw_ops.AddV2(x=raw_ops.Log(x=draw), y=raw_ops.RealDiv(x=raw_ops.Log(x=unit), y=alpha))
    first, second = tf.unstack(tf.random.split(_seed(seed), alg="philox"))
    draw = tf.random.stateless_gamma(shape, first, _at_end(alpha, shape) + 1, dtype=alpha.dtype)
    unit = 1 - tf.random.stateless_uniform(shape, second, dtype=alpha.dtype, alg="philox")  # in (0, 1]
    return tf.math.log(draw) + tf.math.log(unit) / alpha


def _gamma_variates(shape: tuple[int, ...], seed: Tensor, alpha: Tensor) -> Tensor:
    draw = _stateless(raw_ops.StatelessRandomGammaV3, shape, seed, alg=_AUTOMATIC, alpha=alpha)
    return raw_ops.Maximum(x=draw, y=number_like(float(np.finfo(alpha.dtype.as_numpy_dtype).tiny), alpha))


def beta(shape: tuple[int, ...], alpha: Any, beta: Any, dtype: str, seed: Seed) -> Tensor:
    a, b = tf.cast(alpha, _working(dtype)), tf.cast(beta, _working(dtype))
    valid = (a > 0) & (b > 0)
    one = tf.ones((), a.dtype)
    logs = [
        _log_gamma_variates(shape, tf.where(valid, x, one), (seed[0] ^ place, seed[1]))
        for place, x in ((0x5BD1E995, a), (0x27D4EB2F, b))
    ]
    drawn = tf.sigmoid(logs[0] - logs[1])
    return tf.cast(tf.where(valid, drawn, tf.cast(float("nan"), a.dtype)), DTYPES[dtype])


def gamma(shape: tuple[int, ...], alpha: Any, dtype: str, seed: Seed) -> Tensor:
    a = tf.cast(alpha, _working(dtype))
    drawn = tf.random.stateless_gamma(
        shape, _seed(seed), _at_end(tf.where(a > 0, a, tf.ones((), a.dtype)), shape), dtype=a.dtype
    )
    return tf.cast(tf.where(a > 0, drawn, tf.cast(float("nan"), a.dtype)), DTYPES[dtype])


def permutation(count: int, seed: Seed) -> Tensor:
    # Sorted by 64 random bits: a tie, which would favour the existing order, occurs once in 2**64 / count**2 calls.
    if _is_eager(seed) and type(count) is int:
        bits = _stateless(raw_ops.StatelessRandomUniformFullIntV2, (count,), _seed(seed), dtype=tf.int64)
        if can_be_read(bits):
            return tensor(np.argsort(read(bits), kind="stable").astype(np.int32))
    else:
        bits = tf.random.stateless_uniform((count,), _seed(seed), None, None, tf.int64, alg="philox")  # pyright: ignore[reportArgumentType]  # None means all integers
    return tf.argsort(bits, stable=True)


def philox(count: int, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    return _of_words(_words(0, 2 * count if form == "float64" else count, key0, key1, stream, step), count, form)


def philox_part(start: int, count: int, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    block, _, skipped, number = philox_of.blocks(start, count, form)
    words = _words(block, skipped + number, key0, key1, stream, step)
    return _of_words(words[skipped:], count, form)


def _words(block: int, number: Any, key0: Any, key1: Any, stream: int, step: Any) -> Tensor:
    """Returns words of the blocks from this one on, in uint32."""

    # TensorFlow's own generator is this one, and its kernel counts the blocks in the same way.
    def pair(low: Any, high: Any) -> Tensor:
        low, high = (tf.cast(tf.cast(word, tf.int64) & philox_of.MASK, tf.uint64) for word in (low, high))
        return low | tf.bitwise.left_shift(high, tf.constant(32, tf.uint64))

    return raw_ops.StatelessRandomUniformFullIntV2(
        shape=dims((number,)),
        key=tf.reshape(pair(key0, key1), (1,)),
        counter=tf.stack([tf.constant(block, tf.uint64), pair(stream, step)]),
        alg=tf.constant(1),
        dtype=tf.uint32,
    )


def _of_words(words: Tensor, count: Any, form: str) -> Tensor:
    """Returns the numbers that are made of words."""
    if form == "words":
        return tf.cast(words, tf.int64)
    if form == "float32":
        words = tf.bitwise.right_shift(words, tf.constant(8, tf.uint32))  # one name: frees the old words
        words = tf.cast(tf.bitcast(words, tf.int32), tf.float32)
        return words * tf.constant(2.0**-24)
    wide = tf.cast(tf.reshape(words, (count, 2)), tf.int64)
    upper, lower = tf.bitwise.right_shift(wide[:, 0], 5), tf.bitwise.right_shift(wide[:, 1], 6)
    return (tf.cast(upper, tf.float64) * 2.0**26 + tf.cast(lower, tf.float64)) * 2.0**-53
