"""Views of graphs: text, table, cost, pictures."""

from __future__ import annotations

import builtins
import itertools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops.graph.catalogue import operations
from ops.graph.drawing import Picture, arrange_cluster
from ops.graph.flops import RULES
from ops.testing import RECORDS, public_function
from ops_common.testing import Record
from ops_common.testing.record import Maker

# Views use no kernels: they are the same on every backend.
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif("numpy" not in ops.backends(), reason="needs the backend numpy"),
    pytest.mark.usefixtures("numpy_backend"),
]

HOSTILE = '"];}--> <script>alert(1)</script>&\\"\n\x1b[31m[bold]`{{%}}\ud800\ufffe\u202e'


@pytest.fixture
def numpy_backend() -> Any:
    with ops.use_backend("numpy"):
        yield


def spec(*shape: int | None, name: str | None = None) -> ops.SymbolicTensor:
    return ops.SymbolicTensor(shape, "float32", name)


def digits(images: Any) -> Any:
    """The network of examples/digits.py."""
    x = images
    for channels, filters in ((1, 16), (16, 32)):
        kernel, bias = ops.zeros((3, 3, channels, filters)), ops.zeros((filters,))
        x = ops.relu(ops.conv(x, kernel, padding="same", bias=bias))
    x = ops.reshape(ops.max_pool(x, 2), (-1, 4 * 4 * 32))
    return ops.nn.dense(x, ops.zeros((512, 10)), ops.zeros((10,)))


def test_the_cost_of_the_digits_network() -> None:
    weights = [np.zeros(shape, "float32") for shape in ((3, 3, 1, 16), (16,), (3, 3, 16, 32), (32,), (512, 10), (10,))]

    def network(images: Any) -> Any:
        x = images
        for kernel, bias in (weights[0:2], weights[2:4]):
            x = ops.relu(ops.conv(x, kernel, padding="same", bias=bias))
        return ops.nn.dense(ops.reshape(ops.max_pool(x, 2), (-1, 512)), weights[4], weights[5])

    graph = ops.make_graph(network, spec(None, 8, 8, 1))
    assert graph.cost().flops is None
    assert graph.cost().bytes is None
    cost = graph.cost(spec(32, 8, 8, 1))
    pixels = 32 * 8 * 8
    by_hand = pixels * 16 * (2 * 9 * 1 + 1) + pixels * 16  # a convolution with bias, relu
    by_hand += pixels * 32 * (2 * 9 * 16 + 1) + pixels * 32
    by_hand += pixels * 32  # each pixel is in one window
    by_hand += 32 * 10 * (2 * 512 + 1)
    assert cost.flops == by_hand
    assert cost.bytes == 4 * (2 * pixels * 16 + 2 * pixels * 32 + 2 * 32 * 512 + 32 * 10)
    assert cost.parameters == graph.cost().parameters == 9 * 16 + 16 + 9 * 16 * 32 + 32 + 512 * 10 + 10
    assert cost.by_op["conv"].calls == 2
    assert cost.flops == sum(part.flops or 0 for part in cost.by_op.values())


