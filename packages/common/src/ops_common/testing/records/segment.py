"""Records of family segment."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, Record
from ops_common.testing.samples import s

RECORDS: list[Record] = []


def _scatter_update(inputs: Any, indices: Any, updates: Any, reduction: Any = None) -> Any:
    out, indices = np.array(inputs), np.asarray(indices).astype(np.int64)
    depth = indices.shape[-1]
    updates = np.broadcast_to(np.asarray(updates), (*indices.shape[:-1], *out.shape[depth:])).astype(out.dtype)
    function = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply, None: lambda _, new: new}
    for at in np.ndindex(indices.shape[:-1]):
        place = tuple(i + n if i < 0 else i for i, n in zip(indices[at].tolist(), out.shape, strict=False))
        if all(0 <= i < n for i, n in zip(place, out.shape, strict=False)):
            out[place] = function[reduction](out[place], updates[at])
    return out


_PLACES = np.array([[0], [3], [0], [-1], [9]], np.int32)

RECORDS.extend(
    [
        Record(
            "scatter_update",
            lambda m: [
                s(m(4), _PLACES, m(5), None),
                s(m(4), _PLACES, m(5), "add"),
                s(m(4), _PLACES, m(5), "mul"),
                s(m(2, 3), np.array([[[0, -1]], [[1, 2]], [[1, 3]]], np.int32), m(3, 1), None),
                s(m(2, 3), np.array([[1], [1]], np.int32), m(2, 3), "add"),
                s(m(4), np.zeros((0, 1), np.int32), m(0), "add"),
                *([] if m.dtype in COMPLEX else [s(m(4), _PLACES, m(5), "max"), s(m(4), _PLACES, m(5), "min")]),
            ],
            _scatter_update,
            "segment.scatter_update",
            ALL,
            forms=lambda m: [s(m(4), [[0], [1]], 1), s(m(2, 3), [[0], [1]], m(3), reduction="mul")],
            errors=lambda m: [
                (ShapeError, s(m(4), np.zeros((2, 2), np.int32), m(2))),
                (ShapeError, s(m(4), np.zeros((2, 0), np.int32), m(2))),
                (ShapeError, s(m(4), np.zeros((2, 1), np.int32), m(3))),
                (ArgumentError, s(m(4), np.full((2, 1), 0.5, np.float32), m(2))),
                (ArgumentError, s(m(4), np.zeros((2, 1), np.int32), m(2), "sub")),
            ],
        ),
    ]
)
