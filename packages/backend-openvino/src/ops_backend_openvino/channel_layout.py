"""The layout of images in a traced graph: channels first or channels last.

OpenVINO convolves with channels first, `ops` mostly has them last, so each convolution and pooling transposes its input
and its output. Pointwise functions are moved before the transpose of the output. The transposes of two layers then
cancel, and the plugin can fuse a pointwise function into the convolution before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

Node = ov.Output


def _rank(x: Node) -> int:
    return x.get_partial_shape().rank.get_length()


def _channels_last_order(rank: int) -> tuple[int, ...]:
    """Returns the permutation that moves channels last."""
    return (0, *range(2, rank), 1)


def _transposed_input(x: Node) -> Node | None:
    """Returns the channels-first node that `to_data_format` transposed into this one, if there is one."""
    node = x.get_node()
    if node.get_type_name() != "Transpose":
        return None
    order = node.input_value(1).get_node()
    if order.get_type_name() != "Constant" or tuple(order.data) != _channels_last_order(_rank(x)):
        return None
    return node.input_value(0)


def channels_first(x: Node, data_format: str) -> Node:
    """Returns the node with channels before the spatial axes."""
    if data_format == "channels_first":
        return x
    source = _transposed_input(x)
    if source is not None:
        return source
    rank = _rank(x)
    return opset.transpose(x, opset.constant(np.array([0, rank - 1, *range(1, rank - 1)]))).output(0)


def to_data_format(x: Node, data_format: str) -> Any:
    """Returns a channels-first node in the data format; the inverse of `channels_first`."""
    if data_format == "channels_first":
        return x
    return opset.transpose(x, opset.constant(np.array(_channels_last_order(_rank(x)))))


def channels_first_operands(nodes: Sequence[Node]) -> list[Node] | None:
    """Returns the operands of a pointwise function in channels-first layout; None if it cannot be applied there."""
    sources = [_transposed_input(node) for node in nodes]
    shapes = {str(node.get_partial_shape()) for node, source in zip(nodes, sources, strict=True) if source is not None}
    if len(shapes) != 1:
        return None
    rank = max(map(_rank, nodes))
    operands: list[Node] = []
    for node, source in zip(nodes, sources, strict=True):
        if source is not None:
            operands.append(source)
        elif _rank(node) == 0:
            operands.append(node)
        elif _rank(node) == 1:  # along the channels
            column = opset.constant(np.array([1, -1, *(1,) * (rank - 2)]))
            operands.append(opset.reshape(node, column, False).output(0))
        else:
            return None
    return operands
