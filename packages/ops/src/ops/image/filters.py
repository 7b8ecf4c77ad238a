"""Separable filters: blurring and edge detection."""

from __future__ import annotations

from typing import Any

from ops._declaration import canonical_float, canonical_int, composite, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor, Unchecked
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.elementwise import add, multiply
from ops.image._common import as_batch, height_axis, image_shape, in_compute_dtype, in_image_dtype, pair_of
from ops.indexing import get_item
from ops.manipulation import pad, squeeze, stack
from ops_common.algorithms import resampling
from ops_common.errors import ArgumentError
from ops_common.runtime import config
from ops_common.shapes import Shape
from ops_common.tensors.arguments import constant_float

__all__ = [
    "gaussian_blur",
    "sobel_edges",
]


@composite(dtype=rules.REAL_FLOATS, kernel="separable_filter")
def _separable_filter(
    images: Operand, rows: Unchecked, columns: Unchecked, padding: str, data_format: str | None
) -> Tensor:
    """Returns images of rank 4, each channel correlated along the height, then along the width."""
    at = height_axis(4, data_format)
    for axis, taps in ((at, rows), (at + 1, columns)):
        images = _correlated(images, axis, taps, padding)
    return images


def _correlated(x: Tensor, axis: int, taps: tuple[float, ...], padding: str) -> Tensor:
    length = len(taps)
    if padding == "same":
        widths = [(0, 0)] * 4
        widths[axis] = ((length - 1) // 2, length // 2)
        x = pad(x, tuple(widths))
    total: Any = None
    for i, tap in enumerate(taps):
        if tap == 0.0:
            continue
        stop = None if i + 1 == length else i + 1 - length
        part = get_item(x, (*(slice(None),) * axis, slice(i, stop)))
        part = part if tap == 1.0 else multiply(part, tap)
        total = part if total is None else add(total, part)
    return total


@reads(images="rank")
def _blur_arguments(images: Any, kernel_size: Any, sigma: Any, data_format: Any) -> tuple[Any, ...]:
    image_shape(images)
    sizes = tuple(canonical_int(size) for size in pair_of(kernel_size, "kernel_size"))
    sigmas = tuple(constant_float(canonical_float(width)) for width in pair_of(sigma, "sigma"))
    if any(size < 1 for size in sizes) or any(width <= 0 for width in sigmas):
        raise ArgumentError(f"kernel_size and sigma must be positive; got {kernel_size!r} and {sigma!r}")
    return images, sizes, sigmas, config.standardize_data_format(data_format)


def _blurred(images: Any, kernel_size: Any, sigma: Any, data_format: Any) -> Shape:
    return images.shape


# (With a shape rule: the body takes time that grows with the size of the kernel.)
@composite(dtype=rules.REALS, canonical=_blur_arguments, shape=_blurred, kernel=None)
def gaussian_blur(
    images: Operand, kernel_size: Any = (3, 3), sigma: Any = (1.0, 1.0), data_format: str | None = None
) -> Tensor:
    """Images smoothed by a Gaussian kernel, truncated at the kernel size and normalized to sum to 1.

    Images are padded with zeros.

    Args:
        images: one image or a batch of images; integers are rounded.
        kernel_size: the height and width of the kernel, in pixels.
        sigma: the standard deviations along the height and the width, in pixels.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        Images of the same shape and dtype.

    Raises:
        ShapeError: images do not have rank 3 or 4.
        ArgumentError: a size or standard deviation is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.image.gaussian_blur(ops.ones((8, 8, 3)), (5, 5), (1.5, 1.5)))
        (8, 8, 3)
    """
    if 0 in shape_of(images):
        return images
    rows, columns = (resampling.gaussian(size, width) for size, width in zip(kernel_size, sigma, strict=True))
    x = _separable_filter(as_batch(in_compute_dtype(images)), rows, columns, "same", data_format)
    return in_image_dtype(x if len(shape_of(images)) == 4 else squeeze(x, 0), dtype_of(images))


@reads(images="rank")
def _sobel_arguments(images: Any, data_format: Any) -> tuple[Any, ...]:
    image_shape(images)
    return images, config.standardize_data_format(data_format)


@composite(dtype=rules.REAL_FLOATS, canonical=_sobel_arguments, kernel=None)
def sobel_edges(images: Operand, data_format: str | None = None) -> Tensor:
    """The vertical and horizontal image gradients, computed by the Sobel operator.

    Each gradient is the difference between the next and the previous pixel, summed over three neighbouring columns
    (rows) with weights 1, 2 and 1. Edge pixels are repeated beyond the edges.

    Args:
        images: one image or a batch of images; integers are converted to `floatx`.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        A float tensor of the images' shape with an additional last axis of size 2: gradients along height and width.

    Raises:
        ShapeError: images do not have rank 3 or 4.

    Example:
        >>> import ops
        >>> edges = ops.image.sobel_edges([[[0.0], [1.0], [2.0]]] * 3)
        >>> ops.convert_to_numpy(edges)[1, 1, 0]
        array([0., 8.], dtype=float32)
    """
    x = as_batch(in_compute_dtype(images))
    at = height_axis(4, data_format)
    widths = tuple((1, 1) if axis in (at, at + 1) else (0, 0) for axis in range(4))
    x = pad(x, widths, "edge")
    smooth, change = (1.0, 2.0, 1.0), (-1.0, 0.0, 1.0)
    down = _separable_filter(x, change, smooth, "valid", data_format)
    right = _separable_filter(x, smooth, change, "valid", data_format)
    x = stack([down, right], -1)
    return in_image_dtype(x if len(shape_of(images)) == 4 else squeeze(x, 0), dtype_of(images))
