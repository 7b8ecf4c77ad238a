"""Graphs as text and as tables."""

from __future__ import annotations

import contextlib
import importlib
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ops.graph.cost import Counter, total
from ops.graph.structure import Block, Const, Node, Ref, Slice, TensorSpec
from ops_common.runtime.backend import short


def tensor_text(spec: TensorSpec) -> str:
    """Returns the dtype and shape: ``float32[?, 3]``."""
    return f"{spec.dtype}[{', '.join('?' if size is None else str(size) for size in spec.shape)}]"


class Names:
    """The names of tensors in the text of a graph: those of inputs, and ``%5`` for the result of a node."""

    def __init__(self, specs: Mapping[int, TensorSpec], inputs: Sequence[int]) -> None:
        self._names = {number: f"%{number}" for number in specs}
        used: set[str] = set()
        for number in inputs:
            name = printable(specs[number].name or "")
            if name and name not in used:
                used.add(name)
                self._names[number] = f"%{name}"

    def __getitem__(self, number: int) -> str:
        return self._names[number]


def printable(name: str) -> str:
    """Returns a name on one line, as it may come from a file."""
    text = name if name.isprintable() else name.encode("unicode_escape").decode()
    return text if len(text) <= 80 else f"{text[:77]}..."


def lines_of(
    name: str, block: Block, specs: Mapping[int, TensorSpec], constants: Mapping[str, TensorSpec]
) -> Iterator[str]:
    """Yields the lines of the text of a graph."""
    names = Names(specs, block.inputs())
    yield f"graph {printable(name)}({_parameters(block, specs, names)}):"
    for constant, spec in constants.items():
        yield f"    constant {printable(constant)}: {tensor_text(spec)}"
    yield from _block_lines(block, specs, names, "    ")


def _parameters(block: Block, specs: Mapping[int, TensorSpec], names: Names) -> str:
    return ", ".join(f"{names[number]}: {tensor_text(specs[number])}" for number in block.inputs())


def _block_lines(block: Block, specs: Mapping[int, TensorSpec], names: Names, indent: str) -> Iterator[str]:
    for node in block.nodes:
        outputs = ", ".join(f"{names[number]}: {tensor_text(specs[number])}" for number in node.outputs)
        yield f"{indent}{outputs} = {node.op}({arguments_text(node, names)})"
        for argument, value in node.arguments.items():
            for label, inner in _functions(argument, value):
                yield f"{indent}    {label}({_parameters(inner, specs, names)}):"
                yield from _block_lines(inner, specs, names, f"{indent}        ")
    yield f"{indent}return {value_text(block.result, names)}"


def _functions(name: str, value: Any) -> Iterator[tuple[str, Block]]:
    if isinstance(value, Block):
        yield name, value
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            if isinstance(item, Block):
                yield f"{name}[{i}]", item


def arguments_text(node: Node, names: Names | None) -> str:
    """Returns the arguments of a node; without names, only those that are not tensors."""
    shown: list[str] = []
    by_position = names is not None
    for name, value in node.arguments.items():
        if isinstance(value, Block) or (names is None and _has_tensor(value)):
            by_position = False
            continue
        by_position = by_position and isinstance(value, (Ref, Const))
        shown.append(value_text(value, names) if by_position else f"{name}={value_text(value, names)}")
    return ", ".join(shown)


def _has_tensor(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_has_tensor, value))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, Slice):
        return any(map(_has_tensor, (value.start, value.stop, value.step)))
    return isinstance(value, (Ref, Const, Block))


