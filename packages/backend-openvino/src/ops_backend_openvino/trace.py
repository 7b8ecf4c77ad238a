"""What a trace adds to the inputs of its model: numbers drawn at each call, and 64-bit integers in 32 bits."""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino.native_types import DTYPES, GRAPH_TYPES, NUMPY, TYPES, WIDE
from ops_backend_openvino.nodes import constant
from ops_backend_openvino.run_time_sizes import is_size, scalar
from ops_backend_openvino.tensor import Node, Tensor, traced
from ops_common.algorithms.philox import MASK
from ops_common.errors import UnsupportedError
from ops_common.tensors.seeds import SeedGenerator

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
    return current_trace.twin(x) if x.node is not None and x.dtype in WIDE else None


class DeferredWord:
    """The second word of a seed in a traced function, which is drawn from the generator at each call of the model."""

    __slots__ = ("draw_index",)

    def __init__(self, draw_index: int) -> None:
        self.draw_index = draw_index  # among the draws of the trace

    def draw(self, function: Callable[[tuple[int, int]], Tensor], seed: tuple[int, Any]) -> Tensor:
        """Returns the tensor that a function of the two words computes; its parameters must be known, except for the
        run-time sizes among the arguments of a `functools.partial`."""
        return draw_later(function, seed)


def draw_later(function: Callable[[tuple[int, int]], Tensor], words: tuple[Any, Any]) -> Tensor:
    arguments: tuple[Any, ...] = ()
    draw: Callable[..., Tensor] = function
    if isinstance(function, functools.partial):
        draw, arguments = function.func, function.args

    def host(words: tuple[int, int], arguments: tuple[Any, ...]) -> Any:
        tensor = draw(*arguments, words)
        if tensor.node is not None:
            raise UnsupportedError(
                "what is drawn on backend 'openvino' is drawn on the host, so its parameters must be known when "
                "ops.jit traces the function: draw outside of it, or give numbers"
            )
        return tensor

    sample = host((known_words(words[0])[0], 0), with_sizes(arguments, itertools.repeat(_SAMPLES[0])))
    return drawn(lambda words, arguments: host(words, arguments).host, words, sample.dtype, arguments)


class _Trace(threading.local):
    """The draws of the function that is being traced: the generators in order of use, and the inputs that are drawn
    from their words, each with the function that draws it and the run-time sizes that the function is given. Traces
    may be nested."""

    def __init__(self) -> None:
        self.generators: list[SeedGenerator] | None = None  # None outside of a trace
        self.inputs: list[tuple[Any, Callable[[list[tuple[int, int]], Iterator[int]], Any], list[Node]]] = []
        # Integer inputs of more than 32 bits by their node's name: their index, and the corresponding int32 input.
        self.wide: dict[str, tuple[int, Any]] = {}

    def twin(self, x: Tensor) -> Node | None:
        """Returns the int32 input that holds an input's values, saturated; None if the tensor is not an input."""
        name = x.node.get_node().get_name()
        if name not in self.wide:
            return None
        index, parameter = self.wide[name]
        if parameter is None:
            parameter = opset.parameter(x.node.get_partial_shape(), ov.Type.i32)
            self.wide[name] = index, parameter
        return parameter.output(0)


current_trace = _Trace()


def traced_seed(generator: SeedGenerator) -> tuple[int, Any] | None:
    """Returns the next seed of a generator in a trace, with a deferred second word; None outside of a trace."""
    if current_trace.generators is None:
        return None
    current_trace.generators.append(generator)
    return generator.seed & MASK, DeferredWord(len(current_trace.generators) - 1)


def known_words(*words: Any) -> list[Any]:
    """Returns the words of a seed as numbers; raises UnsupportedError if a trace does not know them."""
    if any(type(word) is Tensor and word.node is not None for word in words):
        raise UnsupportedError(
            "OpenVINO has no such generator: a seed, and what is drawn again until it fits, must be known when ops.jit "
            "traces the function; draw outside of it, or give numbers"
        )
    return [int(word.host) if type(word) is Tensor else word for word in words]


_SAMPLES = (3, 4)  # of run-time sizes


def with_sizes(value: Any, ints: Iterator[int]) -> Any:
    """Returns nested tuples with ints in place of run-time sizes."""
    if isinstance(value, tuple):
        return tuple([with_sizes(item, ints) for item in value])  # pyright: ignore[reportUnknownVariableType]  # any items
    return next(ints) if is_size(value) else value


def _sizes_in(value: Any) -> list[Tensor]:
    if isinstance(value, tuple):
        return [size for item in value for size in _sizes_in(item)]  # pyright: ignore[reportUnknownVariableType]  # any items
    return [value] if is_size(value) else []


def drawn(
    draw: Callable[[tuple[int, int], Any], Any], seed: tuple[int, Any], dtype: str, shape: tuple[Any, ...]
) -> Tensor:
    """Returns an array of this dtype that a function of the seed's two words and the shape draws on the host. If the
    second word is deferred, or there is a run-time size, the array is an input of the model, drawn at each call."""
    first, second = known_words(*seed)
    deferred = isinstance(second, DeferredWord)
    sizes = [] if {int}.issuperset(map(type, shape)) else _sizes_in(shape)
    if not deferred and not sizes:
        return Tensor(np.asarray(draw((first, second), shape), NUMPY[dtype]), DTYPES[dtype])
    if sizes and current_trace.generators is None:
        raise UnsupportedError(
            "random numbers are drawn on the host on backend 'openvino', so their shape must be known when a function "
            "is exported"
        )

    def draw_at_call(words: list[tuple[int, int]], ints: Iterator[int]) -> Any:
        now = words[second.draw_index] if deferred else (first, second)
        return np.asarray(draw(now, with_sizes(shape, ints)), GRAPH_TYPES[dtype])

    samples = [np.shape(draw((first, 0), with_sizes(shape, itertools.repeat(n)))) for n in _SAMPLES[: 1 + bool(sizes)]]
    known = [a if a == b else -1 for a, b in zip(samples[0], samples[-1], strict=True)]
    parameter = opset.parameter(ov.PartialShape(known), TYPES[dtype])
    current_trace.inputs.append((parameter, draw_at_call, [scalar(size) for size in sizes]))
    return traced(parameter, dtype)
