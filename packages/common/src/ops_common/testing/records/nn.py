"""Records of family nn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, Maker, Record, Sample, floating, number
from ops_common.testing.samples import REAL, inf, nan, s, some, special, unary

RECORDS: list[Record] = []


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


RECORDS.extend(
    [
        unary("nn.relu", lambda x: np.maximum(x, 0), REAL, number, refuses=COMPLEX, family="nn.activation"),
        unary(
            "nn.sigmoid",
            lambda x: 1 / (1 + np.exp(-x)),
            REAL,
            floating,
            lambda m: [*some()(m), s(special(m, -100.0, 100.0, 0.0))],
            refuses=COMPLEX,
            family="nn.activation",
        ),
    ]
)
RECORDS.append(
    Record(
        "nn.gelu",
        lambda m: [
            s(m(2, 3), True),
            s(m(2, 3), False),
            s(m(), True),
            *(s(special(m, inf, nan), a) for a in (True, False)),
        ],
        _gelu,
        "nn.activation.gelu",
        REAL,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(3)), s(m(3), approximate=False)],
        loose=3,
        # The erf form of an infinity depends on the framework: on some processors oneDNN, in torch and OpenVINO,
        # returns NaN.
        fixed=lambda result, x, approximate=True: result if approximate else np.where(np.isinf(x), 0, result),
    )
)


def _soft(m: Maker) -> Sequence[Sample]:
    extreme = [s(special(m, 500.0, 499.0, -500.0), 0)] if m.dtype != "bool" else []
    odd = [s(m(2, 3), ()), s(m(), None), s(m(2, 0), -1), s(m(0, 2), (0, 1))]
    lost = special(m, 1.0, nan, -inf, 2.0, 0.0, -inf, 3.0, 1.0).reshape(4, 2)
    odd += [s(lost, axis) for axis in (0, 1, (0, 1))]
    return [s(m(2, 3, 4), -1), s(m(2, 3), 0), s(m(2, 3), (0, 1)), s(m(2, 3), None), *odd, *extreme]


def _without_nan(result: Any, x: Any, axis: Any = -1) -> Any:
    """Replaces with 0 what a NaN elsewhere along the axis leaves open: TensorFlow's oneDNN kernel returns 0 there on
    some processors, and NaN on others."""
    unknown = np.isnan(np.asarray(x, np.float64))
    axis = tuple(axis) if isinstance(axis, list) else axis
    return np.where(unknown.any(axis, keepdims=True) & ~unknown, 0, result)


for _name, _function in (("softmax", _softmax), ("log_softmax", _log_softmax)):
    RECORDS.append(
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
                (AxisError, s(m(2, 3), 2)),
                (AxisError, s(m())),
                (ShapeError, s(m(2, 3), (0, -2))),
                (ArgumentTypeError, s(m(2), "a")),
            ],
            loose=2,
            fixed=_without_nan,
        )
    )


def _one_hot(x: Any, classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Any:
    result = np.asarray(x)[..., None] == np.arange(classes)
    return np.moveaxis(result, -1, axis)


RECORDS.append(
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
            (AxisError, s([1], 3, 4)),
            (ArgumentError, s([0.5], 3)),
            (ArgumentError, s([1], -1)),
            (ArgumentTypeError, s([1], 2.5)),
        ],
    )
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


RECORDS.extend(
    [
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
        ),
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
        ),
    ]
)


def _adaptive(reduce: Callable[..., Any]) -> Callable[..., Any]:
    def pooled(x: Any, output_size: Any, data_format: Any = None) -> Any:
        if data_format == "channels_first":
            return np.moveaxis(pooled(np.moveaxis(x, 1, -1), output_size), -1, 1)
        sizes = tuple(np.broadcast_to(output_size, x.ndim - 2))
        out = np.zeros((x.shape[0], *sizes, x.shape[-1]), reduce(x[:0], ()).dtype)
        for at in np.ndindex(*sizes):
            cuts = (slice(i * n // m, -(-(i + 1) * n // m)) for i, n, m in zip(at, x.shape[1:-1], sizes, strict=True))
            window = x[(slice(None), *cuts)]
            out[(slice(None), *at)] = reduce(window, tuple(range(1, x.ndim - 1)))
        return out

    return pooled


def _float_mean(x: Any, axes: Any) -> Any:
    return np.mean(x.astype(np.float64), axes)


for _name, _function, _result_dtype in (("max", np.max, number), ("average", _float_mean, floating)):
    RECORDS.append(
        Record(
            f"nn.adaptive_{_name}_pool",
            lambda m: [
                s(m(2, 7, 6, 3), (3, 2), "channels_last"),
                s(m(2, 3, 7, 6), (4, 8), "channels_first"),
                s(m(2, 7, 3), (3,), "channels_last"),
                s(m(1, 4, 5, 6, 2), (2, 3, 4), "channels_last"),
                s(m(0, 7, 6, 3), (3, 2), "channels_last"),
            ],
            _adaptive(_function),
            f"nn.pooling.adaptive_{_name}_pool",
            REAL,
            COMPLEX,
            _result_dtype,
            forms=lambda m: [s(m(2, 6, 6, 3), 2), s(m(2, 6, 6, 3), output_size=[1, 3])],
            errors=lambda m: [
                (ShapeError, s(m(2, 2), 2)),
                (ShapeError, s(m(2, 0, 3, 2), 2)),
                (ArgumentError, s(m(1, 4, 4, 1), 0)),
                (ArgumentError, s(m(1, 4, 4, 1), (2, 2, 2))),
                (ArgumentError, s(m(1, 4, 4, 1), 2, "NHWC")),
            ],
        )
    )
