"""Networks and images beyond the records: tensors without channels, and empty batches."""

from __future__ import annotations

from typing import Any

import numpy as np

import ops


def zeros(*shape: int) -> Any:
    return ops.zeros(shape)


def test_convolutions_without_channels(backend: str) -> None:
    """Sums over no channels are 0 in every output; no output channels give an empty result."""
    mixed = ops.nn.conv(zeros(2, 5, 0), zeros(3, 0, 2))
    np.testing.assert_array_equal(ops.convert_to_numpy(mixed), np.zeros((2, 3, 2)))
    turned = ops.nn.conv_transpose(zeros(2, 3, 0), zeros(4, 2, 0), 3, "same")
    np.testing.assert_array_equal(ops.convert_to_numpy(turned), np.zeros((2, 9, 2)))
    assert ops.shape(ops.nn.conv(zeros(2, 5, 3), zeros(3, 3, 0))) == (2, 3, 0)
    assert ops.shape(ops.nn.depthwise_conv(zeros(2, 5, 0), zeros(3, 0, 2))) == (2, 3, 0)
    assert ops.shape(ops.image.gaussian_blur(zeros(2, 5, 4, 0))) == (2, 5, 4, 0)
    assert ops.shape(ops.image.ssim(zeros(0, 5, 4, 0), zeros(0, 5, 4, 0), 1.0, 3)) == (0,)


def test_images_without_pixels_or_channels(backend: str) -> None:
    """Results of empty batches, and of images without channels, have the usual shape."""
    none = zeros(0, 4, 6, 2)
    assert ops.shape(ops.image.resize(zeros(2, 4, 6, 0), (3, 3))) == (2, 3, 3, 0)
    assert ops.shape(ops.image.affine_transform(none, zeros(0, 8))) == (0, 4, 6, 2)
    assert ops.shape(ops.image.perspective_transform(none, zeros(0, 4, 2), zeros(0, 4, 2))) == (0, 4, 6, 2)
    assert ops.shape(ops.image.elastic_transform(none)) == (0, 4, 6, 2)
    assert ops.shape(ops.image.gaussian_blur(zeros(2, 0, 3, 3), (4, 3), (1.0, 2.0))) == (2, 0, 3, 3)
    patches = ops.image.extract_patches_3d(zeros(2, 0, 2, 4, 2), (2, 3, 2), 1, padding="same")
    assert ops.shape(patches) == (2, 0, 2, 4, 24)


def test_transposed_convolutions_with_an_output_padding(backend: str) -> None:
    """Padding "same" crops where a convolution pads: the result is the gradient of that convolution."""
    x = ops.reshape(ops.convert_to_tensor([1.0, 10.0, 100.0]), (1, 3, 1))
    kernel = ops.reshape(ops.convert_to_tensor([1.0, 2.0, 3.0]), (3, 1, 1))
    turned = ops.nn.conv_transpose(x, kernel, 2, "same", 1)
    np.testing.assert_array_equal(ops.convert_to_numpy(turned)[0, :, 0], [1, 2, 13, 20, 130, 200])
    gradient = ops.grad(lambda image: ops.sum(ops.nn.conv(image, kernel, 2, "same") * x))(zeros(1, 6, 1))
    np.testing.assert_array_equal(ops.convert_to_numpy(turned), ops.convert_to_numpy(gradient))
