"""Recording of a function: while it runs, every call of `ops` is recorded, also of calls without symbolic tensors.

The function runs on a form of the active backend whose functions are `Staging` objects. They call the backend's own
functions with symbolic tensors, and record the calls (`ops._declaration.recording`). A call whose arguments are all
known is computed at once, too: its result is a `KnownTensor`, whose value may decide what the function does.
"""

from __future__ import annotations

import importlib
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ops._declaration import DECLARED
from ops._declaration.declared import Declared
from ops._declaration.recording import Call, is_function, is_symbolic, outlined, record
from ops._declaration.roles import OPERANDS, OPTIONAL_SIZE, UNCHECKED
from ops_common.errors import ArgumentError, ArgumentTypeError, OpsError, UnsupportedError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes, trees
from ops_common.tensors.seeds import PortableSeed, SeedGenerator

# Functions whose results are not tensors: they are called, and not recorded.
_QUERIES = frozenset(
    (
        *("core_dtype", "core_ndim", "core_is_tensor", "core__static_shape", "core__is_run_time_size"),
        "sparse_is_sparse",
    )
)


# Sizes that are tried in place of unknown ones: the first one's, and what each further one has more.
_TRIALS = ((1, 0), (2, 0), (7, 0), (8, 0), (64, 0), (65, 0), (7, 1), (64, 1))


