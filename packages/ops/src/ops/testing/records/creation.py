"""Records of the composite ops of family creation."""

from __future__ import annotations

import numpy as np

from ops.testing.records._variants import variant
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.testing.record import ALL, NUMBERS, Record, floating, number
from ops_common.testing.samples import s

RECORDS: list[Record] = []

RECORDS.extend(
    [
        variant("zeros", "empty"),
        Record("identity", lambda m: [s(3, m.dtype)], lambda n, dtype: np.eye(n), None, ALL),
        Record(
            "linspace",
            lambda m: [
                s(m(3), m(2, 3, low=4, high=9), 5),
                s(m(), m(2, low=4, high=9), 4, False),
                s(m(2), m(2, low=4, high=9), 1),
                s(m(2), m(2, low=4, high=9), 0),
            ],
            np.linspace,
            None,
            ALL,
            result_dtype=floating,
            forms=lambda m: (
                [
                    s(0, 1, 5),
                    s(2.0, -2.0, 4),
                    s(0, 10, 4, False),
                    s(m(3), m(2, 3, low=4, high=9), 5, axis=1),
                    s(m(3), 2.0, 3, axis=-1),
                    s([0, 1], 2, 3),
                ]
                if m.dtype == "float32"
                else []
            ),
            errors=lambda m: [(ArgumentError, s(0, 1, -1)), (ShapeError, s(m(2), m(3)))],
        ),
        Record(
            "diag",
            lambda m: [
                *(s(m(3), k) for k in (0, 1, -1, 3, -3)),
                *(s(m(2, 4), k) for k in (0, 1, -1, 3, 7, -7)),
                s(m(0), 0),
                s(m(0), 2),
                s(m(1), 0),
                s(m(0, 2), 0),
            ],
            np.diag,
            None,
            ALL,
            forms=lambda m: [s(m(3)), s(m(3), k=np.int64(-1)), s(m(2, 2))],
            errors=lambda m: [(ShapeError, s(m())), (ShapeError, s(m(2, 2, 2))), (ArgumentTypeError, s(m(2), 0.5))],
        ),
        Record(
            "diagflat",
            lambda m: [s(m(2, 2), 0), s(m(3), 1), s(m(2), -2), s(m(), 0), s(m(0, 2), 1)],
            np.diagflat,
            None,
            ALL,
            forms=lambda m: [s(m(2, 2)), s(m(3), k=1)],
            errors=lambda m: [(ArgumentTypeError, s(m(2), 0.5)), (ArgumentTypeError, s(None))],
        ),
        Record(
            "array",
            lambda m: [s(m(2, 3), m.dtype), s(m(), m.dtype), s(m(0, 2), m.dtype), s(m(2), None)],
            lambda x, dtype=None: x,
            None,
            ALL,
            forms=lambda m: [s(m(2, 3)), s(m(4, dtype="int32"), dtype=m.dtype)],
            errors=lambda m: [
                (ArgumentTypeError, s(None)),
                (ShapeError, s([[1.0], [1.0, 2.0]])),
                (DtypeError, s(m(2), "float33")),
            ],
        ),
        Record(
            "logspace",
            lambda m: [
                s(m(3, low=0), m(2, 3, low=1, high=4), 5),
                s(m(low=0), m(2, low=1, high=4), 4, False, 2),
                s(m(2, low=0), m(2, low=1, high=4), 1),
                s(m(2, low=0), m(2, low=1, high=4), 0),
            ],
            np.logspace,
            None,
            ALL,
            result_dtype=floating,
            forms=lambda m: (
                [
                    s(0, 3, 4),
                    s(0, 3, 4, base=2.5),
                    s(2.0, -2.0, 4),
                    s(m(3), m(2, 3), 5, axis=1),
                    s(m(3), 2.0, 3, axis=-1),
                    s(0, m(3), 3, base=m(3, low=1, high=5)),
                ]
                if m.dtype == "float32"
                else []
            ),
            errors=lambda m: [(ArgumentError, s(0, 1, -1)), (ShapeError, s(m(2), m(3)))],
            loose=3,
        ),
        Record(
            "geomspace",
            lambda m: [
                s(m(3, low=1), m(2, 3, low=4, high=9), 5),
                s(m(low=1), m(2, low=4, high=9), 4, False),
                s(m(2, low=1), m(2, low=4, high=9), 1),
                s(m(2, low=1), m(2, low=4, high=9), 0),
            ],
            np.geomspace,
            None,
            NUMBERS,
            result_dtype=floating,
            forms=lambda m: (
                [
                    s(1, 1000, 4),
                    s(1000.0, 0.5, 7),
                    s(-1, -1000, 4),
                    s(1e-30, 1e30, 5),
                    s(m(3, low=1), m(2, 3, low=1), 5, axis=1),
                    s(m(3, low=1), 2.0, 3, axis=-1),
                ]
                if m.dtype == "float32"
                else []
            ),
            errors=lambda m: [(ArgumentError, s(1, 2, -1)), (ShapeError, s(m(2), m(3)))],
            loose=3,
        ),
        Record(
            "vander",
            lambda m: [
                s(m(3), None, False),
                s(m(3), 6, False),
                s(m(4), 2, True),
                s(m(3), 1, False),
                s(m(3), 0, True),
                s(m(0), 2, False),
            ],
            lambda x, N, increasing: np.vander(x, N, increasing),
            None,
            ALL,
            result_dtype=number,
            forms=lambda m: [s(m(3).tolist(), 3, False)] if m.dtype == "float32" else [],
            errors=lambda m: [(ShapeError, s(m(2, 2))), (ShapeError, s(m())), (ArgumentError, s(m(2), -1))],
        ),
    ]
)
