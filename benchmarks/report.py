"""Formats of figures: tables of 100 columns, times in microseconds, targets that are reached or missed."""

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
    """Returns an empty table: the first column has names, the others have figures."""
    empty = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        min_width=min(len(title), WIDTH),  # a title wraps at its table's width
    )
    for i, column in enumerate(columns):
        empty.add_column(column, justify="left" if i == 0 else "right")
    return empty


def number(value: float) -> str:
    """Formats a number with about three digits, and a count as it is."""
    if isinstance(value, int):
        return str(value)
    size = abs(value)
    return f"{value:.2f}" if size < 10 else f"{value:.1f}" if size < 100 else f"{value:,.0f}"


def us(seconds: float) -> str:
    """Formats seconds as microseconds."""
    return number(seconds * 1e6)


def spread(middle: Mapping[str, float] | None, unit: str = "") -> str:
    """Formats a median, and half the interquartile range."""
    if middle is None:
        return NONE
    factor = 1e6 if unit == "us" else 1.0
    return f"{number(middle['median'] * factor)} ±{number((middle['high'] - middle['low']) / 2 * factor)}"


def target(what: str, value: float, at_most: float, unit: str = "") -> dict[str, Any]:
    """Returns a target as a record: the measured value and its limit."""
    return {"what": what, "value": value, "at_most": at_most, "unit": unit, "reached": value <= at_most}


def show_targets(console: Console, targets: Iterable[Mapping[str, Any]]) -> None:
    """Prints a line for each target."""
    for entry in targets:
        unit = f" {entry['unit']}" if entry["unit"] else ""
        factor = 1e6 if entry["unit"] == "us" else 1.0
        value = entry["value"] * factor if factor != 1 else entry["value"]
        verdict = "[green]reached[/]" if entry["reached"] else "[red]missed[/]"
        console.print(
            f"{escape(entry['what'])}: [bold]{number(value)}{unit}[/]; "
            f"target: at most {entry['at_most'] * factor:g}{unit}: {verdict}",
            highlight=False,
        )
    console.print()


def show_missing(console: Console, missing: Mapping[str, Mapping[str, str]], everything: Iterable[str]) -> None:
    """Prints the reasons for dashes: a line for each contender and reason."""
    total = len(list(everything))
    for name, reasons in missing.items():
        by: dict[str, list[str]] = {}
        for op, reason in reasons.items():
            by.setdefault(reason, []).append(op)
        for reason, ops in by.items():
            which = "" if len(ops) == total else f" {', '.join(ops)}"
            short = reason if len(reason) <= 160 else reason[:157] + "..."
            console.print(f"- {escape(name + which)}: {escape(short)}", style="dim", highlight=False)
