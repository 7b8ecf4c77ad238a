"""Records of family sorting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, DtypeError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, INTEGERS, REALS, Maker, Record, Sample, boolean, index, same
from ops_common.testing.samples import REAL, ascending, inf, nan, s, special

RECORDS: list[Record] = []


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
        (AxisError, s(m(2, 3), 2)),
        (AxisError, s(m(), -1)),
        (AxisError, s(m(), 0)),
        (ArgumentTypeError, s(m(2, 3), (0, 1))),
        (ArgumentTypeError, s(m(2, 3), "a")),
        (ArgumentTypeError, s(None)),
    ]


def _forms(m: Maker) -> Sequence[Sample]:
    return [s(m(2, 3)), s(m(4), axis=0), s(m(2, 2), axis=None)]


RECORDS.extend(
    [
        Record(
            "sort",
            _to_sort,
            lambda x, axis=-1: np.sort(x, axis, "stable"),
            "sorting.sort",
            ALL,
            forms=_forms,
            errors=_wrong_axes,
        ),
        Record(
            "argsort",
            _to_sort,
            lambda x, axis=-1: np.argsort(x, axis, "stable"),
            "sorting.argsort",
            ALL,
            result_dtype=index,
            computes=lambda dtype: dtype,
            forms=_forms,
            # A scalar counts as a tensor of one element.
            errors=lambda m: [entry for entry in _wrong_axes(m) if np.ndim(entry[1].args[0])],
        ),
    ]
)


def _to_find(m: Maker) -> Sequence[Sample]:
    return [
        s(ascending(m(5)), m(2, 3, low=-4, high=4), "left"),
        s(ascending(m(5)), m(2, 3, low=-4, high=4), "right"),
        s(ascending(m(5)), m(), "left"),
        s(ascending(m(6, low=-1, high=1)), m(4, low=-1, high=1), "right"),
        s(ascending(m(6, low=-1, high=1)), m(0, 2), "right"),
        s(m(0), m(3), "left"),
        s(m(0), m(2, 1), "right"),
        s(m(1), m(3), "left"),
        *(
            s(ascending(special(m, *edges)), special(m, nan, inf, 5.0, 1.0, 0.0, -0.0, -inf, -5.0), side)
            for edges in ((-1.0, -0.0, 0.0, 1.0, inf, nan, nan, nan), (-inf, 0.0, 2.0), (1.0, nan, nan, nan))
            for side in ("left", "right")
        ),
    ]


RECORDS.extend(
    [
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
                s(ascending(m(5)), m(3)),
                s(ascending(m(4)).tolist(), m(2, 2), side="right"),
                s(ascending(m(4)), m(1).tolist(), "left"),
            ],
            errors=lambda m: [
                (ShapeError, s(m(2, 3), m(2), "left")),
                (ShapeError, s(m(), m(2), "right")),
                (ArgumentError, s(m(3), m(2), "middle")),
                (ArgumentTypeError, s(None, m(2))),
                (DtypeError, s(m(3), 1j)),
            ],
        ),
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
            result_dtype=boolean,
            computes=lambda dtype: dtype,
            forms=lambda m: [s(m(3, 4), m(2).tolist()), s(m(4), m(3), invert=True), s(m(4), 1, assume_unique=True)],
            errors=lambda m: [(ArgumentTypeError, s(m(2), None)), (ArgumentTypeError, s("a", m(2)))],
        ),
    ]
)


def _parts(result: Any, x: Any, kth: int, axis: Any = -1) -> Any:
    """The sorted indices, and the elements' ranks, sorted on each side of the k-th position."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    order = np.argsort(x, axis, "stable")
    ordered = np.take_along_axis(x, order, axis)
    ends = np.moveaxis(ordered, axis, -1)
    differs = (ends[..., 1:] != ends[..., :-1]) & ~(np.isnan(ends[..., 1:]) & np.isnan(ends[..., :-1]))
    runs = np.cumsum(np.pad(differs, [(0, 0)] * (x.ndim - 1) + [(1, 0)]), -1, np.int32)
    ranks = np.empty(x.shape, np.int32)
    np.put_along_axis(ranks, order, np.moveaxis(runs, -1, axis), axis)
    taken = np.moveaxis(np.take_along_axis(ranks, result, axis), axis, -1)
    before, at, behind = np.split(taken, [kth % x.shape[axis], kth % x.shape[axis] + 1], -1)
    parts = [np.sort(before, -1), at, np.sort(behind, -1), np.moveaxis(np.sort(result, axis), axis, -1)]
    return np.concatenate(parts, -1)


