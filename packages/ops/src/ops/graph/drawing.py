"""Pictures of graphs: SVG, and the text of Graphviz's DOT and of Mermaid.

The layout of the SVG is that of Sugiyama, Tagawa and Toda, Methods for Visual Understanding of Hierarchical System
Structures (1981): nodes in layers by their longest path, ordered in each layer by the mean position of neighbours.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ops.graph.structure import Block, Const, Ref, TensorSpec, parts
from ops.graph.text import arguments_text, printable, tensor_text

_WIDTH, _HEIGHT, _GAP, _STEP = 190, 46, 24, 92
_COLOURS = {"input": "#d7e8f7", "constant": "#ece7d5", "op": "#f4f4f4", "inner": "#e6efe2", "output": "#f7dcd7"}


@dataclass
class Box:
    """A box of a picture.

    Attributes:
        title, text: its two lines.
        kind: input, constant, op, inner (an operation with functions) or output.
        sources: the boxes from which edges lead here, with the text of each edge.
    """

    title: str
    text: str
    kind: str
    sources: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def boxes_of(block: Block, specs: Mapping[int, TensorSpec], constants: Mapping[str, TensorSpec]) -> list[Box]:
    """Returns the boxes of a graph: inputs, constants, nodes and outputs."""
    boxes: list[Box] = []
    of_tensor: dict[int | str, int] = {}
    for number in block.inputs():
        of_tensor[number] = len(boxes)
        boxes.append(Box(printable(specs[number].name or "input"), tensor_text(specs[number]), "input"))
    used = {item.name for item in block.used() if isinstance(item, Const)}
    for name, spec in constants.items():
        if name in used:
            of_tensor[name] = len(boxes)
            boxes.append(Box(printable(name), tensor_text(spec), "constant"))
    for node in block.nodes:
        inner = {number for item in node.blocks() for number in _defined(item)}
        items = [*node.inputs(), *(item for function in node.blocks() for item in function.used())]
        keys = dict.fromkeys(item.number if isinstance(item, Ref) else item.name for item in items)
        sources = [(of_tensor[key], _edge(key, specs)) for key in keys if key not in inner]
        for number in node.outputs:
            of_tensor[number] = len(boxes)
        functions = f" ({sum(1 for item in node.blocks() for _ in item.walk())} inner)" if node.blocks() else ""
        kind = "inner" if node.blocks() else "op"
        boxes.append(Box(f"{node.op}{functions}", arguments_text(node, None), kind, sources))
    for i, item in enumerate(x for x in parts(block.result) if isinstance(x, (Ref, Const))):
        key = item.number if isinstance(item, Ref) else item.name
        spec = specs[item.number] if isinstance(item, Ref) else constants[item.name]
        boxes.append(Box(f"output {i}", tensor_text(spec), "output", [(of_tensor[key], _edge(key, specs))]))
    return boxes


def _defined(block: Block) -> set[int]:
    """Returns the tensors that a function and its inner functions define."""
    numbers = set(block.inputs())
    for node in block.nodes:
        numbers.update(node.outputs)
        for inner in node.blocks():
            numbers |= _defined(inner)
    return numbers


def _edge(key: int | str, specs: Mapping[int, TensorSpec]) -> str:
    return "" if isinstance(key, str) else tensor_text(specs[key]).partition("[")[2].removesuffix("]")


def dot(title: str, boxes: Sequence[Box]) -> str:
    """Returns the text of a picture for Graphviz."""
    lines = [f"digraph {_quoted(printable(title))} {{", "  node [shape=box, style=filled, fontname=sans];"]
    for i, box in enumerate(boxes):
        label = "\n".join(filter(None, (box.title, box.text)))
        lines.append(f"  n{i} [label={_quoted(label)}, fillcolor={_quoted(_COLOURS[box.kind])}];")
        lines += [f"  n{source} -> n{i} [label={_quoted(text)}];" for source, text in box.sources]
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def mermaid(boxes: Sequence[Box]) -> str:
    """Returns the text of a picture for Mermaid."""
    lines = ["flowchart TD"]
    for i, box in enumerate(boxes):
        label = "<br>".join(_entities(text) for text in (box.title, box.text) if text)
        lines.append(f'  n{i}["{label}"]')
        lines += [
            f'  n{source} -->|"{_entities(text)}"| n{i}' if text else f"  n{source} --> n{i}"
            for source, text in box.sources
        ]
    return "\n".join(lines) + "\n"


def _entities(text: str) -> str:
    """Returns a text with Mermaid's entities in place of all characters that may mean something."""
    return "".join(char if char.isalnum() or char in " _.,=:()-" else f"#{ord(char)};" for char in text)


