"""Runs functions in other processes, on several devices, with a time limit.

`run("torch", "program:losses", {"shape": [4, 1]})` calls the function `losses` of the module `program` of this folder,
in as many processes as the backend needs for four devices. It returns what the function returns in each of them.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ENGINES = ("jax", "torch", "tensorflow")


def ports(count: int) -> list[int]:
    """Returns ports of the loopback interface that are free now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Failed(Exception):
    """A process ended with an error, or did not end in time.

    Attributes:
        codes: the exit status of each process; None for one that had to be killed.
        output: the end of each process's output.
    """

    def __init__(self, codes: list[int | None], output: list[str]) -> None:
        self.codes, self.output = codes, output
        texts = [
            f"--- process {i}: {code}\n{text[-4000:]}" for i, (code, text) in enumerate(zip(codes, output, strict=True))
        ]
        super().__init__("\n".join(texts))


def start(
    backend: str,
    function: str,
    arguments: dict[str, Any] | None = None,
    devices: int = 4,
    processes: int | None = None,
    timeout: float = 240,
) -> Job:
    """Starts processes that call a function.

    Args:
        backend: the backend to use.
        function: ``"module:name"``, of a module in this folder.
        arguments: keyword arguments, as JSON can hold them.
        devices: the number of devices of all processes.
        processes: how many; None for one process, or on torch for one for each device.
        timeout: the time limit of collectives, in seconds.
    """
    count = processes or (devices if backend == "torch" else 1)
    return Job(
        {
            "backend": backend,
            "function": function,
            "arguments": arguments or {},
            "devices": devices // count,
            "count": count,
            "addresses": [f"127.0.0.1:{port}" for port in ports(count)],
            "timeout": timeout,
        }
    )


def run(
    backend: str,
    function: str,
    arguments: dict[str, Any] | None = None,
    devices: int = 4,
    processes: int | None = None,
    timeout: float = 240,
    limit: float = 900,
) -> list[Any]:
    """Calls a function in processes of its own (see `start`), and returns its result in each.

    Raises:
        Failed: a process fails, or does not end within the limit in seconds; all others are ended then.
    """
    return start(backend, function, arguments, devices, processes, timeout).results(limit)


class Job:
    """Processes that call a function."""

    def __init__(self, task: dict[str, Any]) -> None:
        folder = tempfile.mkdtemp()
        self._folder = Path(folder)
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.processes: list[subprocess.Popen[bytes]] = []
        for number in range(task["count"]):
            path = Path(self._folder, f"{number}.json")
            path.write_text(json.dumps({**task, "number": number}), "utf-8")
            with open(path.with_suffix(".txt"), "wb") as output:
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, str(Path(__file__)), str(path)],
                        stdout=output,
                        stderr=subprocess.STDOUT,
                        env=_environment(task),
                        start_new_session=True,
                    )
                )

    def wait(self, limit: float) -> list[int | None]:
        """Returns the exit status of each process, None for one that does not end within the limit and is killed.

        If a process fails, the others have as much time as the collectives' time limit, which is in the task.
        """
        end = time.monotonic() + limit
        while time.monotonic() < end and any(process.poll() is None for process in self.processes):
            time.sleep(0.05)
        codes = [process.poll() for process in self.processes]
        self.kill()
        return codes

    def kill(self) -> None:
        """Ends the processes that still run."""
        for process in self.processes:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def output(self) -> list[str]:
        """Returns what each process has written so far."""
        return [Path(self._folder, f"{i}.txt").read_text("utf-8", "replace") for i in range(len(self.processes))]

    def results(self, limit: float) -> list[Any]:
        """Returns what the function returned in each process."""
        codes = self.wait(limit)
        if any(codes) or None in codes:
            raise Failed(codes, self.output())
        paths = [Path(self._folder, f"{i}.result") for i in range(len(self.processes))]
        return [json.loads(path.read_text("utf-8")) for path in paths]


def _environment(task: dict[str, Any]) -> dict[str, str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(FOLDER), os.environ.get("PYTHONPATH")))),
        "OPS_BACKEND": task["backend"],
        "OMP_NUM_THREADS": "1",  # several processes share the processor
        "GLOO_SOCKET_IFNAME": "lo",
    }
    if task["backend"] == "jax":
        flags = f"--xla_force_host_platform_device_count={task['devices']}"
        environment["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {flags}".strip()
    return environment


def _main(path: str) -> None:
    task = json.loads(Path(path).read_text("utf-8"))
    if task["backend"] == "tensorflow":
        tf = importlib.import_module("tensorflow")
        processor = tf.config.list_physical_devices("CPU")[0]
        parts = [tf.config.LogicalDeviceConfiguration() for _ in range(task["devices"])]
        tf.config.set_logical_device_configuration(processor, parts)
    ops = importlib.import_module("ops")
    if task["count"] > 1 or task["backend"] == "torch":
        ops.distribution.initialize(task["addresses"], task["count"], task["number"], timeout=task["timeout"])
    module, _, name = task["function"].partition(":")
    result = getattr(importlib.import_module(module), name)(**task["arguments"])
    Path(path).with_suffix(".result").write_text(json.dumps(result), "utf-8")


if __name__ == "__main__":
    _main(sys.argv[1])
