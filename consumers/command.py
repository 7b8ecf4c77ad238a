"""`python consumers`: runs functions of published packages on ops, and compares them with keras.

Each package runs in its own processes: unmodified with keras on PyTorch, and on each backend with its imports rewritten
by `python -m ops migrate` in memory. The command fails if a value differs by more than 1e-5, if a case raises that did
not when consumers/table.json was written, or if fewer functions run than there.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consumers import functions, hook, page
from consumers.functions import Counted
from consumers.side import Result, error_between
from tools import workers

PACKAGES = ("keras_rs", "bayesflow", "keras_hub")
BACKENDS = ("numpy", "torch", "jax", "tensorflow", "openvino")
REFERENCE = "torch"
TOLERANCE = 1e-5
TABLE = Path(__file__).with_name("table.json")


@dataclass
class Outcome:
    """What a package did on one backend.

    Attributes:
        run: the functions that ran.
        equal: those of them with keras's values in each case.
        raised: the error of each case that raises here and not with keras.
        differing: the error of each case with other values.
        seconds: the time of its process.
    """

    run: set[Counted] = field(default_factory=set[Counted])
    equal: set[Counted] = field(default_factory=set[Counted])
    raised: dict[str, str] = field(default_factory=dict[str, str])
    differing: dict[str, float] = field(default_factory=dict[str, float])
    seconds: float = 0.0


def keras_backend(backend: str) -> str:
    """Returns the backend of keras itself, whose layers a package's layers derive from.

    It is that of ops. keras's tensors on OpenVINO are nodes of a graph, which have no values, so its layers run on
    NumPy there.
    """
    return "numpy" if backend == "openvino" else backend


def rewritten(package: str) -> dict[str, str]:
    """Returns the rewritten sources of a package's modules by path, without its tests."""
    paths = [str(path) for path in functions.folder(package).rglob("*.py") if not path.stem.endswith("_test")]
    with multiprocessing.get_context("spawn").Pool(min(os.cpu_count() or 1, 8)) as pool:
        return dict(zip(paths, pool.map(hook.rewritten, paths, chunksize=8), strict=True))


def run(package: str, side: str, backend: str, sources: Path, only: str, folder: Path) -> tuple[list[Result], str]:
    """Returns the results of a package's cases on one side, and why the process ended early, if it did."""
    path = folder / f"{package}-{side}-{backend}"
    environment = {
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "MPLBACKEND": "Agg",
        **os.environ,
        "KERAS_BACKEND": keras_backend(backend),
        "KERAS_HOME": str(folder),  # a developer's own configuration of keras must not decide what is compared
    }
    with tempfile.TemporaryFile("w+") as errors:
        arguments = (package, side, backend, str(sources), str(path), only)
        process = workers.start("consumers/worker.py", *arguments, errors=errors, environment=environment)
        is_complete = False
        current = ""
        try:
            for kind, content in workers.messages(process):
                current = content if kind == "case" else current
                is_complete |= kind == "end"
            process.wait()
        finally:
            workers.end(process)
        failure = "" if is_complete else f"ended in {current or 'the import'}: {workers.last_error(errors)}"
    results: list[Result] = []
    if path.exists():
        with path.open("rb") as file:
            while file.peek(1):
                results.append(pickle.load(file))
    return results, failure


def compare(reference: Mapping[str, Result], results: Iterable[Result]) -> Outcome:
    """Returns how results compare with those of keras. Cases that raise with keras too say nothing."""
    outcome = Outcome()
    unequal: set[Counted] = set()
    for result in results:
        expected = reference[result.name]
        if expected.error:
            continue
        if result.error:
            outcome.raised[result.name] = result.error
            continue
        outcome.run |= set(result.called)
        error = error_between(result.leaves, expected.leaves)
        if not error <= TOLERANCE:
            outcome.differing[result.name] = error
            unequal |= set(result.called)
    outcome.equal = outcome.run - unequal
    return outcome


