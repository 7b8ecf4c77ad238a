"""Processes, their devices, and meshes of them."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.dtensor import Mesh, dtensor
from ops_common.errors import ArgumentError, BackendError, DeviceError, UnsupportedError

# How long a collective, or the start of the processes, waits for the other processes, in seconds.
_limit = 300.0
# DTensor reads the processes from the environment.
_JOBS, _CLIENT, _COUNT, _NAME = "DTENSOR_JOBS", "DTENSOR_CLIENT_ID", "DTENSOR_NUM_CLIENTS", "DTENSOR_JOB_NAME"


def initialize(
    job_addresses: tuple[str, ...] | None, num_processes: int | None, process_id: int | None, timeout: float
) -> None:
    global _limit
    _limit = timeout
    if job_addresses is not None:
        _set_environment(job_addresses, num_processes, process_id)
    if not os.environ.get(_JOBS):
        if (num_processes or 1) > 1:
            raise ArgumentError(
                f"backend 'tensorflow' needs the addresses of all {num_processes} processes: pass job_addresses, or "
                f"set {_JOBS}, {_COUNT} and {_CLIENT}"
            )
        return
    kind = _kind()
    _meet(os.environ[_JOBS].split(","), int(os.environ.get(_CLIENT, "0")), timeout)
    try:
        dtensor.initialize_accelerator_system(kind)
    except (RuntimeError, ValueError, tf.errors.OpError) as error:
        raise BackendError(
            f"TensorFlow cannot join the processes: {error}. Call initialize before anything that uses a device"
        ) from error


def _meet(addresses: list[str], own: int, timeout: float) -> None:
    """Returns when all processes have called this. TensorFlow, which waits for them next, has no time limit, and stops
    all threads of Python while it waits."""
    end = time.monotonic() + timeout
    unheard = {i for i in range(len(addresses)) if i != own}
    ungreeted = set(unheard)
    # A process listens until all others have greeted it. So a connection means that it will read the greeting.
    with socket.create_server(_split(addresses[own]), backlog=len(addresses)) as server:
        server.settimeout(0.1)
        while ungreeted or unheard:
            if time.monotonic() > end:
                names = ", ".join(f"{i} ({addresses[i]})" for i in sorted(ungreeted | unheard))
                raise BackendError(f"after {timeout:g} s, these processes have not called initialize: {names}")
            for i in sorted(ungreeted):
                with contextlib.suppress(OSError), socket.create_connection(_split(addresses[i]), 1) as connection:
                    connection.sendall(own.to_bytes(4, "big"))
                    ungreeted.discard(i)
            with contextlib.suppress(OSError), server.accept()[0] as connection:
                connection.settimeout(1)
                unheard.discard(int.from_bytes(connection.recv(4), "big"))


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


def _set_environment(addresses: tuple[str, ...], count: int | None, process: int | None) -> None:
    count = len(addresses) if count is None else count
    if len(addresses) != count:
        raise ArgumentError(
            f"backend 'tensorflow' needs the address of each process: got {len(addresses)} addresses for {count} "
            "processes"
        )
    if process is None:
        raise ArgumentError("backend 'tensorflow' needs process_id, the number of this process")
    settings = {_JOBS: ",".join(addresses), _CLIENT: str(process), _COUNT: str(count)}
    os.environ.update(settings)
    os.environ.setdefault(_NAME, "worker")


def within_limit(function: Callable[[], Any], what: str, limit: float | None = None) -> Any:
    """Returns the function's result; raises BackendError if it does not return in time, because a process is missing.

    It runs in a thread, because TensorFlow has no limit for this. The thread is abandoned if the time is over.
    """
    results: list[Any] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(function())
        except Exception as error:
            errors.append(error)

    limit = _limit if limit is None else limit
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(limit)
    if thread.is_alive():
        raise BackendError(f"{what} took longer than {limit:g} s: a process has ended, or was not started")
    if errors:
        raise BackendError(f"{what} failed: {errors[0]}") from errors[0]
    return results[0]


def processes() -> tuple[int, int]:
    return dtensor.client_id(), dtensor.num_clients()


def _kind() -> str:
    """Returns the type of device that meshes use by default."""
    kinds = {device.device_type for device in tf.config.list_physical_devices()}
    return next((kind for kind in ("TPU", "GPU") if kind in kinds), "CPU")


def devices() -> tuple[str, ...]:
    kind = _kind()
    count = len(tf.config.list_logical_devices(kind)) * dtensor.num_clients()
    return tuple(f"{kind.lower()}:{i}" for i in range(count))


def mesh(shape: tuple[int, ...], axis_names: tuple[str, ...], devices: tuple[str, ...]) -> Mesh:
    pairs = [device.upper().split(":") for device in devices]
    kinds, numbers = {kind for kind, _ in pairs}, [int(number) for _, number in pairs]
    if len(kinds) > 1:
        raise DeviceError(f"a mesh on backend 'tensorflow' needs devices of one type; got {', '.join(devices)}")
    kind = kinds.pop()
    sizes = [*zip(axis_names, shape, strict=True)]
    if dtensor.num_clients() > 1:
        if numbers != [*range(dtensor.num_global_devices(kind))]:
            raise UnsupportedError(
                "with several processes, a mesh on backend 'tensorflow' needs all devices, in their order; got "
                f"{', '.join(devices)}"
            )
        return dtensor.create_distributed_mesh(sizes, device_type=kind)
    if numbers != sorted(numbers):
        raise UnsupportedError(
            f"backend 'tensorflow' needs the devices of a mesh in ascending order; got {', '.join(devices)}"
        )
    return dtensor.create_mesh(sizes, devices=[f"{kind}:{number}" for number in numbers])


_mesh_of_all: list[Mesh] = []


def barrier() -> None:
    if dtensor.num_clients() == 1:
        return
    if not _mesh_of_all:
        kind = _kind()
        _mesh_of_all.append(dtensor.create_distributed_mesh([("all", dtensor.num_global_devices(kind))]))
    within_limit(lambda: dtensor.barrier(_mesh_of_all[0]), "a barrier")


def coordinates(mesh: Mesh) -> list[tuple[int, ...]]:
    """Returns the place in the mesh of each device of this process, in the order in which DTensor lists the parts of a
    tensor."""
    ids = mesh.local_device_ids()
    first = int(np.min(mesh.global_device_ids()))
    return [tuple(int(i) for i in np.unravel_index(number - first, mesh.shape())) for number in ids]
