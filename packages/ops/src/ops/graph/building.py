"""From recorded calls to a graph: tensors get numbers, closed-over tensors become named constants."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from types import EllipsisType
from typing import Any

import numpy as np

from ops._declaration.declared import Declared
from ops._declaration.recording import Call, Outline, is_symbolic
from ops._declaration.roles import DTYPE
from ops.graph import settings
from ops.graph.catalogue import MISSING, Operation, name_of, of_primitive, operations
from ops.graph.fitting import snapshot, spec_of
from ops.graph.operation import Operation as UserOperation
from ops.graph.staging import Primitive
from ops.graph.structure import (
    Block,
    Const,
    Node,
    Ref,
    Registered,
    Slice,
    TensorSpec,
    parts,
    rebuilt,
    registered,
    replaced,
)
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, UnsupportedError
from ops_common.runtime.backend import Backend, owner, short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable


class Builder:
    """Builds the parts of a graph from symbolic tensors.

    Attributes:
        specs: of each tensor by its number.
        constants: the closed-over tensors by name.
        variables: the Variables whose values are constants, by the constant's name.
        user_operations: the operations of the user's by the name that nodes refer to.
        settings: those on which results depend without an argument.
    """

    def __init__(self, backend: Backend, names: Mapping[int, tuple[str, Any]] = {}) -> None:
        self._backend, self._given = backend, names
        self.specs: dict[int, TensorSpec] = {}
        self.constants: dict[str, Any] = {}
        self.user_operations: dict[str, UserOperation] = {}
        self.settings: dict[str, Any] = {}
        self._names: dict[int, str] = {}  # of constants, by the identity of the tensor
        self._kept: list[Any] = []  # so that no identity is used twice
        self._numbers: dict[int, int] = {}  # of symbolic tensors, by identity
        self._nodes: dict[int, Block] = {}  # the block of each call that has a node, by the call's serial number

    def block(
        self,
        arguments: tuple[tuple[Any, ...], dict[str, Any]],
        result: Any,
        calls: Sequence[Call] = (),
        names: Sequence[str | None] = (),
    ) -> Block:
        """Returns the block of the whole graph.

        Args:
            arguments: positional arguments and keyword arguments, with symbolic tensors for inputs.
            result: a nest with symbolic tensors.
            calls: calls that become nodes even if the result does not depend on them.
            names: of the inputs.
        """
        inputs = [item for item in parts(arguments) if is_symbolic(item)]
        for i, symbol in enumerate(inputs):
            name = symbol.name or (names[i] if i < len(names) else None)
            self._number(symbol, TensorSpec(symbol.shape, symbol.dtype, name))
        parameters, keywords = self._referring(arguments)
        block = Block(parameters, keywords)
        scope = _Scope(block, -1, None)
        for call in calls:
            self._add(call, scope)
        block.result = self._result(result, scope)
        return block

    def _referring(self, arguments: Any) -> Any:
        return replaced(arguments, lambda item: Ref(self._numbers[id(item)]) if is_symbolic(item) else item)

    def _number(self, symbol: SymbolicTensor, spec: TensorSpec | None = None) -> int:
        number = len(self.specs)
        self._numbers[id(symbol)] = number
        self._kept.append(symbol)
        self.specs[number] = spec or TensorSpec(symbol.shape, symbol.dtype)
        return number

    def _result(self, result: Any, scope: _Scope) -> Any:
        result = registered(result)
        self._add_producers(result, scope)
        return self._encoded(result, scope, "a result")

    def _add_producers(self, value: Any, scope: _Scope) -> None:
        """Adds the nodes that compute the symbolic tensors of a nest. (A stack, as chains of calls can be long.)"""
        stack: list[tuple[Call, bool]] = [(call, False) for call in reversed(self._producers(value))]
        while stack:
            call, ready = stack.pop()
            if call.serial in self._nodes:
                continue
            if ready:
                self._add(call, scope)
                continue
            stack.append((call, True))
            stack += [(c, False) for c in reversed(self._producers(call.arguments)) if c.serial not in self._nodes]
            stack += [(c, False) for c in reversed(self._captured(call)) if c.serial not in self._nodes]

    def _add(self, call: Call, scope: _Scope) -> None:
        """Adds the node of a call whose arguments have nodes, to the block that it belongs to."""
        scope = scope.of(call.serial)
        if call.serial in self._nodes:
            return
        self._add_producers(call.arguments, scope)
        for captured in self._captured(call):
            self._add_producers([captured.result], scope)
        operation = self._operation(call)
        arguments = self._arguments(call, operation, scope)
        symbols, paths = _located(call.result)
        outputs = [self._number(symbol) for symbol in symbols]
        specs = [self.specs[number] for number in outputs]
        arguments = settings.recorded(operation, arguments, specs)
        self.settings |= settings.required(operation, arguments, self._dtypes(arguments), specs)
        portable = call.portable and "seed" in operation.parameters
        scope.block.nodes.append(Node(operation.name, arguments, outputs, paths, portable))
        self._nodes[call.serial] = scope.block

    def _dtypes(self, arguments: Any) -> list[str]:
        """Returns the dtypes of the tensors among the arguments of a node."""
        given = [self.specs[item.number].dtype for item in parts(arguments) if isinstance(item, Ref)]
        constants = [self.constants[item.name] for item in parts(arguments) if isinstance(item, Const)]
        return [*given, *(spec_of(value).dtype for value in constants)]

    def _captured(self, call: Call) -> list[Call]:
        """Returns the calls before the functions among a call's arguments on which these functions depend."""
        captured: list[Call] = []
        for outline in _outlines(call.arguments):
            seen: set[int] = set()
            stack = self._producers(outline.result)
            while stack:
                inner = stack.pop()
                if inner.serial in seen:
                    continue
                seen.add(inner.serial)
                if inner.serial < outline.start:
                    captured.append(inner)
                else:
                    stack += self._producers(inner.arguments)
                    stack += self._captured(inner)
        return captured

    def _producers(self, value: Any) -> list[Call]:
        """Returns the calls that computed the symbolic tensors of a nest, without those that have a number."""
        calls: list[Call] = []

        def visit(item: Any) -> None:
            if isinstance(item, SymbolicTensor):
                if item.producer is not None and id(item) not in self._numbers:
                    calls.append(item.producer[0])
            elif isinstance(item, (list, tuple)):
                for part in item:  # pyright: ignore[reportUnknownVariableType]
                    visit(part)
            elif isinstance(item, Mapping):
                for part in item.values():  # pyright: ignore[reportUnknownVariableType]
                    visit(part)
            elif isinstance(item, slice):
                visit((item.start, item.stop, item.step))
            elif isinstance(item, Registered):
                visit(item.items)

        visit(value)
        return calls

    def _operation(self, call: Call) -> Operation:
        function = call.function
        if isinstance(function, Primitive):
            return of_primitive(function)
        if isinstance(function, UserOperation):
            return Operation("@operation", ("operation", "args", "kwargs"), (MISSING,) * 3, function)
        assert isinstance(function, Declared)
        name = name_of(function)
        if name is None:
            raise UnsupportedError(f"a graph cannot record {function.public}")
        return operations()[name]

    def _arguments(self, call: Call, operation: Operation, scope: _Scope) -> dict[str, Any]:
        result: dict[str, Any] = {}
        roles: Sequence[Any] = (None,) * len(operation.parameters)
        values: Sequence[Any] = call.arguments
        if operation.declared is not None:
            roles = operation.declared.signature.roles
        elif isinstance(call.function, UserOperation):
            values = (self._user_operation(call.function), *values)
        for name, default, role, value in zip(operation.parameters, operation.defaults, roles, values, strict=True):
            if value is default or (type(value) is type(default) and not is_symbolic(value) and _equal(value, default)):
                continue
            if name == operation.options and not value:
                continue
            if role is DTYPE or (name == "dtype" and value is not None):
                value = dtypes.standardize(value)
            elif role is not None and role.is_operand and not role.is_list:
                value = self._operand(value)
            result[name] = self._encoded(value, scope, f"argument {name} of {operation.name}")
        return result

    def _user_operation(self, operation: UserOperation) -> str:
        for name, known in self.user_operations.items():
            if known is operation:
                return name
        name, number = operation.name, 1
        while name in self.user_operations:
            name, number = f"{operation.name}_{number}", number + 1
        self.user_operations[name] = operation
        return name

    def _operand(self, value: Any) -> Any:
        """Returns an operand; nested lists of numbers are converted once, and not in each call."""
        if isinstance(value, (list, tuple)) and not any(map(is_symbolic, parts(value))):
            return self._backend.to_tensor(value)
        return value

    def _encoded(self, value: Any, scope: _Scope, what: str) -> Any:
        if isinstance(value, SymbolicTensor):
            return self._ref(value, what)
        if isinstance(value, Outline):
            return self._inner(value, scope)
        if isinstance(value, (bool, int, float, complex, str, EllipsisType)) and not isinstance(value, np.generic):
            return value
        if value is None:
            return None
        if isinstance(value, Registered):
            return dataclasses.replace(value, items=tuple(self._encoded(x, scope, what) for x in value.items))
        if isinstance(value, slice):
            return Slice(*(self._encoded(part, scope, what) for part in (value.start, value.stop, value.step)))
        if isinstance(value, (list, tuple)):
            items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]
            return rebuilt(items, [self._encoded(item, scope, what) for item in items])
        if isinstance(value, Mapping):
            values: Mapping[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
            return rebuilt(values, [self._encoded(item, scope, what) for item in values.values()])
        if isinstance(value, Variable):
            return self._constant(value, value, value.path)
        if self._backend.is_sparse(value):
            raise UnsupportedError(
                f"{what} is a sparse tensor; the constants of a graph are dense: pass it as an input of the function, "
                "or ops.to_dense of it"
            )
        if isinstance(value, (np.ndarray, np.generic)) or self._backend.is_tensor(value):
            return self._constant(value, value, "constant")
        if owner(value) is not None:
            raise self._backend.reject(value)
        try:
            return dtypes.standardize(value)
        except Exception:
            raise ArgumentTypeError(f"{what} cannot be recorded in a graph: {short(value)}") from None

    def _ref(self, symbol: SymbolicTensor, what: str) -> Ref:
        number = self._numbers.get(id(symbol))
        if number is None:
            raise ArgumentError(
                f"{what} depends on {symbol!r}, which is not an input of the graph and is not computed from its inputs"
            )
        return Ref(number)

    def _constant(self, key: Any, value: Any, name: str) -> Const:
        tensor = value.value if isinstance(value, Variable) else value
        known = self._names.get(id(key)) or self._names.get(id(tensor))
        if known is None:
            given = self._given.get(id(tensor))
            name = given[0] if given is not None else name
            is_numbered = given is None and not isinstance(value, Variable)
            known, number = f"{name}_0" if is_numbered else name, 1
            while known in self.constants:
                known, number = f"{name}_{number}", number + 1
            self.constants[known] = snapshot(tensor, with_gradient=not isinstance(value, Variable))
            self._kept += [key, tensor]
            self._names[id(key)] = self._names[id(tensor)] = known
        return Const(known)

    def _inner(self, outline: Outline, scope: _Scope) -> Block:
        """Returns the block of a function that control flow calls."""
        for symbol in outline.parameters:
            if id(symbol) not in self._numbers:
                self._number(symbol)
        parameters, keywords = self._referring(outline.arguments)
        block = Block(parameters, keywords)
        inner = _Scope(block, outline.start, scope)
        block.result = self._result(outline.result, inner)
        return block


class _Scope:
    """A block that is being built, and the serial number of the first call that belongs to it."""

    def __init__(self, block: Block, start: int, around: _Scope | None) -> None:
        self.block, self.start, self.around = block, start, around

    def of(self, serial: int) -> _Scope:
        """Returns the innermost block that the call with this serial number belongs to."""
        scope = self
        while serial < scope.start and scope.around is not None:
            scope = scope.around
        return scope


def _outlines(value: Any) -> list[Outline]:
    if isinstance(value, Outline):
        return [value]
    if isinstance(value, (list, tuple)):
        return [outline for item in value for outline in _outlines(item)]  # pyright: ignore[reportUnknownVariableType]
    return []


def _located(result: Any) -> tuple[list[SymbolicTensor], list[tuple[Any, ...]]]:
    """Returns the symbolic tensors of a nest, and the keys and positions that lead to them."""
    symbols: list[SymbolicTensor] = []
    paths: list[tuple[Any, ...]] = []

    def visit(item: Any, path: tuple[Any, ...]) -> None:
        if isinstance(item, SymbolicTensor):
            symbols.append(item)
            paths.append(path)
        elif isinstance(item, (list, tuple)):
            for i, part in enumerate(item):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                visit(part, (*path, i))
        elif isinstance(item, Mapping):
            for key, part in item.items():  # pyright: ignore[reportUnknownVariableType]
                visit(part, (*path, key))

    visit(result, ())
    return symbols, paths


def _equal(value: Any, default: Any) -> bool:
    if isinstance(value, float):
        return repr(value) == repr(default)
    return isinstance(value, (bool, int, str, type(None))) and value == default


__all__: Sequence[str] = ("Builder",)