class KnownTensor(SymbolicTensor):
    """A symbolic tensor that does not depend on the inputs of the function: its value is known.

    Attributes:
        value: a tensor of the backend on which the function is recorded.
    """

    __slots__ = ("value",)

    def __init__(self, spec: SymbolicTensor, value: Any, producer: tuple[Call, int]) -> None:
        super().__init__(spec.shape, spec.dtype)
        self.value, self.producer = value, producer

    def _numpy(self) -> Any:
        return recorded_backend().core.convert_to_numpy(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self._numpy()
        return array if dtype is None else array.astype(dtype, copy=bool(copy))

    def __bool__(self) -> bool:
        return bool(self._numpy())

    def __int__(self) -> int:
        return int(self._numpy())

    def __index__(self) -> int:
        return operator.index(self._numpy().item())

    def __float__(self) -> float:
        return float(self._numpy())

    def numpy(self) -> Any:
        """Returns the value as a NumPy array."""
        return self._numpy()


class SymbolicSize(SymbolicTensor):
    """An unknown size of an input: a symbolic int32 tensor of rank 0, with the arithmetic of Python's integers."""

    __slots__ = ()

    def __init__(self, producer: tuple[Call, int]) -> None:
        super().__init__((), "int32")
        self.producer = producer

    def __add__(self, other: Any) -> Any:
        return _arithmetic("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return _arithmetic("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return _arithmetic("sub", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _arithmetic("sub", other, self)

    def __mul__(self, other: Any) -> Any:
        return _arithmetic("mul", self, other)

    def __rmul__(self, other: Any) -> Any:
        return _arithmetic("mul", other, self)

    def __floordiv__(self, other: Any) -> Any:
        return _arithmetic("floordiv", self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return _arithmetic("floordiv", other, self)

    def __mod__(self, other: Any) -> Any:
        return _arithmetic("mod", self, other)

    def __rmod__(self, other: Any) -> Any:
        return _arithmetic("mod", other, self)

    def __lshift__(self, other: Any) -> Any:
        return self * (1 << other)

    def __rshift__(self, other: Any) -> Any:
        return self // (1 << other)

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        return other // self, other % self

    def __neg__(self) -> Any:
        return _arithmetic("sub", 0, self)


class Primitive:
    """An operation of graphs that is no function of `ops`.

    Args:
        name: its name in graphs, which begins with ``@``.
        parameters: the names of its arguments.
        run: computes it.
    """

    def __init__(self, name: str, parameters: Sequence[str], run: Callable[..., Any]) -> None:
        self.name, self.parameters, self.run = name, tuple(parameters), run


def _size_of_axis(x: Any, axis: int) -> Any:
    return active.current_backend().bound.core_shape(x)[axis]


SIZE = Primitive("@size", ("x", "axis"), _size_of_axis)
ARITHMETIC = {
    name: Primitive(f"@{name}", ("x1", "x2"), getattr(operator, name))
    for name in ("add", "sub", "mul", "floordiv", "mod")
}


def _arithmetic(name: str, first: Any, second: Any) -> Any:
    """Returns the sum, product, ... of two sizes; of a size and anything else, that of tensors."""
    if all(isinstance(x, SymbolicSize) or type(x) is int for x in (first, second)):
        call = Call(ARITHMETIC[name], (first, second))
        call.result = SymbolicSize((call, 0))
        return call.result
    if any(isinstance(x, (list, tuple, str, bytes)) for x in (first, second)) and name == "mul":
        raise ArgumentTypeError(
            "a list cannot be repeated as often as an unknown size says: use ops.full, ops.repeat or ops.tile"
        )
    plain = [_tensor_of_size(x) if isinstance(x, SymbolicSize) else x for x in (first, second)]
    function: Any = getattr(operator, name)
    return function(*plain)


def _tensor_of_size(size: SymbolicSize) -> SymbolicTensor:
    arguments = (size, "int32", None, None)
    return record(DECLARED["core_convert_to_tensor"], arguments, SymbolicTensor((), "int32"))


class Staging:
    """The functions of `ops` by their keys, in place of those bound to a backend; each records its calls."""

    def __init__(self, base: Backend, calls: list[Call]) -> None:
        self.base, self.calls = base, calls
        self.depth = 0  # of functions that recorded calls call
        self.names: dict[int, tuple[str, Any]] = {}  # of constants of graphs that are called, by identity

    def add(self, result: Any) -> Any:
        """Returns the symbolic result of a call. Calls of the function itself are listed."""
        producer = trees.leaves(result, is_symbolic)[0].producer
        if self.depth == 0 and producer is not None:
            self.calls.append(producer[0])
        return result

    def __getattr__(self, key: str) -> Any:
        declared = DECLARED.get(key)
        if declared is None:
            raise AttributeError(key)
        bound = getattr(self.base.bound, key)
        function = _Staged(self, declared, bound)
        setattr(self, key, function)
        return function


class _Staged:
    """A function of `ops` that records its calls."""

    def __init__(self, staging: Staging, declared: Declared, bound: Callable[..., Any]) -> None:
        self.staging, self.base, self.declared, self.bound = staging, staging.base, declared, bound
        self.has_seed = "seed" in declared.signature.names

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        signature = self.declared.signature
        try:
            found = signature.shown.bind(*args, **kwargs)
        except TypeError:
            return self.bound(*args, **kwargs)  # raises its own error
        found.apply_defaults()
        arguments = list(found.arguments.values())
        key = self.declared.key
        if key == "core_shape":
            return self._shape(arguments[0])
        if key == "core_convert_to_numpy" and isinstance(arguments[0], KnownTensor):
            return arguments[0].numpy()
        if key == "transform_vjp":
            return importlib.import_module("ops.graph.transforms").record_vjp(*arguments)
        if key in _QUERIES:
            return self.bound(*args, **kwargs)
        if self.has_seed:
            _check_seed(arguments[signature.names.index("seed")])
        symbols = list(_symbols(arguments))
        if all(isinstance(symbol, KnownTensor) for symbol in symbols) and not any(map(is_function, arguments)):
            return self._known(arguments)
        arguments = [self._argument(role, value) for role, value in zip(signature.roles, arguments, strict=True)]
        arguments = [outlined(argument) for argument in arguments]
        self.staging.depth += 1
        try:
            result = self._outlined([x.seed if isinstance(x, PortableSeed) else x for x in arguments])
        finally:
            self.staging.depth -= 1
        if not trees.leaves(result, is_symbolic) or (key == "core_convert_to_tensor" and result is arguments[0]):
            return result
        return self.staging.add(record(self.declared, arguments, result))

    def _shape(self, x: Any) -> tuple[Any, ...]:
        """Returns the shape, with a SymbolicSize for each unknown size."""
        shape = self.bound(x)
        sizes: list[Any] = []
        for axis, size in enumerate(shape):
            if size is None:
                call = Call(SIZE, (x, axis))
                size = call.result = self.staging.add(SymbolicSize((call, 0)))
            sizes.append(size)
        return tuple(sizes)

    def _known(self, arguments: Sequence[Any]) -> Any:
        """Returns the result of a call with known values, recorded."""
        values = [_replaced(argument, lambda symbol: symbol.value) for argument in arguments]
        with active.overridden(self.base):
            result = self.declared.signature.call(self.bound, values)
        backend = self.base
        leaves = trees.leaves(result, backend.is_tensor)
        if not leaves:
            return result
        roles = self.declared.signature.roles
        call = Call(self.declared, [self._argument(*pair) for pair in zip(roles, arguments, strict=True)])
        tensors = [
            KnownTensor(SymbolicTensor(backend.shape(leaf), backend.dtype(leaf)), leaf, (call, i))
            for i, leaf in enumerate(leaves)
        ]
        call.result = trees.put(result, tensors, backend.is_tensor, keep=True)
        return self.staging.add(call.result)

    def _argument(self, role: Any, value: Any) -> Any:
        """Returns an argument as it is recorded: an unknown size that is an operand is a tensor; a known tensor that is
        no operand is its value."""
        if role.is_operand:
            if isinstance(value, SymbolicSize):
                return _tensor_of_size(value)
            if role is OPERANDS and isinstance(value, (list, tuple)):
                items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]  # any items
                return [_tensor_of_size(item) if isinstance(item, SymbolicSize) else item for item in items]
            return value
        if role is UNCHECKED or is_function(value):
            return value
        return _replaced(value, lambda symbol: _number(symbol))

    def _outlined(self, arguments: Sequence[Any]) -> Any:
        """Returns the symbolic result of a call, whose arguments other than tensors may be unknown sizes."""
        signature = self.declared.signature
        sized = [i for i in signature.statics if any(isinstance(x, SymbolicSize) for x in _symbols(arguments[i]))]
        is_read_by_body = self.declared.key in ("indexing_get_item", "manipulation_repeat")
        if not sized or is_read_by_body:
            return signature.call(self.bound, arguments)
        # None has another meaning where it is the default: the argument was omitted.
        if all(arguments[i] is not None and not self._is_optional(i, arguments[i]) for i in sized):
            try:
                result = signature.call(self.bound, _with_sizes(arguments, sized, lambda _: None))
            except OpsError:
                pass  # the rule does not accept None
            else:
                if trees.leaves(result, is_symbolic):
                    return result
        return self._of_trials(arguments, sized)

    def _is_optional(self, place: int, value: Any) -> bool:
        """Returns whether an unknown size is an argument that may be omitted, not an item of one."""
        signature = self.declared.signature
        return isinstance(value, SymbolicSize) and (
            signature.roles[place] is OPTIONAL_SIZE or signature.parameters[place].default is None
        )

    def _of_trials(self, arguments: Sequence[Any], sized: Sequence[int]) -> Any:
        """Returns the symbolic result of a call, from results for several sizes in place of the unknown ones.

        What differs between them is unknown. Sizes that the call refuses are not counted.
        """
        places = {id(x): i for i, x in enumerate(x for place in sized for x in _symbols(arguments[place]))}
        results: list[Any] = []
        errors: list[OpsError] = []
        for size, step in _TRIALS:
            trial = _with_sizes(arguments, sized, lambda symbol, n=size, d=step: n + d * places[id(symbol)])
            try:
                results.append(self.declared.signature.call(self.bound, trial))
            except OpsError as error:
                errors.append(error)
        if not results:
            raise errors[0]
        leaves = [[self._spec(leaf) for leaf in trees.leaves(result, self._is_value)] for result in results]
        is_any = self.declared.key == "creation_arange"  # its size may be 0 for all trials
        joined = [
            SymbolicTensor(
                [
                    None if is_any or len(set(sizes)) > 1 else sizes[0]
                    for sizes in zip(*(x.shape for x in specs), strict=True)
                ],
                specs[0].dtype,
            )
            for specs in zip(*leaves, strict=True)
        ]
        return trees.put(results[0], joined, self._is_value, keep=True)

    def _is_value(self, leaf: Any) -> bool:
        return isinstance(leaf, SymbolicTensor) or self.base.is_tensor(leaf)

    def _spec(self, leaf: Any) -> SymbolicTensor:
        if isinstance(leaf, SymbolicTensor):
            return leaf
        return SymbolicTensor(self.base.shape(leaf), self.base.dtype(leaf))


def _with_sizes(arguments: Sequence[Any], places: Sequence[int], size: Callable[[Any], int | None]) -> list[Any]:
    """Returns the arguments with the function's results in place of the unknown sizes at these places."""
    return [
        _replaced(value, lambda symbol: size(symbol) if isinstance(symbol, SymbolicSize) else symbol)
        if i in places
        else value
        for i, value in enumerate(arguments)
    ]


def _number(symbol: SymbolicTensor) -> Any:
    return symbol.numpy().tolist() if isinstance(symbol, KnownTensor) else symbol


def _check_seed(seed: Any) -> None:
    if seed is None or isinstance(seed, SeedGenerator):
        raise ArgumentError(
            "a graph has no generator of random numbers: pass a seed, an int or a tensor (which may be an input of the "
            "graph), for example ops.random.dropout(x, 0.5, seed=1)"
        )


def _symbols(value: Any) -> Iterator[SymbolicTensor]:
    if isinstance(value, SymbolicTensor):
        yield value
    elif isinstance(value, PortableSeed):
        yield from _symbols(value.seed)
    elif isinstance(value, (list, tuple)):
        for item in value:  # pyright: ignore[reportUnknownVariableType]  # any items
            yield from _symbols(item)
    elif isinstance(value, dict):
        for item in value.values():  # pyright: ignore[reportUnknownVariableType]  # any items
            yield from _symbols(item)
    elif isinstance(value, slice):
        yield from _symbols((value.start, value.stop, value.step))


def _replaced(value: Any, function: Callable[[Any], Any]) -> Any:
    """Returns an argument with the function's results in place of symbolic tensors."""
    if isinstance(value, SymbolicTensor):
        return function(value)
    if isinstance(value, PortableSeed):
        return PortableSeed(_replaced(value.seed, function))
    if isinstance(value, (list, tuple)):
        items = [_replaced(item, function) for item in value]  # pyright: ignore[reportUnknownVariableType]  # any items
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, dict):
        return {key: _replaced(item, function) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, slice):
        return slice(*(_replaced(part, function) for part in (value.start, value.stop, value.step)))
    return value


class _Outline(scopes.OutlineScope):
    """The scope in which a function is recorded; a graph has no state."""

    def add_update(self, update: tuple[Any, Any]) -> None:
        self.add_symbolic_update(update[0])

    def add_symbolic_update(self, variable: Any) -> None:
        raise UnsupportedError(
            f"Variable {variable.name!r} is assigned while a graph is recorded, which has no state: return the new "
            "value, and assign it outside of the graph"
        )


def recorded_backend() -> Backend:
    """Returns the backend on which the function is recorded."""
    backend = active.current_backend()
    bound: Any = backend.bound
    return bound.base if backend.stages else backend


def stage(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Any, Staging]:
    """Returns a function's result for symbolic arguments, and the object that holds what was recorded."""
    backend = staged(recorded_backend())
    staging: Any = backend.bound
    with active.overridden(backend), _Outline():
        return function(*args, **kwargs), staging


def staged(base: Backend, around: Backend | None = None) -> Backend:
    """Returns the form of a backend that records its calls; in the graph that the form around it records, if any."""
    backend = base.derived(lambda _: base.kernels)
    backend.stages = True
    staging = Staging(base, [])
    if around is not None:
        outer: Any = around.bound
        staging.calls, staging.names = outer.calls, outer.names
    functions: Any = staging
    backend._bound = functions  # pyright: ignore[reportPrivateUsage]
    return backend
