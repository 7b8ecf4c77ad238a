"""TensorFlow, family nn.convolution. The CPU kernels, and those of the gradients, only support channels last, no groups
and no dilation: channels first is transposed (TensorFlow's graph optimizer removes this on a GPU), groups are convolved
one by one unless each has one channel, and tf.nn.convolution implements dilation."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf import elementwise
from ops_backend_tf.core import EAGER, dynamic_shape, ints, number_like, raw_ops, static_shape
from ops_common import shapes
from ops_common.errors import ShapeError

Tensor = Any


def channels_last(x: Tensor, data_format: str) -> Tensor:
    """Returns the tensor with its channels after the spatial axes."""
    if data_format == "channels_last":
        return x
    rank = x.shape.rank
    return raw_ops.Transpose(x=x, perm=ints(x, (0, *range(2, rank), 1)))


def to_data_format(x: Tensor, data_format: str) -> Tensor:
    """Returns a channels-last tensor in the data format; the inverse of `channels_last`."""
    if data_format == "channels_last":
        return x
    rank = x.shape.rank
    return raw_ops.Transpose(x=x, perm=ints(x, (0, rank - 1, *range(1, rank - 1))))


def check_fit(x: Tensor, window: Any, padding: str) -> None:
    """Raises ValueError if a window is wider than the channels-last tensor: TensorFlow would return an empty tensor."""
    spatial = x.shape.as_list()[1:-1]
    if padding == "VALID" and any(n is not None and n < k for n, k in zip(spatial, window, strict=True)):
        raise ValueError(f"a window of {tuple(window)} does not fit into {tuple(spatial)}")


def _with_channels(x: Tensor, kernel: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Returns a channels-last tensor and a kernel with as many channels along one of its axes; if one of both numbers
    is unknown, it is the other."""
    channels, window_channels = x.shape[-1], kernel.shape[axis]
    if channels is None:
        x = tf.ensure_shape(x, (*x.shape[:-1], window_channels))
    elif window_channels is None:
        at = axis % kernel.shape.rank
        kernel = tf.ensure_shape(kernel, (*kernel.shape[:at], channels, *kernel.shape[at + 1 :]))
    elif channels != window_channels:
        raise ValueError(f"{channels} channels, a kernel for {window_channels}")
    return x, kernel


def _spread(kernel: Tensor, dilation: Any) -> Tensor:
    """Returns the kernel with zeros between its elements."""
    if max(dilation) == 1:
        return kernel
    *window, depth, filters = dynamic_shape(kernel)
    shape = (*(rate * (k - 1) + 1 for k, rate in zip(window, dilation, strict=True)), depth, filters)
    begin, steps = (0,) * len(shape), (*dilation, 1, 1)
    return raw_ops.StridedSliceGrad(shape=shape, begin=begin, end=shape, strides=steps, dy=kernel)


def _given(inputs: Tensor, kernel: Tensor) -> tuple[Any, Any]:
    return tuple(inputs.shape), tuple(kernel.shape)


def _finished(out: Tensor, bias: Tensor | None, data_format: str) -> Tensor:
    """Returns a channels-last result plus the bias, in the data format."""
    return to_data_format(out if bias is None else raw_ops.BiasAdd(value=out, bias=bias), data_format)


def _of_nothing(shape: Any, x: Tensor, bias: Tensor | None, data_format: str) -> Tensor:
    """Returns the result of a kernel without elements: sums of nothing, plus the bias."""
    out = tf.zeros(shape, x.dtype)
    return out if bias is None else _finished(channels_last(out, data_format), bias, data_format)


def _is_usual(inputs: Tensor, kernel: Tensor, strides: Any, dilation: Any) -> bool:
    """Returns whether a convolution of images that have elements has neither groups nor dilation."""
    images, window = inputs.shape.as_list(), kernel.shape.as_list()
    if dilation != (1, 1) or len(strides) != 2 or len(images) != 4 or len(window) != 4:
        return False
    return images[3] == window[2] and 0 not in images and 0 not in window


