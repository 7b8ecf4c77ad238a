"""Types: what pyright finds, and whether it has looked at every source file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from workspace import ROOT, packages


def files() -> list[Path]:
    """The packages' sources, and the tools in the folders beside `packages`."""
    folders = [package.path / "src" for package in packages().values()]
    folders += [path.parent for path in ROOT.glob("[!.]*/__main__.py")]
    folders += [ROOT / "docs", ROOT / "examples"]
    return [path for folder in folders for path in folder.rglob("*.py")]


def main() -> int:
    """Runs pyright and prints its errors; 1 where it has any, or has left out files.

    A pattern of pyright's `include` that matches nothing is no error of pyright's.
    """
    run = subprocess.run(["pyright", "--outputjson"], cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(run.stdout)
    except ValueError:
        print(run.stdout, run.stderr)
        return 1
    for error in report["generalDiagnostics"]:
        line, column = (error["range"]["start"][name] + 1 for name in ("line", "character"))
        print(f"{error['file']}:{line}:{column}: {error['severity']}: {error['message']} ({error.get('rule', '')})")
    expected, seen = len(files()), report["summary"]["filesAnalyzed"]
    if seen < expected:
        print(f"pyright has looked at {seen} files of {expected}: see tool.pyright.include in pyproject.toml")
        return 1
    print(f"{report['summary']['errorCount']} errors in {seen} files")
    return 1 if run.returncode else 0
