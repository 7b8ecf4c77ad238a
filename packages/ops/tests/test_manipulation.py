"""Manipulation beyond the records: shapes that depend on values, bits, memory, and traced functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops_common import dtypes
from ops_common.runtime import registry
from ops_common.testing import BACKENDS


def array(x: Any) -> Any:
    return ops.convert_to_numpy(x)


def test_size_is_a_python_int_where_the_shape_is_known(backend: str) -> None:
    for x in (ops.ones((2, 3)), np.ones((2, 3)), [[1, 2, 3], [4, 5, 6]], ops.SymbolicTensor((2, 3))):
        assert ops.size(x) == 6
        assert type(ops.size(x)) is int
    assert ops.size(3) == 1
    assert ops.size(ops.zeros((0, 2))) == 0
    assert ops.size(ops.Variable(np.ones((2, 2), np.float32))) == 4
    unknown = ops.size(ops.SymbolicTensor((None, 3)))
    assert (unknown.shape, unknown.dtype) == ((), "int32")
    assert array(ops.jit(lambda x: ops.divide(ops.sum(x), ops.size(x)))(ops.ones((4, 2)))) == 1.0
    with pytest.raises(ops.ArgumentTypeError, match=rf"ops.size\(.*on backend {backend}"):
        ops.size(None)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
def test_repeat_takes_a_tensor_of_numbers(backend: str, dtype: str) -> None:
    x = ops.convert_to_tensor([[1, 2, 3], [4, 5, 6]])
    for numbers, axis in (([1, 2], 0), ([0, 2, 1], -1), ([1, 0, 2, 0, 0, 3], None), ([2], 1), (2, 0), (3, None)):
        counts = ops.convert_to_tensor(np.array(numbers, dtype))
        result = ops.repeat(x, counts, axis)
        np.testing.assert_array_equal(array(result), np.repeat(array(x), numbers, axis))
        assert ops.dtype(result) == "int32"


def test_repeat_with_numbers_that_are_symbolic(backend: str) -> None:
    counts = ops.SymbolicTensor((2,), "int32")
    assert ops.repeat(ops.ones((2, 3)), counts, 0).shape == (None, 3)
    assert ops.repeat(ops.SymbolicTensor((2, 3)), counts, 0).shape == (None, 3)
    assert ops.repeat(ops.SymbolicTensor((2, 3)), [1, 2], 0).shape == (3, 3)
    assert ops.repeat(ops.SymbolicTensor((None, 3)), [1, 2], 0).shape == (3, 3)
    assert ops.repeat(ops.SymbolicTensor((None, 3)), 2).shape == (None,)
    with pytest.raises(ops.ShapeError):
        ops.repeat(ops.SymbolicTensor((3, 3)), counts, 0)


def test_repeat_of_a_negative_number_in_a_tensor(backend: str) -> None:
    with pytest.raises(ops.ArgumentError, match=rf"ops.repeat\(.*on backend {backend}: .*negative"):
        ops.repeat(ops.ones((2,)), ops.convert_to_tensor([1, -1]))


def test_repeat_in_a_traced_function(backend: str) -> None:
    x = ops.convert_to_tensor([[1.0, 2.0], [3.0, 4.0]])
    calls: list[Any] = [(2, 1), ([1, 2], 0), ([0, 3, 1, 1], None)]
    for result, call in zip(ops.jit(lambda y: [ops.repeat(y, *c) for c in calls])(x), calls, strict=True):
        np.testing.assert_array_equal(array(result), np.repeat(array(x), *call))


@pytest.mark.parametrize("name", [n for n in ("jax", "openvino") if n in BACKENDS])
def test_repeat_by_traced_numbers_is_a_clear_error(name: str) -> None:
    with ops.use_backend(name), pytest.raises(ops.UnsupportedError, match="as a list"):
        ops.jit(lambda x, n: ops.repeat(x, n))(ops.ones((2,)), ops.convert_to_tensor([1, 2]))


@pytest.mark.parametrize(
    ("dtype", "shape", "target"),
    [
        ("float32", (2, 3), "int16"),
        ("float32", (2, 3), "uint8"),
        ("int16", (2, 4), "float32"),
        ("uint8", (8,), "int32"),
        ("int8", (2, 8), "int64"),
        ("float64", (3,), "uint32"),
        ("complex64", (2, 2), "float32"),
        ("float32", (4,), "complex64"),
        ("bool", (2, 4), "int32"),
        ("bool", (3,), "uint8"),
        ("int16", (2, 3), "bool"),
        ("bfloat16", (2,), "int8"),
        ("float32", (0, 3), "int16"),
        ("float32", (3, 0), "int16"),
    ],
)
def test_view_changes_the_last_axis_with_the_width(
    backend: str, dtype: str, shape: tuple[int, ...], target: str
) -> None:
    if not {dtype, target} <= registry.load(backend).native_dtypes.keys():
        return
    numbers = np.random.default_rng(0).integers(0, 2 if dtype == "bool" else 99, shape)
    x = ops.convert_to_tensor(numbers.astype(dtypes.to_numpy(dtype)))
    native = dtypes.to_numpy(target)
    raw = np.ascontiguousarray(array(x))
    expected = raw.view(np.uint8) != 0 if target == "bool" else raw.view(native)
    result = ops.view(x, target)
    assert ops.dtype(result) == target
    assert ops.shape(result) == expected.shape
    np.testing.assert_array_equal(array(result).tobytes(), expected.tobytes())
    symbolic = ops.view(ops.SymbolicTensor(shape, dtype), target)
    assert (symbolic.shape, symbolic.dtype) == (expected.shape, target)
    assert ops.view(ops.SymbolicTensor((5, None), dtype), target).shape[0] == 5


def test_view_without_a_dtype_changes_nothing(backend: str) -> None:
    x = ops.convert_to_tensor(np.array([1, 2], np.int16))
    assert ops.dtype(ops.view(x)) == "int16"


def test_copies_have_their_own_memory(backend: str) -> None:
    source = np.arange(4, dtype=np.float32)
    for copied in (
        ops.array(source),
        ops.copy(ops.convert_to_tensor(source)),
        ops.array(ops.convert_to_tensor(source)),
    ):
        source += 1
        np.testing.assert_array_equal(array(copied), source - 1)
        source -= 1
    for value in (ops.array([1, 2]), ops.array(3), ops.array(2.5, "int32")):
        assert ops.dtype(value) == "int32"
    assert ops.array(ops.SymbolicTensor((2, None)), "int8").shape == (2, None)


def test_meshgrid_keeps_each_dtype(backend: str) -> None:
    a, b = ops.meshgrid(np.array([1, 2], np.int8), np.array([1.0, 2.0, 3.0], np.float32), indexing="ij")
    assert (ops.dtype(a), ops.dtype(b), ops.shape(a)) == ("int8", "float32", (2, 3))
    first, second = ops.meshgrid(ops.SymbolicTensor((2,), "int8"), ops.SymbolicTensor((None, 2), "float32"))
    assert (first.dtype, second.dtype, first.shape) == ("int8", "float32", (None, 2))
    assert ops.meshgrid() == []


_TRACED: dict[str, Callable[[Any], Any]] = {
    "append": lambda x: ops.append(x, x),
    "array_split": lambda x: ops.concatenate(ops.array_split(x, 2, 1)[::-1], 1),
    "diag": lambda x: ops.add(ops.diag(x), ops.diag(x[0], -1)[0, 0]),
    "diag of a row": lambda x: ops.diag(x[0], 2),
    "diag of a row, below": lambda x: ops.diag(x[1], -1),
    "diagflat": ops.diagflat,
    "diagonal": lambda x: ops.diagonal(ops.stack([x, x]), -1, 2, 0),
    "dstack": lambda x: ops.dstack([x, x]),
    "hstack": lambda x: ops.hstack([x, x]),
    "meshgrid": lambda x: ops.stack(ops.meshgrid(x[0], x[:, 0])),
    "moveaxis": lambda x: ops.moveaxis(x, 0, 1),
    "ravel": ops.ravel,
    "repeat": lambda x: ops.repeat(x, 2, 1),
    "roll": lambda x: ops.roll(ops.roll(x, 1), (1, -1), (0, 1)),
    "rot90": lambda x: ops.rot90(ops.rot90(x), 2, (1, 0)),
    "tile": lambda x: ops.tile(x, (2, 1, 2)),
    "trace": ops.trace,
    "tril": lambda x: ops.tril(x, -1),
    "triu": lambda x: ops.triu(x, 1),
    "vstack": lambda x: ops.vstack([x, x[0]]),
}


def test_traced_functions_match_eager_ones(backend: str) -> None:
    x = ops.convert_to_tensor(np.arange(12, dtype=np.float32).reshape(3, 4))
    results = ops.jit(lambda x: {name: function(x) for name, function in _TRACED.items()})(x)
    for name, function in _TRACED.items():
        np.testing.assert_array_equal(array(results[name]), array(function(x)), err_msg=name)


@pytest.mark.parametrize("name", [n for n in ("tensorflow",) if n in BACKENDS])
def test_unknown_sizes_in_a_tf_function(name: str) -> None:
    import tensorflow as tf

    x = np.arange(20, dtype=np.float32).reshape(4, 5)
    functions = [
        *_TRACED.values(),
        lambda x: ops.repeat(x, ops.cast(x[:, 0] / 5, "int32"), 0),
        lambda x: ops.repeat(x, [2, 0, 1, 3], 0),
        lambda x: ops.tril(x, 7),
        lambda x: ops.view(x, "uint8"),
        lambda x: ops.view(ops.cast(ops.concatenate([x, x], 1), "float16"), "int32"),
        lambda x: ops.divide(ops.sum(x), ops.size(x)),
    ]
    with ops.use_backend(name):
        for function in functions:
            for shape in ([None, 5], [None, None]):
                traced = tf.function(function, input_signature=[tf.TensorSpec(shape, tf.float32)])
                np.testing.assert_array_equal(array(traced(tf.constant(x))), array(function(tf.constant(x))))
