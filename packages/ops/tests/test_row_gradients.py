"""Gradients with respect to tensors of which a function takes rows, with ``sparse=True``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.runtime import registry

# The frameworks that compute sparse gradients of rows.
_SPARSE = ("tensorflow", "torch")


def _table(shape: tuple[int, ...] = (6, 2), dtype: str = "float32") -> Any:
    return ops.convert_to_tensor(np.arange(np.prod(shape)).reshape(shape), dtype)


def _squares(table: Any, ids: Any) -> Any:
    return ops.sum(ops.square(ops.take(table, ids, axis=0)))


def _dense(x: Any) -> np.ndarray:
    return ops.convert_to_numpy(ops.to_dense(x))


def _stored_rows(gradient: Any) -> list[int]:
    """Returns the rows that a sparse tensor of the framework stores."""
    rows = gradient.indices if hasattr(gradient, "dense_shape") else gradient._indices()[0]
    return [int(i) for i in rows]


_LOSSES: dict[str, Callable[..., Any]] = {
    "one look-up": _squares,
    "two look-ups": lambda table, ids: _squares(table, ids) + ops.sum(ops.sin(ops.take(table, ids[:1], axis=0))),
    "negative axis": lambda table, ids: ops.sum(ops.square(ops.take(table, ids, axis=-2))),
    "indexing": lambda table, ids: ops.sum(ops.square(ops.get_item(table, ids))),
    "a look-up in a checkpoint": lambda table, ids: ops.checkpoint(_squares)(table, ids),
}
_IDS = ([2, 0, 2], [[1, -1], [4, 1]], [3], [-6, 5, -6])


@pytest.mark.parametrize("ids", _IDS, ids=str)
@pytest.mark.parametrize("loss", _LOSSES, ids=str)
def test_gradients_of_rows_equal_dense_ones(backend: str, loss: str, ids: Any) -> None:
    table, ids = _table(), ops.convert_to_tensor(ids)
    value, gradient = ops.value_and_grad(_LOSSES[loss], sparse=True)(table, ids)
    expected_value, expected = ops.value_and_grad(_LOSSES[loss])(table, ids)
    assert not ops.is_sparse(expected)
    np.testing.assert_allclose(ops.convert_to_numpy(value), ops.convert_to_numpy(expected_value), rtol=1e-6)
    np.testing.assert_allclose(_dense(gradient), ops.convert_to_numpy(expected), rtol=1e-6)
    if backend in _SPARSE and loss not in ("indexing", "a look-up in a checkpoint"):
        assert ops.is_sparse(gradient)
        assert ops.shape(gradient) == (6, 2)
        assert set(_stored_rows(gradient)) == {i % 6 for i in np.ravel(ids)}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("shape", [(5,), (5, 3), (5, 2, 3)], ids=str)
def test_gradients_of_rows_of_every_rank_and_dtype(backend: str, shape: tuple[int, ...], dtype: str) -> None:
    if dtype not in registry.load(backend).native_dtypes:  # JAX's float64, which a process has to enable
        with pytest.raises(ops.DtypeError):
            _table(shape, dtype)
        return
    table, ids = _table(shape, dtype), ops.convert_to_tensor([0, 4, 0])
    gradient = ops.grad(_squares, sparse=True)(table, ids)
    expected = ops.grad(_squares)(table, ids)
    assert ops.dtype(gradient) == dtype
    np.testing.assert_array_equal(
        ops.convert_to_numpy(ops.cast(ops.to_dense(gradient), "float32")),
        ops.convert_to_numpy(ops.cast(expected, "float32")),
    )


def test_other_uses_make_the_gradient_dense(backend: str) -> None:
    def loss(table: Any, ids: Any) -> Any:
        return _squares(table, ids) + ops.sum(ops.matmul(table, ops.ones((2, 1))))

    table, ids = _table(), ops.convert_to_tensor([1, 1])
    gradient = ops.grad(loss, sparse=True)(table, ids)
    np.testing.assert_allclose(_dense(gradient), ops.convert_to_numpy(ops.grad(loss)(table, ids)))


def test_nests_auxiliary_results_and_unused_tables(backend: str) -> None:
    def loss(weights: dict[str, Any], ids: Any) -> Any:
        rows = ops.take(weights["table"], ids, axis=0)
        return ops.sum(ops.matmul(rows, weights["kernel"])), {"rows": rows}

    weights = {"table": _table(), "kernel": ops.ones((2, 3)), "unused": _table(), "count": ops.convert_to_tensor(3)}
    ids = ops.convert_to_tensor([[5, 1]])
    (value, aux), gradients = ops.value_and_grad(loss, has_aux=True, sparse=True)(weights, ids)
    assert float(value) == pytest.approx(3 * (10 + 11 + 2 + 3))
    np.testing.assert_array_equal(ops.convert_to_numpy(aux["rows"]), [[[10, 11], [2, 3]]])
    expected = np.zeros((6, 2))
    expected[[5, 1]] = 3
    np.testing.assert_array_equal(_dense(gradients["table"]), expected)
    np.testing.assert_array_equal(ops.convert_to_numpy(gradients["kernel"]), [[12] * 3, [14] * 3])
    np.testing.assert_array_equal(_dense(gradients["unused"]), np.zeros((6, 2)))
    assert gradients["count"] is None


@pytest.mark.parametrize("ids", [[1, 4, 1], []], ids=str)
def test_a_step_with_gradients_of_rows(backend: str, ids: list[int]) -> None:
    table, positions = _table(), ops.convert_to_tensor(ids, "int32")

    def step(table: Any) -> Any:
        gradient = ops.grad(_squares, sparse=True)(table, positions)
        return ops.subtract(table, ops.multiply(0.1, gradient))

    expected = np.arange(12.0).reshape(6, 2)
    for i in ids:
        expected[i] -= 0.2 * np.arange(12.0).reshape(6, 2)[i]
    np.testing.assert_allclose(ops.convert_to_numpy(step(table)), expected, rtol=1e-6)
    variable = ops.Variable(table)
    variable.assign(step(variable))
    np.testing.assert_allclose(ops.convert_to_numpy(variable.value), expected, rtol=1e-6)


def test_transforms_of_gradients_of_rows(backend: str) -> None:
    table, ids = _table(), ops.convert_to_tensor([2, 3, 2])
    expected = ops.convert_to_numpy(ops.grad(_squares)(table, ids))
    if backend not in ("numpy", "openvino"):
        compiled = ops.jit(ops.value_and_grad(_squares, sparse=True))
        np.testing.assert_allclose(_dense(compiled(table, ids)[1]), expected)

    def of_gradient(table: Any) -> Any:
        return ops.sum(ops.to_dense(ops.grad(_squares, sparse=True)(table, ids)))

    second = np.zeros((6, 2))
    second[2], second[3] = 4, 2
    np.testing.assert_allclose(_dense(ops.grad(of_gradient)(table)), second)
    np.testing.assert_allclose(_dense(ops.grad(of_gradient, sparse=True)(table)), second)
    graph = ops.make_graph(ops.grad(_squares, sparse=True), table, ids)
    np.testing.assert_allclose(ops.convert_to_numpy(graph(table, ids)), expected)


def test_large_tables_have_small_gradients(backend: str) -> None:
    table = ops.zeros((1_000_000, 4))
    gradient = ops.grad(_squares, sparse=True)(table, ops.convert_to_tensor([999_999, 7]))
    assert ops.shape(gradient) == (1_000_000, 4)
    assert ops.is_sparse(gradient) is (backend in _SPARSE)  # the other frameworks have no such form
    if ops.is_sparse(gradient):
        assert _stored_rows(gradient) == [999_999, 7]
