"""Graphs: every op and every kind of call is recorded, run again, saved and loaded; results are equal bit for bit."""

from __future__ import annotations

import copy
import functools
import json
import pickle
import threading
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops.graph.catalogue import OPSET
from ops.testing import RECORDS, assert_close, public_function
from ops.testing.calls import CALLS
from ops.testing.unknown_sizes import Call
from ops_common.runtime import registry
from ops_common.testing import Record
from ops_common.testing.record import Maker

# It returns SymbolicTensors, which are no tensors.
_CALLS = [call for call in CALLS if call.name != "compute_output_spec"]
# torch's own tensors, whose operators are torch's, have no negative steps.
_NEGATIVE_STEPS = "get_item"
# The compiler of these backends orders additions in another way than the ops that run one by one.
_COMPILED = ("torch",)


# Equal structure, dtypes and shapes, and equal values.
assert_equal = functools.partial(assert_close, rtol=0.0, atol=0.0)


def spec(x: Any, unknown: bool = False) -> ops.SymbolicTensor:
    return ops.SymbolicTensor([None] * x.ndim if unknown else x.shape, x.dtype)


def check(function: Callable[..., Any], arrays: Sequence[Any], path: Path, compare: Any = assert_equal) -> None:
    """Asserts that the graph of a function has its results, also with unknown sizes and after it is saved."""
    tensors = [ops.convert_to_tensor(x) for x in arrays]
    expected = function(*tensors)
    graph = ops.make_graph(function, *map(spec, arrays))
    compare(graph(*tensors), expected)
    compare(graph(*tensors), expected)  # with the values that the first call folded
    whole = ops.make_graph(function, *map(spec, arrays), optimize=False)
    compare(whole(*tensors), expected)
    graph.save(path)
    compare(ops.load_graph(path)(*tensors), expected)


def check_unknown(function: Callable[..., Any], arrays: Sequence[Any], path: Path, compare: Any = assert_equal) -> None:
    tensors = [ops.convert_to_tensor(x) for x in arrays]
    specs = [spec(x, unknown=True) for x in arrays]
    try:
        ops.compute_output_spec(function, *specs)
    except ops.OpsError:
        return  # the op needs a size
    graph = ops.make_graph(function, *specs)
    compare(graph(*tensors), function(*tensors))
    graph.save(path)
    ops.load_graph(path)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.path)
def test_ops(record: Record, backend: str, tmp_path: Path) -> None:
    dtype = "float32" if "float32" in record.takes else record.takes[0]
    if not all(name in registry.load(backend).native_dtypes for name in record.dtypes(dtype)):
        return
    function = public_function(record.path)
    for number, sample in enumerate(record.tried(Maker(dtype), backend)):
        arrays: list[Any] = []
        sample.with_arrays(arrays.append)

        def call(*tensors: Any, sample: Any = sample) -> Any:
            rest = iter(tensors)
            args, kwargs = sample.with_arrays(lambda _: next(rest))
            return function(*args, **kwargs)

        check(call, arrays, tmp_path / "graph.ops")
        check_unknown(call, arrays, tmp_path / "graph.ops")
        if number == 1:
            return


@pytest.mark.parametrize("call", _CALLS, ids=lambda call: call.name)
def test_control_flow_transforms_and_random_numbers(call: Call, backend: str, tmp_path: Path) -> None:
    if call.name == _NEGATIVE_STEPS and backend == "torch":
        return

    def function(*tensors: Any) -> Any:
        args, kwargs = call.put(tensors)
        return call.function(*args, **kwargs)

    compare = assert_close if call.name == "jit" and backend in _COMPILED else assert_equal
    check(function, call.arrays, tmp_path / "graph.ops", compare)
    check_unknown(function, call.arrays, tmp_path / "graph.ops", compare)


def network(weights: dict[str, Any]) -> Callable[..., Any]:
    def function(x: Any) -> Any:
        mask = ops.tril(ops.ones((4, 4)))  # does not depend on the input
        hidden = ops.nn.gelu(ops.matmul(x, weights["w"]) + weights["b"])
        hidden = ops.where(ops.sum(mask) > 0, hidden, -hidden)
        return {"mean": ops.mean(hidden, axis=-1), "rows": ops.shape(x)[0] * 2 + ops.cast(hidden[:, 0], "int32")}

    return function


