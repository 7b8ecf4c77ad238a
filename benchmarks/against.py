"""Comparison with an earlier run, from the JSON that it wrote.

The times of two runs are of two states of the machine: their ratio is a hint. The ratio to the framework's own
expression was measured within each run, so the change of that ratio is compared.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from benchmarks import report

_SHOWN = 10

Figures = dict[tuple[str, str], Mapping[str, float]]


def figures(theme: str, result: Mapping[str, Any]) -> Figures:
    """Returns a theme's figures by backend and op: the seconds of `ops`, and the ratio over own."""
    if theme == "dispatch":
        return {
            (backend, op): {
                "ops": by["ops"]["median"],
                **_ratio(of["compared"].get("ops", {}).get("ratio", {}).get(op)),
            }
            for backend, of in result.items()
            for op, by in of.get("times", {}).items()
            if "ops" in by
        }
    tables: dict[str, tuple[str, str]] = {
        "calls": ("backends", "ops"),
        "numpy": ("ratios", "ops"),
        "kernels": ("ratios", "cases"),
    }
    if theme == "jitted":
        by_backend: dict[str, Any] = result["times"]
    elif theme in tables:
        outer, inner = tables[theme]
        by_backend = {backend: of[inner] for backend, of in result[outer].items()}
    else:
        return {}
    return {(backend, op): by for backend, by_op in by_backend.items() for op, by in by_op.items() if "ops" in by}


def _ratio(middle: Mapping[str, float] | None) -> dict[str, float]:
    return {} if middle is None else {"over own": middle["median"]}


def compare(results: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Returns by theme, backend and op the ratios of this run's figures to those of the earlier run."""
    compared: dict[str, Any] = {}
    for theme in results:
        if theme not in earlier:
            continue
        before = figures(theme, earlier[theme])
        for (backend, op), now in figures(theme, results[theme]).items():
            if (backend, op) in before:
                pair = before[backend, op]
                compared.setdefault(theme, {}).setdefault(backend, {})[op] = {
                    name: now[name] / pair[name] for name in ("ops", "over own") if name in now and name in pair
                }
    return compared


def show(console: Console, compared: Mapping[str, Any]) -> None:
    """Prints the medians by theme and backend, and the ops whose ratio over own changed most."""
    table = report.table(
        "Against the earlier run: this run's figures over its, medians (times are a hint)",
        ["theme", "backend", "ops", "time", "ratio over own"],
    )
    notes: list[str] = []
    for theme, by_backend in compared.items():
        for backend, by_op in by_backend.items():
            own = {op: by["over own"] for op, by in by_op.items() if "over own" in by}
            table.add_row(
                theme,
                backend,
                str(len(by_op)),
                report.number(statistics.median(by["ops"] for by in by_op.values())),
                report.number(statistics.median(own.values())) if own else report.NONE,
            )
            order = sorted(own, key=own.__getitem__)
            for what, worst in (("lower", order[:_SHOWN]), ("higher", order[::-1][:_SHOWN])):
                changed = [op for op in worst if (own[op] < 1 if what == "lower" else own[op] > 1)]
                if changed:
                    listed = ", ".join(f"{op} {own[op]:.2f}" for op in changed)
                    notes.append(f"{theme}, {backend}, {what} ratio over own: {listed}")
    console.print(table)
    for note in notes:
        console.print(f"- {note}", style="dim", highlight=False, markup=False)
    console.print()
