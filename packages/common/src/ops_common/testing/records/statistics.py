"""Records of family statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.testing.record import COMPLEX, FLOATS, Maker, Record, Sample, floating
from ops_common.testing.samples import REAL, nan, quiet, s, special, wrong_axes

RECORDS: list[Record] = []


def _quantile(skip_nan: bool) -> Any:
    def quantile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
        axis = tuple(axis) if isinstance(axis, list) else axis
        levels = np.asarray(q, np.float64)
        x = np.asarray(x, np.float64)
        if isinstance(axis, tuple) and not axis:
            return np.broadcast_to(x, levels.shape + x.shape)
        if not x.size:
            return np.full(levels.shape + np.sum(x, axis, keepdims=keepdims).shape, nan)
        function: Any = quiet(np.nanquantile if skip_nan else np.quantile)
        # NumPy mixes up levels of rank 2 or more and several axes.
        result = function(x, levels.reshape(-1), axis, method=method, keepdims=keepdims)
        return result.reshape(levels.shape + result.shape[1:])

    return quantile


def _quantiles(m: Maker) -> Sequence[Sample]:
    x = m(2, 3, 4)
    few, many = (0.25, 0.6), (0.0, 0.1, 0.3, 0.5, 0.8, 1.0)
    holes = special(m, nan, 1.5, nan, nan, nan, nan, 2.0, -4.0, 3.0, 5.0, 1.0, -0.0).reshape(4, 3)
    methods = ("linear", "lower", "higher", "midpoint", "nearest")
    return [
        s(x, few, 1, "linear", False),
        s(x, 0.3, (-1, 0), "linear", False),
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


for _name, _skip in (("quantile", False), ("nanquantile", True)):
    RECORDS.append(
        Record(
            _name,
            _quantiles,
            _quantile(_skip),
            f"statistics.{_name}",
            REAL,
            COMPLEX,
            floating,
            forms=lambda m: [
                s(m(2, 3), 1),
                s(m(2, 3), np.array([0.25, 0.5])),
                s(m(2, 3), [[0.25], [0.5]], axis=1, method="nearest"),
                s(m(2, 3), np.float32(0.5), axis=[0, 1], keepdims=True),
            ],
            errors=lambda m: [
                *wrong_axes(m, 0.5),
                (ArgumentError, s(m(2), 1.01)),
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
