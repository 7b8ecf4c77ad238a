"""Where channels are in a traced graph. OpenVINO convolves with channels first, `ops` mostly has them last, so each
convolution and pooling is turned around and back. What is pointwise may as well happen before the turn back: then the
turns of two layers meet and cancel, and the plugin fuses what follows a convolution into it."""

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
    """The order of axes that puts channels last again."""
    return (0, *range(2, rank), 1)


def _turned_from(x: Node) -> Node | None:
    """The channels-first node that `as_given` turned into this one, if it did."""
    node = x.get_node()
    if node.get_type_name() != "Transpose":
        return None
    order = node.input_value(1).get_node()
    if order.get_type_name() != "Constant" or tuple(order.data) != _back(_rank(x)):
        return None
    return node.input_value(0)


def channels_first(x: Node, data_format: str) -> Node:
    """The node with channels before the spatial axes."""
    if data_format == "channels_first":
        return x
    turned = _turned_from(x)
    if turned is not None:
        return turned
    rank = _rank(x)
    return opset.transpose(x, opset.constant(np.array([0, rank - 1, *range(1, rank - 1)]))).output(0)


def as_given(x: Node, data_format: str) -> Any:
    """What `channels_first` changed, changed back."""
    if data_format == "channels_first":
        return x
    return opset.transpose(x, opset.constant(np.array(_back(_rank(x)))))


def before_the_turn(nodes: Sequence[Node]) -> list[Node] | None:
    """The operands of a pointwise function as they are with channels first; None where it can't be applied there."""
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
