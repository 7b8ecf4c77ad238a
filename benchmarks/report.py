"""How figures are written: tables that read well at 100 columns, times in microseconds, targets reached or missed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

NONE = "-"
WIDTH = 100


def table(title: str, columns: list[str]) -> Table:
    """An empty table: the first column is of names, all others are of figures."""
    made = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        min_width=min(len(title), WIDTH),  # a title is broken at its table's width
    )
    for i, column in enumerate(columns):
        made.add_column(column, justify="left" if i == 0 else "right")
    return made


def number(value: float) -> str:
    """Three digits or so; a count as it is."""
    if isinstance(value, int):
        return str(value)
    size = abs(value)
    return f"{value:.2f}" if size < 10 else f"{value:.1f}" if size < 100 else f"{value:,.0f}"


def us(seconds: float) -> str:
    """Seconds as microseconds."""
    return number(seconds * 1e6)


def spread(middle: Mapping[str, float] | None, unit: str = "") -> str:
    """A median, and half the interquartile range."""
    if middle is None:
        return NONE
    factor = 1e6 if unit == "us" else 1.0
    return f"{number(middle['median'] * factor)} ±{number((middle['high'] - middle['low']) / 2 * factor)}"


def target(what: str, value: float, at_most: float, unit: str = "") -> dict[str, Any]:
    """A target as a record: what was found, what is wanted."""
    return {"what": what, "value": value, "at_most": at_most, "unit": unit, "reached": value <= at_most}


def show_targets(console: Console, targets: Iterable[Mapping[str, Any]]) -> None:
    """A line for each target."""
    for one in targets:
        unit = f" {one['unit']}" if one["unit"] else ""
        factor = 1e6 if one["unit"] == "us" else 1.0
        verdict = "[green]reached[/]" if one["reached"] else "[red]missed[/]"
        console.print(
            f"{escape(one['what'])}: [bold]{number(one['value'] * factor if factor != 1 else one['value'])}{unit}[/]; "
            f"target: at most {one['at_most'] * factor:g}{unit}: {verdict}",
            highlight=False,
        )
    console.print()


def show_missing(console: Console, missing: Mapping[str, Mapping[str, str]], everything: Iterable[str]) -> None:
    """Why there are dashes: a line for each contender and reason."""
    total = len(list(everything))
    for name, reasons in missing.items():
        by: dict[str, list[str]] = {}
        for op, reason in reasons.items():
            by.setdefault(reason, []).append(op)
        for reason, ops in by.items():
            which = "" if len(ops) == total else f" {', '.join(ops)}"
            short = reason if len(reason) <= 160 else reason[:157] + "..."
            console.print(f"- {escape(name + which)}: {escape(short)}", style="dim", highlight=False)
