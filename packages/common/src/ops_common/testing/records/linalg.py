"""Records of family linalg. The references are NumPy's functions, with the signs and orders of `ops.linalg`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, LinAlgError, ShapeError
from ops_common.testing.record import ALL, Maker, Record, Sample, floating, modulus
from ops_common.testing.samples import in_float32, inf, nan, not_matrices, not_square, positive_definite, regular, s

RECORDS: list[Record] = []


def _complex(dtype: str) -> str:
    return "complex128" if dtype in ("float64", "complex128") else "complex64"


def _real(dtype: str) -> str:
    return modulus(floating(dtype))


def _apart(m: Maker, *shape: int) -> Any:
    """Square matrices with distinct eigenvalues: otherwise eigenvectors are exact to the root of epsilon at best."""
    result = regular(m, *shape, shape[-1])
    return result if m.dtype == "bool" else (result + np.diag(range(0, 5 * shape[-1], 5))).astype(result.dtype)


def _filled(m: Maker, *shape: int) -> Any:
    """Matrices of full rank in any dtype, square or not."""
    count = max(shape[-2:])
    return regular(m, *shape[:-2], count, count)[..., -shape[-2] :, : shape[-1]].copy()


def _not_finite() -> list[Any]:
    return [(LinAlgError, s(np.array([[x, 1], [x, 1]], np.float32))) for x in (nan, inf)]


@in_float32
def _lists(m: Maker) -> Sequence[Sample]:
    return [s(positive_definite(m, 2, 2).tolist())]


def _adjoint(x: Any) -> Any:
    return np.swapaxes(x, -1, -2).conj()


def _turn(vectors: Any) -> Any:
    """Returns the factor that makes the leading component of each column positive."""
    factors = np.ones((*vectors.shape[:-2], 1, vectors.shape[-1]), vectors.dtype)
    for index in np.ndindex(*vectors.shape[:-2]):
        for j, column in enumerate(vectors[index].T):
            lead = next(value for value in column if abs(value) >= 0.99 * np.abs(column).max())
            factors[(*index, 0, j)] = abs(lead) / lead
    return factors


def _cholesky(x: Any, upper: bool = False) -> Any:
    result = np.linalg.cholesky(x)
    return _adjoint(result) if upper else result


def _eig(x: Any) -> Any:
    values, vectors = (np.asarray(part, np.complex128) for part in np.linalg.eig(x))
    order = np.lexsort((values.imag.round(6), values.real.round(6)), -1)
    values, vectors = np.take_along_axis(values, order, -1), np.take_along_axis(vectors, order[..., None, :], -1)
    return values, vectors * _turn(vectors)


def _eigh(x: Any) -> Any:
    values, vectors = np.linalg.eigh(x)
    return values, vectors * _turn(vectors)


def _svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    if not compute_uv:
        return np.linalg.svd(x, compute_uv=False)
    u, values, vh = np.linalg.svd(x, full_matrices)
    turn = _turn(u)
    count = values.shape[-1]
    right = _adjoint(vh)
    right = right * np.concatenate([turn[..., :count], _turn(right)[..., count:]], -1)
    return u * turn, values, _adjoint(right)


def _qr(x: Any, mode: str = "reduced") -> Any:
    q, r = np.linalg.qr(x, mode)  # type: ignore[call-overload]  # "reduced" or "complete"
    turn = np.ones((*r.shape[:-2], r.shape[-2]), r.dtype)
    diagonal = np.diagonal(r, axis1=-2, axis2=-1)
    turn[..., : diagonal.shape[-1]] = diagonal / np.abs(diagonal)
    return q * turn[..., None, :], r * turn[..., :, None].conj()


def _lu(x: Any) -> Any:
    """Gauss's elimination of one matrix after the other."""
    packed, pivots = np.array(x), np.zeros((*x.shape[:-2], min(x.shape[-2:])), np.int32)
    for index in np.ndindex(*x.shape[:-2]):
        a = packed[index]
        for j in range(pivots.shape[-1]):
            at = j + int(np.argmax(np.abs(np.real(a[j:, j])) + np.abs(np.imag(a[j:, j]))))
            pivots[(*index, j)] = at
            a[[j, at]] = a[[at, j]]
            if a[j, j]:
                a[j + 1 :, j] /= a[j, j]
                a[j + 1 :, j + 1 :] -= np.outer(a[j + 1 :, j], a[j, j + 1 :])
    return packed, pivots


def _solve(a: Any, b: Any, lower: bool | None = None) -> Any:
    if lower is not None:
        a = np.tril(a) if lower else np.triu(a)
    vectors = b.ndim == 1 or b.shape == a.shape[:-1]
    return np.linalg.solve(a, b[..., None])[..., 0] if vectors else np.linalg.solve(a, b)


def _lstsq(a: Any, b: Any, rcond: float | None = None) -> Any:
    vectors = b.ndim == 1 or b.shape == a.shape[:-1]
    inverse = np.linalg.pinv(a, 1e-6 if rcond is None else rcond)
    return (inverse @ b[..., None])[..., 0] if vectors else inverse @ b


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if isinstance(axis, tuple) and len(axis) != 2:
        axis = axis[0] if len(axis) == 1 else None
    return np.linalg.norm(x, ord, axis, keepdims)


