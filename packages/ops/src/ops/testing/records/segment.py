"""Records of the composite ops of family segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, REALS, Maker, Record, Sample, number, same
from ops_common.testing.samples import inf, nan, s, special

RECORDS: list[Record] = []


def _segments(m: Maker) -> Sequence[Sample]:
    # The reference computes in wider integers, whose limits differ.
    empty = m.dtype in (*FLOATS, "int32")
    return [
        s(m(5, 2), np.array([1, 0, 1, -1, 4], np.int32), 2, False),
        s(m(5, 2), np.array([-1, 0, 0, 1, 7], np.int32), 2, True),
        *([s(m(3, 2), np.array([5, -1, 2], np.int32), 2, False)] if empty else []),
        s(special(m, nan, 1.0, -inf, inf, 2.0), np.array([1, 0, 2, 3, 1], np.int32), 4, False),
    ]


def _with_empty_segments(m: Maker) -> Sequence[Sample]:
    if m.dtype == "bool":
        return []
    return [
        s(m(5), [0, 2, 2, 0, 5]),
        s(m(5, 2), np.array([-1, 0, 0, 2, 7], np.int64), num_segments=4, sorted=True),
        s(m(3), [3, 0, 3], 5),
        s(m(0, 2), np.zeros((0,), np.int32), 2),
        s(m(0, 2), np.zeros((0,), np.int32)),
    ]


def _combine(name: str) -> Any:
    function = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}[name]

    def reference(data: Any, ids: Any, num_segments: Any = None, sorted: bool = False) -> Any:
        data, ids = np.asarray(data), np.asarray(ids).astype(np.int64)
        count = (int(ids.max()) + 1 if ids.size else 0) if num_segments is None else num_segments
        whole = data.dtype.kind in "iu"
        start: Any = {
            "sum": 0,
            "prod": 1,
            "max": False if data.dtype == bool else np.iinfo(np.int32).min if whole else -np.inf,
            "min": True if data.dtype == bool else np.iinfo(np.int32).max if whole else np.inf,
        }[name]
        if data.dtype == bool:
            data = data if name in ("max", "min") else data.astype(np.int32)
        if data.dtype == np.uint64:
            start = {"max": 0, "min": np.iinfo(np.uint64).max}.get(name, start)
        out = np.full((count, *data.shape[1:]), start, data.dtype)
        for row, place in zip(data, ids, strict=True):
            if 0 <= place < count:
                out[place] = function(out[place], row)
        return out

    return reference


for _name, _takes, _refuses in (
    ("sum", ALL, ()),
    ("prod", ALL, ()),
    ("max", (*REALS, "bool"), COMPLEX),
    ("min", (*REALS, "bool"), COMPLEX),
):
    RECORDS.append(
        Record(
            f"segment_{_name}",
            _segments,
            _combine(_name),
            None,
            _takes,
            _refuses,
            result_dtype=number if _name in ("sum", "prod") else same,
            forms=_with_empty_segments,
            errors=lambda m: [
                (ShapeError, s(m(3), np.zeros((2,), np.int32), 3)),
                (ShapeError, s(m(2, 2), np.zeros((2, 2), np.int32), 3)),
                (ShapeError, s(m(), np.zeros((1,), np.int32), 3)),
                (ArgumentError, s(m(2), np.full((2,), -0.5, np.float32), 3)),
                (ArgumentError, s(m(2), np.zeros((2,), np.int32), -1)),
                (ArgumentTypeError, s(m(2), np.zeros((2,), np.int32), "a")),
            ],
        )
    )


def _scatter(indices: Any, values: Any, shape: Any) -> Any:
    out = np.zeros(shape, values.dtype)
    depth = indices.shape[-1]
    for at in np.ndindex(indices.shape[:-1]):
        place = tuple(i + n if i < 0 else i for i, n in zip(indices[at].tolist(), shape, strict=False))
        if all(0 <= i < n for i, n in zip(place, shape[:depth], strict=False)):
            out[place] = np.add(out[place], values[at])
    return out


_PLACES = np.array([[0], [3], [0], [-1], [9]], np.int32)

RECORDS.append(
    Record(
        "scatter",
        lambda m: [
            s(_PLACES, m(5), (4,)),
            s(np.array([[1], [1]], np.int32), m(2, 3), (2, 3)),
            s(np.zeros((0, 1), np.int32), m(0), (3,)),
        ],
        _scatter,
        None,
        ALL,
        errors=lambda m: [
            (ShapeError, s(np.zeros((2, 2), np.int32), m(2), (4,))),
            (ShapeError, s(np.zeros((2, 1), np.int32), m(3), (4,))),
            (ArgumentError, s(np.full((2, 1), 2.0**31, np.float32), m(2), (4,))),
            (ArgumentTypeError, s(np.zeros((2, 1), np.int32), m(2), None)),
        ],
    )
)
