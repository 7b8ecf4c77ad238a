"""Distributions: which layout each tensor of a program has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ops.distribution.engine import engine_of
from ops.distribution.initial_values import creating
from ops.distribution.layouts import LayoutMap
from ops.distribution.meshes import DeviceMesh, TensorLayout, list_devices
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, OpsError
from ops_common.runtime import active, registry
from ops_common.runtime.backend import Backend, short


class Distribution:
    """The layouts of a program's tensors on a mesh: the base of `DataParallel`, `ModelParallel` and `FullySharded`.

    Args:
        device_mesh: the mesh.
        batch_dim_name: the mesh axis over which batches are divided; None for the first one.

    Example:
        >>> import ops
        >>> mesh = ops.distribution.DeviceMesh((1,), ["batch"], ["cpu:0"])
        >>> ops.distribution.Distribution(mesh).data_layout((8, 3)).axes
        ('batch', None)
    """

    def __init__(self, device_mesh: DeviceMesh, batch_dim_name: str | None = None) -> None:
        if not isinstance(device_mesh, DeviceMesh):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"device_mesh must be a DeviceMesh; got {short(device_mesh)}")
        self.device_mesh = device_mesh
        self.batch_dim_name = device_mesh.axis_names[0] if batch_dim_name is None else batch_dim_name
        if self.batch_dim_name not in device_mesh.axis_names:
            raise ArgumentError(
                f"batch_dim_name must be an axis of the mesh: {', '.join(device_mesh.axis_names)}; got "
                f"{short(batch_dim_name)}"
            )

    def layout_of(self, path: str, shape: Sequence[int]) -> TensorLayout:
        """Returns the layout of a weight.

        Raises:
            ArgumentError: two patterns match the path.
            ShapeError: the layout does not fit the shape.
        """
        return self._replicated(len(shape))

    def data_layout(self, shape: Sequence[int]) -> TensorLayout:
        """Returns the layout of a batch: its first axis is divided.

        Raises:
            ShapeError: the first axis cannot be divided into equal parts.
        """
        if not shape:
            return self._replicated(0)
        layout = TensorLayout((self.batch_dim_name, *(None,) * (len(shape) - 1)), self.device_mesh)
        return layout.check(shape, "batch")

    def check_paths(self, paths: Sequence[str]) -> None:
        """Raises ArgumentError if a pattern matches none of the paths."""

    def get_variable_layout(self, variable: Any) -> TensorLayout:
        """Returns the layout of a Variable."""
        return self.layout_of(variable.path, variable.shape)

    def get_data_layout(self, data_shape: Sequence[int]) -> TensorLayout:
        """Returns the layout of a batch of this shape."""
        return self.data_layout(data_shape)

    def _replicated(self, rank: int) -> TensorLayout:
        return TensorLayout((None,) * rank, self.device_mesh)

    def scope(self) -> AbstractContextManager[None]:
        """Returns a context in which this thread or task runs on the mesh.

        Tensors that ops creates there are replicated on the mesh, Variables have the layouts of their paths, and random
        numbers are portable. It applies to the backend that is active on entry.

        Raises:
            UnsupportedError: the backend runs on one device, and the mesh has more.
        """
        return active.distributed(backend_on(self.device_mesh), self)

    def place(self, backend: Backend, path: str, value: Any) -> Any:
        """Returns a tensor in the layout of a Variable's path."""
        layout = self.layout_of(path, backend.shape(value))
        return engine_of(backend).place(value, backend.mesh, layout.axes)

    def create(self, backend: Backend, path: str, shape: tuple[int, ...], dtype: str, create: Callable[[], Any]) -> Any:
        """Returns the tensor of this shape that a function creates, in the layout of a Variable's path."""
        layout, engine = self.layout_of(path, shape), engine_of(backend)
        with creating(backend, shape, layout.axes):
            value = create()
        if isinstance(value, np.ndarray) and value.shape == shape and dtypes.from_numpy(value.dtype) == dtype:
            array: np.ndarray[Any, Any] = value
            return engine.make(lambda index: array[index], shape, dtype, backend.mesh, layout.axes)
        tensor = backend.to_tensor(value, dtype)
        return tensor if backend.shape(tensor) != shape else engine.place(tensor, backend.mesh, layout.axes)


def backend_on(mesh: DeviceMesh) -> Backend:
    """Returns the form of the active backend for a mesh."""
    backend = active.current_backend()
    return registry.on_mesh(backend.name, mesh.number, mesh.on(backend))


