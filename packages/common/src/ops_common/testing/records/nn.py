"""Records of family nn."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    COMPLEX,
    FLOATS,
    NUMBERS,
    Maker,
    Record,
    Sample,
    floating,
    number,
)
from ops_common.testing.records._build import (
    REAL,
    inf,
    nan,
    s,
    some,
    special,
    unary,
)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _gelu(x: Any, approximate: bool = True) -> Any:
    if approximate:
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + np.vectorize(math.erf, otypes=[np.float64])(x / math.sqrt(2)))


def _softmax(x: Any, axis: Any = -1) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    powers = np.exp(x - np.max(x, axis, keepdims=True, initial=-inf))
    return powers / np.sum(powers, axis, keepdims=True)


def _log_softmax(x: Any, axis: Any = -1) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    shifted = x - np.max(x, axis, keepdims=True, initial=-inf)
    return shifted - np.log(np.sum(np.exp(shifted), axis, keepdims=True))


unary("nn.relu", lambda x: np.maximum(x, 0), REAL, number, refuses=COMPLEX, family=None)
unary(
    "nn.sigmoid",
    _sigmoid,
    REAL,
    floating,
    lambda m: [*some()(m), s(special(m, -100.0, 100.0, 0.0))],
    refuses=COMPLEX,
    family=None,
)
Record(
    "nn.gelu",
    lambda m: [s(m(2, 3), True), s(m(2, 3), False), s(m(), True), *(s(special(m, inf, nan), a) for a in (True, False))],
    _gelu,
    "nn.activation.gelu",
    REAL,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(3)), s(m(3), approximate=False)],
    loose=3,
    # The erf form of an infinity is the framework's: on some processors oneDNN, for torch and OpenVINO, answers NaN.
    fixed=lambda answer, x, approximate=True: answer if approximate else np.where(np.isinf(x), 0, answer),
)


def _soft(m: Maker) -> Sequence[Sample]:
    extreme = [s(special(m, 500.0, 499.0, -500.0), 0)] if m.dtype != "bool" else []
    odd = [s(m(2, 3), ()), s(m(), None), s(m(2, 0), -1), s(m(0, 2), (0, 1))]
    lost = special(m, 1.0, nan, -inf, 2.0, 0.0, -inf, 3.0, 1.0).reshape(4, 2)
    odd += [s(lost, axis) for axis in (0, 1, (0, 1))]
    return [s(m(2, 3, 4), -1), s(m(2, 3), 0), s(m(2, 3), (0, 1)), s(m(2, 3), None), *odd, *extreme]


def _beside_nan(answer: Any, x: Any, axis: Any = -1) -> Any:
    """An answer without what a NaN elsewhere along the axis makes unknown: on some processors oneDNN gives TensorFlow
    0 there, elsewhere it is NaN."""
    unknown = np.isnan(np.asarray(x, np.float64))
    axis = tuple(axis) if isinstance(axis, list) else axis
    return np.where(unknown.any(axis, keepdims=True) & ~unknown, 0, answer)


for _name, _function in (("softmax", _softmax), ("log_softmax", _log_softmax)):
    Record(
        f"nn.{_name}",
        _soft,
        _function,
        f"nn.activation.{_name}",
        REAL,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(2, 3)), s(m(2, 3), axis=[0, 1])],
        errors=lambda m: [
            (ShapeError, s(m(2, 3), 2)),
            (ShapeError, s(m())),
            (ShapeError, s(m(2, 3), (0, -2))),
            (ArgumentTypeError, s(m(2), "a")),
        ],
        loose=2,
        fixed=_beside_nan,
    )


def _one_hot(x: Any, classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Any:
    found = np.asarray(x)[..., None] == np.arange(classes)
    return np.moveaxis(found, -1, axis)


Record(
    "nn.one_hot",
    lambda m: (
        [s(np.array([[0, 2], [5, -1]], np.int32), 3, axis, m.dtype) for axis in (-1, 0, 1)]
        + [s(np.array(1, np.int64), 4, -1, m.dtype), s(np.array([], np.int32), 2, -1, m.dtype)]
    ),
    _one_hot,
    "nn.activation.one_hot",
    ALL,
    forms=lambda m: [s([1, 0], 2, dtype=m.dtype), s(np.array([1, 0], np.uint8), 2, dtype=m.dtype)],
    errors=lambda m: [
        (ShapeError, s([1], 3, 4)),
        (DtypeError, s([0.5], 3)),
        (ArgumentError, s([1], -1)),
        (ArgumentTypeError, s([1], 2.5)),
    ],
)


def _conv(
    x: Any, kernel: Any, strides: Any = 1, padding: str = "valid", data_format: Any = None, dilation_rate: Any = 1
) -> Any:
    """A convolution by its definition: loops over window places, in float64."""
    rank = x.ndim - 2
    if data_format == "channels_first":
        return np.moveaxis(_conv(np.moveaxis(x, 1, -1), kernel, strides, padding, None, dilation_rate), -1, 1)
    padding = padding.lower()
    steps = np.broadcast_to(strides, rank)
    rates = np.broadcast_to(dilation_rate, rank)
    window, depth, filters = kernel.shape[:-2], kernel.shape[-2], kernel.shape[-1]
    reach = [(k - 1) * r + 1 for k, r in zip(window, rates, strict=True)]
    if padding == "same":
        total = [max((-(-n // t) - 1) * t + r - n, 0) for n, t, r in zip(x.shape[1:-1], steps, reach, strict=True)]
        x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in total), (0, 0)])
    elif padding == "causal":
        x = np.pad(x, [(0, 0), (reach[0] - 1, 0), (0, 0)])
    counts = [(n - r) // t + 1 for n, r, t in zip(x.shape[1:-1], reach, steps, strict=True)]
    out = np.zeros((x.shape[0], *counts, filters))
    groups = x.shape[-1] // depth
    each = filters // groups
    for place in itertools.product(*map(range, window)):
        cut = tuple(
            slice(p * r, p * r + (c - 1) * t + 1, t) for p, r, c, t in zip(place, rates, counts, steps, strict=True)
        )
        seen = x[(slice(None), *cut)]
        for g in range(groups):
            out[..., g * each : (g + 1) * each] += (
                seen[..., g * depth : (g + 1) * depth] @ kernel[place][:, g * each : (g + 1) * each]
            )
    return out


def _convolutions(m: Maker) -> Sequence[Sample]:
    last, first = "channels_last", "channels_first"
    one, two = (1, 1), (2, 2)
    return [
        s(m(2, 6, 5, 3), m(3, 3, 3, 4), one, "valid", last, one),
        s(m(2, 6, 5, 3), m(3, 2, 3, 4), one, "same", last, one),
        s(m(2, 7, 6, 3), m(3, 3, 3, 4), two, "same", last, one),
        s(m(2, 7, 7, 3), m(3, 3, 3, 4), (2, 1), "valid", last, one),
        s(m(2, 7, 7, 2), m(3, 3, 2, 3), one, "valid", last, two),
        s(m(2, 7, 7, 2), m(2, 3, 2, 3), one, "same", last, (2, 1)),
        s(m(2, 6, 6, 4), m(3, 3, 2, 6), one, "same", last, one),
        s(m(2, 3, 6, 5), m(3, 3, 3, 4), two, "same", first, one),
        s(m(2, 4, 6, 5), m(2, 2, 1, 4), one, "valid", first, one),
        s(m(2, 8, 3), m(3, 3, 4), (1,), "causal", last, (2,)),
        s(m(2, 8, 3), m(4, 3, 4), (2,), "same", last, (1,)),
        s(m(2, 8, 3), m(4, 3, 4), (3,), "causal", last, (1,)),
        s(m(2, 3, 8), m(3, 3, 4), (1,), "causal", first, (2,)),
        s(m(2, 6, 6, 4), m(3, 3, 2, 6), one, "valid", last, two),
        s(m(2, 4, 5, 4, 2), m(2, 2, 2, 2, 3), (1, 1, 1), "same", last, (1, 1, 1)),
        s(m(2, 2, 4, 5, 4), m(2, 2, 2, 2, 3), (2, 2, 2), "valid", first, (1, 1, 1)),
        s(m(0, 6, 5, 3), m(3, 3, 3, 4), one, "valid", last, one),
        s(m(2, 0, 5, 3), m(3, 3, 3, 4), one, "same", last, one),
    ]


Record(
    "nn.conv",
    _convolutions,
    _conv,
    "nn.convolution.conv",
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(1, 5, 5, 2), m(3, 3, 2, 2)), s(m(1, 5, 5, 2), m(3, 3, 2, 2), strides=[2, 1], padding="SAME")],
    errors=lambda m: [
        (ShapeError, s(m(1, 5, 5, 3), m(3, 3, 2, 2))),
        (ShapeError, s(m(1, 2, 2, 2), m(3, 3, 2, 2))),
        (ShapeError, s(m(5, 5), m(3, 3, 2, 2))),
        (ShapeError, s(m(1, 5, 5, 2), m(3, 2, 2))),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 0)),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "full")),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "causal")),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "same", "NHWC")),
        (ArgumentError, s(m(1, 9, 9, 2), m(3, 3, 2, 2), 2, "same", None, 2)),
    ],
    loose=4,
)


def _depthwise(
    x: Any, kernel: Any, strides: Any = 1, padding: str = "valid", data_format: Any = None, rate: Any = 1
) -> Any:
    grouped = kernel.reshape(*kernel.shape[:-2], 1, kernel.shape[-2] * kernel.shape[-1])
    return _conv(x, grouped, strides, padding, data_format, rate)


def _separable(x: Any, depthwise: Any, pointwise: Any, *args: Any, **kwargs: Any) -> Any:
    apart = _depthwise(x, depthwise, *args, **kwargs)
    return _conv(apart, pointwise, data_format=args[2] if len(args) > 2 else None)


def _bad_convolutions(*kernels: Any) -> Callable[[Maker], Sequence[tuple[type[Exception], Sample]]]:
    """Errors that all kinds of convolution of one channel share."""
    return lambda m: [
        (ShapeError, s(m(5, 5), *(m(*k) for k in kernels))),
        (ShapeError, s(m(1, 5, 5, 3), *(m(*k) for k in kernels))),
        (ShapeError, s(m(1, 5, 2), *(m(*k) for k in kernels))),
        (ArgumentError, s(m(1, 5, 5, 2), *(m(*k) for k in kernels), 0)),
        (ArgumentError, s(m(1, 5, 5, 2), *(m(*k) for k in kernels), 1, "causal")),
        (ArgumentError, s(m(1, 5, 5, 2), *(m(*k) for k in kernels), 1, "same", data_format="NHWC")),
        (ArgumentError, s(m(1, 5, 5, 2), *(m(*k) for k in kernels), 1, "same", dilation_rate=0)),
    ]


Record(
    "nn.depthwise_conv",
    lambda m: [
        s(m(2, 7, 6, 3), m(3, 2, 3, 2), (1, 1), "same", "channels_last", (1, 1)),
        s(m(2, 7, 6, 3), m(3, 2, 3, 2), (2, 2), "valid", "channels_last", (1, 1)),
        s(m(2, 7, 6, 3), m(3, 2, 3, 2), (1, 2), "same", "channels_last", (2, 1)),
        s(m(2, 3, 6, 5), m(3, 2, 3, 1), (1, 1), "valid", "channels_first", (2, 2)),
        s(m(2, 7, 3), m(3, 3, 2), (2,), "same", "channels_last", (1,)),
        s(m(1, 4, 5, 4, 2), m(2, 2, 2, 2, 1), (1, 1, 1), "same", "channels_last", (1, 1, 1)),
        s(m(0, 7, 6, 3), m(3, 2, 3, 2), (1, 1), "same", "channels_last", (1, 1)),
    ],
    _depthwise,
    "nn.convolution.depthwise_conv",
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(1, 5, 5, 2), m(3, 3, 2, 2)), s(m(1, 5, 5, 2), m(3, 3, 2, 2), strides=[2, 2], padding="SAME")],
    errors=lambda m: [*_bad_convolutions((3, 3, 2, 2))(m), (ShapeError, s(m(1, 2, 2, 2), m(3, 3, 2, 2)))],
    loose=4,
)
Record(
    "nn.separable_conv",
    lambda m: [
        s(m(2, 7, 6, 3), m(3, 2, 3, 2), m(1, 1, 6, 4), (2, 2), "same", "channels_last", (1, 1)),
        s(m(2, 3, 6, 5), m(3, 2, 3, 1), m(1, 1, 3, 2), (1, 1), "valid", "channels_first", (2, 1)),
        s(m(2, 7, 3), m(3, 3, 2), m(1, 6, 4), (1,), "same", "channels_last", (1,)),
    ],
    _separable,
    None,
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(1, 5, 5, 2), m(3, 3, 2, 2), m(1, 1, 4, 3))],
    errors=lambda m: [
        (ShapeError, s(m(1, 5, 5, 3), m(3, 3, 2, 2), m(1, 1, 4, 3))),
        (ShapeError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), m(1, 1, 3, 3))),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), m(1, 1, 4, 3), 1, "full")),
    ],
    loose=10,
)


def _transposed(
    x: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: Any = None,
    dilation_rate: Any = 1,
) -> Any:
    """A transposed convolution by its definition: every element adds the kernel, times itself."""
    if data_format == "channels_first":
        moved = np.moveaxis(x, 1, -1)
        return np.moveaxis(_transposed(moved, kernel, strides, padding, output_padding, None, dilation_rate), -1, 1)
    rank = x.ndim - 2
    steps, rates = np.broadcast_to(strides, rank), np.broadcast_to(dilation_rate, rank)
    reach = (np.array(kernel.shape[:-2]) - 1) * rates + 1
    sizes = np.array(x.shape[1:-1])
    whole = np.maximum((sizes - 1) * steps, 0) + reach
    out = np.zeros((x.shape[0], *whole, kernel.shape[-2]))
    for at in np.ndindex(*x.shape[1:-1]):
        for place in np.ndindex(*kernel.shape[:-2]):
            to = tuple(np.array(at) * steps + np.array(place) * rates)
            out[(slice(None), *to)] += x[(slice(None), *at)] @ kernel[place].T
    amounts = output_padding if isinstance(output_padding, tuple) else (output_padding,) * rank
    for axis, (amount, n, step, r) in enumerate(zip(amounts, sizes, steps, reach, strict=True), start=1):
        if amount is None:
            length = max((n - 1) * step + r, n * step) if padding == "valid" else n * step
            first = 0 if padding == "valid" else max(r - step, 0) // 2
        else:
            cut = 0 if padding == "valid" else 2 * (r // 2)
            length = max((n - 1) * step + r + amount - cut, 0)
            first = max(cut - amount, 0) // 2
        pads = [(0, 0)] * out.ndim
        pads[axis] = (0, max(first + length - out.shape[axis], 0))
        out = np.take(np.pad(out, pads), np.arange(first, first + length), axis)
    return out


Record(
    "nn.conv_transpose",
    lambda m: [
        s(m(2, 5, 4, 3), m(3, 3, 2, 3), (2, 2), "same", (None, None), "channels_last", (1, 1)),
        s(m(2, 5, 4, 3), m(3, 2, 2, 3), (1, 3), "valid", (None, None), "channels_last", (1, 1)),
        s(m(2, 3, 5, 4), m(3, 2, 2, 3), (2, 2), "same", (1, 3), "channels_first", (1, 2)),
        s(m(2, 5, 4, 3), m(3, 2, 2, 3), (1, 2), "valid", (1, 0), "channels_last", (2, 1)),
        s(m(2, 5, 3), m(4, 2, 3), (1,), "same", (0,), "channels_last", (1,)),
        s(m(2, 5, 3), m(1, 2, 3), (3,), "same", (None,), "channels_last", (1,)),
        s(m(1, 3, 2, 3, 2), m(2, 3, 2, 2, 2), (2, 2, 2), "same", (None, None, None), "channels_last", (1, 1, 1)),
        s(m(0, 5, 4, 3), m(3, 3, 2, 3), (2, 2), "same", (None, None), "channels_last", (1, 1)),
    ],
    _transposed,
    "nn.convolution.conv_transpose",
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [
        s(m(2, 5, 4, 3), m(3, 3, 2, 3)),
        s(m(2, 5, 4, 3), m(3, 3, 2, 3), strides=2, padding="valid", output_padding=1),
        s(m(2, 5, 3), m(3, 2, 3), strides=2, padding="same", output_padding=1),
        s(m(2, 5, 4, 3), m(4, 5, 2, 3), strides=3, padding="same", output_padding=2),
        s(m(1, 3, 2, 3, 2), m(2, 3, 4, 2, 2), strides=2, padding="same", output_padding=1),
    ],
    errors=lambda m: [
        *_bad_convolutions((3, 3, 2, 2))(m),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "same", -1)),
    ],
    loose=4,
)


def _unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    (kh, kw), (dh, dw), (ph, pw), (sh, sw) = (np.broadcast_to(v, 2) for v in (kernel_size, dilation, padding, stride))
    x = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    rows = range(0, x.shape[2] - dh * (kh - 1), sh)
    columns = range(0, x.shape[3] - dw * (kw - 1), sw)
    parts = [x[:, :, i : i + dh * (kh - 1) + 1 : dh, j : j + dw * (kw - 1) + 1 : dw] for i in rows for j in columns]
    return np.stack([part.reshape(x.shape[0], x.shape[1] * kh * kw) for part in parts], -1)


def _fold(x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The transpose of `_unfold`, which is linear: by unfolding the numbers of the image's elements."""
    height, width = np.broadcast_to(output_size, 2)
    area = math.prod(np.broadcast_to(kernel_size, 2))
    numbers = 1 + np.arange(height * width).reshape(1, 1, height, width)
    places = _unfold(numbers, kernel_size, dilation, padding, stride)[0]
    parts = x.reshape(x.shape[0], x.shape[1] // area, *places.shape)
    out = np.zeros((*parts.shape[:2], height * width + 1), parts.dtype)
    for at in np.ndindex(*places.shape):
        out[:, :, places[at]] += parts[(slice(None), slice(None), *at)]
    return out[..., 1:].reshape(*parts.shape[:2], height, width)


Record(
    "nn.unfold",
    lambda m: [
        s(m(2, 3, 6, 7), (3, 2), (1, 1), (0, 0), (1, 1)),
        s(m(2, 3, 6, 7), (2, 2), (2, 3), (1, 2), (2, 1)),
        s(m(0, 3, 6, 7), (3, 2), (1, 1), (0, 0), (1, 1)),
    ],
    lambda x, *args, **kwargs: _unfold(x, *args, **kwargs) if len(x) else np.zeros((0, 18, 24)),
    "nn.convolution.unfold",
    ALL,
    forms=lambda m: [s(m(2, 3, 6, 7), 2), s(m(2, 3, 6, 7), [3, 2], stride=2)],
    errors=lambda m: [
        (ShapeError, s(m(3, 6, 7), 2)),
        (ShapeError, s(m(1, 1, 2, 4), 3)),
        (ArgumentError, s(m(1, 1, 2, 4), 0)),
        (ArgumentError, s(m(1, 1, 2, 4), (1, 2, 1))),
        (ArgumentError, s(m(1, 1, 2, 4), 1, padding=-1)),
    ],
)
Record(
    "nn.fold",
    lambda m: [
        s(m(2, 12, 30), (6, 7), (2, 2), (1, 1), (0, 0), (1, 1)),
        s(m(2, 12, 30), (6, 7), (2, 3), (2, 1), (1, 2), (1, 2)),
        s(m(0, 12, 30), (6, 7), (2, 2), (1, 1), (0, 0), (1, 1)),
    ],
    _fold,
    "nn.convolution.fold",
    ("bool", *NUMBERS),
    (),
    number,
    forms=lambda m: [s(m(2, 8, 9), 4, 2)],
    errors=lambda m: [
        (ShapeError, s(m(8, 9), 4, 2)),
        (ShapeError, s(m(2, 7, 9), 4, 2)),
        (ShapeError, s(m(2, 8, 8), 4, 2)),
        (ShapeError, s(m(2, 9, 1), 2, 3)),
        (ArgumentError, s(m(2, 8, 9), 0, 2)),
    ],
)


def _pool(reduce: Callable[..., Any], fill: float) -> Callable[..., Any]:
    def pooled(x: Any, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: Any = None) -> Any:
        rank = x.ndim - 2
        if data_format == "channels_first":
            return np.moveaxis(pooled(np.moveaxis(x, 1, -1), pool_size, strides, padding), -1, 1)
        window = np.broadcast_to(pool_size, rank)
        steps = window if strides is None else np.broadcast_to(strides, rank)
        x = x.astype(np.float64)
        if padding == "same":
            total = [max((-(-n // t) - 1) * t + k - n, 0) for n, t, k in zip(x.shape[1:-1], steps, window, strict=True)]
            x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in total), (0, 0)], constant_values=fill)
        views = np.lib.stride_tricks.sliding_window_view(x, tuple(window), tuple(range(1, rank + 1)))
        views = views[(slice(None), *(slice(None, None, int(t)) for t in steps))]
        return reduce(views, axis=tuple(range(-rank, 0)))

    return pooled


def _averages(x: Any, *how: Any, **named: Any) -> Any:
    total = _pool(np.sum, 0.0)
    return total(x, *how, **named) / total(np.ones(x.shape), *how, **named)


def _pools(m: Maker) -> Sequence[Sample]:
    last, first = "channels_last", "channels_first"
    return [
        s(m(2, 6, 6, 3), (2, 2), (2, 2), "valid", last),
        s(m(2, 7, 5, 3), (3, 2), (2, 2), "same", last),
        s(m(2, 7, 7, 3), (3, 3), (1, 1), "same", last),
        s(m(2, 3, 7, 6), (2, 3), (2, 2), "valid", first),
        s(m(2, 3, 7, 6), (3, 3), (2, 2), "same", first),
        s(m(2, 7, 3), (3,), (2,), "same", last),
        s(m(2, 4, 5, 4, 2), (2, 2, 2), (2, 2, 2), "same", last),
        s(m(2, 2, 4, 5, 4), (2, 3, 2), (1, 1, 1), "valid", first),
        s(m(2, 1, 1, 6, 1), (2, 3, 4), (1, 3, 1), "same", last),
        s(m(0, 6, 6, 3), (2, 2), (2, 2), "valid", last),
        s(m(2, 0, 6, 6), (3, 3), (2, 2), "same", first),
    ]


def _bad_pools(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [
        (ShapeError, s(m(1, 2, 2, 1), 3)),
        (ShapeError, s(m(2, 2), 2)),
        (ArgumentError, s(m(1, 4, 4, 1), 0)),
        (ArgumentError, s(m(1, 4, 4, 1), (2, 2, 2))),
        (ArgumentError, s(m(1, 4, 4, 1), 2, padding="causal")),
        (ArgumentError, s(m(1, 4, 4, 1), 2, data_format="NHWC")),
    ]


Record(
    "nn.max_pool",
    _pools,
    _pool(np.max, -inf),
    "nn.pooling.max_pool",
    REAL,
    COMPLEX,
    number,
    forms=lambda m: [s(m(1, 4, 4, 2), 2), s(m(1, 4, 4, 2), [2, 2], strides=1, padding="same")],
    errors=_bad_pools,
)
Record(
    "nn.average_pool",
    _pools,
    _averages,
    "nn.pooling.average_pool",
    REAL,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(1, 4, 4, 2), 2), s(m(1, 5, 5, 2), 3, 2, "same")],
    errors=_bad_pools,
)


def _adaptive(reduce: Callable[..., Any]) -> Callable[..., Any]:
    def pooled(x: Any, output_size: Any, data_format: Any = None) -> Any:
        if data_format == "channels_first":
            return np.moveaxis(pooled(np.moveaxis(x, 1, -1), output_size), -1, 1)
        sizes = tuple(np.broadcast_to(output_size, x.ndim - 2))
        out = np.zeros((x.shape[0], *sizes, x.shape[-1]), reduce(x[:0], ()).dtype)
        for at in np.ndindex(*sizes):
            cuts = (slice(i * n // m, -(-(i + 1) * n // m)) for i, n, m in zip(at, x.shape[1:-1], sizes, strict=True))
            window = x[(slice(None), *cuts)]
            out[(slice(None), *at)] = reduce(window, tuple(range(1, x.ndim - 1)))
        return out

    return pooled


def _float_mean(x: Any, axes: Any) -> Any:
    return np.mean(x.astype(np.float64), axes)


for _name, _function, _answer in (("max", np.max, number), ("average", _float_mean, floating)):
    Record(
        f"nn.adaptive_{_name}_pool",
        lambda m: [
            s(m(2, 7, 6, 3), (3, 2), "channels_last"),
            s(m(2, 3, 7, 6), (4, 8), "channels_first"),
            s(m(2, 7, 3), (3,), "channels_last"),
            s(m(1, 4, 5, 6, 2), (2, 3, 4), "channels_last"),
            s(m(0, 7, 6, 3), (3, 2), "channels_last"),
        ],
        _adaptive(_function),
        f"nn.pooling.adaptive_{_name}_pool",
        REAL,
        COMPLEX,
        _answer,
        forms=lambda m: [s(m(2, 6, 6, 3), 2), s(m(2, 6, 6, 3), output_size=[1, 3])],
        errors=lambda m: [
            (ShapeError, s(m(2, 2), 2)),
            (ShapeError, s(m(2, 0, 3, 2), 2)),
            (ArgumentError, s(m(1, 4, 4, 1), 0)),
            (ArgumentError, s(m(1, 4, 4, 1), (2, 2, 2))),
            (ArgumentError, s(m(1, 4, 4, 1), 2, "NHWC")),
        ],
    )


def _crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    output = np.moveaxis(output, axis, -1)
    target = np.asarray(target)
    if target.ndim == output.ndim:
        target = np.squeeze(np.moveaxis(target, axis, -1), -1)
    if from_logits:
        logs = _log_softmax(output)
    else:
        logs = np.log(np.clip(output / output.sum(-1, keepdims=True), 1e-7, 1 - 1e-7))
    return -np.take_along_axis(logs, target[..., None].astype(np.int64), -1)[..., 0]


Record(
    "nn.sparse_categorical_crossentropy",
    lambda m: [
        s(np.array([0, 2], np.int32), m(2, 3), True, -1),
        s(np.array([[0, 2], [1, 1]], np.int64), m(2, 2, 3), True, -1),
        s(np.array([[0, 2, 1, 0], [1, 1, 0, 2]], np.int32), m(2, 3, 4), True, 1),
        s(np.array([[0], [2]], np.int32), m(2, 3), True, -1),
        s(np.array([0, 2], np.int32), m(2, 3, low=1, high=4), False, -1),
        s(np.array([2, 1], np.int32), special(m, -inf, 0.0, -9.0, 1.0, 2.0, -inf).reshape(2, 3), True, -1),
    ],
    _crossentropy,
    None,
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s([0, 1], m(2, 3, low=1, high=4))],
    errors=lambda m: [
        (ShapeError, s(np.array([0, 1, 2]), m(2, 3))),
        (DtypeError, s(np.array([0.5, 1.0]), m(2, 3))),
        (ShapeError, s(np.array([0, 1]), m(2, 3), False, 2)),
    ],
    loose=3,
)


def _attend(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: Any = None,
    is_causal: bool = False,
    flash_attention: Any = None,
    attn_logits_soft_cap: Any = None,
) -> Any:
    """Attention by its definition, one query at a time."""
    batch, queries, heads, depth = query.shape
    keys, shared = key.shape[1:3]
    scale = 1 / math.sqrt(depth) if scale is None else scale
    whole = (batch, heads, queries, keys)
    bias = np.broadcast_to(0.0 if bias is None else bias, whole)
    seen = np.broadcast_to(True if mask is None else np.asarray(mask) != 0, whole)
    out = np.zeros((batch, queries, heads, value.shape[-1]))
    for b, n, i in np.ndindex(batch, heads, queries):
        own = n * shared // heads
        scores = scale * (key[b, :, own] @ query[b, i, n])
        if attn_logits_soft_cap is not None:
            scores = attn_logits_soft_cap * np.tanh(scores / attn_logits_soft_cap)
        allowed = seen[b, n, i] & (np.arange(keys) <= i) if is_causal else seen[b, n, i]
        scores = np.where(allowed, scores + bias[b, n, i], -inf) if allowed.any() else np.zeros(keys)
        out[b, i, n] = _softmax(scores) @ value[b, :, own]
    return out


def _attentions(m: Maker) -> Sequence[Sample]:
    q, k, v = m(2, 3, 4, 5), m(2, 4, 2, 5), m(2, 4, 2, 3)
    seen = np.array([[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 0]], np.bool_)
    return [
        s(q, k, v, m(1, 4, 3, 4), seen[None, None], 0.5, False, None, None),
        s(q, k, v),
        s(q, m(2, 4, 4, 5), m(2, 4, 4, 5), None, None, None, True),
        s(q, k, v, m(3, 4), None, None, True),
        s(q, k, v, None, seen, None, True),
        s(q, k, v, None, None, None, False, False, 2.0),
        s(m(0, 3, 4, 5), m(0, 4, 2, 5), m(0, 4, 2, 3)),
    ]


Record(
    "nn.dot_product_attention",
    _attentions,
    _attend,
    None,
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [
        s(m(2, 3, 4, 5), m(2, 3, 4, 5), m(2, 3, 4, 5), mask=np.array([1.0, 0.0, 2.0], np.float32)),
        s(m(2, 3, 4, 5), m(2, 3, 4, 5), m(2, 3, 4, 5), is_causal=True, flash_attention=True),
    ],
    errors=lambda m: [
        (ShapeError, s(m(3, 4, 5), m(3, 4, 5), m(3, 4, 5))),
        (ShapeError, s(m(2, 3, 4, 5), m(2, 4, 4, 3), m(2, 4, 4, 3))),
        (ShapeError, s(m(2, 3, 4, 5), m(2, 4, 3, 5), m(2, 4, 3, 5))),
        (ShapeError, s(m(2, 3, 4, 5), m(2, 4, 4, 5), m(2, 3, 4, 5))),
        (ShapeError, s(m(2, 3, 4, 5), m(2, 4, 4, 5), m(2, 4, 4, 5), m(2, 3, 4))),
        (ArgumentError, s(m(2, 3, 4, 5), m(2, 4, 4, 5), m(2, 4, 4, 5), attn_logits_soft_cap=0.0)),
    ],
    loose=4,
)


_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "relu": lambda x: np.maximum(x, 0),
    "linear": lambda x: x,
}


def _recurrent(cell: Callable[..., Any], states: Sequence[Any], x: Any, mask: Any, back: bool, every: bool) -> Any:
    """The steps one by one: what stands where the mask is False is as before, the output zeros at first."""
    seen = np.ones(x.shape[:2], bool) if mask is None else np.asarray(mask) != 0
    if back:
        x, seen = x[:, ::-1], seen[:, ::-1]
    states, outputs = list(states), []
    output = np.zeros_like(states[0])
    for t in range(x.shape[1]):
        counts = seen[:, t, None]
        states = [np.where(counts, new, old) for new, old in zip(cell(x[:, t], *states), states, strict=True)]
        output = np.where(counts, states[0], output)
        outputs.append(output)
    return output, np.stack(outputs, 1) if every else output[:, None], states


def _lstm(
    x: Any,
    h: Any,
    c: Any,
    mask: Any,
    kernel: Any,
    recurrent: Any,
    bias: Any,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
    return_sequences: bool = False,
    go_backwards: bool = False,
    unroll: bool = False,
) -> Any:
    inner, gate = _ACTIVATIONS[activation], _ACTIVATIONS[recurrent_activation]

    def cell(x: Any, h: Any, c: Any) -> Any:
        i, f, g, o = np.split(x @ kernel + h @ recurrent + (0 if bias is None else bias), 4, -1)
        c = gate(f) * c + gate(i) * inner(g)
        return gate(o) * inner(c), c

    return _recurrent(cell, (h, c), x, mask, go_backwards, return_sequences)


def _gru(
    x: Any,
    h: Any,
    mask: Any,
    kernel: Any,
    recurrent: Any,
    bias: Any,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
    return_sequences: bool = False,
    go_backwards: bool = False,
    unroll: bool = False,
    reset_after: bool = True,
) -> Any:
    inner, gate = _ACTIVATIONS[activation], _ACTIVATIONS[recurrent_activation]
    outer_bias, inner_bias = (0, 0) if bias is None else bias if reset_after else (bias, 0)

    def cell(x: Any, h: Any) -> Any:
        units = h.shape[-1]
        xz, xr, xg = np.split(x @ kernel + outer_bias, 3, -1)
        hz, hr, hg = np.split(h @ recurrent + inner_bias, 3, -1)
        z, r = gate(xz + hz), gate(xr + hr)
        g = inner(xg + (r * hg if reset_after else (r * h) @ recurrent[:, 2 * units :]))
        return (z * h + (1 - z) * g,)

    return _recurrent(cell, (h,), x, mask, go_backwards, return_sequences)


_SEEN = np.array([[False, True, True, False], [True, True, False, True]])

Record(
    "nn.lstm",
    lambda m: [
        s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20), "tanh", "sigmoid", True, False, False),
        s(m(2, 4, 3), m(2, 5), m(2, 5), _SEEN, m(3, 20), m(5, 20), m(20), "tanh", "sigmoid", True, True, False),
        s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), None, "relu", "tanh", False, True, True),
    ],
    _lstm,
    None,
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), None)],
    errors=lambda m: [
        (ShapeError, s(m(2, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20))),
        (ShapeError, s(m(2, 0, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20))),
        (ShapeError, s(m(2, 4, 2), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20))),
        (ShapeError, s(m(2, 4, 3), m(3, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20))),
        (ShapeError, s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 15), m(5, 15), m(15))),
        (ShapeError, s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(2, 20))),
        (ShapeError, s(m(2, 4, 3), m(2, 5), m(2, 5), m(2, 3), m(3, 20), m(5, 20), m(20))),
        (ArgumentError, s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20), "atan")),
    ],
    loose=10,
)
Record(
    "nn.gru",
    lambda m: [
        s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), m(2, 15), "tanh", "sigmoid", True, False, False, True),
        s(m(2, 4, 3), m(2, 5), _SEEN, m(3, 15), m(5, 15), m(15), "tanh", "sigmoid", True, True, False, False),
        s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), None, "relu", "tanh", False, False, True, True),
    ],
    _gru,
    None,
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), None, go_backwards=True)],
    errors=lambda m: [
        (ShapeError, s(m(2, 3), m(2, 5), None, m(3, 15), m(5, 15), m(2, 15))),
        (ShapeError, s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), m(15))),
        (ShapeError, s(m(2, 4, 3), m(2, 4), None, m(3, 15), m(5, 15), m(2, 15))),
        (ArgumentError, s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), m(2, 15), None)),
    ],
    loose=10,
)


