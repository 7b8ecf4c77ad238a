"""Records of family indexing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, Maker, Record, Sample, index
from ops_common.testing.samples import inf, nan, s, special

RECORDS: list[Record] = []

RECORDS.extend(
    [
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
                (ArgumentError, s(m(2), [0.5])),
                (ArgumentTypeError, s(m(2), None)),
            ],
        ),
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
                (ArgumentError, s(m(2), [0.5], 0)),
                (ArgumentTypeError, s(m(2), None, 0)),
            ],
        ),
    ]
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


RECORDS.extend(
    [
        Record(
            "diagonal",
            _diagonals,
            np.diagonal,
            "indexing.diagonal",
            ALL,
            forms=lambda m: [s(m(3, 4)), s(m(3, 4), np.int64(1)), s(m(2, 3, 4), axis1=2, axis2=1)],
            errors=_bad_diagonals,
        ),
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
            result_dtype=index,
            computes=lambda dtype: dtype,
            by_values=True,
            forms=lambda m: [s(m(4).tolist())],
            errors=lambda m: [(ShapeError, s(m())), (ArgumentTypeError, s(None))],
        ),
    ]
)
