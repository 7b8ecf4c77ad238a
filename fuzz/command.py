"""`python fuzz`: makes wrong and odd calls of every public function on each backend.

A call has to return a result or raise one of the errors of `ops`. Internal errors, crashes and timeouts are failures,
as are raw framework errors (KernelError) in more than one percent of the calls.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from fuzz import calls
from tools import workers

ALL = ("numpy", "jax", "tensorflow", "torch", "openvino")
_KINDS = ("result", "clear", "own function", "no memory", "KernelError", "internal", "abort", "hang")
_CPU, _WALL = 20.0, 90.0  # the limit of seconds for a call: of processor time, and of wall time on a shared processor
_START = 180.0
_MEMORY = 5 << 30  # the limit of a process's memory in bytes
_RAW = 0.01  # the share of calls that may end with a KernelError


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--backends", default=",".join(ALL), help="separated by commas; default: all")
    parser.add_argument("--ops", default="", help="public paths, separated by commas; default: all")
    parser.add_argument("--calls", type=int, default=3_300, help="for each backend")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all calls and their outcomes to this file")
    options = parser.parse_args()
    options.backends = [name for name in ALL if name in options.backends.split(",")]
    module = {"numpy": "ops_backend_numpy", "jax": "ops_backend_jax", "tensorflow": "ops_backend_tf",
              "torch": "ops_backend_torch", "openvino": "ops_backend_openvino"}  # fmt: skip
    missing = [name for name in options.backends if importlib.util.find_spec(module[name]) is None]
    if missing or not options.backends:
        parser.error(f"not installed: {', '.join(missing)}" if missing else f"backends: {', '.join(ALL)}")
    options.ops = [path for path in options.ops.split(",") if path]
    return options


def _processor_time(process: int) -> float:
    """Returns the processor time of a process, in seconds."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(process: int) -> int:
    """Returns the memory of a process, in bytes."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


class Fuzz:
    """The calls on one backend: the process that makes them, which is restarted after a crash, and their outcomes."""

    def __init__(self, backend: str, plan: list[tuple[str, str]]) -> None:
        self.backend, self.plan = backend, plan
        self.ends: list[dict[str, Any]] = []
        self.seconds = 0.0

    def run(self) -> None:
        """Makes all calls, and restarts the process after a crash."""
        began, barren = time.monotonic(), 0
        with tempfile.TemporaryDirectory() as home:
            plan = Path(home) / "plan.json"
            plan.write_text(json.dumps(self.plan))
            while len(self.ends) < len(self.plan):
                before = len(self.ends)
                self._process(Path(home), plan)
                barren = barren + 1 if len(self.ends) == before else 0
                if barren > 1:
                    raise RuntimeError(f"{self.backend}: the process does not start")
        self.seconds = time.monotonic() - began

    def _process(self, home: Path, plan: Path) -> None:
        place = home / "place"
        place.unlink(missing_ok=True)
        with tempfile.TemporaryFile("w+") as errors:
            process = workers.start(
                "fuzz/worker.py", self.backend, str(plan), str(len(self.ends)), str(place),
                errors=sys.stderr if os.environ.get("FUZZ_TRACE") else errors,
                environment={"TF_CPP_MIN_LOG_LEVEL": "3", "OMP_WAIT_POLICY": "PASSIVE", **os.environ,
                             "TMPDIR": str(home)},
                cwd=home,
            )  # fmt: skip
            try:
                why = self._listen(process, place)
            finally:
                workers.end(process)
            if len(self.ends) == len(self.plan) or not place.exists():
                return
            code = process.returncode
            how = signal.Signals(-code).name if code < 0 else f"status {code}"
            text = f"{how}: {workers.last_error(errors)[:200]}" if why == "abort" else ""
            self.ends.append({"number": len(self.ends), "kind": why, "where": "", "text": text})

    def _listen(self, process: subprocess.Popen[str], place: Path) -> str:
        """Collects the outcomes of calls until the process ends or is killed; returns the reason."""
        received = workers.queued_messages(process)
        since, used = time.monotonic(), _processor_time(process.pid)
        while True:
            try:
                message = received.get(timeout=0.1)
            except queue.Empty:
                waited = time.monotonic() - since
                if not place.exists():
                    if waited > _START:
                        return "abort"
                elif _resident(process.pid) > _MEMORY:
                    return "no memory"
                elif waited > _WALL or (waited > _CPU and _processor_time(process.pid) - used > _CPU):
                    return "hang"
                continue
            if message is None:
                return "abort"
            kind, content = message
            if kind == "done":
                since, used = time.monotonic(), _processor_time(process.pid)
                self.ends.append(content)
                if len(self.ends) % 500 == 0:
                    print(f"{self.backend}: {len(self.ends)} of {len(self.plan)} calls", file=sys.stderr, flush=True)
            elif kind == "note":
                print(f"{self.backend}: {content}", file=sys.stderr, flush=True)

    def count(self) -> Counter[str]:
        """Returns the number of calls by outcome; "warning" counts those that warned."""
        counts = Counter(end["kind"] for end in self.ends)
        counts["warning"] = sum("warning" in end for end in self.ends)
        return counts

    def fails(self) -> bool:
        """Returns whether there are more failures than allowed."""
        count = self.count()
        raw = count["KernelError"] > _RAW * len(self.ends)
        return raw or any(count[kind] for kind in ("internal", "abort", "hang"))

    def show(self) -> None:
        """Prints the distinct findings, each with its first call."""
        groups: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
        for end in self.ends:
            if end["kind"] in ("KernelError", "internal", "abort", "hang"):
                path = self.plan[end["number"]][0]
                groups.setdefault((end["kind"], path, end["where"], end["text"].partition(":")[0]), []).append(end)
        for (kind, path, where, _), ends in sorted(
            groups.items(), key=lambda group: _KINDS.index(group[0][0]), reverse=True
        ):
            first = ends[0]
            print(f"\n{self.backend} {kind} in {path} ({len(ends)} calls) {where}")
            print(f"  call {first['number']}: {self.plan[first['number']][1][:600]}")
            print("  " + " ".join(first["text"].split())[:300])


def _table(runs: list[Fuzz]) -> str:
    columns = ("backend", "calls", *_KINDS, "warning", "s")
    rows: list[tuple[str, ...]] = [columns]
    for run in runs:
        count, total = run.count(), max(len(run.ends), 1)
        cells = [f"{count[kind]:,} {100 * count[kind] / total:.1f} %" for kind in (*_KINDS, "warning")]
        rows.append((run.backend, f"{len(run.ends):,}", *cells, f"{run.seconds:.0f}"))
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def main() -> int:
    """Makes the calls and prints the findings; returns 1 if there are more failures than allowed."""
    options = _options()
    import ops

    plan = calls.draw_calls(ops, options.calls, options.seed, options.ops)
    print(f"seed {options.seed}; {len(plan):,} calls on each backend, of {len({path for path, _ in plan})} functions")
    runs = [Fuzz(name, plan) for name in options.backends]
    for run in runs:
        run.run()
        run.show()
    print(f"\n{_table(runs)}")
    if options.json is not None:
        options.json.write_text(
            json.dumps(
                {run.backend: [{**end, "call": plan[end["number"]]} for end in run.ends] for run in runs}, indent=1
            )
        )
    return int(any(run.fails() for run in runs))
