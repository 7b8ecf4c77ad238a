"""Loops whose next variables are other variables, rows or captured tensors: the plug-in shares their memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import ops

Step = Callable[[Any, Any], tuple[Any, Any]]

# The next variables, and an output, from two variables and a row.
STEPS: dict[str, Step] = {
    "exchanged": lambda c, row: ((c[1], c[0]), c[0] + row),
    "exchanged and reshaped": lambda c, row: ((ops.reshape(c[1], (-1,)), c[0]), row),
    "exchanged and negated": lambda c, row: ((-c[1], -c[0]), c[0]),
    "a row": lambda c, row: ((row, c[0]), c[1]),
    "computed from a row": lambda c, row: ((row * ops.cos(c[1]) + c[0] * 0.5, c[0]), c[0]),
}


@pytest.fixture(autouse=True)
def _openvino() -> Iterator[None]:
    with ops.use_backend("openvino"):
        yield


def rows(count: int) -> Any:
    return ops.convert_to_tensor(np.random.default_rng(count).uniform(0.1, 1.0, (count, 5)), "float32")


def check(function: Callable[[Any], Any], dynamic: bool) -> None:
    jitted = ops.jit(function, dynamic=dynamic)
    for count in (4, 6, 7):
        x = rows(count)
        result, expected = ops.convert_to_numpy(jitted(x)), ops.convert_to_numpy(function(x))
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dynamic", [False, True], ids=["static", "dynamic"])
@pytest.mark.parametrize("name", STEPS)
def test_scan(name: str, dynamic: bool) -> None:
    def function(x: Any) -> Any:
        variables, outputs = ops.scan(STEPS[name], (ops.zeros_like(x[0]), ops.ones_like(x[0])), x)
        return ops.concatenate([ops.stack(variables), outputs], 0)

    check(function, dynamic)


@pytest.mark.parametrize("dynamic", [False, True], ids=["static", "dynamic"])
def test_other_loops(dynamic: bool) -> None:
    def function(x: Any) -> Any:
        start = (ops.zeros_like(x[0]), ops.ones_like(x[0]))
        counted = ops.fori_loop(0, 3, lambda i, c: STEPS["exchanged"](c, x[0])[0], start)
        looped = ops.while_loop(lambda i, a, b: i < 3, lambda i, a, b: (i + 1, b, a + x[1]), (0, *start))
        return ops.stack([*counted, *looped[1:]])

    check(function, dynamic)


@pytest.mark.parametrize("captured", [lambda x: ops.sum(x, 0), lambda x: ops.ones((5,))], ids=["tensor", "constant"])
def test_variable_becomes_a_captured_tensor(captured: Callable[[Any], Any]) -> None:
    def function(x: Any) -> Any:
        value = captured(x)
        return ops.scan(lambda carry, row: (value, carry * row), x[0], x)[1]

    check(function, True)
