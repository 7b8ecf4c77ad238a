"""What the commands print: text, tables where rich is installed, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any


class CommandError(Exception):
    """The command cannot do what it was asked for: one sentence for the user, and exit status 2."""


class Output:
    """The standard output of a command.

    On a terminal, and if rich is installed, text has colours (unless NO_COLOR is set) and is wrapped in columns. Piped
    output is plain text. A command with ``--json`` calls `json` once, and nothing else.
    """

    def __init__(self, is_json: bool) -> None:
        self.is_json = is_json
        self._console: Any = None
        if not is_json and sys.stdout.isatty():
            try:
                from rich.console import Console
            except ImportError:
                return
            self._console = Console(highlight=False, markup=False)

    def json(self, document: Any) -> None:
        """Prints the document."""
        print(json.dumps(document, indent=2, ensure_ascii=False))

    def line(self, text: str = "") -> None:
        """Prints a text as it is."""
        print(text)

    def heading(self, text: str) -> None:
        """Prints a text in bold."""
        if self._console is None:
            print(text)
        else:
            self._console.print(text, style="bold")

    def rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Prints a table without lines."""
        if not rows:
            return
        if self._console is None:
            widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
            for row in rows:
                print("  ".join([*map(str.ljust, row[:-1], widths), row[-1]]).rstrip())
            return
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        styles = ("cyan", "green", "")
        for column in range(len(rows[0])):
            table.add_column(overflow="fold", no_wrap=False, style=styles[min(column, 2)])
        for row in rows:
            table.add_row(*map(Text, row))
        self._console.print(table)

    def code(self, text: str, language: str) -> None:
        """Prints source code, in colours on a terminal."""
        if self._console is None:
            sys.stdout.write(text)
            return
        from rich.syntax import Syntax

        self._console.print(Syntax(text, language, background_color="default"), end="")

    def show(self, value: Any) -> None:
        """Prints an object that rich may know how to show."""
        if self._console is None:
            print(value)
        else:
            self._console.print(value)
