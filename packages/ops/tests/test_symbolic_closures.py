"""Functions that close over symbolic tensors: calls with them are symbolic, even if all arguments have values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import assert_close

X = np.array([1.0, 2.0, 3.0], "float32")


def ones(*shape: int) -> Any:
    return ops.ones(shape)


def flag(value: bool) -> Any:
    return ops.convert_to_tensor(value)


CALLS: dict[str, Callable[[Any], Any]] = {
    "fori_loop": lambda x: ops.fori_loop(0, 3, lambda i, v: v + x, ones(3)),
    "fori_loop of a number": lambda x: ops.fori_loop(0, 3, lambda i, v: ops.add(v, ops.sum(x)), 0),
    "fori_loop by index": lambda x: ops.fori_loop(0, 3, lambda i, v: v + x[i], ones(3)),
    "while_loop": lambda x: ops.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v + x), (0, ones(3))),
    "while_loop by its condition": lambda x: ops.while_loop(
        lambda v: ops.sum(v) < ops.sum(x), lambda v: v + 1, ones(3)
    ),
    "while_loop with a limit": lambda x: ops.while_loop(
        lambda v: ops.sum(v) < 90, lambda v: v + x, ones(3), maximum_iterations=2
    ),
    "cond": lambda x: ops.cond(flag(True), lambda: x, lambda: -x),
    "cond of a bool": lambda x: ops.cond(False, lambda: x, lambda: -x),
    "switch": lambda x: ops.switch(ops.convert_to_tensor(1), [lambda v: v + x, lambda v: v * x], ones(3)),
    "scan": lambda x: ops.scan(lambda c, row: (c + x, c * row), ones(3), ones(4, 3)),
    "scan by its outputs": lambda x: ops.scan(lambda c, row: (c + row, c * x), ones(3), ones(4, 3), reverse=True),
    "map": lambda x: ops.map(lambda row: row + x, ones(4, 3)),
    "vectorized_map": lambda x: ops.vectorized_map(lambda row: row + x, ones(4, 3)),
    "associative_scan": lambda x: ops.associative_scan(lambda a, b: a + b + x, ones(4, 3)),
    "vmap": lambda x: ops.vmap(lambda row: row * x)(ones(4, 3)),
    "vectorize": lambda x: ops.vectorize(lambda row: row + x, signature="(n)->(n)")(ones(4, 3)),
    "grad": lambda x: ops.grad(lambda y: ops.sum(y * y * x))(ones(3)),
    "value_and_grad": lambda x: ops.value_and_grad(lambda y: ops.sum(y * x))(ones(3)),
    "jacobian": lambda x: ops.jacobian(lambda y: y * x)(ones(3)),
    "hessian": lambda x: ops.hessian(lambda y: ops.sum(y * y * x))(ones(3)),
    "vjp": lambda x: ops.vjp(lambda y: y * x, [ones(3)])[1](ones(3)),
    "jvp": lambda x: ops.jvp(lambda y: y * x, [ones(3)], [ones(3)]),
    "checkpoint": lambda x: ops.checkpoint(lambda y: y * x)(ones(3)),
    "custom_gradient": lambda x: ops.custom_gradient(lambda y: (y * x, lambda upstream: upstream * x))(ones(3)),
    "a branch in a loop": lambda x: ops.fori_loop(
        0, 3, lambda i, v: ops.cond(ops.sum(v) < 9, lambda: v + x, lambda: v - x), ones(3)
    ),
    "a loop in rows": lambda x: ops.map(lambda row: ops.fori_loop(0, 3, lambda i, v: v + x, row), ones(4, 3)),
    "a loop in a gradient": lambda x: ops.grad(lambda y: ops.sum(ops.fori_loop(0, 3, lambda i, v: v * x, y)))(ones(3)),
}


def specs(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [specs(item) for item in value]
    return tuple(ops.shape(value)), ops.dtype(value)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_closures(backend: str, call: Callable[[Any], Any]) -> None:
    expected = call(ops.convert_to_tensor(X))
    assert specs(ops.compute_output_spec(call, ops.SymbolicTensor((3,)))) == specs(expected)
    symbol = ops.SymbolicTensor((3,))
    assert_close(ops.Function(symbol, call(symbol))(X), expected)


def test_gradients_of_symbolic_tensors(backend: str) -> None:
    x = ops.SymbolicTensor((3,))
    value, pullback = ops.vjp(lambda y: y * y, [x])
    doubled = ops.custom_gradient(lambda y: (y * y, lambda upstream: upstream * 10.0))(x)
    results = [
        ops.grad(lambda y: ops.sum(y * y * y))(x),
        ops.hessian(lambda y: ops.sum(y * y * y))(x),
        pullback(value)[0],
        ops.jit(lambda y, z: ops.grad(lambda v: ops.sum(v * v * z))(y))(x, ones(3)),
    ]
    function = ops.Function(x, [*results, doubled])
    gradient, hessian, product, jitted, square = function(X)
    assert_close(gradient, 3 * X * X)
    assert_close(hessian, np.diag(6 * X))
    assert_close(product, 2 * X * X * X)
    assert_close(jitted, 2 * X)
    assert_close(square, X * X)
    assert_close(ops.grad(lambda y: ops.sum(function(y)[-1]))(ops.convert_to_tensor(X)), np.full(3, 10.0, "float32"))


def test_results_with_values_keep_them(backend: str) -> None:
    def function(x: Any) -> Any:
        count = ops.fori_loop(0, 3, lambda i, v: v + 1, 0)
        rows = ops.scan(lambda c, row: (c + 1, None), 0, ones(2, 3))[0]
        return ops.zeros((int(count), int(rows))) + x

    assert ops.compute_output_spec(function, ops.SymbolicTensor(())).shape == (3, 2)


NESTED: dict[str, Callable[[Callable[[Any], Any], Any], Any]] = {
    "cond": lambda inner, x: ops.cond(ops.sum(x) > 0, lambda: inner(x), lambda: x),
    "cond of a bool": lambda inner, x: ops.cond(True, lambda: inner(x), lambda: x),
    "switch": lambda inner, x: ops.switch(ops.cast(ops.sum(x), "int32"), [lambda v: v, inner], x),
    "fori_loop": lambda inner, x: ops.fori_loop(0, 2, lambda i, v: inner(v), x),
    "while_loop": lambda inner, x: ops.while_loop(lambda v: ops.sum(v) < 9, inner, x),
    "scan": lambda inner, x: ops.scan(lambda c, row: (inner(c), None), x, ones(2))[0],
    "map": lambda inner, x: ops.map(lambda row: inner(row), ops.reshape(x, (1, 3)))[0],
    "vectorized_map": lambda inner, x: ops.vectorized_map(lambda row: inner(row), ops.reshape(x, (1, 3)))[0],
    "vmap": lambda inner, x: ops.vmap(inner)(ops.reshape(x, (1, 3)))[0],
    "checkpoint": lambda inner, x: ops.checkpoint(inner)(x),
    "value_and_grad": lambda inner, x: ops.value_and_grad(lambda v: ops.sum(inner(v)))(x)[1],
    "jvp": lambda inner, x: ops.jvp(inner, [x], [x])[0],
    "jit": lambda inner, x: ops.jit(inner)(x),
}


def calls_at(nested: Callable[[Callable[[Any], Any], Any], Any], depth: int, is_argument: bool) -> int:
    """Returns how often the innermost of nested functions is called while a Function is constructed."""
    count = 0
    symbol = ops.SymbolicTensor((3,))

    def innermost(x: Any) -> Any:
        nonlocal count
        count += 1
        return x * 2 if is_argument else x * symbol

    function = innermost
    for _ in range(depth):
        function = lambda x, inner=function: nested(inner, x)  # noqa: E731  # a new function for each level
    ops.Function(symbol, function(symbol if is_argument else ones(3)))
    return count


@pytest.mark.parametrize("nested", NESTED.values(), ids=NESTED.keys())
def test_the_innermost_function_is_called_a_linear_number_of_times(backend: str, nested: Any) -> None:
    for depth in (1, 8):
        assert calls_at(nested, depth, True) <= depth + 1
        assert calls_at(nested, depth, False) <= 4 * depth + 4
