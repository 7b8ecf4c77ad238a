"""OpenVINO, family control: in a traced model, If and Loop nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino import _compat, elementwise, manipulation
from ops_backend_openvino.native_types import TYPES
from ops_backend_openvino.nodes import node_of
from ops_backend_openvino.run_time_sizes import dimensions, scalar
from ops_backend_openvino.tensor import Node, Tensor, traced
from ops_common.errors import ArgumentError
from ops_common.tensors import trees


def is_traced(tensors: Sequence[Any]) -> bool:
    return any(type(x) is Tensor and x.node is not None for x in tensors)


def _is_tensor(leaf: Any) -> bool:
    return type(leaf) is Tensor


def _number(node: Any) -> int:
    """Returns a node's creation number, with which its unique name ends."""
    return int(node.get_name().rpartition("_")[2])


def _cut_out(results: list[Node], since: int, own: Sequence[Any] = ()) -> tuple[Any, list[Node], list[Any]]:
    """Returns a model of the nodes created after ``since``, the older nodes that it reads, and its parameters for
    those.

    Its first parameters are those in ``own``.
    """
    outside: dict[tuple[str, int], tuple[Node, Any]] = {}

    def inside(source: Node) -> Any:
        key = (source.get_node().get_name(), source.get_index())
        if key not in outside:
            outside[key] = source, opset.parameter(source.get_partial_shape(), source.get_element_type())
        return outside[key][1].output(0)

    mine = {parameter.get_name() for parameter in own}

    def is_outside(node: Any) -> bool:
        """Returns whether the node is older, or an input of the whole model that was added later (see `core.drawn`)."""
        return _number(node) <= since or (node.get_type_name() == "Parameter" and node.get_name() not in mine)

    todo: list[Any] = []
    seen: set[str] = set()
    ends: list[Any] = []
    for node in results:
        old = is_outside(node.get_node())
        end = inside(node) if old else node
        ends.append(opset.result(_computed(end) if own and _is_parameter(end) else end))
        if not old:
            todo.append(node.get_node())
    while todo:
        node = todo.pop()
        if node.get_name() in seen:
            continue
        seen.add(node.get_name())
        for place in node.inputs():
            source = place.get_source_output()
            if is_outside(source.get_node()):
                place.replace_source_output(inside(source))
            else:
                todo.append(source.get_node())
    sources = [source for source, _ in outside.values()]
    parameters = [parameter for _, parameter in outside.values()]
    model: Any = ov.Model
    return model(ends, [*own, *parameters], "body"), sources, parameters


def _is_parameter(node: Node) -> bool:
    """Returns whether a node is a parameter, perhaps of another rank."""
    source = node.get_node()
    while source.get_type_name() in ("Reshape", "Squeeze", "Unsqueeze"):
        source = source.input_value(0).get_node()
    return source.get_type_name() == "Parameter"


def _computed(x: Any) -> Any:
    """Returns a node of the same values, for a body's result that is one of its parameters.

    The plug-in copies results to the parameters one after another, so a parameter can have its next value already when
    it is copied to another one. And a transformation fails for a result that is an input which no step changes.
    """
    if x.get_element_type() == ov.Type.boolean:
        return opset.logical_or(x, x).output(0)
    return opset.maximum(x, x).output(0)


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    bodies: list[Any] = []
    results: list[Any] = []
    for function in (true_fn, false_fn):
        since = _number(opset.constant(0))
        result = function()
        leaves = trees.leaves(result, _is_tensor)
        bodies.append(_cut_out([node_of(x, x.dtype) for x in leaves], since))
        results.append((result, leaves))
    (result, first), (_, second) = results
    if [(x.dtype, x.shape) for x in first] != [(x.dtype, x.shape) for x in second]:
        raise ArgumentError("both branches must return tensors of the same dtypes and shapes")
    node: Any = opset.if_op(pred.node)
    node.set_then_body(bodies[0][0])
    node.set_else_body(bodies[1][0])
    for source, parameter in zip(bodies[0][1], bodies[0][2], strict=True):
        node.set_input(source, parameter, None)
    for source, parameter in zip(bodies[1][1], bodies[1][2], strict=True):
        node.set_input(source, None, parameter)
    outputs = [
        node.set_output(first_result, second_result)
        for first_result, second_result in zip(bodies[0][0].get_results(), bodies[1][0].get_results(), strict=True)
    ]
    values = [traced(output, x.dtype) for output, x in zip(outputs, first, strict=True)]
    return trees.put(result, values, _is_tensor, keep=True)


def _parameters(leaves: Sequence[Tensor]) -> list[Any]:
    """Returns a body's own parameters for these leaves."""
    return [opset.parameter(node_of(x, x.dtype).get_partial_shape(), TYPES[x.dtype]) for x in leaves]


def _looped(
    model: Any, on: tuple[Any, Any], ports: list[int], sources: list[Node], parameters: list[Any], own: list[Any],
    start: list[Node],
) -> Any:  # fmt: skip
    """Returns a Loop of a body whose first result is the continuation condition, and whose other results are its
    variables."""
    loop: Any = opset.loop(*on)
    loop.set_function(model)
    loop.set_special_body_ports(ports)
    for parameter, first, result in zip(own, start, model.get_results()[1:], strict=False):
        loop.set_merged_input(parameter, first, result.output(0))
    for parameter, source in zip(parameters, sources, strict=True):
        loop.set_invariant_input(parameter, source)
    return loop


