"""What graphs return: the containers of the function that was recorded."""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict, defaultdict, deque
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import optree
import pytest

import ops
from ops.graph.execution import REFUSED

SPEC = ops.SymbolicTensor((None, 2), "float32")
X = np.array([[1.0, 2.0], [3.0, 5.0]], np.float32)


class Pair(NamedTuple):
    first: Any
    second: Any


def containers(x: Any) -> Any:
    return [
        Pair(x + 1, {"b": x, "a": 3}),
        OrderedDict([("z", x), ("a", Pair(x, None))]),
        defaultdict(list, {"k": (x * 2,)}),
    ]


def same(result: Any, expected: Any) -> None:
    leaves, spec = optree.tree_flatten(result, none_is_leaf=True)
    wanted, wanted_spec = optree.tree_flatten(expected, none_is_leaf=True)
    assert spec == wanted_spec
    for leaf, value in zip(leaves, wanted, strict=True):
        if not ops.is_tensor(value):
            assert leaf == value
        else:
            np.testing.assert_array_equal(ops.convert_to_numpy(leaf), ops.convert_to_numpy(value))


def test_containers_of_results_are_those_of_the_function(backend: str) -> None:
    x = ops.convert_to_tensor(X)
    graph = ops.make_graph(containers, SPEC)
    expected = containers(x)
    same(graph(x), expected)
    same(graph.apply(graph.constants, x), expected)
    same(ops.make_graph(graph, SPEC)(x), expected)
    same(copy.deepcopy(graph)(x), expected)
    same(pickle.loads(pickle.dumps(graph))(x), expected)
    same(ops.jit(graph, options={"torch": {"backend": "aot_eager"}})(x)[0], expected[0])
    assert [spec.shape for spec in graph.outputs] == [(None, 2)] * 5
    assert "Pair(" not in str(graph)
    symbol: Any = ops.Input((2,))
    same(ops.Function(symbol, Pair(symbol + 1, [symbol]))(x), Pair(x + 1, [x]))


def test_inner_functions_return_named_tuples(backend: str) -> None:
    def function(x: Any) -> Any:
        pair = ops.cond(ops.sum(x) > 0, lambda: Pair(x, x + 1), lambda: Pair(x + 1, x))
        loop = ops.while_loop(
            lambda state: ops.sum(state.first) < 50,
            lambda state: (Pair(state.second, state.first + state.second),),
            (pair,),
        )
        return loop

    x = ops.convert_to_tensor(X)
    graph = ops.make_graph(function, ops.SymbolicTensor((2, 2), "float32"))
    result, expected = graph(x), function(x)
    same(result, expected)


def test_registered_containers(backend: str, tmp_path: Path) -> None:
    graph = ops.make_graph(lambda x: {"last": deque([x, x + 1], maxlen=2)}, SPEC)
    x = ops.convert_to_tensor(X)
    same(graph(x), {"last": deque([x, x + 1], maxlen=2)})
    assert "deque(%0, %1)" in str(graph)
    with pytest.raises(ops.ArgumentTypeError, match="deque"):
        graph.save(tmp_path / "last.ops")
    with pytest.raises(ops.ArgumentTypeError, match="recorded"):
        ops.make_graph(lambda x: {"x": x, "object": object()}, SPEC)


class Both:
    """A container that is registered with optree."""

    def __init__(self, first: Any, second: Any, kind: str) -> None:
        self.first, self.second, self.kind = first, second, kind


optree.register_pytree_node(
    Both,
    lambda both: ((both.first, both.second), both.kind, None),
    lambda kind, items: Both(*items, kind),
    namespace=optree.registry.__GLOBAL_NAMESPACE,
)


class Held:
    """An object that holds tensors, which nothing takes apart."""

    def __init__(self, first: Any) -> None:
        self.first = first


def test_registered_containers_as_inputs(backend: str, tmp_path: Path) -> None:
    spec, x = ops.SymbolicTensor((2, 2), "float32"), ops.convert_to_tensor(X)
    graph = ops.make_graph(lambda pair, y: Both(pair.first + y, pair.second, "sum"), Both(spec, spec, "two"), spec)
    for function in (graph, ops.make_graph(lambda a, b: graph(Both(a, b, "two"), b), spec, spec)):
        result = function(Both(x, x * 2, "two"), x) if function is graph else function(x, x * 2)
        assert (type(result), result.kind) == (Both, "sum")
        same([result.second], [x * 2])
    gradient = ops.grad(lambda y: ops.sum(graph(Both(x, x, "two"), y).first))(x)
    np.testing.assert_array_equal(ops.convert_to_numpy(gradient), np.ones((2, 2)))
    for differentiate in (ops.grad, ops.value_and_grad):
        with pytest.raises(ops.ArgumentTypeError, match="in tuples, lists and dicts; got Both"):
            differentiate(lambda pair: ops.sum(pair["k"].first))({"k": Both(x, x, "two")})
    for wrong in ((x, x), Both(x, x, "three"), 3):
        with pytest.raises(ops.ArgumentTypeError, match="Both"):
            graph(wrong, x)
    with pytest.raises(ops.ShapeError):
        graph(Both(x[0], x, "two"), x)
    with pytest.raises(ops.ArgumentTypeError, match="Held holds symbolic tensors, but is no container"):
        ops.make_graph(lambda held: held.first, Held(spec))
    with pytest.raises(ops.ArgumentTypeError, match="Both"):
        graph.save(tmp_path / "net.ops")


def test_files_hold_tuples_and_dicts(backend: str, tmp_path: Path) -> None:
    path = tmp_path / "net.ops"
    ops.make_graph(containers, SPEC).save(path)
    pair, ordered, default = ops.load_graph(path)(X)
    assert [type(item) for item in (pair, ordered, default)] == [tuple, dict, dict]
    x = ops.convert_to_tensor(X)
    same([pair, ordered, default], [(x + 1, {"b": x, "a": 3}), {"z": x, "a": (x, None)}, {"k": (x * 2,)}])
    assert list(ordered) == ["z", "a"]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float64", "int32", "uint8", "bool"])
def test_tensors_that_fit_are_not_converted(dtype: str, backend: str) -> None:
    """The generated function of a backend accepts its tensors, also in containers; otherwise every call is slow."""
    for shape in ((None, 2), (2, 2), (None, None)):
        spec = ops.SymbolicTensor(shape, dtype)
        graph = ops.make_graph(lambda x, y, flag: [x["a"], y[0][1], flag], {"a": spec}, [(spec, spec)], True)
        x = ops.cast(ops.convert_to_tensor(X), dtype)
        arguments = {"a": x}, [(x, x)], True
        graph(*arguments)
        _, entry, values = graph._entry
        assert entry(values, *arguments) is not REFUSED
        for wrong in (
            ({"a": x[0]}, [(x, x)], True),
            ({"b": x}, [(x, x)], True),
            ({"a": x, "b": x}, [(x, x)], True),
            ({"a": x}, [(x,)], True),
            ({"a": x}, [(x, ops.cast(x, "int16"))], True),
            ({"a": x}, [(x, x)], 1),
            ({"a": x}, x, True),
        ):
            assert entry(values, *wrong) is REFUSED
            with pytest.raises(ops.OpsError):
                graph(*wrong)
        same(graph({"a": X.astype("float32") if dtype == "float32" else x}, ([x, x],), True), [x, x, True])
