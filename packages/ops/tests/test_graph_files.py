"""Malformed graph files: each is an error that says what is wrong, or a graph that runs or raises an error of ops."""

from __future__ import annotations

import copy
import json
import os
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops.graph import structure
from ops.graph.catalogue import operations
from ops.graph.graph import Graph
from ops.graph.structure import Ref
from ops_common.tensors import trees

pytestmark = pytest.mark.once

_COUNT = 2000 if "OPS_SWEEP" in os.environ else 250
_REFUSED = (ops.ArgumentError, ops.ArgumentTypeError, ops.UnsupportedError)


def graphs() -> list[Graph]:
    w = ops.Variable(np.ones((3, 4), "float32"), name="w")

    def network(x: Any) -> Any:
        mask = ops.tril(ops.ones((4, 4)))
        hidden = ops.nn.gelu(ops.matmul(x, w)) + mask[0]
        return {"rows": ops.shape(x)[0] * 2, "mean": ops.mean(hidden, axis=-1), "all": (hidden, None, 2.5)}

    def loops(x: Any) -> Any:
        total, rows = ops.scan(lambda c, row: (c + ops.sum(row), ops.cond(c > 0, lambda: c * 2, lambda: c)), 0.0, x)
        count = ops.while_loop(lambda i: i < 3, lambda i: (i + 1,), (0,))
        return total, rows, count, ops.grad(lambda y: ops.sum(ops.square(y)))(x), ops.vmap(ops.sum)(x)

    def inner_functions(x: Any) -> Any:
        rows = ops.shape(x)[0]
        tripled = ops.custom_gradient(lambda y: (y * 2, lambda upstream: upstream * 3))
        total = ops.fori_loop(0, 3, lambda i, y: y + ops.reshape(ops.zeros((rows * 3,)), (rows, 3)), x)
        sums = ops.map(lambda row: ops.sum(tripled(row)) + ops.sum(ops.arange(3)), x)
        return total, sums, ops.switch(1, [lambda y: y + 1.0, lambda y: y * 2.0], x)

    def random(x: Any, seed: Any) -> Any:
        noise = ops.random.normal((3, 3), seed=seed) + ops.random.dropout(x, 0.5, seed=1)
        return {"noise": noise, "places": ops.nonzero(ops.ones((3,))), "pieces": ops.unstack(x), "qr": ops.qr(x)}

    def slices(x: Any, y: Any) -> Any:
        return ops.concatenate([x[..., ::2], y[:, None, 0]], axis=-1), ops.split(x, 3), ops.einsum("ij,kj->ik", x, y)

    spec = ops.SymbolicTensor((3, 3))
    return [
        ops.make_graph(network, ops.SymbolicTensor((None, 3))),
        ops.make_graph(loops, spec),
        ops.make_graph(slices, spec, spec),
        ops.make_graph(inner_functions, ops.SymbolicTensor((None, 3)), optimize=False),
        ops.make_graph(random, spec, ops.SymbolicTensor((2,), "uint32")),
    ]


def document_of(path: Path) -> tuple[dict[str, Any], bytes]:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("graph.json")), archive.read("weights.safetensors")


