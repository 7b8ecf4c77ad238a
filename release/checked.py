"""Types: the errors of pyright in all source files, and the types that pyright and mypy reveal in a user's file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from release.workspace import ROOT, packages

USER = ROOT / "packages" / "ops" / "tests" / "types" / "user.py"


def files() -> list[Path]:
    """The packages' sources, and the tools in the folders beside `packages`, without what pyproject.toml excludes."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]
    excluded = [ROOT / pattern for pattern in settings["exclude"] if "*" not in pattern]
    folders = [package.path / "src" for package in packages().values()]
    folders += [path.parent for path in ROOT.glob("[!.]*/__init__.py")]
    folders += [ROOT / "examples"]
    found = [*(path for folder in folders for path in folder.rglob("*.py")), *(ROOT / "docs").glob("*.py")]
    return [path for path in found if not any(path.is_relative_to(folder) for folder in excluded)]


def _pyright(*paths: str) -> dict[str, Any]:
    """Pyright's report of these files, or of those of the project."""
    run = subprocess.run(["pyright", "--outputjson", *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        return json.loads(run.stdout)
    except ValueError:
        sys.exit(run.stdout + run.stderr)


def _by_pyright() -> dict[int, str]:
    """What pyright reveals in the user's file, and its errors there, by line."""
    revealed: dict[int, str] = {}
    for entry in _pyright(str(USER))["generalDiagnostics"]:
        text: str = entry["message"]
        revealed[entry["range"]["start"]["line"] + 1] = (
            text.partition('" is "')[2].removesuffix('"') if entry["severity"] == "information" else text
        )
    return revealed


def _by_mypy() -> dict[int, str]:
    """What mypy reveals in the user's file, and its errors there, by line."""
    command = ["mypy", "--follow-imports=silent", "--no-error-summary", "--cache-dir", str(ROOT / ".tox" / "mypy")]
    sources = os.pathsep.join(str(package.path / "src") for package in packages().values())
    run = subprocess.run(
        [*command, str(USER)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MYPYPATH": sources},
    )
    revealed: dict[int, str] = {}
    for line in run.stdout.splitlines():
        _, number, text = line.split(":", 2)
        revealed[int(number)] = text.removeprefix(' note: Revealed type is "').removesuffix('"').strip()
    if not revealed:
        sys.exit(run.stdout + run.stderr)
    return revealed


def wrong_in_user_file() -> list[str]:
    """The lines of a user's file of which pyright or mypy reveals another type than their comments."""
    lines = USER.read_text("utf-8").splitlines()
    expected = {i: line.partition("  # ")[2] for i, line in enumerate(lines, 1) if line.startswith("reveal_type(")}
    own = {
        i: lines[i].removeprefix("# by mypy: ")
        for i in expected
        if lines[i : i + 1] and lines[i].startswith("# by mypy: ")
    }
    wrong: list[str] = []
    for checker, types, revealed in (("pyright", expected, _by_pyright()), ("mypy", expected | own, _by_mypy())):
        wrong += [
            f"{USER.name}:{line}: expected {types.get(line)}, {checker} says {revealed.get(line)}"
            for line in sorted(types.keys() | revealed.keys())
            if types.get(line) != revealed.get(line)
        ]
    return wrong


def main() -> int:
    """Runs pyright, and mypy on a user's file, and prints their errors; 1 if they have any, or pyright left out files.

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
