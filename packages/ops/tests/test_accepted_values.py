"""Arguments that keras accepts as tensors, and that have one meaning: levels, shapes, starts, sizes and counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
WIDTHS = ((0, 5), (2, 1), (9, 0))
IMAGES = np.arange(180, dtype=np.float32).reshape(2, 6, 5, 3)


def t(value: Any, dtype: str = "int32") -> Any:
    return ops.convert_to_tensor(np.asarray(value, dtype))


CALLS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "quantile": (lambda x: ops.quantile(x, t([0.25, 0.5], "float32"), axis=1), np.quantile(X, [0.25, 0.5], axis=1)),
    "quantile scalar": (lambda x: ops.quantile(x, t(0.3, "float32")), np.quantile(X, 0.3)),
    "nanquantile": (lambda x: ops.nanquantile(x, t([[0.1], [0.9]], "float32")), np.quantile(X, [[0.1], [0.9]])),
    "percentile": (lambda x: ops.percentile(x, t([25, 50]), axis=2), np.percentile(X, [25, 50], axis=2)),
    "nanpercentile": (lambda x: ops.nanpercentile(x, t(75.0, "float32"), axis=0), np.percentile(X, 75, axis=0)),
    "reshape": (lambda x: ops.reshape(x, t([4, 6])), X.reshape(4, 6)),
    "reshape unknown": (lambda x: ops.reshape(x, t([4, -1])), X.reshape(4, 6)),
    "reshape size": (lambda x: ops.reshape(x, (t(4), -1)), X.reshape(4, 6)),
    "reshape symbolic": (lambda x: ops.reshape(x, ops.SymbolicTensor((4, 6), "int8").shape), X.reshape(4, 6)),
    "broadcast_to": (lambda x: ops.broadcast_to(x, t([1, 2, 3, 4])), X[None]),
    "slice": (lambda x: ops.slice(x, t([0, 1, 0]), (-1, -1, 2)), X[:, 1:, :2]),
    "slice list": (lambda x: ops.slice(x, [t(0), t(1), 0], (2, -1, 2)), X[:, 1:, :2]),
    "slice sizes": (lambda x: ops.slice(x, (0, 1, 0), t([2, 2, -1])), X[:, 1:]),
    "slice floats": (lambda x: ops.slice(x, t([0, 1, 0], "float32"), (2, 1, 2)), X[:, 1:2, :2]),
    "bartlett": (lambda x: ops.bartlett(t(5)), np.bartlett(5)),
    "blackman": (lambda x: ops.blackman(t(5)), np.blackman(5)),
    "hamming": (lambda x: ops.hamming(t(5)), np.hamming(5)),
    "hanning": (lambda x: ops.hanning(t(5)), np.hanning(5)),
    "kaiser": (lambda x: ops.kaiser(t(5), t(3.0, "float32")), np.kaiser(5, 3.0)),
    "one_hot": (lambda x: ops.one_hot(t([0, 2]), t(3)), np.eye(3)[[0, 2]]),
    "arange": (lambda x: ops.arange(t(4)), np.arange(4)),
    "linspace": (lambda x: ops.linspace(0.0, 1.0, t(4)), np.linspace(0, 1, 4)),
    "logspace": (lambda x: ops.logspace(0.0, 1.0, t(3)), np.logspace(0, 1, 3)),
    "eye": (lambda x: ops.eye(t(3)), np.eye(3)),
    "tri": (lambda x: ops.tri(t(3), t(2)), np.tri(3, 2)),
    "vander": (lambda x: ops.vander(t([1, 2, 3]), t(2)), np.vander([1, 2, 3], 2)),
    "diag": (lambda x: ops.diag(t([1, 2, 3]), t(1)), np.diag([1, 2, 3], 1)),
    "zeros": (lambda x: ops.zeros(t([2, 3])), np.zeros((2, 3))),
    "zeros size": (lambda x: ops.zeros((t(2), 3)), np.zeros((2, 3))),
    "repeat": (lambda x: ops.repeat(x, t(2), axis=0), X.repeat(2, 0)),
    "tile": (lambda x: ops.tile(x, t([1, 2, 1])), np.tile(X, (1, 2, 1))),
    "roll": (lambda x: ops.roll(x, t(1), axis=1), np.roll(X, 1, 1)),
    "top_k": (lambda x: ops.top_k(x, t(2))[0], X[..., :-3:-1]),
    "sum": (lambda x: ops.sum(x, axis=t(1)), X.sum(1)),
    "expand_dims": (lambda x: ops.expand_dims(x, t(1)), X[:, None]),
    "unstack": (lambda x: ops.unstack(x, t(2))[1], X[1]),
    "split": (lambda x: ops.split(x, t(3), axis=1)[2], X[:, 2:]),
    "split points": (lambda x: ops.split(x, t([1, 3]), axis=2)[1], X[:, :, 1:3]),
    "array_split": (lambda x: ops.array_split(x, t([1, 3]), axis=2)[2], X[:, :, 3:]),
    "hsplit": (lambda x: ops.hsplit(x, t([1]))[1], X[:, 1:]),
    "vsplit": (lambda x: ops.vsplit(x, ops.Variable(np.array([1], np.int32)))[1], X[1:]),
    "dsplit": (lambda x: ops.dsplit(x, t(2))[0], X[:, :, :2]),
    "histogram": (lambda x: ops.histogram(x, t(4))[0], np.histogram(X, 4)[0]),
    "bincount": (lambda x: ops.bincount(t([0, 1, 1], "float32"), minlength=t(3)), [1, 2, 0]),
    "segment_sum": (lambda x: ops.segment_sum(x[0], t([0, 1, 0], "float32"), t(2)), [X[0, 0] + X[0, 2], X[0, 1]]),
    "segment_max": (lambda x: ops.segment_max(x[0] > 5, t([0, 2, 0]), 3), [[1, 1, 1, 1], [0] * 4, [0, 0, 1, 1]]),
    "segment_min": (lambda x: ops.segment_min(x[0] > 5, t([0, 2, 0]), 3), [[0] * 4, [1] * 4, [0, 0, 1, 1]]),
    "take": (lambda x: ops.take(x, t([1, 0], "float32"), 1), X[:, [1, 0]]),
    "multi_hot": (lambda x: ops.multi_hot(t([[0, 2]], "float32"), t(3)), [[1, 0, 1]]),
    "in_top_k": (lambda x: ops.in_top_k(t([0, 1], "float32"), x[0, :2], t(1)), [False, False]),
    "unravel_index": (lambda x: ops.unravel_index(t([3, 4], "float32"), (2, 3))[1], [0, 1]),
    "extract_sequences": (lambda x: ops.extract_sequences(x[0, 0], t(2), t(1)), [[0, 1], [1, 2], [2, 3]]),
    "pad": (lambda x: ops.pad(x[0, 0], 6, "reflect"), np.pad(X[0, 0], 6, "reflect")),
    "pad symmetric": (lambda x: ops.pad(x, WIDTHS, "symmetric"), np.pad(X, WIDTHS, "symmetric")),
    "crop by sizes": (
        lambda x: ops.image.crop_images(IMAGES, 1, 2, target_height=3, target_width=2),
        IMAGES[:, 1:4, 2:4],
    ),
    "crop by ends": (
        lambda x: ops.image.crop_images(IMAGES, bottom_cropping=1, right_cropping=1, target_height=3, target_width=2),
        IMAGES[:, 2:5, 2:4],
    ),
    "crop": (lambda x: ops.image.crop_images(IMAGES, 1, 2, 1, 1), IMAGES[:, 1:5, 2:4]),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_tensors_for_numbers_and_shapes(name: str, backend: str) -> None:
    call, expected = CALLS[name]
    result = call(ops.convert_to_tensor(X))
    assert ops.shape(result) == np.shape(expected)
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=1e-5, atol=1e-6)


def test_tensors_without_values_for_shapes_are_an_error(backend: str) -> None:
    points, starts = ops.SymbolicTensor((2,), "int32"), ops.SymbolicTensor((3,), "int32")
    for call in (
        lambda x: ops.split(x, points),
        lambda x: ops.slice(x, starts, ops.SymbolicTensor((3,), "int32")),
    ):
        with pytest.raises(ops.ArgumentTypeError):
            call(ops.convert_to_tensor(X))


def test_the_rest_from_a_start_without_values(backend: str) -> None:
    result = ops.slice(ops.convert_to_tensor(X), ops.SymbolicTensor((3,), "int32"), (-1, 1, 1))
    assert result.shape == (None, 1, 1)
    assert result.dtype == X.dtype.name


LEVELS: list[Any] = [0.3, [0.0, 0.25, 1.0], [[0.5], [0.9]]]


@pytest.mark.parametrize("method", ["linear", "lower", "higher", "midpoint", "nearest"])
@pytest.mark.parametrize("name", ["quantile", "nanquantile", "percentile", "nanpercentile"])
def test_quantiles_at_levels_without_values(name: str, method: str, backend: str) -> None:
    x = X[:, ::-1].copy()
    if name.startswith("nan"):
        x[0, 1] = np.nan
    most = 100 if "percent" in name else 1

    def call(x: Any, q: Any, axis: Any, keepdims: bool = False) -> Any:
        return getattr(ops, name)(x, q, axis, method, keepdims)

    tensor = ops.convert_to_tensor(x)
    for level, axis, keepdims in zip(LEVELS, (None, 1, (0, 2)), (False, True, False), strict=True):
        q = t(np.array(level) * most, "float32")
        expected = ops.convert_to_numpy(call(tensor, q, axis, keepdims))
        symbols = ops.SymbolicTensor((None, 3, 4), "float32"), ops.SymbolicTensor(ops.shape(q), "float32")
        unknown = call(*symbols, axis, keepdims)
        assert unknown.dtype == "float32"
        assert all(n in (m, None) for n, m in zip(unknown.shape, expected.shape, strict=True))
        specs = ops.SymbolicTensor(x.shape, "float32"), symbols[1]
        functions: list[Any] = [ops.Function([*specs], call(*specs, axis, keepdims))]
        if (name, method) in (("quantile", "linear"), ("nanpercentile", "nearest")):
            options = {"torch": {"backend": "aot_eager"}}
            jitted = ops.jit(lambda x, q, a=axis, k=keepdims: call(x, q, a, k), options=options)
            functions.append(lambda pair, jitted=jitted: jitted(*pair))
        for function in functions:
            result = ops.convert_to_numpy(function([tensor, q]))
            np.testing.assert_allclose(result, expected, rtol=1e-6, atol=1e-6)


def test_levels_out_of_range(backend: str) -> None:
    x, q = t([1, 2, 3], "float32"), t([-0.1, 0.5, 1.1, np.nan], "float32")
    with pytest.raises(ops.ArgumentError):
        ops.quantile(x, q)
    jitted = ops.jit(ops.quantile, options={"torch": {"backend": "aot_eager"}})
    if backend == "numpy":  # does not trace
        with pytest.raises(ops.ArgumentError):
            jitted(x, q)
    else:
        np.testing.assert_array_equal(ops.convert_to_numpy(jitted(x, q)), [np.nan, 2, np.nan, np.nan])
