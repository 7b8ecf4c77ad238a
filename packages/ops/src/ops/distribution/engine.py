"""The functions of a backend's family `distribution`; for a backend without that family, the same for one device."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ops_common.errors import UnsupportedError
from ops_common.runtime import registry
from ops_common.runtime.backend import Backend

Axes = tuple[str | tuple[str, ...] | None, ...]
Part = tuple[str, tuple[tuple[int, int], ...], Any, bool]


@dataclass(frozen=True)
class OneDeviceMesh:
    """The mesh of a backend that runs on one device."""

    shape: tuple[int, ...]
    axis_names: tuple[str, ...]
    devices: tuple[str, ...]


class OneDevice:
    """The functions of the contract's family `distribution` for a backend without it."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def _refuse(self, what: str) -> UnsupportedError:
        return UnsupportedError(
            f"backend {self._backend.name!r} runs on one device of one process, and does not support {what}; train on "
            "jax, torch or tensorflow, save the weights with ops.distribution.save, and load them here"
        )

    def initialize(
        self, job_addresses: tuple[str, ...] | None, num_processes: int | None, process_id: int | None, timeout: float
    ) -> None:
        if num_processes not in (None, 1) or len(job_addresses or ()) > 1:
            raise self._refuse("several processes")

    def processes(self) -> tuple[int, int]:
        return 0, 1

    def barrier(self) -> None:
        pass

    def devices(self) -> tuple[str, ...]:
        return self._backend.devices()[:1]

    def mesh(self, shape: tuple[int, ...], axis_names: tuple[str, ...], devices: tuple[str, ...]) -> OneDeviceMesh:
        if math.prod(shape) != 1:
            raise self._refuse(f"a mesh of shape {shape}")
        return OneDeviceMesh(shape, axis_names, devices)

    def place(self, x: Any, mesh: OneDeviceMesh, axes: Axes) -> Any:
        return x

    def make(
        self, read: Callable[[tuple[slice, ...]], Any], shape: tuple[int, ...], dtype: str, mesh: Any, axes: Axes
    ) -> Any:
        return self._backend.make(read(tuple(slice(0, size) for size in shape)), dtype)

    def axes(self, x: Any) -> Axes | None:
        return None

    def mesh_of(self, x: Any) -> Any:
        return None

    def shards(self, x: Any) -> Sequence[Part]:
        bounds = tuple((0, size) for size in self._backend.shape(x))
        device = self._backend.device or self.devices()[0]
        return [(device, bounds, self._backend.core.convert_to_numpy(x), True)]

    def gather(self, x: Any) -> Any:
        return self._backend.core.convert_to_numpy(x)

    def communication(self, function: Callable[..., Any], args: tuple[Any, ...]) -> dict[str, tuple[int, int]]:
        function(*args)
        return {}


class Engine:
    """The functions of the contract's family `distribution` for one backend; see `ops_common.contract.distribution`."""

    def __init__(self, backend: Backend) -> None:
        kernels = backend.kernels
        one = OneDevice(backend)
        has = "distribution.mesh" in kernels

        def function(name: str) -> Callable[..., Any]:
            return kernels[f"distribution.{name}"] if has else getattr(one, name)

        self.initialize = function("initialize")
        self.processes: Callable[[], tuple[int, int]] = function("processes")
        self.barrier: Callable[[], None] = function("barrier")
        self.devices: Callable[[], tuple[str, ...]] = function("devices")
        self.mesh = function("mesh")
        self.place = function("place")
        self.make = function("make")
        self.axes: Callable[[Any], Axes | None] = function("axes")
        self.mesh_of = function("mesh_of")
        self.shards: Callable[[Any], Sequence[Part]] = function("shards")
        self.gather = function("gather")
        self.communication: Callable[..., dict[str, tuple[int, int]]] = function("communication")


_engines: dict[str, Engine] = {}


def engine_of(backend: Backend) -> Engine:
    """Returns the functions of a backend, or of the backend of which it is a form."""
    engine = _engines.get(backend.name)
    if engine is None:
        engine = _engines[backend.name] = Engine(registry.load(backend.name))
    return engine
