"""Calls with symbolic tensors are recorded: each result refers to the call that returned it.

Nothing is recorded of calls with tensors that have values. `ops.graph` makes graphs from what is recorded here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.runtime import active
from ops_common.runtime.backend import Backend, number_dtype
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees
from ops_common.tensors.variable import Variable

_serials = itertools.count()
# Functions that return their operand itself if nothing has to be converted.
_CONVERSIONS = frozenset(("core_convert_to_tensor", "core_cast", "creation_array"))


class Call:
    """A recorded call.

    Attributes:
        function: what was called: a declared function, or an object of `ops.graph`.
        arguments: one for each of its parameters.
        result: its result, a nest whose symbolic tensors refer to this call.
        serial: the order of calls.
    """

    __slots__ = ("arguments", "function", "result", "serial")

    def __init__(self, function: Any, arguments: Sequence[Any]) -> None:
        self.function, self.arguments = function, arguments
        self.result: Any = None
        self.serial = next(_serials)


def is_symbolic(leaf: Any) -> bool:
    return isinstance(leaf, SymbolicTensor)


def renewed(spec: SymbolicTensor, producer: tuple[Call, int] | None) -> SymbolicTensor:
    """Returns another symbolic tensor of this shape and dtype."""
    tensor = SymbolicTensor.__new__(SymbolicTensor)
    tensor.shape, tensor.dtype, tensor.name, tensor.producer = spec.shape, spec.dtype, None, producer
    return tensor


def record(function: Any, arguments: Sequence[Any], result: Any) -> Any:
    """Returns the result of a call with new symbolic tensors, which refer to the call."""
    call = Call(function, arguments)
    if isinstance(result, SymbolicTensor):
        call.result = renewed(result, (call, 0))
        return call.result
    tensors = trees.leaves(result, is_symbolic)
    results = [renewed(tensor, (call, i)) for i, tensor in enumerate(tensors)]
    call.result = trees.put(result, results, is_symbolic, keep=True)
    return call.result


def returns_tensors(function: Any) -> bool:
    """Returns whether a declared function that takes the Backend returns tensors, which may be symbolic."""
    if function.name.startswith("_") or function.name in ("shape", "vjp"):
        return False
    kind = str(function.function.__annotations__.get("return", ""))
    return "Tensor" in kind or any(role.name in ("function", "functions") for role in function.signature.roles)


def record_call(function: Any, backend: Backend, arguments: Sequence[Any], result: Any) -> Any:
    """Returns the result of a function that takes the Backend, recorded if it is symbolic."""
    if not trees.leaves(result, is_symbolic):
        return result
    if function.key in _CONVERSIONS and result is arguments[0]:
        return result
    if not active.current_backend().stages and any(map(is_function, arguments)):
        # The functions were called with symbolic tensors that may occur outside of them, too: they are called again.
        arguments = [outlined(argument) for argument in arguments]
        result = function.signature.call(lambda *args, **kwargs: function.function(backend, *args, **kwargs), arguments)
    return record(function, arguments, result)


def is_function(argument: Any) -> bool:
    """Returns whether an argument is a function of the user's, or a list of functions."""
    if isinstance(argument, (list, tuple)):
        items: Sequence[Any] = argument  # pyright: ignore[reportUnknownVariableType]  # any items
        return len(items) > 0 and all(map(is_function, items))
    return callable(argument) and not isinstance(argument, (type, SymbolicTensor, Variable))


def outlined(argument: Any) -> Any:
    """Returns an argument with an Outline in place of each function."""
    if not is_function(argument):
        return argument
    if isinstance(argument, (list, tuple)):
        items: Sequence[Any] = argument  # pyright: ignore[reportUnknownVariableType]  # any items
        return [outlined(item) for item in items]
    return argument if isinstance(argument, Outline) else Outline(argument)


class Outline:
    """A function of the user's that a recorded call calls with symbolic tensors: a part of a graph.

    It is called with new symbolic tensors, its parameters, so that what it computes from them differs from what it
    computes from the tensors of the surrounding function. If it is called several times, the last call counts; sizes
    that differ between calls are unknown.

    Attributes:
        parameters: the symbolic tensors in the arguments of the call.
        arguments: the positional arguments and the keyword arguments, nests of the parameters.
        result: the result.
        start: the serial numbers of the calls inside are larger.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.parameters: list[SymbolicTensor] = []
        self.arguments: tuple[Any, Any] = ((), {})
        self.result: Any = None
        self.start = -1
        self._specs: list[SymbolicTensor] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        backend = active.current_backend()

        def is_value(leaf: Any) -> bool:
            return (
                isinstance(leaf, (SymbolicTensor, Variable, np.ndarray, np.generic))
                or type(leaf) in dtypes.NUMBERS
                or backend.is_tensor(leaf)
            )

        specs = [_spec(backend, leaf) for leaf in trees.leaves((args, kwargs), is_value)]
        self._specs = _joined(self._specs, specs)
        self.parameters = [renewed(spec, None) for spec in self._specs]
        self.arguments = trees.put((args, kwargs), self.parameters, is_value, keep=True)
        self.start = next(_serials)
        positional, named = self.arguments
        self.result = self.function(*positional, **named)
        if [x.shape for x in self._specs] == [x.shape for x in specs]:
            return self.result
        # The result of this call has the sizes of this call.
        symbols = [renewed(spec, None) for spec in specs]
        positional, named = trees.put((args, kwargs), symbols, is_value, keep=True)
        return self.function(*positional, **named)


def _spec(backend: Backend, leaf: Any) -> SymbolicTensor:
    if isinstance(leaf, SymbolicTensor):
        return leaf
    if type(leaf) in dtypes.NUMBERS:
        return SymbolicTensor((), number_dtype(leaf))
    if isinstance(leaf, Variable):
        return SymbolicTensor(leaf.shape, leaf.dtype)
    tensor = backend.to_tensor(leaf)
    return SymbolicTensor(backend.shape(tensor), backend.dtype(tensor))


def _joined(before: list[SymbolicTensor] | None, specs: list[SymbolicTensor]) -> list[SymbolicTensor]:
    """Returns the specs, with None for sizes that differ from those of the call before."""
    if before is None or [(x.dtype, x.ndim) for x in before] != [(x.dtype, x.ndim) for x in specs]:
        return specs
    return [
        SymbolicTensor([n if n == m else None for n, m in zip(x.shape, y.shape, strict=True)], y.dtype)
        for x, y in zip(before, specs, strict=True)
    ]
