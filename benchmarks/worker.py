"""How a measurement runs in a process of its own, and tells its parent how far it is and what it found.

A framework's threads, caches and global settings, and keras's one backend a process, must not reach the next one.
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
    """Runs a module of this folder as a script, and answers what it gave to `finish`.

    Raises:
        WorkerError: it ended without that; the message is the end of what it wrote.
    """
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile("w+") as errors:
        process = workers.start(
            f"benchmarks/{script}",
            *args,
            errors=errors,
            # keras writes a configuration file into its home.
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
    """Runs a script with each backend's name before its arguments: what they found, and why others did not."""
    found: dict[str, Any] = {}
    failed: dict[str, str] = {}
    for backend in backends:
        try:
            found[backend] = run(
                script,
                backend,
                *args,
                environment={"KERAS_BACKEND": backend},
                progress=lambda done, total, backend=backend: progress(f"{what} on {backend}", done, total),
            )
        except WorkerError as error:
            failed[backend] = str(error)
    return found, failed


def tell(done: int, total: int) -> None:
    """In the worker: how far it is."""
    workers.send("progress", (done, total))


def finish(result: Any) -> None:
    """In the worker: what it found."""
    workers.send("result", result)


def reason(error: BaseException) -> str:
    """An error in a line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
