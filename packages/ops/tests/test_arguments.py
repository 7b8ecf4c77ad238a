"""Arguments of wrong types and values raise the same errors on every backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops

X = np.ones((2, 3), np.float32)
NAN, INF = float("nan"), float("inf")

# Calls as functions of a flag.
FLAGS: dict[str, Callable[[Any], Any]] = {
    "sum": lambda flag: ops.sum(X, keepdims=flag),
    "mean": lambda flag: ops.mean(X, keepdims=flag),
    "argmin": lambda flag: ops.argmin(X, axis=0, keepdims=flag),
    "norm": lambda flag: ops.norm(X, keepdims=flag),
    "linspace": lambda flag: ops.linspace(0.0, 1.0, 5, endpoint=flag),
    "svd": lambda flag: ops.svd(X, full_matrices=flag),
    "isclose": lambda flag: ops.isclose(X, X, equal_nan=flag),
    "gelu": lambda flag: ops.nn.gelu(X, approximate=flag),
    "top_k": lambda flag: ops.top_k(X, 2, sorted=flag),
    "associative_scan": lambda flag: ops.associative_scan(ops.add, ops.convert_to_tensor(X), reverse=flag),
}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "while_loop": lambda f: ops.while_loop(f, lambda a: a, [X]),
    "fori_loop": lambda f: ops.fori_loop(0, 2, f, X),
    "cond": lambda f: ops.cond(True, f, lambda: X),
    "switch": lambda f: ops.switch(0, [f, lambda x: x], X),
    "map": lambda f: ops.map(f, X),
    "scan": lambda f: ops.scan(f, X[0], X),
    "vectorized_map": lambda f: ops.vectorized_map(f, X),
    "vectorize": lambda f: ops.vectorize(f),
    "vmap": lambda f: ops.vmap(f),
    "jvp": lambda f: ops.jvp(f, [X], [X]),
}


def nested(levels: int) -> list[Any]:
    value: Any = 1.0
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("call", FLAGS.values(), ids=FLAGS)
def test_flags_are_bools(call: Callable[[Any], Any], backend: str) -> None:
    for flag in (X, "no", None, 2, 0.5, [], {}):
        with pytest.raises(ops.ArgumentTypeError, match="a flag must be True or False"):
            call(flag)
    for value in (False, True):
        shapes = [
            [ops.shape(x) for x in (result if isinstance(result, (list, tuple)) else [result])]
            for result in map(call, (value, int(value), np.bool_(value), np.array(value)))
        ]
        assert all(shape == shapes[0] for shape in shapes)


@pytest.mark.parametrize("call", FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions_are_callable(call: Callable[[Any], Any], backend: str) -> None:
    for function in (1, "add", None, X):
        with pytest.raises(ops.ArgumentTypeError):
            call(function)


def test_deeply_nested_lists_are_an_error(backend: str) -> None:
    inside: list[Any] = []
    inside += [inside, inside]
    for value in (nested(3000), inside, [1.0, nested(100)]):
        for call in (
            lambda x: ops.add(x, 1.0),
            ops.sum,
            ops.convert_to_tensor,
            lambda x: ops.stack(x),
            lambda x: ops.take(X, x),
        ):
            with pytest.raises(ops.ShapeError):
                call(value)
        for call in (lambda x: ops.sum(X, axis=x), lambda x: ops.reshape(X, x), lambda x: ops.sum(X, keepdims=x)):
            with pytest.raises((ops.ArgumentTypeError, ops.ShapeError)):
                call(value)


def test_strings_and_axes(backend: str) -> None:
    odd = np.ones((2, 3))
    with pytest.raises(ops.ArgumentTypeError, match="expected a string"):
        ops.searchsorted(X[0], X[0], side=odd)
    with pytest.raises(ops.ArgumentTypeError, match="expected an int"):
        ops.cross(X, X, axis={})


@pytest.mark.parametrize("mode", ["constant", "nearest", "wrap", "mirror", "reflect"])
def test_coordinates_that_are_not_finite(mode: str, backend: str) -> None:
    coordinates = np.array([[NAN, INF, -INF, 1.0], [1.0, 1.0, 1.0, 1.0]], np.float32)
    image = np.arange(16, dtype=np.float32).reshape(4, 4)
    for order in (0, 1):
        result = ops.convert_to_numpy(ops.image.map_coordinates(image, coordinates, order, mode))
        assert result[3] == 5.0
        assert np.all(np.isnan(result) | ((result >= 0) & (result <= 15)))
    for value in (NAN, INF):
        transform = np.full(8, value, np.float32)
        moved = ops.image.affine_transform(image[..., None], transform, fill_mode=mode)
        assert ops.shape(moved) == (4, 4, 1)


def test_variables_of_wrong_flags(backend: str) -> None:
    for flags in ({"trainable": "no"}, {"autocast": np.zeros(0)}, {"trainable": None}):
        with pytest.raises(ops.ArgumentTypeError, match="a flag must be True or False"):
            ops.Variable([1.0], **flags)
    with pytest.raises(ops.ArgumentError, match="aggregation must be one of"):
        ops.Variable([1.0], aggregation=np.zeros(0))


def test_results_of_loop_steps_are_checked(backend: str) -> None:
    x = ops.convert_to_tensor([1.0, 2.0, 3.0])
    with pytest.raises(ops.ArgumentTypeError, match=r"returns \(carry, output\)"):
        ops.scan(lambda c, row: (c, row, 1), 0, x)
    with pytest.raises(ops.OpsError):
        ops.scan(lambda c, row: (c[0], row), (0, 0), x)
    total = ops.fori_loop(np.int64(1), ops.convert_to_tensor(3, "int64"), lambda i, v: v + 1, 0.0)
    assert float(ops.convert_to_numpy(total)) == 2.0


def test_derivatives_need_functions_that_return_tensors(backend: str) -> None:
    x = ops.convert_to_tensor([1.0, 2.0])
    for function in (lambda x: 3, lambda x: None, lambda x: "a"):
        with pytest.raises(ops.ArgumentTypeError, match="needs a function that"):
            ops.jvp(function, (x,), (x,))
    with pytest.raises(ops.OpsError):
        ops.hessian(lambda x: None)(x)


def test_symbolic_tensors_among_tensors(backend: str) -> None:
    x, outline = ops.convert_to_tensor([1.0, 2.0]), ops.SymbolicTensor((2,), "float32")
    options = {"torch": {"backend": "aot_eager"}}
    results = (
        ops.jit(lambda x: ops.add(x, outline), options=options)(x),
        ops.vmap(lambda x: ops.add(x, ops.SymbolicTensor((), "float32")))(x),
    )
    for result in results:
        assert isinstance(result, ops.SymbolicTensor)
        assert (result.shape, result.dtype) == ((2,), "float32")


def test_values_of_arguments(backend: str) -> None:
    x = ops.convert_to_tensor([1.0, 2.0])
    for bound in (0, -1.0):
        with pytest.raises(ops.ArgumentError, match="max_val"):
            ops.psnr(x, x, bound)
    with pytest.raises(ops.ArgumentError, match="reduction must be"):
        ops.scatter_update(x, [[0]], [1.0], reduction=x)
    with pytest.raises(ops.ArgumentError, match="64 bits"):
        ops.random.normal((2,), mean=10**400)
    assert ops.shape(ops.random.beta((2, 3), [[1.0], [2.0]], [2.0], seed=1)) == (2, 3)
    assert ops.shape(ops.random.gamma((2, 3), [2.0], seed=1)) == (2, 3)
    with pytest.raises(ops.ArgumentError, match="maxval must not be below minval"):
        ops.random.uniform((2,), minval=3.0, maxval=1.0)
    for draw in (ops.random.normal, ops.random.truncated_normal):
        with pytest.raises(ops.ArgumentError, match="stddev"):
            draw((2,), stddev=-1.0)
    query = ops.ones((1, 2, 1, 4))
    np.testing.assert_allclose(ops.convert_to_numpy(ops.dot_product_attention(query, query, query, bias=3.0)), 1.0)
