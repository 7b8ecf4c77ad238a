"""`python parity`: compares random calls of every op on `ops` and on keras 3.15.1, backend by backend.

A call agrees if it raises on both sides, or its results agree in value (within the dtype's tolerance), dtype, shape and
form. Any other difference must be listed in `families`; otherwise the sweep fails and shows the call.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ops.testing import RECORDS
from parity import compare, differences, listing, module, sparse, symbolic, worker
from tools import workers

_SILENCE = 120.0  # seconds without progress after which a process is killed
_SHOWN = 3  # unlisted calls shown for each op and kind


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python parity", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "what",
        nargs="?",
        choices=["differences", "module", "sparse", "symbolic"],
        help="only write docs/differences.md; compare ops.keras with keras's modules; compare calls with sparse "
        "operands; or compare symbolic calls with unknown sizes and write docs/symbolic.md",
    )
    parser.add_argument("--check", action="store_true", help="only check that the document is current")
    parser.add_argument("--backends", default=",".join(listing.ALL), help="separated by commas; default: all")
    parser.add_argument("--ops", default="", help="public paths, separated by commas; default: all with a record")
    # (A draw of a dtype in which the op has no sample makes no call.)
    parser.add_argument("--calls", type=int, default=22_000, help="for each backend, divided evenly among the ops")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="backends that run in parallel")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all unlisted differences to this file")
    options = parser.parse_args()
    if options.what is not None:
        return options
    options.backends = [name for name in listing.ALL if name in options.backends.split(",")]
    missing = [name for name in options.backends if importlib.util.find_spec(name) is None]
    if missing or not options.backends:
        parser.error(f"not installed: {', '.join(missing)}" if missing else f"backends: {', '.join(listing.ALL)}")
    every = [record.path for record in RECORDS]
    options.ops = [path for path in every if not options.ops or path in options.ops.split(",")]
    if not options.ops:
        parser.error("--ops: no op of these names has a record")
    return options


class Sweep:
    """The sweep on one backend: its process, which is restarted after a crash, and the results."""

    def __init__(self, backend: str, options: argparse.Namespace) -> None:
        self.backend = backend
        self.seed = options.seed
        each = -(-options.calls // len(options.ops))
        self.todo = dict.fromkeys(options.ops, each)
        self.total = len(options.ops)
        self.done: dict[str, dict[str, Any]] = {}
        self.crashes: list[dict[str, Any]] = []
        self.seconds = 0.0
        self._process: subprocess.Popen[str] | None = None
        self._ended = False

    def end(self) -> None:
        """Ends the process, and prevents another from starting."""
        self._ended = True
        if self._process is not None:
            self._process.kill()

    def run(self, tell: Any) -> None:
        """Runs all calls, and restarts the process after a crash."""
        began, start, starts_without_a_call = time.monotonic(), 0, 0
        with tempfile.TemporaryDirectory() as home:
            position_file = Path(home) / "place"
            while self.todo:
                before = len(self.todo)
                errors = self._sweep(home, position_file, start, tell)
                if not self.todo or self._ended:
                    break
                position = position_file.read_text().split() if position_file.exists() else []
                path = next(iter(self.todo))
                if len(position) < 2 or position[0] != path:
                    starts_without_a_call += len(self.todo) == before
                    if starts_without_a_call > 1:
                        raise RuntimeError(f"{self.backend}: the worker process does not start: {errors}")
                    continue
                start = int(position[1]) + 1
                side = "keras" if len(position) > 2 else "ops"
                listed = self._listed_crash(position_file, errors) if side == "keras" else None
                crash = {"op": path, "number": int(position[1]), "side": side, "text": errors, "listed": listed}
                self.crashes.append(crash)
        self.seconds = time.monotonic() - began

    def _listed_crash(self, position_file: Path, errors: str) -> str | None:
        """Returns the name of the listed difference for a call in which keras ended the process."""
        call, mine, parameters = pickle.loads(worker.call_file(position_file).read_bytes())
        theirs = compare.Outcome(error=f"the process ends: {errors}")
        names = compare.operand_dtypes(call)
        difference = compare.Difference(call.path, self.backend, "crash", names, call, mine, theirs, parameters)
        return differences.which(difference)

    def _sweep(self, home: str, position_file: Path, start: int, tell: Any) -> str:
        with tempfile.TemporaryFile("w+") as errors:
            process = workers.start(
                "parity/worker.py", self.backend, str(self.seed), json.dumps(self.todo), str(start), str(position_file),
                errors=errors,
                environment={"TF_CPP_MIN_LOG_LEVEL": "3", "OMP_WAIT_POLICY": "PASSIVE", **os.environ,
                             "KERAS_HOME": home, "TMPDIR": home, "KERAS_BACKEND": self.backend},
            )  # fmt: skip
            self._process = process
            if self._ended:
                process.kill()
            received = workers.queued_messages(process)
            last = time.monotonic()
            seen = ""
            while True:
                try:
                    message = received.get(timeout=2.0)
                except queue.Empty:
                    now = position_file.read_text() if position_file.exists() else ""
                    if now != seen:
                        seen, last = now, time.monotonic()
                    elif time.monotonic() - last > _SILENCE:
                        break
                    continue
                if message is None:
                    break
                last = time.monotonic()
                kind, result = message
                if kind == "done":
                    del self.todo[result["op"]]
                    self.done[result["op"]] = result
                    tell(len(self.done))
            workers.end(process)
            return workers.last_error(errors) or f"status {process.returncode}"

    def count(self) -> dict[str, int]:
        """Returns the numbers of calls, agreements, listed and unlisted differences."""
        results = self.done.values()
        unlisted = sum(len(result["unlisted"]) for result in results)
        unlisted += sum(result["listed"] is None for result in self.crashes)
        calls, agree = sum(result["calls"] for result in results), sum(result["agree"] for result in results)
        return {
            "calls": calls + len(self.crashes),
            "agree": agree,
            "listed": calls + len(self.crashes) - agree - unlisted,
            "unlisted": unlisted,
        }


def _run_all(sweeps: list[Sweep], jobs: int, console: Console) -> None:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("ops"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    waiting: queue.Queue[Sweep] = queue.Queue()
    # The slowest backend starts first.
    for name in ("openvino", "jax", "tensorflow", "torch", "numpy"):
        for sweep in sweeps:
            if sweep.backend == name:
                waiting.put(sweep)
    failed: list[BaseException] = []

    def work() -> None:
        while True:
            try:
                sweep = waiting.get_nowait()
            except queue.Empty:
                return
            task = bar.add_task(sweep.backend, total=sweep.total)

            def tell(done: int, sweep: Sweep = sweep, task: Any = task) -> None:
                bar.update(task, completed=done)
                if bar.disable and (done % 25 == 0 or done == sweep.total):
                    print(f"{sweep.backend}: {done} of {sweep.total} ops", file=sys.stderr, flush=True)

            try:
                sweep.run(tell)
            except BaseException as error:
                failed.append(error)
                return

    def end(number: int, _: Any) -> None:
        for sweep in sweeps:
            sweep.end()
        while not waiting.empty():
            waiting.get_nowait()
        failed.append(SystemExit(128 + number))

    # Threads remove their temporary folders after their processes end.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    with bar:
        threads = [threading.Thread(target=work) for _ in range(max(1, jobs))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]


def _show(console: Console, sweep: Sweep) -> None:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for path, result in sweep.done.items():
        for call in result["unlisted"]:
            groups[path, call["kind"]].append(call)
    for call in (call for call in sweep.crashes if call["listed"] is None):
        console.print(
            f"{sweep.backend} {call['op']} crash in {call['side']}, call {call['number']}: {call['text']}",
            style="red",
            markup=False,
        )
    for (path, kind), calls in groups.items():
        console.print(f"\n{sweep.backend} {path}: {kind}, {len(calls)} calls", style="bold red", highlight=False)
        for call in calls[:_SHOWN]:
            how = "  (arrays passed as they are)" if call["raw"] else ""
            console.print(f"  call {call['number']}: {call['call']}{how}", highlight=False, markup=False)
            console.print(f"    ops:   {call['ours']}", highlight=False, markup=False)
            console.print(f"    keras: {call['theirs']}", highlight=False, markup=False)
    missing = [path for path, result in sweep.done.items() if result.get("missing")]
    if missing:
        console.print(f"{sweep.backend}: keras has no {', '.join(missing)}", style="dim", highlight=False)


def _table(sweeps: list[Sweep]) -> Table:
    table = Table(title="ops and keras 3.15.1", box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    table.add_column("backend")
    for column in ("ops", "calls", "agree", "listed differences", "unlisted", "s"):
        table.add_column(column, justify="right")
    for sweep in sweeps:
        count = sweep.count()
        style = "red" if count["unlisted"] else "green"
        table.add_row(
            sweep.backend, str(sweep.total), f"{count['calls']:,}", f"{count['agree']:,}", f"{count['listed']:,}",
            f"[{style}]{count['unlisted']:,}[/]", f"{sweep.seconds:.0f}",
        )  # fmt: skip
    return table


def main() -> int:
    """Runs the sweep and prints the results; returns 1 if a difference is not listed."""
    options = _options()
    if options.what == "differences":
        return differences.write_document(options.check)
    if options.what == "symbolic":
        return symbolic.main(options.check)
    if options.what == "sparse":
        return sparse.main()
    if options.what == "module":
        return module.main(options.check)
    console = Console(width=None if sys.stdout.isatty() else 160, soft_wrap=not sys.stdout.isatty())
    console.print(
        f"seed {options.seed}; {len(options.ops)} ops; {options.calls:,} calls on each backend", highlight=False
    )
    sweeps = [Sweep(name, options) for name in options.backends]
    _run_all(sweeps, options.jobs, console)
    for sweep in sweeps:
        _show(console, sweep)
    used = Counter[tuple[str, str]]()
    for sweep in sweeps:
        used.update((crash["listed"], sweep.backend) for crash in sweep.crashes if crash["listed"] is not None)
        for result in sweep.done.values():
            for name, times in result["listed"].items():
                used[name, sweep.backend] += times
    console.print(_listed(sweeps, used))
    console.print(_table(sweeps))
    if options.json is not None:
        results = {s.backend: {"ops": s.done, "crashes": s.crashes} for s in sweeps}
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    return int(any(sweep.count()["unlisted"] for sweep in sweeps))


def _listed(sweeps: list[Sweep], used: Counter[tuple[str, str]]) -> Table:
    table = Table(title="Listed differences that occur", box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    table.add_column("difference")
    for sweep in sweeps:
        table.add_column(sweep.backend, justify="right")
    for name in sorted({name for name, _ in used}):
        table.add_row(name, *(str(used[name, sweep.backend] or "") for sweep in sweeps))
    return table
