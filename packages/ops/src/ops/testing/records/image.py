"""Records of the composite ops of family image. References are loops over pixels, written from the definitions."""

from __future__ import annotations

import colorsys
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, Maker, Record, Sample, floating, number
from ops_common.testing.samples import REAL, s

RECORDS: list[Record] = []

LAST, FIRST = "channels_last", "channels_first"

Reference = Callable[..., Any]


def _image(m: Maker, *shape: int) -> Any:
    return m(*shape, low=0, high=1 if m.dtype in FLOATS else 100)


def _whole(x: Any, result: Any) -> Any:
    """Rounded where the images are integers."""
    return np.rint(result) if x.dtype.kind in "iub" else result


def _last(reference: Reference) -> Reference:
    """For a function of batches with channels last: the one of single images too, and of both formats."""

    def call(images: Any, *args: Any, data_format: str = LAST, **named: Any) -> Any:
        *args, data_format = (
            args if args and isinstance(args[-1], str) and args[-1] in (LAST, FIRST) else (*args, data_format)
        )  # type: ignore[assignment]  # a tuple grows into a list
        single = images.ndim == 3
        x = images[None] if single else images
        x = np.moveaxis(x, 1, -1) if data_format == FIRST else x
        result = reference(x, *args, **named)
        result = np.moveaxis(result, 3, 1) if data_format == FIRST else result
        return result[0] if single else result

    return call


# --- cropping and padding -------------------------------------------------------------------------------------------


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
            _last(_crop),
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
            _last(_pad),
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

# --- colours --------------------------------------------------------------------------------------------------------


def _gray(x: Any) -> Any:
    if x.shape[-1] == 1:
        return x
    return _whole(x, (0.2989 * x[..., 0] + 0.587 * x[..., 1] + 0.114 * x[..., 2])[..., None])


def _per_pixel(function: Callable[..., Any]) -> Reference:
    return lambda x: np.apply_along_axis(lambda pixel: np.array(function(*pixel)), -1, x)


def _colours(m: Maker) -> Sequence[Sample]:
    return [s(_image(m, 2, 3, 4, 3), LAST), s(_image(m, 3, 4, 5), FIRST)]


