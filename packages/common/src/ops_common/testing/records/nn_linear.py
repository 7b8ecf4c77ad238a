"""Records of family nn.linear."""

from __future__ import annotations

from typing import Any

from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.testing.record import NUMBERS, Record, floating
from ops_common.testing.samples import s


def _dense(x: Any, kernel: Any, bias: Any = None) -> Any:
    return x @ kernel if bias is None else x @ kernel + bias


RECORDS: list[Record] = [
    Record(
        "nn.dense",
        lambda m: [
            s(m(4, 3), m(3, 2), m(2)),
            s(m(4, 3), m(3, 2), None),
            s(m(3), m(3, 2), m(2)),
            s(m(3), m(3, 2), None),
            s(m(2, 4, 3), m(3, 2), m(2)),
            s(m(2, 4, 3), m(3, 2), None),
            s(m(2, 1, 4, 3), m(3, 2), m(2)),
            s(m(0, 3), m(3, 2), m(2)),
            s(m(2, 0, 3), m(3, 2), m(2)),
            s(m(4, 0), m(0, 2), m(2)),
            s(m(2, 4, 0), m(0, 2), m(2)),
            s(m(2, 4, 3), m(3, 0), m(0)),
        ],
        _dense,
        "nn.linear.dense",
        ("bool", *NUMBERS),
        (),
        floating,
        forms=lambda m: [s(m(4, 3), m(3, 2)), s(m(4, 3), kernel=m(3, 2), bias=m(2))],
        errors=lambda m: [
            (ShapeError, s(m(), m(3, 2))),
            (ShapeError, s(m(4, 3), m(3))),
            (ShapeError, s(m(3), m(3), m())),
            (ShapeError, s(m(4, 3), m(2, 3, 2))),
            (ShapeError, s(m(2, 4, 3), m(2, 3, 2), m(2))),
            (ShapeError, s(m(3), m(2, 3, 2), m(2))),
            (ShapeError, s(m(4, 3), m(2, 2), m(2))),
            (ShapeError, s(m(4, 3), m(3, 2), m(3))),
            (ShapeError, s(m(4, 3), m(3, 2), m(1))),
            (ShapeError, s(m(2, 4, 3), m(3, 2), m(1))),
            (ShapeError, s(m(3), m(3, 2), m(1))),
            (ShapeError, s(m(4, 3), m(3, 2), m())),
            (ShapeError, s(m(4, 3), m(3, 2), m(4, 2))),
            (ShapeError, s(m(4, 3), m(3, 2), m(1, 2))),
            (ShapeError, s(m(4, 3), m(3, 2), 1.0)),
            (ArgumentTypeError, s(m(4, 3), m(3, 2), "a")),
        ],
        loose=2,
    )
]