def svg(title: str, boxes: Sequence[Box]) -> str:
    """Returns a picture as SVG."""
    layers = _layers(boxes)
    _order(layers, boxes)
    widest = max((len(layer) for layer in layers), default=1)
    width, height = widest * (_WIDTH + _GAP) + _GAP, len(layers) * _STEP + 40
    places: dict[int, tuple[float, float]] = {}
    for depth, layer in enumerate(layers):
        left = (width - len(layer) * (_WIDTH + _GAP) + _GAP) / 2
        for i, number in enumerate(layer):
            places[number] = (left + i * (_WIDTH + _GAP), 30 + depth * _STEP)
    parts_: list[str] = []
    for i, box in enumerate(boxes):
        x, y = places[i]
        for source, text in box.sources:
            parts_.append(_curve(places[source], (x, y), text))
    for i, box in enumerate(boxes):
        parts_.append(_rectangle(box, *places[i]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11"><title>{html.escape(printable(title))}</title>'
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#666"/></marker></defs>'
        f'<rect width="{width}" height="{height}" fill="white"/>{"".join(parts_)}</svg>\n'
    )


def _layers(boxes: Sequence[Box]) -> list[list[int]]:
    """Returns the boxes in layers: each is below all of its sources, and inputs and constants are just above the first
    box that uses them."""
    depths = [0] * len(boxes)
    for i, box in enumerate(boxes):
        depths[i] = max((depths[source] + 1 for source, _ in box.sources), default=0)
    users: dict[int, list[int]] = {}
    for i, box in enumerate(boxes):
        for source, _ in box.sources:
            users.setdefault(source, []).append(i)
    for i, box in enumerate(boxes):
        if not box.sources and i in users:
            depths[i] = max(min(depths[user] for user in users[i]) - 1, 0)
    layers: list[list[int]] = [[] for _ in range(max(depths, default=0) + 1)]
    for i, depth in enumerate(depths):
        layers[depth].append(i)
    return layers


def _order(layers: list[list[int]], boxes: Sequence[Box]) -> None:
    """Orders each layer by the mean position of the neighbours, down and up."""
    neighbours: dict[int, list[int]] = {i: [source for source, _ in box.sources] for i, box in enumerate(boxes)}
    for i, box in enumerate(boxes):
        for source, _ in box.sources:
            neighbours[source].append(i)
    for sweep in range(6):
        position = {number: i - len(layer) / 2 for layer in layers for i, number in enumerate(layer)}
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            mean = {
                number: sum(position[n] for n in neighbours[number]) / len(neighbours[number])
                if neighbours[number]
                else position[number]
                for number in layer
            }
            layer.sort(key=lambda number: mean[number])
            position |= {number: i - len(layer) / 2 for i, number in enumerate(layer)}


def _curve(start: tuple[float, float], end: tuple[float, float], text: str) -> str:
    x1, y1 = start[0] + _WIDTH / 2, start[1] + _HEIGHT
    x2, y2 = end[0] + _WIDTH / 2, end[1]
    bend = max((y2 - y1) / 2, 20)
    points = f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2 - 2:g}"
    line = f'<path d="{points}" fill="none" stroke="#888" marker-end="url(#arrow)"/>'
    if not text:
        return line
    return line + _label((x1 + x2) / 2 + 4, (y1 + y2) / 2 + 3, text, 'fill="#666" font-size="9"')


def _label(x: float, y: float, text: str, style: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" {style}>{html.escape(text)}</text>'


def _rectangle(box: Box, x: float, y: float) -> str:
    title, text = (_cut(part) for part in (box.title, box.text))
    radius = 14 if box.kind in ("input", "output") else 4
    dashes = ' stroke-dasharray="4 2"' if box.kind == "constant" else ""
    middle = x + _WIDTH / 2
    lines = _label(middle, y + (20 if text else 27), title, 'text-anchor="middle" font-weight="bold"')
    if text:
        lines += _label(middle, y + 36, text, 'text-anchor="middle" fill="#333"')
    full = html.escape(f"{box.title} {box.text}")
    return (
        f'<g><title>{full}</title><rect x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="{radius}" '
        f'fill="{_COLOURS[box.kind]}" stroke="#555"{dashes}/>{lines}</g>'
    )


def _cut(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"
