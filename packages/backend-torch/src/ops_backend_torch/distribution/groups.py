"""Processes, their devices, and meshes of them."""

from __future__ import annotations

import atexit
import contextlib
import datetime
import functools
import math
import os
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor.experimental import implicit_replication

from ops_common.errors import ArgumentError, DeviceError, UnsupportedError

# The variables that torchrun sets.
_ENVIRONMENT = ("MASTER_ADDR", "MASTER_PORT", "RANK", "WORLD_SIZE")


def _accelerator() -> str | None:
    """Returns the type of the accelerator that a process uses; None for the CPU."""
    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    return None if accelerator is None else accelerator.type


def _libraries() -> str:
    """Returns the communication libraries by device type, as `init_process_group` takes them."""
    accelerator = _accelerator()
    library = None if accelerator is None else dist.get_default_backend_for_device(accelerator)
    return "cpu:gloo" if library is None else f"cpu:gloo,{accelerator}:{library}"


def initialize(
    job_addresses: tuple[str, ...] | None, num_processes: int | None, process_id: int | None, timeout: float
) -> None:
    if not dist.is_available():
        raise UnsupportedError("this build of PyTorch has no torch.distributed; install one that does")
    if dist.is_initialized():
        raise ArgumentError("torch.distributed is initialised already: call initialize once, before the first mesh")
    options: dict[str, Any] = {}
    if job_addresses is None:
        missing = [name for name in _ENVIRONMENT if name not in os.environ]
        if num_processes is not None:
            options["world_size"] = num_processes
            missing = [name for name in missing if name != "WORLD_SIZE"]
        if process_id is not None:
            options["rank"] = process_id
            missing = [name for name in missing if name != "RANK"]
        if missing:
            raise ArgumentError(
                f"initialize needs job_addresses, num_processes and process_id, or the environment variables "
                f"{', '.join(_ENVIRONMENT)} that torchrun sets; {', '.join(missing)} is not set"
            )
        where = "env://"
    else:
        count = len(job_addresses) if num_processes is None else num_processes
        if process_id is None:
            raise ArgumentError("initialize with job_addresses needs process_id")
        options = {"world_size": count, "rank": process_id}
        where = f"tcp://{job_addresses[0]}"
    accelerator = _accelerator()
    if accelerator is not None:  # before the group: its library binds the current device
        local = int(os.environ.get("LOCAL_RANK") or options.get("rank", os.environ.get("RANK", 0)))
        torch.accelerator.set_device_index(local % torch.accelerator.device_count())
    limit = datetime.timedelta(seconds=timeout)
    try:
        dist.init_process_group(_libraries(), init_method=where, timeout=limit, **options)
    except (RuntimeError, ValueError, dist.DistError) as error:
        raise DeviceError(
            f"the processes did not connect within {timeout:g} seconds ({error}); start all of them, with the same "
            "address of the first one and different process ids"
        ) from error
    atexit.register(_end)


def _end() -> None:
    """Ends the process group: with its threads, the interpreter's own end can crash the process."""
    if dist.is_initialized():
        with contextlib.suppress(RuntimeError):  # of other processes that have ended
            dist.destroy_process_group()


def processes() -> tuple[int, int]:
    if not dist.is_available() or not dist.is_initialized():
        return 0, 1
    return dist.get_rank(), dist.get_world_size()


def _store() -> Any:
    return dist.HashStore()  # pyright: ignore[reportPrivateImportUsage]  # documented as torch.distributed's


def barrier() -> None:
    if dist.is_available() and dist.is_initialized():
        dist.barrier()


def devices() -> tuple[str, ...]:
    # One device for each process; an accelerator where there is one.
    kind = "cpu" if _accelerator() is None else "gpu"
    return tuple(f"{kind}:{i}" for i in range(processes()[1]))


@functools.cache
def _replicate_implicitly() -> Any:
    """Makes torch take ordinary tensors beside DTensors as replicated, for the rest of the process.

    Python's operators on tensors are torch's, for which they are an error otherwise; the kernels of ops do not need it.
    The context ends when it is deleted, so it is kept in the cache.
    """
    context = implicit_replication()
    context.__enter__()
    return context


def mesh(shape: tuple[int, ...], axis_names: tuple[str, ...], devices: tuple[str, ...]) -> DeviceMesh:
    kinds = {name.partition(":")[0] for name in devices}
    if len(kinds) != 1:
        raise ArgumentError(f"a mesh has devices of one kind; got {', '.join(devices)}")
    ranks = [int(name.partition(":")[2] or 0) for name in devices]
    process, _ = processes()
    if math.prod(shape) != len(ranks):
        raise ArgumentError(f"a mesh of shape {shape} has {math.prod(shape)} devices; got {len(ranks)}")
    if not dist.is_initialized():  # a mesh of this process alone
        dist.init_process_group(_libraries(), store=_store(), rank=0, world_size=1)
    _replicate_implicitly()
    kind = kinds.pop()
    # All processes create the groups of a mesh, also those that have no part in it.
    native = DeviceMesh(
        "cpu" if kind == "cpu" else _accelerator() or kind,
        torch.tensor(ranks, dtype=torch.int).reshape(shape),
        mesh_dim_names=axis_names,
    )
    if process not in ranks:
        raise DeviceError(f"process {process} has no device of this mesh, which has {', '.join(devices)}")
    return native
