"""Graphs as Python functions: source is generated that calls the public functions of ops.

The source names only what is generated here (``t5``, ``f3``, ``k1``): nothing of a file occurs in it.
"""

from __future__ import annotations

import itertools
import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ops._declaration.declared import show
from ops.graph import settings
from ops.graph.catalogue import MISSING, Operation, operations
from ops.graph.operation import Operation as UserOperation
from ops.graph.structure import Block, Const, Node, Ref, Registered, Slice, TensorSpec, parts, rebuilt
from ops_common.errors import ArgumentError
from ops_common.runtime.backend import Backend
from ops_common.tensors.seeds import PortableSeed

_numbers = itertools.count()


def _call_operation(operation: UserOperation, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    return operation(*args, **kwargs)


USER_OPERATION = Operation("@operation", ("operation", "args", "kwargs"), (MISSING,) * 3, _call_operation)


def folded_nodes(block: Block) -> tuple[list[Node], list[int]]:
    """Returns the nodes that do not depend on inputs, and those of their outputs that other nodes or the result use."""
    inputs = set(block.inputs())
    known: set[int] = set()
    nodes: list[Node] = []
    for node in block.nodes:
        used = {ref.number for ref in _used(node) if isinstance(ref, Ref)}
        if not used & inputs and used <= known and node.op != "@operation":
            nodes.append(node)
            known.update(node.outputs)
    folded = {id(node) for node in nodes}
    needed = {
        ref.number for node in block.nodes if id(node) not in folded for ref in _used(node) if isinstance(ref, Ref)
    }
    needed |= {item.number for item in parts(block.result) if isinstance(item, Ref)}
    return nodes, sorted(known & needed)


def _used(node: Node) -> list[Ref | Const]:
    """Returns the tensors that a node uses, also those of surrounding blocks that its blocks use."""
    used = node.inputs()
    for block in node.blocks():
        inner = set(block.inputs()) | {number for item in block.nodes for number in item.outputs}
        used += [ref for ref in block.used() if not (isinstance(ref, Ref) and ref.number in inner)]
    return used


# What the function of `Source.entry` returns if its arguments have to be converted, or are wrong.
REFUSED: Any = object()


class Source:
    """Generates a function from nodes.

    Args:
        user_operations: the operations of the user's by name.
        specs: of the tensors, by number.
        checks: functions that are called with tensors, by the tensors' numbers.
        backend: the one whose bound functions are called; None for the public functions, which run on the active one.
    """

    def __init__(
        self,
        user_operations: Mapping[str, UserOperation],
        specs: Mapping[int, TensorSpec],
        checks: Mapping[int, Callable[[Any], None]] = {},
        backend: Backend | None = None,
    ) -> None:
        self._user_operations, self._specs, self._checks, self._backend = user_operations, specs, checks, backend
        self._scope: dict[str, Any] = {}
        self._functions: dict[str, str] = {}
        self._constants: dict[str, str] = {}
        self._lines: list[str] = []
        self._labels = itertools.count()

    def function(
        self, nodes: Sequence[Node], values: Sequence[int | str], inputs: Sequence[int], result: Any
    ) -> Callable[..., Any]:
        """Returns a function that runs nodes.

        Args:
            nodes: in their order.
            values: what the first argument, a tuple, holds: tensors by number, and constants by name.
            inputs: the further arguments, by number.
            result: the nest that it returns.
        """
        return self._compiled([f"t{number}" for number in inputs], [], nodes, values, result)

    def entry(
        self,
        backend: Backend,
        nodes: Sequence[Node],
        values: Sequence[int | str],
        parameters: Sequence[Any],
        specs: Mapping[int, TensorSpec],
        result: Any,
    ) -> Callable[..., Any]:
        """Returns a function that runs nodes if its arguments are tensors of a backend with the shapes and dtypes of
        the specs, in the containers of the parameters. Otherwise it returns `REFUSED`.

        Args:
            backend: the backend.
            nodes: in their order.
            values: what the first argument, a tuple, holds: tensors by number, and constants by name.
            parameters: the nest of the further arguments.
            specs: of the tensors in it, by number.
            result: the nest that it returns.
        """
        self._scope |= {"types": backend.types, "shape": backend.shape, "REFUSED": REFUSED}
        # TensorFlow's shapes are no tuples, and slow.
        has_tuples = isinstance(getattr(backend.make(0.0, "float32"), "shape", None), tuple)
        names = [f"t{item.number}" if isinstance(item, Ref) else f"a{i}" for i, item in enumerate(parameters)]
        tests: list[str] = []
        for name, parameter in zip(names, parameters, strict=True):
            self._test(name, parameter, specs, backend, has_tuples, tests)
        return self._compiled(names, tests, nodes, values, result)

    def _test(
        self,
        name: str,
        parameter: Any,
        specs: Mapping[int, TensorSpec],
        backend: Backend,
        has_tuples: bool,
        tests: list[str],
    ) -> None:
        """Appends the source of tests of an argument, which assign the tensors in it."""
        if isinstance(parameter, Ref):
            spec = specs[parameter.number]
            tests.append(f"type({name}) in types")
            tests.append(f"{name}.dtype is {self._global('d', backend.native_dtypes[spec.dtype])}")
            shape = f"{name}.shape" if has_tuples else f"shape({name})"
            if None not in spec.shape:
                tests.append(f"{shape} == {spec.shape!r}")
            else:
                sizes = {axis: size for axis, size in enumerate(spec.shape) if size is not None}
                tests.append(
                    f"len(s := {shape}) == {len(spec.shape)}" if sizes else f"len({shape}) == {len(spec.shape)}"
                )
                tests += [f"s[{axis}] == {size}" for axis, size in sizes.items()]
            return
        if isinstance(parameter, dict):
            values: dict[Any, Any] = parameter  # pyright: ignore[reportUnknownVariableType]
            tests.append(f"type({name}) is dict and len({name}) == {len(values)}")
            keyed = {self._expression(key, ""): item for key, item in values.items()}
            tests += [f"{key} in {name}" for key in keyed]
        elif isinstance(parameter, (list, tuple)):
            items: Sequence[Any] = parameter  # pyright: ignore[reportUnknownVariableType]
            tests.append(f"(type({name}) is list or type({name}) is tuple) and len({name}) == {len(items)}")
            keyed = {str(i): item for i, item in enumerate(items)}
        elif isinstance(parameter, Registered):
            tests.append("False")  # the general path takes it apart
            return
        else:
            known = self._global("k", parameter)
            tests.append(f"({name} is {known} or type({name}) is type({known}) and {name} == {known})")
            return
        for key, item in keyed.items():
            inner = f"t{item.number}" if isinstance(item, Ref) else f"{name}_{next(self._labels)}"
            tests.append(f"(({inner} := {name}[{key}]) is {inner})")
            self._test(inner, item, specs, backend, has_tuples, tests)

    def _compiled(
        self,
        parameters: Sequence[str],
        tests: Sequence[str],
        nodes: Sequence[Node],
        values: Sequence[int | str],
        result: Any,
    ) -> Callable[..., Any]:
        self._constants = {name: f"c{i}" for i, name in enumerate(n for n in values if isinstance(n, str))}
        names = [self._constants[item] if isinstance(item, str) else f"t{item}" for item in values]
        self._lines = [f"def graph({', '.join(['values', *parameters])}):"]
        if tests:
            self._lines += [f"    if not ({' and '.join(tests)}):", "        return REFUSED"]
        if names:
            self._lines.append(f"    {', '.join(names)}, = values")
        self._body(nodes, result, "    ", keep={f"t{item}" for item in values if not isinstance(item, str)})
        source = "\n".join(self._lines) + "\n"
        filename = f"<ops graph {next(_numbers)}>"
        scope: dict[str, Any] = self._scope | {"__package__": "ops"}
        try:
            code = compile(source, filename, "exec")
        except (SyntaxError, RecursionError, MemoryError) as error:  # limits of Python's compiler
            raise ArgumentError(f"the graph has functions or values that are nested too deeply: {error}") from error
        exec(code, scope)
        show(filename, source)
        return scope["graph"]

    def _body(self, nodes: Sequence[Node], result: Any, indent: str, keep: Iterable[str] = ()) -> None:
        last: dict[int, int] = {}
        captured: set[int] = set()
        for i, node in enumerate(nodes):
            for ref in node.inputs():
                if isinstance(ref, Ref):
                    last[ref.number] = i
            for block in node.blocks():
                captured.update(ref.number for ref in block.used() if isinstance(ref, Ref))
        returned = {item.number for item in parts(result) if isinstance(item, Ref)}
        own = {number for node in nodes for number in node.outputs}
        for i, node in enumerate(nodes):
            self._node(node, indent, last, returned | captured)
            # Memory is freed as in the function that was recorded. (Inner functions may run later.)
            dead = sorted(
                {
                    ref.number
                    for ref in node.inputs()
                    if isinstance(ref, Ref)
                    and ref.number in own
                    and last[ref.number] == i
                    and ref.number not in returned
                    and ref.number not in captured
                }
            )
            if dead:
                self._lines.append(f"{indent}del {', '.join(f't{number}' for number in dead)}")
        self._lines.append(f"{indent}return {self._expression(result, indent)}")

    def _node(self, node: Node, indent: str, last: Mapping[int, int], kept: set[int]) -> None:
        operation = USER_OPERATION if node.op == "@operation" else operations()[node.op]
        arguments = settings.resolved(operation, node.arguments, [self._specs[number] for number in node.outputs])
        for block in node.blocks():
            label = f"b{next(self._labels)}"
            self._block(block, label, indent)
            arguments = _with_label(arguments, block, label)
        if node.portable:
            seed = self._expression(arguments["seed"], indent)
            arguments["seed"] = _Label(f"{self._global('k', PortableSeed)}({seed})")
        if operation is USER_OPERATION:
            arguments["operation"] = _Label(self._global("k", self._user_operations[arguments["operation"]]))
        call = f"{self._function(operation)}({', '.join(self._arguments(operation, arguments, indent))})"
        used = [(n, path) for n, path in zip(node.outputs, node.paths, strict=True) if n in last or n in kept]
        if not used:
            self._lines.append(f"{indent}{call}")
        elif node.paths == [()]:
            self._lines.append(f"{indent}t{node.outputs[0]} = {call}")
        else:
            self._lines.append(f"{indent}r = {call}")
            for number, path in used:
                self._lines.append(f"{indent}t{number} = r{self._path(path)}")
            self._lines.append(f"{indent}del r")
        for number, _ in used:
            self._check(number, indent)

    def _check(self, number: int, indent: str) -> None:
        if number in self._checks:
            self._lines.append(f"{indent}{self._global('check', self._checks[number])}(t{number})")

    def _path(self, path: Sequence[Any]) -> str:
        return "".join(f"[{self._expression(step, '')}]" for step in path)

    def _arguments(self, operation: Operation, arguments: Mapping[str, Any], indent: str) -> list[str]:
        texts: list[str] = []
        by_position = True
        for name, default in zip(operation.parameters, operation.defaults, strict=True):
            if name == operation.varargs:
                texts += [self._expression(item, indent) for item in arguments.get(name, ())]
                by_position = False
            elif name == operation.options:
                texts += [f"**{self._expression(arguments[name], indent)}"] if arguments.get(name) else []
            elif name in operation.keyword_only or not by_position:
                if name in arguments:
                    texts.append(f"{name}={self._expression(arguments[name], indent)}")
            elif name in arguments:
                texts.append(self._expression(arguments[name], indent))
            elif _is_later(operation, name, arguments):
                texts.append(self._global("d", default))
        return texts

    def _block(self, block: Block, label: str, indent: str) -> None:
        names = [f"p{label}_{i}" for i in range(len(block.parameters))]
        keywords = [f"**{label}_options"] if block.keywords else []
        self._lines.append(f"{indent}def {label}({', '.join([*names, *keywords])}):")
        inner = indent + "    "
        for name, parameter in zip(names, block.parameters, strict=True):
            self._unpack(parameter, name, inner)
        for key, parameter in block.keywords.items():
            self._unpack(parameter, f"{label}_options[{self._expression(key, '')}]", inner)
        self._body(block.nodes, block.result, inner)

    def _unpack(self, parameter: Any, source: str, indent: str) -> None:
        if isinstance(parameter, Ref):
            self._lines.append(f"{indent}t{parameter.number} = {source}")
            self._check(parameter.number, indent)
        elif isinstance(parameter, (list, tuple)):
            for i, item in enumerate(parameter):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                self._unpack(item, f"{source}[{i}]", indent)
        elif isinstance(parameter, dict):
            for key, item in parameter.items():  # pyright: ignore[reportUnknownVariableType]
                self._unpack(item, f"{source}[{self._expression(key, '')}]", indent)

    def _expression(self, value: Any, indent: str) -> str:
        if isinstance(value, Ref):
            return f"t{value.number}"
        if isinstance(value, Const):
            return self._constants[value.name]
        if isinstance(value, _Label):
            return value.name
        if isinstance(value, Slice):
            return f"slice({', '.join(self._expression(x, indent) for x in (value.start, value.stop, value.step))})"
        if isinstance(value, list):
            return f"[{', '.join(self._expression(item, indent) for item in value)}]"  # pyright: ignore[reportUnknownVariableType]
        if isinstance(value, tuple):
            items = [self._expression(item, indent) for item in value]  # pyright: ignore[reportUnknownVariableType]
            if hasattr(value, "_fields"):
                return f"{self._global('k', type(value))}({', '.join(items)})"  # pyright: ignore[reportUnknownArgumentType]
            return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        if isinstance(value, dict):
            pairs = (f"{self._expression(k, indent)}: {self._expression(v, indent)}" for k, v in value.items())  # pyright: ignore[reportUnknownVariableType]
            text = f"{{{', '.join(pairs)}}}"
            if isinstance(value, defaultdict):
                factory = self._global("k", value.default_factory)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
                return f"{self._global('k', defaultdict)}({factory}, {text})"
            return f"{self._global('k', OrderedDict)}({text})" if isinstance(value, OrderedDict) else text
        if isinstance(value, Registered):
            items = ", ".join(self._expression(item, indent) for item in value.items)
            return f"{self._global('k', value.build)}([{items}])"
        if value is None or value is ... or type(value) in (bool, int):
            return "..." if value is ... else f"({value!r})" if type(value) is int and value < 0 else repr(value)
        if type(value) is float and math.isfinite(value):
            return f"({value!r})"
        return self._global("k", value)

    def _global(self, prefix: str, value: Any) -> str:
        name = f"{prefix}{len(self._scope)}"
        self._scope[name] = value
        return name

    def _function(self, operation: Operation) -> str:
        if operation.name not in self._functions:
            backend, declared = self._backend, operation.declared
            function = operation.call
            if backend is not None and declared is not None:
                function = getattr(backend.bound, declared.key)
            self._functions[operation.name] = self._global("f", function)
        return self._functions[operation.name]


class _Label:
    """A name in the source."""

    def __init__(self, name: str) -> None:
        self.name = name


def _with_label(value: Any, block: Block, label: str) -> Any:
    """Returns the arguments with the name of the function in place of its block."""
    if value is block:
        return _Label(label)
    if isinstance(value, dict):
        values: dict[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return rebuilt(values, [_with_label(item, block, label) for item in values.values()])
    if isinstance(value, (list, tuple)):
        items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return rebuilt(items, [_with_label(item, block, label) for item in items])
    return value


def _is_later(operation: Operation, name: str, arguments: Mapping[str, Any]) -> bool:
    """Returns whether an argument after this one is passed by position."""
    later = operation.parameters[operation.parameters.index(name) + 1 :]
    return any(
        other in arguments and other not in operation.keyword_only and other != operation.options for other in later
    )
