"""OpenVINO, family random: NumPy's Philox generator on the host, keyed by the two seed words.

In a traced function the draw is a constant of the graph: the seed is static, so each call has the same numbers anyway,
and they are those of the eager call. (OpenVINO's RandomUniform would go on drawing from call to call.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_openvino.core import DTYPES, NUMPY, Tensor
from ops_backend_openvino.elementwise import add, less, multiply, subtract, where

Seed = tuple[int, int]


def _generator(seed: Seed) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=(seed[1] << 32) | seed[0]))


def _working(dtype: str) -> Any:
    return np.float64 if dtype == "float64" else np.float32


def _in_graph(*values: Any) -> bool:
    return any(type(value) is Tensor and value.node is not None for value in values)


def _host(value: Any) -> Any:
    return value.host if type(value) is Tensor else value


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    draws: Any = np.asarray(_generator(seed).standard_normal(shape, _working(dtype)))
    if _in_graph(mean, stddev):
        return add(multiply(Tensor(draws.astype(NUMPY[dtype]), DTYPES[dtype]), stddev), mean)
    out = draws * _host(stddev) + _host(mean)
    return Tensor(np.asarray(out, NUMPY[dtype]), DTYPES[dtype])


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    draws: Any = np.asarray(_generator(seed).random(shape, _working(dtype)))
    if _in_graph(minval, maxval):
        unit = Tensor(draws.astype(NUMPY[dtype]), DTYPES[dtype])
        spread = multiply(unit, subtract(maxval, minval))
        out = add(spread, minval)
        # Rounding may reach the open end of the interval.
        return where(less(out, maxval), out, minval)
    low, high = _host(minval), _host(maxval)
    host = np.asarray(draws * (high - low) + low, NUMPY[dtype])
    # Rounding to the dtype may reach the open end of the interval.
    below = np.nextafter(host, np.asarray(low, host.dtype), dtype=host.dtype)
    return Tensor(np.where(host < high, host, below), DTYPES[dtype])
