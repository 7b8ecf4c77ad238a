"""The matrix of backends, Pythons and framework versions: runs a cell's tests, records the result, writes the tables.

`python docs/matrix.py run CELL PATH...` runs a backend's whole suite (tox calls it); `python docs/matrix.py minors
BACKEND` installs each minor version of a framework in turn and runs the smoke tests, `smoke CELL` runs them with what
is installed. All record the result in docs/matrix.json. `python docs/matrix.py` writes what follows from it:
docs/matrix.md, the tables of tested versions in docs/install.md, and the ranges that `python -m ops info` compares
with. `--check` reports the files that are stale.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import subprocess
import sys
import time
import tomllib
import xml.etree.ElementTree
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS = HERE / "matrix.json"
OLDEST = ROOT / "requirements" / "oldest.txt"
# Installations of ops where a framework is installed already: written by `python release preinstalled`.
PREINSTALLED = HERE / "preinstalled.json"
TABLE = HERE / "matrix.md"
INSTALL = HERE / "install.md"
TESTED = ROOT / "packages" / "ops" / "src" / "ops" / "_tested.py"
BEGIN, END = "<!-- versions: written by docs/matrix.py -->", "<!-- versions: end -->"
FRAMEWORKS = {
    "numpy": ("numpy",),
    "jax": ("jax",),
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
    "torch": ("torch",),
    "openvino": ("openvino",),
}
# Every minor version between the oldest and the latest. A row without a third component is the latest patch of it.
MINORS = {
    "numpy": ("2.0", "2.1", "2.2", "2.3", "2.4", "2.5"),
    "jax": ("0.6", "0.7", "0.8", "0.9", "0.10"),
    "tensorflow": ("2.19", "2.20", "2.21"),
    "torch": ("2.8", "2.9", "2.10", "2.11", "2.12", "2.13", "2.14", "2.15"),
    "openvino": ("2025.0", "2025.1", "2025.2", "2025.3", "2025.4", "2026.0", "2026.1", "2026.2", "2026.3", "2026.4"),
}
# What cannot be run, and why: the framework has no wheel for that Python.
NO_WHEEL = {
    "numpy-py311-2.5": "NumPy 2.5 needs Python 3.12",
    "numpy-py313-2.0": "NumPy 2.0 has no wheel for Python 3.13",
    "tensorflow-py313-2.19": "TensorFlow 2.19 has no wheel for Python 3.13",
    "tensorflow-py314-latest": "TensorFlow has no wheel for Python 3.14",
}
OTHERS = ("numpy", "ml_dtypes", "optree", "platformdirs")
MINOR_PYTHONS = ("3.11", "3.13")
AGES = ("oldest", "latest")
# The columns of whole suites. The floors have no wheels for Python 3.14.
SUITES = sorted(
    [*((python, age) for python in MINOR_PYTHONS for age in AGES), ("3.12", "latest"), ("3.14", "latest")],
    key=lambda suite: (suite[0], AGES.index(suite[1])),
)

Results = dict[str, dict[str, Any]]


def version(names: tuple[str, ...]) -> str:
    """Returns the version of the first of these distributions that is installed."""
    for name in names:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return "none"


def read() -> Results:
    """Returns the recorded results by cell."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def record(cell: str, start: float, counts: dict[str, Any]) -> None:
    """Records the result of a cell that ran in this environment."""
    backend, _, age = cell.split("-")
    result = {
        "backend": backend,
        "python": platform.python_version(),
        "age": age,
        "framework": version(FRAMEWORKS[backend]),
        "others": {name: version((name,)) for name in OTHERS if name != backend},
        **counts,
        "seconds": round(time.perf_counter() - start),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": commit(),
    }
    RESULTS.write_text(json.dumps(dict(sorted({**read(), cell: result}.items())), indent=1) + "\n", "utf-8")


def commit() -> str:
    """Returns the commit of the code that is tested, with a plus sign if files differ from it; "" outside a clone."""
    command = ["git", "describe", "--always", "--exclude=*", "--abbrev=7", "--dirty=+"]
    process = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT / "packages")
    return process.stdout.strip()


def reasons(report: Path) -> dict[str, int]:
    """Returns how many tests of a JUnit report were skipped, by reason."""
    skipped = xml.etree.ElementTree.parse(report).iter("skipped")
    return dict(sorted(Counter(entry.get("message", "") for entry in skipped).items()))


