"""Records of the composite ops of `ops.image.patches`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops.testing.records.image._common import FIRST, LAST
from ops_common.errors import ArgumentError, ShapeError
from ops_common.testing.record import ALL, Record
from ops_common.testing.samples import s

RECORDS: list[Record] = []


def _extract(x: Any, size: Any, strides: Any = None, dilation: Any = 1, padding: str = "valid", fmt: str = LAST) -> Any:
    rank = 2 if isinstance(size, int) else len(size)
    return _extract_of(rank, x, size, strides, dilation, padding, fmt)


def _extract_3d(
    x: Any, size: Any, strides: Any = None, dilation: Any = 1, padding: str = "valid", fmt: str = LAST
) -> Any:
    return _extract_of(3, x, size, strides, dilation, padding, fmt)


def _extract_of(rank: int, x: Any, size: Any, strides: Any, dilation: Any, padding: str, fmt: str) -> Any:
    size, strides, dilation = (
        (value,) * rank if isinstance(value, int) else value
        for value in (size, size if strides is None else strides, dilation)
    )
    single = x.ndim == rank + 1
    x = x[None] if single else x
    x = np.moveaxis(x, 1, -1) if fmt == FIRST else x
    spans = [rate * (k - 1) + 1 for k, rate in zip(size, dilation, strict=True)]
    if padding == "same":
        need = [
            max((-(-have // step) - 1) * step + span - have, 0)
            for have, step, span in zip(x.shape[1:-1], strides, spans, strict=True)
        ]
        x = np.pad(x, [(0, 0), *((n // 2, n - n // 2) for n in need), (0, 0)])
    counts = [(have - span) // step + 1 for have, step, span in zip(x.shape[1:-1], strides, spans, strict=True)]
    result = np.zeros((x.shape[0], *counts, math.prod(size) * x.shape[-1]), x.dtype)
    for place in np.ndindex(*counts):
        window = tuple(
            slice(i * step, i * step + span, rate)
            for i, step, span, rate in zip(place, strides, spans, dilation, strict=True)
        )
        result[(slice(None), *place)] = x[(slice(None), *window)].reshape(result[(slice(None), *place)].shape)
    result = np.moveaxis(result, -1, 1) if fmt == FIRST else result
    return result[0] if single else result


RECORDS.extend(
    [
        Record(
            "image.extract_patches",
            lambda m: [
                s(m(2, 5, 6, 3), (2, 3), (1, 2), (1, 1), "same", LAST),
                s(m(3, 5, 6), (2, 2), (1, 1), (2, 2), "valid", FIRST),
                s(m(0, 5, 6, 3), (2, 3), (2, 3), (1, 1), "valid", LAST),
            ],
            _extract,
            takes=ALL,
            forms=lambda m: [s(m(2, 5, 6, 3), 2), s(m(2, 4, 4, 4, 2), (2, 3, 2))],
            errors=lambda m: [
                (ShapeError, s(m(5, 6), 2)),
                (ShapeError, s(m(5, 6, 3), 7)),
                (ArgumentError, s(m(5, 6, 3), 0)),
                (ArgumentError, s(m(5, 6, 3), (2,))),
                (ArgumentError, s(m(5, 6, 3), 2, None, 1, "full")),
            ],
        ),
        Record(
            "image.extract_patches_3d",
            lambda m: [
                s(m(2, 4, 5, 6, 2), (2, 3, 2), (1, 2, 2), (1, 1, 1), "same", LAST),
                s(m(2, 4, 5, 6), (2, 2, 2), (1, 1, 1), (2, 2, 1), "valid", FIRST),
            ],
            _extract_3d,
            takes=ALL,
            forms=lambda m: [s(m(2, 4, 4, 4, 2), 2)],
            errors=lambda m: [
                (ShapeError, s(m(5, 6, 3), 2)),
                (ShapeError, s(m(5, 6, 3, 1), 4)),
                (ArgumentError, s(m(5, 6, 3, 2), (1, 2))),
            ],
        ),
    ]
)