def weights() -> dict[str, Any]:
    random = np.random.default_rng(0)
    return {
        "w": ops.Variable(random.normal(size=(3, 4)).astype("float32"), name="w"),
        "b": ops.convert_to_tensor(random.normal(size=4).astype("float32")),
    }


def test_closed_over_tensors_are_constants(backend: str) -> None:
    graph = ops.make_graph(network(weights()), ops.SymbolicTensor((None, 3)))
    assert [*graph.constants] == ["w", "constant_0"]
    x = ops.ones((5, 3))
    before = graph(x)
    assert_equal(before, network(weights())(x))
    graph.constants = {"constant_0": ops.zeros((4,))}
    changed = weights() | {"b": ops.zeros((4,))}
    assert_equal(graph(x), network(changed)(x))
    with pytest.raises(ops.ArgumentError, match="no constant 'v'; it has w, constant_0"):
        graph.constants = {"v": ops.zeros((4,))}
    with pytest.raises(ops.ShapeError, match="constant 'w' has shape"):
        graph.constants = {"w": ops.zeros((4,))}
    with pytest.raises(ops.DtypeError, match="constant 'w' has dtype int32"):
        graph.apply({"w": ops.zeros((3, 4), "int32")}, x)


def test_gradients_in_the_constants(backend: str) -> None:
    own = weights()
    x = ops.convert_to_tensor(np.random.default_rng(1).normal(size=(5, 3)).astype("float32"))
    graph = ops.make_graph(
        lambda x: ops.sum(ops.square(ops.matmul(x, own["w"]) + own["b"])), ops.SymbolicTensor((5, 3))
    )
    gradients = ops.grad(lambda constants: graph.apply(constants, x))(graph.constants)
    w, b = own["w"].value, own["b"]
    expected = ops.grad(lambda w, b: ops.sum(ops.square(ops.matmul(x, w) + b)), argnums=(0, 1))(w, b)
    assert_equal([*gradients.values()], expected)
    jitted = ops.jit(ops.grad(lambda constants, x: graph.apply(constants, x)))
    result = jitted(graph.constants, x)  # (a dict whose keys JAX sorts)
    assert_close([result["w"], result["constant_0"]], expected)


def test_graphs_are_functions(backend: str) -> None:
    x = ops.convert_to_tensor(np.random.default_rng(1).normal(size=(5, 3)).astype("float32"))
    function = network(weights())
    graph = ops.make_graph(function, ops.SymbolicTensor((None, 3)))
    assert_close(ops.jit(graph)(x), function(x))
    again = ops.make_graph(graph, ops.SymbolicTensor((None, 3)))
    assert_equal(again(x), function(x))
    row = ops.make_graph(lambda x: ops.sum(ops.square(x) * 3), ops.SymbolicTensor((3,)))
    assert_equal(ops.grad(row)(x[0]), 6 * x[0])
    assert_close(ops.vmap(row)(x), ops.sum(ops.square(x) * 3, axis=1))
    assert ops.compute_output_spec(graph, ops.SymbolicTensor((7, 3)))["mean"].shape in ((7,), (None,))


def test_every_backend_runs_the_same_graph(backend: str, tmp_path: Path) -> None:
    graph = ops.make_graph(network(weights()), ops.SymbolicTensor((None, 3)))
    x = np.random.default_rng(1).normal(size=(5, 3)).astype("float32")
    expected = graph(x)
    graph.save(tmp_path / "net.ops")
    for other in ops.backends():
        with ops.use_backend(other):
            assert_close(graph(x), expected)
            assert_close(ops.load_graph(tmp_path / "net.ops")(x), expected)
    assert_equal(graph(x), expected)