def _no_colours(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [(ShapeError, s(m(4, 3))), (ShapeError, s(m(4, 3, 2))), (ArgumentError, s(m(4, 4, 3), "channels"))]


RECORDS.extend(
    [
        Record(
            "image.rgb_to_grayscale",
            _colours,
            _last(_gray),
            takes=REAL,
            refuses=COMPLEX,
            answer=number,
            forms=lambda m: [s(_image(m, 3, 4, 3)), s(m(3, 4, 1))],
            errors=_no_colours,
        ),
        Record(
            "image.rgb_to_hsv",
            _colours,
            _last(_per_pixel(colorsys.rgb_to_hsv)),
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
            _last(_per_pixel(lambda hue, saturation, value: colorsys.hsv_to_rgb(hue % 1.0, saturation, value))),
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

# --- patches --------------------------------------------------------------------------------------------------------


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

# --- filters --------------------------------------------------------------------------------------------------------


def _gauss(size: int, sigma: float) -> Any:
    result = np.exp(-0.5 * ((np.arange(size) - (size - 1) / 2) / sigma) ** 2)
    return result / result.sum()


def _window_sums(x: Any, window: Any) -> Any:
    """Sums of whole windows of channels-last images, each weighed by the same matrix."""
    height, width = window.shape
    result = np.zeros((x.shape[0], x.shape[1] - height + 1, x.shape[2] - width + 1, x.shape[3]))
    for i, j in np.ndindex(height, width):
        result += window[i, j] * x[:, i : i + result.shape[1], j : j + result.shape[2]]
    return result


def _blur(x: Any, size: Any = (3, 3), sigma: Any = (1.0, 1.0)) -> Any:
    size, sigma = ((value, value) if isinstance(value, (int, float)) else value for value in (size, sigma))
    padded = np.pad(x, [(0, 0), *(((k - 1) // 2, k // 2) for k in size), (0, 0)])
    window = np.outer(_gauss(size[0], sigma[0]), _gauss(size[1], sigma[1]))
    return _whole(x, _window_sums(padded.astype(np.float64), window))


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
    window = np.outer(_gauss(size, sigma), _gauss(size, sigma))
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


RECORDS.extend(
    [
        Record(
            "image.gaussian_blur",
            lambda m: [
                s(_image(m, 2, 5, 6, 3), (3, 5), (1.0, 0.7), LAST),
                # Half of an even kernel weighs 1/2: the sum of integer pixels may lie between two integers, and be
                # rounded to either.
                s(_image(m, 3, 5, 6), (4 if m.dtype in FLOATS else 5, 3), (1.0, 2.0), FIRST),
            ],
            _last(_blur),
            takes=REAL,
            refuses=COMPLEX,
            answer=number,
            forms=lambda m: [s(_image(m, 5, 6, 3)), s(_image(m, 5, 6, 3), 3, 1.5), s(m(1, 4, 4, 1), (7, 9), (3, 1))],
            errors=lambda m: [
                (ShapeError, s(m(5, 6))),
                (ArgumentError, s(m(5, 6, 3), (0, 3))),
                (ArgumentError, s(m(5, 6, 3), (3, 3), (0.0, 1.0))),
                (ArgumentError, s(m(5, 6, 3), (3, 3, 3))),
            ],
        ),
        Record(
            "image.sobel_edges",
            lambda m: [s(_image(m, 2, 5, 6, 3), LAST), s(_image(m, 3, 5, 6), FIRST)],
            _sobel_of,
            takes=REAL,
            refuses=COMPLEX,
            answer=floating,
            forms=lambda m: [s(_image(m, 5, 6, 3)), s(m(1, 1, 1, 1))],
            errors=lambda m: [(ShapeError, s(m(5, 6)))],
        ),
        Record(
            "image.ssim",
            lambda m: [
                s(_image(m, 2, 5, 6, 3), _image(m, 2, 5, 6, 3) ** 2, 1.0, 3, 1.5, 0.01, 0.03, LAST),
                s(_image(m, 3, 5, 6), _image(m, 3, 5, 6) // 2, 100.0, 4, 0.7, 0.02, 0.05, FIRST),
            ],
            _ssim,
            takes=("int32", "uint8", *FLOATS),
            refuses=COMPLEX,
            answer=floating,
            forms=lambda m: [s(_image(m, 12, 13, 1), _image(m, 12, 13, 1) * 0)],
            errors=lambda m: [
                (ShapeError, s(m(12, 12), m(12, 12))),
                (ShapeError, s(m(12, 12, 3), m(12, 13, 3))),
                (ShapeError, s(m(10, 12, 3), m(10, 12, 3))),
                (ArgumentError, s(m(12, 12, 3), m(12, 12, 3), 1.0, 0)),
            ],
            loose=8,
        ),
    ]
)

# --- resizing -------------------------------------------------------------------------------------------------------


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
    return _whole(x, result)


_NO = (False, False, "constant", 0.0)

RECORDS.append(
    Record(
        "image.resize",
        lambda m: [
            s(_image(m, 2, 4, 6, 3), (8, 3), "bilinear", False, *_NO, LAST),
            s(_image(m, 3, 4, 6), (2, 9), "bicubic", True, *_NO, FIRST),
            s(_image(m, 4, 6, 3), (3, 3), "nearest", False, False, True, "constant", 1.0, LAST),
            s(_image(m, 2, 4, 6, 3), (2, 2), "area", False, True, False, "constant", 0.0, LAST),
        ],
        _last(_resize),
        takes=REAL,
        refuses=COMPLEX,
        answer=number,
        forms=lambda m: [
            *(
                s(_image(m, 2, 4, 6, 3), size, method, antialias)
                for method, antialias, size in itertools.product(
                    ("bilinear", "bicubic", "lanczos3", "lanczos5", "area", "nearest"), (True, False), ((7, 3),)
                )
                if m.dtype == "float32"
            ),
            s(_image(m, 2, 4, 6, 3), (4, 6)),
            s(_image(m, 2, 4, 6, 3), (3, 5), "nearest", data_format=LAST),
            s(_image(m, 1, 1, 1, 9), (3, 2)),
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
    return _whole(x, result)


def _numbers(*values: float) -> Any:
    return np.array(values, np.float32)


RECORDS.append(
    Record(
        "image.scale_and_translate",
        lambda m: [
            s(_image(m, 2, 4, 6, 3), (2, 5, 7, 3), _numbers(1.3, 0.7), _numbers(0.3, -0.4), (1, 2), "linear", True),
            s(_image(m, 4, 6), (5, 7), _numbers(0.8, 1.4), _numbers(0.3, -1.4), (0, -1), "cubic", False),
        ],
        _place,
        takes=REAL,
        refuses=COMPLEX,
        answer=number,
        computes=lambda dtype: dtype,
        forms=lambda m: [
            s(_image(m, 4, 6), (5, 7), _numbers(0.8, 1.4), _numbers(0.3, -1.4), (0, 1), method, antialias)
            for method, antialias in (("lanczos3", True), ("lanczos5", False))
            if m.dtype == "float32"
        ],
        errors=lambda m: [
            (ShapeError, s(m(4, 6), (5,), _numbers(1, 1), _numbers(0, 0), (0, 1), "linear")),
            (ShapeError, s(m(4, 6), (5, 5), _numbers(1), _numbers(0, 0), (0, 1), "linear")),
            (ShapeError, s(m(4, 6), (5, 5), _numbers(1), _numbers(0), (0,), "linear")),
            (AxisError, s(m(4, 6), (5, 6), _numbers(1), _numbers(0), (2,), "linear")),
            (ArgumentError, s(m(4, 6), (5, 6), _numbers(1), _numbers(0), (0,), "nearest")),
        ],
        loose=4,
    )
)

# --- sampling at coordinates ----------------------------------------------------------------------------------------


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


def _sample(x: Any, place: Sequence[float], order: int, mode: str, value: float) -> float:
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
        result[at] = _sample(x, [float(c) for c in coordinates[(slice(None), *at)]], order, mode, value)
    return _whole(x, result)


def _places(m: Maker, *sizes: int) -> Any:
    """Coordinates for a grid of these sizes, inside and far outside."""
    return np.stack(
        [m(3, 4, i, low=-2.1 * size, high=3.1 * size, dtype="float32")[..., 0] for i, size in enumerate(sizes, 1)]
    )


_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")

RECORDS.append(
    Record(
        "image.map_coordinates",
        lambda m: [
            s(_image(m, 4, 6), _places(m, 4, 6) / 3, 1, "constant", 2.0),
            s(_image(m, 4, 6), _places(m, 4, 6), 0, "reflect", 0.0),
            s(_image(m, 4, 6), _places(m, 4, 6), 1, "mirror", 0.0),
        ],
        _map,
        takes=REAL,
        refuses=COMPLEX,
        answer=number,
        computes=lambda dtype: dtype,
        forms=lambda m: [
            *(
                s(_image(m, 4, 6), _places(m, 4, 6), order, mode)
                for order in (0, 1)
                for mode in _MODES
                if m.dtype == "float32"
            ),
            *(s(_image(m, 1), _places(m, 1), 1, mode, 5) for mode in _MODES),
            s(_image(m, 4), np.array([[0, 1, 3, 9]], np.int32), 1),
            s(_image(m, 2, 3, 2), np.full((3, 2), 0.75, np.float32), 1, "nearest"),
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


def _project(
    x: Any, back: Callable[[int, float, float], tuple[float, float]], order: int, mode: str, value: float
) -> Any:
    """Batches of which pixel (column, row) comes from where `back` of the image's number and these says."""
    result = np.zeros(x.shape)
    for n, row, column, channel in np.ndindex(*x.shape):
        across, down = back(n, column, row)
        result[n, row, column, channel] = _sample(x[n, :, :, channel], (down, across), order, mode, value)
    return _whole(x, result)


def _affine(x: Any, transform: Any, interpolation: str = "bilinear", mode: str = "constant", value: float = 0.0) -> Any:
    rows = np.broadcast_to(np.asarray(transform).reshape(-1, 8), (len(x), 8))

    def back(n: int, column: float, row: float) -> tuple[float, float]:
        a0, a1, a2, b0, b1, b2, c0, c1 = rows[n]
        k = c0 * column + c1 * row + 1
        return (a0 * column + a1 * row + a2) / k, (b0 * column + b1 * row + b2) / k

    return _project(x, back, int(interpolation == "bilinear"), mode, value)


_TURN = _numbers(0.8, -0.6, 0.53, 0.6, 0.8, -0.31, 0, 0)

_BOTH = np.stack([_TURN, _numbers(1.2, 0.1, -1.3, 0.2, 0.9, 0.7, 0.06, 0.04)])

RECORDS.append(
    Record(
        "image.affine_transform",
        lambda m: [
            s(_image(m, 2, 4, 5, 3), _BOTH, "bilinear", "constant", 1.0, LAST),
            s(_image(m, 3, 4, 5), _TURN, "nearest", "wrap", 0.0, FIRST),
        ],
        _last(_affine),
        takes=REAL,
        refuses=COMPLEX,
        answer=number,
        computes=lambda dtype: dtype,
        forms=lambda m: [
            *(s(_image(m, 4, 5, 3), _TURN, "bilinear", mode) for mode in _MODES if m.dtype == "float32"),
            s(_image(m, 2, 4, 5, 3), [1, 0, 0, 0, 1, 0, 0, 0]),
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
        # Eight equations for the numbers that take each end point to its start point.
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
            s(_image(m, 2, 4, 5, 3), np.stack([_START, _END]), np.stack([_END, _START]), "bilinear", 1.0, LAST),
            s(_image(m, 3, 4, 5), _START, _END, "nearest", 0.0, FIRST),
        ],
        _last(_perspective),
        takes=REAL,
        refuses=COMPLEX,
        answer=number,
        computes=lambda dtype: dtype,
        forms=lambda m: [s(_image(m, 2, 4, 5, 3), _START, _END[None])],
        errors=lambda m: [
            (ShapeError, s(m(4, 5), _START, _END)),
            (ShapeError, s(m(4, 5, 3), _START[:3], _END)),
            (ShapeError, s(m(3, 4, 5, 3), _START, np.stack([_END, _END]))),
            (ArgumentError, s(m(4, 5, 3), _START, _END, "bicubic")),
        ],
        loose=64,
    )
)
