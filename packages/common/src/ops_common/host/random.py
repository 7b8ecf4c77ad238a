"""Random numbers from NumPy's Philox generator, for the backends whose random numbers are in host memory.

Every function returns an array in the working dtype: float32, or float64 where that is requested. Parameters out of a
distribution's range give NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Seed = tuple[int, int]


def generator(seed: Seed) -> np.random.Generator:
    """Returns the generator with these two words as its seed."""
    return np.random.Generator(np.random.Philox(key=(seed[1] << 32) | seed[0]))


def _working(dtype: str) -> Any:
    return np.float64 if dtype == "float64" else np.float32


def normal(shape: tuple[int, ...], dtype: str, seed: Seed) -> Array:
    """Returns standard normal variates."""
    return np.asarray(generator(seed).standard_normal(shape, _working(dtype)))


def uniform(shape: tuple[int, ...], dtype: str, seed: Seed) -> Array:
    """Returns uniform variates in [0, 1)."""
    return np.asarray(generator(seed).random(shape, _working(dtype)))


def truncated_normal(shape: tuple[int, ...], dtype: str, seed: Seed) -> Array:
    """Returns standard normal variates within two standard deviations: those outside are redrawn."""
    source = generator(seed)
    out = np.asarray(source.standard_normal(shape, _working(dtype)))
    flat = out.reshape(-1)
    outside = np.flatnonzero(np.abs(flat) > 2)
    while outside.size:
        flat[outside] = source.standard_normal(outside.size, flat.dtype.type)
        outside = outside[np.abs(flat[outside]) > 2]
    return out


def randint(shape: tuple[int, ...], minval: int, maxval: int, native: Any, seed: Seed) -> Array:
    """Returns integers in [minval, maxval), in a NumPy integer dtype."""
    return np.asarray(generator(seed).integers(minval, maxval, shape, native))


def categorical(logits: Array, num_samples: int, seed: Seed) -> Array:
    """Returns classes drawn by their unnormalised log-probabilities along the last axis; int64."""
    rows, classes = logits.reshape(-1, logits.shape[-1]).astype(np.float64), logits.shape[-1]
    weights = np.exp(rows - rows.max(axis=1, keepdims=True))
    sums = np.cumsum(weights, axis=1)
    # One search for all rows: row i is looked up in [i, i + 1).
    row = np.arange(len(rows))[:, None]
    edges = (sums / sums[:, -1:] + row).reshape(-1)
    draws = (generator(seed).random((len(rows), num_samples)) + row).reshape(-1)
    indices = np.searchsorted(edges, draws, side="right").reshape(len(rows), num_samples) - classes * row
    return np.clip(indices, 0, classes - 1).reshape(*logits.shape[:-1], num_samples)


def _checked(valid: Any, *parameters: Any) -> tuple[Any, ...]:
    """Returns the parameters, with 1 in place of those that the generator does not accept."""
    return tuple(np.where(valid, parameter, 1) for parameter in parameters)


def binomial(shape: tuple[int, ...], counts: Any, probabilities: Any, seed: Seed) -> Array:
    """Returns the numbers of successes in so many trials; float64."""
    counts, probabilities = np.asarray(counts, np.float64), np.asarray(probabilities, np.float64)
    valid = (counts >= 0) & np.isfinite(counts) & (probabilities >= 0) & (probabilities <= 1)
    trials, chance = _checked(valid, counts, probabilities)
    drawn = np.asarray(generator(seed).binomial(trials.astype(np.int64), chance, shape), np.float64)
    return np.where(valid, drawn, np.nan)


def beta(shape: tuple[int, ...], alpha: Any, beta: Any, seed: Seed) -> Array:
    """Returns beta variates; float64."""
    alpha, beta = np.asarray(alpha, np.float64), np.asarray(beta, np.float64)
    valid = (alpha > 0) & (beta > 0)
    alpha, beta = _checked(valid, alpha, beta)
    return np.where(valid, generator(seed).beta(alpha, beta, shape), np.nan)


def gamma(shape: tuple[int, ...], alpha: Any, seed: Seed) -> Array:
    """Returns gamma variates of scale 1; float64."""
    alpha = np.asarray(alpha, np.float64)
    valid = alpha > 0
    (alpha,) = _checked(valid, alpha)
    return np.where(valid, generator(seed).standard_gamma(alpha, shape), np.nan)


def permutation(count: int, seed: Seed) -> Array:
    """Returns the integers below count in random order; int32."""
    return generator(seed).permutation(count).astype(np.int32)
