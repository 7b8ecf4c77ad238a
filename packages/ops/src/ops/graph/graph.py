"""Graph: a recorded function. `making` makes graphs of functions, `saving` loads them from files."""

from __future__ import annotations

import importlib
import os
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ops.graph import settings
from ops.graph.execution import REFUSED, Source, folded_nodes
from ops.graph.fitting import backend_of, fitting, matched, moved, snapshot, spec_of
from ops.graph.operation import Operation as UserOperation
from ops.graph.staging import recorded_backend
from ops.graph.structure import Block, Const, Node, Ref, TensorSpec, parts
from ops_common.errors import ArgumentError, ArgumentTypeError
from ops_common.runtime import active, config
from ops_common.runtime.backend import Backend, short

if TYPE_CHECKING:
    from ops.graph.cost import Cost
    from ops.graph.summary import Summary

_state, _current = active.state, active.current
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
        settings: Mapping[str, Any] = {},
    ) -> None:
        self.block, self.specs, self.name, self.settings = block, dict(specs), name, dict(settings)
        self.user_operations = dict(operations)
        self.is_optimized = optimize
        self._constants = dict(constants)
        self.constant_specs = {key: spec_of(value) for key, value in constants.items()}
        numbers = block.inputs()
        self.inputs = [self.specs[number] for number in numbers]
        self._input_numbers = numbers
        self._count = len(block.parameters)
        self.outputs = [self.output_spec(item) for item in _tensors(block.result)]
        self._is_flat = not block.keywords and all(isinstance(item, Ref) for item in block.parameters)
        self.unproven: frozenset[int] = frozenset()  # tensors of a file whose shapes are checked when they are computed
        self._functions: dict[str, Callable[..., Any]] = {}
        self._values: dict[str, tuple[Any, ...]] = {}  # by backend: the first argument of "main"
        # For the functions of one backend: the function of `Source.entry`, and its first argument.
        self._entry: tuple[Any, Callable[..., Any], tuple[Any, ...]] = (None, _refuse, ())
        self._entries: dict[str, tuple[Any, Callable[..., Any]]] = {}  # by backend
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
        others are numbered. Changing these tensors in place does not change the graph.

        Assigning a dict replaces the constants that it names; shapes and dtypes must stay the same.

        Raises:
            ArgumentError: the graph has no constant of a name.
            ShapeError, DtypeError: a value has another shape or dtype.
        """
        return {name: snapshot(value) for name, value in self._constants_on(active.current_backend()).items()}

    @constants.setter
    def constants(self, values: Mapping[str, Any]) -> None:
        checked = self._checked(values)  # tensors, which may share memory with what was given
        given = dict(values.items())
        self._constants |= {
            name: snapshot(given[name] if isinstance(given[name], np.ndarray) else value)
            for name, value in checked.items()
        }
        self._entry = (None, _refuse, ())
        self._values.clear()
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
        arguments = (self.block, self.specs, arrays, self.user_operations, self.name, self.is_optimized, self.settings)
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
        make_graph = importlib.import_module("ops.graph.making").make_graph  # it imports this module
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

        A file holds no types of Python's: a loaded graph returns tuples in place of named tuples, and dicts in place of
        ordered and default dicts.

        Raises:
            ArgumentTypeError: the result has containers of other types, or the configuration of an operation of the
                user's has values that JSON cannot hold.
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
        if not isinstance(values, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"constants must be a dict of tensors by name; got {short(values)}")
        for name, value in values.items():
            spec = self.constant_specs.get(name)
            if spec is None:
                raise ArgumentError(
                    f"the graph has no constant {name!r}; it has {', '.join(self._constants) or 'none'}"
                )
            result[name] = fitting(active.current_backend(), value, spec, f"constant {name!r}", exact=True)
        return result

    def _constants_on(self, backend: Backend) -> dict[str, Any]:
        """Returns the constants as tensors of a backend."""
        known = self._on_backend.get(backend.key)
        if known is None:
            own = recorded_backend() if backend.stages else backend
            known = {name: moved(own, value, self.constant_specs[name]) for name, value in self._constants.items()}
            if not _is_tracing(own):
                self._on_backend[backend.key] = known
        return known

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the result for tensors (or nests of them) like those that the graph was recorded for.

        Raises:
            ArgumentTypeError: the arguments do not have the structure of the inputs.
            ShapeError, DtypeError: an argument does not have its input's shape or dtype.
        """
        bound, entry, values = self._entry
        if bound is (_current() if _state.overridden else _state.default) and not kwargs and len(args) == self._count:
            result = entry(values, *args)
            if result is not REFUSED:
                return result
        return self._general_call(args, kwargs)

    def _general_call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Returns the result for arguments that have to be converted, and in functions that are traced or recorded."""
        backend = active.current_backend()
        inputs = self._inputs(backend, args, kwargs)
        values = None if backend.stages else self._values.get(backend.key)
        if values is None and (backend.stages or backend.records or _is_tracing(backend)):
            constants = self._constants_on(backend)
            if backend.stages:  # they keep their names
                staging: Any = backend.bound
                staging.names.update((id(value), (name, value)) for name, value in constants.items())
            return self._function("whole")(tuple(constants.values()), *inputs)
        if values is None:
            self.prepare(backend)
            values = self._values[backend.key]
        elif self._entry[0] is not backend.bound and not backend.records and not _is_tracing(backend):
            self._enter(backend)
        return self._function("main")(values, *inputs)

    def prepare(self, backend: Backend) -> None:
        """Computes what does not depend on the inputs, once for a backend."""
        if backend.key in self._values:
            return
        constants = tuple(self._constants_on(backend).values())
        _, needed = folded_nodes(self.block) if self.is_optimized else ([], [])
        with active.overridden(backend):
            folded = self._function("folded")(constants) if needed else ()
        for number, value in zip(needed, folded, strict=True):  # a file may say something else
            fitting(backend, value, self.specs[number], f"tensor %{number}")
        self._function("whole")
        self._function("main")
        self._values[backend.key] = (*constants, *folded)
        self._enter(backend)

    def _enter(self, backend: Backend) -> None:
        """Makes calls on a backend use its function of `Source.entry`."""
        if self.block.keywords or any(spec.dtype not in backend.native_dtypes for spec in self.inputs):
            return
        bound, entry = self._entries.get(backend.key, (None, _refuse))
        if bound is not backend.bound:
            nodes, values = self._main()
            settings.check(self.settings, f"the graph {self.name}")
            source = Source(self.user_operations, self.specs, self._checks(), backend)
            entry = source.entry(backend, nodes, values, self.block.parameters, self.specs, self.block.result)
            self._entries[backend.key] = (backend.bound, entry)
        self._entry = (backend.bound, entry, self._values[backend.key])

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
            fitting(backend, x, spec, f"input {spec.name or i}")
            for i, (x, spec) in enumerate(zip(args, self.inputs, strict=True))
        ]

    def _function(self, kind: str) -> Callable[..., Any]:
        """Returns a function of the graph.

        ``whole`` runs all nodes. ``folded`` runs those that do not depend on inputs, and ``main`` the others.
        """
        function = self._functions.get(kind)
        if function is None:
            settings.check(self.settings, f"the graph {self.name}")
            source = Source(self.user_operations, self.specs, self._checks())
            if kind == "folded":
                nodes, needed = folded_nodes(self.block)
                function = source.function(nodes, [*self._constants], [], tuple(Ref(number) for number in needed))
            else:
                nodes, values = self._main() if kind == "main" else (self.block.nodes, [*self._constants])
                function = source.function(nodes, values, self._input_numbers, self.block.result)
            self._functions[kind] = function
        return function

    def _main(self) -> tuple[list[Node], list[int | str]]:
        """Returns the nodes that depend on inputs, and what they use that does not: constants and tensors."""
        if not self.is_optimized:
            return self.block.nodes, [*self._constants]
        nodes, needed = folded_nodes(self.block)
        folded = {id(node) for node in nodes}
        return [node for node in self.block.nodes if id(node) not in folded], [*self._constants, *needed]

    def _checks(self) -> dict[int, Callable[[Any], None]]:
        return {number: self._check_of(number) for number in self.unproven}

    def _check_of(self, number: int) -> Callable[[Any], None]:
        spec, what = self.specs[number], f"tensor %{number}"

        def check(value: Any) -> None:
            if type(value) is not int:  # a size
                fitting(active.current_backend(), value, spec, what)

        return check

    def forget(self) -> None:
        """Has the functions of this graph generated anew, for other settings."""
        self._entry = (None, _refuse, ())
        for known in (self._functions, self._values, self._entries):
            known.clear()


def _forget() -> None:
    for graph in list(_graphs):
        graph.forget()


config.on_change(_forget)


def _refuse(*_: Any) -> Any:
    return REFUSED


def _tensors(result: Any) -> list[Any]:
    return [item for item in parts(result) if isinstance(item, (Ref, Const))]


def _is_tracing(backend: Backend) -> bool:
    """Returns whether tensors that are created now belong to a trace, and must not be kept."""
    is_traced = backend.kernels.get("control.is_traced")
    return backend.is_traced() or (is_traced is not None and is_traced([backend.bound.creation_zeros((), "float32")]))


def prepare(backend: Backend) -> None:
    """Prepares all graphs for a backend, before a compiler traces Python code."""
    for graph in list(_graphs):
        if settings.hold(graph.settings):
            graph.prepare(backend)