def test_nests_of_inputs_and_other_arguments(backend: str) -> None:
    def function(pair: Any, scale: float, *, extra: dict[str, Any]) -> Any:
        return [pair[0] * scale, (pair[1] + extra["a"], None, "text", 3)]

    spec = ops.SymbolicTensor((2,))
    graph = ops.make_graph(function, (spec, spec), 2.0, extra={"a": spec})
    x, y, a = (ops.convert_to_tensor([float(i), 1.0]) for i in range(3))
    result = graph((x, y), 2.0, extra={"a": a})
    assert_equal([result[0], result[1][0]], [x * 2.0, y + a])
    assert result[1][1:] == (None, "text", 3)
    with pytest.raises(ops.ArgumentError, match=r"as in the recorded call, 2\.0; got 3\.0"):
        graph((x, y), 3.0, extra={"a": a})
    with pytest.raises(ops.ArgumentTypeError, match="keys extra"):
        graph((x, y), 2.0)
    with pytest.raises(ops.ArgumentTypeError, match="structure"):
        graph(x, 2.0, extra={"a": a})


def test_inputs_are_checked(backend: str) -> None:
    graph = ops.make_graph(lambda x, y: x + y, ops.SymbolicTensor((None, 3)), ops.SymbolicTensor((3,)))
    assert ops.convert_to_numpy(graph([[1.0, 2, 3]], [1, 2, 3])).tolist() == [[2.0, 4.0, 6.0]]
    with pytest.raises(ops.ShapeError, match=r"input x has shape \(3,\); the graph was recorded for \(None, 3\)"):
        graph(ops.ones((3,)), ops.ones((3,)))
    with pytest.raises(ops.ShapeError, match="input y"):
        graph(ops.ones((2, 3)), ops.ones((2,)))
    with pytest.raises(ops.DtypeError, match=r"input y has dtype int32.*ops\.cast"):
        graph(ops.ones((2, 3)), ops.ones((3,), "int32"))
    with pytest.raises(ops.ArgumentTypeError, match="structure"):
        graph(ops.ones((2, 3)))
    with pytest.raises(ops.ArgumentTypeError, match="expected a function"):
        ops.make_graph(3, ops.SymbolicTensor((3,)))  # type: ignore[arg-type]  # that is the test


def test_what_a_graph_cannot_hold(backend: str) -> None:
    count = ops.Variable(1.0, name="count")
    spec = ops.SymbolicTensor((3,))
    with pytest.raises(ops.UnsupportedError, match="'count' is assigned while a graph is recorded"):
        ops.make_graph(lambda x: count.assign_add(1.0) * x, spec)
    with pytest.raises(ops.ArgumentError, match="pass a seed"):
        ops.make_graph(lambda x: ops.random.dropout(x, 0.5), spec)
    with pytest.raises(ops.ArgumentError, match="pass a seed"):
        ops.make_graph(lambda x: x + ops.random.normal((3,), seed=ops.random.SeedGenerator(1)), spec)
    other = ops.SymbolicTensor((3,), name="elsewhere")
    with pytest.raises(ops.ArgumentError, match=r"name=elsewhere.*not an input"):
        ops.make_graph(lambda x: x + other, spec)
    with pytest.raises(ops.ArgumentTypeError, match="cannot be recorded"):
        ops.make_graph(lambda x: (x, object()), spec)
    with pytest.raises(ops.ArgumentTypeError, match="has no value"):
        ops.make_graph(lambda x: x if ops.sum(x) > 0 else -x, spec)
    assert float(count.numpy()) == 1.0


def test_known_values_may_decide(backend: str) -> None:
    def function(x: Any) -> Any:
        table = ops.arange(4)
        if ops.sum(table) == 6 and int(table[2]) == 2 and ops.convert_to_numpy(table).tolist() == [0, 1, 2, 3]:
            x = x * ops.cast(table, "float32")
        return ops.reshape(x, (table[2], -1))

    graph = ops.make_graph(function, ops.SymbolicTensor((4,)))
    assert ops.convert_to_numpy(graph(ops.ones((4,)))).tolist() == [[0.0, 1.0], [2.0, 3.0]]


