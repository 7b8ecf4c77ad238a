"""What a graph consists of: tensors by number, nodes in the order of execution, and blocks of nodes."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import optree

from ops_common.shapes import Shape
from ops_common.symbolic import SymbolicTensor


@dataclass(frozen=True)
class TensorSpec:
    """The shape and dtype of a tensor of a graph, and its name, if it has one."""

    shape: Shape
    dtype: str
    name: str | None = None


@dataclass(frozen=True)
class Ref:
    """An argument that is a tensor of the graph: an input, or the result of a node."""

    number: int


@dataclass(frozen=True)
class Const:
    """An argument that is a constant of the graph."""

    name: str


@dataclass(frozen=True)
class Slice:
    """An argument that is a slice of Python, whose parts may be tensors."""

    start: Any
    stop: Any
    step: Any


@dataclass(frozen=True)
class Registered:
    """A container of a type that is registered with optree.

    Attributes:
        kind: the type.
        metadata: what optree knows of the container besides the items.
        items: what it holds.
        unflatten: builds a container from the metadata and items.
    """

    kind: type
    metadata: Any
    items: tuple[Any, ...]
    unflatten: Callable[[Any, Sequence[Any]], Any]

    def build(self, items: Sequence[Any]) -> Any:
        """Returns a container like this one with other items."""
        return self.unflatten(self.metadata, items)


@dataclass
class Node:
    """A call in a graph.

    Attributes:
        op: the function, by its public name without ``ops.``: ``nn.softmax``. Names that begin with ``@`` are those of
            operations that are no function of ops.
        arguments: the arguments by name, without those that have their default value. Tensors are `Ref` and `Const`,
            functions are `Block`.
        outputs: the numbers of the tensors that it returns.
        paths: where each of them is in the result: the keys and positions that lead to it.
        portable: whether it draws portable random numbers, as in `ops.random.portable`.
    """

    op: str
    arguments: dict[str, Any]
    outputs: list[int]
    paths: list[tuple[Any, ...]]
    portable: bool = False

    def blocks(self) -> list[Block]:
        """Returns the functions among the arguments."""
        return [item for item in parts(self.arguments) if isinstance(item, Block)]

    def inputs(self) -> list[Ref | Const]:
        """Returns the tensors among the arguments, without those that blocks use."""
        return [item for item in parts(self.arguments) if isinstance(item, (Ref, Const))]


@dataclass
class Block:
    """A function in a graph: the graph's own, or one that control flow calls.

    Attributes:
        parameters: the nest of arguments: the positional ones as a tuple, with a `Ref` for each tensor.
        keywords: those that are passed by name.
        nodes: in the order of execution. They may use tensors of the surrounding blocks.
        result: a nest of `Ref`, `Const` and values.
    """

    parameters: tuple[Any, ...]
    keywords: dict[str, Any]
    nodes: list[Node] = field(default_factory=list[Node])
    result: Any = None

    def inputs(self) -> list[int]:
        """Returns the numbers of the parameters."""
        return [item.number for item in parts((self.parameters, self.keywords)) if isinstance(item, Ref)]

    def walk(self) -> Iterator[Node]:
        """Yields all nodes, also those of inner blocks."""
        for node in self.nodes:
            yield node
            for block in node.blocks():
                yield from block.walk()

    def used(self) -> Iterator[Ref | Const]:
        """Yields every use of a tensor in this block and in inner blocks."""
        for node in self.nodes:
            yield from node.inputs()
            for block in node.blocks():
                yield from block.used()
        yield from (item for item in parts(self.result) if isinstance(item, (Ref, Const)))


def parts(value: Any) -> Iterator[Any]:
    """Yields the values in a nest of arguments."""
    if isinstance(value, Mapping):
        for item in value.values():  # pyright: ignore[reportUnknownVariableType]  # any items
            yield from parts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:  # pyright: ignore[reportUnknownVariableType]  # any items
            yield from parts(item)
    elif isinstance(value, Slice):
        yield from parts((value.start, value.stop, value.step))
    elif isinstance(value, Registered):
        yield from parts(value.items)
    else:
        yield value


def rebuilt(value: Any, items: Sequence[Any]) -> Any:
    """Returns a list, tuple or dict of the same type with other items: for a dict, other values of its keys."""
    if isinstance(value, list):
        return list(items)
    if isinstance(value, tuple):
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    pairs = zip(value, items, strict=True)
    if isinstance(value, defaultdict):
        return defaultdict(value.default_factory, pairs)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return OrderedDict(pairs) if isinstance(value, OrderedDict) else dict(pairs)


def registered(value: Any) -> Any:
    """Returns a nest with `Registered` objects in place of containers of types that are registered with optree."""
    if isinstance(value, (list, tuple)):
        items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return rebuilt(items, [registered(item) for item in items])
    if isinstance(value, dict):
        values: dict[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return rebuilt(values, [registered(item) for item in values.values()])
    if value is None or isinstance(value, SymbolicTensor):
        return value
    if optree.tree_is_leaf(value, none_is_leaf=True):
        return value
    items, metadata, _, unflatten = optree.tree_flatten_one_level(value, none_is_leaf=True)
    return Registered(type(value), metadata, tuple(map(registered, items)), unflatten)


def unregistered(value: Any) -> Any:
    """Returns a nest with the containers that its `Registered` objects stand for."""
    if isinstance(value, Registered):
        return value.build([unregistered(item) for item in value.items])
    if isinstance(value, dict):
        values: dict[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return rebuilt(values, [unregistered(item) for item in values.values()])
    if isinstance(value, (list, tuple)):
        items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return rebuilt(items, [unregistered(item) for item in items])
    return value


def replaced(value: Any, function: Any) -> Any:
    """Returns a nest of arguments with the function's results in place of its values."""
    if isinstance(value, dict):
        values: dict[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return rebuilt(values, [replaced(item, function) for item in values.values()])
    if isinstance(value, (list, tuple)):
        items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return rebuilt(items, [replaced(item, function) for item in items])
    if isinstance(value, Registered):
        return dataclasses.replace(value, items=tuple(replaced(item, function) for item in value.items))
    if isinstance(value, Slice):
        return Slice(*(replaced(part, function) for part in (value.start, value.stop, value.step)))
    return function(value)
