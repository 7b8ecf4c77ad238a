"""OpenVINO, family random: NumPy's Philox generator on the host, keyed by the two seed words.

In a traced function the draw is a constant of the graph, or, with a SeedGenerator, an input that is drawn at each call;
its numbers are those of the eager call, except for `categorical` of logits that are not known yet. (OpenVINO's
RandomUniform continues its sequence from call to call regardless of the seed.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops_backend_openvino.core import cast
from ops_backend_openvino.elementwise import add, less, multiply, subtract, where
from ops_backend_openvino.manipulation import expand_dims
from ops_backend_openvino.native_types import NUMPY
from ops_backend_openvino.reduction import argmax
from ops_backend_openvino.run_time_sizes import dimensions
from ops_backend_openvino.tensor import Tensor
from ops_backend_openvino.trace import draw_later, drawn, known_words, traced_seed
from ops_common.algorithms import philox as ops_philox
from ops_common.errors import UnsupportedError
from ops_common.host import random as host_random

Seed = tuple[Any, Any]

__all__ = ["draw_later", "traced_seed"]


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


def _scaled(
    standard: Callable[[Seed, Any], Any], shape: tuple[Any, ...], mean: Any, stddev: Any, dtype: str, seed: Seed
) -> Tensor:
    if _in_graph(mean, stddev):
        return add(multiply(drawn(standard, seed, dtype, shape), stddev), mean)
    return drawn(lambda words, shape: standard(words, shape) * _host(stddev) + _host(mean), seed, dtype, shape)


def normal(shape: tuple[Any, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    return _scaled(lambda words, shape: host_random.normal(shape, dtype, words), shape, mean, stddev, dtype, seed)


def truncated_normal(shape: tuple[Any, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    def standard(words: Seed, shape: Any) -> Any:
        return host_random.truncated_normal(shape, dtype, words)

    return _scaled(standard, shape, mean, stddev, dtype, seed)


def uniform(shape: tuple[Any, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    if _in_graph(minval, maxval):
        unit = drawn(lambda words, shape: host_random.uniform(shape, dtype, words), seed, dtype, shape)
        out = add(multiply(unit, subtract(maxval, minval)), minval)
        # Rounding may yield the excluded end of the interval.
        return where(less(out, maxval), out, minval)
    low, high = _host(minval), _host(maxval)

    def between(words: Seed, shape: Any) -> Any:
        host = np.asarray(host_random.uniform(shape, dtype, words) * (high - low) + low, NUMPY[dtype])
        # Rounding to the dtype may yield the excluded end of the interval.
        return np.where(host < high, host, np.nextafter(host, np.asarray(low, host.dtype), dtype=host.dtype))

    return drawn(between, seed, dtype, shape)


def randint(shape: tuple[Any, ...], minval: int, maxval: int, dtype: str, seed: Seed) -> Tensor:
    def integers(words: Seed, shape: Any) -> Any:
        return host_random.randint(shape, minval, maxval, NUMPY[dtype], words)

    return drawn(integers, seed, dtype, shape)


def categorical(logits: Tensor, num_samples: Any, dtype: str, seed: Seed) -> Tensor:
    if not _in_graph(logits):
        known = np.asarray(logits.host, np.float32)
        return drawn(lambda words, shape: host_random.categorical(known, shape[0], words), seed, dtype, (num_samples,))
    # The argmax of the logits plus Gumbel noise (Gumbel 1954; https://arxiv.org/abs/1611.01144): the noise is known.
    *batch, classes = dimensions(logits)

    def noise(words: Seed, shape: Any) -> Any:
        unit = host_random.uniform(shape, "float32", words)
        return -np.log(-np.log(np.maximum(unit, np.float32(1e-30))))

    scores = add(
        expand_dims(cast(logits, "float32"), (-2,)), drawn(noise, seed, "float32", (*batch, num_samples, classes))
    )
    return cast(argmax(scores, -1, False), dtype)


def binomial(shape: tuple[Any, ...], counts: Any, probabilities: Any, dtype: str, seed: Seed) -> Tensor:
    trials, chances = _known("binomial", counts, probabilities)
    return drawn(lambda words, shape: host_random.binomial(shape, trials, chances, words), seed, dtype, shape)


def beta(shape: tuple[Any, ...], alpha: Any, beta: Any, dtype: str, seed: Seed) -> Tensor:
    alpha, beta = _known("beta", alpha, beta)
    return drawn(lambda words, shape: host_random.beta(shape, alpha, beta, words), seed, dtype, shape)


def gamma(shape: tuple[Any, ...], alpha: Any, dtype: str, seed: Seed) -> Tensor:
    (alpha,) = _known("gamma", alpha)
    return drawn(lambda words, shape: host_random.gamma(shape, alpha, words), seed, dtype, shape)


def permutation(count: Any, seed: Seed) -> Tensor:
    return drawn(lambda words, shape: host_random.permutation(shape[0], words), seed, "int32", (count,))


def philox(count: Any, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    return philox_part(0, count, key0, key1, stream, step, form)


def philox_part(start: int, count: Any, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    dtype = "int64" if form == "words" else form
    (at,) = known_words(step)

    def numbers(words: Seed, shape: Any) -> Any:
        return ops_philox.draw_part(start, shape[0], words[0], words[1], stream, at, form)

    return drawn(numbers, (key0, key1), dtype, (count,))
