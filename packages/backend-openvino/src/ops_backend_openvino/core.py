"""OpenVINO, family core, and eager execution with a compiler of models: `Tensor` and `kernel`.

A `Tensor` is concrete (host memory) or traced (a node of a graph under construction). A kernel is written once, as a
function that builds a graph. Given a traced tensor, it adds to that graph; given only concrete ones, it runs a model of
itself, which is compiled once for each signature (dtypes, shapes, static arguments) and cached.

OpenVINO's CPU plugin computes int64, uint64 and uint32 as int32, float64 as float32, and many int32 functions as
float32. Kernels never use it for what it would compute wrongly: each kernel lists the dtypes that it computes correctly
(`native`). For any other dtype, and for tensors without elements, the kernel's ``host`` function computes the result
with NumPy, or, in a traced graph, raises UnsupportedError, which says what to do. Numbers are inputs of the eager
models, never constants.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import openvino as ov
import openvino.opset15 as opset
import optree

from ops_backend_openvino import layout
from ops_common import dtypes
from ops_common.algorithms.philox import MASK
from ops_common.errors import ArgumentTypeError, DeviceError, UnsupportedError
from ops_common.operators import Operators
from ops_common.runtime import active, locks
from ops_common.tensors.seeds import SeedGenerator
from ops_common.tensors.variable import Variable

Node = ov.Output

# Dtypes are always these string objects, so that they can be compared by `is`.
DTYPES: dict[str, str] = {
    name: name for name in ("bool", *dtypes.INTEGERS, "bfloat16", "float16", "float32", "float64")
}
FAST_DTYPES = None

NUMPY = {name: dtypes.to_numpy(name) for name in DTYPES}
_NAMES = {native: name for name, native in NUMPY.items()}
# bfloat16 is float32 inside a graph, and rounded on the host at the outputs: the plugin would round it towards zero.
TYPES: dict[str, ov.Type] = {
    "bool": ov.Type.boolean,
    "int8": ov.Type.i8,
    "int16": ov.Type.i16,
    "int32": ov.Type.i32,
    "int64": ov.Type.i64,
    "uint8": ov.Type.u8,
    "uint16": ov.Type.u16,
    "uint32": ov.Type.u32,
    "uint64": ov.Type.u64,
    "bfloat16": ov.Type.f32,
    "float16": ov.Type.f16,
    "float32": ov.Type.f32,
    "float64": ov.Type.f64,
}
_INSIDE = {name: NUMPY["float32" if name == "bfloat16" else name] for name in DTYPES}

FLOATS = frozenset({"bfloat16", "float16", "float32"})
SMALL = frozenset({"int8", "int16", "uint8", "uint16"})
NARROW = FLOATS | SMALL | {"bool", "int32"}
_WIDE = frozenset({"int64", "uint32", "uint64"})
_WHY = {
    "float64": ("computes float64 as float32", "float32"),
    "int64": ("computes int64 as int32", "int32"),
    "uint64": ("computes uint64 as int32", "int32"),
    "uint32": ("computes uint32 as int32", "int32"),
    "int32": ("computes this in float32, which holds integers up to 2**24 only", "float32"),
}


class Tensor(Operators):
    """OpenVINO's tensor for `ops`: host memory, or a node while a function is traced.

    Attributes:
        dtype: the standard name of its dtype.
        shape: sizes of the axes; None for a size that is unknown while a graph is traced.
        host: the NumPy array that holds the values; None for a traced tensor.
        node: the traced graph's node; None for a concrete tensor.
    """

    __slots__ = ("__weakref__", "dtype", "host", "key", "node", "shape")

    def __init__(self, host: np.ndarray[Any, Any], dtype: str) -> None:
        self.host: Any = host
        self.dtype = dtype
        self.shape: tuple[Any, ...] = host.shape
        self.node: Any = None
        self.key: tuple[str, Any] | None = (dtype, host.shape)  # the signature for which a model is compiled

    def _functions(self) -> Any:
        return active.functions_of("openvino")

    @property
    def ndim(self) -> int:
        """Returns the number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int | None:
        """Returns the number of elements."""
        return None if None in self.shape else math.prod(self.shape)

    def numpy(self) -> Any:
        """Returns the values as a NumPy array, which shares the tensor's memory."""
        if self.node is not None:
            raise ArgumentTypeError(
                f"{self!r} has no value while a function is traced; use ops.where instead of a Python condition"
            )
        return self.host

    def item(self) -> Any:
        """Returns the only element as a Python number."""
        return self.numpy().item()

    def tolist(self) -> Any:
        """Returns the values as nested lists of Python numbers."""
        return self.numpy().tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.numpy(), dtype, copy=copy)

    def __dlpack__(self, **options: Any) -> Any:
        return self.numpy().__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.numpy().__dlpack_device__()

    def __len__(self) -> int:
        if not self.shape:
            raise ArgumentTypeError("a tensor of rank 0 has no length")
        return self.shape[0]

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __index__(self) -> int:
        return self.numpy().__index__()

    def __repr__(self) -> str:
        if self.node is not None:
            return f"<traced Tensor shape={self.shape} dtype={self.dtype}>"
        values = np.array2string(self.host, separator=", ", prefix="Tensor(")
        return f"Tensor({values}, shape={self.shape}, dtype={self.dtype})"

    def __reduce__(self) -> Any:
        return Tensor, (self.numpy(), self.dtype)


