"""`make_graph`: runs a function with symbolic inputs, and makes a graph of the calls that are recorded."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Generator, Sequence
from typing import Any

from ops._declaration.recording import is_symbolic
from ops._declaration.sparsity import sparse_operand, spec_of_sparse
from ops.graph.building import Builder
from ops.graph.graph import Graph
from ops.graph.staging import stage
from ops.graph.structure import parts, registered, replaced, unregistered
from ops_common.errors import ArgumentError, ArgumentTypeError
from ops_common.runtime import active
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable


def make_graph(function: Callable[..., Any], *specs: Any, optimize: bool = True, **named_specs: Any) -> Graph:
    """Returns the graph of a function: what it computes from inputs of these shapes and dtypes.

    Tensors and Variables that the function uses and that are not its arguments become named constants. While the
    function runs, an unknown size in `ops.shape` is a symbolic int32 tensor of rank 0. Branches and loops of `ops`
    become nodes with inner functions; Python's own are unrolled.

    Args:
        function: a function of tensors or nests of tensors, written with `ops`.
        *specs: its arguments: SymbolicTensors, with None for unknown sizes, or nests of them. Of tensors, arrays and
            keras's KerasTensors only the shape and dtype are used. Other values are passed to the function as they are.
        optimize: whether nodes on which no output depends are removed, and those that depend on no input are computed
            once on each backend. Results are the same bit for bit.
        **named_specs: keyword arguments, likewise.

    Raises:
        ArgumentTypeError: function is not callable, or returns something that a graph cannot hold.
        ArgumentError: the function draws random numbers without a seed, or nests functions too deeply.
        UnsupportedError: the function assigns a Variable.

    Example:
        >>> import ops
        >>> graph = ops.make_graph(lambda x: ops.sum(x * 2, axis=0), ops.SymbolicTensor((None, 3)))
        >>> ops.convert_to_numpy(graph(ops.ones((4, 3))))
        array([8., 8., 8.], dtype=float32)
    """
    if not callable(function):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(function).__name__}")
    args, kwargs = _symbols(registered(specs)), _symbols(registered(named_specs))
    with recorded():
        result, staging = stage(function, unregistered(args), unregistered(kwargs))
        builder = Builder(active.current_backend(), staging.names)
        names = _names(function, args)
        block = builder.block((args, kwargs), result, () if optimize else staging.calls, names)
    name = getattr(function, "__name__", "graph")
    return Graph(block, builder.specs, builder.constants, builder.user_operations, name, optimize, builder.settings)


@contextlib.contextmanager
def recorded() -> Generator[None]:
    """A context in which functions are recorded: it replaces the error for too many functions inside each other."""
    try:
        yield
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, RecursionError):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            raise
        raise ArgumentError(
            "the function cannot be recorded, because functions are nested too deeply, like ops.cond inside ops.cond, "
            "or call each other without end"
        ) from None


def is_keras_tensor(value: Any) -> bool:
    """Returns whether a value is a symbolic tensor of keras itself."""
    return any(kind.__name__ == "KerasTensor" and kind.__module__.startswith("keras.") for kind in type(value).__mro__)


def _symbols(tree: Any) -> Any:
    """Returns the nest with new SymbolicTensors, each a different one."""
    backend = active.current_backend()

    def is_spec(leaf: Any) -> bool:
        if isinstance(leaf, (SymbolicTensor, Variable)) or backend.is_tensor(leaf) or backend.is_sparse(leaf):
            return True
        return is_keras_tensor(leaf) or hasattr(leaf, "__array__")

    def symbol(leaf: Any) -> SymbolicTensor:
        if is_keras_tensor(leaf):
            return SymbolicTensor(leaf.shape, leaf.dtype, leaf.name)
        if isinstance(leaf, SymbolicTensor):
            return SymbolicTensor(leaf.shape, leaf.dtype, leaf.name, leaf.sparse)
        if isinstance(leaf, Variable):
            return SymbolicTensor(leaf.shape, leaf.dtype)
        if backend.is_sparse(leaf):
            return spec_of_sparse(backend, sparse_operand(backend, leaf))
        tensor = backend.to_tensor(leaf)
        return SymbolicTensor(backend.shape(tensor), backend.dtype(tensor))

    def replacement(leaf: Any) -> Any:
        if is_spec(leaf):
            return symbol(leaf)
        if any(isinstance(value, SymbolicTensor) for value in getattr(leaf, "__dict__", {}).values()):
            raise ArgumentTypeError(
                f"{type(leaf).__name__} holds symbolic tensors, but is no container: register it with "
                "optree.register_pytree_node, or pass a tuple, list or dict"
            )
        return leaf

    return replaced(tree, replacement)


def _names(function: Callable[..., Any], args: Sequence[Any]) -> list[str | None]:
    """Returns names for the inputs, from the function's parameters."""
    try:
        parameters = [*inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [p.name for p in parameters if p.kind in kinds]
    result: list[str | None] = []
    for i, arg in enumerate(args):
        count = sum(map(is_symbolic, parts(arg)))
        name = names[i] if i < len(names) else None
        result += [name] if count == 1 and isinstance(arg, SymbolicTensor) else [None] * count
    return result
