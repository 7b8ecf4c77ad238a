"""Records of the composite ops of `ops.image.colours`."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops.testing.records.image._common import FIRST, LAST, Reference, batched, image, whole
from ops_common.errors import ArgumentError, ShapeError
from ops_common.testing.record import COMPLEX, FLOATS, Maker, Record, Sample, number
from ops_common.testing.samples import REAL, s

RECORDS: list[Record] = []


def _gray(x: Any) -> Any:
    if x.shape[-1] == 1:
        return x
    return whole(x, (0.2989 * x[..., 0] + 0.587 * x[..., 1] + 0.114 * x[..., 2])[..., None])


def _per_pixel(function: Callable[..., Any]) -> Reference:
    return lambda x: np.apply_along_axis(lambda pixel: np.array(function(*pixel)), -1, x)


def _colours(m: Maker) -> Sequence[Sample]:
    return [s(image(m, 2, 3, 4, 3), LAST), s(image(m, 3, 4, 5), FIRST)]


def _no_colours(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [(ShapeError, s(m(4, 3))), (ShapeError, s(m(4, 3, 2))), (ArgumentError, s(m(4, 4, 3), "channels"))]


RECORDS.extend(
    [
        Record(
            "image.rgb_to_grayscale",
            _colours,
            batched(_gray),
            takes=REAL,
            refuses=COMPLEX,
            result_dtype=number,
            forms=lambda m: [s(image(m, 3, 4, 3)), s(m(3, 4, 1))],
            errors=_no_colours,
        ),
        Record(
            "image.rgb_to_hsv",
            _colours,
            batched(_per_pixel(colorsys.rgb_to_hsv)),
            takes=FLOATS,
            refuses=("uint8", "int32", "bool", *COMPLEX),
            forms=lambda m: [
                s(np.array([[[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0], [0, 1, 1], [1, 0, 1], [1, 0, 0.5]]], m(1).dtype))
            ],
            errors=_no_colours,
            loose=4,
        ),
        Record(
            "image.hsv_to_rgb",
            _colours,
            batched(_per_pixel(lambda hue, saturation, value: colorsys.hsv_to_rgb(hue % 1.0, saturation, value))),
            takes=FLOATS,
            refuses=("uint8", "int32", "bool", *COMPLEX),
            forms=lambda m: [
                s(np.array([[[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0], [2.25, 1, 1], [-0.7, 1, 1]]], m(1).dtype))
            ],
            errors=_no_colours,
            loose=8,
        ),
    ]
)
