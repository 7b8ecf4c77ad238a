"""The table of what runs, on the terminal and in docs/consumers.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "consumers.md"
_BEGIN = "<!-- The table: `python consumers --write`. -->\n"
_END = "<!-- End of the table. -->\n"


def rows(table: Mapping[str, Any]) -> list[list[str]]:
    """Returns the rows of the table, the header first."""
    result = [["package", "backend", "functions", "run", "equal", "methods", "run", "equal", "cases that raise"]]
    for package, backends in table.items():
        for backend, entry in backends.items():
            numbers = [*_cells(entry["functions"]), *_cells(entry["methods"])]
            result.append([package, backend, *numbers, str(len(entry["raises"]))])
    return result


def _cells(numbers: list[int]) -> list[str]:
    total, run, equal = numbers
    return [str(total), f"{run} ({run / max(total, 1):.0%})", str(equal)]


def table(entries: Mapping[str, Any]) -> str:
    """Returns the table as text with aligned columns."""
    cells = rows(entries)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(lines)


def write(entries: Mapping[str, Any]) -> None:
    """Replaces the table in the page."""
    header, *body = rows(entries)
    lines = [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *body)]
    reasons: dict[str, list[str]] = {}
    for package, backends in entries.items():
        for backend, entry in backends.items():
            for case, error in entry["raises"].items():
                reasons.setdefault(f"{package}, `{case}`: {error}", []).append(backend)
    listed = [f"- {reason} ({', '.join(backends)})" for reason, backends in reasons.items()]
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    after = rest.partition(_END)[2]
    content = "\n".join([*lines, *(["", "Cases that raise:", "", *listed] if listed else [])])
    PAGE.write_text(f"{before}{_BEGIN}\n{content}\n\n{_END}{after}", encoding="utf-8")
