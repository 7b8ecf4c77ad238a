"""Records of family sorting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, Maker, Record, Sample, boolean, index
from ops_common.testing.records._build import REAL, inf, nan, s, special


def _to_sort(m: Maker) -> Sequence[Sample]:
    """Small ranges of values, so that some are equal."""
    return [
        s(m(3, 7), -1),
        s(m(3, 4), 0),
        s(m(2, 5, 3), -2),
        s(m(2, 3, 2), None),
        s(m(40, low=-1, high=1), 0),
        s(m(1), -1),
        s(m(0), 0),
        s(m(2, 0), 1),
        s(m(0, 2), 1),
        s(m(), None),
        s(special(m, nan, 1.0, 0.0, -0.0, inf, -inf, -1.0, nan, 0.0, -0.0, inf), 0),
        s(special(m, -0.0, 0.0, -0.0, 0.0, -0.0), -1),
    ]


def _wrong_axes(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [
        (ShapeError, s(m(2, 3), 2)),
        (ShapeError, s(m(), -1)),
        (ShapeError, s(m(), 0)),
        (ArgumentTypeError, s(m(2, 3), (0, 1))),
        (ArgumentTypeError, s(m(2, 3), "a")),
        (ArgumentTypeError, s(None)),
    ]


def _forms(m: Maker) -> Sequence[Sample]:
    return [s(m(2, 3)), s(m(4), axis=0), s(m(2, 2), axis=None)]


Record(
    "sort",
    _to_sort,
    lambda x, axis=-1: np.sort(x, axis, "stable"),
    "sorting.sort",
    ALL,
    forms=_forms,
    errors=_wrong_axes,
)
Record(
    "argsort",
    _to_sort,
    lambda x, axis=-1: np.argsort(x, axis, "stable"),
    "sorting.argsort",
    ALL,
    answer=index,
    computes=lambda dtype: dtype,
    forms=_forms,
    errors=_wrong_axes,
)


def _ascending(x: Any) -> Any:
    return np.sort(x.astype(np.float32)).astype(x.dtype) if x.dtype.kind == "V" else np.sort(x)


def _to_find(m: Maker) -> Sequence[Sample]:
    return [
        s(_ascending(m(5)), m(2, 3, low=-4, high=4), "left"),
        s(_ascending(m(5)), m(2, 3, low=-4, high=4), "right"),
        s(_ascending(m(5)), m(), "left"),
        s(_ascending(m(6, low=-1, high=1)), m(4, low=-1, high=1), "right"),
        s(_ascending(m(6, low=-1, high=1)), m(0, 2), "right"),
        s(m(0), m(3), "left"),
        s(m(0), m(2, 1), "right"),
        s(m(1), m(3), "left"),
        *(
            s(_ascending(special(m, *edges)), special(m, nan, inf, 5.0, 1.0, 0.0, -0.0, -inf, -5.0), side)
            for edges in ((-1.0, -0.0, 0.0, 1.0, inf, nan, nan, nan), (-inf, 0.0, 2.0), (1.0, nan, nan, nan))
            for side in ("left", "right")
        ),
    ]


Record(
    "searchsorted",
    _to_find,
    np.searchsorted,
    "sorting.searchsorted",
    REAL,
    COMPLEX,
    index,
    lambda dtype: dtype,
    forms=lambda m: [
        s(_ascending(m(5)), m(3)),
        s(_ascending(m(4)).tolist(), m(2, 2), side="right"),
        s(_ascending(m(4)), m(1).tolist(), "left"),
    ],
    errors=lambda m: [
        (ShapeError, s(m(2, 3), m(2), "left")),
        (ShapeError, s(m(), m(2), "right")),
        (ArgumentError, s(m(3), m(2), "middle")),
        (ArgumentTypeError, s(None, m(2))),
        (DtypeError, s(m(3), 1j)),
    ],
)
Record(
    "digitize",
    lambda m: [
        s(m(2, 3, low=-4, high=4), _ascending(m(5))),
        s(m(2, 3, low=-4, high=4), _ascending(m(5))[::-1].copy()),
        s(m(), _ascending(m(3))),
        s(m(4), m(0)),
        s(m(0, 2), _ascending(m(3))),
        s(m(4), m(1)),
        s(special(m, nan, inf, 5.0, 1.0, 0.0, -0.0, -inf), _ascending(special(m, -inf, 0.0, 1.0, inf))),
        s(special(m, nan, inf, 5.0, 1.0, 0.0, -0.0, -inf), _ascending(special(m, 1.0, 1.0, 0.0))[::-1].copy()),
    ],
    np.digitize,
    None,
    REAL,
    COMPLEX,
    index,
    lambda dtype: dtype,
    forms=lambda m: [s(m(4), _ascending(m(3)).tolist()), s(m(4), bins=_ascending(m(3)))],
    errors=lambda m: [
        (ShapeError, s(m(3), m(2, 3))),
        (ShapeError, s(m(3), m())),
        (ArgumentTypeError, s(m(2), None)),
        (DtypeError, s(1j, m(3))),
    ],
)
Record(
    "isin",
    lambda m: [
        s(m(3, 4), m(2, 2), False, False),
        s(m(3, 4), m(2, 2), False, True),
        s(m(4), m(3), True, False),
        s(m(), m(5), False, False),
        s(m(4), m(), False, False),
        s(m(4), m(0), False, False),
        s(m(0, 2), m(3), False, True),
        s(special(m, nan, inf, 0.0, -0.0, 1.0, -inf), special(m, nan, -0.0, inf, nan, 2.0), False, False),
        s(special(m, nan, 0.0, -5.0, 1.0), special(m, 3.0, 1.0), False, False),
    ],
    np.isin,
    "sorting.isin",
    ALL,
    answer=boolean,
    computes=lambda dtype: dtype,
    forms=lambda m: [s(m(3, 4), m(2).tolist()), s(m(4), m(3), invert=True), s(m(4), 1, assume_unique=True)],
    errors=lambda m: [(ArgumentTypeError, s(m(2), None)), (ArgumentTypeError, s("a", m(2)))],
)
