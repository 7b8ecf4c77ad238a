"""Unknown sizes in graphs: functions that take a size accept one, and the graph computes what the function does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops

SPEC = ops.SymbolicTensor((None, 4), "float32")


def n(x: Any) -> Any:
    return ops.shape(x)[0]


CALLS: dict[str, Callable[[Any], Any]] = {
    "arange to a size": lambda x: ops.arange(n(x)),
    "arange from 1": lambda x: ops.arange(1, n(x)),
    "arange to a sum": lambda x: ops.arange(1, n(x) + 1),
    "arange between sizes": lambda x: ops.arange(n(x), 2 * n(x)),
    "arange from a negative size": lambda x: ops.arange(-n(x), 0),
    "arange backwards": lambda x: ops.arange(n(x) - 1, -1, -1),
    "arange with a size as step": lambda x: ops.arange(0, 10, n(x)),
    "arange of floats": lambda x: ops.arange(0.0, n(x), 0.5),
    "arange that may be empty": lambda x: ops.arange(5, n(x)),
    "take in reverse": lambda x: ops.take(x, ops.arange(n(x) - 1, -1, -1), axis=0),
    "linspace": lambda x: ops.linspace(0.0, 1.0, n(x) + 1),
    "linspace to a size": lambda x: ops.linspace(0.0, n(x), 4),
    "logspace": lambda x: ops.logspace(0, 1, n(x) + 1),
    "eye": lambda x: ops.eye(n(x)),
    "eye with columns": lambda x: ops.eye(3, n(x), 1),
    "eye by a size": lambda x: ops.eye(n(x), dtype="int32") * n(x),
    "tri": lambda x: ops.tri(n(x), k=1),
    "tri with columns": lambda x: ops.tri(3, n(x)),
    "tril": lambda x: ops.tril(x, n(x) - 2),
    "diagonal": lambda x: ops.diagonal(x, n(x) - 2),
    "hamming": lambda x: ops.hamming(n(x)),
    "kaiser": lambda x: ops.kaiser(n(x) + 2, 3.0),
    "one_hot": lambda x: ops.one_hot([0, 1], n(x) + 1),
    "full": lambda x: ops.full((n(x), 2), 3.0),
    "ones": lambda x: ops.ones((2, n(x))),
    "repeat": lambda x: ops.repeat(x, n(x), axis=0),
    "tile": lambda x: ops.tile(x, (n(x), 1)),
    "roll": lambda x: ops.roll(x, n(x) - 1, axis=0),
    "top_k": lambda x: ops.top_k(x[:, 0], n(x))[0],
    "bincount": lambda x: ops.bincount([0, 1], minlength=n(x)),
    "segment_sum": lambda x: ops.segment_sum(x, ops.zeros((n(x),), "int32"), n(x)),
    "pad": lambda x: ops.pad(x, ((n(x), 0), (0, n(x)))),
    "pad_images": lambda x: ops.image.pad_images(
        ops.ones((1, 2, 2, 1)), 1, 1, target_height=n(x) + 3, target_width=n(x) + 4
    ),
    "resize": lambda x: ops.image.resize(ops.ones((1, 3, 3, 1)), (n(x) + 1, n(x) + 2)),
    "reshape": lambda x: ops.reshape(x, (4, n(x))),
    "broadcast_to": lambda x: ops.broadcast_to(x[:1], (n(x) + 2, 4)),
    "expand_dims": lambda x: ops.expand_dims(x, 1) * ops.ones((1, n(x), 1)),
    "split": lambda x: ops.split(ops.arange(2 * n(x)), [n(x)])[0],
    "slice": lambda x: ops.slice(x, (0, 0), (n(x), 2)),
    "diff": lambda x: ops.diff(ops.ones((9,)), n(x)),
    "a list of sizes": lambda x: ops.convert_to_tensor([n(x), 2]),
    "a list of sizes and floats": lambda x: ops.array([n(x), 2.5]),
    "a nested list": lambda x: ops.array([[n(x), 1], [2, n(x)]]),
    "a list as operand": lambda x: ops.add([n(x), 2], x[0, :2]),
    "a list as key": lambda x: ops.get_item(x, [0, n(x) - 1]),
    "lists as keys": lambda x: ops.get_item(x, ([0, n(x) - 1], [0, 1])),
    "shifts": lambda x: ops.arange((n(x) << 1) + (n(x) >> 1)),
    "divmod": lambda x: ops.stack(list(divmod(n(x), 2))),
    "uniform": lambda x: ops.random.uniform((n(x), 2), seed=3),
    "randint to a size": lambda x: ops.random.randint((3,), 2, n(x) + 2, seed=1),
    "randint between sizes": lambda x: ops.random.randint((3,), n(x), 3 * n(x), seed=1),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_graph_with_unknown_sizes_computes_what_its_function_does(name: str, backend: str) -> None:
    function = CALLS[name]
    graph = ops.make_graph(function, SPEC)
    for size in (1, 3, 5):
        x = ops.convert_to_tensor(np.arange(size * 4, dtype="float32").reshape(size, 4))
        result, expected = graph(x), function(x)
        assert ops.dtype(result) == ops.dtype(expected) == graph.outputs[0].dtype
        np.testing.assert_array_equal(ops.convert_to_numpy(result), ops.convert_to_numpy(expected))
        pairs = zip(graph.outputs[0].shape, ops.shape(expected), strict=True)
        assert all(known in (None, size) for known, size in pairs)


def test_a_size_that_is_too_small_for_the_recorded_call(backend: str) -> None:
    graph = ops.make_graph(lambda x: ops.random.randint((3,), 2, n(x), seed=1), SPEC)
    assert graph(np.ones((5, 4), "float32")).shape == (3,)
    with pytest.raises(ops.ArgumentError, match="maxval must be above minval"):
        graph(np.ones((2, 4), "float32"))


def test_a_call_that_no_size_makes_right(backend: str) -> None:
    def empty(x: Any) -> Any:
        size = n(x)
        return ops.random.randint((3,), size, size, seed=1)

    with pytest.raises(ops.ArgumentError, match="maxval must be above minval"):
        ops.make_graph(empty, SPEC)


@pytest.mark.parametrize(
    "use",
    [
        lambda x: x * float(ops.sum(x)),
        lambda x: x * int(ops.sum(x)),
        lambda x: x * int(n(x)),
        lambda x: x * complex(ops.sum(x)),
        lambda x: x[: range(n(x))[0]],
        lambda x: [0] * n(x),
        lambda x: n(x) * (0,),
    ],
)
def test_numbers_and_arrays_of_symbolic_tensors_are_an_error(use: Callable[[Any], Any], backend: str) -> None:
    with pytest.raises(ops.ArgumentTypeError):
        ops.make_graph(use, SPEC)


def test_arrays_of_symbolic_tensors_are_an_error(backend: str) -> None:
    with pytest.raises(ops.DtypeError, match="a symbolic tensor has no values"):
        ops.make_graph(lambda x: x + np.asarray(x), SPEC)


def test_lists_of_symbolic_tensors(backend: str) -> None:
    x, y = ops.SymbolicTensor((None, 2), "int32"), ops.SymbolicTensor((3, 2), "float32")
    assert repr(ops.convert_to_tensor([x, y])) == "SymbolicTensor(shape=(2, 3, 2), dtype=float32)"
    assert repr(ops.array([[x, x]], "float64")) == "SymbolicTensor(shape=(1, 2, None, 2), dtype=float64)"
    assert ops.add([ops.SymbolicTensor((), "int32"), 2], 1).shape == (2,)
    with pytest.raises(ops.ShapeError):
        ops.convert_to_tensor([x, ops.SymbolicTensor((3,), "int32")])
