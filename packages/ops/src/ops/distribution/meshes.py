"""Meshes of devices, and layouts of tensors over them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ops.distribution.engine import Axes, engine_of
from ops_common.errors import ArgumentError, ArgumentTypeError, DeviceError, ShapeError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend, short


def list_devices(device_type: str | None = None) -> list[str]:
    """Returns the names of the devices of all processes.

    Args:
        device_type: the kind: ``"cpu"``, ``"gpu"`` or ``"tpu"``; None for the framework's default kind.

    Example:
        >>> import ops
        >>> ops.distribution.list_devices("cpu")[0]
        'cpu:0'
    """
    backend = active.current_backend()
    names = engine_of(backend).devices()
    if device_type is None:
        return list(names)
    if not isinstance(device_type, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
        raise ArgumentTypeError(f"device_type must be a string or None; got {short(device_type)}")
    kind = device_type.lower()
    chosen = [name for name in names if name.startswith(f"{kind}:")]
    return chosen or [name for name in backend.devices() if name.startswith(f"{kind}:")]


def get_device_count(device_type: str | None = None) -> int:
    """Returns the number of devices of all processes; see `list_devices`.

    Example:
        >>> import ops
        >>> ops.distribution.get_device_count() >= 1
        True
    """
    return len(list_devices(device_type))


class DeviceMesh:
    """Devices in an array whose axes have names.

    Args:
        shape: the sizes of the axes.
        axis_names: a different name for each axis.
        devices: the names of as many devices, in row-major order; None for those of `list_devices`.

    Attributes:
        shape: a tuple of ints.
        axis_names: a tuple of strings.
        devices: an array of names, of this shape.

    Raises:
        ArgumentError: the number of names or devices does not fit the shape.

    Example:
        >>> import ops
        >>> mesh = ops.distribution.DeviceMesh((1, 1), ("data", "model"), ["cpu:0"])
        >>> mesh.axis_size("model")
        1
    """

    def __init__(self, shape: Sequence[int], axis_names: Sequence[str], devices: Any = None) -> None:
        self.shape = tuple(_size(size) for size in shape)
        if isinstance(axis_names, str) or not all(isinstance(name, str) for name in axis_names):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentTypeError(f"axis_names must be a sequence of strings; got {short(axis_names)}")
        self.axis_names = tuple(axis_names)
        if not self.shape or len(self.shape) != len(self.axis_names):
            raise ArgumentError(f"a mesh needs a name for each axis; got shape {self.shape}, names {self.axis_names}")
        if len(set(self.axis_names)) != len(self.axis_names):
            raise ArgumentError(f"the axes of a mesh must have different names; got {self.axis_names}")
        names = [str(name) for name in np.ravel(list_devices() if devices is None else devices)]
        if len(names) != math.prod(self.shape):
            raise ArgumentError(
                f"a mesh of shape {self.shape} needs {math.prod(self.shape)} devices; got {len(names)}"
                + (" (all of ops.distribution.list_devices()): pass devices=" if devices is None else "")
            )
        if len(set(names)) != len(names):
            raise ArgumentError(f"the devices of a mesh must be different; got {short(names)}")
        self.devices: np.ndarray[Any, Any] = np.array(names, dtype=object).reshape(self.shape)

    @property
    def size(self) -> int:
        """Returns the number of devices."""
        return math.prod(self.shape)

    def axis_size(self, names: str | tuple[str, ...] | None) -> int:
        """Returns the number of parts into which an axis with this layout entry is divided."""
        each = () if names is None else (names,) if isinstance(names, str) else names
        return math.prod(self.shape[self.axis_names.index(name)] for name in each)

    def on(self, backend: Backend) -> Any:
        """Returns the mesh of the backend's framework."""
        key = backend.name, self
        mesh = _of_frameworks.get(key)
        if mesh is None:
            names = tuple(self.devices.ravel())
            if "distribution.mesh" in backend.kernels:
                _check_devices(backend, names)
            mesh = engine_of(backend).mesh(self.shape, self.axis_names, names)
            _of_frameworks[key] = mesh
        return mesh

    @property
    def number(self) -> int:
        """Returns a number that identifies equal meshes in this process."""
        return _numbers.setdefault(self, len(_numbers))

    def _key(self) -> tuple[Any, ...]:
        return self.shape, self.axis_names, tuple(self.devices.ravel())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeviceMesh) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"DeviceMesh(shape={self.shape}, axis_names={self.axis_names})"


_of_frameworks: dict[tuple[str, DeviceMesh], Any] = {}
_numbers: dict[DeviceMesh, int] = {}


def _check_devices(backend: Backend, names: tuple[str, ...]) -> None:
    """Raises DeviceError if a device of a mesh does not exist."""
    present = engine_of(backend).devices()
    for name in names:
        if name not in present and name not in backend.devices():
            raise DeviceError(
                f"backend {backend.name!r} has no device {name!r} here; it has {', '.join(present)}: in a program of "
                "several processes, call ops.distribution.initialize in each of them before this"
            )


