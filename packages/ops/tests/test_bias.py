"""Biases of convolutions and of `ops.nn.dense`: what the records do not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops_common import dtypes
from ops_common.runtime import registry

RNG = np.random.default_rng(0)


def draw(*shape: int) -> Any:
    return RNG.normal(size=shape).astype(np.float32)


def mix() -> Any:
    """Returns a pointwise kernel of a dtype that does not change the others'."""
    return ops.ones((1, 1, 6, 2), "int8")


IMAGES, SEQUENCES = draw(2, 5, 4, 3), draw(2, 6, 3)
# Each layer with and without its own bias, and the layer's other arguments.
LAYERS: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...]]] = {
    "conv": (
        lambda x, k, b: ops.conv(x, k, padding="same", bias=b),
        lambda x, k, b: ops.conv(x, k, padding="same") + b,
        (IMAGES, draw(3, 2, 3, 4), draw(4)),
    ),
    "conv channels_first": (
        lambda x, k, b: ops.conv(x, k, 2, data_format="channels_first", bias=b),
        lambda x, k, b: ops.conv(x, k, 2, data_format="channels_first") + ops.reshape(b, (-1, 1, 1)),
        (draw(2, 3, 5, 4), draw(3, 2, 3, 4), draw(4)),
    ),
    "conv of sequences": (
        lambda x, k, b: ops.conv(x, k, padding="causal", bias=b),
        lambda x, k, b: ops.conv(x, k, padding="causal") + b,
        (SEQUENCES, draw(3, 3, 4), draw(4)),
    ),
    "depthwise_conv": (
        lambda x, k, b: ops.depthwise_conv(x, k, bias=b),
        lambda x, k, b: ops.depthwise_conv(x, k) + b,
        (IMAGES, draw(3, 2, 3, 2), draw(6)),
    ),
    "separable_conv": (
        lambda x, k, b: ops.separable_conv(x, k, mix(), bias=b),
        lambda x, k, b: ops.separable_conv(x, k, mix()) + b,
        (IMAGES, draw(3, 2, 3, 2), draw(2)),
    ),
    "conv_transpose": (
        lambda x, k, b: ops.conv_transpose(x, k, 2, "same", bias=b),
        lambda x, k, b: ops.conv_transpose(x, k, 2, "same") + b,
        (IMAGES, draw(3, 3, 4, 3), draw(4)),
    ),
    "dense": (
        lambda x, k, b: ops.nn.dense(x, k, b),
        lambda x, k, b: ops.matmul(x, k) + b,
        (draw(5, 3), draw(3, 4), draw(4)),
    ),
    "dense of stacks": (
        lambda x, k, b: ops.nn.dense(x, k, b),
        lambda x, k, b: ops.matmul(x, k) + b,
        (SEQUENCES, draw(3, 4), draw(4)),
    ),
    "dense of a vector": (
        lambda x, k, b: ops.nn.dense(x, k, b),
        lambda x, k, b: ops.matmul(x, k) + b,
        (draw(3), draw(3, 4), draw(4)),
    ),
}
EACH = pytest.mark.parametrize("layer", LAYERS)


def compare(result: Any, expected: Any, tolerance: float = 1e-5) -> None:
    result, expected = ops.convert_to_numpy(result), ops.convert_to_numpy(expected)
    assert result.dtype == expected.dtype
    np.testing.assert_allclose(result.astype(np.float64), expected.astype(np.float64), tolerance, tolerance)


@EACH
def test_all_operands_are_promoted(layer: str, backend: str) -> None:
    biased, _, (x, kernel, bias) = LAYERS[layer]
    expected = biased(x, kernel, bias)
    compare(biased(x, kernel, bias.tolist()), expected)
    compare(biased(x, kernel, ops.Variable(bias)), expected)
    native = registry.load(backend).native_dtypes
    for others, of_bias in (("float16", "float32"), ("bfloat16", "float16"), ("float16", "float16"), ("int32", "int8")):
        if {others, of_bias, "float32"} <= native.keys():
            result = biased(ops.cast(x, others), ops.cast(kernel, others), ops.cast(bias, of_bias))
            assert ops.dtype(result) == dtypes.to_float(dtypes.promote([others, of_bias]))
            if others != "int32":
                np.testing.assert_allclose(
                    ops.convert_to_numpy(result).astype(np.float32), ops.convert_to_numpy(expected), 0.1, 0.1
                )


