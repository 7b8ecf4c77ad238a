"""The matrix of backends, Pythons and framework versions: runs a cell's tests, keeps what came of it, writes the table.

`python docs/matrix.py run CELL PATH...` runs the tests of a cell (tox calls it) and puts the result into
docs/matrix.json; `python docs/matrix.py` writes docs/matrix.md and the table of tested versions in docs/install.md;
`--check` says whether they are as they would be written.
"""

from __future__ import annotations

import datetime
import json
import platform
import subprocess
import sys
import time
import xml.etree.ElementTree
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "matrix.json"
TABLE = HERE / "matrix.md"
INSTALL = HERE / "install.md"
BEGIN, END = "<!-- versions: written by docs/matrix.py -->", "<!-- versions: end -->"
FRAMEWORKS = {
    "numpy": ("numpy",),
    "jax": ("jax",),
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
    "torch": ("torch",),
    "openvino": ("openvino",),
}
BESIDE = ("numpy", "ml_dtypes", "optree", "platformdirs")
PYTHONS = ("3.11", "3.12", "3.13")
AGES = ("oldest", "latest")

Results = dict[str, dict[str, Any]]


def version(names: tuple[str, ...]) -> str:
    """The version of the first of these distributions that is installed."""
    for name in names:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return "none"


def run(cell: str, paths: list[str]) -> int:
    """Runs the tests of a cell in this environment; answers pytest's exit status."""
    backend, _, age = cell.split("-")
    report = Path(sys.prefix) / "matrix.xml"
    start = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", f"--junitxml={report}", *paths]
    status = subprocess.run(command, check=False).returncode
    counts = next(xml.etree.ElementTree.parse(report).iter("testsuite")).attrib if report.exists() else {}
    failed = int(counts.get("failures", 0)) + int(counts.get("errors", 0))
    result = {
        "backend": backend,
        "python": platform.python_version(),
        "age": age,
        "framework": version(FRAMEWORKS[backend]).partition("+")[0],
        "beside": {name: version((name,)) for name in BESIDE if name != backend},
        "tests": int(counts.get("tests", 0)),
        "skipped": int(counts.get("skipped", 0)),
        "failed": failed if status in (0, 1) else -1,
        "seconds": round(time.perf_counter() - start),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
    results = read()
    results[cell] = result
    RESULTS.write_text(json.dumps(dict(sorted(results.items())), indent=1) + "\n", "utf-8")
    return status


def read() -> Results:
    """What is known of each cell."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def said(result: dict[str, Any] | None) -> str:
    """A cell in words."""
    if result is None:
        return "not run"
    if result["failed"]:
        return f"{result['framework']}: {result['failed']} failed" if result["failed"] > 0 else "did not start"
    return f"{result['framework']}: {result['tests'] - result['skipped']} passed"


def full(results: Results) -> str:
    """docs/matrix.md."""
    lines = [
        "# Versions that were tested",
        "",
        "Written by `python docs/matrix.py` from docs/matrix.json, which `python -m tox run -m matrix` fills: the",
        "backend's own tests, and those of transforms, Variables and dispatch through `ops`. Oldest is the floor that",
        "the packages name (their other requirements at their floors, too); latest is what they admit on the day.",
        "",
        "| cell | Python | framework | beside it | tests | failed | seconds | date |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for cell, one in sorted(results.items()):
        beside = ", ".join(f"{name} {value}" for name, value in one["beside"].items() if value != "none")
        passed = one["tests"] - one["skipped"]
        failed = one["failed"] if one["failed"] >= 0 else "did not start"
        row = (cell, one["python"], one["framework"], beside, passed, failed, one["seconds"], one["date"])
        lines.append(f"| {' | '.join(map(str, row))} |")
    return "\n".join([*lines, ""])


def short(results: Results) -> str:
    """The table of docs/install.md."""
    head = [f"{python}, {age}" for python in PYTHONS for age in AGES]
    lines = [BEGIN, f"| | {' | '.join(head)} |", f"|{'---|' * (len(head) + 1)}"]
    for backend in FRAMEWORKS:
        cells = [f"{backend}-py{python.replace('.', '')}-{age}" for python in PYTHONS for age in AGES]
        lines.append(f"| {backend} | {' | '.join(said(results.get(cell)) for cell in cells)} |")
    dates = sorted({one["date"] for one in results.values()}) or ["no day"]
    days = f"on {dates[0]}" if dates[:1] == dates[-1:] else f"from {dates[0]} to {dates[-1]}"
    return "\n".join([*lines, "", f"Passed tests with these versions, run {days}; docs/matrix.md has the rest.", END])


def main(arguments: list[str]) -> int:
    """The command."""
    if arguments[:1] == ["run"]:
        return run(arguments[1], arguments[2:])
    results = read()
    text = INSTALL.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = {TABLE: full(results), INSTALL: before + short(results) + after}
    stale = [path for path, content in wanted.items() if not path.exists() or path.read_text("utf-8") != content]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.name} is not as docs/matrix.json says: python docs/matrix.py")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
