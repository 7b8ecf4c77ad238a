"""Shapes and numbers that vary: few models are compiled, they compute the same, and they are released."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest

import ops
from ops_backend_openvino import cache, families
from ops_common.runtime import registry
from ops_common.testing import conformance
from ops_common.testing.record import Maker

_STATUS = Path("/proc/self/status")


@pytest.fixture(autouse=True)
def _openvino() -> Iterator[None]:
    ops.clear_compilations("openvino")
    with ops.use_backend("openvino"):
        yield
    ops.clear_compilations("openvino")


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Any]]:
    """The models that are compiled during the test."""
    models: list[weakref.ref[Any]] = []
    compile_model = ov.Core.compile_model

    def count(self: Any, *args: Any, **kwargs: Any) -> Any:
        model = compile_model(self, *args, **kwargs)
        models.append(weakref.ref(model))
        return model

    monkeypatch.setattr(ov.Core, "compile_model", count)
    return models


def alive(models: list[weakref.ref[Any]]) -> int:
    gc.collect()
    return sum(model() is not None for model in models)


def threads() -> int:
    return next(int(line.split()[1]) for line in _STATUS.read_text().splitlines() if line.startswith("Threads:"))


def network(x: Any) -> Any:
    return ops.sum(ops.nn.layer_normalization(ops.nn.softmax(x * 2.0)) + x)


def batch(size: int) -> Any:
    return ops.convert_to_tensor(np.linspace(-1, 1, size * 8, dtype=np.float32).reshape(size, 8))


def outputs(function: Callable[..., Any], *args: Any) -> list[np.ndarray[Any, Any]]:
    result = function(*args)
    return [ops.convert_to_numpy(x) for x in (result if isinstance(result, (list, tuple)) else [result])]


def reference(x: np.ndarray[Any, Any]) -> Any:
    """Returns the network's result in float64."""
    exp = np.exp(2 * x)
    y = exp / exp.sum(1, keepdims=True)
    centred = y - y.mean(1, keepdims=True)
    return (centred / np.sqrt((centred**2).mean(1, keepdims=True) + ops.config.epsilon()) + x).sum()


@pytest.mark.parametrize("transform", [lambda f: f, ops.value_and_grad], ids=["eager", "gradient"])
def test_no_model_is_compiled_for_the_fifth_and_later_shapes(transform: Any, compiled: list[Any]) -> None:
    function = transform(network)
    for size in range(2, 6):
        function(batch(size))
    count, thread_count = len(compiled), threads() if _STATUS.exists() else 0
    for size in range(6, 30):
        x = 1 + np.sin(np.arange(size * 8.0)).reshape(size, 8)
        result = outputs(function, ops.convert_to_tensor(x, "float32"))
        np.testing.assert_allclose(result[0], reference(x), rtol=1e-4)
        if len(result) == 2:
            direction = np.cos(np.arange(x.size)).reshape(x.shape)
            slope = (reference(x + 1e-5 * direction) - reference(x - 1e-5 * direction)) / 2e-5
            np.testing.assert_allclose((result[1] * direction).sum(), slope, atol=1e-3)
    assert len(compiled) == count
    if _STATUS.exists():
        assert threads() - thread_count <= 4


def test_large_shapes_need_one_more_model(compiled: list[Any]) -> None:
    for size in (*range(2, 8), *range(1025, 1035)):
        ops.exp(batch(size))
    assert len(compiled) == families.FEW + 2


# The plug-in fuses other nodes of these if sizes are known, and so rounds other intermediate values. A correlation is a
# convolution if the size of its second operand is known, and a product of matrices otherwise.
_ROUNDED_OTHERWISE = {"correlate", "erfc", "erfinv", "expm1", "logaddexp2"}
_KERNELS = registry.load("openvino").kernels
_FAMILIES = ("elementwise.", "reduction.", "contraction.", "nn.")
_SPECIAL = np.array([0.0, -0.0, 1.0, -1.5, np.nan, np.inf, -np.inf, 0.3, 1e-30, 100.0], np.float32)


