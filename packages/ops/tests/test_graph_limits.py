"""Graphs of nested functions, pullbacks with auxiliary results, configurations of functions, and KerasTensors."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import pytest

import ops

X = np.array([[1.0, 2.0], [3.0, 5.0]], np.float32)


def nested(depth: int, x: Any) -> Any:
    return ops.cond(ops.sum(x) > 0, lambda: nested(depth - 1, x + 1), lambda: x) if depth else x


def test_nested_functions_are_recorded_or_an_error(backend: str) -> None:
    graph = ops.make_graph(lambda x: nested(12, x), ops.SymbolicTensor((2, 2), "float32"))
    np.testing.assert_array_equal(ops.convert_to_numpy(graph(X)), X + 12)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)  # Python's default; torch's compiler raises it
    try:
        for depth in (150, 100_000):
            with pytest.raises(ops.ArgumentError, match="nested too deeply"):
                ops.make_graph(lambda x, depth=depth: nested(depth, x), ops.SymbolicTensor((2, 2), "float32"))
    finally:
        sys.setrecursionlimit(limit)


def test_pullbacks_with_auxiliary_results(backend: str) -> None:
    def function(x: Any) -> Any:
        value, pullback, aux = ops.vjp(lambda x: (ops.sum(x * x, 1), {"double": x * 2, "name": "x"}), [x], has_aux=True)
        return value, pullback(value)[0], aux

    graph = ops.make_graph(function, ops.SymbolicTensor((None, 2), "float32"))
    value, gradient, aux = graph(X)
    squares = (X * X).sum(1)
    np.testing.assert_allclose(ops.convert_to_numpy(value), squares)
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), 2 * X * squares[:, None])
    np.testing.assert_allclose(ops.convert_to_numpy(aux["double"]), 2 * X)
    assert aux["name"] == "x"
    with pytest.raises(ops.ArgumentTypeError, match="has_aux"):
        ops.make_graph(lambda x: ops.vjp(lambda x: x, [x], has_aux=True)[0], ops.SymbolicTensor((2,), "float32"))


class Scale(ops.Operation):
    def __init__(self, factor: float, name: str | None = None) -> None:
        super().__init__(name)
        self.factor = factor

    def call(self, x: Any) -> Any:
        return x * self.factor

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


def test_configurations_of_functions(backend: str) -> None:
    weights = ops.Variable(X, name="weights")
    a, b = ops.Input((2,), name="a"), ops.Input((2,), name="b")
    function = ops.Function([a, b], {"y": Scale(3.0)(ops.matmul(a, weights)) + b, "b": b}, name="net")
    config = json.loads(json.dumps(function.get_config()))
    assert config["name"] == "net"
    restored = ops.Function.from_config(config, operations={"Scale": Scale})
    assert isinstance(restored, ops.Function)
    assert [x.name for x in restored.inputs] == ["a", "b"]
    assert restored.outputs["y"].shape == (None, 2)
    assert list(restored.graph.constants) == ["weights"]
    for result in (restored([X, X]), ops.Function(restored.inputs, restored.outputs)([X, X])):
        np.testing.assert_allclose(ops.convert_to_numpy(result["y"]), 3 * X @ X + X)
    assert restored.get_config()["graph"] == config["graph"]
    for wrong in ({}, {"name": "net"}, {"name": "net", "graph": "?"}, {"name": "net", "graph": 3}, {"graph": "AAAA"}):
        with pytest.raises(ops.ArgumentError):
            ops.Function.from_config(wrong)


def test_keras_tensors(backend: str) -> None:
    # A class of that name in a module of that name: keras itself is in the environment of parity.
    kind = type(
        "KerasTensor", (), {"__module__": "keras.src.backend", "shape": (None, 2), "dtype": "float32", "name": "x"}
    )
    graph = ops.make_graph(lambda x: x + 1, kind())
    assert [(spec.shape, spec.dtype, spec.name) for spec in graph.inputs] == [((None, 2), "float32", "x")]
    symbol = ops.Input((2,))
    for pair in ((kind(), symbol), (symbol, kind())):
        with pytest.raises(ops.ArgumentTypeError, match=r"ops\.Input"):
            ops.Function(*pair)
