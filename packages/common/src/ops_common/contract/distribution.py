"""Contract, family distribution: tensors that are laid out over the devices of a mesh.

All functions are optional. A backend that has `mesh` has all of them; a backend without it runs on one device.

A *mesh* is the framework's own object: devices in an array whose axes have names. A *meshed* tensor has a mesh and an
entry for each of its axes: the name of a mesh axis, or a tuple of names, over which the tensor's axis is divided into
equal parts, or None. Over mesh axes that no entry names, the tensor is replicated. All functions accept tensors that
are not meshed, too. Only global values are visible: a layout changes where a tensor is computed, never its value.

With several processes, each of them runs the same program and calls the same functions in the same order. A function
that is a *collective* communicates: if a process does not call it, the others raise an error after a time limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ops_common.contract._mark import optional

Tensor = Any
Axes = tuple[str | tuple[str, ...] | None, ...]


@optional
def initialize(
    job_addresses: tuple[str, ...] | None, num_processes: int | None, process_id: int | None, timeout: float
) -> None:
    """Joins the processes of a program, before devices are used. The first address is the coordinator's. None leaves a
    setting to the framework, which reads it from the environment of a launcher. ``timeout`` is the time in seconds
    after which a collective, and this function, raise an error if a process is missing."""
    ...


@optional
def processes() -> tuple[int, int]:
    """This process's number, from 0, and the number of processes; ``(0, 1)`` without `initialize`."""
    ...


@optional
def barrier() -> None:
    """Returns when all processes have called it."""
    ...


@optional
def devices() -> tuple[str, ...]:
    """The names of the devices of all processes, ``"cpu:0"`` or ``"gpu:5"``, in the order in which meshes use them. The
    devices of the framework's default kind only."""
    ...


@optional
def mesh(shape: tuple[int, ...], axis_names: tuple[str, ...], devices: tuple[str, ...]) -> Any:
    """A mesh of these devices (of `devices`, or of `core.devices`), in row-major order. A collective."""
    ...


@optional
def place(x: Tensor, mesh: Any, axes: Axes) -> Tensor:
    """The tensor in this layout, differentiable. An ordinary tensor is taken as the global value, which is the same in
    each process. In a function that is traced, it is a constraint on the layout."""
    ...


@optional
def make(read: Callable[[tuple[slice, ...]], Any], shape: tuple[int, ...], dtype: str, mesh: Any, axes: Axes) -> Tensor:
    """The meshed tensor whose part at an index of slices, which have ints as start and stop, is the NumPy array that
    ``read`` returns for it. ``read`` is called for the parts of this process only."""
    ...


@optional
def axes(x: Tensor) -> Axes | None:
    """The layout of a meshed tensor; None for any other tensor, and for one that is traced if its layout is unknown."""
    ...


@optional
def mesh_of(x: Tensor) -> Any:
    """The mesh of a meshed tensor, which is equal to what `mesh` returned; None for any other tensor."""
    ...


@optional
def shards(x: Tensor) -> Sequence[tuple[str, tuple[tuple[int, int], ...], Any, bool]]:
    """The parts of a tensor that this process holds: the device's name, start and stop of each axis, the values as a
    NumPy array, and whether this is the first copy of the part. Over all processes, each element is in exactly one
    first copy."""
    ...


@optional
def gather(x: Tensor) -> Any:
    """The whole value as a NumPy array, in each process. A collective."""
    ...


@optional
def meshed(kernel: Callable[..., Any], name: str, mesh: Any) -> Callable[..., Any]:
    """The form of the kernel of this family-qualified name for a scope of the mesh. The tensors that it creates are
    replicated on the mesh; ordinary tensors beside meshed ones are taken as replicated. Its result is that of the
    kernel on the global values: where the framework would return a wrong result, or refuses a layout, the operands are
    brought into another layout first. Gradients have the layout of what they are gradients of.

    It is called for all kernels except those of this family and those that do not depend on a device."""
    ...


@optional
def communication(function: Callable[..., Any], args: tuple[Any, ...]) -> dict[str, tuple[int, int]]:
    """What one call of the function communicates: for each kind of collective (``"all-reduce"``, ``"all-gather"``,
    ``"reduce-scatter"``, ``"all-to-all"``, ``"collective-permute"``, ``"broadcast"``), how often it occurs, and the
    number of bytes of its results on one device."""
    ...