TENSOR_TYPES = (Tensor,)
EXACT_TYPES = (Tensor,)


def traced(node: Any, dtype: str) -> Tensor:
    """Returns the traced tensor of a node (or of its only output)."""
    tensor = Tensor.__new__(Tensor)
    tensor.node = node if isinstance(node, Node) else node.output(0)
    tensor.dtype = dtype
    tensor.shape = sizes(tensor.node)
    tensor.host = tensor.key = None
    return tensor


# --- models


@functools.cache
def _device() -> ov.Core:
    return ov.Core()


# At the first use of memory, the binding fills a table of types; two threads that do this at once deadlock (2026.4). A
# module is imported by one thread, so it is done here.
_ = ov.Tensor(np.zeros(1, np.float32)).data

# The raw method: the wrapper above it unpacks the inputs at each call, which costs 80 us.
_infer = ov.InferRequest.__base__.__base__.infer  # type: ignore[union-attr]  # a class with two bases above it
_NOTHING: dict[Any, Any] = {}
# Inputs and outputs up to this size (bytes) are copied to and from fixed memory of the request, which is faster than
# passing other memory to the request.
_COPIED = 1 << 15
# A request that holds more than this (bytes) is not cached: it would keep its last inputs and outputs alive.
_KEPT = 1 << 26


_SHARED: Any = "CW"  # contiguous and writable: a string of letters, whereas the stubs only accept a list


