"""Eager calls of the families nn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops_backend_tf.core import raw_ops
from ops_backend_tf.eager.common import REFUSED, is_float, is_index, is_number
from ops_backend_tf.values import FEW, is_finite, read, tensor
from ops_common import shapes
from ops_common.host import special

__all__ = [
    "nn_activation_squareplus",
    "nn_activation_tanh_shrink",
    "nn_activation_threshold",
    "nn_attention_dot_product_attention",
    "nn_convolution_unfold",
    "nn_loss_sparse_categorical_crossentropy",
    "nn_normalization_batch_normalization",
    "nn_space_depth_to_space",
    "nn_space_space_to_depth",
]

Tensor = Any

# Numbers below this are finite in all dtypes of `FLOATS`.
_LARGEST = 1e38


def nn_activation_tanh_shrink(x: Tensor) -> Any:
    if not is_float(x):
        return NotImplemented
    array = read(x)
    return tensor(special.tanh_shrink(array)) if array.size <= FEW else NotImplemented


def nn_activation_threshold(x: Tensor, threshold: float, default_value: float) -> Any:
    if type(threshold) is not float or type(default_value) is not float or not is_float(x):
        return NotImplemented
    array = read(x)
    if array.size > FEW or not abs(default_value) < _LARGEST:
        return NotImplemented
    return tensor(np.where(array <= threshold, array.dtype.type(default_value), array))  # NaN remains


def nn_activation_squareplus(x: Tensor, b: float) -> Any:
    if type(b) is not float or not 0 < b < _LARGEST or not is_float(x):
        return NotImplemented
    array = read(x)
    if array.size > FEW or not is_finite(array):
        return NotImplemented
    rest = 0.5 * b / (np.hypot(array, math.sqrt(b)) + np.abs(array))
    return tensor(np.maximum(array, 0) + rest)


def nn_convolution_unfold(x: Tensor, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    if not is_number(x) or len(x.shape) != 4:
        return NotImplemented
    array = read(x)
    if not 0 < array.size <= FEW:
        return NotImplemented
    shape: Any = shapes.unfold(array.shape, kernel_size, dilation, padding, stride)
    if any(padding):
        batch, channels, height, width = array.shape
        (top, left), unpadded = padding, array
        array = np.zeros((batch, channels, height + 2 * top, width + 2 * left), array.dtype)
        array[:, :, top : top + height, left : left + width] = unpadded
    reach = tuple((k - 1) * rate + 1 for k, rate in zip(kernel_size, dilation, strict=True))
    windows = np.lib.stride_tricks.sliding_window_view(array, reach, (2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    return tensor(windows.transpose(0, 1, 4, 5, 2, 3).reshape(shape))


def _moved(operation: Any, x: Tensor, block_size: int, data_format: str) -> Any:
    if data_format != "channels_last" or not is_number(x) or not x.shape.num_elements():
        return NotImplemented
    return operation(input=x, block_size=block_size)


def nn_space_depth_to_space(x: Tensor, block_size: int, data_format: str) -> Any:
    return _moved(raw_ops.DepthToSpace, x, block_size, data_format)


def nn_space_space_to_depth(x: Tensor, block_size: int, data_format: str) -> Any:
    return _moved(raw_ops.SpaceToDepth, x, block_size, data_format)


def nn_loss_sparse_categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool, axis: int) -> Any:
    if not from_logits or not is_index(target) or not is_float(output):
        return NotImplemented
    if len(output.shape) != 2 or len(target.shape) != 1 or axis not in (-1, 1):
        return NotImplemented
    try:
        return raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=output, labels=target)[0]
    except REFUSED:  # a target is not a class, or wrong shapes
        return NotImplemented


def nn_normalization_batch_normalization(
    x: Tensor, mean: Tensor, variance: Tensor, axis: int, offset: Tensor | None, scale: Tensor | None, epsilon: Any
) -> Any:
    if type(epsilon) is not float or not 0 <= epsilon < _LARGEST or not is_float(x):
        return NotImplemented
    dtype, features = x.dtype, read(x)
    if axis not in (-1, features.ndim - 1) or not 0 < features.size <= FEW or not is_finite(features):
        return NotImplemented
    parameters: list[Any] = []
    for parameter in (mean, variance, offset, scale):
        if parameter is None:
            parameters.append(None)
            continue
        if not is_float(parameter) or parameter.dtype is not dtype:
            return NotImplemented
        array = read(parameter)
        if array.ndim != 1 or len(array) != features.shape[-1] or not is_finite(array):
            return NotImplemented
        parameters.append(array)
    means, variances, offsets, scales = parameters
    denominators = variances + epsilon
    if not denominators.min() > 0:
        return NotImplemented
    factors = 1 / np.sqrt(denominators)
    if scales is not None:
        factors *= scales
    out = (features - means) * factors
    if offsets is not None:
        out += offsets
    return tensor(out) if is_finite(out) else NotImplemented


def nn_attention_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None,
    mask: Tensor | None,
    scale: Any,
    is_causal: bool,
    flash_attention: bool | None,
    attn_logits_soft_cap: Any,
) -> Any:
    if bias is not None or mask is not None or is_causal or attn_logits_soft_cap is not None:
        return NotImplemented
    if not is_float(query) or not is_float(key) or not is_float(value):
        return NotImplemented
    if not query.dtype is key.dtype is value.dtype:
        return NotImplemented
    queries, keys, values = (x.shape.as_list() for x in (query, key, value))
    if not len(queries) == len(keys) == len(values) == 4 or 0 in queries or 0 in keys or 0 in values:
        return NotImplemented
    if queries[2:] != keys[2:] or keys[:3] != values[:3] or queries[0] != keys[0]:
        return NotImplemented
    factor = 1 / math.sqrt(queries[3]) if scale is None else scale
    if type(factor) is not float:
        return NotImplemented
    scores = raw_ops.Einsum(inputs=[query, key], equation="blhd,bmhd->bhlm")
    weights = raw_ops.Softmax(logits=raw_ops.Mul(x=scores, y=factor))
    return raw_ops.Einsum(inputs=[weights, value], equation="bhlm,bmhd->blhd")
