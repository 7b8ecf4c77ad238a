"""Records of the composite ops of `ops.image.similarity`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops.testing.records.image._common import FIRST, LAST, gaussian, image
from ops_common.errors import ArgumentError, ShapeError
from ops_common.testing.record import COMPLEX, FLOATS, Record, floating
from ops_common.testing.samples import s

RECORDS: list[Record] = []


def _ssim(
    x: Any,
    y: Any,
    max_val: float = 1.0,
    size: int = 11,
    sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    fmt: str = LAST,
) -> Any:
    single = x.ndim == 3
    x, y = (image[None].astype(np.float64) if single else image.astype(np.float64) for image in (x, y))
    x, y = (np.moveaxis(images, 1, -1) if fmt == FIRST else images for images in (x, y))
    window = np.outer(gaussian(size, sigma), gaussian(size, sigma))
    result = np.zeros((x.shape[0], x.shape[1] - size + 1, x.shape[2] - size + 1, x.shape[3]))
    for n, i, j, c in np.ndindex(*result.shape):
        a, b = (images[n, i : i + size, j : j + size, c] for images in (x, y))
        m1, m2 = (window * a).sum(), (window * b).sum()
        v1, v2 = (window * (a - m1) ** 2).sum(), (window * (b - m2) ** 2).sum()
        both = (window * (a - m1) * (b - m2)).sum()
        c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
        result[n, i, j, c] = (2 * m1 * m2 + c1) * (2 * both + c2) / ((m1**2 + m2**2 + c1) * (v1 + v2 + c2))
    means = result.mean((1, 2, 3))
    return means[0] if single else means


RECORDS.append(
    Record(
        "image.ssim",
        lambda m: [
            s(image(m, 2, 5, 6, 3), image(m, 2, 5, 6, 3) ** 2, 1.0, 3, 1.5, 0.01, 0.03, LAST),
            s(image(m, 3, 5, 6), image(m, 3, 5, 6) // 2, 100.0, 4, 0.7, 0.02, 0.05, FIRST),
        ],
        _ssim,
        takes=("int32", "uint8", *FLOATS),
        refuses=COMPLEX,
        answer=floating,
        forms=lambda m: [s(image(m, 12, 13, 1), np.zeros_like(image(m, 12, 13, 1)))],
        errors=lambda m: [
            (ShapeError, s(m(12, 12), m(12, 12))),
            (ShapeError, s(m(12, 12, 3), m(12, 13, 3))),
            (ShapeError, s(m(10, 12, 3), m(10, 12, 3))),
            (ArgumentError, s(m(12, 12, 3), m(12, 12, 3), 1.0, 0)),
        ],
        loose=8,
    )
)