class _Request:
    """An infer request and the memory of its small inputs and outputs; used by one thread at a time."""

    __slots__ = ("infer", "inputs", "outputs", "request")

    def __init__(self, model: Model) -> None:
        self.request = request = model.compiled.create_infer_request()
        self.infer = functools.partial(_infer, request, _NOTHING, True, False)
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
        self, parameters: list[Any], results: list[Node], names: list[str], single: bool, settings: Any = _NOTHING
    ) -> None:
        sizes_in = [_bytes(p.output(0)) for p in parameters]
        sizes_out = [_bytes(node) for node in results]
        self.copied_inputs = [size <= _COPIED for size in sizes_in]
        self.copied_outputs = [size <= _COPIED for size in sizes_out]
        self._types = [_INSIDE[_type_name(p.output(0))] for p in parameters]
        self._results = [
            (tuple(node.get_shape()), _INSIDE[_type_name(node)], None if name != "bfloat16" else NUMPY[name])
            for node, name in zip(results, names, strict=True)
        ]
        config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            "ENABLE_CPU_PINNING": False,  # the threads belong to the user's process
        }
        if single and max(sizes_in + sizes_out) <= _COPIED:  # one small operation: more threads would only wait
            config["INFERENCE_NUM_THREADS"] = 1
        self.compiled = _compiled(results, parameters, config, settings)
        self._idle: list[_Request] = []
        self._keep = sum(sizes_in + sizes_out) <= _KEPT

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        try:
            request = self._idle.pop()
        except IndexError:
            request = _Request(self)
        held = []  # memory passed to the request must live until it has run
        i = 0
        for place, copied in zip(request.inputs, self.copied_inputs):  # noqa: B905  # same length, and every microsecond counts
            if copied:
                place[...] = values[i]
            else:
                # OpenVINO shares only writable memory; it does not write to inputs.
                tensor = ov.Tensor(np.require(values[i], self._types[i], _SHARED), shared_memory=True)
                held.append(tensor)
                place(tensor)
            i += 1
        answers: list[Any] = []
        for place, copied, (shape, type_, _) in zip(request.outputs, self.copied_outputs, self._results):  # noqa: B905
            if copied:
                answers.append(place)
            else:
                array = np.empty(shape, type_)
                tensor = ov.Tensor(array, shared_memory=True)
                held.append(tensor)
                place(tensor)
                answers.append(array)
        request.infer()
        i = 0
        for copied, (_, _, rounded) in zip(self.copied_outputs, self._results):  # noqa: B905
            if rounded is not None:
                answers[i] = answers[i].astype(rounded)
            elif copied:
                answers[i] = answers[i].copy()
            i += 1
        if self._keep:
            self._idle.append(request)
        return answers


def _compiled(results: list[Node], parameters: list[Any], config: dict[str, Any], settings: Any) -> Any:
    """Returns the model, compiled for a device with these properties; the user's settings override ours."""
    given = dict(settings)
    device = given.pop("device", "CPU")
    if device != "CPU":
        config = {}  # our settings are for the CPU
        present = _device().available_devices
        kind = device.partition(":")[0].partition(".")[0]
        if kind not in {"AUTO", "BATCH", "HETERO", "MULTI", *(name.partition(".")[0] for name in present)}:
            raise DeviceError(f"OpenVINO has no device {device!r} here; it has {', '.join(present)}")
    model: Any = ov.Model(results, parameters)  # pyright: ignore[reportGeneralTypeIssues]  # another class in the stubs
    if "CACHE_DIR" in given:
        # OpenVINO's cache identifies a model by its nodes' names, too, and these are numbered across the process.
        for i, node in enumerate(model.get_ordered_ops()):
            node.set_friendly_name(f"node_{i}")
    return _device().compile_model(model, device, {**config, **given})


class FreeModel:
    """A model some of whose sizes are only known at each call; called like a `Model`."""

    def __init__(self, parameters: list[Any], results: list[Node], names: list[str], settings: Any) -> None:
        self._types = [_INSIDE[_type_name(p.output(0))] for p in parameters]
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
        _infer(request, _NOTHING, True, False)
        answers = [request.get_output_tensor(i).data.copy() for i in range(len(self._rounded))]
        self._idle.append(request)
        return [
            answer if rounded is None else answer.astype(rounded)
            for answer, rounded in zip(answers, self._rounded, strict=True)
        ]


def _bytes(node: Node) -> int:
    return math.prod(node.get_shape()) * max(node.get_element_type().size, 1)


_TYPE_NAMES = {type_.get_type_name(): name for name, type_ in TYPES.items() if name != "bfloat16"}


def _type_name(node: Node) -> str:
    return _TYPE_NAMES[node.get_element_type().get_type_name()]


class Cache(dict[Any, Any]):
    """Compiled objects by signature; each is created once, by one thread. The oldest is evicted when there are very
    many."""

    def __init__(self, make: Callable[..., Any]) -> None:
        super().__init__()
        self._make = make
        self._lock = locks.rlock()

    def made(self, key: Any, *args: Any) -> Any:
        """Returns the entry for the key, created from these arguments if it is missing."""
        with self._lock:
            if key not in self:
                if len(self) >= 1024:
                    del self[next(iter(self))]
                self[key] = self._make(*args)
            return self[key]


# --- kernels


