"""Records of the composite ops of family contraction."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, NUMBERS, Record
from ops_common.testing.samples import s

RECORDS: list[Record] = []

RECORDS.extend(
    [
        Record(
            "inner",
            lambda m: [
                s(m(3), m(3)),
                s(m(2, 3), m(4, 3)),
                s(m(2, 3), m(3)),
                s(m(), m(2, 3)),
                s(m(2, 2, 3), m(3)),
                s(m(0), m(0)),
            ],
            np.inner,
            None,
            ALL,
            forms=lambda m: [s(m(3).tolist(), m(2, 3)), s(m(3), 2)] if m.dtype == "float32" else [],
            errors=lambda m: [
                (ShapeError, s(m(2), m(3))),
                (ShapeError, s(m(2, 3), m(3, 2))),
                (ArgumentTypeError, s(None, m(2))),
            ],
        ),
        Record(
            "outer",
            lambda m: [s(m(2), m(3)), s(m(2, 2), m(1, 3)), s(m(), m(2)), s(m(0), m(2))],
            np.outer,
            None,
            ALL,
            forms=lambda m: [s(m(3).tolist(), m(2))] if m.dtype == "float32" else [],
        ),
    ]
)


def _cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    # NumPy no longer takes vectors of 2 components.
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    flat = a.shape[-1] == b.shape[-1] == 2
    if {a.shape[-1], b.shape[-1]} == {3}:
        return np.moveaxis(np.cross(a, b), -1, axisc)
    out = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    if flat:
        return out
    if a.shape[-1] == 2:
        first, second = a[..., 1] * b[..., 2], -(a[..., 0] * b[..., 2])
    else:
        first, second = -(a[..., 2] * b[..., 1]), a[..., 2] * b[..., 0]
    return np.moveaxis(np.stack([first, second, out], -1), -1, axisc)


RECORDS.append(
    Record(
        "cross",
        lambda m: [
            s(m(3), m(3, high=5)),
            s(m(2, 3), m(3)),
            s(m(2, 2), m(2, 2, high=5)),
            s(m(2), m(4, 3)),
            s(m(4, 3), m(2)),
            s(m(3, 4), m(4, 3), 0, 1, 0),
            s(m(3, 4), m(3, 1), -1, -1, -1, 0),
            s(m(0, 3), m(3)),
        ],
        _cross,
        None,
        NUMBERS,
        ("bool",),
        forms=lambda m: [s(m(3, 2), m(3, 2, high=5), axis=0)] if m.dtype == "float32" else [],
        errors=lambda m: [
            (ShapeError, s(m(4), m(4))),
            (ShapeError, s(m(2, 3), m(4, 3))),
            (AxisError, s(m(3), m(3), 1)),
            (AxisError, s(m(), m(3))),
        ],
    )
)
