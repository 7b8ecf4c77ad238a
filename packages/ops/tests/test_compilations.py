"""What is compiled for shapes and numbers that vary: how often, how much of it is kept, and what lists it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS


@pytest.fixture(params=[name for name in ("jax",) if name in BACKENDS])
def compiling(request: pytest.FixtureRequest) -> Iterator[str]:
    """A backend that compiles for each shape, which is active during the test."""
    with ops.use_backend(request.param):
        yield request.param


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    before = ops.config.compilation_cache_size()
    yield
    ops.config.set_compilation_cache_size(before)


def _network(x: Any) -> Any:
    return ops.sum(ops.nn.layer_normalization(ops.nn.softmax(x * 2.0)) + x)


def _input(size: int) -> Any:
    return ops.convert_to_tensor(np.linspace(-1, 1, size * 4, dtype=np.float32).reshape(size, 4))


def _compiled(backend: str) -> int:
    return sum(total.compiled for total in ops.compilations(backend).totals)


def _vectorized(function: Callable[..., Any]) -> Callable[..., Any]:
    return ops.vectorize(function, signature="(n)->()")


@pytest.mark.parametrize(
    "transform", [lambda f: f, ops.value_and_grad, ops.jit, _vectorized], ids=["eager", "gradient", "jit", "vectorize"]
)
def test_programs_of_new_shapes_are_bounded(transform: Callable[..., Any], compiling: str) -> None:
    function = transform(_network)
    ops.clear_compilations(compiling)
    ops.config.set_compilation_cache_size(12)
    first = ops.convert_to_numpy(ops.sum(_network(_input(2))))
    for size in range(2, 9):
        function(_input(size))
        (total,) = ops.compilations(compiling).totals
        assert total.programs <= total.limit == 12
    value = function(_input(2))
    value = ops.sum(value[0] if isinstance(value, tuple) else value)
    np.testing.assert_allclose(ops.convert_to_numpy(value), first, atol=1e-5)
    assert ops.compilations(compiling).totals[0].evicted > 0


def test_a_gradient_at_a_known_shape_compiles_nothing(compiling: str) -> None:
    function = ops.value_and_grad(_network)
    function(_input(3))
    before = _compiled(compiling)
    for _ in range(3):
        _, gradient = ops.value_and_grad(lambda x: _network(x))(_input(3))
    assert _compiled(compiling) == before
    assert ops.shape(gradient) == (3, 4)
    # Before JAX 0.10 what the backward pass runs is not accessible: it is JAX that compiles and holds it.
    is_listed = compiling != "jax" or tuple(map(int, metadata.version("jax").split(".")[:2])) >= (0, 10)
    assert any(program.name == "gradient" for program in ops.compilations(compiling).programs) is is_listed


def test_a_gradient_follows_control_flow_and_closures(compiling: str) -> None:
    weights = [1.0]

    def loss(x: Any) -> Any:
        y = ops.sum(x * weights[0])
        return y * y if y > 0 else -y

    gradient = ops.grad(loss)
    x = ops.convert_to_tensor([1.0, 2.0])
    np.testing.assert_allclose(ops.convert_to_numpy(gradient(x)), [6.0, 6.0])
    np.testing.assert_allclose(ops.convert_to_numpy(gradient(-x)), [-1.0, -1.0])
    weights[0] = 2.0
    np.testing.assert_allclose(ops.convert_to_numpy(gradient(x)), [24.0, 24.0])


CALLS: dict[str, Callable[[Any, float], Any]] = {
    "layer_normalization": lambda x, number: ops.nn.layer_normalization(x, epsilon=number),
    "rms_normalization": lambda x, number: ops.nn.rms_normalization(x, epsilon=number),
    "batch_normalization": lambda x, number: ops.nn.batch_normalization(x, x[0], ops.abs(x[1]), -1, epsilon=number),
    "normalize": lambda x, number: ops.nn.normalize(x, epsilon=number),
    "normalize, order 3": lambda x, number: ops.nn.normalize(x, order=3, epsilon=number),
    "leaky_relu": ops.nn.leaky_relu,
    "elu": ops.nn.elu,
    "celu": ops.nn.celu,
    "hard_shrink": ops.nn.hard_shrink,
    "soft_shrink": ops.nn.soft_shrink,
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_number_that_varies_does_not_compile_again(name: str, compiling: str, dtype: str) -> None:
    call, x = CALLS[name], ops.cast(_input(3), dtype)
    numbers = [0.125 * i for i in range(1, 8)]
    results = [call(x, number) for number in numbers[:3]]
    before = _compiled(compiling)
    results += [call(x, number) for number in numbers[3:]]
    assert _compiled(compiling) == before
    for number, result in zip(numbers, results, strict=True):
        expected = ops.jit(lambda x, number=number: call(x, number))(x)
        assert ops.dtype(result) == ops.dtype(expected) == dtype
        np.testing.assert_allclose(
            ops.convert_to_numpy(ops.cast(result, "float32")),
            ops.convert_to_numpy(ops.cast(expected, "float32")),
            rtol=1e-5 if dtype == "float32" else 1e-2,
        )


def test_the_list_of_programs(backend: str) -> None:
    function = ops.jit(_network, options={"torch": {"backend": "eager"}})
    function(_input(3))
    found = ops.compilations(backend)
    text = str(found)
    assert text.startswith("backend")
    for total in found.totals:
        assert total.backend == backend
        assert total.programs == len(found.programs)
    if backend == "jax":
        assert ("jax", "_network", "float32[3,4]", None) in found.programs
        assert "_network" in text
    ops.clear_compilations(backend)
    assert ops.compilations(backend).programs == ()
    function(_input(3))


def test_the_list_of_a_backend_that_is_not_installed() -> None:
    with pytest.raises(ops.BackendError, match="not installed"):
        ops.compilations("none")
    with pytest.raises(ops.BackendError, match="not installed"):
        ops.clear_compilations("none")
