"""What `import ops` costs in a fresh process, beside its dependencies and keras, and whether it loads a framework."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console

from benchmarks import report, timing, worker

AT_MOST = 0.25
FRAMEWORKS = ("jax", "tensorflow", "torch", "openvino", "keras")
# By what the table calls it: the modules, and the environment.
CASES: dict[str, tuple[list[str], dict[str, str]]] = {
    "numpy": (["numpy"], {}),
    "numpy, ml_dtypes, optree (ops' own dependencies)": (["numpy", "ml_dtypes", "optree"], {}),
    "ops": (["ops"], {}),
    "keras, on its NumPy backend": (["keras"], {"KERAS_BACKEND": "numpy"}),
}


def run(quick: bool, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Imports each in fresh processes, in turns: by case, the samples' median and quartiles and what was loaded."""
    rounds = 3 if quick else 9
    runs: dict[str, list[dict[str, Any]]] = {case: [] for case in CASES}
    failed: dict[str, str] = {}
    for done in range(rounds + 1):  # the first fills the disk's cache and writes the bytecode, and is not counted
        for case, (names, environment) in CASES.items():
            if case in failed:
                continue
            try:
                one = worker.run("probe.py", *names, environment=environment)
            except worker.WorkerError as error:
                failed[case] = str(error)
                continue
            if done:
                runs[case].append(one)
        progress("import in fresh processes", done + 1, rounds + 1)
    cases: dict[str, dict[str, Any]] = {
        case: {
            "seconds": timing.middle([one["seconds"] for one in found]),
            "modules": found[0]["modules"],
            "frameworks": [name for name in FRAMEWORKS if name in found[0]["top"] and name not in CASES[case][0]],
        }
        for case, found in runs.items()
        if case not in failed
    }
    targets: list[dict[str, Any]] = []
    if "ops" in cases:
        targets.append(report.target("import ops", cases["ops"]["seconds"]["median"], AT_MOST, "s"))
        targets.append(report.target("frameworks that import ops loads", len(cases["ops"]["frameworks"]), 0))
    return {"cases": cases, "failed": failed, "targets": targets}


def show(console: Console, found: dict[str, Any]) -> None:
    """The table."""
    table = report.table("Import in a fresh process", ["import", "seconds", "modules", "frameworks loaded"])
    for case in CASES:
        one = found["cases"].get(case)
        if one is None:
            table.add_row(case, *[report.NONE] * 3)
            continue
        table.add_row(
            case, report.spread(one["seconds"]), f"{one['modules']:,}", ", ".join(one["frameworks"]) or "none"
        )
    console.print(table)
    for case, reason in found["failed"].items():
        console.print(f"- {case}: {reason}", style="dim", highlight=False, markup=False)
    report.show_targets(console, found["targets"])
