"""Cropping and padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops._declaration import canonical_int, composite
from ops._declaration.roles import Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.core import shape as sizes_of
from ops.image._common import height_axis, image_shape, with_spatial
from ops.indexing import get_item
from ops.manipulation import pad
from ops_common.errors import ArgumentError
from ops_common.runtime import config
from ops_common.shapes import Shape
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "crop_images",
    "pad_images",
]


def _margins(size: int | None, before: Any, after: Any, target: Any, names: Sequence[str], sign: int) -> Any:
    """Returns the margins before and after, and the target size, from two of them. The sign is -1 for cropping, 1 for
    padding."""
    amounts = [None if value is None else canonical_int(value) for value in (before, after, target)]
    if sum(value is None for value in amounts) != 1:
        raise ArgumentError(
            f"exactly two of {', '.join(names)} must be given; got "
            + ", ".join(f"{name}={value}" for name, value in zip(names, amounts, strict=True))
        )
    first, last, target_size = amounts
    if target_size is not None and size is not None:
        rest = sign * (target_size - size)
        first, last = (rest - last if first is None else first), (rest - first if last is None else last)  # type: ignore[operator]  # two of three
    for name, value in zip(names, (first, last, target_size), strict=True):
        if value is not None and value < 0:
            raise ArgumentError(f"{name} must not be negative; got {value}")
    if size is not None and size + sign * (first + last) < 0:  # type: ignore[operator]  # two of three are given
        raise ArgumentError(f"{names[2]} must not be negative; got {size + sign * (first + last)}")  # type: ignore[operator]  # as above
    return first, last, target_size


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
    sizes = image_shape(images)
    at = height_axis(len(sizes), data_format)
    names = [[f"{before}_{what}", f"{after}_{what}", f"target_{size}"] for before, after, size in _SIDES]
    top, bottom, height = _margins(sizes[at], top, bottom, height, names[0], sign)
    left, right, width = _margins(sizes[at + 1], left, right, width, names[1], sign)
    return images, top, left, bottom, right, height, width, data_format


_SIDES = (("top", "bottom", "height"), ("left", "right", "width"))


def _cropped(
    images: Any, top: Any, left: Any, bottom: Any, right: Any, height: Any, width: Any, data_format: Any
) -> Shape:
    at = height_axis(len(images.shape), data_format)
    sides = zip(images.shape[at : at + 2], ((top, bottom, height), (left, right, width)), strict=True)
    spatial = [
        target if target is not None else None if size is None else size - before - after
        for size, (before, after, target) in sides
    ]
    return with_spatial(images.shape, spatial, data_format)


@composite(canonical=_crop_margins, kernel=None, shape=_cropped)
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
    at = height_axis(len(sizes), data_format)
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
    at = height_axis(len(sizes), data_format)
    widths: list[Any] = [(0, 0)] * len(sizes)
    margins = ((top_padding, bottom_padding, target_height), (left_padding, right_padding, target_width))
    if any(before is None or after is None for before, after, _ in margins):
        if not isinstance(images, SymbolicTensor):
            spatial = sizes_of(images)[at : at + 2]
            widths[at], widths[at + 1] = (_both_paddings(*each) for each in zip(spatial, margins, strict=True))
            return pad(images, tuple(widths))
        padded = [
            target if target is not None else None if size is None else size + before + after
            for size, (before, after, target) in zip(sizes[at : at + 2], margins, strict=True)
        ]
        return SymbolicTensor(with_spatial(sizes, padded, data_format), images.dtype)
    widths[at], widths[at + 1] = margins[0][:2], margins[1][:2]
    return pad(images, tuple(widths))


def _both_paddings(size: Any, margins: tuple[Any, Any, Any]) -> tuple[Any, Any]:
    """Returns the paddings before and after an axis, of which one may be None: the rest up to the target size."""
    before, after, target = margins
    if before is None:
        return target - after - size, after
    return before, target - before - size if after is None else after
