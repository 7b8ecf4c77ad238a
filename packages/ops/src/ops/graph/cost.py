"""What a graph costs: operations, bytes and parameters of each node, and their totals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ops.graph.flops import Sizes, UnknownSizeError, flops
from ops.graph.structure import Block, Const, Node, Ref, TensorSpec, parts
from ops_common import dtypes


@dataclass(frozen=True)
class OpCost:
    """What the calls of an op cost together.

    Attributes:
        calls: how often it is called; None if this depends on values.
        flops: floating-point operations; None if they are unknown.
        bytes: the size of the results; None if it is unknown.
    """

    calls: int | None = 0
    flops: int | None = 0
    bytes: int | None = 0


@dataclass(frozen=True)
class Cost:
    """What a call of a graph costs.

    Attributes:
        flops: floating-point operations, where a multiplication and an addition count 2; None if a size or the number
            of steps of a loop is unknown.
        bytes: the size of the results of all nodes; None if a size is unknown.
        parameters: the number of elements of the constants.
        by_op: the parts of each op.
    """

    flops: int | None
    bytes: int | None
    parameters: int
    by_op: Mapping[str, OpCost] = field(default_factory=dict[str, OpCost])


@dataclass(frozen=True)
class Run:
    """Calls of a function by a node.

    Attributes:
        name: of the parameter that the function is given for.
        times: how often it is called; None if unknown.
        items: its nodes.
    """

    name: str
    block: Block
    times: int | None
    items: list[Item]


@dataclass(frozen=True)
class Item:
    """A node with what it costs, including what it calls.

    Attributes:
        own_flops: without those of functions that the node calls.
        own_bytes: likewise.
        parameters: the elements of constants that no earlier node uses.
    """

    node: Node
    own_flops: int | None
    own_bytes: int | None
    flops: int | None
    bytes: int | None
    parameters: int
    runs: list[Run]


def total(values: Iterable[int | None]) -> int | None:
    """Returns the sum; None if a part is unknown."""
    result = 0
    for value in values:
        if value is None:
            return None
        result += value
    return result


def _product(times: int | None, value: int | None) -> int | None:
    if 0 in (times, value):
        return 0
    return None if times is None or value is None else times * value


def size_of(spec: TensorSpec) -> int | None:
    """Returns the number of elements; None if a size is unknown."""
    if 0 in spec.shape:
        return 0
    return None if None in spec.shape else math.prod(size for size in spec.shape if size is not None)


def bytes_of(spec: TensorSpec) -> int | None:
    """Returns the number of bytes; None if a size is unknown."""
    return _product(size_of(spec), dtypes.to_numpy(spec.dtype).itemsize)


class Accountant:
    """Computes what the nodes of a graph cost, in the order of execution.

    Args:
        specs: of the tensors by number.
        constants: the specs of the constants.
    """

    def __init__(self, specs: Mapping[int, TensorSpec], constants: Mapping[str, TensorSpec]) -> None:
        self._specs, self._constants = specs, constants
        self._counted: set[str] = set()

    def items(self, block: Block) -> list[Item]:
        """Returns the nodes of a block with what they cost."""
        return [self._item(node) for node in block.nodes]

    def _item(self, node: Node) -> Item:
        names = {item.name for item in node.inputs() if isinstance(item, Const)} - self._counted
        self._counted |= names
        parameters = sum(size_of(self._constants[name]) or 0 for name in names)
        sizes = Sizes(node, self._spec, self._specs)
        own_flops = flops(sizes)
        own_bytes = total(bytes_of(self._specs[number]) for number in node.outputs)
        accountant = self._for_one_element() if node.op == "associative_scan" else self
        runs = [
            Run(name, block, _times(sizes, block), accountant.items(block))
            for name, value in node.arguments.items()
            for block in parts(value)
            if isinstance(block, Block)
        ]
        parameters += sum(item.parameters for run in runs for item in run.items)
        costs = [
            (
                _product(run.times, total(item.flops for item in run.items)),
                _product(run.times, total(item.bytes for item in run.items)),
            )
            for run in _executed(node, runs)
        ]
        return Item(
            node,
            own_flops,
            own_bytes,
            total((own_flops, *(cost[0] for cost in costs))),
            total((own_bytes, *(cost[1] for cost in costs))),
            parameters,
            runs,
        )

    def _for_one_element(self) -> Accountant:
        """Returns an accountant for a function of `associative_scan`, which is recorded for any number of elements."""
        specs = {
            number: replace(spec, shape=tuple(1 if size is None else size for size in spec.shape))
            for number, spec in self._specs.items()
        }
        accountant = Accountant(specs, self._constants)
        accountant._counted = self._counted
        return accountant

    def _spec(self, item: Ref | Const) -> TensorSpec:
        return self._specs[item.number] if isinstance(item, Ref) else self._constants[item.name]


def _executed(node: Node, runs: list[Run]) -> list[Run]:
    """Returns the functions that a node calls: of the branches of a condition, the most expensive one."""
    if node.op not in ("cond", "switch"):
        return runs
    if any(item.flops is None for run in runs for item in run.items):
        return runs  # the sum is unknown too
    return sorted(runs, key=lambda run: total(item.flops for item in run.items) or 0)[-1:]


# --- how often a node calls a function


def _leading(parameter: str) -> Callable[[Sizes, Block], int]:
    """Returns a rule: one step for each slice along the first axis."""
    return lambda s, block: s.shape(parameter)[0]


def _fori_steps(s: Sizes, block: Block) -> int | None:
    lower, upper = s.value("lower"), s.value("upper")
    return max(0, upper - lower) if isinstance(lower, int) and isinstance(upper, int) else None


def _scan_steps(s: Sizes, block: Block) -> int | None:
    length = s.value("length")
    if isinstance(length, int):
        return length
    shape = s.shape("xs")
    return shape[0] if shape else None


def _rnn_steps(s: Sizes, block: Block) -> int:
    return s.shape("inputs")[0 if s.value("time_major") else 1]


def _batch(s: Sizes, block: Block) -> int | None:
    """Returns how often the function's result fits into the node's."""
    inner = [s.spec_of(item) for item in parts(block.result) if isinstance(item, (Ref, Const))]
    sizes = [size_of(spec) for spec in inner]
    for number, size in enumerate(sizes):
        if size and number < len(s.node.outputs):
            return max(1, math.prod(s.result(number)) // size)
    return None


def _associative_steps(s: Sizes, block: Block) -> int:
    """Returns the least number of combinations of two elements."""
    return max(0, s.shape("elems")[s.value("axis")] - 1)


def _fixed(count: int) -> Callable[[Sizes, Block], int]:
    return lambda s, block: count


# A gradient takes about twice the operations of its function, in addition to those of the function.
_TIMES: dict[str, Callable[[Sizes, Block], int | None]] = {
    "cond": _fixed(1),
    "switch": _fixed(1),
    "fori_loop": _fori_steps,
    "scan": _scan_steps,
    "map": _leading("xs"),
    "vectorized_map": _leading("elements"),
    "associative_scan": _associative_steps,
    "nn.rnn": _rnn_steps,
    "nn.recurrent._loop": _leading("sequences"),
    "@vmap": _batch,
    "@vectorize": _batch,
    "@checkpoint": _fixed(1),
    "@grad": _fixed(3),
    "@value_and_grad": _fixed(3),
    "@pullback": _fixed(3),
    "vjp": _fixed(1),
    "jvp": _fixed(2),
}


def _times(s: Sizes, block: Block) -> int | None:
    if s.node.op == "@custom_gradient":
        return int(block is s.node.arguments["function"])  # the gradient runs in another node
    rule = _TIMES.get(s.node.op)
    try:
        return None if rule is None else rule(s, block)
    except UnknownSizeError:
        return None


# --- totals


def cost_of(graph: Any) -> Cost:
    """Returns the cost of a graph."""
    items = Accountant(graph.specs, graph.constant_specs).items(graph.block)
    by_op: dict[str, OpCost] = {}
    _add(items, 1, by_op)
    return Cost(
        total(item.flops for item in items),
        total(item.bytes for item in items),
        sum(size_of(spec) or 0 for spec in graph.constant_specs.values()),
        by_op,
    )


def _add(items: Iterable[Item], times: int | None, by_op: dict[str, OpCost]) -> None:
    for item in items:
        name = item.node.op
        known = by_op.get(name, OpCost())
        by_op[name] = replace(
            known,
            calls=total((known.calls, times)),
            flops=total((known.flops, _product(times, item.own_flops))),
            bytes=total((known.bytes, _product(times, item.own_bytes))),
        )
        for run in _executed(item.node, item.runs):
            _add(run.items, _product(times, run.times), by_op)
