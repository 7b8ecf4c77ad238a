"""Functions of bounding boxes, like keras.utils.bounding_boxes.

Boxes are tensors of shape (..., 4). The formats are "xyxy" (left, top, right, bottom), "yxyx", "xywh" (left, top,
width, height), "center_xywh" and "center_yxhw". As fractions of the image's size they are "rel_xyxy", "rel_yxyx",
"rel_xywh" and "rel_center_xywh".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import ops
from ops_common.errors import ArgumentError, ShapeError, UnsupportedError

__all__ = [
    "affine_transform",
    "clip_to_image_size",
    "compute_ciou",
    "compute_iou",
    "convert_format",
    "crop",
    "decode_deltas_to_boxes",
    "encode_box_to_deltas",
    "pad",
]

_ABSOLUTE = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw")
_RELATIVE = ("rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")


def _format(name: Any) -> tuple[str, bool]:
    """Returns the absolute format of a name, and whether the name is relative."""
    lower = name.lower() if isinstance(name, str) else name
    if lower not in _ABSOLUTE + _RELATIVE:
        raise ArgumentError(f"unknown bounding box format {name!r}; known are {', '.join(_ABSOLUTE + _RELATIVE)}")
    return lower.removeprefix("rel_"), lower.startswith("rel_")


def _boxes(boxes: Any, dtype: Any = None) -> Any:
    """Returns boxes as a tensor of floats."""
    boxes = ops.convert_to_tensor(boxes)
    if dtype is not None or "float" not in ops.dtype(boxes):
        boxes = ops.cast(boxes, dtype or "float32")
    if not ops.ndim(boxes) or ops.shape(boxes)[-1] != 4:
        raise ShapeError(f"boxes must have shape (..., 4); got {ops.shape(boxes)}")
    return boxes


def _columns(boxes: Any) -> tuple[Any, Any, Any, Any]:
    return boxes[..., 0], boxes[..., 1], boxes[..., 2], boxes[..., 3]


def _corners(boxes: Any, form: str) -> tuple[Any, Any, Any, Any]:
    """Returns left, top, right and bottom."""
    a, b, c, d = _columns(boxes)
    if form == "xyxy":
        return a, b, c, d
    if form == "yxyx":
        return b, a, d, c
    if form == "xywh":
        return a, b, a + c, b + d
    x, y, width, height = (a, b, c, d) if form == "center_xywh" else (b, a, d, c)
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _from_corners(left: Any, top: Any, right: Any, bottom: Any, form: str) -> Any:
    width, height = right - left, bottom - top
    columns = {
        "xyxy": lambda: (left, top, right, bottom),
        "yxyx": lambda: (top, left, bottom, right),
        "xywh": lambda: (left, top, width, height),
        "center_xywh": lambda: (left + width / 2, top + height / 2, width, height),
        "center_yxhw": lambda: (top + height / 2, left + width / 2, height, width),
    }
    return ops.stack(columns[form](), axis=-1)


def _size(size: Any, boxes: Any) -> Any:
    return size if isinstance(size, (int, float)) else ops.cast(size, ops.dtype(boxes))


def convert_format(
    boxes: Any, source: str, target: str, height: Any = None, width: Any = None, dtype: Any = "float32"
) -> Any:
    """Returns boxes in another format.

    Args:
        boxes: the boxes, or a dict with them as "boxes", whose other items are kept.
        source: their format.
        target: the format of the result.
        height: the image's height; required if only one of the formats is relative.
        width: the image's width; required as `height` is.
        dtype: the dtype of the result.

    Raises:
        ArgumentError: a format is unknown, or the image's size is required.
        ShapeError: the last axis does not have size 4.

    Example:
        >>> from ops import keras
        >>> boxes = keras.utils.bounding_boxes.convert_format([[1, 2, 5, 8]], "xyxy", "xywh")
        >>> keras.ops.convert_to_numpy(boxes)
        array([[1., 2., 4., 6.]], dtype=float32)
    """
    if isinstance(boxes, Mapping):
        return {**boxes, "boxes": convert_format(boxes["boxes"], source, target, height, width, dtype)}
    (from_form, is_from_relative), (to_form, is_to_relative) = _format(source), _format(target)
    boxes = _boxes(boxes, dtype)
    if is_from_relative == is_to_relative:
        return boxes if from_form == to_form else _from_corners(*_corners(boxes, from_form), to_form)
    if height is None or width is None:
        raise ArgumentError(f"height and width are required to convert boxes from {source!r} to {target!r}")
    height, width = _size(height, boxes), _size(width, boxes)
    left, top, right, bottom = _corners(boxes, from_form)
    if is_to_relative:
        return _from_corners(left / width, top / height, right / width, bottom / height, to_form)
    return _from_corners(left * width, top * height, right * width, bottom * height, to_form)


def clip_to_image_size(
    bounding_boxes: Any, height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> Any:
    """Returns boxes without what is outside the image.

    Args:
        bounding_boxes: the boxes, or a dict with them as "boxes" and their classes as "labels": classes of boxes
            without area become -1.
        height: the image's height; not used with a relative format.
        width: the image's width; as `height`.
        bounding_box_format: the format of the boxes.

    Raises:
        ArgumentError: the format is unknown, or the image's size is required.

    Example:
        >>> from ops import keras
        >>> boxes = keras.utils.bounding_boxes.clip_to_image_size([[1.0, 2.0, 50.0, 8.0]], 10, 20)
        >>> keras.ops.convert_to_numpy(boxes)
        array([[ 1.,  2., 20.,  8.]], dtype=float32)
    """
    form, is_relative = _format(bounding_box_format)
    if is_relative:
        height = width = 1
    elif height is None or width is None:
        raise ArgumentError(f"height and width are required to clip boxes in format {bounding_box_format!r}")
    is_dict = isinstance(bounding_boxes, Mapping)
    boxes = _boxes(bounding_boxes["boxes"] if is_dict else bounding_boxes)
    height, width = _size(height, boxes), _size(width, boxes)
    left, top, right, bottom = _corners(boxes, form)
    left, right = (ops.minimum(ops.maximum(x, 0), width) for x in (left, right))
    top, bottom = (ops.minimum(ops.maximum(y, 0), height) for y in (top, bottom))
    clipped = _from_corners(left, top, right, bottom, form)
    if not is_dict:
        return clipped
    result = {**bounding_boxes, "boxes": clipped}
    if "labels" in result:
        labels = ops.convert_to_tensor(result["labels"])
        has_area = ops.greater((right - left) * (bottom - top), 0)
        result["labels"] = ops.where(has_area, labels, ops.cast(-1, ops.dtype(labels)))
    return result


def _height_and_width(image_shape: Sequence[Any] | None) -> tuple[Any, Any]:
    return (None, None) if image_shape is None else (image_shape[0], image_shape[1])


def _intersection(first: tuple[Any, ...], second: tuple[Any, ...]) -> Any:
    width = ops.minimum(first[2], second[2]) - ops.maximum(first[0], second[0])
    height = ops.minimum(first[3], second[3]) - ops.maximum(first[1], second[1])
    return ops.maximum(width, 0) * ops.maximum(height, 0)


def _area(corners: tuple[Any, ...]) -> Any:
    return (corners[2] - corners[0]) * (corners[3] - corners[1])


def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: Any = -1,
    image_shape: Sequence[Any] | None = None,
) -> Any:
    """Returns the intersection over union of each pair of boxes.

    Args:
        boxes1: shape (N, 4) or (batch, N, 4).
        boxes2: shape (M, 4) or (batch, M, 4).
        bounding_box_format: the format of both.
        use_masking: whether boxes all of whose values are negative only fill a batch: their pairs get `mask_val`.
        mask_val: see `use_masking`.
        image_shape: not used: the result does not depend on it.

    Returns:
        A tensor of shape (N, M), or (batch, N, M) if one of the operands has a batch axis.

    Raises:
        ArgumentError: the format is unknown.
        ShapeError: the boxes have another shape.

    Example:
        >>> from ops import keras
        >>> iou = keras.utils.bounding_boxes.compute_iou([[0.0, 0.0, 2.0, 2.0]], [[1.0, 0.0, 3.0, 2.0]], "xyxy")
        >>> keras.ops.convert_to_numpy(iou).round(4)
        array([[0.3333]], dtype=float32)
    """
    form, _ = _format(bounding_box_format)
    boxes1, boxes2 = _boxes(boxes1), _boxes(boxes2)
    for name, boxes in (("boxes1", boxes1), ("boxes2", boxes2)):
        if ops.ndim(boxes) not in (2, 3):
            raise ShapeError(f"compute_iou: {name} must have shape (N, 4) or (batch, N, 4); got {ops.shape(boxes)}")
    first = _corners(ops.expand_dims(boxes1, -2), form)
    second = _corners(ops.expand_dims(boxes2, -3), form)
    intersection = _intersection(first, second)
    iou = ops.divide_no_nan(intersection, _area(first) + _area(second) - intersection)
    if not use_masking:
        return iou
    masked1 = ops.expand_dims(ops.all(ops.less(boxes1, 0), axis=-1), -1)
    masked2 = ops.expand_dims(ops.all(ops.less(boxes2, 0), axis=-1), -2)
    return ops.where(ops.logical_or(masked1, masked2), ops.cast(mask_val, ops.dtype(iou)), iou)


def compute_ciou(boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Sequence[Any] | None = None) -> Any:
    """Returns the complete intersection over union (Zheng et al. 2020, https://arxiv.org/abs/1911.08287) of the boxes
    at the same places: it also compares their centres and the ratios of their sides.

    Args:
        boxes1: shape (..., 4).
        boxes2: shape (..., 4).
        bounding_box_format: the format of both.
        image_shape: (height, width, ...) of the image; required for a relative format.

    Raises:
        ArgumentError: the format is unknown, or `image_shape` is required.

    Example:
        >>> from ops import keras
        >>> ciou = keras.utils.bounding_boxes.compute_ciou([[0.0, 0.0, 2.0, 2.0]], [[1.0, 0.0, 3.0, 2.0]], "xyxy")
        >>> keras.ops.convert_to_numpy(ciou).round(4)
        array([0.2564], dtype=float32)
    """
    height, width = _height_and_width(image_shape)
    first, second = (
        _columns(convert_format(boxes, bounding_box_format, "xyxy", height, width)) for boxes in (boxes1, boxes2)
    )
    intersection = _intersection(first, second)
    iou = ops.divide_no_nan(intersection, _area(first) + _area(second) - intersection)
    distance = sum(ops.square((a + c - b - d) / 2) for a, b, c, d in _opposite(first, second))
    diagonal = sum(ops.square(ops.maximum(c, d) - ops.minimum(a, b)) for a, b, c, d in _opposite(first, second))
    ratio1, ratio2 = (ops.arctan2(box[2] - box[0], box[3] - box[1]) for box in (first, second))
    ratio_loss = ops.square(ratio2 - ratio1) * (4 / math.pi**2)
    weight = ops.divide_no_nan(ratio_loss, 1 - iou + ratio_loss)
    return iou - ops.divide_no_nan(distance, diagonal) - weight * ratio_loss


def _opposite(first: tuple[Any, ...], second: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Returns the near and far sides of both boxes, for each of the two axes."""
    return [(first[axis], second[axis], first[axis + 2], second[axis + 2]) for axis in (0, 1)]


def _moved(boxes: Any, bounding_box_format: str, name: str) -> tuple[tuple[Any, ...], str]:
    form, is_relative = _format(bounding_box_format)
    if is_relative:
        raise UnsupportedError(
            f"{name}: boxes in format {bounding_box_format!r} depend on the image's size; use convert_format first"
        )
    return _corners(_boxes(boxes), form), form


def crop(boxes: Any, top: Any, left: Any, height: Any, width: Any, bounding_box_format: str = "xyxy") -> Any:
    """Returns boxes relative to a cropped part of the image, without what is outside it.

    Args:
        boxes: shape (..., 4).
        top: the first row of the part.
        left: its first column.
        height: its height.
        width: its width.
        bounding_box_format: the format of the boxes.

    Raises:
        ArgumentError: the format is unknown.
        UnsupportedError: the format is relative.

    Example:
        >>> from ops import keras
        >>> boxes = keras.utils.bounding_boxes.crop([[1.0, 2.0, 5.0, 8.0]], 1, 2, 6, 7)
        >>> keras.ops.convert_to_numpy(boxes)
        array([[0., 1., 3., 6.]], dtype=float32)
    """
    (x1, y1, x2, y2), form = _moved(boxes, bounding_box_format, "crop")
    x1, x2 = (ops.minimum(ops.maximum(x - left, 0), width) for x in (x1, x2))
    y1, y2 = (ops.minimum(ops.maximum(y - top, 0), height) for y in (y1, y2))
    return _from_corners(x1, y1, x2, y2, form)


def pad(
    boxes: Any, top: Any, left: Any, height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> Any:
    """Returns boxes relative to an image that was padded at its top and left.

    Args:
        boxes: shape (..., 4).
        top: the number of rows that were added at the top.
        left: the number of columns that were added at the left.
        height: not used.
        width: not used.
        bounding_box_format: the format of the boxes.

    Raises:
        ArgumentError: the format is unknown.
        UnsupportedError: the format is relative.

    Example:
        >>> from ops import keras
        >>> boxes = keras.utils.bounding_boxes.pad([[1.0, 2.0, 5.0, 8.0]], 1, 2)
        >>> keras.ops.convert_to_numpy(boxes)
        array([[3., 3., 7., 9.]], dtype=float32)
    """
    (x1, y1, x2, y2), form = _moved(boxes, bounding_box_format, "pad")
    return _from_corners(x1 + left, y1 + top, x2 + left, y2 + top, form)


def _encoding(name: str, variance: Any, dtype: str) -> tuple[tuple[int, ...], Any]:
    """Returns where the encoding has "center_yxhw", and the variance as a tensor or None."""
    if name not in ("center_xywh", "center_yxhw"):
        raise ArgumentError(f'the encoding must be "center_xywh" or "center_yxhw"; got {name!r}')
    if variance is not None:
        variance = ops.cast(variance, dtype)
        if ops.shape(variance)[-1:] != (4,):
            raise ArgumentError(f"variance must have 4 values; got shape {ops.shape(variance)}")
    return ((0, 1, 2, 3) if name == "center_yxhw" else (1, 0, 3, 2)), variance


def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Sequence[Any] | None = None,
) -> Any:
    """Returns boxes relative to anchors: the distances of the centres over the anchor's size, and the logarithms of the
    ratios of sizes.

    Args:
        anchors: shape (N, 4).
        boxes: shape (N, 4) or (batch, N, 4).
        anchor_format: the format of the anchors.
        box_format: the format of the boxes.
        encoding_format: "center_yxhw" or "center_xywh": the order of the result.
        variance: 4 numbers by which the result is divided.
        image_shape: (height, width, ...) of the image; required for a relative format.

    Raises:
        ArgumentError: a format is unknown, `variance` does not have 4 values, or `image_shape` is required.

    Example:
        >>> from ops import keras
        >>> encode = keras.utils.bounding_boxes.encode_box_to_deltas
        >>> deltas = encode([[0.0, 0.0, 4.0, 8.0]], [[1.0, 0.0, 5.0, 8.0]], "xyxy", "xyxy")
        >>> keras.ops.convert_to_numpy(deltas)
        array([[0.  , 0.25, 0.  , 0.  ]], dtype=float32)
    """
    height, width = _height_and_width(image_shape)
    from_y, from_x, from_height, from_width = _columns(
        convert_format(anchors, anchor_format, "center_yxhw", height, width)
    )
    to_y, to_x, to_height, to_width = _columns(convert_format(boxes, box_format, "center_yxhw", height, width))
    deltas = (
        (to_y - from_y) / from_height,
        (to_x - from_x) / from_width,
        ops.log(to_height / from_height),
        ops.log(to_width / from_width),
    )
    order, variance = _encoding(encoding_format, variance, "float32")
    encoded = ops.stack([deltas[place] for place in order], axis=-1)
    return encoded if variance is None else encoded / variance


def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Sequence[Any] | None = None,
) -> Any:
    """Returns the boxes that `encode_box_to_deltas` encoded.

    Args:
        anchors: shape (N, 4), or a dict of such.
        boxes_delta: shape (N, 4) or (batch, N, 4), or a dict of such with the same keys.
        anchor_format: the format of the anchors.
        box_format: the format of the result.
        encoded_format: the order in `boxes_delta`, "center_yxhw" or "center_xywh".
        variance: the numbers by which the deltas were divided.
        image_shape: (height, width, ...) of the image; required for a relative format.

    Raises:
        ArgumentError: as for `encode_box_to_deltas`.

    Example:
        >>> from ops import keras
        >>> decode = keras.utils.bounding_boxes.decode_deltas_to_boxes
        >>> boxes = decode([[0.0, 0.0, 4.0, 8.0]], [[0.0, 0.25, 0.0, 0.0]], "xyxy", "xyxy")
        >>> keras.ops.convert_to_numpy(boxes)
        array([[1., 0., 5., 8.]], dtype=float32)
    """
    if isinstance(anchors, Mapping):
        return {
            key: decode_deltas_to_boxes(
                part, boxes_delta[key], anchor_format, box_format, encoded_format, variance, image_shape
            )
            for key, part in anchors.items()
        }
    size = _height_and_width(image_shape)
    y, x, height, width = _columns(convert_format(anchors, anchor_format, "center_yxhw", *size))
    order, variance = _encoding(encoded_format, variance, "float32")
    deltas = _boxes(boxes_delta, "float32")
    columns = _columns(deltas if variance is None else deltas * variance)
    move_y, move_x, log_height, log_width = (columns[place] for place in order)
    boxes = ops.stack(
        (y + move_y * height, x + move_x * width, ops.exp(log_height) * height, ops.exp(log_width) * width), axis=-1
    )
    return convert_format(boxes, "center_yxhw", box_format, *size)


