"""Neural network ops where no record reaches: tensors without channels."""

from __future__ import annotations

from typing import Any

import numpy as np

import ops


def zeros(*shape: int) -> Any:
    return ops.zeros(shape)


def test_convolutions_without_channels(backend: str) -> None:
    """Sums of nothing are 0, in as many places as channels would have; nothing is left of nothing."""
    mixed = ops.nn.conv(zeros(2, 5, 0), zeros(3, 0, 2))
    np.testing.assert_array_equal(ops.convert_to_numpy(mixed), np.zeros((2, 3, 2)))
    turned = ops.nn.conv_transpose(zeros(2, 3, 0), zeros(4, 2, 0), 3, "same")
    np.testing.assert_array_equal(ops.convert_to_numpy(turned), np.zeros((2, 9, 2)))
    assert ops.shape(ops.nn.conv(zeros(2, 5, 3), zeros(3, 3, 0))) == (2, 3, 0)
    assert ops.shape(ops.nn.depthwise_conv(zeros(2, 5, 0), zeros(3, 0, 2))) == (2, 3, 0)
    assert ops.shape(ops.image.gaussian_blur(zeros(2, 5, 4, 0))) == (2, 5, 4, 0)
    assert ops.shape(ops.image.ssim(zeros(0, 5, 4, 0), zeros(0, 5, 4, 0), 1.0, 3)) == (0,)
