"""Sizes, strides, windows, widths and other ints in tensors and NumPy arrays: the same on every backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import assert_close

IMAGES = np.arange(2 * 8 * 8 * 3, dtype=np.float32).reshape(2, 8, 8, 3)
VOLUMES = np.arange(6**3 * 2, dtype=np.float32).reshape(1, 6, 6, 6, 2)
KERNEL, DEPTHWISE = np.ones((3, 3, 3, 4), np.float32), np.ones((3, 3, 3, 1), np.float32)
POINTWISE, TRANSPOSED = np.ones((1, 1, 3, 4), np.float32), np.ones((3, 3, 4, 3), np.float32)
CELLS = np.arange(16, dtype=np.float32).reshape(1, 2, 2, 4)
X = np.arange(12, dtype=np.float32).reshape(3, 4)
SIGNAL = np.arange(16, dtype=np.float32)
LABELS = np.array([0, 1, 2])

# Functions of sizes that cannot be negative, with one or several sizes for each.
SIZES: dict[str, tuple[Callable[[Any], Any], tuple[Any, ...]]] = {
    "max_pool-pool_size": (lambda size: ops.max_pool(IMAGES, size), (2, (2, 1))),
    "max_pool-strides": (lambda size: ops.max_pool(IMAGES, 2, size), (1, (2, 1))),
    "average_pool-pool_size": (lambda size: ops.average_pool(IMAGES, size), (2, (2, 1))),
    "average_pool-strides": (lambda size: ops.average_pool(IMAGES, 2, size), (1, (2, 1))),
    "adaptive_max_pool": (lambda size: ops.nn.adaptive_max_pool(IMAGES, size), (2, (2, 3))),
    "adaptive_average_pool": (lambda size: ops.nn.adaptive_average_pool(IMAGES, size), (2, (2, 3))),
    "conv-strides": (lambda size: ops.conv(IMAGES, KERNEL, size), (2, (2, 1))),
    "conv-dilation_rate": (lambda size: ops.conv(IMAGES, KERNEL, dilation_rate=size), (2, (2, 1))),
    "depthwise_conv-strides": (lambda size: ops.depthwise_conv(IMAGES, DEPTHWISE, size), (2, (2, 2))),
    "depthwise_conv-dilation_rate": (
        lambda size: ops.depthwise_conv(IMAGES, DEPTHWISE, dilation_rate=size),
        (2, (2, 1)),
    ),
    "separable_conv-strides": (lambda size: ops.separable_conv(IMAGES, DEPTHWISE, POINTWISE, size), (2, (2, 2))),
    "conv_transpose-strides": (lambda size: ops.conv_transpose(IMAGES, TRANSPOSED, size), (2, (2, 1))),
    "conv_transpose-output_padding": (
        lambda size: ops.conv_transpose(IMAGES, TRANSPOSED, 2, output_padding=size),
        (1, (0, 1)),
    ),
    "conv_transpose-dilation_rate": (
        lambda size: ops.conv_transpose(IMAGES, TRANSPOSED, dilation_rate=size),
        (2, (2, 1)),
    ),
    "unfold-kernel_size": (lambda size: ops.nn.unfold(CELLS, size), (2, (2, 1))),
    "unfold-dilation": (lambda size: ops.nn.unfold(np.moveaxis(IMAGES, -1, 1), 2, size), (2, (2, 1))),
    "unfold-padding": (lambda size: ops.nn.unfold(CELLS, 2, 1, size), (1, (0, 1))),
    "unfold-stride": (lambda size: ops.nn.unfold(CELLS, 1, 1, 0, size), (2, (2, 1))),
    "depth_to_space": (lambda size: ops.nn.depth_to_space(CELLS, size), (2,)),
    "space_to_depth": (lambda size: ops.nn.space_to_depth(CELLS, size), (2,)),
    "one_hot": (lambda size: ops.one_hot(LABELS, size), (3,)),
    "multi_hot": (lambda size: ops.multi_hot(LABELS, size), (3,)),
    "extract_patches-size": (lambda size: ops.image.extract_patches(IMAGES, size), (2, (2, 3))),
    "extract_patches-strides": (lambda size: ops.image.extract_patches(IMAGES, 2, size), (1, (2, 1))),
    "extract_patches-dilation_rate": (lambda size: ops.image.extract_patches(IMAGES, 2, 1, size), (2, (2, 1))),
    "extract_patches_3d-size": (lambda size: ops.image.extract_patches_3d(VOLUMES, size), (2, (2, 3, 2))),
    "extract_patches_3d-strides": (lambda size: ops.image.extract_patches_3d(VOLUMES, 2, size), (1, (2, 1, 1))),
    "gaussian_blur": (lambda size: ops.image.gaussian_blur(IMAGES, size, (1.0, 1.0)), (3, (3, 5))),
    "resize": (lambda size: ops.image.resize(IMAGES, size), ((4, 5),)),
    "crop_images-top_cropping": (lambda size: ops.image.crop_images(IMAGES, size, 0, 4, 4), (1,)),
    "crop_images-bottom_cropping": (lambda size: ops.image.crop_images(IMAGES, 1, 1, size, 4), (3,)),
    "pad_images-top_padding": (lambda size: ops.image.pad_images(IMAGES, size, 1, 16, 16), (1,)),
    "stft-sequence_length": (lambda size: ops.stft(SIGNAL, size, 2, 8), (8,)),
    "stft-sequence_stride": (lambda size: ops.stft(SIGNAL, 8, size, 8), (2,)),
    "stft-fft_length": (lambda size: ops.stft(SIGNAL, 8, 2, size), (8,)),
    "istft-length": (lambda size: ops.istft(ops.stft(SIGNAL, 8, 2, 8), 8, 2, 8, size), (12,)),
    "extract_sequences-sequence_length": (lambda size: ops.extract_sequences(SIGNAL, size, 2), (4,)),
    "extract_sequences-sequence_stride": (lambda size: ops.extract_sequences(SIGNAL, 4, size), (2,)),
    "rfft": (lambda size: ops.rfft(SIGNAL, size), (8,)),
    "irfft": (lambda size: ops.irfft((SIGNAL, SIGNAL), size), (8,)),
    "blackman": (lambda size: ops.blackman(size), (4,)),
    "bartlett": (lambda size: ops.bartlett(size), (4,)),
    "hamming": (lambda size: ops.hamming(size), (4,)),
    "hanning": (lambda size: ops.hanning(size), (4,)),
    "kaiser": (lambda size: ops.kaiser(size, 1.0), (4,)),
    "tile": (lambda size: ops.tile(X, size), (2, (2, 1))),
    "reshape": (lambda size: ops.reshape(X, size), (12, (4, 3))),
    "broadcast_to": (lambda size: ops.broadcast_to(X, size), ((2, 3, 4),)),
    "zeros": (lambda size: ops.zeros(size), (2, (2, 1))),
    "full": (lambda size: ops.full(size, 1.0), (2, (2, 1))),
    "eye-N": (lambda size: ops.eye(size), (2,)),
    "eye-M": (lambda size: ops.eye(2, size), (3,)),
    "tri": (lambda size: ops.tri(size), (2,)),
    "identity": (lambda size: ops.identity(size), (2,)),
    "vander": (lambda size: ops.vander(SIGNAL[:4], size), (3,)),
    "linspace": (lambda size: ops.linspace(0.0, 1.0, size), (4,)),
    "logspace": (lambda size: ops.logspace(0.0, 1.0, size), (4,)),
    "geomspace": (lambda size: ops.geomspace(1.0, 10.0, size), (4,)),
    "top_k": (lambda size: ops.top_k(X, size), (2,)),
    "bincount": (lambda size: ops.bincount(LABELS, minlength=size), (4,)),
    "unique": (lambda size: ops.unique(SIGNAL, size=size), (4,)),
    "unstack": (lambda size: ops.unstack(X, size), (3,)),
    "diff": (lambda size: ops.diff(X, size), (2,)),
    "unravel_index": (lambda size: ops.unravel_index(LABELS, size), ((2, 3),)),
    "scatter": (lambda size: ops.scatter(LABELS[:, None], SIGNAL[:3], size), ((3,),)),
    "segment_sum": (lambda size: ops.segment_sum(SIGNAL[:3], LABELS, size), (3,)),
    "scan": (lambda size: ops.scan(lambda total, _: (total + 1.0, total), np.float32(0), None, size), (2,)),
    "normal": (lambda size: ops.zeros_like(ops.random.normal(size)), (2, (2, 1))),
    "categorical": (lambda size: ops.zeros_like(ops.random.categorical(X, size)), (5,)),
}
# Functions of ints that may be negative.
INTS: dict[str, tuple[Callable[[Any], Any], tuple[Any, ...]]] = {
    "roll": (lambda number: ops.roll(X, number), (1,)),
    "eye-k": (lambda number: ops.eye(2, 3, number), (1,)),
    "tri-k": (lambda number: ops.tri(2, 3, number), (1,)),
    "tril": (lambda number: ops.tril(X, number), (1,)),
    "triu": (lambda number: ops.triu(X, number), (1,)),
    "diag": (lambda number: ops.diag(X, number), (1,)),
    "diagonal": (lambda number: ops.diagonal(X, number), (1,)),
    "trace": (lambda number: ops.trace(X, number), (1,)),
    "rot90": (lambda number: ops.rot90(X, number), (1,)),
    "randint": (lambda number: ops.zeros_like(ops.random.randint((2,), -200, number)), (5,)),
    "argpartition": (lambda number: ops.sort(ops.argpartition(X, number)), (1,)),
    "sum": (lambda number: ops.sum(X, number), (1,)),
    "sort": (lambda number: ops.sort(X, number), (0,)),
    "flip": (lambda number: ops.flip(X, number), (0,)),
    "squeeze": (lambda number: ops.squeeze(X[None], number), (0,)),
    "expand_dims": (lambda number: ops.expand_dims(X, number), (0,)),
    "swapaxes": (lambda number: ops.swapaxes(X, number, 1), (0,)),
    "softmax": (lambda number: ops.softmax(X, number), (0,)),
}
# Functions of numbers that have other errors, or none, for floats or for tensors of higher rank.
OTHERS: dict[str, tuple[Callable[[Any], Any], tuple[Any, ...]]] = {
    "pad": (lambda number: ops.pad(X, number), (1, (1, 2), ((1, 2), (0, 1)))),
    "roll-axes": (lambda number: ops.roll(X, number, (0, 1)), ((1, 2),)),
    "repeat": (lambda number: ops.repeat(X, number, 1), (2, (1, 2, 0, 1))),
    "split": (lambda number: ops.split(X, number, 1), (2, (1, 3))),
    "array_split": (lambda number: ops.array_split(X, number, 1), (3, (1, 3))),
    "tensordot": (lambda number: ops.tensordot(X, X.T, number), (1, (1, 0))),
    "slice": (lambda number: ops.slice(X, number, (2, 2)), ((0, 1),)),
    "arange": (lambda number: ops.arange(number, dtype="int32"), (4,)),
    "fori_loop": (lambda number: ops.fori_loop(0, number, lambda i, total: total + 1.0, np.float32(0)), (2,)),
}
CALLS = {**SIZES, **INTS, **OTHERS}


@pytest.mark.parametrize(("call", "values"), CALLS.values(), ids=CALLS)
def test_tensors_and_arrays(call: Callable[[Any], Any], values: tuple[Any, ...], backend: str) -> None:
    for value in values:
        expected = call(value)
        for form in (np.array(value), ops.convert_to_tensor(np.array(value, np.int32))):
            assert_close(call(form), expected)
        if isinstance(value, tuple) and isinstance(value[0], int):
            assert_close(call([ops.convert_to_tensor(np.int32(size)) for size in value]), expected)


@pytest.mark.parametrize(("call", "values"), [*SIZES.values(), *INTS.values()], ids=[*SIZES, *INTS])
def test_other_tensors_are_an_error(call: Callable[[Any], Any], values: tuple[Any, ...], backend: str) -> None:
    array = np.array(values[-1])
    wrong = [array + 0.0, array + 0.5, array.reshape(1, 1, *array.shape)]
    if call is not SIZES["gaussian_blur"][0]:  # reads tensors as nested lists
        wrong.append(array.astype(bool))
    for value in wrong:
        for form in (value, ops.convert_to_tensor(value)):
            with pytest.raises((ops.ArgumentTypeError, ops.ArgumentError)):
                call(form)


@pytest.mark.parametrize(("call", "values"), SIZES.values(), ids=SIZES)
def test_negative_sizes_are_an_error(call: Callable[[Any], Any], values: tuple[Any, ...], backend: str) -> None:
    array = np.full_like(np.array(values[-1]), -99)
    messages: list[str] = []
    for form in (array.tolist(), array, ops.convert_to_tensor(array)):
        with pytest.raises((ops.ArgumentError, ops.ShapeError)) as error:
            call(form)
        messages.append(type(error.value).__name__)
    assert len(set(messages)) == 1


@pytest.mark.parametrize("call", [INTS[name][0] for name in ("sum", "squeeze", "tril")] + [SIZES["blackman"][0]])
def test_a_tensor_of_one_element_is_no_int(call: Callable[[Any], Any], backend: str) -> None:
    for form in (np.array([0]), ops.convert_to_tensor([0]), ops.convert_to_tensor([[0]])):
        with pytest.raises(ops.ArgumentTypeError):
            call(form)


@pytest.mark.parametrize("width", [((1, 2), (0, 1), (1, 1)), (((1, 2),),), np.ones((1, 2, 2), np.int32)])
def test_widths_of_other_ranks_are_an_error(width: Any, backend: str) -> None:
    with pytest.raises(ops.ShapeError, match="pad_width must have"):
        ops.pad(X, width)
    with pytest.raises((ops.ArgumentTypeError, ops.ShapeError)):
        ops.roll(X, width)


@pytest.mark.parametrize("name", ["pad", "roll-axes", "max_pool-pool_size", "gaussian_blur", "tensordot"])
def test_traced_sizes_are_an_error(name: str, backend: str) -> None:
    call = CALLS[name][0]
    jitted = ops.jit(call)
    value = ops.convert_to_tensor(np.array([1, 1] if name != "tensordot" else [1, 0], np.int32))
    # NumPy does not trace; torch's compiler interrupts the trace to read a tensor as an array.
    if backend == "numpy" or (backend == "torch" and name in ("pad", "roll-axes")):
        assert_close(jitted(value), call(value))
    else:
        with pytest.raises((ops.ArgumentTypeError, ops.UnsupportedError)):
            jitted(value)


def test_one_output_padding_is_for_all_axes(backend: str) -> None:
    call, _ = SIZES["conv_transpose-output_padding"]
    assert_close(call([1]), call(1))
    assert_close(call(None), call([None, None]))
    for padding in ([(1, 9), 0], [0, 1, 1], [0.5, 0]):
        with pytest.raises((ops.ArgumentTypeError, ops.ArgumentError)):
            call(padding)


def test_transpose_with_one_axis(backend: str) -> None:
    assert ops.shape(ops.transpose(SIGNAL, 0)) == (16,)
    for axes in (0, 1, -99):
        with pytest.raises(ops.ShapeError):
            ops.transpose(X, axes)


def test_ranges_of_bools(backend: str) -> None:
    for stop in (True, np.True_, ops.convert_to_tensor(True)):
        assert_close(ops.arange(stop), np.array([0], np.int32))
    assert_close(ops.arange(2, dtype="bool"), np.array([False, True]))