@EACH
def test_gradients(layer: str, backend: str) -> None:
    biased, added, (x, kernel, bias) = LAYERS[layer]
    operands = tuple(map(ops.convert_to_tensor, (x, kernel, bias)))

    def loss(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *operands: ops.sum(ops.sin(function(*operands)))

    places = (0, 1, 2)
    results, expected = (ops.grad(loss(function), places)(*operands) for function in (biased, added))
    for gradient, wanted in zip(results, expected, strict=True):
        compare(gradient, wanted, 1e-4)

    def of_slope(function: Callable[..., Any]) -> Callable[..., Any]:
        slope = ops.grad(loss(function), 1)
        return lambda bias: ops.sum(ops.square(slope(operands[0], operands[1], bias)))

    compare(ops.grad(of_slope(biased))(operands[2]), ops.grad(of_slope(added))(operands[2]), 1e-3)


@EACH
def test_vmap(layer: str, backend: str) -> None:
    biased, added, (x, kernel, bias) = LAYERS[layer]
    biases = ops.convert_to_tensor(np.stack([bias, 2 * bias, -bias]))
    x, kernel = ops.convert_to_tensor(x), ops.convert_to_tensor(kernel)
    compare(
        ops.vmap(lambda b: biased(x, kernel, b))(biases), ops.stack([added(x, kernel, biases[i]) for i in range(3)])
    )
    xs = ops.stack([x, 2 * x, -x])
    compare(
        ops.vmap(lambda x, b: biased(x, kernel, b))(xs, biases),
        ops.stack([added(xs[i], kernel, biases[i]) for i in range(3)]),
    )
    compare(
        ops.vmap(lambda x: biased(x, kernel, biases[0]))(xs),
        ops.stack([added(xs[i], kernel, biases[0]) for i in range(3)]),
    )


OPTIONS = {"torch": {"backend": "aot_eager"}}


@EACH
def test_jit(layer: str, backend: str) -> None:
    biased, added, arrays = LAYERS[layer]
    operands = tuple(map(ops.convert_to_tensor, arrays))
    compare(ops.jit(biased, options=OPTIONS)(*operands), added(*operands))


@EACH
def test_unknown_sizes(layer: str, backend: str) -> None:
    biased, _, (x, kernel, bias) = LAYERS[layer]
    shape = ops.shape(biased(x, kernel, bias))
    specs = [ops.SymbolicTensor(array.shape, "float32") for array in (x, kernel, bias)]
    assert biased(*specs).shape == shape
    unknown = ops.SymbolicTensor((None, *x.shape[1:]), "float32")
    if layer != "dense of a vector":
        assert biased(unknown, kernel, specs[2]).shape == (None, *shape[1:])
    # The bias has as many numbers as there are filters.
    of_any = ops.SymbolicTensor((None,) * kernel.ndim, "float32")
    axis = 1 if layer.endswith("first") else -1
    if layer not in ("separable_conv", "dense of a vector"):
        assert biased(specs[0], of_any, specs[2]).shape[axis] == len(bias)
    assert biased(specs[0], specs[1], ops.SymbolicTensor((None,), "float32")).shape == shape
    with pytest.raises(ops.ShapeError, match=rf"bias must have shape \({len(bias)},\)"):
        biased(specs[0], specs[1], ops.SymbolicTensor((len(bias) + 1,), "float32"))
    with pytest.raises(ops.ShapeError, match=r"bias must have shape"):
        biased(specs[0], specs[1], ops.SymbolicTensor((), "float32"))


def test_sums_of_nothing_are_the_bias(backend: str) -> None:
    def zeros(*shape: int) -> Any:
        return ops.zeros(shape)

    bias = np.array([1.0, 2.0], np.float32)
    expected = np.broadcast_to(bias, (2, 3, 2))
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.conv(zeros(2, 5, 0), zeros(3, 0, 2), bias=bias)), expected)
    first = ops.conv(zeros(2, 0, 5), zeros(3, 0, 2), data_format="channels_first", bias=bias)
    np.testing.assert_array_equal(ops.convert_to_numpy(first), expected.swapaxes(1, 2))
    turned = ops.conv_transpose(zeros(2, 1, 0), zeros(3, 2, 0), bias=bias)
    np.testing.assert_array_equal(ops.convert_to_numpy(turned), expected)
    dense = ops.nn.dense(zeros(2, 3, 0), zeros(0, 2), bias)
    np.testing.assert_array_equal(ops.convert_to_numpy(dense), expected)
    empty = ops.depthwise_conv(zeros(2, 5, 0), zeros(3, 0, 2), bias=zeros(0))
    assert ops.shape(empty) == (2, 3, 0)
    with pytest.raises(ops.ShapeError, match=r"bias must have shape \(2,\)"):
        ops.conv(zeros(2, 5, 0), zeros(3, 0, 2), bias=bias[:1])


def test_a_bias_changes_no_operand(backend: str) -> None:
    x, kernel, bias = (ops.convert_to_tensor(array) for array in LAYERS["dense"][2])
    before = [ops.convert_to_numpy(each).copy() for each in (x, kernel, bias)]
    ops.nn.dense(x, kernel, bias)
    ops.nn.dense(x, kernel, bias)
    for tensor, array in zip((x, kernel, bias), before, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(tensor), array)


def test_a_bias_is_a_keyword() -> None:
    with pytest.raises(TypeError, match="positional"):
        ops.conv(IMAGES, draw(3, 2, 3, 4), 1, "valid", None, 1, draw(4))  # type: ignore[call-arg]  # that is the test
