"""`python -m ops migrate`: the report."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from ops._cli import differences
from ops._cli.migrate.files import Migrated, is_special, migrate_file, python_files
from ops._cli.migrate.findings import Finding
from ops._cli.output import CommandError, Output


def migrate(paths: list[str], diff: bool, write: bool, output: Output) -> int:
    """Runs the command; returns its exit status."""
    absent = [path for path in paths if not Path(path).exists()]
    if absent:
        raise CommandError(f"no such file or folder: {', '.join(absent)}")
    special = [path for path in paths if is_special(Path(path))]
    if special:
        raise CommandError(f"neither a regular file nor a folder: {', '.join(special)}")
    results = [result for path in python_files(map(Path, paths)) if (result := migrate_file(path, write))]
    if output.is_json:
        output.json(_document(results, diff))
    elif diff:
        for result in results:
            if result.is_changed:
                output.code(result.diff(), "diff")
        print(_summary(results, write), file=sys.stderr)
    else:
        for result in results:
            _report(result, output)
        output.line(_summary(results, write))
    return int(any(result.needs_attention for result in results))


def _document(results: list[Migrated], diff: bool) -> dict[str, Any]:
    files = [
        {
            "path": str(result.path),
            "changed": result.is_changed,
            "written": result.was_written,
            **({"diff": result.diff()} if diff and result.is_changed else {}),
            "findings": [
                {
                    "line": finding.line,
                    "column": finding.column,
                    "kind": finding.kind,
                    "name": finding.name,
                    "message": finding.message,
                    "difference": finding.difference or None,
                    "backends": list(finding.backends),
                }
                for finding in result.findings
            ],
        }
        for result in results
    ]
    general = [{"name": entry.name, "message": entry.sentence} for entry in differences.general()]
    return {"files": files, "summary": _counts(results), "differences_of_any_op": general}


def _counts(results: list[Migrated]) -> dict[str, int]:
    kinds = Counter(finding.kind for result in results for finding in result.findings)
    return {
        "files": len(results),
        "changed": sum(result.is_changed for result in results),
        "written": sum(result.was_written for result in results),
        **{kind: kinds[kind] for kind in ("missing", "check", "error", "kept", "differs")},
    }


def _report(result: Migrated, output: Output) -> None:
    state = (
        "rewritten" if result.was_written else "to be rewritten" if result.is_changed else "imports stay as they are"
    )
    output.heading(f"{result.path}: {state}")
    # A difference is told once for each op in a file, with all lines of its calls.
    grouped: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in result.findings:
        grouped.setdefault((finding.kind, finding.name, finding.message), []).append(finding)
    rows: list[tuple[str, ...]] = []
    for (kind, name, message), findings in grouped.items():
        places = ", ".join(dict.fromkeys(str(finding.line) for finding in findings if finding.line))
        rows.append((f"  {places}", kind, f"{name}: {message}" if name else message))
    output.rows(rows)


def _summary(results: list[Migrated], write: bool) -> str:
    counts = _counts(results)
    if not results:
        return "nothing to do: no import of keras"
    changed = f"{counts['written']} rewritten" if write else f"{counts['changed']} to be rewritten"
    kinds = [f"{counts[kind]} {kind}" for kind in ("missing", "check", "error", "kept", "differs") if counts[kind]]
    text = f"{counts['files']} files with keras, {changed}" + (f"; findings: {', '.join(kinds)}" if kinds else "")
    if counts["changed"] and not write:
        text += "\n--diff shows the changes, --write makes them"
    general = len(differences.general())
    return (
        f"{text}\n{general} more differences hold for any op: docs/differences.md, `python -m ops describe differences`"
    )
