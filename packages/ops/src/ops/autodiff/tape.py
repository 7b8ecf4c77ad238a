"""The tape: nodes, the tensors that refer to them, and the backward pass.

Each transform has a level; the innermost one has the highest. A tensor of one level holds a tensor of a lower level, or
of the backend.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ops.autodiff import functions as xp
from ops.autodiff.provider import differentiable
from ops.autodiff.rules import VjpRule, unbroadcast
from ops_common import dtypes
from ops_common.errors import ArgumentTypeError
from ops_common.operators import Operators
from ops_common.runtime import active, registry
from ops_common.runtime.backend import Backend, owner

INEXACT = frozenset(dtypes.INEXACT)
_levels = itertools.count(1)
_node_numbers = itertools.count()


class TapeNode:
    """A call of a kernel on the tape.

    Args:
        rule: the kernel's vjp rule.
        arguments: the kernel's arguments, as values of the level below.
        parents: the tape tensors among the arguments, each with its position (and position within a list).
    """

    __slots__ = ("arguments", "number", "outputs", "parents", "rule")

    def __init__(
        self, rule: VjpRule, arguments: tuple[Any, ...], parents: list[tuple[tuple[int, ...], TapeTensor]]
    ) -> None:
        self.rule, self.arguments, self.parents = rule, arguments, parents
        self.outputs: Any = None  # a tensor, or a list or tuple of them
        self.number = next(_node_numbers)  # increases along the tape


class TapeTensor(Operators):
    """A tensor that is being differentiated: its value, and the node that computed it (None for an input)."""

    __slots__ = ("index", "level", "node", "value")

    def __init__(self, value: Any, level: int, node: TapeNode | None = None, index: int = 0) -> None:
        self.value, self.level, self.node = value, level, node
        self.index = index  # among the node's outputs

    def _functions(self) -> Any:
        value, backend = primal(self), active.current_backend()
        if not backend.is_tensor(value):
            backend = registry.load(owner(value) or "numpy")
        return differentiable(backend).bound

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def shape(self) -> Any:
        return self.value.shape

    @property
    def ndim(self) -> int:
        return len(self.value.shape)

    def __len__(self) -> int:
        return len(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __repr__(self) -> str:
        return f"TapeTensor({self.value!r})"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"a tensor that is being differentiated has no attribute {name!r}: use a function of ops")

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise ArgumentTypeError(
            "NumPy functions cannot be differentiated: inside ops.grad and similar transforms, use functions of ops, "
            "or ops.convert_to_numpy(x) where no gradient is needed"
        )


def primal(x: Any) -> Any:
    """Returns the backend's tensor that a tape tensor holds, below all levels; anything else as it is."""
    while type(x) is TapeTensor:
        x = x.value
    return x


def lower(x: Any, level: int) -> Any:
    """Returns x, or a list or tuple of tensors, as values below a level, which is the highest in it."""
    if type(x) is TapeTensor:
        return x.value if x.level == level else x
    if type(x) in (list, tuple):
        return type(x)(lower(item, level) for item in x)
    return x


def at_level(x: Any, level: int) -> Any:
    """Returns what a tensor is to the transforms up to a level."""
    while type(x) is TapeTensor and x.level > level:
        x = x.value
    return x


def levels_of(x: Any) -> list[int]:
    """Returns the levels of a tensor, the highest first."""
    levels: list[int] = []
    while type(x) is TapeTensor:
        levels.append(x.level)
        x = x.value
    return levels


def next_node_number() -> int:
    """Returns a number between those of the nodes so far and those of later nodes."""
    return next(_node_numbers)


def parents_of(arguments: Sequence[Any]) -> list[tuple[tuple[int, ...], TapeTensor]]:
    """Returns the tape tensors of the highest level among arguments, also inside lists, with their positions."""
    parents: list[tuple[tuple[int, ...], TapeTensor]] = []
    for i, argument in enumerate(arguments):
        if type(argument) is TapeTensor:
            parents.append(((i,), argument))
        elif type(argument) in (list, tuple):
            parents += [((i, j), item) for j, item in enumerate(argument) if type(item) is TapeTensor]
    if len(parents) > 1:
        level = max(tensor.level for _, tensor in parents)
        parents = [(path, tensor) for path, tensor in parents if tensor.level == level]
    return parents


def tensor_parents(tensors: Iterable[TapeTensor]) -> list[tuple[tuple[int, ...], TapeTensor]]:
    """Returns the parents of a node whose arguments are these tensors."""
    return [((i,), tensor) for i, tensor in enumerate(tensors)]


def record_outputs(backend: Backend, node: TapeNode, outputs: Any, level: int) -> Any:
    """Returns a node's output or outputs as tape tensors; integers and booleans as they are."""
    node.outputs = outputs
    if not isinstance(outputs, (list, tuple)):
        return TapeTensor(outputs, level, node) if backend.dtype(outputs) in INEXACT else outputs
    return type(outputs)(
        TapeTensor(output, level, node, index) if backend.dtype(output) in INEXACT else output
        for index, output in enumerate(outputs)
    )


def vjp(backend: Backend, function: Callable[..., Any], points: Sequence[Any]) -> tuple[list[Any], Any, list[Any]]:
    """Returns the outputs of a function, its pullback and aux: the kernel ``transform.vjp`` of a recording backend."""
    level = next(_levels)
    with active.overridden(backend):
        inputs = [TapeTensor(point, level) for point in points]
        outputs, aux = function(*inputs)

    def pullback(cotangents: Sequence[Any]) -> list[Any]:
        with active.overridden(backend):
            return backward(outputs, cotangents, inputs, level)

    return [lower(x, level) for x in outputs], pullback, [lower(x, level) for x in aux]


