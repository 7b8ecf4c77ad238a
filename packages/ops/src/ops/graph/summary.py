"""A table of the nodes of a graph: shapes, dtypes, parameters, operations and bytes."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator, Sequence
from typing import Any

from ops.graph.cost import Accountant, Cost, Item, cost_of
from ops.graph.structure import TensorSpec
from ops.graph.text import plain

_COLUMNS = ("op", "shape", "dtype", "parameters", "FLOPs", "bytes")
_FIRST_NUMBER = 3


class Summary:
    """A table that shows itself when it is printed, and in a notebook.

    Attributes:
        title: the name of the graph.
        rows: texts by column; the rows of inner functions begin with spaces.
        cost: the totals.
    """

    def __init__(self, graph: Any, width: int | None = None) -> None:
        self.title, self.cost, self._width = plain(graph.name), cost_of(graph), width
        self.rows = [*_input_rows(graph.inputs)]
        self.rows += _rows(Accountant(graph.specs, graph.constant_specs).items(graph.block), graph.specs, 0)
        self.totals = _totals(self.cost)

    def __str__(self) -> str:
        try:
            from rich.console import Console
        except ImportError:
            return self._plain()
        stream = io.StringIO()
        width = self._width or max(80, Console().width)
        Console(file=stream, width=width, color_system=None, legacy_windows=False).print(self.__rich__())
        return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())

    def __repr__(self) -> str:
        return str(self)

    def __rich__(self) -> Any:
        from rich.table import Table
        from rich.text import Text

        table = Table(title=Text(self.title), show_footer=True)
        for place, (name, footer) in enumerate(zip(_COLUMNS, self.totals, strict=True)):
            table.add_column(name, Text(footer), justify="right" if place >= _FIRST_NUMBER else "left", overflow="fold")
        for row in self.rows:
            table.add_row(*map(Text, row))  # Text, as a name from a file may contain rich's markup
        return table

    def _repr_html_(self) -> str:
        def line(cells: Sequence[str], tag: str) -> str:
            styled: list[str] = []
            for place, cell in enumerate(cells):
                side = "right" if place >= _FIRST_NUMBER else "left"
                styled.append(f'<{tag} style="text-align:{side};white-space:pre">{html.escape(cell)}</{tag}>')
            return f"<tr>{''.join(styled)}</tr>"

        body = "".join(line(row, "td") for row in self.rows)
        head, foot = line(_COLUMNS, "th"), line(self.totals, "th")
        caption = f"<caption>{html.escape(self.title)}</caption>"
        return f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"

    def _plain(self) -> str:
        lines: list[Sequence[str]] = [_COLUMNS, *self.rows, self.totals]
        widths = [max(len(line[place]) for line in lines) for place in range(len(_COLUMNS))]

        def text(line: Sequence[str]) -> str:
            cells = [
                cell.rjust(width) if place >= _FIRST_NUMBER else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ]
            return "  ".join(cells).rstrip()

        rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
        return "\n".join([self.title, text(_COLUMNS), rule, *map(text, self.rows), rule, text(self.totals)])


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _shapes(specs: Sequence[TensorSpec]) -> tuple[str, str]:
    shapes = ", ".join(f"({', '.join('?' if size is None else str(size) for size in spec.shape)})" for spec in specs)
    return shapes, ", ".join(dict.fromkeys(spec.dtype for spec in specs))


def _input_rows(inputs: Sequence[TensorSpec]) -> Iterator[tuple[str, ...]]:
    for place, spec in enumerate(inputs):
        yield (f"input {plain(spec.name or str(place))}", *_shapes([spec]), "", "", "")


def _rows(items: Sequence[Item], specs: Any, depth: int) -> Iterator[tuple[str, ...]]:
    for item in items:
        outputs = [specs[number] for number in item.node.outputs]
        numbers = (_count(item.parameters), _count(item.flops), _count(item.bytes))
        yield ("  " * depth + plain(item.node.op), *_shapes(outputs), *numbers)
        for run in item.runs:
            yield ("  " * (depth + 1) + f"{run.name}, {_count(run.times)} times", "", "", "", "", "")
            yield from _rows(run.items, specs, depth + 2)


def _totals(cost: Cost) -> tuple[str, ...]:
    return ("total", "", "", _count(cost.parameters), _count(cost.flops), _count(cost.bytes))