def _fits(inputs: Tensor, kernel: Tensor) -> bool:
    _, height, width, _ = inputs.shape.as_list()
    rows, columns, _, _ = kernel.shape.as_list()
    return rows <= height and columns <= width


def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    if type(inputs) is EAGER and data_format == "channels_last" and _is_usual(inputs, kernel, strides, dilation_rate):
        if padding == "same" or (padding == "valid" and _fits(inputs, kernel)):
            out = raw_ops.Conv2D(input=inputs, filter=kernel, strides=(1, *strides, 1), padding=padding.upper())
            return out if bias is None else _finished(out, bias, data_format)
    if 0 in kernel.shape and inputs.shape.is_fully_defined():  # TensorFlow does not support these
        shape = shapes.conv(*_given(inputs, kernel), strides, padding, data_format, dilation_rate)
        return _of_nothing(shape, inputs, bias, data_format)
    x = channels_last(inputs, data_format)
    if padding == "causal":
        before = dilation_rate[0] * (dynamic_shape(kernel)[0] - 1)
        x, padding = raw_ops.Pad(input=x, paddings=((0, 0), (before, 0), (0, 0))), "valid"
    if len(strides) == 1:  # TensorFlow has kernels for two and three axes
        x, kernel = raw_ops.ExpandDims(input=x, axis=ints(x, 1)), raw_ops.ExpandDims(input=kernel, axis=ints(kernel, 0))
        out = _convolve(x, kernel, (1, *strides), padding.upper(), (1, *dilation_rate))
        return _finished(raw_ops.Squeeze(input=out, axis=(1,)), bias, data_format)
    return _finished(_convolve(x, kernel, strides, padding.upper(), dilation_rate), bias, data_format)


def _convolve(x: Tensor, kernel: Tensor, strides: Any, padding: str, dilation: Any) -> Tensor:
    channels, window_channels, filters = x.shape[-1], kernel.shape[-2], kernel.shape[-1]
    if (channels is None or window_channels is None) and max(dilation) > 1:
        (x, kernel), groups = _with_channels(x, kernel, -2), 1  # tf.nn.convolution needs to know them
    elif channels is None or window_channels is None:
        kernel, groups = _without_groups(x, kernel), 1
    else:
        groups = channels // window_channels
        if groups * window_channels != channels or (filters is not None and filters % groups):
            raise ValueError(f"{channels} channels, a kernel for {window_channels}, {filters} filters")
    window = static_shape(kernel)[:-2]
    if None not in window:
        check_fit(x, [rate * (k - 1) + 1 for k, rate in zip(window, dilation, strict=True)], padding)
    dilated = max(dilation) > 1
    if groups == 1:
        return (_dilated if dilated else _plain)(x, kernel, strides, padding, dilation)
    if window_channels == 1 and len(strides) == 2 and not dilated and strides[0] == strides[1]:
        each = raw_ops.Reshape(tensor=kernel, shape=(*dynamic_shape(kernel)[:2], channels, -1))
        out = raw_ops.DepthwiseConv2dNative(input=x, filter=each, strides=(1, *strides, 1), padding=padding)
        return _or_none(out, x, kernel, strides, padding, dynamic_shape(kernel)[-1])
    convolve: Callable[..., Tensor] = _dilated if dilated else _plain
    parts = zip(tf.split(x, groups, -1), tf.split(kernel, groups, -1), strict=True)
    return tf.concat([convolve(part, own, strides, padding, dilation) for part, own in parts], -1)


