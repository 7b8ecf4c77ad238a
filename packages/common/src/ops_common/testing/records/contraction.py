"""Records of family contraction."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, NUMBERS, Record, floating, product
from ops_common.testing.samples import REAL, s

RECORDS: list[Record] = []

RECORDS.extend(
    [
        Record(
            "matmul",
            lambda m: [
                s(m(2, 3), m(3, 4)),
                s(m(3), m(3)),
                s(m(2, 3), m(3)),
                s(m(3), m(3, 2)),
                s(m(5, 2, 3), m(3, 4)),
                s(m(2, 1, 2, 3), m(4, 3, 2)),
                s(m(3), m(2, 3, 4)),
                s(m(0, 3), m(3, 2)),
                s(m(2, 0), m(0, 3)),
            ],
            np.matmul,
            "contraction.matmul",
            ALL,
            result_dtype=product,
            forms=lambda m: [s(m(2, 3).tolist(), m(3, 2))] if m.dtype in ("int32", "float32", "bool") else [],
            errors=lambda m: [
                (ShapeError, s(m(2, 3), m(2, 3))),
                (ShapeError, s(m(), m(2))),
                (ShapeError, s(m(2, 2, 3), m(3, 3, 2))),
            ],
        ),
        Record(
            "dot",
            lambda m: [s(m(3), m(3)), s(m(2, 3), m(3, 4)), s(m(2, 3), m(3)), s(m(), m(2, 3)), s(m(2, 3), m(4, 3, 2))],
            np.dot,
            "contraction.dot",
            ALL,
            errors=lambda m: [
                (ShapeError, s(m(2), m(3))),
                (ShapeError, s(m(2, 3), m(2, 3))),
                (ShapeError, s(m(1), m(1, 2, 3))),
            ],
        ),
        Record(
            "tensordot",
            lambda m: [
                s(m(2, 3), m(3, 4), ((1,), (0,))),
                s(m(2, 3, 4), m(4, 3, 5), ((1, 2), (1, 0))),
                s(m(2, 3), m(2, 3), ((0, 1), (0, 1))),
                s(m(2), m(3), ((), ())),
            ],
            np.tensordot,
            "contraction.tensordot",
            ALL,
            forms=lambda m: [
                s(m(2, 3), m(3, 2), 1),
                s(m(2, 3), m(2, 3)),
                s(m(2), m(3), 0),
                s(m(2, 3), m(4, 3), axes=[1, -1]),
            ],
            errors=lambda m: [
                (ShapeError, s(m(2, 3), m(2, 3), 1)),
                (ShapeError, s(m(2, 3), m(3, 2), 3)),
                (AxisError, s(m(2, 3), m(3, 2), ((5,), (0,)))),
                (ArgumentTypeError, s(m(2), m(2), "a")),
            ],
        ),
    ]
)


def _einsum(subscripts: str, *operands: Any) -> Any:
    return np.einsum(subscripts, *operands)


RECORDS.extend(
    [
        Record(
            "einsum",
            lambda m: [
                s("ij,jk->ik", m(2, 3), m(3, 4)),
                s("bij,bjk->bik", m(2, 2, 3), m(2, 3, 2)),
                s("ij->ji", m(2, 3)),
                s("ij->", m(2, 3)),
                s("ii->i", m(3, 3)),
                s("...i,...i->...", m(2, 3), m(3)),
                s("i,j->ij", m(2), m(3)),
                s("ij,jk,kl->il", m(2, 3), m(3, 2), m(2, 2)),
            ],
            _einsum,
            "contraction.einsum",
            NUMBERS,
            result_dtype=product,
            forms=lambda m: [s("ij, jk", m(2, 3), m(3, 4)), s("ba", m(2, 3))],
            errors=lambda m: [
                (ShapeError, s("ij,jk->ik", m(2, 3), m(2, 3))),
                (ShapeError, s("ij->i", m(2))),
                (ShapeError, s("ii->i", m(3, 1))),
                (ShapeError, s("ij->k", m(2, 3))),
                (ArgumentTypeError, s(5, m(2))),
            ],
            loose=2,
        ),
        Record(
            "vdot",
            lambda m: [s(m(5), m(5)), s(m(2, 3), m(2, 3)), s(m(2, 3), m(6)), s(m(), m(1)), s(m(0), m(0))],
            lambda a, b: np.vdot(a, b) if np.size(a) or np.size(b) else np.zeros((), a.dtype),
            "contraction.vdot",
            ALL,
            errors=lambda m: [(ShapeError, s(m(2), m(3))), (ShapeError, s(m(1), m(3)))],
        ),
        Record(
            "kron",
            lambda m: [
                s(m(2, 3), m(3, 2)),
                s(m(2), m(3)),
                s(m(2), m(2, 3)),
                s(m(2, 1, 2), m(3)),
                s(m(), m(2)),
                s(m(0), m(2)),
            ],
            np.kron,
            "contraction.kron",
            ALL,
            forms=lambda m: [s(m(2).tolist(), m(2, 2))] if m.dtype == "float32" else [],
        ),
        Record(
            "correlate",
            lambda m: [
                *(s(m(5), m(3), mode) for mode in ("valid", "same", "full")),
                *(s(m(2), m(4), mode) for mode in ("valid", "same", "full")),
                s(m(3), m(3), "same"),
                s(m(1), m(1), "full"),
            ],
            np.correlate,
            "contraction.correlate",
            ALL,
            result_dtype=floating,
            forms=lambda m: [s(m(5), m(2)), s(m(2), m(4), mode="same")],
            errors=lambda m: [
                (ShapeError, s(m(2, 2), m(2))),
                (ShapeError, s(m(0), m(2))),
                (ArgumentError, s(m(2), m(2), "valit")),
            ],
            loose=2,
        ),
    ]
)


def _distances(x: Any, y: Any) -> Any:
    return np.linalg.norm(np.asarray(x[..., :, None, :] - y[..., None, :, :], np.float64), axis=-1)


RECORDS.append(
    Record(
        "cdist",
        lambda m: [s(m(2, 3), m(4, 3)), s(m(2, 1, 3, 2), m(4, 2)), s(m(0, 3), m(4, 3)), s(m(2, 0), m(4, 0))],
        _distances,
        "contraction.cdist",
        REAL,
        COMPLEX,
        result_dtype=floating,
        forms=lambda m: [s([[0.0, 3.0]], m(4, 2))] if m.dtype == "float32" else [],
        errors=lambda m: [
            (ShapeError, s(m(2, 3), m(4, 2))),
            (ShapeError, s(m(3), m(4, 3))),
            (ShapeError, s(m(2, 2, 3), m(3, 4, 3))),
        ],
        loose=2,
    )
)