def transformer(length: int, width: int, heads: int) -> Callable[..., Any]:
    """Returns two layers of attention and a network with four times the width."""
    parts = ("q", "k", "v", "o")
    layers = [
        {name: np.zeros((width, width), "float32") for name in parts}
        | {"in": np.zeros((width, 4 * width), "float32"), "out": np.zeros((4 * width, width), "float32")}
        | {name: np.ones(width, "float32") for name in ("gamma", "beta")}
        for _ in range(2)
    ]

    def function(x: Any) -> Any:
        for layer in layers:
            y = ops.layer_normalization(x, layer["gamma"], layer["beta"])
            q, k, v = (ops.reshape(ops.matmul(y, layer[n]), (-1, length, heads, width // heads)) for n in "qkv")
            y = ops.reshape(ops.dot_product_attention(q, k, v), (-1, length, width))
            x = x + ops.matmul(y, layer["o"])
            x = x + ops.matmul(ops.relu(ops.matmul(x, layer["in"])), layer["out"])
        return x

    return function


def test_the_cost_of_a_transformer() -> None:
    batch, length, width, heads = 3, 5, 16, 4
    cost = ops.make_graph(transformer(length, width, heads), spec(batch, length, width)).cost()
    tokens, scores = batch * length, batch * heads * length * length
    layer = tokens * width * 7  # normalization: mean, difference, variance (2), scaling, gamma, beta
    layer += 4 * 2 * tokens * width * width  # projections
    layer += scores * (2 * (width // heads) + 1 + 5 + 2 * (width // heads))  # logits, scale, softmax, weighted sum
    layer += 2 * tokens * width  # residual connections
    layer += 2 * 2 * tokens * width * 4 * width + tokens * 4 * width
    assert cost.flops == 2 * layer
    assert cost.parameters == 2 * (4 * width**2 + 8 * width**2 + 2 * width)


def test_every_operation_has_a_rule() -> None:
    assert RULES.keys() == operations().keys()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.path)
def test_rules_and_views_of_every_op(record: Record) -> None:
    dtype = "float32" if "float32" in record.takes else record.takes[0]
    for sample in record.tried(Maker(dtype), "numpy"):
        arrays: list[Any] = []
        sample.with_arrays(arrays.append)

        def call(*tensors: Any, sample: Any = sample) -> Any:
            rest = iter(tensors)
            args, kwargs = sample.with_arrays(lambda _: next(rest))
            return public_function(record.path)(*args, **kwargs)

        graph = ops.make_graph(call, *(ops.SymbolicTensor(x.shape, x.dtype) for x in arrays))
        cost = graph.cost()
        assert all(None not in part.shape for part in graph.specs.values()) <= (cost.flops is not None), str(graph)
        assert cost.flops is None or cost.flops >= 0
        assert str(graph).count("return") >= 1
        assert str(graph.summary())
        break


COUNTED: dict[str, tuple[Callable[..., Any], list[tuple[int, ...]], int]] = {
    "einsum": (lambda x, y: ops.einsum("bij,bjk->bik", x, y), [(2, 3, 4), (2, 4, 5)], 2 * 2 * 3 * 4 * 5),
    "einsum outer": (lambda x, y: ops.einsum("i,j->ij", x, y), [(3,), (4,)], 12),
    "einsum trace": (lambda x: ops.einsum("ii->", x), [(3, 3)], 3),
    "einsum dots": (lambda x, y: ops.einsum("...i,ij->...j", x, y), [(7, 2, 3), (3, 4)], 2 * 14 * 12),
    "einsum three": (
        lambda x, y, z: ops.einsum("ij,jk,kl->il", x, y, z),
        [(2, 3), (3, 4), (4, 5)],
        2 * 2 * 3 * 4 + 2 * 2 * 4 * 5,
    ),
    "tensordot": (lambda x, y: ops.tensordot(x, y, [[1], [0]]), [(2, 3, 4), (3, 5)], 2 * 2 * 4 * 5 * 3),
    "vector": (ops.matmul, [(4,), (4, 5)], 2 * 4 * 5),
    "transposed convolution": (lambda x, k: ops.conv_transpose(x, k, 2), [(1, 5, 3), (2, 4, 3)], 2 * 15 * 2 * 4),
    "groups": (ops.conv, [(1, 5, 4), (3, 2, 6)], 3 * 6 * 2 * 3 * 2),
    "depthwise": (ops.depthwise_conv, [(1, 5, 4), (3, 4, 2)], 3 * 8 * 2 * 3),
    "separable": (ops.separable_conv, [(1, 5, 4), (3, 4, 2), (1, 8, 7)], 3 * 8 * 2 * 3 + 3 * 7 * 2 * 8),
    "loop": (lambda x: ops.fori_loop(2, 7, lambda i, v: v * 2 + 1, x), [(3,)], 5 * 6),
    "scan": (lambda x, xs: ops.scan(lambda c, e: (c + e, c * e), x, xs), [(3,), (7, 3)], 7 * 6),
    "branches": (lambda x: ops.cond(x[0] > 0, lambda: x + 1, lambda: ops.sin(x) * 2), [(3,)], 1 + 6),
    "vmap": (lambda x: ops.vmap(lambda row: ops.sum(row))(x), [(5, 4)], 20),
    "gradient": (lambda x: ops.grad(lambda y: ops.sum(y * y))(x), [(4,)], 3 * 8),
    "associative": (lambda x: ops.associative_scan(lambda a, b: a + b, x), [(8, 4)], 7 * 4),
    "movement": (lambda x: ops.transpose(ops.reshape(x, (4, 2)))[0], [(8,)], 0),
}


@pytest.mark.parametrize("name", COUNTED)
def test_counts(name: str) -> None:
    function, shapes, expected = COUNTED[name]
    graph = ops.make_graph(function, *(spec(*shape) for shape in shapes))
    cost = graph.cost()
    assert cost.flops == expected, str(graph)
    assert sum(part.flops or 0 for part in cost.by_op.values()) == expected


def test_a_loop_without_a_known_number_of_steps() -> None:
    graph = ops.make_graph(lambda x: ops.while_loop(lambda v: ops.sum(v) < 9, lambda v: (v + 1,), (x,)), spec(3))
    assert graph.cost().flops is None
    assert re.search(r"while_loop .*\?", str(graph.summary()))
    assert ops.make_graph(lambda x: ops.fori_loop(0, 3, lambda i, v: ops.copy(v), x), spec(3)).cost().flops == 0


def test_text_is_complete() -> None:
    def function(x: Any) -> Any:
        for _ in range(500):
            x = ops.sin(x)
        return {"y": ops.fori_loop(0, 2, lambda i, v: v + i, x)[:, 0], "w": x * np.ones((1, 3), "float32")}

    graph = ops.make_graph(function, spec(None, 3, name="data"))
    lines = str(graph).splitlines()
    assert lines[0] == "graph function(%0 data: float32[None, 3]):"
    assert lines[2] == "        constant_0: float32[1, 3]"
    assert sum("= sin(x=%" in line for line in lines) == 500
    assert re.fullmatch(r"        body_fun\(%\d+: int32\[\], %\d+: float32\[None, 3\]\):", lines[504])
    assert any(re.search(r"get_item\(x=%\d+, key=\(:, 0\)\)", line) for line in lines)
    assert len(repr(graph).splitlines()) == 1


def test_summary_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = ops.make_graph(digits, spec(2, 8, 8, 1))
    original = builtins.__import__

    def without_rich(name: str, *args: Any) -> Any:
        if name.startswith("rich"):
            raise ImportError(name)
        return original(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_rich)
    text = str(graph.summary())
    for row in graph.summary().rows:
        assert any(all(cell in line for cell in row) for line in text.splitlines())
    assert text.splitlines()[-1].split() == ["total", *[cell for cell in graph.summary().totals[1:] if cell]]


def test_summary_with_rich() -> None:
    pytest.importorskip("rich")
    graph = ops.make_graph(digits, spec(2, 8, 8, 1))
    text = str(graph.summary(width=100))
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert "nn.dense" in text
    assert "<table>" in graph.summary()._repr_html_()


def hostile_graph() -> ops.Graph:
    w = ops.Variable(np.ones(2, "float32"), name="w")
    graph = ops.make_graph(lambda x: ops.fori_loop(0, 2, lambda i, v: v * w, x), spec(2, name="x"))
    graph.name = HOSTILE
    number = graph.block.inputs()[0]
    graph.specs[number] = graph.inputs[0] = type(graph.specs[number])((2,), "float32", HOSTILE)
    return graph


def test_names_are_escaped(tmp_path: Path) -> None:
    graph = hostile_graph()
    texts = [str(graph), repr(graph), str(graph.summary()), graph._repr_html_()]
    texts += [str(graph.draw(format=name)) for name in ("svg", "dot", "mermaid")]
    for text in texts:
        assert "\x1b" not in text
        assert "\u202e" not in text
        text.encode()
    for text in texts[3:5]:
        assert "<script" not in text
    ElementTree.fromstring(texts[4])
    unquoted = re.sub(r'"(?:[^"\\]|\\.)*"', "", texts[5])
    assert not re.search("script|bold", unquoted)
    for line in texts[6].splitlines():
        assert not re.search("script>|-->.*<|`|\\{", line)
    plain = ops.make_graph(lambda x: ops.fori_loop(0, 2, lambda i, v: v * 2, x), spec(2))
    assert plain.draw(format="dot").count("{") - unquoted.count("{") == 0  # type: ignore[union-attr]
    graph.draw(tmp_path / "graph.svg")
    assert ElementTree.parse(tmp_path / "graph.svg").getroot().tag.endswith("svg")


def test_formats(tmp_path: Path) -> None:
    graph = ops.make_graph(digits, spec(2, 8, 8, 1))
    starts = {"a.svg": "<svg", "a.dot": "digraph", "a.gv": "digraph", "a.mmd": "flowchart", "a.md": "```mermaid"}
    for name, start in starts.items():
        assert graph.draw(tmp_path / name) is None
        assert (tmp_path / name).read_text("utf-8").startswith(start)
    assert graph.draw(tmp_path / "other", format="dot") is None
    graph.draw(tmp_path / "new" / "folder" / "a.svg")
    assert (tmp_path / "new" / "folder" / "a.svg").exists()
    with pytest.raises(ops.ArgumentError, match=r"svg, dot, mermaid.*'\.png'"):
        graph.draw(tmp_path / "a.png")
    with pytest.raises(ops.ArgumentError, match=r"got .pdf."):
        graph.draw(format="pdf")


def random_graph(count: int) -> ops.Graph:
    random = np.random.default_rng(count)

    def function(x: Any) -> Any:
        tensors = [x]
        for _ in range(count):
            a, b = random.integers(max(0, len(tensors) - 6), len(tensors), 2)
            tensors.append(ops.add(tensors[a], tensors[b]))
        return list(tensors[-6:])

    return ops.make_graph(function, spec(2))


@pytest.mark.parametrize("count", [0, 1, 5, 50, 200])
def test_boxes_do_not_overlap(count: int) -> None:
    graph = random_graph(count)
    picture = Picture(graph)
    layout = arrange_cluster(picture.root, picture.edges)
    boxes = [(*layout.places[box.name], box.width, box.height) for box in picture.root.walk()]
    for i, (x, y, width, height) in enumerate(boxes):
        assert 0 <= x <= x + width <= layout.width + 1
        assert 0 <= y <= y + height <= layout.height + 1
        for x2, y2, width2, height2 in boxes[:i]:
            assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y
    for points in layout.routes:
        assert all(start[1] <= end[1] for start, end in itertools.pairwise(points))


def test_inner_functions_are_frames() -> None:
    graph = ops.make_graph(
        lambda x: ops.cond(x[0] > 0, lambda: ops.fori_loop(0, 2, lambda i, v: v + x, x), lambda: x), spec(2)
    )
    layout = arrange_cluster((picture := Picture(graph)).root, picture.edges)
    assert sorted(frame.label for frame in layout.frames) == ["cond: false_fn", "cond: true_fn", "fori_loop: body_fun"]
    assert str(graph.draw(format="mermaid")).count("subgraph") == 3
    assert str(graph.draw(format="dot")).count("subgraph cluster_") == 3


def test_notebooks() -> None:
    assert "<svg" in ops.make_graph(digits, spec(2, 8, 8, 1))._repr_html_()
    assert "<svg" not in random_graph(400)._repr_html_()
