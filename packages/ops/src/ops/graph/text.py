"""Graphs as text: one line for each node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ops.graph.structure import Block, Const, Node, Ref, Registered, Slice, TensorSpec


def plain(text: str) -> str:
    """Returns a name from a file as one line of printable characters."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def spec_text(spec: TensorSpec) -> str:
    """Returns the dtype and shape: ``float32[None, 3]``."""
    return f"{spec.dtype}[{', '.join(map(str, spec.shape))}]"


def value_text(value: Any) -> str:
    """Returns an argument: ``%5`` for the tensor of this number, ``w`` for the constant of this name."""
    if isinstance(value, Ref):
        return f"%{value.number}"
    if isinstance(value, Const):
        return plain(value.name)
    if isinstance(value, Slice):
        bounds = (value.start, value.stop) if value.step is None else (value.start, value.stop, value.step)
        return ":".join("" if part is None else value_text(part) for part in bounds)
    if isinstance(value, list):
        return f"[{', '.join(map(value_text, value))}]"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, tuple):
        items = ", ".join(map(value_text, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return f"({items}{',' if len(value) == 1 else ''})"  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, dict):
        items = ", ".join(f"{plain(str(key))}: {value_text(item)}" for key, item in value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return f"{{{items}}}"
    if isinstance(value, Registered):
        return f"{value.kind.__name__}({', '.join(map(value_text, value.items))})"
    if value is Ellipsis:
        return "..."
    return repr(value)


def short_text(graph: Any) -> str:
    """Returns one line: name, number of nodes, inputs and outputs."""
    inputs, outputs = (", ".join(map(spec_text, specs)) for specs in (graph.inputs, graph.outputs))
    return f"<Graph {plain(graph.name)}: {len(graph.nodes)} nodes, ({inputs}) -> ({outputs})>"


def graph_text(graph: Any) -> str:
    """Returns the whole graph."""
    lines = [f"graph {plain(graph.name)}({_parameters(graph.block, graph.specs)}):"]
    if graph.constant_specs:
        lines.append("    constants:")
        lines += [f"        {plain(name)}: {spec_text(spec)}" for name, spec in graph.constant_specs.items()]
    lines += _body(graph.block, graph.specs, "    ")
    return "\n".join(lines)


def _parameters(block: Block, specs: Any) -> str:
    def text(number: int) -> str:
        spec = specs[number]
        name = f" {plain(spec.name)}" if spec.name else ""
        return f"%{number}{name}: {spec_text(spec)}"

    return ", ".join(map(text, block.inputs()))


def _body(block: Block, specs: Any, indent: str) -> Iterator[str]:
    for node in block.nodes:
        yield from _node(node, specs, indent)
    yield f"{indent}return {value_text(block.result)}"


def _node(node: Node, specs: Any, indent: str) -> Iterator[str]:
    """Yields the line of a node, and those of its functions below it."""
    inner: list[tuple[str, Block]] = []
    arguments: list[str] = []
    for name, value in node.arguments.items():
        arguments.append(f"{name}={_argument(name, value, inner)}")
    if node.portable:
        arguments.append("portable=True")
    results = ", ".join(f"%{number}: {spec_text(specs[number])}" for number in node.outputs)
    yield f"{indent}{results}{' = ' if results else ''}{plain(node.op)}({', '.join(arguments)})"
    for name, block in inner:
        yield f"{indent}    {name}({_parameters(block, specs)}):"
        yield from _body(block, specs, indent + "        ")


def _argument(name: str, value: Any, inner: list[tuple[str, Block]]) -> str:
    """Returns an argument as text; adds its functions to ``inner``, and refers to them by name."""
    if isinstance(value, Block):
        inner.append((name, value))
        return f"<{name}>"
    if isinstance(value, (list, tuple)) and any(isinstance(item, Block) for item in value):  # pyright: ignore[reportUnknownVariableType]
        items = [_argument(f"{name}.{i}", item, inner) for i, item in enumerate(value)]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return f"[{', '.join(items)}]"
    return value_text(value)
