"""Records of family indexing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentTypeError, DtypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    Maker,
    Record,
    Sample,
    accumulated,
    same,
)
from ops_common.testing.records._build import (
    s,
)

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


def _diagonals(m: Maker) -> Sequence[Sample]:
    return [
        *(s(m(3, 4), offset, 0, 1) for offset in (0, 1, -1, 7, -7)),
        s(m(2, 3, 4), 0, 0, 1),
        s(m(2, 3, 4), 1, 1, -1),
        s(m(2, 3, 4), -1, 2, 0),
        s(m(0, 3), 0, 0, 1),
        s(m(1, 1), 0, 0, 1),
    ]


def _bad_diagonals(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [
        (ShapeError, s(m(3))),
        (ShapeError, s(m())),
        (ShapeError, s(m(2, 3), 0, 0, 2)),
        (ShapeError, s(m(2, 3), 0, 1, -1)),
        (ArgumentTypeError, s(m(2, 3), 0.5)),
        (ArgumentTypeError, s(m(2, 3), 0, "a")),
    ]


for _name, _kernel, _answer in (("diagonal", "indexing.diagonal", same), ("trace", None, accumulated)):
    Record(
        _name,
        _diagonals,
        getattr(np, _name),
        _kernel,
        ALL,
        answer=_answer,
        forms=lambda m: [s(m(3, 4)), s(m(3, 4), np.int64(1)), s(m(2, 3, 4), axis1=2, axis2=1)],
        errors=_bad_diagonals,
    )
