"""Records of the composite ops of `ops.image.resizing`."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ops.testing.records.image._common import FIRST, LAST, batched, image, numbers, whole
from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import COMPLEX, Record, number
from ops_common.testing.samples import REAL, s

RECORDS: list[Record] = []


def _triangle(x: float) -> float:
    return max(1 - x, 0)


def _cubic(x: float) -> float:
    if x < 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0


def _lanczos(radius: int) -> Callable[[float], float]:
    return lambda x: float(np.sinc(x) * np.sinc(x / radius)) if x < radius else 0.0


_KERNELS: dict[str, Callable[[float], float]] = {
    "bilinear": _triangle,
    "bicubic": _cubic,
    "lanczos3": _lanczos(3),
    "lanczos5": _lanczos(5),
}


def _matrix(have: int, out: int, method: str, antialias: bool) -> Any:
    result = np.zeros((out, have))
    step = have / out
    for i, j in np.ndindex(out, have):
        if method == "nearest":
            result[i, j] = math.floor((i + 0.5) * have / out) == j
        elif method == "area":
            result[i, j] = max(min((i + 1) * step, j + 1) - max(i * step, j), 0)
        else:
            result[i, j] = _KERNELS[method](abs((i + 0.5) * step - 0.5 - j) / (max(step, 1) if antialias else 1))
    return result / result.sum(1, keepdims=True)


def _resize(
    x: Any,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
) -> Any:
    height, width = x.shape[1:3]
    tall, wide = width * size[0] // size[1], height * size[1] // size[0]
    if crop_to_aspect_ratio:
        tall, wide = min(height, max(tall, 1)), min(width, max(wide, 1))
        top, left = (height - tall) // 2, (width - wide) // 2
        x = x[:, top : top + tall, left : left + wide]
    elif pad_to_aspect_ratio:
        tall, wide = max(height, tall), max(width, wide)
        top, left = (tall - height) // 2, (wide - width) // 2
        framed = np.full((x.shape[0], tall, wide, x.shape[3]), fill_value, x.dtype)
        framed[:, top : top + height, left : left + width] = x
        x = framed
    rows, columns = (_matrix(have, out, interpolation, antialias) for have, out in zip(x.shape[1:3], size, strict=True))
    result = np.einsum("nhwc,oh,pw->nopc", x.astype(np.float64), rows, columns)
    return whole(x, result)


_NO = (False, False, "constant", 0.0)

RECORDS.append(
    Record(
        "image.resize",
        lambda m: [
            s(image(m, 2, 4, 6, 3), (8, 3), "bilinear", False, *_NO, LAST),
            s(image(m, 3, 4, 6), (2, 9), "bicubic", True, *_NO, FIRST),
            s(image(m, 4, 6, 3), (3, 3), "nearest", False, False, True, "constant", 1.0, LAST),
            s(image(m, 2, 4, 6, 3), (2, 2), "area", False, True, False, "constant", 0.0, LAST),
        ],
        batched(_resize),
        takes=REAL,
        refuses=COMPLEX,
        result_dtype=number,
        forms=lambda m: [
            *(
                s(image(m, 2, 4, 6, 3), size, method, antialias)
                for method, antialias, size in itertools.product(
                    ("bilinear", "bicubic", "lanczos3", "lanczos5", "area", "nearest"), (True, False), ((7, 3),)
                )
                if m.dtype == "float32"
            ),
            s(image(m, 2, 4, 6, 3), (4, 6)),
            s(image(m, 2, 4, 6, 3), (3, 5), "nearest", data_format=LAST),
            s(image(m, 1, 1, 1, 9), (3, 2)),
        ],
        errors=lambda m: [
            (ShapeError, s(m(4, 6), (2, 2))),
            (ShapeError, s(m(0, 6, 3), (2, 2))),
            (ArgumentError, s(m(4, 6, 3), (2, 2, 2))),
            (ArgumentError, s(m(4, 6, 3), (0, 2))),
            (ArgumentError, s(m(4, 6, 3), (2, 2), "linear")),
            (ArgumentError, s(m(4, 6, 3), (2, 2), "nearest", False, True, True)),
            (ArgumentError, s(m(4, 6, 3), (2, 2), "nearest", False, False, True, "reflect")),
            (ArgumentTypeError, s(m(4, 6, 3), (2.5, 2))),
        ],
        loose=4,
    )
)


def _place(x: Any, shape: Any, scale: Any, translation: Any, dims: Any, method: str, antialias: bool = True) -> Any:
    names = {"linear": "bilinear", "triangle": "bilinear", "cubic": "bicubic"}
    kernel = _KERNELS[names.get(method, method)]
    result = x.astype(np.float64)
    for axis, stretch, move in zip(dims, np.asarray(scale), np.asarray(translation), strict=True):
        have, out = x.shape[axis], shape[axis]
        matrix = np.zeros((out, have))
        wide = max(1 / stretch, 1) if antialias else 1
        for i in range(out):
            place = (i + 0.5 - move) / stretch - 0.5
            row = np.array([kernel(abs(place - j) / wide) for j in range(have)])
            if -0.5 <= place <= have - 0.5 and abs(row.sum()) > 1e-4:
                matrix[i] = row / row.sum()
        result = np.moveaxis(np.tensordot(result, matrix, ((axis,), (1,))), -1, axis)
    return whole(x, result)


RECORDS.append(
    Record(
        "image.scale_and_translate",
        lambda m: [
            s(image(m, 2, 4, 6, 3), (2, 5, 7, 3), numbers(1.3, 0.7), numbers(0.3, -0.4), (1, 2), "linear", True),
            s(image(m, 4, 6), (5, 7), numbers(0.8, 1.4), numbers(0.3, -1.4), (0, -1), "cubic", False),
        ],
        _place,
        takes=REAL,
        refuses=COMPLEX,
        result_dtype=number,
        computes=lambda dtype: dtype,
        forms=lambda m: [
            s(image(m, 4, 6), (5, 7), numbers(0.8, 1.4), numbers(0.3, -1.4), (0, 1), method, antialias)
            for method, antialias in (("lanczos3", True), ("lanczos5", False))
            if m.dtype == "float32"
        ],
        errors=lambda m: [
            (ShapeError, s(m(4, 6), (5,), numbers(1, 1), numbers(0, 0), (0, 1), "linear")),
            (ShapeError, s(m(4, 6), (5, 5), numbers(1), numbers(0, 0), (0, 1), "linear")),
            (ShapeError, s(m(4, 6), (5, 5), numbers(1), numbers(0), (0,), "linear")),
            (AxisError, s(m(4, 6), (5, 6), numbers(1), numbers(0), (2,), "linear")),
            (ArgumentError, s(m(4, 6), (5, 6), numbers(1), numbers(0), (0,), "nearest")),
        ],
        loose=4,
    )
)
