"""Records of the composite ops of `ops.image.cropping_and_padding`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops.testing.records.image._common import FIRST, LAST, batched
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.testing.record import ALL, Record
from ops_common.testing.samples import s

RECORDS: list[Record] = []


def _crop(x: Any, top: Any, left: Any, bottom: Any, right: Any, height: Any = None, width: Any = None) -> Any:
    top = x.shape[1] - bottom - height if top is None else top
    left = x.shape[2] - right - width if left is None else left
    height = x.shape[1] - top - bottom if height is None else height
    width = x.shape[2] - left - right if width is None else width
    return x[:, top : top + height, left : left + width]


def _pad(x: Any, top: Any, left: Any, bottom: Any, right: Any, height: Any = None, width: Any = None) -> Any:
    top = height - x.shape[1] - bottom if top is None else top
    left = width - x.shape[2] - right if left is None else left
    height = x.shape[1] + top + bottom if height is None else height
    width = x.shape[2] + left + right if width is None else width
    result = np.zeros((x.shape[0], height, width, x.shape[3]), x.dtype)
    result[:, top : top + x.shape[1], left : left + x.shape[2]] = x
    return result


RECORDS.extend(
    [
        Record(
            "image.crop_images",
            lambda m: [
                s(m(2, 5, 6, 3), 1, 2, 0, 1, None, None, LAST),
                s(m(2, 5, 6), 1, None, None, 1, 2, 2, FIRST),
            ],
            batched(_crop),
            takes=ALL,
            forms=lambda m: [s(m(5, 6, 3), 1, 2, 0, 1), s(m(2, 5, 6, 3), 5, 0, 0, 0)],
            errors=lambda m: [
                (ShapeError, s(m(5, 6), 1, 1, 1, 1)),
                (ArgumentError, s(m(5, 6, 3))),
                (ArgumentError, s(m(5, 6, 3), 1, 1, 1, 1, 3, 4)),
                (ArgumentError, s(m(5, 6, 3), 1, 1, -1, 1)),
                (ArgumentError, s(m(5, 6, 3), 3, 1, 3, 1)),
                (ArgumentError, s(m(5, 6, 3), 3, 1, None, None, 4, 4)),
                (ArgumentTypeError, s(m(5, 6, 3), 1.5, 1, 1, 1)),
            ],
        ),
        Record(
            "image.pad_images",
            lambda m: [
                s(m(2, 5, 6, 3), 1, 2, 0, 1, None, None, LAST),
                s(m(2, 5, 6), 1, None, None, 1, 8, 9, FIRST),
            ],
            batched(_pad),
            takes=ALL,
            forms=lambda m: [s(m(5, 6, 3), 1, 2, 0, 1), s(m(2, 5, 6, 3), 0, 0, 0, 0)],
            errors=lambda m: [
                (ShapeError, s(m(5, 6), 1, 1, 1, 1)),
                (ArgumentError, s(m(5, 6, 3))),
                (ArgumentError, s(m(5, 6, 3), 1, 1, -1, 1)),
                (ArgumentError, s(m(5, 6, 3), 3, 1, None, None, 7, 4)),
            ],
        ),
    ]
)
