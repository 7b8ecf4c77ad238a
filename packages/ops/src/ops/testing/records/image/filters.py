"""Records of the composite ops of `ops.image.filters`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops.testing.records.image._common import FIRST, LAST, batched, gaussian, image, whole
from ops_common.errors import ArgumentError, ShapeError
from ops_common.testing.record import COMPLEX, FLOATS, Record, floating, number
from ops_common.testing.samples import REAL, s

RECORDS: list[Record] = []


def _window_sums(x: Any, window: Any) -> Any:
    """Sums over all windows of channels-last images, weighted by the same matrix."""
    height, width = window.shape
    result = np.zeros((x.shape[0], x.shape[1] - height + 1, x.shape[2] - width + 1, x.shape[3]))
    for i, j in np.ndindex(height, width):
        result += window[i, j] * x[:, i : i + result.shape[1], j : j + result.shape[2]]
    return result


def _blur(x: Any, size: Any = (3, 3), sigma: Any = (1.0, 1.0)) -> Any:
    size, sigma = ((value, value) if isinstance(value, (int, float)) else value for value in (size, sigma))
    padded = np.pad(x, [(0, 0), *(((k - 1) // 2, k // 2) for k in size), (0, 0)])
    window = np.outer(gaussian(size[0], sigma[0]), gaussian(size[1], sigma[1]))
    return whole(x, _window_sums(padded.astype(np.float64), window))


def _sobel(x: Any) -> Any:
    padded = np.pad(x.astype(np.float64), [(0, 0), (1, 1), (1, 1), (0, 0)], mode="edge")
    down = np.outer([-1, 0, 1], [1, 2, 1])
    return np.stack([_window_sums(padded, down), _window_sums(padded, down.T)], -1)


def _sobel_of(images: Any, fmt: str = LAST) -> Any:
    single = images.ndim == 3
    x = images[None] if single else images
    result = _sobel(np.moveaxis(x, 1, -1) if fmt == FIRST else x)
    result = np.moveaxis(result, 3, 1) if fmt == FIRST else result
    return result[0] if single else result


RECORDS.extend(
    [
        Record(
            "image.gaussian_blur",
            lambda m: [
                s(image(m, 2, 5, 6, 3), (3, 5), (1.0, 0.7), LAST),
                # Half of an even kernel has the weight 1/2: a sum of integer pixels may be halfway between two integers
                # and be rounded to either.
                s(image(m, 3, 5, 6), (4 if m.dtype in FLOATS else 5, 3), (1.0, 2.0), FIRST),
            ],
            batched(_blur),
            takes=REAL,
            refuses=COMPLEX,
            result_dtype=number,
            forms=lambda m: [s(image(m, 5, 6, 3)), s(image(m, 5, 6, 3), 3, 1.5), s(m(1, 4, 4, 1), (7, 9), (3, 1))],
            errors=lambda m: [
                (ShapeError, s(m(5, 6))),
                (ArgumentError, s(m(5, 6, 3), (0, 3))),
                (ArgumentError, s(m(5, 6, 3), (3, 3), (0.0, 1.0))),
                (ArgumentError, s(m(5, 6, 3), (3, 3, 3))),
            ],
        ),
        Record(
            "image.sobel_edges",
            lambda m: [s(image(m, 2, 5, 6, 3), LAST), s(image(m, 3, 5, 6), FIRST)],
            _sobel_of,
            takes=REAL,
            refuses=COMPLEX,
            result_dtype=floating,
            forms=lambda m: [s(image(m, 5, 6, 3)), s(m(1, 1, 1, 1))],
            errors=lambda m: [(ShapeError, s(m(5, 6)))],
        ),
    ]
)