def constant(value: Any, dtype: str) -> Any:
    """Returns a constant node of a number, or of a concrete tensor's memory, shared if OpenVINO supports it."""
    array = value.host if type(value) is Tensor else np.asarray(value, NUMPY[dtype])
    array = np.ascontiguousarray(array, _INSIDE[dtype]).reshape(array.shape)
    return opset.constant(array, shared_memory=array.ndim > 0 and array.flags.writeable)


def like(value: Any, node: Any) -> Any:
    """Returns a constant number of the node's type."""
    return opset.constant(value, node.get_element_type())


def sizes(node: Node) -> tuple[Any, ...]:
    """Returns the sizes of a node's axes, with None for those that are only known at each call."""
    return tuple(dim.get_length() if dim.is_static else None for dim in node.get_partial_shape())


def node_of(value: Any, dtype: str) -> Node:
    """Returns the value (tensor or number) as a node of the graph being traced."""
    if type(value) is Tensor and value.node is not None:
        return value.node
    return constant(value, dtype).output(0)


def narrowed(x: Tensor) -> Tensor:
    """Returns a known tensor of integers, such as NumPy's int64, in int32 if all of them fit; any other tensor
    unchanged."""
    if x.node is not None or x.dtype not in ("int64", "uint64", "uint32"):
        return x
    limits = np.iinfo(np.int32)
    if x.host.size and (x.host.min() < limits.min or x.host.max() > limits.max):
        return x
    return Tensor(x.host.astype(np.int32), DTYPES["int32"])


_INT32_MIN, _INT32_MAX = -(2**31), 2**31 - 1


def saturated(array: Any) -> Any:
    """Returns integers as int32, clamped to its range. (A cast would wrap them around.)"""
    if array.dtype.kind == "u":
        return np.minimum(array, _INT32_MAX).astype(np.int32)
    return np.clip(array, _INT32_MIN, _INT32_MAX).astype(np.int32) if array.dtype.itemsize == 8 else array


def index_node(x: Tensor) -> Node:
    """Returns indices as an int32 node. Indices that int32 does not hold become the lowest or the largest int32, which
    is also out of range: the plugin narrows them to 32 bits, which would turn 2**32 into 0."""
    if x.node is None:
        return constant(saturated(x.host), "int32").output(0)
    if x.dtype == "int32":
        return x.node
    twin = twin_of(x)
    return opset.convert(x.node, ov.Type.i32).output(0) if twin is None else twin


def twin_of(x: Tensor) -> Node | None:
    """Returns an int32 node with the saturated values of a 64-bit input of the model; None for any other tensor."""
    return _draws.twin(x) if x.node is not None and x.dtype in _WIDE else None


def unsupported(name: str, dtype: str) -> UnsupportedError:
    """Returns the error for a kernel whose result in a traced model would be wrong."""
    reason, instead = _WHY.get(dtype, (f"has no {name} for {dtype}", "float32"))
    return UnsupportedError(
        f"{name} of {dtype} cannot be part of a traced function on backend 'openvino': its CPU plugin {reason}; "
        f"cast to {instead} before (eager calls are exact in every dtype)"
    )


class Kernel(Protocol):
    """The type of the functions that `kernel` returns.

    Attributes:
        build: the function that builds the graph, which other builders apply to nodes.
    """

    build: Callable[..., Any]

    def __call__(self, *args: Any) -> Any: ...