def write(path: Path, document: Any, weights: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("graph.json", document if isinstance(document, str) else json.dumps(document))
        archive.writestr("weights.safetensors", weights)


def places(item: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yields the keys that lead to each value of a document."""
    yield path
    pairs = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
    for key, value in pairs:
        yield from places(value, (*path, key))


def values(generator: random.Random) -> Any:
    """Returns a value that may be wrong anywhere."""
    return generator.choice([
        None, True, -1, 0, 1, 2, 7, 2**31, 2**62, 2**70, 1.5, 1e308, "", "x", "float64", "int32", "exp",
        "../etc/passwd", "__import__('os')", [], [1], [None], [[]], {}, {"tensor": 0}, {"tensor": 3}, {"tensor": 99},
        {"constant": "w"}, {"constant": "nothing"}, {"tuple": []}, {"tuple": [1, 2]}, {"slice": [None, 2, None]},
        {"slice": [{"tensor": 0}, None, None]}, {"dict": [["a", 1]]}, {"dict": [[[1], 1]]}, {"float": "nan"},
        {"complex": [0.5, 1.5]}, {"ellipsis": True}, {"function": {}},
        {"function": {"parameters": {"tuple": []}, "keywords": {"dict": []}, "nodes": [], "result": {"tensor": 0}}},
    ])  # fmt: skip


def change_plausibly(document: dict[str, Any], generator: random.Random) -> None:
    """Changes a document into one that could be of a graph: an operation, an argument, a tensor, a shape or a dtype."""
    kind = generator.randrange(5)
    tensor = generator.choice(document["tensors"])
    nodes = [part for part in parts(document["block"]) if isinstance(part, dict) and "op" in part]
    node = generator.choice(nodes)
    if kind == 0:
        node["op"] = generator.choice([*operations()])
    elif kind == 1:
        parameters = operations()[node["op"]].parameters if node["op"] in operations() else ("x",)
        node["arguments"][generator.choice(parameters)] = values(generator)
    elif kind == 2:
        references = [part for part in parts(document["block"]) if isinstance(part, dict) and "tensor" in part]
        if references:
            generator.choice(references)["tensor"] = generator.randrange(len(document["tensors"]))
    elif kind == 3 and tensor[1]:
        tensor[1][generator.randrange(len(tensor[1]))] = generator.choice((None, 0, 1, 2, 3, 4, 5))
    else:
        tensor[0] = generator.choice(("int32", "float32", "bool", "float64", "complex64", "uint8", "bfloat16"))


def parts(document: Any) -> list[Any]:
    """Returns all values in a document."""
    items = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    return [document, *(part for item in items for part in parts(item))]


def mutated(document: dict[str, Any], generator: random.Random) -> dict[str, Any]:
    """Returns a copy of the document with a few changes."""
    changed = copy.deepcopy(document)
    if generator.random() < 0.5:
        for _ in range(generator.choice((1, 1, 2, 3))):
            change_plausibly(changed, generator)
        return changed
    for _ in range(generator.choice((1, 1, 1, 2, 4))):
        *before, last = generator.choice([path for path in places(changed) if path])
        parent = changed
        for key in before:
            parent = parent[key]
        kind = generator.randrange(5)
        if kind == 0:
            del parent[last]
        elif kind == 1 and isinstance(parent, list):
            parent.insert(last, copy.deepcopy(parent[last]))
        elif kind == 2 and isinstance(parent, list) and len(parent) > 1:
            generator.shuffle(parent)
        elif kind == 3 and isinstance(parent[last], int) and not isinstance(parent[last], bool):
            parent[last] += generator.choice((-2, -1, 1, 5, 2**33))
        else:
            parent[last] = values(generator)
    return changed


def run(graph: Graph) -> None:
    """Runs a graph that was accepted; asserts that it returns what it says."""
    sizes: dict[Any, Any] = {None: 3}
    if any(np.prod([sizes.get(n, n) for n in spec.shape], dtype=float) > 1e6 for spec in graph.inputs):
        return
    if any(np.prod([sizes.get(n, n) for n in spec.shape], dtype=float) > 1e6 for spec in graph.specs.values()):
        return
    for node in graph.block.walk():
        if node.op == "while_loop":
            node.arguments["maximum_iterations"] = 5  # a file can describe a loop without an end
        if any(type(value) is int and value > 1e6 for value in structure.parts(node.arguments)):
            return
    inputs = [ops.zeros([sizes.get(n, n) for n in spec.shape], spec.dtype) for spec in graph.inputs]
    places = trees.put((graph.block.parameters, graph.block.keywords), inputs, _is_ref, keep=True)
    try:
        result = graph(*places[0], **places[1])
    except ops.OpsError:
        return
    for tensor, spec in pairs(graph, graph.block.result, result):
        if type(tensor) is int:  # a size
            continue
        shape = tuple(ops.shape(tensor))
        assert ops.dtype(tensor) == spec.dtype
        assert all(n is None or n == m for n, m in zip(spec.shape, shape, strict=True)), (spec, shape)


def pairs(graph: Graph, pattern: Any, result: Any) -> Iterator[tuple[Any, Any]]:
    """Yields each tensor of a result that is computed, and its spec."""
    if isinstance(pattern, Ref):
        yield result, graph.specs[pattern.number]
    elif isinstance(pattern, (list, tuple)):
        for part, item in zip(pattern, result, strict=True):
            yield from pairs(graph, part, item)
    elif isinstance(pattern, dict):
        for key, part in pattern.items():
            yield from pairs(graph, part, result[key])


def _is_ref(leaf: Any) -> bool:
    return isinstance(leaf, Ref)


def test_malformed_documents(tmp_path: Path) -> None:
    with ops.use_backend("numpy" if "numpy" in ops.backends() else ops.backend()):
        path = tmp_path / "graph.ops"
        sources: list[tuple[dict[str, Any], bytes]] = []
        for graph in graphs():
            graph.save(path)
            sources.append(document_of(path))
        generator = random.Random(1)
        accepted, messages = 0, list[str]()
        with np.errstate(all="ignore"):
            for i in range(_COUNT):
                document, weights = sources[i % len(sources)]
                write(path, mutated(document, generator), weights)
                try:
                    graph = ops.load_graph(path)
                except _REFUSED as error:
                    messages.append(str(error))
                    continue
                accepted += 1
                run(graph)
        assert accepted < _COUNT / 2
        assert all("graph" in message and len(message) < 2000 for message in messages)


def refused(path: Path, match: str) -> None:
    with pytest.raises(_REFUSED, match=match):
        ops.load_graph(path)


def test_malformed_archives(tmp_path: Path) -> None:
    path, other = tmp_path / "graph.ops", tmp_path / "other.ops"
    graphs()[0].save(path)
    data = path.read_bytes()
    document, weights = document_of(path)
    with pytest.raises(FileNotFoundError):
        ops.load_graph(tmp_path / "missing.ops")
    for size in (0, 1, 30, len(data) // 2, len(data) - 1):
        other.write_bytes(data[:size])
        refused(other, "zip archive")
    for name in ("../graph.json", "/graph.json", "graph.json ", "a/graph.json"):
        with zipfile.ZipFile(other, "w") as archive:
            archive.writestr(name, json.dumps(document))
            archive.writestr("weights.safetensors", weights)
        refused(other, "must consist of graph.json and weights.safetensors")
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("graph.json", json.dumps(document))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("graph.json", json.dumps(document))
        archive.writestr("weights.safetensors", weights)
    refused(other, "must consist of")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("graph.json", json.dumps(document))
        archive.writestr("weights.safetensors", b"\0" * 100_000_000)
    refused(other, "too large for the size of the file")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("graph.json", " " * (1 << 28) + "{}")
        archive.writestr("weights.safetensors", weights)
    refused(other, "too large for the size of the file")
    generator = random.Random(2)
    for _ in range(100):
        place = generator.randrange(len(data))
        other.write_bytes(data[:place] + bytes([data[place] ^ generator.randrange(1, 256)]) + data[place + 1 :])
        try:
            ops.load_graph(other)
        except _REFUSED:
            continue


def test_malformed_constants(tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    graphs()[0].save(path)
    document, weights = document_of(path)
    header = json.loads(weights[8 : 8 + struct.unpack("<Q", weights[:8])[0]])
    body = weights[8 + struct.unpack("<Q", weights[:8])[0] :]

    def changed(**entry: Any) -> bytes:
        text = json.dumps({name: {**value, **entry} for name, value in header.items()}).encode()
        return struct.pack("<Q", len(text)) + text + body

    for entry in ({"dtype": "F64"}, {"dtype": "I32"}, {"shape": [4, 3]}, {"shape": [2**62]}, {"data_offsets": [0, 8]},
                  {"data_offsets": [0, 2**62]}, {"shape": [-3, 4]}):  # fmt: skip
        write(path, document, changed(**entry))
        refused(path, "constant")
    for data in (b"", weights[:7], weights[:-1], struct.pack("<Q", 2**63) + weights[8:]):
        write(path, document, data)
        refused(path, "constants are damaged")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "not valid JSON"),
        ("[" * 100_000, "not valid JSON|nested too deeply"),
        ("{}", "no description of a graph"),
        ('{"format": "ops graph", "version": NaN}', "not valid JSON"),
        ('{"format": "ops graph", "version": ' + "1" * 5000 + "}", "not valid JSON"),
    ],
)
def test_malformed_json(text: str, match: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    graphs()[0].save(path)
    write(path, text, document_of(path)[1])
    refused(path, match)


def changes() -> dict[str, tuple[Callable[[dict[str, Any]], Any], str]]:
    """Returns changes of the document of the first graph, and the errors that they cause."""

    def node(document: dict[str, Any], i: int) -> dict[str, Any]:
        return document["block"]["nodes"][i]

    return {
        "a cycle": (lambda d: d["block"]["nodes"].reverse(), "before it is computed"),
        "twice": (lambda d: d["block"]["nodes"].append(node(d, 0)), "computed twice"),
        "unknown": (lambda d: node(d, 0).update(op="os.system"), "no operation 'os.system'"),
        "private": (lambda d: node(d, 0).update(op="segment._reduce"), "no operation"),
        "parameter": (lambda d: node(d, 0)["arguments"].update(x9=1), "no parameter 'x9'"),
        "dtype": (lambda d: d["tensors"][1].__setitem__(0, "float32"), "returns int32 of shape"),
        "shape": (lambda d: d["tensors"][1].__setitem__(1, [9, 9]), r"the graph has int32 of shape \(9, 9\)"),
        "size": (lambda d: d["tensors"][0].__setitem__(1, [-1, 3]), "-1 is not a size"),
        "huge": (lambda d: d["tensors"][0].__setitem__(1, [2**61, 3]), "more elements"),
        "dead": (lambda d: d["tensors"].append(["float32", [3]]), "nothing computes"),
    }


@pytest.mark.parametrize("name", changes())
def test_wrong_documents(name: str, tmp_path: Path) -> None:
    change, match = changes()[name]
    path = tmp_path / "graph.ops"
    graphs()[0].save(path)
    document, weights = document_of(path)
    change(document)
    write(path, document, weights)
    refused(path, match)


def test_operations_compute_tensors_and_nothing_else() -> None:
    forbidden = {
        "export",
        "set_backend",
        "use_backend",
        "device",
        "jit",
        "load_graph",
        "make_graph",
        "save",
        "Variable",
    }
    assert not forbidden & {name.rpartition(".")[2] for name in operations()}
    assert not [name for name in operations() if "._" in name or name.startswith("_")]


def test_large_results_take_no_memory_while_a_file_is_checked(tmp_path: Path) -> None:
    """A file can name operations that would fill the memory when they run."""
    path = tmp_path / "graph.ops"
    ops.make_graph(lambda x: x + ops.sum(ops.ones((4, 4)) * 2), ops.SymbolicTensor((3,))).save(path)
    document, weights = document_of(path)
    document["block"]["nodes"][0]["arguments"]["shape"] = {"tuple": [2**20, 2**20]}
    for tensor in document["tensors"][1:3]:
        tensor[1] = [2**20, 2**20]
    write(path, document, weights)
    code = (
        "import resource, sys, ops\nops.ones((2,))\n"
        "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        f"ops.load_graph({os.fspath(path)!r}); print('loaded')"
    )
    environment = {**os.environ, "OPS_BACKEND": ops.backends()[0] if "numpy" not in ops.backends() else "numpy"}
    if environment["OPS_BACKEND"] == "numpy":
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
        assert result.stdout == "loaded\n", result.stderr


def refused_change(path: Path, change: Callable[[dict[str, Any]], Any], match: str) -> None:
    document, weights = document_of(path)
    change(document)
    write(path, document, weights)
    refused(path, match)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x: ops.split(x, 2), "indices_or_sections"),
        (lambda x: ops.array_split(x, 3), "indices_or_sections"),
        (lambda x: ops.vsplit(x, 2), "indices_or_sections"),
        (lambda x: ops.hsplit(x, 2), "indices_or_sections"),
        (lambda x: ops.dsplit(ops.reshape(x, (2, 2, 4)), 2), "indices_or_sections"),
    ],
)
def test_more_tensors_than_are_listed(function: Any, name: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    ops.make_graph(function, ops.SymbolicTensor((4, 4))).save(path)

    def change(document: dict[str, Any]) -> None:
        document["block"]["nodes"][-1]["arguments"][name] = 2**31
        document["tensors"] = [[dtype, [None] * len(shape), *rest] for dtype, shape, *rest in document["tensors"]]

    refused_change(path, change, "returns 2147483648 tensors")


def test_a_huge_axis_is_not_unstacked(tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    ops.make_graph(ops.unstack, ops.SymbolicTensor((4, 4))).save(path)
    refused_change(path, lambda d: d["tensors"][0].__setitem__(1, [2**31, 4]), "returns 2147483648 tensors")


def test_sizes_that_no_rule_proves_are_checked_when_the_graph_runs(tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"

    def function(x: Any) -> Any:
        # (Outside of the inner function: JAX compiles that, and the size of nonzero's result depends on values.)
        count = ops.sum(ops.nonzero(x)[0])
        return ops.map(lambda row: ops.sum(row) + ops.cast(count + ops.shape(x)[0], "float32"), x), ops.exp(x)

    ops.make_graph(function, ops.SymbolicTensor((None, 3))).save(path)
    assert not ops.load_graph(path).unproven
    document, weights = document_of(path)
    last = document["block"]["nodes"][-1]
    assert last["op"] == "exp"
    document["tensors"][last["outputs"][0]][1] = [2, 3]
    write(path, document, weights)
    graph = ops.load_graph(path)
    again = copy.deepcopy(graph)
    x = ops.ones((2, 3))
    assert tuple(ops.shape(graph(x)[1])) == tuple(ops.shape(again(x)[1])) == (2, 3)
    for loaded in (graph, again):
        with pytest.raises(ops.ShapeError, match=r"has shape \(4, 3\); the graph was recorded for \(2, 3\)"):
            loaded(ops.ones((4, 3)))


def test_operations_without_tensors(tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    ops.make_graph(lambda x: ops.shape(x)[0] * 2, ops.SymbolicTensor((None,))).save(path)
    refused_change(path, lambda d: d["block"]["nodes"][0]["arguments"].update(x=3), "@size: it needs a tensor")
    ops.make_graph(lambda x: ops.shape(x)[0] * 2, ops.SymbolicTensor((None,))).save(path)
    refused_change(path, lambda d: d["block"]["nodes"][0]["arguments"].update(axis=2**70), "one of its axes")


@pytest.mark.parametrize("key", ["a", 3, True, 1.5, float("inf"), None, (0, "b"), ((1, None), 2)])
def test_keys_of_dicts(key: Any, tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    ops.make_graph(lambda x: {key: x[key] * 2}, {key: ops.SymbolicTensor((2,))}).save(path)
    result = ops.load_graph(path)({key: ops.ones((2,))})
    assert ops.convert_to_numpy(result[key]).tolist() == [2.0, 2.0]


def test_what_a_file_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    graph = ops.make_graph(lambda x: {b"key": x}, ops.SymbolicTensor((2,)))
    with pytest.raises(ops.ArgumentTypeError, match="cannot hold a dict with the key b'key'"):
        graph.save(path)
    assert not path.exists()
    w = ops.Variable(np.ones(2, "float32"), name="\ud800")
    with pytest.raises(ops.ArgumentError, match="not valid Unicode"):
        ops.make_graph(lambda x: x * w, ops.SymbolicTensor((2,))).save(path)
    with pytest.raises(ops.ArgumentTypeError, match="expected the path"):
        ops.load_graph(None)  # type: ignore[arg-type]  # that is the test
    for wrong in (tmp_path, f"{path}\0"):
        with pytest.raises(ops.ArgumentError, match="is not a file"):
            ops.load_graph(wrong)


@pytest.mark.parametrize("name", ["__metadata__", "__metadata___", "a.b'c\"\u2028 \u00e9\n", "..", "\U0001f600"])
def test_names_of_constants(name: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    w = ops.Variable(np.array([1.0, 2.0], "float32"), name=name)
    ops.make_graph(lambda x: x * w, ops.SymbolicTensor((2,))).save(path)
    graph = ops.load_graph(path)
    assert [*graph.constants] == [name]
    assert ops.convert_to_numpy(graph(ops.ones((2,)))).tolist() == [1.0, 2.0]


def test_nests_that_are_too_deep(tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    value: Any = 1
    for _ in range(250):
        value = [value]
    graph = ops.make_graph(lambda x: (x, value), ops.SymbolicTensor((2,)))
    with pytest.raises(ops.ArgumentError, match="nested too deeply"):
        graph(ops.ones((2,)))
    ops.make_graph(lambda x: ops.cond(True, lambda: x, lambda: -x), ops.SymbolicTensor((2,))).save(path)
    document, weights = document_of(path)
    node = document["block"]["nodes"][0]
    for _ in range(95):
        empty = {"parameters": {"tuple": []}, "keywords": {"dict": []}, "nodes": [node], "result": None}
        node = {"op": "cond", "arguments": {"pred": True, "true_fn": {"function": empty}, "false_fn": 1}, "outputs": []}
    document["block"]["nodes"] = [node]
    write(path, document, weights)
    refused(path, "nested too deeply")


def test_compressed_files_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "graph.ops"
    graphs()[0].save(path)
    document, weights = document_of(path)
    for method, text, match in (
        (zipfile.ZIP_LZMA, json.dumps(document), "another method than deflation"),
        (zipfile.ZIP_DEFLATED, "[" + "[]," * (1 << 23) + "[]]", "too large for the size of the file"),
    ):
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("graph.json", text)
            archive.writestr("weights.safetensors", weights)
        refused(path, match)


def test_many_functions_take_linear_time(tmp_path: Path) -> None:
    """Each function may use all tensors before it."""

    def function(x: Any) -> Any:
        for _ in range(300):
            x = ops.cond(ops.sum(x) > 0, lambda x=x: x + 1, lambda x=x: x)
        return x

    graph = ops.make_graph(function, ops.SymbolicTensor((2,)))
    graph.save(tmp_path / "graph.ops")
    assert ops.convert_to_numpy(ops.load_graph(tmp_path / "graph.ops")(ops.ones((2,)))).tolist() == [301.0, 301.0]
