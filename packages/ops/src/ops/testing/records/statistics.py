"""Records of the composite ops of family statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops.testing.records._variants import KERNELS, variant
from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, Maker, Record, Sample, floating
from ops_common.testing.samples import REAL, inf, nan, quiet, s, special, wrong_axes

RECORDS: list[Record] = []


def _average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    if weights is None:
        return np.mean(x, axis)
    weights = np.asarray(weights)
    if weights.ndim < x.ndim:
        weights = weights.reshape(weights.shape + (1,) * (x.ndim - weights.ndim))
        axes = axis if isinstance(axis, tuple) else (axis,)
        weights = np.moveaxis(weights, range(len(axes)), axes)
    return np.sum(x * weights, axis) / np.sum(np.broadcast_to(weights, x.shape), axis)


RECORDS.append(
    Record(
        "average",
        lambda m: [
            s(m(2, 3), 1, m(3, low=1)),
            *(s(m(2, 3, 4), axis, None) for axis in (None, -1, (2, 0))),
            *(s(m(2, 3, 4), axis, m(2, 3, 4, low=1, high=2)) for axis in (None, (0, 2))),
            s(m(2, 3, 4), (2, 0), m(4, 2, low=1, high=2)),
            s(m(2, 3, 4), -2, m(3, low=1, high=2)),
            s(m(low=1), None, m(low=1)),
            s(special(m, 1.0, nan, inf), 0, None),
        ],
        _average,
        None,
        ALL,
        (),
        floating,
        forms=lambda m: (
            [s(m(2, 3)), s(m(2, 3), weights=[0.5, 1.5, 2.0], axis=1), s(m(2, 3), axis=[0, 1])]
            if m.dtype != "bfloat16"
            else [s(m(2, 3))]
        ),
        errors=lambda m: [
            (AxisError, s(m(2, 3), 2)),
            (AxisError, s(m(2, 3), 2, m(3))),
            (ShapeError, s(m(2, 3), None, m(3))),
            (ShapeError, s(m(2, 3), 0, m(3))),
            (ShapeError, s(m(2, 3), 1, m(1, 3))),
            (ShapeError, s(m(2, 3), 1, m())),
            (ArgumentTypeError, s(m(2, 3), 1, "a")),
            (ArgumentTypeError, s(m(2, 3), "a")),
        ],
        loose=4,
    )
)


def _median(skip_nan: bool) -> Any:
    def median(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        axis = tuple(axis) if isinstance(axis, list) else axis
        if isinstance(axis, tuple) and not axis:
            return x
        return quiet(np.nanmedian if skip_nan else np.median)(x, axis, keepdims=keepdims)

    return median


def _medians(m: Maker) -> Sequence[Sample]:
    x = m(2, 3, 4, low=1)
    holes = special(m, nan, 1.5, nan, nan, nan, nan, 2.0, -inf, 3.0, 5.0, inf, -0.0).reshape(4, 3)
    return [
        *(s(x, axis, False) for axis in (None, -1, (2, 0), ())),
        s(x, 1, True),
        s(m(low=1), None, True),
        s(m(0, 3), 0, False),
        s(m(0, 3), 1, False),
        s(holes, 1, False),
        s(holes[0], None, False),
    ]


for _name, _skip in (("median", False), ("nanmedian", True)):
    RECORDS.append(
        Record(
            _name,
            _medians,
            _median(_skip),
            None,
            REAL,
            COMPLEX,
            floating,
            forms=lambda m: [s(m(2, 3)), s(m(2, 3), axis=[0, 1]), s(m(2, 3), axis=np.int64(1), keepdims=True)],
            errors=wrong_axes,
        )
    )


def _percentile(quantile: Callable[..., Any]) -> Any:
    def percentile(x: Any, q: Any, *arguments: Any, **named: Any) -> Any:
        return quantile(x, np.asarray(q, np.float64) / 100, *arguments, **named)

    return percentile


def _percentiles(m: Maker) -> Sequence[Sample]:
    """Few samples: the kernel is that of `quantile`, whose record has the others."""
    x = m(2, 3, 4)
    return [
        s(x, (25.0, 60.0), 1, "linear", False),
        s(x, 30.0, (-1, 0), "linear", False),
        s(x, tuple(100 * level for level in (0.0, 0.1, 0.3, 0.5, 0.8, 1.0)), None, "nearest", True),
    ]


for _of, _name in (("quantile", "percentile"), ("nanquantile", "nanpercentile")):
    RECORDS.append(
        variant(
            _of,
            _name,
            reference=_percentile(KERNELS[_of].reference),
            samples=_percentiles,
            forms=lambda m: [
                s(m(2, 3), 100),
                s(m(2, 3), np.array([25.0, 50.0])),
                s(m(2, 3), [[25.0], [50.0]], axis=1, method="nearest"),
                s(m(2, 3), np.float32(50.0), axis=[0, 1], keepdims=True),
            ],
            errors=lambda m: [
                *wrong_axes(m, 0.5),
                (ArgumentError, s(m(2), 101.0)),
                (ArgumentError, s(m(2), -0.1)),
                (ArgumentError, s(m(2), nan)),
                (ArgumentError, s(m(2), [0.1, -0.1])),
                (ArgumentError, s(m(2), 0.1, 0, "hazen")),
                (ArgumentTypeError, s(m(2), "a")),
                (ArgumentTypeError, s(m(2), None)),
                (ShapeError, s(m(2), [0.1, [0.1]])),
            ],
        )
    )


def _correlations(x: Any) -> Any:
    # np.corrcoef warns of a single observation.
    rows = np.atleast_2d(np.asarray(x, np.complex128 if np.iscomplexobj(x) else np.float64))
    rows = rows - rows.mean(1, keepdims=True)
    rows = rows / np.sqrt((np.abs(rows) ** 2).sum(1, keepdims=True))
    result = rows @ rows.conj().T
    return result if x.ndim == 2 else result[0, 0]


RECORDS.extend(
    [
        Record(
            "corrcoef",
            lambda m: [s(m(3, 9)), s(m(2, 5)), s(m(6)), s(m(2, 1)), s(m(1, 4))],
            _correlations,
            None,
            ALL,
            result_dtype=floating,
            forms=lambda m: [s(m(2, 5).tolist())] if m.dtype == "float32" else [],
            errors=lambda m: [(ShapeError, s(m(2, 3, 4))), (ShapeError, s(m()))],
            loose=5,
        ),
        Record(
            "trapezoid",
            lambda m: [
                s(m(5)),
                s(m(2, 4), None, 2.0, 0),
                s(m(2, 4), m(4), 1.0, -1),
                s(m(3, 2, 2), m(3), 1.0, 0),
                s(m(2, 4), m(2, 4), 1.0, 1),
                s(m(2, 3), None, 0.5, -2),
                s(m(2, 1), None, 1.0, 1),
                s(m(2, 0), None, 1.0, 1),
            ],
            np.trapezoid,
            None,
            ALL,
            result_dtype=floating,
            forms=lambda m: (
                [s(m(4).tolist()), s(m(3), [0, 1, 3]), s(m(3), dx=2), s(m(2, 3), dx=m(2))]
                if m.dtype == "float32"
                else []
            ),
            errors=lambda m: [(ShapeError, s(m(3), m(4))), (AxisError, s(m(3), None, 1.0, 1)), (AxisError, s(m()))],
        ),
    ]
)
