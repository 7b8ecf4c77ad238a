"""OpenVINO, family random: NumPy's Philox generator on the host, keyed by the two seed words.

In a traced function the draw is a constant of the graph: the seed is static, so each call has the same numbers anyway,
and they are those of the eager call, but for `categorical` of logits that are not known yet. (OpenVINO's RandomUniform
would go on drawing from call to call.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_openvino.core import DTYPES, NUMPY, Tensor, cast
from ops_backend_openvino.elementwise import add, less, multiply, subtract, where
from ops_backend_openvino.manipulation import expand_dims
from ops_backend_openvino.reduction import argmax
from ops_common import draws
from ops_common import philox as ops_philox
from ops_common.errors import UnsupportedError

Seed = tuple[int, int]


def _in_graph(*values: Any) -> bool:
    return any(type(value) is Tensor and value.node is not None for value in values)


def _host(value: Any) -> Any:
    return value.host if type(value) is Tensor else value


def _known(name: str, *values: Any) -> tuple[Any, ...]:
    if _in_graph(*values):
        raise UnsupportedError(
            f"OpenVINO has no operation that draws {name} variates, so their parameters must be known when ops.jit "
            "traces the function: draw outside of it, or give numbers"
        )
    return tuple(map(_host, values))


def _tensor(array: Any, dtype: str) -> Tensor:
    return Tensor(np.asarray(array, NUMPY[dtype]), DTYPES[dtype])


def _scaled(standard: Any, mean: Any, stddev: Any, dtype: str) -> Tensor:
    if _in_graph(mean, stddev):
        return add(multiply(_tensor(standard, dtype), stddev), mean)
    return _tensor(standard * _host(stddev) + _host(mean), dtype)


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    return _scaled(draws.normal(shape, dtype, seed), mean, stddev, dtype)


def truncated_normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    return _scaled(draws.truncated_normal(shape, dtype, seed), mean, stddev, dtype)


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    unit = draws.uniform(shape, dtype, seed)
    if _in_graph(minval, maxval):
        spread = multiply(_tensor(unit, dtype), subtract(maxval, minval))
        out = add(spread, minval)
        # Rounding may reach the open end of the interval.
        return where(less(out, maxval), out, minval)
    low, high = _host(minval), _host(maxval)
    host = np.asarray(unit * (high - low) + low, NUMPY[dtype])
    # Rounding to the dtype may reach the open end of the interval.
    below = np.nextafter(host, np.asarray(low, host.dtype), dtype=host.dtype)
    return Tensor(np.where(host < high, host, below), DTYPES[dtype])


def randint(shape: tuple[int, ...], minval: int, maxval: int, dtype: str, seed: Seed) -> Tensor:
    return Tensor(draws.randint(shape, minval, maxval, NUMPY[dtype], seed), DTYPES[dtype])


def categorical(logits: Tensor, num_samples: int, dtype: str, seed: Seed) -> Tensor:
    if not _in_graph(logits):
        return _tensor(draws.categorical(np.asarray(logits.host, np.float32), num_samples, seed), dtype)
    # The largest of the logits with Gumbel noise (Gumbel 1954; https://arxiv.org/abs/1611.01144): the noise is known.
    *batch, classes = logits.shape
    unit = draws.uniform((*batch, num_samples, classes), "float32", seed)
    noise = -np.log(-np.log(np.maximum(unit, np.float32(1e-30))))
    scores = add(expand_dims(cast(logits, "float32"), (-2,)), _tensor(noise, "float32"))
    return cast(argmax(scores, -1, False), dtype)


def binomial(shape: tuple[int, ...], counts: Any, probabilities: Any, dtype: str, seed: Seed) -> Tensor:
    return _tensor(draws.binomial(shape, *_known("binomial", counts, probabilities), seed), dtype)


def beta(shape: tuple[int, ...], alpha: Any, beta: Any, dtype: str, seed: Seed) -> Tensor:
    return _tensor(draws.beta(shape, *_known("beta", alpha, beta), seed), dtype)


def gamma(shape: tuple[int, ...], alpha: Any, dtype: str, seed: Seed) -> Tensor:
    return _tensor(draws.gamma(shape, *_known("gamma", alpha), seed), dtype)


def permutation(count: int, seed: Seed) -> Tensor:
    return _tensor(draws.permutation(count, seed), "int32")


def philox(count: int, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    words = (_number(word) for word in (key0, key1))
    dtype = "int64" if form == "words" else form
    return _tensor(ops_philox.draw(count, *words, stream, _number(step), form), dtype)


def _number(value: Any) -> int:
    if _in_graph(value):
        raise UnsupportedError(
            "OpenVINO has no such generator: a seed, and what is drawn again until it fits, must be known when ops.jit "
            "traces the function; draw outside of it, or give numbers"
        )
    return int(_host(value))
