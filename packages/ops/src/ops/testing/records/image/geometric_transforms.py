"""Records of the composite ops of `ops.image.geometric_transforms`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops.testing.records.image._common import FIRST, LAST, batched, image, numbers, whole
from ops.testing.records.image.sampling import MODES, sample
from ops_common.errors import ArgumentError, ShapeError
from ops_common.testing.record import COMPLEX, Record, number
from ops_common.testing.samples import REAL, s

RECORDS: list[Record] = []


def _project(
    x: Any, back: Callable[[int, float, float], tuple[float, float]], order: int, mode: str, value: float
) -> Any:
    """Transformed batches: pixel (column, row) of image i is read at the position `back(i, column, row)`."""
    result = np.zeros(x.shape)
    for n, row, column, channel in np.ndindex(*x.shape):
        across, down = back(n, column, row)
        result[n, row, column, channel] = sample(x[n, :, :, channel], (down, across), order, mode, value)
    return whole(x, result)


def _affine(x: Any, transform: Any, interpolation: str = "bilinear", mode: str = "constant", value: float = 0.0) -> Any:
    rows = np.broadcast_to(np.asarray(transform).reshape(-1, 8), (len(x), 8))

    def back(n: int, column: float, row: float) -> tuple[float, float]:
        a0, a1, a2, b0, b1, b2, c0, c1 = rows[n]
        k = c0 * column + c1 * row + 1
        return (a0 * column + a1 * row + a2) / k, (b0 * column + b1 * row + b2) / k

    return _project(x, back, int(interpolation == "bilinear"), mode, value)


_TURN = numbers(0.8, -0.6, 0.53, 0.6, 0.8, -0.31, 0, 0)

_BOTH = np.stack([_TURN, numbers(1.2, 0.1, -1.3, 0.2, 0.9, 0.7, 0.06, 0.04)])

RECORDS.append(
    Record(
        "image.affine_transform",
        lambda m: [
            s(image(m, 2, 4, 5, 3), _BOTH, "bilinear", "constant", 1.0, LAST),
            s(image(m, 3, 4, 5), _TURN, "nearest", "wrap", 0.0, FIRST),
        ],
        batched(_affine),
        takes=REAL,
        refuses=COMPLEX,
        result_dtype=number,
        computes=lambda dtype: dtype,
        forms=lambda m: [
            *(s(image(m, 4, 5, 3), _TURN, "bilinear", mode) for mode in MODES if m.dtype == "float32"),
            s(image(m, 2, 4, 5, 3), [1, 0, 0, 0, 1, 0, 0, 0]),
        ],
        errors=lambda m: [
            (ShapeError, s(m(4, 5), _TURN)),
            (ShapeError, s(m(4, 5, 3), _TURN[:7])),
            (ShapeError, s(m(3, 4, 5, 3), _BOTH)),
            (ArgumentError, s(m(4, 5, 3), _TURN, "bicubic")),
            (ArgumentError, s(m(4, 5, 3), _TURN, "nearest", "edge")),
        ],
        loose=32,
    )
)


def _perspective(x: Any, start: Any, end: Any, interpolation: str = "bilinear", value: float = 0.0) -> Any:
    start, end = (np.broadcast_to(np.asarray(p, np.float64).reshape(-1, 4, 2), (len(x), 4, 2)) for p in (start, end))
    solved: list[Any] = []
    for n in range(len(x)):
        # Eight equations for the coefficients that map each end point to its start point.
        rows: list[list[float]] = []
        for (x0, y0), (x1, y1) in zip(start[n], end[n], strict=True):
            rows.append([x1, y1, 1, 0, 0, 0, -x0 * x1, -x0 * y1])
            rows.append([0, 0, 0, x1, y1, 1, -y0 * x1, -y0 * y1])
        solved.append(np.linalg.solve(np.array(rows), start[n].reshape(-1)))
    return _affine(x, np.stack(solved), interpolation, "constant", value)


_START = np.array([[0, 0], [4, 0], [0, 3], [4, 3]], np.float32)

_END = np.array([[0.53, 0.21], [4.12, -0.14], [0.32, 3.23], [3.47, 2.81]], np.float32)

RECORDS.append(
    Record(
        "image.perspective_transform",
        lambda m: [
            s(image(m, 2, 4, 5, 3), np.stack([_START, _END]), np.stack([_END, _START]), "bilinear", 1.0, LAST),
            s(image(m, 3, 4, 5), _START, _END, "nearest", 0.0, FIRST),
        ],
        batched(_perspective),
        takes=REAL,
        refuses=COMPLEX,
        result_dtype=number,
        computes=lambda dtype: dtype,
        forms=lambda m: [s(image(m, 2, 4, 5, 3), _START, _END[None])],
        errors=lambda m: [
            (ShapeError, s(m(4, 5), _START, _END)),
            (ShapeError, s(m(4, 5, 3), _START[:3], _END)),
            (ShapeError, s(m(3, 4, 5, 3), _START, np.stack([_END, _END]))),
            (ArgumentError, s(m(4, 5, 3), _START, _END, "bicubic")),
        ],
        loose=64,
    )
)