def shares(outcome: Outcome, counted: Sequence[Counted]) -> dict[str, list[int]]:
    """Returns how many functions and methods count, run and are equal."""
    return {
        kind: [
            sum(item.is_method is method for item in counted),
            sum(item.is_method is method for item in outcome.run),
            sum(item.is_method is method for item in outcome.equal),
        ]
        for kind, method in (("functions", False), ("methods", True))
    }


def problems(package: str, backend: str, outcome: Outcome, share: Mapping[str, list[int]], table: Any) -> list[str]:
    """Returns what is worse than the table says, in words."""
    known: Any = table.get(package, {}).get(backend, {"raises": {}})
    where = f"{package}, {backend}"
    return [
        *(f"{where}: {name} differs by {error:.2g}" for name, error in outcome.differing.items()),
        *(f"{where}: {name} raises {error}" for name, error in outcome.raised.items() if name not in known["raises"]),
        *(
            f"{where}: {numbers[1]} {kind} run, the table has {known[kind][1]}"
            for kind, numbers in share.items()
            if kind in known and numbers[1] < known[kind][1]
        ),
    ]


def main() -> int:
    """Returns the exit status: 1 if something is worse than the table says."""
    parser = argparse.ArgumentParser(prog="python consumers", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("packages", nargs="*", choices=[*PACKAGES, []], help="default: all")
    parser.add_argument("--backends", nargs="+", choices=BACKENDS, default=BACKENDS)
    parser.add_argument("--only", default="", metavar="TEXT", help="only the cases whose names contain this text")
    parser.add_argument("--missing", action="store_true", help="list the functions that do not run")
    parser.add_argument("--write", action="store_true", help="write consumers/table.json and docs/consumers.md")
    options = parser.parse_args()
    table: Any = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    found: dict[str, Any] = {}
    failures: list[str] = []
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        for package in options.packages or PACKAGES:
            found[package], worse = _package(package, options, Path(name), table)
            failures += worse
    for failure in failures:
        print(failure, file=sys.stderr)
    print(page.table(found))
    print(f"{(time.monotonic() - start) / 60:.1f} minutes")
    if options.write:
        for package, entry in found.items():
            table[package] = {**table.get(package, {}), **entry}
        TABLE.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
        page.write(table)
    return int(bool(failures) and not options.write)


def _package(package: str, options: argparse.Namespace, folder: Path, table: Any) -> tuple[dict[str, Any], list[str]]:
    """Returns a package's entry in the table, and what is worse than there."""
    counted = functions.counted(package)
    sources = folder / f"{package}.sources"
    sources.write_bytes(pickle.dumps(rewritten(package)))
    results, failure = run(package, "keras", REFERENCE, sources, options.only, folder)
    reference = {result.name: result for result in results}
    worse = [f"{package}, keras: {failure}"] if failure else []
    worse += [f"{package}, keras: {result.name} raises {result.error}" for result in results if result.error]
    found: dict[str, Any] = {}
    for backend in options.backends:
        begin = time.monotonic()
        results, failure = run(package, "ops", backend, sources, options.only, folder)
        outcome = compare(reference, results)
        if outcome.differing and keras_backend(backend) != REFERENCE:
            # Two frameworks round differently: what is left is compared with keras on the same framework.
            same: list[Result] = []
            for case in outcome.differing:
                same += run(package, "keras", keras_backend(backend), sources, case, folder)[0]
            outcome = compare(reference | {result.name: result for result in same if not result.error}, results)
        share = shares(outcome, counted)
        worse += [f"{package}, {backend}: {failure}"] if failure else []
        # Without all cases, fewer functions run.
        worse += problems(package, backend, outcome, {} if options.only else share, table)
        found[backend] = {**share, "raises": outcome.raised}
        print(f"{package}, {backend}: {len(results)} cases in {time.monotonic() - begin:.0f} s", flush=True)
        if options.missing:
            for item in sorted(set(counted) - outcome.run):
                print(f"  {item.path} {item.name}")
    return found, worse
