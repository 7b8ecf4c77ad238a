"""PyTorch, family nn.pooling: the framework's kernels, whose padding never affects a maximum or a mean."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import unsigned
from ops_backend_torch.core import can_have_run_time_sizes, is_size
from ops_backend_torch.nn.convolution import to_channels_first, to_channels_last
from ops_common import shapes

Tensor = Any
Sizes = tuple[int, ...]

_SIGN = -(2**63)
_SMALL = frozenset({torch.int8, torch.uint8, torch.int16})
_F = torch.nn.functional
_MAX = (torch.max_pool1d, torch.max_pool2d, torch.max_pool3d)
_AVERAGE = (_F.avg_pool1d, _F.avg_pool2d, _F.avg_pool3d)


def max_pool(inputs: Tensor, pool_size: Sizes, strides: Sizes, padding: str, data_format: str) -> Tensor:
    return _pool(_max, inputs, pool_size, strides, padding, data_format)


def average_pool(inputs: Tensor, pool_size: Sizes, strides: Sizes, padding: str, data_format: str) -> Tensor:
    return _pool(_average, inputs, pool_size, strides, padding, data_format)


def _pool(kernel: Any, inputs: Tensor, size: Sizes, strides: Sizes, padding: str, data_format: str) -> Tensor:
    if inputs.numel() == 0:  # torch does not support most of these
        return inputs.new_empty(shapes.pool(inputs.shape, size, strides, padding, data_format))
    last = data_format == "channels_last"
    x = to_channels_first(inputs) if last else inputs
    if padding == "valid":
        out = kernel(x, size, strides, (0,) * len(size), False)
    else:
        out = _pool_same(kernel, x, size, strides)
    return to_channels_last(out) if last else out


def _pool_same(kernel: Any, x: Tensor, size: Sizes, strides: Sizes) -> Tensor:
    # torch pads both ends equally. With a stride above 1, rounding the number of windows up (ceil_mode) adds the odd
    # element at the end; with stride 1, both ends are padded, and the first window is dropped.
    pairs = [shapes.same_padding(n, k, s) for n, k, s in zip(x.shape[2:], size, strides, strict=True)]
    none = (0,) * len(size)
    padding = [amount for pair in reversed(pairs) for amount in pair]
    # The compiler would need to know whether the amounts are equal.
    is_unknown = can_have_run_time_sizes(x) and x.is_floating_point() and any(is_size(amount) for amount in padding)
    if kernel is _max and is_unknown:
        return _max(_F.pad(x, padding, value=-torch.inf), size, strides, none, False)
    if kernel is _average and (
        is_unknown or (len(size) == 3 and any(n < k for n, k in zip(x.shape[2:], size, strict=True)))
    ):
        # torch raises an error for three axes, because it ignores the padding here: the mean with zeros, divided by the
        # fraction of real elements.
        means, shares = (
            _average(_F.pad(part, padding), size, strides, none, False) for part in (x, torch.ones_like(x[:1, :1]))
        )
        return means / shares
    single = [before != after and stride == 1 for (before, after), stride in zip(pairs, strides, strict=True)]
    amount = tuple(after if is_single else before for (before, after), is_single in zip(pairs, single, strict=True))
    out = kernel(x, size, strides, amount, True)
    for axis, is_single in enumerate(single):
        if is_single:
            out = out.narrow(axis + 2, 1, out.shape[axis + 2] - 1)
    return out


def _max(x: Tensor, size: Sizes, strides: Sizes, amount: Sizes, ceil: bool) -> Tensor:
    if x.device.type != "cpu" and (x.dtype in _SMALL or x.dtype is torch.int32):  # CUDA only has kernels for floats
        return _max(x.double(), size, strides, amount, ceil).to(x.dtype)
    # For one axis, integers have no kernel, and the compiler makes a constant of the size.
    if len(size) == 1 and (not x.is_floating_point() or is_size(x.shape[2])):
        return _max(x.unsqueeze(-1), (*size, 1), (*strides, 1), (*amount, 0), ceil).squeeze(-1)
    try:
        return _MAX[len(size) - 1](x, size, strides, amount, 1, ceil)
    except RuntimeError:
        if x.dtype in _SMALL:  # the number of positions must fit the dtype
            return _max(x.int(), size, strides, amount, ceil).to(x.dtype)
        return unsigned.select(lambda wide: _max(wide, size, strides, amount, ceil), x)


unsigned.in_graph(
    _max,
    lambda x, size, strides, amount, ceil: unsigned.select(lambda wide: _max(wide, size, strides, amount, ceil), x),
)


def _average(x: Tensor, size: Sizes, strides: Sizes, amount: Sizes, ceil: bool) -> Tensor:
    if len(size) == 3 and x.dtype is torch.bfloat16:
        return _average(x.float(), size, strides, amount, ceil).to(x.dtype)
    try:
        return _AVERAGE[len(size) - 1](x, size, strides, amount, ceil, False)
    except NotImplementedError:
        if x.dtype not in (torch.float16, torch.bfloat16):
            raise
        return _average(x.float(), size, strides, amount, ceil).to(x.dtype)  # 16-bit floats on some CPUs


# Without the Python functions around them, which take as long as a small kernel. The first ones also return positions.
_nn = torch._C._nn  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs
_ADAPTIVE_MAX = (torch.adaptive_max_pool1d, _nn.adaptive_max_pool2d, _nn.adaptive_max_pool3d)
_ADAPTIVE_AVERAGE = (torch.adaptive_avg_pool1d, _nn.adaptive_avg_pool2d, _nn.adaptive_avg_pool3d)


def adaptive_max_pool(inputs: Tensor, output_size: Sizes, data_format: str) -> Tensor:
    return _adaptive(_adaptive_max, inputs, output_size, data_format)


def adaptive_average_pool(inputs: Tensor, output_size: Sizes, data_format: str) -> Tensor:
    return _adaptive(_adaptive_average, inputs, output_size, data_format)


def _adaptive(kernel: Any, inputs: Tensor, output_size: Sizes, data_format: str) -> Tensor:
    if inputs.numel() == 0:
        shape: Any = shapes.adaptive_pool(inputs.shape, output_size, data_format)
        return inputs.new_empty(shape)
    if data_format == "channels_first":
        return kernel(inputs, output_size)
    return to_channels_last(kernel(to_channels_first(inputs), output_size))


def _adaptive_max(x: Tensor, size: Sizes) -> Tensor:
    if x.is_floating_point():
        return _ADAPTIVE_MAX[len(size) - 1](x, size)[0]
    # torch has no kernel for integers: the largest element of each window, one axis after the other.
    dtype, flip = x.dtype, _SIGN if x.dtype is torch.uint64 else 0  # flipping the top bit keeps the order
    x = x.long() ^ flip
    for axis, count in enumerate(size, start=2):
        starts, ends = shapes.adaptive_windows(x.shape[axis], count)
        windows = [x.narrow(axis, a, b - a).amax(axis) for a, b in zip(starts, ends, strict=True)]
        x = torch.stack(windows, axis)
    return (x ^ flip).to(dtype)


def _adaptive_average(x: Tensor, size: Sizes) -> Tensor:
    return _ADAPTIVE_AVERAGE[len(size) - 1](x, size)  # pyright: ignore[reportArgumentType]  # as many sizes as axes
