"""NumPy, family random: NumPy's Philox generator, keyed by the two seed words."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_numpy.core import DTYPES

Tensor = Any
Seed = tuple[int, int]


def _generator(seed: Seed) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=(seed[1] << 32) | seed[0]))


def _working(dtype: str) -> Any:
    return np.float64 if dtype == "float64" else np.float32


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    draws: Any = np.asarray(_generator(seed).standard_normal(shape, _working(dtype)))
    return (draws * stddev + mean).astype(DTYPES[dtype], copy=False)


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    draws: Any = np.asarray(_generator(seed).random(shape, _working(dtype)))
    out = (draws * (maxval - minval) + minval).astype(DTYPES[dtype], copy=False)
    # Rounding to the dtype may reach the open end of the interval.
    return np.where(out < maxval, out, np.nextafter(out, np.asarray(minval, out.dtype), dtype=out.dtype))
