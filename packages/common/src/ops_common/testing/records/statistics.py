"""Records of family statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, Maker, Record, Sample, floating
from ops_common.testing.records._build import REAL, inf, nan, quiet, s, special


def _bad_axes(m: Maker, *q: float) -> Sequence[tuple[type[Exception], Sample]]:
    x = m(2, 3)
    return [
        (AxisError, s(x, *q, 2)),
        (ShapeError, s(x, *q, (0, -2))),
        (AxisError, s(m(), *q, 0)),
        (ArgumentTypeError, s(x, *q, 0.5)),
        (ArgumentTypeError, s("a", *q)),
    ]


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
    Record(
        _name,
        _medians,
        _median(_skip),
        None,
        REAL,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(2, 3)), s(m(2, 3), axis=[0, 1]), s(m(2, 3), axis=np.int64(1), keepdims=True)],
        errors=_bad_axes,
    )


def _quantile(skip_nan: bool, most: float) -> Any:
    def quantile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
        axis = tuple(axis) if isinstance(axis, list) else axis
        levels = np.asarray(q, np.float64) / most
        x = np.asarray(x, np.float64)
        if isinstance(axis, tuple) and not axis:
            return np.broadcast_to(x, levels.shape + x.shape)
        if not x.size:
            return np.full(levels.shape + np.sum(x, axis, keepdims=keepdims).shape, nan)
        find: Any = quiet(np.nanquantile if skip_nan else np.quantile)
        found = find(x, levels.reshape(-1), axis, method=method, keepdims=keepdims)  # several axes of levels confuse it
        return found.reshape(levels.shape + found.shape[1:])

    return quantile


def _quantiles(most: float) -> Any:
    def samples(m: Maker) -> Sequence[Sample]:
        x = m(2, 3, 4)
        few, many = (0.25 * most, 0.6 * most), tuple(most * level for level in (0.0, 0.1, 0.3, 0.5, 0.8, 1.0))
        own = [s(x, few, 1, "linear", False), s(x, 0.3 * most, (-1, 0), "linear", False)]
        if most == 100:  # the same kernel
            return [*own, s(x, many, None, "nearest", True)]
        holes = special(m, nan, 1.5, nan, nan, nan, nan, 2.0, -4.0, 3.0, 5.0, 1.0, -0.0).reshape(4, 3)
        methods = ("linear", "lower", "higher", "midpoint", "nearest")
        return [
            *own,
            *(s(x, 0.3, axis, "linear", False) for axis in (None, ())),
            *(s(x, many, -1, method, False) for method in methods),
            *(s(holes, few, 1, method, True) for method in (methods if m.dtype in FLOATS else ())),
            s(x, (few, few), (0, 2), "linear", True),
            s(holes[0], few, None, "linear", False),
            s(m(low=1), 0.5, None, "linear", False),
            s(m(0, 3), 0.5, 0, "linear", False),
            s(m(0, 3), few, 1, "linear", False),
            s(m(4), (), 0, "linear", False),
        ]

    return samples


for _name, _skip, _most in (
    ("quantile", False, 1),
    ("nanquantile", True, 1),
    ("percentile", False, 100),
    ("nanpercentile", True, 100),
):
    Record(
        _name,
        _quantiles(_most),
        _quantile(_skip, _most),
        f"statistics.{_name}" if _most == 1 else None,
        REAL,
        COMPLEX,
        floating,
        forms=lambda m, most=_most: [
            s(m(2, 3), most),
            s(m(2, 3), np.array([0.25, 0.5]) * most),
            s(m(2, 3), [[0.25 * most], [0.5 * most]], axis=1, method="nearest"),
            s(m(2, 3), np.float32(0.5 * most), axis=[0, 1], keepdims=True),
        ],
        errors=lambda m, most=_most: [
            *_bad_axes(m, 0.5),
            (ArgumentError, s(m(2), 1.01 * most)),
            (ArgumentError, s(m(2), -0.1)),
            (ArgumentError, s(m(2), nan)),
            (ArgumentError, s(m(2), [0.1, -0.1])),
            (ArgumentError, s(m(2), 0.1, 0, "hazen")),
            (ArgumentTypeError, s(m(2), "a")),
            (ArgumentTypeError, s(m(2), None)),
            (ShapeError, s(m(2), [0.1, [0.1]])),
        ],
    )


def _correlations(x: Any) -> Any:
    # np.corrcoef warns of a single observation.
    rows = np.atleast_2d(np.asarray(x, np.complex128 if np.iscomplexobj(x) else np.float64))
    rows = rows - rows.mean(1, keepdims=True)
    rows = rows / np.sqrt((np.abs(rows) ** 2).sum(1, keepdims=True))
    found = rows @ rows.conj().T
    return found if x.ndim == 2 else found[0, 0]


Record(
    "corrcoef",
    lambda m: [s(m(3, 9)), s(m(2, 5)), s(m(6)), s(m(2, 1)), s(m(1, 4))],
    _correlations,
    None,
    ALL,
    answer=floating,
    forms=lambda m: [s(m(2, 5).tolist())] if m.dtype == "float32" else [],
    errors=lambda m: [(ShapeError, s(m(2, 3, 4))), (ShapeError, s(m()))],
    loose=5,
)
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
    answer=floating,
    forms=lambda m: (
        [s(m(4).tolist()), s(m(3), [0, 1, 3]), s(m(3), dx=2), s(m(2, 3), dx=m(2))] if m.dtype == "float32" else []
    ),
    errors=lambda m: [(ShapeError, s(m(3), m(4))), (AxisError, s(m(3), None, 1.0, 1)), (AxisError, s(m()))],
)
