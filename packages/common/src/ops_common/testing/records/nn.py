"""Records of family nn."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    COMPLEX,
    FLOATS,
    Maker,
    Record,
    Sample,
    floating,
    number,
)
from ops_common.testing.records._build import (
    REAL,
    inf,
    nan,
    s,
    some,
    special,
    unary,
)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _gelu(x: Any, approximate: bool = True) -> Any:
    if approximate:
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + np.vectorize(math.erf, otypes=[np.float64])(x / math.sqrt(2)))


def _softmax(x: Any, axis: Any = -1) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    powers = np.exp(x - np.max(x, axis, keepdims=True, initial=-inf))
    return powers / np.sum(powers, axis, keepdims=True)


def _log_softmax(x: Any, axis: Any = -1) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    shifted = x - np.max(x, axis, keepdims=True, initial=-inf)
    return shifted - np.log(np.sum(np.exp(shifted), axis, keepdims=True))


unary("nn.relu", lambda x: np.maximum(x, 0), REAL, number, refuses=COMPLEX, family=None)
unary(
    "nn.sigmoid",
    _sigmoid,
    REAL,
    floating,
    lambda m: [*some()(m), s(special(m, -100.0, 100.0, 0.0))],
    refuses=COMPLEX,
    family=None,
)
Record(
    "nn.gelu",
    lambda m: [s(m(2, 3), True), s(m(2, 3), False), s(m(), True), *(s(special(m, inf, nan), a) for a in (True, False))],
    _gelu,
    "nn.activation.gelu",
    REAL,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(3)), s(m(3), approximate=False)],
    loose=3,
)


def _soft(m: Maker) -> Sequence[Sample]:
    extreme = [s(special(m, 500.0, 499.0, -500.0), 0)] if m.dtype != "bool" else []
    odd = [s(m(2, 3), ()), s(m(), None), s(m(2, 0), -1), s(m(0, 2), (0, 1))]
    lost = special(m, 1.0, nan, -inf, 2.0, 0.0, -inf, 3.0, 1.0).reshape(4, 2)
    odd += [s(lost, axis) for axis in (0, 1, (0, 1))]
    return [s(m(2, 3, 4), -1), s(m(2, 3), 0), s(m(2, 3), (0, 1)), s(m(2, 3), None), *odd, *extreme]


for _name, _function in (("softmax", _softmax), ("log_softmax", _log_softmax)):
    Record(
        f"nn.{_name}",
        _soft,
        _function,
        f"nn.activation.{_name}",
        REAL,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(2, 3)), s(m(2, 3), axis=[0, 1])],
        errors=lambda m: [
            (ShapeError, s(m(2, 3), 2)),
            (ShapeError, s(m())),
            (ShapeError, s(m(2, 3), (0, -2))),
            (ArgumentTypeError, s(m(2), "a")),
        ],
        loose=2,
    )


def _one_hot(x: Any, classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Any:
    found = np.asarray(x)[..., None] == np.arange(classes)
    return np.moveaxis(found, -1, axis)


Record(
    "nn.one_hot",
    lambda m: (
        [s(np.array([[0, 2], [5, -1]], np.int32), 3, axis, m.dtype) for axis in (-1, 0, 1)]
        + [s(np.array(1, np.int64), 4, -1, m.dtype), s(np.array([], np.int32), 2, -1, m.dtype)]
    ),
    _one_hot,
    "nn.activation.one_hot",
    ALL,
    forms=lambda m: [s([1, 0], 2, dtype=m.dtype), s(np.array([1, 0], np.uint8), 2, dtype=m.dtype)],
    errors=lambda m: [
        (ShapeError, s([1], 3, 4)),
        (DtypeError, s([0.5], 3)),
        (ArgumentError, s([1], -1)),
        (ArgumentTypeError, s([1], 2.5)),
    ],
)


def _conv(
    x: Any, kernel: Any, strides: Any = 1, padding: str = "valid", data_format: Any = None, dilation_rate: Any = 1
) -> Any:
    """A convolution by its definition: loops over window places, in float64."""
    rank = x.ndim - 2
    if data_format == "channels_first":
        return np.moveaxis(_conv(np.moveaxis(x, 1, -1), kernel, strides, padding, None, dilation_rate), -1, 1)
    padding = padding.lower()
    steps = np.broadcast_to(strides, rank)
    rates = np.broadcast_to(dilation_rate, rank)
    window, depth, filters = kernel.shape[:-2], kernel.shape[-2], kernel.shape[-1]
    reach = [(k - 1) * r + 1 for k, r in zip(window, rates, strict=True)]
    if padding == "same":
        total = [max((-(-n // t) - 1) * t + r - n, 0) for n, t, r in zip(x.shape[1:-1], steps, reach, strict=True)]
        x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in total), (0, 0)])
    elif padding == "causal":
        x = np.pad(x, [(0, 0), (reach[0] - 1, 0), (0, 0)])
    counts = [(n - r) // t + 1 for n, r, t in zip(x.shape[1:-1], reach, steps, strict=True)]
    out = np.zeros((x.shape[0], *counts, filters))
    groups = x.shape[-1] // depth
    each = filters // groups
    for place in itertools.product(*map(range, window)):
        cut = tuple(
            slice(p * r, p * r + (c - 1) * t + 1, t) for p, r, c, t in zip(place, rates, counts, steps, strict=True)
        )
        seen = x[(slice(None), *cut)]
        for g in range(groups):
            out[..., g * each : (g + 1) * each] += (
                seen[..., g * depth : (g + 1) * depth] @ kernel[place][:, g * each : (g + 1) * each]
            )
    return out


def _convolutions(m: Maker) -> Sequence[Sample]:
    last, first = "channels_last", "channels_first"
    one, two = (1, 1), (2, 2)
    return [
        s(m(2, 6, 5, 3), m(3, 3, 3, 4), one, "valid", last, one),
        s(m(2, 6, 5, 3), m(3, 2, 3, 4), one, "same", last, one),
        s(m(2, 7, 6, 3), m(3, 3, 3, 4), two, "same", last, one),
        s(m(2, 7, 7, 3), m(3, 3, 3, 4), (2, 1), "valid", last, one),
        s(m(2, 7, 7, 2), m(3, 3, 2, 3), one, "valid", last, two),
        s(m(2, 7, 7, 2), m(2, 3, 2, 3), one, "same", last, (2, 1)),
        s(m(2, 6, 6, 4), m(3, 3, 2, 6), one, "same", last, one),
        s(m(2, 3, 6, 5), m(3, 3, 3, 4), two, "same", first, one),
        s(m(2, 4, 6, 5), m(2, 2, 1, 4), one, "valid", first, one),
        s(m(2, 8, 3), m(3, 3, 4), (1,), "causal", last, (2,)),
        s(m(2, 8, 3), m(4, 3, 4), (2,), "same", last, (1,)),
        s(m(2, 8, 3), m(4, 3, 4), (3,), "causal", last, (1,)),
        s(m(2, 4, 5, 4, 2), m(2, 2, 2, 2, 3), (1, 1, 1), "same", last, (1, 1, 1)),
        s(m(2, 2, 4, 5, 4), m(2, 2, 2, 2, 3), (2, 2, 2), "valid", first, (1, 1, 1)),
        s(m(0, 6, 5, 3), m(3, 3, 3, 4), one, "valid", last, one),
        s(m(2, 0, 5, 3), m(3, 3, 3, 4), one, "same", last, one),
    ]


Record(
    "nn.conv",
    _convolutions,
    _conv,
    "nn.convolution.conv",
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(1, 5, 5, 2), m(3, 3, 2, 2)), s(m(1, 5, 5, 2), m(3, 3, 2, 2), strides=[2, 1], padding="SAME")],
    errors=lambda m: [
        (ShapeError, s(m(1, 5, 5, 3), m(3, 3, 2, 2))),
        (ShapeError, s(m(1, 2, 2, 2), m(3, 3, 2, 2))),
        (ShapeError, s(m(5, 5), m(3, 3, 2, 2))),
        (ShapeError, s(m(1, 5, 5, 2), m(3, 2, 2))),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 0)),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "full")),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "causal")),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "same", "NHWC")),
        (ArgumentError, s(m(1, 9, 9, 2), m(3, 3, 2, 2), 2, "same", None, 2)),
    ],
    loose=4,
)


def _pool(reduce: Callable[..., Any], fill: float) -> Callable[..., Any]:
    def pooled(x: Any, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: Any = None) -> Any:
        rank = x.ndim - 2
        if data_format == "channels_first":
            return np.moveaxis(pooled(np.moveaxis(x, 1, -1), pool_size, strides, padding), -1, 1)
        window = np.broadcast_to(pool_size, rank)
        steps = window if strides is None else np.broadcast_to(strides, rank)
        x = x.astype(np.float64)
        if padding == "same":
            total = [max((-(-n // t) - 1) * t + k - n, 0) for n, t, k in zip(x.shape[1:-1], steps, window, strict=True)]
            x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in total), (0, 0)], constant_values=fill)
        views = np.lib.stride_tricks.sliding_window_view(x, tuple(window), tuple(range(1, rank + 1)))
        views = views[(slice(None), *(slice(None, None, int(t)) for t in steps))]
        return reduce(views, axis=tuple(range(-rank, 0)))

    return pooled


def _averages(x: Any, *how: Any, **named: Any) -> Any:
    total = _pool(np.sum, 0.0)
    return total(x, *how, **named) / total(np.ones(x.shape), *how, **named)


def _pools(m: Maker) -> Sequence[Sample]:
    last, first = "channels_last", "channels_first"
    return [
        s(m(2, 6, 6, 3), (2, 2), (2, 2), "valid", last),
        s(m(2, 7, 5, 3), (3, 2), (2, 2), "same", last),
        s(m(2, 7, 7, 3), (3, 3), (1, 1), "same", last),
        s(m(2, 3, 7, 6), (2, 3), (2, 2), "valid", first),
        s(m(2, 3, 7, 6), (3, 3), (2, 2), "same", first),
        s(m(2, 7, 3), (3,), (2,), "same", last),
        s(m(2, 4, 5, 4, 2), (2, 2, 2), (2, 2, 2), "same", last),
        s(m(2, 2, 4, 5, 4), (2, 3, 2), (1, 1, 1), "valid", first),
        s(m(2, 1, 1, 6, 1), (2, 3, 4), (1, 3, 1), "same", last),
        s(m(0, 6, 6, 3), (2, 2), (2, 2), "valid", last),
        s(m(2, 0, 6, 6), (3, 3), (2, 2), "same", first),
    ]


def _bad_pools(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [
        (ShapeError, s(m(1, 2, 2, 1), 3)),
        (ShapeError, s(m(2, 2), 2)),
        (ArgumentError, s(m(1, 4, 4, 1), 0)),
        (ArgumentError, s(m(1, 4, 4, 1), (2, 2, 2))),
        (ArgumentError, s(m(1, 4, 4, 1), 2, padding="causal")),
        (ArgumentError, s(m(1, 4, 4, 1), 2, data_format="NHWC")),
    ]


Record(
    "nn.max_pool",
    _pools,
    _pool(np.max, -inf),
    "nn.pooling.max_pool",
    REAL,
    COMPLEX,
    number,
    forms=lambda m: [s(m(1, 4, 4, 2), 2), s(m(1, 4, 4, 2), [2, 2], strides=1, padding="same")],
    errors=_bad_pools,
)
Record(
    "nn.average_pool",
    _pools,
    _averages,
    "nn.pooling.average_pool",
    REAL,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(1, 4, 4, 2), 2), s(m(1, 5, 5, 2), 3, 2, "same")],
    errors=_bad_pools,
)


def _crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    output = np.moveaxis(output, axis, -1)
    target = np.asarray(target)
    if target.ndim == output.ndim:
        target = np.squeeze(np.moveaxis(target, axis, -1), -1)
    if from_logits:
        logs = _log_softmax(output)
    else:
        logs = np.log(np.clip(output / output.sum(-1, keepdims=True), 1e-7, 1 - 1e-7))
    return -np.take_along_axis(logs, target[..., None].astype(np.int64), -1)[..., 0]


Record(
    "nn.sparse_categorical_crossentropy",
    lambda m: [
        s(np.array([0, 2], np.int32), m(2, 3), True, -1),
        s(np.array([[0, 2], [1, 1]], np.int64), m(2, 2, 3), True, -1),
        s(np.array([[0, 2, 1, 0], [1, 1, 0, 2]], np.int32), m(2, 3, 4), True, 1),
        s(np.array([[0], [2]], np.int32), m(2, 3), True, -1),
        s(np.array([0, 2], np.int32), m(2, 3, low=1, high=4), False, -1),
        s(np.array([2, 1], np.int32), special(m, -inf, 0.0, -9.0, 1.0, 2.0, -inf).reshape(2, 3), True, -1),
    ],
    _crossentropy,
    None,
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s([0, 1], m(2, 3, low=1, high=4))],
    errors=lambda m: [
        (ShapeError, s(np.array([0, 1, 2]), m(2, 3))),
        (DtypeError, s(np.array([0.5, 1.0]), m(2, 3))),
        (ShapeError, s(np.array([0, 1]), m(2, 3), False, 2)),
    ],
    loose=3,
)