def affine_transform(
    boxes: Any,
    angle: Any,
    translate_x: Any,
    translate_y: Any,
    scale: Any,
    shear_x: Any,
    shear_y: Any,
    height: Any,
    width: Any,
    center_x: Any = None,
    center_y: Any = None,
    bounding_box_format: str = "xyxy",
) -> Any:
    """Returns the smallest boxes around the transformed ones: translated, rotated, sheared and scaled around a centre.

    Args:
        boxes: shape (N, 4) or (batch, N, 4).
        angle: degrees, counter-clockwise: a number, or shape (batch,), as all that follow.
        translate_x: a fraction of ``width - 1``.
        translate_y: a fraction of ``height - 1``.
        scale: the factor.
        shear_x: degrees.
        shear_y: degrees; this shear is applied before that of x.
        height: the image's height.
        width: the image's width.
        center_x: the centre as a fraction of ``width - 1``; None for 0.5.
        center_y: the centre as a fraction of ``height - 1``; None for 0.5.
        bounding_box_format: the format of the boxes.

    Raises:
        ArgumentError: the format is unknown.
        UnsupportedError: the format is relative.

    Example:
        >>> from ops import keras
        >>> turn = keras.utils.bounding_boxes.affine_transform
        >>> boxes = turn([[0.0, 0.0, 4.0, 2.0]], 180.0, 0.0, 0.0, 1.0, 0.0, 0.0, 11, 11)
        >>> keras.ops.convert_to_numpy(boxes).round(3)
        array([[ 6.,  8., 10., 10.]], dtype=float32)
    """
    (left, top, right, bottom), form = _moved(boxes, bounding_box_format, "affine_transform")
    dtype = ops.dtype(left)

    def number(value: Any) -> Any:
        value = ops.cast(value, dtype)
        return ops.expand_dims(value, -1) if ops.ndim(value) == 1 else value

    radians = number(angle) * (math.pi / 180)
    cosine, sine, factor = ops.cos(radians), ops.sin(radians), number(scale)
    skew_x, skew_y = (ops.tan(number(shear) * (math.pi / 180)) for shear in (shear_x, shear_y))
    columns, rows = number(width) - 1, number(height) - 1
    middle_x = columns * (0.5 if center_x is None else number(center_x))
    middle_y = rows * (0.5 if center_y is None else number(center_y))
    move_x, move_y = columns * number(translate_x) - middle_x, rows * number(translate_y) - middle_y
    xs: list[Any] = []
    ys: list[Any] = []
    for x, y in ((left, top), (right, top), (left, bottom), (right, bottom)):
        x, y = x + move_x, y + move_y
        x, y = x * cosine + y * sine, y * cosine - x * sine
        y = y + skew_y * x
        x = x + skew_x * y
        xs.append(x * factor + middle_x)
        ys.append(y * factor + middle_y)
    x, y = ops.stack(xs), ops.stack(ys)
    return _from_corners(ops.min(x, axis=0), ops.min(y, axis=0), ops.max(x, axis=0), ops.max(y, axis=0), form)


def __dir__() -> list[str]:
    return sorted(__all__)
