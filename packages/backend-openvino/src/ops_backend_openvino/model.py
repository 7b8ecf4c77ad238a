"""Compiled models, the infer requests that run them, and the cache in which they are kept."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino as ov

from ops_backend_openvino.native_types import GRAPH_TYPES, NUMPY, type_name
from ops_backend_openvino.tensor import Node
from ops_common.errors import DeviceError
from ops_common.runtime import locks


@functools.cache
def _device() -> ov.Core:
    return ov.Core()


# At the first use of memory, the binding fills a table of types; two threads that do this at once deadlock (2026.4). A
# module is imported by one thread, so it is done here.
_ = ov.Tensor(np.zeros(1, np.float32)).data

# The raw method: the wrapper above it unpacks the inputs at each call, which costs 80 us.
_infer = ov.InferRequest.__base__.__base__.infer  # type: ignore[union-attr]  # a class with two bases above it
NO_SETTINGS: dict[Any, Any] = {}
# Inputs and outputs up to this size (bytes) are copied to and from fixed memory of the request, which is faster than
# passing other memory to the request.
_LARGEST_COPIED = 1 << 15
# A request that holds more than this (bytes) is not cached: it would keep its last inputs and outputs alive.
_LARGEST_CACHED = 1 << 26


_SHARED: Any = "CW"  # contiguous and writable: a string of letters, whereas the stubs only accept a list


class _Request:
    """An infer request and the memory of its small inputs and outputs; used by one thread at a time."""

    __slots__ = ("infer", "inputs", "outputs", "request")

    def __init__(self, model: Model) -> None:
        self.request = request = model.compiled.create_infer_request()
        self.infer = functools.partial(_infer, request, NO_SETTINGS, True, False)
        self.inputs: list[Any] = [
            request.get_input_tensor(i).data if small else functools.partial(request.set_input_tensor, i)
            for i, small in enumerate(model.copied_inputs)
        ]
        self.outputs: list[Any] = [
            request.get_output_tensor(i).data if small else functools.partial(request.set_output_tensor, i)
            for i, small in enumerate(model.copied_outputs)
        ]


class Model:
    """A compiled model, called with arrays (or numbers) as its inputs; returns new arrays. Thread-safe."""

    def __init__(
        self, parameters: list[Any], results: list[Node], names: list[str], single: bool, settings: Any = NO_SETTINGS
    ) -> None:
        sizes_in = [_bytes(p.output(0)) for p in parameters]
        sizes_out = [_bytes(node) for node in results]
        self.copied_inputs = [size <= _LARGEST_COPIED for size in sizes_in]
        self.copied_outputs = [size <= _LARGEST_COPIED for size in sizes_out]
        self._types = [GRAPH_TYPES[type_name(p.output(0))] for p in parameters]
        self._results = [
            (tuple(node.get_shape()), GRAPH_TYPES[type_name(node)], None if name != "bfloat16" else NUMPY[name])
            for node, name in zip(results, names, strict=True)
        ]
        config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            "ENABLE_CPU_PINNING": False,  # the threads belong to the user's process
        }
        if single and max(sizes_in + sizes_out) <= _LARGEST_COPIED:  # one small operation: more threads would only wait
            config["INFERENCE_NUM_THREADS"] = 1
        self.compiled = _compiled(results, parameters, config, settings)
        self._idle: list[_Request] = []
        self._keep = sum(sizes_in + sizes_out) <= _LARGEST_CACHED

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        try:
            request = self._idle.pop()
        except IndexError:
            request = _Request(self)
        held = []  # memory passed to the request must live until it has run
        i = 0
        for target, copied in zip(request.inputs, self.copied_inputs):  # noqa: B905  # same length, and every microsecond counts
            if copied:
                target[...] = values[i]
            else:
                # OpenVINO shares only writable memory; it does not write to inputs.
                tensor = ov.Tensor(np.require(values[i], self._types[i], _SHARED), shared_memory=True)
                held.append(tensor)
                target(tensor)
            i += 1
        arrays: list[Any] = []
        for target, copied, (shape, type_, _) in zip(request.outputs, self.copied_outputs, self._results):  # noqa: B905
            if copied:
                arrays.append(target)
            else:
                array = np.empty(shape, type_)
                tensor = ov.Tensor(array, shared_memory=True)
                held.append(tensor)
                target(tensor)
                arrays.append(array)
        request.infer()
        i = 0
        for copied, (_, _, rounded) in zip(self.copied_outputs, self._results):  # noqa: B905
            if rounded is not None:
                arrays[i] = arrays[i].astype(rounded)
            elif copied:
                arrays[i] = arrays[i].copy()
            i += 1
        if self._keep:
            self._idle.append(request)
        return arrays


def _compiled(results: list[Node], parameters: list[Any], config: dict[str, Any], settings: Any) -> Any:
    """Returns the model, compiled for a device with these properties; the user's settings override ours."""
    properties = dict(settings)
    device = properties.pop("device", "CPU")
    if device != "CPU":
        config = {}  # our settings are for the CPU
        available = _device().available_devices
        kind = device.partition(":")[0].partition(".")[0]
        if kind not in {"AUTO", "BATCH", "HETERO", "MULTI", *(name.partition(".")[0] for name in available)}:
            raise DeviceError(f"OpenVINO has no device {device!r} here; it has {', '.join(available)}")
    model: Any = ov.Model(results, parameters)  # pyright: ignore[reportGeneralTypeIssues]  # another class in the stubs
    if "CACHE_DIR" in properties:
        # OpenVINO's cache identifies a model by its nodes' names, too, and these are numbered across the process.
        for i, node in enumerate(model.get_ordered_ops()):
            node.set_friendly_name(f"node_{i}")
    return _device().compile_model(model, device, {**config, **properties})


class DynamicModel:
    """A model with sizes that are only known at each call; called like a `Model`."""

    def __init__(self, parameters: list[Any], results: list[Node], names: list[str], settings: Any) -> None:
        self._types = [GRAPH_TYPES[type_name(p.output(0))] for p in parameters]
        self._rounded = [None if name != "bfloat16" else NUMPY[name] for name in names]
        config = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32", "ENABLE_CPU_PINNING": False}
        self.compiled = _compiled(results, parameters, config, settings)
        self._idle: list[Any] = []

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        try:
            request = self._idle.pop()
        except IndexError:
            request = self.compiled.create_infer_request()
        held = [np.require(value, native, _SHARED) for value, native in zip(values, self._types, strict=True)]
        for i, array in enumerate(held):
            request.set_input_tensor(i, ov.Tensor(array, shared_memory=array.ndim > 0))
        _infer(request, NO_SETTINGS, True, False)
        arrays = [request.get_output_tensor(i).data.copy() for i in range(len(self._rounded))]
        self._idle.append(request)
        return [
            array if rounded is None else array.astype(rounded)
            for array, rounded in zip(arrays, self._rounded, strict=True)
        ]


def _bytes(node: Node) -> int:
    return math.prod(node.get_shape()) * max(node.get_element_type().size, 1)


class Cache(dict[Any, Any]):
    """At most 1024 compiled objects by signature; each is created once, by one thread, and the oldest is evicted."""

    def __init__(self, create: Callable[..., Any]) -> None:
        super().__init__()
        self._create = create
        self._lock = locks.rlock()

    def get_or_create(self, key: Any, *args: Any) -> Any:
        """Returns the entry for the key, created from these arguments if it is missing."""
        with self._lock:
            if key not in self:
                if len(self) >= 1024:
                    del self[next(iter(self))]
                self[key] = self._create(*args)
            return self[key]