RECORDS.append(
    Record(
        "argpartition",
        lambda m: [
            s(m(3, 7), 2, -1),
            s(m(3, 4), -1, 0),
            s(m(2, 5), 4, None),
            s(m(1), 0, 0),
            s(m(0, 2), 1, 1),
            s(special(m, nan, 1.0, 0.0, -0.0, inf, nan), 3, -1),
        ],
        lambda x, kth, axis=-1: np.argsort(x, axis, "stable"),
        "sorting.argpartition",
        ALL,
        result_dtype=index,
        computes=lambda dtype: dtype,
        forms=lambda m: [s(m(2, 3), 1), s(m(4), kth=2, axis=0)],
        errors=lambda m: [
            (ArgumentError, s(m(2, 3), 3)),
            (ArgumentError, s(m(2, 3), -3, 0)),
            (AxisError, s(m(2, 3), 0, 2)),
            (ArgumentTypeError, s(m(4), (0, 1))),
        ],
        fixed=_parts,
    )
)


def _bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    length = max(minlength, int(x.max()) + 1 if x.size else 0)
    if x.ndim == 2:
        result = [
            _bincount(*row, length) for row in zip(x, [None] * len(x) if weights is None else weights, strict=True)
        ]
        return np.array(result).reshape(len(x), length)
    if weights is None:
        return np.bincount(x.astype(np.int64), None, length)
    sums = np.zeros(length, weights.dtype if weights.dtype != bool else np.int64)
    np.add.at(sums, x.astype(np.int64), weights)
    return sums


RECORDS.append(
    Record(
        "bincount",
        lambda m: [
            s(m(7, low=0), None, 0, False),
            s(m(7, low=0), None, 6, False),
            s(m(2, 5, low=0), None, 2, False),
            s(m(0), None, 0, False),
            s(m(0), None, 3, False),
            s(m(1, low=0), None, 0, False),
        ],
        _bincount,
        "sorting.bincount",
        INTEGERS,
        COMPLEX,
        index,
        lambda dtype: dtype,
        by_values=True,
        forms=lambda m: (
            [s(m(5, low=0).tolist()), s(m(5, low=0), minlength=9), s([True, False, True])] if m.dtype == "int32" else []
        ),
        errors=lambda m: [
            (ShapeError, s(np.array(1))),
            (ShapeError, s(np.array([[[1]]]))),
            (ShapeError, s(np.array([1, 2]), m(3))),
            (ArgumentError, s(m(3))),
            (ArgumentError, s(np.array([1, -2]))),
            (ArgumentError, s(np.array([1, 2]), None, -1)),
            (ArgumentTypeError, s(np.array([1, 2]), None, "a")),
        ],
    )
)


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
        result_dtype=lambda dtype: (dtype, "int32"),
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

RECORDS.append(
    Record(
        "digitize",
        lambda m: [
            s(m(2, 3, low=-4, high=4), ascending(m(5))),
            s(m(2, 3, low=-4, high=4), ascending(m(5))[::-1].copy()),
            s(m(), ascending(m(3))),
            s(m(4), m(0)),
            s(m(0, 2), ascending(m(3))),
            s(m(4), m(1)),
            s(special(m, nan, inf, 5.0, 1.0, 0.0, -0.0, -inf), ascending(special(m, -inf, 0.0, 1.0, inf))),
            s(special(m, nan, inf, 5.0, 1.0, 0.0, -0.0, -inf), ascending(special(m, 1.0, 1.0, 0.0))[::-1].copy()),
        ],
        np.digitize,
        "sorting.digitize",
        REAL,
        COMPLEX,
        index,
        lambda dtype: dtype,
        forms=lambda m: [s(m(4), ascending(m(3)).tolist()), s(m(4), bins=ascending(m(3)))],
        errors=lambda m: [
            (ShapeError, s(m(3), m(2, 3))),
            (ShapeError, s(m(3), m())),
            (ArgumentTypeError, s(m(2), None)),
            (DtypeError, s(1j, m(3))),
        ],
    )
)


def _in_top_k(targets: Any, predictions: Any, k: int) -> Any:
    predictions = np.asarray(predictions)
    out = np.zeros(len(targets), bool)
    for i, target in enumerate(np.asarray(targets).tolist()):
        if 0 <= target < predictions.shape[1] and not np.isnan(predictions[i, target]):
            row = predictions[i]
            out[i] = ((row > row[target]) | np.isnan(row)).sum() < k
    return out


RECORDS.append(
    Record(
        "in_top_k",
        lambda m: [
            s(np.array([1, 3, 0, 9, -1], np.int32), m(5, 4), 2),
            s(np.array([0, 1, 1], np.int32), np.broadcast_to(special(m, nan, 1.0, inf), (3, 3)), 2),
            s(np.zeros((0,), np.int32), m(0, 3), 1),
            s(np.array([1, 3, 0, 9, -1], np.int32), m(5, 4), 0),
        ],
        _in_top_k,
        "sorting.in_top_k",
        REALS,
        COMPLEX,
        result_dtype=lambda dtype: "bool",
        computes=same,
        errors=lambda m: [
            (ShapeError, s(np.zeros((2,), np.int32), m(3, 4), 1)),
            (ShapeError, s(np.zeros((2,), np.int32), m(2), 1)),
            (ArgumentError, s(np.full((2,), np.nan, np.float32), m(2, 3), 1)),
        ],
        differentiable=False,
    )
)
