"""Records of family nn."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, DtypeError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, NUMBERS, Maker, Record, Sample, floating, number
from ops_common.testing.samples import REAL, inf, nan, s, some, special, unary

RECORDS: list[Record] = []


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


RECORDS.extend(
    [
        unary("nn.relu", lambda x: np.maximum(x, 0), REAL, number, refuses=COMPLEX, family="nn.activation"),
        unary(
            "nn.sigmoid",
            lambda x: 1 / (1 + np.exp(-x)),
            REAL,
            floating,
            lambda m: [*some()(m), s(special(m, -100.0, 100.0, 0.0))],
            refuses=COMPLEX,
            family="nn.activation",
        ),
    ]
)
RECORDS.append(
    Record(
        "nn.gelu",
        lambda m: [
            s(m(2, 3), True),
            s(m(2, 3), False),
            s(m(), True),
            *(s(special(m, inf, nan), a) for a in (True, False)),
        ],
        _gelu,
        "nn.activation.gelu",
        REAL,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(3)), s(m(3), approximate=False)],
        loose=3,
        # The erf form of an infinity depends on the framework: on some processors oneDNN, in torch and OpenVINO,
        # returns NaN.
        fixed=lambda result, x, approximate=True: result if approximate else np.where(np.isinf(x), 0, result),
    )
)


def _soft(m: Maker) -> Sequence[Sample]:
    extreme = [s(special(m, 500.0, 499.0, -500.0), 0)] if m.dtype != "bool" else []
    odd = [s(m(2, 3), ()), s(m(), None), s(m(2, 0), -1), s(m(0, 2), (0, 1))]
    lost = special(m, 1.0, nan, -inf, 2.0, 0.0, -inf, 3.0, 1.0).reshape(4, 2)
    odd += [s(lost, axis) for axis in (0, 1, (0, 1))]
    return [s(m(2, 3, 4), -1), s(m(2, 3), 0), s(m(2, 3), (0, 1)), s(m(2, 3), None), *odd, *extreme]


def _without_nan(result: Any, x: Any, axis: Any = -1) -> Any:
    """Replaces with 0 what a NaN elsewhere along the axis leaves open: TensorFlow's oneDNN kernel returns 0 there on
    some processors, and NaN on others."""
    unknown = np.isnan(np.asarray(x, np.float64))
    axis = tuple(axis) if isinstance(axis, list) else axis
    return np.where(unknown.any(axis, keepdims=True) & ~unknown, 0, result)


for _name, _function in (("softmax", _softmax), ("log_softmax", _log_softmax)):
    RECORDS.append(
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
                (AxisError, s(m(2, 3), 2)),
                (AxisError, s(m())),
                (ShapeError, s(m(2, 3), (0, -2))),
                (ArgumentTypeError, s(m(2), "a")),
            ],
            loose=2,
            fixed=_without_nan,
        )
    )


def _one_hot(x: Any, classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False) -> Any:
    result = np.asarray(x)[..., None] == np.arange(classes)
    return np.moveaxis(result, -1, axis)


RECORDS.append(
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
            (AxisError, s([1], 3, 4)),
            (DtypeError, s([0.5], 3)),
            (ArgumentError, s([1], -1)),
            (ArgumentTypeError, s([1], 2.5)),
        ],
    )
)


def _conv(
    x: Any, kernel: Any, strides: Any = 1, padding: str = "valid", data_format: Any = None, dilation_rate: Any = 1
) -> Any:
    """A convolution by its definition: loops over window positions, in float64."""
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
    by_one, by_two = (1, 1), (2, 2)
    return [
        s(m(2, 6, 5, 3), m(3, 3, 3, 4), by_one, "valid", last, by_one),
        s(m(2, 6, 5, 3), m(3, 2, 3, 4), by_one, "same", last, by_one),
        s(m(2, 7, 6, 3), m(3, 3, 3, 4), by_two, "same", last, by_one),
        s(m(2, 7, 7, 3), m(3, 3, 3, 4), (2, 1), "valid", last, by_one),
        s(m(2, 7, 7, 2), m(3, 3, 2, 3), by_one, "valid", last, by_two),
        s(m(2, 7, 7, 2), m(2, 3, 2, 3), by_one, "same", last, (2, 1)),
        s(m(2, 6, 6, 4), m(3, 3, 2, 6), by_one, "same", last, by_one),
        s(m(2, 3, 6, 5), m(3, 3, 3, 4), by_two, "same", first, by_one),
        s(m(2, 4, 6, 5), m(2, 2, 1, 4), by_one, "valid", first, by_one),
        s(m(2, 8, 3), m(3, 3, 4), (1,), "causal", last, (2,)),
        s(m(2, 8, 3), m(4, 3, 4), (2,), "same", last, (1,)),
        s(m(2, 8, 3), m(4, 3, 4), (3,), "causal", last, (1,)),
        s(m(2, 3, 8), m(3, 3, 4), (1,), "causal", first, (2,)),
        s(m(2, 6, 6, 4), m(3, 3, 2, 6), by_one, "valid", last, by_two),
        s(m(2, 4, 5, 4, 2), m(2, 2, 2, 2, 3), (1, 1, 1), "same", last, (1, 1, 1)),
        s(m(2, 2, 4, 5, 4), m(2, 2, 2, 2, 3), (2, 2, 2), "valid", first, (1, 1, 1)),
        s(m(0, 6, 5, 3), m(3, 3, 3, 4), by_one, "valid", last, by_one),
        s(m(2, 0, 5, 3), m(3, 3, 3, 4), by_one, "same", last, by_one),
    ]


RECORDS.append(
    Record(
        "nn.conv",
        _convolutions,
        _conv,
        "nn.convolution.conv",
        FLOATS,
        COMPLEX,
        floating,
        forms=lambda m: [
            s(m(1, 5, 5, 2), m(3, 3, 2, 2)),
            s(m(1, 5, 5, 2), m(3, 3, 2, 2), strides=[2, 1], padding="SAME"),
        ],
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
)


def _depthwise(
    x: Any, kernel: Any, strides: Any = 1, padding: str = "valid", data_format: Any = None, rate: Any = 1
) -> Any:
    grouped = kernel.reshape(*kernel.shape[:-2], 1, kernel.shape[-2] * kernel.shape[-1])
    return _conv(x, grouped, strides, padding, data_format, rate)


def _bad_convolutions(*kernels: Any) -> Callable[[Maker], Sequence[tuple[type[Exception], Sample]]]:
    """Errors that all convolutions of one channel share."""
    return lambda m: [
        (ShapeError, s(m(5, 5), *(m(*k) for k in kernels))),
        (ShapeError, s(m(1, 5, 5, 3), *(m(*k) for k in kernels))),
        (ShapeError, s(m(1, 5, 2), *(m(*k) for k in kernels))),
        (ArgumentError, s(m(1, 5, 5, 2), *(m(*k) for k in kernels), 0)),
        (ArgumentError, s(m(1, 5, 5, 2), *(m(*k) for k in kernels), 1, "causal")),
        (ArgumentError, s(m(1, 5, 5, 2), *(m(*k) for k in kernels), 1, "same", data_format="NHWC")),
        (ArgumentError, s(m(1, 5, 5, 2), *(m(*k) for k in kernels), 1, "same", dilation_rate=0)),
    ]


RECORDS.append(
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
        forms=lambda m: [
            s(m(1, 5, 5, 2), m(3, 3, 2, 2)),
            s(m(1, 5, 5, 2), m(3, 3, 2, 2), strides=[2, 2], padding="SAME"),
        ],
        errors=lambda m: [*_bad_convolutions((3, 3, 2, 2))(m), (ShapeError, s(m(1, 2, 2, 2), m(3, 3, 2, 2)))],
        loose=4,
    )
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


RECORDS.append(
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
)


def _unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    (kh, kw), (dh, dw), (ph, pw), (sh, sw) = (np.broadcast_to(v, 2) for v in (kernel_size, dilation, padding, stride))
    x = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    rows = range(0, x.shape[2] - dh * (kh - 1), sh)
    columns = range(0, x.shape[3] - dw * (kw - 1), sw)
    parts = [x[:, :, i : i + dh * (kh - 1) + 1 : dh, j : j + dw * (kw - 1) + 1 : dw] for i in rows for j in columns]
    return np.stack([part.reshape(x.shape[0], x.shape[1] * kh * kw) for part in parts], -1)


def _fold(x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The transpose of `_unfold`, which is linear: unfolds the element indices and adds each part at its index."""
    height, width = np.broadcast_to(output_size, 2)
    area = math.prod(np.broadcast_to(kernel_size, 2))
    numbers = 1 + np.arange(height * width).reshape(1, 1, height, width)
    places = _unfold(numbers, kernel_size, dilation, padding, stride)[0]
    parts = x.reshape(x.shape[0], x.shape[1] // area, *places.shape)
    out = np.zeros((*parts.shape[:2], height * width + 1), parts.dtype)
    for at in np.ndindex(*places.shape):
        out[:, :, places[at]] += parts[(slice(None), slice(None), *at)]
    return out[..., 1:].reshape(*parts.shape[:2], height, width)


RECORDS.extend(
    [
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
        ),
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
        ),
    ]
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


RECORDS.extend(
    [
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
        ),
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
        ),
    ]
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


for _name, _function, _result_dtype in (("max", np.max, number), ("average", _float_mean, floating)):
    RECORDS.append(
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
            _result_dtype,
            forms=lambda m: [s(m(2, 6, 6, 3), 2), s(m(2, 6, 6, 3), output_size=[1, 3])],
            errors=lambda m: [
                (ShapeError, s(m(2, 2), 2)),
                (ShapeError, s(m(2, 0, 3, 2), 2)),
                (ArgumentError, s(m(1, 4, 4, 1), 0)),
                (ArgumentError, s(m(1, 4, 4, 1), (2, 2, 2))),
                (ArgumentError, s(m(1, 4, 4, 1), 2, "NHWC")),
            ],
        )
    )
