"""Sampling at coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops._declaration import canonical_float, composite
from ops._declaration.roles import Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.elementwise import (
    add,
    floor,
    greater_equal,
    less_equal,
    logical_and,
    maximum,
    minimum,
    mod,
    multiply,
    subtract,
    where,
)
from ops.image._common import HALVES, fill_value_in, in_compute_dtype, in_image_dtype, real_dtype
from ops.indexing import get_item, take
from ops.manipulation import expand_dims, reshape
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ShapeError
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "map_coordinates",
]

_FILLS = ("constant", "nearest", "wrap", "mirror", "reflect")


def checked_fill_mode(value: Any) -> str:
    if value not in _FILLS:
        raise ArgumentError(f"fill_mode must be one of {', '.join(_FILLS)}; got {value!r}")
    return value


def order_of(interpolation: Any) -> int:
    if interpolation not in ("nearest", "bilinear"):
        raise ArgumentError(f"interpolation must be 'nearest' or 'bilinear'; got {interpolation!r}")
    return int(interpolation == "bilinear")


def _inside(place: Tensor, size: Any, fill_mode: str) -> Tensor:
    """Returns the integer index, mapped into [0, size) by the fill mode; the size is a float or a tensor."""
    if fill_mode == "wrap":
        place = mod(place, size)
    elif fill_mode == "reflect":
        place = mod(place, size * 2.0)
        place = minimum(place, subtract(size * 2.0 - 1.0, place))
    elif fill_mode == "mirror":
        last = size * 2.0 - 2.0
        place = mod(place, max(last, 1.0) if isinstance(size, float) else maximum(last, 1.0))
        place = minimum(place, subtract(last, place))
    # Comparisons with NaN are false, so NaN becomes index 0; casting it to an integer would be undefined.
    return cast(where(greater_equal(place, 0.0), minimum(place, size - 1.0), 0.0), "int32")


def _neighbours(coordinate: Tensor, size: Any, order: int, fill_mode: str) -> list[tuple[Tensor, Any, Any]]:
    """For one axis: indices, their weights (None for 1), and masks of indices inside (None if all are)."""
    size = float(size) if isinstance(size, int) else cast(size, dtype_of(coordinate))
    if order == 0:
        places = [(floor(add(coordinate, 0.5)), None)]
    else:
        low = floor(coordinate)
        share = subtract(coordinate, low)
        places = [(low, subtract(1.0, share)), (add(low, 1.0), share)]
    neighbours: list[tuple[Tensor, Any, Any]] = []
    for place, weight in places:
        if fill_mode == "constant":
            inside = logical_and(greater_equal(place, 0.0), less_equal(place, size - 1.0))
            neighbours.append((cast(where(inside, place, 0.0), "int32"), weight, inside))
        else:
            neighbours.append((_inside(place, size, fill_mode), weight, None))
    return neighbours


def _corner(corner: tuple[Any, Any, Any], end: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    """Neighbours along two axes, combined: the sum of indices, the product of weights, the conjunction of masks."""
    index, weight, inside = end
    return (
        index if corner[0] is None else add(corner[0], index),
        weight if corner[1] is None else multiply(corner[1], weight),
        inside if corner[2] is None else logical_and(corner[2], inside),
    )


def sample(
    flat: Tensor,
    sizes: Sequence[Any],
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
    stride: Any = None
    for size, coordinate in zip(reversed(sizes), reversed(coordinates), strict=True):
        ends = _neighbours(coordinate, size, order, fill_mode)
        ends = [
            (place if stride is None else multiply(place, stride), weight, inside) for place, weight, inside in ends
        ]
        corners = [_corner(corner, end) for corner in corners for end in ends]
        stride = size if stride is None else stride * size
    total: Any = None
    for index, weight, inside in corners:
        value = take(flat, index, 0)
        if inside is not None:
            value = where(expand_dims(inside, -1) if channels else inside, value, fill_value)
        if weight is not None:
            value = multiply(value, expand_dims(weight, -1) if channels else weight)
        total = value if total is None else add(total, value)
    return total


def _map_arguments(inputs: Any, coordinates: Any, order: Any, fill_mode: Any, fill_value: Any) -> tuple[Any, ...]:
    sizes, places = tuple(getattr(inputs, "shape", ())), tuple(getattr(coordinates, "shape", ()))
    if not places or not shapes.is_one_of(places[0], (None, len(sizes))):
        raise ShapeError(
            f"the first axis of coordinates must have the size of the rank of inputs; got shapes {places} and {sizes}"
        )
    if not sizes or 0 in sizes:
        raise ShapeError(f"inputs must have an axis and an element; got shape {sizes}")
    if order not in (0, 1):
        raise ArgumentError(f"order must be 0 (the nearest element) or 1 (linear interpolation); got {order!r}")
    return inputs, coordinates, int(order), checked_fill_mode(fill_mode), canonical_float(fill_value)


@composite(canonical=_map_arguments, kernel=None)
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
    dtype = real_dtype(dtype_of(inputs))
    if isinstance(inputs, SymbolicTensor) or isinstance(coordinates, SymbolicTensor):
        return SymbolicTensor(shape_of(coordinates)[1:], dtype)
    sizes = sizes_of(inputs)
    if None in shape_of(coordinates)[:1] and len(sizes) != 1:
        coordinates = reshape(coordinates, (len(sizes), *sizes_of(coordinates)[1:]))
    if None in shape_of(inputs) and any(size is None for size in sizes):
        raise ShapeError(f"the sizes of inputs must be known; got shape {sizes}")
    x, places = in_one_dtype(cast(inputs, dtype), coordinates, order)
    rows = [get_item(places, (i,)) for i in range(len(sizes))]
    sampled = sample(reshape(x, (-1,)), sizes, rows, None, order, fill_mode, fill_value_in(fill_value, dtype_of(x)))
    return in_image_dtype(sampled, dtype)


def in_one_dtype(images: Tensor, places: Tensor, order: int) -> tuple[Tensor, Tensor]:
    """Images and coordinates, cast to the dtype of the computation; for order 0, images are unchanged."""
    x_dtype = dtype_of(places)
    if not dtypes.is_float(x_dtype) or x_dtype in HALVES:
        places = cast(places, "float32")
    if order == 0:
        return images, places
    images = in_compute_dtype(images)
    wide = dtypes.promote([dtype_of(images), dtype_of(places)])
    return cast(images, wide), cast(places, wide)
