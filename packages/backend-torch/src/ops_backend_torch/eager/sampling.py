"""Eager calls of the family image that sample at coordinates."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ops_backend_torch.eager.common import FLOATS, NUMERIC, casts, constant, has_values, is_plain, native
from ops_common.algorithms import resampling
from ops_common.algorithms.projections import projection

__all__ = [
    "image_map_coordinates",
    "image_perspective_transform",
    "image_scale_and_translate",
]

Tensor = Any

# Of more elements, all corners at once take more memory than one after another.
_MOST = 1 << 14
_FEW = 64


def _inside(place: Tensor, size: int, fill_mode: str) -> Tensor:
    """Returns positions as indices, mapped into ``[0, size)`` by the fill mode; NaN becomes 0."""
    if fill_mode == "wrap":
        place = torch.remainder(place, size)
    elif fill_mode in ("reflect", "mirror"):
        last = 2 * size - (1 if fill_mode == "reflect" else 2)
        place = torch.remainder(place, 2 * size if fill_mode == "reflect" else max(last, 1))
        place = torch.minimum(place, last - place)
    return place.clamp(0, size - 1).nan_to_num_(0.0).long()


def sampled(
    flat: Tensor, sizes: Sequence[int], coordinates: Sequence[Tensor], first: Any, order: int, mode: str, fill: float
) -> Tensor:
    """Returns elements of a grid at coordinates, all corners at once.

    Args:
        flat: the elements, of shape (elements,) or (elements, channels).
        sizes: the shape of the grid.
        coordinates: a tensor for each axis of the grid.
        first: the index of each grid's first element; it broadcasts with the coordinates.
        order: 0 for the nearest element, 1 for linear interpolation.
        mode: the extension beyond the edges, with the value ``fill`` for "constant".
    """
    rank, index, weight, inside = len(sizes), first, None, None
    for axis, (size, coordinate) in enumerate(zip(sizes, coordinates, strict=True)):
        if order == 0:
            place, share = torch.floor(coordinate + 0.5), None
        else:
            low = torch.floor(coordinate)
            share = coordinate - low
            ends = [1] * rank
            ends[axis] = 2
            # An axis of both ends for each axis of the grid.
            shape = (*ends, *coordinate.shape)
            share = torch.stack((1.0 - share, share)).reshape(shape)
            place = torch.stack((low, low + 1.0)).reshape(shape)
        if mode == "constant":
            within = torch.logical_and(place >= 0, place <= size - 1)
            inside = within if inside is None else torch.logical_and(inside, within)
        stride = math.prod(sizes[axis + 1 :])
        index = torch.add(index, _inside(place, size, mode), alpha=stride)
        weight = share if weight is None or share is None else weight * share
    values = flat[index]
    many = flat.dim() == 2
    if inside is not None:
        values = torch.where(inside.unsqueeze(-1) if many else inside, values, fill)
    if weight is None:
        return values
    corners = (values * (weight.unsqueeze(-1) if many else weight)).flatten(0, rank - 1)
    return functools.reduce(torch.add, corners.unbind(0))  # not by `sum`, which begins with 0: -0.0 would be lost


def _zero() -> Tensor:
    return constant("zero", lambda: np.zeros((), np.int64))


def image_map_coordinates(inputs: Tensor, coordinates: Tensor, order: int, fill_mode: str, fill_value: float) -> Any:
    if inputs.dtype not in FLOATS or inputs.dtype is not coordinates.dtype:
        return NotImplemented
    if not is_plain(inputs) or not has_values(coordinates):
        return NotImplemented
    if not inputs.numel() or not 0 < coordinates.numel() <= _MOST or len(coordinates) != inputs.dim():
        return NotImplemented
    flat = inputs.reshape(-1)
    return sampled(flat, inputs.shape, coordinates.unbind(0), _zero(), order, fill_mode, fill_value)


def _grid(height: int, width: int) -> Any:
    """Returns column, row and 1 of each pixel: a matrix of 3 rows, in float64."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x.ravel(), y.ravel(), np.ones(height * width)]).astype(np.float64)


