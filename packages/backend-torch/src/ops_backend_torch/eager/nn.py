"""Eager calls of the families nn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ops_backend_torch.eager.common import EXACT, FLOATS, constant, has_values, is_plain, native
from ops_backend_torch.elementwise.scalars import cached
from ops_backend_torch.elementwise.values import has_no_nan
from ops_backend_torch.nn.convolution import separable_conv

__all__ = [
    "nn_activation_one_hot",
    "nn_activation_sparsemax",
    "nn_activation_squareplus",
    "nn_activation_threshold",
    "nn_attention_dot_product_attention",
    "nn_convolution_fold",
    "nn_convolution_separable_conv",
    "nn_convolution_unfold",
    "nn_ctc_ctc_decode",
    "nn_ctc_ctc_loss",
    "nn_normalization_normalize",
    "nn_space_depth_to_space",
    "nn_space_space_to_depth",
]

Tensor = Any

_FEW = 1 << 10
_LARGEST = 1e38  # a float32


def nn_activation_threshold(x: Tensor, threshold: float, default_value: float) -> Any:
    if type(x) not in EXACT or x.dtype not in FLOATS:
        return NotImplemented
    if type(threshold) is not float or type(default_value) is not float:
        return NotImplemented
    if not (-_LARGEST < threshold < _LARGEST and -_LARGEST < default_value < _LARGEST):
        return NotImplemented
    return torch.threshold(x, threshold, default_value)


def nn_activation_squareplus(x: Tensor, b: float) -> Any:
    if x.dtype not in FLOATS or type(b) is not float or not 0 < b < 1e30 or not is_plain(x):
        return NotImplemented
    root = cached(math.sqrt(b), x)
    if type(root) is float:
        return NotImplemented
    rest = torch.abs(x).add_(torch.hypot(x, root)).reciprocal_()
    return torch.relu(x).add_(rest, alpha=0.5 * b)


def nn_activation_sparsemax(x: Tensor, axis: int) -> Any:
    if x.dtype not in FLOATS or not x.dim() or not is_plain(x) or not x.numel() or not has_no_nan(x):
        return NotImplemented
    try:
        shifted = x - torch.amax(x, axis, True)
        falling = torch.sort(shifted, axis, True)[0]
        size = x.shape[axis]
        shape = [1] * x.dim()
        shape[axis] = size
        counts = constant(("counts", size, x.dtype), lambda: np.arange(1, size + 1).astype(native(x.dtype)))
        total = torch.cumsum(falling, axis)
        support = torch.sum(torch.gt((falling * counts.reshape(shape)).add_(1), total), axis, True)
        threshold = total.gather(axis, support - 1).sub_(1).div_(support)
        return shifted.sub_(threshold).clamp_(min=0)
    except (IndexError, RuntimeError):  # the axis does not exist, or no element is finite
        return NotImplemented


# torch's sizes of larger windows may overflow.
_WIDEST = 1 << 20


def nn_convolution_unfold(x: Tensor, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    if type(x) not in EXACT or x.dtype not in FLOATS or x.dim() != 4 or not x.numel():
        return NotImplemented
    if max(*kernel_size, *dilation, *padding, *stride) > _WIDEST:
        return NotImplemented
    return torch._C._nn.im2col(x, kernel_size, dilation, padding, stride)  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs


def nn_convolution_separable_conv(
    inputs: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    strides: Any,
    padding: str,
    data_format: str,
    dilation_rate: Any,
    bias: Any,
) -> Any:
    if inputs.dtype not in FLOATS or type(inputs) not in EXACT:
        return NotImplemented
    for x in (depthwise_kernel, pointwise_kernel) if bias is None else (depthwise_kernel, pointwise_kernel, bias):
        if type(x) not in EXACT or x.dtype is not inputs.dtype:
            return NotImplemented
    result = separable_conv(
        inputs, depthwise_kernel, pointwise_kernel, strides, padding, data_format, dilation_rate, bias
    )
    return NotImplemented if result is None else result


def nn_convolution_fold(x: Tensor, output_size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    if type(x) not in EXACT or x.dtype not in FLOATS or x.dim() != 3 or not x.numel():
        return NotImplemented
    if max(*output_size, *kernel_size, *dilation, *padding, *stride) > _WIDEST:
        return NotImplemented
    return torch._C._nn.col2im(x, output_size, kernel_size, dilation, padding, stride)  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs


def _contains_blank(target: Tensor, lengths: list[int], classes: int, blank: int) -> bool:
    """Returns whether a label of a target is the blank class, or not a class."""
    for row, length in zip(target.tolist(), lengths, strict=True):
        for label in row[:length]:
            if label == blank or not 0 <= label < classes:
                return True
    return False


def nn_ctc_ctc_loss(
    target: Tensor, output: Tensor, target_length: Tensor, output_length: Tensor, mask_index: int
) -> Any:
    if output.dtype not in FLOATS or not all(map(is_plain, (target, output, target_length, output_length))):
        return NotImplemented
    _, steps, classes = output.shape
    if (
        target.dtype not in _LABELS
        or not 0 < target.numel() <= _FEW
        or not output.numel()
        or not math.isfinite(output.sum().item())
    ):
        return NotImplemented
    count = target.shape[1]
    labels = [min(max(n, 0), count) for n in target_length.tolist()]
    frames = [min(max(n, 0), steps) for n in output_length.tolist()]
    if not min(frames) or _contains_blank(target, labels, classes, mask_index):
        return NotImplemented
    logs = torch.log_softmax(output, -1).transpose(0, 1)
    return torch.ctc_loss(logs, target, frames, labels, mask_index, 0, False)


_LABELS = frozenset({torch.int32, torch.int64})


def nn_ctc_ctc_decode(
    inputs: Tensor,
    sequence_lengths: Tensor,
    strategy: str,
    beam_width: int,
    top_paths: int,
    merge_repeated: bool,
    mask_index: int,
) -> Any:
    if strategy != "greedy" or inputs.dtype not in FLOATS or not is_plain(inputs) or not has_values(sequence_lengths):
        return NotImplemented
    if sequence_lengths.dtype not in _LABELS or not inputs.numel() or not has_no_nan(inputs):
        return NotImplemented
    batch, steps, _ = inputs.shape
    places = constant(("places", steps), lambda: np.arange(steps))
    counts = torch.lt(places, sequence_lengths.unsqueeze(1))
    largest, best = torch.max(inputs, -1)
    scores = largest.masked_fill_(~counts, 0.0).sum(1, True).neg_()
    is_label = torch.ne(best, mask_index).logical_and_(counts)
    if merge_repeated:
        is_label[:, 1:].logical_and_(torch.ne(best[:, 1:], best[:, :-1]))
    # The labels in order, after which the place of the others is cut off.
    kept = torch.cumsum(is_label, 1).sub_(1).masked_fill_(~is_label, steps)
    labels = best.new_full((batch, steps + 1), -1).scatter_(1, kept, best)[:, :steps]
    return labels.int().unsqueeze(0), scores


def nn_activation_one_hot(x: Tensor, num_classes: int, axis: int, dtype: str, sparse: bool) -> Any:
    if x.dtype not in _LABELS or axis not in (-1, x.dim()) or type(num_classes) is not int or num_classes < 1:
        return NotImplemented
    convert = _HOT.get(dtype)
    if convert is None or sparse or not is_plain(x):
        return NotImplemented
    classes = constant(("classes", num_classes), lambda: np.arange(num_classes))
    return convert(torch.eq(x.unsqueeze(-1), classes))


# They take half of the time of `Tensor.to`.
_HOT = {
    "float32": torch.Tensor.float,
    "float64": torch.Tensor.double,
    "int32": torch.Tensor.int,
    "bool": torch.Tensor.bool,
}


def nn_attention_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Any,
    mask: Any,
    scale: Any,
    is_causal: bool,
    flash_attention: Any,
    attn_logits_soft_cap: Any,
) -> Any:
    if bias is not None or mask is not None or flash_attention is False or attn_logits_soft_cap is not None:
        return NotImplemented
    if type(query) not in EXACT or type(key) not in EXACT or type(value) not in EXACT or type(scale) is not float:
        return NotImplemented
    if query.dtype not in FLOATS or key.dtype is not query.dtype or value.dtype is not query.dtype:
        return NotImplemented
    if not query.dim() == key.dim() == value.dim() == 4 or query.shape[2] != key.shape[2]:
        return NotImplemented
    if not (query.numel() and key.numel() and value.numel()):
        return NotImplemented
    query, key, value = query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
    return _attend(query, key, value, None, 0.0, is_causal, scale=scale).transpose(1, 2)


_attend = torch.nn.functional.scaled_dot_product_attention


def nn_normalization_normalize(x: Tensor, axis: Any, order: int, epsilon: float) -> Any:
    if order != 2 or x.dtype not in FLOATS or axis == () or not is_plain(x) or not x.numel():
        return NotImplemented
    if type(epsilon) is not float or not 0 < epsilon < _LARGEST or not x.dim():  # torch has an axis of a scalar
        return NotImplemented
    try:
        return x / torch.linalg.vector_norm(x, 2, axis, True).clamp_min_(epsilon)
    except (IndexError, RuntimeError):  # an axis that does not exist
        return NotImplemented


def nn_space_depth_to_space(x: Tensor, block_size: int, data_format: str) -> Any:
    if data_format != "channels_last" or type(x) not in EXACT:
        return NotImplemented
    b, (count, height, width, channels) = block_size, x.shape
    blocks = x.reshape(count, height, width, b, b, channels // (b * b)).permute(0, 1, 3, 2, 4, 5)
    return blocks.reshape(count, height * b, width * b, channels // (b * b))


def nn_space_space_to_depth(x: Tensor, block_size: int, data_format: str) -> Any:
    if data_format != "channels_last" or type(x) not in EXACT:
        return NotImplemented
    b, (count, height, width, channels) = block_size, x.shape
    blocks = x.reshape(count, height // b, b, width // b, b, channels).permute(0, 1, 3, 2, 4, 5)
    return blocks.reshape(count, height // b, width // b, channels * (b * b))
