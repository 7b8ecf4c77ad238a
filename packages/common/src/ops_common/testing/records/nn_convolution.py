"""Records of family nn.convolution."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, NUMBERS, Maker, Record, Sample, floating, number
from ops_common.testing.samples import s

RECORDS: list[Record] = []


def _plus_bias(convolve: Callable[..., Any], format_at: int) -> Callable[..., Any]:
    """Returns the convolution with a bias; ``format_at`` is the position of its data format."""

    def biased(*args: Any, bias: Any = None, **kwargs: Any) -> Any:
        out = convolve(*args, **kwargs)
        data_format = kwargs.get("data_format", args[format_at] if len(args) > format_at else None)
        if bias is None:
            return out
        return out + np.reshape(bias, (-1, *[1] * (out.ndim - 2)) if data_format == "channels_first" else -1)

    return biased


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
        s(m(2, 6, 5, 3), m(3, 3, 3, 4), by_one, "same", last, by_one, bias=m(4)),
        s(m(2, 4, 6, 5), m(2, 2, 1, 4), by_one, "valid", first, by_one, bias=m(4)),
        s(m(2, 8, 3), m(3, 3, 4), (1,), "causal", last, (2,), bias=m(4)),
        s(m(2, 2, 4, 5, 4), m(2, 2, 2, 2, 3), (2, 2, 2), "valid", first, (1, 1, 1), bias=m(3)),
        s(m(0, 6, 5, 3), m(3, 3, 3, 4), by_one, "valid", last, by_one, bias=m(4)),
    ]


def _bad_biases(
    kernel: tuple[int, ...], count: int, **named: Any
) -> Callable[[Maker], Sequence[tuple[type[Exception], Sample]]]:
    """Errors of biases that do not have this many numbers, one for each filter."""
    wrong = ((count + 1,), (1,), (), (1, count), (count, 1, 1))
    return lambda m: [(ShapeError, s(m(1, 2, 2, 2), m(*kernel), 1, "same", bias=m(*shape), **named)) for shape in wrong]


RECORDS.append(
    Record(
        "nn.conv",
        _convolutions,
        _plus_bias(_conv, 4),
        "nn.convolution.conv",
        FLOATS,
        COMPLEX,
        floating,
        forms=lambda m: [
            s(m(1, 5, 5, 2), m(3, 3, 2, 2)),
            s(m(1, 5, 5, 2), m(3, 3, 2, 2), strides=[2, 1], padding="SAME"),
            s(m(1, 5, 5, 2), m(3, 3, 2, 2), bias=m(2)),
            s(m(1, 9, 8, 2), m(3, 2, 2, 2), 2, "same", None, 2),
            s(m(1, 2, 9, 8), m(3, 2, 2, 2), (2, 1), "valid", "channels_first", (1, 3)),
            s(m(1, 9, 2), m(3, 2, 2), 3, "causal", None, 2),
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
            *_bad_biases((3, 3, 2, 2), 2)(m),
            *_bad_biases((3, 3, 2, 2), 2, data_format="channels_first")(m),
        ],
        loose=4,
        keyword_kernel="nn.convolution.biased_conv",
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
            s(m(2, 7, 6, 3), m(3, 2, 3, 2), (1, 1), "same", "channels_last", (1, 1), bias=m(6)),
            s(m(2, 3, 6, 5), m(3, 2, 3, 1), (1, 1), "valid", "channels_first", (2, 2), bias=m(3)),
            s(m(2, 7, 3), m(3, 3, 2), (2,), "same", "channels_last", (1,), bias=m(6)),
        ],
        _plus_bias(_depthwise, 4),
        "nn.convolution.depthwise_conv",
        FLOATS,
        COMPLEX,
        floating,
        forms=lambda m: [
            s(m(1, 5, 5, 2), m(3, 3, 2, 2)),
            s(m(1, 5, 5, 2), m(3, 3, 2, 2), strides=[2, 2], padding="SAME"),
            s(m(1, 5, 5, 2), m(3, 3, 2, 2), bias=m(4)),
        ],
        errors=lambda m: [
            *_bad_convolutions((3, 3, 2, 2))(m),
            (ShapeError, s(m(1, 2, 2, 2), m(3, 3, 2, 2))),
            *_bad_biases((3, 3, 2, 2), 4)(m),
        ],
        loose=4,
        keyword_kernel="nn.convolution.biased_depthwise_conv",
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
            s(m(2, 5, 4, 3), m(3, 3, 2, 3), (2, 2), "same", (None, None), "channels_last", (1, 1), bias=m(2)),
            s(m(2, 5, 4, 3), m(3, 2, 2, 3), (1, 3), "valid", (None, None), "channels_last", (1, 1), bias=m(2)),
            s(m(2, 3, 5, 4), m(3, 2, 2, 3), (2, 2), "same", (1, 3), "channels_first", (1, 2), bias=m(2)),
            s(m(2, 5, 3), m(1, 2, 3), (3,), "same", (None,), "channels_last", (1,), bias=m(2)),
        ],
        _plus_bias(_transposed, 5),
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
            s(m(2, 5, 3), m(3, 2, 3), strides=2, bias=m(2)),
        ],
        errors=lambda m: [
            *_bad_convolutions((3, 3, 2, 2))(m),
            (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "same", -1)),
            *_bad_biases((3, 3, 4, 2), 4)(m),
        ],
        loose=4,
        keyword_kernel="nn.convolution.biased_conv_transpose",
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
