"""Pictures of graphs: SVG, and the languages DOT and Mermaid.

Names may come from a file, so all text is escaped.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ops.graph.layout import Box, Layout, arrange
from ops.graph.structure import Block, Const, Node, Ref, parts
from ops.graph.text import plain, spec_text, value_text
from ops_common.errors import ArgumentError

_SUFFIXES = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".md": "mermaid"}
_LARGEST_IN_NOTEBOOK = 200
_FORMATS = ("svg", "dot", "mermaid")


@dataclass
class Cluster:
    """The boxes of a block, and those of the functions that its nodes call."""

    label: str
    boxes: list[Box] = field(default_factory=list[Box])
    inner: list[Cluster] = field(default_factory=list["Cluster"])
    caller: str | None = None

    def walk(self) -> Iterator[Box]:
        """Yields all boxes."""
        yield from self.boxes
        for cluster in self.inner:
            yield from cluster.walk()


class Picture:
    """The boxes and edges of a graph."""

    def __init__(self, graph: Any) -> None:
        self.edges: list[tuple[str, str]] = []
        self._specs, self._constants = graph.specs, graph.constant_specs
        self._of_tensor: dict[int, str] = {}
        self._count = 0
        self.root = self._cluster(graph.name, graph.block, None)

    def _box(self, cluster: Cluster, kind: str, *lines: str) -> str:
        name = f"n{self._count}"
        self._count += 1
        cluster.boxes.append(Box(name, kind, tuple(plain(_shortened(line)) for line in lines if line)))
        return name

    def _cluster(self, label: str, block: Block, caller: str | None) -> Cluster:
        cluster = Cluster(plain(label), caller=caller)
        constants: dict[str, str] = {}
        for place, number in enumerate(block.inputs()):
            spec = self._specs[number]
            name = self._box(cluster, "input", spec.name or f"input {place}", spec_text(spec))
            self._of_tensor[number] = name
            if caller is not None:
                self.edges.append((caller, name))

        def source(item: Any) -> str | None:
            if isinstance(item, Ref):
                return self._of_tensor[item.number]
            if isinstance(item, Const):
                if item.name not in constants:
                    spec = self._constants[item.name]
                    constants[item.name] = self._box(cluster, "constant", item.name, spec_text(spec))
                return constants[item.name]
            return None

        for node in block.nodes:
            sources = [name for item in node.inputs() if (name := source(item)) is not None]
            box = self._box(cluster, "node", node.op, _attributes(node), _results(node, self._specs))
            self.edges += [(name, box) for name in dict.fromkeys(sources)]
            self._of_tensor |= dict.fromkeys(node.outputs, box)
            for parameter, value in node.arguments.items():
                for inner in parts(value):
                    if isinstance(inner, Block):
                        cluster.inner.append(self._cluster(f"{node.op}: {parameter}", inner, box))
        results = [name for item in parts(block.result) if (name := source(item)) is not None]
        output = self._box(cluster, "output", "output" if caller is None else "result")
        self.edges += [(name, output) for name in dict.fromkeys(results)]
        return cluster


def _shortened(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _attributes(node: Node) -> str:
    """Returns the arguments that are no tensors and no functions."""
    texts: list[str] = []
    for name, value in node.arguments.items():
        if not any(isinstance(part, (Ref, Const, Block)) for part in parts(value)):
            texts.append(f"{name}={value_text(value)}")
    return ", ".join(texts)


def _results(node: Node, specs: Any) -> str:
    return ", ".join(spec_text(specs[number]) for number in node.outputs)


def draw(graph: Any, path: str | os.PathLike[str] | None, file_format: str | None) -> str | None:
    """Writes the picture to a file, or returns its text if there is no path."""
    suffix = Path(path).suffix.lower() if path is not None else ".svg"
    chosen = file_format or _SUFFIXES.get(suffix)
    if chosen not in _FORMATS:
        raise ArgumentError(
            f"graphs are drawn as {', '.join(_FORMATS)}, by the argument format or the suffix"
            f" {', '.join(_SUFFIXES)}; got {file_format or suffix!r}"
        )
    picture = Picture(graph)
    text = {"svg": _svg, "dot": _dot, "mermaid": _mermaid}[chosen](picture)
    if path is None:
        return text
    if suffix == ".md":
        text = f"```mermaid\n{text}```\n"
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    return None


def notebook_text(graph: Any) -> str:
    """Returns HTML: the summary, and the picture unless it would be too large to read."""
    table = graph.summary()._repr_html_()
    if sum(1 for _ in graph.block.walk()) > _LARGEST_IN_NOTEBOOK:
        return table
    return f"<details><summary>{html.escape(repr(graph))}</summary>{table}</details>{draw(graph, None, 'svg')}"


# --- DOT

_DOT_COLOURS = {"input": "#d9ead3", "constant": "#fff2cc", "node": "#dbe8f7", "output": "#f4d9d9"}


def _dot_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _dot(picture: Picture) -> str:
    lines = ["digraph {", '  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=10];']

    def add(cluster: Cluster, indent: str) -> None:
        for box in cluster.boxes:
            label = "\\n".join(map(_dot_text, box.lines))
            lines.append(f'{indent}{box.name} [label="{label}", fillcolor="{_DOT_COLOURS[box.kind]}"];')
        for inner in cluster.inner:
            lines.append(f"{indent}subgraph cluster_{inner.boxes[0].name} {{")
            lines.append(f'{indent}  label="{_dot_text(inner.label)}";')
            add(inner, indent + "  ")
            lines.append(f"{indent}}}")

    add(picture.root, "  ")
    lines += [f"  {start} -> {end};" for start, end in picture.edges]
    return "\n".join([*lines, "}", ""])


# --- Mermaid


def _mermaid_text(text: str) -> str:
    """Returns text in which every character but letters, digits and a few others is a numbered entity."""
    return "".join(c if c.isalnum() or c in " ._,:=" else f"#{ord(c)};" for c in text)


def _mermaid(picture: Picture) -> str:
    lines = ["flowchart TD"]

    def add(cluster: Cluster, indent: str) -> None:
        for box in cluster.boxes:
            lines.append(f'{indent}{box.name}["{"<br/>".join(map(_mermaid_text, box.lines))}"]')
        for inner in cluster.inner:
            lines.append(f'{indent}subgraph c_{inner.boxes[0].name}["{_mermaid_text(inner.label)}"]')
            add(inner, indent + "  ")
            lines.append(f"{indent}end")

    add(picture.root, "  ")
    lines += [f"  {start} --> {end}" for start, end in picture.edges]
    return "\n".join([*lines, ""])


# --- SVG

_SVG_STYLE = (
    "text{font:11px sans-serif;fill:#222;text-anchor:middle}.h{font-weight:bold}.l{text-anchor:start;fill:#666}"
    ".e{fill:none;stroke:#888}.c{fill:#000;fill-opacity:.03;stroke:#aaa;stroke-dasharray:4 3}"
)


def _svg(picture: Picture) -> str:
    layout = arrange_cluster(picture.root, picture.edges)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{layout.width:.0f}" height="{layout.height:.0f}"'
        f' viewBox="0 0 {layout.width:.0f} {layout.height:.0f}">',
        f"<style>{_SVG_STYLE}</style>",
        '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#888"/></marker></defs>',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for frame in layout.frames:
        lines.append(f'<rect class="c" x="{frame.x:.0f}" y="{frame.y:.0f}" width="{frame.width:.0f}"')
        lines[-1] += f' height="{frame.height:.0f}" rx="6"/>'
        lines.append(f'<text class="l" x="{frame.x + 8:.0f}" y="{frame.y + 14:.0f}">{_xml(frame.label)}</text>')
    for points in layout.routes:
        x, y = points[0]
        path = f"M{x:.0f} {y:.0f}"
        for end_x, end_y in points[1:]:
            middle = (y + end_y) / 2
            path += f"C{x:.0f} {middle:.0f} {end_x:.0f} {middle:.0f} {end_x:.0f} {end_y:.0f}"
            x, y = end_x, end_y
        lines.append(f'<path class="e" marker-end="url(#a)" d="{path}"/>')
    for box in picture.root.walk():
        x, y = layout.places[box.name]
        lines.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="5"'
            f' fill="{_DOT_COLOURS[box.kind]}" stroke="#777"/>'
        )
        for i, line in enumerate(box.lines):
            bold = ' class="h"' if i == 0 else ""
            lines.append(f'<text{bold} x="{x + box.width / 2:.0f}" y="{y + 16 + 14 * i:.0f}">{_xml(line)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _xml(text: str) -> str:
    # Characters that XML does not allow (surrogates and non-characters) would make the file unreadable.
    allowed = "".join(c if c < "\ud800" or "\ue000" <= c < "\ufffe" or c > "\uffff" else "\ufffd" for c in text)
    return html.escape(allowed)


def arrange_cluster(root: Cluster, edges: list[tuple[str, str]]) -> Layout:
    """Returns the layout of a cluster and those inside it: each inner cluster is arranged first, and then one box."""
    margin, header = 12, 22
    inner = [(cluster, arrange_cluster(cluster, edges)) for cluster in root.inner]
    owner: dict[str, str] = {box.name: box.name for box in root.boxes}
    boxes = [*root.boxes]
    for cluster, layout in inner:
        name = f"c{cluster.boxes[0].name}"
        owner |= {box.name: name for box in cluster.walk()}
        size = (layout.width + 2 * margin, layout.height + header + margin)
        boxes.append(Box(name, "cluster", (), size))
    own = [(owner[a], owner[b]) for a, b in edges if a in owner and b in owner and owner[a] != owner[b]]
    layout = arrange(boxes, list(dict.fromkeys(own)))
    for cluster, part in inner:
        box = next(box for box in boxes if box.name == f"c{cluster.boxes[0].name}")
        layout.include(part, layout.places.pop(box.name), box, cluster.label, (margin, header))
    return layout
