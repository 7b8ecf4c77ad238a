"""Transposed convolutions against their definition, and against the gradient of `conv`: every small window, stride,
dilation, padding and output padding, with 1, 2 and 3 spatial axes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import ops

KERNELS, STRIDES, DILATIONS = range(1, 8), (1, 2, 3), (1, 2, 3)


def scattered(x: Any, kernel: Any, strides: Any, padding: str, amounts: Any, dilation: Any) -> Any:
    """The definition, channels last: each element adds the kernel times itself, and the ends are cropped."""
    rank = len(strides)
    reach = [rate * (k - 1) + 1 for k, rate in zip(kernel.shape, dilation, strict=False)]
    full = np.zeros((len(x), *((n - 1) * s + r for n, s, r in zip(x.shape[1:], strides, reach, strict=False))), "f8")
    full = np.repeat(full[..., None], kernel.shape[-2], -1)
    for at in np.ndindex(*x.shape[1:-1]):
        for place in np.ndindex(*kernel.shape[:rank]):
            to = tuple(i * s + p * d for i, s, p, d in zip(at, strides, place, dilation, strict=True))
            full[(slice(None), *to)] += x[(slice(None), *at)] @ kernel[place].T
    for axis, (n, s, r, amount) in enumerate(zip(x.shape[1:], strides, reach, amounts, strict=False), start=1):
        whole = (n - 1) * s + r
        if padding == "valid":
            start, size = 0, max(whole, n * s) if amount is None else whole + amount
        else:
            # As TensorFlow's SAME: the total crop, half of it (rounded down) at the start.
            size = n * s if amount is None else max(whole - 2 * (r // 2) + amount, 0)
            start = max(whole - size, 0) // 2
        pads = [(0, max(start + size - whole, 0)) if i == axis else (0, 0) for i in range(full.ndim)]
        full = np.take(np.pad(full, pads), range(start, start + size), axis)
    return full


def numbers(*shape: int, seed: int = 0) -> Any:
    """Small integers: their sums are exact in float32."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype("float32")


def checked(
    strides: Any, kernel: Any, dilation: Any, padding: str, amounts: Any, layout: str = "channels_last"
) -> None:
    rank = len(strides)
    x, weights = numbers(2, *range(3, 3 + rank), 2), numbers(*kernel, 3, 2, seed=1)
    right = scattered(x, weights, strides, padding, amounts, dilation)
    images = np.moveaxis(x, -1, 1) if layout == "channels_first" else x
    result = ops.conv_transpose(images, weights, strides, padding, amounts, layout, dilation)
    result = ops.convert_to_numpy(result)
    result = np.moveaxis(result, 1, -1) if layout == "channels_first" else result
    message = f"kernel {kernel} strides {strides} dilation {dilation} {padding} {amounts} {layout}"
    assert result.shape == right.shape, message
    np.testing.assert_array_equal(result, right, message)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", STRIDES)
def test_one_axis(backend: str, stride: int, padding: str) -> None:
    for kernel, dilation in itertools.product(KERNELS, DILATIONS):
        for amount in (None, *range(stride + 2)):
            checked((stride,), (kernel,), (dilation,), padding, (amount,))


@pytest.mark.parametrize("rank", [2, 3])
@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
def test_several_axes(backend: str, rank: int, layout: str) -> None:
    """Random windows, strides and paddings that differ between the axes."""
    rng = np.random.default_rng(rank)
    for draw in range(60 if rank == 2 else 30):
        strides = tuple(int(n) for n in rng.integers(1, 4, rank))
        dilation = tuple(int(n) for n in rng.integers(1, 3, rank))
        kernel = tuple(int(n) for n in rng.integers(1, 8 if rank == 2 else 5, rank))
        amounts = tuple(None if rng.random() < 0.2 else int(rng.integers(0, step + 1)) for step in strides)
        checked(strides, kernel, dilation, ("valid", "same")[draw % 2], amounts, layout)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", STRIDES)
def test_it_is_the_gradient_of_conv(backend: str, stride: int, padding: str) -> None:
    for kernel, size in itertools.product(KERNELS, range(7, 11)):
        n = -(-size // stride) if padding == "same" else (size - kernel) // stride + 1
        amount = size - (n - 1) * stride - kernel + (2 * (kernel // 2) if padding == "same" else 0)
        if amount < 0:
            continue
        g, weights = numbers(1, n, 2), numbers(kernel, 3, 2, seed=1)

        def loss(x: Any, g: Any = g, weights: Any = weights) -> Any:
            return ops.sum(ops.multiply(ops.conv(x, weights, stride, padding), g))

        right = ops.convert_to_numpy(ops.grad(loss)(ops.convert_to_tensor(numbers(1, size, 3, seed=2))))
        result = ops.convert_to_numpy(ops.conv_transpose(g, weights, stride, padding, amount))
        np.testing.assert_array_equal(result, right, f"kernel {kernel} size {size} output padding {amount}")


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_its_own_gradients(backend: str, padding: str) -> None:
    """The transpose is linear in both operands: its gradients are those of the definition."""
    for kernel, stride, dilation in itertools.product((1, 2, 3, 6), STRIDES, (1, 2)):
        for amount in (None, 0, 1, stride):
            x, weights = numbers(1, 4, 2), numbers(kernel, 3, 2, seed=1)
            shape = scattered(x, weights, (stride,), padding, (amount,), (dilation,)).shape
            g = numbers(*shape, seed=3)

            def loss(x: Any, weights: Any, g: Any = g, how: Any = (stride, padding, amount, None, dilation)) -> Any:
                return ops.sum(ops.multiply(ops.conv_transpose(x, weights, *how), g))

            first, second = ops.grad(loss, (0, 1))(ops.convert_to_tensor(x), ops.convert_to_tensor(weights))
            for operand, result in ((0, first), (1, second)):
                variable = (x, weights)[operand]
                right = np.zeros(variable.shape)
                for place in np.ndindex(*variable.shape):
                    unit = np.zeros_like(variable)
                    unit[place] = 1
                    pair = (unit, weights) if operand == 0 else (x, unit)
                    right[place] = (scattered(*pair, (stride,), padding, (amount,), (dilation,)) * g).sum()
                message = f"kernel {kernel} stride {stride} dilation {dilation} output padding {amount}"
                np.testing.assert_array_equal(ops.convert_to_numpy(result), right, message)
