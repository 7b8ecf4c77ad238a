"""Graphs do not depend on what changes after the recording: settings, arrays, Variables, contexts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops

X = np.arange(16, dtype="float32").reshape(1, 2, 2, 4) * 0.1
ROW = ops.SymbolicTensor((3,), "float32")


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    config = ops.config
    before = config.floatx(), config.epsilon(), config.image_data_format()
    yield
    config.set_floatx(before[0])
    config.set_epsilon(before[1])
    config.set_image_data_format(before[2])


CALLS: dict[str, tuple[Callable[[Any], Any], Callable[[], None]]] = {
    "max_pool": (lambda x: ops.max_pool(x, 2), lambda: ops.config.set_image_data_format("channels_first")),
    "conv": (
        lambda x: ops.conv(
            x, ops.ones((1, 1, 2, 2)) if ops.config.image_data_format() == "channels_first" else ops.ones((1, 1, 4, 2))
        ),
        lambda: ops.config.set_image_data_format("channels_first"),
    ),
    "resize": (lambda x: ops.image.resize(x, (2, 2)), lambda: ops.config.set_image_data_format("channels_first")),
    "normalize": (lambda x: ops.normalize(x * 1e-8), lambda: ops.config.set_epsilon(0.1)),
    "layer_normalization": (lambda x: ops.layer_normalization(x * 1e-8, axis=1), lambda: ops.config.set_epsilon(0.1)),
    "ones": (lambda x: ops.add(x, ops.ones((2, 1))), lambda: ops.config.set_floatx("float64")),
    "a number": (lambda x: ops.add(x, ops.convert_to_tensor(0.5)), lambda: ops.config.set_floatx("float64")),
    "uniform": (lambda x: ops.add(x, ops.random.uniform((2, 1), seed=1)), lambda: ops.config.set_floatx("float64")),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_graph_keeps_the_settings_of_its_recording(name: str, backend: str, tmp_path: Path) -> None:
    function, change = CALLS[name]
    graph = ops.make_graph(function, ops.SymbolicTensor(X.shape, "float32"))
    expected = ops.convert_to_numpy(graph(X))
    graph.save(tmp_path / "before.ops")
    change()
    for same in (
        graph,
        ops.load_graph(tmp_path / "before.ops"),
        ops.make_graph(graph, ops.SymbolicTensor(X.shape, "float32")),
    ):
        result = ops.convert_to_numpy(same(X))
        assert result.dtype == expected.dtype
        np.testing.assert_array_equal(result, expected)
    later = ops.make_graph(function, ops.SymbolicTensor(X.shape, "float32"))
    expected = ops.convert_to_numpy(function(ops.convert_to_tensor(X)))
    later.save(tmp_path / "after.ops")
    np.testing.assert_array_equal(ops.convert_to_numpy(later(X)), expected)
    ops.config.set_floatx("float32")
    ops.config.set_epsilon(1e-7)
    ops.config.set_image_data_format("channels_last")
    for same in (later, ops.load_graph(tmp_path / "after.ops")):
        result = ops.convert_to_numpy(same(X))
        assert result.dtype == expected.dtype
        np.testing.assert_array_equal(result, expected)


def test_a_setting_without_an_argument_is_required(backend: str, tmp_path: Path) -> None:
    mean = ops.make_graph(lambda x: ops.mean(x), ops.SymbolicTensor((3,), "int32"))
    loss = ops.make_graph(lambda t, p: ops.categorical_crossentropy(t, p), ROW, ROW)
    plain = ops.make_graph(lambda x: x + 1, ROW)
    p = np.array([0.0, 1.0, 0.0], "float32")
    expected = ops.convert_to_numpy(loss(p, p[::-1]))
    mean.save(tmp_path / "mean.ops")
    loss.save(tmp_path / "loss.ops")
    ops.config.set_floatx("float64")
    for call in (lambda: mean([1, 2, 3]), lambda: ops.load_graph(tmp_path / "mean.ops")):
        with pytest.raises(ops.ArgumentError, match=r"recorded with floatx 'float32'.*set_floatx\('float32'\)"):
            call()
    ops.config.set_floatx("float32")
    ops.config.set_epsilon(0.1)
    for call in (lambda: loss(p, p), lambda: ops.load_graph(tmp_path / "loss.ops")):
        with pytest.raises(ops.ArgumentError, match="recorded with epsilon 1e-07"):
            call()
    options = {"torch": {"backend": "aot_eager"}}
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.jit(plain, options=options)(p)), p + 1)  # unaffected
    ops.config.set_epsilon(1e-7)
    np.testing.assert_array_equal(ops.convert_to_numpy(loss(p, p[::-1])), expected)
    np.testing.assert_array_equal(ops.convert_to_numpy(mean([1, 2, 3])), 2.0)


def test_constants_are_copies(backend: str) -> None:
    array, variable = np.ones(3, "float32"), ops.Variable(np.ones(3, "float32"))
    zeros = np.zeros(3, "float32")
    graph = ops.make_graph(lambda x: x + array + variable, ROW)
    array[:] = 7
    variable.assign(np.full(3, 9, "float32"))
    if backend == "torch":
        variable.handle.data.fill_(11.0)
    np.testing.assert_array_equal(ops.convert_to_numpy(graph(zeros)), 2.0)
    constants = graph.constants
    if backend in ("numpy", "torch"):
        constants["constant_0"][:] = 5
    np.testing.assert_array_equal(ops.convert_to_numpy(graph(zeros)), 2.0)
    graph.constants = {"constant_0": array}
    array[:] = 8
    np.testing.assert_array_equal(ops.convert_to_numpy(graph(zeros)), 8.0)


def test_a_graph_that_is_recorded_while_a_gradient_is_computed(backend: str) -> None:
    x = ops.convert_to_tensor(np.arange(3, dtype="float32"))
    gradient = ops.grad(lambda w: ops.sum(ops.make_graph(lambda x: x * w * w, ROW)(x)))
    np.testing.assert_array_equal(ops.convert_to_numpy(gradient(ops.ones((3,)) * 2)), [0.0, 4.0, 8.0])


def _inside(x: Any, seed: Any) -> Any:
    with ops.random.portable():
        return x + ops.random.normal((ops.shape(x)[0], 3), seed=seed)


def _around(x: Any, seed: Any) -> Any:
    return x + ops.random.normal((1, 3), seed=seed) * ops.random.uniform((3,), seed=7)


def test_portable_numbers_remain_portable(backend: str, tmp_path: Path) -> None:
    x, seed = ops.convert_to_tensor(np.zeros((2, 3), "float32")), ops.convert_to_tensor(np.array([1, 2], "uint32"))
    specs = ops.SymbolicTensor((None, 3), "float32"), ops.SymbolicTensor((2,), "uint32")
    with ops.random.portable():
        expected = {_inside: _inside(x, seed), _around: _around(x, seed)}
        graphs = {_around: ops.make_graph(_around, *specs)}
    graphs[_inside] = ops.make_graph(_inside, *specs)
    for function, graph in graphs.items():
        graph.save(tmp_path / "graph.ops")
        nested = ops.make_graph(lambda x, seed, graph=graph: graph(x, seed), *specs)
        for same in (graph, nested, ops.load_graph(tmp_path / "graph.ops")):
            result = ops.convert_to_numpy(same(x, seed))
            np.testing.assert_array_equal(result, ops.convert_to_numpy(expected[function]))
    plain = ops.make_graph(_around, *specs)
    np.testing.assert_array_equal(
        ops.convert_to_numpy(plain(x, seed)), ops.convert_to_numpy(_around(x, seed))
    )  # the backend's own numbers


@pytest.mark.parametrize(
    "draw",
    [
        lambda x, s: ops.random.dropout(x, 0.5, seed=s),
        lambda x, s: ops.random.shuffle(x, seed=s),
        lambda x, s: ops.random.categorical(x, 2, seed=s),
        lambda x, s: ops.random.normal((3,), seed=s),
        lambda x, s: ops.random.randint((3,), 0, 9, seed=s),
    ],
)
def test_a_seed_may_be_the_only_input(draw: Callable[..., Any], backend: str) -> None:
    x, seed = ops.convert_to_tensor(X[0, 0]), ops.convert_to_tensor(np.array([1, 2], "uint32"))
    graph = ops.make_graph(lambda s: draw(x, s), ops.SymbolicTensor((2,), "uint32"))
    np.testing.assert_array_equal(ops.convert_to_numpy(graph(seed)), ops.convert_to_numpy(draw(x, seed)))
