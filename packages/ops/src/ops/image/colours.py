"""Conversions between colour spaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops._declaration import composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.elementwise import add, clip, divide, equal, greater, less, maximum, minimum, mod, multiply, subtract, where
from ops.image._common import channel_axis, image_shape, in_compute_dtype, in_image_dtype
from ops.indexing import get_item
from ops.manipulation import expand_dims, stack
from ops.reduction import narrowed, widened
from ops_common import dtypes, shapes
from ops_common.errors import DtypeError, ShapeError
from ops_common.runtime import config

__all__ = [
    "hsv_to_rgb",
    "rgb_to_grayscale",
    "rgb_to_hsv",
]


def _colour_arguments(images: Any, data_format: Any) -> tuple[Any, ...]:
    data_format = config.standardize_data_format(data_format)
    channels = image_shape(images)[channel_axis(data_format)]
    if not shapes.is_one_of(channels, (3, None)):
        raise ShapeError(f"images must have 3 channels; got {channels} in shape {images.shape}, {data_format}")
    return images, data_format


def _gray_or_colour_arguments(images: Any, data_format: Any) -> tuple[Any, ...]:
    data_format = config.standardize_data_format(data_format)
    if image_shape(images)[channel_axis(data_format)] == 1:
        return images, data_format
    return _colour_arguments(images, data_format)


def _channels(images: Tensor, data_format: str | None) -> list[Tensor]:
    at = channel_axis(data_format)
    tail = (slice(None),) * (-1 - at)
    return [get_item(images, (..., i, *tail)) for i in range(3)]


# Luma by ITU-R BT.601.
_LUMA = (0.2989, 0.5870, 0.1140)


@composite(dtype=rules.REALS, canonical=_gray_or_colour_arguments, kernel=None)
def rgb_to_grayscale(images: Operand, data_format: str | None = None) -> Tensor:
    """The luma of RGB images: ``0.2989 red + 0.587 green + 0.114 blue`` (ITU-R BT.601).

    Args:
        images: one image or a batch of images, of 3 channels; images of 1 channel are returned unchanged.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        Images with 1 channel and the same dtype; integers are rounded.

    Raises:
        ShapeError: images do not have rank 3 or 4, or do not have 1 or 3 channels.

    Example:
        >>> import ops
        >>> gray = ops.image.rgb_to_grayscale([[[255.0, 0.0, 0.0]]])
        >>> round(float(ops.convert_to_numpy(gray)[0, 0, 0]), 2)
        76.22
    """
    if shape_of(images)[channel_axis(data_format)] == 1:
        return images
    red, green, blue = _channels(in_compute_dtype(images), data_format)
    gray = add(add(multiply(red, _LUMA[0]), multiply(green, _LUMA[1])), multiply(blue, _LUMA[2]))
    return expand_dims(in_image_dtype(gray, dtype_of(images)), channel_axis(data_format))


def _only_floats(names: Sequence[str]) -> str:
    dtype = dtypes.promote(names)
    if not dtypes.is_float(dtype):
        raise DtypeError(f"images must be floats with values in [0, 1]; got {dtype}")
    return dtypes.standardize(None) if dtype == "float" else dtype


_COLOURS = rules.DtypeRule(_only_floats)


@composite(dtype=_COLOURS, canonical=_colour_arguments, kernel=None)
def rgb_to_hsv(images: Operand, data_format: str | None = None) -> Tensor:
    """RGB images converted to hue, saturation and value.

    Value is the maximum of the three channels. Saturation is the difference between the maximum and the minimum,
    divided by the maximum. Hue is the angle on the colour circle (red, green, blue), as a fraction of a full turn
    (Smith, Color gamut transform pairs, 1978).

    Args:
        images: one image or a batch of images, of 3 channels, floats in [0, 1].
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        Images of the same shape and dtype. The hue of grays and the hue and saturation of black are 0.

    Raises:
        ShapeError: images do not have rank 3 or 4, or do not have 3 channels.
        DtypeError: images are not floats.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.image.rgb_to_hsv([[[0.0, 0.5, 0.0]]]))[0, 0, 1:]
        array([1. , 0.5], dtype=float32)
    """
    red, green, blue = _channels(widened(images), data_format)
    value = maximum(maximum(red, green), blue)
    spread = subtract(value, minimum(minimum(red, green), blue))
    # Replace zero divisors where the quotient is not selected: its gradient would be NaN.
    some = greater(spread, 0.0)
    safe = where(some, spread, 1.0)
    positive = greater(value, 0.0)
    saturation = where(positive, divide(spread, where(positive, value, 1.0)), 0.0)
    from_red = divide(subtract(green, blue), safe)
    from_green = add(divide(subtract(blue, red), safe), 2.0)
    from_blue = add(divide(subtract(red, green), safe), 4.0)
    sixths = where(equal(value, red), from_red, where(equal(value, green), from_green, from_blue))
    hue = divide(where(less(sixths, 0.0), add(sixths, 6.0), sixths), 6.0)
    colours = stack([where(some, hue, 0.0), saturation, value], channel_axis(data_format))
    return narrowed(colours, images)


@composite(dtype=_COLOURS, canonical=_colour_arguments, kernel=None)
def hsv_to_rgb(images: Operand, data_format: str | None = None) -> Tensor:
    """HSV images converted to red, green and blue; see `rgb_to_hsv`.

    Args:
        images: one image or a batch of images, of 3 channels, floats; hues outside [0, 1] wrap around.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        Images of the same shape and dtype.

    Raises:
        ShapeError: images do not have rank 3 or 4, or do not have 3 channels.
        DtypeError: images are not floats.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.image.hsv_to_rgb([[[0.0, 1.0, 0.5]]]))
        array([[[0.5, 0. , 0. ]]], dtype=float32)
    """
    hue, saturation, value = _channels(widened(images), data_format)
    sixths = multiply(hue, 6.0)
    chroma = multiply(value, saturation)
    colours: list[Tensor] = []
    for offset in (5.0, 3.0, 1.0):
        place = mod(add(sixths, offset), 6.0)
        share = clip(minimum(place, subtract(4.0, place)), 0.0, 1.0)
        colours.append(subtract(value, multiply(chroma, share)))
    return narrowed(stack(colours, channel_axis(data_format)), images)
