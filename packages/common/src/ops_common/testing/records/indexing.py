"""Records of family indexing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, DtypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    INTEGERS,
    NUMBERS,
    Maker,
    Record,
    Sample,
    accumulated,
    index,
    same,
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
        s(m(0, 2), np.zeros((0, 3), np.int32), 0),
    ],
    np.take,
    "indexing.take",
    ALL,
    forms=lambda m: [s(m(4, 2), [1, 3], axis=0), s(m(4, 2), 1, 0), s(m(4), np.array([1], np.uint8))],
    errors=lambda m: [
        (AxisError, s(m(2), [0], 1)),
        (AxisError, s(m(2, 3), [0], -3)),
        (AxisError, s(m(), [0], 0)),
        (DtypeError, s(m(2), [0.5])),
        (ArgumentTypeError, s(m(2), None)),
    ],
)
Record(
    "take_along_axis",
    lambda m: [
        s(m(2, 3), np.array([[2, -1, 0, 1], [0, 0, -3, 2]], np.int32), 1),
        s(m(3, 2), np.array([[2, 1]], np.int64), -2),
        s(m(1, 3), np.array([[0], [2]], np.int32), 1),
        s(m(2, 1, 3), np.zeros((1, 4, 2), np.int32), 2),
        s(m(2, 3), np.array([5, -6, 0], np.int32), None),
        s(m(4), np.array([3, -4], np.int32), 0),
        s(m(2, 3), np.zeros((2, 0), np.int32), 1),
    ],
    lambda x, indices, axis=None: np.take_along_axis(x, np.asarray(indices).astype(np.int64), axis),
    "indexing.take_along_axis",
    ALL,
    forms=lambda m: [
        s(m(2, 3), [[0], [-1]], axis=1),
        s(m(4), np.array([1], np.uint8), 0),
        s(m(4), np.array([1, 3], np.uint64)),
    ],
    errors=lambda m: [
        (ShapeError, s(m(2, 3), [0], 1)),
        (ShapeError, s(m(2, 3), [[0]])),
        (AxisError, s(m(2, 3), [[0]], 2)),
        (ShapeError, s(m(2, 3), np.zeros((3, 1), np.int32), 1)),
        (DtypeError, s(m(2), [0.5], 0)),
        (ArgumentTypeError, s(m(2), None, 0)),
    ],
)
Record(
    "select",
    lambda m: [
        s([m(2, 3, dtype="bool"), m(3, dtype="bool")], [m(2, 3), m(3, low=0)], m()),
        s([m(2, 1, dtype="bool")], [m(4)], m(1, 4)),
        s([m(0, dtype="bool")], [m(0)], m()),
    ],
    lambda conditions, choices, default=0: np.select(
        np.broadcast_arrays(*(np.asarray(c) != 0 for c in conditions)), choices, default
    ),
    None,
    ALL,
    forms=lambda m: (
        [
            s([m(3, dtype="bool"), m(3, dtype="int32")], [m(3), 2]),
            s((m(3, dtype="bool"),), (m(3),), default=1),
        ]
        if m.dtype in NUMBERS
        else []
    ),
    errors=lambda m: [
        (ArgumentError, s([m(2, dtype="bool")], [m(2), m(2)])),
        (ArgumentError, s([], [])),
        (ShapeError, s([m(2, dtype="bool")], [m(3)])),
        (ArgumentTypeError, s(m(2, dtype="bool"), [m(2)])),
        (ArgumentTypeError, s([m(2, dtype="bool")], m(2))),
    ],
)
Record(
    "unravel_index",
    lambda m: [
        s(m(2, 3, low=0, high=11), (2, 6)),
        s(m(4, low=0, high=29), (3, 10)),
        s(m(low=0, high=5), (6, 1)),
        s(m(0), (2, 2)),
    ],
    lambda indices, shape: np.unravel_index(indices % math.prod(shape), shape),
    None,
    INTEGERS,
    ("float32", "complex64"),
    answer=lambda dtype: (dtype, dtype),
    forms=lambda m: [s(np.array([5, 2, -1], m(1).dtype), (2, 3)), s(np.array([7, 1], np.int8), (500, 1))],
    errors=lambda m: [
        (ShapeError, s([1], (2, 0))),
        (ShapeError, s([1], (-1, 3))),
        (DtypeError, s(m(2), (2, 3))),
        (ArgumentTypeError, s([1], None)),
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
        s(m(2, 1, 3), 1, 0, 1),
    ]


def _bad_diagonals(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [
        (AxisError, s(m(3))),
        (AxisError, s(m())),
        (AxisError, s(m(2, 3), 0, 0, 2)),
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
