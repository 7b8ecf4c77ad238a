"""Checks a graph that comes from a file: each node must return tensors of the shapes and dtypes that the file gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ops._declaration.inference import infer
from ops._declaration.op import Op
from ops._declaration.preparing import prepare
from ops._declaration.recording import Call
from ops.graph import settings
from ops.graph.catalogue import operations
from ops.graph.execution import USER_OPERATION
from ops.graph.fitting import matched
from ops.graph.graph import Graph
from ops.graph.staging import ARITHMETIC, SIZE, SymbolicSize, recorded_backend, stage
from ops.graph.structure import Block, Const, Node, Ref, Slice, TensorSpec, parts
from ops_common.errors import ArgumentError
from ops_common.runtime.backend import short
from ops_common.shapes import agreed
from ops_common.symbolic import SymbolicTensor

_SPLITTING = frozenset(("array_split", "dsplit", "hsplit", "split", "vsplit"))
_OF_SIZES = frozenset(primitive.name for primitive in ARITHMETIC.values())


def check_results(graph: Graph) -> frozenset[int]:
    """Returns the tensors whose shapes are more specific than their operation's rule says; a graph checks them when it
    runs.

    The operations run with symbolic tensors: nothing is computed.

    Raises:
        ArgumentError: a node does not accept its arguments, or does not return what the graph says.
    """
    checker = _Checker(graph)
    checker.run()
    return frozenset(checker.unproven)


class _Checker:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.tensors: dict[int, SymbolicTensor] = {}
        self.unproven: set[int] = set()
        self.constants = {name: _symbol(spec) for name, spec in graph.constant_specs.items()}

    def run(self) -> None:
        for number, spec in self.graph.specs.items():
            self.tensors[number] = _symbol(spec)
        stage(lambda: self._block(self.graph.block), (), {})

    def _block(self, block: Block) -> None:
        for node in block.nodes:
            try:
                self._node(node)
            except ArgumentError as error:
                raise ArgumentError(f"node {node.op}: {error}") from error
            except RecursionError:
                raise
            except Exception as error:
                raise ArgumentError(f"node {node.op}: {type(error).__name__}: {error}") from error

    def _node(self, node: Node) -> None:
        operation = USER_OPERATION if node.op == "@operation" else operations()[node.op]
        for block in node.blocks():
            self._block(block)
        given = [item for item in parts(node.arguments) if isinstance(item, (Ref, Const, Block))]
        outputs = [self.graph.specs[number] for number in node.outputs]
        given_arguments = settings.resolved(operation, node.arguments, outputs)
        arguments = {name: self._value(value) for name, value in given_arguments.items()}
        self._check_pieces(node, arguments)
        if operation.name in _OF_SIZES:
            result = self._size(arguments)
        elif not given and operation.declared is None:
            raise ArgumentError("it needs a tensor")
        elif operation.name == SIZE.name:
            result = self._size_of_axis(arguments["x"], arguments["axis"])
        elif not given:
            result = self._without_tensors(operation, arguments)
        elif operation is USER_OPERATION:
            target = self.graph.user_operations[arguments["operation"]]
            result = target.compute_output_spec(*arguments["args"], **arguments.get("kwargs", {}))
        else:
            result = self._called(operation, arguments)
        if result is None:
            self.unproven.update(node.outputs)
        else:
            self._compare(node, result)
        if operation.name in _OF_SIZES or operation.name == SIZE.name:
            for number in node.outputs:
                self.tensors[number] = SymbolicSize((Call(SIZE, ()), 0))

    def _size(self, arguments: Mapping[str, Any]) -> SymbolicTensor:
        """Returns the symbolic result of the arithmetic of two sizes."""
        for value in arguments.values():
            is_size = isinstance(value, SymbolicTensor) and (value.shape, value.dtype) == ((), "int32")
            if not is_size and type(value) is not int:
                raise ArgumentError(f"expected a size; got {short(value)}")
        return SymbolicTensor((), "int32")

    def _size_of_axis(self, x: Any, axis: Any) -> SymbolicTensor:
        if not isinstance(x, SymbolicTensor) or type(axis) is not int or not -x.ndim <= axis < x.ndim:
            raise ArgumentError(f"expected a tensor and one of its axes; got {short(x)} and {short(axis)}")
        return SymbolicTensor((), "int32")

    def _check_pieces(self, node: Node, arguments: Mapping[str, Any]) -> None:
        """Raises an error if an operation returns more tensors than the graph lists, before they take memory."""
        if node.op in _SPLITTING:
            count = arguments.get("indices_or_sections")
        elif node.op == "unstack":
            x, axis = arguments.get("x"), arguments.get("axis", 0)
            count = arguments.get("num")
            if isinstance(x, SymbolicTensor) and type(axis) is int and -x.ndim <= axis < x.ndim:
                count = count if x.shape[axis] is None else x.shape[axis]
        else:
            return
        if type(count) is int and count > len(node.outputs):
            raise ArgumentError(f"it returns {count} tensors; the graph has {len(node.outputs)}")

    def _called(self, operation: Any, arguments: Mapping[str, Any]) -> Any:
        if operation.declared is None:
            return operation.call(*(arguments[name] for name in operation.parameters))
        positional: list[Any] = []
        named = dict(arguments)
        if operation.varargs is not None:
            before = operation.parameters[: operation.parameters.index(operation.varargs)]
            positional = [named.pop(name) for name in before if name in named]
            positional += named.pop(operation.varargs, ())
        if operation.options is not None:
            named |= named.pop(operation.options, {})
        return operation.call(*positional, **named)

    def _without_tensors(self, operation: Any, arguments: Mapping[str, Any]) -> Any:
        """Returns the symbolic result of an op that has no tensors among its arguments, such as `zeros`: it must not be
        computed, as it may be large. None if that has no shape rule."""
        declared = operation.declared
        if not isinstance(declared, Op) or declared.shape is None:
            return None
        signature = declared.signature
        defaults = dict(zip(operation.parameters, operation.defaults, strict=True))
        values = [arguments.get(name, defaults[name]) for name in signature.names]
        backend = recorded_backend()
        prepared, _ = prepare(declared, backend, values, declared.canonical)
        return infer(declared, backend, prepared)

    def _compare(self, node: Node, result: Any) -> None:
        for number, path in zip(node.outputs, node.paths, strict=True):
            value = result
            for step in path:
                try:
                    value = value[step]
                except (LookupError, TypeError):
                    raise ArgumentError(f"it returns no tensor at {list(path)}") from None
            spec = self.graph.specs[number]
            if not isinstance(value, SymbolicTensor):
                raise ArgumentError(f"it returns no tensor at {list(path)}; got {short(value)}")
            if not _fits(value, spec):
                raise ArgumentError(
                    f"it returns {value.dtype} of shape {value.shape}; the graph has {spec.dtype} of shape {spec.shape}"
                )
            if not _proves(value, spec):
                self.unproven.add(number)

    def _value(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return self.tensors[value.number]
        if isinstance(value, Const):
            return self.constants[value.name]
        if isinstance(value, Block):
            return self._function(value)
        if isinstance(value, Slice):
            return slice(*(self._value(part) for part in (value.start, value.stop, value.step)))
        if isinstance(value, dict):
            return {key: self._value(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
        if isinstance(value, (list, tuple)):
            items = [self._value(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
            return items if isinstance(value, list) else tuple(items)
        return value

    def _function(self, block: Block) -> Callable[..., Any]:
        """Returns a function with the block's result, which checks its arguments."""

        def call(*args: Any, **kwargs: Any) -> Any:
            leaves = matched((block.parameters, block.keywords), (args, kwargs), "the arguments of a function")
            for number, leaf in zip(block.inputs(), leaves, strict=True):
                spec = self.graph.specs[number]
                if isinstance(leaf, SymbolicTensor) and not _fits(leaf, spec):
                    raise ArgumentError(
                        f"a function is called with {leaf.dtype} of shape {leaf.shape}; "
                        f"the graph has {spec.dtype} of shape {spec.shape}"
                    )
                if not isinstance(leaf, SymbolicTensor) or not _proves(leaf, spec):
                    self.unproven.add(number)
            return self._value(block.result)

        return call


def _fits(symbol: SymbolicTensor, spec: TensorSpec) -> bool:
    return symbol.dtype == spec.dtype and agreed(symbol.shape, spec.shape) is not None


def _proves(symbol: SymbolicTensor, spec: TensorSpec) -> bool:
    """Returns whether all sizes that the spec has are known."""
    return all(n is None or n == m for n, m in zip(spec.shape, symbol.shape, strict=True))


def _symbol(spec: TensorSpec) -> SymbolicTensor:
    return SymbolicTensor(spec.shape, spec.dtype)
