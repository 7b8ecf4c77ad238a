"""OpenVINO, family nn.recurrent: the framework's sequence nodes, and its Loop node for other functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino import control, manipulation
from ops_backend_openvino.kernel import kernel
from ops_backend_openvino.manipulation import ints
from ops_backend_openvino.run_time_sizes import dimensions, node_dimensions, scalar
from ops_backend_openvino.tensor import Node, Tensor, sizes
from ops_common.errors import ShapeError
from ops_common.host import recurrent


def loop(
    step: Callable[..., Any], carry: list[Tensor], sequences: list[Tensor]
) -> tuple[list[Tensor], list[Tensor]] | None:
    if not control.is_traced([*carry, *sequences]):
        return None
    count = dimensions(sequences[0])[0]
    return control.stepped(count, lambda _, held, slices: step(held, slices), carry, sequences)


def lstm(
    inputs: Tensor, state_h: Tensor, state_c: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    both = _lstm(inputs, state_h, state_c, kernel, recurrent_kernel, bias)
    out, h, c = manipulation.split(both, (-2, -1), 1)
    return out, manipulation.squeeze(h, (1,)), manipulation.squeeze(c, (1,))


def _lstm_host(x: Any, *rest: Any) -> Any:
    out, h, c = recurrent.lstm(x, *rest)
    return np.concatenate((out, h[:, None], c[:, None]), 1)


@kernel(_lstm_host, 6)
def _lstm(x: Node, h: Node, c: Node, kernel: Node, recurrent_kernel: Node, bias: Node) -> Any:
    """Returns the outputs, followed by the last states as if they were two more steps."""
    units = _units(h, recurrent_kernel)
    weights = [_gates(each, (1, 0, 2, 3)) for each in (kernel, recurrent_kernel, bias)]  # forget, input, cell, output
    states = [opset.unsqueeze(each, ints([1])) for each in (h, c)]
    node = opset.lstm_sequence(x, *states, _lengths(x), *weights, units, "FORWARD")
    outputs = opset.squeeze(node.output(0), ints([1]))
    return opset.concat([outputs, node.output(1), node.output(2)], 1)


def gru(inputs: Tensor, state: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    both = _gru(inputs, state, kernel, recurrent_kernel, bias)
    out, h = manipulation.split(both, (-1,), 1)
    return out, manipulation.squeeze(h, (1,))


def _gru_host(x: Any, *rest: Any) -> Any:
    out, h = recurrent.gru(x, *rest)
    return np.concatenate((out, h[:, None]), 1)


@kernel(_gru_host, 5)
def _gru(x: Node, h: Node, kernel: Node, recurrent_kernel: Node, bias: Node) -> Any:
    """Returns the outputs, followed by the last state as if it were one more step."""
    units = _units(h, recurrent_kernel)
    kernels = [_gates(each, (0, 1, 2)) for each in (kernel, recurrent_kernel)]
    # Update and reset have one bias, the sum; the candidate has two.
    outer, inner = (
        opset.squeeze(each, ints([0])) for each in opset.split(bias, opset.constant(np.int64(0)), 2).outputs()
    )
    first = opset.slice(opset.add(outer, inner), ints([0]), ints([2 * units]), ints([1]))
    rest = [opset.slice(each, ints([2 * units]), ints([3 * units]), ints([1])) for each in (outer, inner)]
    biases = opset.unsqueeze(opset.concat([first, *rest], 0), ints([0]))
    state = opset.unsqueeze(h, ints([1]))
    node = opset.gru_sequence(x, state, _lengths(x), *kernels, biases, units, "FORWARD", linear_before_reset=True)
    return opset.concat([opset.squeeze(node.output(0), ints([1])), node.output(1)], 1)


def _units(state: Node, recurrent_kernel: Node) -> int:
    units = sizes(recurrent_kernel)[0] if sizes(state)[1] is None else sizes(state)[1]
    if units is None:
        raise ShapeError("the number of units of the initial state must be known while a function is traced")
    return units


def _lengths(x: Node) -> Any:
    batch, steps = node_dimensions(x)[:2]
    return opset.broadcast(opset.convert(scalar(steps), "i64"), ints([batch]))


def _gates(x: Node, order: tuple[int, ...]) -> Any:
    """Returns a kernel or bias with its gates in this order, as rows, for one direction."""
    parts = opset.split(x, opset.constant(np.int64(len(sizes(x)) - 1)), len(order)).outputs()
    joined = opset.concat([parts[i] for i in order], len(sizes(x)) - 1)
    turned = opset.transpose(joined, ints([1, 0])) if len(sizes(x)) == 2 else joined
    return opset.unsqueeze(turned, ints([0]))