def _without_groups(x: Tensor, kernel: Tensor) -> Tensor:
    """Returns the kernel of a convolution of unknown channels, with zeros between the groups, whose number is not known
    before the graph runs."""
    depth, filters = dynamic_shape(kernel)[-2:]
    groups = dynamic_shape(x)[-1] // depth
    repeated = tf.tile(kernel, [1] * (kernel.shape.rank - 2) + [groups, 1])
    return _within_groups(repeated, depth, filters // groups)


def _within_groups(kernel: Tensor, depth: Any, filters: Any) -> Tensor:
    """Returns the kernel with zeros between groups of these numbers of channels and filters."""
    rows, columns = dynamic_shape(kernel)[-2:]
    is_within = tf.equal(tf.range(rows)[:, None] // depth, tf.range(columns) // filters)
    return tf.where(is_within, kernel, tf.zeros((), kernel.dtype))


def _plain(x: Tensor, kernel: Tensor, strides: Any, padding: str, dilation: Any) -> Tensor:
    convolve = raw_ops.Conv2D if len(strides) == 2 else raw_ops.Conv3D
    out = convolve(input=x, filter=kernel, strides=(1, *strides, 1), padding=padding)
    return _or_none(out, x, kernel, strides, padding, dynamic_shape(kernel)[-1])


def _or_none(out: Tensor, x: Tensor, kernel: Tensor, strides: Any, padding: str, filters: Any) -> Tensor:
    """Returns a convolution's result; if it has no pixels, in the right shape: on some CPUs, with oneDNN, it has
    x's."""
    if 0 not in x.shape[:-1]:
        return out
    batch, *spatial = dynamic_shape(x)[:-1]
    windows, is_valid = dynamic_shape(kernel)[:-2], padding.lower() == "valid"
    spatial = [
        (size - (window if is_valid else 1)) // stride + 1
        for size, window, stride in zip(spatial, windows, strides, strict=True)
    ]
    shape = (batch, *spatial, filters)
    if type(x) is EAGER:
        return raw_ops.Reshape(tensor=out, shape=shape)
    return tf.ensure_shape(tf.zeros(tf.stack(shape), out.dtype), out.shape)  # TensorFlow would remove a reshape


def _dilated(x: Tensor, kernel: Tensor, strides: Any, padding: Any, dilation: Any) -> Tensor:
    # It needs to know the kernel's sizes, and does not support strides.
    if kernel.shape.is_fully_defined() and max(strides) == 1:
        return tf.nn.convolution(x, kernel, strides=strides, padding=padding, dilations=dilation)
    return _plain(x, _spread(kernel, dilation), strides, padding, (1,) * len(strides))


def places(x: Tensor, size: Any, strides: Any, padding: str, fill: Any, dilation: Any = None) -> list[Tensor]:
    """Returns for each position in the window, the elements of a channels-last tensor at that position in all
    windows."""
    dilation = dilation or (1,) * len(size)
    if padding == "SAME":
        pads = [
            _same(raw_ops.Shape(input=x)[axis], k, s, r) if n is None else shapes.same_padding(n, k, s, r)
            for axis, (n, k, s, r) in enumerate(
                zip(static_shape(x)[1:-1], size, strides, dilation, strict=True), start=1
            )
        ]
        x = raw_ops.PadV2(
            input=x, paddings=tf.convert_to_tensor([(0, 0), *pads, (0, 0)]), constant_values=number_like(fill, x)
        )
    views: list[Tensor] = []
    for place in itertools.product(*map(range, size)):
        cuts = (
            slice(p * r, (p - k + 1) * r or None, s) for p, k, s, r in zip(place, size, strides, dilation, strict=True)
        )
        views.append(x[(slice(None), *cuts)])
    return views


def _same(size: Tensor, window: int, stride: int, dilation: int) -> tuple[Tensor, Tensor]:
    """Returns `same_padding` of a size that is only known when the graph runs."""
    total = tf.maximum(((size + stride - 1) // stride - 1) * stride + dilation * (window - 1) + 1 - size, 0)
    return total // 2, total - total // 2


def depthwise_conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    if 0 in kernel.shape and inputs.shape.is_fully_defined():
        shape = shapes.depthwise_conv(*_given(inputs, kernel), strides, padding, data_format, dilation_rate)
        return _of_nothing(shape, inputs, bias, data_format)
    x = channels_last(inputs, data_format)
    x, kernel = _with_channels(x, kernel, -2)
    window = static_shape(kernel)[:-2]
    if None not in window:
        reach = [rate * (k - 1) + 1 for k, rate in zip(window, dilation_rate, strict=True)]
        check_fit(x, reach, padding.upper())
    if len(set(strides)) == 1 and max(dilation_rate) == 1 and len(strides) < 3:  # TensorFlow has a kernel for this
        if len(strides) == 1:
            x, kernel = raw_ops.ExpandDims(input=x, axis=ints(x, 1)), raw_ops.ExpandDims(input=kernel, axis=ints(x, 0))
        steps = strides * (3 - len(strides))
        out = raw_ops.DepthwiseConv2dNative(input=x, filter=kernel, strides=(1, *steps, 1), padding=padding.upper())
        out = _or_none(out, x, kernel, steps, padding, math.prod(dynamic_shape(kernel)[-2:]))
        out = raw_ops.Squeeze(input=out, axis=(1,)) if len(strides) == 1 else out
        return _finished(out, bias, data_format)
    if None in window:  # a convolution of all channels, with a kernel of zeros between them
        channels, multiplier = dynamic_shape(kernel)[-2:]
        dense = _within_groups(tf.tile(kernel, [1] * len(strides) + [1, channels]), 1, multiplier)
        ones = (1,) * (2 - len(strides))
        if ones:
            x, dense = raw_ops.ExpandDims(input=x, axis=ints(x, 1)), raw_ops.ExpandDims(input=dense, axis=ints(x, 0))
        out = _dilated(x, dense, (*ones, *strides), padding.upper(), (*ones, *dilation_rate))
        return _finished(raw_ops.Squeeze(input=out, axis=(1,)) if ones else out, bias, data_format)
    views = places(x, window, strides, padding.upper(), 0, dilation_rate)
    weights = tf.unstack(tf.reshape(kernel, (math.prod(window), *dynamic_shape(kernel)[-2:])))
    out = functools.reduce(
        elementwise.add, (tf.expand_dims(view, -1) * weight for view, weight in zip(views, weights, strict=True))
    )
    channels, multiplier = dynamic_shape(kernel)[-2:]
    out = tf.reshape(out, (*dynamic_shape(out)[:-2], channels * multiplier))
    return _finished(out, bias, data_format)


def conv_transpose(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int | None, ...],
    data_format: str,
    dilation_rate: tuple[int, ...],
    bias: Tensor | None = None,
) -> Tensor:
    x = channels_last(inputs, data_format)
    if len(strides) == 1:
        x, kernel = raw_ops.ExpandDims(input=x, axis=ints(x, 1)), raw_ops.ExpandDims(input=kernel, axis=ints(x, 0))
        out = _transposed(x, kernel, (1, *strides), padding, (0, *output_padding), (1, *dilation_rate))
        return _finished(raw_ops.Squeeze(input=out, axis=(1,)), bias, data_format)
    return _finished(_transposed(x, kernel, strides, padding, output_padding, dilation_rate), bias, data_format)


biased_conv = conv
biased_depthwise_conv = depthwise_conv
biased_conv_transpose = conv_transpose


def _transposed(x: Tensor, kernel: Tensor, strides: Any, padding: str, output_padding: Any, dilation: Any) -> Tensor:
    x, kernel = _with_channels(x, kernel, -1)
    if x.dtype is tf.float16 or (x.dtype is tf.bfloat16 and len(strides) == 3):  # few CPUs have these kernels
        wide, taps = raw_ops.Cast(x=x, DstT=tf.float32), raw_ops.Cast(x=kernel, DstT=tf.float32)
        return raw_ops.Cast(x=_transposed(wide, taps, strides, padding, output_padding, dilation), DstT=x.dtype)
    rank = len(strides)
    window, filters = tuple(static_shape(kernel)[:-2]), dynamic_shape(kernel)[-2]
    if None in window:
        raise ShapeError(
            f"the spatial sizes of kernel must be known; got shape {tuple(kernel.shape)}: name them in the function's "
            "signature, or let the function close over the kernel"
        )
    reach = [rate * (k - 1) + 1 for k, rate in zip(window, dilation, strict=True)]
    kernel = _spread(kernel, dilation)
    plans = [
        shapes.transposed_window(k, step, padding, amount, rate)
        for k, step, amount, rate in zip(window, strides, output_padding, dilation, strict=True)
    ]
    have = dynamic_shape(x)
    lengths = [(n - 1) * step + extra for n, step, (_, extra) in zip(have[1:-1], strides, plans, strict=True)]
    if 0 in static_shape(x)[:-1]:
        lengths = [tf.maximum(length, 0) for length in lengths]
        return tf.zeros((have[0], *lengths, filters), x.dtype)
    # TensorFlow's SAME applies if a convolution maps these sizes to the operand's.
    own = padding == "same" and all(1 <= extra <= step for (_, extra), step in zip(plans, strides, strict=True))
    whole = [(n - 1) * step + r for n, step, r in zip(have[1:-1], strides, reach, strict=True)]
    backward: dict[str, Any] = {
        "input_sizes": ints(x, (have[0], *(lengths if own else whole), filters)),
        "filter": kernel,
        "out_backprop": x,
        "strides": (1, *strides, 1),
        "padding": "SAME" if own else "VALID",
    }
    out = (raw_ops.Conv2DBackpropInput if rank == 2 else raw_ops.Conv3DBackpropInputV2)(**backward)
    if own or (type(x) is EAGER and lengths == whole and not any(before for before, _ in plans)):
        return out
    cuts = [slice(before, before + n) for (before, _), n in zip(plans, lengths, strict=True)]
    missing = [before + extra - r for (before, extra), r in zip(plans, reach, strict=True)]
    out = out[(slice(None), *cuts)]
    if max(missing) > 0:
        out = tf.pad(out, [(0, 0), *((0, max(n, 0)) for n in missing), (0, 0)])
    return out


def unfold(
    x: Tensor,
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Tensor:
    if x.shape.rank != 4:
        raise ValueError(f"images are needed; got shape {x.shape}")
    shapes.unfold(tuple(static_shape(x)), kernel_size, dilation, padding, stride)
    if any(padding):
        pads = ((0, 0), (0, 0), *((amount, amount) for amount in padding))
        x = raw_ops.Pad(input=x, paddings=ints(x, pads))
    # `places` treats axes 1 and 2 as spatial, so the channels are moved last.
    turned = raw_ops.Transpose(x=x, perm=ints(x, (0, 2, 3, 1)))
    out = tf.stack(places(turned, kernel_size, stride, "VALID", 0, dilation), 4)  # (batch, rows, columns, channels, k)
    out = raw_ops.Transpose(x=out, perm=ints(x, (0, 3, 4, 1, 2)))
    batch, channels, area, rows, columns = dynamic_shape(out)
    return tf.reshape(out, (batch, channels * area, rows * columns))


def fold(
    x: Tensor,
    output_size: tuple[int, int],
    kernel_size: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
    stride: tuple[int, int],
) -> Tensor:
    shapes.fold(tuple(static_shape(x)), output_size, kernel_size, dilation, padding, stride)
    area = kernel_size[0] * kernel_size[1]
    batch, rows = dynamic_shape(x)[:2]
    height, width = (size + 2 * amount for size, amount in zip(output_size, padding, strict=True))
    counts = [
        shapes.window(size, k, step, "valid", rate)
        for size, k, rate, step in zip((height, width), kernel_size, dilation, stride, strict=True)
    ]
    parts = tf.unstack(tf.reshape(x, (batch, rows // area, area, *counts)), area, 2)
    shape = tf.stack([batch, rows // area, height, width])
    terms: list[Tensor] = []
    for place, part in zip(itertools.product(*map(range, kernel_size)), parts, strict=True):
        at = [p * rate for p, rate in zip(place, dilation, strict=True)]
        end = [p + (n - 1) * step + 1 for p, n, step in zip(at, counts, stride, strict=True)]
        terms.append(
            raw_ops.StridedSliceGrad(
                shape=shape,
                begin=(0, 0, *at),
                end=tf.stack([batch, rows // area, *end]),
                strides=(1, 1, *stride),
                dy=part,
            )
        )
    out = functools.reduce(elementwise.add, terms)
    return out[:, :, padding[0] : height - padding[0], padding[1] : width - padding[1]]
