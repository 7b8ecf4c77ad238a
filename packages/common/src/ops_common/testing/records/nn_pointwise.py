"""Records of families nn.activation, nn.normalization and nn.loss that are not in `nn`, and of nn.space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import COMPLEX, Maker, Record, Sample, floating, number
from ops_common.testing.samples import REAL, inf, nan, s, special

RECORDS: list[Record] = []


def _wide(*, to: float = inf) -> Callable[[Maker], Sequence[Sample]]:
    """Numbers around 0, a scalar, none, and the floats where formulas overflow or lose digits."""
    return lambda m: [
        s(m(2, 3)),
        s(m()),
        s(m(0, 2)),
        s(special(m, nan, to, -to, 80.0, -80.0, 1e-3, -1e-3, 0.5, -1.5, 12.0)),
    ]


def _with(samples: Callable[[Maker], Sequence[Sample]], *more: Any) -> Callable[[Maker], Sequence[Sample]]:
    return lambda m: [s(*sample.args, *more) for sample in samples(m)]


def _sigmoid(x: Any) -> Any:
    return np.exp(-np.logaddexp(0, -x))


def _elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def activation(
    name: str,
    reference: Callable[..., Any],
    samples: Callable[[Maker], Sequence[Sample]] | None = None,
    takes: Sequence[str] = REAL,
    result_dtype: Callable[[str], str] = floating,
    forms: Callable[[Maker], Sequence[Sample]] | None = None,
    errors: Callable[[Maker], Sequence[tuple[type[Exception], Sample]]] | None = None,
) -> Record:
    return Record(
        f"nn.{name}",
        samples or _wide(),
        reference,
        f"nn.activation.{name}",
        takes,
        COMPLEX,
        result_dtype,
        forms=forms or (lambda m: [s(m(3).tolist())] if m.dtype == "float32" else []),
        errors=errors or (lambda m: [(ArgumentTypeError, s(None)), (ArgumentTypeError, s("a"))]),
        loose=3,
    )


RECORDS.extend(
    [
        # At -inf these are 0 times infinity, for which the results of frameworks differ.
        activation("silu", lambda x: x * _sigmoid(x), _wide(to=100.0)),
        activation("hard_silu", lambda x: x * np.clip(x / 6 + 0.5, 0, 1), _wide(to=100.0)),
        activation("relu6", lambda x: np.clip(x, 0, 6), result_dtype=number),
        activation("leaky_relu", lambda x, slope=0.2: np.where(x > 0, x, slope * x), _with(_wide(), 0.25)),
        activation("elu", _elu, lambda m: [*_with(_wide(), 1.0)(m), s(m(2, 3), 0.5)]),
        activation("celu", lambda x, alpha=1.0: alpha * _elu(x / alpha), _with(_wide(), 2.0)),
        activation("selu", lambda x: 1.0507009873554805 * _elu(x, 1.6732632423543772)),
        activation("softplus", lambda x: np.logaddexp(x, 0)),
        activation("log_sigmoid", lambda x: -np.logaddexp(-x, 0)),
        activation("softsign", lambda x: x / (1 + np.abs(x)), _wide(to=3e4)),
        activation("hard_sigmoid", lambda x: np.clip(x / 6 + 0.5, 0, 1)),
        activation("hard_tanh", lambda x: np.clip(x, -1, 1)),
        activation(
            "hard_shrink",
            lambda x, threshold=0.5: np.where(np.abs(x) <= threshold, 0, x),
            _with(_wide(), 0.5),
        ),
        activation("soft_shrink", lambda x, threshold=0.5: x - np.clip(x, -threshold, threshold), _with(_wide(), 0.75)),
        activation("tanh_shrink", lambda x: x - np.tanh(x)),
        activation(
            "threshold",
            lambda x, threshold, default_value: np.where(x <= threshold, default_value, x),
            _with(_wide(), 1.0, 2.0),
            result_dtype=number,
            forms=lambda m: [s(m(3), threshold=1, default_value=2)],
            errors=lambda m: [(ArgumentTypeError, s(None, 1.0, 2.0))],
        ),
        activation(
            "squareplus",
            lambda x, b=4.0: np.where(
                x > 0, (np.abs(x) + np.hypot(x, b**0.5)) / 2, b / 2 / (np.abs(x) + np.hypot(x, b**0.5))
            ),
            _with(_wide(to=3e4), 4.0),
        ),
        activation("sparse_plus", lambda x: np.where(x >= 1, x, np.square(np.clip(x, -1, 1) + 1) / 4)),
        activation("sparse_sigmoid", lambda x: np.clip((x + 1) / 2, 0, 1)),
    ]
)


def _glu(x: Any, axis: int = -1) -> Any:
    first, second = np.split(x, 2, axis)
    return first * _sigmoid(second)


RECORDS.append(
    activation(
        "glu",
        _glu,
        lambda m: [s(m(2, 4), -1), s(m(4, 3), 0), s(m(0, 2), 1)],
        forms=lambda m: [s(m(2, 4)), s(m(4, 3), axis=0)],
        errors=lambda m: [(ShapeError, s(m(2, 3))), (AxisError, s(m(2, 4), 2)), (AxisError, s(m()))],
    )
)


def _sparsemax(x: Any, axis: int = -1) -> Any:
    """By its definition: searches the sorted numbers for the threshold that leaves a sum of 1."""
    rows = np.moveaxis(np.asarray(x, np.float64), axis, -1)
    out = np.zeros(rows.shape)
    for place in np.ndindex(rows.shape[:-1]):
        row = np.sort(rows[place])[::-1]
        levels = (np.cumsum(row) - 1) / np.arange(1, len(row) + 1)
        out[place] = np.maximum(rows[place] - levels[row > levels][-1], 0)
    return np.moveaxis(out, -1, axis)


RECORDS.append(
    activation(
        "sparsemax",
        _sparsemax,
        lambda m: [
            s(m(3, 5, low=-1, high=1), -1),
            s(m(3, 5), 0),
            s(special(m, 1.0, 1.0, 1.25, -2.0, 300.0, 300.25, 1.0, 0.0).reshape(2, 4), 1),
            s(m(1), 0),
        ],
        forms=lambda m: [s(m(2, 4))],
        errors=lambda m: [(AxisError, s(m(2, 3), 2)), (AxisError, s(m()))],
    )
)


def _normalize(x: Any, axis: Any = -1, order: int = 2, epsilon: Any = None) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    norm = np.sum(np.abs(x) ** order, axis, keepdims=True) ** (1 / order)
    return x / np.maximum(norm, 1e-7 if epsilon is None else epsilon)


RECORDS.append(
    Record(
        "nn.normalize",
        lambda m: [
            s(m(2, 3, low=1), -1, 2, None),
            s(m(2, 3, low=1), 0, 1, 0.5),
            s(m(2, 3, low=1), (0, 1), 3, None),
            s(m(2, 3) * np.zeros((), m(1).dtype), None, 2, 1e-3),
        ],
        _normalize,
        "nn.normalization.normalize",
        REAL,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(2, 3, low=1)), s(m(2, 3, low=1), axis=[0, 1])],
        errors=lambda m: [
            (AxisError, s(m(2, 3), 2)),
            (ArgumentError, s(m(2, 3), -1, 0)),
            (ArgumentTypeError, s(m(2, 3), -1, 1.5)),
        ],
        loose=2,
    )
)


def _scaled(parameter: Any, x: Any, axes: Any) -> Any:
    if parameter is None or not np.ndim(parameter) or np.ndim(parameter) == x.ndim > len(axes):
        return parameter
    return np.reshape(parameter, [size if i in axes else 1 for i, size in enumerate(x.shape)])


def _axes(axis: Any, rank: int) -> tuple[int, ...]:
    return tuple(range(rank)) if axis is None else tuple(sorted(a % rank for a in np.atleast_1d(axis)))


def _layer(x: Any, gamma: Any = None, beta: Any = None, axis: Any = -1, epsilon: Any = None) -> Any:
    axes = _axes(axis, x.ndim)
    out = (x - np.mean(x, axes, keepdims=True)) / np.sqrt(np.var(x, axes, keepdims=True) + (epsilon or 1e-7))
    gamma, beta = _scaled(gamma, x, axes), _scaled(beta, x, axes)
    return out * (1 if gamma is None else gamma) + (0 if beta is None else beta)


def _rms(x: Any, scale: Any = None, axis: Any = -1, epsilon: Any = None) -> Any:
    axes = _axes(axis, x.ndim)
    out = x / np.sqrt(np.mean(np.square(x), axes, keepdims=True) + (epsilon or 1e-7))
    scale = _scaled(scale, x, axes)
    return out * (1 if scale is None else scale)


RECORDS.extend(
    [
        Record(
            "nn.layer_normalization",
            lambda m: [
                s(m(3, 4), m(4, low=1), m(4, low=0), (1,), 1e-3),
                s(m(2, 3, 4), None, None, (1, 2), 1e-3),
                s(m(2, 3, 4), m(3, 4, low=1), None, (1, 2), 1e-3),
                s(m(3, 4), m(3, low=1), m(3), (0,), 1e-3),
            ],
            _layer,
            "nn.normalization.layer_normalization",
            REAL,
            COMPLEX,
            floating,
            forms=lambda m: [
                s(m(3, 5), epsilon=0.5),
                s(m(3, 4), beta=m(4), axis=-1, epsilon=0.5),
                s(m(3, 4), 2, 1, [0], 0.5),
            ],
            errors=lambda m: [
                (AxisError, s(m(2, 3), None, None, 2)),
                (ShapeError, s(m(2, 3), m(2))),
                (ShapeError, s(m(2, 3), None, m(4))),
                (ArgumentTypeError, s(m(2, 3), scaled=True)),
            ],
            loose=8,
        ),
        Record(
            "nn.rms_normalization",
            lambda m: [
                s(m(3, 4, low=1), m(4, low=1), (1,), 1e-3),
                s(m(2, 3, 4, low=1), None, (1, 2), 1e-3),
                s(m(3, 4, low=1), m(3, low=1), (0,), 1e-3),
            ],
            _rms,
            "nn.normalization.rms_normalization",
            REAL,
            COMPLEX,
            floating,
            forms=lambda m: [s(m(3, 5, low=1), epsilon=0.5), s(m(3, 4, low=1), 2, axis=0, epsilon=0.5)],
            errors=lambda m: [(AxisError, s(m(2, 3), None, 2)), (ShapeError, s(m(2, 3), m(2)))],
            loose=4,
        ),
    ]
)


def _batch(
    x: Any, mean: Any, variance: Any, axis: int, offset: Any = None, scale: Any = None, epsilon: float = 1e-3
) -> Any:
    axes = (axis % x.ndim,)
    mean, variance, offset, scale = (_scaled(p, x, axes) for p in (mean, variance, offset, scale))
    out = (x - mean) / np.sqrt(variance + epsilon)
    return out * (1 if scale is None else scale) + (0 if offset is None else offset)


RECORDS.append(
    Record(
        "nn.batch_normalization",
        lambda m: [
            s(m(3, 2, 4), m(4), m(4, low=1), 2, m(4, low=0), m(4, low=1), 1e-3),
            s(m(3, 2, 4), m(2), m(2, low=1), 1, None, None, 1e-3),
            s(m(3, 2, 4), m(2), m(2, low=1), 1, None, m(2, low=1), 0.5),
        ],
        _batch,
        "nn.normalization.batch_normalization",
        REAL,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(3, 4), m(4), m(4, low=1), axis=-1), s(m(3, 4), m(3), m(3, low=1), 0, m(3))],
        errors=lambda m: [
            (AxisError, s(m(2, 3), m(3), m(3), 2)),
            (ShapeError, s(m(2, 3), m(2), m(3), 1)),
            (ShapeError, s(m(2, 3), m(3), m(3), 1, m(4))),
        ],
        loose=4,
    )
)


def _moments(x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False) -> Any:
    axes = tuple(axes) if isinstance(axes, list) else axes
    return np.mean(x, axes, keepdims=keepdims), np.var(x, axes, keepdims=keepdims)


def _both(dtype: str) -> tuple[str, str]:
    return floating(dtype), floating(dtype)


RECORDS.append(
    Record(
        "nn.moments",
        lambda m: (
            [
                s(m(2, 3, 4), axes, keepdims, False)
                for axes, keepdims in (((0, 2), False), (-1, True), (None, False), ((), False))
            ]
            + ([s(special(m, 300.0, -300.0, 300.0, 300.0), 0, False, False)] if m.dtype == "float16" else [])
        ),
        _moments,
        "nn.normalization.moments",
        REAL,
        COMPLEX,
        _both,
        forms=lambda m: [s(m(2, 3), axes=[0])],
        errors=lambda m: [
            (AxisError, s(m(2, 3), 2)),
            (ShapeError, s(m(2, 3), (0, -2))),
            (ArgumentError, s(m(2, 3), 0, False, True)),
        ],
        loose=2,
    )
)
