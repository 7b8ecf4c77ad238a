"""Kernels: functions that add nodes to a graph for traced tensors, and run a model of themselves for concrete ones.

A kernel is written once, as a function that builds a graph. Given a traced tensor, it adds to that graph; given only
concrete ones, it runs a model of itself, which is compiled once for each signature (dtypes, shapes, static arguments)
and cached.

Kernels never use the CPU plugin for what it would compute wrongly: each kernel lists the dtypes that it computes
correctly (`native`). For any other dtype, and for tensors without elements, the kernel's ``host`` function computes the
result with NumPy, or, in a traced graph, raises UnsupportedError, which says what to do. Numbers are inputs of the
eager models, never constants.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino import channel_layout
from ops_backend_openvino.cache import Cache
from ops_backend_openvino.families import FEW, Family, Sizes, drop_bounds, long_axes, partial_shape
from ops_backend_openvino.graphs import SMALL_COUNT
from ops_backend_openvino.model import DynamicModel, Model
from ops_backend_openvino.native_types import FLOATS, NARROW, NUMPY, TYPES, unsupported
from ops_backend_openvino.nodes import node_of
from ops_backend_openvino.run_time_sizes import has_sizes
from ops_backend_openvino.tensor import Node, Tensor, sizes, traced
from ops_backend_openvino.trace import long_tensors
from ops_common import shapes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.tensors.exact_keys import exact_key


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
    result_dtype: str | None = None,
    pointwise: bool = False,
    in_graph: frozenset[str] = frozenset(),
    shrinks: bool = False,
) -> Callable[[Callable[..., Any]], Kernel]:
    """Returns a kernel for a function that builds its graph.

    Args:
        host: the same function for NumPy arrays: for dtypes other than the native ones, and for tensors without
            elements.
        operands: how many of the first arguments are tensors or numbers; all others are static, part of the key.
        native: the dtypes that OpenVINO computes correctly.
        result_dtype: the result's dtype, if it is not the last operand's (the first operand of `where` is a mask).
        in_graph: further dtypes that the graph computes correctly, but more slowly than ``host``.
        pointwise: whether each element of the result depends only on the operands' elements at the same position.
        shrinks: whether the function takes a tensor of any sizes, and its result has at most as many elements.
    """

    def wrap(build: Callable[..., Any]) -> Kernel:
        name = build.__name__.strip("_")

        def shared_dtype(values: Sequence[Any]) -> str:
            for value in reversed(values):
                if type(value) is Tensor:
                    return value.dtype
            raise ArgumentTypeError(f"{name} got no tensor")

        def trace(args: tuple[Any, ...]) -> Tensor:
            values = args[:operands]
            dtype = shared_dtype(values)
            if dtype not in native and dtype not in in_graph:
                raise unsupported(name, dtype)
            # A number gets the dtype that the operands share.
            nodes = [node_of(v, v.dtype if type(v) is Tensor else dtype) for v in values]
            channels_first = channel_layout.channels_first_operands(nodes) if pointwise else None
            if channels_first is not None:
                first = traced(build(*channels_first, *args[operands:]), result_dtype or dtype)
                return traced(channel_layout.to_data_format(first.node, "channels_last"), result_dtype or dtype)
            return traced(build(*nodes, *args[operands:]), result_dtype or dtype)

        def run_on_host(args: tuple[Any, ...]) -> Any:
            values = [v.host if type(v) is Tensor else v for v in args[:operands]]
            dtype = result_dtype or shared_dtype(args[:operands])
            with np.errstate(all="ignore"):
                array = host(*values, *args[operands:])
            return Tensor(np.asarray(array, NUMPY[dtype]), dtype)

        def graph(args: tuple[Any, ...], sizes_in: Sizes) -> tuple[list[Any], Node]:
            dtype = shared_dtype(args[:operands])
            remaining = iter(sizes_in)
            parameters: list[Any] = [
                opset.parameter(partial_shape(next(remaining), v.shape), TYPES[v.dtype])
                if type(v) is Tensor
                else opset.parameter([], TYPES[dtype])
                for v in args[:operands]
            ]
            return parameters, traced(build(*(p.output(0) for p in parameters), *args[operands:]), dtype).node

        def static_model(args: tuple[Any, ...]) -> Model:
            shapes_in = tuple(v.shape for v in args[:operands] if type(v) is Tensor)
            parameters, node = graph(args, shapes_in)
            light = all(math.prod(shape) <= SMALL_COUNT for shape in (*shapes_in, sizes(node)))
            return Model(parameters, [node], [result_dtype or shared_dtype(args[:operands])], light)

        def create(cache: Cache, args: tuple[Any, ...]) -> Model | DynamicModel | None:
            values = args[:operands]
            dtype = shared_dtype(values)
            shapes_in = tuple(v.shape for v in values if type(v) is Tensor)
            if dtype not in native or any(0 in shape for shape in shapes_in):
                return None
            names = [result_dtype or dtype]
            parameters, node = None, None
            if pointwise:
                try:
                    shape: Any = shapes.broadcast(*shapes_in)
                except ShapeError:
                    graph(args, shapes_in)  # raises the framework's own error
                    raise
            elif shrinks:
                shape = ()
            else:  # the graph is built for each shape, as it checks the sizes
                parameters, node = graph(args, shapes_in)
                shape = sizes(node)
                if 0 in shape:
                    return None
            light = all(math.prod(each) <= SMALL_COUNT for each in (*shapes_in, shape))
            dtypes_and_ranks = [(v.dtype, len(v.shape)) if type(v) is Tensor else None for v in values]
            family = cache.family((*dtypes_and_ranks, exact_key(args[operands:])), lambda: Family(FEW))
            kind = None if light else tuple(map(long_axes, shapes_in))
            model = family.find(shapes_in, kind)
            if model is not None:
                return model
            free = family.dynamic(shapes_in)
            family.add(shapes_in)
            if free is not None:
                try:
                    with long_tensors(not light):
                        parameters_of_any, node_of_any = graph(args, free)
                    drop_bounds(parameters_of_any)
                    model = DynamicModel(parameters_of_any, [node_of_any], names, light, True)
                except Exception:  # the graph needs the sizes
                    family.give_up()
                else:
                    family.keep(free, model, kind)
                    return model
            if parameters is None or node is None:
                parameters, node = graph(args, shapes_in)
            return Model(parameters, [node], names, light)

        models = Cache(create, build.__name__)

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
                key.append(exact_key(args[operands:]))
            signature = tuple(key)
            try:
                model = models[signature]
            except KeyError:
                model = models.get_or_create(signature, args)
            if model is None:
                return run_on_host(args)
            if model.is_dynamic and models.is_frequent(signature):
                model = static_model(args)
                models.put(signature, model)
            try:
                array = model(values)[0]
            except RuntimeError:
                if not model.is_dynamic:
                    raise
                # These sizes are incompatible with the graph that was built for other sizes.
                model = static_model(args)
                models.put(signature, model)
                array = model(values)[0]
            return Tensor(array, result_dtype or last.dtype)

        compiled: Any = call
        compiled.__name__ = compiled.__qualname__ = build.__name__
        compiled.__doc__ = build.__doc__
        compiled.build = build
        return compiled

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
                try:
                    return Tensor(np.asarray(host(x.host, *static)), x.dtype)
                except (TypeError, ValueError):
                    if not has_sizes(static):
                        raise
            if x.dtype not in NARROW:
                raise unsupported(build.__name__, x.dtype)
            return traced(build(node_of(x, x.dtype), *static), x.dtype)

        return call

    return wrap
