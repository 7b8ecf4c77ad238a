"""Graph: a recorded function."""

from __future__ import annotations

import importlib
import inspect
import os
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ops._declaration.recording import is_symbolic
from ops.core import to_backend
from ops.graph.building import Builder
from ops.graph.execution import Source, folded_nodes, matcher
from ops.graph.operation import Operation as UserOperation
from ops.graph.staging import recorded_backend, stage
from ops.graph.structure import Block, Const, Ref, TensorSpec
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.runtime import active, registry
from ops_common.runtime.backend import Backend, owner, short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees
from ops_common.tensors.variable import Variable

if TYPE_CHECKING:
    from ops.graph.cost import Cost
    from ops.graph.summary import Summary

_graphs: weakref.WeakSet[Graph] = weakref.WeakSet()


class Graph:
    """A recorded function: a callable object that runs on whichever backend is active.

    `make_graph` and `load_graph` create graphs. `jit`, `grad`, `vmap`, `export` and `make_graph` take a graph like any
    function of its inputs.

    Attributes:
        inputs: the specs of the inputs: shape, dtype and name.
        outputs: the specs of the tensors in the result.
    """

    def __init__(
        self,
        block: Block,
        specs: Mapping[int, TensorSpec],
        constants: Mapping[str, Any],
        operations: Mapping[str, UserOperation] = {},
        name: str = "graph",
        optimize: bool = True,
    ) -> None:
        self.block, self.specs, self.name = block, dict(specs), name
        self.user_operations = dict(operations)
        self.is_optimized = optimize
        self._constants = dict(constants)
        self.constant_specs = {key: _spec_of(value) for key, value in constants.items()}
        numbers = block.inputs()
        self.inputs = [self.specs[number] for number in numbers]
        self._input_numbers = numbers
        self._count = len(numbers)
        self.outputs = [self.output_spec(item) for item in _tensors(block.result)]
        self._is_flat = not block.keywords and all(isinstance(item, Ref) for item in block.parameters)
        self.unproven: frozenset[int] = frozenset()  # tensors of a file whose shapes are checked when they are computed
        self._functions: dict[str, Callable[..., Any]] = {}
        # By backend: whether tensors are inputs that fit, the function for them, and its first argument.
        self._ready: dict[str, tuple[Callable[..., bool] | None, Callable[..., Any], tuple[Any, ...]]] = {}
        self._on_backend: dict[str, dict[str, Any]] = {}  # the constants
        _graphs.add(self)

    def output_spec(self, item: Ref | Const) -> TensorSpec:
        """Returns the spec of a tensor of this graph."""
        return self.specs[item.number] if isinstance(item, Ref) else self.constant_specs[item.name]

    @property
    def nodes(self) -> list[Any]:
        """Returns the nodes in the order of execution, without those of inner functions."""
        return self.block.nodes

    @property
    def constants(self) -> dict[str, Any]:
        """Returns the closed-over tensors by name, as tensors of the active backend. A Variable's has its path as name,
        others are numbered.

        Assigning a dict replaces the constants that it names; shapes and dtypes must stay the same.

        Raises:
            ArgumentError: the graph has no constant of a name.
            ShapeError, DtypeError: a value has another shape or dtype.
        """
        return dict(self._constants_on(active.current_backend()))

    @constants.setter
    def constants(self, values: Mapping[str, Any]) -> None:
        checked = self._checked(values)
        self._constants |= checked
        self._ready.clear()
        self._on_backend.clear()

    def own_constants(self) -> Iterable[tuple[str, Any]]:
        """Returns the constants as they were given: as tensors of any backend, or as arrays."""
        return self._constants.items()

    def __reduce__(self) -> Any:
        """Returns how copies and pickles are made: the constants become NumPy arrays."""
        arrays = {
            name: value if isinstance(value, np.ndarray) else backend_of(value).core.convert_to_numpy(value)
            for name, value in self._constants.items()
        }
        arguments = (self.block, self.specs, arrays, self.user_operations, self.name, self.is_optimized)
        return Graph, arguments, {"unproven": self.unproven}

    def __str__(self) -> str:
        """Returns the whole graph as text: a line for each node, and inner functions indented."""
        return importlib.import_module("ops.graph.text").graph_text(self)

    def __repr__(self) -> str:
        return importlib.import_module("ops.graph.text").short_text(self)

    def summary(self, *specs: Any, width: int | None = None) -> Summary:
        """Returns a table of the nodes, which shows itself when it is printed and in a notebook.

        It has the shapes and dtypes of the results, parameters (elements of constants, each counted at its first use),
        FLOPs and bytes of the results. A node's row includes the functions that it calls; their own rows below it are
        for one call. What is unknown is shown as ``?``.

        Args:
            *specs: SymbolicTensors or tensors in place of the inputs, with sizes that the graph does not know.
            width: of the printed table, in characters; that of the terminal, but at least 80, if there is none.

        Raises:
            ShapeError, DtypeError: a spec does not fit its input.

        Example:
            >>> import ops
            >>> graph = ops.make_graph(lambda x: ops.matmul(x, ops.ones((3, 4))), ops.SymbolicTensor((None, 3)))
            >>> [row[-2] for row in graph.summary(ops.SymbolicTensor((2, 3))).rows if row[0] == "matmul"]
            ['48']
        """
        return importlib.import_module("ops.graph.summary").Summary(self._of_sizes(specs), width)

    def cost(self, *specs: Any) -> Cost:
        """Returns what a call costs: ``flops``, ``bytes`` of the results of all nodes, ``parameters``, and ``by_op``.

        A multiplication followed by an addition counts 2, an elementary function 1 for each element, moving data 0.
        Functions that loops call count times the number of steps; of branches, the most expensive one counts. FLOPs and
        bytes are None if a size or a number of steps is unknown.

        Args:
            *specs: SymbolicTensors or tensors in place of the inputs, with sizes that the graph does not know.

        Raises:
            ShapeError, DtypeError: a spec does not fit its input.

        Example:
            >>> import ops
            >>> graph = ops.make_graph(lambda x: ops.matmul(x, ops.ones((3, 4))), ops.SymbolicTensor((None, 3)))
            >>> print(graph.cost().flops, graph.cost(ops.SymbolicTensor((2, 3))).flops)
            None 48
        """
        return importlib.import_module("ops.graph.cost").cost_of(self._of_sizes(specs))

    def _of_sizes(self, specs: Sequence[Any]) -> Graph:
        """Returns the graph for other specs of the inputs."""
        if not specs:
            return self
        graph = make_graph(self, *specs, optimize=self.is_optimized)
        graph.name = self.name
        return graph

    def draw(self, path: str | os.PathLike[str] | None = None, format: str | None = None) -> str | None:
        """Writes a picture of the graph to a file; returns it as text if there is no path.

        Args:
            path: the file.
            format: ``svg``, ``dot`` or ``mermaid``. By default it follows from the suffix (.svg, .dot, .gv, .mmd, .md),
                and is ``svg`` without a path.

        Raises:
            ArgumentError: no format has this name or suffix.
            OSError: the file cannot be written.

        Example:
            >>> import ops
            >>> graph = ops.make_graph(lambda x: ops.sin(x), ops.SymbolicTensor((2,)))
            >>> print(graph.draw(format="mermaid").splitlines()[0])
            flowchart TD
        """
        return importlib.import_module("ops.graph.drawing").draw(self, path, format)

    def _repr_html_(self) -> str:
        """Returns the summary and the picture, for notebooks."""
        return importlib.import_module("ops.graph.drawing").notebook_text(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the graph with its constants to a file, which `load_graph` reads on any backend.

        Raises:
            OSError: the file cannot be written; an existing file remains as it is.

        Example:
            >>> import os, tempfile, ops
            >>> path = os.path.join(tempfile.mkdtemp(), "net.ops")
            >>> ops.make_graph(lambda x: x + 1, ops.SymbolicTensor((2,))).save(path)
            >>> os.path.exists(path)
            True
        """
        importlib.import_module("ops.graph.saving").save(self, path)  # it imports this module

    def _checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Returns constants that fit; raises the error of the first one that does not."""
        result: dict[str, Any] = {}
        for name, value in values.items():
            spec = self.constant_specs.get(name)
            if spec is None:
                raise ArgumentError(
                    f"the graph has no constant {name!r}; it has {', '.join(self._constants) or 'none'}"
                )
            result[name] = _fitting(active.current_backend(), value, spec, f"constant {name!r}", exact=True)
        return result

    def _constants_on(self, backend: Backend) -> dict[str, Any]:
        """Returns the constants as tensors of a backend."""
        known = self._on_backend.get(backend.key)
        if known is None:
            own = recorded_backend() if backend.stages else backend
            known = {name: _moved(own, value, self.constant_specs[name]) for name, value in self._constants.items()}
            if not _is_tracing(own):
                self._on_backend[backend.key] = known
        return known

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the result for tensors (or nests of them) like those that the graph was recorded for.

        Raises:
            ArgumentTypeError: the arguments do not have the structure of the inputs.
            ShapeError, DtypeError: an argument does not have its input's shape or dtype.
        """
        backend = active.current_backend()
        ready = self._ready.get(backend.key)
        if ready is not None and not backend.stages:
            fits, main, values = ready
            if fits is not None and not kwargs and len(args) == self._count and fits(*args):
                return main(values, *args)
            return main(values, *self._inputs(backend, args, kwargs))
        inputs = self._inputs(backend, args, kwargs)
        if backend.stages or backend.records or _is_tracing(backend):
            constants = self._constants_on(backend)
            if backend.stages:  # they keep their names
                staging: Any = backend.bound
                staging.names.update((id(value), (name, value)) for name, value in constants.items())
            return self._function("whole")(tuple(constants.values()), *inputs)
        self.prepare(backend)
        return self._function("main")(self._ready[backend.key][2], *inputs)

    def prepare(self, backend: Backend) -> None:
        """Computes what does not depend on the inputs, once for a backend."""
        if backend.key in self._ready:
            return
        constants = tuple(self._constants_on(backend).values())
        _, needed = folded_nodes(self.block) if self.is_optimized else ([], [])
        with active.overridden(backend):
            folded = self._function("folded")(constants) if needed else ()
        for number, value in zip(needed, folded, strict=True):  # a file may say something else
            _fitting(backend, value, self.specs[number], f"tensor %{number}")
        fits = matcher(backend, self.inputs) if self._is_flat else None
        self._function("whole")
        self._ready[backend.key] = (fits, self._function("main"), (*constants, *folded))

    def apply(self, constants: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Returns the result with other values for constants; the function is differentiable in them.

        Args:
            constants: by name; those that are not named keep their values.
            *args: as for a call of the graph.
            **kwargs: as for a call of the graph.

        Raises:
            ArgumentError: the graph has no constant of a name.
            ShapeError, DtypeError: a value has another shape or dtype.

        Example:
            >>> import ops
            >>> w = ops.Variable([1.0, 2.0], name="w")
            >>> graph = ops.make_graph(lambda x: ops.sum(w * x), ops.SymbolicTensor((2,)))
            >>> gradient = ops.grad(lambda constants: graph.apply(constants, ops.ones((2,))))
            >>> ops.convert_to_numpy(gradient(graph.constants)["w"])
            array([1., 1.], dtype=float32)
        """
        backend = active.current_backend()
        values = self._constants_on(backend) | self._checked(constants)
        return self._function("whole")(tuple(values.values()), *self._inputs(backend, args, kwargs))

    def _inputs(self, backend: Backend, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Sequence[Any]:
        if not self._is_flat or kwargs or len(args) != len(self.inputs):
            args = matched((self.block.parameters, self.block.keywords), (tuple(args), dict(kwargs)), "the arguments")
        return [
            _fitting(backend, x, spec, f"input {spec.name or i}")
            for i, (x, spec) in enumerate(zip(args, self.inputs, strict=True))
        ]

    def _function(self, kind: str) -> Callable[..., Any]:
        """Returns a function of the graph.

        ``whole`` runs all nodes. ``folded`` runs those that do not depend on inputs, and ``main`` the others.
        """
        function = self._functions.get(kind)
        if function is None:
            block, names = self.block, [*self._constants]
            nodes, needed = folded_nodes(block) if self.is_optimized and kind != "whole" else ([], [])
            source = Source(self.user_operations, {number: self._check_of(number) for number in self.unproven})
            if kind == "folded":
                function = source.function(nodes, names, [], tuple(Ref(number) for number in needed))
            else:
                folded = {id(node) for node in nodes}
                rest = [node for node in block.nodes if id(node) not in folded]
                function = source.function(rest, [*names, *needed], self._input_numbers, block.result)
            self._functions[kind] = function
        return function

    def _check_of(self, number: int) -> Callable[[Any], None]:
        spec, what = self.specs[number], f"tensor %{number}"

        def check(value: Any) -> None:
            if type(value) is not int:  # a size
                _fitting(active.current_backend(), value, spec, what)

        return check


def _tensors(result: Any) -> list[Any]:
    return trees.leaves(result, lambda leaf: isinstance(leaf, (Ref, Const)))


def matched(pattern: Any, value: Any, what: str) -> list[Any]:
    """Returns the values in place of the pattern's tensors; raises ArgumentTypeError if the structure differs."""
    if isinstance(pattern, Ref):
        return [value]
    if isinstance(pattern, (list, tuple)):
        items: Sequence[Any] = pattern  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(value, (list, tuple)) or len(value) != len(items):  # pyright: ignore[reportUnknownArgumentType]
            raise ArgumentTypeError(f"{what} must have the structure {_structure(items)}; got {short(value)}")
        pairs = list(zip(items, value, strict=True))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return [leaf for part, item in pairs for leaf in matched(part, item, what)]
    if isinstance(pattern, dict):
        keys: dict[Any, Any] = pattern  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(value, Mapping) or value.keys() != keys.keys():
            raise ArgumentTypeError(
                f"{what} must have the keys {', '.join(map(str, keys)) or 'none'}; got {short(value)}"
            )
        return [leaf for key, part in keys.items() for leaf in matched(part, value[key], what)]
    if type(pattern) is not type(value) or not (pattern is value or pattern == value):
        raise ArgumentError(f"{what} must be as in the recorded call, {short(pattern)}; got {short(value)}")
    return []


def _structure(pattern: Any) -> str:
    if isinstance(pattern, Ref):
        return "tensor"
    if isinstance(pattern, (list, tuple)):
        return f"({', '.join(_structure(item) for item in pattern)})"  # pyright: ignore[reportUnknownVariableType]
    if isinstance(pattern, dict):
        return f"{{{', '.join(f'{key}: {_structure(item)}' for key, item in pattern.items())}}}"  # pyright: ignore[reportUnknownVariableType]
    return repr(pattern)


def _fitting(backend: Backend, value: Any, spec: TensorSpec, what: str, exact: bool = False) -> Any:
    """Returns a value as a tensor of this shape and dtype; raises an error if it does not have them."""
    if isinstance(value, Variable):
        value = value.value
    if isinstance(value, SymbolicTensor):
        shape, dtype = value.shape, value.dtype
    else:
        is_plain = isinstance(value, (bool, int, float, complex, list, tuple))
        value = backend.to_tensor(value, spec.dtype if is_plain else None)
        shape, dtype = backend.shape(value), backend.dtype(value)
    if dtype != spec.dtype:
        raise DtypeError(f"{what} has dtype {dtype}; the graph was recorded for {spec.dtype}: convert it with ops.cast")
    fits = len(shape) == len(spec.shape) and all(
        n == m or m is None or (n is None and not exact) for n, m in zip(shape, spec.shape, strict=True)
    )
    if not fits:
        raise ShapeError(f"{what} has shape {shape}; the graph was recorded for {spec.shape}")
    return value


def _spec_of(value: Any) -> TensorSpec:
    """Returns the spec of a constant: a tensor of any backend, or a NumPy array."""
    backend = backend_of(value)
    tensor = value if backend.is_tensor(value) else backend.to_tensor(value)
    return TensorSpec(backend.shape(tensor), backend.dtype(tensor))


def backend_of(value: Any) -> Backend:
    name = owner(value)
    return active.current_backend() if name is None else registry.load(name)


def _moved(backend: Backend, value: Any, spec: TensorSpec) -> Any:
    if backend.is_tensor(value):
        return value
    name = owner(value)
    if name is None or name == backend.name:
        return backend.to_tensor(value)
    return to_backend(value, backend.name)


def _is_tracing(backend: Backend) -> bool:
    """Returns whether tensors that are created now belong to a trace, and must not be kept."""
    is_traced = backend.kernels.get("control.is_traced")
    return backend.is_traced() or (is_traced is not None and is_traced([backend.bound.creation_zeros((), "float32")]))


def prepare(backend: Backend) -> None:
    """Prepares all graphs for a backend, before a compiler traces Python code."""
    for graph in list(_graphs):
        graph.prepare(backend)


def make_graph(function: Callable[..., Any], *specs: Any, optimize: bool = True, **named_specs: Any) -> Graph:
    """Returns the graph of a function: what it computes from inputs of these shapes and dtypes.

    Tensors and Variables that the function uses and that are not its arguments become named constants. While the
    function runs, an unknown size in `ops.shape` is a symbolic int32 tensor of rank 0. Branches and loops of `ops`
    become nodes with inner functions; Python's own are unrolled.

    Args:
        function: a function of tensors or nests of tensors, written with `ops`.
        *specs: its arguments: SymbolicTensors, with None for unknown sizes, or nests of them. Of tensors and arrays
            only the shape and dtype are used. Other values are passed to the function as they are.
        optimize: whether nodes on which no output depends are removed, and those that depend on no input are computed
            once on each backend. Results are the same bit for bit.
        **named_specs: keyword arguments, likewise.

    Raises:
        ArgumentTypeError: function is not callable, or returns something that a graph cannot hold.
        ArgumentError: the function draws random numbers without a seed.
        UnsupportedError: the function assigns a Variable.

    Example:
        >>> import ops
        >>> graph = ops.make_graph(lambda x: ops.sum(x * 2, axis=0), ops.SymbolicTensor((None, 3)))
        >>> ops.convert_to_numpy(graph(ops.ones((4, 3))))
        array([8., 8., 8.], dtype=float32)
    """
    if not callable(function):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(function).__name__}")
    args, kwargs = _symbols(specs), _symbols(named_specs)
    result, staging = stage(function, args, kwargs)
    builder = Builder(active.current_backend(), staging.names)
    names = _names(function, args)
    block = builder.block((args, kwargs), result, () if optimize else staging.calls, names)
    name = getattr(function, "__name__", "graph")
    return Graph(block, builder.specs, builder.constants, builder.user_operations, name, optimize)


def _symbols(tree: Any) -> Any:
    """Returns the nest with new SymbolicTensors, each a different one."""
    backend = active.current_backend()

    def is_spec(leaf: Any) -> bool:
        return isinstance(leaf, (SymbolicTensor, Variable)) or backend.is_tensor(leaf) or hasattr(leaf, "__array__")

    def symbol(leaf: Any) -> SymbolicTensor:
        if isinstance(leaf, (SymbolicTensor, Variable)):
            return SymbolicTensor(leaf.shape, leaf.dtype, leaf.name if isinstance(leaf, SymbolicTensor) else None)
        tensor = backend.to_tensor(leaf)
        return SymbolicTensor(backend.shape(tensor), backend.dtype(tensor))

    return trees.put(tree, [symbol(leaf) for leaf in trees.leaves(tree, is_spec)], is_spec, keep=True)


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
        count = len(trees.leaves(arg, is_symbolic))
        name = names[i] if i < len(names) else None
        result += [name] if count == 1 and isinstance(arg, SymbolicTensor) else [None] * count
    return result