def failures(report: Path) -> list[str]:
    """Returns the names of the failed tests of a JUnit report."""
    tests = xml.etree.ElementTree.parse(report).iter("testcase")
    failed = (test for test in tests if any(child.tag in ("failure", "error") for child in test))
    return sorted(f"{test.get('classname', '').rpartition('.')[2]}::{test.get('name')}" for test in failed)


def run(cell: str, paths: list[str]) -> int:
    """Runs the tests of a cell in this environment; returns pytest's exit status."""
    report = Path(sys.prefix) / "matrix.xml"
    report.unlink(missing_ok=True)
    start = time.perf_counter()
    workers = os.environ.get("OPS_TEST_WORKERS", "2")
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "--dist", "worksteal", f"--junitxml={report}"]
    status = subprocess.run([*command, *paths], check=False).returncode
    counts = next(xml.etree.ElementTree.parse(report).iter("testsuite")).attrib if report.exists() else {}
    failed = int(counts.get("failures", 0)) + int(counts.get("errors", 0))
    record(
        cell,
        start,
        {
            "tests": int(counts.get("tests", 0)),
            "skipped": int(counts.get("skipped", 0)),
            "reasons": reasons(report) if report.exists() else {},
            "failed": failed if status in (0, 1) else -1,
            "failures": failures(report) if report.exists() else [],
        },
    )
    return status


def smoke(cell: str) -> int:
    """Runs the smoke tests of a cell in this environment; returns 1 if one fails."""
    backend = cell.split("-")[0]
    start = time.perf_counter()
    kernels = f"from ops_common.testing import smoke; print(smoke.run({backend!r}))"
    script = ROOT / "packages" / "ops" / "tests" / "smoke.py"
    outputs: list[str] = []
    failed = 0
    for arguments in (["-c", kernels], [str(script), version(("ops",))]):
        command = [sys.executable, *arguments]
        environment = {**os.environ, "OPS_BACKEND": backend}
        process = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        outputs.append(process.stdout.strip())
        if process.returncode:
            failed += 1
            print(process.stdout + process.stderr)
    count = int(outputs[0].split()[-1]) if outputs[0] else 1
    record(cell, start, {"tests": count + 1, "skipped": 0, "reasons": {}, "failed": failed})
    print(f"{cell}: {summary(read()[cell])}", flush=True)
    return 1 if failed else 0


