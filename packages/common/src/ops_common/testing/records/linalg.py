"""Records of family linalg."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.testing.record import ALL, Maker, Record, floating, modulus
from ops_common.testing.records._build import s


def _slogdet(x: Any) -> Any:
    return np.linalg.slogdet(np.asarray(x, np.complex128 if np.iscomplexobj(x) else np.float64))


def _regular(m: Maker, *shape: int) -> Any:
    """Matrices that stay regular in any dtype: triangles, upside down, with threes (in bool, true) on the diagonal."""
    below = np.tril(m(*shape), -1)
    diagonal = (np.eye(shape[-1]) * 3).astype(below.dtype)
    return (below + diagonal)[..., ::-1, :].copy()


Record(
    "slogdet",
    lambda m: [
        s(_regular(m, 3, 3)),
        s(_regular(m, 2, 4, 4)),
        s(m(2, 0, 2, 2)),
        s(m(1, 1, low=1)),
        s(np.zeros((2, 2), m(1).dtype)),
        s(m(2, 0, 0)),
    ],
    _slogdet,
    "linalg.slogdet",
    ALL,
    answer=lambda dtype: (floating(dtype), modulus(floating(dtype))),
    computes=floating,
    forms=lambda m: [s(m(2, 2).tolist()), s(m(3, 5, 5))] if m.dtype == "float32" else [],
    errors=lambda m: [
        (ShapeError, s(m(2, 3))),
        (ShapeError, s(m(2))),
        (ShapeError, s(m())),
        (ArgumentTypeError, s("a")),
    ],
    loose=5,
)
