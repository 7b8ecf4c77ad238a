"""Worker processes: their start and end, and the messages that they write to their parent.

A framework's threads, caches and global settings, and keras's single backend, must not affect the next process.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
Message = tuple[str, Any]

# --- in the parent ----------------------------------------------------------------------------------------------------


def start(
    script: str, *args: str, errors: IO[str], environment: Mapping[str, str], cwd: Path | None = None
) -> subprocess.Popen[str]:
    """Starts a script in a separate process, and returns the process.

    The script imports the tools as packages (`from parity import compare`). It is run by its path, because ``-m``
    imports modules before the script can measure an import. With ``-P``, the modules in its folder do not hide others.

    Args:
        script: its path below the repository's root.
        args: its arguments.
        errors: where its standard error goes.
        environment: its environment variables.
        cwd: its working directory.
    """
    paths = [*filter(None, [environment.get("PYTHONPATH")]), str(ROOT)]
    return subprocess.Popen(
        [sys.executable, "-P", str(ROOT / script), *args],
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        cwd=cwd,
        env={**environment, "PYTHONPATH": os.pathsep.join(paths)},
    )


def messages(process: subprocess.Popen[str]) -> Iterator[Message]:
    """Yields the kind and the content of each message, until the process closes its output."""
    assert process.stdout is not None
    for line in process.stdout:
        kind, _, content = line.partition(" ")
        if kind.startswith("@") and content:
            yield kind.removeprefix("@"), json.loads(content)


def queued_messages(process: subprocess.Popen[str]) -> queue.Queue[Message | None]:
    """Returns a queue that a thread fills with the messages; None follows the last."""
    received: queue.Queue[Message | None] = queue.Queue()

    def read() -> None:
        for message in messages(process):
            received.put(message)
        received.put(None)

    threading.Thread(target=read, daemon=True).start()
    return received


def end(process: subprocess.Popen[str]) -> None:
    """Ends the process, and waits until it has ended."""
    process.kill()
    process.wait()


def last_error(errors: IO[str]) -> str:
    """Returns the last line of a process's standard error, "" if it has written none."""
    errors.seek(0)
    lines = errors.read().strip().splitlines()
    return lines[-1] if lines else ""


# --- in the worker ----------------------------------------------------------------------------------------------------


def send(kind: str, content: Any) -> None:
    """Writes a message, on a line of its own."""
    print(f"\n@{kind} {json.dumps(content)}", flush=True)


def end_with_parent() -> None:
    """Ends this process once its parent has ended, whatever a framework is doing."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