class DataParallel(Distribution):
    """Weights are replicated; batches are divided over the first axis of the mesh.

    Args:
        device_mesh: the mesh; None for one axis with the name ``"batch"``.
        devices: the names of the devices of that axis; None for all.

    Example:
        >>> import ops
        >>> with ops.distribution.DataParallel(devices=["cpu:0"]).scope():
        ...     x = ops.distribution.distribute_batch([1.0, 2.0])
        >>> float(ops.sum(x))
        3.0
    """

    def __init__(self, device_mesh: DeviceMesh | None = None, devices: Sequence[str] | None = None) -> None:
        super().__init__(_mesh_of(device_mesh, devices))


class FullySharded(Distribution):
    """Each weight is divided along its largest axis that can be divided over the batch axis; batches are, too.

    Each device then holds a part of all weights. A weight without such an axis is replicated.

    Args:
        device_mesh: the mesh; None for one axis with the name ``"batch"``.
        devices: the names of the devices of that axis; None for all.
        batch_dim_name: the mesh axis; None for the first one.

    Example:
        >>> import ops
        >>> mesh = ops.distribution.DeviceMesh((1,), ("data",), ["cpu:0"])
        >>> ops.distribution.FullySharded(mesh).layout_of("kernel", (3, 8)).axes
        (None, 'data')
    """

    def __init__(
        self,
        device_mesh: DeviceMesh | None = None,
        devices: Sequence[str] | None = None,
        batch_dim_name: str | None = None,
    ) -> None:
        super().__init__(_mesh_of(device_mesh, devices), batch_dim_name)

    def layout_of(self, path: str, shape: Sequence[int]) -> TensorLayout:
        """Returns the layout of a weight."""
        parts = self.device_mesh.axis_size(self.batch_dim_name)
        divisible = [i for i, size in enumerate(shape) if size and size % parts == 0]
        largest = max(divisible, key=lambda i: shape[i], default=None)
        axes = [self.batch_dim_name if i == largest else None for i in range(len(shape))]
        return TensorLayout(axes, self.device_mesh)


class ModelParallel(Distribution):
    """Weights have the layouts of a map; batches are divided over one axis of the mesh.

    Args:
        layout_map: the layouts, and the mesh.
        batch_dim_name: the mesh axis over which batches are divided; None for the first one.

    Example:
        >>> import ops
        >>> mesh = ops.distribution.DeviceMesh((1, 1), ("data", "model"), ["cpu:0"])
        >>> layouts = ops.distribution.LayoutMap(mesh)
        >>> layouts["kernel"] = (None, "model")
        >>> with ops.distribution.ModelParallel(layout_map=layouts, batch_dim_name="data").scope():
        ...     weights = ops.distribution.distribute({"kernel": ops.ones((2, 4))})
    """

    def __init__(self, layout_map: LayoutMap, batch_dim_name: str | None = None) -> None:
        if not isinstance(layout_map, LayoutMap):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"layout_map must be a LayoutMap; got {short(layout_map)}")
        super().__init__(layout_map.device_mesh, batch_dim_name)
        self.layout_map = layout_map

    def layout_of(self, path: str, shape: Sequence[int]) -> TensorLayout:
        """Returns the layout of a weight."""
        layout = self.layout_map[path]
        return self._replicated(len(shape)) if layout is None else layout.check(shape, path)

    def check_paths(self, paths: Sequence[str]) -> None:
        """Raises ArgumentError if a pattern matches none of the paths."""
        matched = {self.layout_map.match(path) for path in paths}
        for key in self.layout_map:
            if key not in matched:
                raise ArgumentError(
                    f"the pattern {key!r} of the layout map matches none of the paths {short(list(paths), 200)}"
                )


def _mesh_of(device_mesh: DeviceMesh | None, devices: Sequence[str] | None) -> DeviceMesh:
    if device_mesh is not None:
        if devices is not None:
            raise ArgumentError("pass device_mesh or devices, not both")
        return device_mesh
    names = list_devices() if devices is None else list(devices)
    return DeviceMesh((len(names),), ("batch",), names)


def distribution() -> Distribution | None:
    """Returns the distribution in force; None outside all scopes.

    Example:
        >>> import ops
        >>> ops.distribution.distribution() is None
        True
    """
    return active.distribution()  # type: ignore[return-value]  # only this module sets it


def current() -> Distribution:
    """Returns the distribution in force; raises OpsError if there is none."""
    found = distribution()
    if found is None:
        raise OpsError("there is no distribution here: call this inside of its scope(), or after set_distribution")
    return found


def set_distribution(value: Distribution | None) -> None:
    """Sets the distribution of the process, which is in force outside all scopes; None ends it. `ops.set_backend` ends
    it, too.

    Example:
        >>> import ops
        >>> ops.distribution.set_distribution(None)
    """
    if value is not None and not isinstance(value, Distribution):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
        raise ArgumentTypeError(f"expected a distribution or None; got {short(value)}")
    if value is None:
        active.set_backend(active.backend())
    else:
        active.set_default(backend_on(value.device_mesh), value)