def kernel(
    host: Callable[..., Any],
    operands: int = 1,
    native: frozenset[str] = FLOATS,
    answer: str | None = None,
    pointwise: bool = False,
) -> Callable[[Callable[..., Any]], Kernel]:
    """Returns a kernel for a function that builds its graph.

    Args:
        host: the same function for NumPy arrays: for dtypes other than the native ones, and for tensors without
            elements.
        operands: how many of the first arguments are tensors or numbers; all others are static, part of the key.
        native: the dtypes that OpenVINO computes correctly.
        answer: the result's dtype, if it is not the last operand's (the first operand of `where` is a mask).
        pointwise: whether each element of the result depends only on the operands' elements at the same position.
    """

    def wrap(build: Callable[..., Any]) -> Kernel:
        name = build.__name__.strip("_")

        def share(values: Sequence[Any]) -> str:
            for value in reversed(values):
                if type(value) is Tensor:
                    return value.dtype
            raise ArgumentTypeError(f"{name} got no tensor")

        def trace(args: tuple[Any, ...]) -> Tensor:
            values = args[:operands]
            dtype = share(values)
            if dtype not in native:
                raise unsupported(name, dtype)
            # A number gets the dtype that the operands share.
            nodes = [node_of(v, v.dtype if type(v) is Tensor else dtype) for v in values]
            turned = layout.before_the_turn(nodes) if pointwise else None
            if turned is not None:
                first = traced(build(*turned, *args[operands:]), answer or dtype)
                return traced(layout.as_given(first.node, "channels_last"), answer or dtype)
            return traced(build(*nodes, *args[operands:]), answer or dtype)

        def run_on_host(args: tuple[Any, ...]) -> Any:
            values = [v.host if type(v) is Tensor else v for v in args[:operands]]
            dtype = answer or share(args[:operands])
            with np.errstate(all="ignore"):
                array = host(*values, *args[operands:])
            return Tensor(np.asarray(array, NUMPY[dtype]), dtype)

        def make(args: tuple[Any, ...]) -> Model | None:
            values = args[:operands]
            dtype = share(values)
            if dtype not in native or any(type(v) is Tensor and 0 in v.shape for v in values):
                return None
            parameters = [
                opset.parameter(v.shape, TYPES[v.dtype]) if type(v) is Tensor else opset.parameter([], TYPES[dtype])
                for v in values
            ]
            node = traced(build(*(p.output(0) for p in parameters), *args[operands:]), dtype).node
            if 0 in node.get_shape():
                return None
            return Model(parameters, [node], [answer or dtype], single=True)

        models = Cache(make)

        def call(*args: Any) -> Tensor:
            key: list[Any] = []
            values: list[Any] = []
            last: Any = None
            for value in args[:operands]:
                if type(value) is Tensor:
                    if value.node is not None:
                        return trace(args)
                    key.append(value.key)
                    values.append(value.host)
                    last = value
                else:
                    key.append(None)
                    values.append(value)
            if operands < len(args):
                key.append(args[operands:])
            found = tuple(key)
            try:
                model = models[found]
            except KeyError:
                model = models.made(found, args)
            if model is None:
                return run_on_host(args)
            return Tensor(model(values)[0], answer or last.dtype)

        found: Any = call
        found.__name__ = found.__qualname__ = build.__name__
        found.__doc__ = build.__doc__
        found.build = build
        return found

    return wrap


# A kernel of an elementwise function.
pointwise = functools.partial(kernel, pointwise=True)


