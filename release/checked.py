"""Types: what pyright finds, and whether it has looked at every source file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from workspace import ROOT, packages

USER = ROOT / "packages" / "ops" / "tests" / "types" / "user.py"


def files() -> list[Path]:
    """The packages' sources, and the tools in the folders beside `packages`."""
    folders = [package.path / "src" for package in packages().values()]
    folders += [path.parent for path in ROOT.glob("[!.]*/__main__.py")]
    folders += [ROOT / "docs", ROOT / "examples"]
    return [path for folder in folders for path in folder.rglob("*.py")]


def _pyright(*paths: str) -> dict[str, Any]:
    """Pyright's report of these files, or of those of the project."""
    run = subprocess.run(["pyright", "--outputjson", *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        return json.loads(run.stdout)
    except ValueError:
        sys.exit(run.stdout + run.stderr)


def wrong_in_user_file() -> list[str]:
    """The lines of a user's file of which pyright reveals another type than their comments."""
    lines = USER.read_text("utf-8").splitlines()
    expected = {i: line.partition("  # ")[2] for i, line in enumerate(lines, 1) if line.startswith("reveal_type(")}
    revealed: dict[int, str] = {}
    for entry in _pyright(str(USER))["generalDiagnostics"]:
        text: str = entry["message"]
        revealed[entry["range"]["start"]["line"] + 1] = (
            text.partition('" is "')[2].removesuffix('"') if entry["severity"] == "information" else text
        )
    return [
        f"{USER.name}:{line}: expected {expected.get(line)}, pyright says {revealed.get(line)}"
        for line in sorted(expected.keys() | revealed.keys())
        if expected.get(line) != revealed.get(line)
    ]


def main() -> int:
    """Runs pyright and prints its errors; 1 where it has any, or has left out files.

    A pattern of pyright's `include` that matches nothing is no error of pyright's.
    """
    report = _pyright()
    for error in report["generalDiagnostics"]:
        line, column = (error["range"]["start"][name] + 1 for name in ("line", "character"))
        print(f"{error['file']}:{line}:{column}: {error['severity']}: {error['message']} ({error.get('rule', '')})")
    expected, seen = len(files()), report["summary"]["filesAnalyzed"]
    if seen < expected:
        print(f"pyright has looked at {seen} files of {expected}: see tool.pyright.include in pyproject.toml")
        return 1
    wrong = wrong_in_user_file()
    print(*wrong, f"{report['summary']['errorCount']} errors in {seen} files", sep="\n")
    return 1 if report["summary"]["errorCount"] or wrong else 0
