"""One program on the devices of many machines: the same results, with tensors laid out over a mesh.

A `DeviceMesh` arranges devices in an array whose axes have names. A distribution gives each tensor a layout: which of
its axes are divided over which axes of the mesh. In the scope of a distribution, an unchanged program computes what it
computes on one device; the framework inserts the communication. docs/distribution.md explains it.
"""

from __future__ import annotations

from ops.distribution.checkpoints import load, save
from ops.distribution.layouts import LayoutMap
from ops.distribution.meshes import DeviceMesh, TensorLayout, get_device_count, list_devices
from ops.distribution.placement import (
    Shard,
    communication,
    distribute,
    distribute_batch,
    distribute_tensor,
    layout,
    shards,
)
from ops.distribution.processes import initialize, num_processes, process_id
from ops.distribution.strategies import (
    DataParallel,
    Distribution,
    FullySharded,
    ModelParallel,
    distribution,
    set_distribution,
)

__all__ = [
    "DataParallel",
    "DeviceMesh",
    "Distribution",
    "FullySharded",
    "LayoutMap",
    "ModelParallel",
    "Shard",
    "TensorLayout",
    "communication",
    "distribute",
    "distribute_batch",
    "distribute_tensor",
    "distribution",
    "get_device_count",
    "initialize",
    "layout",
    "list_devices",
    "load",
    "num_processes",
    "process_id",
    "save",
    "set_distribution",
    "shards",
]


def __dir__() -> list[str]:
    return sorted(__all__)
