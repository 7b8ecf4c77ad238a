"""Records of families segment and slicing."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.testing.record import COMPLEX, FLOATS, REALS, Record, same
from ops_common.testing.samples import inf, nan, s, special

RECORDS: list[Record] = []


def _top_k(x: Any, k: int, sorted: bool = True) -> Any:
    order = np.argsort(np.asarray(x), -1, kind="stable")[..., ::-1][..., :k]
    return np.take_along_axis(np.asarray(x), order, -1), order


RECORDS.append(
    Record(
        "top_k",
        lambda m: (
            [
                s(np.array([[3, 1, 2], [0, 2, 1]]).astype(m(1).dtype), 2, True),
                s(special(m, 1.0, nan, inf, -inf, 0.5), 3, False),
                s(m(2, 0), 0, True),
            ]
            if m.dtype in FLOATS
            else [
                s(np.array([[3, 1, 2], [0, 4, 5]]).astype(m(1).dtype), 2, True),
                s(np.array([[3, 1, 2], [0, 4, 5]]).astype(m(1).dtype), 0, True),
            ]
        ),
        _top_k,
        "sorting.top_k",
        REALS,
        COMPLEX,
        answer=lambda dtype: (dtype, "int32"),
        computes=same,
        forms=lambda m: [s([1, 3, 2], k=np.int64(2))] if m.dtype == "int32" else [],
        errors=lambda m: [
            (ShapeError, s(m(3), 4)),
            (ShapeError, s(m(3), -1)),
            (ShapeError, s(m(), 0)),
            (ArgumentTypeError, s(m(3), 1.5)),
        ],
    )
)