def backward(outputs: Sequence[Any], cotangents: Sequence[Any], inputs: Sequence[TapeTensor], level: int) -> list[Any]:
    """Returns the cotangents of inputs from those of outputs."""
    nodes = _reachable_nodes(outputs, inputs, level)
    input_cotangents: dict[int, Any] = {id(tensor): None for tensor in inputs}
    output_cotangents: dict[int, list[Any]] = {  # by node, one for each of its outputs
        number: [None] * (len(node.outputs) if isinstance(node.outputs, (list, tuple)) else 1)
        for number, node in nodes.items()
    }

    def accumulate(tensor: TapeTensor, cotangent: Any) -> None:
        key = id(tensor)
        if key in input_cotangents:
            total = input_cotangents[key]
            input_cotangents[key] = cotangent if total is None else xp.add(total, cotangent)
        elif tensor.node is not None:
            totals = output_cotangents[tensor.node.number]
            total = totals[tensor.index]
            totals[tensor.index] = cotangent if total is None else xp.add(total, cotangent)

    for output, cotangent in zip(outputs, cotangents, strict=True):
        if type(output) is TapeTensor and output.level == level:
            accumulate(output, cotangent)
    for number in sorted(nodes, reverse=True):
        totals = output_cotangents.pop(number)
        if any(total is not None for total in totals):
            node = nodes[number]
            for (_, parent), cotangent in zip(node.parents, _parent_cotangents(node, totals), strict=True):
                if cotangent is not None:
                    accumulate(parent, unbroadcast(cotangent, parent.value))
    results = [input_cotangents[id(tensor)] for tensor in inputs]
    return [
        xp.zeros_like(tensor.value) if cotangent is None else cotangent
        for tensor, cotangent in zip(inputs, results, strict=True)
    ]


def _reachable_nodes(outputs: Sequence[Any], inputs: Sequence[TapeTensor], level: int) -> dict[int, TapeNode]:
    """Returns the nodes between inputs and outputs, by number."""
    input_ids = {id(tensor) for tensor in inputs}
    nodes: dict[int, TapeNode] = {}
    stack = [x for x in outputs if type(x) is TapeTensor and x.level == level]
    while stack:
        tensor = stack.pop()
        node = tensor.node
        if node is None or id(tensor) in input_ids or node.number in nodes:
            continue
        nodes[node.number] = node
        stack += [parent for _, parent in node.parents]
    return nodes


def _parent_cotangents(node: TapeNode, output_cotangents: list[Any]) -> list[Any]:
    """Returns the cotangents of a node's parents, by its rule; None for a zero gradient."""
    g: Any = output_cotangents[0]
    if isinstance(node.outputs, (list, tuple)):
        g = [
            xp.zeros_like(output) if cotangent is None else cotangent
            for cotangent, output in zip(output_cotangents, node.outputs, strict=True)
        ]
    rule: Any = node.rule
    by_argument: Any = rule if isinstance(rule, dict) else rule(g, node.outputs, *node.arguments)
    cache: dict[int, Any] = {}

    def argument_cotangent(i: int) -> Any:
        if i not in cache:
            cotangent = by_argument[i]  # a rule has an entry for each argument that can be a tape tensor
            if isinstance(rule, dict) and cotangent is not None:
                cotangent = cotangent(g, node.outputs, *node.arguments)
            cache[i] = cotangent() if callable(cotangent) else cotangent
        return cache[i]

    cotangents: list[Any] = []
    for path, _ in node.parents:
        cotangent = argument_cotangent(path[0])
        cotangents.append(cotangent if len(path) == 1 or cotangent is None else cotangent[path[1]])
    return cotangents


def sources_of(outputs: Sequence[TapeTensor], since: int) -> list[TapeTensor]:
    """Returns the tensors older than a node number on which outputs depend directly."""
    sources: dict[int, TapeTensor] = {}
    visited: set[int] = set()
    stack = list(outputs)
    while stack:
        tensor = stack.pop()
        if tensor.node is None or tensor.node.number < since:
            sources[id(tensor)] = tensor
        elif tensor.node.number not in visited:
            visited.add(tensor.node.number)
            stack += [parent for _, parent in tensor.node.parents]
    return list(sources.values())


def pullback_through(body: Callable[..., Any], g: Any, *arguments: Any) -> tuple[Any, ...]:
    """Returns the cotangents of arguments through a function written in ops, for the rule of a kernel that has the same
    outputs."""
    backend = active.current_backend()
    positions = [i for i, x in enumerate(arguments) if backend.is_tensor(x) and backend.dtype(x) in INEXACT]

    def of_points(*points: Any) -> tuple[list[Any], list[Any]]:
        actual = list(arguments)
        for i, point in zip(positions, points, strict=True):
            actual[i] = point
        output = body(*actual)
        return list(output) if isinstance(output, (list, tuple)) else [output], []

    _, pullback, _ = vjp(backend, of_points, [arguments[i] for i in positions])
    cotangents: list[Any] = [None] * len(arguments)
    for i, cotangent in zip(positions, pullback(g if isinstance(g, (list, tuple)) else [g]), strict=True):
        cotangents[i] = cotangent
    return tuple(cotangents)
