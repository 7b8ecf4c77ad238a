"""Records of the composite ops of family sorting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError
from ops_common.testing.record import ALL, COMPLEX, Maker, Record, Sample, floating
from ops_common.testing.samples import REAL, inf, nan, s, special

RECORDS: list[Record] = []


def _histogram(x: Any, bins: Any = 10, range: Any = None) -> Any:
    return np.histogram(np.asarray(x).astype(np.float64), bins, range)


RECORDS.append(
    Record(
        "histogram",
        lambda m: [
            s(m(12), 4, (-4.0, 4.0)),
            s(m(12), (-3.0, -1.0, 0.5, 3.0), None),
            s(np.concatenate([m(7), np.array([-2, -2, 2, 2, 1]).astype(m(1).dtype)])[-5:], 2, None)
            if not m.dtype.startswith("u")
            else s(m(5), 1, None),
            s(m(0), 4, None),
            s(special(m, 2.0), 2, None),
            s(special(m, nan, inf, 0.0, -0.0, 1.0, 4.0, 4.5), 4, (0.0, 4.0)),
            s(special(m, inf, -inf, 1.0, 1.0, 2.0), (1.0, 1.0, 2.0), None),
            s(m(4), 2, (1.0, 1.0)),
        ],
        _histogram,
        None,
        REAL,
        COMPLEX,
        lambda dtype: (floating(dtype), floating(dtype)),
        lambda dtype: dtype,
        forms=lambda m: (
            [
                s(m(9), range=(-4, 4), bins=8),
                s(m(9).tolist(), [-4, 0, 4]),
                s(m(9), np.array([-4.0, 0.0])),
                s(m(2, 3), 4),
                s(m(), 3),
            ]
            if m.dtype == "float32"
            else []
        ),
        errors=lambda m: [
            (ArgumentError, s(m(3), 0)),
            (ArgumentError, s(m(3), 4, (2, 1))),
            (ArgumentError, s(m(3), [2, 1])),
            (ArgumentTypeError, s(m(3), "a")),
        ],
    )
)


def _unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    size: Any = None,
    fill_value: Any = None,
) -> Any:
    values, *rest = np.unique(x, True, True, True, axis, equal_nan=False)
    if size is not None:
        extra = max(size - len(rest[2]), 0)
        lines = np.moveaxis(values, axis or 0, 0)[:size]
        fill = np.full((extra, *lines.shape[1:]), 0 if fill_value is None else fill_value, values.dtype)
        values = np.moveaxis(np.concatenate([lines, fill]), 0, axis or 0)
        rest[0] = np.concatenate([rest[0][:size], np.full(extra, rest[0][0] if len(rest[0]) else 0)])
        rest[2] = np.concatenate([rest[2][:size], np.zeros(extra, int)])
    rest[1] = rest[1].reshape(x.shape if axis is None else -1)
    extras = [array for array, ask in zip(rest, (return_index, return_inverse, return_counts), strict=True) if ask]
    return (values, *extras)


def _to_distinguish(m: Maker) -> Sequence[Sample]:
    return [
        *(
            s(x, True, True, True, True, axis, size, fill)
            for x in (m(3, 4, low=-1, high=1), m(0), m(5), m())
            for axis, size, fill in ((None, None, None), (None, 4, None), (None, 7, 1), (None, 2, None))
        ),
        s(special(m, nan, 1.0, -0.0, 0.0, nan, inf, 1.0), True, True, True, True, None, None, None),
        *(
            s(m(6, 2, low=0, high=1), True, True, True, True, 0, size, fill)
            for size, fill in ((None, None), (3, None), (7, 2))
        ),
        s(m(2, 6, low=0, high=1), False, True, True, True, -1, None, None),
        s(m(2, 5, 2, low=0, high=1), True, True, True, True, 1, 6, None),
    ]


RECORDS.append(
    Record(
        "unique",
        _to_distinguish,
        _unique,
        None,
        ALL,
        result_dtype=lambda dtype: (dtype, "int32", "int32", "int32"),
        computes=lambda dtype: dtype,
        by_values=True,
        errors=lambda m: [
            (AxisError, s(m(2, 3), axis=2)),
            (ArgumentError, s(m(2, 3), size=-1)),
            (ArgumentTypeError, s(m(2, 3), size="a")),
            (ArgumentTypeError, s(m(2, 3), axis=(0, 1))),
            (ArgumentTypeError, s(None)),
        ],
    )
)