RECORDS.extend(
    [
        Record(
            "cholesky",
            lambda m: [
                s(positive_definite(m, 3, 3), False),
                s(positive_definite(m, 2, 2, 2), True),
                s(m(0, 2, 2), False),
            ],
            _cholesky,
            "linalg.cholesky",
            ALL,
            result_dtype=floating,
            forms=in_float32(lambda m: [s(positive_definite(m, 2, 2).tolist(), upper=True)]),
            errors=lambda m: [
                *not_square(m),
                (LinAlgError, s(-positive_definite(m, 2, 2))),
                (LinAlgError, s(np.array([[nan, 0], [1, 1]], np.float32))),
            ],
        ),
        Record(
            "det",
            lambda m: [s(regular(m, 3, 3)), s(regular(m, 2, 4, 4)), s(m(2, 0, 2, 2)), s(m(2, 0, 0))],
            lambda x: np.linalg.det(x) if x.size else np.ones(x.shape[:-2]),
            "linalg.det",
            ALL,
            result_dtype=floating,
            forms=lambda m: [s(np.zeros((2, 2), m(1).dtype))],
            errors=not_square,
            loose=5,
        ),
        Record(
            "eig",
            lambda m: [s(_apart(m, 3)), s(_apart(m, 2, 3)), s(m(0, 2, 2)), s(m(2, 0, 0))],
            _eig,
            "linalg.eig",
            ALL,
            result_dtype=lambda dtype: (_complex(dtype), _complex(dtype)),
            computes=floating,
            forms=in_float32(lambda m: [s([[0.0, -1.0], [1.0, 0.0]]), s(np.roll(np.eye(4, dtype=np.float32), 1, 0))]),
            errors=not_square,
            loose=10,
        ),
        Record(
            "eigh",
            lambda m: [s(positive_definite(m, 3, 3)), s(positive_definite(m, 2, 3, 3)), s(m(0, 2, 2)), s(m(2, 0, 0))],
            _eigh,
            "linalg.eigh",
            [
                name for name in ALL if name != "bool"
            ],  # all eigenvalues of a positive definite matrix of bools are equal
            result_dtype=lambda dtype: (_real(dtype), floating(dtype)),
            computes=floating,
            forms=in_float32(lambda m: [s([[3.0, 1.0], [1.0, 2.0]])]),
            errors=lambda m: [*not_square(m), *_not_finite()],
            loose=10,
        ),
        Record(
            "inv",
            lambda m: [s(regular(m, 3, 3)), s(regular(m, 2, 3, 3)), s(m(0, 2, 2))],
            np.linalg.inv,
            "linalg.inv",
            ALL,
            result_dtype=floating,
            forms=_lists,
            errors=lambda m: [*not_square(m), (LinAlgError, s(m(2, 2, low=1, high=1)))],
            loose=5,
        ),
        Record(
            "lstsq",
            lambda m: [
                s(_filled(m, 4, 3), m(4), None),
                s(_filled(m, 3, 4), m(3, 2), None),
                s(_filled(m, 2, 4, 3), m(2, 4, 2), 1e-3),
            ],
            _lstsq,
            "linalg.lstsq",
            ALL,
            result_dtype=floating,
            forms=in_float32(lambda m: [s(m(3, 2, low=1, high=1), m(3)), s(m(3, 2).tolist(), m(3), rcond=0.5)]),
            errors=lambda m: [
                (ShapeError, s(m(3, 2), m(2))),
                (ShapeError, s(m(3), m(3))),
                (ShapeError, s(m(2, 3, 2), m(3, 3, 1))),
                *[(error, s(sample.args[0], m(2))) for error, sample in _not_finite()],
            ],
            loose=20,
        ),
        Record(
            "lu_factor",
            lambda m: [s(regular(m, 3, 3)), s(m(2, 4, 3)), s(m(2, 3)), s(m(0, 2, 2))],
            _lu,
            "linalg.lu_factor",
            ALL,
            result_dtype=lambda dtype: (floating(dtype), "int32"),
            computes=floating,
            forms=in_float32(lambda m: [*_lists(m), s(m(2, 2, low=1, high=1)), s(m(2, 40, 40))]),
            errors=not_matrices,
            loose=50,
        ),
        Record(
            "norm",
            lambda m: [
                s(m(2, 3), None, (0, 1), False),
                s(m(2, 3), 3.0, (1,), True),
                s(m(3, 2, 3), "nuc", (2, 0), False),
                s(m(2, 3), 1, (0, 1), True),
                s(m(2, 3), inf, (1, 0), False),
                s(m(2, 3), 0.0, (0,), False),
                s(m(2, 3), 0.5, (0,), False),
                s(m(2, 3), -inf, (1,), False),
                s(m(0, 3), None, (0,), False),
            ],
            _norm,
            "linalg.norm",
            ALL,
            result_dtype=_real,
            computes=floating,
            forms=in_float32(
                lambda m: [
                    s(m(2, 3)),
                    s(m(2, 3, 2)),
                    s(m(2, 3), 2),
                    s(m(2, 3), -2, keepdims=True),
                    s(m(2, 3), "fro"),
                    s(m(3), 1),
                    s(m(2, 3), axis=-1),
                    s(m(2, 3), ord=-1, axis=0),
                    s(m(3).tolist(), 2, 0),
                    s(m()),
                ]
            ),
            errors=lambda m: [
                (ShapeError, s(m(2, 3, 2), 1)),
                (AxisError, s(m(2, 3), None, 2)),
                (ShapeError, s(m(2, 3), None, (0, 0))),
                (ArgumentError, s(m(3), "fro")),
                (ArgumentError, s(m(2, 3), 3)),
                (ArgumentTypeError, s(m(3), [1])),
            ],
            loose=5,
        ),
        Record(
            "pinv",
            lambda m: [s(_filled(m, 4, 3), None), s(_filled(m, 2, 3, 4), 1e-3), s(m(0, 2, 3), None)],
            lambda x, rcond=None: np.linalg.pinv(x, 1e-6 if rcond is None else rcond),
            "linalg.pinv",
            ALL,
            result_dtype=floating,
            forms=in_float32(lambda m: [s(m(3, 2, low=1, high=1)), s(positive_definite(m, 2, 2).tolist(), rcond=0)]),
            errors=lambda m: [*not_matrices(m), *_not_finite()],
            loose=20,
        ),
        Record(
            "qr",
            lambda m: [
                s(_filled(m, 4, 3), "reduced"),
                s(_filled(m, 2, 3, 3), "complete"),
                s(_filled(m, 3, 4), "reduced"),
                s(m(0, 2, 2), "reduced"),
            ],
            _qr,
            "linalg.qr",
            ALL,
            result_dtype=lambda dtype: (floating(dtype), floating(dtype)),
            computes=floating,
            forms=in_float32(lambda m: [s(_filled(m, 3, 2)), s(_filled(m, 4, 2), mode="complete")]),
            errors=lambda m: [*not_matrices(m), (ArgumentError, s(m(2, 2), "r"))],
            loose=10,
        ),
        Record(
            "slogdet",
            lambda m: [s(regular(m, 3, 3)), s(regular(m, 2, 4, 4)), s(m(2, 0, 2, 2)), s(m(2, 0, 0))],
            lambda x: np.linalg.slogdet(np.asarray(x, np.complex128 if np.iscomplexobj(x) else np.float64)),
            "linalg.slogdet",
            ALL,
            result_dtype=lambda dtype: (floating(dtype), modulus(floating(dtype))),
            computes=floating,
            forms=in_float32(lambda m: [s(m(2, 2).tolist()), s(m(3, 5, 5)), s(np.zeros((2, 2), np.float32))]),
            errors=not_square,
            loose=5,
        ),
        Record(
            "solve",
            lambda m: [
                s(regular(m, 3, 3), m(3)),
                s(regular(m, 2, 3, 3), m(2, 3)),
                s(regular(m, 2, 3, 3), m(3, 2)),
                s(regular(m, 3, 3), m(2, 3, 2)),
            ],
            _solve,
            "linalg.solve",
            ALL,
            result_dtype=floating,
            forms=in_float32(lambda m: [s(positive_definite(m, 2, 2).tolist(), m(2)), s(regular(m, 2, 3, 3), m(3))]),
            errors=lambda m: [
                (ShapeError, s(m(2, 3), m(2))),
                (ShapeError, s(m(3, 3), m(2))),
                (ShapeError, s(m(2, 3, 3), m(3, 3, 1))),
                (ShapeError, s(m(2, 2), 1.0)),
                (LinAlgError, s(m(2, 2, low=1, high=1), m(2))),
            ],
            loose=5,
        ),
        Record(
            "solve_triangular",
            lambda m: [
                s(positive_definite(m, 3, 3), m(3), True),
                s(np.swapaxes(positive_definite(m, 2, 3, 3), -1, -2), m(2, 3), False),
                s(positive_definite(m, 2, 3, 3), m(3, 2), True),
                s(positive_definite(m, 3, 3), m(2, 3, 2), True),
            ],
            _solve,
            "linalg.solve_triangular",
            ALL,
            result_dtype=floating,
            forms=in_float32(lambda m: [s(positive_definite(m, 2, 2).tolist(), m(2), lower=True)]),
            errors=lambda m: [(ShapeError, s(m(2, 3), m(2))), (ShapeError, s(m(3, 3), m(2)))],
            loose=5,
        ),
        Record(
            "svd",
            lambda m: [
                s(_filled(m, 4, 3), True, True),
                s(_filled(m, 2, 3, 4), True, True),
                s(_filled(m, 3, 2), False, True),
                s(m(0, 2, 2), True, True),
            ],
            _svd,
            "linalg.svd",
            ALL,
            result_dtype=lambda dtype: (floating(dtype), _real(dtype), floating(dtype)),
            computes=floating,
            forms=in_float32(lambda m: [s(_filled(m, 2, 2))]),
            errors=lambda m: [*not_matrices(m), *_not_finite()],
            loose=20,
        ),
    ]
)
