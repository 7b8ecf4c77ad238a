"""Affine, perspective and elastic transforms."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops._declaration import backend_function, canonical_float, composite
from ops._declaration.operands import spec_of
from ops._declaration.roles import Operand, Tensor
from ops.core import _on_device_of, cast
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.elementwise import add, divide, multiply, subtract
from ops.image._common import (
    as_batch,
    check_height_and_width,
    fill_value_in,
    height_and_width,
    height_axis,
    image_shape,
    in_image_dtype,
    positions,
    real_dtype,
)
from ops.image.filters import _separable_filter
from ops.image.sampling import checked_fill_mode, in_one_dtype, order_of, sample
from ops.indexing import get_item
from ops.manipulation import broadcast_to, expand_dims, pad, reshape, squeeze, stack, transpose
from ops_common import shapes
from ops_common.algorithms import resampling
from ops_common.errors import ArgumentError, ShapeError
from ops_common.runtime import config
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.seeds import SeedGenerator

__all__ = [
    "affine_transform",
    "elastic_transform",
    "perspective_transform",
]


def _affine_arguments(
    images: Any, transform: Any, interpolation: Any, fill_mode: Any, fill_value: Any, data_format: Any
) -> tuple[Any, ...]:
    sizes = image_shape(images)
    shape: tuple[Any, ...] = tuple(getattr(transform, "shape", ()))
    batch = sizes[0] if len(sizes) == 4 else 1
    if len(shape) not in (1, 2) or not shapes.is_one_of(shape[-1], (8, None)) or not _fits(shape[:-1], batch):
        raise ShapeError(f"transform has shape (8,), or (batch, 8) for as many images; got {shape} for images {sizes}")
    order_of(interpolation)
    data_format = _checked_format(sizes, data_format)
    return images, transform, interpolation, checked_fill_mode(fill_mode), canonical_float(fill_value), data_format


def _fits(lead: shapes.Shape, batch: int | None) -> bool:
    return len(lead) == 0 or batch is None or shapes.is_one_of(lead[0], (None, 1, batch))


def _transformed(images: Any, *leads: shapes.Shape) -> SymbolicTensor:
    """Returns symbolic images, as many as there are transforms if that is unknown."""
    sizes = shape_of(images)
    batch = sizes[:1] if len(sizes) == 4 else ()
    for lead in leads:
        batch = shapes.broadcast_to(lead, batch) if len(lead) <= len(batch) else batch
    return SymbolicTensor((*batch, *sizes[len(batch) :]), real_dtype(dtype_of(images)))


def _checked_format(sizes: shapes.Shape, data_format: Any) -> str:
    """Returns the data format, after a check that the images are not empty."""
    data_format = config.standardize_data_format(data_format)
    at = height_axis(len(sizes), data_format)
    check_height_and_width(sizes, at)
    return data_format


@composite(canonical=_affine_arguments, kernel=None)
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
        return _transformed(images, shape_of(transform)[:-1])
    rows = reshape(in_coordinate_dtype(images, transform), (-1, 8))
    rows = pad(rows, ((0, 0), (0, 1)), "constant", 1.0)
    return _projected(images, rows, order_of(interpolation), fill_mode, fill_value, data_format)


def in_coordinate_dtype(images: Tensor, x: Tensor) -> Tensor:
    """x cast to the float dtype, float32 or float64, in which coordinates in these images are computed."""
    float64 = "float64" in (dtype_of(images), dtype_of(x))
    return cast(x, "float64" if float64 else "float32")


def _projected(
    images: Tensor, rows: Tensor, order: int, fill_mode: str, fill_value: float, data_format: str | None
) -> Tensor:
    """Returns images transformed by projections of shape (batch or 1, 9); see `affine_transform`."""
    height, width = height_and_width(images, height_axis(len(shape_of(images)), data_format))
    dtype = dtype_of(rows)
    across, down = positions(width, dtype), positions(height, dtype)[:, None]
    c = [expand_dims(get_item(rows, (slice(None), i)), (1, 2)) for i in range(9)]
    x, y, k = (add(add(multiply(c[i], across), multiply(c[i + 1], down)), c[i + 2]) for i in (0, 3, 6))
    return _sampled_images(images, divide(y, k), divide(x, k), order, fill_mode, fill_value, data_format)


def _sampled_images(
    images: Tensor, y: Tensor, x: Tensor, order: int, fill_mode: str, fill_value: float, data_format: str | None
) -> Tensor:
    """Returns images sampled at rows y and columns x, of shape (batch or 1, height, width)."""
    in_shape = shape_of(images)
    dtype = real_dtype(dtype_of(images))
    images = as_batch(cast(images, dtype))
    if data_format == "channels_first":
        images = transpose(images, (0, 2, 3, 1))
    batch, height, width, channels = sizes_of(images)
    images, y = in_one_dtype(images, y, order)
    x = cast(x, dtype_of(y))
    # Not the array's own product, which PyTorch's compiler would compile for each size.
    starts = _on_device_of(multiply(positions(batch, "int32")[:, None, None], height * width), images)
    flat = reshape(images, (batch * height * width, channels))
    if shape_of(y)[0] is None or shape_of(y)[0] != shape_of(images)[0]:
        y, x = (broadcast_to(position, (batch, *sizes_of(position)[1:])) for position in (y, x))
    sampled = sample(flat, (height, width), (y, x), starts, order, fill_mode, fill_value_in(fill_value, dtype_of(flat)))
    if data_format == "channels_first":
        sampled = transpose(sampled, (0, 3, 1, 2))
    return in_image_dtype(sampled if len(in_shape) == 4 else squeeze(sampled, 0), dtype)


def _perspective_arguments(
    images: Any, start_points: Any, end_points: Any, interpolation: Any, fill_value: Any, data_format: Any
) -> tuple[Any, ...]:
    sizes = image_shape(images)
    batch = sizes[0] if len(sizes) == 4 else 1
    for name, points in (("start_points", start_points), ("end_points", end_points)):
        shape: tuple[Any, ...] = tuple(getattr(points, "shape", ()))
        if (
            len(shape) not in (2, 3)
            or not shapes.is_one_of(shape[-2], (4, None))
            or not shapes.is_one_of(shape[-1], (2, None))
            or not _fits(shape[:-2], batch)
        ):
            raise ShapeError(f"{name} has shape (4, 2), or (batch, 4, 2) for as many images; got {shape} for {sizes}")
    order_of(interpolation)
    return (
        images,
        start_points,
        end_points,
        interpolation,
        canonical_float(fill_value),
        _checked_format(sizes, data_format),
    )


@composite(canonical=_perspective_arguments, kernel=None)
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
        return _transformed(images, shape_of(start_points)[:-2], shape_of(end_points)[:-2])
    start, end = (reshape(in_coordinate_dtype(images, points), (-1, 4, 2)) for points in (start_points, end_points))
    return _projected(images, _projection(start, end), order_of(interpolation), "constant", fill_value, data_format)


def _projection(start: Tensor, end: Tensor) -> Tensor:
    """Returns the projections of shape (batch, 9) that map each end point to its start point.

    A point p has barycentric coordinates b1, b2, b3 in the triangle of the first three end points. Let r be the ratios
    of the fourth point's coordinates in the start triangle to its coordinates in the end triangle. Then p is mapped to
    the mean of the start points with weights r b.
    """
    ratios = [divide(s, e) for s, e in zip(_barycentric(start), _barycentric(end), strict=True)]
    e, s = ([get_item(points, (slice(None), i)) for i in range(3)] for points in (end, start))
    area = _cross(subtract(e[1], e[0]), subtract(e[2], e[0]))
    total: Any = None
    for i in range(3):
        # b_i is the area of the triangle of the point and the other two corners, divided by the total area: linear.
        p, q = e[(i + 1) % 3], e[(i + 2) % 3]
        side = subtract(q, p)
        linear = stack([multiply(get_item(side, (..., 1)), -1.0), get_item(side, (..., 0)), _cross(p, q)], -1)
        linear = multiply(linear, expand_dims(divide(ratios[i], area), -1))
        # The point's column, row and 1, each multiplied by the linear function.
        point = pad(s[i], ((0, 0), (0, 1)), "constant", 1.0)
        part = multiply(expand_dims(point, 2), expand_dims(linear, 1))
        total = part if total is None else add(total, part)
    return reshape(total, (-1, 9))


def _barycentric(points: Tensor) -> list[Tensor]:
    """Returns the barycentric coordinates of the fourth point in the triangle of the first three; they sum to 1."""
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
    sizes = image_shape(spec_of(backend, x))
    width = canonical_float(sigma)
    if width <= 0:
        raise ArgumentError(f"sigma must be positive; got {sigma}")
    data_format = _checked_format(sizes, data_format)
    options = (
        canonical_float(alpha),
        width,
        order_of(interpolation),
        checked_fill_mode(fill_mode),
        canonical_float(fill_value),
    )
    if isinstance(x, SymbolicTensor):
        return SymbolicTensor(sizes, real_dtype(x.dtype))
    real_dtype(backend.dtype(x))
    at = height_axis(len(sizes), data_format)
    bound = backend.bound
    lengths = bound.core_shape(x)
    shape = (2, lengths[0] if len(sizes) == 4 else 1, *lengths[at : at + 2])
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
    """Returns images sampled at positions displaced by smoothed noise of shape (2, batch, height, width)."""
    height, width = sizes_of(noise)[2:]
    taps = resampling.gaussian(2 * int(np.ceil(3 * sigma)) + 1, sigma)
    moves = multiply(_separable_filter(noise, taps, taps, "same", "channels_first"), alpha)
    y = add(get_item(moves, (0,)), positions(height, "float32")[:, None])
    x = add(get_item(moves, (1,)), positions(width, "float32"))
    return _sampled_images(images, y, x, order, fill_mode, fill_value, data_format)
