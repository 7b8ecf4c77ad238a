"""The similarity of images."""

from __future__ import annotations

from typing import Any

from ops._declaration import canonical_float, canonical_int, composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.elementwise import add, divide, multiply, square, subtract
from ops.image._common import as_batch, height_axis, image_shape, in_compute_dtype, in_image_dtype
from ops.image.filters import _separable_filter
from ops.manipulation import concatenate, split, squeeze
from ops.reduction import mean
from ops_common import shapes
from ops_common.algorithms import resampling
from ops_common.errors import ArgumentError, ShapeError
from ops_common.runtime import config
from ops_common.tensors.arguments import constant_float

__all__ = [
    "ssim",
]


def _ssim_arguments(
    image1: Any, image2: Any, max_val: Any, filter_size: Any, filter_sigma: Any, k1: Any, k2: Any, data_format: Any
) -> tuple[Any, ...]:
    data_format = config.standardize_data_format(data_format)
    sizes, sizes2 = image_shape(image1, "image1"), image_shape(image2, "image2")
    both = shapes.agreed(sizes, sizes2)
    if both is None:
        raise ShapeError(f"image1 and image2 must have equal shapes; got {sizes} and {sizes2}")
    size = canonical_int(filter_size)
    numbers = [canonical_float(x) for x in (max_val, filter_sigma, k1, k2)]
    if size < 1 or numbers[1] <= 0:
        raise ArgumentError(f"filter_size and filter_sigma must be positive; got {filter_size} and {filter_sigma}")
    at = height_axis(len(sizes), data_format)
    for length in both[at : at + 2]:
        shapes.window(length, size, 1, "valid")
    return image1, image2, numbers[0], size, *numbers[1:], data_format


def _batch(image1: Any, image2: Any, *rest: Any) -> shapes.Shape:
    return shapes.broadcast(image1.shape[:-3], image2.shape[:-3])


@composite(dtype=rules.REAL_FLOATS, canonical=_ssim_arguments, kernel=None, shape=_batch)
def ssim(
    image1: Operand,
    image2: Operand,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Tensor:
    """The structural similarity index (SSIM), 1 for equal images (Wang, Bovik, Sheikh and Simoncelli, 2004).

    For each window, weighted by a Gaussian, with means m1 and m2, variances v1 and v2 and covariance c, the index is
    ``(2 m1 m2 + (k1 max_val)^2) (2 c + (k2 max_val)^2) / ((m1^2 + m2^2 + (k1 max_val)^2) (v1 + v2 + (k2 max_val)^2))``;
    the result is the mean over all windows and channels.

    Args:
        image1: one image or a batch of images; integers are converted to floats.
        image2: the images to compare with, of the same shape.
        max_val: the range of pixel values, such as 1.0 or 255.0.
        filter_size: the height and width of the window.
        filter_sigma: the standard deviation of the Gaussian, in pixels.
        k1: constant that stabilizes the first quotient.
        k2: constant that stabilizes the second quotient.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        A float tensor of shape (batch,), or of rank 0 for single images.

    Raises:
        ShapeError: shapes differ, do not have rank 3 or 4, or are smaller than the window.
        ArgumentError: the window size or the standard deviation is not positive.

    Example:
        >>> import ops
        >>> x = ops.ones((16, 16, 3))
        >>> float(ops.convert_to_numpy(ops.image.ssim(x, x)))
        1.0
    """
    x, y = as_batch(in_compute_dtype(image1)), as_batch(in_compute_dtype(image2))
    taps = resampling.gaussian(filter_size, constant_float(filter_sigma))
    every = concatenate([x, y, square(x), square(y), multiply(x, y)], 0)
    means = _separable_filter(every, taps, taps, "valid", data_format)
    mean1, mean2, square1, square2, product = split(means, 5, 0)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    both, power = multiply(mean1, mean2), add(square(mean1), square(mean2))
    luminance = divide(add(multiply(both, 2.0), c1), add(power, c1))
    covariance = multiply(subtract(product, both), 2.0)
    structure = divide(add(covariance, c2), add(subtract(add(square1, square2), power), c2))
    index = mean(multiply(luminance, structure), (1, 2, 3))
    return in_image_dtype(index if len(shape_of(image1)) == 4 else squeeze(index, 0), dtype_of(image1))