def bounds(backend: str) -> tuple[str, str]:
    """Returns the range of the framework that a backend requires: its floor, and the version that it stays below."""
    folder = {"tensorflow": "tf"}.get(backend, backend)
    project = tomllib.loads((ROOT / "packages" / f"backend-{folder}" / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [line for lines in project.get("optional-dependencies", {}).values() for line in lines]
    for line in [*project["dependencies"], *extras]:
        match = re.fullmatch(r"([\w-]+)>=([\d.]+),<([\d.]+)", line)
        if match and match[1] == backend:
            return match[2], match[3]
    raise SystemExit(f"backend-{folder} states no range of {backend}")


def parts(text: str) -> tuple[int, ...]:
    """Returns the numbers of a version, without a local label."""
    return tuple(map(int, re.findall(r"\d+", text.partition("+")[0])[:3]))


def admitted(backend: str) -> list[str]:
    """Returns the minor versions of a framework that the backend's requirement admits."""
    floor, limit = map(parts, bounds(backend))
    return [minor for minor in MINORS[backend] if floor[:2] <= parts(minor) and parts(minor) < limit]


def floor_pin(backend: str) -> str:
    """Returns the pin of a framework's floor, of three components."""
    name = {"tensorflow": "tensorflow-cpu"}.get(backend, backend)
    return f"{name}=={'.'.join(map(str, (*parts(bounds(backend)[0]), 0)[:3]))}"


def misplaced_floors() -> list[str]:
    """Returns the floors that the list of minor versions or requirements/oldest.txt states otherwise."""
    pins = {line.split(";")[0].strip() for line in OLDEST.read_text("utf-8").splitlines()}
    wrong = [f"{OLDEST.name} has no {floor_pin(backend)}" for backend in FRAMEWORKS if floor_pin(backend) not in pins]
    for backend in FRAMEWORKS:
        floor = parts(bounds(backend)[0])[:2]
        if floor not in map(parts, MINORS[backend]):
            wrong.append(f"docs/matrix.py lists no smoke test of the floor of {backend}")
    return wrong


def minors(backend: str, only: list[str]) -> int:
    """Installs each minor version of a framework in turn and runs the smoke tests; returns 1 if one fails."""
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    name = {"tensorflow": "tensorflow-cpu"}.get(backend, backend)
    floor = bounds(backend)[0]
    status = 0
    for minor in only or admitted(backend):
        cell = f"{backend}-{python}-{minor}"
        if cell in NO_WHEEL:
            print(f"{cell}: {NO_WHEEL[cell]}")
            continue
        exact = parts(floor)[:2] == parts(minor)
        # The floor itself (three components), and the latest patch of the others.
        wanted = floor_pin(backend).partition("==")[2] if exact else f"{minor}.*"
        command = [sys.executable, "-m", "pip", "install", "-q", f"{name}=={wanted}"]
        if backend == "jax":
            command.append(f"jaxlib=={wanted}")
        if subprocess.run(command, check=False).returncode:
            record(cell, time.perf_counter(), {"tests": 0, "skipped": 0, "reasons": {}, "failed": -1})
            status = 1
            continue
        status |= smoke(cell)
    return status


def summary(result: dict[str, Any] | None) -> str:
    """Returns a cell of a table."""
    if result is None:
        return "not run"
    if result["failed"] < 0:
        return "did not start"
    passed = result["tests"] - result["skipped"] - result["failed"]
    counts = [(passed, "passed"), (result["failed"], "failed"), (result["skipped"], "skipped")]
    return f"{result['framework']}: {', '.join(f'{count} {word}' for count, word in counts if count)}"


def full(results: Results) -> str:
    """Returns the text of docs/matrix.md."""
    lines = [
        "# Tested versions",
        "",
        "Written by `python docs/matrix.py` from docs/matrix.json, which `python -m tox run -m matrix`,",
        "`-m matrix-py314` (whole suites) and `-m minors` (smoke tests) fill. *oldest* is the floor that the packages",
        "name, with their other requirements at their floors too; *latest* is what they admit on that day; a version",
        "number is a smoke test: the backend loads, kernels of each family agree with their references, a gradient is",
        "compiled.",
        "",
        "PyTorch's wheels on the index are CUDA builds, except 2.13.0+cpu; they run on the CPU, with CUDA hidden.",
        "",
        "| cell | Python | framework | other packages | passed | failed | skipped | seconds | date | commit |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for cell, result in sorted(results.items(), key=by_cell):
        others = ", ".join(f"{name} {value}" for name, value in result["others"].items() if value != "none")
        failed = result["failed"] if result["failed"] >= 0 else "did not start"
        passed = result["tests"] - result["skipped"] - max(result["failed"], 0)
        row = (cell, result["python"], result["framework"], others, passed, failed, result["skipped"])
        lines.append(f"| {' | '.join(map(str, (*row, result['seconds'], result['date'], result.get('commit', ''))))} |")
    lines += ["", "## Cells that differ", ""]
    lines += [f"- {cell}: {reason}." for cell, reason in NO_WHEEL.items()]
    lines += [
        "- Python 3.12 runs with the latest frameworks only, as it lies between the oldest and the newest Python."
    ]
    lines += ["- Python 3.14 runs with the latest frameworks only: their floors have no wheels for it."]
    lines += ["", "## Failed tests", ""]
    failed = [(cell, result.get("failures", [])) for cell, result in sorted(results.items(), key=by_cell)]
    lines += [f"- {cell}: {', '.join(f'`{name}`' for name in names)}" for cell, names in failed if names] or ["None."]
    lines += ["", "## Skipped tests", ""]
    cells: dict[str, list[str]] = {}
    for cell, result in sorted(results.items(), key=by_cell):
        for reason, count in result["reasons"].items():
            cells.setdefault(f"{reason} ({count})", []).append(cell)
    lines += [f"- {reason}: {', '.join(names)}" for reason, names in sorted(cells.items())]
    return "\n".join([*lines, "", *preinstalled(), ""])


def preinstalled() -> list[str]:
    """Returns the lines of docs/matrix.md about installations of ops where a framework is installed already."""
    frameworks: dict[str, dict[str, dict[str, str]]] = {}
    if PREINSTALLED.exists():
        frameworks = json.loads(PREINSTALLED.read_text("utf-8"))
    lines = [
        "## Installed beside a framework",
        "",
        "`python release preinstalled` installs a framework in a fresh environment, then `ops` with its backend: from",
        "wheel files with the public index in reach, and by name from an index that holds our wheels only. The table",
        "shows the framework's version before and after, and the test accuracy of examples/digits.py on that backend.",
        "",
        "| framework | Python | ops | before | after, from files | after, by name | accuracy | date |",
        "|---|---|---|---|---|---|---|---|",
    ]
    columns = ("python", "ops", "before", "from files", "by name", "accuracy", "date")
    for backend, results in frameworks.items():
        for version in sorted(results, key=parts):
            row = (f"{backend} {version}", *(results[version][column] for column in columns))
            lines.append(f"| {' | '.join(row)} |")
    return lines


def order(cell: str) -> tuple[Any, ...]:
    """Returns what cells are sorted by: the backend, whole suites first, then versions by number."""
    backend, python, age = cell.split("-")
    whole = age in AGES
    return ([*FRAMEWORKS].index(backend), not whole, python, AGES.index(age) if whole else parts(age))


def by_cell(item: tuple[str, Any]) -> tuple[Any, ...]:
    """Returns what results are sorted by."""
    return order(item[0])


def outcome(cell: str, results: Results) -> str:
    """Returns the text of a cell in the tables of docs/install.md."""
    return NO_WHEEL.get(cell) or summary(results.get(cell))


def short(results: Results) -> str:
    """Returns the tables of docs/install.md."""
    head = [f"{python}, {age}" for python, age in SUITES]
    lines = [BEGIN, "Whole test suites, by Python and age of the framework:", ""]
    lines += [f"| | {' | '.join(head)} |", f"|{'---|' * (len(head) + 1)}"]
    for backend in FRAMEWORKS:
        cells = [f"{backend}-py{python.replace('.', '')}-{age}" for python, age in SUITES]
        lines.append(f"| {backend} | {' | '.join(outcome(cell, results) for cell in cells)} |")
    lines += ["", "Smoke tests of every minor version:", ""]
    lines += ["| | " + " | ".join(MINOR_PYTHONS) + " |", f"|{'---|' * (len(MINOR_PYTHONS) + 1)}"]
    for backend in FRAMEWORKS:
        for minor in MINORS[backend]:
            cells = [f"{backend}-py{python.replace('.', '')}-{minor}" for python in MINOR_PYTHONS]
            lines.append(f"| {backend} {minor} | {' | '.join(outcome(cell, results) for cell in cells)} |")
    dates = sorted({result["date"] for result in results.values()}) or ["no day"]
    days = f"on {dates[0]}" if dates[:1] == dates[-1:] else f"from {dates[0]} to {dates[-1]}"
    return "\n".join([*lines, "", f"The cells were run {days}; [matrix.md](matrix.md) has the details.", END])


def tested(results: Results) -> str:
    """Returns the text of the module that holds the oldest and the newest version of each framework that passed."""
    lines = [
        '"""The oldest and the newest version of each framework whose tests passed: written by docs/matrix.py."""',
        "",
    ]
    entries: list[str] = []
    for backend in FRAMEWORKS:
        passed = {
            result["framework"].partition("+")[0]
            for result in results.values()
            if result["backend"] == backend and result["failed"] == 0
        }
        if passed:
            entries.append(f'    "{backend}": ("{min(passed, key=parts)}", "{max(passed, key=parts)}"),')
    table = ["{", *entries, "}"] if entries else ["{}"]
    return "\n".join([*lines, "TESTED: dict[str, tuple[str, str]] = " + "\n".join(table), ""])


def main(arguments: list[str]) -> int:
    """The command."""
    if arguments[:1] == ["run"]:
        return run(arguments[1], arguments[2:])
    if arguments[:1] == ["smoke"]:
        return smoke(arguments[1])
    if arguments[:1] == ["minors"]:
        return minors(arguments[1], arguments[2:])
    results = read()
    text = INSTALL.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = {TABLE: full(results), INSTALL: before + short(results) + after, TESTED: tested(results)}
    stale = [path for path, content in wanted.items() if not path.exists() or path.read_text("utf-8") != content]
    if "--check" in arguments:
        problems = [f"{path.name} does not match docs/matrix.json: run python docs/matrix.py" for path in stale]
        problems += misplaced_floors()
        print(*problems, sep="\n", end="\n" if problems else "")
        return 1 if problems else 0
    for path in stale:
        path.write_text(wanted[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
