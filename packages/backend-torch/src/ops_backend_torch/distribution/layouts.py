"""Layouts of DTensors, and tensors of given layouts.

A layout names for each axis of a tensor the axes of the mesh over which it is sharded. torch has it the other way
round: for each axis of the mesh a `Placement`, which names an axis of the tensor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import DTensor, Placement, Replicate, Shard

from ops_backend_torch import core
from ops_backend_torch.distribution import groups
from ops_common import dtypes
from ops_common.errors import ArgumentError, ShapeError, UnsupportedError

Tensor = Any
Axes = tuple[Any, ...]
Bounds = tuple[tuple[int, int], ...]
Placements = tuple[Placement, ...]


def placements_of(axes: Axes, mesh: DeviceMesh) -> Placements:
    """Returns torch's form of a layout."""
    names: tuple[str, ...] = mesh.mesh_dim_names or ()
    placements: list[Placement] = [Replicate()] * len(names)
    for axis, entry in enumerate(axes):
        used = () if entry is None else (entry,) if isinstance(entry, str) else tuple(entry)
        places = [names.index(name) for name in used]
        if places != sorted(places):
            raise UnsupportedError(
                f"backend 'torch' shards an axis over several axes of a mesh in the mesh's order, {names}; got {entry}"
            )
        for place in places:
            if isinstance(placements[place], Shard):
                raise ArgumentError(f"the axis {names[place]!r} of the mesh shards two axes of a tensor: {axes}")
            placements[place] = Shard(axis)
    return tuple(placements)


def is_sharded(x: Tensor) -> bool:
    """Returns whether a tensor is a DTensor that is not replicated."""
    return isinstance(x, DTensor) and any(not isinstance(placement, Replicate) for placement in x.placements)


def axes_of(x: Tensor) -> Axes | None:
    if not isinstance(x, DTensor):
        return None
    names: tuple[str, ...] = x.device_mesh.mesh_dim_names or ()
    entries: list[list[str]] = [[] for _ in range(x.dim())]
    for name, placement in zip(names, x.placements, strict=True):
        if isinstance(placement, Shard):
            entries[placement.dim].append(name)
    return tuple(tuple(entry) if len(entry) > 1 else entry[0] if entry else None for entry in entries)


def mesh_of(x: Tensor) -> DeviceMesh | None:
    return x.device_mesh if isinstance(x, DTensor) else None


# The communication libraries do not support these dtypes. None has gradients, and sums in int64 wrap around alike.
_CARRIERS = {
    **dict.fromkeys(("int16", "uint16", "uint32", "uint64"), torch.int64),
    **dict.fromkeys(dtypes.FLOAT8, torch.float32),
}


def detached(x: DTensor) -> DTensor:
    """Returns the DTensor without its graph."""
    return x.detach()  # pyright: ignore[reportReturnType]  # a DTensor, too


def placed(x: DTensor, placements: Placements) -> DTensor:
    """Returns the DTensor with these placements; itself if it has them.

    What is gathered or summed over several axes of the mesh is so over one after the other, the innermost first. torch
    does the same, but with a warning each time.
    """
    if x.placements == placements:
        return x
    carrier = _CARRIERS.get(core.dtype(x))
    if carrier is not None:
        carried = DTensor.from_local(detached(x).to_local().to(carrier), x.device_mesh, x.placements, run_check=False)
        local = placed(carried, placements).to_local().to(x.dtype)
        return DTensor.from_local(local, x.device_mesh, placements, run_check=False)
    now = list(x.placements)
    for i in reversed(range(len(now))):
        if now[i] != placements[i] and isinstance(placements[i], Replicate) and now[i] not in now[i + 1 :]:
            now[i] = placements[i]
            x = x.redistribute(placements=now)
    return x if x.placements == placements else x.redistribute(placements=placements)


def replicated(x: Tensor, mesh: DeviceMesh) -> DTensor:
    """Returns a DTensor of an ordinary tensor that every process has."""
    device = mesh.device_type
    if x.device.type != device:
        x = x.to(device)
    return DTensor.from_local(x, mesh, [Replicate()] * mesh.ndim, run_check=False)


def place(x: Tensor, mesh: DeviceMesh, axes: Axes) -> DTensor:
    placements = placements_of(axes, mesh)
    _check(tuple(x.shape), mesh, placements, axes)
    if isinstance(x, DTensor) and x.device_mesh != mesh:
        x = x.full_tensor()
    return placed(x if isinstance(x, DTensor) else replicated(x, mesh), placements)


def _check(shape: tuple[int, ...], mesh: DeviceMesh, placements: Placements, axes: Axes) -> None:
    if len(axes) != len(shape):
        raise ShapeError(f"a layout for rank {len(axes)} does not apply to shape {shape}: {axes}")
    for axis, size in enumerate(shape):
        parts = math.prod(mesh.size(i) for i, p in enumerate(placements) if isinstance(p, Shard) and p.dim == axis)
        if size % parts:
            raise ShapeError(f"axis {axis} of shape {shape} is not divisible into the {parts} parts of layout {axes}")


def _bounds(shape: Sequence[int], mesh: DeviceMesh, placements: Placements) -> Bounds:
    """Returns the start and the end of this process's part along each axis."""
    coordinate = mesh.get_coordinate()
    assert coordinate is not None  # `groups.mesh` raises an error for a process outside
    bounds = [(0, size) for size in shape]
    for i, placement in enumerate(placements):
        if isinstance(placement, Shard):
            start, stop = bounds[placement.dim]
            size = -(-(stop - start) // mesh.size(i))  # torch's parts, of which the last ones may be smaller
            first = min(start + size * coordinate[i], stop)
            bounds[placement.dim] = first, min(first + size, stop)
    return tuple(bounds)


def make(
    read: Callable[[tuple[slice, ...]], Any], shape: tuple[int, ...], dtype: str, mesh: DeviceMesh, axes: Axes
) -> DTensor:
    placements = placements_of(axes, mesh)
    _check(shape, mesh, placements, axes)
    part = read(tuple(slice(start, stop) for start, stop in _bounds(shape, mesh, placements)))
    local = core.convert_to_tensor(np.asarray(part), dtype)
    if local.device.type != mesh.device_type:
        local = local.to(mesh.device_type)
    return DTensor.from_local(local, mesh, placements, run_check=False)


def shards_of(x: Tensor) -> list[tuple[str, Bounds, Any, bool]]:
    process = groups.processes()[0]
    if not isinstance(x, DTensor):
        name = groups.devices()[process]
        return [(name, tuple((0, size) for size in x.shape), core.convert_to_numpy(x), process == 0)]
    mesh = x.device_mesh
    x = placed(detached(x), settled(x.placements))
    coordinate = mesh.get_coordinate()
    assert coordinate is not None
    primary = all(isinstance(p, Shard) or not place for p, place in zip(x.placements, coordinate, strict=True))
    kind = "cpu" if mesh.device_type == "cpu" else "gpu"
    data = core.convert_to_numpy(x.to_local())
    return [(f"{kind}:{process}", _bounds(x.shape, mesh, x.placements), data, primary)]


def settled(placements: Sequence[Placement]) -> Placements:
    """Returns the placements, with Replicate for what is a sum that is still to be computed."""
    return tuple(p if isinstance(p, Shard) else Replicate() for p in placements)


def gather(x: Tensor) -> Any:
    if isinstance(x, DTensor):
        with torch.no_grad():
            x = placed(detached(x), (Replicate(),) * x.device_mesh.ndim).to_local()
    return core.convert_to_numpy(x)
