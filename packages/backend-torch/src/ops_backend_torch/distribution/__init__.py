"""PyTorch, family distribution: tensors on a mesh of devices are `torch.distributed.tensor.DTensor`s.

Each process has one device. The modules that this package calls are imported at the first use, because the import of
`torch.distributed.tensor` takes a second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops_backend_torch.core import EXACT_TYPES, gatherers

Tensor = Any
Axes = tuple[Any, ...]
Bounds = tuple[tuple[int, int], ...]


def initialize(
    job_addresses: tuple[str, ...] | None, num_processes: int | None, process_id: int | None, timeout: float
) -> None:
    from ops_backend_torch.distribution import groups

    groups.initialize(job_addresses, num_processes, process_id, timeout)


def processes() -> tuple[int, int]:
    from ops_backend_torch.distribution import groups

    return groups.processes()


def barrier() -> None:
    from ops_backend_torch.distribution import groups

    groups.barrier()


def devices() -> tuple[str, ...]:
    from ops_backend_torch.distribution import groups

    return groups.devices()


def mesh(shape: tuple[int, ...], axis_names: tuple[str, ...], devices: tuple[str, ...]) -> Any:
    from ops_backend_torch.distribution import groups

    return groups.mesh(shape, axis_names, devices)


def place(x: Tensor, mesh: Any, axes: Axes) -> Tensor:
    from ops_backend_torch.distribution import layouts

    return layouts.place(x, mesh, axes)


def make(read: Callable[[tuple[slice, ...]], Any], shape: tuple[int, ...], dtype: str, mesh: Any, axes: Axes) -> Tensor:
    from ops_backend_torch.distribution import layouts

    return layouts.make(read, shape, dtype, mesh, axes)


def axes(x: Tensor) -> Axes | None:
    if type(x) in EXACT_TYPES:
        return None
    from ops_backend_torch.distribution import layouts

    return layouts.axes_of(x)


def mesh_of(x: Tensor) -> Any:
    if type(x) in EXACT_TYPES:
        return None
    from ops_backend_torch.distribution import layouts

    return layouts.mesh_of(x)


def shards(x: Tensor) -> list[tuple[str, Bounds, Any, bool]]:
    from ops_backend_torch.distribution import layouts

    return layouts.shards_of(x)


def gather(x: Tensor) -> Any:
    from ops_backend_torch.distribution import layouts

    return layouts.gather(x)


gatherers.append(gather)


def meshed(kernel: Callable[..., Any], name: str, mesh: Any) -> Callable[..., Any]:
    from ops_backend_torch.distribution import scope

    return scope.meshed(kernel, name, mesh)


def communication(f: Callable[..., Any], args: tuple[Any, ...]) -> dict[str, tuple[int, int]]:
    from ops_backend_torch.distribution import traffic

    return traffic.communication(f, args)
