"""How a measurement runs in a process of its own, and tells its parent how far it is and what it found.

A framework's threads, caches and global settings, and keras's one backend a process, must not reach the next one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_PROGRESS, _RESULT = "@progress ", "@result "


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
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name(script)), *args],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            # keras writes a configuration file into its home.
            env={"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ, "KERAS_HOME": home, **(environment or {})},
        )
        result: Any = None
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith(_PROGRESS):
                    done, total = line.removeprefix(_PROGRESS).split()
                    progress(int(done), int(total))
                elif line.startswith(_RESULT):
                    result = json.loads(line.removeprefix(_RESULT))
            process.wait()
        finally:
            process.kill()
            process.wait()
        if result is None:
            errors.seek(0)
            said = errors.read().strip().splitlines()
            raise WorkerError(said[-1] if said else f"ended with status {process.returncode}")
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
    print(f"\n{_PROGRESS}{done} {total}", flush=True)


def finish(result: Any) -> None:
    """In the worker: what it found."""
    print(f"\n{_RESULT}{json.dumps(result)}", flush=True)


def reason(error: BaseException) -> str:
    """An error in a line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
