"""Records of the composite ops of family manipulation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, Record
from ops_common.testing.samples import Samples, inf, nan, s, special

RECORDS: list[Record] = []


def _pieces(name: str, samples: Samples, errors: Any) -> Record:
    return Record(
        name,
        samples,
        getattr(np, name),
        None,
        ALL,
        errors=errors,
        forms=lambda m: [s(m(4, 4, 4), [1, 3]), s(m(4, 4, 4), indices_or_sections=np.array([2]))],
    )


RECORDS.extend(
    [
        _pieces(
            "hsplit",
            lambda m: [s(m(2, 4), 2), s(m(4), 2), s(m(2, 5, 2), (1, 3)), s(m(3, 0), 2), s(m(4), (-1,))],
            lambda m: [(AxisError, s(m(), 1)), (ShapeError, s(m(4, 3), 2)), (ArgumentTypeError, s(m(4), None))],
        ),
        _pieces(
            "vsplit",
            lambda m: [s(m(4, 2), 2), s(m(5, 2, 1), (1, 3)), s(m(0, 3), 2), s(m(1, 1), 1)],
            lambda m: [(ShapeError, s(m(4), 2)), (ShapeError, s(m(), 1)), (ShapeError, s(m(4, 3), 3))],
        ),
        _pieces(
            "dsplit",
            lambda m: [s(m(1, 2, 4), 2), s(m(1, 2, 3, 2), (2,)), s(m(1, 1, 0), 1)],
            lambda m: [(AxisError, s(m(4, 4), 2)), (AxisError, s(m(), 1)), (ShapeError, s(m(4, 3, 4), 3))],
        ),
        Record(
            "append",
            lambda m: [
                s(m(2, 3), m(4), None),
                s(m(2, 3), m(1, 3), 0),
                s(m(2, 3), m(2, 0), -1),
                s(m(), m(), None),
                s(m(0), m(2), 0),
            ],
            np.append,
            None,
            ALL,
            forms=lambda m: [s(m(2, 3), m(2)), s(m(2, 3), m(1, 3), axis=0)],
            errors=lambda m: [
                (ShapeError, s(m(2, 3), m(2, 4), 0)),
                (ShapeError, s(m(2, 3), m(3), 0)),
                (AxisError, s(m(2), m(2), 1)),
                (AxisError, s(m(), m(), 0)),
                (ArgumentTypeError, s(m(2), m(2), "a")),
                (ArgumentTypeError, s(m(2), m(2), (0, 1))),
                (ArgumentTypeError, s(m(2), None)),
            ],
        ),
    ]
)


def _composed(name: str, samples: Samples, errors: Any, forms: Any = None) -> Record:
    return Record(name, samples, getattr(np, name), None, ALL, errors=errors, forms=forms)


RECORDS.extend(
    [
        _composed(
            "fliplr",
            lambda m: [s(m(2, 3)), s(m(2, 3, 2)), s(m(1, 0))],
            lambda m: [(AxisError, s(m(2))), (AxisError, s(m()))],
        ),
        _composed("flipud", lambda m: [s(m(2, 3)), s(m(3)), s(m(0, 2))], lambda m: [(AxisError, s(m()))]),
        Record(
            "meshgrid",
            lambda m: [s(m(3), m(2)), s(m(2), m(1), m(3)), s(m(4)), s(m(), m(2)), s(m(0), m(2)), s(m(2, 2), m(3))],
            lambda *x, indexing="xy": list(np.meshgrid(*x, indexing=indexing)),
            None,
            ALL,
            forms=lambda m: [s(m(3), m(2), indexing="ij"), s(m(2), m(1), m(3), indexing="xy"), s(m(2), indexing="ij")],
            errors=lambda m: [(ArgumentError, s(m(2), m(2), indexing="yx")), (ArgumentTypeError, s(m(2), None))],
        ),
        _composed(
            "moveaxis",
            lambda m: [
                s(m(2, 3, 4), 0, -1),
                s(m(2, 3, 4), -1, 1),
                s(m(2, 3, 4), (0, 1), (-1, 0)),
                s(m(2, 3), 0, 0),
                s(m(2, 3), (), ()),
                s(m(0, 3), 0, 1),
            ],
            lambda m: [
                (AxisError, s(m(2, 3), 2, 0)),
                (AxisError, s(m(2, 3), 0, -3)),
                (ShapeError, s(m(2, 3), (0, 0), (0, 1))),
                (ShapeError, s(m(2, 3), (0, 1), 0)),
                (AxisError, s(m(), 0, 0)),
                (ArgumentTypeError, s(m(2, 3), None, 0)),
                (ArgumentTypeError, s(m(2, 3), 0, "a")),
            ],
            lambda m: [s(m(2, 3, 4), [0, 1], destination=[1, 2]), s(m(2, 3), np.int64(0), 1)],
        ),
        _composed(
            "swapaxes",
            lambda m: [s(m(2, 3, 4), 0, 2), s(m(2, 3, 4), -1, 1), s(m(2, 3), 1, 1), s(m(0, 3), 0, 1)],
            lambda m: [
                (AxisError, s(m(2, 3), 0, 2)),
                (AxisError, s(m(2, 3), -3, 0)),
                (AxisError, s(m(), 0, 0)),
                (ArgumentTypeError, s(m(2, 3), 0, None)),
            ],
            lambda m: [s(m(2, 3), axis1=0, axis2=np.int32(1))],
        ),
        Record(
            "rot90",
            lambda m: [
                *(s(m(2, 3), k, (0, 1)) for k in (0, 1, 2, 3, -1, 6)),
                s(m(2, 3, 4), 1, (-1, 0)),
                s(m(2, 3, 4), 3, (1, 2)),
                s(m(0, 3), 1, (0, 1)),
            ],
            lambda x, k=1, axes=(0, 1): np.rot90(x, k, axes),
            None,
            ALL,
            forms=lambda m: [s(m(2, 3)), s(m(2, 3), np.int64(1), axes=[1, 0])],
            errors=lambda m: [
                (AxisError, s(m(3))),
                (AxisError, s(m(2, 3), 1, (0, 2))),
                (ShapeError, s(m(2, 3), 1, (1, -1))),
                (ArgumentError, s(m(2, 3), 1, (0,))),
                (ArgumentError, s(m(2, 3, 4), 1, (0, 1, 2))),
                (ArgumentError, s(m(2, 3), 1, None)),
                (ArgumentTypeError, s(m(2, 3), 1.5)),
            ],
        ),
        _composed(
            "ravel", lambda m: [s(m(2, 3)), s(m()), s(m(0, 2)), s(m(4))], lambda m: [(ArgumentTypeError, s(None))]
        ),
        Record(
            "diff",
            lambda m: [
                s(m(5), 1, -1),
                s(m(2, 4), 1, 0),
                s(m(3, 4), 2, -1),
                s(m(3), 0, 0),
                s(m(3), 5, 0),
                s(m(2, 3, 2), 1, -2),
                s(m(2, 0), 1, 1),
                s(special(m, inf, inf, nan, -inf), 1, 0),
            ],
            np.diff,
            None,
            ALL,
            forms=lambda m: (
                [s(m(2, 4)), s(m(4).tolist(), n=2), s(m(2, 4), axis=np.int64(0))] if m.dtype == "float32" else []
            ),
            errors=lambda m: [(ArgumentError, s(m(3), -1)), (AxisError, s(m(3), 1, 1)), (AxisError, s(m()))],
        ),
    ]
)
