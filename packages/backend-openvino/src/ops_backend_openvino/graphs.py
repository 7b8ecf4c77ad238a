"""What a traced graph contains: its nodes, its numbers, and inputs in the place of numbers that vary."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.tensor import Node

# Up to this number of elements, more threads than one would only wait.
SMALL_COUNT = 1 << 13


def nodes_of(results: Sequence[Node]) -> list[Any]:
    """Returns the nodes that results depend on, in an order that depends on the graph alone."""
    todo = [node.get_node() for node in results]
    nodes: dict[str, Any] = {}
    while todo:
        node = todo.pop()
        if node.get_name() not in nodes:
            nodes[node.get_name()] = node
            todo += [value.get_node() for value in node.input_values()]
    return list(nodes.values())


def is_empty(node: Any) -> bool:
    """Returns whether a node, not a constant, has an output without elements."""
    return node.get_type_name() != "Constant" and any(
        dim.is_static and dim.get_length() == 0 for output in node.outputs() for dim in output.get_partial_shape()
    )


_WITH_BODIES = frozenset({"If", "Loop", "TensorIterator"})


def is_light(nodes: Sequence[Any]) -> bool:
    """Returns whether all values in a graph have at most `SMALL_COUNT` elements."""
    return all(
        node.get_type_name() not in _WITH_BODIES
        and all(
            output.get_partial_shape().is_static and math.prod(output.get_shape()) <= SMALL_COUNT
            for output in node.outputs()
        )
        for node in nodes
    )


class Outline(NamedTuple):
    """A graph apart from its float numbers, and these.

    Attributes:
        structure: the graph without its numbers; two graphs that have equal structures compute the same function of
            their inputs and their numbers.
        numbers: the constants of one float.
    """

    structure: Any
    numbers: list[Any]

    def values(self) -> list[bytes]:
        """Returns the numbers, by their bits."""
        return [constant.data.tobytes() for constant in self.numbers]


def outline(results: Sequence[Node], parameters: Sequence[Any]) -> Outline | None:
    """Returns the outline of a graph; None if the graph has parts that cannot be compared."""
    nodes = nodes_of(results)
    places = {node.get_name(): i for i, node in enumerate(nodes)}
    inputs = {parameter.get_name(): i for i, parameter in enumerate(parameters)}
    described: list[Any] = []
    numbers: list[Any] = []
    for node in nodes:
        kind = node.get_type_name()
        if kind in _WITH_BODIES:
            return None
        if kind == "Constant":
            type_, shape = node.get_element_type(), tuple(node.get_output_shape(0))
            if is_number(node):
                numbers.append(node)
                described.append((type_.get_type_name(), shape))
            else:
                described.append((type_.get_type_name(), shape, node.data.tobytes()))
        elif kind == "Parameter":
            described.append((kind, inputs[node.get_name()]))
        else:
            sources = [(places[value.get_node().get_name()], value.get_index()) for value in node.input_values()]
            described.append((kind, repr(node.get_attributes()), tuple(sources)))
    ends = tuple((places[node.get_node().get_name()], node.get_index()) for node in results)
    return Outline((tuple(described), ends), numbers)


def is_number(node: Any) -> bool:
    """Returns whether a node is a constant of one float."""
    return (
        node.get_type_name() == "Constant"
        and node.get_element_type().is_real()
        and math.prod(node.get_output_shape(0)) == 1
    )


def is_factor(node: Any) -> bool:
    """Returns whether a node is a constant of one float that is multiplied, divided or divided by."""
    return is_number(node) and any(
        target.get_node().get_type_name() in ("Multiply", "Divide") for target in node.output(0).get_target_inputs()
    )


def without_differences(results: list[Node]) -> list[Node]:
    """Returns the outputs of the graph in which differences of floats are sums with a product by -1.

    The plug-in does the same if the sizes are dynamic, but adds 0 to the product: -0.0 - 0.0 would be 0.0. Here the
    factor is a constant, which `is_factor` finds.
    """
    replaced: dict[str, Node] = {}
    for node in nodes_of(results):
        if node.get_type_name() != "Subtract" or not node.get_output_element_type(0).is_real():
            continue
        targets = node.output(0).get_target_inputs()
        first, second = node.input_values()
        factor = opset.constant(-1, node.get_output_element_type(0))
        sum_of = opset.add(first, opset.multiply(second, factor)).output(0)
        for target in targets:
            target.replace_source_output(sum_of)
        replaced[node.get_name()] = sum_of
    return [replaced.get(result.get_node().get_name(), result) for result in results]


def is_alias(result: Node) -> bool:
    """Returns whether an output has the elements of an input as they are: the plug-in removes such nodes."""
    node: Any = result.get_node()
    while node.get_type_name() in ("Convert", "Reshape", "Squeeze", "Unsqueeze"):
        source = node.input_value(0)
        if source.get_element_type() != node.get_output_element_type(0):
            return False
        node = source.get_node()
    return node.get_type_name() == "Parameter"


def with_inputs(constants: Collection[Any]) -> list[Any]:
    """Returns parameters that take the place of constants in their graph."""
    parameters: list[Any] = []
    for constant in constants:
        parameter: Any = opset.parameter(constant.get_output_shape(0), constant.get_element_type())
        for target in constant.output(0).get_target_inputs():
            target.replace_source_output(parameter.output(0))
        parameters.append(parameter)
    return parameters


def value_of(constant: Any) -> np.ndarray[Any, Any]:
    """Returns a copy of a constant's value."""
    return np.array(constant.data)
