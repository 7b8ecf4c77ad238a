"""The time of `import ops` in a fresh process, compared with its dependencies and keras; frameworks that it loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console

from benchmarks import report, timing, worker

AT_MOST = 0.25
FRAMEWORKS = ("jax", "tensorflow", "torch", "openvino", "keras")
# By the name in the table: the modules, and the environment.
CASES: dict[str, tuple[list[str], dict[str, str]]] = {
    "numpy": (["numpy"], {}),
    "numpy, ml_dtypes, optree (ops' own dependencies)": (["numpy", "ml_dtypes", "optree"], {}),
    "ops": (["ops"], {}),
    "keras, on its NumPy backend": (["keras"], {"KERAS_BACKEND": "numpy"}),
}


def run(quick: bool, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Imports each case in fresh processes, in turns; returns the median and quartiles and the loaded modules."""
    rounds = 3 if quick else 9
    runs: dict[str, list[dict[str, Any]]] = {case: [] for case in CASES}
    failed: dict[str, str] = {}
    for done in range(rounds + 1):  # the first fills the disk cache and writes the bytecode; it is not counted
        for case, (names, environment) in CASES.items():
            if case in failed:
                continue
            try:
                result = worker.run("probe.py", *names, environment=environment)
            except worker.WorkerError as error:
                failed[case] = str(error)
                continue
            if done:
                runs[case].append(result)
        progress("import in fresh processes", done + 1, rounds + 1)
    cases: dict[str, dict[str, Any]] = {
        case: {
            "seconds": timing.middle([result["seconds"] for result in results]),
            "modules": results[0]["modules"],
            "frameworks": [name for name in FRAMEWORKS if name in results[0]["top"] and name not in CASES[case][0]],
        }
        for case, results in runs.items()
        if case not in failed
    }
    targets: list[dict[str, Any]] = []
    if "ops" in cases:
        targets.append(report.target("import ops", cases["ops"]["seconds"]["median"], AT_MOST, "s"))
        targets.append(report.target("frameworks that import ops loads", len(cases["ops"]["frameworks"]), 0))
    return {"cases": cases, "failed": failed, "targets": targets}


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints the table."""
    table = report.table("Import in a fresh process", ["import", "seconds", "modules", "frameworks loaded"])
    for case in CASES:
        figures = results["cases"].get(case)
        if figures is None:
            table.add_row(case, *[report.NONE] * 3)
            continue
        table.add_row(
            case,
            report.spread(figures["seconds"]),
            f"{figures['modules']:,}",
            ", ".join(figures["frameworks"]) or "none",
        )
    console.print(table)
    for case, reason in results["failed"].items():
        console.print(f"- {case}: {reason}", style="dim", highlight=False, markup=False)
    report.show_targets(console, results["targets"])
