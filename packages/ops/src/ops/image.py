"""Family image, and the module `ops.image`: colours, patches, filters, resizing and geometric transforms.

Images are tensors of shape (height, width, channels) or (batch, height, width, channels); with data format
"channels_first" the channels come before the height. Functions whose output pixels are weighted sums of input pixels
compute integer images in float32, round to the nearest integer (ties to even) and clip to the range of the input dtype,
which the output keeps. Bools are treated as int32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops._declaration import backend_function, canonical_float, canonical_int, canonical_shape, composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor, Unchecked
from ops.contraction import matmul, tensordot
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.core import shape as shape_of
from ops.elementwise import (
    abs,
    add,
    clip,
    divide,
    equal,
    floor,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    maximum,
    minimum,
    mod,
    multiply,
    round,
    sin,
    square,
    subtract,
    where,
)
from ops.indexing import get_item, take
from ops.manipulation import (
    broadcast_to,
    concatenate,
    expand_dims,
    moveaxis,
    pad,
    reshape,
    split,
    squeeze,
    stack,
    transpose,
)
from ops.reduction import mean, narrowed, widened
from ops.reduction import sum as reduce_sum
from ops_common import dtypes, shapes
from ops_common.algorithms import resampling
from ops_common.errors import ArgumentError, DtypeError, ShapeError
from ops_common.host.windows import LARGEST
from ops_common.runtime import config
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.seeds import SeedGenerator

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]


# --- common arguments -----------------------------------------------------------------------------------------------


def _sizes(images: Any, what: str = "images", ranks: tuple[int, ...] = (3, 4)) -> shapes.Shape:
    """The shape of the images, whose rank must be one of these."""
    sizes = tuple(getattr(images, "shape", ()))
    if len(sizes) not in ranks:
        raise ShapeError(f"{what} must have rank {' or '.join(map(str, ranks))} (one, or a batch); got shape {sizes}")
    return sizes


def _height_axis(rank: int, data_format: str | None) -> int:
    """The axis of the height; the width is the next axis."""
    return rank - (3 if data_format == "channels_last" else 2)


def _channel_axis(data_format: str | None) -> int:
    return -1 if data_format == "channels_last" else -3


def _with_spatial(sizes: shapes.Shape, spatial: Sequence[int | None], data_format: str | None) -> shapes.Shape:
    at = _height_axis(len(sizes), data_format)
    return (*sizes[:at], *spatial, *sizes[at + 2 :])


def _known(sizes: shapes.Shape, at: int) -> tuple[int, int]:
    """The known height and width, the sizes of this axis and the next."""
    height, width = sizes[at : at + 2]
    if height is None or width is None:
        raise ShapeError(f"height and width must be known; got shape {sizes}")
    if not height or not width:
        raise ShapeError(f"images without pixels have nothing to sample from; got shape {sizes}")
    return height, width


def _pair(value: Any, what: str) -> tuple[Any, Any]:
    """A pair for height and width; a single number is used for both."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    pair = tuple(value) if isinstance(value, (list, tuple)) else (value, value)
    if len(pair) != 2:
        raise ArgumentError(f"{what} is a pair, for height and width; got {value!r}")
    return pair


def _batched(images: Tensor) -> Tensor:
    return images if len(shape_of(images)) == 4 else expand_dims(images, 0)


def _computed(images: Tensor) -> Tensor:
    """The images, cast to the float dtype in which weighted sums are computed."""
    dtype = dtype_of(images)
    return cast(images, "float32") if dtypes.is_integer(dtype) or dtype in _HALVES else images


_HALVES = ("float16", "bfloat16")


def _restored(x: Tensor, dtype: str) -> Tensor:
    """x cast back to the dtype that `_computed` changed; rounded and clipped first if the dtype is an integer dtype."""
    have = dtype_of(x)
    if have == dtype:
        return x
    if dtypes.is_integer(dtype):
        x = clip(round(x), *_limits(dtype, have))
    return cast(x, dtype)


def _limits(dtype: str, within: str) -> tuple[float, float]:
    """The smallest and the largest number of an integer dtype that a float dtype can hold."""
    info, inside = np.iinfo(dtype), np.dtype(within).type
    high = inside(float(info.max))  # torch's compiler accepts no int beyond int64 here
    if int(high) > info.max:
        high = np.nextafter(high, inside(0))
    return float(info.min), float(high)


def _real(dtype: str) -> str:
    return rules.REALS.compute([dtype])  # type: ignore[misc]  # this rule has `compute`


# --- cropping and padding -------------------------------------------------------------------------------------------


def _margins(size: int | None, before: Any, after: Any, target: Any, names: Sequence[str], sign: int) -> Any:
    """The margins before and after, and the target size; two are given. Sign -1 is for cropping, 1 for padding."""
    given = [None if value is None else canonical_int(value) for value in (before, after, target)]
    if sum(value is None for value in given) != 1:
        raise ArgumentError(
            f"exactly two of {', '.join(names)} are given; got "
            + ", ".join(f"{name}={value}" for name, value in zip(names, given, strict=True))
        )
    first, last, wanted = given
    if wanted is not None and size is not None:
        rest = sign * (wanted - size)
        first, last = (rest - last if first is None else first), (rest - first if last is None else last)  # type: ignore[operator]  # two of three
    for name, value in zip(names, (first, last, wanted), strict=True):
        if value is not None and value < 0:
            raise ArgumentError(f"{name} must not be negative; got {value}")
    if size is not None and size + sign * (first + last) < 0:  # type: ignore[operator]  # both are known now
        raise ArgumentError(f"{names[2]} must not be negative; got {size + sign * (first + last)}")  # type: ignore[operator]  # known
    return first, last, wanted


def _crop_margins(images: Any, top: Any, left: Any, bottom: Any, right: Any, height: Any, width: Any, fmt: Any) -> Any:
    return _both_margins("cropping", -1, images, top, left, bottom, right, height, width, fmt)


def _pad_margins(images: Any, top: Any, left: Any, bottom: Any, right: Any, height: Any, width: Any, fmt: Any) -> Any:
    return _both_margins("padding", 1, images, top, left, bottom, right, height, width, fmt)


def _both_margins(
    what: str,
    sign: int,
    images: Any,
    top: Any,
    left: Any,
    bottom: Any,
    right: Any,
    height: Any,
    width: Any,
    data_format: Any,
) -> tuple[Any, ...]:
    data_format = config.standardize_data_format(data_format)
    sizes = _sizes(images)
    at = _height_axis(len(sizes), data_format)
    names = [[f"{one}_{what}", f"{other}_{what}", f"target_{size}"] for one, other, size in _SIDES]
    top, bottom, height = _margins(sizes[at], top, bottom, height, names[0], sign)
    left, right, width = _margins(sizes[at + 1], left, right, width, names[1], sign)
    return images, top, left, bottom, right, height, width, data_format


