"""Resizing, and scaling with translation, by matrices of weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops._declaration import canonical_float, canonical_shape, composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Sizes, Tensor
from ops.contraction import matmul, tensordot
from ops.core import _larger_size, _smaller_size, cast, convert_to_tensor
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.creation import arange
from ops.elementwise import (
    abs,
    divide,
    floor_divide,
    greater,
    greater_equal,
    less_equal,
    logical_and,
    maximum,
    minimum,
    multiply,
    sinc,
    subtract,
    where,
)
from ops.image._common import (
    as_batch,
    check_height_and_width,
    fill_value_in,
    height_and_width,
    height_axis,
    image_shape,
    in_compute_dtype,
    in_image_dtype,
    positions,
    real_dtype,
    with_spatial,
)
from ops.indexing import get_item, take
from ops.manipulation import expand_dims, moveaxis, pad, reshape, squeeze, transpose
from ops.reduction import sum as reduce_sum
from ops_common import shapes
from ops_common.algorithms import resampling
from ops_common.errors import ArgumentError, ShapeError
from ops_common.runtime import config
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "resize",
    "scale_and_translate",
]


def _resize_arguments(
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
    sizes = image_shape(images)
    out = size
    if len(out) != 2 or any(isinstance(length, int) and length < 1 for length in out):
        raise ArgumentError(f"size must be a pair of positive ints, the new height and width; got {size!r}")
    if interpolation not in resampling.METHODS:
        raise ArgumentError(f"interpolation must be one of {', '.join(resampling.METHODS)}; got {interpolation!r}")
    if crop and fill:
        raise ArgumentError("only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be True")
    if fill_mode != "constant":
        raise ArgumentError(f"fill_mode must be 'constant'; got {fill_mode!r}")
    data_format = config.standardize_data_format(data_format)
    at = height_axis(len(sizes), data_format)
    check_height_and_width(sizes, at)
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


@composite(dtype=rules.REALS, canonical=_resize_arguments, kernel=None)
def resize(
    images: Operand,
    size: Sizes,
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
    at = height_axis(len(sizes), data_format)
    if isinstance(images, SymbolicTensor):
        return SymbolicTensor(with_spatial(sizes, size, data_format), images.dtype)
    if crop_to_aspect_ratio:
        key = [slice(None)] * len(sizes)
        for axis, start, length in _window_of_aspect(height_and_width(images, at), size, at):
            key[axis] = slice(start, start + length)
        images = get_item(images, tuple(key))
    elif pad_to_aspect_ratio:
        widths: list[tuple[Any, Any]] = [(0, 0)] * len(sizes)
        lengths = sizes_of(images)
        for axis, start, length in _frame_of_aspect(height_and_width(images, at), size, at):
            widths[axis] = (start, length - start - lengths[axis])
        if not all(type(amount) is int and amount == 0 for pair in widths for amount in pair):
            images = pad(images, tuple(widths), "constant", fill_value_in(fill_value, dtype_of(images)))
    sizes = shape_of(images)
    if all(isinstance(length, int) for length in size) and sizes[at : at + 2] == size:
        return images
    if interpolation == "nearest":
        return _nearest_pixels(images, size, data_format)
    x = _resample(as_batch(in_compute_dtype(images)), size, interpolation, antialias, data_format)
    return in_image_dtype(x if len(sizes) == 4 else squeeze(x, 0), dtype_of(images))


@composite(kernel="resize_nearest")
def _nearest_pixels(images: Operand, size: Sizes, data_format: str | None) -> Tensor:
    at = height_axis(len(shape_of(images)), data_format)
    height, width = height_and_width(images, at)
    return take(take(images, _nearest(height, size[0]), at), _nearest(width, size[1]), at + 1)


def _nearest(size: Any, out: Any) -> Any:
    """Returns the input pixel that contains the centre of each output pixel."""
    if isinstance(size, int) and isinstance(out, int):
        return resampling.nearest(size, out)
    return floor_divide(multiply(positions(out, "int32") * 2 + 1, size), out * 2)


def _window_of_aspect(size: tuple[Any, Any], aspect: tuple[int, int], at: int) -> list[tuple[int, Any, Any]]:
    """Returns for both axes: the axis, start and length of the largest window of the given aspect ratio."""
    height, width = size
    lengths = (
        _smaller_size(height, _larger_size(width * aspect[0] // aspect[1], 1)),
        _smaller_size(width, _larger_size(height * aspect[1] // aspect[0], 1)),
    )
    return [(at + i, (size[i] - lengths[i]) // 2, lengths[i]) for i in (0, 1)]


def _frame_of_aspect(size: tuple[Any, Any], aspect: tuple[int, int], at: int) -> list[tuple[int, Any, Any]]:
    """Returns for both axes: the axis, the image's start and the length of the smallest frame of this aspect ratio."""
    height, width = size
    lengths = _larger_size(height, width * aspect[0] // aspect[1]), _larger_size(width, height * aspect[1] // aspect[0])
    return [(at + i, (lengths[i] - size[i]) // 2, lengths[i]) for i in (0, 1)]


@composite(dtype=rules.REAL_FLOATS, kernel="resize")
def _resample(images: Operand, size: Sizes, interpolation: str, antialias: bool, data_format: str | None) -> Tensor:
    """Returns images of rank 4 resampled along both axes by matrices of weights."""
    dtype = dtype_of(images)
    height, width = height_and_width(images, height_axis(4, data_format))
    rows = _resampling_weights(height, size[0], interpolation, antialias, dtype)
    columns = _resampling_weights(width, size[1], interpolation, antialias, dtype)
    if data_format == "channels_first":
        return matmul(matmul(rows, images), transpose(columns, (1, 0)))
    batch, _, _, channels = sizes_of(images)
    x = matmul(rows, reshape(images, (batch, height, width * channels)))
    return matmul(columns, reshape(x, (batch, size[0], width, channels)))


def _resampling_weights(size: Any, out: Any, interpolation: str, antialias: bool, dtype: str) -> Any:
    if isinstance(size, int) and isinstance(out, int):
        return resampling.weights(size, out, interpolation, antialias, dtype)
    functions = resampling.Functions(
        cast=lambda x: cast(x, dtype),
        where=where,
        maximum=maximum,
        minimum=minimum,
        abs=abs,
        sinc=sinc,
        total=lambda x: reduce_sum(x, 1, True),
    )
    counts = (convert_to_tensor(size, "int32"), convert_to_tensor(out, "int32"))
    rows = expand_dims(arange(out, dtype="int32"), 1)
    return resampling.run_time_weights(
        counts[0], arange(size, dtype="int32"), counts[1], rows, interpolation, antialias, functions
    )


_LINEAR = dict.fromkeys(("linear", "bilinear", "trilinear", "triangle"), "bilinear")


_CUBIC = dict.fromkeys(("cubic", "bicubic", "tricubic"), "bicubic")


_METHODS = {**_LINEAR, **_CUBIC, "lanczos3": "lanczos3", "lanczos5": "lanczos5"}


def _scale_and_translate_arguments(
    images: Any, output_shape: Any, scale: Any, translation: Any, spatial_dims: Any, method: Any, antialias: Any
) -> tuple[Any, ...]:
    sizes = tuple(getattr(images, "shape", ()))
    out = canonical_shape(output_shape)
    dims = shapes.normalize_axes(canonical_shape(spatial_dims), len(sizes), "spatial_dims")
    if method not in _METHODS:
        raise ArgumentError(f"method must be one of {', '.join(_METHODS)}; got {method!r}")
    if len(out) != len(sizes) or any(size < 0 for size in out):
        raise ShapeError(
            f"output_shape {out} does not fit images of shape {sizes}: it must have a non-negative size for each axis"
        )
    if any(i not in dims and not shapes.is_one_of(size, (None, out[i])) for i, size in enumerate(sizes)):
        raise ShapeError(
            f"output_shape {out} does not fit images of shape {sizes}: they may differ only along spatial_dims {dims}"
        )
    for name, value in (("scale", scale), ("translation", translation)):
        shape = tuple(getattr(value, "shape", ()))
        if len(shape) != 1 or not shapes.is_one_of(shape[0], (None, len(dims))):
            raise ShapeError(f"{name} must be a number for each of the {len(dims)} spatial axes; got shape {shape}")
    return images, out, scale, translation, dims, _METHODS[method], bool(antialias)


@composite(canonical=_scale_and_translate_arguments, kernel=None)
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
    dtype = real_dtype(dtype_of(images))
    if isinstance(images, SymbolicTensor):
        return SymbolicTensor(output_shape, dtype)
    x = in_compute_dtype(cast(images, dtype))
    wide = dtype_of(x)
    scale, translation = cast(scale, wide), cast(translation, wide)
    rank = len(output_shape)
    for i, axis in enumerate(spatial_dims):
        size = sizes_of(x)[axis]
        matrix = _weights(
            size, output_shape[axis], get_item(scale, (i,)), get_item(translation, (i,)), method, antialias, wide
        )
        x = tensordot(x, matrix, ((axis,), (1,)))
        if axis != rank - 1:
            x = moveaxis(x, -1, axis)
    return in_image_dtype(x, dtype)


def _weights(
    size: Any, out: int, scale: Tensor, translation: Tensor, method: str, antialias: bool, dtype: str
) -> Tensor:
    """Returns the weight matrix of shape (out, size) for one axis that is scaled and translated."""
    back = divide(1.0, scale)
    middles = np.arange(out, dtype=dtype) + np.asarray(0.5, dtype)
    places = subtract(multiply(subtract(middles, translation), back), 0.5)
    away = abs(subtract(expand_dims(places, 1), positions(size, dtype)))
    if antialias:
        away = divide(away, maximum(back, 1.0))
    weights = resampling.kernel(method, away, where, maximum, sinc)
    total = reduce_sum(weights, 1, True)
    enough = greater(abs(total), 1000 * float(np.finfo(dtype).eps))
    weights = where(enough, divide(weights, where(enough, total, 1.0)), 0.0)
    last = size - 0.5 if isinstance(size, int) else cast(size, dtype) - 0.5
    inside = logical_and(greater_equal(places, -0.5), less_equal(places, last))
    return where(expand_dims(inside, 1), weights, 0.0)
