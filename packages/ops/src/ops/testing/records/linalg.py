"""Records of the composite ops of family linalg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.testing.record import ALL, Maker, Record, Sample, floating, modulus
from ops_common.testing.samples import in_float32, not_matrices, not_square, positive_definite, regular, s

RECORDS: list[Record] = []


def _real(dtype: str) -> str:
    return modulus(floating(dtype))


@in_float32
def _lists(m: Maker) -> Sequence[Sample]:
    return [s(positive_definite(m, 2, 2).tolist())]


def _adjoint(x: Any) -> Any:
    return np.swapaxes(x, -1, -2).conj()


RECORDS.extend(
    [
        Record(
            "cholesky_inverse",
            lambda m: [
                s(positive_definite(m, 3, 3), False),
                s(np.swapaxes(positive_definite(m, 2, 2, 2), -1, -2), True),
                s(m(0, 2, 2), False),
            ],
            lambda x, upper=False: np.linalg.inv(
                _adjoint(np.triu(x)) @ np.triu(x) if upper else np.tril(x) @ _adjoint(np.tril(x))
            ),
            None,
            ALL,
            result_dtype=floating,
            forms=_lists,
            errors=not_square,
        ),
        Record(
            "matrix_rank",
            lambda m: [s(regular(m, 3, 3), None), s(np.ones((2, 3, 2), m(1).dtype), None), s(m(2, 0, 3), None)],
            lambda x, tol=None: np.asarray(np.linalg.matrix_rank(x, tol) if x.size else np.zeros(x.shape[:-2])),
            None,
            ALL,
            result_dtype=lambda dtype: "int32",
            computes=floating,
            forms=lambda m: [s(np.diag([100.0, 1.0, 0.0]).astype(np.float32), tol=2)],
            errors=not_matrices,
        ),
        Record(
            "logdet",
            lambda m: [s(regular(m, 3, 3)), s(regular(m, 2, 4, 4)), s(m(2, 0, 0))],
            lambda x: np.linalg.slogdet(np.asarray(x, np.complex128 if np.iscomplexobj(x) else np.float64))[1],
            None,
            ALL,
            result_dtype=_real,
            computes=floating,
            forms=in_float32(lambda m: [s(m(2, 2).tolist()), s(np.zeros((2, 2), np.float32))]),
            errors=not_square,
            loose=5,
        ),
    ]
)