def image_perspective_transform(
    images: Tensor, start_points: Tensor, end_points: Tensor, interpolation: str, fill_value: float, data_format: str
) -> Any:
    if images.dtype not in FLOATS or not is_plain(images) or not 0 < images.numel() <= _MOST or casts():
        return NotImplemented
    if images.dtype is torch.float32 and torch.float64 in (start_points.dtype, end_points.dtype):
        return NotImplemented
    for points in (start_points, end_points):
        if points.dtype not in NUMERIC or not has_values(points) or points.numel() > _FEW:
            return NotImplemented
    starts, ends = start_points.reshape(-1, 4, 2).tolist(), end_points.reshape(-1, 4, 2).tolist()
    count = max(len(starts), len(ends))
    try:
        rows = [projection(starts[i % len(starts)], ends[i % len(ends)]) for i in range(count)]
    except ZeroDivisionError:
        return NotImplemented
    x = images if images.dim() == 4 else images.unsqueeze(0)
    if data_format == "channels_first":
        x = x.permute(0, 2, 3, 1)
    batch, height, width, channels = x.shape
    grid = constant(("grid", height, width), lambda: _grid(height, width))
    across, down, below = torch.matmul(torch.from_numpy(np.array(rows)), grid).unbind(1)
    y, across = (down / below).to(x.dtype), (across / below).to(x.dtype)
    if count != batch:
        y, across = y.expand(batch, -1), across.expand(batch, -1)
    first = constant(
        ("starts", batch, height * width), lambda: np.arange(batch, dtype=np.int64)[:, None] * (height * width)
    )
    order = int(interpolation == "bilinear")
    flat = x.reshape(-1, channels)
    y = sampled(flat, (height, width), (y, across), first, order, "constant", fill_value)
    y = y.reshape(batch, height, width, channels)
    if data_format == "channels_first":
        y = y.permute(0, 3, 1, 2)
    return y if images.dim() == 4 else y[0]


_METHODS = {
    "linear": "bilinear",
    "trilinear": "bilinear",
    "triangle": "bilinear",
    "cubic": "bicubic",
    "tricubic": "bicubic",
}


def _weights(size: int, out: int, scale: float, move: float, method: str, antialias: bool, dtype: str) -> Any:
    """Returns the weight matrix of shape (out, size) for one axis that is scaled and translated."""
    back = 1.0 / scale
    places = (np.arange(out) + (0.5 - move)) * back - 0.5
    away = np.abs(places[:, None] - np.arange(size))
    if antialias:
        away /= max(back, 1.0)
    weights = resampling.kernel(method, away, np.where, np.maximum, np.sinc)
    total = weights.sum(1, keepdims=True)
    enough = np.abs(total) > 1000 * float(np.finfo(dtype).eps)
    inside = (places >= -0.5) & (places <= size - 0.5)
    weights = np.where(enough & inside[:, None], weights, 0.0) / np.where(enough, total, 1.0)
    return weights.astype(dtype)


def image_scale_and_translate(
    images: Tensor,
    output_shape: Any,
    scale: Tensor,
    translation: Tensor,
    spatial_dims: Any,
    method: str,
    antialias: bool,
) -> Any:
    if images.dtype not in FLOATS or not is_plain(images) or not 0 < images.numel() <= _MOST or casts():
        return NotImplemented
    for numbers in (scale, translation):
        if numbers.dtype not in NUMERIC or not has_values(numbers) or numbers.numel() > _FEW:
            return NotImplemented
    scales, moves = scale.tolist(), translation.tolist()
    if not all(math.isfinite(n) and n for n in scales) or not all(map(math.isfinite, moves)):
        return NotImplemented
    x, name = images, native(images.dtype)
    for axis, by, move in zip(spatial_dims, scales, moves, strict=True):
        matrix = _weights(x.shape[axis], output_shape[axis], by, move, _METHODS.get(method, method), antialias, name)
        x = torch.matmul(x.movedim(axis, -1), torch.from_numpy(matrix.T)).movedim(-1, axis)
    return x