def _same(old: Sequence[Tensor], new: Sequence[Tensor]) -> None:
    for first, following in zip(old, new, strict=True):
        sizes = zip(first.shape, following.shape, strict=True) if first.ndim == following.ndim else [(0, 1)]
        if first.dtype != following.dtype or any(a not in (None, b) for a, b in sizes):
            raise ArgumentError("a loop's variables must keep their dtypes and shapes")


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...]) -> tuple[Any, ...]:
    start = [node_of(x, x.dtype) for x in trees.leaves(loop_vars, _is_tensor)]
    first_holds = node_of(cond(*loop_vars), "bool")
    since = _number(opset.constant(0))
    leaves = trees.leaves(loop_vars, _is_tensor)
    own = _parameters(leaves)
    inside = [traced(parameter, x.dtype) for parameter, x in zip(own, leaves, strict=True)]
    following = body(*trees.put(loop_vars, inside, _is_tensor, keep=True))
    new = trees.leaves(following, _is_tensor)
    _same(leaves, new)
    on = cond(*following)
    model, sources, parameters = _cut_out([node_of(on, "bool"), *(node_of(x, x.dtype) for x in new)], since, own)
    endless = opset.constant(np.int32(-1)).output(0)
    loop = _looped(model, (endless, first_holds), [-1, 0], sources, parameters, own, start)
    results = [
        traced(_compat.kept_without_steps(first_holds, loop.get_iter_value(result.output(0), -1), first), x.dtype)
        for result, first, x in zip(model.get_results()[1:], start, leaves, strict=True)
    ]
    return trees.put(loop_vars, results, _is_tensor, keep=True)


def stepped(
    count: Any, step: Callable[..., Any], carry: list[Tensor], rows: list[Tensor]
) -> tuple[list[Tensor], list[Tensor]]:
    """Returns the last carry and the stacked outputs of a number of steps as a Loop node: ``carry, outputs =
    step(number, carry, slices)``, with the step number as an int32 tensor of rank 0, and slices of the rows along axis
    0."""
    start = [node_of(x, x.dtype) for x in carry]
    since = _number(opset.constant(0))
    number = opset.parameter([1], ov.Type.i32)
    held = _parameters(carry)
    first = opset.constant(np.array([0], np.int32))
    at, axis = opset.squeeze(number.output(0), first), opset.constant(np.int32(0))
    # The rows are gathered. The CPU plug-in computes in place in the memory of a row that the Loop node slices, which
    # overwrites a variable that is in the same memory with the next row.
    slices = [traced(opset.gather(node_of(x, x.dtype), at, axis), x.dtype) for x in rows]
    inside = [traced(p, x.dtype) for p, x in zip(held, carry, strict=True)]
    new, outputs = step(traced(at, "int32"), inside, slices)
    _same(carry, new)
    stacked = [opset.unsqueeze(node_of(x, x.dtype), first).output(0) for x in outputs]
    on = opset.constant(np.array([True])).output(0)
    ends = [on, *(node_of(x, x.dtype) for x in new), *stacked]
    model, sources, parameters = _cut_out(ends, since, [number, *held])
    limits = scalar(count), opset.constant(True).output(0)
    loop = _looped(model, limits, [0, 0], sources, parameters, held, start)
    each = (0, 1, 1, -1, 0)  # start, stride, part size, end, axis: the only values that a Loop supports
    results = [result.output(0) for result in model.get_results()[1:]]
    last = [traced(loop.get_iter_value(end, -1), x.dtype) for end, x in zip(results, carry, strict=False)]
    columns = [
        traced(loop.get_concatenated_slices(end, *each), x.dtype)
        for end, x in zip(results[len(carry) :], outputs, strict=True)
    ]
    return last, columns


def fori_loop(lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    if not (isinstance(lower, int) and isinstance(upper, int)):
        return while_loop(
            lambda i, _: elementwise.less(i, upper),
            lambda i, value: (elementwise.add(i, 1), body_fun(i, value)),
            (lower if type(lower) is Tensor else traced(node_of(lower, "int32"), "int32"), init_val),
        )[1]

    def step(number: Tensor, carry: list[Tensor], _: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        value = trees.put(init_val, carry, _is_tensor, keep=True)
        return trees.leaves(body_fun(elementwise.add(number, lower), value), _is_tensor), []

    if upper <= lower:
        return init_val
    last, _ = stepped(upper - lower, step, trees.leaves(init_val, _is_tensor), [])
    return trees.put(init_val, last, _is_tensor, keep=True)


def scan(f: Callable[..., Any], init: Any, xs: Any, length: Any, reverse: bool) -> tuple[Any, Any]:
    outputs: list[Any] = []

    def step(_: Tensor, carry: list[Tensor], rows: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        row = trees.put(xs, rows, _is_tensor, keep=True)
        following, output = f(trees.put(init, carry, _is_tensor, keep=True), row)
        outputs.append(output)
        return trees.leaves(following, _is_tensor), trees.leaves(output, _is_tensor)

    turned: Callable[[Tensor], Tensor] = (lambda x: manipulation.flip(x, 0)) if reverse else (lambda x: x)
    rows = [turned(x) for x in trees.leaves(xs, _is_tensor)]
    if length is None:
        length = dimensions(rows[0])[0]
    last, columns = stepped(length, step, trees.leaves(init, _is_tensor), rows)
    columns = [turned(x) for x in columns]
    return (
        trees.put(init, last, _is_tensor, keep=True),
        trees.put(outputs[-1], columns, _is_tensor, keep=True),
    )
