"""Eager calls of the family image."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from ops_backend_torch.eager.common import EXACT, FLOATS, NUMERIC, constant, is_plain, native
from ops_backend_torch.elementwise.values import is_finite
from ops_common import shapes

__all__ = [
    "image_crop_images",
    "image_extract_patches",
    "image_extract_patches_3d",
    "image_hsv_to_rgb",
    "image_pad_images",
    "image_resize",
    "image_rgb_to_grayscale",
    "image_rgb_to_hsv",
    "image_sobel_edges",
]

Tensor = Any


def _is_float(images: Tensor) -> bool:
    return images.dtype in FLOATS and is_plain(images) and images.numel() > 0


def image_rgb_to_grayscale(images: Tensor, data_format: str) -> Any:
    axis = -1 if data_format == "channels_last" else -3
    if not _is_float(images) or images.shape[axis] != 3:
        return NotImplemented
    red, green, blue = images.split(1, axis)
    return (red * 0.2989).add_(green, alpha=0.5870).add_(blue, alpha=0.1140)


def image_hsv_to_rgb(images: Tensor, data_format: str) -> Any:
    axis = -1 if data_format == "channels_last" else -3
    if not _is_float(images):
        return NotImplemented
    hue, saturation, value = images.split(1, axis)
    shape = (3,) if axis == -1 else (3, 1, 1)
    key = ("sixths", shape, images.dtype)
    offsets = constant(key, lambda: np.array([5.0, 3.0, 1.0], native(images.dtype)).reshape(shape))
    place = torch.remainder(torch.add(offsets, hue, alpha=6.0), 6.0)
    share = torch.minimum(place, 4.0 - place).clamp_(0.0, 1.0)
    return torch.addcmul(value, value * saturation, share, value=-1)


def _smoothed_change(x: Tensor, across: int, along: int) -> Tensor:
    """Returns the difference between the next and the previous pixel along an axis, which is 0 for equal pixels, summed
    over three neighbours along the other with weights 1, 2 and 1."""
    size, count = x.shape[across] - 2, x.shape[along] - 2
    change = x.narrow(across, 2, size) - x.narrow(across, 0, size)
    ends = change.narrow(along, 0, count) + change.narrow(along, 2, count)
    return ends.add_(change.narrow(along, 1, count), alpha=2)


def image_sobel_edges(images: Tensor, data_format: str) -> Any:
    if not _is_float(images) or not is_finite(images):
        return NotImplemented
    last = data_format == "channels_last"
    x = images if images.dim() == 4 else images.unsqueeze(0)
    x = functional.pad(x.permute(0, 3, 1, 2) if last else x, (1, 1, 1, 1), "replicate")
    edges = torch.stack((_smoothed_change(x, 2, 3), _smoothed_change(x, 3, 2)), -1)
    edges = edges.permute(0, 2, 3, 1, 4) if last else edges
    return edges if images.dim() == 4 else edges[0]


def image_crop_images(
    images: Tensor, top: Any, left: Any, bottom: Any, right: Any, height: Any, width: Any, data_format: str
) -> Any:
    if type(images) not in EXACT or not type(top) is type(left) is type(bottom) is type(right) is int:
        return NotImplemented
    rows, columns = images.shape[-3:-1] if data_format == "channels_last" else images.shape[-2:]
    block = (..., slice(top, rows - bottom), slice(left, columns - right))
    return images[(*block, slice(None)) if data_format == "channels_last" else block]


def image_resize(
    images: Tensor,
    size: Any,
    interpolation: str,
    antialias: bool,
    crop_to_aspect_ratio: bool,
    pad_to_aspect_ratio: bool,
    fill_mode: str,
    fill_value: float,
    data_format: str,
) -> Any:
    if interpolation != "bilinear" or antialias or crop_to_aspect_ratio or pad_to_aspect_ratio or images.dim() != 4:
        return NotImplemented
    if type(images) not in EXACT or images.dtype not in FLOATS or not images.is_cpu or not images.numel():
        return NotImplemented
    last = data_format == "channels_last"
    if images.shape[1:3] == size if last else images.shape[2:] == size:  # the result is images itself
        return NotImplemented
    x = images.permute(0, 3, 1, 2) if last else images
    y = torch._C._nn.upsample_bilinear2d(x, size, False, None)  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs
    return y.permute(0, 2, 3, 1) if last else y


def image_pad_images(
    images: Tensor, top: Any, left: Any, bottom: Any, right: Any, height: Any, width: Any, data_format: str
) -> Any:
    if height is not None or width is not None or type(images) not in EXACT or images.dtype not in NUMERIC:
        return NotImplemented
    if not type(top) is type(left) is type(bottom) is type(right) is int or images.dim() not in (3, 4):
        return NotImplemented
    if not 0 < top + left + bottom + right < _MOST or min(top, left, bottom, right) < 0:
        return NotImplemented
    around = (left, right, top, bottom)
    if not images.numel():  # an error of PyTorch before 2.10
        return NotImplemented
    return torch.constant_pad_nd(images, (0, 0, *around) if data_format == "channels_last" else around)


_MOST = 1 << 20


def image_extract_patches(
    images: Tensor, size: Any, strides: Any, dilation_rate: Any, padding: str, data_format: str
) -> Any:
    last, rank = data_format == "channels_last", len(size)
    if images.dtype not in NUMERIC or not is_plain(images) or not images.numel():
        return NotImplemented
    at = images.dim() - rank - last
    spatial = images.shape[at : at + rank]
    x = images
    if padding == "same":
        widths: list[int] = [0, 0] if last else []
        for n, k, step, rate in reversed(list(zip(spatial, size, strides, dilation_rate, strict=True))):
            widths += shapes.same_padding(n, k, step, rate)  # type: ignore[arg-type]  # known sizes
        if any(widths):
            x = functional.pad(x, widths)
    for i, (k, step, rate) in enumerate(zip(size, strides, dilation_rate, strict=True)):
        x = x.unfold(at + i, (k - 1) * rate + 1, step)
        if rate > 1:
            x = x[..., ::rate]
    head = tuple(range(at)) if last else tuple(range(at - 1))
    windows = tuple(range(at, at + rank))
    channel = at + rank if last else at - 1
    within = tuple(range(images.dim(), images.dim() + rank))
    order = (*head, *windows, *within, channel) if last else (*head, *within, channel, *windows)
    x = x.permute(order)
    x = x.reshape(*x.shape[: at + rank], -1) if last else x.reshape(*x.shape[: at - 1], -1, *x.shape[-rank:])
    return x.clone() if x.data_ptr() == images.data_ptr() else x


image_extract_patches_3d = image_extract_patches


def image_rgb_to_hsv(images: Tensor, data_format: str) -> Any:
    axis = -1 if data_format == "channels_last" else -3
    if not _is_float(images) or not is_finite(images):
        return NotImplemented
    value = images.amax(axis, True)
    spread = value - images.amin(axis, True)
    grey, black = spread <= 0, value <= 0
    differences = images.roll(-1, axis) - images.roll(-2, axis)  # green - blue, blue - red, red - green
    shape = (3,) if axis == -1 else (3, 1, 1)
    key = ("turns", shape, images.dtype)
    turns = constant(key, lambda: np.array([0.0, 2.0, 4.0], native(images.dtype)).reshape(shape))
    sixths = differences.div_(spread.masked_fill(grey, 1.0)).add_(turns)
    largest = images.eq(value).to(torch.uint8).argmax(axis, True)
    sixths = sixths.gather(axis, largest)
    hue = torch.where(sixths < 0, sixths + 6.0, sixths).div_(6.0).masked_fill_(grey, 0.0)
    saturation = spread.div_(value.masked_fill(black, 1.0)).masked_fill_(black, 0.0)
    return torch.cat((hue, saturation, value), axis)