def _resized(value: Any, times: int, special: bool) -> Any:
    """Returns an array repeated along its first axis, or filled with special values."""
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        return [_resized(item, times, special) for item in value]
    if not isinstance(value, np.ndarray) or not value.ndim:
        return value
    value = np.concatenate([value] * times, 0)
    return np.resize(_SPECIAL, value.shape).astype(value.dtype) if special and value.dtype.kind == "f" else value


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in conformance.cases("openvino")
        if case.dtype == "float32"
        and (case.record.kernel or "").startswith(_FAMILIES)
        and case.record.kernel in _KERNELS
    ],
    ids=str,
)
def test_dynamic_sizes_give_the_same_results(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    backend, kernel = registry.load("openvino"), _KERNELS[case.record.kernel]
    sample = case.record.tried(Maker("float32"), "openvino")[0]
    special = case.record.kernel.startswith("elementwise.")

    def results() -> list[Any]:
        ops.clear_compilations("openvino")
        found: list[Any] = []
        for times in (1, 2, 5):
            try:
                values = [_resized(case.record.computed(value, "float32"), times, special) for value in sample.args]
                found.append(outputs(kernel, *(conformance._argument(backend, value) for value in values)))
            except Exception as error:  # shapes that do not fit, in both cases
                found.append(type(error))
        return found

    def all_dynamic(self: families.Family, shapes: Any, keep_ones: bool = False) -> Any:
        return None if self._few is None else tuple((None,) * len(shape) for shape in shapes)

    monkeypatch.setattr(families.Family, "dynamic", lambda self, shapes, keep_ones=False: None)
    expected = results()
    monkeypatch.setattr(families.Family, "dynamic", all_dynamic)
    exact = case.record.kernel.partition(".")[2] not in _ROUNDED_OTHERWISE
    for result, static in zip(results(), expected, strict=True):
        if isinstance(static, type):
            assert result is static
            continue
        for array, static_array in zip(result, static, strict=True):
            np.testing.assert_allclose(array, static_array, rtol=0 if exact else 3e-7)
            assert array.tobytes() == static_array.tobytes() or not exact  # and signs of zeros


@pytest.mark.parametrize("function", [ops.sum, ops.mean, ops.var], ids=["sum", "mean", "var"])
def test_long_sums_of_varying_sizes_are_accurate(function: Any, compiled: list[Any]) -> None:
    shapes = [(n,) for n in (100_001, 200_002, 300_003, 400_004, 500_005)] + [(n, 30_000) for n in (3, 5, 7, 9, 11)]
    for shape in shapes:
        x = np.random.default_rng(0).random(shape, np.float32)
        expected = getattr(np, function.__name__)(x.astype(np.float64))
        np.testing.assert_allclose(outputs(function, x)[0], expected, rtol=2e-6)
    for shape in shapes[5:]:
        x = np.random.default_rng(0).random(shape, np.float32)
        expected = getattr(np, function.__name__)(x.astype(np.float64), 0)
        np.testing.assert_allclose(outputs(lambda x: function(x, 0), x)[0], expected, rtol=2e-6)


def test_shapes_that_do_not_fit_are_errors_with_dynamic_sizes() -> None:
    for n in range(2, 9):
        ops.add(ops.ones((n, 3)), ops.ones((n, 3)))
        ops.matmul(ops.ones((n, n)), ops.ones((n, 2)))
    for function, second in ((ops.add, (5, 3)), (ops.matmul, (5, 2))):
        with pytest.raises(ops.ShapeError):
            function(ops.ones((4, 3)), ops.ones(second))
    assert ops.shape(ops.add(ops.ones((0, 3)), 1.0)) == (0, 3)
    assert ops.shape(ops.sum(ops.ones((7, 0)), 1)) == (7,)


def test_sizes_of_1_are_not_dynamic_in_a_jitted_function() -> None:
    # The function broadcasts, which a trace with a dynamic size does not see.
    jitted = ops.jit(ops.grad(lambda x, y: ops.sum(x * y), (0, 1)), dynamic=True)
    for first, second in ((2, 2), (3, 3), (4, 4), (1, 5), (6, 1), (1, 7), (1, 1)):
        x, y = ops.full((first, 8), 2.0), ops.full((second, 8), 3.0)
        gradients = outputs(jitted, x, y)
        assert [gradient.shape for gradient in gradients] == [(first, 8), (second, 8)]
        np.testing.assert_array_equal(gradients[0], 3 * (second if first == 1 else 1))
        np.testing.assert_array_equal(gradients[1], 2 * (first if second == 1 else 1))


@pytest.mark.parametrize(
    "loss",
    [
        lambda x: ops.sum(ops.square(ops.broadcast_to(x[:1], ops.shape(x)))),
        lambda x: ops.sum(ops.square(x[:1] * x)),
        lambda x: ops.sum(ops.square(x[-1:] + x)),
        lambda x: ops.sum(ops.square(ops.matmul(x[:, :1], x[:1]))),
    ],
)
def test_gradients_of_a_broadcast_row_of_an_unknown_number(loss: Callable[[Any], Any]) -> None:
    gradient = ops.grad(loss)
    jitted = ops.jit(gradient, dynamic=True)
    for n in (4, 2, 6, 1, 3):
        np.testing.assert_allclose(outputs(jitted, batch(n))[0], outputs(gradient, batch(n))[0], rtol=1e-5, atol=1e-5)


def test_a_product_of_sizes_that_differ_is_an_error_in_a_dynamic_model() -> None:
    for n in range(2, 9):
        outputs(ops.dot, ops.ones((n, n + 1)), ops.ones((n + 1, 3)))
        outputs(lambda x, y: ops.tensordot(x, y, 1), ops.ones((n, n + 1)), ops.ones((n + 1, 3)))
    for first, second in (((3, 1), (4, 3)), ((3, 4), (1, 3)), ((2, 6), (3, 4)), ((2, 3), (6, 4))):
        for product in (ops.dot, lambda x, y: ops.tensordot(x, y, 1)):
            with pytest.raises(ops.ShapeError):
                product(ops.ones(first), ops.ones(second))


NUMBERS: dict[str, Callable[[Any, float], Any]] = {
    "layer_normalization": lambda x, number: ops.nn.layer_normalization(x, epsilon=number),
    "rms_normalization": lambda x, number: ops.nn.rms_normalization(x, epsilon=number),
    "normalize": lambda x, number: ops.nn.normalize(x, epsilon=number),
    "leaky_relu": lambda x, number: ops.nn.leaky_relu(x, number),
    "elu": lambda x, number: ops.nn.elu(x, number),
    "threshold": lambda x, number: ops.nn.threshold(x, number, number * 2),
    "clip": lambda x, number: ops.clip(x, -number, number),
    "isclose": lambda x, number: ops.isclose(x, x + 0.1, atol=number),
    "max": lambda x, number: ops.max(x, 1, initial=number),
    "nan_to_num": lambda x, number: ops.nan_to_num(x, nan=number),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_that_vary_compile_few_models(name: str, compiled: list[Any]) -> None:
    x = batch(3)
    results: list[Any] = []
    counts: list[int] = []
    for i in range(1, 14):
        results += outputs(NUMBERS[name], x, i / 16)
        counts.append(len(compiled))
    # One more where the earlier calls of this process made the shape a frequent one, which gets its own model.
    assert counts[-1] <= counts[4] + 1 <= 6
    for i in (1, 6, 13):  # a jitted function compiles numbers as constants
        expected = outputs(ops.jit(lambda x, i=i: NUMBERS[name](x, i / 16)), x)[0]
        np.testing.assert_allclose(results[i - 1], expected, rtol=1e-6, atol=1e-7)


def test_numbers_and_shapes_that_vary_together_compile_few_models(compiled: list[Any]) -> None:
    counts: list[int] = []
    for i in range(1, 30):
        ops.nn.layer_normalization(batch(1 + i), epsilon=i / 16)
        counts.append(len(compiled))
    assert counts[-1] == counts[8]


def test_a_frequent_shape_gets_a_model_of_its_own(compiled: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_FREQUENT", 3)
    for function in (ops.exp, ops.nn.layer_normalization):
        for size in range(2, 8):
            function(batch(size))
        count = len(compiled)
        for _ in range(5):
            function(batch(7))
        assert len(compiled) == count + 1


def test_models_beyond_the_limit_are_released(compiled: list[Any]) -> None:
    limit = ops.config.compilation_cache_size()
    ops.config.set_compilation_cache_size(8)
    try:
        jitted = ops.jit(lambda x: ops.exp(x) + 1.0)
        for size in range(2, 22):
            np.testing.assert_allclose(outputs(jitted, batch(size))[0], np.exp(np.asarray(batch(size))) + 1, rtol=1e-6)
        assert len(compiled) == 20
        assert alive(compiled) <= 8
        for size in range(2, 22):  # models with dynamic sizes are evicted, too
            network(batch(size))
            assert alive(compiled) <= 8
    finally:
        ops.config.set_compilation_cache_size(limit)


def test_models_of_a_dropped_function_are_released(compiled: list[Any]) -> None:
    jitted = [ops.jit(lambda x, i=i: x * float(i)) for i in range(3)]
    _ = [function(batch(2)) for function in jitted]
    assert alive(compiled) == 3
    del jitted
    assert alive(compiled) == 0


@pytest.mark.skipif(not _STATUS.exists(), reason="threads are read from Linux's /proc")
def test_models_with_threads_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_THREADS", 4)
    functions = [ops.jit(lambda x, i=i: ops.exp(x * float(i))) for i in range(12)]
    x = ops.ones((200, 100))
    functions[0](x)
    before = threads()
    for i, function in enumerate(functions):
        np.testing.assert_allclose(outputs(function, x)[0], np.full((200, 100), np.exp(i)), rtol=1e-6)
    assert threads() - before <= 4


def test_threads_share_models_with_dynamic_sizes() -> None:
    wrong: list[Any] = []

    def work(offset: int) -> None:
        with ops.use_backend("openvino"):
            for size in range(2 + offset, 60, 4):
                x = batch(size)
                if not np.array_equal(outputs(ops.multiply, x, 2.0)[0], 2 * np.asarray(x)):
                    wrong.append(size)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []


def test_signed_zeros_of_differences_at_varying_sizes() -> None:
    for count in (2, 3, 4, 5, 6, 64):
        x = ops.convert_to_tensor(np.full(count, -0.0, np.float32))
        zeros = ops.zeros(count)
        assert np.signbit(ops.convert_to_numpy(ops.subtract(x, zeros))).all()
        assert not np.signbit(ops.convert_to_numpy(ops.subtract(zeros, zeros))).any()


@pytest.mark.parametrize(
    "function", [lambda x: ops.cast(x, "float32"), ops.jit(lambda x: (ops.cast(x, "float32"), x + x), dynamic=True)]
)
def test_bfloat16_at_varying_sizes(function: Any) -> None:
    """bfloat16 is float32 in a model, so that an output may be an input as it is."""
    generator = np.random.default_rng(0)
    for _ in range(200):
        numbers = generator.normal(size=generator.integers(1, 12)).astype(np.float32)
        x = ops.convert_to_tensor(numbers, "bfloat16")
        expected = np.asarray(ops.convert_to_numpy(x)).astype(np.float32)
        result = function(x)
        result = result[0] if isinstance(result, tuple) else result
        np.testing.assert_array_equal(np.array(ops.convert_to_numpy(result)), expected)


def test_gathers_one_after_the_other_of_unknown_sizes() -> None:
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 7, 2)).astype(np.float32)

    def function(x: Any) -> Any:
        for i in range(3):
            starts = ops.expand_dims(ops.arange(ops.shape(x)[1 + 2 * i] - 1), 1)
            x = ops.take(x, starts + np.arange(2, dtype=np.int32), 1 + 2 * i)
        return x

    expected = ops.convert_to_numpy(function(ops.convert_to_tensor(x)))
    compiled = ops.jit(function, dynamic=True)
    compiled(ops.ones((3, 4, 5, 6, 3)))
    np.testing.assert_array_equal(ops.convert_to_numpy(compiled(ops.convert_to_tensor(x))), expected)


def test_products_of_all_axes_at_varying_sizes() -> None:
    functions = [lambda x: ops.tensordot(x, x, 2), lambda x: ops.vdot(x, x), lambda x: ops.einsum("ij,ij->", x, x)]
    for function in functions:
        for compiled in (function, ops.jit(function, dynamic=True)):
            for size in range(2, 7):
                result = compiled(ops.full((size, size + 1), 0.5))
                np.testing.assert_allclose(ops.convert_to_numpy(result), size * (size + 1) / 4)


_FORKING = """
import os, signal
import ops
ops.set_backend("openvino")
x = ops.ones((200, 300))
ops.exp(x)
child = os.fork()
if not child:
    signal.alarm(60)
    ops.exp(x), ops.tanh(x), ops.exp(ops.ones((300, 300)))
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_child_compiles_models_for_large_tensors() -> None:
    done = subprocess.run([sys.executable, "-c", _FORKING], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


# The plug-in (2026.4) misplaces elements of such concatenations, if an operand computed in the model has no elements.
_WITH_EMPTY_PARTS: dict[str, Callable[[Any], Any]] = {
    "pad": lambda x: ops.pad(x, ((0, 0), (ops.shape(x)[1] - 5, ops.shape(x)[1] - 4), (0, 0))),
    "concatenate": lambda x: ops.concatenate([ops.zeros((2, ops.shape(x)[1] - 5, 1)), x, x[:, :1]], 1),
}


@pytest.mark.parametrize("name", _WITH_EMPTY_PARTS)
def test_parts_without_elements(name: str) -> None:
    function = _WITH_EMPTY_PARTS[name]
    jitted = ops.jit(function, dynamic=True)
    for size in (7, 6, 5):
        x = ops.convert_to_tensor(np.arange(2.0 * size).reshape(2, size, 1), "float32")
        np.testing.assert_array_equal(ops.convert_to_numpy(jitted(x)), ops.convert_to_numpy(function(x)))
    assert jitted.compilations("openvino") == 2


_OF_DIFFERENCES: dict[str, Callable[[Any, Any], Any]] = {
    "zeros": lambda x, n: ops.zeros((n, 2)),
    "broadcast_to": lambda x, n: ops.broadcast_to(ops.sum(x), (n, 2)),
    "pad": lambda x, n: ops.pad(x, ((0, n),)),
    "tile": lambda x, n: ops.tile(x, n),
    "correlate": lambda x, n: ops.correlate(x, x[1:], "full"),
}


@pytest.mark.parametrize("name", _OF_DIFFERENCES)
def test_sizes_that_are_differences_need_one_model(name: str) -> None:
    def function(x: Any) -> Any:
        return _OF_DIFFERENCES[name](x, ops.shape(x[1:])[0] - 1)

    jitted = ops.jit(function, dynamic=True)
    for size in (4, 6, 9):
        x = ops.convert_to_tensor(np.arange(size), "float32")
        np.testing.assert_allclose(ops.convert_to_numpy(jitted(x)), ops.convert_to_numpy(function(x)), rtol=1e-5)
    assert jitted.compilations("openvino") == 2