def movement(host: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Returns a kernel that only rearranges one tensor.

    A concrete tensor is in host memory, where NumPy rearranges it by slicing and copying: without arithmetic, mostly
    without a copy, exact in every dtype, and with nothing to compile. In a traced graph it is a node.
    """

    def wrap(build: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(build)
        def call(x: Tensor, *static: Any) -> Tensor:
            if x.node is None:
                return Tensor(np.asarray(host(x.host, *static)), x.dtype)
            if x.dtype not in NARROW:
                raise unsupported(build.__name__, x.dtype)
            return traced(build(x.node, *static), x.dtype)

        return call

    return wrap


# --- traced functions


class Later:
    """The second word of a seed in a traced function, which is drawn from the generator at each call of the model."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        self.place = place  # the index of the draw in the trace

    def draw(self, function: Callable[[tuple[int, int]], Tensor], seed: tuple[int, Any]) -> Tensor:
        """Returns the tensor that a function of the two words computes; its parameters must be known."""

        def host(words: tuple[int, int]) -> Any:
            found = function(words)
            if found.node is not None:
                raise UnsupportedError(
                    "what is drawn on backend 'openvino' is drawn on the host, so its parameters must be known when "
                    "ops.jit traces the function: draw outside of it, or give numbers"
                )
            return found

        dtype = host((seed[0], 0)).dtype
        return drawn(lambda words: host(words).host, seed, dtype)


class _Draws(threading.local):
    """The draws of the function that is being traced: the generators in order, and the inputs that are drawn from their
    words, each with the function that draws it. Traces may be nested."""

    def __init__(self) -> None:
        self.asked: list[SeedGenerator] | None = None  # None outside of a trace
        self.inputs: list[tuple[Any, Callable[[list[tuple[int, int]]], Any]]] = []
        # Integer inputs of more than 32 bits by their node's name: their number, and the corresponding int32 input.
        self.wide: dict[str, tuple[int, Any]] = {}

    def twin(self, x: Tensor) -> Node | None:
        """Returns the int32 input that holds an input's values, saturated; None if the tensor is not an input."""
        name = x.node.get_node().get_name()
        if name not in self.wide:
            return None
        number, parameter = self.wide[name]
        if parameter is None:
            parameter = opset.parameter(x.node.get_partial_shape(), ov.Type.i32)
            self.wide[name] = number, parameter
        return parameter.output(0)


_draws = _Draws()


def traced_seed(generator: SeedGenerator) -> tuple[int, Any] | None:
    if _draws.asked is None:
        return None
    _draws.asked.append(generator)
    return generator.seed & MASK, Later(len(_draws.asked) - 1)


def known_words(*words: Any) -> list[Any]:
    """Returns the words as numbers, where they are tensors."""
    if any(type(word) is Tensor and word.node is not None for word in words):
        raise UnsupportedError(
            "OpenVINO has no such generator: a seed, and what is drawn again until it fits, must be known when ops.jit "
            "traces the function; draw outside of it, or give numbers"
        )
    return [int(word.host) if type(word) is Tensor else word for word in words]


def drawn(draw: Callable[[tuple[int, int]], Any], seed: tuple[int, Any], dtype: str) -> Tensor:
    """Returns an array of this dtype that a function of the seed's two words draws on the host. If the second word is
    deferred, the array is an input of the model, drawn at each call."""
    first, second = known_words(*seed)
    if not isinstance(second, Later):
        return Tensor(np.asarray(draw((first, second)), NUMPY[dtype]), DTYPES[dtype])
    outline = np.shape(draw((first, 0)))
    parameter = opset.parameter(outline, TYPES[dtype])
    _draws.inputs.append((parameter, lambda words: np.asarray(draw(words[second.place]), _INSIDE[dtype])))
    return traced(parameter, dtype)


class Compiled:
    """A function of nested containers of tensors, traced and compiled once for each signature: dtypes, shapes and all
    other leaves.

    Tensors that the function closes over become constants, which share their memory. With ``dynamic``, sizes that
    differ in a later call are dynamic from then on.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        strict: bool,
        dynamic: bool = False,
        settings: Any = _NOTHING,
        traced: Callable[[], None] | None = None,
    ) -> None:
        self._function = function
        self._strict = strict  # whether something that cannot be compiled is an error, or runs op by op
        self._dynamic, self._settings, self._traced = dynamic, settings, traced
        self._families: dict[Any, tuple[list[Any], Any]] = {}  # compiled entries, with dynamic sizes
        self._entries = Cache(self._made)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        leaves, spec = optree.tree_flatten((args, kwargs), none_is_leaf=True)  # pyright: ignore[reportArgumentType]  # a tree
        key: list[Any] = [spec]
        inputs: list[Tensor] = []
        for i, leaf in enumerate(leaves):
            if type(leaf) is not Tensor:
                if not isinstance(leaf, (np.ndarray, Variable)):
                    key.append((type(leaf), leaf))
                    continue
                leaves[i] = leaf = leaf.value if isinstance(leaf, Variable) else from_numpy(leaf)
            if leaf.node is not None:
                return self._function(*args, **kwargs)  # inlined into an outer trace
            key.append(leaf.key)
            inputs.append(leaf)
        found = tuple(key)
        try:
            entry = self._entries[found]
        except KeyError:
            entry = self._entries.made(found, leaves, inputs, spec)
        if entry is None:
            return self._function(*args, **kwargs)
        model, plan, out_spec, asked, drawers, narrowed = entry
        hosts = [tensor.host for tensor in inputs]
        if asked:
            words = [generator.next() for generator in asked]
            hosts += [draw(words) for draw in drawers]
        if narrowed:
            hosts += [saturated(inputs[i].host) for i in narrowed]
        arrays = []
        if model is not None:
            try:
                arrays = model(hosts)
            except RuntimeError:
                if asked or not isinstance(model, FreeModel):
                    raise
                # These sizes are incompatible with the trace, which was for other sizes (of attention heads, for
                # example).
                self._entries[found] = self._trace(leaves, inputs, spec, [tensor.shape for tensor in inputs])
                return self(*args, **kwargs)
        answers = [
            value if place is None else Tensor(arrays[place], value) if place >= 0 else inputs[~place]
            for place, value in plan
        ]
        return answers[0] if out_spec is None else optree.tree_unflatten(out_spec, answers)

    def _made(self, leaves: list[Any], inputs: list[Tensor], spec: Any) -> Any:
        """Returns the entry for these arguments: with dynamic sizes, that of an earlier trace if it fits."""
        shapes = [tensor.shape for tensor in inputs]
        if not self._dynamic or any(0 in shape for shape in shapes):
            return self._trace(leaves, inputs, spec, shapes)
        family = (spec, *((leaf.dtype, leaf.ndim) if type(leaf) is Tensor else (type(leaf), leaf) for leaf in leaves))
        known, entry = self._families.get(family, (None, None))
        if known is not None:
            free = [tuple(a if a == b else None for a, b in zip(*pair, strict=True)) for pair in zip(known, shapes)]  # noqa: B905
            if free == known and entry is not None:
                return entry
            try:
                entry = self._trace(leaves, inputs, spec, free)
            except Exception:  # the function uses the sizes: one model for each of them, or its own error
                entry = None
            if entry is not None:
                self._families[family] = free, entry
                return entry
        entry = self._trace(leaves, inputs, spec, shapes)
        if known is None and entry is not None:
            self._families[family] = shapes, entry
        return entry

    def _trace(self, leaves: list[Any], inputs: list[Tensor], spec: Any, sizes: Sequence[Any]) -> Any:
        """Returns the model (None if nothing depends on the inputs), where the result's leaves come from, and its
        structure.

        A leaf's place is its index among the model's outputs, with its dtype; ``~index`` if it is an input; or None,
        with the value itself. OpenVINO does not support tensors without elements: such a call is not compiled (None).
        """
        if any(0 in tensor.shape for tensor in inputs):
            return None
        if self._traced is not None:
            self._traced()
        parameters = [
            opset.parameter(ov.PartialShape([-1 if size is None else size for size in shape]), TYPES[tensor.dtype])
            for tensor, shape in zip(inputs, sizes, strict=True)
        ]
        stand_ins = [traced(p, tensor.dtype) for p, tensor in zip(parameters, inputs, strict=True)]
        rest = iter(stand_ins)
        given: Any = optree.tree_unflatten(spec, [next(rest) if type(leaf) is Tensor else leaf for leaf in leaves])
        args, kwargs = given
        before = _draws.asked, _draws.inputs, _draws.wide
        asked: list[SeedGenerator] = []
        wide = {
            p.get_name(): (i, None)
            for i, (p, tensor) in enumerate(zip(parameters, inputs, strict=True))
            if tensor.dtype in _WIDE
        }
        _draws.asked, _draws.inputs, _draws.wide = asked, [], wide
        try:
            answer = self._function(*args, **kwargs)
        except UnsupportedError:
            if self._strict:
                raise
            return None  # exact op by op
        finally:
            extra = _draws.inputs
            _draws.asked, _draws.inputs, _draws.wide = before
        twins = [(i, parameter) for i, parameter in wide.values() if parameter is not None]
        parameters += [parameter for parameter, _ in extra] + [parameter for _, parameter in twins]
        outputs, out_spec = [answer], None
        if type(answer) is not Tensor:
            outputs, out_spec = optree.tree_flatten(answer, none_is_leaf=True)
        results: list[Node] = []
        plan: list[tuple[int | None, Any]] = []
        for leaf in outputs:
            if type(leaf) is not Tensor or leaf.node is None:
                plan.append((None, leaf))
                continue
            same = [i for i, stand_in in enumerate(stand_ins) if stand_in is leaf]
            plan.append((~same[0] if same else len(results), leaf.dtype))
            if not same:
                results.append(leaf.node)
        graph = _graph(results)
        if any(_is_empty(node) for node in graph):
            return None
        if not self._strict and all(node.get_type_name() in _MOVES for node in graph):
            return None  # nothing is computed: the host moves elements without a model, mostly without a copy
        names = [dtype for place, dtype in plan if place is not None and place >= 0]
        model: Any = None
        if results:
            free = any(x.get_partial_shape().is_dynamic for x in (*results, *(p.output(0) for p in parameters)))
            made = FreeModel if free else functools.partial(Model, single=False)
            model = made(parameters, results, names, settings=self._settings)
        return model, plan, out_spec, asked, [draw for _, draw in extra], [i for i, _ in twins]


_MOVES = frozenset(
    """Parameter Constant Reshape Transpose Concat Unsqueeze Squeeze Split VariadicSplit Slice Gather Pad Broadcast
    Tile""".split()
)


def _graph(results: list[Node]) -> list[Any]:
    """Returns the nodes that results depend on."""
    todo = [node.get_node() for node in results]
    found: dict[str, Any] = {}
    while todo:
        node = todo.pop()
        if node.get_name() not in found:
            found[node.get_name()] = node
            todo += [value.get_node() for value in node.input_values()]
    return list(found.values())


def _is_empty(node: Any) -> bool:
    return node.get_type_name() != "Constant" and any(
        dim.is_static and dim.get_length() == 0 for output in node.outputs() for dim in output.get_partial_shape()
    )


def fuse(function: Callable[..., Any], static: tuple[int, ...]) -> Callable[..., Any]:
    return Compiled(function, strict=False)


# --- conversion


def from_numpy(array: np.ndarray[Any, Any]) -> Tensor:
    """Returns a tensor that shares the array's memory."""
    dtype = _NAMES.get(array.dtype)
    return Tensor(array, DTYPES[dtypes.from_numpy(array.dtype)] if dtype is None else dtype)


def convert_to_tensor(value: Any, dtype: str) -> Tensor:
    array = np.asarray(value, NUMPY[dtype])
    # Copied once here instead of at each use: OpenVINO shares only writable memory.
    return Tensor(array if array.flags.writeable else array.copy(), DTYPES[dtype])


def convert_to_numpy(x: Tensor) -> Any:
    return x.numpy()


def from_dlpack(x: Any) -> Tensor:
    return from_numpy(np.from_dlpack(x))


# From these dtypes, the plugin converts to a dtype that it narrows without loss; it converts between all others. (Not
# between float64 and other floats: there, it turns infinity into the largest float32.)
_WIDENED = {
    "int64": SMALL | {"bool", "int32"},
    "uint64": frozenset({"bool", "uint8", "uint16"}),
    "uint32": frozenset({"bool", "uint8", "uint16"}),
    "float64": SMALL | {"bool"},
}


def _cast_to(dtype: str) -> Callable[[Tensor], Tensor]:
    native = _WIDENED.get(dtype, NARROW)
    if dtype in SMALL or dtype == "int32":
        native |= {"int64", "uint64", "uint32"}  # their precision is lost in a model anyway

    @pointwise(lambda x: x.astype(NUMPY[dtype]), native=native, answer=dtype)
    def cast(x: Node) -> Any:
        if dtype == "bool":  # Convert turns NaN and numbers near 0 into False
            return opset.not_equal(x, like(0, x))
        return opset.convert(x, TYPES[dtype])

    return cast


_CASTS = {name: _cast_to(name) for name in DTYPES}


def cast(x: Tensor, dtype: str) -> Tensor:
    return x if x.dtype == dtype else _CASTS[dtype](x)


def dtype(x: Tensor) -> str:
    return x.dtype


def shape(x: Tensor) -> tuple[Any, ...]:
    return x.shape
