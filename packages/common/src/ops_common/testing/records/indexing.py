"""Records of family indexing."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentTypeError, DtypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    Record,
    index,
)
from ops_common.testing.records._build import inf, nan, s, special

Record(
    "take",
    lambda m: [
        s(m(5, 3), np.array([4, 0, -1], np.int32), 0),
        s(m(2, 5), np.array([[0, 1], [-5, 4]], np.int64), 1),
        s(m(2, 3), np.array([5, 0], np.int32), None),
        s(m(4), np.array(2, np.int32), 0),
        s(m(4), np.zeros((0,), np.int32), 0),
    ],
    np.take,
    "indexing.take",
    ALL,
    forms=lambda m: [s(m(4, 2), [1, 3], axis=0), s(m(4, 2), 1, 0), s(m(4), np.array([1], np.uint8))],
    errors=lambda m: [
        (ShapeError, s(m(2), [0], 1)),
        (ShapeError, s(m(2, 3), [0], -3)),
        (ShapeError, s(m(), [0], 0)),
        (DtypeError, s(m(2), [0.5])),
        (ArgumentTypeError, s(m(2), None)),
    ],
)
_KEYS: list[Any] = [
    0,
    -1,
    slice(1, None),
    slice(None, None, -1),
    slice(3, 0, -2),
    (slice(None), 1),
    (Ellipsis, -1),
    (None, slice(0, 2), Ellipsis),
    (1, slice(None), None),
    (),
]
Record(
    "get_item",
    lambda m: (
        [s(m(4, 3), key if isinstance(key, tuple) else (key,)) for key in _KEYS]
        + [
            s(m(4, 3), (np.array([0, -1], np.int32),)),
            s(m(4, 3), (np.array([[0, 2], [1, 1]], np.int32), slice(1, None))),
            s(m(4, 3), (np.array([0, 1], np.int32), np.array([2, 0], np.int32))),
            s(m(4, 3), (slice(None), np.array([0, 2], np.int32))),
            s(m(2, 4, 3), (slice(None), np.array([0, 1], np.int32), np.array([2, 0], np.int32))),
        ]
    ),
    lambda x, key: x[
        tuple(np.asarray(k) if isinstance(k, list) else k for k in key) if isinstance(key, (list, tuple)) else key
    ],
    None,
    ALL,
    forms=lambda m: [s(m(4, 3), key) for key in _KEYS],
    errors=lambda m: [
        (ShapeError, s(m(2, 3), 2)),
        (ShapeError, s(m(2, 3), (0, 0, 0))),
        (ArgumentTypeError, s(m(2, 3), "a")),
        (DtypeError, s(m(2, 3), 0.5)),
    ],
)
Record(
    "nonzero",
    lambda m: [
        s(m(2, 3)),
        s(m(7)),
        s(m(0)),
        s(m(0, 2)),
        s(m(3, 2, 2)),
        s(m(1)),
        s(special(m, 0.0, -0.0, nan, 1.0, -inf)),
    ],
    np.nonzero,
    "indexing.nonzero",
    ALL,
    answer=index,
    computes=lambda dtype: dtype,
    by_values=True,
    forms=lambda m: [s(m(4).tolist())],
    errors=lambda m: [(ShapeError, s(m())), (ArgumentTypeError, s(None))],
)