def test_unknown_sizes_are_integers(backend: str) -> None:
    def function(x: Any) -> Any:
        rows, columns = ops.shape(x)[0], ops.shape(x)[1]
        assert ops.shape(x)[2] == 2
        assert (rows.shape, rows.dtype) == ((), "int32")
        padded = ops.concatenate([x, ops.zeros((1 + rows * 2 - rows, columns, 2))])
        return ops.reshape(padded, (-1, columns * 2)), rows / columns, ops.arange(rows), x[: rows // 2], -rows % 7

    graph = ops.make_graph(function, ops.SymbolicTensor((None, None, 2)))
    for shape in ((4, 3, 2), (5, 1, 2)):
        first, ratio, places, half, rest = graph(ops.ones(shape))
        assert tuple(ops.shape(first)) == (2 * shape[0] + 1, shape[1] * 2)
        assert float(ops.convert_to_numpy(ratio)) == pytest.approx(shape[0] / shape[1])
        assert tuple(ops.shape(places)) == (shape[0],)
        assert tuple(ops.shape(half)) == (shape[0] // 2, shape[1], 2)
        assert int(ops.convert_to_numpy(rest)) == -shape[0] % 7


def test_inner_functions_use_outer_tensors(backend: str) -> None:
    def function(x: Any) -> Any:
        scale = ops.sum(x)

        def step(carry: Any, row: Any) -> Any:
            inner = ops.cond(row > scale / 4, lambda: row * scale, lambda: carry)
            return carry + inner, ops.fori_loop(0, 2, lambda i, y: y + i * inner, row)

        total, rows = ops.scan(step, ops.zeros(()), x)
        count = ops.while_loop(lambda i: ops.less(i * i, scale), lambda i: (i + 1,), (0,))[0]
        return total, rows, count, ops.map(lambda row: ops.vmap(lambda y: y * row)(x), x)

    x = ops.convert_to_tensor([1.0, 2.0, 3.0, 4.0])
    graph = ops.make_graph(function, ops.SymbolicTensor((None,)))
    assert_equal(graph(x), function(x))
    assert_equal(graph(x[:2]), function(x[:2]))


def test_custom_gradients_are_kept(backend: str, tmp_path: Path) -> None:
    @ops.custom_gradient
    def clipped(x: Any) -> Any:
        y = x * x
        return y, lambda upstream: ops.clip(upstream, -1.0, 1.0) * y

    graph = ops.make_graph(lambda x: ops.sum(clipped(x) * 5.0), ops.SymbolicTensor((3,)))
    graph.save(tmp_path / "graph.ops")
    x = ops.convert_to_tensor([1.0, 2.0, 3.0])
    expected = ops.convert_to_tensor([1.0, 4.0, 9.0])
    assert_equal(ops.grad(graph)(x), expected)
    assert_equal(ops.grad(ops.load_graph(tmp_path / "graph.ops"))(x), expected)


def test_optimization(backend: str) -> None:
    def function(x: Any) -> Any:
        ops.exp(x)  # not used
        return x + ops.sum(ops.sin(ops.ones((3, 3)) * 2))

    spec = ops.SymbolicTensor((3,))
    optimized, whole = ops.make_graph(function, spec), ops.make_graph(function, spec, optimize=False)
    assert [node.op for node in optimized.nodes] == ["ones", "multiply", "sin", "sum", "add"]
    assert [node.op for node in whole.nodes] == ["exp", "ones", "multiply", "sin", "sum", "add"]
    x = ops.ones((3,))
    assert_equal(optimized(x), whole(x))
    assert_equal(optimized(x), function(x))


class Scale(ops.Operation):
    def __init__(self, factor: float, name: str | None = None) -> None:
        super().__init__(name)
        self.factor = factor

    def call(self, x: Any, bias: Any = None) -> Any:
        y = x * self.factor
        return y if bias is None else y + bias

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


def test_operations_of_the_users(backend: str, tmp_path: Path) -> None:
    scale = Scale(2.0, name="double")
    graph = ops.make_graph(lambda x: scale(x) + Scale(3.0)(x, bias=ops.ones((3,))), ops.SymbolicTensor((3,)))
    x = ops.convert_to_tensor([1.0, 2.0, 3.0])
    expected = x * 2.0 + (x * 3.0 + 1.0)
    assert_equal(graph(x), expected)
    graph.save(tmp_path / "graph.ops")
    assert_equal(ops.load_graph(tmp_path / "graph.ops", operations={"Scale": Scale})(x), expected)
    with pytest.raises(ops.ArgumentError, match="'Scale', which is not part of ops: pass its class"):
        ops.load_graph(tmp_path / "graph.ops")


def test_functions(backend: str) -> None:
    a, b = ops.Input((3,), name="a"), ops.Input((3,), name="b")
    hidden = ops.nn.relu(a @ ops.ones((3, 2)))
    output = {"sum": hidden + ops.sum(b, axis=-1, keepdims=True), "hidden": hidden}
    function = ops.Function([a, b], output, name="net")
    x, y = ops.ones((4, 3)), ops.zeros((4, 3))
    result = function([x, y])
    assert_equal(result["sum"], ops.full((4, 2), 3.0))
    assert function.name == "net"
    assert {key: value.shape for key, value in function.compute_output_spec([a, b]).items()}["sum"] == (None, 2)
    inner = ops.Function(hidden, hidden * 2)  # a part of it
    assert_equal(inner(ops.ones((4, 2))), ops.full((4, 2), 2.0))
    nested = ops.Function(a, function([a, a])["sum"])
    assert_equal(nested(x), ops.full((4, 2), 6.0))
    with pytest.raises(ops.ArgumentError, match=r"name=b.*not an input"):
        ops.Function(a, output)
    with pytest.raises(ops.ArgumentTypeError, match="must be SymbolicTensors; got int"):
        ops.Function(3, output)
    operation = Scale(2.0)
    scaled = operation(a)
    assert operation.input is a
    assert operation.output is scaled
    assert_equal(ops.Function(a, scaled)(x), x * 2.0)


def rewritten(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Returns the path of a file whose document was changed."""
    with zipfile.ZipFile(path) as archive:
        document, data = json.loads(archive.read("graph.json")), archive.read("weights.safetensors")
    change(document)
    target = path.with_name("changed.ops")
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("graph.json", json.dumps(document))
        archive.writestr("weights.safetensors", data)
    return target


def test_files_of_later_versions(backend: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    ops.make_graph(lambda x: ops.exp(x), ops.SymbolicTensor((3,))).save(path)

    def later(document: dict[str, Any]) -> None:
        document["opset"], document["ops"] = OPSET + 1, "0.9.0"
        document["block"]["nodes"][0]["op"] = "nn.future"

    with pytest.raises(ops.UnsupportedError, match=r"by ops '0.9.0' and uses .* not have: 'nn.future': upgrade"):
        ops.load_graph(rewritten(path, later))
    with pytest.raises(ops.UnsupportedError, match="in format 2"):
        ops.load_graph(rewritten(path, lambda document: document.update(version=2)))


def test_large_weights_make_no_larger_files(backend: str, tmp_path: Path) -> None:
    w = ops.ones((500, 100))
    ops.make_graph(lambda x: x @ w, ops.SymbolicTensor((None, 500))).save(tmp_path / "graph.ops")
    assert (tmp_path / "graph.ops").stat().st_size <= 1.02 * 4 * 500 * 100 + 4096


@pytest.mark.parametrize("dtype", ["bfloat16", "float8_e4m3fn", "complex64", "bool", "uint16", "int64"])
def test_dtypes_of_constants(dtype: str, backend: str, tmp_path: Path) -> None:
    if dtype not in registry.load(backend).native_dtypes:
        return
    constant = ops.cast(ops.convert_to_tensor([0.0, 1.0, 2.0]), dtype)
    graph = ops.make_graph(lambda x: (constant, ops.cast(x, dtype)), ops.SymbolicTensor((3,)))
    graph.save(tmp_path / "graph.ops")
    result = ops.load_graph(tmp_path / "graph.ops")(ops.ones((3,)))
    assert_equal(result[0], constant)
    assert ops.dtype(result[1]) == dtype


def test_copies_and_pickles(backend: str) -> None:
    graph = ops.make_graph(network(weights()), ops.SymbolicTensor((None, 3)))
    x = ops.ones((2, 3))
    expected = graph(x)
    for other in (copy.deepcopy(graph), copy.copy(graph), pickle.loads(pickle.dumps(graph))):
        assert_equal(other(x), expected)
        assert other.constants.keys() == graph.constants.keys()


def test_threads_record_graphs_of_their_own(backend: str) -> None:
    function, x = network(weights()), ops.ones((2, 3))
    expected = float(ops.convert_to_numpy(ops.sum(function(x)["mean"])))
    results: list[float] = []

    def run() -> None:
        with ops.use_backend(backend):
            for _ in range(5):
                graph = ops.make_graph(function, ops.SymbolicTensor((None, 3)))
                results.append(float(ops.convert_to_numpy(ops.sum(graph(x)["mean"]))))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 20


def test_scopes_apply_while_a_graph_is_recorded(backend: str) -> None:
    w = ops.Variable(np.ones((3, 4), "float32"), name="w")
    x = ops.ones((2, 3))
    with ops.StatelessScope([(w, ops.zeros((3, 4)))]):
        graph = ops.make_graph(lambda x: ops.matmul(x, w), ops.SymbolicTensor((None, 3)))
    assert_equal(graph(x), ops.zeros((2, 4)))
    with ops.random.portable():
        graph = ops.make_graph(lambda x: x + ops.random.normal((3,), seed=1), ops.SymbolicTensor((None, 3)))
        assert_equal(graph(x), x + ops.random.normal((3,), seed=1))
    with ops.device("cpu:0"):
        assert_equal(graph(x)[0], graph(x)[1])


def test_gradients_inside_and_outside(backend: str) -> None:
    def function(x: Any) -> Any:
        inner = ops.make_graph(lambda y: ops.sum(ops.grad(lambda z: ops.sum(z**3))(y)), ops.SymbolicTensor((3,)))
        return inner(x)

    assert_equal(ops.grad(function)(ops.ones((3,))), ops.full((3,), 6.0))
    graph = ops.make_graph(function, ops.SymbolicTensor((3,)))
    assert_equal(ops.grad(graph)(ops.ones((3,))), ops.full((3,), 6.0))


_SIZES = {
    "reshape": lambda x, n: ops.reshape(x, (n, -1)),
    "broadcast_to": lambda x, n: ops.broadcast_to(x[:1], (n, 4)),
    "zeros": lambda x, n: ops.zeros((n, 2)),
    "full": lambda x, n: ops.full((2, n), 3.0),
    "eye": lambda x, n: ops.eye(n),
    "tri": lambda x, n: ops.tri(n, n + 1),
    "arange": lambda x, n: ops.arange(n),
    "one_hot": lambda x, n: ops.one_hot(ops.cast(x[:, 0], "int32"), n),
    "tile": lambda x, n: ops.tile(x, (n, 1)),
    "repeat": lambda x, n: ops.repeat(x, n, 0),
    "pad": lambda x, n: ops.pad(x, ((0, n), (1, 1))),
    "slice": lambda x, n: ops.slice(x, (0, 0), (n, 2)),
    "get_item": lambda x, n: x[n // 2 :, ::2],
    "image.resize": lambda x, n: ops.image.resize(x[None, :, :, None], (n + 1, 3)),
    "random.uniform": lambda x, n: ops.random.uniform((n, 3), seed=1),
    "random.normal": lambda x, n: ops.random.normal((n, 3), seed=1),
    "linspace": lambda x, n: ops.linspace(0.0, 1.0, n),
    "rearrange": lambda x, n: ops.rearrange(x, "a b -> (a b)"),
    "hanning": lambda x, n: ops.hanning(n),
    "identity": lambda x, n: ops.identity(n),
    "top_k": lambda x, n: ops.top_k(ops.transpose(x), n)[0],
    "operand": lambda x, n: ops.add(ops.multiply(x, n), ops.maximum(n, 2)),
    "eye of two sizes": lambda x, n: ops.eye(3, n),
    "stack": lambda x, n: ops.stack([n, 3]),
}


@pytest.mark.parametrize("name", _SIZES)
def test_unknown_sizes_as_arguments(name: str, backend: str, tmp_path: Path) -> None:
    def function(x: Any) -> Any:
        return _SIZES[name](x, ops.shape(x)[0])

    graph = ops.make_graph(function, ops.SymbolicTensor((None, 4)))
    graph.save(tmp_path / "graph.ops")
    loaded = ops.load_graph(tmp_path / "graph.ops")
    for rows in (4, 3):
        x = ops.reshape(ops.arange(rows * 4, dtype="float32"), (rows, 4)) % 3
        assert_equal(graph(x), function(x))
        assert_equal(loaded(x), function(x))