def _wider(dtype: str) -> str:
    return "float64" if dtype == "float64" else "float32"


def _spelled(path: Sequence[int], blank: int, merge: bool = True) -> tuple[int, ...]:
    """The labels of frame-wise classes."""
    return tuple(label for i, label in enumerate(path) if label != blank and not (merge and i and path[i - 1] == label))


def _spellings(logits: Any, length: int, blank: int) -> dict[tuple[int, ...], float]:
    """All labels that can be spelled, with their probabilities: path by path."""
    chances = _softmax(logits)
    found: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(logits.shape[-1]), repeat=length):
        labels = _spelled(path, blank)
        chance = math.prod(chances[t, label] for t, label in enumerate(path))
        found[labels] = found.get(labels, 0.0) + chance
    return found


def _ctc_loss(target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0) -> Any:
    target, target_length, output_length = map(np.asarray, (target, target_length, output_length))
    blank = mask_index % output.shape[-1]
    losses: list[float] = []
    for labels, logits, count, frames in zip(target, output, target_length, output_length, strict=True):
        chance = _spellings(logits, int(frames), blank).get(tuple(labels[:count]), 0.0)
        losses.append(-math.log(chance) if chance else inf)
    return np.array(losses)


def _ctc_decode(
    inputs: Any,
    lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> Any:
    """Greedily, or the best of all labels, which a wide enough search finds."""
    batch, steps, classes = inputs.shape
    blank, paths = mask_index % classes, 1 if strategy == "greedy" else top_paths
    labels, scores = np.full((paths, batch, steps), -1), np.full((batch, paths), -inf)
    for b, frames in enumerate(np.asarray(lengths)):
        logits = inputs[b, :frames]
        if strategy == "greedy":
            best = [(_spelled(list(logits.argmax(-1)), blank, merge_repeated), -logits.max(-1).sum())]
        else:
            found = sorted(_spellings(logits, int(frames), blank).items(), key=lambda item: -item[1])[:paths]
            best = [(path, math.log(chance)) for path, chance in found]
        for i, (path, score) in enumerate(best):
            labels[i, b, : len(path)] = path
            scores[b, i] = score
    return labels, scores


_TARGET = np.array([[1, 2, 2], [3, 1, 1], [2, 0, 0]], np.int32)

Record(
    "nn.ctc_loss",
    lambda m: [
        s(_TARGET, m(3, 5, 4), np.array([3, 2, 0], np.int32), np.array([5, 3, 4], np.int32), 0),
        s(_TARGET - 1, m(3, 5, 4), np.array([3, 2, 1], np.int64), np.array([5, 3, 2], np.int64), -1),
    ],
    _ctc_loss,
    None,
    FLOATS,
    COMPLEX,
    _wider,
    forms=lambda m: [s([[1, 1]], m(1, 3, 3), [2], [2])],
    errors=lambda m: [
        (ShapeError, s([1, 1], m(1, 3, 3), [2], [3])),
        (ShapeError, s([[1, 1]], m(2, 3, 3), [2], [3])),
        (DtypeError, s([[1.5, 1.0]], m(1, 3, 3), [2], [3])),
        (ArgumentError, s([[1, 1]], m(1, 3, 3), [2], [3], 3)),
    ],
    loose=4,
)
Record(
    "nn.ctc_decode",
    lambda m: [
        s(m(3, 4, 3), np.array([4, 3, 0], np.int32), "greedy", 100, 1, True, 0),
        s(m(3, 4, 3), np.array([4, 3, 1], np.int32), "beam_search", 32, 3, True, -1),
        s(m(3, 4, 3), np.array([4, 3, 4], np.int32), "greedy", 100, 1, False, 1),
    ],
    _ctc_decode,
    None,
    FLOATS,
    COMPLEX,
    lambda dtype: ("int32", _wider(dtype)),
    _wider,
    errors=lambda m: [
        (ShapeError, s(m(3, 3), [3])),
        (ShapeError, s(m(2, 3, 3), [3])),
        (ArgumentError, s(m(1, 3, 3), [3], "best")),
        (ArgumentError, s(m(1, 3, 3), [3], "beam_search", 0)),
    ],
    loose=4,
)
