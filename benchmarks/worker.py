"""Runs a measurement in a separate process, which reports its progress and its result to the parent.

A framework's threads, caches and global settings, and keras's single backend, must not affect the next measurement.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

from tools import workers


class WorkerError(Exception):
    """A measuring process ended without a result."""


def run(
    script: str,
    *args: str,
    environment: dict[str, str] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Any:
    """Runs a module of this folder as a script, and returns what it passes to `finish`.

    Raises:
        WorkerError: if it ends without a result; the message is the end of its output.
    """
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile("w+") as errors:
        process = workers.start(
            f"benchmarks/{script}",
            *args,
            errors=errors,
            # keras writes a configuration file to its home folder.
            environment={"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ, "KERAS_HOME": home, **(environment or {})},
        )
        result: Any = None
        try:
            for kind, content in workers.messages(process):
                if kind == "progress":
                    progress(*content)
                elif kind == "result":
                    result = content
            process.wait()
        finally:
            workers.end(process)
        if result is None:
            raise WorkerError(workers.last_error(errors) or f"ended with status {process.returncode}")
        return result


def run_each(
    script: str, backends: Iterable[str], args: Iterable[str], what: str, progress: Callable[[str, int, int], None]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Runs a script with each backend's name before its arguments: returns the results and the failures' reasons."""
    results: dict[str, Any] = {}
    failed: dict[str, str] = {}
    for backend in backends:
        try:
            results[backend] = run(
                script,
                backend,
                *args,
                environment={"KERAS_BACKEND": backend},
                progress=lambda done, total, backend=backend: progress(f"{what} on {backend}", done, total),
            )
        except WorkerError as error:
            failed[backend] = str(error)
    return results, failed


def tell(done: int, total: int) -> None:
    """Reports progress (in the worker)."""
    workers.send("progress", (done, total))


def finish(result: Any) -> None:
    """Reports the result (in the worker)."""
    workers.send("result", result)


def reason(error: BaseException) -> str:
    """Formats an error in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
