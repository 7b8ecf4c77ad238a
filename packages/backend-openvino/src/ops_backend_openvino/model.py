"""Compiled models, and the infer requests that run them."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import openvino as ov

from ops_backend_openvino.graphs import is_alias, is_factor, nodes_of, value_of, with_inputs, without_differences
from ops_backend_openvino.native_types import GRAPH_TYPES, NUMPY, type_name
from ops_backend_openvino.tensor import Node
from ops_common.errors import DeviceError


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
# The plug-in compiles kernels for each shape that a model with dynamic sizes computes, and caches this number of them.
_CACHED_KERNELS = 512
# A request that holds more than this (bytes) is not cached: it would keep its last inputs and outputs alive.
_LARGEST_CACHED = 1 << 26

_SHARED: Any = "CW"  # contiguous and writable: a string of letters, whereas the stubs only accept a list


def _shareable(value: Any, type_: Any) -> Any:
    """Returns an array of a dtype whose memory OpenVINO can share, which must be writable. (It does not write to
    inputs.)"""
    if type(value) is np.ndarray and value.dtype is type_ and value.flags.carray:
        return value
    return np.require(value, type_, _SHARED)


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
    """A compiled model, called with arrays (or numbers) as its inputs; returns new arrays. Thread-safe.

    Args:
        light: whether all values in the model have at most `graphs.SMALL_COUNT` elements.

    Attributes:
        used: set at each call.
        has_thread: whether the plug-in starts a thread for the model.
        is_shared: whether several signatures use the model.
    """

    is_dynamic = False
    is_shared = False

    def __init__(
        self, parameters: list[Any], results: list[Node], names: list[str], light: bool, settings: Any = NO_SETTINGS
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
        self.used, self.has_thread = True, not light
        self.compiled = _compiled(results, parameters, light, settings)
        self._idle: list[_Request] = []
        self._keep = sum(sizes_in + sizes_out) <= _LARGEST_CACHED
        self._is_copied = all(self.copied_inputs + self.copied_outputs) and "bfloat16" not in names

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        self.used = True
        try:
            request = self._idle.pop()
        except IndexError:
            request = _Request(self)
        if self._is_copied:
            for target, value in zip(request.inputs, values):  # noqa: B905  # same length, and every microsecond counts
                target[...] = value
            request.infer()
            if len(request.outputs) == 1:  # without a comprehension, which is a call before Python 3.12
                arrays = [request.outputs[0].copy()]
            else:
                arrays = [target.copy() for target in request.outputs]
            self._idle.append(request)
            return arrays
        held = []  # memory passed to the request must live until it has run
        i = 0
        for target, copied in zip(request.inputs, self.copied_inputs):  # noqa: B905  # same length, and every microsecond counts
            if copied:
                target[...] = values[i]
            else:
                tensor = ov.Tensor(_shareable(values[i], self._types[i]), shared_memory=True)
                held.append(tensor)
                target(tensor)
            i += 1
        arrays = []
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


_forked: list[bool] = []  # not empty in a child process
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _forked.append(True))

# Properties by which a user decides on threads.
_OF_THREADS = frozenset({"NUM_STREAMS", "INFERENCE_NUM_THREADS", "PERFORMANCE_HINT", "ENABLE_CPU_PINNING"})


def _config(light: bool, settings: Any) -> dict[str, Any]:
    """Returns our properties of a model for the CPU.

    By default, the plug-in starts two threads for each compiled model, which wait for asynchronous requests. A model
    without streams runs in the calling thread alone and starts none. Models with exclusive requests share the threads
    that compute, and start one. In a forked child that thread does not exist, and a compilation would wait for it, so
    there all models run in the calling thread.
    """
    config: dict[str, Any] = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": False,  # the threads belong to the user's process
    }
    if _OF_THREADS.isdisjoint(settings):
        config |= {"NUM_STREAMS": 0} if light or _forked else {"EXCLUSIVE_ASYNC_REQUESTS": True}
    return config


def _compiled(results: list[Node], parameters: list[Any], light: bool, settings: Any) -> Any:
    """Returns the model, compiled for a device; the user's settings override ours."""
    config = _config(light, settings)
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
    """A model with sizes that are only known at each call; called like a `Model`.

    Args:
        light: as for a `Model`.
        exact: whether the results must be those of a `Model`. The plugin adds 0 to a product with a constant if the
            sizes are dynamic, so that -0.0 becomes 0.0; constant factors are then inputs.
    """

    is_dynamic = True
    is_shared = True

    def __init__(
        self,
        parameters: list[Any],
        results: list[Node],
        names: list[str],
        light: bool,
        exact: bool,
        settings: Any = NO_SETTINGS,
    ) -> None:
        results = without_differences(results) if exact else results
        factors = [node for node in nodes_of(results) if is_factor(node)] if exact else []
        self._factors = {len(parameters) + i: value_of(constant) for i, constant in enumerate(factors)}
        self._types = [GRAPH_TYPES[type_name(p.output(0))] for p in parameters]
        self._numbers = [p.output(0).get_partial_shape() == ov.PartialShape([]) for p in parameters]
        self._rounded = [None if name != "bfloat16" else NUMPY[name] for name in names]
        self.used, self.has_thread = True, not light
        if exact:  # models of ops and composites: there are many
            settings = {"CPU_RUNTIME_CACHE_CAPACITY": _CACHED_KERNELS, **settings}
        # The plug-in passes the memory of an input on as that of such an output, which an earlier call may have freed.
        self._has_aliases = any(map(is_alias, results))
        self.compiled = _compiled(results, [*parameters, *with_inputs(factors)], light, settings)
        self._idle: list[Any] = []

    def _request(self) -> tuple[Any, list[Any]]:
        """Returns a new infer request, and the memory of its inputs that are numbers."""
        request = self.compiled.create_infer_request()
        for i, value in self._factors.items():
            request.get_input_tensor(i).data[...] = value
        return request, [request.get_input_tensor(i).data if yes else None for i, yes in enumerate(self._numbers)]

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        self.used = True
        try:
            request, numbers = self._idle.pop()
        except IndexError:
            request, numbers = self._request()
        held: list[Any] = []
        size = i = 0
        for value, native, number in zip(values, self._types, numbers):  # noqa: B905  # same length, and every microsecond counts
            if number is not None:
                number[...] = value
            else:
                array = _shareable(value, native)
                size += array.nbytes
                tensor = ov.Tensor(array, shared_memory=True)
                held.append(tensor)
                request.set_input_tensor(i, tensor)
            i += 1
        _infer(request, NO_SETTINGS, True, False)
        arrays: list[Any] = []
        for i, rounded in enumerate(self._rounded):
            array = request.get_output_tensor(i).data
            size += array.nbytes
            arrays.append(array.copy() if rounded is None else array.astype(rounded))
        if size <= _LARGEST_CACHED and not self._has_aliases:
            self._idle.append((request, numbers))
        return arrays


def _bytes(node: Node) -> int:
    return math.prod(node.get_shape()) * max(node.get_element_type().size, 1)
