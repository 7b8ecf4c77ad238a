"""Records of family creation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.testing.record import ALL, FLOATS, REALS, Maker, Record, Sample
from ops_common.testing.samples import Samples, inf, nan, s, special

RECORDS: list[Record] = []


def _created(
    name: str, samples: Samples, reference: Callable[..., Any], errors: Any = None, forms: Any = None
) -> Record:
    return Record(name, samples, reference, f"creation.{name}", ALL, errors=errors, forms=forms)


def _bad_shapes(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [
        (ShapeError, s((2, -1), m.dtype)),
        (ArgumentTypeError, s("ab", m.dtype)),
        (ArgumentTypeError, s((2.5,), m.dtype)),
        (DtypeError, s((2,), "float33")),
    ]


RECORDS.extend(
    [
        _created(
            "zeros",
            lambda m: [s((2, 3), m.dtype), s((), m.dtype), s((0, 2), m.dtype)],
            lambda shape, dtype: np.zeros(shape),
            _bad_shapes,
            lambda m: [s([2, 3], dtype=m.dtype), s(4, m.dtype), s(np.int64(2), m.dtype)],
        ),
        _created(
            "ones", lambda m: [s((2, 3), m.dtype), s((), m.dtype)], lambda shape, dtype: np.ones(shape), _bad_shapes
        ),
        _created(
            "full",
            lambda m: [s((2, 3), 1, m.dtype), s((), 1, m.dtype), s((2, 3), m(3), m.dtype), s((0,), m(), m.dtype)],
            lambda shape, fill, dtype: np.full(shape, fill),
            lambda m: [(ShapeError, s((2,), m(3), m.dtype)), (ShapeError, s((-2,), 1, m.dtype))],
        ),
        _created("zeros_like", lambda m: [s(m(2, 3), m.dtype), s(m(), m.dtype)], lambda x, dtype: np.zeros_like(x)),
        _created("ones_like", lambda m: [s(m(2, 3), m.dtype), s(m(0, 2), m.dtype)], lambda x, dtype: np.ones_like(x)),
        _created(
            "full_like",
            lambda m: [s(m(2, 3), 1, m.dtype), s(m(2, 3), m(3), m.dtype)],
            lambda x, f, d: np.full_like(x, f),
        ),
        Record(
            "arange",
            lambda m: [s(0, 5, 1, m.dtype), s(1, 9, 3, m.dtype), s(5, 5, 1, m.dtype), s(5, 2, 1, m.dtype)],
            lambda start, stop=None, step=None, dtype=None: np.arange(start, stop, step),
            "creation.arange",
            REALS,
            forms=lambda m: (
                [s(6, dtype=m.dtype)]
                + ([s(0.5, 3, 0.5, m.dtype), s(5, 0, -2, m.dtype)] if m.dtype in FLOATS else [s(0, 2, 0.25, m.dtype)])
            ),
            errors=lambda m: [(ArgumentError, s(0, 5, 0, m.dtype))],
        ),
        Record(
            "eye",
            lambda m: [s(3, 3, 0, m.dtype), s(2, 4, 1, m.dtype), s(4, 2, -2, m.dtype), s(0, 2, 0, m.dtype)],
            lambda n, columns, k, dtype: np.eye(n, columns, k),
            "creation.eye",
            ALL,
            errors=lambda m: [(ShapeError, s(-1, 2, 0, m.dtype)), (ArgumentTypeError, s(1.5, 2, 0, m.dtype))],
        ),
        Record(
            "tri",
            lambda m: [
                s(3, 3, 0, m.dtype),
                s(2, 4, 1, m.dtype),
                s(4, 2, -2, m.dtype),
                s(0, 2, 0, m.dtype),
                s(2, 2, 7, m.dtype),
            ],
            lambda n, columns=None, k=0, dtype=None: np.tri(n, columns, k),
            "creation.tri",
            ALL,
            forms=lambda m: [s(3, dtype=m.dtype), s(np.int64(2), k=1, dtype=m.dtype)],
            errors=lambda m: [
                (ShapeError, s(-1, 2, 0, m.dtype)),
                (ArgumentTypeError, s(1.5, 2, 0, m.dtype)),
                (ArgumentTypeError, s(2, 2, 0.5, m.dtype)),
                (DtypeError, s(2, 2, 0, "float33")),
            ],
        ),
    ]
)

for _name in ("tril", "triu"):
    RECORDS.append(
        _created(
            _name,
            lambda m: [
                *(s(m(3, 4), k) for k in (0, 1, -1, 5, -5)),
                *(s(m(4, 2), k) for k in (0, -2, 1)),
                s(m(3, 1), -6),
                s(m(1, 3), 6),
                s(m(2, 2, 3), 0),
                s(m(0, 3), 0),
                s(m(2, 0), 1),
                s(special(m, nan, inf, -inf, nan).reshape(2, 2), 0),
                s(special(m, nan, inf, -inf, nan).reshape(2, 2), -1),
                s(special(m, nan, inf, -inf, nan).reshape(2, 2), 1),
            ],
            getattr(np, _name),
            lambda m: [(ShapeError, s(m(3))), (ShapeError, s(m())), (ArgumentTypeError, s(m(2, 2), 0.5))],
            lambda m: [s(m(2, 3)), s(m(2, 3), k=np.int64(1))],
        )
    )

RECORDS.append(
    _created(
        "copy",
        lambda m: [s(m(2, 3)), s(m()), s(m(0, 2))],
        np.copy,
        lambda m: [(ArgumentTypeError, s(None)), (ShapeError, s([[1.0], [1.0, 2.0]]))],
    )
)
