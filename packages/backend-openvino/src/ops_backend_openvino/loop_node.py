"""Loop nodes, built from functions of nodes: with a fixed number of steps, or while a condition holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino import _compat
from ops_backend_openvino.run_time_sizes import scalar
from ops_backend_openvino.tensor import Node


def _outputs(nodes: Sequence[Any]) -> list[Node]:
    return [x.output(0) if isinstance(x, ov.Node) else x for x in nodes]


def repeated(count: Any, step: Callable[..., Sequence[Any]], *state: Any, invariants: Sequence[Any] = ()) -> list[Node]:
    """Returns the state after ``count`` steps: functions of the step number, a list of one int, of the state and of
    the invariants. The count is a size or a node of one."""
    loop = opset.loop(scalar(count), opset.constant(True).output(0))
    number = opset.parameter([1], ov.Type.i32)
    nodes = _outputs(state)
    parameters = [opset.parameter(x.get_partial_shape(), x.get_element_type()) for x in nodes]
    constants = _outputs(invariants)
    inner = [opset.parameter(x.get_partial_shape(), x.get_element_type()) for x in constants]
    results = [opset.result(x) for x in step(number.output(0), *_outputs(parameters), *_outputs(inner))]
    on = opset.result(opset.constant(np.array([True])))
    loop.set_function(ov.Model([on, *results], [number, *parameters, *inner]))  # pyright: ignore[reportGeneralTypeIssues]  # another class in the stubs
    loop.set_special_body_ports([0, 0])
    for parameter, start, result in zip(parameters, nodes, results, strict=True):
        loop.set_merged_input(parameter, start, result.output(0))
    for parameter, value in zip(inner, constants, strict=True):
        loop.set_invariant_input(parameter, value)
    return [loop.get_iter_value(result.output(0), -1) for result in results]


def repeated_while(holds: Callable[..., Any], step: Callable[..., Sequence[Any]], *state: Any) -> list[Node]:
    """Returns the state after steps, functions of the state, while a condition of the state, a bool of rank 0,
    holds."""
    nodes = _outputs(state)
    (first_holds,) = _outputs([holds(*nodes)])
    loop = opset.loop(opset.constant(np.int32(-1)).output(0), first_holds)
    parameters = [opset.parameter(x.get_partial_shape(), x.get_element_type()) for x in nodes]
    following = _outputs(step(*_outputs(parameters)))
    results = [opset.result(x) for x in following]
    on = opset.result(holds(*following))
    loop.set_function(ov.Model([on, *results], parameters))  # pyright: ignore[reportGeneralTypeIssues]  # another class in the stubs
    loop.set_special_body_ports([-1, 0])
    for parameter, start, result in zip(parameters, nodes, results, strict=True):
        loop.set_merged_input(parameter, start, result.output(0))
    return [
        _compat.kept_without_steps(first_holds, loop.get_iter_value(result.output(0), -1), start)
        for start, result in zip(nodes, results, strict=True)
    ]
