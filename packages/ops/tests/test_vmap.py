"""vmap and vectorize on every installed backend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops


def test_vectorize_loops_over_broadcast_axes(backend: str) -> None:
    def function(a: Any, b: Any) -> Any:
        assert ops.shape(a) == ops.shape(b) == ()
        return ops.add(ops.multiply(a, 10), b)

    x, y = np.arange(3, dtype=np.float32).reshape(3, 1), np.arange(4, dtype=np.float32)
    vectorized = ops.vectorize(function)
    for call in (vectorized, ops.jit(vectorized)):
        result = call(ops.convert_to_tensor(x), ops.convert_to_tensor(y))
        np.testing.assert_array_equal(ops.convert_to_numpy(result), x * 10 + y)
    assert ops.shape(vectorized([1, 2], b=3)) == (2,)
    assert ops.shape(vectorized(1.0, 2)) == ()
    symbol = vectorized(ops.SymbolicTensor((None, 1), "int32"), ops.SymbolicTensor((4,), "float32"))
    assert (symbol.shape, symbol.dtype) == ((None, 4), "float32")
    empty = vectorized(ops.zeros((0, 2), "int32"), 1)
    assert (ops.shape(empty), ops.dtype(empty)) == ((0, 2), "int32")
    wide = vectorized(np.array([1.0, 2.0]), 1)
    assert ops.dtype(wide) == "float64"
    with pytest.raises(ops.ShapeError, match="do not broadcast"):
        vectorized(x[0:2], np.ones((3, 4)))


def test_vectorize_accepts_functions_that_cannot_be_traced(backend: str) -> None:
    def larger(a: Any, b: Any) -> Any:
        return a - b if a > b else a + b

    result = ops.vectorize(larger)([1, 2, 3, 4], 2)
    np.testing.assert_array_equal(ops.convert_to_numpy(result), [3, 4, 1, 2])
    result = ops.vectorize(lambda a: float(ops.convert_to_numpy(a)) * 2)([1.0, 2.5])
    np.testing.assert_array_equal(ops.convert_to_numpy(result), [2.0, 5.0])


def test_vectorize_with_a_signature(backend: str) -> None:
    m = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    v = np.array([1, 0, 2], np.float32)

    def both(a: Any, b: Any) -> Any:
        return ops.matmul(a, b), ops.sum(b)

    vectorized = ops.vectorize(both, signature="(m,n), (n) -> (m),()")
    for call in (vectorized, ops.jit(vectorized)):
        product, total = call(ops.convert_to_tensor(m), ops.convert_to_tensor(v))
        np.testing.assert_array_equal(ops.convert_to_numpy(product), m @ v)
        np.testing.assert_array_equal(ops.convert_to_numpy(total), [3, 3])
    symbols = vectorized(ops.SymbolicTensor((5, None, 3)), ops.SymbolicTensor((5, 3)))
    assert [s.shape for s in symbols] == [(5, None), (5,)]
    with pytest.raises(ops.ShapeError, match="'n' of the signature has sizes 3 and 2"):
        vectorized(m, v[:2])
    with pytest.raises(ops.ShapeError, match="a tensor needs the axes"):
        vectorized(v, v)
    with pytest.raises(ops.ArgumentTypeError, match="2 inputs; got 1"):
        vectorized(m)
    with pytest.raises(ops.ShapeError, match="an output must have the axes"):
        ops.vectorize(lambda a: a, signature="(n)->()")(v)
    with pytest.raises(ops.ArgumentError, match="signature must be a string"):
        ops.vectorize(both, signature="m,n->")


def test_vectorize_does_not_convert_excluded_arguments(backend: str) -> None:
    def polynomial(coefficients: Any, x: Any, shift: Any = None) -> Any:
        assert isinstance(coefficients, list)
        assert ops.shape(x) == ()
        value: Any = 0
        for coefficient in coefficients:
            value = value * x + coefficient
        return value + shift[1]

    vectorized = ops.vectorize(polynomial, excluded=[0, "shift"])
    result = vectorized([1.0, 2.0, 3.0], x=[0.0, 1.0], shift=(0.0, 1.0))
    np.testing.assert_array_equal(ops.convert_to_numpy(result), [4.0, 7.0])


def test_vmap(backend: str) -> None:
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    w = np.array([1.0, -1.0, 2.0, 0.5], np.float32)

    def row(pair: dict[str, Any], scale: Any, shift: Any = 0.0) -> Any:
        return {"dot": ops.sum(pair["x"] * scale, axis=-1) + shift, "n": [pair["x"][0], scale]}

    mapped = ops.vmap(row, in_axes=({"x": 1}, None), out_axes={"dot": -1, "n": [0, None]})
    for function in (mapped, ops.jit(mapped)):
        result = function(
            {"x": ops.convert_to_tensor(x)}, ops.convert_to_tensor(w), shift=ops.convert_to_tensor([1.0, 2.0, 3.0])
        )
        np.testing.assert_allclose(
            ops.convert_to_numpy(result["dot"]), (x * w).sum(-1) + np.array([1, 2, 3]), rtol=1e-6
        )
        np.testing.assert_array_equal(ops.convert_to_numpy(result["n"][0]), x[0])
        np.testing.assert_array_equal(ops.convert_to_numpy(result["n"][1]), w)
    twice = ops.vmap(ops.vmap(ops.sum, in_axes=1), in_axes=2)(ops.convert_to_tensor(x))
    np.testing.assert_array_equal(ops.convert_to_numpy(twice), x.sum(0).T)
    assert ops.shape(ops.vmap(ops.sum)(ops.zeros((0, 3)))) == (0,)
    with pytest.raises(ops.ShapeError, match="axes must have the same known size; got sizes 2, 3"):
        ops.vmap(ops.add)(ops.ones((2,)), ops.ones((3,)))
    with pytest.raises(ops.ShapeError, match="got sizes none"):
        ops.vmap(ops.negative, in_axes=None)(ops.ones((2,)))
    with pytest.raises(ops.ArgumentError, match="in_axes must be an axis"):
        ops.vmap(ops.negative, in_axes=({"a": 0},))(ops.ones((2,)))
    with pytest.raises(ops.ShapeError, match="axis 1 is out of bounds"):
        ops.vmap(ops.negative, in_axes=1)(ops.ones((2,)))
