"""NumPy, family random: NumPy's Philox generator, keyed by the two seed words."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import DTYPES
from ops_common.algorithms import philox as ops_philox
from ops_common.host import random as host_random

Tensor = Any
Seed = tuple[int, int]


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    return (host_random.normal(shape, dtype, seed) * stddev + mean).astype(DTYPES[dtype], copy=False)


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    out = (host_random.uniform(shape, dtype, seed) * (maxval - minval) + minval).astype(DTYPES[dtype], copy=False)
    # Rounding to the dtype may yield the excluded end of the interval.
    return np.where(out < maxval, out, np.nextafter(out, np.asarray(minval, out.dtype), dtype=out.dtype))


def truncated_normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    return (host_random.truncated_normal(shape, dtype, seed) * stddev + mean).astype(DTYPES[dtype], copy=False)


def randint(shape: tuple[int, ...], minval: int, maxval: int, dtype: str, seed: Seed) -> Tensor:
    return host_random.randint(shape, minval, maxval, DTYPES[dtype], seed)


def categorical(logits: Tensor, num_samples: int, dtype: str, seed: Seed) -> Tensor:
    return host_random.categorical(logits, num_samples, seed).astype(DTYPES[dtype])


def binomial(shape: tuple[int, ...], counts: Any, probabilities: Any, dtype: str, seed: Seed) -> Tensor:
    return host_random.binomial(shape, counts, probabilities, seed).astype(DTYPES[dtype])


def beta(shape: tuple[int, ...], alpha: Any, beta: Any, dtype: str, seed: Seed) -> Tensor:
    return host_random.beta(shape, alpha, beta, seed).astype(DTYPES[dtype])


def gamma(shape: tuple[int, ...], alpha: Any, dtype: str, seed: Seed) -> Tensor:
    return host_random.gamma(shape, alpha, seed).astype(DTYPES[dtype])


permutation = host_random.permutation
philox, philox_part = ops_philox.draw, ops_philox.draw_part
