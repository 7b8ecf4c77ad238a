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
from ops_common.tensors import scopes, trees
from ops_common.tensors.seeds import PortableSeed
from ops_common.tensors.variable import Variable

_serials = itertools.count()
# Functions that return their operand itself if nothing has to be converted.
_CONVERSIONS = frozenset(("core_convert_to_tensor", "core_cast", "creation_array"))


class SymbolsFound(BaseException):
    """Ends a call whose argument is a function of the user's, if symbolic tensors occur in it.

    The call is repeated with an Outline of the function. A BaseException: no handler of Exception catches it.
    """


class Call:
    """A recorded call.

    Attributes:
        function: what was called: a declared function, or an object of `ops.graph`.
        arguments: one for each of its parameters.
        result: its result, a nest whose symbolic tensors refer to this call.
        portable: whether random numbers were portable when it was made.
        serial: the order of calls.
    """

    __slots__ = ("arguments", "function", "portable", "result", "serial")

    def __init__(self, function: Any, arguments: Sequence[Any]) -> None:
        portable = [isinstance(argument, PortableSeed) for argument in arguments]
        if any(portable):
            arguments = [x.seed if isinstance(x, PortableSeed) else x for x in arguments]
        self.function, self.arguments = function, arguments
        self.result: Any = None
        self.serial = next(_serials)
        self.portable = any(portable) or (active.state.overridden and active.current_backend().portable)


def is_symbolic(leaf: Any) -> bool:
    return isinstance(leaf, SymbolicTensor)


def renewed(spec: SymbolicTensor, producer: tuple[Call, int] | None) -> SymbolicTensor:
    """Returns another symbolic tensor of this shape and dtype."""
    tensor = SymbolicTensor.__new__(SymbolicTensor)
    tensor._shape, tensor._dtype, tensor._sparse = spec.shape, spec.dtype, spec.sparse
    tensor.name, tensor.producer = None, producer
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
    if not all(map(_is_outlined, arguments)) and not active.current_backend().stages:
        raise SymbolsFound
    return record(function, arguments, result)


def record_outlined(function: Any, backend: Backend, arguments: Sequence[Any]) -> Any:
    """Calls a function that takes the Backend, with Outlines of the functions among its arguments; returns the result,
    recorded if it is symbolic."""
    arguments = [outlined(argument) for argument in arguments]
    with scopes.RecordingScope():
        result = function.signature.call(lambda *args, **kwargs: function.function(backend, *args, **kwargs), arguments)
    return record(function, arguments, result) if trees.leaves(result, is_symbolic) else result


def is_recording() -> bool:
    """Returns whether the running function becomes a part of a graph: the functions that it passes to other functions
    may use its symbolic tensors without having them as arguments."""
    if active.state.overridden and active.current_backend().stages:
        return True
    return scopes.state.entered and scopes.current().recorded


def is_symbolic_call(function: Any, arguments: Any) -> bool:
    """Returns whether a call of a function of the user's, and so the call that it is an argument of, is symbolic.

    Raises:
        SymbolsFound: it would be, but the function is not an Outline.
    """
    if isinstance(function, Outline) or (active.state.overridden and active.current_backend().stages):
        return True
    if (scopes.state.entered and scopes.current().recorded) or trees.leaves(arguments, is_symbolic):
        raise SymbolsFound
    return False


def are_symbolic(arguments: Any) -> bool:
    """Returns whether a transformed function is called with symbolic arguments, which is recorded.

    Raises:
        SymbolsFound: it would be, but no call is being recorded.
    """
    if is_recording():
        return True
    if trees.leaves(arguments, is_symbolic):
        raise SymbolsFound
    return False


def without_symbols(tree: Any) -> Any:
    """Returns what a function of the user's returned for tensors with values.

    Raises:
        SymbolsFound: it has symbolic tensors, since the function closes over some.
    """
    if trees.leaves(tree, is_symbolic):
        raise SymbolsFound
    return tree


def is_function(argument: Any) -> bool:
    """Returns whether an argument is a function of the user's, or a list of functions."""
    if isinstance(argument, (list, tuple)):
        items: Sequence[Any] = argument  # pyright: ignore[reportUnknownVariableType]  # any items
        return len(items) > 0 and all(map(is_function, items))
    return callable(argument) and not isinstance(argument, (type, SymbolicTensor, Variable))


def _is_outlined(argument: Any) -> bool:
    """Returns whether an argument needs no Outline, or is one."""
    if not is_function(argument):
        return True
    return all(map(_is_outlined, argument)) if isinstance(argument, (list, tuple)) else isinstance(argument, Outline)


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
