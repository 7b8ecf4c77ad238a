"""`ops.jit` at sizes that vary, and what it compiles again: a small part of sweeps/test_torch_sizes.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops

OPTIONS = {"torch": {"backend": "aot_eager"}}
IMAGES = [(2, 8, 6, 3), (2, 9, 7, 3), (2, 11, 10, 3)]

# On torch, a function and the shapes of its argument, of which each axis that varies has three sizes.
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], list[tuple[int, ...]]]] = {
    "attention": (lambda q: ops.nn.dot_product_attention(q, q, q), [(2, n, 3, 5) for n in (4, 6, 7)]),
    "causal attention": (lambda q: ops.nn.dot_product_attention(q, q, q, is_causal=True), [(2, 4, 3, 5), (2, 6, 3, 5)]),
    "blur": (ops.image.gaussian_blur, IMAGES),
    "colours": (ops.image.rgb_to_grayscale, IMAGES),
    "nearest": (lambda x: ops.image.resize(x, (4, 3), interpolation="nearest"), IMAGES),
    "rank": (ops.matrix_rank, [(9, 3), (12, 3), (13, 3)]),
    "repeat": (lambda x: ops.repeat(x, [1, 2, 0], axis=1), [(9, 3), (12, 3), (13, 3)]),
    "reversed": (lambda x: ops.get_item(x, (slice(None, None, -1), slice(-2, None, -1))), [(9, 4), (12, 5), (13, 6)]),
    "pinv": (ops.pinv, [(9, 3), (12, 3), (13, 3)]),
    "one_hot": (lambda x: ops.one_hot(ops.argmax(x, -1), ops.shape(x)[1]), [(4, 5), (6, 7), (7, 9)]),
    "loss": (lambda x: ops.nn.binary_crossentropy(x, ops.sigmoid(x)), [(4, 5), (6, 7), (7, 9)]),
    "network": (
        lambda x: ops.sum(ops.nn.layer_normalization(ops.nn.softmax(x * 2.0)) + x),
        [(4, 8), (5, 8), (7, 8)],
    ),
}


def numbers(shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(0).uniform(0.1, 1.0, shape).astype("float32")


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dynamic", [False, True], ids=["plain", "dynamic"])
def test_sizes(name: str, dynamic: bool, backend: str) -> None:
    if backend != "torch":
        return  # the other compilers compile for each shape
    function, shapes = FUNCTIONS[name]
    jitted = ops.jit(function, dynamic=dynamic, options=OPTIONS)
    for shape in shapes:
        x = ops.convert_to_tensor(numbers(shape))
        result, expected = ops.convert_to_numpy(jitted(x)), ops.convert_to_numpy(function(x))
        np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)
    assert jitted.compilations() <= (1 if dynamic else 2)


@pytest.mark.parametrize("of_jit", [True, False], ids=["gradient of jit", "jit of gradient"])
def test_gradients(of_jit: bool, backend: str) -> None:
    if backend == "openvino":
        return
    function, shapes = FUNCTIONS["network"]
    plain: Any = ops.value_and_grad(function)
    if of_jit:
        compiled: Any = ops.value_and_grad(ops.jit(function, options=OPTIONS))
    else:
        compiled = ops.jit(plain, options=OPTIONS)
    for shape in shapes:
        x = ops.convert_to_tensor(numbers(shape))
        for result, expected in zip(compiled(x), plain(x), strict=True):
            result, expected = ops.convert_to_numpy(result), ops.convert_to_numpy(expected)
            np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)


def test_gradients_of_unknown_sizes(backend: str) -> None:
    if backend != "openvino":
        return  # a small part of sweeps/test_dynamic_gradients.py
    kernel = np.random.default_rng(1).normal(size=(3, 3, 3, 2)).astype("float32")

    def network(x: Any) -> Any:
        y = ops.nn.max_pool(ops.nn.conv(x, kernel, 2, "same"), 2, 1)
        y = ops.scan(lambda carry, row: (row, carry * row), y[:, 0], ops.moveaxis(y, 1, 0))[1]
        return ops.sum(ops.nn.softmax(ops.concatenate([y, y[1:] * 2.0], 0), 0) * y[-1])

    gradient: Any = ops.value_and_grad(network)
    jitted = ops.jit(gradient, dynamic=True)
    for shape in IMAGES:
        x = ops.convert_to_tensor(numbers(shape))
        for result, expected in zip(jitted(x), gradient(x), strict=True):
            result, expected = ops.convert_to_numpy(result), ops.convert_to_numpy(expected)
            np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)
    assert jitted.compilations("openvino") == 2


@pytest.mark.parametrize("reduction", [ops.segment_sum, ops.segment_max])
def test_result_of_unknown_size(reduction: Callable[..., Any], backend: str) -> None:
    if backend != "torch":
        return  # numpy runs eagerly, and TensorFlow supports it
    ids = np.array([0, 3, 0], "int32")
    for segment_ids in (ids, ops.convert_to_tensor(ids)):
        with pytest.raises(ops.UnsupportedError, match="give num_segments"):
            ops.jit(lambda data, ids=segment_ids: reduction(data, ids), options=OPTIONS)(ops.ones((3, 2)))


def test_compilations_of_all_functions(backend: str) -> None:
    if backend != "torch":
        return
    torch = pytest.importorskip("torch")
    with torch._dynamo.config.patch(accumulated_recompile_limit=3):  # of one code object: 256
        functions = [ops.jit(lambda x, i=i: x + i, options=OPTIONS) for i in range(5)]
        for i, function in enumerate(functions):
            assert ops.convert_to_numpy(function(ops.zeros((2,)))).tolist() == [i, i]
