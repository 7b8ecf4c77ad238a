"""Records of the composite ops of `ops.image.sampling`."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ops.testing.records.image._common import image, whole
from ops_common.errors import ArgumentError, ShapeError
from ops_common.testing.record import COMPLEX, Maker, Record, number
from ops_common.testing.samples import REAL, s

RECORDS: list[Record] = []


def _element(x: Any, place: Sequence[int], mode: str, value: float) -> float:
    result: list[int] = []
    for i, size in zip(place, x.shape, strict=True):
        if mode == "constant" and not 0 <= i < size:
            return value
        if mode == "wrap":
            i %= size
        elif mode == "reflect":
            i %= 2 * size
            i = min(i, 2 * size - 1 - i)
        elif mode == "mirror":
            i %= max(2 * size - 2, 1)
            i = min(i, 2 * size - 2 - i)
        result.append(min(max(i, 0), size - 1))
    return float(x[tuple(result)])


def sample(x: Any, place: Sequence[float], order: int, mode: str, value: float) -> float:
    if order == 0:
        return _element(x, [math.floor(c + 0.5) for c in place], mode, value)
    total = 0.0
    for corner in itertools.product((0, 1), repeat=x.ndim):
        weight = math.prod(1 - abs(math.floor(c) + step - c) for c, step in zip(place, corner, strict=True))
        total += weight * _element(
            x, [math.floor(c) + step for c, step in zip(place, corner, strict=True)], mode, value
        )
    return total


def _map(x: Any, coordinates: Any, order: int, mode: str = "constant", value: float = 0.0) -> Any:
    result = np.zeros(coordinates.shape[1:])
    for at in np.ndindex(*result.shape):
        result[at] = sample(x, [float(c) for c in coordinates[(slice(None), *at)]], order, mode, value)
    return whole(x, result)


def _places(m: Maker, *sizes: int) -> Any:
    """Coordinates for a grid of these sizes, inside and far outside."""
    return np.stack(
        [m(3, 4, i, low=-2.1 * size, high=3.1 * size, dtype="float32")[..., 0] for i, size in enumerate(sizes, 1)]
    )


MODES = ("constant", "nearest", "wrap", "mirror", "reflect")

RECORDS.append(
    Record(
        "image.map_coordinates",
        lambda m: [
            s(image(m, 4, 6), _places(m, 4, 6) / 3, 1, "constant", 2.0),
            s(image(m, 4, 6), _places(m, 4, 6), 0, "reflect", 0.0),
            s(image(m, 4, 6), _places(m, 4, 6), 1, "mirror", 0.0),
        ],
        _map,
        takes=REAL,
        refuses=COMPLEX,
        result_dtype=number,
        computes=lambda dtype: dtype,
        forms=lambda m: [
            *(
                s(image(m, 4, 6), _places(m, 4, 6), order, mode)
                for order in (0, 1)
                for mode in MODES
                if m.dtype == "float32"
            ),
            *(s(image(m, 1), _places(m, 1), 1, mode, 5) for mode in MODES),
            s(image(m, 4), np.array([[0, 1, 3, 9]], np.int32), 1),
            s(image(m, 2, 3, 2), np.full((3, 2), 0.75, np.float32), 1, "nearest"),
        ],
        errors=lambda m: [
            (ShapeError, s(m(4, 6), m(3, 2), 1)),
            (ShapeError, s(m(0), m(1, 2), 1)),
            (ArgumentError, s(m(4), m(1, 2), 2)),
            (ArgumentError, s(m(4), m(1, 2), 1, "edge")),
        ],
        loose=32,
    )
)
