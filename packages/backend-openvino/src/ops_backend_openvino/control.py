"""OpenVINO, family control: in a traced model, If and Loop nodes. Loops of a known number of steps are unrolled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino.core import TYPES, Node, Tensor, node_of, traced
from ops_common import trees
from ops_common.errors import ArgumentError


def is_traced(tensors: Sequence[Any]) -> bool:
    return any(type(x) is Tensor and x.node is not None for x in tensors)


def _is_tensor(leaf: Any) -> bool:
    return type(leaf) is Tensor


def _number(node: Any) -> int:
    """A node's number in the order in which nodes were made, which its unique name ends with."""
    return int(node.get_name().rpartition("_")[2])


def _cut_out(results: list[Node], since: int, own: Sequence[Any] = ()) -> tuple[Any, list[Node], list[Any]]:
    """A model of the nodes made since some time, with what they take from older ones, and its parameters for that.

    Its first parameters are those of its own.
    """
    outside: dict[tuple[str, int], tuple[Node, Any]] = {}

    def inside(source: Node) -> Any:
        key = (source.get_node().get_name(), source.get_index())
        if key not in outside:
            outside[key] = source, opset.parameter(source.get_partial_shape(), source.get_element_type())
        return outside[key][1].output(0)

    todo: list[Any] = []
    seen: set[str] = set()
    ends: list[Any] = []
    for node in results:
        old = _number(node.get_node()) <= since
        ends.append(opset.result(inside(node) if old else node))
        if not old:
            todo.append(node.get_node())
    while todo:
        node = todo.pop()
        if node.get_name() in seen:
            continue
        seen.add(node.get_name())
        for place in node.inputs():
            source = place.get_source_output()
            if _number(source.get_node()) <= since:
                place.replace_source_output(inside(source))
            else:
                todo.append(source.get_node())
    sources = [source for source, _ in outside.values()]
    parameters = [parameter for _, parameter in outside.values()]
    model: Any = ov.Model
    return model(ends, [*own, *parameters], "body"), sources, parameters


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    bodies: list[Any] = []
    answers: list[Any] = []
    for function in (true_fn, false_fn):
        since = _number(opset.constant(0))
        answer = function()
        leaves = trees.leaves(answer, _is_tensor)
        bodies.append(_cut_out([node_of(x, x.dtype) for x in leaves], since))
        answers.append((answer, leaves))
    (answer, first), (_, second) = answers
    if [(x.dtype, x.shape) for x in first] != [(x.dtype, x.shape) for x in second]:
        raise ArgumentError("both branches must answer tensors of the same dtypes and shapes")
    node: Any = opset.if_op(pred.node)
    node.set_then_body(bodies[0][0])
    node.set_else_body(bodies[1][0])
    for source, parameter in zip(bodies[0][1], bodies[0][2], strict=True):
        node.set_input(source, parameter, None)
    for source, parameter in zip(bodies[1][1], bodies[1][2], strict=True):
        node.set_input(source, None, parameter)
    outputs = [
        node.set_output(one, other)
        for one, other in zip(bodies[0][0].get_results(), bodies[1][0].get_results(), strict=True)
    ]
    values = [traced(output, x.dtype) for output, x in zip(outputs, first, strict=True)]
    return trees.put(answer, values, _is_tensor, keep=True)


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...]) -> tuple[Any, ...]:
    start = [node_of(x, x.dtype) for x in trees.leaves(loop_vars, _is_tensor)]
    holds = cond(*loop_vars)
    since = _number(opset.constant(0))
    leaves = trees.leaves(loop_vars, _is_tensor)
    own = [opset.parameter(x.shape, TYPES[x.dtype]) for x in leaves]
    inside = [traced(parameter, x.dtype) for parameter, x in zip(own, leaves, strict=True)]
    following = body(*trees.put(loop_vars, inside, _is_tensor, keep=True))
    new = trees.leaves(following, _is_tensor)
    if [(x.dtype, x.shape) for x in new] != [(x.dtype, x.shape) for x in leaves]:
        raise ArgumentError("a loop's variables must keep their dtypes and shapes")
    on = cond(*following)
    model, sources, parameters = _cut_out([node_of(on, "bool"), *(node_of(x, x.dtype) for x in new)], since, own)
    loop: Any = opset.loop(opset.constant(np.int32(-1)).output(0), node_of(holds, "bool"))
    loop.set_function(model)
    loop.set_special_body_ports([-1, 0])
    results = model.get_results()[1:]
    for parameter, first, result in zip(own, start, results, strict=True):
        loop.set_merged_input(parameter, first, result.output(0))
    for parameter, source in zip(parameters, sources, strict=True):
        loop.set_invariant_input(parameter, source)
    answers = [
        traced(loop.get_iter_value(result.output(0), -1), x.dtype) for result, x in zip(results, leaves, strict=True)
    ]
    return trees.put(loop_vars, answers, _is_tensor, keep=True)
