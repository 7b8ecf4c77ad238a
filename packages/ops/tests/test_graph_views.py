"""Graphs as text, tables and pictures, and what they cost: counts by hand."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops.graph.catalogue import operations
from ops.graph.cost import rule_of


def weight(*shape: int) -> Any:
    return np.ones(shape, "float32")


def looped(x: Any) -> Any:
    total, rows = ops.scan(
        lambda carry, row: (carry + ops.sum(row), ops.cond(carry > 0, lambda: carry * 2 + 1, lambda: carry)), 0.0, x
    )
    return {"total": total, "rows": rows}


def test_text() -> None:
    w = ops.Variable(weight(3, 2), name="w")
    graph = ops.make_graph(lambda x: ops.nn.relu(ops.matmul(x, w))[:, :1], ops.SymbolicTensor((None, 3)))
    assert str(graph) == "\n".join(
        [
            "graph <lambda>(%x: float32[?, 3]):",
            "    constant w: float32[3, 2]",
            "    %1: float32[?, 2] = matmul(%x, w)",
            "    %2: float32[?, 2] = relu(%1)",
            "    %3: float32[?, 1] = get_item(%2, key=(::, :1:))",
            "    return %3",
        ]
    )
    assert repr(graph) == "<Graph <lambda>: 1 inputs, 1 constants, 3 nodes>"
    text = str(ops.make_graph(looped, ops.SymbolicTensor((5, 3))))
    for part in (
        "= scan(init=0.0, xs=%x)",
        "        f(%1: float32[], %2: float32[3]):",
        "true_fn():",
        "return {'total'",
    ):
        assert part in text


def test_summary() -> None:
    graph = ops.make_graph(looped, ops.SymbolicTensor((5, 3)))
    summary = graph.summary()
    assert [row[0].strip() for row in summary.rows][:5] == ["input x", "scan", "f:", "sum", "add"]
    assert summary.totals[4] == str(5 * (3 + 1 + 1 + 2))
    assert "scan" in str(summary)
    assert "<td>scan</td>" in summary._repr_html_()


def test_a_summary_without_rich() -> None:
    code = (
        "import sys; sys.modules['rich'] = sys.modules['rich.table'] = None\nimport ops\n"
        "print(ops.make_graph(lambda x: ops.exp(x), ops.SymbolicTensor((4,))).summary())"
    )
    text = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert text.splitlines()[0].split() == ["op", "result", "arguments", "parameters", "FLOPs", "bytes"]


def test_every_operation_has_a_rule() -> None:
    for name in operations():
        assert callable(rule_of(name)), name


def test_cost_of_a_convolutional_network() -> None:
    kernels = [weight(3, 3, 1, 16), weight(3, 3, 16, 32), weight(4 * 4 * 32, 10)]
    biases = [weight(16), weight(32), weight(10)]

    def network(x: Any) -> Any:
        x = ops.relu(ops.conv(x, kernels[0], padding="same", bias=biases[0]))
        x = ops.relu(ops.conv(x, kernels[1], padding="same", bias=biases[1]))
        return ops.nn.dense(ops.reshape(ops.max_pool(x, 2), (-1, 512)), kernels[2], biases[2])

    graph = ops.make_graph(network, ops.SymbolicTensor((None, 8, 8, 1)))
    assert graph.cost().flops is None
    cost = graph.cost(ops.SymbolicTensor((2, 8, 8, 1)))
    first = 8 * 8 * 16 * (2 * 9 * 1 + 1) + 8 * 8 * 16
    second = 8 * 8 * 32 * (2 * 9 * 16 + 1) + 8 * 8 * 32
    assert cost.flops == 2 * (first + second + 4 * 4 * 32 * 4 + 10 * (2 * 512 + 1))
    assert cost.bytes == 2 * 4 * (2 * 1024 + 2 * 2048 + 2 * 512 + 10)
    assert cost.parameters == 9 * 16 + 16 + 9 * 16 * 32 + 32 + 512 * 10 + 10
    assert cost.by_op["reshape"] == 0


def test_cost_of_a_transformer() -> None:
    length, width, heads, hidden = 6, 8, 2, 32
    w = {name: weight(width, width) for name in "qkvo"}
    up, down, scale = weight(width, hidden), weight(hidden, width), weight(width)

    def layer(x: Any) -> Any:
        y = ops.layer_normalization(x, scale, scale)
        q, k, v = (ops.reshape(ops.matmul(y, w[name]), (-1, length, heads, width // heads)) for name in "qkv")
        y = ops.reshape(ops.dot_product_attention(q, k, v), (-1, length, width))
        x = x + ops.matmul(y, w["o"])
        y = ops.layer_normalization(x, scale, scale)
        return x + ops.matmul(ops.gelu(ops.matmul(y, up)), down)

    cost = ops.make_graph(lambda x: layer(layer(x)), ops.SymbolicTensor((3, length, width))).cost()
    tokens = 3 * length
    projections = 4 * tokens * 2 * width * width
    # Two products, one multiplication by the scale, and a softmax of five operations for each score.
    attention = 3 * heads * length * length * (4 * (width // heads) + 1 + 5)
    feed_forward = 2 * tokens * 2 * width * hidden + tokens * hidden
    others = 2 * 8 * tokens * width + 2 * tokens * width
    assert cost.flops == 2 * (projections + attention + feed_forward + others)


@pytest.mark.parametrize(
    ("function", "shapes", "flops"),
    [
        (ops.matmul, [(2, 5, 3), (2, 3, 4)], 2 * 2 * 5 * 3 * 4),
        (lambda x, y: ops.einsum("bij,bjk->bik", x, y), [(2, 5, 3), (2, 3, 4)], 2 * 2 * 5 * 3 * 4),
        (lambda x, y: ops.tensordot(x, y, 1), [(5, 3), (3, 4)], 2 * 5 * 3 * 4),
        (lambda x: ops.sum(ops.exp(x), axis=0), [(5, 3)], 30),
        (lambda x: ops.softmax(x), [(5, 3)], 75),
        (lambda x: ops.transpose(ops.reshape(x, (3, 5))), [(5, 3)], 0),
        (lambda x: ops.fori_loop(0, 7, lambda i, y: y * 2.0, x), [(5, 3)], 7 * 15),
        (lambda x: ops.while_loop(lambda y: ops.sum(y) < 9, lambda y: (y * 2,), (x,)), [(5, 3)], None),
        (ops.cholesky, [(2, 6, 6)], 2 * 6**3 / 3),
        (lambda x, k: ops.depthwise_conv(x, k, padding="same"), [(2, 8, 8, 3), (3, 3, 3, 2)], 2 * 64 * 6 * 18),
        (lambda x, k: ops.conv_transpose(x, k, 2), [(2, 4, 4, 3), (2, 2, 5, 3)], 2 * (2 * 16 * 3) * 4 * 5),
    ],
)  # fmt: skip
def test_rules(function: Any, shapes: list[tuple[int, ...]], flops: int | None) -> None:
    assert ops.make_graph(function, *map(ops.SymbolicTensor, shapes)).cost().flops == flops


HOSTILE = '<script>alert("1")</script>"];\nA --> B & \\'


def test_pictures(tmp_path: Path) -> None:
    w = ops.Variable(weight(3, 2), name=HOSTILE.replace("/", ""))
    graph = ops.make_graph(
        lambda x: ops.scan(lambda c, row: (c + ops.sum(row @ w), c), 0.0, x)[1],
        ops.SymbolicTensor((5, 3), name=HOSTILE),
    )
    graph.name = HOSTILE
    root = ET.fromstring(graph.draw(tmp_path / "net.svg"))
    assert (tmp_path / "net.svg").read_text() == graph.draw()
    assert graph._repr_svg_() == graph.draw()
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert "script" not in tags
    texts = [element.text for element in root.iter() if element.tag.endswith("}text")]
    assert "scan (3 inner)" in texts
    dot = graph.draw(tmp_path / "net.dot")
    assert all(re.sub(r"\\.", "", line).count('"') % 2 == 0 for line in dot.splitlines())
    assert len(re.findall(r"^  n\d+ -> n\d+ ", dot, re.MULTILINE)) == 3
    mermaid = graph.draw(format="mermaid")
    assert "<script" not in mermaid
    assert mermaid.count("-->") == 3
    with pytest.raises(ops.ArgumentError, match=r"got '\.png'"):
        graph.draw(tmp_path / "net.png")
    with pytest.raises(ops.ArgumentError, match="got 'gif'"):
        graph.draw(format="gif")
    assert len(str(graph).splitlines()) == 9  # names are on one line


def test_a_picture_of_a_long_graph() -> None:
    def network(x: Any) -> Any:
        branches = [x * float(i) for i in range(20)]
        for _ in range(10):
            branches = [a + b for a, b in zip(branches, branches[1:] + branches[:1], strict=True)]
        return branches

    graph = ops.make_graph(network, ops.SymbolicTensor((3,)))
    root = ET.fromstring(graph.draw())
    boxes = [e for e in root.iter() if e.tag.endswith("}rect")][1:]
    places = {(box.get("x"), box.get("y")) for box in boxes}
    assert len(places) == len(boxes) == 1 + 220 + 20  # none covers another
