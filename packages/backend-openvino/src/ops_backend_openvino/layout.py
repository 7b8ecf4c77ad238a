"""The position of channels in a traced graph. OpenVINO convolves with channels first, `ops` mostly has them last, so
each convolution and pooling transposes its input and its output. Pointwise functions are moved before the transpose
back, so that the transposes of two layers cancel, and the plugin fuses what follows a convolution into it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

Node = ov.Output


def _rank(x: Node) -> int:
    return x.get_partial_shape().rank.get_length()


def _back(rank: int) -> tuple[int, ...]:
    """Returns the permutation that moves channels last."""
    return (0, *range(2, rank), 1)


def _turned_from(x: Node) -> Node | None:
    """Returns the channels-first node that `as_given` transposed into this one, if there is one."""
    node = x.get_node()
    if node.get_type_name() != "Transpose":
        return None
    order = node.input_value(1).get_node()
    if order.get_type_name() != "Constant" or tuple(order.data) != _back(_rank(x)):
        return None
    return node.input_value(0)


def channels_first(x: Node, data_format: str) -> Node:
    """Returns the node with channels before the spatial axes."""
    if data_format == "channels_first":
        return x
    turned = _turned_from(x)
    if turned is not None:
        return turned
    rank = _rank(x)
    return opset.transpose(x, opset.constant(np.array([0, rank - 1, *range(1, rank - 1)]))).output(0)


def as_given(x: Node, data_format: str) -> Any:
    """Returns the node with the change made by `channels_first` undone."""
    if data_format == "channels_first":
        return x
    return opset.transpose(x, opset.constant(np.array(_back(_rank(x)))))


def before_the_turn(nodes: Sequence[Node]) -> list[Node] | None:
    """Returns the operands of a pointwise function in channels-first layout; None if it cannot be applied there."""
    turned = [_turned_from(node) for node in nodes]
    shapes = {str(node.get_partial_shape()) for node, source in zip(nodes, turned, strict=True) if source is not None}
    if len(shapes) != 1:
        return None
    rank = max(map(_rank, nodes))
    found: list[Node] = []
    for node, source in zip(nodes, turned, strict=True):
        if source is not None:
            found.append(source)
        elif _rank(node) == 0:
            found.append(node)
        elif _rank(node) == 1:  # along the channels
            column = opset.constant(np.array([1, -1, *(1,) * (rank - 2)]))
            found.append(opset.reshape(node, column, False).output(0))
        else:
            return None
    return found