_SIDES = (("top", "bottom", "height"), ("left", "right", "width"))


@composite(canonical=_crop_margins, kernel=None)
def crop_images(
    images: Operand,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
    """The images with pixels removed at their edges.

    Exactly two of top, bottom and target height must be given, and two of left, right and target width.

    Args:
        images: one image or a batch of images, of any dtype.
        top_cropping: the number of rows to remove at the top.
        left_cropping: the number of columns to remove on the left.
        bottom_cropping: the number of rows to remove at the bottom.
        right_cropping: the number of columns to remove on the right.
        target_height: the height of the result.
        target_width: the width of the result.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Raises:
        ShapeError: images do not have rank 3 or 4.
        ArgumentError: not exactly two of three are given, or a given or computed value is negative.

    Example:
        >>> import ops
        >>> ops.shape(ops.image.crop_images(ops.ones((8, 8, 3)), 1, 2, target_height=4, target_width=5))
        (4, 5, 3)
    """
    sizes = shape_of(images)
    at = _height_axis(len(sizes), data_format)
    ends = (
        _end(sizes[at], top_cropping, bottom_cropping, target_height),
        _end(sizes[at + 1], left_cropping, right_cropping, target_width),
    )
    key = [slice(None)] * len(sizes)
    key[at], key[at + 1] = ends
    return get_item(images, tuple(key))


def _end(size: int | None, before: int | None, after: int | None, target: int | None) -> slice:
    if before is None:  # the size is unknown: count from the end
        return slice(-(after + target), -after or None)  # type: ignore[operator]  # both are given
    if target is not None:
        return slice(before, before + target)
    return slice(before, -after or None if size is None else size - after)  # type: ignore[operator]  # as above


@composite(canonical=_pad_margins, kernel=None)
def pad_images(
    images: Operand,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
    """The images with zeros added around them.

    Exactly two of top, bottom and target height must be given, and two of left, right and target width.

    Args:
        images: one image or a batch of images, of any dtype.
        top_padding: the number of rows to add at the top.
        left_padding: the number of columns to add on the left.
        bottom_padding: the number of rows to add at the bottom.
        right_padding: the number of columns to add on the right.
        target_height: the height of the result.
        target_width: the width of the result.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Raises:
        ShapeError: images do not have rank 3 or 4, or a target is given for a size that is unknown.
        ArgumentError: not exactly two of three are given, or a given or computed value is negative.

    Example:
        >>> import ops
        >>> ops.shape(ops.image.pad_images(ops.ones((8, 8, 3)), 1, 2, target_height=12, target_width=12))
        (12, 12, 3)
    """
    sizes = shape_of(images)
    at = _height_axis(len(sizes), data_format)
    widths: list[Any] = [(0, 0)] * len(sizes)
    margins = ((top_padding, bottom_padding, target_height), (left_padding, right_padding, target_width))
    if any(before is None or after is None for before, after, _ in margins):
        if not isinstance(images, SymbolicTensor):
            raise ShapeError(f"to pad to a target size, height and width must be known; got shape {sizes}")
        wanted = [
            target if target is not None else None if size is None else size + before + after
            for size, (before, after, target) in zip(sizes[at : at + 2], margins, strict=True)
        ]
        return SymbolicTensor(_with_spatial(sizes, wanted, data_format), images.dtype)
    widths[at], widths[at + 1] = margins[0][:2], margins[1][:2]
    return pad(images, tuple(widths))


# --- colours --------------------------------------------------------------------------------------------------------


def _coloured(images: Any, data_format: Any) -> tuple[Any, ...]:
    data_format = config.standardize_data_format(data_format)
    channels = _sizes(images)[_channel_axis(data_format)]
    if channels not in (3, None):
        raise ShapeError(f"images have 3 channels, red, green and blue; got {channels} in {data_format} {images.shape}")
    return images, data_format


def _gray_or_coloured(images: Any, data_format: Any) -> tuple[Any, ...]:
    data_format = config.standardize_data_format(data_format)
    if _sizes(images)[_channel_axis(data_format)] == 1:
        return images, data_format
    return _coloured(images, data_format)


def _channels(images: Tensor, data_format: str | None) -> list[Tensor]:
    at = _channel_axis(data_format)
    tail = (slice(None),) * (-1 - at)
    return [get_item(images, (..., i, *tail)) for i in range(3)]


# Luma by ITU-R BT.601.
_LUMA = (0.2989, 0.5870, 0.1140)


@composite(dtype=rules.REALS, canonical=_gray_or_coloured, kernel=None)
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
    if shape_of(images)[_channel_axis(data_format)] == 1:
        return images
    red, green, blue = _channels(_computed(images), data_format)
    gray = add(add(multiply(red, _LUMA[0]), multiply(green, _LUMA[1])), multiply(blue, _LUMA[2]))
    return expand_dims(_restored(gray, dtype_of(images)), _channel_axis(data_format))


def _only_floats(names: Sequence[str]) -> str:
    dtype = dtypes.promote(names)
    if not dtypes.is_float(dtype):
        raise DtypeError(f"images must be floats with values in [0, 1]; got {dtype}")
    return dtypes.standardize(None) if dtype == "float" else dtype


_COLOURS = rules.DtypeRule(_only_floats)


@composite(dtype=_COLOURS, canonical=_coloured, kernel=None)
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
    colours = stack([where(some, hue, 0.0), saturation, value], _channel_axis(data_format))
    return narrowed(colours, images)


@composite(dtype=_COLOURS, canonical=_coloured, kernel=None)
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
    return narrowed(stack(colours, _channel_axis(data_format)), images)


# --- patches --------------------------------------------------------------------------------------------------------


def _patches(images: Any, size: Any, strides: Any, dilation_rate: Any, padding: Any, data_format: Any) -> Any:
    rank = 2 if isinstance(size, int) or (hasattr(size, "__index__") and not getattr(size, "shape", ())) else len(size)
    if rank not in (2, 3):
        raise ArgumentError(f"size is an int, a pair or a triple; got {size!r}")
    return _patches_of(rank, images, size, strides, dilation_rate, padding, data_format)


def _patches_3d(volumes: Any, size: Any, strides: Any, dilation_rate: Any, padding: Any, data_format: Any) -> Any:
    return _patches_of(3, volumes, size, strides, dilation_rate, padding, data_format, "volumes")


def _patches_of(
    rank: int,
    images: Any,
    size: Any,
    strides: Any,
    dilation_rate: Any,
    padding: Any,
    data_format: Any,
    what: str = "images",
) -> tuple[Any, ...]:
    data_format = config.standardize_data_format(data_format)
    sizes = _sizes(images, what, (rank + 1, rank + 2))
    window = _each(size, rank, "size")
    steps = window if strides is None else _each(strides, rank, "strides")
    rates = _each(dilation_rate, rank, "dilation_rate")
    name = padding.lower() if isinstance(padding, str) else padding
    if name not in ("valid", "same"):
        raise ArgumentError(f"padding is one of valid, same; got {padding!r}")
    at = len(sizes) - rank - (data_format == "channels_last")
    for have, k, step, rate in zip(sizes[at:], window, steps, rates, strict=False):
        shapes.window(have, k, step, name, rate)
    return images, window, steps, rates, name, data_format


def _each(value: Any, rank: int, what: str) -> tuple[int, ...]:
    found = canonical_shape(value)
    if len(found) == 1 and not isinstance(value, (list, tuple)):
        found *= rank
    if len(found) != rank or any(not 1 <= one < LARGEST for one in found):
        raise ArgumentError(f"{what} is a positive int below 2**30, or {rank} of them; got {value!r}")
    return found


@composite(canonical=_patches, kernel=None)
def extract_patches(
    images: Operand,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Patches of images, each flattened into the channel axis.

    Args:
        images: one image or a batch of images, of any dtype; for a size of three numbers, one volume or a batch of
            volumes (see `extract_patches_3d`).
        size: the height and width of a patch, one int or a pair.
        strides: the strides between patches, one int or a pair; None for the patch size.
        dilation_rate: the distance between the pixels of a patch, one int or a pair.
        padding: "valid" (complete patches only) or "same" (ceil(size / stride) patches; the image is zero-padded).
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        A tensor of shape (batch, rows, columns, size[0] * size[1] * channels): the pixels of a patch row by row, the
        channels of each pixel together, in both data formats.

    Raises:
        ShapeError: the rank does not fit, or the image is smaller than the patch.
        ArgumentError: an unknown padding, or a number that is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.image.extract_patches(ops.ones((1, 9, 9, 3)), 3))
        (1, 3, 3, 27)
    """
    return _windows(images, size, strides, dilation_rate, padding, data_format)


@composite(canonical=_patches_3d, kernel=None)
def extract_patches_3d(
    volumes: Operand,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Patches of volumes, each flattened into the channel axis; see `extract_patches`.

    Args:
        volumes: shape (depth, height, width, channels), or a batch of them, of any dtype.
        size: the depth, height and width of a patch, one int or a triple.
        strides: the strides between patches, one int or a triple; None for the patch size.
        dilation_rate: the distance between the elements of a patch, one int or a triple.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        A tensor of shape (batch, planes, rows, columns, size[0] * size[1] * size[2] * channels).

    Raises:
        ShapeError: the rank does not fit, or the volume is smaller than the patch.
        ArgumentError: an unknown padding, or a number that is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.image.extract_patches_3d(ops.ones((1, 4, 4, 4, 2)), 2))
        (1, 2, 2, 2, 16)
    """
    return _windows(volumes, size, strides, dilation_rate, padding, data_format)


def _windows(
    x: Tensor,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    dilation: tuple[int, ...],
    padding: str,
    data_format: str | None,
) -> Tensor:
    sizes, rank = shape_of(x), len(window)
    last = data_format == "channels_last"
    at = len(sizes) - rank - last
    spatial = sizes[at : at + rank]
    channels = sizes[-1] if last else sizes[at - 1]
    counts = tuple(
        shapes.window(have, k, step, padding, rate)
        for have, k, step, rate in zip(spatial, window, strides, dilation, strict=True)
    )
    width = shapes.size((*window, channels))
    batch = sizes[: at - (not last)]
    if isinstance(x, SymbolicTensor):
        return SymbolicTensor((*batch, *counts, width) if last else (*batch, width, *counts), x.dtype)
    known = tuple(count for count in counts if count is not None)
    if len(known) < rank or width is None:
        raise ShapeError(f"all sizes but the batch must be known; got shape {sizes}")
    if padding == "same":
        pads = [shapes.same_padding(*each) for each in zip(spatial, window, strides, dilation, strict=True)]
        if any(map(any, pads)):
            x = pad(x, ((0, 0),) * at + tuple(pads) + ((0, 0),) * last)
    for i in range(rank):  # each axis becomes two: patches, and positions within a patch
        starts = np.arange(known[i], dtype=np.int32) * strides[i]
        places = starts[:, None] + np.arange(window[i], dtype=np.int32) * dilation[i]
        x = take(x, places, at + 2 * i)
    head = tuple(range(at - (not last)))
    windows = tuple(at + 2 * i for i in range(rank))
    within = tuple(at + 2 * i + 1 for i in range(rank))
    channel = at + 2 * rank if last else at - 1
    order = (*head, *windows, *within, channel) if last else (*head, *within, channel, *windows)
    x = transpose(x, order)
    lead = tuple(-1 if size is None else size for size in batch)  # at most one is unknown
    return reshape(x, (*lead, *known, width) if last else (*lead, width, *known))


# --- filters --------------------------------------------------------------------------------------------------------


@composite(dtype=rules.REAL_FLOATS, kernel="separable_filter")
def _separable_filter(
    images: Operand, rows: Unchecked, columns: Unchecked, padding: str, data_format: str | None
) -> Tensor:
    """Images of rank 4, each channel correlated along the height, then along the width."""
    at = _height_axis(4, data_format)
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


def _blur(images: Any, kernel_size: Any, sigma: Any, data_format: Any) -> tuple[Any, ...]:
    _sizes(images)
    sizes = tuple(canonical_int(one) for one in _pair(kernel_size, "kernel_size"))
    sigmas = tuple(canonical_float(one) for one in _pair(sigma, "sigma"))
    if any(one < 1 for one in sizes) or any(one <= 0 for one in sigmas):
        raise ArgumentError(f"kernel_size and sigma must be positive; got {kernel_size!r} and {sigma!r}")
    return images, sizes, sigmas, config.standardize_data_format(data_format)


@composite(dtype=rules.REALS, canonical=_blur, kernel=None)
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
    x = _separable_filter(_batched(_computed(images)), rows, columns, "same", data_format)
    return _restored(x if len(shape_of(images)) == 4 else squeeze(x, 0), dtype_of(images))


def _edges(images: Any, data_format: Any) -> tuple[Any, ...]:
    _sizes(images)
    return images, config.standardize_data_format(data_format)


@composite(dtype=rules.REAL_FLOATS, canonical=_edges, kernel=None)
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
    x = _batched(_computed(images))
    at = _height_axis(4, data_format)
    widths = tuple((1, 1) if axis in (at, at + 1) else (0, 0) for axis in range(4))
    x = pad(x, widths, "edge")
    smooth, change = (1.0, 2.0, 1.0), (-1.0, 0.0, 1.0)
    down = _separable_filter(x, change, smooth, "valid", data_format)
    right = _separable_filter(x, smooth, change, "valid", data_format)
    x = stack([down, right], -1)
    return _restored(x if len(shape_of(images)) == 4 else squeeze(x, 0), dtype_of(images))


def _compared(
    image1: Any, image2: Any, max_val: Any, filter_size: Any, filter_sigma: Any, k1: Any, k2: Any, data_format: Any
) -> tuple[Any, ...]:
    data_format = config.standardize_data_format(data_format)
    one, other = _sizes(image1, "image1"), _sizes(image2, "image2")
    if len(one) != len(other) or any(None not in (a, b) and a != b for a, b in zip(one, other, strict=True)):
        raise ShapeError(f"image1 and image2 have equal shapes; got {one} and {other}")
    size = canonical_int(filter_size)
    numbers = [canonical_float(x) for x in (max_val, filter_sigma, k1, k2)]
    if size < 1 or numbers[1] <= 0:
        raise ArgumentError(f"filter_size and filter_sigma must be positive; got {filter_size} and {filter_sigma}")
    at = _height_axis(len(one), data_format)
    for have in one[at : at + 2]:
        shapes.window(have, size, 1, "valid")
    return image1, image2, numbers[0], size, *numbers[1:], data_format


@composite(dtype=rules.REAL_FLOATS, canonical=_compared, kernel=None)
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
    x, y = _batched(_computed(image1)), _batched(_computed(image2))
    taps = resampling.gaussian(filter_size, filter_sigma)
    every = concatenate([x, y, square(x), square(y), multiply(x, y)], 0)
    means = _separable_filter(every, taps, taps, "valid", data_format)
    mean1, mean2, square1, square2, product = split(means, 5, 0)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    both, power = multiply(mean1, mean2), add(square(mean1), square(mean2))
    luminance = divide(add(multiply(both, 2.0), c1), add(power, c1))
    covariance = multiply(subtract(product, both), 2.0)
    structure = divide(add(covariance, c2), add(subtract(add(square1, square2), power), c2))
    found = mean(multiply(luminance, structure), (1, 2, 3))
    return _restored(found if len(shape_of(image1)) == 4 else squeeze(found, 0), dtype_of(image1))


# --- resizing -------------------------------------------------------------------------------------------------------


def _resized(
    images: Any,
    size: Any,
    interpolation: Any,
    antialias: Any,
    crop: Any,
    fill: Any,
    fill_mode: Any,
    fill_value: Any,
    data_format: Any,
) -> tuple[Any, ...]:
    sizes = _sizes(images)
    out = canonical_shape(size)
    if len(out) != 2 or any(one < 1 for one in out):
        raise ArgumentError(f"size is a pair of positive ints, the new height and width; got {size!r}")
    if interpolation not in resampling.METHODS:
        raise ArgumentError(f"interpolation is one of {', '.join(resampling.METHODS)}; got {interpolation!r}")
    if crop and fill:
        raise ArgumentError("only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be True")
    if fill_mode != "constant":
        raise ArgumentError(f"fill_mode is 'constant'; got {fill_mode!r}")
    data_format = config.standardize_data_format(data_format)
    at = _height_axis(len(sizes), data_format)
    if None not in sizes[at : at + 2]:
        _known(sizes, at)
    return (
        images,
        out,
        interpolation,
        bool(antialias),
        bool(crop),
        bool(fill),
        fill_mode,
        canonical_float(fill_value),
        data_format,
    )


@composite(dtype=rules.REALS, canonical=_resized, kernel=None)
def resize(
    images: Operand,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Tensor:
    """Images resized to a new height and width.

    Pixel centers are at 0.5, 1.5 and so on. Weights of pixels beyond the edges are omitted, and the remaining weights
    are normalized to sum to 1.

    Args:
        images: one image or a batch of images; integers are rounded and clipped to the range of their dtype.
        size: the new height and width.
        interpolation: "nearest"; "bilinear"; "bicubic" (Keys, 1981, with a = -1/2); "lanczos3" or "lanczos5" (sinc
            windowed by a sinc of that radius); "area" (the mean over the area of the new pixel).
        antialias: whether to widen the interpolation kernel to the size of the new pixels when downsampling.
        crop_to_aspect_ratio: whether to crop the image first, equally on both sides, to the aspect ratio of the new
            size, instead of distorting it.
        pad_to_aspect_ratio: whether to pad the image first, equally on both sides, to the aspect ratio of the new size.
        fill_mode: "constant".
        fill_value: the value of the padding.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        Images of the same dtype.

    Raises:
        ShapeError: images do not have rank 3 or 4, or are empty.
        ArgumentError: an unknown interpolation or fill mode, a size that is not positive, or both cropping and padding.

    Example:
        >>> import ops
        >>> ops.shape(ops.image.resize(ops.ones((2, 8, 8, 3)), (4, 16)))
        (2, 4, 16, 3)
    """
    sizes = shape_of(images)
    at = _height_axis(len(sizes), data_format)
    if isinstance(images, SymbolicTensor):
        return SymbolicTensor(_with_spatial(sizes, size, data_format), images.dtype)
    if crop_to_aspect_ratio:
        key = [slice(None)] * len(sizes)
        for axis, start, length in _window_of_aspect(_known(sizes, at), size, at):
            key[axis] = slice(start, start + length)
        images = get_item(images, tuple(key))
    elif pad_to_aspect_ratio:
        widths = [(0, 0)] * len(sizes)
        for axis, start, length in _frame_of_aspect(_known(sizes, at), size, at):
            widths[axis] = (start, length - start - sizes[axis])
        if any(map(any, widths)):
            images = pad(images, tuple(widths), "constant", _filling(fill_value, dtype_of(images)))
    sizes = shape_of(images)
    if sizes[at : at + 2] == size:
        return images
    if interpolation == "nearest":
        height, width = _known(sizes, at)
        rows = take(images, resampling.nearest(height, size[0]), at)
        return take(rows, resampling.nearest(width, size[1]), at + 1)
    x = _resample(_batched(_computed(images)), size, interpolation, antialias, data_format)
    return _restored(x if len(sizes) == 4 else squeeze(x, 0), dtype_of(images))


def _window_of_aspect(have: tuple[int, int], wanted: tuple[int, int], at: int) -> list[tuple[int, int, int]]:
    """For both axes: the axis, start and length of the largest window of the given aspect ratio."""
    height, width = have
    lengths = min(height, max(width * wanted[0] // wanted[1], 1)), min(width, max(height * wanted[1] // wanted[0], 1))
    return [(at + i, (have[i] - lengths[i]) // 2, lengths[i]) for i in (0, 1)]


def _frame_of_aspect(have: tuple[int, int], wanted: tuple[int, int], at: int) -> list[tuple[int, int, int]]:
    """For both axes: the axis, the image's start and the length of the smallest frame of the given aspect ratio."""
    height, width = have
    lengths = max(height, width * wanted[0] // wanted[1]), max(width, height * wanted[1] // wanted[0])
    return [(at + i, (lengths[i] - have[i]) // 2, lengths[i]) for i in (0, 1)]


def _filling(value: float, dtype: str) -> float | int:
    """The fill value, rounded and clipped to the range of the images' dtype."""
    if not dtypes.is_integer(dtype):
        return value
    info = np.iinfo(dtype)
    return min(max(int(np.rint(value)), int(info.min)), int(info.max))


@composite(dtype=rules.REAL_FLOATS, kernel="resize")
def _resample(images: Operand, size: Any, interpolation: str, antialias: bool, data_format: str | None) -> Tensor:
    """Images of rank 4 resampled along both axes by matrices of weights."""
    sizes, dtype = shape_of(images), dtype_of(images)
    at = _height_axis(4, data_format)
    height, width = _known(sizes, at)
    rows = resampling.weights(height, size[0], interpolation, antialias, dtype)
    columns = resampling.weights(width, size[1], interpolation, antialias, dtype)
    if data_format == "channels_first":
        return matmul(matmul(rows, images), columns.T)
    batch, channels = -1 if sizes[0] is None else sizes[0], sizes[-1]
    x = matmul(rows, reshape(images, (batch, height, width * channels)))
    return matmul(columns, reshape(x, (batch, size[0], width, channels)))


_LINEAR = dict.fromkeys(("linear", "bilinear", "trilinear", "triangle"), "bilinear")
_CUBIC = dict.fromkeys(("cubic", "bicubic", "tricubic"), "bicubic")
_METHODS = {**_LINEAR, **_CUBIC, "lanczos3": "lanczos3", "lanczos5": "lanczos5"}


def _placed(
    images: Any, output_shape: Any, scale: Any, translation: Any, spatial_dims: Any, method: Any, antialias: Any
) -> tuple[Any, ...]:
    sizes = tuple(getattr(images, "shape", ()))
    out = canonical_shape(output_shape)
    dims = shapes.normalize_axes(canonical_shape(spatial_dims), len(sizes), "spatial_dims")
    if method not in _METHODS:
        raise ArgumentError(f"method is one of {', '.join(_METHODS)}; got {method!r}")
    if len(out) != len(sizes) or any(size < 0 for size in out):
        raise ShapeError(f"output_shape {out} has not a size for each axis of {sizes}")
    if any(i not in dims and size not in (None, out[i]) for i, size in enumerate(sizes)):
        raise ShapeError(f"output_shape {out} differs from {sizes} beside the axes {dims}")
    for name, value in (("scale", scale), ("translation", translation)):
        given = tuple(getattr(value, "shape", ()))
        if len(given) != 1 or given[0] not in (None, len(dims)):
            raise ShapeError(f"{name} holds a number for each of the {len(dims)} spatial axes; got shape {given}")
    return images, out, scale, translation, dims, _METHODS[method], bool(antialias)


@composite(canonical=_placed, kernel=None)
def scale_and_translate(
    images: Operand,
    output_shape: Any,
    scale: Operand,
    translation: Operand,
    spatial_dims: Any,
    method: str,
    antialias: bool = True,
) -> Tensor:
    """Images scaled and then translated, along any axes.

    A point x is mapped to ``x * scale + translation``, where pixel centers are at 0.5, 1.5 and so on. Output pixels
    that correspond to points beyond the edges are 0.

    Args:
        images: a tensor of any rank; integers are rounded and clipped to the range of their dtype.
        output_shape: the shape of the result; it must equal the images' shape except along the spatial axes.
        scale: the scale of each spatial axis.
        translation: the translation along each spatial axis, in pixels of the result.
        spatial_dims: the spatial axes.
        method: "linear", "bilinear", "trilinear" or "triangle"; "cubic", "bicubic" or "tricubic" (Keys, 1981, with
            a = -1/2); "lanczos3" or "lanczos5".
        antialias: whether to widen the interpolation kernel where the scale is below 1.

    Returns:
        A tensor of the images' dtype.

    Raises:
        ShapeError: the shapes do not match, or an axis is out of bounds.
        ArgumentError: the method is unknown.

    Example:
        >>> import ops
        >>> x = ops.image.scale_and_translate([1.0, 2.0], (4,), [2.0], [0.0], (0,), "linear")
        >>> ops.convert_to_numpy(x)
        array([1.  , 1.25, 1.75, 2.  ], dtype=float32)
    """
    dtype = _real(dtype_of(images))
    if isinstance(images, SymbolicTensor):
        return SymbolicTensor(output_shape, dtype)
    x = _computed(cast(images, dtype))
    wide = dtype_of(x)
    scale, translation = cast(scale, wide), cast(translation, wide)
    rank = len(output_shape)
    for i, axis in enumerate(spatial_dims):
        size = shape_of(x)[axis]
        if size is None:
            raise ShapeError(f"the size of axis {axis} must be known")
        matrix = _weights(
            size, output_shape[axis], get_item(scale, (i,)), get_item(translation, (i,)), method, antialias, wide
        )
        x = tensordot(x, matrix, ((axis,), (1,)))
        if axis != rank - 1:
            x = moveaxis(x, -1, axis)
    return _restored(x, dtype)


def _weights(
    size: int, out: int, scale: Tensor, translation: Tensor, method: str, antialias: bool, dtype: str
) -> Tensor:
    """The weight matrix of shape (out, size) for one axis that is scaled and translated."""
    back = divide(1.0, scale)
    middles = np.arange(out, dtype=dtype) + np.asarray(0.5, dtype)
    places = subtract(multiply(subtract(middles, translation), back), 0.5)
    away = abs(subtract(expand_dims(places, 1), np.arange(size, dtype=dtype)))
    if antialias:
        away = divide(away, maximum(back, 1.0))
    found = _kernel(method, away)
    total = reduce_sum(found, 1, True)
    enough = greater(abs(total), 1000 * float(np.finfo(dtype).eps))
    found = where(enough, divide(found, where(enough, total, 1.0)), 0.0)
    inside = logical_and(greater_equal(places, -0.5), less_equal(places, size - 0.5))
    return where(expand_dims(inside, 1), found, 0.0)


def _triangle(x: Tensor) -> Tensor:
    return maximum(subtract(1.0, x), 0.0)


def _cubic(x: Tensor) -> Tensor:
    near = add(multiply(multiply(subtract(multiply(x, 1.5), 2.5), x), x), 1.0)
    far = add(multiply(subtract(multiply(add(multiply(x, -0.5), 2.5), x), 4.0), x), 2.0)
    return where(less(x, 1.0), near, where(less(x, 2.0), far, 0.0))


def _lanczos(radius: float, x: Tensor) -> Tensor:
    away = greater(x, 1e-3)
    turn = multiply(where(away, x, 1.0), np.pi)
    wave = divide(multiply(sin(turn), sin(divide(turn, radius))), divide(square(turn), radius))
    # Near 0 the quotient is 0 / 0; use its series, which is exact there.
    series = subtract(1.0, multiply(square(x), np.pi**2 * (1 + 1 / radius**2) / 6))
    return where(less(x, radius), where(away, wave, series), 0.0)


def _kernel(method: str, x: Tensor) -> Tensor:
    """The weight of a pixel at this distance, in pixels; see `ops_common.algorithms.resampling.KERNELS`."""
    if method == "bilinear":
        return _triangle(x)
    return _cubic(x) if method == "bicubic" else _lanczos(float(method[-1]), x)


# --- sampling at coordinates ----------------------------------------------------------------------------------------

_FILLS = ("constant", "nearest", "wrap", "mirror", "reflect")


def _fill_mode(value: Any) -> str:
    if value not in _FILLS:
        raise ArgumentError(f"fill_mode is one of {', '.join(_FILLS)}; got {value!r}")
    return value


def _order(interpolation: Any) -> int:
    if interpolation not in ("nearest", "bilinear"):
        raise ArgumentError(f"interpolation is 'nearest' or 'bilinear'; got {interpolation!r}")
    return int(interpolation == "bilinear")


def _inside(place: Tensor, size: int, fill_mode: str) -> Tensor:
    """The integer index, mapped into [0, size) by the fill mode."""
    if fill_mode == "wrap":
        place = mod(place, float(size))
    elif fill_mode == "reflect":
        place = mod(place, 2.0 * size)
        place = minimum(place, subtract(2.0 * size - 1, place))
    elif fill_mode == "mirror" and size > 1:
        place = mod(place, 2.0 * size - 2)
        place = minimum(place, subtract(2.0 * size - 2, place))
    # Comparisons with NaN are false, so NaN becomes index 0; casting it to an integer would be undefined.
    return cast(where(greater_equal(place, 0.0), minimum(place, float(size - 1)), 0.0), "int32")


def _neighbours(coordinate: Tensor, size: int, order: int, fill_mode: str) -> list[tuple[Tensor, Any, Any]]:
    """For one axis: indices, their weights (None for 1), and masks of indices inside (None if all are)."""
    if order == 0:
        places = [(floor(add(coordinate, 0.5)), None)]
    else:
        low = floor(coordinate)
        share = subtract(coordinate, low)
        places = [(low, subtract(1.0, share)), (add(low, 1.0), share)]
    found: list[tuple[Tensor, Any, Any]] = []
    for place, weight in places:
        inside = None
        if fill_mode == "constant":
            inside = logical_and(greater_equal(place, 0.0), less_equal(place, float(size - 1)))
        found.append((_inside(place, size, fill_mode), weight, inside))
    return found


def _corner(one: tuple[Any, Any, Any], end: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    """Neighbours along two axes, combined: the sum of indices, the product of weights, the conjunction of masks."""
    index, weight, inside = end
    return (
        index if one[0] is None else add(one[0], index),
        weight if one[1] is None else multiply(one[1], weight),
        inside if one[2] is None else logical_and(one[2], inside),
    )


def _sampled(
    flat: Tensor,
    sizes: Sequence[int],
    coordinates: Sequence[Tensor],
    first: Any,
    order: int,
    fill_mode: str,
    fill_value: float,
) -> Tensor:
    """Elements of a grid, flattened along the first axis of `flat`, sampled at coordinates.

    Args:
        flat: shape (elements,), or (elements, channels).
        sizes: the shape of the grid.
        coordinates: a tensor for each axis of the grid, all of the same shape.
        first: the index in `flat` of each grid's first element; it broadcasts with the coordinates. None for 0.
        order: 0 for the nearest element, 1 for linear interpolation.
        fill_mode: the extension beyond the edges.
        fill_value: the value for fill mode "constant".
    """
    channels = len(shape_of(flat)) == 2
    corners: list[tuple[Any, Any, Any]] = [(first, None, None)]
    stride = 1
    for size, coordinate in zip(reversed(sizes), reversed(coordinates), strict=True):
        ends = _neighbours(coordinate, size, order, fill_mode)
        ends = [(place if stride == 1 else multiply(place, stride), weight, inside) for place, weight, inside in ends]
        corners = [_corner(one, end) for one in corners for end in ends]
        stride *= size
    total: Any = None
    for index, weight, inside in corners:
        value = take(flat, index, 0)
        if inside is not None:
            value = where(expand_dims(inside, -1) if channels else inside, value, fill_value)
        if weight is not None:
            value = multiply(value, expand_dims(weight, -1) if channels else weight)
        total = value if total is None else add(total, value)
    return total


def _mapped(inputs: Any, coordinates: Any, order: Any, fill_mode: Any, fill_value: Any) -> tuple[Any, ...]:
    sizes, places = tuple(getattr(inputs, "shape", ())), tuple(getattr(coordinates, "shape", ()))
    if not places or places[0] not in (None, len(sizes)):
        raise ShapeError(
            f"coordinates have an entry for each axis of inputs along their first axis; got {places} for {sizes}"
        )
    if not sizes or 0 in sizes:
        raise ShapeError(f"inputs without axes or elements have nothing to sample from; got shape {sizes}")
    if order not in (0, 1):
        raise ArgumentError(f"order is 0 (the nearest element) or 1 (linear interpolation); got {order!r}")
    return inputs, coordinates, int(order), _fill_mode(fill_mode), canonical_float(fill_value)


@composite(canonical=_mapped, kernel=None)
def map_coordinates(
    inputs: Operand, coordinates: Operand, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Tensor:
    """The inputs sampled at coordinates, with interpolation between elements.

    Args:
        inputs: a tensor of rank 1 or more; integers are rounded.
        coordinates: a tensor of shape (rank, *shape): positions along each axis of the inputs, starting at 0.
        order: 0 for the nearest element (the later element in a tie), 1 for linear interpolation.
        fill_mode: the extension of a, b, c, d: "constant" (k k k k), "nearest" (a a a a | a b c d | d d d d),
            "wrap" (a b c d | a b c d | a b c d), "mirror" (c d c b | a b c d | c b a b) or
            "reflect" (d c b a | a b c d | d c b a).
        fill_value: the constant k; between an edge and the first k outside, values are interpolated as well.

    Returns:
        A tensor of the coordinates' shape without the first axis, in the inputs' dtype.

    Raises:
        ShapeError: the coordinates do not match the inputs, or the inputs are empty.
        ArgumentError: an unknown order or fill mode.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.image.map_coordinates([1.0, 2.0, 4.0], [[0.5, 1.5]], 1))
        array([1.5, 3. ], dtype=float32)
    """
    dtype = _real(dtype_of(inputs))
    if isinstance(inputs, SymbolicTensor) or isinstance(coordinates, SymbolicTensor):
        return SymbolicTensor(shape_of(coordinates)[1:], dtype)
    sizes = shape_of(inputs)
    if None in sizes:
        raise ShapeError(f"the sizes of inputs must be known; got shape {sizes}")
    x, places = _in_one_dtype(cast(inputs, dtype), coordinates, order)
    rows = [get_item(places, (i,)) for i in range(len(sizes))]
    found = _sampled(reshape(x, (-1,)), sizes, rows, None, order, fill_mode, _filling(fill_value, dtype_of(x)))
    return _restored(found, dtype)


def _in_one_dtype(images: Tensor, places: Tensor, order: int) -> tuple[Tensor, Tensor]:
    """Images and coordinates, cast to the dtype of the computation; for order 0, images are unchanged."""
    have = dtype_of(places)
    if not dtypes.is_float(have) or have in _HALVES:
        places = cast(places, "float32")
    if order == 0:
        return images, places
    images = _computed(images)
    wide = dtypes.promote([dtype_of(images), dtype_of(places)])
    return cast(images, wide), cast(places, wide)


def _transformed(
    images: Any, transform: Any, interpolation: Any, fill_mode: Any, fill_value: Any, data_format: Any
) -> tuple[Any, ...]:
    sizes = _sizes(images)
    given: tuple[Any, ...] = tuple(getattr(transform, "shape", ()))
    batch = sizes[0] if len(sizes) == 4 else 1
    if len(given) not in (1, 2) or given[-1] not in (8, None) or not _fits(given[:-1], batch):
        raise ShapeError(f"transform has shape (8,), or (batch, 8) for as many images; got {given} for images {sizes}")
    _order(interpolation)
    data_format = _checked_format(sizes, data_format)
    return images, transform, interpolation, _fill_mode(fill_mode), canonical_float(fill_value), data_format


def _fits(given: shapes.Shape, batch: int | None) -> bool:
    return not given or batch is None or given[0] in (None, 1, batch)


def _checked_format(sizes: shapes.Shape, data_format: Any) -> str:
    """The data format, after a check that the images are not empty."""
    data_format = config.standardize_data_format(data_format)
    at = _height_axis(len(sizes), data_format)
    if None not in sizes[at : at + 2]:
        _known(sizes, at)
    return data_format


@composite(canonical=_transformed, kernel=None)
def affine_transform(
    images: Operand,
    transform: Operand,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Images transformed by an affine or projective map.

    Args:
        images: one image or a batch of images; integers are rounded.
        transform: shape (8,), the numbers a0, a1, a2, b0, b1, b2, c0, c1 for all images, or (batch, 8), a row for each
            image. The output pixel in column x and row y is sampled from column ``(a0 x + a1 y + a2) / k`` and row
            ``(b0 x + b1 y + b2) / k`` of the input, where ``k = c0 x + c1 y + 1``.
        interpolation: "nearest" or "bilinear".
        fill_mode: the extension beyond the edges: "constant", "nearest", "wrap", "mirror" or "reflect"; see
            `map_coordinates`.
        fill_value: the value for fill mode "constant".
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        Images of the same shape and dtype. Gradients flow to the transform as well.

    Raises:
        ShapeError: images do not have rank 3 or 4, or the transforms do not match them.
        ArgumentError: an unknown interpolation or fill mode.

    Example:
        >>> import ops
        >>> x = ops.image.affine_transform([[[1.0], [2.0], [3.0]]], [1, 0, 1, 0, 1, 0, 0, 0])
        >>> ops.convert_to_numpy(x)[0, :, 0]
        array([2., 3., 0.], dtype=float32)
    """
    if isinstance(images, SymbolicTensor) or isinstance(transform, SymbolicTensor):
        return SymbolicTensor(shape_of(images), _real(dtype_of(images)))
    rows = reshape(_beside(images, transform), (-1, 8))
    rows = pad(rows, ((0, 0), (0, 1)), "constant", 1.0)
    return _warped(images, rows, _order(interpolation), fill_mode, fill_value, data_format)


def _beside(images: Tensor, x: Tensor) -> Tensor:
    """x cast to the float dtype, float32 or float64, in which coordinates in these images are computed."""
    float64 = "float64" in (dtype_of(images), dtype_of(x))
    return cast(x, "float64" if float64 else "float32")


def _warped(
    images: Tensor, rows: Tensor, order: int, fill_mode: str, fill_value: float, data_format: str | None
) -> Tensor:
    """Images transformed by projections of shape (batch or 1, 9); see `affine_transform`."""
    sizes = shape_of(images)
    height, width = _known(sizes, _height_axis(len(sizes), data_format))
    dtype = dtype_of(rows)
    across = np.arange(width, dtype=dtype)
    down = np.arange(height, dtype=dtype)[:, None]
    c = [expand_dims(get_item(rows, (slice(None), i)), (1, 2)) for i in range(9)]
    x, y, k = (add(add(multiply(c[i], across), multiply(c[i + 1], down)), c[i + 2]) for i in (0, 3, 6))
    return _picked(images, divide(y, k), divide(x, k), order, fill_mode, fill_value, data_format)


def _picked(
    images: Tensor, y: Tensor, x: Tensor, order: int, fill_mode: str, fill_value: float, data_format: str | None
) -> Tensor:
    """Images sampled at rows y and columns x, of shape (batch or 1, height, width)."""
    given = shape_of(images)
    dtype = _real(dtype_of(images))
    images = _batched(cast(images, dtype))
    if data_format == "channels_first":
        images = transpose(images, (0, 2, 3, 1))
    batch, height, width, channels = shape_of(images)
    if channels is None:
        raise ShapeError(f"the number of channels must be known; got shape {given}")
    images, y = _in_one_dtype(images, y, order)
    x = cast(x, dtype_of(y))
    if batch is None:
        raise ShapeError(f"the number of images must be known; got shape {given}")
    starts = np.arange(batch, dtype=np.int32)[:, None, None] * (height * width)
    flat = reshape(images, (batch * height * width, channels))
    if shape_of(y)[0] != batch:
        y, x = (broadcast_to(one, (batch, *shape_of(one)[1:])) for one in (y, x))
    found = _sampled(flat, (height, width), (y, x), starts, order, fill_mode, _filling(fill_value, dtype_of(flat)))
    if data_format == "channels_first":
        found = transpose(found, (0, 3, 1, 2))
    return _restored(found if len(given) == 4 else squeeze(found, 0), dtype)


def _perspective(
    images: Any, start_points: Any, end_points: Any, interpolation: Any, fill_value: Any, data_format: Any
) -> tuple[Any, ...]:
    sizes = _sizes(images)
    batch = sizes[0] if len(sizes) == 4 else 1
    for name, points in (("start_points", start_points), ("end_points", end_points)):
        given: tuple[Any, ...] = tuple(getattr(points, "shape", ()))
        if (
            len(given) not in (2, 3)
            or given[-2] not in (4, None)
            or given[-1] not in (2, None)
            or not _fits(given[:-2], batch)
        ):
            raise ShapeError(f"{name} has shape (4, 2), or (batch, 4, 2) for as many images; got {given} for {sizes}")
    _order(interpolation)
    return (
        images,
        start_points,
        end_points,
        interpolation,
        canonical_float(fill_value),
        _checked_format(sizes, data_format),
    )


@composite(canonical=_perspective, kernel=None)
def perspective_transform(
    images: Operand,
    start_points: Operand,
    end_points: Operand,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Images projected so that four start points are mapped to four end points.

    Args:
        images: one image or a batch of images; integers are rounded.
        start_points: shape (4, 2), or (batch, 4, 2): column and row of four points, no three of them collinear.
        end_points: the positions of these points in the result, in the same format.
        interpolation: "nearest" or "bilinear".
        fill_value: the value beyond the edges.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        Images of the same shape and dtype. Gradients flow to the points as well.

    Raises:
        ShapeError: images do not have rank 3 or 4, or the points do not match them.
        ArgumentError: the interpolation is unknown.

    Example:
        >>> import ops
        >>> start = [[0, 0], [2, 0], [0, 1], [2, 1]]
        >>> x = ops.image.perspective_transform([[[1.0], [2.0], [3.0]]], start, [[x + 1, y] for x, y in start])
        >>> ops.convert_to_numpy(x)[0, :, 0]
        array([0., 1., 2.], dtype=float32)
    """
    if any(isinstance(x, SymbolicTensor) for x in (images, start_points, end_points)):
        return SymbolicTensor(shape_of(images), _real(dtype_of(images)))
    start, end = (reshape(_beside(images, points), (-1, 4, 2)) for points in (start_points, end_points))
    return _warped(images, _projection(start, end), _order(interpolation), "constant", fill_value, data_format)


def _projection(start: Tensor, end: Tensor) -> Tensor:
    """The projections of shape (batch, 9) that map each end point to its start point.

    A point p has barycentric coordinates b1, b2, b3 in the triangle of the first three end points. Let r be the ratios
    of the fourth point's coordinates in the start triangle to its coordinates in the end triangle. Then p is mapped to
    the mean of the start points with weights r b.
    """
    ratios = [divide(one, other) for one, other in zip(_barycentric(start), _barycentric(end), strict=True)]
    e, s = ([get_item(points, (slice(None), i)) for i in range(3)] for points in (end, start))
    area = _cross(subtract(e[1], e[0]), subtract(e[2], e[0]))
    total: Any = None
    for i in range(3):
        # b_i is the area of the triangle of p and the other two points, divided by the total area: linear in p.
        one, other = e[(i + 1) % 3], e[(i + 2) % 3]
        side = subtract(other, one)
        linear = stack([multiply(get_item(side, (..., 1)), -1.0), get_item(side, (..., 0)), _cross(one, other)], -1)
        linear = multiply(linear, expand_dims(divide(ratios[i], area), -1))
        # The point's column, row and 1, each multiplied by the linear function.
        point = pad(s[i], ((0, 0), (0, 1)), "constant", 1.0)
        part = multiply(expand_dims(point, 2), expand_dims(linear, 1))
        total = part if total is None else add(total, part)
    return reshape(total, (-1, 9))


def _barycentric(points: Tensor) -> list[Tensor]:
    """The barycentric coordinates of the fourth point in the triangle of the first three; they sum to 1."""
    p = [get_item(points, (slice(None), i)) for i in range(4)]
    area = _cross(subtract(p[1], p[0]), subtract(p[2], p[0]))
    second = divide(_cross(subtract(p[3], p[0]), subtract(p[2], p[0])), area)
    third = divide(_cross(subtract(p[1], p[0]), subtract(p[3], p[0])), area)
    return [subtract(subtract(1.0, second), third), second, third]


def _cross(a: Tensor, b: Tensor) -> Tensor:
    """Twice the signed area of the triangle spanned by two vectors, each of shape (batch, 2)."""
    return subtract(
        multiply(get_item(a, (..., 0)), get_item(b, (..., 1))), multiply(get_item(a, (..., 1)), get_item(b, (..., 0)))
    )


@backend_function
def elastic_transform(
    backend: Backend,
    images: Operand,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: int | SeedGenerator | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Images with random elastic distortions (Simard, Steinkraus and Platt, 2003).

    Each pixel is sampled at a position displaced along both axes by standard normal noise, which is smoothed by a
    Gaussian kernel and multiplied by alpha.

    Args:
        images: one image or a batch of images, each distorted independently; integers are rounded.
        alpha: the scale of the displacements.
        sigma: the standard deviation of the Gaussian in pixels; larger is smoother. The kernel is truncated at 3 sigma.
        interpolation: "nearest" or "bilinear".
        fill_mode: the extension beyond the edges; see `map_coordinates`.
        fill_value: the value for fill mode "constant".
        seed: see `ops.random.normal`.
        data_format: "channels_last" or "channels_first"; None for the configured format.

    Returns:
        Images of the same shape and dtype.

    Raises:
        ShapeError: images do not have rank 3 or 4, or are empty.
        ArgumentError: an unknown interpolation or fill mode, or sigma is not positive.

    Example:
        >>> import ops
        >>> ops.shape(ops.image.elastic_transform(ops.ones((8, 8, 3)), seed=1))
        (8, 8, 3)
    """
    x = images if isinstance(images, SymbolicTensor) else backend.to_tensor(images)
    sizes = _sizes(x) if isinstance(x, SymbolicTensor) else _sizes(SymbolicTensor(backend.shape(x)))
    width = canonical_float(sigma)
    if width <= 0:
        raise ArgumentError(f"sigma must be positive; got {sigma}")
    data_format = _checked_format(sizes, data_format)
    options = (canonical_float(alpha), width, _order(interpolation), _fill_mode(fill_mode), canonical_float(fill_value))
    if isinstance(x, SymbolicTensor):
        return SymbolicTensor(sizes, _real(x.dtype))
    _real(backend.dtype(x))
    at = _height_axis(len(sizes), data_format)
    shape = (2, sizes[0] if len(sizes) == 4 else 1, *_known(sizes, at))
    if shape[1] is None:
        raise ShapeError(f"the number of images must be known; got shape {sizes}")
    bound = backend.bound
    return bound.image__displaced(x, bound.random_normal(shape, 0.0, 1.0, "float32", seed), *options, data_format)


@composite(kernel=None)
def _displaced(
    images: Operand,
    noise: Operand,
    alpha: Any,
    sigma: Any,
    order: Any,
    fill_mode: str,
    fill_value: Any,
    data_format: str,
) -> Tensor:
    """Images sampled at positions displaced by smoothed noise of shape (2, batch, height, width)."""
    height, width = shape_of(noise)[2:]
    taps = resampling.gaussian(2 * int(np.ceil(3 * sigma)) + 1, sigma)
    moves = multiply(_separable_filter(noise, taps, taps, "same", "channels_first"), alpha)
    y = add(get_item(moves, (0,)), np.arange(height, dtype=np.float32)[:, None])
    x = add(get_item(moves, (1,)), np.arange(width, dtype=np.float32))
    return _picked(images, y, x, order, fill_mode, fill_value, data_format)
