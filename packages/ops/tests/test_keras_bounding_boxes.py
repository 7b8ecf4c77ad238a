"""`ops.keras.utils.bounding_boxes`: values are those of keras 3.15.1 or of a computation by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops
from ops.keras.utils import bounding_boxes as boxes_of

BOXES = np.array([[1.0, 2.0, 5.0, 8.0], [0.0, 0.0, 30.0, 4.0]], "float32")
OTHERS = np.array([[0.0, 0.0, 4.0, 4.0], [2.0, 2.0, 6.0, 9.0], [-1, -1, -1, -1]], "float32")
# The first of BOXES in an image of 10 rows and 20 columns.
FORMATS = {
    "xyxy": [1, 2, 5, 8],
    "yxyx": [2, 1, 8, 5],
    "xywh": [1, 2, 4, 6],
    "center_xywh": [3, 5, 4, 6],
    "center_yxhw": [5, 3, 6, 4],
    "rel_xyxy": [0.05, 0.2, 0.25, 0.8],
    "rel_yxyx": [0.2, 0.05, 0.8, 0.25],
    "rel_xywh": [0.05, 0.2, 0.2, 0.6],
    "rel_center_xywh": [0.15, 0.5, 0.2, 0.6],
}


def close(result: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(ops.convert_to_numpy(result)), expected, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("source", FORMATS)
def test_formats(source: str, backend: str) -> None:
    for target, expected in FORMATS.items():
        close(boxes_of.convert_format([[FORMATS[source]]], source, target.upper(), 10, 20), [[expected]])
    converted = boxes_of.convert_format({"boxes": [FORMATS[source]], "labels": 3}, source, "xyxy", 10, 20, "float16")
    assert (converted["labels"], ops.dtype(converted["boxes"])) == (3, "float16")


def test_unknown_sizes() -> None:
    symbolic = ops.SymbolicTensor((None, None, 4))
    assert boxes_of.convert_format(symbolic, "xyxy", "rel_xywh", 10, 20).shape == (None, None, 4)
    assert boxes_of.compute_iou(symbolic, ops.SymbolicTensor((5, 4)), "xyxy", True).shape == (None, None, 5)


def test_errors() -> None:
    for call in (
        lambda: boxes_of.convert_format(BOXES, "foo", "xyxy"),
        lambda: boxes_of.compute_iou(BOXES, BOXES, "foo"),
        lambda: boxes_of.convert_format(BOXES, "xyxy", "rel_xyxy"),
        lambda: boxes_of.clip_to_image_size(BOXES),
        lambda: boxes_of.compute_ciou(BOXES, BOXES, "rel_xyxy"),
        lambda: boxes_of.encode_box_to_deltas(BOXES, BOXES, "xyxy", "xyxy", "foo"),
        lambda: boxes_of.encode_box_to_deltas(BOXES, BOXES, "xyxy", "xyxy", variance=[1.0]),
    ):
        with pytest.raises(ops.ArgumentError):
            call()
    for call in (
        lambda: boxes_of.convert_format(BOXES[:, :3], "xyxy", "xywh"),
        lambda: boxes_of.compute_iou(BOXES[0], BOXES, "xyxy"),
    ):
        with pytest.raises(ops.ShapeError):
            call()
    for call in (
        lambda: boxes_of.crop(BOXES, 1, 2, 6, 7, "rel_xyxy"),
        lambda: boxes_of.pad(BOXES, 1, 2, bounding_box_format="rel_xywh"),
    ):
        with pytest.raises(ops.UnsupportedError, match="image's size"):
            call()


def test_clipping(backend: str) -> None:
    given = np.array([[25.0, 1, 28, 3], [1, 1, 1, 5], [-3, -3, -1, -1], [1, 1, 50, 2]], "float32")
    clipped = [[20, 1, 20, 3], [1, 1, 1, 5], [0, 0, 0, 0], [1, 1, 20, 2]]
    result = boxes_of.clip_to_image_size({"boxes": given, "labels": np.array([1, 2, 3, 4], "int32"), "more": 5}, 10, 20)
    close(result["boxes"], clipped)
    close(result["labels"], [-1, -1, -1, 4])
    assert (ops.dtype(result["labels"]), result["more"]) == ("int32", 5)
    close(boxes_of.clip_to_image_size(given, 10, 20), clipped)
    close(boxes_of.clip_to_image_size([[0.1, -0.2, 0.5, 1.8]], bounding_box_format="rel_xyxy"), [[0.1, 0, 0.5, 1]])
    close(boxes_of.clip_to_image_size([[15.0, 2.0, 10.0, 3.0]], 10, 20, "xywh"), [[15, 2, 5, 3]])


def test_intersections(backend: str) -> None:
    row = [6 / 34, 18 / 34, 0.0]
    close(boxes_of.compute_iou(BOXES[:1], OTHERS, "xyxy"), [row])
    close(boxes_of.compute_iou(BOXES[:1], OTHERS, "xyxy", use_masking=True), [[*row[:2], -1.0]])
    close(
        boxes_of.compute_iou(BOXES[:1], OTHERS - np.array([[0], [0], [2]], "float32"), "xyxy", True, 7),
        [[*row[:2], 7.0]],
    )
    close(boxes_of.compute_iou(BOXES[:1], OTHERS, "xywh"), [[0.12, 0.516129, 0.0]])
    close(boxes_of.compute_iou(OTHERS, OTHERS, "xyxy", True), [[1, 0.1, -1], [0.1, 1, -1], [-1, -1, -1]])
    assert ops.shape(boxes_of.compute_iou(np.stack([BOXES] * 5), OTHERS, "xyxy")) == (5, 2, 3)
    assert ops.shape(boxes_of.compute_iou(OTHERS, np.stack([BOXES] * 5), "xyxy")) == (5, 3, 2)
    close(boxes_of.compute_iou([[0.0] * 4], [[0.0] * 4], "xyxy"), [[0.0]])  # without area, not NaN


def test_complete_intersections(backend: str) -> None:
    close(boxes_of.compute_ciou(OTHERS, OTHERS[::-1].copy(), "xyxy"), [-0.41, 1.0, -0.41])
    first = np.array([[0.0, 0, 4, 4], [1, 1, 3, 9]], "float32")
    second = np.array([[1.0, 1, 5, 6], [2, 0, 8, 4]], "float32")
    close(boxes_of.compute_ciou(first, second, "xyxy"), [0.280018, -0.1000954])
    close(boxes_of.compute_ciou(first, second, "center_xywh"), [0.4072917, 0.1786918])
    scale = np.array([20, 10, 20, 10], "float32")
    close(boxes_of.compute_ciou(first / scale, second / scale, "rel_xyxy", (10, 20, 3)), [0.280018, -0.1000954])


def test_crop_and_pad(backend: str) -> None:
    close(boxes_of.crop(BOXES, 1, 2, 6, 7), [[0, 1, 3, 6], [0, 0, 7, 3]])
    close(boxes_of.crop([[2.0, 1.0, 8.0, 5.0]], 1, 2, 6, 7, "yxyx"), [[1, 0, 6, 3]])
    close(boxes_of.pad(BOXES, 1, 2, 6, 7), [[3, 3, 7, 9], [2, 1, 32, 5]])
    close(boxes_of.pad([[1.0, 2.0, 4.0, 6.0]], 1, 2, bounding_box_format="xywh"), [[3, 3, 4, 6]])


@pytest.mark.parametrize("variance", [None, [0.1, 0.1, 0.2, 0.2]])
def test_deltas(variance: Any, backend: str) -> None:
    anchors = np.array([[0.0, 0.0, 4.0, 8.0], [2.0, 2.0, 6.0, 10.0]], "float32")
    given = np.array([[1.0, 1.0, 5.0, 6.0], [2.0, 2.0, 6.0, 10.0]], "float32")
    expected = np.array([[-0.0625, 0.25, -0.47000363, 0.0], [0.0] * 4]) / (variance or [1] * 4)
    for form, order in (("center_yxhw", [0, 1, 2, 3]), ("center_xywh", [1, 0, 3, 2])):
        by_order = expected[:, order] * np.array(variance or [1] * 4)[order] / (variance or [1] * 4)
        deltas = boxes_of.encode_box_to_deltas(anchors, given, "xyxy", "xyxy", form, variance)
        close(deltas, by_order)
        close(boxes_of.decode_deltas_to_boxes(anchors, deltas, "xyxy", "xyxy", form, variance), given)
        nested = boxes_of.decode_deltas_to_boxes({"a": anchors}, {"a": deltas}, "xyxy", "xyxy", form, variance)
        close(nested["a"], given)
    relative = given / np.array([20, 10, 20, 10], "float32")
    deltas = boxes_of.encode_box_to_deltas(anchors, relative, "xyxy", "rel_xyxy", image_shape=(10, 20, 3))
    close(deltas, [[-0.0625, 0.25, -0.47000363, 0.0], [0.0] * 4])


def _corners(box: Any, transform: Any) -> list[float]:
    left, top, right, bottom = box
    points = np.array([transform(x, y) for x in (left, right) for y in (top, bottom)])
    return [*points.min(0), *points.max(0)]


def test_affine_transform(backend: str) -> None:
    zero = np.zeros(1, "float32")
    box = [1.0, 2.0, 5.0, 8.0]

    def turned(**kwargs: Any) -> Any:
        names = ("angle", "translate_x", "translate_y", "scale", "shear_x", "shear_y")
        given = dict.fromkeys(names, 0.0) | {"scale": 1.0} | kwargs
        batched = {key: zero + np.float32(value) for key, value in given.items()}
        return boxes_of.affine_transform(np.array([[box]], "float32"), **batched, height=10, width=20)

    close(turned(angle=90), [[[7, 9, 13, 13]]])
    close(turned(angle=30), [[[0.88878393, 4.5849366, 7.3528852, 11.781089]]])
    close(turned(translate_x=0.1, translate_y=0.2), [[[2.9, 3.8, 6.9, 9.8]]])
    close(turned(scale=2), [[[-7.5, -0.5, 0.5, 11.5]]])
    close(turned(shear_x=10), [[[0.5591826, 2, 5.6171446, 8]]])
    close(turned(shear_y=10), [[[1, 0.50122046, 5, 7.206528]]])
    close(turned(angle=10, shear_y=20, scale=0.8, translate_x=2, translate_y=-1), [
        [[31.1439, -0.7805928, 35.128796, 4.8411937]],
    ])  # fmt: skip

    def combined(x: float, y: float) -> tuple[float, float]:
        """Rotates by 20 degrees, then shears by 10 in y, then by 5 in x."""
        angle, skew_x, skew_y = np.deg2rad([20, 5, 10])
        x, y = x - 9.5, y - 4.5
        x, y = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        y += np.tan(skew_y) * x
        x += np.tan(skew_x) * y
        return x + 9.5, y + 4.5

    close(turned(angle=20, shear_x=5, shear_y=10), [[_corners(box, combined)]])
    close(boxes_of.affine_transform([box], 180.0, 0.0, 0.0, 1.0, 0.0, 0.0, 11, 11, 0.0, 0.0), [[-5, -8, -1, -2]])
