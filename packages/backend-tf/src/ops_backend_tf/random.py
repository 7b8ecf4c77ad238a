"""TensorFlow, family random: the stateless Philox generator, keyed by the two seed words."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_backend_tf.core import DTYPES

Tensor = Any
Seed = tuple[int, int]


def _seed(seed: Seed) -> Tensor:
    return tf.constant(seed, tf.int64)


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    draw = tf.random.stateless_normal(shape, _seed(seed), dtype=DTYPES[dtype], alg="philox")
    return draw * tf.cast(stddev, draw.dtype) + tf.cast(mean, draw.dtype)


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    draw = tf.random.stateless_uniform(shape, _seed(seed), dtype=DTYPES[dtype], alg="philox")
    low, high = tf.cast(minval, draw.dtype), tf.cast(maxval, draw.dtype)
    scaled = draw * (high - low) + low
    return tf.where(scaled < high, scaled, low)  # rounding may reach the upper bound, which does not belong