def mesh_for(backend: Backend, mesh: Any) -> DeviceMesh | None:
    """Returns the DeviceMesh from which a mesh of the backend's framework was created; None if there is none."""
    for (name, device_mesh), known in _of_frameworks.items():
        if name == backend.name and known == mesh:
            return device_mesh
    return None


def _size(size: Any) -> int:
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
        raise ArgumentError(f"the sizes of a mesh must be positive integers; got {short(size)}")
    return int(size)


class TensorLayout:
    """How a tensor is laid out over a mesh.

    Args:
        axes: for each axis of the tensor, the name of the mesh axis over which it is divided, a tuple of names, or
            None. The tensor is replicated over mesh axes that are not named.
        device_mesh: the mesh; None for that of the distribution in force where the layout is used.

    Raises:
        ArgumentError: an entry is not the name of a mesh axis, or a name occurs twice.

    Example:
        >>> import ops
        >>> mesh = ops.distribution.DeviceMesh((1,), ("data",), ["cpu:0"])
        >>> ops.distribution.TensorLayout(("data", None), mesh)
        TensorLayout(('data', None), DeviceMesh(shape=(1,), axis_names=('data',)))
    """

    def __init__(self, axes: Sequence[str | Sequence[str] | None], device_mesh: DeviceMesh | None = None) -> None:
        if isinstance(axes, str) or not isinstance(axes, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"axes must be a sequence of names of mesh axes and None; got {short(axes)}")
        self.axes: Axes = tuple(_entry(entry) for entry in axes)
        self.device_mesh = device_mesh
        if device_mesh is not None:
            self._check(device_mesh)

    def _check(self, mesh: DeviceMesh) -> None:
        used = [name for entry in self.axes for name in _names(entry)]
        for name in used:
            if name not in mesh.axis_names:
                raise ArgumentError(
                    f"the layout {self.axes} names the axis {name!r}; the mesh has {', '.join(mesh.axis_names)}"
                )
            if used.count(name) > 1:
                raise ArgumentError(f"the layout {self.axes} uses the axis {name!r} twice")

    def on(self, mesh: DeviceMesh) -> TensorLayout:
        """Returns the layout with its mesh, or with this one if it has none."""
        return self if self.device_mesh is not None else TensorLayout(self.axes, mesh)

    def check(self, shape: Sequence[int], path: str = "") -> TensorLayout:
        """Returns the layout itself.

        Raises:
            ShapeError: a tensor of this shape cannot be laid out like this; the message names the path, if any.
        """
        mesh = self.device_mesh
        assert mesh is not None
        what = f"{path!r}: " if path else ""
        if len(shape) != len(self.axes):
            raise ShapeError(
                f"{what}the layout {self.axes} has {len(self.axes)} entries, for a tensor of shape {tuple(shape)}"
            )
        for i, (size, entry) in enumerate(zip(shape, self.axes, strict=True)):
            parts = mesh.axis_size(entry)
            if size % parts:
                raise ShapeError(
                    f"{what}axis {i} of shape {tuple(shape)} cannot be divided into {parts} equal parts, as the layout "
                    f"{self.axes} on {mesh} requires"
                )
        return self

    @property
    def is_replicated(self) -> bool:
        """Returns whether each device holds the whole tensor."""
        return self.device_mesh is None or all(self.device_mesh.axis_size(entry) == 1 for entry in self.axes)

    def _key(self) -> tuple[Any, ...]:
        """Returns what is equal for equal layouts: an axis of size 1 of the mesh divides nothing."""
        mesh = self.device_mesh
        if mesh is None:
            return self.axes, mesh
        return tuple(tuple(name for name in _names(entry) if mesh.axis_size(name) > 1) for entry in self.axes), mesh

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorLayout) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        mesh = "" if self.device_mesh is None else f", {self.device_mesh}"
        return f"TensorLayout({self.axes}{mesh})"


def _entry(entry: Any) -> str | tuple[str, ...] | None:
    if entry is None or isinstance(entry, str):
        return entry
    names = tuple(entry) if isinstance(entry, Sequence) else (None,)
    if not all(isinstance(name, str) for name in names):
        raise ArgumentTypeError(
            f"an entry of a layout must be the name of a mesh axis, a tuple of names, or None; got {short(entry)}"
        )
    return None if not names else names[0] if len(names) == 1 else names  # type: ignore[return-value]


def _names(entry: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if entry is None else (entry,) if isinstance(entry, str) else entry


def pattern(text: str) -> re.Pattern[str]:
    """Returns the compiled pattern; raises ArgumentError if it is not a regular expression."""
    try:
        return re.compile(text)
    except re.error as error:
        raise ArgumentError(f"{text!r} is not a regular expression: {error}") from None