def value_text(value: Any, names: Names | None) -> str:
    """Returns an argument or a result."""
    if isinstance(value, Ref):
        return names[value.number] if names is not None else f"%{value.number}"
    if isinstance(value, Const):
        return printable(value.name)
    if isinstance(value, Block):
        return "function"
    if isinstance(value, Slice):
        return ":".join(
            "" if part is None else value_text(part, names) for part in (value.start, value.stop, value.step)
        )
    if isinstance(value, (list, tuple)):
        items = [value_text(item, names) for item in value]  # pyright: ignore[reportUnknownVariableType]
        ends = "[]" if isinstance(value, list) else "()"
        return f"{ends[0]}{', '.join(items)}{',' if ends == '()' and len(items) == 1 else ''}{ends[1]}"
    if isinstance(value, dict):
        pairs = (f"{value_text(key, names)}: {value_text(item, names)}" for key, item in value.items())  # pyright: ignore[reportUnknownVariableType]
        return f"{{{', '.join(pairs)}}}"
    return "..." if value is ... else printable(short(value, 80)) if isinstance(value, str) else short(value, 80)


class Summary:
    """The table of a graph: it shows itself when it is printed, and in notebooks.

    Attributes:
        columns: the names of the columns.
        rows: the cells of each node, as text.
        totals: the cells of the last row.
    """

    columns = ("op", "result", "arguments", "parameters", "FLOPs", "bytes")

    def __init__(
        self, title: str, block: Block, specs: Mapping[int, TensorSpec], constants: Mapping[str, TensorSpec]
    ) -> None:
        self.title = printable(title)
        self.rows: list[tuple[str, ...]] = []
        self._specs, self._constants = specs, constants
        self._counter, self._seen = Counter(specs, constants), set[str]()
        for number in block.inputs():
            spec = specs[number]
            self.rows.append((f"input {printable(spec.name or '')}".rstrip(), tensor_text(spec), "", "", "", ""))
        self._add(block, "")
        flops = total([self._counter.node(node) for node in block.nodes])
        sizes = total([self._counter.bytes(node) for node in block.nodes])
        count = sum(math.prod(size or 0 for size in spec.shape) for spec in constants.values())
        self.totals = ("total", "", "", f"{count:,}", _number(flops), _number(sizes))

    def _add(self, block: Block, indent: str) -> None:
        for node in block.nodes:
            results = ", ".join(tensor_text(self._specs[number]) for number in node.outputs)
            flops, sizes = self._counter.node(node), self._counter.bytes(node)
            count = self._parameters(node)
            cells = (f"{count:,}" if count else "", _number(flops), _number(sizes))
            self.rows.append((indent + node.op, results, arguments_text(node, None), *cells))
            for name, value in node.arguments.items():
                for label, inner in _functions(name, value):
                    self.rows.append((f"{indent}  {label}:", "", "", "", "", ""))
                    self._add(inner, f"{indent}    ")

    def _parameters(self, node: Node) -> int:
        """Returns the number of elements of the constants that the node uses first."""
        count = 0
        for item in node.inputs():
            if isinstance(item, Const) and item.name not in self._seen:
                self._seen.add(item.name)
                count += math.prod(size or 0 for size in self._constants[item.name].shape)
        return count

    def __rich__(self) -> Any:
        table = importlib.import_module("rich.table").Table(title=importlib.import_module("rich.text").Text(self.title))
        for column in self.columns:
            table.add_column(column, justify="left" if column in self.columns[:3] else "right", overflow="fold")
        plain = importlib.import_module("rich.text").Text
        for row in self.rows:
            table.add_row(*map(plain, row))
        table.add_section()
        table.add_row(*map(plain, self.totals))
        return table

    def __str__(self) -> str:
        with contextlib.suppress(ImportError):
            console = importlib.import_module("rich.console").Console
            buffer = io.StringIO()
            console(file=buffer, width=140, no_color=True).print(self.__rich__())
            return buffer.getvalue().rstrip("\n")
        cells = [self.columns, *self.rows, self.totals]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        return "\n".join(
            "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        escape = importlib.import_module("html").escape
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(cell).replace(chr(32), chr(160))}</td>' for cell in row)}</tr>"
            for row in (*self.rows, self.totals)
        )
        return f"<table><caption>{escape(self.title)}</caption><tr>{head}</tr>{body}</table>"


def _number(value: float | None) -> str:
    return "?" if value is None else f"{round(value):,}" if value else ""
