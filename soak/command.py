"""`python soak`: runs a small network at shapes that vary, and fails if time, memory or threads exceed their limits.

Three parts on each backend, each in its own process: ``eager`` and ``gradient`` call the network and its gradient at a
new shape each time; ``calls`` calls it again and again at 50 shapes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import ops
from tools import workers

PARTS = ("eager", "gradient", "calls")
BACKENDS = ("numpy", "torch", "jax", "tensorflow", "openvino")
SHAPES = {"numpy": 2000, "torch": 300, "jax": 300, "tensorflow": 2000, "openvino": 2000}
CALLS = 100_000
# Limits by backend and part, of a run with the default numbers. Without an entry, a figure is printed only.
LIMITS: dict[tuple[str, str], dict[str, float]] = {
    ("openvino", "eager"): {"ms_from_20": 5, "mb": 200, "threads": 16},
    ("openvino", "gradient"): {"ms_from_20": 20, "mb": 800, "threads": 64},
    ("jax", "eager"): {"mb": 1024, "mb_last_third": 64},
    ("jax", "gradient"): {"mb": 1024, "mb_last_third": 64},
    **{(backend, "calls"): {"mb": 16, "threads": 0} for backend in BACKENDS},
}
_COLUMNS = {
    "number": "number",
    "ms": "ms each",
    "ms_from_20": "ms from 20th",
    "mb": "MB grown",
    "mb_last_third": "MB, last third",
    "threads": "threads",
    "programs": "programs",
    "compiled": "compiled",
}
_SECONDS_BETWEEN_LINES = 5.0


def _run(backend: str, part: str, count: int) -> dict[str, Any]:
    """Returns a part's figures, or the reason why there are none, as ``error``."""
    # Programs that another process has compiled would be read from JAX's folder.
    environment = {"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ, "JAX_ENABLE_COMPILATION_CACHE": "false"}
    with tempfile.TemporaryFile("w+") as errors:
        process = workers.start("soak/worker.py", backend, part, str(count), errors=errors, environment=environment)
        result: dict[str, Any] = {}
        shown = 0.0
        try:
            for kind, content in workers.messages(process):
                if kind == "result":
                    result = content
                elif time.monotonic() - shown > _SECONDS_BETWEEN_LINES:
                    shown = time.monotonic()
                    done, total, ms, memory, threads = content
                    print(f"  {done}/{total}: {ms:.2f} ms, {memory:+.0f} MB, {threads:+d} threads", flush=True)
            process.wait()
        finally:
            workers.end(process)
        return result or {"error": workers.last_error(errors) or f"ended with status {process.returncode}"}


def exceeded(backend: str, part: str, result: dict[str, Any]) -> list[str]:
    """Returns what a part's figures exceed, in words."""
    if "error" in result:
        return [f"{backend}, {part}: {result['error']}"]
    limits = LIMITS.get((backend, part), {})
    return [
        f"{backend}, {part}: {_COLUMNS[name]} {result[name]:.1f}, the limit is {limit:g}"
        for name, limit in limits.items()
        if result[name] > limit
    ]


def _table(results: dict[str, dict[str, Any]]) -> str:
    rows = [["", *_COLUMNS.values()]]
    for name, result in results.items():
        cells = [result.get(column, "-") for column in _COLUMNS]
        rows.append([name, *(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def main() -> int:
    """Returns the exit status: 1 if a limit is exceeded or a part fails."""
    parser = argparse.ArgumentParser(prog="python soak", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--backends", nargs="+", choices=BACKENDS, help="default: those that are installed")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--shapes", type=int, help="default: 2000, and 300 on jax and torch")
    parser.add_argument("--calls", type=int, default=CALLS, help=f"default: {CALLS}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    for backend in options.backends or [name for name in BACKENDS if name in ops.backends()]:
        for part in options.parts:
            count = options.calls if part == "calls" else options.shapes or SHAPES[backend]
            print(f"{backend}, {part}:", flush=True)
            results[f"{backend}, {part}"] = result = _run(backend, part, count)
            problems += exceeded(backend, part, result)
            if options.json is not None:
                options.json.write_text(json.dumps({"results": results, "exceeded": problems}, indent=1) + "\n")
    print(_table(results))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0
