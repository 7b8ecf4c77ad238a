"""Ops whose own bodies need sizes, in functions that are traced with unknown sizes."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS

OPTIONS = {"torch": {"backend": "aot_eager"}}
X = np.random.default_rng(0).uniform(0.5, 1.0, (5, 3)).astype(np.float32)

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "associative_scan": lambda x: ops.associative_scan(lambda a, b: a * b, x, reverse=True),
    "attention of unknown depth": lambda x: ops.dot_product_attention(x[None, None], x[None, None], x[None, None]),
    "correlate": lambda x: ops.correlate(x[:, 0], np.ones(4, np.float32), "same"),
    "cumsum": lambda x: ops.cumsum(x, 0),
    "diagonal": lambda x: ops.diagonal(x, 2),
    "extract_patches": lambda x: ops.image.extract_patches(x[:, :, None], (2, 2), strides=(1, 1), padding="same"),
    "median": lambda x: ops.median(x, 0),
    "rearrange": lambda x: ops.rearrange(x[None], "c a b -> a (c b)"),
    "resize": lambda x: ops.image.resize(x[:, :, None], (4, 4), "bicubic", antialias=True),
    "resize of two sizes": lambda x: ops.image.resize(x[:, :, None], (ops.shape(x)[0] * 2, 4), "area"),
    "rfft": lambda x: ops.rfft(ops.transpose(x))[1],
    "scatter_update": lambda x: ops.scatter_update(x, ops.argmin(x, 1)[:, None], x * 2.0),
    "stft": lambda x: ops.stft(ops.reshape(ops.tile(x, (1, 9)), (-1,)), 8, 4, 8)[0],
    "vectorize": lambda x: ops.vectorize(ops.sum, signature="(n)->()")(x),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("shape", [(None, 3), (None, None)])
@pytest.mark.skipif("tensorflow" not in BACKENDS, reason="needs tensorflow")
def test_in_a_tensorflow_function(name: str, shape: tuple[int | None, ...]) -> None:
    tf: Any = importlib.import_module("tensorflow")
    function = FUNCTIONS[name]
    with ops.use_backend("tensorflow"):
        call = tf.function(function, input_signature=[tf.TensorSpec(shape, "float32")], autograph=False)
        for x in (X, np.concatenate([X, X[::-1]])):
            expected = ops.convert_to_numpy(function(ops.convert_to_tensor(x)))
            np.testing.assert_allclose(ops.convert_to_numpy(call(x)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.skipif("tensorflow" not in BACKENDS, reason="needs tensorflow")
def test_images_of_many_sizes() -> None:
    tf: Any = importlib.import_module("tensorflow")
    images = [np.random.default_rng(n).uniform(size=(n, n + 2, 3)).astype(np.float32) for n in (5, 8)]
    signature = tf.TensorSpec((None, None, 3))
    with ops.use_backend("tensorflow"):
        for options in ({"interpolation": "nearest"}, {"crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": True}):
            resize = lambda image, options=options: ops.image.resize(image, (4, 3), **options)  # noqa: E731
            data = tf.data.Dataset.from_generator(lambda: iter(images), output_signature=signature).map(resize)
            for image, resized in zip(images, data, strict=True):
                expected = ops.convert_to_numpy(resize(ops.convert_to_tensor(image)))
                np.testing.assert_allclose(resized.numpy(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.skipif("tensorflow" not in BACKENDS, reason="needs tensorflow")
@pytest.mark.parametrize("name", ["fft", "ifft2", "rfft", "irfft"])
def test_transforms_of_no_elements_are_an_error(name: str) -> None:
    tf: Any = importlib.import_module("tensorflow")
    function = getattr(ops, name)

    def gradient(x: Any) -> Any:  # of an empty transform it would end the process
        return ops.grad(lambda x: ops.sum(function(x if name == "rfft" else (x, x))[0]))(x)

    with ops.use_backend("tensorflow"):
        call = tf.function(gradient, input_signature=[tf.TensorSpec((None, None), "float32")], autograph=False)
        assert ops.shape(call(X)) == X.shape
        with pytest.raises(tf.errors.InvalidArgumentError, match="sizes of the transformed axes must be positive"):
            call(X[:, :0])


@pytest.mark.skipif("tensorflow" not in BACKENDS, reason="needs tensorflow")
def test_jit_traces_for_each_shape_where_a_size_must_be_known() -> None:
    with ops.use_backend("tensorflow"):
        jitted = ops.jit(ops.unstack, dynamic=True)
        assert [len(jitted(ops.ones((n, 2)))) for n in (2, 3, 4, 3)] == [2, 3, 4, 3]


@pytest.mark.skipif("tensorflow" not in BACKENDS, reason="needs tensorflow")
def test_errors_say_which_size_must_be_known() -> None:
    tf: Any = importlib.import_module("tensorflow")
    functions: dict[str, Callable[[Any], Any]] = {
        "size of axis 0 must be known": ops.unstack,
        "sizes of kernel must be known": lambda x: ops.conv_transpose(ops.ones((1, 4, 3)), x[:, None, :]),
        "last axis of indices, the number of indexed axes, must be known": lambda x: ops.scatter_update(
            x, ops.cast(ops.transpose(x), "int32"), 1.0
        ),
    }
    with ops.use_backend("tensorflow"):
        for words, function in functions.items():
            traced = tf.function(function, input_signature=[tf.TensorSpec((None, 3))], autograph=False)
            with pytest.raises(ops.ShapeError, match=words):
                traced.get_concrete_function()


def test_segments_without_their_number(backend: str) -> None:
    ids = np.array([0, 3, 0], np.int32)
    functions = [lambda x: ops.segment_sum(x, ops.cast(x[:, 0], "int32"))]
    if backend == "torch":  # whose compiler turns the array into a tensor without values
        functions.append(lambda x: ops.segment_max(x, ids))
    for function in functions if backend != "numpy" else ():
        with pytest.raises(ops.UnsupportedError, match="give num_segments"):
            ops.jit(function, options=OPTIONS)(ops.ones((3, 2)))


EXPORTED: dict[str, Callable[[Any], Any]] = {
    "median": lambda x: ops.median(x, 0),
    "quantile": lambda x: ops.quantile(x, [0.1, 0.6], axis=0, keepdims=True, method="nearest"),
    "linspace": lambda x: ops.linspace(x[0], x[1], ops.shape(x)[0], axis=1),
    "linspace without its end": lambda x: ops.linspace(0.0, 1.0, ops.shape(x)[0], endpoint=False),
    "diag": lambda x: ops.diag(x[:, 0], -1),
    "std": lambda x: ops.std(x, 0),
    "logsumexp": lambda x: ops.logsumexp(x, 0),
}


@pytest.mark.parametrize("name", EXPORTED)
@pytest.mark.skipif("jax" not in BACKENDS, reason="needs jax")
def test_in_an_exported_jax_function_of_any_size(name: str) -> None:
    function = EXPORTED[name]
    jax: Any = importlib.import_module("jax")
    export: Any = importlib.import_module("jax.export")
    with ops.use_backend("jax"):
        spec = jax.ShapeDtypeStruct(export.symbolic_shape("n, 3"), "float32")
        exported = export.export(jax.jit(function))(spec)
        for x in (X, X[:2], np.concatenate([X, X[::-1]])):
            expected = ops.convert_to_numpy(function(ops.convert_to_tensor(x)))
            np.testing.assert_allclose(exported.call(x), expected, rtol=1e-5)
